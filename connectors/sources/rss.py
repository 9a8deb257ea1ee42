"""rss: feeds of news, blogs, alerts, channels and forums, as RSS, Atom or JSON Feed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Literal

from connectors import contract
from connectors.clean import Unusable
from connectors.contract import IO, Batch, Check, Cursor, Misconfigured, Setup, SourceDown
from connectors.feeds.address import Address, addresses
from connectors.feeds.item import item_of, mention, receipt
from connectors.feeds.options import Options
from connectors.feeds.place import Places, places
from connectors.feeds.reading import Reading, Visit
from connectors.http import (
    AuthFailed,
    CircuitOpen,
    ForbiddenAddress,
    HttpError,
    NotThere,
    RateLimited,
    Stopped,
)
from connectors.records import Mention, Refused

State = Literal["ok", "auth", "blocked", "quota", "misconfigured"]


class Source:
    """Asks each feed whether there is anything new, and reads it when there is. See connectors/contract.py."""

    kind: ClassVar[str] = "rss"
    summary: ClassVar[str] = "Feeds of news, blogs, alerts, channels and forums: RSS, Atom or JSON Feed."
    Options: ClassVar[type[contract.Options]] = Options

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._secret = setup.secret
        # other options or other brands: what was left out may be wanted now
        told = json.dumps(
            [self._options.model_dump(mode="json", exclude={"urls", "per_minute", "full_every"}), setup.brands]
        )
        self._fingerprint = hashlib.sha256(told.encode()).hexdigest()[:12]

    def check(self, io: IO) -> Check:
        """Ask every feed once; the first that cannot be read says why."""
        count = 0
        try:
            feeds = addresses(self._options.urls, self._secret)
            for feed in feeds:
                visit = Reading(address=feed, options=self._options, io=io, until=io.now(), place=None).visit()
                if visit.error:
                    raise visit.error
                if visit.place and visit.place.is_gone:
                    return Check("misconfigured", feed.says("has ended: it answers 410, gone; take it out of urls"))
                if visit.is_off or visit.is_all_refused:
                    return Check("misconfigured", feed.says(f"cannot be read: {_first_refusal(visit)}"))
                count += sum(batch.raw for batch in visit.batches)
        except Misconfigured as error:
            return Check("misconfigured", str(error))
        except SourceDown as error:
            return Check(_state(error), str(error))
        return Check("ok", f"{_many(len(feeds), 'feed')} with {_many(count, 'item')}")

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Every feed in turn, first the one not seen for longest: should time or calls run out, it is never the same.

        One that cannot be read does not hold up the others: its error is raised behind them.
        Raises SourceDown, Misconfigured.
        """
        feeds = addresses(self._options.urls, self._secret)
        known = places(cursor, [feed.key for feed in feeds], self._fingerprint)
        late: list[tuple[Address, Visit]] = []
        wrong: list[SourceDown] = []
        for number, feed in enumerate(sorted(feeds, key=known.looked_at), 1):
            if io.is_stopping():
                break
            visit = _visited(self._reading(feed, known, io, until), wrong)
            if visit and visit.is_off:
                # collecting stops at a batch of a changed shape: it comes when the others are committed
                late.append((feed, visit))
            elif visit:
                yield from _told(feed, visit, known, number / len(feeds))
        yield from self._rest(feeds, known, wrong)
        for feed, visit in late:
            yield from _told(feed, visit, known, 1.0)
        if wrong:
            raise _one_of(wrong, len(feeds))

    def redrive(self, io: IO, refused: Sequence[Refused]) -> Batch:
        """What those refused items become now; one without a date is dated now, when `undated` allows it."""
        records: list[Mention] = []
        still: list[Refused] = []
        receipts: list[str] = []
        now = io.now()
        for one in refused:
            item = item_of(one.raw)
            if item is None:  # too long to have been kept whole
                still.append(one)
                continue
            key = receipt(item, self._options)
            try:
                records.append(mention(item, self._options, now, now if key else None))
            except Unusable as error:
                still.append(replace(one, reason=error.reason, sentence=error.sentence, field=error.field))
            else:
                receipts += [key] if key else []
        return Batch(records=tuple(records), refused=tuple(still), raw=len(refused), receipts=tuple(receipts))

    def _reading(self, feed: Address, known: Places, io: IO, until: datetime) -> Reading | None:
        """None for a feed that is gone."""
        place = known.known.get(feed.key)
        if place and place.is_gone:
            return None
        is_lost = feed.key in known.lost
        return Reading(address=feed, options=self._options, io=io, until=until, place=place, is_lost=is_lost)

    def _rest(self, feeds: Sequence[Address], known: Places, wrong: Sequence[SourceDown]) -> Iterator[Batch]:
        """Where everything stands now, which feeds have ended, and the errors that are not raised."""
        gone = [feed for feed in feeds if feed.key in known.known and known.known[feed.key].is_gone]
        notes = tuple(feed.says("has ended: it answers 410, gone, and is not asked again") for feed in gone)
        disabled = None
        if len(gone) == len(feeds):
            disabled = "; ".join(notes[:3]) + (f"; and {len(notes) - 3} more" if len(notes) > 3 else "")
        more = tuple(str(error) for error in wrong[1:])
        yield Batch(cursor=known.cursor(), notes=notes + more, disabled=disabled)


def _visited(reading: Reading | None, wrong: list[SourceDown]) -> Visit | None:
    """What a reading brought; its error goes to `wrong`. Raises Stopped."""
    if reading is None:
        return None
    try:
        visit = reading.visit()
    except Stopped:
        raise
    except HttpError as error:
        wrong.append(error)
        return None
    if visit.error:
        wrong.append(visit.error)
    return visit


def _told(feed: Address, visit: Visit, known: Places, share: float) -> Iterator[Batch]:
    """The batches of a visit; with the last the feed's place becomes true."""
    if not visit.batches and visit.place:
        known.known[feed.key] = visit.place
    for number, batch in enumerate(visit.batches, 1):
        cursor = None
        if number == len(visit.batches) and visit.place:
            known.known[feed.key] = visit.place
            cursor = known.cursor()
        yield replace(batch, cursor=cursor, done_share=share)


def _one_of(wrong: Sequence[SourceDown], feeds_count: int) -> SourceDown:
    """The error to raise. One host that asks for patience must not keep the source from the others."""
    first = wrong[0]
    if len(wrong) < feeds_count and isinstance(first, RateLimited | CircuitOpen):
        return SourceDown(str(first))
    return first


def _state(error: SourceDown) -> State:
    if isinstance(error, AuthFailed):
        return "auth"
    if isinstance(error, RateLimited):
        return "quota"
    return "misconfigured" if isinstance(error, NotThere | ForbiddenAddress) else "blocked"


def _first_refusal(visit: Visit) -> str:
    return next(one.sentence for batch in visit.batches for one in batch.refused)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
