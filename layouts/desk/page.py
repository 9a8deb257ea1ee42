"""The whole desk as it first stands: every control at once, the numbers as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html
from dash.development.base_component import Component

from config import Site
from layouts.blind import Blind
from layouts.blind import sentence as blind_sentence
from layouts.desk import times
from layouts.desk.edges import grain
from layouts.desk.filters import CHOICES, Filters
from layouts.desk.links import ROWS, address, aria, closed, data, link, viewing
from layouts.desk.people import people
from layouts.desk.picked import picked
from layouts.desk.pill import pill
from layouts.desk.sentence import sentence
from layouts.desk.service import service
from layouts.desk.table import download, grid
from layouts.desk.totals import waiting
from layouts.desk.trend import Piece, opened
from layouts.nav import nav
from layouts.words import UNCHECKED, zone_name

# No mode bar: it would offer to upload the chart to a stranger's cloud.
_CONFIG: Any = {"displayModeBar": False, "showSendToCloud": False, "responsive": True, "doubleClick": False}
_THEME: Any = {
    "fontFamily": "'Inter Variable', Inter, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    "primaryColor": "blue",
    "defaultRadius": "md",
}
_SAID = ("Mentions", "Unique texts", "Authors", "Net sentiment", "Negative", "Potential reach")
_DONE = ("Opened", "Answered", "Open now", "First response")
_MOST_WORDS = 3
VIEWS = CHOICES["view"]
OWN = ("service", "people")
"""The views with numbers of their own, in place of those of posts and cases."""


def desk_page(
    filters: Filters, site: Site, now: datetime, told: Mapping[str, Any], problems: Sequence[str] = (), person: str = ""
) -> Component:
    """The desk for `filters`, shown to `person` when somebody is signed in. Stores carry what the callbacks read:

    desk-query  `told`: the filters without what is open beside the table and without its order, as a query; the moment
                all numbers and rows are of, and what was known then
    desk-open   the item and the case that stand open, and the table's order
    desk-view   mentions, cases, service or people
    desk-service-query, desk-people-query  `told` once more, while that view is looked at: what its numbers are of
    desk-span   the window whose values can be chosen in the sentence, see span_key
    desk-scheme light or dark, as the page is seen
    """
    stores = [
        dcc.Location(id="desk-url", refresh=False),
        dcc.Store(id="desk-query", data=dict(told)),
        *(
            dcc.Store(id=f"desk-{view}-query", data=dict(told) if counts(filters, site) == view else None)
            for view in OWN
        ),
        dcc.Store(id="desk-open", data={"item": filters.item, "case": filters.case, "sort": filters.sort}),
        dcc.Store(id="desk-view", data=filters.view),
        dcc.Store(id="desk-span", data=span_key(filters, 0)),
        dcc.Store(id="desk-scheme"),
        dcc.Interval(id="desk-tick", interval=30_000),
    ]
    main = html.Main(
        [
            html.H1("Desk", className="desk-unseen"),
            tabs(filters),
            sentence(filters, site, now, problems),
            html.Div([_overview(), _trend(), _made()], className="desk-voice"),
            service(site),
            people(site, _graph("desk-demand-graph")),
            _rows(filters, site, now),
        ],
        id="desk-main",
        **data(view=filters.view),
    )
    page = html.Div([skip(), header(site, person), main, *stores], id="desk", className="desk")
    provided: Component = dmc.MantineProvider(page, theme=_THEME, defaultColorScheme="auto")
    return provided


def counts(filters: Filters, site: Site) -> str:
    """The view among OWN whose numbers are to be asked for; "" for every other, and where it has nothing to tell."""
    has = {"service": bool(site.track), "people": site.has_roster}
    return filters.view if has.get(filters.view) else ""


def span_key(filters: Filters, times: int | None) -> str:
    """What the choices of the sentence depend on: the window, and how often the page was refreshed."""
    return (
        replace(Filters(), window=filters.window, since=filters.since, until=filters.until).query() + f"#{times or 0}"
    )


def skip() -> Component:
    """The keyboard's way past the header."""
    return html.A("Go to the numbers", href="#desk-main", className="desk-skip")


def header(site: Site, person: str = "") -> Component:
    """Whose desk it is, the way to the other pages, how fresh the data is, light or dark."""
    switch = dmc.ColorSchemeToggle(
        id="desk-switch",
        lightIcon=html.Span("◐", className="desk-glyph"),
        darkIcon=html.Span("◑", className="desk-glyph"),
        size="lg",
        color="gray",
        **aria(label="Light or dark"),
    )
    return html.Header(
        [
            html.Span(className="desk-mark", **aria(hidden="true")),
            html.P(html.Bdi(site.site.name), className="desk-site"),
            nav("/desk"),
            html.Div(pill(), id="desk-pill", role="status"),
            *([html.A(["Signed in: ", html.Bdi(person)], href="/login", className="desk-out")] if person else []),
            switch,
        ],
        className="desk-header",
    )


def trouble(sentences: Sequence[str]) -> Component:
    """What went wrong, in words, in the place of what it went wrong with."""
    return html.Div([html.P(f"▲ {one}", dir="auto") for one in sentences], className="desk-trouble", role="alert")


def _overview() -> Component:
    return html.Section(
        [
            html.Div(
                [
                    html.Div(
                        [html.H2("What was said"), html.P(id="desk-compared", className="desk-quiet")],
                        className="desk-title",
                    ),
                    html.Div(waiting(_SAID), id="desk-said"),
                ],
                className="desk-card desk-card-said",
            ),
            html.Div(
                [html.H2("What was answered"), html.Div(waiting(_DONE), id="desk-done")],
                className="desk-card desk-card-done",
            ),
        ],
        className="desk-overview",
        **aria(label="Totals"),
    )


def _made() -> Component:
    heading = html.H2("What it is made of", className="desk-unseen")
    return html.Section([heading, html.Div(id="desk-breakdowns")], className="desk-made")


def _graph(name: str) -> Component:
    empty = {"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
                                    "xaxis": {"visible": False}, "yaxis": {"visible": False}}}  # fmt: skip
    return dcc.Graph(id=name, figure=empty, config=_CONFIG, responsive=True)


def _trend() -> Component:
    return html.Section(
        [
            html.Div(
                [html.H2("Over time"), html.P(id="desk-trend-sub", className="desk-quiet")], className="desk-title"
            ),
            html.Div(_graph("desk-trend"), className="desk-graph"),
            html.Div(id="desk-trend-words"),
        ],
        className="desk-card desk-trend",
    )


def trend_words(
    marks: Sequence[Piece], blind: Sequence[Blind], filters: Filters, site: Site, now: datetime
) -> list[Component]:
    """The trend for those who do not see it or have no mouse: when nobody looked, and every bar as a row of links."""
    zone = site.site.zone
    shown = [html.Li(blind_sentence(span, zone, now), dir="auto") for span in blind[-_MOST_WORDS:]]
    if len(blind) > _MOST_WORDS:
        shown.insert(0, html.Li(f"{len(blind) - _MOST_WORDS:,} more stretches before"))
    seen = [html.Ul(shown, className="desk-blind", **aria(label="When nobody looked"))] if shown else []
    return [*seen, html.Details([html.Summary("As a table"), _trend_table(marks, filters, site, now)])]


def _trend_table(marks: Sequence[Piece], filters: Filters, site: Site, now: datetime) -> Component:
    part = "open" if filters.view == "cases" else "negative"
    head = html.Tr([html.Th(name, scope="col") for name in ("Time", filters.view.capitalize(), part.capitalize())])
    zone = site.site.zone
    body = [
        html.Tr(
            [
                html.Th(times.between(mark.since, mark.until, zone, now), scope="row"),
                html.Td(_count(mark.count, opened(filters, mark.since, mark.until, ""))),
                html.Td(_count(mark.part, opened(filters, mark.since, mark.until, part))),
            ]
        )
        for mark in marks
    ]
    caption = html.Caption("Each number leads to its rows", className="desk-unseen")
    table = html.Table([caption, html.Thead(head), html.Tbody(body)], className="desk-plain")
    return html.Div(table, className="desk-scroll", tabIndex=0, role="group", **aria(label="Trend as a table"))


def _count(count: int, filters: Filters | None) -> Any:
    return link(f"{count:,}", filters, ROWS) if count and filters else f"{count:,}"


def _rows(filters: Filters, site: Site, now: datetime) -> Component:
    head = [html.Div(picked(filters), id="desk-picked"), download(filters, now, site.site.zone)]
    beside = html.Div(id="desk-beside")
    return html.Section(
        [
            html.Div(head, className="desk-title"),
            html.Div(id="desk-rows-trouble"),
            html.Div([html.Div(table(filters, site), id="desk-place"), beside], className="desk-split"),
        ],
        id=ROWS,
        className="desk-card desk-rows",
        tabIndex=-1,
    )


def table(filters: Filters, site: Site) -> Component:
    """The table of a view, which is another one for each."""
    about = {"id": "desk-table", "className": "desk-table", **data(view=filters.view)}
    return html.Div(grid(filters, site.site.timezone), **about)


def tabs(filters: Filters) -> Component:
    """Mentions, cases, service or people; each takes how many rows it has when that is known."""
    items = [
        html.A(
            [view.capitalize(), html.Span(id=f"desk-{view}-count", className="desk-count")],
            id=f"desk-{view}-tab",
            href=href,
            **{**data(desk="go"), **(aria(current="page") if view == filters.view else {})},
        )
        for view, href in tab_links(filters).items()
    ]
    return html.Nav(items, className="desk-tabs", **aria(label="Views"))


def tab_links(filters: Filters) -> dict[str, str]:
    """Where the tabs lead."""
    return {view: address(closed(viewing(filters, view))) for view in VIEWS}


def trend_sub(filters: Filters, site: Site, now: datetime) -> str:
    """What one bar stands for, and in which zone."""
    since, until = filters.span(now, site.site.zone)
    what = "still open in orange" if filters.view == "cases" else f"negative in orange ({UNCHECKED})"
    return (
        f"{filters.view} per {grain(since, until)}, {zone_name(site.site.zone)} · {what} · click a bar to look into it"
    )
