"""A feed's items as batches: which are taken in, which are refused, and what may have passed through unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.clean import Unusable
from connectors.contract import IO, Batch, Gap
from connectors.feeds.address import Address, short_hash
from connectors.feeds.document import Document
from connectors.feeds.item import Item, build_stamp, identified, mention, receipt, refusal, without_doubles
from connectors.feeds.options import Options
from connectors.feeds.place import Place
from connectors.feeds.times import optional_instant
from connectors.records import Mention, Refused

ITEMS_PER_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """The batches of one document, and short hashes of its items, the newest first."""

    batches: tuple[Batch, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What one reading knows. `before` is the place before it; `is_lost` that nothing is known of earlier ones."""

    address: Address
    options: Options
    io: IO
    until: datetime
    before: Place
    is_lost: bool

    def take(self, found: Document) -> Taken:
        """Everything of a document that has items; one that was cut off shows no gaps."""
        items = [self._scrubbed(item) for item in identified(found.items, self.address.host)]
        if build_stamp(items):
            items = [replace(item, updated=None) for item in items]
        single = without_doubles(items, self.until)
        starts = range(0, len(single), ITEMS_PER_BATCH)
        batches = [self._batch(single[start : start + ITEMS_PER_BATCH], found) for start in starts]
        doubles = len(items) - len(single)
        batches[0] = replace(batches[0], raw=batches[0].raw + doubles, filtered=batches[0].filtered + doubles)
        by_age = self._by_age(single)
        seen = tuple(short_hash(item.native_id or "", 3) for _, item in by_age)
        if not found.is_cut:
            gaps = tuple(self._gaps(set(seen), by_age[-1][0]))
            notes = batches[-1].notes + self._reach(by_age[-1][0])
            batches[-1] = replace(batches[-1], gaps=gaps, notes=notes)
        return Taken(tuple(batches), seen)

    def _scrubbed(self, item: Item) -> Item:
        if not self.address.secrets:
            return item
        names = ("native_id", "link", "title", "body", "author", "author_url")
        texts: dict[str, str | None] = {name: getattr(item, name) for name in names}
        return replace(item, **{name: text and self.address.scrub(text) for name, text in texts.items()})

    def _batch(self, items: Sequence[Item], found: Document) -> Batch:
        records: list[Mention] = []
        refusals: list[Refused] = []
        receipts: list[str] = []
        for item in items:
            key = receipt(item, self.options)
            if key and self.io.has_receipt(key):
                continue
            try:
                record = mention(item, self.options, self.until, self._seen_at(found) if key else None)
            except Unusable as wrong:
                refusals.append(refusal(wrong, item, self.address.scrub))
                continue
            receipts += [key] if key else []
            if record.published_at >= self.before.floor:
                records.append(record)
        note = f"has {len(receipts)} new items without a date, dated when they were first seen"
        return Batch(
            records=tuple(records),
            refused=tuple(refusals),
            raw=len(items),
            filtered=len(items) - len(records) - len(refusals),
            receipts=tuple(receipts),
            notes=(self.address.says(note),) if receipts else (),
        )

    def _seen_at(self, found: Document) -> datetime:
        """When an undated item is seen first: now; at the first reading, when its feed was built, if it says so."""
        built = optional_instant(found.updated, self.options.timezone, self.until)
        return min(built, self.until) if built and not self.before.seen else self.until

    def _by_age(self, items: Sequence[Item]) -> list[tuple[datetime, Item]]:
        """The newest first; undated ones as if of now, in the feed's order."""
        dated = [(min(self._dated(item) or self.until, self.until), item) for item in items]
        return sorted(dated, key=lambda pair: pair[0], reverse=True)

    def _dated(self, item: Item) -> datetime | None:
        zone = self.options.timezone or "UTC"
        return optional_instant(item.published, zone, self.until) or optional_instant(item.updated, zone, self.until)

    def _gaps(self, seen: set[str], oldest: datetime) -> Iterator[Gap]:
        """What may have passed through the feed unseen, from the last look to its oldest item now."""
        before = self.before
        if self.is_lost:
            since, why = before.floor, "has lost its place, so it is not known what of it was seen"
        elif before.looked_at and before.seen and not seen.intersection(before.seen):
            since, why = before.looked_at, "shows none of the items it showed at the last reading"
        else:
            return
        if since < oldest:
            sentence = self.address.says(f"{why}; items before its oldest one now may have been missed")
            yield Gap(since=since, until=oldest, sentence=sentence, platform=self.options.platform)

    def _reach(self, oldest: datetime) -> tuple[str, ...]:
        """In a backfill: how far back the feed goes, when that is not far enough."""
        if self.io.since is None or oldest <= self.io.since:
            return ()
        return (self.address.says(f"goes back to {oldest:%Y-%m-%d %H:%M} UTC and no further"),)
