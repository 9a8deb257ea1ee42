"""Making a house of the page tests blind: gaps and outages in its warehouse, as a run of a source leaves them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from queries.ledger import Outcome
from queries.rows import GapRow
from tests.pages.world import World

MINUTE = timedelta(minutes=1)


def lose(world: World, minutes_ago: int, minutes: int, platform: str | None = "x", sentence: str = "cut") -> None:
    """Let the source `posts` tell of a span it could not see."""
    now = world.clock()
    since = now - minutes_ago * MINUTE
    gap = GapRow(since=since, until=since + minutes * MINUTE, platform=platform, sentence=sentence)
    ledger = world.house.ledger
    run_id = ledger.start_run("posts", now)
    ledger.commit(source="posts", run_id=run_id, now=now, gaps=[gap])
    ledger.end_run("posts", run_id, now, now + MINUTE)


def fail(world: World, error: str, source: str = "posts", **outcome: Any) -> None:
    """Let a run of `source` end with an error: it is out until a run succeeds."""
    now = world.clock()
    run_id = world.house.ledger.start_run(source, now)
    world.house.ledger.end_run(source, run_id, now, now + MINUTE, Outcome(error=error, is_outage=True, **outcome))
