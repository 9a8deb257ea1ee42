"""Jetstream's times: microseconds since 1970, and the revisions of repositories, which are times too.

An event has two. `time_us` says when the instance that sends it saw it, so each instance says something a little
different. The revision was written by the author's own server: it is the same everywhere, and of two changes to one
record the later has the later one. So records are compared by revision, and places in the stream by `time_us`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import clean

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SKEW = timedelta(minutes=5)
"""How far ahead of `time_us` a revision may be: relays take none that is further in the future."""

_LETTERS = {letter: value for value, letter in enumerate("234567abcdefghijklmnopqrstuvwxyz")}
_CLOCK_BITS = 10


def micro(moment: datetime) -> int:
    """`moment` (aware) as microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_micro(time_us: int) -> datetime:
    """Microseconds since 1970 as a moment in UTC. Raises OverflowError outside the years 1 to 9999."""
    return EPOCH + timedelta(microseconds=time_us)


def revised(rev: Any, seen: datetime) -> datetime:
    """When a record was written, by its revision; `seen`, when that is unreadable or in the future."""
    written = _from_revision(rev)
    return written if written and clean.EARLIEST <= written <= seen + SKEW else seen


def published(created: Any, written: datetime, seen: datetime) -> datetime:
    """When a post was published.

    `created` is whatever the author's program says, 1970 and 2099 included: it counts where it is within a day of when
    the post was written, and only when it is earlier. `written` itself counts within a day of `seen`.
    """
    known = written if abs(seen - written) < DAY else seen
    said = clean.optional_moment(created)
    return min(said, known) if said and abs(said - known) < DAY else known


def _from_revision(rev: Any) -> datetime | None:
    if not isinstance(rev, str) or len(rev) != 13 or not _LETTERS.keys() >= set(rev):
        return None
    value = 0
    for letter in rev:
        value = value * 32 + _LETTERS[letter]
    try:
        return from_micro(value >> _CLOCK_BITS)
    except OverflowError:
        return None
