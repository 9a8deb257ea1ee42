"""on_shift: each site of the roster with its own time, who is on shift there, and until when; or when it opens again.

The page moves the clocks and counts down to the next change; see assets/wall_service.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import attributes, card, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.roster import NO_ROSTER, Place, ahead, places

_TEXTS = ("state", "heads", "unit", "who", "until", "count")
_LETTERS = 40


class OnShift:
    """Who is awake where."""

    kind = "on_shift"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """Who is on now, and who comes next where nobody is."""
        return {"on": Ask("who_is_on", {"now": scope.now})} if scope.site.shift else {}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The words of each site."""
        if not scope.site.shift:
            return Drawn(values={part(name, "sub"): "", part(name, "empty"): NO_ROSTER})
        rows = list(tables["on"].itertuples())
        values = {part(name, "sub"): _sub(rows, scope), part(name, "empty"): ""}
        states = {}
        for number, place in enumerate(places(scope.site)):
            state, *texts = _texts(place, [row for row in rows if row.site == place.name], scope)
            states[part(name, f"site-{number}")] = state
            values |= {part(name, f"{what}-{number}"): text for what, text in zip(_TEXTS, texts, strict=True)}
        return Drawn(values=values, states=states)

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """A column for each site."""
        columns = [_column(name, number, place) for number, place in enumerate(places(scope_site))]
        return card(name, panel, html.Div(columns, className="sites"), value(name, "empty", "empty"))


def _column(name: str, number: int, place: Place) -> Component:
    clock = part(name, f"clock-{number}")
    time = html.Div(
        [
            html.Span("--:--", id=clock, className="site-time", **attributes(clock=str(place.zone))),
            html.Span(id=f"{clock}-day", className="site-day"),
        ],
        className="site-clock",
    )
    told = {what: value(name, f"{what}-{number}", f"site-{what}") for what in _TEXTS if what != "count"}
    count = html.Span(id=part(name, f"count-{number}"), className="site-count count", **attributes(counts="down"))
    return html.Div(
        [
            html.H3(place.name, className="site-name", dir="auto"),
            time,
            html.Div([told["heads"], told["unit"], told["state"]], className="site-crew"),
            told["who"],
            html.Div([told["until"], count], className="site-next"),
        ],
        id=part(name, f"site-{number}"),
        className="site-column",
        **attributes(state="none"),
    )


def _texts(place: Place, rows: Sequence[Any], scope: Scope) -> tuple[str, ...]:
    """The column's state, and its words: on or off, heads and their unit, who they are, until when, that instant."""
    if not rows:
        return "off", "off shift", words.UNKNOWN, "", "", "no shift in the next 15 days", ""
    is_on = bool(rows[0].is_on)
    heads = sum(int(row.heads_count) for row in rows)
    turn = max(row.ends_at for row in rows) if is_on else min(row.starts_at for row in rows)
    moment = words.aware(turn.to_pydatetime()) or scope.now
    word = f"{'until' if is_on else 'opens'} {ahead(moment, place.zone, scope.now)}"
    crew = f"{heads:,}" if is_on else "0", "head" if is_on and heads == 1 else "heads"
    state = ("on", "on shift") if is_on else ("off", "off shift")
    return *state, *crew, _who(rows, heads, is_on=is_on), word, _iso(moment)


def _who(rows: Sequence[Any], heads: int, *, is_on: bool) -> str:
    teams = ", ".join(dict.fromkeys(words.clean(row.team) for row in rows))
    spoken = {tongue for row in rows for tongue in words.clean(row.languages).split(", ") if tongue}
    said = " · ".join(text for text in (teams, ", ".join(sorted(spoken))) if text)
    return words.clean(said if is_on else f"next: {heads:,} {said}", _LETTERS)


def _sub(rows: Sequence[Any], scope: Scope) -> str:
    """Who is on in all, and the next change of hands, in the scene's zone."""
    now = sum(int(row.heads_count) for row in rows if row.is_on)
    turns = [(words.aware(row.ends_at if row.is_on else row.starts_at), row) for row in rows]
    known = [(at, row) for at, row in turns if at]
    if not known:
        return f"{words.plural(now, 'head')} on shift"
    first = min(at for at, _ in known)
    ends = _listed([row.site for at, row in known if at == first and row.is_on], "ends", "end")
    starts = _listed([row.site for at, row in known if at == first and not row.is_on], "starts", "start")
    changes = ", ".join(text for text in (ends, starts) if text)
    at = f"{ahead(first, scope.zone, scope.now)} {words.zone_name(scope.zone)}"
    return f"{words.plural(now, 'head')} on shift now · next change {at}: {changes}"


def _listed(sites: Sequence[str], one: str, many: str) -> str:
    names = [words.clean(name, 24) for name in dict.fromkeys(sites)]
    if not names:
        return ""
    return f"{' and '.join(names)} {one if len(names) == 1 else many}"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
