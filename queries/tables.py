"""Rows as the Arrow tables that are merged: typed columns, one row per key, the 64-bit keys added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import pyarrow as pa

from queries.keys import author_key, case_hash, content_hash, event_key, key, refusal_key, text_key, tomb_key
from queries.rows import CaseRow, EventRow, MentionRow, RefusedRow, TombRow, WholeRow
from queries.utc import to_stored

TIMES = frozenset({"published_at", "edited_at", "updated_at", "observed_at", "opened_at", "happened_at", "deleted_at"})
TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(TIMES, pa.timestamp("us")),
    **dict.fromkeys(("author_followers_count", "reach_count", "sequence", "line"), pa.int64()),
    **dict.fromkeys(("sentiment_score", "amount", "score", "score_of"), pa.float64()),
    **dict.fromkeys(("is_drill", "is_ordered"), pa.bool_()),
}
Table = pa.Table


def _names(row: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row))


_MENTION, _CASE, _EVENT, _REFUSED = map(_names, (MentionRow, CaseRow, EventRow, RefusedRow))


def mentions_table(source: str, rows: Sequence[MentionRow], now: datetime) -> pa.Table:
    """One row per (item_id, brand): the newest version, of equal ones the last.

    Counters of which nobody says when they were read were read `now`.
    """
    by_key = _newest(rows, lambda row: key(row.item_id, row.brand), lambda row: row.updated_at or row.edited_at)
    kept = list(by_key.values())
    columns = {name: column(name, kept) for name in _MENTION}
    columns["updated_at"] = _times([row.updated_at or row.edited_at for row in kept])
    columns["observed_at"] = _times([row.observed_at or (now if _counts(row) else None) for row in kept])
    return pa.table(
        {
            **columns,
            "source": pa.array([source] * len(kept), pa.string()),
            "mention_key": pa.array(list(by_key), pa.int64()),
            "item_key": pa.array([key(row.item_id) for row in kept], pa.int64()),
            "text_key": pa.array([text_key(row.text) for row in kept], pa.int64()),
            "author_key": pa.array([author_key(row) for row in kept], pa.int64()),
            "content_hash": pa.array([content_hash(row) for row in kept], pa.int64()),
        }
    )


def _counts(row: MentionRow) -> bool:
    return row.author_followers_count is not None or row.reach_count is not None


def whole_table(rows: Sequence[WholeRow]) -> pa.Table:
    """One row per item: the newest version."""
    by_key = _newest(rows, lambda row: key(row.item_id), lambda row: row.updated_at)
    kept = list(by_key.values())
    return pa.table(
        {
            "item_key": pa.array(list(by_key), pa.int64()),
            "brands": pa.array([list(row.brands) for row in kept], pa.list_(pa.string())),
            "updated_at": column("updated_at", kept),
            "sequence": column("sequence", kept),
        }
    )


def cases_table(source: str, rows: Sequence[CaseRow]) -> pa.Table:
    """One row per case_id: the newest version, of equal ones the last."""
    by_key = _newest(rows, lambda row: key(row.case_id), lambda row: row.updated_at)
    kept = list(by_key.values())
    return pa.table(
        {
            **{name: column(name, kept) for name in _CASE},
            "source": pa.array([source] * len(kept), pa.string()),
            "case_key": pa.array(list(by_key), pa.int64()),
            "item_key": pa.array([_item_key(row.item_id) for row in kept], pa.int64()),
            "content_hash": pa.array([case_hash(row) for row in kept], pa.int64()),
        }
    )


def events_table(source: str, rows: Sequence[EventRow]) -> pa.Table:
    """One row per event: the first of those that are the same."""
    by_key: dict[int, EventRow] = {}
    for row in rows:
        by_key.setdefault(event_key(row), row)
    kept = list(by_key.values())
    return pa.table(
        {
            **{name: column(name, kept) for name in _EVENT},
            "source": pa.array([source] * len(kept), pa.string()),
            "event_key": pa.array(list(by_key), pa.int64()),
            "case_key": pa.array([key(row.case_id) for row in kept], pa.int64()),
            "item_key": pa.array([_item_key(row.item_id) for row in kept], pa.int64()),
            "other_case_key": pa.array([_item_key(row.other_case_id) for row in kept], pa.int64()),
        }
    )


def tombs_table(rows: Sequence[TombRow]) -> pa.Table:
    """One row per item or author: the latest deletion."""
    by_key: dict[tuple[int, bool], TombRow] = {}
    for row in sorted(rows, key=lambda row: row.deleted_at):
        by_key[tomb_key(row), row.author_id is not None] = row
    kept = list(by_key.values())
    return pa.table(
        {
            "tomb_key": pa.array([tomb for tomb, _ in by_key], pa.int64()),
            "is_author": pa.array([is_author for _, is_author in by_key], pa.bool_()),
            "deleted_at": column("deleted_at", kept),
            "is_ordered": column("is_ordered", kept),
        }
    )


def refused_table(source: str, rows: Sequence[RefusedRow]) -> pa.Table:
    """One row per refusal."""
    by_key = {refusal_key(source, row): row for row in rows}
    kept = list(by_key.values())
    return pa.table(
        {
            "refusal_key": pa.array(list(by_key), pa.int64()),
            "source": pa.array([source] * len(kept), pa.string()),
            **{name: column(name, kept) for name in _REFUSED},
        }
    )


def column(name: str, rows: Sequence[Any]) -> pa.Array[Any]:
    """The values of one field, typed by its name; aware datetimes pass the UTC door."""
    values = [getattr(row, name) for row in rows]
    return _times(values) if name in TIMES else pa.array(values, TYPES.get(name, pa.string()))


def _times(values: Sequence[Any]) -> pa.Array[Any]:
    return pa.array([None if value is None else to_stored(value) for value in values], pa.timestamp("us"))


def _item_key(item_id: str | None) -> int | None:
    return None if item_id is None else key(item_id)


def _newest(rows: Sequence[Any], key_of: Callable[[Any], int], time_of: Callable[[Any], Any]) -> dict[int, Any]:
    """The newest row by key, in the order in which the last of each came."""
    newest: dict[int, Any] = {}
    for row in rows:
        one = key_of(row)
        before = newest.pop(one, None)
        newest[one] = before if before is not None and is_older(row, before, time_of) else row
    return newest


def is_older(row: Any, than: Any, time_of: Callable[[Any], Any]) -> bool:
    """Whether `row` was written before `than`: by time, then by sequence. What says no time is older than what does."""
    mine, other = time_of(row), time_of(than)
    if mine is None or other is None:
        return mine is None and other is not None
    if mine != other:
        return bool(mine < other)
    return row.sequence is not None and than.sequence is not None and row.sequence < than.sequence
