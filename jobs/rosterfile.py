"""Rosters as tables: a CSV file with a shift in each row, its columns named like the keys of `[[shift]]`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config import Problem, Shift
from config.errors import explain, unknown

MOST = 100_000


class NotARoster(Exception):
    """A roster file that cannot be taken over; `problems` says all that is wrong with it, with file, line and key."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def _words(cell: str) -> list[str]:
    """A list: parted by ";", or by blanks where no ";" stands."""
    return [word.strip() for word in (cell.split(";") if ";" in cell else cell.split()) if word.strip()]


def _names(cell: str) -> list[str]:
    """A list of names, which may hold blanks: parted by ";" alone."""
    return [name.strip() for name in cell.split(";") if name.strip()]


def _whole(cell: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", cell):
        raise ValueError(f'"{cell}" is not a whole number')
    return int(cell)


def _day(cell: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise ValueError(f'"{cell}" is not a day; write such as "2026-12-24"')


def _yes(cell: str) -> bool:
    said = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if cell.lower() not in said:
        raise ValueError(f'"{cell}" is neither "true" nor "false"')
    return said[cell.lower()]


COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "site": str, "timezone": str, "team": str, "languages": _words, "tracks": _words, "heads": _whole,
    "agents": _names, "days": _words, "date": _day, "start": str, "end": str, "employer": str, "from": _day,
    "until": _day, "on_call": _yes,
}  # fmt: skip
REQUIRED = ("site", "timezone", "start", "end")


def read_csv(path: Path, name: str, tracks: Collection[str]) -> dict[int, Shift]:
    """The shifts of a CSV file by the number of their line; `name` is what messages call it. Raises NotARoster."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _none(name, "does not exist; paths start from the site file's folder") from None
    except OSError as error:
        raise _none(name, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise _none(name, f"is not UTF-8 text ({error.reason}); save it as UTF-8") from None
    return shifts_of(text, name, tracks)


def shifts_of(text: str, name: str, tracks: Collection[str]) -> dict[int, Shift]:
    """The shifts of a CSV text by the number of their line; `tracks` are those of the site file. Raises NotARoster."""
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        raise _none(name, f"is not a table: {error}") from None
    if len(rows) < 2:
        raise _none(name, "holds no shift; write a line of column names, and below it a line for each shift")
    if len(rows) > MOST:
        raise _none(name, f"holds more than {MOST:,} shifts")
    header, *body = rows
    columns = [cell.strip() for cell in header[1]]
    while not columns[-1]:  # a spreadsheet may leave empty ones behind the last
        columns.pop()
    if wrong := list(_of_header(name, columns, header[0])):
        raise NotARoster(wrong)
    return _taken(name, columns, body, tracks)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something, with its number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _of_header(name: str, columns: list[str], line: int) -> Iterator[Problem]:
    for column in dict.fromkeys(columns):
        where = f"{name}: {column}" if column else name
        if column not in COLUMNS:
            yield Problem(where, unknown("column", column, COLUMNS), line)
        elif columns.count(column) > 1:
            yield Problem(where, "stands there twice; one column is enough", line)
    for column in REQUIRED:
        if column not in columns:
            yield Problem(f"{name}: {column}", "is a column that every roster has, and is missing", line)
    if not {"heads", "agents"} & set(columns):
        yield Problem(f"{name}: heads", "is missing; write how many they are, or agents: who they are", line)


def _taken(
    name: str, columns: list[str], body: list[tuple[int, list[str]]], tracks: Collection[str]
) -> dict[int, Shift]:
    shifts: dict[int, Shift] = {}
    wrong: list[Problem] = []
    for line, cells in body:
        try:
            shifts[line] = _shift(columns, cells, tracks)
        except NotARoster as error:
            wrong += [Problem(f"{name}: {one.where}" if one.where else name, one.sentence, line)
                      for one in error.problems]  # fmt: skip
    if wrong:
        raise NotARoster(wrong)
    return shifts


def _shift(columns: list[str], cells: list[str], tracks: Collection[str]) -> Shift:
    """One row as a shift. Raises NotARoster, with columns only."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise _none("", f"has {len(cells)} cells under {len(columns)} columns; a cell with a comma stands in quotes")
    given, wrong = _given(columns, cells)
    if wrong:
        raise NotARoster(wrong)
    try:
        shift = Shift.model_validate(given)
    except ValidationError as error:
        problems = explain(error, Shift)
        raise NotARoster([Problem(_column(one.where), one.sentence) for one in problems]) from None
    if strange := [name for name in shift.tracks if name not in tracks]:
        raise NotARoster([Problem("tracks", unknown("track", strange[0], tracks))])
    return shift


def _given(columns: list[str], cells: list[str]) -> tuple[dict[str, Any], list[Problem]]:
    """What the cells of a row say, by key; an empty one says nothing."""
    given: dict[str, Any] = {}
    wrong: list[Problem] = []
    for column, cell in zip(columns, cells, strict=False):
        try:
            if cell.strip():
                given[column] = COLUMNS[column](cell.strip())
        except ValueError as error:
            wrong.append(Problem(column, str(error)))
    return given, wrong


def _column(where: str) -> str:
    """The column of a key such as "languages.0"; none for what is wrong with the row."""
    return "" if where == "the file" else where.partition(".")[0]


def _none(where: str, sentence: str) -> NotARoster:
    return NotARoster([Problem(where, sentence)])
