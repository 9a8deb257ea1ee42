"""Invented calendars and promises, around the days on which clocks are changed and in plain weeks.

A number makes a world, always the same one. Of 40 zones some stand at :30 or :45, one moves by half an hour and one by
two, some change at midnight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from tests.promises.worlds import Hours, Promise

ZONES = (
    "Europe/Berlin Europe/London Europe/Lisbon Europe/Athens Europe/Chisinau Atlantic/Azores Africa/Cairo "
    "Africa/Casablanca Asia/Beirut Asia/Jerusalem America/New_York America/Chicago America/Denver America/Los_Angeles "
    "America/Anchorage America/St_Johns America/Halifax America/Havana America/Santiago America/Nuuk Pacific/Easter "
    "Pacific/Norfolk Australia/Sydney Australia/Adelaide Australia/Lord_Howe Pacific/Auckland Pacific/Chatham "
    "Antarctica/Troll Pacific/Apia Asia/Kolkata Asia/Kathmandu Asia/Tehran Asia/Kabul Asia/Yangon Australia/Darwin "
    "Australia/Eucla Pacific/Marquesas America/Sao_Paulo Asia/Tokyo Pacific/Kiritimati"
).split()
TRACKS = ("care", "sales", "vip")
PRIORITIES = ("high", "low")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLAIN_EVERY = 5  # of so many worlds one lies in a plain week
_SPANS = (
    ["08:30-12:00", "13:00-17:45"],
    ["09:00-17:00"],
    ["07:00-10:30", "11:15-13:00", "15:00-22:00"],
    ["22:00-06:00"],
    ["21:30-05:15", "12:00-13:00"],
    ["00:00-01:30", "02:15-02:45", "03:00-05:00", "23:30-00:30"],
    ["01:30-02:30", "02:30-03:15", "16:00-20:00"],
    ["00:00-24:00"],
    ["08:07-11:53", "12:01-18:59"],
    ["09:00-12:00", "12:00-15:00"],
)
_MINUTES = (5, 10, 15, 30, 45, 60, 90, 120, 240, 480, 720)
_TARGETS: Mapping[int, tuple[Sequence[int], Sequence[int]]] = {  # by step: of responses, of resolutions; in seconds
    60: ([60 * minutes for minutes in _MINUTES], [60 * minutes for minutes in (*_MINUTES[3:], 960, 1440)]),
    1: ([30, 45, 61, 90, 120, 300, 613, 900, 1800, 3600, 9000], [300, 601, 900, 1801, 3600, 7200, 10000, 30000]),
}


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which a world lives; `edges` are the instants at which clocks are changed in its zones."""

    since: datetime
    until: datetime
    edges: Sequence[datetime]
    zones: Sequence[str]


def window(number: int, dice: Random, days: int) -> Window:
    """About `days` days: around a change of clocks, each in its turn, or in a plain week."""
    weeks = _weeks_of_change()
    if number % _PLAIN_EVERY == _PLAIN_EVERY - 1:
        monday = datetime(2025, 1, 6, tzinfo=UTC) + dice.choice((1, 25, 53, 79)) * 7 * DAY
        return Window(monday, monday + days * DAY, (), dice.sample(ZONES, 6))
    changes = weeks[(number - number // _PLAIN_EVERY) % len(weeks)]
    changing = sorted({zone for _, zone in changes})
    turn = 7 * number % len(ZONES)
    others = [zone for zone in [*ZONES[turn:], *ZONES[:turn]] if zone not in changing]
    zones = dice.sample(changing, min(4, len(changing)))
    zones += others[: 6 - len(zones)]
    edges = [edge for edge, zone in changes if zone in zones]
    middle = dice.choice(edges).replace(hour=0, minute=0)
    return Window(middle - days * DAY / 2, middle + (days - days // 2) * DAY, edges, zones)


def calendars(dice: Random, around: Window) -> list[Hours]:
    """One per zone, one that changes in the middle, one around the clock, and one that is open when two others are."""
    plain = [_hours(dice, around, f"hours-{number}", zone) for number, zone in enumerate(around.zones)]
    zone = dice.choice(around.zones)
    later = (around.since + dice.uniform(0.3, 0.7) * (around.until - around.since)).date()
    moved = [_hours(dice, around, "moved", zone), _hours(dice, around, "moved", zone, later)]
    union = Hours(name="union", union=[hours.name for hours in dice.sample(plain, 2)])
    return [*plain, *moved, union, Hours(name="always", always=True)]


def promises(dice: Random, around: Window, names: Sequence[str], step: int) -> Iterator[Promise]:
    """Two or three tracks, some with a version that begins in the middle, some with targets for priorities."""
    zone = ZoneInfo(dice.choice(around.zones))
    for track in TRACKS[: dice.choice((2, 3, 3))]:
        day = (around.since + dice.uniform(0.2, 0.8) * (around.until - around.since)).date()
        begin = datetime.combine(day, time(), zone).astimezone(UTC)
        spans = [(None, begin), (begin, None)] if dice.random() < 0.6 else [(None, None)]
        for since, until in spans:
            calendar = dice.choice(names)
            for priority in (None, *(name for name in PRIORITIES if dice.random() < 0.5)):
                yield _promise(dice, track, priority, calendar, since, until, step)


def _promise(
    dice: Random,
    track: str,
    priority: str | None,
    calendar: str,
    since: datetime | None,
    until: datetime | None,
    step: int,
) -> Promise:
    responses, resolutions = _TARGETS[step]
    return Promise(
        track=track,
        priority=priority,
        calendar=calendar,
        frt_seconds=dice.choice(responses) if dice.random() < 0.93 else None,
        nrt_seconds=dice.choice(responses) if dice.random() < 0.85 else None,
        resolution_seconds=dice.choice(resolutions) if dice.random() < 0.85 else None,
        from_at=since,
        until_at=until,
    )


def _hours(dice: Random, around: Window, name: str, zone: str, since: date | None = None) -> Hours:
    days = [day for day in _WEEKDAYS if dice.random() < 0.85]
    if len(days) < 4 or dice.random() < 0.3:
        days = [*_WEEKDAYS]
    usual, other = dice.choice(_SPANS), dice.choice(_SPANS)
    span = (around.until - around.since).days
    some = [(around.since + dice.randrange(span) * DAY).date() for _ in range(5)]
    holidays = some[:2] if dice.random() < 0.4 else []
    special = {day: dice.choice((*_SPANS, [])) for day in some[1:3]} if dice.random() < 0.4 else {}
    return Hours(
        name=name,
        timezone=zone,
        open={day: other if dice.random() < 0.2 else usual for day in days},
        holidays=holidays,
        special=special,
        since=since,
    )


@cache
def _weeks_of_change() -> list[list[tuple[datetime, str]]]:
    """All changes of clocks in 2025 and 2026, those of a few days together."""
    weeks: list[list[tuple[datetime, str]]] = []
    for change in sorted((edge, zone) for zone in ZONES for edge in _changes(zone)):
        if not weeks or change[0] - weeks[-1][0][0] > 3 * DAY:
            weeks.append([])
        weeks[-1].append(change)
    return weeks


def _changes(zone: str) -> Iterator[datetime]:
    midnight = datetime(2025, 1, 1, tzinfo=UTC)
    for day in range(730):
        since = midnight + day * DAY
        if _offset(since, zone) != _offset(since + DAY, zone):
            hours = (since + hour * HOUR for hour in range(1, 25))
            yield next(edge for edge in hours if _offset(edge, zone) != _offset(since, zone))


def _offset(moment: datetime, zone: str) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()
