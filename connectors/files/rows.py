"""What every reader of tables gives: rows, and what a reader is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from connectors.files.cells import Value
from connectors.files.problems import Unreadable
from connectors.files.values import Tally


class Row(NamedTuple):
    """One row of a table.

    line    where it starts, as a person counts: from 1, the header included
    cells   the wanted columns; None when the row is refused or holds nothing at all
    raw     its text, or what to make its text of
    wrong   why it is refused
    """

    line: int
    cells: tuple[Value, ...] | None
    raw: Any
    wrong: Unreadable | None = None


class Table(Protocol):
    """One open file."""

    columns: tuple[str, ...]
    spreadsheet: bool

    def rows(self) -> Iterator[Row]:
        """Every row, once. Raises Damaged."""
        ...

    def share(self) -> float:
        """How much of the file is read, 0..1."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def names_of(header: Sequence[str], tally: Tally) -> tuple[str, ...]:
    """The header without blanks around its names; one that comes again is called name#2, name#3, and told."""
    seen: Counter[str] = Counter()
    names = []
    for name in map(str.strip, header):
        seen[name] += 1
        again = name and seen[name] > 1
        names.append(f"{name}#{seen[name]}" if again else name)
        if again:
            tally.add("twice", names[-1], name)
    return tuple(names)
