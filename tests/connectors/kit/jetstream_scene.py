"""Where the tests of the bluesky source play: a world, two servers that tell of it, and a shelf for what comes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.contract import Batch, Cursor, Setup
from connectors.sources.bluesky import Options, Source
from tests.conftest import FakeClock
from tests.connectors.kit.jetstream_server import Jetstream, Stage
from tests.connectors.kit.jetstream_world import BlueskyWorld, Shelf, micro

ONE = "ws://one.test/subscribe"
TWO = "ws://two.test/subscribe"
HOUR = timedelta(hours=1)


def source_of(*servers: str, terms: tuple[str, ...] = ("acme",), **options: Any) -> Source:
    return Source(Setup("bsky", Options(servers=servers or (ONE, TWO), **options), Path(), terms=terms))


class Scene:
    """A world, two servers that tell of it, and a shelf for what comes."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.world = BlueskyWorld(self.clock)
        self.one, self.two = Jetstream(self.world), Jetstream(self.world)
        self.stage = Stage(self.clock, {"one.test": self.one, "two.test": self.two})
        self.shelf = Shelf()
        self.source = source_of()

    def run(self, cursor: Cursor | None = None) -> list[Batch]:
        """One run from where the shelf stands."""
        until = self.stage.now()
        batches = self.shelf.take_all(self.source.read(self.stage, cursor or self.shelf.cursor, until))
        assert all(batch.cursor is None or batch.cursor["time_us"] <= micro(until) for batch in batches)
        return batches


def busy(world: BlueskyWorld, posts: int = 40) -> None:
    """Posts that are wanted and some that are not, edits, deletions, likes."""
    ids = [world.add_post(f"acme {n}" if n % 4 else f"weather {n}", did=f"did:plc:u{n % 5}") for n in range(posts)]
    world.like()
    world.edit_post(ids[1], "acme, edited")
    world.delete_post(ids[2])
    world.delete_post(ids[4])
    world.deactivate("did:plc:u3")


def wanted(world: BlueskyWorld) -> dict[str, str]:
    return {item_id: text for item_id, text in world.expected().items() if "acme" in text.casefold()}
