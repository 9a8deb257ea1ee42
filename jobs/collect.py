"""Collecting: read a source batch by batch, understand what came, and keep each batch in one transaction."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.contract import Batch, Connector, ConnectorError
from jobs.understand import Understanding, Understood
from queries.ledger import Ledger, Tally
from queries.rows import MentionRow, RefusedRow
from queries.warehouse import WarehouseError

log = logging.getLogger("watchfloor.collect")
Clock = Callable[[], datetime]
LOOK_AGAIN_SECONDS = 1.5
LOOKS = 20


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A source of the site file with its connector made."""

    name: str
    kind: str
    source_class: str
    every: timedelta
    stale_after: timedelta
    connector: Connector


@dataclass(slots=True)
class Report:
    """What a run brought, for people: counts, refusals by reason with the first of each in words, notes, and what is
    not ready yet."""

    source: str
    tally: Tally = field(default_factory=Tally)
    mentions: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    error: str | None = None
    rows: list[MentionRow] = field(default_factory=list)


Progress = Callable[[Report, float | None], None]


@dataclass(frozen=True, slots=True)
class _Lent:
    """The IO a connector is lent for one run."""

    source: str
    clock: Clock
    ledger: Ledger

    def now(self) -> datetime:
        return self.clock()

    def has_receipt(self, receipt: str) -> bool:
        return self.ledger.has_receipt(self.source, receipt)


class Collector:
    """Runs sources, one run per source at a time, whoever asks for it."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._locks: dict[str, threading.Lock] = {}
        self._locks_lock = threading.Lock()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End the runs in hand after their current batch; the next start goes on from there."""
        self._stopping.set()

    def poll(self, source: LiveSource, understanding: Understanding) -> Report:
        """One run on the clock: read from where the source stands to now. Never raises; an error is in the report."""
        with self._lock(source.name):
            return self._run(source, understanding, keep=True, progress=None)

    def run_to_end(
        self, source: LiveSource, understanding: Understanding, *, keep: bool = True, progress: Progress | None = None
    ) -> Report:
        """Read a source to its end, looking again while something is still being written.

        With `keep` False nothing is written and the report carries up to 20 rows as they would become.
        """
        with self._lock(source.name):
            report = self._run(source, understanding, keep=keep, progress=progress)
            for _ in range(LOOKS):
                if not report.waiting or report.error or self._stopping.is_set():
                    break
                self._stopping.wait(LOOK_AGAIN_SECONDS)
                again = self._run(source, understanding, keep=keep, progress=progress)
                # what is not kept is read again from the start: the second look stands for itself
                report = _joined(report, again) if keep else again
            return report

    def _lock(self, name: str) -> threading.Lock:
        with self._locks_lock:
            return self._locks.setdefault(name, threading.Lock())

    def _run(
        self, source: LiveSource, understanding: Understanding, *, keep: bool, progress: Progress | None
    ) -> Report:
        report = Report(source.name)
        run_id = ""
        try:
            run_id = self._ledger.start_run(source.name, self._clock()) if keep else ""
            for batch in self._batches(source):
                self._take(source, understanding, batch, report, run_id)
                if progress:
                    progress(report, batch.done_share)
                if self._stopping.is_set():
                    break
        except (ConnectorError, WarehouseError) as error:
            report.error = str(error)
        except Exception as error:
            # a defect in one source must not end the others; the log has the trace, the screen the sentence
            log.exception("source %s failed", source.name)
            report.error = f"{source.name} failed unexpectedly ({type(error).__name__}); the log has the details"
        if run_id:
            self._end(source, run_id, report)
        return report

    def _batches(self, source: LiveSource) -> Iterator[Batch]:
        lent = _Lent(source.name, self._clock, self._ledger)
        return source.connector.read(lent, self._ledger.cursor_of(source.name), self._clock())

    def _take(
        self, source: LiveSource, understanding: Understanding, batch: Batch, report: Report, run_id: str
    ) -> None:
        understood = understanding.rows(batch.records)
        rows = [row if row.source_class else replace(row, source_class=source.source_class) for row in understood.rows]
        refused = [_refused(one) for one in batch.refused] + list(understood.refused)
        _note(report, batch, understood, rows, refused)
        filtered = batch.filtered + understood.unmatched
        if not run_id:
            report.tally += Tally(read=batch.raw, refused=len(refused), filtered=filtered)
            report.rows += rows[: 20 - len(report.rows)]
            return
        report.tally += self._ledger.commit(
            source=source.name,
            run_id=run_id,
            now=self._clock(),
            rows=rows,
            refused=refused,
            read=batch.raw,
            filtered=filtered,
            cursor=batch.cursor,
            receipts=batch.receipts,
        )

    def _end(self, source: LiveSource, run_id: str, report: Report) -> None:
        now = self._clock()
        try:
            self._ledger.end_run(source.name, run_id, now, now + source.every, report.error)
        except WarehouseError as error:
            report.error = report.error or str(error)


def _refused(one: object) -> RefusedRow:
    return RefusedRow(**{name: getattr(one, name) for name in RefusedRow.__slots__})


def _note(
    report: Report, batch: Batch, understood: Understood, rows: list[MentionRow], refused: list[RefusedRow]
) -> None:
    report.mentions += len(rows)
    report.refusals.update(row.reason for row in refused)
    for row in refused:
        report.examples.setdefault(row.reason, row.sentence)
    report.notes += [note for note in batch.notes if note not in report.notes]
    report.waiting += [sentence for sentence in batch.waiting if sentence not in report.waiting]
    if understood.unmatched and not any("no measured brand" in note for note in report.notes):
        report.notes.append("posts with no measured brand in them are counted as filtered; [[brand]] terms decide that")


def _joined(first: Report, again: Report) -> Report:
    """Two looks at one source as one report: counts add up, what is still waiting is what the second look says."""
    again.tally = first.tally + again.tally
    again.mentions += first.mentions
    again.refusals = first.refusals + again.refusals
    again.examples = {**again.examples, **first.examples}
    again.notes = list(dict.fromkeys([*first.notes, *again.notes]))
    again.rows = (first.rows + again.rows)[:20]
    return again
