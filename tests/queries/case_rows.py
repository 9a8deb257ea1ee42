"""Hand-made rows put into the warehouse as they are, past the ledger: for questions, not for writing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from queries.answers import Answers
from queries.keys import key
from queries.tables import TYPES
from queries.utc import to_stored
from queries.warehouse import Warehouse
from tests.conftest import NOON

Row = dict[str, Any]
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
START = NOON - timedelta(days=7)
_TYPES = {
    **TYPES,
    **dict.fromkeys(("case_key", "event_key", "item_key", "gap_key", "refusal_key"), pa.int64()),
    **dict.fromkeys(("other_case_key", "content_hash"), pa.int64()),
    **dict.fromkeys(("mention_key", "text_key", "author_key", "heads"), pa.int64()),
    **dict.fromkeys(("quota_left", "quota_limit", "every_seconds", "stale_after_seconds"), pa.int64()),
    **dict.fromkeys(("silent_after_seconds", "retention_days"), pa.int64()),
    **dict.fromkeys(("clock_offset_seconds", "lag_seconds"), pa.float64()),
    **dict.fromkeys(("is_active", "is_paused", "is_default", "is_on_call"), pa.bool_()),
    **dict.fromkeys(("frt_seconds", "nrt_seconds", "resolution_seconds", "cycle", "segment"), pa.int64()),
    **dict.fromkeys(("public_frt_seconds", "public_nrt_seconds", "public_resolution_seconds"), pa.int64()),
    **dict.fromkeys(("target_seconds", "public_target_seconds", "before_seconds", "elapsed_seconds"), pa.int64()),
    **dict.fromkeys(("handling_seconds", "patience_seconds", "days_count"), pa.int64()),
    **dict.fromkeys(("attainment_target_share", "occupancy_share", "shrinkage_share", "mention_share"), pa.float64()),
    **dict.fromkeys(("factor",), pa.float64()),
    **dict.fromkeys(("platforms", "languages", "mention_brands", "tracks", "agents"), pa.list_(pa.string())),
}


def case(case_id: str, opened_at: datetime = START, **more: Any) -> Row:
    """A case of Aurora on x, with whatever is to be different."""
    plain = {"case_id": case_id, "brand": "Aurora", "platform": "x", "opened_at": opened_at, "is_drill": False}
    return {**plain, "source": "hand", "case_key": key(case_id), "known_from_at": START, **more}


def event(case_id: str, kind: str, happened_at: datetime, **more: Any) -> Row:
    """Something that happened to a case; two that differ in nothing are told apart by an `event_id`."""
    plain = {"case_id": case_id, "kind": kind, "happened_at": happened_at, "platform": "x", "is_drill": False}
    row = {**plain, "source": "hand", "case_key": key(case_id), "known_from_at": START, **more}
    return {**row, "event_key": key(*[row[name] for name in sorted(row)])}


def reply(case_id: str, happened_at: datetime, **more: Any) -> Row:
    """A public message of a human."""
    return event(case_id, "message", happened_at, **{"actor_kind": "human", "visibility": "public", **more})


def said(case_id: str, happened_at: datetime, **more: Any) -> Row:
    """A public message of the customer."""
    return event(case_id, "message", happened_at, **{"actor_kind": "customer", "visibility": "public", **more})


def put(warehouse: Warehouse, now: datetime = NOON, **tables: Sequence[Row]) -> None:
    """Insert rows by name into tables; times are aware. What was put becomes known at `now`."""
    with warehouse.transaction() as inside:
        for table, rows in ((table, rows) for table, rows in tables.items() if rows):
            inside.register("hand_made", _arrow(rows))
            inside.execute(f"INSERT INTO {table} BY NAME SELECT * FROM hand_made")
            inside.unregister("hand_made")
        warehouse.bump(inside, warehouse.next_known_at(now))


def ask(answers: Answers, question: str, *columns: str, now: datetime = NOON, **given: Any) -> list[tuple[Any, ...]]:
    """The rows of the answer to a question asked at `now`, of some columns or all."""
    return records(answers.ask(question, given, now).frame, *columns)


def records(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of an answer, of some columns or all, with None for what is unknown."""
    chosen = frame[list(columns)] if columns else frame
    return [tuple(None if pd.isna(value) else value for value in row) for row in chosen.itertuples(index=False)]


def plain(moment: datetime) -> datetime:
    """An aware moment as answers give it back."""
    return moment.replace(tzinfo=None)


def _arrow(rows: Sequence[Row]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _column(name, [row.get(name) for row in rows]) for name in names})


def _column(name: str, values: list[Any]) -> pa.Array[Any]:
    if name.endswith("_at"):
        return pa.array([None if value is None else to_stored(value) for value in values], pa.timestamp("us"))
    return pa.array(values, _TYPES.get(name, pa.string()))
