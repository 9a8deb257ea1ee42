"""response: how long the first answer takes in each group, and how many customers have none yet.

`measure` names the group: platform (default), brand, owner or channel. A bar is the median of the answered, from zero;
the mark beyond it is the time within which nine of ten were answered. Both leave out who was never answered, so they
never stand without that count. A `threshold` that is a duration, such as "1h", is drawn as a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part, window_of
from layouts.panels.lasting import duration_ticks, lasted, limit_seconds
from layouts.panels.platforms import UNKNOWN, title_of
from layouts.panels.quiet import note, quiet_figure

_MOST, _LEAST = 7, 4
_NAME = 15
_COLUMNS = (("median", 88), ("cases", 168), ("no answer", 270))
"""The numbers right of the picture: their heads, and where they end, in pixels."""


@dataclass(frozen=True)
class _Row:
    """One group: its cases, those nobody has answered yet, and how long the answered waited, in seconds."""

    title: str
    cases: int
    waiting: int
    half: float | None
    nine: float | None


class Response:
    """Times to the first answer."""

    kind = "response"
    measures = ("platform", "brand", "owner", "channel")
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The times of each group."""
        more: dict[str, object] = {"group_by": _group(panel), "brands": list(panel.brands), "now": scope.now}
        return {"groups": Ask("response_by_group", {**window_of(panel, scope), **more})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The bars, or a sentence when there is no case."""
        table, length = tables["groups"], words.span(panel.window)
        sub = f"cases opened in {length} · of those answered: bar to the median, ◆ nine of ten"
        if table.empty or not scope.has_data:
            sentence = f"no case was opened in the last {length}" if scope.has_data else "no cases yet"
            return _drawn(name, f"cases opened in {length}", quiet_figure(sentence))
        rows = [_row(row, _group(panel)) for row in table.head(_MOST).itertuples()]
        left = len(table) - len(rows)
        more = f" · {words.plural(left, 'smaller group')} not shown" if left else ""
        return _drawn(name, sub + more, _figure(rows, limit_seconds(panel.threshold)))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _drawn(name: str, sub: str, figure: Figure) -> Drawn:
    return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})


def _group(panel: Panel) -> str:
    return panel.measure or "platform"


def _row(row: Any, group: str) -> _Row:
    title = title_of(row.group_name) if group == "platform" else words.clean(row.group_name) or UNKNOWN
    if pd.isna(row.group_name) and group == "owner":
        title = "nobody"
    times = words.known(row.p50_seconds), words.known(row.p90_seconds)
    return _Row(title, int(row.cases_count), int(row.waiting_count), *times)


def _figure(rows: list[_Row], limit: float | None) -> Figure:
    longest = max([row.nine for row in rows if row.nine is not None] + [limit or 0.0, 60.0])
    middle, half = (len(rows) - 1) / 2, max(len(rows), _LEAST) / 2
    return {
        "data": [_bars(rows, limit), *_marks(rows)],
        "layout": {
            "margin": {"l": 168, "r": _COLUMNS[-1][1] + 6, "t": 32, "b": 34},
            "bargap": 0.48,
            "xaxis": {"range": [0, round(1.06 * longest, 1)], **duration_ticks(1.06 * longest)},
            "yaxis": {
                "range": [middle + half, middle - half],
                "tickvals": list(range(len(rows))),
                "ticktext": [words.markup(row.title, _NAME) for row in rows],
                "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
                **BESIDE,
                "showgrid": False,
            },
            "shapes": [_line(limit)] if limit else [],
            "annotations": [*([_limit(limit)] if limit else []), *_heads(), *_numbers(rows)],
        },
    }


def _bars(rows: list[_Row], limit: float | None) -> dict[str, Any]:
    over = [limit is not None and row.half is not None and row.half > limit for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": "median",
        "y": list(range(len(rows))),
        "x": [None if row.half is None else round(row.half, 1) for row in rows],
        "marker": {"color": [look.WARN if is_over else look.INFO for is_over in over], "line": {"width": 0}},
    }


def _marks(rows: list[_Row]) -> list[dict[str, Any]]:
    """Where nine of ten were answered: a thin line from the bar to a diamond."""
    known = [(place, row) for place, row in enumerate(rows) if row.half is not None and row.nine is not None]
    x = [value for _, row in known for value in (round(row.half or 0, 1), round(row.nine or 0, 1), None)]
    y = [value for place, _ in known for value in (place, place, None)]
    line = {"type": "scatter", "mode": "lines", "name": "to nine of ten", "x": x, "y": y}
    dots = {"type": "scatter", "mode": "markers", "name": "nine of ten", "x": x[1::3], "y": y[1::3]}
    marker = {"symbol": "diamond", "size": 13, "color": look.TEXT, "line": {"width": 0}}
    return [{**line, "line": {"color": look.TEXT_QUIET, "width": 2}}, {**dots, "marker": marker, "cliponaxis": False}]


def _line(limit: float) -> dict[str, Any]:
    line = {"color": look.WARN, "width": 2, "dash": "4px,4px"}
    return {"type": "line", "x0": limit, "x1": limit, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _limit(limit: float) -> dict[str, Any]:
    font = {"size": look.SIZE_AXIS, "color": look.WARN}
    return note(f"act over {lasted(limit)}", limit, 1, yref="paper", yanchor="bottom", xanchor="center", font=font)


def _heads() -> list[dict[str, Any]]:
    where = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom"}
    font = {"size": look.SIZE_AXIS, "color": look.TEXT_QUIET}
    return [note(head, 1, 1, **where, xshift=end, font=font) for head, end in _COLUMNS]


def _numbers(rows: list[_Row]) -> list[dict[str, Any]]:
    where = {"xref": "paper", "xanchor": "right"}
    soft = {"size": look.SIZE_LABEL, "color": look.TEXT_SOFT}
    strong = {"size": look.SIZE_STRONG, "color": look.TEXT}
    return [
        note(text, 1, place, **where, xshift=end, font=strong if is_bold else soft)
        for place, row in enumerate(rows)
        for text, is_bold, (_, end) in zip(_texts(row), (True, False, True), _COLUMNS, strict=True)
    ]


def _texts(row: _Row) -> list[str]:
    return [f"<b>{lasted(row.half)}</b>", words.short(row.cases), f"<b>{words.short(row.waiting)}</b>"]
