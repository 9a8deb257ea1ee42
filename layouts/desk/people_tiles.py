"""The tiles of the view "people": which of the coming hours are covered, what comes meanwhile, how much work it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.people import TILES
from layouts.desk.people_words import (
    EVERYBODY,
    choice,
    hours,
    language_of,
    languages,
    of_language,
)
from layouts.desk.service_tiles import Moment
from layouts.desk.totals import percent, tile, tiles


def people_tiles(at: Moment, tables: dict[str, pd.DataFrame], has_handling: bool) -> Component:
    """From coverage_summary of the coming 7 days (`summary`) and coverage_gaps of the coming 14 (`gaps`).

    has_handling  whether the site file says how much work a message is
    """
    found = of_language(tables["summary"], language_of(at))
    row = None if found.empty else found.iloc[0]
    shown = tiles([_covered(row), _met(row), _gaps(at, tables), _occupancy(row, has_handling)])
    return html.Div([choice("Language", at, "speaks", languages(tables["summary"])), shown])


def gaps_of(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The gaps one language stands in: its own and those with nobody at all. All of them for everybody."""
    return table if language == EVERYBODY else table[table["language"].isin([EVERYBODY, language])]


def _covered(row: Any) -> Component:
    known, covered = _hours(row, "known"), _hours(row, "covered")
    if not known:
        return tile(TILES[0], words.UNKNOWN, [_line("the roster is not written so far ahead")])
    of = [f"gap {hours(row['gap_hours'])}, thin {hours(row['thin_hours'])}"]
    said = "at every moment of the next 7 days" if covered == known else f"of the {hours(known)} ahead"
    return tile(TILES[0], hours(covered), [_line(said)], of)


def _met(row: Any) -> Component:
    share = None if row is None else words.known(row["covered_share"])
    expected = None if row is None else words.known(row["demand_count"])
    if share is None:
        why = "nothing is expected" if expected == 0 else "what will come is not known"
        return tile(TILES[1], words.UNKNOWN, [_line(why)])
    return tile(TILES[1], percent(share), [_line("come while somebody is on")], [f"of {expected or 0:,.0f} expected"])


def known_hours(summary: pd.DataFrame) -> float:
    """How many of the coming hours the roster says anything of: where it says nothing, no gap is no good news."""
    everybody = of_language(summary, EVERYBODY)
    return 0.0 if everybody.empty else words.known(everybody["known_hours"].iloc[0]) or 0.0


def _gaps(at: Moment, tables: dict[str, pd.DataFrame]) -> Component:
    mine = gaps_of(tables["gaps"], language_of(at))
    if mine.empty and not known_hours(tables["summary"]):
        return tile(TILES[2], words.UNKNOWN, [_line("the roster says nothing of these days")])
    if mine.empty:
        return tile(TILES[2], "0", [_line("somebody is always on"), "in the next 14 days"])
    first = mine["since_at"].min()
    began = words.instant(first) <= at.now
    when = "one is now" if began else f"next {times.moment(first, at.zone, at.now)}"
    alone = mine[mine["language"] == EVERYBODY]
    of = f"{len(alone):,} with nobody at all, {len(mine) - len(alone):,} without a language"
    return tile(TILES[2], f"{len(mine):,}", [_line(when), "in the next 14 days"], [of])


def _occupancy(row: Any, has_handling: bool) -> Component:
    share = None if row is None else words.known(row["occupancy_share"])
    if share is None:
        why = "nobody is on, or no work is known" if has_handling else "needs [staffing] handling"
        return tile(TILES[3], words.UNKNOWN, [_line(why)])
    said = "more than they can do" if share > 1 else "of their time is work"
    return tile(TILES[3], percent(share), [_line(said)], ["the 7 days together"])


def _hours(row: Any, name: str) -> float | None:
    return None if row is None else words.known(row[f"{name}_hours"])


def _line(said: str | Sequence[Any]) -> Component:
    return html.Span(said, className="desk-line")
