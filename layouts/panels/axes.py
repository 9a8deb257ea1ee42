"""Axes with few, round marks, and labels that keep their distance."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from layouts import words

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440, 14 * 1440, 28 * 1440)
_MOST_TICKS = 9
# Unseen tick marks hold the names off the bars; plotly forgets a standoff when a figure is set again.
BESIDE = {"ticks": "outside", "ticklen": 8, "tickcolor": "rgba(0,0,0,0)"}


def iso(moment: Any) -> str:
    """An instant as plotly reads it: naive UTC, to the minute."""
    return str(moment.isoformat(timespec="minutes"))


def time_ticks(first: datetime, last: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Marks at round local times between two naive UTC instants.

    The axis itself runs in UTC and only its words are local, so a day with a clock change keeps its true length.
    """
    start, end = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
    minutes = (end - start).total_seconds() / 60
    step = next((s for s in _STEPS if minutes / s <= _MOST_TICKS), _STEPS[-1])
    midnight = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    walls = (midnight + timedelta(minutes=step * i) for i in range(int((minutes + 2880) / step) + 2))
    instants = dict.fromkeys(wall.replace(tzinfo=zone).astimezone(UTC) for wall in walls)
    # a time under the axis' corner would stand against the zero of the other axis
    corner = start + (end - start) / 40
    shown = [instant for instant in instants if corner <= instant <= end]
    form = "%H:%M" if step < 1440 else "%d %b"
    return {
        "tickvals": [iso(instant.replace(tzinfo=None)) for instant in shown],
        "ticktext": [instant.astimezone(zone).strftime(form) for instant in shown],
    }


def round_ticks(top: float) -> dict[str, Any]:
    """Three to five whole marks from zero."""
    raw = max(top / 4, 1.0)
    power = 10 ** math.floor(math.log10(raw))
    step = next(int(m * power) for m in (1, 2, 5, 10) if m * power >= raw)
    marks = list(range(0, int(top) + 1, step))
    return {"tickvals": marks, "ticktext": [words.short(mark) for mark in marks]}


def spread(targets: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to rising targets as a least gap allows, between low and high."""
    places: list[float] = []
    for target in targets:
        places.append(max(target, places[-1] + gap) if places else max(target, low))
    for i in range(len(places) - 1, -1, -1):
        ceiling = places[i + 1] - gap if i + 1 < len(places) else high
        places[i] = round(min(places[i], ceiling), 4)
    return places
