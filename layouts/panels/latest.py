"""latest: the newest posts, one under the other."""

from __future__ import annotations

from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, own_brands, part
from layouts.panels.posts import cells, posts, posts_ask
from layouts.panels.unseen import subtitle

_ROWS = 8
_LETTERS = 220


class Latest:
    """The newest mentions as a list."""

    kind = "latest"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The newest mentions of the window."""
        return {"latest": posts_ask(panel, scope, _ROWS), "blind": blind_of(panel.window, scope)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: time, platform, brand, author, sentiment, text."""
        brands = own_brands(panel, scope.site)
        found = [cells(post, scope, _LETTERS, len(brands) > 1) for post in posts(tables["latest"], _ROWS)]
        said = (f"sentiment: {words.UNCHECKED}", brand_words(brands, scope.site), words.zone_name(scope.zone))
        sub = subtitle(panel.window, scope, tables, *said)
        empty = "" if found else scope.nothing(panel.window)
        return Drawn(
            values={part(name, "sub"): sub, part(name, "empty"): empty},
            lists={part(name, "rows"): found},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "posts"), value(name, "empty", "empty"))
