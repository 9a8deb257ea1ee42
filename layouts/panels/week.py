"""week: the 168-hour map. Seven local days of 24 local hours: in which of them nobody answers what comes.

Every cell counts the fewest heads at any moment of its hour; a gap tells its minutes instead. The days begin today, in
the site's zone. What is over is veiled, the running hour is outlined, and the sentence counts from that hour on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import attributes, card, graph, value
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.quiet import quiet_figure
from layouts.panels.roster import EVERYBODY, NO_ROSTER
from layouts.panels.service_hours import day_span, week_of
from layouts.panels.week_map import Cell, cells_of, week_figure
from layouts.panels.week_places import WeekHour, runs_of, week_hours

_SOON = timedelta(hours=24)
_DAY_HOURS = 24
_LEGEND = (
    ("gap", "45′", "gap: minutes with nobody"),
    ("thin", "2▾", "thin: fewer than needed"),
    ("covered", "5", "covered"),
    ("surplus", "9▴", "surplus"),
    ("unknown", words.UNKNOWN, "unknown"),
)


class Week:
    """The map of a week's hours."""

    kind = "week"
    measures = ()
    feeds = ("roster",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The hours of seven local days; in parts where the clocks change by less than a whole hour."""
        if not scope.site.has_roster:
            return {}
        runs = runs_of(week_hours(scope.now, scope.zone))
        everybody = [EVERYBODY]
        return {
            f"week-{number}": Ask(
                "coverage_week", {"since": since, "until": until, "languages": everybody, "now": scope.now}
            )
            for number, (since, until) in enumerate(runs)
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The map under a sentence, or why there is none."""
        if not scope.site.has_roster:
            return _drawn(name, "", "", "none", quiet_figure(NO_ROSTER))
        hours = week_hours(scope.now, scope.zone)
        cells = cells_of(hours, _together(tables))
        sub = _sub(hours, scope)
        if all(cell.heads is None and cell.state == "unknown" for cell in cells):
            return _drawn(name, sub, "", "none", quiet_figure("the roster holds no shift of this week"))
        headline, state = _headline([cell for cell in cells if cell.hour.until > scope.now], scope)
        return _drawn(name, sub, headline, state, week_figure(cells, scope))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: the sentence, the map, and in words what its cells mean."""
        said = html.Div(value(name, "said", "headline-words"), id=part(name, "headline"), className="headline")
        parts = [said, html.Div(graph(name), className="under"), _legend()]
        return card(name, panel, html.Div(parts, className="headed"))


def _legend() -> Component:
    told = [
        html.Span([html.Span(mark, className="week-mark", **attributes(state=state)), html.Span(text)])
        for state, mark, text in _LEGEND
    ]
    return html.Div(told, className="week-legend")


def _drawn(name: str, sub: str, headline: str, state: str, figure: Figure) -> Drawn:
    return Drawn(
        values={part(name, "sub"): sub, part(name, "said"): headline},
        states={part(name, "headline"): state},
        figures={part(name, "figure"): figure},
    )


def _together(tables: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
    return [table for key, table in tables.items() if key.startswith("week-")]


def _sub(hours: Sequence[WeekHour], scope: Scope) -> str:
    """What the numbers are, of which days, in whose time; and that a day is longer or shorter than others."""
    days = week_of(scope.now, scope.zone)
    told = ["fewest heads of each hour", day_span(days[0], days[-1]), words.zone_name(scope.zone)]
    for row, mine in groupby(hours, key=lambda hour: hour.row):
        length = sum((hour.length for hour in mine), timedelta()) / timedelta(hours=1)
        if length != _DAY_HOURS:
            told.append(f"{days[row]:%a} has {length:g} hours")
    return " · ".join(told)


def _headline(ahead: Sequence[Cell], scope: Scope) -> tuple[str, str]:
    """The gaps from the running hour on; without any, whether the heads suffice as far as that is known."""
    gaps = [list(mine) for is_gap, mine in groupby(ahead, key=lambda cell: cell.is_gap) if is_gap]
    if gaps:
        minutes = sum(cell.gap_minutes for gap in gaps for cell in gap)
        is_soon = gaps[0][0].hour.since - scope.now < _SOON
        return f"{words.plural(len(gaps), 'gap')} this week, {lasted(60 * minutes)}", "bad" if is_soon else "warn"
    thin = sum(cell.state == "thin" for cell in ahead)
    if thin:
        return f"No gap this week, {words.plural(thin, 'thin hour')}", "warn"
    unknown = sum(cell.state in ("unknown", "heads") for cell in ahead)
    if unknown == len(ahead):
        return "Not known whether these heads are enough", "none"
    if unknown:
        return f"No gap so far as known, {words.plural(unknown, 'hour')} unknown", "none"
    return "Covered all week", "ok"
