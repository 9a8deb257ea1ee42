"""The picture of the 168-hour map: a cell per hour, its colour and its mark by what the hour is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.kind import Figure, Scope
from layouts.panels.roster import EVERYBODY
from layouts.panels.service_hours import week_of
from layouts.panels.week_places import WeekHour

_DAYS, _HOURS = 7, 24
_PAD, _TALL = 0.03, 0.06  # of a cell, between it and its neighbours
_INK = "#0A0F1E"
# what fills a cell, and its letters; "heads" are known where what they have to do is not
_LOOKS = {
    "gap": ("#3B2419", look.TEXT),
    "thin": (look.WARN, _INK),
    "covered": ("#1C4F52", look.TEXT),
    "surplus": ("#26407A", look.TEXT),
    "heads": ("#26304D", look.TEXT),
    "unknown": ("#131B31", look.TEXT_QUIET),
}
_HATCH = {"shape": "/", "fgcolor": look.BAD, "bgcolor": _LOOKS["gap"][0], "size": 11, "solidity": 0.2}
_MARKS = {"thin": "▾", "surplus": "▴"}
_VEIL = "rgba(17,24,43,0.62)"


@dataclass(frozen=True)
class Cell:
    """What is known of an hour. `state` is a key of the looks; `heads` is None where nothing is known."""

    hour: WeekHour
    heads: int | None
    gap_minutes: int
    state: str

    @property
    def is_gap(self) -> bool:
        """Whether somebody asks in it while nobody is there."""
        return self.state == "gap"

    @property
    def text(self) -> str:
        """What stands in the cell."""
        if self.is_gap:
            return f"<b>{self.gap_minutes}′</b>"
        heads = words.UNKNOWN if self.heads is None else f"{self.heads:,}"
        return heads + _MARKS.get(self.state, "")


def cells_of(hours: Sequence[WeekHour], tables: Iterable[pd.DataFrame]) -> list[Cell]:
    """A cell for every hour, from the answers of coverage_week; unknown where they say nothing."""
    rows = {
        words.instant(row.hour_at): row
        for table in tables
        for row in table.itertuples()
        if words.clean(row.site) == EVERYBODY and words.clean(row.language) == EVERYBODY
    }
    return [_cell(hour, rows.get(hour.since)) for hour in hours]


def _cell(hour: WeekHour, row: Any) -> Cell:
    if row is None:
        return Cell(hour, None, 0, "unknown")
    heads, minutes = words.known(row.heads_count), words.known(row.gap_minutes)
    told = words.clean(row.state)
    state = told if told in ("gap", "thin", "covered", "surplus") else "unknown" if heads is None else "heads"
    # a gap whose minutes are not told is the whole hour's
    whole = hour.length.total_seconds() / 60
    return Cell(hour, None if heads is None else int(heads), int(whole if minutes is None else minutes), state)


def week_figure(cells: Sequence[Cell], scope: Scope) -> Figure:
    """The map: days under each other, local hours beside each other."""
    by_state = {state: [cell for cell in cells if cell.state == state] for state in _LOOKS}
    found = {state: mine for state, mine in by_state.items() if mine}
    return {
        "data": [
            *(_boxes(state, mine) for state, mine in found.items()),
            *(_texts(state, mine) for state, mine in found.items()),
        ],
        "layout": {
            "margin": {"l": 118, "r": 2, "t": 34, "b": 2},
            "xaxis": {"range": [0, _HOURS], "side": "top", "showgrid": False, "zeroline": False, **_clock()},
            "yaxis": {"range": [_DAYS, 0], "showgrid": False, "zeroline": False, **_days(scope)},
            "shapes": _passed(cells, scope.now),
        },
    }


def _edges(hour: WeekHour) -> tuple[float, float, float, float]:
    """left, right, top, bottom of its box."""
    left, right = round(hour.left + _PAD, 3), round(hour.right - _PAD, 3)
    return left, right, round(hour.row + _TALL, 3), round(hour.row + 1 - _TALL, 3)


def _boxes(state: str, cells: Sequence[Cell]) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for cell in cells:
        left, right, top, bottom = _edges(cell.hour)
        # a hole in the line parts one box from the next
        x += [*([None] if x else []), left, right, right, left, left]
        y += [*([None] if y else []), top, top, bottom, bottom, top]
    fill = {"fillpattern": _HATCH} if state == "gap" else {"fillcolor": _LOOKS[state][0]}
    line = {"width": 1.5 if state == "gap" else 0, "color": look.BAD}
    return {"type": "scatter", "mode": "lines", "name": state, "x": x, "y": y, "fill": "toself", **fill, "line": line}


def _texts(state: str, cells: Sequence[Cell]) -> dict[str, Any]:
    boxes = [_edges(cell.hour) for cell in cells]
    halves = [cell.hour.right - cell.hour.left < 1 for cell in cells]
    return {
        "type": "scatter",
        "mode": "text",
        "name": f"{state} words",
        "x": [round((left + right) / 2, 3) for left, right, _, _ in boxes],
        "y": [round((top + bottom) / 2, 3) for _, _, top, bottom in boxes],
        "text": [cell.text for cell in cells],
        "textfont": {
            "size": [look.SMALLEST if half else look.SIZE_STRONG for half in halves],
            "color": _LOOKS[state][1],
        },
        "cliponaxis": False,
    }


def _clock() -> dict[str, Any]:
    marks = [hour + 0.5 for hour in range(_HOURS)]
    font = {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT}
    return {"tickvals": marks, "ticktext": [f"{hour:02}" for hour in range(_HOURS)], "tickangle": 0, "tickfont": font}


def _days(scope: Scope) -> dict[str, Any]:
    days = week_of(scope.now, scope.zone)
    texts = ["<b>today</b>", *(f"{day:%a} {day.day} {day:%b}" for day in days[1:])]
    font = {"size": look.SIZE_LABEL, "color": look.TEXT}
    return {"tickvals": [row + 0.5 for row in range(_DAYS)], "ticktext": texts, "tickfont": font, **BESIDE}


def _passed(cells: Sequence[Cell], now: datetime) -> list[dict[str, Any]]:
    """A veil over what is over, and a line around the running hour."""
    shapes: list[dict[str, Any]] = []
    over = [cell.hour for cell in cells if cell.hour.until <= now]
    if over:
        none = {"width": 0}
        edge = {"x0": 0, "x1": max(hour.right for hour in over), "y0": 0, "y1": 1}
        shapes.append({"type": "rect", **edge, "fillcolor": _VEIL, "line": none, "layer": "above"})
    running = next((cell.hour for cell in cells if cell.hour.since <= now < cell.hour.until), None)
    if running:
        line = {"color": look.TEXT, "width": 3}
        edge = {"x0": running.left, "x1": running.right, "y0": running.row + 0.02, "y1": running.row + 0.98}
        shapes.append({"type": "rect", **edge, "line": line})
    return shapes
