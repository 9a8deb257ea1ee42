"""voice_lines: how each brand's share of voice moved, a line per brand with its name at the end.

A point is the share of the 24 hours before it, so that day and night do not make waves; the last one is now, and says
what share_of_voice says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import iso, spread, time_ticks
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, blind_of, compared, part
from layouts.panels.quiet import note, quiet_figure
from layouts.panels.unseen import subtitle

_STEP, _DAY = timedelta(hours=6), timedelta(hours=24)
_POOL = _DAY // _STEP
_MOST_POINTS = 60
_MOST_LINES = 6
_NAME = 16
_LABEL_GAP = 0.11
# rivals' colours; the own brand has that of what we are told about ourselves
_RIVALS = ("#B9A3FB", "#A6E3CF", "#F4D35E", "#F6A56F", look.TEXT_SOFT)


@dataclass(frozen=True)
class Line:
    """One brand's course of shares, 0..1; none where nothing was said by anybody."""

    brand: str
    colour: str
    is_own: bool
    shares: list[float | None]


class VoiceLines:
    """Shares of voice over days."""

    kind = "voice_lines"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The counts of each brand in steps of some hours, from a day before the first point on."""
        edges: dict[str, object] = {"edges": _edges(panel, scope), "brands": compared(panel, scope.site)}
        return {"steps": Ask("mentions_by_edge", edges), "blind": blind_of(panel.window, scope)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The lines, or a sentence when there are none."""
        lines = _lines(panel, scope, tables["steps"])
        said = (f"share of 24 h, over {words.span(panel.window)}", words.zone_name(scope.zone))
        figure = _figure(lines, panel, scope) if lines else quiet_figure(scope.nothing(panel.window))
        return Drawn(
            values={part(name, "sub"): subtitle(panel.window, scope, tables, *said)},
            figures={part(name, "figure"): figure},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _step(panel: Panel) -> timedelta:
    """Six hours; longer where a long window would have too many points."""
    return _STEP * max(1, -(-int(panel.window / _STEP) // _MOST_POINTS))


def _edges(panel: Panel, scope: Scope) -> list[datetime]:
    until, step = scope.now.replace(second=0, microsecond=0), _step(panel)
    count = max(int(panel.window / step), 1) + max(_DAY // step, 1)
    return [until - step * back for back in range(count, -1, -1)]


def _points(panel: Panel, scope: Scope) -> pd.DatetimeIndex:
    """The end of every step: a point stands where its day ends."""
    naive = [edge.replace(tzinfo=None) for edge in _edges(panel, scope)]
    return pd.DatetimeIndex(naive[1:]).as_unit("us")


def _lines(panel: Panel, scope: Scope, table: pd.DataFrame) -> list[Line]:
    """Own brands first, then the loudest rivals; each share is of all brands that are compared."""
    if table.empty:
        return []
    pool = max(_DAY // _step(panel), 1)
    counts = table.groupby(["until_at", "brand"])["mentions_count"].sum().unstack(fill_value=0)
    pooled = counts.reindex(_points(panel, scope), fill_value=0).astype("float64").rolling(pool).sum().iloc[pool - 1 :]
    shares = pooled.div(pooled.sum(axis=1).where(lambda total: total > 0), axis=0)
    own = [brand.name for brand in scope.site.brand if brand.kind == "own" and brand.name in shares]
    rivals = [str(name) for name in counts.sum().sort_values(ascending=False).index if name not in own]
    kept = [*own, *rivals][:_MOST_LINES]
    fixed = [name for name in compared(panel, scope.site) if name in rivals]  # colours do not follow counts
    colours = dict(zip(fixed, _RIVALS * len(fixed), strict=False)) | dict.fromkeys(own, look.INFO)
    return [Line(name, colours[name], name in own, [words.known(share) for share in shares[name]]) for name in kept]


def _figure(lines: list[Line], panel: Panel, scope: Scope) -> Figure:
    top = 1.12 * max([share for line in lines for share in line.shares if share is not None], default=1.0)
    points = _points(panel, scope)[-len(lines[0].shares) :].to_pydatetime()
    first, last = points[0], points[-1]
    x = [iso(point) for point in points]
    marks = _percent_ticks(top)
    return {
        "data": [_trace(line, x) for line in reversed(lines)],
        "layout": {
            "margin": {"l": 62, "r": 210, "t": 8, "b": 34},
            "xaxis": {"type": "date", "range": [iso(first), iso(last)], **time_ticks(first, last, scope.zone)},
            "yaxis": {"range": [0, round(top, 4)], **marks},
            "annotations": _names(lines, top),
        },
    }


def _percent_ticks(top: float) -> dict[str, Any]:
    step = next(step for step in (0.05, 0.1, 0.2, 0.25) if top / step <= 5)
    marks = [round(step * i, 2) for i in range(int(top / step) + 1)]
    return {"tickvals": marks, "ticktext": [f"{words.percent(mark)}%" for mark in marks]}


def _trace(line: Line, x: list[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": words.markup(line.brand, _NAME),
        "x": x,
        "y": [None if share is None else round(share, 4) for share in line.shares],
        "line": {"color": line.colour, "width": 3.6 if line.is_own else 2.2},
    }


def _names(lines: list[Line], top: float) -> list[dict[str, Any]]:
    """Each brand's name and last share at the end of its line."""
    ended = sorted(lines, key=lambda line: line.shares[-1] or 0.0)
    places = spread([(line.shares[-1] or 0.0) / top for line in ended], _LABEL_GAP, 0.04, 0.97)
    at = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle", "xshift": 10}
    return [
        note(_said(line), 1, place, **at, font={"size": look.SIZE_LABEL, "color": line.colour})
        for line, place in zip(ended, places, strict=True)
    ]


def _said(line: Line) -> str:
    last = line.shares[-1]
    share = words.UNKNOWN if last is None else f"{words.percent(last)}%"
    return f"<b>{words.markup(line.brand, _NAME)}</b>  {share}"
