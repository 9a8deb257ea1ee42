"""Local time becomes instants here, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks of `zone` read `wall` (naive) or later, aware UTC.

    Of a time that comes twice it is the earlier one; of a time that is jumped over it is the jump. One rule for both
    edges, so that a shift that ends when the next one starts leaves no hole, and hides none.
    """
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _read(found, zone) == wall:
        return found
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        early, late = (early, middle) if _read(middle, zone) >= wall else (middle, late)
    return late.replace(microsecond=0)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the local day `day` begins in `zone`, aware UTC."""
    return instant(datetime.combine(day, time()), zone)


def span(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From `start` on the local day `day` until `end`, which lies on the next day unless it is later; aware UTC.

    Both are equal when the clocks jump over all of it.
    """
    last = day if end > start else day + DAY
    return instant(datetime.combine(day, start), zone), instant(datetime.combine(last, end), zone)


@lru_cache(maxsize=128)
def midnights(zone: ZoneInfo, first: date, count: int) -> tuple[datetime, ...]:
    """When `count` local days in a row begin in `zone`, the first of them `first`."""
    return tuple(midnight(first + DAY * number, zone) for number in range(count))


def _read(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
