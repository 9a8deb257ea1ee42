"""One bench per kind of source: its fake, options that point at it, and a world to change.

A new kind of source passes the battery (test_battery.py) by adding a class here. `expected` is what must be stored in
the end; `edits`, `deletes` and `late` say what the source can be told of.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from connectors.contract import Budget, Connector, Setup
from connectors.registry import source_kinds
from tests.conftest import FakeClock
from tests.connectors.kit.feed_server import FeedServer, Post
from tests.connectors.kit.hn_server import HackerNews
from tests.connectors.kit.hook_sender import OLD_SECRET, SECRET, signed
from tests.connectors.kit.jetstream_server import JetstreamServer
from tests.connectors.kit.jetstream_world import BlueskyWorld
from tests.connectors.kit.mastodon_server import Mastodon
from tests.connectors.kit.web import WebServer

if TYPE_CHECKING:
    from tests.connectors.kit.station import Station

TERMS = ("aurora",)
SECRETS = {"HOOK_SECRET": SECRET, "HOOK_SECRET_OLD": OLD_SECRET}


class Bench:
    """What the battery asks of a kind of source. `web` is its fake when it is a web server that can misbehave."""

    kind: ClassVar[str]
    edits: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    late: ClassVar[bool] = False
    is_web: ClassVar[bool] = False
    is_json: ClassVar[bool] = False
    dates_edits: ClassVar[bool] = True
    sees_all_deletions: ClassVar[bool] = True
    web: WebServer | None = None

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        self.folder, self.clock = folder, clock or FakeClock()
        self.address: str | None = None  # where the options point to instead of the fake
        self.budget: Budget | None = None  # what its host allows

    def options(self) -> dict[str, Any]:
        """The options of the source as a site file would write them."""
        raise NotImplementedError

    def tighten(self) -> None:
        """Make the host's budget one that a test can use up, where it can be set."""

    def add(self, text: str, late: timedelta | None = None) -> str:
        """Say something now, which is shown `late` only; gives its item_id."""
        raise NotImplementedError

    def edit(self, item_id: str, text: str) -> None:
        """Change what was said."""
        raise NotImplementedError

    def delete(self, item_id: str) -> None:
        """Take it back."""
        raise NotImplementedError

    def expected(self) -> dict[str, str]:
        """What must be stored: item_id to text."""
        raise NotImplementedError

    def make(self) -> Connector:
        """The connector, as a new process makes it."""
        made = source_kinds()[self.kind]
        options = made.Options.model_validate(self.options())
        return made(Setup("s", options, self.folder, terms=TERMS, secret=SECRETS.get))

    def deliver(self, station: Station) -> None:
        """Before a run: hand over what others post."""

    def mend(self) -> None:
        """Misbehave no more."""
        if self.web:
            self.web.mend()

    def during(self, change: Callable[[], None] | None) -> None:
        """Do this before each answer of the fake: the world changes while it is read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.web:
            self.web.__exit__(kind, error, trace)


class HackerNewsBench(Bench):
    """The search tells of no deletion: what was read stays."""

    kind, deletes, late, is_web, is_json, dates_edits = "hackernews", False, True, True, True, False

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        super().__init__(folder, clock)
        self.server = self.web = HackerNews(self.clock)
        self.budget: Budget = Budget(1000, 3600)

    def tighten(self) -> None:
        self.budget = Budget(20, 3600)

    def options(self) -> dict[str, Any]:
        return {"server": self.address or self.server.url, "history": "7d", "per_hour": self.budget.calls}

    def add(self, text: str, late: timedelta | None = None) -> str:
        return self.server.add_post(text, visible_at=self.clock() + late if late else None).item_id

    def edit(self, item_id: str, text: str) -> None:
        self.server.edit_post(next(post for post in self.server.posts.values() if post.item_id == item_id), text)

    def expected(self) -> dict[str, str]:
        return self.server.expected("aurora")

    def during(self, change: Callable[[], None] | None) -> None:
        self.server.before = lambda _: change() if change else None


class BlueskyBench(Bench):
    """A world of events; each takes a second of the clock."""

    kind = "bluesky"

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        super().__init__(folder, clock)
        self.world = BlueskyWorld(self.clock)
        self.server = JetstreamServer(self.world)

    def options(self) -> dict[str, Any]:
        return {"servers": [self.server.url], "round_seconds": 5}

    def add(self, text: str, late: timedelta | None = None) -> str:
        return self.world.add_post(text)

    def edit(self, item_id: str, text: str) -> None:
        self.world.edit_post(item_id, text)

    def delete(self, item_id: str) -> None:
        self.world.delete_post(item_id)

    def expected(self) -> dict[str, str]:
        return {item_id: text for item_id, text in self.world.expected().items() if "aurora" in text}

    def mend(self) -> None:
        self.server.breaks.clear()
        self.server.statuses.clear()

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)


class WebhookBench(Bench):
    """Somebody who posts what happens, signed, and again when unsure."""

    kind = "webhook"

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        super().__init__(folder, clock)
        self._world: dict[str, str] = {}
        self._posted: list[tuple[str, bytes]] = []
        self._count = 0

    def options(self) -> dict[str, Any]:
        return {"secret_env": "HOOK_SECRET", "previous_secret_env": "HOOK_SECRET_OLD", "max_bytes": 2_000_000}

    def add(self, text: str, late: timedelta | None = None) -> str:
        self._count += 1
        item_id = f"forum:{self._count}"
        self._told(item_id, text)
        return item_id

    def edit(self, item_id: str, text: str) -> None:
        self._told(item_id, text)

    def delete(self, item_id: str) -> None:
        del self._world[item_id]
        deleted = {"platform": "forum", "item_id": item_id, "deleted_at": self.clock().isoformat()}
        self._post({"deleted": [deleted]})

    def expected(self) -> dict[str, str]:
        return {item_id: text for item_id, text in self._world.items() if "aurora" in text}

    def _told(self, item_id: str, text: str) -> None:
        self._world[item_id] = text
        now = self.clock().isoformat()
        said = {"item_id": item_id, "platform": "forum", "published_at": now, "updated_at": now, "text": text}
        self._post({"mentions": [said]})

    def _post(self, body: Mapping[str, Any]) -> None:
        self._posted.append((f"d{len(self._posted)}", json.dumps(body).encode()))
        # the next thing happens later
        self.clock.move(seconds=1)

    def deliver(self, station: Station) -> None:
        """Everything, again and again: a delivery that is known is not taken twice."""
        source: Any = self.make()
        for delivery_id, body in self._posted:
            headers = signed(body, at=self.clock(), delivery_id=delivery_id)
            verified = source.receive(headers, body, self.clock())
            station.upkeep.receive(
                station.name, verified.delivery_id, {"content-type": "application/json"}, body, self.clock()
            )


class RssBench(Bench):
    """A feed tells of no deletion: what was read stays."""

    kind, deletes, is_web, dates_edits = "rss", False, True, False

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        super().__init__(folder, clock)
        self.server = self.web = FeedServer(self.clock)
        self.feed = self.server.feed()
        self.budget: Budget = Budget(120, 60)

    def tighten(self) -> None:
        self.budget = Budget(2, 60)

    def options(self) -> dict[str, Any]:
        return {"urls": [(self.address or self.server.url) + self.feed.path], "per_minute": self.budget.calls}

    def add(self, text: str, late: timedelta | None = None) -> str:
        self.feed.publish(Post(text, at=self.clock()))
        return self.feed.item_id(f"p{len(self.feed.posts)}")

    def edit(self, item_id: str, text: str) -> None:
        self.feed.edit(item_id.rpartition("/")[2], "", title=text)

    def expected(self) -> dict[str, str]:
        return {item_id: text for item_id, text in self.feed.expected().items() if "aurora" in text}

    def during(self, change: Callable[[], None] | None) -> None:
        self.server.before = lambda _: change() if change else None


class MastodonBench(Bench):
    """One server's hashtag. Deletions are looked for among the newest posts of its own members only."""

    kind, late, is_web, is_json = "mastodon", True, True, True
    sees_all_deletions = False

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        super().__init__(folder, clock)
        self.server = self.web = Mastodon(self.clock, "alpha.example", tag="aurora")
        self.budget: Budget = Budget(300, 300)
        self._posts: dict[str, Any] = {}

    def tighten(self) -> None:
        self.budget = Budget(20, 300)

    def options(self) -> dict[str, Any]:
        server = self.address or self.server.url
        return {"servers": [server], "tags": ["aurora"], "per_five_minutes": self.budget.calls}

    def add(self, text: str, late: timedelta | None = None) -> str:
        tag = "aurora" if "aurora" in text else "other"
        post = self.server.add_post(text, tag=tag, visible_at=self.clock() + late if late else None)
        self._posts[post.item_id] = post
        return str(post.item_id)

    def edit(self, item_id: str, text: str) -> None:
        # nobody edits in the instant of posting: two versions of one instant have no order
        self.clock.move(seconds=1)
        self.server.edit_post(self._posts[item_id], text)

    def delete(self, item_id: str) -> None:
        self.server.delete_post(self._posts[item_id])

    def expected(self) -> dict[str, str]:
        # found by its tag; what names no brand any more, after an edit, is no mention
        return {item_id: text for item_id, text in self.server.expected().items() if "aurora" in text}

    def during(self, change: Callable[[], None] | None) -> None:
        self.server.before = lambda _: change() if change else None


class FilesBench(Bench):
    """An export written anew after each change, as somebody's nightly job would. A row taken out takes nothing away."""

    kind, deletes = "files", False

    def __init__(self, folder: Path, clock: FakeClock | None = None) -> None:
        super().__init__(folder, clock)
        self._world: dict[str, tuple[str, str]] = {}

    def options(self) -> dict[str, Any]:
        columns = {"item_id": "id", "published_at": "at", "text": "text", "updated_at": "changed"}
        return {"path": "*.jsonl", "columns": columns, "defaults": {"platform": "forum"}}

    def add(self, text: str, late: timedelta | None = None) -> str:
        self._write(f"forum:{len(self._world) + 1}", self.clock().isoformat(), text)
        return f"forum:{len(self._world)}"

    def edit(self, item_id: str, text: str) -> None:
        self._write(item_id, self._world[item_id][0], text)

    def expected(self) -> dict[str, str]:
        return {item_id: text for item_id, (_, text) in self._world.items() if "aurora" in text}

    def _write(self, item_id: str, at: str, text: str) -> None:
        self._world[item_id] = (at, text)
        changed = self.clock().isoformat()
        lines = [
            json.dumps({"id": one.partition(":")[2], "at": at, "text": text, "changed": changed})
            for one, (at, text) in self._world.items()
        ]
        path = self.folder / "export.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        rested = (self.clock() - timedelta(minutes=1)).timestamp()
        os.utime(path, (rested, rested))
        self.clock.move(seconds=1)


BENCHES: dict[str, type[Bench]] = {
    bench.kind: bench for bench in (BlueskyBench, FilesBench, HackerNewsBench, MastodonBench, RssBench, WebhookBench)
}
