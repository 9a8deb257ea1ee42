"""Rows kept as versions: what is no longer true ends, what has become true is added, all else is not touched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from queries.utc import from_stored, to_stored
from queries.warehouse import run

Row = TypeVar("Row")
_TYPES: dict[str, Any] = {
    "at": pa.timestamp("us"),
    "count": pa.int64(),
    "seconds": pa.int64(),
    "share": pa.float64(),
    "factor": pa.float64(),
    "languages": pa.list_(pa.string()),
}
"""What a field holds, by the last word of its name; the others hold text."""


def read_versions(inside: duckdb.DuckDBPyConnection, name: str, made: Callable[..., Row], /, **params: Any) -> set[Row]:
    """The rows of queries/write/`name`.sql, each as `made` with the statement's columns in their order."""
    return {made(*map(_read, row)) for row in run(inside, name, **params).fetchall()}


def write_versions(
    inside: duckdb.DuckDBPyConnection, table: str, old: Collection[Any], new: Collection[Any], known_at: datetime
) -> None:
    """Make the rows `old` of `table` the rows `new`, from `known_at` (aware) on.

    Runs queries/write/end_`table`.sql over those that have gone, and insert_`table`.sql over those that have come, each
    registered as `version_batch`.
    """
    for word, rows in (("end", set(old) - set(new)), ("insert", set(new) - set(old))):
        if rows:
            inside.register("version_batch", _table(sorted(rows, key=_in_order)))
            run(inside, f"{word}_{table}", known_at=known_at)
            inside.unregister("version_batch")


def _read(value: Any) -> Any:
    if isinstance(value, datetime):
        return from_stored(value)
    return tuple(value) if isinstance(value, list) else value


def _in_order(row: Any) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, str(value)) for value in astuple(row))


def _table(rows: Sequence[Any]) -> pa.Table:
    columns = {}
    for field in fields(rows[0]):
        values = [getattr(row, field.name) for row in rows]
        if field.name.endswith("_at"):
            values = [None if value is None else to_stored(value) for value in values]
        columns[field.name] = pa.array(values, _TYPES.get(field.name.rpartition("_")[2], pa.string()))
    return pa.table(columns)
