"""Where each feed stands, as a cursor of under 16 kB for a hundred feeds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from connectors.feeds.address import Address

VERSION = 1
_ROOM = 14_000
"""Bytes of a cursor for all feeds together, as Python's json writes them."""

_MOST_SEEN = 50
_SEEN_LETTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of one feed. Times are aware UTC.

    etag, modified   what the server called its last whole answer; None is nothing usable
    body             a hash of that answer, "" for none that was taken in
    full_at          when it was last asked for whole
    looked_at        up to when nothing of it was missed
    floor            items from before are not wanted
    seen             short hashes of its items, the newest first
    is_gone          it answered 410 and is not asked again
    """

    floor: datetime
    etag: str | None = None
    modified: datetime | None = None
    body: str = ""
    full_at: datetime | None = None
    looked_at: datetime | None = None
    seen: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(slots=True)
class Places:
    """The places of a source's feeds by their keys. `lost` are feeds whose place could not be read."""

    fingerprint: str
    known: dict[str, Place] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    def looked_at(self, feed: Address) -> datetime:
        """When a feed was last seen; long ago for one that never was."""
        place = self.known.get(feed.key)
        return place.looked_at if place and place.looked_at else datetime.min.replace(tzinfo=UTC)

    def cursor(self) -> dict[str, Any]:
        """The whole as JSON."""
        room = _ROOM // max(len(self.known), 1)
        feeds = {key: _written(place, room - len(key) - 6) for key, place in self.known.items()}
        return {"v": VERSION, "options": self.fingerprint, "feeds": feeds}


def places(cursor: Mapping[str, Any] | None, keys: Sequence[str], fingerprint: str) -> Places:
    """What a cursor says of the feeds called `keys`, whatever it is.

    Made with other options, it says only what was seen: everything is asked for and taken in anew.
    """
    if cursor is None:
        return Places(fingerprint)
    feeds = cursor.get("feeds") if isinstance(cursor, Mapping) and cursor.get("v") == VERSION else None
    if not isinstance(feeds, Mapping):
        return Places(fingerprint, lost=frozenset(keys))
    read = {key: _read(feeds[key]) for key in keys if key in feeds}
    known = {key: place for key, place in read.items() if place}
    if cursor.get("options") != fingerprint:
        known = {key: _anew(place) for key, place in known.items()}
    return Places(fingerprint, known, frozenset(read.keys() - known.keys()))


def _anew(place: Place) -> Place:
    return replace(place, etag=None, modified=None, body="", full_at=None, is_gone=False)


def _written(place: Place, room: int) -> list[Any]:
    etag = place.etag if place.etag is None or len(json.dumps(place.etag)) <= room // 3 else None
    times = (place.modified, place.full_at, place.looked_at, place.floor)
    row: list[Any] = [etag, place.body, int(place.is_gone), *map(_seconds, times), ""]
    fits = max((room - len(json.dumps(row))) // _SEEN_LETTERS, 3)
    row[-1] = "".join(place.seen[: min(fits, _MOST_SEEN)])
    return row


def _read(row: Any) -> Place | None:
    try:
        etag, body, is_gone, modified, full_at, looked_at, floor, seen = row
        at = _moment(floor)
        if at is None or not isinstance(body, str) or not isinstance(seen, str) or not isinstance(etag, str | None):
            return None
        return Place(
            etag=etag,
            body=body,
            is_gone=bool(is_gone),
            modified=_moment(modified),
            full_at=_moment(full_at),
            looked_at=_moment(looked_at),
            floor=at,
            seen=tuple(seen[start : start + _SEEN_LETTERS] for start in range(0, len(seen), _SEEN_LETTERS)),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def _moment(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
