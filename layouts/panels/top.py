"""top: the posts most people passed on or could see. A text that many copied is one."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, own_brands, part, window_of
from layouts.panels.platforms import title_of
from layouts.panels.unseen import subtitle

_ROWS = 8
_LETTERS = 220


class Top:
    """The most spread posts as a list."""

    kind = "top"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The most spread items of the window."""
        chosen: dict[str, object] = {"brands": own_brands(panel, scope.site), "limit": _ROWS}
        return {
            "top": Ask("top_items", {**window_of(panel, scope), **chosen}),
            "blind": blind_of(panel.window, scope),
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: spread, platform, followers, author, sentiment, text."""
        found = [_cells(row) for row in tables["top"].head(_ROWS).itertuples()]
        brands = brand_words(own_brands(panel, scope.site), scope.site)
        said = (f"sentiment: {words.UNCHECKED}", brands, words.span(panel.window))
        return Drawn(
            values={
                part(name, "sub"): subtitle(panel.window, scope, tables, *said),
                part(name, "empty"): "" if found else scope.nothing(panel.window),
            },
            lists={part(name, "rows"): found},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "posts top"), value(name, "empty", "empty"))


def _cells(row: Any) -> list[str]:
    authors, places = int(row.spread_count), int(row.platforms_count)
    spread = f"passed on by {authors - 1:,}" if authors > 1 else ""
    where = title_of(row.platform) + (f" + {places - 1}" if places > 1 else "")
    followers = words.short(row.author_followers_count)
    return [
        spread,
        where,
        "" if followers == words.UNKNOWN else f"{followers} followers",
        words.clean(row.author_name, 40) or words.UNKNOWN,
        words.clean(row.sentiment_label, 12),
        words.clean(row.text, _LETTERS) or words.UNKNOWN,
    ]
