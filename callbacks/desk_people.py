"""The numbers of the view "people": the questions about who is there, and the drawing of their answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.desk_service import as_of, or_told
from callbacks.desk_views import Asks, Told, Trouble, View
from layouts.desk import page
from layouts.desk.palette import SCHEMES
from layouts.desk.people_demand import AHEAD, BEHIND, Planned, demand_figure, demand_of, demand_words, this_hour
from layouts.desk.people_gaps import gaps, service_hours, weekends
from layouts.desk.people_handover import handover, seams
from layouts.desk.people_presence import presence
from layouts.desk.people_tiles import people_tiles
from layouts.desk.people_week import week, week_of
from layouts.desk.people_whatif import rosters
from layouts.desk.people_words import SHIFTS, quiet
from layouts.desk.service_tiles import Moment
from layouts.desk.trend import quiet as empty_figure
from queries.warehouse import WarehouseError

Drawn = Callable[[Told, Callable[[View], Any]], Any]
WEEK, FORTNIGHT, DAY = timedelta(days=7), timedelta(days=14), timedelta(days=1)
WRITTEN = "what is written here"


def register(dash: Dash, drawn: Drawn) -> None:
    """Hang the callbacks on the application. They run only while people are looked at."""
    query = Input("desk-people-query", "data")
    _register_cards(dash, drawn, query)

    @dash.callback(
        Output("desk-demand-graph", "figure"), Output("desk-demand", "children"), query, Input("desk-scheme", "data")
    )
    def expected(told: Told | None, scheme: str | None) -> Any:
        if scheme not in SCHEMES:
            raise PreventUpdate
        return _drawn(drawn, told, lambda view: demand_for(view, str(scheme)))

    @dash.callback(
        Output("desk-roster", "children"),
        Input("desk-roster-run", "n_clicks"),
        State(SHIFTS, "value"),
        State("desk-people-query", "data"),
        prevent_initial_call=True,
    )
    def whatif(clicks: int | None, text: str | None, told: Told | None) -> Any:
        if not clicks:
            raise PreventUpdate
        return _drawn(drawn, told, lambda view: whatif_for(view, text))


def _register_cards(dash: Dash, drawn: Drawn, query: Input) -> None:
    @dash.callback(Output("desk-covered", "children"), Output("desk-people-as-of", "children"), query)
    def covered(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: (or_told(view, tiles_for), as_of(view)))

    @dash.callback(Output("desk-week", "children"), query)
    def hours(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: or_told(view, week_for))

    @dash.callback(Output("desk-gaps", "children"), query)
    def missing(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: or_told(view, gaps_for))

    @dash.callback(Output("desk-handover", "children"), Output("desk-seams", "children"), query)
    def seam(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: (or_told(view, handover_for), or_told(view, seams_for)))

    @dash.callback(Output("desk-weekends", "children"), Output("desk-hours", "children"), query)
    def rest(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: (or_told(view, weekends_for), or_told(view, hours_for)))

    @dash.callback(Output("desk-presence", "children"), query)
    def seen(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: or_told(view, presence_for))


def _drawn(drawn: Drawn, told: Told | None, work: Callable[[View], Any]) -> Any:
    if told is None:
        raise PreventUpdate
    return drawn(told, work)


def tiles_for(view: View) -> Component:
    """The tiles: the 7 days ahead, and the gaps of 14."""
    staffing = view.site.staffing
    has_handling = staffing is not None and _has_work(staffing)
    return people_tiles(_at(view), view.ask("covered", _ahead(view)), has_handling)


def _ahead(view: View) -> Asks:
    return {
        "summary": ("coverage_summary", {"since": view.now, "until": view.now + WEEK}),
        "gaps": ("coverage_gaps", {"days": FORTNIGHT.days}),
    }


def _has_work(staffing: Any) -> bool:
    """Whether the site file says of any message how much work it is."""
    return any(one.handling for one in (staffing, *staffing.track.values()))


def week_for(view: View) -> Component:
    """Seven days from today's midnight on."""
    since, until = week_of(view.now, view.zone)
    return week(_at(view), _one(view, "week", "coverage_week", since=since, until=until))


def gaps_for(view: View) -> Component:
    """The gaps of the coming two weeks."""
    return gaps(_at(view), view.ask("gaps", _ahead(view)))


def handover_for(view: View) -> Component:
    """The next hand-overs, and what the first of them carries."""
    return handover(_at(view), view.ask("handover", {"next": ("next_handover", {}), "baton": ("baton", {})}))


def seams_for(view: View) -> Component:
    """The hand-overs of the window."""
    since, until = view.filters.span(view.now, view.zone)
    return seams(_at(view), _one(view, "seams", "seams", since=since, until=until))


def demand_for(view: View, scheme: str) -> tuple[Any, Component]:
    """The figure of what came and what is expected, and its words."""
    palette, at, until = SCHEMES[scheme], _at(view), this_hour(view.now, view.zone)
    asks: Asks = {
        "came": ("demand_by_slot", {"since": until - BEHIND, "until": until, "slot_minutes": 60}),
        "forecast": ("demand_forecast", {"hours": int(AHEAD / timedelta(hours=1))}),
    }
    try:
        tables = view.ask("demand", asks)
    except Trouble as problem:
        return empty_figure("no numbers", palette), page.trouble([str(problem)])
    found = demand_of(at, tables, [Planned.of(event, view.zone) for event in view.site.event])
    figure = demand_figure(at, found, palette) if found.came or found.expected else empty_figure("no data yet", palette)
    return figure, demand_words(at, found, tables["forecast"])


def weekends_for(view: View) -> Component:
    """The long weekends of the coming months."""
    return weekends(_at(view), _one(view, "weekends", "long_weekends"))


def hours_for(view: View) -> Component:
    """What visitors are promised in the coming week, and whether somebody is on then."""
    asked = {"since": view.now, "until": view.now + WEEK, "language": view.filters.speaks}
    return service_hours(_at(view), _one(view, "hours", "hours_of_service", **asked))


def presence_for(view: View) -> Component:
    """Who was seen in the last 24 whole hours."""
    until = this_hour(view.now, view.zone)
    window = {"since": until - DAY, "until": until, "slot_minutes": 60}
    asks: Asks = {by: ("presence", {**window, "group_by": by}) for by in ("site", "agent")}
    return presence(_at(view), view.ask("presence", asks))


def whatif_for(view: View, text: str | None) -> Component:
    """The two weeks ahead under the roster that is written there, beside those under the one in force."""
    if not text or not text.strip():
        return quiet("Write the shifts or absences you think of, then compare.")
    try:
        answer = view.hands.whatif_roster(text, WRITTEN)
    except (ValueError, WarehouseError) as problem:
        return page.trouble([str(problem)])
    return rosters(answer, view.zone, view.site.site.currency)


def _one(view: View, place: str, question: str, **params: Any) -> pd.DataFrame:
    return view.ask(place, {"it": (question, params)})["it"]


def _at(view: View) -> Moment:
    return Moment(view.filters, view.now, view.zone)
