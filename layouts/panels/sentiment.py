"""sentiment: what the model hears in each group, negative left and positive right of zero, the net at the edge.

`measure` names the group: platform (default), brand, language or region.
"""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, graph
from layouts.panels.diverging import Row, diverging_figure
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, compared, own_brands, part, window_of
from layouts.panels.platforms import UNKNOWN, fold, folded, named, title_of
from layouts.panels.quiet import quiet_figure
from layouts.panels.unseen import subtitle

_FIRST = 10**15  # more than is ever counted
_JUDGED = ["negative_count", "neutral_count", "positive_count"]


class Sentiment:
    """Shares of judged mentions by group."""

    kind = "sentiment"
    measures = ("platform", "brand", "language", "region")
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The judged counts of each group."""
        brands: dict[str, object] = {"group_by": _group(panel), "brands": _brands(panel, scope.site)}
        return {
            "groups": Ask("sentiment_by_group", {**window_of(panel, scope), **brands}),
            "blind": blind_of(panel.window, scope),
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Bars around zero, or a sentence when nothing was judged."""
        length, rows = words.span(panel.window), _rows(panel, scope.site, tables)
        whose = "" if _group(panel) == "brand" else brand_words(_brands(panel, scope.site), scope.site)
        said = (words.UNCHECKED, f"share of judged, {length}", whose)
        sub = subtitle(panel.window, scope, tables, *said)
        figure = diverging_figure(rows) if rows else quiet_figure(_nothing(panel, scope))
        return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _nothing(panel: Panel, scope: Scope) -> str:
    return (
        f"no judged mentions in the last {words.span(panel.window)}" if scope.has_data else scope.nothing(panel.window)
    )


def _group(panel: Panel) -> str:
    return panel.measure or "platform"


def _brands(panel: Panel, site: Site) -> list[str]:
    """Beside each other stand the brands that compete; of anything else the own ones are shown."""
    return compared(panel, site) if _group(panel) == "brand" else own_brands(panel, site)


def _rows(panel: Panel, site: Site, tables: Tables) -> list[Row]:
    """The loudest groups with something judged, at most six and the rest in one."""
    table = named(tables["groups"], "group_name")
    if table.empty:
        return []
    loud = {str(k): int(n) for k, n in table.groupby("group_name")["mentions_count"].sum().items()}
    # the own brands never fall into the rest
    own = {brand.name for brand in site.brand if brand.kind == "own"} if _group(panel) == "brand" else set()
    shown = fold({key: count + (_FIRST if key in own else 0) for key, count in loud.items()})
    sums = folded(table, shown, "group_name").groupby("group_name")[_JUDGED].sum()
    titles = {p.key: title_of(p.key) if _group(panel) == "platform" else words.clean(p.key) or UNKNOWN for p in shown}
    by_loudness = sorted(shown, key=lambda p: (p.title == "Other", -loud.get(p.key, 0)))
    counts = {
        str(key): Row("", int(negative), int(neutral), int(positive), key in own)
        for key, negative, neutral, positive in sums.itertuples()
    }
    found = [replace(counts[p.key], title="Other" if p.title == "Other" else titles[p.key]) for p in by_loudness]
    return [row for row in found if row.judged]
