"""A scene's grid, drawn as text: a word is a panel, and every word covers a rectangle.

volume volume sentiment
voice  latest sources
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """Where a panel stands: `row` and `column` count from 1, spans are in cells."""

    name: str
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Grid:
    """A drawn grid: its size in cells and the place of each panel, in reading order."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The panels of the grid in reading order."""
        return tuple(cell.name for cell in self.cells)


def parse_grid(text: str) -> Grid:
    """Read a drawn grid. "." is an empty cell.

    Raises ValueError, naming the line or word, when rows differ in length or a word is not a rectangle.
    """
    lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        raise ValueError('the grid is empty; draw it as text, for example "volume volume sentiment"')
    width = len(lines[0])
    for number, line in enumerate(lines, 1):
        if len(line) != width:
            raise ValueError(f"row {number} of the grid has {len(line)} cells and row 1 has {width}; make them equal")
    names = dict.fromkeys(word for line in lines for word in line if word != ".")
    return Grid(len(lines), width, tuple(_cell(name, lines) for name in names))


def _cell(name: str, lines: list[list[str]]) -> Cell:
    places = [(r, c) for r, line in enumerate(lines) for c, word in enumerate(line) if word == name]
    top, left = min(r for r, _ in places), min(c for _, c in places)
    rows, columns = max(r for r, _ in places) - top + 1, max(c for _, c in places) - left + 1
    if rows * columns != len(places):
        raise ValueError(f'"{name}" does not cover a rectangle in the grid; draw it as one block of cells')
    return Cell(name, top + 1, left + 1, rows, columns)
