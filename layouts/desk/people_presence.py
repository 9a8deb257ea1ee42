"""Who was seen at work in the last day: heads the roster has, beside those who did something in the case log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.links import data
from layouts.desk.people_words import amount, hours, in_words, named, note, quiet, table, under, whole
from layouts.desk.service_tiles import Moment

SEEN = (
    "Seen means: did something in the case log in that hour, such as answering or taking a case. Nothing else is "
    "watched, so whoever reads, telephones or trains is not seen. The upper number was seen, the lower is on shift; ○ "
    "is an hour in which nobody was."
)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Day:
    """A day of one site or person: hours of heads on shift, hours in which somebody was seen, answers.

    scheduled  None where the roster does not say
    """

    name: str
    scheduled: float | None
    seen: float
    answers: float

    @property
    def told(self) -> str:
        """The day in words."""
        return f"{hours(self.seen)} seen, {hours(self.scheduled)} on shift, {whole(self.answers)} answers"


def presence(at: Moment, tables: Mapping[str, pd.DataFrame]) -> Component:
    """The card of presence by site (`site`) and by agent (`agent`), of whole hours."""
    sites = tables["site"]
    if sites.empty:
        return html.Div([quiet("The roster tells of nobody in the last 24 hours, and nobody was seen."), note(SEEN)])
    found = [(str(name), rows) for name, rows in sites.groupby("site", sort=True)]
    first = min(words.instant(value) for value in sites["slot_at"])
    slots = [first + number * _HOUR for number in range(24)]
    rows = [_site(at, name, frame, slots) for name, frame in found]
    heads = ["Site", *(words.clock(slot, at.zone)[:2] for slot in slots), "Together"]
    shown = table("Seen and on shift, hour by hour", heads, rows, "desk-seen")
    return html.Div([shown, note(SEEN), *_people(tables["agent"])])


def _site(at: Moment, name: str, frame: pd.DataFrame, slots: Sequence[datetime]) -> Component:
    found: Any = frame.itertuples()
    by_slot = {words.instant(row.slot_at): row for row in found}
    day = day_of(name, frame)
    told = [
        html.Strong(f"{hours(day.seen)} seen"),
        under(f"{hours(day.scheduled)} on shift"),
        under(f"{whole(day.answers)} answers"),
    ]
    head = html.Th(html.Bdi(named(name, "not on the roster", 40)), scope="row")
    return html.Tr([head, *(_cell(at, slot, by_slot.get(slot)) for slot in slots), html.Td(told, className="desk-day")])


def _cell(at: Moment, slot: datetime, row: Any) -> Component:
    if row is None:
        return html.Td(words.UNKNOWN, **data(seen="none"))
    scheduled, seen = words.known(row.scheduled_agents), words.known(row.seen_agents)
    is_missing = bool(scheduled) and not seen
    when = times.between(slot, slot + _HOUR, at.zone, at.now)
    title = f"{when}: {whole(seen)} seen, {amount(scheduled)} on shift, {whole(row.answers_count)} answers"
    state = "missing" if is_missing else "seen" if seen else "off"
    sign = " ○" if is_missing else ""
    return html.Td(f"{whole(seen)}{sign}\n{amount(scheduled)}", title=title, **data(seen=state))


def day_of(name: str, frame: pd.DataFrame) -> Day:
    """The hours of a site, or of a person, put together. An hour in which three were seen is three hours seen."""
    scheduled = frame["scheduled_agents"].dropna()
    sums = [float(frame[column].fillna(0).sum()) for column in ("seen_agents", "answers_count")]
    return Day(name, None if scheduled.empty else float(scheduled.sum()), *sums)


def _people(frame: pd.DataFrame) -> list[Component]:
    """The same person by person, behind a word: by name, so that nobody is ranked by it."""
    told = frame[frame["agent"].notna() & (frame["agent"] != "")]
    if told.empty:
        return [note("Person by person: nobody on the roster or in the case log has a name.")]
    days = [day_of(str(name), rows) for name, rows in told.groupby("agent", sort=True)]
    lines = [f"{words.clean(day.name, 60)}: {day.told}" for day in days]
    return [in_words(f"Person by person ({len(days):,})", "Seen and on shift, person by person", lines)]
