"""One file on its way from rows to batches, each of which can be the last before a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from connectors.contract import Batch, Cursor
from connectors.files import damage, tables
from connectors.files.folder import Found, stamp_of
from connectors.files.mapping import Mapped, compile_mapping
from connectors.files.options import Options
from connectors.files.problems import Damaged, Unreadable
from connectors.files.rows import Row
from connectors.files.typed import raw_text
from connectors.files.values import Tally
from connectors.records import Record, Refused

BATCH_ROWS = 5_000
PATIENCE = timedelta(minutes=10)
"""A file that breaks off may still be on its way; left alone for this long it is damaged."""

_VERSION = 1
_HEAD_BYTES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A settled file and how it is read. `share_before` and `share` place it in the run, both 0..1."""

    found: Found
    receipt: str
    options: Options
    source_class: str
    until: datetime
    share_before: float = 0.0
    share: float = 1.0


class Reading:
    """Reads one file once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tally = Tally()
        self._notes: list[str] = []
        self._records: list[Record] = []
        self._refused: list[Refused] = []
        self._raw = self._rows = 0

    def batches(self, cursor: Cursor | None, now: datetime) -> Iterator[Batch]:
        """The file from `cursor` on; the last batch carries its receipt.

        A file that changes meanwhile, or breaks off and is younger than PATIENCE, ends in a sentence that it waits.
        Raises Misconfigured, SourceDown, FileNotFoundError.
        """
        name = self._job.found.name
        try:
            for batch in self._full_batches(_rows_done(cursor, self._job.receipt)):
                if self._moved():
                    break
                yield batch
        except Damaged as error:
            if self._age(now) < PATIENCE:
                yield Batch(waiting=(f"{name} is not complete yet: {error}",))
                return
            self._refuse_whole(Unreadable("damaged_file", f"{name} is damaged: {error}; export it again"))
        except Unreadable as error:
            self._refuse_whole(Unreadable(error.reason, f"{name}: {error.sentence}"))
        yield Batch(waiting=(f"{name} is still being written",)) if self._moved() else self._last()

    def _full_batches(self, done: int) -> Iterator[Batch]:
        """Every full batch; what is left over stays for the last one."""
        path, name, options = self._job.found.path, self._job.found.name, self._job.options
        if not self._job.found.stamp.size:
            self._notes.append(f"{name} is empty")
            return
        letters = tables.letters_of(path, name, options)
        if letters and letters.note:
            self._notes.append(letters.note)
        facts = tables.facts_of(path, name, options, letters)
        mapped = compile_mapping(options, facts, self._tally, self._job.until, self._job.source_class)
        with tables.open_table(path, name, options, letters, self._tally) as table:
            rows = table.rows()
            self._rows = sum(1 for _ in islice(rows, done))
            while chunk := self._take(rows, mapped):
                if chunk == BATCH_ROWS:
                    yield self._batch({"v": _VERSION, "receipt": self._job.receipt, "rows": self._rows}, table.share())

    def _take(self, rows: Iterator[Row], mapped: Mapped) -> int:
        """Map up to BATCH_ROWS rows; gives how many there were."""
        count = 0
        keep, to_record, left_out = self._records.append, mapped.to_record, mapped.left_out
        for row in islice(rows, BATCH_ROWS):
            count += 1
            self._raw += 1
            line, cells, _, wrong = row
            if cells is not None:
                if left_out is not None and left_out(cells):
                    continue
                try:
                    keep(to_record(cells))
                    continue
                except Unreadable as error:
                    wrong = error
            if wrong is not None:
                self._refuse(line, row.raw, wrong, id_of(row, mapped))
        self._rows += count
        return count

    def _refuse(self, line: int | None, raw: object, wrong: Unreadable, native_id: str | None = None) -> None:
        self._refused.append(refusal(self._job.found.name, line, raw, wrong, native_id))

    def _refuse_whole(self, wrong: Unreadable) -> None:
        self._raw += 1
        with self._job.found.path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        self._refuse(None, head.decode("utf-8", "backslashreplace"), wrong)

    def _batch(self, cursor: Cursor, share: float, receipts: tuple[str, ...] = ()) -> Batch:
        batch = Batch(
            records=tuple(self._records),
            refused=tuple(self._refused),
            filtered=self._raw - len(self._records) - len(self._refused),
            raw=self._raw,
            cursor=cursor,
            receipts=receipts,
            notes=tuple(self._notes),
            done_share=min(1.0, self._job.share_before + self._job.share * share),
        )
        self._notes, self._records, self._refused, self._raw = [], [], [], 0
        return batch

    def _last(self) -> Batch:
        self._notes += self._tally.sentences(self._job.found.name)
        return self._batch({"v": _VERSION}, 1.0, (self._job.receipt,))

    def _moved(self) -> bool:
        return stamp_of(self._job.found.path) != self._job.found.stamp

    def _age(self, now: datetime) -> timedelta:
        return timedelta(seconds=now.timestamp() - self._job.found.stamp.changed_ns / 1e9)


def refusal(file: str, line: int | None, raw: object, wrong: Unreadable, native_id: str | None = None) -> Refused:
    """A refused row of `file`, its text made storable; `raw` is what the reader kept of it."""
    text = damage.keepable(raw if isinstance(raw, str) else raw_text(raw))
    return Refused(
        reason=wrong.reason,
        sentence=wrong.sentence,
        raw=text,
        file=file,
        line=line,
        native_id=native_id,
        field=wrong.field,
    )


def id_of(row: Row, mapped: Mapped) -> str | None:
    """The id of a refused row, where that much can be read."""
    try:
        return mapped.native_id(row.cells) if row.cells is not None else None
    except Unreadable:
        return None


def _rows_done(cursor: Cursor | None, receipt: str) -> int:
    """How many rows of this very content are committed; 0 for any cursor that does not say so plainly."""
    if not cursor or cursor.get("v") != _VERSION or cursor.get("receipt") != receipt:
        return 0
    rows = cursor.get("rows")
    return rows if type(rows) is int and rows > 0 else 0
