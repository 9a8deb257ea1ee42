"""Figures and how they moved, as a sentence says them. What nobody knows is a dash, and is said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from layouts import words
from layouts.desk.times import duration

NO_BEFORE = "no figure for the week before"
_FEW = 10
_CENTS_BELOW = 100


def first(table: pd.DataFrame, column: str) -> Any:
    """The column of the first row, None where there is none or it is unknown."""
    if table.empty or pd.isna(table[column].iloc[0]):
        return None
    return table[column].iloc[0]


def whole(table: pd.DataFrame, column: str) -> int:
    """The same for a count: 0 where no row came back, since then there was nothing to count."""
    found = first(table, column)
    return 0 if found is None else int(found)


def count(value: Any) -> str:
    """ "12,345"."""
    number = words.known(value)
    return words.UNKNOWN if number is None else f"{number:,.0f}".replace("-", words.MINUS)


def share(value: Any) -> str:
    """ "82%"."""
    told = words.percent(value)
    return told if told == words.UNKNOWN else f"{told}%"


def points(value: Any) -> str:
    """ "−7": a share -1..1 in points, with its sign."""
    return words.points(value)


def money(value: Any, currency: str, beside: float = 0) -> str:
    """ "USD 2,057", "USD 4.20": whole from a hundred on, since the cents of an estimate are made up.

    `beside` is the largest sum it stands beside, so that all of them have cents or none. `currency` may be "".
    """
    number = words.known(value)
    if number is None:
        return words.UNKNOWN
    digits = 2 if number and max(abs(number), abs(beside)) < _CENTS_BELOW else 0
    rounded = round(number, digits) or 0.0  # never "−0"
    return f"{currency} {rounded:,.{digits}f}".replace("-", words.MINUS).strip()


def count_change(now: Any, before: Any) -> str:
    """ "12% more than the week before (11,022)"; small numbers are told as they are."""
    new, old = words.known(now), words.known(before)
    if new is None or old is None:
        return NO_BEFORE
    told = f"the week before ({count(old)})"
    if new == old:
        return f"as many as {told}"
    if old < _FEW:
        more = "more" if new > old else "fewer"
        return f"{count(abs(new - old))} {more} than {told}"
    if new / old >= _FEW:
        return f"{new / old:,.0f} times {told}"
    percent = round(100 * abs(new / old - 1))
    return f"{percent or '<1'}% {'more' if new > old else 'fewer'} than {told}"


def duration_change(now: Any, before: Any) -> str:
    """ "9 min faster than the week before (33 min)"."""
    new, old = words.known(now), words.known(before)
    if new is None or old is None:
        return NO_BEFORE
    told = f"the week before ({duration(old)})"
    if duration(new) == duration(old):
        return f"as fast as {told}"
    return f"{duration(abs(new - old))} {'faster' if new < old else 'slower'} than {told}"


def points_change(now: Any, before: Any, told: str) -> str:
    """ "3 points higher than the week before (79%)"; `told` is how that week's own figure is said."""
    new, old = words.known(now), words.known(before)
    if new is None or old is None:
        return NO_BEFORE
    difference = round(100 * new) - round(100 * old)
    if not difference:
        return f"the same as the week before ({told})"
    unit = "point" if abs(difference) == 1 else "points"
    return f"{abs(difference)} {unit} {'higher' if difference > 0 else 'lower'} than the week before ({told})"


def day(when: date) -> str:
    """ "Mon 9 Nov"."""
    return f"{when:%a} {when.day} {when:%b}"


def dated(when: date) -> str:
    """ "1 Jan 2026"."""
    return f"{when.day} {when:%b} {when.year}"


def moment(when: datetime, zone: ZoneInfo) -> str:
    """ "Mon 16 Nov 2026 07:00"."""
    local = when.astimezone(zone)
    return f"{day(local.date())} {local.year} {local:%H:%M}"


def stretch(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    """ "Thu 12 Nov 12:00 to 18:00", "Thu 12 Nov 18:00 to Fri 13 Nov 00:00" as "18:00 to 24:00"."""
    start, end = since.astimezone(zone), until.astimezone(zone)
    at_midnight = end.time() == end.time().replace(hour=0, minute=0, second=0, microsecond=0)
    next_day = (end.date() - start.date()).days == 1
    if start.date() == end.date():
        said = f"{end:%H:%M}"
    elif at_midnight and next_day:
        said = "24:00"
    else:
        said = f"{day(end.date())} {end:%H:%M}"
    return f"{day(start.date())} {start:%H:%M} to {said}"


def hours(seconds: float) -> str:
    """ "10 h 30 min": never in days, since a week's hours are compared with the week's."""
    minutes = round(seconds / 60)
    whole_hours, rest = divmod(minutes, 60)
    if not whole_hours:
        return f"{rest} min"
    return f"{whole_hours} h {rest} min" if rest else f"{whole_hours} h"
