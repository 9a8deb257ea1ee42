"""The desk's trend: a bar for each piece of time, what of it is negative (or still open), hatched where nobody saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from layouts import words
from layouts.blind import Blind
from layouts.desk import times
from layouts.desk.filters import OPEN_STATES, Filters
from layouts.desk.links import closed, narrowed
from layouts.desk.palette import Palette
from layouts.panels.axes import round_ticks, time_ticks
from layouts.words import aware

FONT = "'Inter Variable', Inter, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_HEADROOM = 0.82
_CLEAR = "rgba(0,0,0,0)"
_PARTS = {"mentions": ("negative", "negative_count", "mention"), "cases": ("open", "open_count", "case")}
_HOURS, _DAYS = 60, 1440


@dataclass(frozen=True)
class Piece:
    """One mark's time, aware UTC, and what it holds: all of it, and the part that is negative or still open."""

    since: datetime
    until: datetime
    count: int
    part: int


def pieces(table: pd.DataFrame, edges: Sequence[datetime], view: str) -> list[Piece]:
    """Every piece between two edges, from mentions_by_edge or cases_by_edge; one nothing came back for holds 0."""
    _, part, noun = _PARTS[view]
    sums = table.groupby("edge_at")[[f"{noun}s_count", part]].sum()
    found = {aware(at): (int(row.iloc[0]), int(row.iloc[1])) for at, row in sums.iterrows()}
    return [Piece(since, until, *found.get(since, (0, 0))) for since, until in pairwise(edges)]


def opened(filters: Filters, since: datetime, until: datetime, part: str) -> Filters | None:
    """What a mark of the trend leads to: its time and, when `part` says so, only what is negative or still open."""
    within = closed(filters).within(since, until)
    if part == "negative":
        return narrowed(within, "sentiment", ("negative",))
    return narrowed(within, "state", OPEN_STATES) if part == "open" else within


def trend_figure(
    marks: Sequence[Piece], blind: Sequence[Blind], view: str, palette: Palette, zone: ZoneInfo, now: datetime
) -> dict[str, Any]:
    """The figure as a plain dict. Each bar carries its piece of time and its part as customdata."""
    if not any(mark.count for mark in marks):
        return quiet(_nothing(view, marks, blind), palette)
    top = max(mark.count for mark in marks) / _HEADROOM
    first, last = marks[0].since, marks[-1].until
    name = _PARTS[view][0]
    data = [
        _bars(marks, [mark.part for mark in marks], [0] * len(marks), name, palette.negative, view, zone, now),
        _bars(marks, [m.count - m.part for m in marks], [m.part for m in marks], "", palette.mark, view, zone, now),
        # the empty height above a short bar: whoever points at it means the bar
        _bars(marks, [top - m.count for m in marks], [m.count for m in marks], "", _CLEAR, view, zone, now),
        *_hatched(blind, first, last, top, palette),
    ]
    return {"data": data, "layout": _layout(marks, top, palette, zone, now)}


def quiet(sentence: str, palette: Palette) -> dict[str, Any]:
    """A figure that only says why it is empty."""
    at = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "showarrow": False}
    font = {"size": 15, "color": palette.soft, "family": FONT}
    hidden = {"visible": False, "fixedrange": True}
    frame = {"paper_bgcolor": _CLEAR, "plot_bgcolor": _CLEAR, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}
    notes = [{"text": words.markup(sentence), **at, "font": font}]
    return {"data": [], "layout": {**frame, "xaxis": hidden, "yaxis": hidden, "annotations": notes}}


def _nothing(view: str, marks: Sequence[Piece], blind: Sequence[Blind]) -> str:
    start, end = (_naive(marks[0].since), _naive(marks[-1].until)) if marks else (None, None)
    lost = start is not None and end is not None and any(
        span.since < end and (span.until is None or span.until > start) for span in blind
    )  # fmt: skip
    return f"no {view} match these filters" + (", and for some of the time nobody looked" if lost else "")


def _bars(
    marks: Sequence[Piece], heights: Sequence[float], bases: Sequence[float], part: str, colour: str, view: str,
    zone: ZoneInfo, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    return {
        "type": "bar",
        "name": part or view,
        "x": [_iso(mark.since) for mark in marks],
        "width": [0.88 * (mark.until - mark.since).total_seconds() * 1000 for mark in marks],
        "offset": 0,
        "y": [round(height, 2) for height in heights],
        "base": list(bases),
        "marker": {"color": colour, "line": {"width": 0}},
        "customdata": [[_iso(mark.since) + "Z", _iso(mark.until) + "Z", part] for mark in marks],
        "hovertext": [_told(mark, part, view, zone, now) for mark in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _told(mark: Piece, part: str, view: str, zone: ZoneInfo, now: datetime) -> str:
    when = times.between(mark.since, mark.until, zone, now)
    if part:
        return f"<b>{mark.part:,} {part}</b><br>{when}"
    name, _, noun = _PARTS[view]
    return f"<b>{words.plural(mark.count, noun)}</b>, {mark.part:,} {name}<br>{when}"


def _hatched(
    blind: Sequence[Blind], first: datetime, last: datetime, top: float, palette: Palette
) -> list[dict[str, Any]]:
    """A hatch over every stretch in which somebody was blind; stretches that overlap are hatched once."""
    least, start, end = (last - first) / 200, _naive(first), _naive(last)
    stretches: list[list[datetime]] = []
    for span in sorted(blind, key=lambda span: span.since):
        left, right = max(span.since, start), min(span.until or end, end)
        if right <= left:
            continue
        left, right = min(left, end - least), max(right, left + least)
        if stretches and left <= stretches[-1][1]:
            stretches[-1][1] = max(stretches[-1][1], right)
        else:
            stretches.append([left, right])
    x: list[str | None] = []
    y: list[float | None] = []
    for left, right in stretches:
        # a gap in the line parts one shape from the next
        x += [*([None] if x else []), *(moment.isoformat() for moment in (left, left, right, right))]
        y += [*([None] if y else []), 0, top, top, 0]
    pattern = {"shape": "/", "fgcolor": palette.quiet, "bgcolor": _CLEAR, "size": 8, "solidity": 0.16}
    shape = {"fill": "toself", "fillpattern": pattern, "line": {"width": 0}, "hoverinfo": "skip"}
    return [{"type": "scatter", "mode": "lines", "name": "not seen", "x": x, "y": y, **shape}] if x else []


def _layout(marks: Sequence[Piece], top: float, palette: Palette, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    first, last = _naive(marks[0].since), _naive(marks[-1].until)
    plain = {"fixedrange": True, "zeroline": False, "showline": False, "ticks": "", "title": {"text": ""}}
    font = {"size": 13, "color": palette.soft, "family": FONT}
    ticks = round_ticks(top)
    return {
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "barmode": "overlay",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "font": font,
        "margin": {"l": 16 + 8 * max(len(mark) for mark in ticks["ticktext"]), "r": 8, "t": 8, "b": 28},
        "hoverlabel": {"bgcolor": palette.card, "bordercolor": palette.line, "font": {**font, "color": palette.ink}},
        "xaxis": {
            "type": "date",
            "range": [first.isoformat(), last.isoformat()],
            "showgrid": False,
            **plain,
            **time_ticks(first, last, zone),
        },
        "yaxis": {"range": [0, round(top, 2)], "gridcolor": palette.line, **plain, **ticks},
        "annotations": [_peak(marks, palette, zone, now)],
    }


def _peak(marks: Sequence[Piece], palette: Palette, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """The loudest piece in words, above its bar."""
    loudest = max(marks, key=lambda mark: mark.count)
    along = (loudest.since - marks[0].since) / (marks[-1].until - marks[0].since)
    anchor = "left" if along < 0.15 else "right" if along > 0.85 else "center"
    when = times.between(loudest.since, loudest.until, zone, now)
    middle = loudest.since + (loudest.until - loudest.since) / 2
    return {
        "x": _iso(middle),
        "y": loudest.count,
        "text": f"peak {loudest.count:,} · {when}",
        "showarrow": False,
        "xanchor": anchor,
        "yanchor": "bottom",
        "yshift": 2,
        "font": {"size": 13, "color": palette.ink, "family": FONT},
    }


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _iso(moment: datetime) -> str:
    return _naive(moment).isoformat()
