"""What a tile of the care work says: a number, how it moved, two notes, and its part of a whole as a bar."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from config import Panel
from layouts import words
from layouts.panels.kind import Drawn, Scope, Tables, part
from layouts.panels.sparks import HEIGHT, WIDTH

GAUGE = ("track", "fill", "mark")


@dataclass(frozen=True)
class Told:
    """What a tile says. `share` 0..1 is what its bar shows of the whole, and `limit` where on it the threshold lies."""

    number: tuple[str, str]
    change: str
    note: str
    aside: str
    share: float | None = None
    limit: float | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Seen:
    """What a tile is told from."""

    panel: Panel
    scope: Scope
    tables: Tables


def unknown(note: str, aside: str = "") -> Told:
    """A dash, and why."""
    return Told((words.UNKNOWN, ""), words.UNKNOWN, note, aside)


def told_drawn(name: str, told: Told) -> Drawn:
    """The tile as a frame carries it."""
    number, unit = told.number
    texts = {"value": number, "unit": unit, "change": told.change, "note": told.note, "aside": told.aside}
    paths = _gauge(told.share, told.limit)
    state = "none" if number == words.UNKNOWN else "warn" if told.is_over else "info"
    return Drawn(
        values={part(name, what): text for what, text in texts.items()},
        states={part(name, "card"): state},
        paths={part(name, what): path for what, path in zip(GAUGE, paths, strict=True)},
    )


def _gauge(share: float | None, limit: float | None) -> tuple[str, str, str]:
    """A bar over the whole width, how much of it is filled, and a line where a limit lies; "" for what there is not."""
    if share is None:
        return "", "", ""
    low, high = HEIGHT - 9, HEIGHT - 3
    whole, filled = (f"M0,{low:.0f}h{width:.1f}V{high:.0f}H0Z" for width in (WIDTH, share * WIDTH))
    return whole, filled, "" if limit is None else f"M{limit * WIDTH:.1f},{low - 5:.0f}V{HEIGHT:.0f}"


def cell(table: pd.DataFrame, column: str) -> float | None:
    """A number of a table's first row; None where it is not known, or there is no row."""
    return None if table.empty else words.known(table[column].iloc[0])


def share_of(some: float | None, of: float | None) -> float | None:
    """A part of a whole; None of nothing."""
    return None if some is None or not of else some / of


def past(panel: Panel, count: float) -> bool:
    """Whether a count is past the panel's threshold, where that is a number."""
    return isinstance(panel.threshold, float) and count > panel.threshold
