"""Durations as people write them: "90s", "5m", "24h", "7d"."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"^\s*(\d{1,9})\s*([smhdw])\s*$")


def parse_duration(text: str) -> timedelta:
    """Turn "90s", "5m", "24h", "7d" or "2w" into a timedelta.

    Raises ValueError, with the forms that are understood, for anything else and for zero.
    """
    match = _DURATION.match(text)
    if not match or int(match[1]) == 0:
        raise ValueError(f'"{text}" is not a duration; write a number and a unit, such as "30s", "5m", "24h" or "7d"')
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def format_duration(duration: timedelta) -> str:
    """Write a whole number of seconds in its largest exact unit: 24 h as "24h", 90 s as "90s".

    Days are used from three days on, so that a day's window stays "24h", as the field says it.
    """
    seconds = int(duration.total_seconds())
    for unit in ("w", "d", "h", "m"):
        size = _UNITS[unit]
        if seconds % size == 0 and seconds >= (3 * size if unit in "wd" else size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
