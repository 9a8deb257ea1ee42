"""The roster in words: its sites in the order of the site file, times that lie ahead, stretches without anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from config import Site
from config.languages import language_name
from layouts import words
from layouts.panels.kind import Ask, Scope

AHEAD = timedelta(days=14)
HANDOVERS = 72
"""Hours ahead in which a hand-over is looked for."""
EVERYBODY = "all"
NO_ROSTER = "no [[shift]] in the site file"
_WEEK = timedelta(days=6)
_FEW = 10


@dataclass(frozen=True)
class Place:
    """A site of the roster and its zone."""

    name: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Gap:
    """A stretch with nobody on shift anywhere, or nobody who speaks a language (aware UTC).

    messages       how many are expected in it; None where that is not known
    after, before  the sites on both its sides, "" where not known
    """

    since: datetime
    until: datetime
    language: str = EVERYBODY
    messages: float | None = None
    after: str = ""
    before: str = ""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.until - self.since).total_seconds()


def places(site: Site, found: pd.DataFrame | None = None) -> list[Place]:
    """The sites of the roster in the order of the site file; behind them those that only `found` (who_is_on) has.

    Sites of other roster files stand in no site file.
    """
    zones: dict[str, ZoneInfo] = {}
    for shift in site.shift:
        zones.setdefault(shift.site, shift.zone)
    rows: Iterable[Any] = () if found is None else found.itertuples()
    for name, zone in sorted({(row.site, row.timezone) for row in rows}):
        zones.setdefault(name, _zone(zone))
    return [Place(name, zone) for name, zone in zones.items()]


def _zone(name: str) -> ZoneInfo:
    """A stored zone; UTC where this machine does not know it any more."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def gaps_ask(scope: Scope) -> Ask:
    """When nobody is on shift in the next 14 days: panels that tell of it share the answer."""
    return Ask("coverage_gaps", {"days": AHEAD.days, "now": scope.now})


def handover_ask(scope: Scope) -> Ask:
    """The hand-overs to come: panels that tell of them share the answer."""
    return Ask("next_handover", {"hours": HANDOVERS, "now": scope.now})


def gaps_of(table: pd.DataFrame) -> list[Gap]:
    """The rows of coverage_gaps, in their order: nobody at all first, each the next first."""
    return [_gap(row) for row in table.itertuples()]


def _gap(row: Any) -> Gap:
    since, until = row.since_at.tz_localize(UTC), row.until_at.tz_localize(UTC)
    sides = words.clean(row.after_sites), words.clean(row.before_sites)
    return Gap(since, until, words.clean(row.language) or EVERYBODY, words.known(row.demand_count), *sides)


def missing(language: str) -> str:
    """Who is missing: "Nobody on shift", "No Japanese speaker"."""
    return "Nobody on shift" if language == EVERYBODY else f"No {language_name(language)} speaker"


def messages_words(gap: Gap) -> str:
    """How many messages are expected meanwhile: "about 34 messages", "" where that is not known."""
    if gap.messages is None:
        return ""
    if gap.messages < 0.5:
        return "hardly a message"
    return f"about {words.plural(round(gap.messages), 'message')}"


def amount(number: float | None) -> str:
    """Heads or messages that may be parts: "0", "2.4", "18"; a dash when they are unknown."""
    if number is None:
        return words.UNKNOWN
    told = f"{number:,.1f}".removesuffix(".0") if abs(number) < _FEW else f"{number:,.0f}"
    return told.replace("-", words.MINUS)


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
