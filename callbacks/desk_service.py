"""The numbers of the view "service": the questions about promises, and the drawing of their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.desk_views import Asks, Told, Trouble, View
from layouts.desk import page, times
from layouts.desk.pill import has_brought
from layouts.desk.service_backlog import ageing, burn
from layouts.desk.service_kept import kept
from layouts.desk.service_tiles import Moment, service_tiles, unknown, unknown_tiles
from layouts.desk.service_why import causes, double_replies, forecast
from layouts.desk.whatif import comparison
from queries.warehouse import WarehouseError

Drawn = Callable[[Told, Callable[[View], Any]], Any]


def register(dash: Dash, drawn: Drawn) -> None:
    """Hang the callbacks on the application. They run only while promises are looked at, and not for other rows."""
    query = Input("desk-service-query", "data")

    @dash.callback(Output("desk-promises", "children"), Output("desk-as-of", "children"), query)
    def promises(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: (or_told(view, tiles_for), as_of(view)))

    @dash.callback(Output("desk-kept", "children"), query)
    def kept_(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: or_told(view, kept_for))

    @dash.callback(Output("desk-ageing", "children"), Output("desk-burn", "children"), query)
    def running(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: (or_told(view, ageing_for), or_told(view, burn_for)))

    @dash.callback(Output("desk-causes", "children"), Output("desk-double", "children"), query)
    def broken(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: (or_told(view, causes_for), or_told(view, double_for)))

    @dash.callback(Output("desk-forecast", "children"), query)
    def ahead(told: Told | None) -> Any:
        return _drawn(drawn, told, lambda view: or_told(view, forecast_for))

    @dash.callback(
        Output("desk-whatif", "children"),
        Input("desk-whatif-run", "n_clicks"),
        State("desk-whatif-policy", "value"),
        State("desk-service-query", "data"),
        prevent_initial_call=True,
    )
    def whatif(clicks: int | None, policy: str | None, told: Told | None) -> Any:
        if not clicks:
            raise PreventUpdate
        return _drawn(drawn, told, lambda view: whatif_for(view, policy))


def whatif_for(view: View, policy: str | None) -> Component:
    """The window under the policy that is written there, or under the site file's own where nothing is."""
    since, until = view.filters.span(view.now, view.zone)
    text = policy if policy and policy.strip() else None
    try:
        told = view.hands.whatif(text, since.isoformat(), until.isoformat(), "what is written here")
    except (ValueError, WarehouseError) as problem:
        return page.trouble([str(problem)])
    return comparison(told, view.zone)


def _drawn(drawn: Drawn, told: Told | None, work: Callable[[View], Any]) -> Any:
    if told is None:
        raise PreventUpdate
    return drawn(told, work)


def or_told(view: View, draw: Callable[[View], Component]) -> Component:
    """A card, or in its place what went wrong with it."""
    try:
        return draw(view)
    except Trouble as problem:
        return page.trouble([str(problem)])


def as_of(view: View) -> str:
    """The moment every number and every row is of."""
    return f"as of {times.moment(view.now, view.zone, view.now)}"


def tiles_for(view: View) -> Component:
    """The tiles, beside attainment of the window before."""
    window, metrics = _window(view), {"metrics": list(view.filters.metrics)}
    since, until = view.filters.before(view.now, view.zone)
    kept_of = {**window, **metrics, "group_by": "all"}
    asks: Asks = {
        "kept": ("sla_attainment", kept_of),
        "before": ("sla_attainment", {**kept_of, "since": since, "until": until}),
        "due": ("sla_due", {**_always(view), **metrics, "group_by": "all"}),
        "response": ("time_to_response", {**window, "group_by": "all", "metric": "frt"}),
        "public": ("promise_kept", {**window, "group_by": "metric"}),
    }
    tables = view.ask("promises", asks)
    if all(table.empty for table in tables.values()) and not _has_cases(view, "promises"):
        return unknown_tiles()
    return service_tiles(_at(view), tables)


def kept_for(view: View) -> Component:
    """Attainment by the group that is chosen."""
    asked = {**_window(view), "metrics": list(view.filters.metrics), "group_by": view.filters.by}
    return _calmly(view, "kept", ("sla_attainment", asked), kept)


def ageing_for(view: View) -> Component:
    """The running clocks by how much of their target they have used."""
    asked = {**_always(view), "metrics": list(view.filters.metrics), "group_by": "all"}
    return _calmly(view, "ageing", ("backlog_ageing", asked), ageing)


def burn_for(view: View) -> Component:
    """Burn rates, track by track."""
    asked = {**_always(view), "metrics": list(view.filters.metrics)}
    return burn(_at(view), view.ask("burn", {"it": ("sla_burn", asked)})["it"])


def causes_for(view: View) -> Component:
    """Why promises due in the window were broken."""
    asked = {**_window(view), "metrics": list(view.filters.metrics), "group_by": "all"}
    return _calmly(view, "causes", ("breach_causes", asked), causes)


def double_for(view: View) -> Component:
    """Messages that two people answered."""
    return _calmly(view, "double", ("double_replies", _window(view)), double_replies)


def forecast_for(view: View) -> Component:
    """What will be late in the next hours."""
    return _calmly(view, "forecast", ("breach_forecast", _always(view)), forecast)


def _calmly(
    view: View, place: str, asked: tuple[str, Mapping[str, Any]], draw: Callable[[Moment, pd.DataFrame], Component]
) -> Component:
    """A card of one answer. An empty one is only good news when somebody has brought cases at all."""
    table = view.ask(place, {"it": asked})["it"]
    return unknown() if table.empty and not _has_cases(view, place) else draw(_at(view), table)


def _has_cases(view: View, place: str) -> bool:
    return has_brought(view.ask(place, {"health": ("source_health", {})})["health"], "cases")


def _window(view: View) -> dict[str, Any]:
    return view.filters.promise_params(view.now, view.zone)


def _always(view: View) -> dict[str, Any]:
    """What questions are asked with that look from now and at no window."""
    return {"brands": list(view.filters.brands), "platforms": list(view.filters.platforms)}


def _at(view: View) -> Moment:
    return Moment(replace(view.filters, item="", case=""), view.now, view.zone)
