"""Hours of service day by day: when somebody answers, in the local days of a zone, and when nobody does who should."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from layouts import words

DAYS = 7
_DAY = timedelta(days=1)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOSED = "closed"


@dataclass(frozen=True)
class Stretch:
    """A stretch of hours_of_service (aware UTC). None is not known: no public promise, or outside the roster."""

    since: datetime
    until: datetime
    is_promised: bool | None
    is_staffed: bool | None

    @property
    def is_kept(self) -> bool | None:
        """Whether it is both promised and staffed; what is not one of both is not, whatever the other may be."""
        if self.is_promised is False or self.is_staffed is False:
            return False
        return None if self.is_promised is None or self.is_staffed is None else True

    @property
    def is_broken(self) -> bool:
        """Whether it is promised, and nobody is there."""
        return self.is_promised is True and self.is_staffed is False


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) a local day begins; where the clocks jump over midnight, the jump."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def week_of(now: datetime, zone: ZoneInfo) -> list[date]:
    """The local days a card tells of: today and the six that follow."""
    today = now.astimezone(zone).date()
    return [today + n * _DAY for n in range(DAYS)]


def stretches_of(table: pd.DataFrame) -> list[Stretch]:
    """The rows of hours_of_service, in their order."""
    rows: Any = table.itertuples()
    return [
        Stretch(
            words.instant(row.since_at), words.instant(row.until_at), _truth(row.is_promised), _truth(row.is_staffed)
        )
        for row in rows
    ]


def _truth(value: Any) -> bool | None:
    return None if pd.isna(value) else bool(value)


def weekly(found: Sequence[Stretch], days: Sequence[date], zone: ZoneInfo, *, is_promised: bool) -> list[list[str]]:
    """A row for days that are alike: which, and when somebody answers: "Mon to Sat", "00:00–24:00".

    is_promised   only what is both promised and staffed counts; else whatever is staffed does.
    Days come in the order of the week, whichever of them is today. One of which nothing is known has a dash.
    """
    told: dict[str, list[int]] = {}
    for day in sorted(days, key=date.weekday):
        told.setdefault(_hours(found, day, zone, is_promised=is_promised), []).append(day.weekday())
    return [[_joined(alike), hours] for hours, alike in told.items()]


def _hours(found: Sequence[Stretch], day: date, zone: ZoneInfo, *, is_promised: bool) -> str:
    """The hours of one local day; "closed" when there are none, a dash when they are not known."""
    begin, end = midnight(day, zone), midnight(day + _DAY, zone)
    parts = _parts(found, begin, end, is_promised=is_promised)
    if all(is_open is None for _, _, is_open in parts):
        return words.UNKNOWN
    said = [
        f"{_clock(since, zone)}–{'24:00' if until == end else _clock(until, zone)}{'' if is_open else ' not known'}"
        for since, until, is_open in parts
        if is_open is not False
    ]
    return ", ".join(said) or _CLOSED


def _parts(
    found: Sequence[Stretch], begin: datetime, end: datetime, *, is_promised: bool
) -> list[tuple[datetime, datetime, bool | None]]:
    """A day in parts that are open, shut or not known. What the answer does not tell of is not known."""
    pieces: list[tuple[datetime, datetime, bool | None]] = []
    reached = begin
    for one in found:
        since, until = max(one.since, begin), min(one.until, end)
        if since >= until:
            continue
        if since > reached:
            pieces.append((reached, since, None))
        pieces.append((since, until, one.is_kept if is_promised else one.is_staffed))
        reached = until
    if reached < end:
        pieces.append((reached, end, None))
    return [_whole(list(alike)) for _, alike in groupby(pieces, key=lambda piece: piece[2])]


def _whole(pieces: Sequence[tuple[datetime, datetime, bool | None]]) -> tuple[datetime, datetime, bool | None]:
    return pieces[0][0], pieces[-1][1], pieces[0][2]


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def _joined(days: Sequence[int]) -> str:
    """Weekdays in their order, runs joined: "Mon to Sat", "Mon, Wed to Fri", "Sat, Sun"."""
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    return ", ".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    named = [_NAMES[day] for day in run]
    return f"{named[0]} to {named[-1]}" if len(named) > 2 else ", ".join(named)


def day_span(first: date, last: date) -> str:
    """Days from the first to the last: "Thu 26 to Sun 29 Nov", "Thu 31 Dec to Sun 3 Jan"."""
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%b}"
    return f"{first:%a} {first.day}{month} to {last:%a} {last.day} {last:%b}"


def ahead_of(found: Iterable[Stretch], now: datetime) -> list[Stretch]:
    """What is not over yet, from now on."""
    return [replace(one, since=max(one.since, now)) for one in found if one.until > now]


def seconds_of(found: Iterable[Stretch]) -> float:
    """How many seconds these stretches last together."""
    return sum((one.until - one.since).total_seconds() for one in found)
