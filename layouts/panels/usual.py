"""The dotted line: how loud it usually is, or, as long as that is not known, how loud it was the window before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from layouts import look, words
from layouts.blind import Blind, unknown_where
from layouts.panels.axes import iso
from layouts.panels.quiet import note

MINUTES = (1, 2, 5, 10, 15, 30, 60)
"""How long a bucket may be."""
_MOST_BUCKETS = 288
_ENOUGH = 0.5  # of the buckets; with fewer the line would be more gap than line
_EDGE, _HALF = 0.1, 0.07  # of the axis: how far its name keeps from both ends, and half of what it covers
_APART = 0.17  # of the axis, from the peak's own words
Course = list[float | None]


@dataclass(frozen=True)
class Usual:
    """A course to hold the picture against, bucket by bucket.

    name   what it is called beside the line
    said   the same for the subtitle, with how it is made
    """

    name: str
    said: str
    course: Course


def finest_of(window: timedelta) -> int:
    """Minutes of the finest bucket that does not cut the window into too many."""
    minutes = window.total_seconds() / 60
    return next((m for m in MINUTES if minutes / m <= _MOST_BUCKETS), MINUTES[-1])


def expected_total(table: pd.DataFrame, window: timedelta) -> float | None:
    """What was to be expected of a whole window, from the answer of volume_expected in its finest buckets.

    None where a bucket of it is not known. Buckets reach over both ends of the window, so their mean is taken.
    """
    bucket = timedelta(minutes=finest_of(window))
    known = words.known(table["expected_count"].mean()) if len(table) >= window / bucket else None
    return None if known is None else known * (window / bucket)


def expected_of(table: pd.DataFrame, starts: pd.DatetimeIndex, bucket: int, finest: int) -> Usual | None:
    """The answer of volume_expected in buckets of the picture; None where too little is known to draw a line.

    A bucket whose parts (of `finest` minutes) are not all known is not known.
    """
    if table.empty:
        return None
    parts = table.groupby(table["bucket_at"].dt.floor(f"{bucket}min"))["expected_count"].agg(["sum", "count"])
    whole = parts["sum"][parts["count"] * finest == bucket].astype("float64").reindex(starts)
    course = [words.known(count) for count in whole]
    if sum(count is not None for count in course) < _ENOUGH * len(course):
        return None
    weekly = bool((table["basis"] == "week").mean() >= _ENOUGH)
    return Usual("expected", f"expected: as usual at this time of the {'week' if weekly else 'day'}", course)


def before_of(
    table: pd.DataFrame, starts: pd.DatetimeIndex, bucket: int, window: timedelta, spans: Sequence[Blind]
) -> Usual | None:
    """The counts of the window before, moved onto this one; open where it is 0 and nobody may have looked."""
    if table.empty:
        return None
    freq, name = f"{bucket}min", f"the {words.span(window)} before"
    sums = table.groupby(table["bucket_at"].dt.floor(freq))["mentions_count"].sum()
    course = unknown_where(sums, (starts - window).floor(freq), timedelta(minutes=bucket), spans)
    return Usual(name, f"dotted: {name}", course)


def dotted(usual: Usual, raster: dict[str, Any]) -> dict[str, Any]:
    """The line."""
    y = [None if count is None else round(count, 1) for count in usual.course]
    return {**raster, "name": usual.name, "y": y, "line": {"color": look.TEXT, "width": 2, "dash": "3px,4px"}}


def named_line(
    usual: Usual, loud: Sequence[float], starts: pd.DatetimeIndex, peak: int | None, top: float
) -> list[dict[str, Any]]:
    """Its name, above the line where the picture is lowest, and away from the words of the peak."""
    count = len(starts)
    reach = max(1, round(_HALF * count))

    def height(place: int) -> float:
        near = range(max(place - reach, 0), min(place + reach + 1, count))
        return max(max(loud[i], usual.course[i] or 0.0) for i in near)

    places = [
        i
        for i in range(round(_EDGE * count), round((1 - _EDGE) * count))
        if usual.course[i] is not None and (peak is None or abs(i - peak) > _APART * count)
    ]
    if not places:
        return []
    best = min(places, key=lambda place: (round(height(place) / top, 2), place))
    font = {"size": look.SIZE_AXIS, "color": look.TEXT}
    where = {"xanchor": "center", "yanchor": "bottom", "yshift": 5}
    return [note(f"····· {usual.name}", iso(starts[best]), round(height(best), 2), **where, font=font)]
