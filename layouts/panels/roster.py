"""The roster in words: its sites in the order of the site file, times that lie ahead, stretches without anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from config import Site
from layouts import words
from layouts.panels.kind import Ask, Scope

AHEAD = timedelta(days=14)
NO_ROSTER = "no [[shift]] in the site file"
_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Place:
    """A site of the roster and its zone."""

    name: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Gap:
    """A stretch with nobody on shift anywhere (aware UTC), and the sites on both its sides, "" where not known."""

    since: datetime
    until: datetime
    after: str = ""
    before: str = ""


def places(site: Site) -> list[Place]:
    """The sites of the roster, in the order of the site file."""
    zones: dict[str, ZoneInfo] = {}
    for shift in site.shift:
        zones.setdefault(shift.site, shift.zone)
    return [Place(name, zone) for name, zone in zones.items()]


def gaps_ask(scope: Scope) -> Ask:
    """When nobody is on shift in the next 14 days: panels that tell of it share the answer."""
    return Ask("roster_gaps", {"since": scope.now, "until": scope.now + AHEAD})


def gaps_of(table: pd.DataFrame) -> list[Gap]:
    """The rows of roster_gaps, the next first."""
    rows: Iterable[Any] = table.itertuples()
    return [
        Gap(row.since_at.tz_localize(UTC), row.until_at.tz_localize(UTC), *map(words.clean, _sides(row)))
        for row in rows
    ]


def _sides(row: Any) -> tuple[Any, Any]:
    return row.after_sites, row.before_sites


def ahead(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A time to come: HH:MM today, "Sat 22:00" within the week, else with its date."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.date() - today.date() <= _WEEK:
        return f"{local:%a %H:%M}"
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def stretch(gap: Gap, zone: ZoneInfo, now: datetime) -> str:
    """ "Sat 22:00 to Sun 00:00", "today 22:00 to 23:30", "now, until 03:30"."""
    if gap.since <= now:
        return f"now, until {ahead(gap.until, zone, now)}"
    since, begin, end = ahead(gap.since, zone, now), gap.since.astimezone(zone), gap.until.astimezone(zone)
    today = "today " if begin.date() == now.astimezone(zone).date() else ""
    until = f"{end:%H:%M}" if begin.date() == end.date() else ahead(gap.until, zone, gap.since)
    return f"{today}{since} to {until}"
