"""Instants and spans to the second, in the site's zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from layouts import words


def moment(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "Mon 23 Nov 09:30:00", with the year where it is not this one, with the zone's letters where it comes twice."""
    local = instant.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{day(local)}{year} {_time(local)}"


def between(since: datetime, until: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "Fri 20 Nov 17:30:00 to 18:00:00", "Fri 20 Nov 18:00:00 to Mon 23 Nov 09:00:00"."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    end = _time(last) if first.date() == last.date() else moment(until, zone, now)
    return f"{moment(since, zone, now)} to {end}"


def day(local: datetime) -> str:
    """ "Mon 23 Nov" of a local time."""
    return f"{local:%a} {local.day} {local:%b}"


def exactly(seconds: int) -> str:
    """How much has counted: "2 h 15 min 0 s", "15 min 0 s", "40 s". Hours go on: open time has no days."""
    minutes, left = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    sign = words.MINUS if seconds < 0 else ""
    if hours:
        return f"{sign}{hours:,} h {minutes} min {left} s"
    return f"{sign}{minutes} min {left} s" if minutes else f"{sign}{left} s"


def target(seconds: int) -> str:
    """How much is promised: "1 h", "1 h 30 min", "40 s"."""
    parts = exactly(seconds).split()
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return " ".join(f"{number} {unit}" for number, unit in pairs if number != "0") or "0 s"


def listed(several: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(several[:-1]), *several[-1:]]))


def _time(local: datetime) -> str:
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M:%S}" + (f" {local:%Z}" if is_twice else "")
