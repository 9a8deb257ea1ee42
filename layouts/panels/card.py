"""The card every panel stands on: title, subtitle, freshness mark and a body that stays."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from config import Panel
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
    """A panel of the grid. `name:sub` takes the subtitle; the page itself sets `name:fresh`."""
    head = html.Div(
        [
            html.H2(panel.title, className="title", dir="auto"),
            value(name, "fresh", "fresh"),
            value(name, "sub", "sub"),
        ],
        className="head",
    )
    return html.Section(
        [head, html.Div(list(body), className="body")],
        id=part(name, "card"),
        className=f"card panel kind-{panel.kind}",
        title=explained(panel),
        **attributes(panel=name, state="none"),
    )


def explained(panel: Panel) -> str:
    """What the panel means, whose it is and what to do: shown to whoever points at it."""
    return f"{panel.meaning} {panel.owner}: {panel.next_action}"


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
        title=explained(panel),
        **attributes(panel=name, state="none"),
    )
