"""Moments and durations as the desk says them: in the site's zone, and never a time that could be another day's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from layouts import words

_DAY = timedelta(hours=23)  # the shortest local day


def moment(instant: Any, zone: ZoneInfo, now: datetime) -> str:
    """ "Sat 21 Nov 14:05", with the year where it is not this one; a dash when it is unknown."""
    aware = words.aware(instant)
    if aware is None:
        return words.UNKNOWN
    local = aware.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def between(since: datetime, until: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "Sat 21 Nov 14:00 to 15:00", "Sat 21 Nov", "14 Nov to 20 Nov", "14 Nov 08:00 to 21 Nov 08:00"."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    whole = {first.time(), last.time()} == {first.time().replace(0, 0, 0, 0)} and until - since >= _DAY
    if whole:
        end = last.date() - timedelta(days=1)
        start = _day(first, now.astimezone(zone))
        return start if end == first.date() else f"{start} to {_day(last - timedelta(days=1), now.astimezone(zone))}"
    start = moment(since, zone, now)
    return f"{start} to {last:%H:%M}" if first.date() == last.date() else f"{start} to {moment(until, zone, now)}"


def _day(local: datetime, today: datetime) -> str:
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def duration(seconds: Any) -> str:
    """ "45 s", "12 min", "3 h 20 min", "2 d 4 h"; a dash when it is unknown."""
    known = words.known(seconds)
    if known is None:
        return words.UNKNOWN
    sign, whole = (words.MINUS if known < 0 else ""), abs(round(known))
    if whole < 60:
        return f"{sign}{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{sign}{hours} h" + (f" {minutes} min" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{sign}{days} d" + (f" {hours} h" if hours else "")


def open_time(seconds: Any) -> str:
    """The same of open time: never in days, since a working day has fewer than 24 hours. "52 h", "3 h 20 min"."""
    known = words.known(seconds)
    if known is None or abs(known) < 24 * 3600 - 30:
        return duration(seconds)
    hours, minutes = divmod(round(abs(known) / 60), 60)
    sign = words.MINUS if known < 0 else ""
    return f"{sign}{hours:,} h" + (f" {minutes} min" if minutes else "")


def typed(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as a date-and-time field takes it, in a zone: "2026-11-21T14:05"."""
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
