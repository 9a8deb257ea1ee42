"""A folder, a clock and an io for the tests of the files source."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.contract import IO, Batch, Cursor, Delivery, Reply, Setup
from connectors.records import Refused
from connectors.sources.files import Source

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
COLUMNS: Mapping[str, Any] = {"item_id": "id", "published_at": "at", "text": "post"}
ROW = "7,2026-05-04T09:00:00Z,good morning\n"
HEADER = "id,at,post\n"


@dataclass
class Desk:
    """An io whose clock is set by hand, and which remembers receipts like a warehouse."""

    moment: datetime = NOON
    receipts: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return self.moment

    def has_receipt(self, receipt: str) -> bool:
        return receipt in self.receipts

    @property
    def since(self) -> datetime | None:
        return None

    @property
    def opened_at(self) -> datetime | None:
        return None

    @property
    def is_sweep(self) -> bool:
        return False

    def is_stopping(self) -> bool:
        return False

    def get(self, url: str, **_: Any) -> Reply:
        raise AssertionError(f"a folder has no use for {url}")

    def listen(self, url: str) -> AbstractContextManager[Iterator[str | bytes | None]]:
        raise AssertionError(f"a folder has no use for {url}")

    def inbox(self, after: int, limit: int) -> Sequence[Delivery]:
        raise AssertionError("nothing is posted to a folder")


@dataclass
class Came:
    """Everything one run brought, batch by batch committed."""

    batches: list[Batch]

    @property
    def records(self) -> list[Any]:
        return [record for batch in self.batches for record in batch.records]

    @property
    def refused(self) -> list[Refused]:
        return [refused for batch in self.batches for refused in batch.refused]

    @property
    def notes(self) -> list[str]:
        return [note for batch in self.batches for note in batch.notes]

    @property
    def waiting(self) -> list[str]:
        return [sentence for batch in self.batches for sentence in batch.waiting]

    @property
    def reasons(self) -> list[str]:
        return [refused.reason for refused in self.refused]


def source(base: Path, path: str = "*", columns: Mapping[str, Any] = COLUMNS, **options: Any) -> Source:
    """A files source over `base`; the platform is "forum" unless the options say otherwise."""
    words = {"path": path, "columns": columns, "defaults": {"platform": "forum"}, **options}
    return Source(Setup(name="posts", options=Source.Options.model_validate(words), base=base))


def commit(batches: Iterable[Batch], desk: Desk) -> Came:
    """Take batches as the collector does: receipts count from the commit on; conservation holds in each."""
    came = []
    for batch in batches:
        assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered
        desk.receipts.update(batch.receipts)
        came.append(batch)
    return Came(came)


def run(made: Source, desk: Desk | None = None, cursor: Cursor | None = None) -> Came:
    """One run of a source from `cursor` to its end."""
    io = desk or Desk()
    lent: IO = io
    return commit(made.read(lent, cursor, io.now()), io)


def put(path: Path, content: str | bytes, age: timedelta = timedelta(hours=1), now: datetime = NOON) -> Path:
    """Write a file as it was left `age` ago."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    changed = (now - age).timestamp()
    os.utime(path, (changed, changed))
    return path


def read_text(folder: Path, content: str | bytes, name: str = "posts.csv", **options: Any) -> Came:
    """What a single file becomes."""
    put(folder / name, content)
    return run(source(folder, name, **options))
