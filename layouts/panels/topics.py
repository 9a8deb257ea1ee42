"""topics: why it is loud: words that stand out now against the seven days before, each with one post that holds it."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, own_brands, part
from layouts.panels.rising import USUAL, rising_ask, spelled
from layouts.panels.unseen import subtitle

_ROWS = 6
_LETTERS = 140
_WORD = 40
_MOST_TIMES = 99


class Topics:
    """What more people speak of than usual."""

    kind = "topics"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The words that stand out in the window."""
        brands = own_brands(panel, scope.site)
        return {
            "words": rising_ask(scope.site, brands, scope.now - panel.window, scope.now, limit=_ROWS),
            "blind": blind_of(panel.window, scope),
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: word, how many times its usual share, mentions, an example."""
        brands = brand_words(own_brands(panel, scope.site), scope.site)
        against = f"{words.span(panel.window)} against the {words.span(USUAL)} before"
        found = [_cells(row) for row in tables["words"].head(_ROWS).itertuples()]
        return Drawn(
            values={
                part(name, "sub"): subtitle(panel.window, scope, tables, brands, against, "× of its usual share"),
                part(name, "empty"): "" if found else _nothing(scope),
            },
            lists={part(name, "rows"): found},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "topics"), value(name, "empty", "empty"))


def _nothing(scope: Scope) -> str:
    return "no word stands out" if scope.has_data else "no data yet"


def _cells(row: Any) -> list[str]:
    said = words.plural(int(row.mentions_count), "mention")
    return [
        words.clean(spelled(row), _WORD),
        _times(words.known(row.times_usual)),
        said,
        words.clean(row.example_text, _LETTERS),
    ]


def _times(times: float | None) -> str:
    """ "12×", "3.4×", "new"."""
    if times is None:
        return "new"
    if times > _MOST_TIMES:
        return f"{_MOST_TIMES}×+"
    return f"{times:.0f}×" if times >= 9.95 else f"{times:.1f}×"
