"""gaps: the stretches of the next two weeks in which nobody is on shift at any site, the next first."""

from __future__ import annotations

from datetime import timedelta

from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.roster import AHEAD, NO_ROSTER, Gap, gaps_ask, gaps_of, stretch

_ROWS = 8


class Gaps:
    """When nobody is there."""

    kind = "gaps"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The stretches without anybody."""
        return {"gaps": gaps_ask(scope)} if scope.site.shift else {}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: when, how long, and between whom."""
        found = gaps_of(tables["gaps"]) if scope.site.shift else []
        length = f"next {AHEAD.days} days · {words.zone_name(scope.zone)}"
        total = sum((gap.until - gap.since for gap in found), timedelta(0))
        said = f"{words.plural(len(found), 'gap')}, {lasted(total.total_seconds())} in all · " if found else ""
        empty = "" if found else "somebody is always on shift" if scope.site.shift else NO_ROSTER
        cells = [[stretch(gap, scope.zone, scope.now), _length(gap), _between(gap)] for gap in found]
        return Drawn(
            values={part(name, "sub"): said + length, part(name, "empty"): empty},
            lists={part(name, "rows"): cells[:_ROWS]},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "gaps"), value(name, "empty", "empty"))


def _length(gap: Gap) -> str:
    return lasted((gap.until - gap.since).total_seconds())


def _between(gap: Gap) -> str:
    """Whom to ask: who ends before it, and who starts after it."""
    sides = (f"{verb} {names}" for verb, names in (("after", gap.after), ("before", gap.before)) if names)
    return ", ".join(sides)
