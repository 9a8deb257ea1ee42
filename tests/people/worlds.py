"""Small worlds for the walker of coverage: who is on shift, who wrote, what is promised, and what is expected.

Instants are whole minutes of UTC, counted from EPOCH; so are lengths of time where a name ends in `_minutes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = 24 * 60
ALL = "all"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minute(moment: datetime) -> int:
    """The minute of an aware instant, which must be a whole one."""
    whole, rest = divmod(moment - EPOCH, MINUTE)
    assert not rest, f"{moment} is no whole minute"
    return whole


def instant(at: int) -> datetime:
    """The aware instant of a minute."""
    return EPOCH + at * MINUTE


@dataclass(frozen=True)
class Table:
    """A `[[shift]]` table: local times."""

    site: str
    timezone: str
    start: time
    end: time
    heads: int = 1
    languages: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    days: tuple[str, ...] = WEEKDAYS
    team: str = "care"
    from_date: date | None = None
    until_date: date | None = None
    on_call: bool = False


@dataclass(frozen=True)
class Promise:
    """What a track promises, in minutes; None where nothing is promised."""

    calendar: str
    frt_minutes: int | None
    nrt_minutes: int | None

    def minutes(self, metric: str) -> int | None:
        """Of a first or a next response."""
        return self.frt_minutes if metric == "frt" else self.nrt_minutes


@dataclass(frozen=True)
class Message:
    """A message that asks for a response. Who still waits has a `due`, from which on they wait too long."""

    at: int
    language: str | None
    track: str
    metric: str = "frt"
    due: int | None = None


@dataclass(frozen=True)
class World:
    """All there is. `roster` is the time the shifts are written out for; `opens` are the open minutes of calendars.

    `handling` holds the seconds of work of one message by track, None being that of all other tracks. `forecast` holds
    what is expected by hour (its first minute) and language, "all" among them.
    """

    now: int
    tables: Sequence[Table]
    roster: tuple[int, int]
    opens: Mapping[str, Sequence[tuple[int, int]]]
    promises: Mapping[str, Promise]
    default_track: str
    handling: Mapping[str | None, int]
    occupancy: float = 1.0
    shrinkage: float = 0.0
    messages: Sequence[Message] = ()
    forecast: Mapping[tuple[int, str], float] = field(default_factory=dict)
