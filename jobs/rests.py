"""The long weekends of a site file: local days in a row that are weekend or public holiday somewhere it works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config import Site
from config.calendars import Holidays
from config.promises import in_order
from config.roster import Shift
from jobs.daysoff import days_off
from jobs.ical import Days
from jobs.localtime import DAY, midnight
from queries.staffing import RestRow

LEAST_DAYS = 3
AHEAD = timedelta(days=396)
"""Thirteen months: the same weekends of next year are seen before those of this year have passed."""

_BACK = timedelta(days=35)
"""So that a span under way is told whole; none that is known is so long."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a place takes for a day off from `first` to `last`, in its zone."""

    holidays: Holidays
    zone: ZoneInfo
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Off:
    """A day off: a holiday with the names it has, else of the weekend."""

    day: date
    zone: ZoneInfo
    is_holiday: bool
    name: str


def rest_rows(site: Site, now: datetime, feeds: Mapping[str, Days]) -> set[RestRow]:
    """The long weekends of every site of the roster and every calendar that has holidays, for 13 months from `now`.

    Three local days in a row and more, each of the weekend or a public holiday, one of them at least a public holiday.
    One that is under way, or begins before the 13 months are over, comes whole. `feeds` are the days of each `ical`.
    """
    found: dict[tuple[str, datetime], RestRow] = {}
    for place, terms in (*_of_calendars(site), *_of_sites(site.shift)):
        for row in _rows(place, terms, now, feeds):
            found[place, row.since_at] = row
    return set(found.values())


def _of_calendars(site: Site) -> Iterator[tuple[str, list[_Terms]]]:
    for name, versions in site.calendar.items():
        ordered = in_order(versions)
        ends = [*(_before(one.from_date) for one in ordered[1:]), date.max]
        yield (
            name,
            [
                _Terms(one.holidays, one.zone(site.site.zone), one.from_date or date.min, end)
                for one, end in zip(ordered, ends, strict=True)
                if one.holidays
            ],
        )


def _of_sites(shifts: Sequence[Shift]) -> Iterator[tuple[str, list[_Terms]]]:
    for place in dict.fromkeys(shift.site for shift in shifts):
        of_it = [shift for shift in shifts if shift.site == place]
        yield place, [_terms(one, one.holidays, of_it) for one in of_it if one.holidays]


def _terms(shift: Shift, holidays: Holidays, of_it: Iterable[Shift]) -> _Terms:
    """A later roster of its team takes the whole one's place; a shift of one day says nothing of other days."""
    begin = shift.from_date or date.min
    later = [one.from_date for one in of_it if one.team == shift.team and one.from_date and one.from_date > begin]
    last = min(shift.until_date or date.max, _before(min(later, default=None)))
    if shift.on_date:
        return _Terms(holidays, shift.zone, shift.on_date, shift.on_date)
    return _Terms(holidays, shift.zone, begin, last)


def _before(day: date | None) -> date:
    return day - DAY if day else date.max


def _rows(place: str, terms: Sequence[_Terms], now: datetime, feeds: Mapping[str, Days]) -> Iterator[RestRow]:
    if not terms:
        return
    today = now.astimezone(terms[0].zone).date()
    for run in _runs(_days(terms, today - _BACK, today + AHEAD + _BACK, feeds)):
        since, until = midnight(run[0].day, run[0].zone), midnight(run[-1].day + DAY, run[-1].zone)
        is_long = len(run) >= LEAST_DAYS and any(one.is_holiday for one in run)
        if is_long and until > now and run[0].day <= today + AHEAD:
            yield RestRow(place, _names(run), since, until, len(run))


def _days(terms: Sequence[_Terms], first: date, last: date, feeds: Mapping[str, Days]) -> list[_Off]:
    """The days off in order; of a day of which several tell, one that calls it a holiday is heard."""
    found: dict[date, _Off] = {}
    for one in terms:
        since, until = max(one.first, first), min(one.last, last)
        named = days_off(one.holidays, since, until, feeds) if since <= until else {}
        for number in range((until - since).days + 1):
            day = since + number * DAY
            is_off = day in named or _is_weekend(one.holidays, day)
            if is_off and not (day in found and found[day].is_holiday):
                found[day] = _Off(day, one.zone, day in named, named.get(day) or "")
    return [found[day] for day in sorted(found)]


def _is_weekend(holidays: Holidays, day: date) -> bool:
    if holidays.country is None:
        return day.weekday() >= _SATURDAY
    return day in _weekend(holidays.country, holidays.subdiv, day.year)


@lru_cache(maxsize=64)
def _weekend(code: str, subdiv: str | None, year: int) -> frozenset[date]:
    """The days of a country's weekend in a year, without those that are worked on to make up for a holiday."""
    from holidays import country_holidays

    made = country_holidays(code, subdiv=subdiv, years=year)
    days = (date(year, 1, 1) + number * DAY for number in range(366))
    return frozenset(day for day in days if made.is_weekend(day) and day not in made.weekend_workdays)


def _runs(days: Iterable[_Off]) -> Iterator[list[_Off]]:
    run: list[_Off] = []
    for one in days:
        if run and one.day - run[-1].day != DAY:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _names(run: Iterable[_Off]) -> str | None:
    """The names of the holidays, each once, be it observed on another day; None where nobody named one."""
    names = (name.removesuffix(" (observed)") for one in run for name in one.name.split("; ") if name)
    return ", ".join(dict.fromkeys(names)) or None
