"""An answer as JSON: ISO 8601 times ending in Z, unknown as null."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pandas as pd

from queries.answers import Answer
from queries.utc import iso


def answer_json(answer: Answer, blind: list[str] | None = None) -> bytes:
    """`{"question","params","revision","as_of","columns":[...],"rows":[[...]]}`.

    With `blind` also when somebody could not see, in sentences: an answer that counts says what it may lack.
    """
    frame = answer.frame
    columns = [_values(frame[name]) for name in frame.columns]
    return orjson.dumps(
        {
            "question": answer.question,
            "params": {name: _param(value) for name, value in answer.params.items()},
            "revision": answer.revision,
            "as_of": iso(answer.as_of),
            **({} if blind is None else {"blind": blind}),
            "columns": list(frame.columns),
            "rows": list(zip(*columns, strict=True)) if columns else [],
        }
    )


def _values(column: pd.Series[Any]) -> list[Any]:
    if column.dtype.kind == "M":
        return [None if pd.isna(value) else iso(value.to_pydatetime()) for value in column]
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]


def _param(value: Any) -> Any:
    if isinstance(value, list):
        return [_param(one) for one in value]
    return iso(value) if isinstance(value, datetime) else value
