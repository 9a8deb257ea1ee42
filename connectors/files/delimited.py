"""csv and tsv, record by record, each with the physical line it starts on and its raw text.

Python's csv module reads on silently when a quotation mark is never closed, and swallows the rows behind it. Read
strictly it complains; then only the first line is refused and the lines behind it are read again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from connectors.contract import Misconfigured
from connectors.files import damage
from connectors.files.cells import TEXT_LIMIT, Value
from connectors.files.encodings import Letters, open_bytes
from connectors.files.problems import Unreadable, nearest
from connectors.files.rows import Row, names_of
from connectors.files.typed import inside_text, texts_of
from connectors.files.values import Tally

_DELIMITERS = {"csv": ",;\t|", "tsv": "\t"}


class Delimited:
    """One open csv or tsv file. Raises Misconfigured when its header lacks a wanted column."""

    spreadsheet = True

    def __init__(self, path: Path, name: str, form: str, wanted: Sequence[str], letters: Letters, tally: Tally) -> None:
        self._bytes = open_bytes(path)
        self._size = max(path.stat().st_size, 1)
        self._letters, self._tally = letters, tally
        stream = io.TextIOWrapper(self._bytes, letters.encoding, letters.errors, newline="")
        self._lines = _Lines(stream)
        try:
            self._delimiter, self.columns = self._header(_DELIMITERS[form], wanted)
            self._pick = _picker(self.columns, wanted, name)
            # What is written inside a cell may bring a NUL by an escape.
            self._clean = letters.clean and set(wanted) <= set(self.columns)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._lines.stream.close()

    def share(self) -> float:
        """How much of the file is read, 0..1."""
        packed = getattr(self._bytes, "fileobj", None) or self._bytes
        return min(1.0, float(packed.tell()) / self._size)

    def rows(self) -> Iterator[Row]:
        """Every record behind the header. Raises OSError and UnicodeDecodeError."""
        lines, width, pick, clean = self._lines, len(self.columns), self._pick, self._clean
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        while True:
            start = lines.begin()
            wrong: Unreadable | None = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, wrong = self._again(error)
            if not cells and wrong is None:
                continue
            if len(cells) != width and wrong is None:
                cells, wrong = self._refit(cells)
            raw = lines.raw()
            if wrong is not None:
                yield Row(start, None, raw, wrong)
            elif any(cells):
                yield Row(start, pick(cells), raw) if clean else self._looked_at(start, pick(cells), raw)
            else:
                yield Row(start, None, raw)

    def _header(self, delimiters: str, wanted: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """The delimiter that finds the most wanted columns (the most at all when none is wanted), and its header."""
        self._lines.begin()
        first = next(self._lines, "")
        named = {mark: set(names_of(next(csv.reader([first], delimiter=mark), []), Tally())) for mark in delimiters}
        best = max(delimiters, key=lambda mark: len(named[mark].intersection(wanted or named[mark])))
        # A name in quotation marks may go on in the next line.
        header = next(csv.reader(chain([first], self._lines), delimiter=best), [])
        return best, names_of(header, self._tally)

    def _again(self, error: csv.Error) -> tuple[list[str], Unreadable | None]:
        """What to do with a record the strict reader refused."""
        first = self._lines.taken[0]
        if len(self._lines.taken) == 1:
            if len(first) > TEXT_LIMIT:
                return [], Unreadable("text_too_long", f"a cell has more than {TEXT_LIMIT:,} characters")
            if "expected after" in str(error):
                self._tally.add("quotes")
                return next(csv.reader([first], delimiter=self._delimiter)), None
        self._lines.give_back()
        return [], Unreadable("open_quote", 'a quotation mark opens here and does not close; inside a text write ""')

    def _refit(self, cells: list[str]) -> tuple[list[str], Unreadable | None]:
        """A record whose width is not the header's: empty cells too many are harmless, everything else is refused."""
        width = len(self.columns)
        if len(cells) > width and not any(cells[width:]):
            return cells[:width], None
        if any(len(other) == width for other in csv.reader(self._lines.taken[1:], delimiter=self._delimiter)):
            # Whole rows inside a record of the wrong width: a quotation mark is astray, and they are rows.
            self._lines.give_back()
        more = "more" if len(cells) > width else "fewer"
        sentence = f"the row has {len(cells)} cells and the header {width}, {more} than there are names for"
        return [], Unreadable("wrong_columns", sentence + "; a delimiter or a quotation mark is astray")

    def _looked_at(self, start: int, cells: tuple[Value, ...], raw: str) -> Row:
        if damage.storable(raw) and damage.storable("".join(texts_of(cells))):
            return Row(start, cells, raw)
        mended = tuple(self._letters.mend(cell) if isinstance(cell, str) else cell for cell in cells)
        if wrong := damage.unstorable(texts_of(mended)):
            return Row(start, None, raw, wrong)
        if mended != cells and self._letters.encoding.startswith("utf-8"):
            self._tally.add("cut")
        return Row(start, mended, raw)


class _Lines:
    """The physical lines of a file, remembering those the record at hand was made of."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.taken: list[str] = []
        self._returned: list[str] = []
        self._number = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self.stream)
        self.taken.append(line)
        return line

    def begin(self) -> int:
        """Start a record; gives the number of the line it starts on."""
        self._number += len(self.taken)
        self.taken.clear()
        return self._number

    def raw(self) -> str:
        """The text of the record at hand."""
        return self.taken[0] if len(self.taken) == 1 else "".join(self.taken)

    def give_back(self) -> None:
        """Keep the first line of the record at hand; the others are read again."""
        self._returned.extend(reversed(self.taken[1:]))
        del self.taken[1:]


def _picker(columns: Sequence[str], wanted: Sequence[str], name: str) -> Callable[[Sequence[str]], tuple[Value, ...]]:
    """A function from a record's cells to the wanted ones, by position; `a.b` is b inside the object in cell a."""
    inside = {column: column.partition(".") for column in wanted if column not in columns}
    paths = [inside[column][2] if column in inside and inside[column][0] in columns else "" for column in wanted]
    tops = [inside[column][0] if path else column for column, path in zip(wanted, paths, strict=True)]
    indexes = [position(column, columns, name) for column in tops]
    if any(paths):
        return lambda cells: tuple(
            inside_text(cells[index], path) if path else cells[index]
            for index, path in zip(indexes, paths, strict=True)
        )
    if len(indexes) < 2:
        return lambda cells: tuple(cells[index] for index in indexes)
    return itemgetter(*indexes)


def position(column: str, columns: Sequence[str], name: str) -> int:
    """Where `column` stands in the header of the file `name`. Raises Misconfigured naming the nearest one."""
    if column in columns:
        return columns.index(column)
    guess = nearest(column, columns)
    hint = f'; nearest is "{guess}"' if guess else "; its columns are " + ", ".join(map(str, columns[:20]))
    raise Misconfigured(f'column "{column}" is not in {name}{hint}')
