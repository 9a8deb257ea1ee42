"""weekend: the next long weekends: where, when, who is on call, whether anybody is there, and when it was last drilled.

The next one is large. What many places share is told once. Its days are those of its own place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from config.promises import in_order
from layouts import words
from layouts.panels.card import attributes, card, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.roster import NO_ROSTER, places
from layouts.panels.service_hours import day_span

AHEAD = 120
"""Days ahead in which a long weekend is looked for."""
_MOST = 3
_TEXTS = ("name", "when", "where", "call", "gap")
_LETTERS = 60
_NOON = timedelta(hours=12)
_NOTHING = f"no long weekend in the next {AHEAD} days: holidays of [[shift]] and [calendar.NAME] say when one is"


class Weekend:
    """The long weekends ahead."""

    kind = "weekend"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The long weekends, and the sites of the roster with their zones."""
        if not scope.site.has_roster:
            return {}
        weekends = Ask("long_weekends", {"days": AHEAD, "now": scope.now})
        return {"weekends": weekends, "on": Ask("who_is_on", {"now": scope.now})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The words of the next three, or a sentence."""
        if not scope.site.has_roster:
            return _drawn(name, [], "", NO_ROSTER)
        rows = list(tables["weekends"].itertuples())
        told = _joined(rows, _zones(scope, tables))
        if not told:
            return _drawn(name, [], f"next {AHEAD} days", _NOTHING)
        return _drawn(name, [_cells(one, scope) for one in told[:_MOST]], _drilled(rows[0].drill_days), "")

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: a large place and two small ones."""
        shown = [_place(name, number) for number in range(_MOST)]
        return card(name, panel, html.Div(shown, className="weekends"), value(name, "empty", "empty"))


@dataclass(frozen=True)
class _Rest:
    """A long weekend, and all the places that have it.

    on_call   who is on call in it, None when nobody is or the roster does not say
    gap       minutes of it in which nobody is on shift; None beyond the roster
    """

    first: date
    last: date
    name: str
    places: tuple[str, ...]
    on_call: str
    gap: float | None


def _place(name: str, number: int) -> Component:
    told = [value(name, f"{what}-{number}", f"weekend-{what}") for what in _TEXTS]
    return html.Div(told, id=part(name, f"weekend-{number}"), className="weekend", **attributes(state="none"))


def _drawn(name: str, told: Sequence[tuple[str, list[str]]], sub: str, empty: str) -> Drawn:
    values, states = {part(name, "sub"): sub, part(name, "empty"): empty}, {}
    for number in range(_MOST):
        state, cells = told[number] if number < len(told) else ("none", [""] * len(_TEXTS))
        states[part(name, f"weekend-{number}")] = state
        values |= {part(name, f"{what}-{number}"): text for what, text in zip(_TEXTS, cells, strict=True)}
    return Drawn(values=values, states=states)


def _zones(scope: Scope, tables: Tables) -> dict[str, ZoneInfo]:
    """The zone of each place a long weekend may be at: a calendar of the site, or a site of the roster."""
    today = scope.now.astimezone(scope.zone).date()
    zones: dict[str, ZoneInfo] = {}
    for name, versions in scope.site.calendar.items():
        begun = [one for one in in_order(versions) if (one.from_date or date.min) <= today] or versions
        zones[name] = begun[-1].zone(scope.zone)
    return zones | {place.name: place.zone for place in places(scope.site, tables["on"])}


def _joined(rows: Sequence[Any], zones: Mapping[str, ZoneInfo]) -> list[_Rest]:
    """The long weekends in their order; those of the same days and name are one."""
    found: dict[tuple[date, date, str], list[Any]] = {}
    for row in rows:
        first, last = _days(row, zones)
        found.setdefault((first, last, words.clean(row.name)), []).append(row)
    return sorted((_rest(*key, alike, zones) for key, alike in found.items()), key=lambda one: (one.first, one.last))


def _days(row: Any, zones: Mapping[str, ZoneInfo]) -> tuple[date, date]:
    """Its first and last local day. Of a place whose zone nobody knows, the midnights nearest in that of UTC."""
    zone = zones.get(row.place, ZoneInfo("UTC"))
    first, after = ((words.instant(at).astimezone(zone) + _NOON).date() for at in (row.since_at, row.until_at))
    return first, after - timedelta(days=1)


def _rest(first: date, last: date, name: str, rows: Sequence[Any], zones: Mapping[str, ZoneInfo]) -> _Rest:
    called = dict.fromkeys(one for row in rows for one in words.clean(row.on_call).split(", ") if one)
    gaps = [words.known(row.gap_minutes) for row in rows]
    known = [gap for gap in gaps if gap is not None]
    gap = max(known) if known and len(known) == len(gaps) else None
    where = tuple(dict.fromkeys(_titled(words.clean(row.place), zones) for row in rows))
    return _Rest(first, last, name, where, ", ".join(called), gap)


def _titled(place: str, zones: Mapping[str, ZoneInfo]) -> str:
    """A calendar "new_york" is told as the site of the roster it is meant for, else as people write it."""
    plain = place.replace("_", " ")
    return next((name for name in zones if name != place and name.casefold() == plain.casefold()), plain)


def _cells(one: _Rest, scope: Scope) -> tuple[str, list[str]]:
    """Its state, and its words: what, when, how soon and where, who is on call, whether anybody is there."""
    is_bare = not one.on_call and one.gap is not None
    state = "warn" if is_bare or one.gap else "none" if one.gap is None else "ok"
    where = f"{_soon(one, scope)} · {', '.join(one.places)}"
    texts = (one.name or "Long weekend", day_span(one.first, one.last), where, _on_call(one), _gap(one))
    return state, [words.clean(text, _LETTERS) for text in texts]


def _soon(one: _Rest, scope: Scope) -> str:
    days = (one.first - scope.now.astimezone(scope.zone).date()).days
    return "now" if days < 0 else ("today", "tomorrow")[days] if days < 2 else f"in {days} days"


def _on_call(one: _Rest) -> str:
    """Who is on call; that nobody is only where the roster reaches so far."""
    if one.on_call:
        return f"on call: {one.on_call}"
    return "" if one.gap is None else "nobody is on call"


def _gap(one: _Rest) -> str:
    if one.gap is None:
        unknown = "gaps" if one.on_call else "on call"
        return f"{unknown}: {words.UNKNOWN} beyond the roster"
    return f"nobody on shift for {lasted(one.gap * 60)}" if one.gap else "somebody is always on shift"


def _drilled(days: Any) -> str:
    """How long ago this was drilled last; it is the same for all of them."""
    known = words.known(days)
    if known is None:
        return "no drill yet"
    return "last drill today" if known < 1 else f"last drill {words.plural(int(known), 'day')} ago"
