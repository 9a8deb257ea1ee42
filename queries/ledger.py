"""Writing: rows, deletions, refusals, gaps, cursor, receipts and counters of one batch in one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from queries.keeping import end_outdated, keep_cases, keep_gaps, keep_mentions, keep_refused, keep_truths, young
from queries.marks import Moments, mark_outage, move
from queries.rows import CaseRow, EventRow, GapRow, MentionRow, RefusedRow, TombRow, TruthRow, WholeRow
from queries.utc import from_stored
from queries.warehouse import Warehouse, run


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What the site file says of a source. `options_hash` tells one set of options from another."""

    source: str
    kind: str
    every: timedelta
    stale_after: timedelta
    silent_after: timedelta | None = None
    retention_days: int | None = None
    options_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a source stands: the cursor of its last committed batch, and what it must mind.

    backfill       {"since": ISO time, "cursor": ...} of a backfill under way
    network        what its way out has learned: breakers, clock offsets
    not_before     asked to wait until then
    swept_at       when it last looked further back
    disabled       why it is not read any more
    """

    cursor: dict[str, Any] | None = None
    backfill: dict[str, Any] | None = None
    network: dict[str, Any] | None = None
    not_before: datetime | None = None
    swept_at: datetime | None = None
    disabled: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended. `error` None is well; the rest is what its way out has learned, None where nothing.

    `was_read` False: broken off, or refused rows tried again. It says nothing of whether the source can be read.
    """

    error: str | None = None
    is_outage: bool = False
    was_read: bool = True
    network: Mapping[str, Any] | None = None
    not_before: datetime | None = None
    quota_left: int | None = None
    quota_limit: int | None = None
    quota_resets_at: datetime | None = None
    clock_offset_seconds: float | None = None
    swept_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of a batch or a run. `read`, `refused` and `filtered` count rows of the source; `new`, `changed`
    and `same` count mentions, cases and events: a post that names two brands is read once and is two mentions.
    `deleted` counts mentions that were deleted at their source."""

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    filtered: int = 0
    deleted: int = 0

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
                    silent_after_seconds=int((facts.silent_after or facts.stale_after).total_seconds()),
                    retention_days=facts.retention_days,
                    options_hash=facts.options_hash,
                )

    def standing(self, source: str) -> Standing:
        """Where `source` stands."""
        row = self._one("read_source", source=source)
        if not row:
            return Standing()
        cursor, backfill, network = map(_object, row[:3])
        return Standing(
            cursor=cursor,
            backfill=backfill,
            network=network,
            not_before=from_stored(row[3]),
            swept_at=from_stored(row[4]),
            disabled=row[5],
        )

    def cursor_of(self, source: str) -> dict[str, Any] | None:
        """The cursor of the last committed batch of `source`, or None."""
        return self.standing(source).cursor

    def has_receipt(self, source: str, receipt: str) -> bool:
        """Whether `source` has committed `receipt` already."""
        row = self._one("has_receipt", source=source, receipt=receipt)
        return bool(row and row[0])

    def opened_at(self) -> datetime | None:
        """When this warehouse was first opened."""
        row = self._one("read_opened")
        return from_stored(row[0]) if row else None

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
        rows: Sequence[MentionRow] = (),
        cases: Sequence[CaseRow] = (),
        events: Sequence[EventRow] = (),
        tombs: Sequence[TombRow] = (),
        whole: Sequence[WholeRow] = (),
        gaps: Sequence[GapRow] = (),
        truths: Sequence[TruthRow] = (),
        refused: Sequence[RefusedRow] = (),
        settled: Sequence[int] = (),
        read: int = 0,
        filtered: int = 0,
        cursor: Mapping[str, Any] | None = None,
        backfill_since: datetime | None = None,
        receipts: Iterable[str] = (),
        disabled: str | None = None,
        history: tuple[datetime, datetime] | None = None,
    ) -> Tally:
        """Keep one batch: all of it or none. Rows already known write nothing; gives what became of each.

        With `backfill_since` the cursor is that of a backfill from then on. `settled` are keys of refused rows that
        were tried again: what still cannot be taken is in `refused`. `history`: filled in back to, wanted back to.
        Raises ValueError for a time without a zone, WarehouseError when the warehouse cannot be written.
        """
        warehouse = self.warehouse
        with warehouse.transaction() as inside:
            known_at = warehouse.next_known_at(now)
            given = len(rows) + len(cases) + len(events)
            rows, cases, events = young(inside, source, rows, cases, events)
            old = given - len(rows) - len(cases) - len(events)
            fates, erased, is_taken = keep_mentions(inside, source, rows, tombs, whole, known_at)
            ended = end_outdated(inside, whole, known_at)
            cared = keep_cases(inside, source, cases, events, known_at)
            news = keep_gaps(inside, source, gaps, known_at)
            if settled:
                run(inside, "settle_refused", source=source, refusal_keys=list(settled))
            keep_refused(inside, source, refused, now)
            for receipt in receipts:
                run(inside, "insert_receipt", source=source, receipt=receipt, at=now)
            tally = Tally(
                read=read,
                new=fates.new + cared.new,
                changed=fates.changed + ended + cared.changed,
                same=fates.same + fates.counted + cared.same + cared.counted + old,
                refused=len(refused),
                filtered=filtered,
                deleted=erased,
            )
            if truths:
                keep_truths(inside, source, truths)
            has_news = tally.new + tally.changed > 0
            moment = Moments.of(rows, cases, events)
            move(inside, source, cursor, backfill_since, moment, now, disabled, history, has_news=has_news)
            run(inside, "count_run", run_id=run_id, **_counters(tally))
            if has_news or fates.counted or is_taken or news:
                warehouse.bump(inside, known_at)
        return tally

    def end_run(
        self, source: str, run_id: str, now: datetime, next_run_at: datetime | None, outcome: Outcome | None = None
    ) -> None:
        """Close a run and mark how it went; a source that fails is out until a run succeeds."""
        how = outcome or Outcome()
        warehouse = self.warehouse
        with warehouse.transaction() as inside:
            if how.was_read and mark_outage(inside, source, run_id, now, how, warehouse.next_known_at(now)):
                warehouse.bump(inside, warehouse.next_known_at(now))
            run(inside, "end_run", run_id=run_id, at=now, error=how.error)
            run(
                inside,
                "mark_source",
                source=source,
                at=now,
                next_run_at=next_run_at,
                error=how.error,
                was_read=how.was_read,
                network=None if how.network is None else json.dumps(how.network, sort_keys=True),
                not_before_at=how.not_before,
                quota_left=how.quota_left,
                quota_limit=how.quota_limit,
                quota_resets_at=how.quota_resets_at,
                clock_offset_seconds=how.clock_offset_seconds,
                swept_at=how.swept_at,
            )
            run(inside, "trim_runs", at=now)

    def end_backfill(self, source: str) -> None:
        """A backfill has come to its end: the next one starts anew."""
        with self.warehouse.transaction() as inside:
            run(inside, "end_backfill", source=source)

    def _one(self, name: str, **params: Any) -> Any:
        cursor = self.warehouse.cursor()
        try:
            return run(cursor, name, **params).fetchone()
        finally:
            cursor.close()


def _object(text: str | None) -> dict[str, Any] | None:
    """A JSON object; None for everything else: a damaged mark is a reason to read again, not to read no more."""
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _counters(tally: Tally) -> dict[str, int]:
    return {f"{field.name}_count": getattr(tally, field.name) for field in fields(Tally)}
