"""Where a run starts in the stream: at its cursor, or, when that says nothing, as far back as is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from connectors.contract import Cursor, Gap
from connectors.jetstream.events import POSTS
from connectors.jetstream.times import DAY, from_micro, micro

LOOKBACK = timedelta(hours=36)
"""How far back Jetstream can tell. An older cursor is moved up without a word."""

BIGGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Start:
    """`time_us` is where the run starts; `is_first` that no event was ever read; `gaps` what is lost before it."""

    time_us: int
    is_first: bool = False
    gaps: tuple[Gap, ...] = ()


def address_of(server: str, time_us: int) -> str:
    """What to connect to for the posts from `time_us` on. Accounts come with them, whoever asks.

    What is bigger than any post is left out there: one huge record would break the connection at the same place
    each time.
    """
    query = urlencode({"wantedCollections": POSTS, "cursor": time_us, "maxMessageSizeBytes": BIGGEST_BYTES})
    return f"{server}{'&' if '?' in server else '?'}{query}"


def host_of(server: str) -> str:
    """The host of a server, for sentences."""
    return urlsplit(server).hostname or server


def cursor_at(time_us: int) -> Cursor:
    """The cursor of everything up to `time_us`."""
    return {"v": 1, "time_us": time_us}


def start_of(cursor: Cursor | None, since: datetime | None, until: datetime, history: timedelta) -> Start:
    """Where a run that began at `until` starts. `since` and `history` are for one without a cursor."""
    first = min(since or until - history, until)
    if cursor is None:
        return Start(micro(first), is_first=True)
    time_us = cursor.get("time_us")
    if cursor.get("v") == 1 and _is_believable(time_us, until):
        # one a little ahead was written before a clock was put back
        return Start(min(int(time_us or 0), micro(until)))
    return Start(micro(first), is_first=True, gaps=_unread(first, until))


def _is_believable(time_us: object, until: datetime) -> bool:
    return isinstance(time_us, int) and not isinstance(time_us, bool) and 0 < time_us <= micro(until + DAY)


def _unread(first: datetime, until: datetime) -> tuple[Gap, ...]:
    """What may be lost with an unreadable cursor: what the stream still holds and is not read again."""
    oldest = until - LOOKBACK
    if oldest >= first:
        return ()
    words = f"the saved place in the stream cannot be read; it is read again from {first:%Y-%m-%d %H:%M} UTC on"
    return (Gap(since=oldest, until=first, sentence=f"{words}, and what was written before may be missing"),)


def gap_behind(place: int, first_us: int, host: str) -> Gap:
    """Posts between the place that was asked for and the first event that came are lost."""
    since, until = from_micro(place), from_micro(first_us)
    words = f"{host} was asked for what was written from {since:%Y-%m-%d %H:%M:%S} UTC on"
    sentence = f"{words} and began at {until:%Y-%m-%d %H:%M:%S}; it keeps about 36 hours, and what lies between is lost"
    return Gap(since=since, until=until, sentence=sentence)
