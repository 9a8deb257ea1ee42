"""A warehouse in miniature for tests of polled sources: keeps what batches bring by the ledger's rules.

keeper = Keeper()
keeper.run(source, desk)                       # a whole run from the stored cursor
keeper.run(source, desk, kill_after=3)         # killed behind its third batch
assert keeper.texts() == server.expected()
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.contract import Batch, Connector, Gap
from connectors.records import Mention, Refused, Tombstone
from tests.connectors.kit.desk import Desk

_COUNTERS = ("author_followers_count", "reach_count")


@dataclass
class Keeper:
    """`writes` counts rows that are new, changed or counted: a second run over the same world adds none."""

    kept: dict[str, Mention] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    gaps: dict[tuple[datetime, str | None], Gap] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    filtered: int = 0
    writes: int = 0
    cursor: Any = None

    def texts(self) -> dict[str, str]:
        """What is held: item_id to text."""
        return {item_id: mention.text for item_id, mention in self.kept.items()}

    def run(self, source: Connector, desk: Desk, kill_after: int | None = None) -> int:
        """One run, each batch kept as one commit would; gives how many batches came. Raises what the source raises."""
        count = 0
        for batch in source.read(desk, self.cursor, desk.now()):
            self.keep(batch)
            count += 1
            if count == kill_after:
                break
        return count

    def keep(self, batch: Batch) -> None:
        """Keep a batch; conservation and the size of the cursor are checked."""
        assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered, batch
        for record in batch.records:
            if isinstance(record, Tombstone):
                self._erase(record)
            else:
                assert isinstance(record, Mention)
                self._put(record)
        self.refused += batch.refused
        self.notes += batch.notes
        self.filtered += batch.filtered
        self.gaps |= {(gap.since, gap.platform): gap for gap in batch.gaps}
        if batch.done_share is not None:
            self.shares.append(batch.done_share)
        if batch.cursor is not None:
            stored = json.dumps(batch.cursor)
            assert len(stored) < 16_000, "a cursor has less than 16 kB"
            self.cursor = json.loads(stored)

    def _erase(self, tomb: Tombstone) -> None:
        assert tomb.item_id, "polled sources tell of items"
        self.gone[tomb.item_id] = tomb.deleted_at
        self.writes += self.kept.pop(tomb.item_id, None) is not None

    def _put(self, new: Mention) -> None:
        deleted, known = self.gone.get(new.item_id), self.kept.get(new.item_id)
        if deleted and (new.updated_at or new.published_at) <= deleted:
            return
        if known and _is_older(new, known):
            return
        if known is None or _changes(new, known):
            self.kept[new.item_id] = new
            self.writes += 1


def _is_older(new: Mention, known: Mention) -> bool:
    if new.updated_at is None or known.updated_at is None:
        return known.updated_at is not None and new.updated_at is None
    tied = new.updated_at == known.updated_at and new.sequence is not None and known.sequence is not None
    return new.updated_at < known.updated_at or (tied and (new.sequence or 0) < (known.sequence or 0))


def _changes(new: Mention, known: Mention) -> bool:
    """Whether anything would be written; an unknown counter says nothing against a known one."""
    names = [name for name in Mention.__slots__ if name not in (*_COUNTERS, "observed_at")]
    if any(getattr(new, name) != getattr(known, name) for name in names):
        return True
    return any(getattr(new, name) not in (None, getattr(known, name)) for name in _COUNTERS)
