"""on_shift: each site of the roster with its own time, who is on shift there, and until when; or when it opens again.

Above them stands the relay: who closes next, who opens next, and what changes hands. Whoever is on call is told beside
their site, and counts nowhere. The page moves the clocks and counts down: assets/wall_service.js, wall_people.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import attributes, card, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.promised import iso_utc
from layouts.panels.relay import relay, relay_texts
from layouts.panels.roster import NO_ROSTER, Place, ahead, handover_ask, places

_TEXTS = ("name", "state", "heads", "unit", "who", "call", "until", "count")
_LETTERS, _NAMES = 40, 30
_SPARE = 6  # columns for sites that stand in other roster files, which the site file cannot name


class OnShift:
    """Who is awake where."""

    kind = "on_shift"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """Who is on now, who comes next where nobody is, and the hand-overs to come."""
        if not scope.site.has_roster:
            return {}
        return {"on": Ask("who_is_on", {"now": scope.now}), "next": handover_ask(scope)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The relay, and the words of each site."""
        if not scope.site.has_roster:
            return Drawn(values={part(name, "sub"): "", part(name, "empty"): NO_ROSTER})
        rows = list(tables["on"].itertuples())
        texts, states = relay_texts(name, rows, tables["next"], scope)
        values = {part(name, "sub"): _sub(rows, scope), part(name, "empty"): "", **texts}
        known, told = places(scope.site), places(scope.site, tables["on"])
        for number in range(_columns(scope.site)):
            state, cells = _told(told[number], rows, scope) if number < len(told) else ("none", [""] * len(_TEXTS))
            states[part(name, f"site-{number}")] = state
            values |= {part(name, f"{what}-{number}"): text for what, text in zip(_TEXTS, cells, strict=True)}
            if number >= len(known):
                values[part(name, f"zone-{number}")] = str(told[number].zone) if number < len(told) else ""
        return Drawn(values=values, states=states)

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The relay over a column for each site."""
        known = places(scope_site)
        spare = [None] * (_columns(scope_site) - len(known))
        columns = [_column(name, number, place) for number, place in enumerate([*known, *spare])]
        body = html.Div([relay(name), html.Div(columns, className="sites")], className="headed")
        return card(name, panel, body, value(name, "empty", "empty"))


def _columns(site: Site) -> int:
    """How many columns stand on the page."""
    return len(places(site)) + (_SPARE if site.roster else 0)


def _column(name: str, number: int, place: Place | None) -> Component:
    """One site's column. Where only the answers know the site, its zone stands in a text out of sight."""
    clock = part(name, f"clock-{number}")
    zone = {"clock": str(place.zone)} if place else {}
    time = html.Div(
        [
            html.Span("--:--", id=clock, className="site-time", **attributes(**zone)),
            html.Span(id=f"{clock}-day", className="site-day"),
            *([] if place else [value(name, f"zone-{number}", "site-zone")]),
        ],
        className="site-clock",
    )
    told = {what: value(name, f"{what}-{number}", f"site-{what}") for what in _TEXTS if what not in ("name", "count")}
    count = html.Span(id=part(name, f"count-{number}"), className="site-count count", **attributes(counts="down"))
    title = html.H3(place.name if place else "", id=part(name, f"name-{number}"), className="site-name", dir="auto")
    return html.Div(
        [
            title,
            time,
            html.Div([told["heads"], told["unit"], told["state"]], className="site-crew"),
            told["who"],
            html.Div([told["until"], count], className="site-next"),
            told["call"],
        ],
        id=part(name, f"site-{number}"),
        className="site-column",
        **attributes(state="none"),
    )


def _told(place: Place, rows: Sequence[Any], scope: Scope) -> tuple[str, list[str]]:
    """The column's state, and its words: heads and unit, who they are, who is on call, until when, that instant."""
    here = [row for row in rows if row.site == place.name]
    working = [row for row in here if not row.is_on_call]
    name, call = words.clean(place.name, _NAMES), _on_call([row for row in here if row.is_on_call])
    if not working:
        return "off", [name, "off shift", words.UNKNOWN, "", "", call, "no shift in the next 15 days", ""]
    is_on = bool(working[0].is_on)
    heads = sum(int(row.heads_count) for row in working)
    turn = max(row.ends_at for row in working) if is_on else min(row.starts_at for row in working)
    until = f"{'until' if is_on else 'opens'} {ahead(words.instant(turn), place.zone, scope.now)}"
    crew = [f"{heads:,}" if is_on else "0", "head" if is_on and heads == 1 else "heads"]
    state, said = ("on", "on shift") if is_on else ("off", "off shift")
    return state, [name, said, *crew, _who(working, heads, is_on=is_on), call, until, iso_utc(turn)]


def _who(rows: Sequence[Any], heads: int, *, is_on: bool) -> str:
    teams = ", ".join(dict.fromkeys(words.clean(row.team) for row in rows))
    spoken = {tongue for row in rows for tongue in words.clean(row.languages).split(", ") if tongue}
    said = " · ".join(text for text in (teams, ", ".join(sorted(spoken))) if text)
    return words.clean(said if is_on else f"next: {heads:,} {said}", _LETTERS)


def _on_call(rows: Sequence[Any]) -> str:
    """Who is on call: their names, else their team."""
    names = [words.clean(row.agents) or words.clean(row.team) for row in rows]
    return words.clean(f"{', '.join(dict.fromkeys(names))} on call", _LETTERS) if names else ""


def _sub(rows: Sequence[Any], scope: Scope) -> str:
    """How many are at work, and how many more could be called."""
    now = sum(int(row.heads_count) for row in rows if row.is_on and not row.is_on_call)
    called = sum(int(row.heads_count) for row in rows if row.is_on_call)
    said = [f"{words.plural(now, 'head')} on shift now", f"{called:,} on call, not counted" if called else ""]
    return " · ".join(text for text in (*said, f"hand-overs in {words.zone_name(scope.zone)}") if text)
