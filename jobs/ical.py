"""iCalendar files as days: their all-day events, each with its name, on every day they last and come round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar
from icalendar.cal import Component

from jobs.copies import Unreadable

Days = Mapping[date, str | None]
MOST = 100_000
_DAY = timedelta(days=1)
FOREIGN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What its readers raise at a file that is damaged."""


class NotACalendar(Unreadable):
    """A file that holds no holidays; the sentence goes on behind its name."""


@lru_cache(maxsize=32)
def all_days(data: bytes, first: date, last: date) -> Days:
    """The days from `first` to `last` that an iCalendar file names, with their names, None where one has none.

    Only all-day events count: one with a time of day closes nobody's office. Rules that come round by year, month, week
    or day are followed, with the days they leave out, bring besides or move. Cancelled events are none. Raises
    NotACalendar, also for a file without any all-day event, which is rather a wrong file than a year without holidays.
    """
    try:
        events = [event for event in Calendar.from_ical(data).walk("VEVENT") if _is_all_day(event)]
        found = _within(_days(events, last), first, last)
    except FOREIGN as error:
        raise NotACalendar(f"is not an iCalendar file ({short(error)})") from None
    if not events:
        raise NotACalendar("holds no all-day event")
    days: dict[date, str | None] = {}
    for day, name in found:
        days[day] = days.get(day) or name
    return days


def _is_all_day(event: Component) -> bool:
    start = moment(event.get("DTSTART"))
    return isinstance(start, date) and not isinstance(start, datetime)


def _within(days: Iterator[tuple[date, str | None]], first: date, last: date) -> list[tuple[date, str | None]]:
    """In order. More than MOST are no holidays, but something that would take for ever."""
    found = list(islice(days, MOST + 1))
    if len(found) > MOST:
        raise ValueError(f"it names more than {MOST:,} days")
    return sorted(((day, name) for day, name in found if first <= day <= last), key=lambda one: one[0])


def _days(events: list[Component], last: date) -> Iterator[tuple[date, str | None]]:
    """Every day of every time each event comes round."""
    moved = {(text_of(event, "UID"), _day(event["RECURRENCE-ID"])) for event in events if "RECURRENCE-ID" in event}
    for event in events:
        if (text_of(event, "STATUS") or "").upper() == "CANCELLED":
            continue
        uid = None if "RECURRENCE-ID" in event else text_of(event, "UID")
        for start in _starts(event, last):
            if uid is None or (uid, start) not in moved:
                yield from ((start + _DAY * number, text_of(event, "SUMMARY")) for number in range(_length(event)))


def _starts(event: Component, last: date) -> set[date]:
    begin = _day(event["DTSTART"])
    starts = {begin, *_listed(event, "RDATE")}
    for rule in several(event.get("RRULE")):
        text = rule.to_ical().decode()
        if not re.search(r"FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)\b", text):
            raise ValueError(f"a day cannot come round as {text.partition(';')[0]}")
        # the rule's end may carry a zone, which days have not
        times = rrulestr(text, dtstart=datetime.combine(begin, time()), ignoretz=True)
        starts |= {one.date() for one in takewhile(lambda one: one.date() <= last, islice(times, MOST))}
    return starts - set(_listed(event, "EXDATE"))


def _length(event: Component) -> int:
    """How many days it lasts; its end is the day after the last."""
    if "DTEND" in event:
        return max((_day(event["DTEND"]) - _day(event["DTSTART"])).days, 1)
    duration = moment(event.get("DURATION"))
    return max(duration.days, 1) if isinstance(duration, timedelta) else 1


def _listed(event: Component, name: str) -> Iterator[date]:
    for line in several(event.get(name)):
        for one in line.dts:
            found = moment(one)
            if isinstance(found, date):
                yield found.date() if isinstance(found, datetime) else found


def several(value: Any) -> list[Any]:
    """What a line that may stand once, often or not at all says, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def moment(value: Any) -> object:
    """The day, moment or span a line says; None where it is no such line."""
    return getattr(value, "dt", None)


def _day(value: Any) -> date:
    found = moment(value)
    if not isinstance(found, date):
        raise ValueError("a day is not written as one")
    return found.date() if isinstance(found, datetime) else found


def text_of(event: Component, name: str) -> str | None:
    """What a line of an event says, on one line and not too long; None where it says nothing."""
    return " ".join(str(event[name]).split())[:200] or None if name in event else None


def short(error: Exception) -> str:
    """The first words of what a reader of these files raised."""
    first = (str(error).splitlines() or [""])[0]
    return first[:80] or type(error).__name__
