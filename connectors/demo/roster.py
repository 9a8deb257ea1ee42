"""Who answers when: the care desk's five sites in their own time, and the hole in it that nobody has noticed.

The example's site file has the same shifts as [[shift]] tables; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from connectors.demo.chance import EPOCH
from connectors.records import Truth

CELL = timedelta(minutes=30)
"""Every border of a shift lies on one of these, in UTC too."""

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Shift:
    """One site's working day in local time."""

    site: str
    timezone: str
    languages: tuple[str, ...]
    heads: int
    start: time
    end: time
    days: tuple[str, ...] = _WEEK
    agents: tuple[str, ...] = ()
    holidays: tuple[str, str] | None = None  # the country, and the part of it, whose holidays its opening hours keep


SHIFTS = (
    Shift("San Francisco", "America/Los_Angeles", ("en", "es"), 4, time(8), time(16, 30),
          agents=("Maya", "Owen", "Luz", "Theo"), holidays=("US", "CA")),
    Shift("New York", "America/New_York", ("en", "es", "fr", "pt"), 6, time(7), time(15, 30),
          agents=("Nina", "Carlos", "Zora", "Eli", "Odile", "Bruna"), holidays=("US", "NY")),
    Shift("London", "Europe/London", ("en", "de", "fr", "pt"), 5, time(8), time(16, 30), _WEEK[:6],
          agents=("Imogen", "Jens", "Amélie", "Rui", "Fiona"), holidays=("GB", "ENG")),
    Shift("Bengaluru", "Asia/Kolkata", ("en",), 6, time(9), time(18),
          agents=("Ananya", "Vikram", "Meera", "Arjun", "Divya", "Rohan")),
    Shift("Sydney", "Australia/Sydney", ("en", "ja"), 3, time(8), time(16), _WEEK[:6],
          agents=("Kirra", "Haruto", "Jess")),
)  # fmt: skip
_ZONES = [ZoneInfo(shift.timezone) for shift in SHIFTS]


@lru_cache(maxsize=20_000)
def on_duty(cell: int) -> tuple[int, ...]:
    """The numbers of the shifts at work in a cell, counted from 1970 in half hours."""
    moment = EPOCH + cell * CELL
    found = []
    for number, shift in enumerate(SHIFTS):
        local = moment.astimezone(_ZONES[number])
        if _WEEK[local.weekday()] in shift.days and shift.start <= local.time() < shift.end:
            found.append(number)
    return tuple(found)


def cell_of(moment: datetime) -> int:
    """The half hour `moment` (aware) lies in."""
    return (moment - EPOCH) // CELL


def is_at_work(site: int, moment: datetime) -> bool:
    """Whether a site answers at `moment`."""
    return site in on_duty(cell_of(moment))


def next_at_work(moment: datetime, spoken: str | None) -> tuple[datetime, tuple[int, ...]]:
    """When, from `moment` on, somebody is at work who speaks `spoken` (None is any language), and who."""
    first = cell_of(moment)
    cell, sites = _next(first, spoken)
    return (moment if cell == first else EPOCH + cell * CELL), sites


@lru_cache(maxsize=20_000)
def _next(cell: int, spoken: str | None) -> tuple[int, tuple[int, ...]]:
    while True:
        sites = tuple(one for one in on_duty(cell) if spoken is None or spoken in SHIFTS[one].languages)
        if sites:
            return cell, sites
        cell += 1


@lru_cache(maxsize=20_000)
def _end(cell: int, site: int) -> int:
    while site in on_duty(cell):
        cell += 1
    return cell


@lru_cache(maxsize=20_000)
def _next_end(cell: int, site: int) -> int:
    while site not in on_duty(cell):
        cell += 1
    return _end(cell, site)


def next_end(site: int, moment: datetime) -> datetime:
    """When the shift that a site has at `moment`, or else its next one, ends."""
    return EPOCH + _next_end(cell_of(moment), site) * CELL


def next_watch(site: int, end: datetime) -> tuple[int, datetime]:
    """Who has the watch when the shift of a site is over at `end`, and when that site's own shift begins, or began.

    It is another site that is at work then, of several the one that stays longest; else the next that opens.
    """
    then, cell = _next_watch(cell_of(end), site)
    return then, EPOCH + cell * CELL


@lru_cache(maxsize=20_000)
def _next_watch(cell: int, site: int) -> tuple[int, int]:
    cell, sites = _next(cell, None)
    then = max((one for one in sites if one != site), key=lambda one: _end(cell, one), default=site)
    while then in on_duty(cell - 1):
        cell -= 1
    return then, cell


def is_somebody_there(since: datetime, until: datetime) -> bool:
    """Whether from `since` to `until` somebody is at work all the time."""
    return all(on_duty(cell) for cell in range(cell_of(since), cell_of(until) + 1))


def is_holiday(moment: datetime) -> bool:
    """Whether `moment` lies on a local day on which a site's opening hours are shut, though its desk is at work."""
    return any(
        shift.holidays is not None and moment.astimezone(zone).date() in _holidays(*shift.holidays)
        for shift, zone in zip(SHIFTS, _ZONES, strict=True)
    )


@cache
def _holidays(country: str, part: str) -> Container[date]:
    # imported where it is needed: no other command should wait for it
    from holidays import country_holidays

    return country_holidays(country, subdiv=part)


def end_of_shift(site: int, moment: datetime) -> datetime:
    """When the shift of a site that is at work at `moment` ends."""
    return EPOCH + _end(cell_of(moment), site) * CELL


def after_work(moment: datetime, length: timedelta) -> datetime:
    """The instant by which, from `moment` on, somebody somewhere has been at work for `length`."""
    while True:
        moment, _ = next_at_work(moment, None)
        step = min(length, EPOCH + (cell_of(moment) + 1) * CELL - moment)
        moment, length = moment + step, length - step
        if not length:
            return moment


def holes(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans between `since` and `until` in which nobody is at work anywhere."""
    begin: int | None = None
    for cell in range(cell_of(since), cell_of(until) + 1):
        if begin is None and not on_duty(cell):
            begin = cell
        elif begin is not None and on_duty(cell):
            yield EPOCH + begin * CELL, EPOCH + cell * CELL
            begin = None


def hole_truths(anchor: datetime) -> list[Truth]:
    """The holes of the two weeks before the anchor and the two after it."""
    weeks = timedelta(days=14)
    return [
        Truth(kind="roster_hole", subject="all sites", since=since, until=until, detail={"on_duty": 0})
        for since, until in holes(anchor - weeks, anchor + weeks)
    ]
