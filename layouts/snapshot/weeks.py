"""Weeks as the site cuts them: seven local days from midnight to midnight, whatever the clocks do meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}
_NAME = re.compile(r"(\d{4})-W(\d{2})")
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
FORM = "2026-W46"


@dataclass(frozen=True, slots=True)
class Week:
    """name          the ISO week of the Monday in it, such as "2026-W46"
    first            its first local day
    since, until     aware UTC; until is exclusive. 168 hours, but where the clocks change
    """

    name: str
    first: date
    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def last(self) -> date:
        """Its last local day."""
        return self.first + _WEEK - _DAY

    @property
    def hours(self) -> float:
        """How long it really was: 167 and 169 where summer time begins and ends."""
        return (self.until - self.since) / timedelta(hours=1)

    @property
    def before(self) -> Week:
        """The week before it."""
        return _week(self.first - _WEEK, self.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, aware UTC.

    Where midnight is jumped over it is the jump, where it comes twice the first of them: fold 0 in both cases.
    """
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def week_of(day: date, zone: ZoneInfo, starts: str = "monday") -> Week:
    """The week a local day lies in. `starts` is monday, saturday or sunday."""
    return _week(day - _DAY * ((day.weekday() - _STARTS[starts]) % 7), zone)


def last_full_week(now: datetime, zone: ZoneInfo, starts: str = "monday") -> Week:
    """The newest week that is over at `now` (aware)."""
    return week_of(now.astimezone(zone).date(), zone, starts).before


def parse_week(text: str, zone: ZoneInfo, starts: str = "monday") -> Week:
    """The week of a name such as "2026-W46". Raises ValueError with a sentence that says the form."""
    found = _NAME.fullmatch(text)
    try:
        if not found:
            raise ValueError
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return week_of(monday, zone, starts)
    except (ValueError, OverflowError):
        raise ValueError(f'"{text}" is not a week; write its ISO name, such as {FORM}') from None


def _week(first: date, zone: ZoneInfo) -> Week:
    # six days of seven, or five, are those of the ISO week of its Monday: a Sunday belongs to the week it opens
    monday = first + _DAY * (-first.weekday() % 7)
    year, number, _ = monday.isocalendar()
    return Week(f"{year:04d}-W{number:02d}", first, midnight(first, zone), midnight(first + _WEEK, zone), zone)
