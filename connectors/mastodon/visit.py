"""One visit to one server: every tag forward from where its reading stands, and back again where a sweep looks.

Forward by `min_id`, which loses nothing however much was said. Back by `max_id`: the first time, as far as `history`,
saved page by page; and on a sweep, three hours, for what reached the server late and for edits. Ids of late posts lie
where the post was written, behind what is read already, so only looking back finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from connectors import clean
from connectors.clean import Unusable
from connectors.contract import IO, Batch
from connectors.mastodon import posts
from connectors.mastodon.ids import NONE_YET, id_of, order
from connectors.mastodon.places import Place, Places, Seat
from connectors.mastodon.talk import PAGE, Page, ShapeChanged, Talk
from connectors.records import Mention, Refused, Tombstone

ASKED_AGAIN_SECONDS = 3_600
SWEEP_SECONDS = 3 * 3_600
"""How far a sweep looks back: what came up to two hours late is found although sweeps are an hour apart."""

_KNOWS_STATUSES = 2
"""The API version, that of Mastodon 4.3, from which several posts can be asked for at once."""


@dataclass(slots=True)
class Visit:
    """`floor` is how far back the first reading goes; `most_own` how many posts are kept in mind to see them deleted;
    `share_before` and `share` which part of the run this is."""

    io: IO
    talk: Talk
    places: Places
    until: datetime
    floor: int
    most_own: int
    share_before: float
    share: float
    has_knocked: bool = False

    @property
    def seat(self) -> Seat:
        """Where the reading of this server stands."""
        return self.places.seats[self.talk.base]

    @property
    def now(self) -> int:
        """When the run began, in seconds since 1970."""
        return int(self.until.timestamp())

    def batches(self) -> Iterator[Batch]:
        """All that is new. Raises ClosedFeed, SourceDown."""
        self._knock()
        for tag, place in self.seat.places.items():
            is_new = place.high is None
            if is_new:
                yield from self._first(tag, place)
            if place.high is not None:
                yield from self._forward(tag, place)
                if self.io.is_sweep and not is_new:
                    yield from self._sweep(tag, place)
        if self.io.is_sweep and self.seat.api >= _KNOWS_STATUSES and self.seat.own:
            yield from self._look_after()
        only = self.seat.only
        notes = (f"{self.talk.base} shows everyone only its {only} posts of a hashtag",) if only else ()
        yield Batch(cursor=self.places.cursor(), notes=notes, done_share=self.share_before + self.share)

    def _knock(self, *, anew: bool = False) -> None:
        """Ask who may read hashtags, once an hour; `anew` when an answer makes one wonder, once a visit."""
        fresh = 0 <= self.now - self.seat.seen < ASKED_AGAIN_SECONDS
        if self.has_knocked or (fresh and not anew):
            return
        self.has_knocked = True
        access = self.talk.access()
        self.seat.seen, self.seat.only, self.seat.api = self.now, access.only, access.api

    def _first(self, tag: str, place: Place) -> Iterator[Batch]:
        """From the newest back to `floor`, going on where an earlier run stopped."""
        walk = place.begin(self.floor)
        while not self.io.is_stopping():
            page, step = self._turn(tag, "max_id", walk.at)
            walk.high = walk.high or page.newest or NONE_YET
            walk.at = step or walk.at
            ends = step is None or _is_before(page, walk.floor)
            if ends:
                place.arrive(walk.high, self.now)
            yield self._batch(page, walk.floor, part=1.0 if ends else 0.0)
            if ends:
                return

    def _forward(self, tag: str, place: Place) -> Iterator[Batch]:
        at = place.look_back(self.now)
        seen_before, came = order(at) < order(place.high or NONE_YET), False
        while not self.io.is_stopping():
            page, step = self._turn(tag, "min_id", at)
            if step is None:
                break
            came |= bool(page.posts)
            place.raise_to(page.newest)
            yield self._batch(page)
            at = step
            if len(page.posts) < PAGE and _is_after(page, self.now):
                break  # all of it came while we read; the next poll goes on here
        if seen_before and not came:
            self._knock(anew=True)  # posts we have read are not shown any more: deleted, or is the feed closed now?
        place.mark(self.now)

    def _sweep(self, tag: str, place: Place) -> Iterator[Batch]:
        at, floor, is_top = "", self.now - SWEEP_SECONDS, True
        while not self.io.is_stopping():
            page, step = self._turn(tag, "max_id", at)
            if is_top and not page.posts and place.high != NONE_YET:
                self._knock(anew=True)
            if is_top and self._has_restarted(page, place):
                yield from self._anew(tag, place)
                return
            if page.posts:
                yield self._batch(page, floor)
            if step is None or _is_before(page, floor):
                return
            at, is_top = step, False

    def _anew(self, tag: str, place: Place) -> Iterator[Batch]:
        """The server counts its ids from the start again, or the stored id is not one of its own."""
        place.forget()
        words = f"{self.talk.base} gives new posts of #{tag} lower ids than it did; what `history` covers is read again"
        yield Batch(notes=(words,))
        yield from self._first(tag, place)

    def _has_restarted(self, page: Page, place: Place) -> bool:
        """Whether its newest post is behind our place and yet was written after we noted that place."""
        top, noted = page.newest, place.marks[-1][0] if place.marks else 0
        if top is None or order(top) >= order(place.high or NONE_YET):
            return False
        return any(id_of(one) == top and (_written(one) or 0) > noted for one in page.posts)

    def _turn(self, tag: str, name: Literal["min_id", "max_id"], at: str) -> tuple[Page, str | None]:
        """A page and the id from which it goes on, None at the end. What brings nothing new is asked for twice.

        An empty page is believed at once only forward, where the next poll asks for the same place again.
        """
        forward = name == "min_id"
        for _ in range(2):
            page = self.talk.timeline(tag, self.seat.only, **({name: at} if at else {}))
            step = (page.newest or page.newer) if forward else (page.oldest or page.older)
            if step and _goes_on(step, at, forward=forward):
                return page, step
            if forward and not page.posts:
                break
        if page.posts:
            raise ShapeChanged(
                f"{self.talk.base} does not go on with #{tag}: {name}={at or 'none'} brings posts that are not "
                f"{'newer' if forward else 'older'}, or have no id. Nothing behind them was read."
            )
        return page, None

    def _batch(self, page: Page, floor: int = 0, part: float = 0.0) -> Batch:
        read = read_posts(page.posts, self.talk.base, self.until, floor)
        wanted = {one.item_id for one in read if isinstance(one, Mention)}
        self.seat.remember(list(self._own(page.posts, wanted)), self.most_own)
        return _joined(read, len(page.posts), self.places, self.share_before + self.share * part)

    def _own(self, found: Sequence[Any], wanted: set[str]) -> Iterator[tuple[str, str]]:
        for status in found:
            native = id_of(status)
            if native and posts.is_at_home(status, self.talk.base) and posts.item_id(status["uri"]) in wanted:
                yield native, status["uri"]

    def _look_after(self) -> Iterator[Batch]:
        """Whether its members' latest posts are still there: one that is not, and is not found by itself, is deleted.

        Only a post's own server is asked: others may hide it for reasons of theirs.
        """
        found = self.talk.statuses([native for native, _ in self.seat.own])
        if found is None:
            return
        there = {id_of(status) for status in found}
        gone = [one for one in self.seat.own if one[0] not in there and self.talk.is_gone(one[0])]
        self.seat.own = [one for one in self.seat.own if one not in gone]
        now = self.io.now()
        tombs = [Tombstone(platform="mastodon", item_id=posts.item_id(uri), deleted_at=now) for _, uri in gone]
        read = [*read_posts(found, self.talk.base, self.until), *tombs]
        yield _joined(read, len(found) + len(tombs), self.places, self.share_before + self.share)


def read_posts(found: Sequence[Any], base: str, until: datetime, floor: int = 0) -> list[Mention | Refused | Tombstone]:
    """What posts become, without those nobody may keep and those from before `floor`."""
    read: list[Mention | Refused | Tombstone] = []
    for status in found:
        written = _written(status)
        if not posts.is_wanted(status) or (written is not None and written < floor):
            continue
        try:
            read.append(posts.mention(status, base, until))
        except Unusable as wrong:
            native = status.get("uri") if isinstance(status, dict) else None
            read.append(clean.refused(wrong, status, native if isinstance(native, str) else id_of(status)))
    return read


def _joined(read: Sequence[Mention | Refused | Tombstone], raw: int, places: Places, share: float) -> Batch:
    return Batch(
        records=tuple(one for one in read if not isinstance(one, Refused)),
        refused=tuple(one for one in read if isinstance(one, Refused)),
        filtered=raw - len(read),
        raw=raw,
        cursor=places.cursor(),
        done_share=share,
    )


def _goes_on(step: str, at: str, *, forward: bool) -> bool:
    return not at or (order(step) > order(at) if forward else order(step) < order(at))


def _is_before(page: Page, floor: int) -> bool:
    """Whether all of a page was written before `floor`."""
    times = [_written(status) for status in page.posts]
    return bool(times) and all(time is not None and time < floor for time in times)


def _is_after(page: Page, until: int) -> bool:
    """Whether all of a page was written after `until`."""
    return all((_written(status) or 0) > until for status in page.posts)


def _written(status: Any) -> float | None:
    value = status.get("created_at") if isinstance(status, dict) else None
    moment = clean.optional_moment(value) if isinstance(value, str) else None
    return moment.timestamp() if moment else None
