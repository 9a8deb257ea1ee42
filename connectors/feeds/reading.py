"""One reading of one feed: ask, see whether anything is new, and turn the items into batches and a new place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from connectors.contract import IO, Batch, Budget, Reply, SourceDown
from connectors.feeds import document
from connectors.feeds.address import Address, short_hash
from connectors.feeds.document import Document
from connectors.feeds.options import Options
from connectors.feeds.place import Place
from connectors.feeds.taking import Taking
from connectors.http import Broken, HttpError

_GONE = 410
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a reading brought. `place` is true once all `batches` are committed; None leaves the old one."""

    place: Place | None
    batches: tuple[Batch, ...] = ()
    error: SourceDown | None = None

    @property
    def is_off(self) -> bool:
        """Whether so much was refused that the feed must have changed its shape, by the rule of collecting."""
        return any(len(batch.refused) >= 10 and len(batch.refused) * 5 > batch.raw for batch in self.batches)

    @property
    def is_all_refused(self) -> bool:
        """Whether no item could be read at all."""
        refused = sum(len(batch.refused) for batch in self.batches)
        return 0 < refused == sum(batch.raw for batch in self.batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One feed in one run. `is_lost`: it was read before, and where it stood is not known any more."""

    address: Address
    options: Options
    io: IO
    until: datetime
    place: Place | None
    is_lost: bool = False

    def visit(self) -> Visit:
        """Ask and read. Raises HttpError with a sentence that names the feed."""
        place = self.place or Place(floor=self._floor())
        if place.full_at is None:
            place = replace(place, floor=self._floor())
        asked = self._conditions(place)
        reply = self._get(asked)
        if reply.status == _GONE:
            return Visit(place=replace(place, is_gone=True))
        if reply.status == 304:
            if not asked:
                raise Broken(self.address.says("answered 304, nothing new, to a question without conditions"))
            return Visit(place=replace(place, looked_at=self.until))
        now = replace(place, full_at=place.full_at if asked else self.until, looked_at=self.until)
        return self._whole(reply, place, now)

    def _get(self, asked: Mapping[str, str]) -> Reply:
        try:
            headers = {"Accept": _ACCEPT, **asked}
            budget = Budget(self.options.per_minute, 60.0)
            return self.io.get(self.address.url, headers=headers, budget=budget, accept=(_GONE,))
        except HttpError as error:
            error.args = (self.address.said(str(error)),)
            raise

    def _read(self, reply: Reply) -> Document:
        try:
            return document.read(reply.body, reply.headers.get("content-type", ""), self.address.base)
        except HttpError as error:
            error.args = (self.address.says(str(error)),)
            raise

    def _floor(self) -> datetime:
        return self.io.since or self.until - self.options.history_span

    def _conditions(self, place: Place) -> dict[str, str]:
        """The headers that ask for the feed only if it has changed; none when it is time to ask for it whole."""
        if place.full_at is None or not place.full_at <= self.until < place.full_at + self.options.full_every_span:
            return {}
        modified = place.modified and format_datetime(place.modified.astimezone(UTC), usegmt=True)
        return {
            **({"If-None-Match": place.etag} if place.etag else {}),
            **({"If-Modified-Since": modified} if modified else {}),
        }

    def _whole(self, reply: Reply, before: Place, now: Place) -> Visit:
        """A whole answer: nothing new when its bytes are those of the last one."""
        now = replace(
            now,
            etag=_etag(reply),
            modified=_modified(reply, self.until),
        )
        body = short_hash(reply.body, 9)
        if before.body == body:
            return Visit(place=now)
        found = self._read(reply)
        if not found.items:
            return self._nothing(found, before)
        return self._items(found, before, replace(now, body=body))

    def _nothing(self, found: Document, before: Place) -> Visit:
        """A feed without items. Its validators are not kept: empty today says nothing of tomorrow."""
        if found.is_cut:
            return Visit(place=None, error=self._cut())
        note = self.address.says("has no items")
        full_at = before.full_at or self.until
        place = replace(before, etag=None, modified=None, body="", full_at=full_at)
        return Visit(place=place, batches=(Batch(notes=(note,)),))

    def _cut(self) -> Broken:
        said = "breaks off in the middle: its last item is left out, and it is asked for again next time"
        return Broken(self.address.says(said))

    def _items(self, found: Document, before: Place, now: Place) -> Visit:
        taken = Taking(
            address=self.address,
            options=self.options,
            io=self.io,
            until=self.until,
            before=before,
            is_lost=self.is_lost,
        ).take(found)
        if found.is_cut:
            return Visit(place=None, batches=taken.batches, error=self._cut())
        return Visit(place=replace(now, seen=taken.seen), batches=taken.batches)


def _etag(reply: Reply) -> str | None:
    tag = reply.headers.get("etag", "").strip()
    return tag if tag and tag.isascii() and tag.isprintable() else None


def _modified(reply: Reply, until: datetime) -> datetime | None:
    """When the server says it changed; None when that cannot be: a time to come would mean 304 for ever."""
    try:
        at = parsedate_to_datetime(reply.headers.get("last-modified", ""))
        return at if at.tzinfo and datetime(1990, 1, 1, tzinfo=UTC) < at <= until else None
    except (ValueError, TypeError, OverflowError):
        return None
