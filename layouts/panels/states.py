"""states: the open cases by what they wait for, as bars from zero, with how old the oldest of each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.quiet import note, quiet_figure

# what open_cases_by_state says, what we call it, and what it means to the room
_STATES = (
    ("new", "New", "nobody owns it"),
    ("assigned", "Assigned", "waits for us"),
    ("answered", "Answered", "our word was last"),
    ("waiting", "Paused", "waits for others"),
    ("resolved", "Resolved", "not closed yet"),
)
_OURS = ("new", "assigned")
_ALWAYS = 4  # those that stand there also with nothing in them


@dataclass(frozen=True)
class _Row:
    """One state: how many cases, how many of them nobody owns, and how long the oldest has been open, in seconds."""

    key: str
    title: str
    meaning: str
    count: int
    oldest: float | None


class States:
    """Open cases by state."""

    kind = "states"
    measures = ()
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The open cases of now."""
        return {"states": Ask("open_cases_by_state", {"now": scope.now, "brands": list(panel.brands)})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The bars, or a sentence when nothing is open."""
        rows = _rows(scope, tables)
        total, ours = (sum(row.count for row in rows if row.key in keys) for keys in ([s[0] for s in _STATES], _OURS))
        if not scope.has_data:
            figure, sub = quiet_figure("no cases yet"), ""
        elif not total:
            figure, sub = quiet_figure("no case is open"), "now"
        else:
            figure, sub = _figure(rows), f"{words.plural(total, 'open case')} now · {ours:,} wait for us"
        return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _rows(scope: Scope, tables: Tables) -> list[_Row]:
    found: dict[str, Any] = {str(row.state): row for row in tables["states"].itertuples()}
    rows = []
    for place, (key, title, meaning) in enumerate(_STATES):
        row = found.get(key)
        if row is None and place >= _ALWAYS:
            continue
        oldest = None if row is None else words.aware(row.oldest_opened_at)
        age = None if oldest is None else (scope.now - oldest).total_seconds()
        rows.append(_Row(key, title, meaning, int(row.cases_count) if row else 0, age))
    return rows


def _figure(rows: list[_Row]) -> Figure:
    middle, half = (len(rows) - 1) / 2, len(rows) / 2
    return {
        "data": [_bars(rows)],
        "layout": {
            "margin": {"l": 262, "r": 108, "t": 30, "b": 0},
            "bargap": 0.5,
            "xaxis": {"range": [0, round(1.22 * max(max(row.count for row in rows), 1), 2)], "visible": False},
            "yaxis": {
                "range": [middle + half, middle - half],
                "tickvals": list(range(len(rows))),
                "ticktext": [_name(row) for row in rows],
                "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
                **BESIDE,
                "showgrid": False,
            },
            "annotations": [_head(), *(_age(place, row) for place, row in enumerate(rows))],
        },
    }


def _name(row: _Row) -> str:
    return f'{row.title} <span style="color:{look.TEXT_QUIET}">· {row.meaning}</span>'


def _bars(rows: list[_Row]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": "open cases",
        "y": list(range(len(rows))),
        "x": [row.count for row in rows],
        "text": [f"<b>{row.count:,}</b>" for row in rows],
        "textposition": "outside",
        "textfont": {"size": look.SIZE_STRONG, "color": look.TEXT},
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": [look.INFO if row.key in _OURS else look.OTHER for row in rows], "line": {"width": 0}},
    }


def _head() -> dict[str, Any]:
    where = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "xshift": 104}
    return note("oldest", 1, 1, **where, font={"size": look.SIZE_AXIS, "color": look.TEXT_QUIET})


def _age(place: int, row: _Row) -> dict[str, Any]:
    font = {"size": look.SIZE_LABEL, "color": look.TEXT_SOFT}
    return note(lasted(row.oldest), 1, place, xref="paper", xanchor="right", xshift=104, font=font)
