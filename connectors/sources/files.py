"""A watched folder of tables people exported: csv, tsv, jsonl, json, parquet, xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import ClassVar

from connectors import contract
from connectors.contract import IO, Batch, Check, ConnectorError, Cursor, Setup
from connectors.files import tables
from connectors.files.folder import Folder, Found
from connectors.files.options import Options
from connectors.files.problems import Damaged, Unreadable
from connectors.files.reading import Job, Reading
from connectors.files.redriving import Redriving
from connectors.files.values import Tally, rows
from connectors.records import Refused

_COUNTED = 100_000


class Source:
    """Takes in every file of a folder once. See connectors/contract.py."""

    kind: ClassVar[str] = "files"
    summary: ClassVar[str] = "A watched folder of exported tables: csv, tsv, jsonl, json, parquet or xlsx."
    Options: ClassVar[type[contract.Options]] = Options
    judges_shape: ClassVar[bool] = False

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._class = setup.source_class
        self._folder = Folder(setup.base, self._options, setup.source_class, setup.brands)

    def check(self, io: IO) -> Check:
        """Whether files are there and the first has the columns; reads no further than its first 100,000 rows."""
        files = self._folder.files()
        if not files:
            return Check("misconfigured", self._folder.nothing)
        first = files[0]
        try:
            letters = tables.letters_of(first.path, first.name, self._options)
            with tables.open_table(first.path, first.name, self._options, letters, Tally()) as table:
                count = sum(1 for _ in islice(table.rows(), _COUNTED))
        except ConnectorError as error:
            return Check("misconfigured", str(error))
        except (Unreadable, Damaged, FileNotFoundError) as error:
            return Check("misconfigured", f"{first.name}: {error}")
        refused = self._refused_at_first(first, io)
        if refused:
            return Check("misconfigured", refused)
        many = "1 file" if len(files) == 1 else f"{len(files):,} files"
        more = "at least " if count == _COUNTED else ""
        return Check("ok", f"{many}, {more}{rows(count)} in {'it' if len(files) == 1 else 'the first'}")

    def _refused_at_first(self, found: Found, io: IO) -> str:
        """The sentence when the mapping refuses every row of the first batch, else ""."""
        batch = next(self._file(found, io, None, io.now(), (0.0, 1.0)), None)
        if batch is None or batch.records or not batch.refused:
            return ""
        return (
            f"{found.name}: every one of the first {rows(len(batch.refused))} is refused: {batch.refused[0].sentence}"
        )

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Every file not yet taken in, the one changed first first.

        A file that cannot be read as configured does not hold up the others: its error is raised behind them.
        """
        files = self._folder.files()
        new, waiting = self._sorted_out(files, io)
        notes = () if files else (self._folder.nothing,)
        if notes or waiting:
            yield Batch(notes=notes, waiting=waiting)
        total = sum(found.stamp.size for found in new) or 1
        before = 0
        wrong: ConnectorError | None = None
        for found in new:
            try:
                yield from self._file(found, io, cursor, until, (before / total, found.stamp.size / total))
            except ConnectorError as error:
                wrong = wrong or error
            except FileNotFoundError:
                pass  # taken away between the look and the reading: nothing is left to read
            before += found.stamp.size
        if wrong:
            raise wrong

    def redrive(self, io: IO, refused: Sequence[Refused]) -> Batch:
        """What these refused rows become with the mapping as it is now: the same lines of the same files."""
        return Redriving(self._folder, self._options, self._class, io.now()).batch(refused)

    def _sorted_out(self, files: list[Found], io: IO) -> tuple[list[Found], tuple[str, ...]]:
        """The settled files that may be new, and a sentence for each that is still being written."""
        self._folder.forget_gone(files)
        new, waiting = [], []
        for found in files:
            receipt = self._folder.known_receipt(found)
            if receipt and io.has_receipt(receipt):
                continue
            if self._folder.look(found, io.now()):
                new.append(found)
            else:
                waiting.append(f"{found.name} is still being written")
        return new, tuple(waiting)

    def _file(
        self, found: Found, io: IO, cursor: Cursor | None, until: datetime, span: tuple[float, float]
    ) -> Iterator[Batch]:
        with tables.reading(found.name):
            receipt = self._folder.receipt(found)
        if io.has_receipt(receipt):
            return
        job = Job(
            found=found,
            receipt=receipt,
            options=self._options,
            source_class=self._class,
            until=until,
            share_before=span[0],
            share=span[1],
        )
        yield from Reading(job).batches(cursor, io.now())
