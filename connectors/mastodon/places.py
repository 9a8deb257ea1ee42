"""Where the reading of each server and tag stands, and how that becomes a cursor of less than 16 kB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.contract import Cursor
from connectors.mastodon.ids import is_id, newest, order

VERSION = 1
LOOKBACK_SECONDS = 300
_LONGEST_URI = 120


@dataclass(slots=True)
class Walk:
    """A walk back that has not ended: `high` was the newest post when it began, `at` is the last one read."""

    high: str
    at: str
    floor: int


@dataclass(slots=True)
class Place:
    """One tag on one server. Everything up to `high` is read; `marks` say what `high` was at which second."""

    high: str | None = None
    marks: list[tuple[int, str]] = field(default_factory=list)
    walk: Walk | None = None

    def look_back(self, now: int) -> str:
        """The id from which a poll reads: what was newest five minutes ago, as far as that is known."""
        old = [native for at, native in self.marks if at <= now - LOOKBACK_SECONDS]
        known = old[-1:] or [native for _, native in self.marks[:1]]
        return min([*known, self.high or "0"], key=order)

    def raise_to(self, native: str | None) -> None:
        """Everything up to here is read."""
        self.high = newest(one for one in (self.high, native) if one)

    def begin(self, floor: int) -> Walk:
        """The walk under way, or a new one."""
        self.walk = self.walk or Walk("", "", floor)
        return self.walk

    def arrive(self, high: str, now: int) -> None:
        """A walk has ended."""
        self.walk = None
        self.high = high
        self.mark(now)

    def forget(self) -> None:
        """Begin from nothing."""
        self.high, self.marks, self.walk = None, [], None

    def mark(self, now: int) -> None:
        """Remember since when this is the newest, at most every five minutes; two marks are enough."""
        last = self.marks[-1:]
        if not self.high or (last and (last[0][1] == self.high or 0 <= now - last[0][0] < LOOKBACK_SECONDS)):
            return
        self.marks = [*(one for one in last if one[0] <= now), (now, self.high)]

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.high or (self.walk and self.walk.at))

    def dump(self) -> dict[str, Any]:
        """It as JSON."""
        if self.walk and self.walk.at:
            return {"walk": [self.walk.high, self.walk.at, self.walk.floor]}
        return {"id": self.high, "marks": [list(mark) for mark in self.marks]}


@dataclass(slots=True)
class Seat:
    """One server. `seen` is when it last said who may read its hashtags, `only` which part everyone may, `api` which
    version it speaks; `own` are the latest posts of its members, as (id, uri), to see whether they are still there."""

    seen: int = 0
    only: str = ""
    api: int = 0
    places: dict[str, Place] = field(default_factory=dict)
    own: list[tuple[str, str]] = field(default_factory=list)

    def remember(self, found: Sequence[tuple[str, str]], most: int) -> None:
        """Keep the newest of its members' posts in mind."""
        short = {one for one in found if len(one[1]) <= _LONGEST_URI and "*" not in one[1]}
        self.own = sorted({*self.own, *short}, key=lambda one: order(one[0]))[-most:]

    def dump(self, base: str) -> dict[str, Any]:
        """It as JSON; a uri is shortened by what the address and the id say already."""
        own = [[native, _short(uri, base, native)] for native, uri in self.own]
        tags = {tag: place.dump() for tag, place in self.places.items() if place.is_begun}
        return {"seen": self.seen, "only": self.only, "api": self.api, "tags": tags, "own": own}


class Places:
    """The seats by address."""

    def __init__(self, bases: Sequence[str], tags: Sequence[str], cursor: Cursor | None) -> None:
        stored = cursor.get("servers") if cursor and cursor.get("v") == VERSION else None
        self.is_broken = cursor is not None and not isinstance(stored, Mapping)
        self.seats = {base: self._seat(base, tags, stored) for base in bases}

    def cursor(self) -> Cursor:
        """All of it as JSON."""
        return {"v": VERSION, "servers": {base: seat.dump(base) for base, seat in self.seats.items()}}

    def _seat(self, base: str, tags: Sequence[str], stored: Any) -> Seat:
        found = stored.get(base) if isinstance(stored, Mapping) else None
        told = found if isinstance(found, Mapping) else {}
        kept = told.get("tags")
        seat = Seat(_number(told.get("seen")), _only(told.get("only")), _number(told.get("api")))
        seat.places = {tag: self._place(kept.get(tag) if isinstance(kept, Mapping) else None) for tag in tags}
        seat.own = [pair for pair in (_own(one, base) for one in _list(told.get("own"))) if pair]
        self.is_broken |= found is not None and not isinstance(kept, Mapping)
        return seat

    def _place(self, told: Any) -> Place:
        if told is None:
            return Place()
        place = _place(told) if isinstance(told, Mapping) else None
        self.is_broken |= place is None
        return place or Place()


def _place(told: Mapping[str, Any]) -> Place | None:
    """The place as it was stored; None when it cannot be one."""
    walk, high = told.get("walk"), told.get("id")
    if isinstance(walk, list | tuple) and len(walk) == 3 and is_id(walk[0]) and is_id(walk[1]) and _number(walk[2]) > 0:
        return Place(walk=Walk(walk[0], walk[1], walk[2]))
    if not isinstance(high, str) or not is_id(high):
        return None
    marks = [one for one in _list(told.get("marks")) if isinstance(one, list | tuple) and len(one) == 2]
    return Place(high, [(_number(at), native) for at, native in marks if is_id(native)])


def _own(told: Any, base: str) -> tuple[str, str] | None:
    if not isinstance(told, list | tuple) or len(told) != 2 or not is_id(told[0]) or not isinstance(told[1], str):
        return None
    return told[0], f"{base}/{told[1].replace('*', told[0])}"


def _short(uri: str, base: str, native: str) -> str:
    return uri.removeprefix(base + "/").replace(native, "*")


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _only(value: Any) -> str:
    return value if value in ("local", "remote") else ""
