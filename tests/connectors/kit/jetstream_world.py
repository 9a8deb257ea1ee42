"""An invented Bluesky: accounts, posts, edits and deletions, and the events Jetstream would tell of them.

    world = BlueskyWorld(clock)
    item_id = world.add_post("acme is down")
    world.edit_post(item_id, "acme is up"); world.delete_post(item_id)
    world.deactivate("did:plc:ana"); world.activate("did:plc:ana")
    world.like(); world.garbage("no json")
    assert world.expected() == {item_id: text, ...}       # what stands there now, of active accounts

Each event takes a second of the clock, so all that is there was written before `clock()`. `Shelf` keeps what a source
hands over by the ledger's rules, to be compared with `expected()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import Batch, Gap
from connectors.records import Mention, Refused, Tombstone
from tests.conftest import FakeClock

POSTS = "app.bsky.feed.post"
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micro(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def revision(time_us: int) -> str:
    """A repository's revision of that time: 13 letters, in order as the times are."""
    value, letters = time_us << 10, ""
    for _ in range(13):
        value, rest = divmod(value, 32)
        letters = _LETTERS[rest] + letters
    return letters


@dataclass(frozen=True)
class Told:
    """One event as a server tells it; `collection` None reaches everybody."""

    time_us: int
    message: str | bytes
    collection: str | None = POSTS


@dataclass
class _Post:
    did: str
    rkey: str
    text: str


class BlueskyWorld:
    """All there is, and all that happened. `latency` is how much later than it was written an event is seen."""

    def __init__(self, clock: FakeClock, latency: timedelta = timedelta(milliseconds=600)) -> None:
        self.clock, self.latency = clock, latency
        self.told: list[Told] = []
        self._posts: dict[str, _Post] = {}
        self._gone: dict[str, set[str]] = {}
        self._count = 0

    def expected(self) -> dict[str, str]:
        """The text of every post that stands there."""
        return {item_id: post.text for item_id, post in self._posts.items()}

    def add_post(
        self,
        text: str,
        *,
        did: str = "did:plc:ana",
        rkey: str | None = None,
        created_at: str | None = None,
        **record: Any,
    ) -> str:
        """A new post, or one anew under an old rkey; `record` has more of its fields. Gives its item_id."""
        self._count += 1
        rkey = rkey or f"post{self._count}"
        item_id = f"bluesky:{did}/{rkey}"
        self._posts[item_id] = _Post(did, rkey, text)
        created = created_at or self.clock.now.isoformat().replace("+00:00", "Z")
        self._commit(
            did, rkey, "create", {"$type": POSTS, "text": text, "createdAt": created, "langs": ["en"], **record}
        )
        return item_id

    def edit_post(self, item_id: str, text: str) -> None:
        """Another text under the same id."""
        post = self._posts[item_id]
        post.text = text
        record = {"$type": POSTS, "text": text, "createdAt": self.clock.now.isoformat(), "langs": ["en"]}
        self._commit(post.did, post.rkey, "update", record)

    def delete_post(self, item_id: str) -> None:
        """Gone for good."""
        post = self._posts.pop(item_id)
        self._commit(post.did, post.rkey, "delete", None)

    def deactivate(self, did: str, status: str = "deactivated") -> None:
        """The account closes and its posts go with it; those it writes after coming back count again."""
        self._account(did, {"active": False, "status": status})
        self._posts = {item_id: post for item_id, post in self._posts.items() if post.did != did}

    def activate(self, did: str) -> None:
        """The account comes back."""
        self._account(did, {"active": True})

    def throttle(self, did: str) -> None:
        """The account is not active, for a reason that takes no post away."""
        self._account(did, {"active": False, "status": "throttled"})

    def like(self, did: str = "did:plc:ben") -> None:
        """Something of another collection, which nobody here asked for."""
        self._commit(did, "like", "create", {"createdAt": "2026-01-01T00:00:00Z"}, "app.bsky.feed.like")

    def garbage(self, message: str | bytes) -> None:
        """A message as it should not be."""
        self._tell(message, POSTS)

    def event(self, **fields: Any) -> None:
        """A whole event of the caller's making; `time_us` is added where it is missing."""
        time_us = micro(self.clock.now + self.latency)
        self._tell(json.dumps({"did": "did:plc:ana", "time_us": time_us, **fields}), POSTS)

    def _commit(self, did: str, rkey: str, operation: str, record: Any, collection: str = POSTS) -> None:
        commit = {
            "rev": revision(micro(self.clock.now)),
            "operation": operation,
            "collection": collection,
            "rkey": rkey,
        }
        if record is not None:
            commit |= {"record": record, "cid": "bafyrei"}
        self._event(did, "commit", commit, collection)

    def _account(self, did: str, account: dict[str, Any]) -> None:
        time = self.clock.now.isoformat().replace("+00:00", "Z")
        self._event(did, "account", {"did": did, "seq": len(self.told), "time": time, **account}, None)

    def _event(self, did: str, kind: str, body: dict[str, Any], collection: str | None) -> None:
        event = {"did": did, "time_us": micro(self.clock.now + self.latency), "kind": kind, kind: body}
        self._tell(json.dumps(event), collection)

    def _tell(self, message: str | bytes, collection: str | None) -> None:
        self.told.append(Told(micro(self.clock.now + self.latency), message, collection))
        self.clock.move(seconds=1)


@dataclass
class Shelf:
    """Keeps what comes by the ledger's rules: newer wins, deletions stick until something newer comes."""

    kept: dict[str, Mention] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    filtered: int = 0
    writes: int = 0
    cursor: Any = None

    def texts(self) -> dict[str, str]:
        """What is held, as `expected()` gives it."""
        return {item_id: mention.text for item_id, mention in self.kept.items()}

    def take(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Keep each batch as one commit would, and hand it on. Conservation is checked on each."""
        for batch in batches:
            assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered, batch
            for record in batch.records:
                self._put(record)
            self.gaps += batch.gaps
            self.notes += [*batch.notes, *batch.waiting]
            self.refused += batch.refused
            self.filtered += batch.filtered
            self.cursor = batch.cursor if batch.cursor is not None else self.cursor
            yield batch

    def take_all(self, batches: Iterable[Batch]) -> list[Batch]:
        """All of them."""
        return list(self.take(batches))

    def _put(self, record: Any) -> None:
        if isinstance(record, Tombstone):
            return self._erase(record)
        assert isinstance(record, Mention)
        assert record.updated_at is not None
        deleted = [at for key in (record.item_id, record.author_id or "") if (at := self.gone.get(key))]
        known = self.kept.get(record.item_id)
        if any(record.updated_at <= at for at in deleted) or (
            known and (known.updated_at or known.published_at) >= record.updated_at
        ):
            return
        self.kept[record.item_id] = record
        self.writes += 1

    def _erase(self, tomb: Tombstone) -> None:
        hit = [
            item_id
            for item_id, known in self.kept.items()
            if tomb.author_id in (known.author_id, None) and tomb.item_id in (item_id, None)
        ]
        # an ordered source's deletion of something unknown is not remembered
        if hit or not tomb.is_ordered:
            key = tomb.item_id or tomb.author_id or ""
            self.gone[key] = max(tomb.deleted_at, self.gone.get(key, tomb.deleted_at))
        for item_id in hit:
            if (self.kept[item_id].updated_at or self.kept[item_id].published_at) <= tomb.deleted_at:
                del self.kept[item_id]
                self.writes += 1
