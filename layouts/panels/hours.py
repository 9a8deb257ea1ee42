"""hours: the hours of service of the coming seven days, and what visitors are promised, for everybody who passes.

`measure` says who reads it: room (default) shows beside them where promise and roster differ; visitors shows nothing
of that: the hours they read are those both promised and staffed. Only public promises are told. Where there is none,
the hours are those somebody is on shift.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.public_words import public_words
from layouts.panels.roster import NO_ROSTER, Gap, stretch
from layouts.panels.service_hours import (
    Stretch,
    ahead_of,
    day_span,
    midnight,
    seconds_of,
    stretches_of,
    week_of,
    weekly,
)

NO_PROMISE = "We promise no time to answer"
_WHILE_OPEN = "time counts while we are open"
_HOLES = 6
_FEW = 4  # rows of days that fit in large letters
_TEXTS = ("sub", "promise", "more", "empty")


class Hours:
    """The card of the hours of service."""

    kind = "hours"
    measures = ("room", "visitors")
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """What is promised and what is staffed, in seven whole local days."""
        if not scope.site.has_roster:
            return {}
        days = week_of(scope.now, scope.zone)
        since, until = midnight(days[0], scope.zone), midnight(days[-1] + timedelta(days=1), scope.zone)
        return {"hours": Ask("hours_of_service", {"since": since, "until": until})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The promise, a row for days that are alike and, for the room, the rows in which both differ."""
        room = _Room() if _is_for_the_room(panel) else None
        if not scope.site.has_roster:
            return _drawn(name, {"empty": NO_ROSTER}, [], room)
        found, days = stretches_of(tables["hours"]), week_of(scope.now, scope.zone)
        promised = public_words(scope.site, days[0])
        texts = {"sub": _sub(days, scope), **_told(promised, found)}
        listed = weekly(found, days, scope.zone, is_promised=bool(promised))
        if room and promised:
            room = _differing(ahead_of(found, scope.now), scope)
        return _drawn(name, texts, listed, room)

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card. What visitors may not see has no place on it either."""
        head = [value(name, "promise", "service-promise"), value(name, "more", "service-more")]
        listed = html.Div(rows(name, "service-days"), id=part(name, "days"), className="service-told")
        parts = [listed, _room(name)] if _is_for_the_room(panel) else [listed]
        body = html.Div([*head, html.Div(parts, className="service-parts")], className="service")
        return card(name, panel, body, value(name, "empty", "empty"))


@dataclass(frozen=True)
class _Room:
    """The second part: where promise and roster differ."""

    state: str = "none"
    differ: str = ""
    untold: str = ""
    holes: Sequence[list[str]] = ()


def _is_for_the_room(panel: Panel) -> bool:
    return panel.measure != "visitors"


def _room(name: str) -> Component:
    said = html.Div(value(name, "differ", "verdict-words"), id=part(name, "verdict"), className="service-verdict")
    listed = html.Div(html.Div(id=part(name, "holes"), className="rows service-holes"), className="under")
    return html.Div([said, listed, value(name, "untold", "service-untold")], className="service-room")


def _drawn(name: str, texts: Mapping[str, str], listed: list[list[str]], room: _Room | None) -> Drawn:
    """What changed; without a `room` nothing of it, since it has no place on the page."""
    values = {part(name, what): texts.get(what, "") for what in _TEXTS}
    lists, states = {part(name, "rows"): listed}, {part(name, "days"): "many" if len(listed) > _FEW else "few"}
    if room:
        values |= {part(name, "differ"): room.differ, part(name, "untold"): room.untold}
        lists[part(name, "holes")] = list(room.holes)
        states[part(name, "verdict")] = room.state
    return Drawn(values=values, states=states, lists=lists)


def _sub(days: Sequence[date], scope: Scope) -> str:
    return f"{day_span(days[0], days[-1])} · {words.zone_name(scope.zone)}"


def _told(promised: Sequence[str], found: Sequence[Stretch]) -> dict[str, str]:
    """The promise, and what else belongs to it: other promises, and whether its time runs through the night."""
    if not promised:
        return {"promise": NO_PROMISE, "more": "The hours in which somebody is there"}
    pauses = [_WHILE_OPEN] if any(one.is_promised is False for one in found) else []
    more = " · ".join([*promised[1:], *pauses])
    return {"promise": promised[0], "more": more[:1].upper() + more[1:]}


def _differing(found: Sequence[Stretch], scope: Scope) -> _Room:
    """From now on: promised and nobody there; staffed and nobody told of it; promised beyond the roster."""
    broken = [one for one in found if one.is_broken]
    untold = seconds_of(one for one in found if one.is_promised is False and one.is_staffed)
    unknown = seconds_of(one for one in found if one.is_promised and one.is_staffed is None)
    if broken:
        times = words.plural(len(broken), "time")
        state, said = "bad", f"Promised, and nobody there: {times}, {lasted(seconds_of(broken))}"
    elif unknown:
        state, said = "none", f"{lasted(unknown)} are promised outside the roster"
    elif any(one.is_promised for one in found):
        state, said = "ok", "Somebody is there in every promised hour"
    else:
        state, said = "none", f"{words.UNKNOWN} which hours are promised is not known"
    aside = f"{lasted(untold)} on shift and promised to nobody" if untold else ""
    return _Room(state, said, aside, [[_hole(one, scope)] for one in broken[:_HOLES]])


def _hole(one: Stretch, scope: Scope) -> str:
    return f"promised but nobody on shift {stretch(Gap(one.since, one.until), scope.zone, scope.now)}"
