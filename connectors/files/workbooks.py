"""parquet and xlsx: tables with types, read batch by batch and row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from connectors.contract import Misconfigured
from connectors.files import damage
from connectors.files.delimited import position
from connectors.files.problems import Damaged, nearest
from connectors.files.rows import Row, names_of
from connectors.files.typed import path_picker, texts_of, value_of
from connectors.files.values import Tally

_BATCH = 2_000


class Parquet:
    """One open parquet file; rows count from 1. Raises Misconfigured and Damaged."""

    spreadsheet = False

    def __init__(self, path: Path, name: str, wanted: Sequence[str]) -> None:
        # Imported here: half a second that a site without parquet files need not wait.
        import pyarrow.parquet

        try:
            self._file = pyarrow.parquet.ParquetFile(path)
        except (pyarrow.ArrowException, ValueError) as error:
            raise Damaged(f"it cannot be opened as parquet: {_first_line(error)}") from None
        self.columns = tuple(self._file.schema_arrow.names)
        try:
            self._tops = list(dict.fromkeys(_top(column, self.columns, name) for column in wanted))
        except Misconfigured:
            self.close()
            raise
        self._pick = path_picker(wanted)
        self._rows = max(self._file.metadata.num_rows, 1)
        self._read = 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def share(self) -> float:
        """How much of the file is read, 0..1."""
        return self._read / self._rows

    def rows(self) -> Iterator[Row]:
        """Every row. Raises Damaged."""
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH, columns=self._tops):
                for record in batch.to_pylist():
                    self._read += 1
                    yield _row(self._read, self._pick(record), record)
        except (OSError, ValueError) as error:
            raise Damaged(f"it breaks off: {_first_line(error)}") from None


def _top(column: str, columns: Sequence[str], name: str) -> str:
    first = column if column in columns else column.partition(".")[0]
    return columns[position(first, columns, name)]


class Workbook:
    """One sheet of an open xlsx file; its first row is the header. Raises Misconfigured and Damaged."""

    spreadsheet = True

    def __init__(self, path: Path, name: str, wanted: Sequence[str], sheet: str | None, tally: Tally) -> None:
        # Imported here: only sites with workbooks need it.
        import openpyxl

        # The file is ours to close: a broken workbook leaves it open.
        self._file = path.open("rb")
        try:
            self._book: Any = openpyxl.load_workbook(self._file, read_only=True, data_only=True)
        except Exception as error:  # a broken workbook raises whatever its zip or its XML runs into
            self._file.close()
            raise Damaged(f"it cannot be opened as a workbook: {_first_line(error)}") from None
        try:
            self._sheet = self._chosen(sheet, name)
            # The size a workbook states is often wrong: it serves for the progress bar, not for reading.
            self._rows = max(self._sheet.max_row or 1, 1)
            self._sheet.reset_dimensions()
            self._cells = self._values()
            self.columns = names_of([str(value_of(cell)) for cell in next(self._cells, ())], tally)
            self._indexes = [position(column, self.columns, name) for column in wanted]
        except BaseException:
            self.close()
            raise
        self._read = 0

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()
        self._file.close()

    def share(self) -> float:
        """How much of the file is read, 0..1."""
        return min(1.0, self._read / self._rows)

    def rows(self) -> Iterator[Row]:
        """Every row behind the header. Raises Damaged."""
        for line, cells in enumerate(self._cells, 2):
            self._read = line
            if all(cell is None for cell in cells):
                continue
            values = tuple(value_of(cells[index]) if index < len(cells) else "" for index in self._indexes)
            yield _row(line, values, dict(zip(self.columns, cells, strict=False)))

    def _values(self) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._sheet.iter_rows(values_only=True)
        except Exception as error:  # as above: the XML of a sheet is read while its rows are asked for
            raise Damaged(f"it breaks off: {_first_line(error)}") from None

    def _chosen(self, sheet: str | None, name: str) -> Any:
        names = [found.title for found in self._book.worksheets]
        if not names:
            raise Damaged("it has no sheet with cells")
        if sheet is not None and sheet not in names:
            guess = nearest(sheet, names) or names[0]
            raise Misconfigured(f'sheet "{sheet}" is not in {name}; nearest is "{guess}"')
        return self._book[sheet or names[0]]


def _row(line: int, cells: tuple[Any, ...], record: dict[str, Any]) -> Row:
    wrong = damage.unstorable(texts_of(cells))
    return Row(line, None if wrong else cells, record, wrong)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
