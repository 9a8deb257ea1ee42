"""What a run brings: first what is new, then a piece of the past, the newest first.

What has been brought is one stretch of time: of all that was written from `back` on, what had happened by `to`. Every
batch makes it longer at one end, so a run may be ended anywhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from connectors.contract import Batch, Cursor, Gap
from connectors.demo.chance import begin_of, slot_of
from connectors.records import Record, Truth

FIRST_SIGHT = timedelta(hours=48)
"""So much is there before a run ends, however much history is still to come."""

BATCH = 2500
_STRIDE = timedelta(days=2)
_WHEN = attrgetter("at")


class Piece(NamedTuple):
    """A record, when the post it goes back to was written, when it becomes known, and the truths that go with it."""

    born: datetime
    at: datetime
    record: Record
    truths: tuple[Truth, ...] = ()


Pieces = Callable[[int], Sequence[Piece]]
"""Everything that goes back to the posts of one slot."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a source stands: whose story it tells, and from when (`back`) to when (`to`) it has told."""

    anchor: datetime
    back: datetime
    to: datetime
    world: str  # in short, what is told: another seed or other platforms are another world

    def cursor(self) -> Cursor:
        """As it is stored."""
        return {
            "v": 1,
            "world": self.world,
            "anchor": self.anchor.isoformat(),
            "back": self.back.isoformat(),
            "to": self.to.isoformat(),
        }


def mark_of(cursor: Cursor | None, world: str) -> Mark | None:
    """The stored mark; None where there is none of this world."""
    told: Any = cursor or {}
    if told.get("v") != 1 or told.get("world") != world:
        return None
    try:
        anchor, back, to = (datetime.fromisoformat(told[name]) for name in ("anchor", "back", "to"))
        return Mark(anchor, back, to, world) if back <= to and anchor.tzinfo and back.tzinfo else None
    except (KeyError, TypeError, ValueError):
        return None


@dataclass(slots=True)
class Telling:
    """Tells one source's part of the world.

    reach   how long after its post the last thing about it may happen
    wanted  how far back the history goes
    gaps    spans of this source that nobody could see; each is told with the stretch it ends in
    """

    pieces: Pieces
    reach: timedelta
    wanted: datetime
    gaps: Sequence[Gap] = ()
    _recent: dict[int, Sequence[Piece]] = field(default_factory=dict)

    def run(self, mark: Mark, until: datetime, sight: datetime) -> Iterator[Batch]:
        """From `mark` to `until`; then back to `sight` at once, and from there one piece further with each run."""
        for batch, reached in self._news(mark, until):
            mark = reached
            yield batch
        while mark.back > self.wanted:
            batch, mark = self._past(mark)
            yield batch
            if mark.back <= sight:
                return

    def _news(self, mark: Mark, until: datetime) -> Iterator[tuple[Batch, Mark]]:
        """What has happened since, the oldest first, in stretches of two days, cut where a batch is full."""
        while mark.to < until:
            end = min(until, mark.to + _STRIDE)
            found = self._since(mark, end)
            cuts = [_cut(found, place) for place in range(BATCH, len(found), BATCH)]
            for first, last in zip([0, *cuts], [*cuts, len(found)], strict=True):
                to = found[last].at if last < len(found) else end
                gaps = self._gaps(mark.to, to)
                mark = replace(mark, to=to)
                # with nothing to tell the place is not moved: an empty commit every few seconds serves nobody
                if first < last or gaps or end < until:
                    yield self._batch(found[first:last], mark, gaps), mark

    def _since(self, mark: Mark, end: datetime) -> list[Piece]:
        first = slot_of(max(mark.back, mark.to - self.reach))
        for slot in [old for old in self._recent if old < first]:
            del self._recent[slot]
        found = [
            piece
            for slot in range(first, slot_of(end) + 1)
            for piece in self._kept(slot)
            if mark.to <= piece.at < end and piece.born >= mark.back
        ]
        return sorted(found, key=_WHEN)

    def _kept(self, slot: int) -> Sequence[Piece]:
        """The pieces of a slot of which more is to come: told anew they would be the same, only later."""
        if slot not in self._recent:
            self._recent[slot] = self.pieces(slot)
        return self._recent[slot]

    def _past(self, mark: Mark) -> tuple[Batch, Mark]:
        """The next piece of the past: whole slots, until a batch is full."""
        slot, found = slot_of(mark.back - timedelta(microseconds=1)), list[Piece]()
        last = slot_of(self.wanted)
        while True:
            begin = max(self.wanted, begin_of(slot))
            found += [piece for piece in self.pieces(slot) if begin <= piece.born < mark.back and piece.at < mark.to]
            if slot <= last or len(found) >= BATCH:
                break
            slot -= 1
        after = replace(mark, back=begin)
        return self._batch(found, after, self._gaps(begin, mark.back)), after

    def _gaps(self, since: datetime, until: datetime) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if since <= gap.until < until)

    def _batch(self, found: Iterable[Piece], mark: Mark, gaps: tuple[Gap, ...]) -> Batch:
        pieces = list(found)
        records = tuple(piece.record for piece in pieces)
        truths = tuple(truth for piece in pieces for truth in piece.truths)
        return Batch(
            records=records,
            raw=len(records),
            cursor=mark.cursor(),
            gaps=gaps,
            truths=truths,
            history=(mark.back, self.wanted),
        )


def _cut(found: Sequence[Piece], place: int) -> int:
    """Where to cut near `place` so that what happens at one instant stays together."""
    return bisect_left(found, found[place].at, key=_WHEN)
