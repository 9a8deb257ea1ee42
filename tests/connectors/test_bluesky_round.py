"""A round of the bluesky source: when it ends, what it says then, how it begins, and what it can be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.jetstream import round as rounds
from connectors.registry import source_kinds
from connectors.sources.bluesky import Options, Source
from tests.conftest import NOON
from tests.connectors.kit.jetstream_scene import HOUR, Scene, busy, wanted
from tests.connectors.kit.jetstream_world import Shelf


@pytest.fixture
def scene() -> Scene:
    return Scene()


# the round


def test_a_round_ends_after_its_seconds_says_how_far_it_is_and_goes_on_next_time(scene: Scene) -> None:
    busy(scene.world, 2000)
    scene.one.pause_seconds = 0.01
    batches = scene.run()
    assert "the next runs read on" in batches[-1].notes[0]
    assert batches[-1].waiting == batches[-1].notes
    shares = [batch.done_share or 0.0 for batch in batches]
    assert shares == sorted(shares)
    assert shares[-1] < 1
    for _ in range(20):
        if not scene.run()[-1].waiting:
            break
    assert scene.shelf.texts() == wanted(scene.world)
    assert not scene.shelf.gaps


def test_a_batch_is_bounded_and_a_slow_stream_is_handed_over_every_few_seconds(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MESSAGES", 100)
    busy(scene.world, 1200)
    batches = scene.run()
    assert max(batch.raw for batch in batches) == 100
    scene.one.pause_seconds = 1.0
    before = scene.clock.now
    busy(scene.world, 12)
    batches = scene.run()
    assert len(batches) >= 4
    assert scene.clock.now - before < timedelta(seconds=60)


def test_a_backfill_starts_where_it_is_told_and_says_what_the_stream_no_longer_holds(scene: Scene) -> None:
    scene.world.add_post("acme old")
    scene.clock.move(hours=30)
    scene.world.add_post("acme new")
    scene.run()
    assert list(scene.shelf.texts().values()) == ["acme new"]
    scene.stage.since, scene.shelf = NOON - HOUR, Shelf()
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    assert not scene.shelf.gaps
    scene.stage.since, scene.shelf = NOON - timedelta(days=9), Shelf()
    scene.run()
    (gap,) = scene.shelf.gaps
    assert gap.since == NOON - timedelta(days=9)
    assert scene.shelf.texts() == wanted(scene.world)


def test_a_process_that_ends_is_not_held_up(scene: Scene) -> None:
    busy(scene.world, 100)
    scene.stage.is_stopped = True
    assert sum(batch.raw for batch in scene.run()) < 5
    scene.stage.is_stopped = False
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)


# what there is to configure
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"servers": ["https://jetstream.example"]}, "wss://host/subscribe"),
        ({"servers": []}, "at least 1"),
        ({"history": "37h"}, "at most 36h"),
        ({"history": "soon"}, "24h"),
        ({"round_seconds": 60}, "less than or equal to 20"),
    ],
)
def test_options_that_cannot_work_are_named(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Options(**options)


def test_it_is_registered_and_its_defaults_are_the_four_public_servers() -> None:
    assert source_kinds()["bluesky"] is Source
    assert [server.split("/")[2] for server in Options().servers] == [
        "jetstream1.us-east.bsky.network",
        "jetstream2.us-east.bsky.network",
        "jetstream1.us-west.bsky.network",
        "jetstream2.us-west.bsky.network",
    ]


def test_check_says_how_it_looks(scene: Scene) -> None:
    assert scene.source.check(scene.stage).state == "ok"
    scene.one.statuses, scene.two.statuses = [503], [503]
    assert scene.source.check(scene.stage).state == "blocked"
    scene.one.statuses = [503]
    check = scene.source.check(scene.stage)
    assert (check.state, check.sentence) == ("ok", "two.test streams")
    scene.one.hangs = scene.two.hangs = 1
    assert "sends nothing" in scene.source.check(scene.stage).sentence
