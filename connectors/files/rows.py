"""What every reader of tables gives: rows, and what a reader is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from connectors.files.cells import Value
from connectors.files.problems import Unreadable


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
