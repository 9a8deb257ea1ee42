"""The card every panel stands on: title, subtitle, freshness mark and a body that stays."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from config import Goal, Panel
from layouts.panels.kind import part
from layouts.words import UNKNOWN

# No mode bar: it would offer to upload the chart to a stranger's cloud.
_CONFIG: Any = {"staticPlot": True, "displayModeBar": False, "showSendToCloud": False, "responsive": False}


def blank() -> dict[str, Any]:
    """A figure that shows nothing, for the moment before the first frame."""
    clear = "rgba(0,0,0,0)"
    hidden = {"visible": False}
    return {"data": [], "layout": {"paper_bgcolor": clear, "plot_bgcolor": clear, "xaxis": hidden, "yaxis": hidden}}


def attributes(**values: str) -> dict[str, Any]:
    """`data-*` attributes: attributes(panel="x") is {"data-panel": "x"}."""
    return {f"data-{name}": value for name, value in values.items()}


def value(name: str, what: str, class_name: str, text: str = "") -> Component:
    """An element whose text the frame sets."""
    return html.Span(text, id=part(name, what), className=class_name)


def card(name: str, panel: Panel, *body: Component) -> Component:
    """A panel of the grid. `name:sub` takes the subtitle; the page itself sets `name:fresh`.

    The goal it serves stands at the end of its title, and makes room where the panel has to say that it is stale.
    """
    goal = [html.Span(f"Goal: {panel.goal}", className="goal", dir="auto")] if panel.goal else []
    head = html.Div(
        [
            html.H2(panel.title, className="title", dir="auto"),
            value(name, "fresh", "fresh"),
            *goal,
            value(name, "sub", "sub"),
        ],
        className="head",
    )
    return html.Section(
        [head, html.Div(list(body), className="body")],
        id=part(name, "card"),
        className=f"card panel kind-{panel.kind}",
        **attributes(panel=name, state="none"),
    )


def explained(panel: Panel, goal: Goal | None = None) -> str:
    """What the panel answers, whose it is, when to act and what to do: shown to whoever points at it."""
    lines = [
        panel.question,
        panel.meaning,
        f"Owner: {panel.owner}",
        f"Act at: {_threshold(panel.threshold)}",
        f"Then: {panel.next_action}",
    ]
    serves = [f"Goal: {goal.name} ({goal.kpi}: {goal.target}; {goal.owner})"] if goal else []
    return "\n".join([*lines, *serves])


def _threshold(threshold: float | str) -> str:
    return threshold if isinstance(threshold, str) else f"{threshold:,.12g}"


def graph(name: str) -> Component:
    """A graph that is mounted once; the page sets its figure."""
    return dcc.Graph(id=part(name, "figure"), figure=blank(), config=_CONFIG, responsive=False, className="graph")


def spark(name: str, what: str) -> Component:
    """A place for one svg path, which the page makes."""
    return html.Div(id=part(name, what), className=f"spark spark-{what}")


def rows(name: str, class_name: str) -> Component:
    """A list whose rows the page makes from cell texts."""
    return html.Div(id=part(name, "rows"), className=f"rows {class_name}")


def tile_card(name: str, panel: Panel, *body: Component) -> Component:
    """A tile: one number that can be read from across the room."""
    return html.Section(
        [
            html.Div(
                [html.H2(panel.title, className="title", dir="auto"), value(name, "fresh", "fresh")], className="head"
            ),
            html.Div([value(name, "value", "number", UNKNOWN), value(name, "unit", "unit")], className="figure-number"),
            *body,
        ],
        id=part(name, "card"),
        className="card tile",
        **attributes(panel=name, state="none"),
    )
