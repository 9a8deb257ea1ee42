"""Where the desk's trend is cut: local hours, days, weeks or months, so that a mark is a piece of somebody's day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_STEPS: tuple[tuple[timedelta, str], ...] = (
    (timedelta(hours=3), "5 minutes"),
    (timedelta(hours=12), "15 minutes"),
    (timedelta(days=3, hours=1), "hour"),
    (timedelta(days=14, hours=1), "6 hours"),
    (timedelta(days=100, hours=1), "day"),
    (timedelta(days=800), "week"),
)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES = {"5 minutes": 5, "15 minutes": 15, "hour": 60}


def grain(since: datetime, until: datetime) -> str:
    """What one mark of the trend stands for: "5 minutes", "15 minutes", "hour", "6 hours", "day", "week", "month"."""
    return next((name for longest, name in _STEPS if until - since <= longest), "month")


def edges(since: datetime, until: datetime, zone: ZoneInfo, week_starts: str = "monday") -> list[datetime]:
    """Rising instants (aware UTC) from `since` to `until`, both among them, cut at `zone`'s own clock and calendar.

    The first and the last piece may be shorter than the others. At most some 170. An hour that a clock change takes
    away or doubles makes its day shorter or longer, and nothing is counted twice.
    """
    name = grain(since, until)
    cuts = _clock(since, until, zone, name) if name in _MINUTES else _calendar(since, until, zone, name, week_starts)
    return [since, *sorted(cut for cut in set(cuts) if since < cut < until), until]


def _clock(since: datetime, until: datetime, zone: ZoneInfo, name: str) -> list[datetime]:
    """Instants at which the local clock shows a whole hour or a piece of it, in steps of real time."""
    step = timedelta(minutes=_MINUTES[name])
    quarter = timedelta(minutes=min(_MINUTES[name], 15))
    # zones stand at :30 and :45, so every quarter is looked at
    start = datetime.fromtimestamp(since.timestamp() // quarter.total_seconds() * quarter.total_seconds(), UTC)
    count = int((until - start) / quarter) + 1
    moments = [start + number * quarter for number in range(count)]
    return [one for one in moments if _minutes_of_day(one.astimezone(zone)) % (step.total_seconds() / 60) == 0]


def _minutes_of_day(local: datetime) -> float:
    return local.hour * 60 + local.minute + local.second / 60


def _calendar(since: datetime, until: datetime, zone: ZoneInfo, name: str, week_starts: str) -> list[datetime]:
    """Local midnights (and 6, 12, 18 o'clock), first days of a week or firsts of a month."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    hours = (0, 6, 12, 18) if name == "6 hours" else (0,)
    return [
        datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
        for day in days
        if _begins(day, name, week_starts)
        for hour in hours
    ]


def _begins(day: date, name: str, week_starts: str) -> bool:
    if name == "week":
        return _WEEK[day.weekday()] == week_starts
    return day.day == 1 if name == "month" else True
