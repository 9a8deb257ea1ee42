"""Collecting: read a source batch by batch, understand what came, and keep each batch in one transaction."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.contract import Batch, Connector, ConnectorError, SourceDown
from connectors.http import Line, Network, RateLimited, Stopped
from connectors.records import Refused
from jobs.lent import Clock, Lent
from jobs.report import Report
from jobs.understand import UNKNOWN_BRAND, Understanding, mention_of, understand
from queries.ledger import Ledger, Outcome, Standing, Tally
from queries.rows import GapRow, RefusedRow, TruthRow
from queries.upkeep import Upkeep
from queries.warehouse import WarehouseError

log = logging.getLogger("watchfloor.collect")
LOOK_AGAIN_SECONDS = 1.5
LOOKS = 20
SWEEP = timedelta(hours=1)
DRIFT_SHARE, DRIFT_ROWS = 0.2, 10
REDRIVEN = 10_000


class ShapeChanged(SourceDown):
    """What a source sends has another shape than it had: nothing of the batch is kept, and nothing is skipped."""


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A source of the site file with its connector made."""

    name: str
    kind: str
    source_class: str
    every: timedelta
    stale_after: timedelta
    connector: Connector
    allow_identity_link: bool = False
    allow_private_addresses: bool = False

    @property
    def is_pushed(self) -> bool:
        """Whether others post to it."""
        return bool(getattr(self.connector, "pushed", False))


Progress = Callable[[Report, float | None], None]


@dataclass(slots=True)
class _Run:
    """One run under way."""

    source: LiveSource
    understanding: Understanding
    report: Report
    line: Line
    started: datetime
    run_id: str = ""
    since: datetime | None = None
    swept: bool = False
    is_outage: bool = False
    was_read: bool = True
    settled: tuple[int, ...] = ()


class Collector:
    """Runs sources, one run per source at a time, whoever asks for it."""

    def __init__(self, ledger: Ledger, clock: Clock, network: Network | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._locks: dict[str, threading.Lock] = {}
        self._locks_lock = threading.Lock()
        self._stopping = threading.Event()
        self.network = network or Network(clock, stopping=self._stopping)

    def stop(self) -> None:
        """End the runs in hand after their current batch, and requests at once; the next start goes on from there."""
        self._stopping.set()

    def poll(self, source: LiveSource, understanding: Understanding) -> Report:
        """One run on the clock: read from where the source stands to now. Never raises; an error is in the report.

        A source that has ended, or has asked to be left alone for a while, is left alone.
        """
        try:
            with self._lock(source.name):
                resting = self._resting(source)
                return resting or self._run(source, understanding, keep=True, progress=None)
        except WarehouseError as error:
            return Report(source.name, error=str(error))

    def run_to_end(
        self,
        source: LiveSource,
        understanding: Understanding,
        *,
        keep: bool = True,
        since: datetime | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Read a source to its end, looking again while something is still being written.

        With `since` it is a backfill from then on, which goes on where it was broken off. With `keep` False nothing
        is written and the report carries up to 20 rows as they would become.
        """
        with self._lock(source.name):
            idle, place = 0, self._place(source)
            report = again = self._run(source, understanding, keep=keep, since=since, progress=progress)
            while again.waiting and not again.error and idle < LOOKS and not self._stopping.is_set():
                # a source that gets on is read on at once; one that is being written is given time
                before, place = place, self._place(source)
                if before == place:
                    idle += 1
                    self._stopping.wait(LOOK_AGAIN_SECONDS)
                again = self._run(source, understanding, keep=keep, since=since, progress=progress)
                # what is not kept is read again from the start: the second look stands for itself
                report = report.joined(again) if keep else again
            return report

    def _place(self, source: LiveSource) -> tuple[object, object]:
        standing = self._ledger.standing(source.name)
        return standing.cursor, standing.backfill

    def redrive(self, source: LiveSource, understanding: Understanding, reason: str | None = None) -> Report:
        """Try the refused rows of a source again, of one `reason` or all; those that still cannot be taken stay."""
        with self._lock(source.name):
            rows = Upkeep(self._ledger.warehouse).refused(source.name, reason, REDRIVEN)
            return self._run(source, understanding, keep=True, progress=None, again=rows)

    def _lock(self, name: str) -> threading.Lock:
        with self._locks_lock:
            return self._locks.setdefault(name, threading.Lock())

    def _resting(self, source: LiveSource) -> Report | None:
        standing = self._ledger.standing(source.name)
        if standing.disabled:
            return Report(source.name, notes=[f"is not read any more: {standing.disabled}"])
        if standing.not_before and self._clock() < standing.not_before:
            words = f"was asked to wait until {standing.not_before:%Y-%m-%d %H:%M:%S} UTC"
            return Report(source.name, notes=[words], not_before=standing.not_before)
        return None

    def _run(
        self,
        source: LiveSource,
        understanding: Understanding,
        *,
        keep: bool,
        progress: Progress | None,
        since: datetime | None = None,
        again: list[tuple[int, RefusedRow]] | None = None,
    ) -> Report:
        standing, now = self._ledger.standing(source.name), self._clock()
        line = self.network.line(source.name, state=standing.network, allow_private=source.allow_private_addresses)
        run = _Run(source, understanding, Report(source.name), line, now, since=since, was_read=again is None)
        try:
            run.run_id = self._ledger.start_run(source.name, now) if keep else ""
            batches = self._batches(run, standing) if again is None else self._redriven(run, again)
            self._take_all(run, batches, progress)
        except Stopped:
            run.was_read = False
            run.report.notes.append("was stopped; the next run goes on from the last batch that was kept")
        except WarehouseError as error:
            run.report.error = str(error)
        except ConnectorError as error:
            run.report.error, run.is_outage = str(error), again is None
            run.report.not_before = error.until if isinstance(error, RateLimited) else None
        except Exception as error:
            # a defect in one source must not end the others; the log has the trace, the screen the sentence
            log.exception("source %s failed", source.name)
            words = f"{source.name} failed unexpectedly ({type(error).__name__}); the log has the details"
            run.report.error, run.is_outage = words, again is None
        finally:
            line.close()
        if run.run_id:
            self._end(run)
        return run.report

    def _take_all(self, run: _Run, batches: Iterator[Batch], progress: Progress | None) -> None:
        # left half read, a connector lets go of its stream now and not when Python comes round to it
        with contextlib.ExitStack() as ending:
            if isinstance(batches, Generator):
                ending.enter_context(contextlib.closing(batches))
            for batch in batches:
                self._take(run, batch)
                if progress:
                    progress(run.report, batch.done_share)
                if self._stopping.is_set():
                    break
        if self._stopping.is_set():
            # a connector that saw it ends early too: nobody knows whether it was at its end
            run.was_read = False
        elif run.since is not None and run.run_id and not run.report.waiting:
            self._ledger.end_backfill(run.source.name)

    def _batches(self, run: _Run, standing: Standing) -> Iterator[Batch]:
        due = standing.swept_at is None or run.started - standing.swept_at >= SWEEP
        run.swept = due and run.since is None
        lent = self._lent(run, is_sweep=run.swept)
        cursor = standing.cursor
        if run.since is not None:
            told = standing.backfill or {}
            cursor = told.get("cursor") if told.get("since") == run.since.isoformat() else None
        return run.source.connector.read(lent, cursor, run.started)

    def _redriven(self, run: _Run, rows: list[tuple[int, RefusedRow]]) -> Iterator[Batch]:
        """What refused rows become now: those refused for their brand by us, the others by the connector again."""
        ours = [(key, row) for key, row in rows if row.reason == UNKNOWN_BRAND]
        theirs = [(key, row) for key, row in rows if row.reason != UNKNOWN_BRAND]
        if ours:
            run.settled = tuple(key for key, _ in ours)
            made = [(mention_of(row.raw), row) for _, row in ours]
            records = tuple(mention for mention, _ in made if mention)
            refused = tuple(_as_refused(row) for mention, row in made if not mention)
            yield Batch(records=records, refused=refused, raw=len(ours))
        if theirs:
            redrive = getattr(run.source.connector, "redrive", None)
            if redrive is None:
                kind = run.source.kind
                raise ConnectorError(f"a {kind} source cannot try refused rows again; repair and read it anew")
            run.settled = tuple(key for key, _ in theirs)
            yield redrive(self._lent(run, is_sweep=False), [_as_refused(row) for _, row in theirs])

    def _lent(self, run: _Run, *, is_sweep: bool) -> Lent:
        return Lent(
            source=run.source.name,
            ledger=self._ledger,
            clock=self._clock,
            line=run.line,
            stopping=self._stopping,
            since=run.since,
            is_sweep=is_sweep,
        )

    def _take(self, run: _Run, batch: Batch) -> None:
        """Understand a batch and keep it, all of it or none."""
        source, report = run.source, run.report
        if run.was_read:
            _judge_shape(source, batch)
        taken = understand(run.understanding, batch.records, allow_identity_link=source.allow_identity_link)
        rows = [row if row.source_class else replace(row, source_class=source.source_class) for row in taken.mentions]
        refused = [_refused_row(one) for one in batch.refused] + list(taken.refused)
        filtered = batch.filtered + taken.unmatched
        report.note(batch, taken, refused)
        if not run.run_id:
            report.tally += Tally(read=batch.raw, refused=len(refused), filtered=filtered)
            report.show([*rows, *taken.cases, *taken.events])
            return
        report.tally += self._ledger.commit(
            source=source.name,
            run_id=run.run_id,
            now=self._clock(),
            rows=rows,
            cases=taken.cases,
            events=taken.events,
            tombs=taken.tombs,
            whole=taken.whole,
            gaps=[GapRow(since=g.since, until=g.until, sentence=g.sentence, platform=g.platform) for g in batch.gaps],
            truths=[TruthRow(**{name: getattr(one, name) for name in TruthRow.__slots__}) for one in batch.truths],
            refused=refused,
            settled=run.settled,
            read=batch.raw,
            filtered=filtered,
            cursor=batch.cursor if run.was_read else None,
            backfill_since=run.since if batch.cursor is not None else None,
            receipts=batch.receipts,
            disabled=batch.disabled,
            history=batch.history,
        )

    def _end(self, run: _Run) -> None:
        now, line, report = self._clock(), run.line, run.report
        quota = line.quota
        outcome = Outcome(
            error=report.error,
            is_outage=run.is_outage,
            was_read=run.was_read,
            network=line.state or None,
            not_before=report.not_before,
            quota_left=quota.left if quota else None,
            quota_limit=quota.limit if quota else None,
            quota_resets_at=quota.resets_at if quota else None,
            clock_offset_seconds=line.clock_offset_seconds,
            swept_at=run.started if run.swept and run.was_read and report.error is None else None,
        )
        try:
            next_run = max(now + run.source.every, report.not_before or now)
            self._ledger.end_run(run.source.name, run.run_id, now, next_run, outcome)
        except WarehouseError as error:
            report.error = report.error or str(error)


def _judge_shape(source: LiveSource, batch: Batch) -> None:
    """Raise ShapeChanged when so much of a batch is refused that it is the source that has changed, not a row."""
    many = len(batch.refused)
    if not getattr(source.connector, "judges_shape", True) or many < DRIFT_ROWS or many <= DRIFT_SHARE * batch.raw:
        return
    common = _most_common(batch.refused)
    field = f"{common.field}: " if common.field else ""
    raise ShapeChanged(
        f"{many:,} of {batch.raw:,} records of {source.name} cannot be read, most often for {field}{common.sentence}. "
        "What it sends has changed its shape; nothing of this batch is kept and nothing is skipped. "
        "Update Watchfloor or correct the source's options"
    )


def _most_common(refused: Sequence[Refused]) -> Refused:
    counted = [(one.field, one.reason) for one in refused]
    wanted = max(set(counted), key=counted.count)
    return next(one for one in refused if (one.field, one.reason) == wanted)


def _refused_row(one: Refused) -> RefusedRow:
    return RefusedRow(**{name: getattr(one, name) for name in RefusedRow.__slots__})


def _as_refused(row: RefusedRow) -> Refused:
    return Refused(**{name: getattr(row, name) for name in RefusedRow.__slots__})
