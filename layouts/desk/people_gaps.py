"""When nobody can answer: gaps by language, long weekends, and where the hours that are promised differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.links import link
from layouts.desk.people_tiles import gaps_of, known_hours
from layouts.desk.people_words import (
    EVERYBODY,
    SHIFTS,
    amount,
    folded,
    hours,
    language_of,
    mark,
    minutes,
    named,
    nobody,
    note,
    quiet,
    under,
)
from layouts.desk.service_tiles import Moment

_MOST = 5


def gaps(at: Moment, tables: Mapping[str, pd.DataFrame]) -> Component:
    """The card of coverage_gaps (`gaps`): with nobody at all first, then language by language.

    `summary`, coverage_summary of the coming 7 days, says whether the roster tells of these days at all.
    """
    mine = gaps_of(tables["gaps"], language_of(at))
    if mine.empty and not known_hours(tables["summary"]):
        return quiet("The roster says nothing of the days ahead, so nobody knows when somebody will be there.")
    if mine.empty:
        return quiet("Somebody who can answer is on at every moment of the next 14 days the roster tells of.")
    rows: Any = mine.itertuples()
    items = [_gap(at, row) for row in rows]
    missing = next((words.clean(one, 20) for one in mine["language"] if one != EVERYBODY), "")
    return html.Div([*folded(items, _MOST, "desk-events-ahead"), _advice(at, missing)])


def _gap(at: Moment, row: Any) -> Component:
    since, until = words.instant(row.since_at), words.instant(row.until_at)
    when = times.between(since, until, at.zone, at.now)
    expected = words.known(row.demand_count)
    comes = "what will come is not known" if expected is None else f"{amount(expected)} messages expected"
    told = [html.Strong(when), under(f"{minutes(row.gap_minutes)} · {comes}")]
    sides = _between(row)
    return html.Li([mark("▲", nobody(row.language), "wrong"), html.Div(told), *([under(sides)] if sides else [])])


def _between(row: Any) -> str:
    after, before = (words.clean(one, 60) for one in (row.after_sites, row.before_sites))
    said = [f"{word} {site}" for word, site in (("after", after), ("before", before)) if site]
    return ", ".join(said)


def _advice(at: Moment, language: str) -> Component:
    """What closes a gap, and where that can be tried."""
    speaks = f' with languages = ["{language}"]' if language else ""
    return note(
        [
            "To close one, write a ",
            html.Code("[[shift]]"),
            f"{speaks} into the site file that covers it; ",
            link("try it out first", at.filters, SHIFTS),
            ".",
        ]
    )


def weekends(at: Moment, table: pd.DataFrame) -> Component:
    """The card of long_weekends: who can be reached, what is not staffed, how long ago that was drilled."""
    if table.empty:
        return quiet("No three days of rest together lie ahead that the roster or a calendar knows.")
    rows: Any = table.itertuples()
    return html.Div(folded([_weekend(at, row) for row in rows], 3, "desk-events-ahead"))


def _weekend(at: Moment, row: Any) -> Component:
    since, until = words.instant(row.since_at), words.instant(row.until_at)
    name, place = named(row.name, "Long weekend"), named(row.place, "every place")
    reach = words.clean(row.on_call, 120)
    on_call = [mark("●", f"on call: {reach}", "good")] if reach else [mark("■", "nobody is on call", "careful")]
    return html.Li(
        [
            html.Strong(html.Bdi(name)),
            under(f"{place} · {times.between(since, until, at.zone, at.now)} · {int(row.days_count)} days"),
            html.Div(on_call),
            under(f"{_scheduled(row)} · {_drilled(row)}"),
        ]
    )


def _scheduled(row: Any) -> str:
    scheduled = words.known(row.scheduled_hours)
    if scheduled is None:
        return "beyond the roster, which is not written so far"
    gap = words.known(row.gap_minutes)
    alone = f", nobody on for {minutes(gap)}" if gap else ", somebody always on" if gap == 0 else ""
    return f"{hours(scheduled)} of heads on shift{alone}"


def _drilled(row: Any) -> str:
    days = words.known(row.drill_days)
    return "never drilled" if days is None else f"last drill {words.plural(int(days), 'day')} ago"


@dataclass(frozen=True)
class Stretch:
    """A stretch of hours_of_service. None: no public promise, or beyond the roster."""

    since: datetime
    until: datetime
    is_promised: bool | None
    is_staffed: bool | None

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.until - self.since).total_seconds() / 3600


def stretches(table: pd.DataFrame) -> list[Stretch]:
    """The rows of hours_of_service."""
    rows: Any = table.itertuples()
    return [
        Stretch(
            words.instant(row.since_at), words.instant(row.until_at), _truth(row.is_promised), _truth(row.is_staffed)
        )
        for row in rows
    ]


def _truth(value: Any) -> bool | None:
    return None if pd.isna(value) else bool(value)


def service_hours(at: Moment, table: pd.DataFrame) -> Component:
    """The card of hours_of_service: what visitors are told, what is staffed, and where the two differ."""
    found = stretches(table)
    if not any(one.is_promised is not None for one in found):
        return quiet("Visitors are promised nothing: no track has a public_promise.")
    broken = [one for one in found if one.is_promised and one.is_staffed is False]
    untold = sum(one.hours for one in found if one.is_promised is False and one.is_staffed)
    unknown = sum(one.hours for one in found if one.is_promised and one.is_staffed is None)
    promised = sum(one.hours for one in found if one.is_promised)
    kept = sum(one.hours for one in found if one.is_promised and one.is_staffed)
    said: list[Component] = [
        html.P(
            [
                "Next 7 days: ",
                html.Strong(hours(promised)),
                " promised to visitors, somebody on for ",
                html.Strong(hours(kept)),
            ]
        )
    ]
    said += [under(f"{hours(unknown)} of it lies beyond the roster")] if unknown else []
    said += [under(f"{hours(untold)} are staffed and promised to nobody")] if untold else []
    return html.Div([*said, *_broken(at, broken)])


def _broken(at: Moment, broken: Sequence[Stretch]) -> list[Component]:
    if not broken:
        return [html.P(mark("●", "no promised hour is without anybody", "good"))]
    items: list[Component] = [
        html.Li(
            [mark("▲", times.between(one.since, one.until, at.zone, at.now), "wrong"), under("promised, nobody on")]
        )
        for one in broken
    ]
    return folded(items, _MOST, "desk-events-ahead")
