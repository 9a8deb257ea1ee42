"""The desk's callbacks. The address says what is looked at; everything else reads it from there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks import desk_people, desk_service
from callbacks import desk_views as views
from callbacks.hands import Hands
from layouts.desk import page, times
from layouts.desk.filters import FIELDS, Filters
from layouts.desk.links import bare
from layouts.desk.palette import SCHEMES
from layouts.desk.picked import picked
from layouts.desk.sentence import LISTS, notices, told_words
from layouts.desk.steer import steered
from layouts.desk.table import GRID, file_address
from queries.wishes import NoLongerWanted, Wishes

Pins = tuple[dict[str, Any] | None, dict[str, Any] | None]


def desk_for(hands: Hands, search: str, person: str = "") -> Any:
    """The desk as it first stands for an address's query, shown to the person who is signed in."""
    site = hands.served().site
    filters, problems = Filters.from_query(search, site)
    told = views.pinned(hands, bare(filters).query(), secrets.token_hex(8), 1)
    return page.desk_page(filters, site, hands.clock(), told, problems, person)


def register(dash: Dash, hands: Hands) -> None:
    """Hang the desk's callbacks on the application."""
    wishes = Wishes()

    def drawn(told: views.Told, work: Callable[[views.View], Any]) -> Any:
        try:
            return work(views.View.read(hands, wishes, told))
        except NoLongerWanted:
            raise PreventUpdate from None

    _register_steering(dash, hands)
    _register_numbers(dash, hands, drawn)
    _register_rows(dash, hands, drawn)
    desk_service.register(dash, drawn)
    desk_people.register(dash, drawn)
    _in_the_page(dash, "scheme", Output("desk-scheme", "data"), Input("desk-switch", "computedColorScheme"))
    _in_the_page(dash, "purge", Input("desk-query", "data"))
    _in_the_page(dash, "order", Input("desk-open", "data"))
    _in_the_page(dash, "stood", Input("desk-beside", "children"))


def _in_the_page(dash: Dash, name: str, *touched: Input | Output) -> None:
    """A callback that is a function of assets/desk.js."""
    dash.clientside_callback(ClientsideFunction("desk", name), *touched)  # type: ignore[no-untyped-call]


def _register_steering(dash: Dash, hands: Hands) -> None:
    lists = {field: f"desk-{field}" for field in LISTS}

    @dash.callback(
        output={
            "search": Output("desk-url", "search"),
            "query": Output("desk-query", "data"),
            **{view: Output(f"desk-{view}-query", "data") for view in page.OWN},
            "open": Output("desk-open", "data"),
            "lists": {field: Output(name, "value") for field, name in lists.items()},
            "replied": Output("desk-replied", "value"),
            "window": Output("desk-window", "value"),
            "since": Output("desk-since", "value"),
            "until": Output("desk-until", "value"),
            "text": Output("desk-text", "value"),
            "words": {name: Output(f"desk-{name}-word", "children") for name in (*LISTS, "view", "replied", "window")},
            "view": Output("desk-sentence", "data-view"),
            "main": Output("desk-main", "data-view"),
            "picked": Output("desk-picked", "children"),
            "shown": Output("desk-view", "data"),
            "span": Output("desk-span", "data"),
            "tabs": {view: Output(f"desk-{view}-tab", "href") for view in page.VIEWS},
            "here": {view: Output(f"desk-{view}-tab", "aria-current") for view in page.VIEWS},
            "file": Output("desk-download", "href"),
            "notices": Output("desk-notices", "children"),
            "clicked": Output("desk-trend", "clickData"),
        },
        inputs={
            "search": Input("desk-url", "search"),
            "lists": {field: Input(name, "value") for field, name in lists.items()},
            "replied": Input("desk-replied", "value"),
            "window": Input("desk-window", "value"),
            "exact": Input("desk-exact", "n_clicks"),
            "again": Input("desk-again", "n_clicks"),
            "text": Input("desk-text", "value"),
            "clicked": Input("desk-trend", "clickData"),
            "event": Input(GRID, "eventData"),
        },
        state={
            "since": State("desk-since", "value"),
            "until": State("desk-until", "value"),
            "query": State("desk-query", "data"),
            "open": State("desk-open", "data"),
            "shown": State("desk-view", "data"),
            "span": State("desk-span", "data"),
        },
        prevent_initial_call=True,
    )
    def steer(**given: Any) -> dict[str, Any]:
        trigger = str(next(iter(ctx.triggered_prop_ids), "desk-url.search"))
        return told(hands, trigger, given)


def told(hands: Hands, trigger: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the page must become when `trigger` moved: the address, the filters, and every control that shows them."""
    site, now = hands.served().site, hands.clock()
    filters, problems = steered(trigger, given, site)
    pin, own = _pinned(hands, filters, given["query"], is_again=trigger.startswith("desk-again."))
    standing = {"item": filters.item, "case": filters.case, "sort": filters.sort}
    since, until = (times.typed(one, site.site.zone) for one in filters.span(now, site.site.zone))
    search = "?" + filters.query() if filters.query() else ""
    span = page.span_key(filters, given["again"])
    # what the address says is never written back to it, or Back would not lead back
    by_address = trigger.startswith("desk-url.") or search == (given["search"] or "")
    return {
        "search": no_update if by_address else search,
        "query": no_update if pin is None else pin,
        **{view: own if own and filters.view == view else no_update for view in page.OWN},
        "open": no_update if standing == given["open"] else standing,
        "lists": {field: list(getattr(filters, FIELDS[field])) for field in LISTS},
        "replied": filters.replied or "both",
        "window": filters.window or None,
        "since": since,
        "until": until,
        # a field somebody is writing in is left alone
        "text": no_update if trigger.startswith("desk-text.") else filters.text,
        "words": told_words(filters, site.site.zone, now),
        "view": filters.view,
        "main": filters.view,
        "picked": picked(filters),
        "shown": no_update if filters.view == given["shown"] else filters.view,
        "span": no_update if span == given["span"] else span,
        "tabs": page.tab_links(filters),
        "here": {view: "page" if view == filters.view else None for view in page.VIEWS},
        "file": file_address(filters, now, site.site.zone),
        "notices": notices(problems),
        "clicked": None,
    }


def _pinned(hands: Hands, filters: Filters, old: Mapping[str, Any], *, is_again: bool) -> Pins:
    """What the page looks at from now on, and what the view's own numbers are of; None where that has not changed.

    Other rows of the same promises are of the same moment, so that they are as many as the number beside them says.
    """
    query = bare(filters).query()
    if query == old["query"] and not is_again:
        return None, None
    told = views.pinned(hands, query, old["tab"], old["number"] + 1)
    before, _ = Filters.from_query(str(old["query"]))
    if filters.view == before.view == "service" and filters.whole() == before.whole() and not is_again:
        return {**told, "now": old["now"], "known_at": old["known_at"]}, None
    return told, told if page.counts(filters, hands.served().site) else None


Drawn = Callable[[views.Told, Callable[[views.View], Any]], Any]


def _register_numbers(dash: Dash, hands: Hands, drawn: Drawn) -> None:
    query, asked = Input("desk-query", "data"), State("desk-query", "data")

    @dash.callback(Output("desk-service-count", "children"), query)
    def clocks(told: views.Told) -> Any:
        return drawn(told, lambda view: views.count_for(view, "service"))

    @dash.callback(
        Output("desk-said", "children"),
        Output("desk-compared", "children"),
        Output("desk-mentions-count", "children"),
        query,
    )
    def said(told: views.Told) -> Any:
        return drawn(told, lambda view: views.or_trouble(lambda: views.said_for(view), 2))

    @dash.callback(Output("desk-done", "children"), Output("desk-cases-count", "children"), query)
    def done(told: views.Told) -> Any:
        return drawn(told, lambda view: views.or_trouble(lambda: views.done_for(view), 1))

    @dash.callback(
        Output("desk-trend", "figure"),
        Output("desk-trend-sub", "children"),
        Output("desk-trend-words", "children"),
        query,
        Input("desk-scheme", "data"),
    )
    def trend(told: views.Told, scheme: str | None) -> Any:
        if scheme not in SCHEMES:
            raise PreventUpdate
        return drawn(told, _unless_own(lambda view: views.trend_for(view, str(scheme))))

    @dash.callback(Output("desk-breakdowns", "children"), query)
    def made(told: views.Told) -> Any:
        return drawn(told, _unless_own(lambda view: views.or_trouble(lambda: views.made_for(view))))

    @dash.callback(
        {field: Output(f"desk-{field}-options", "children") for field in LISTS}, Input("desk-span", "data"), asked
    )
    def choices(_: str, told: views.Told) -> Any:
        return drawn(told, views.choices_for)

    @dash.callback(Output("desk-pill", "children"), Input("desk-tick", "n_intervals"))
    def fresh(_: int | None) -> Any:
        return views.pill_for(hands)


def _unless_own(work: Callable[[views.View], Any]) -> Callable[[views.View], Any]:
    """Nothing, while a view has numbers of its own: nobody sees it then."""

    def done(view: views.View) -> Any:
        if view.filters.view in page.OWN:
            raise PreventUpdate
        return work(view)

    return done


def _register_rows(dash: Dash, hands: Hands, drawn: Drawn) -> None:
    asked = State("desk-query", "data")

    # the same view keeps its table, its widths and its order; only its rows are fetched again
    @dash.callback(Output("desk-place", "children"), Input("desk-view", "data"), asked, prevent_initial_call=True)
    def table(_: str, told: views.Told) -> Any:
        site = hands.served().site
        return page.table(Filters.from_query(told["query"], site)[0], site)

    @dash.callback(
        Output(GRID, "getRowsResponse"), Output("desk-rows-trouble", "children"), Input(GRID, "getRowsRequest"), asked
    )
    def block(request: Mapping[str, Any] | None, told: views.Told) -> Any:
        if request is None:
            raise PreventUpdate
        return drawn(told, lambda view: views.block_for(view, request))

    @dash.callback(Output("desk-beside", "children"), Input("desk-open", "data"), asked)
    def standing(opened: Mapping[str, str], told: views.Told) -> Any:
        return drawn(told, lambda view: views.beside_for(view, opened))
