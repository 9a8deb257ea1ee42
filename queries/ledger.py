"""Writing: rows, refusals, cursor, receipts and counters of one batch in one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from queries.keys import author_key, content_hash, key, refusal_key, text_key
from queries.rows import MentionRow, RefusedRow
from queries.utc import to_stored
from queries.warehouse import Warehouse, run

_TIMES = {"published_at", "edited_at"}
_TYPES: Mapping[str, pa.DataType] = {
    "published_at": pa.timestamp("us"),
    "edited_at": pa.timestamp("us"),
    "author_followers_count": pa.int64(),
    "reach_count": pa.int64(),
    "sentiment_score": pa.float64(),
    "is_drill": pa.bool_(),
}
_NAMES = tuple(field.name for field in fields(MentionRow))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What the site file says of a source."""

    source: str
    kind: str
    every: timedelta
    stale_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of a batch or a run. `read`, `refused` and `filtered` count rows of the source; `new`, `changed`
    and `same` count mentions: a post that names two brands is read once and is two mentions."""

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    filtered: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(Tally)})


class Ledger:
    """The few ways data changes. Every call is one transaction."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def declare_sources(self, sources: Sequence[SourceFacts]) -> None:
        """Take over the sources of the site file; one that left it keeps its rows and is no longer expected."""
        with self.warehouse.transaction() as cursor:
            run(cursor, "retire_sources", sources=[facts.source for facts in sources])
            for facts in sources:
                run(
                    cursor,
                    "declare_source",
                    source=facts.source,
                    kind=facts.kind,
                    every_seconds=int(facts.every.total_seconds()),
                    stale_after_seconds=int(facts.stale_after.total_seconds()),
                )

    def cursor_of(self, source: str) -> dict[str, Any] | None:
        """Where `source` stands: the cursor of its last committed batch, or None."""
        row = self._one("read_source", source=source)
        return json.loads(row[0]) if row and row[0] else None

    def has_receipt(self, source: str, receipt: str) -> bool:
        """Whether `source` has committed `receipt` already."""
        row = self._one("has_receipt", source=source, receipt=receipt)
        return bool(row and row[0])

    def start_run(self, source: str, now: datetime) -> str:
        """Open a run; gives its id."""
        run_id = uuid.uuid4().hex
        with self.warehouse.transaction() as cursor:
            run(cursor, "start_run", run_id=run_id, source=source, at=now)
        return run_id

    def commit(
        self,
        *,
        source: str,
        run_id: str,
        now: datetime,
        rows: Sequence[MentionRow],
        refused: Sequence[RefusedRow] = (),
        read: int = 0,
        filtered: int = 0,
        cursor: Mapping[str, Any] | None = None,
        receipts: Iterable[str] = (),
    ) -> Tally:
        """Keep one batch: all of it or none. Rows already known write nothing; gives what became of each.

        Raises ValueError for a time without a zone, WarehouseError when the warehouse cannot be written.
        """
        warehouse = self.warehouse
        with warehouse.transaction() as inside:
            known_at = warehouse.next_known_at(now)
            new, changed, counted, same = _keep_mentions(inside, source, rows, known_at)
            _keep_refused(inside, source, refused, now)
            for receipt in receipts:
                run(inside, "insert_receipt", source=source, receipt=receipt, at=now)
            tally = Tally(
                read=read, new=new, changed=changed, same=same + counted, refused=len(refused), filtered=filtered
            )
            _move(inside, source, cursor, rows, now, has_news=new + changed > 0)
            run(inside, "count_run", run_id=run_id, **_counters(tally))
            if new or changed or counted:
                warehouse.bump(inside, known_at)
        return tally

    def end_run(self, source: str, run_id: str, now: datetime, next_run_at: datetime | None, error: str | None) -> None:
        """Close a run and mark how it went."""
        with self.warehouse.transaction() as cursor:
            run(cursor, "end_run", run_id=run_id, at=now, error=error)
            run(cursor, "mark_source", source=source, at=now, next_run_at=next_run_at, error=error)
            run(cursor, "trim_runs", at=now)

    def _one(self, name: str, **params: Any) -> Any:
        cursor = self.warehouse.cursor()
        try:
            return run(cursor, name, **params).fetchone()
        finally:
            cursor.close()


def _keep_mentions(
    cursor: duckdb.DuckDBPyConnection, source: str, rows: Sequence[MentionRow], known_at: datetime
) -> tuple[int, int, int, int]:
    """New, changed, counters only, same."""
    if not rows:
        return 0, 0, 0, 0
    cursor.register("batch", mentions_table(source, rows))
    run(cursor, "stage_mentions")
    row = run(cursor, "count_fates").fetchone()
    new, changed, counted, same = (int(count) for count in row) if row else (0, 0, 0, 0)
    if changed or counted:
        run(cursor, "merge_mentions", known_at=known_at)
    if new or changed:
        run(cursor, "insert_mentions", known_at=known_at)
    cursor.unregister("batch")
    return new, changed, counted, same


def mentions_table(source: str, rows: Sequence[MentionRow]) -> pa.Table:
    """Rows as the Arrow table that is merged: one per key, the last one winning, with the 64-bit keys added."""
    by_key = {key(row.item_id, row.brand): row for row in rows}
    kept = list(by_key.values())
    columns = {name: _column(name, kept) for name in _NAMES}
    columns |= {
        "source": pa.array([source] * len(kept), pa.string()),
        "mention_key": pa.array(list(by_key), pa.int64()),
        "item_key": pa.array([key(row.item_id) for row in kept], pa.int64()),
        "text_key": pa.array([text_key(row.text) for row in kept], pa.int64()),
        "author_key": pa.array([author_key(row) for row in kept], pa.int64()),
        "content_hash": pa.array([content_hash(row) for row in kept], pa.int64()),
    }
    return pa.table(columns)


def _column(name: str, rows: Sequence[MentionRow]) -> pa.Array[Any]:
    values = [getattr(row, name) for row in rows]
    if name in _TIMES:
        values = [None if value is None else to_stored(value) for value in values]
    return pa.array(values, _TYPES.get(name, pa.string()))


def _keep_refused(cursor: duckdb.DuckDBPyConnection, source: str, refused: Sequence[RefusedRow], now: datetime) -> None:
    if not refused:
        return
    by_key = {refusal_key(source, row): row for row in refused}
    names = [field.name for field in fields(RefusedRow)]
    columns: dict[str, Any] = {"refusal_key": pa.array(list(by_key), pa.int64())}
    columns["source"] = pa.array([source] * len(by_key), pa.string())
    for name in names:
        values = [getattr(row, name) for row in by_key.values()]
        columns[name] = pa.array(values, pa.int64() if name == "line" else pa.string())
    cursor.register("refused_batch", pa.table(columns))
    run(cursor, "insert_refused", source=source, at=now)
    cursor.unregister("refused_batch")


def _move(
    inside: duckdb.DuckDBPyConnection,
    source: str,
    cursor: Mapping[str, Any] | None,
    rows: Sequence[MentionRow],
    now: datetime,
    *,
    has_news: bool,
) -> None:
    """Neither a row from the future nor a drill makes a source look fresh: they move no watermark."""
    past = (row.published_at for row in rows if row.published_at <= now and not row.is_drill)
    watermark = max(past, default=None)
    run(
        inside,
        "move_source",
        source=source,
        cursor=None if cursor is None else json.dumps(cursor, sort_keys=True),
        last_record_at=now if has_news else None,
        watermark_at=watermark,
    )


def _counters(tally: Tally) -> dict[str, int]:
    return {f"{field.name}_count": getattr(tally, field.name) for field in fields(Tally)}
