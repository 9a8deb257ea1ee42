"""An rss source at its desk, with a shelf that keeps what each batch brings as the warehouse would.

    with Scene() as scene:
        feed = scene.server.feed()
        feed.publish(Post("Acme opens", at=scene.ago(hours=1)))
        scene.read()                                   # one run from where the last one ended
        assert scene.texts() == feed.expected()
        assert scene.came == ["news:127.0.0.1/p1"]     # what the last run handed over

Every batch is held to conservation and every cursor to 16 kB. `read` raises what the source raises, after keeping the
batches before it; `fails()` gives its sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.contract import Batch, Gap, Setup, SourceDown
from connectors.feeds.options import Options
from connectors.records import Mention, Refused
from connectors.sources.rss import Source
from tests.conftest import FakeClock
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.feed_server import Feed, FeedServer, Form, Post


class Scene:
    """See the module."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self.clock = FakeClock()
        self.server = FeedServer(self.clock)
        self.desk = Desk(self.clock)
        self.secrets = secrets or {}
        self.cursor: Any = None
        self.shelf: dict[str, Mention] = {}
        self.writes = 0
        self.batches: list[Batch] = []
        self.brands = ""
        self.more: dict[str, Any] = {}

    def source(self) -> Source:
        """The source as a new process makes it; it reads every feed of the server unless `more` says which."""
        urls = [self.server.url + path for path in self.server.feeds]
        options = Options.model_validate({"urls": urls, **self.more})
        return Source(Setup("news", options, Path(), brands=self.brands, secret=self.secrets.get))

    def read(self) -> list[Batch]:
        """One run; its batches, each kept as it comes."""
        self.batches = []
        for batch in self.source().read(self.desk, self.cursor, self.clock()):
            assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered
            self.batches.append(batch)
            self._keep(batch)
        return self.batches

    def fails(self) -> str:
        """One run that ends in an error; its sentence."""
        try:
            self.read()
        except SourceDown as error:
            return str(error)
        raise AssertionError("no error was raised")

    def _keep(self, batch: Batch) -> None:
        for record in batch.records:
            assert isinstance(record, Mention)
            known = self.shelf.get(record.item_id)
            if known and known.updated_at and (not record.updated_at or record.updated_at < known.updated_at):
                continue
            self.writes += known != record
            self.shelf[record.item_id] = record
        self.desk.receipts.update(batch.receipts)
        if batch.cursor is not None:
            told = json.dumps(batch.cursor)
            assert len(told) < 16_000
            self.cursor = json.loads(told)

    def texts(self) -> dict[str, str]:
        """What is stored."""
        return {item_id: record.text for item_id, record in self.shelf.items()}

    @property
    def records(self) -> list[Mention]:
        """What the last run handed over."""
        return [record for batch in self.batches for record in batch.records if isinstance(record, Mention)]

    @property
    def came(self) -> list[str]:
        """The ids of what the last run handed over."""
        return [record.item_id for record in self.records]

    @property
    def refused(self) -> list[Refused]:
        """What the last run refused."""
        return [one for batch in self.batches for one in batch.refused]

    @property
    def gaps(self) -> list[Gap]:
        """The gaps the last run recorded."""
        return [gap for batch in self.batches for gap in batch.gaps]

    @property
    def notes(self) -> list[str]:
        """What the last run noted."""
        return [note for batch in self.batches for note in batch.notes]

    def ago(self, **span: float) -> datetime:
        """A moment before now."""
        return self.clock() - timedelta(**span)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.desk.close()
        self.server.__exit__(kind, error, trace)


def news(scene: Scene, count: int = 5, form: Form = "rss", path: str = "/feed.xml", start: int = 0) -> Feed:
    """A feed with `count` items, one an hour, numbered from `start`."""
    feed = scene.server.feeds.get(path) or scene.server.feed(path, form)
    first = scene.ago(hours=count)
    for number in range(count):
        at = first + timedelta(hours=number)
        feed.publish(Post(f"Story {start + number}", "Acme said something.", at=at))
    return feed
