"""sun: follow the sun. Who is on shift in the next 24 hours, hour by hour and site by site, and when nobody is.

Every cell counts the worst moment of its hour, so no number stands over a hole. Hours begin with the running one and
are those of the site's zone. A `threshold` that is a number says how few heads are thin: so many, or fewer.
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
from layouts.panels.roster import AHEAD, NO_ROSTER, gaps_ask, gaps_of, places, stretch
from layouts.panels.strip import HOURS, Strip, strip_figure

_THIN = 2
_SOON = timedelta(hours=24)


class Sun:
    """The follow-the-sun strip."""

    kind = "sun"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The heads of each hour, and the stretches without any."""
        if not scope.site.shift:
            return {}
        first = _this_hour(scope)
        window: dict[str, object] = {"since": first, "until": first + timedelta(hours=HOURS), "slot_minutes": 60}
        return {"slots": Ask("staffed_slots", window), "gaps": gaps_ask(scope)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The strip and the next gap in words, or a sentence when there is no roster."""
        if not scope.site.shift:
            return _drawn(name, "", "", "none", quiet_figure(NO_ROSTER))
        sub = f"heads on shift, the fewest at any moment of each hour · {words.zone_name(scope.zone)}"
        headline, state = _headline(scope, tables)
        thin = int(panel.threshold) if isinstance(panel.threshold, float) else _THIN
        strip = Strip(tables["slots"], _this_hour(scope), places(scope.site), thin)
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


def _headline(scope: Scope, tables: Tables) -> tuple[str, str]:
    """The next stretch without anybody, and how bad that is."""
    gaps = gaps_of(tables["gaps"])
    if not gaps:
        return f"Somebody is on shift at every moment of the next {AHEAD.days} days", "ok"
    first = gaps[0]
    said = f"Nobody on shift {stretch(first, scope.zone, scope.now)}"
    return said, "bad" if first.since - scope.now < _SOON else "warn"
