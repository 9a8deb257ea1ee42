"""The week of the view "people": 168 hours from today's midnight, each with its heads, and whether they are enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.links import aria, data
from layouts.desk.people_words import (
    EVERYBODY,
    STATES,
    amount,
    choice,
    in_words,
    language_of,
    note,
    of_language,
    quiet,
    spoken,
    whole,
)
from layouts.desk.service_tiles import Moment
from layouts.words import zone_name

DAYS, HOURS = 7, 24
_HOUR = timedelta(hours=1)
_WORST = {state: rank for rank, state in enumerate(STATES)}


def week_of(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From today's midnight in a zone until that of a week later, aware UTC: 168 hours, but where clocks change."""
    first = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(UTC), (first + timedelta(days=DAYS)).astimezone(UTC)


@dataclass(frozen=True)
class Hour:
    """One hour of coverage_week, aware UTC. Unknown is None; what is needed and comes only all sites together have.

    heads, staffed   the fewest at any moment, and those less shrinkage
    needed, comes    heads it takes, and messages expected (or, of an hour that is over, that came)
    gap_minutes      how much of it is a gap
    """

    since: datetime
    heads: float | None
    staffed: float | None
    needed: float | None
    comes: float | None
    gap_minutes: float | None
    state: str

    @classmethod
    def read(cls, row: Any) -> Hour:
        """From a row of the table."""
        numbers = (row.heads_count, row.staffed_agents, row.required_agents, row.demand_count, row.gap_minutes)
        heads, staffed, needed, comes, gap = map(words.known, numbers)
        return cls(words.instant(row.hour_at), heads, staffed, needed, comes, gap, words.clean(row.state))

    def told(self, at: Moment) -> str:
        """The hour in words: "Sat 21 Nov 05:00 to 06:00: 2 on shift (1.4 less shrinkage), 2.1 needed, ..."."""
        said = [f"{whole(self.heads)} on shift ({amount(self.staffed)} less shrinkage)"]
        if self.needed is not None:
            said.append(f"{amount(self.needed)} needed")
        if self.comes is not None:
            said.append(f"{amount(self.comes)} messages {'came' if self.since + _HOUR <= at.now else 'expected'}")
        if self.gap_minutes:
            said.append(f"a gap for {self.gap_minutes:.0f} min")
        said += [STATES[self.state][1]] if self.state in STATES else []
        return f"{times.between(self.since, self.since + _HOUR, at.zone, at.now)}: {', '.join(said)}"


def week(at: Moment, table: pd.DataFrame) -> Component:
    """The card of coverage_week for the language and the site that are chosen."""
    picker = choice("Site", at, "place", _sites(table))
    place = at.filters.place or EVERYBODY
    mine = of_language(table[table["site"] == place], language_of(at))
    if mine.empty:
        who = f"who speaks {spoken(language_of(at))}" if at.filters.speaks else ""
        where = f"at {words.clean(place, 60)}" if at.filters.place else ""
        told = " ".join(part for part in ("The roster knows nobody", who, where) if part)
        return html.Div([picker, quiet(f"{told} in this week.")])
    found: Any = mine.sort_values("hour_at").itertuples()
    shown = [Hour.read(row) for row in found]
    listed = [hour.told(at) for hour in shown]
    return html.Div(
        [picker, _map(at, shown), *_legend(at), in_words("Hour by hour, in words", "The week hour by hour", listed)]
    )


def _sites(table: pd.DataFrame) -> list[tuple[str, str]]:
    names = sorted({str(one) for one in table["site"].dropna()} - {EVERYBODY})
    return [("", "All"), *((name, words.clean(name, 40)) for name in names)]


def _map(at: Moment, shown: Sequence[Hour]) -> Component:
    """Days below each other, hours beside each other, at the site's own clock."""
    placed: dict[tuple[date, int], list[Hour]] = {}
    for hour in shown:
        local = hour.since.astimezone(at.zone)
        placed.setdefault((local.date(), local.hour), []).append(hour)
    first = at.now.astimezone(at.zone).date()
    days = [first + timedelta(days=number) for number in range(DAYS)]
    rows = [html.Tr([_day(day), *(_cell(at, placed.get((day, hour), [])) for hour in range(HOURS))]) for day in days]
    heads = [
        html.Th(html.Span("Day", className="desk-unseen"), scope="col"),
        *(html.Th(f"{hour:02}", scope="col") for hour in range(HOURS)),
    ]
    name = f"Heads on shift, hour by hour, {zone_name(at.zone)}"
    caption = html.Caption(name, className="desk-unseen")
    map_ = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="desk-map")
    return html.Div(map_, className="desk-wide", tabIndex=0, role="group", **aria(label=name))


def _day(day: date) -> Component:
    return html.Th(f"{day:%a} {day.day}", scope="row")


def _cell(at: Moment, hours: Sequence[Hour]) -> Component:
    """One hour of the clock. Where it is put back there are two of it, where it is put forward none."""
    if not hours:
        return html.Td("", title="there is no such hour on this day", **data(state="none"))
    worst = min(hours, key=lambda hour: _WORST.get(hour.state, len(_WORST)))
    known = [hour.heads for hour in hours if hour.heads is not None]
    heads = min(known) if len(known) == len(hours) else None
    # nobody is needed and nobody is there: that is no achievement
    is_idle = not heads and worst.state in ("covered", "")
    state = "unknown" if heads is None else "off" if is_idle else worst.state or "some"
    is_now = any(hour.since <= at.now < hour.since + _HOUR for hour in hours)
    title = ("now: " if is_now else "") + "; ".join(hour.told(at) for hour in hours)
    marks = data(state=state, now="yes") if is_now else data(state=state)
    # a number and a shape in one text: each element more costs 168 times
    shape = STATES[state][0] if state in STATES else ""
    return html.Td(f"{whole(heads)}\n{shape}".strip(), title=title, **marks)


def _legend(at: Moment) -> list[Component]:
    meanings: Mapping[str, str] = {
        "gap": "messages and nobody on",
        "thin": "fewer than it takes",
        "covered": "enough",
        "surplus": "more than 1.5 times what it takes, and a head above",
    }
    if at.filters.place:
        return [note("How many it takes is told of all sites together. The number is the fewest at any moment.")]
    items = [html.Span([f"{STATES[state][0]} {STATES[state][1]}: {said}"]) for state, said in meanings.items()]
    spaced = [part for item in items for part in (item, " ")]
    return [
        html.P(spaced, className="desk-note desk-legend"),
        note("The number is the fewest on shift at any moment of the hour; a dash lies beyond the roster."),
    ]
