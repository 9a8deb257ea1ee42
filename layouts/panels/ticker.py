"""ticker: the newest posts passing by along the foot of the wall."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts.panels.card import attributes, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, own_brands, part
from layouts.panels.posts import cells, posts, posts_ask

_POSTS = 12
_LETTERS = 160


class Ticker:
    """The newest mentions as a line."""

    kind = "ticker"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The newest mentions of the window."""
        return {"latest": posts_ask(panel, scope, _POSTS)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: time, platform, brand, author, text."""
        several = len(own_brands(panel, scope.site)) > 1
        found = [_passing(cells(post, scope, _LETTERS, several)) for post in posts(tables["latest"], _POSTS)]
        empty = "" if found else scope.nothing(panel.window)
        return Drawn(values={part(name, "empty"): empty}, lists={part(name, "rows"): found})

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The line with its name at the left."""
        lane = html.Div([rows(name, "passing"), value(name, "empty", "empty")], className="lane")
        return html.Section(
            [html.H2(panel.title, className="title", dir="auto"), lane],
            id=part(name, "card"),
            className="card ticker",
            **attributes(panel=name, state="none"),
        )


def _passing(row: list[str]) -> list[str]:
    """Without the model's sentiment: there is no room beside it to say that nobody has measured it."""
    time, platform, brand, author, _, text = row
    return [time, platform, brand, author, text]
