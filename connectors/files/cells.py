"""Their cells -> texts: one column, several joined, or several hashed; before anything is made of them.

A row arrives as a tuple of the columns the mapping asks for: texts, "" for unknown, and from files with types also
datetimes and tuples of texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from connectors.files import damage
from connectors.files.options import Column, Options
from connectors.files.times import compile_time
from connectors.files.values import Tally

TEXT_LIMIT = 100_000
"""Characters; whatever is longer is no post."""

Value = str | datetime | tuple[str, ...]
Cells = Sequence[Value]
Text = Callable[[Cells], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was found out about a file before its rows are mapped.

    columns      its header, as far as known
    spreadsheet  whether a spreadsheet may have touched it: csv, tsv, xlsx
    rounded      the fields of ours whose ids were rounded to 15 digits
    """

    columns: tuple[str, ...] = ()
    spreadsheet: bool = False
    rounded: frozenset[str] = frozenset()


def wanted(options: Options) -> tuple[str, ...]:
    """Every column of theirs the mapping or a filter asks for, each once: the order in which cells arrive."""
    mapped = (theirs for column in options.columns.values() for theirs in column.theirs_all)
    return tuple(dict.fromkeys((*mapped, *options.only, *options.skip)))


class CellReader:
    """Makes functions that read one column's text from a row."""

    def __init__(self, options: Options, facts: Facts, tally: Tally) -> None:
        self._index = {theirs: index for index, theirs in enumerate(wanted(options))}
        self._spreadsheet, self._tally = facts.spreadsheet, tally

    def index(self, column: Column) -> int:
        """Where the one column of theirs stands in a row."""
        return self._index[str(column.theirs)]

    def raw(self, column: Column, salt: str = "") -> Text:
        """Their text as it stands, or several joined, or a hash of several and `salt`."""
        if column.theirs:
            return self.cell(column.theirs)
        if column.hash:
            return _hashed([self.cell(theirs, tell=False) for theirs in column.hash], salt)
        parts = [self.cell(theirs) for theirs in column.join]
        return lambda cells: "\n".join(part for read in parts if (part := read(cells)).strip())

    def known(self, column: Column, salt: str = "") -> Text:
        """Their text without blanks around it, missing ones made empty, their values made ours."""
        read, missing, renamed = self.raw(column, salt), frozenset(column.missing), column.values
        if not missing and not renamed:
            return lambda cells: read(cells).strip()

        def known(cells: Cells) -> str:
            found = read(cells).strip()
            return "" if found in missing else renamed.get(found, found)

        return known

    def time(self, column: Column) -> Callable[[Cells], datetime | None]:
        """Their time as an instant; None when it is missing. The function raises Unreadable."""
        index = self.index(column)
        read = compile_time(column.format or "iso", column.timezone)
        missing, renamed = frozenset(("", *column.missing)), column.values

        def moment(cells: Cells) -> datetime | None:
            cell = text_of(cells[index]) if isinstance(cells[index], tuple) else cells[index]
            if isinstance(cell, str):
                cell = cell.strip()
                if cell in missing:
                    return None
                cell = renamed.get(cell, cell)
            return read(cell)  # type: ignore[arg-type]

        return moment

    def several(self, column: Column) -> Callable[[Cells], tuple[str, ...]]:
        """The names in their cell, each once and in their order: a list from JSON, or a text cut by `split`."""
        read, separator = self.raw(column), column.split
        index = self.index(column) if column.theirs else 0
        missing, renamed = frozenset(("", *column.missing)), column.values

        def listed(cells: Cells) -> tuple[str, ...]:
            cell: Any = cells[index]
            if not isinstance(cell, tuple):
                text = read(cells)
                cell = text.split(separator) if separator else (text,)
            names = (renamed.get(name, name) for part in cell if (name := part.strip()) not in missing)
            return tuple(dict.fromkeys(names))

        return listed

    def cell(self, theirs: str, *, tell: bool = True) -> Text:
        """One cell as a text, without the spreadsheet's guard; `tell` counts the guards."""
        index, tally = self._index[theirs], self._tally
        if not self._spreadsheet:
            return lambda cells: text_of(cells[index])

        def cell(cells: Cells) -> str:
            found = cells[index]
            if not isinstance(found, str):
                return text_of(found)
            if found[:1] == "=" and (plain := damage.unguarded(found)) is not found:
                if tell:
                    tally.add("guard", theirs)
                return plain
            return found

        return cell


def text_of(value: Value) -> str:
    """Any cell as a text."""
    if isinstance(value, str):
        return value
    return value.isoformat(" ") if isinstance(value, datetime) else ", ".join(value)


def _hashed(parts: Sequence[Text], salt: str) -> Text:
    def hashed(cells: Cells) -> str:
        texts = [read(cells) for read in parts]
        if not any(text.strip() for text in texts):
            return ""
        return blake2b((salt + "\x1f".join(texts)).encode(), digest_size=16).hexdigest()

    return hashed
