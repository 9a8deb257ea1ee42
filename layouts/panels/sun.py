"""sun: follow the sun. Who is on shift in the next 24 hours, site by site, and whether that is enough for what comes.

Every cell counts the worst moment of its hour, so no number stands over a hole. Hours begin with the running one and
are those of the site's zone. Under the sites stand the messages expected and the heads they take. A `threshold` that
is a number says how few heads are thin where it is not known how many are needed: so many, or fewer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, graph, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.quiet import quiet_figure
from layouts.panels.roster import (
    AHEAD,
    EVERYBODY,
    NO_ROSTER,
    gaps_ask,
    gaps_of,
    messages_words,
    missing,
    places,
    stretch,
)
from layouts.panels.strip import HOURS, Strip, strip_figure

_THIN = 2
_SOON = timedelta(hours=24)


class Sun:
    """The follow-the-sun strip."""

    kind = "sun"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The heads of each hour and what they are held against, and the stretches without any."""
        if not scope.site.has_roster:
            return {}
        first = _this_hour(scope)
        window = {"since": first, "until": first + timedelta(hours=HOURS)}
        everybody = {"slot_minutes": 60, "languages": [EVERYBODY], "now": scope.now}
        return {"slots": Ask("coverage_slots", {**window, **everybody}), "gaps": gaps_ask(scope)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The strip and the next gap in words, or a sentence when there is no roster."""
        if not scope.site.has_roster:
            return _drawn(name, "", "", "none", quiet_figure(NO_ROSTER))
        sub = f"heads on shift, the fewest at any moment of each hour · {words.zone_name(scope.zone)}"
        headline, state = _headline(scope, tables)
        thin = int(panel.threshold) if isinstance(panel.threshold, float) else _THIN
        strip = Strip(tables["slots"], _this_hour(scope), _sites(scope, tables), thin)
        return _drawn(name, sub, headline, state, strip_figure(strip, scope))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: the sentence over the strip."""
        said = html.Div(value(name, "gap", "headline-words"), id=part(name, "headline"), className="headline")
        return card(name, panel, html.Div([said, html.Div(graph(name), className="under")], className="headed"))


def _drawn(name: str, sub: str, headline: str, state: str, figure: dict[str, object]) -> Drawn:
    return Drawn(
        values={part(name, "sub"): sub, part(name, "gap"): headline},
        states={part(name, "headline"): state},
        figures={part(name, "figure"): figure},
    )


def _this_hour(scope: Scope) -> datetime:
    """When the running hour of the site's zone has begun."""
    local = scope.now.astimezone(scope.zone)
    return scope.now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _sites(scope: Scope, tables: Tables) -> list[str]:
    """The sites in the order of the site file; behind them those of other roster files."""
    known = [place.name for place in places(scope.site)]
    others = {str(site) for site in tables["slots"]["site"]} - {EVERYBODY, *known}
    return [*known, *sorted(others)]


def _headline(scope: Scope, tables: Tables) -> tuple[str, str]:
    """The first gap, and how bad that is: nobody at all before a language that nobody speaks."""
    gaps = gaps_of(tables["gaps"])
    if not gaps:
        return f"Somebody is on shift at every moment of the next {AHEAD.days} days", "ok"
    first = gaps[0]
    said = f"{missing(first.language)} {stretch(first, scope.zone, scope.now)}"
    if first.language != EVERYBODY:
        return ", ".join(text for text in (said, messages_words(first)) if text), "warn"
    return said, "bad" if first.since - scope.now < _SOON else "warn"
