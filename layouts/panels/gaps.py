"""gaps: when in the next two weeks nobody is on shift, or nobody who speaks a language people write in.

Stretches without anybody stand first, then those of a language, each the next first, with the messages expected
meanwhile and whom to ask: who ends before it, and who starts after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.roster import (
    AHEAD,
    EVERYBODY,
    NO_ROSTER,
    Gap,
    gaps_ask,
    gaps_of,
    messages_words,
    missing,
    stretch,
)

_ROWS = 12


class Gaps:
    """When nobody is there."""

    kind = "gaps"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The stretches without anybody."""
        return {"gaps": gaps_ask(scope)} if scope.site.has_roster else {}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: when, how long, who is missing and what comes meanwhile, between whom, a word of its kind."""
        found = gaps_of(tables["gaps"]) if scope.site.has_roster else []
        length = f"next {AHEAD.days} days · {words.zone_name(scope.zone)}"
        empty = "" if found else "somebody is always on shift" if scope.site.has_roster else NO_ROSTER
        return Drawn(
            values={part(name, "sub"): _said(found) + length, part(name, "empty"): empty},
            lists={part(name, "rows"): [_cells(gap, scope) for gap in found[:_ROWS]]},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "gaps"), value(name, "empty", "empty"))


def _said(found: Sequence[Gap]) -> str:
    """How many of each kind there are, and how long nobody at all is there."""
    whole = [gap for gap in found if gap.language == EVERYBODY]
    told = [f"{len(whole):,} with nobody, {lasted(sum(gap.seconds for gap in whole))}"] if whole else []
    others = len(found) - len(whole)
    told += [f"{others:,} of a language"] if others else []
    return "".join(f"{one} · " for one in told)


def _cells(gap: Gap, scope: Scope) -> list[str]:
    told = (missing(gap.language), messages_words(gap))
    sides = (f"{verb} {names}" for verb, names in (("after", gap.after), ("before", gap.before)) if names)
    return [
        stretch(gap, scope.zone, scope.now),
        lasted(gap.seconds),
        " · ".join(text for text in told if text),
        ", ".join(sides),
        "nobody" if gap.language == EVERYBODY else "language",
    ]
