"""Where the hours of seven local days stand on the map: by the clock on the wall, also on days that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from layouts.panels.service_hours import midnight, week_of

_HOUR = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)  # no zone of today changes its clocks between quarters


@dataclass(frozen=True)
class WeekHour:
    """One local hour, or what a clock change leaves of it.

    since, until  aware UTC
    row           the day, 0 is today
    left, right   its edges in local hours of the day, 0 to 24: an hour that comes twice shares its place
    """

    since: datetime
    until: datetime
    row: int
    left: float
    right: float

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.until - self.since


def week_hours(now: datetime, zone: ZoneInfo) -> list[WeekHour]:
    """The hours of the seven local days that begin with today's, in their order; none for a local hour left out."""
    days = week_of(now, zone)
    since = midnight(days[0], zone).astimezone(UTC)
    until = midnight(days[-1] + timedelta(days=1), zone).astimezone(UTC)
    quarters = [since + n * _QUARTER for n in range(int((until - since) / _QUARTER))]
    # the offset parts the two hours that have the same name
    named = groupby(quarters, key=lambda at: _name(at, zone))
    hours = [_hour([*mine], (local[0] - days[0]).days, zone) for local, mine in named]
    return [one for _, same in groupby(hours, key=lambda hour: (hour.row, int(hour.left))) for one in _shared([*same])]


def _name(at: datetime, zone: ZoneInfo) -> tuple[date, int, timedelta | None]:
    local = at.astimezone(zone)
    return local.date(), local.hour, local.utcoffset()


def _hour(quarters: Sequence[datetime], row: int, zone: ZoneInfo) -> WeekHour:
    local = quarters[0].astimezone(zone)
    left = local.hour + local.minute / 60
    return WeekHour(quarters[0], quarters[-1] + _QUARTER, row, left, left + len(quarters) / 4)


def _shared(same: list[WeekHour]) -> list[WeekHour]:
    """Hours of the same name side by side in one place."""
    if len(same) == 1:
        return same
    first, part = int(same[0].left), 1 / len(same)
    return [replace(one, left=first + n * part, right=first + (n + 1) * part) for n, one in enumerate(same)]


def runs_of(hours: Sequence[WeekHour]) -> list[tuple[datetime, datetime]]:
    """Windows that a question cuts into just these hours when it counts whole ones from the start of each.

    Only an hour at a window's end may be shorter: one window, and more where the clocks change by half an hour.
    """
    runs: list[tuple[datetime, datetime]] = []
    is_whole = False
    for hour in hours:
        runs = [*runs[:-1], (runs[-1][0], hour.until)] if is_whole else [*runs, (hour.since, hour.until)]
        is_whole = hour.length == _HOUR
    return runs
