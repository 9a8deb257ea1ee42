"""Streams that break, places that are too old, clocks that go wrong: nothing lost without a word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors import http
from connectors.contract import SourceDown
from connectors.jetstream import round as rounds
from tests.conftest import NOON
from tests.connectors.kit.jetstream_scene import HOUR, Scene, busy, wanted
from tests.connectors.kit.jetstream_world import Shelf, micro


@pytest.fixture
def scene() -> Scene:
    return Scene()


# servers that fail


def test_a_stream_that_breaks_goes_on_at_the_next_server(scene: Scene) -> None:
    busy(scene.world, 200)
    scene.one.breaks, scene.two.breaks = [4400, 30], [60]
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    assert (len(scene.one.asked), len(scene.two.asked)) == (2, 2)
    asked = [int(query["cursor"][0]) for pair in zip(scene.one.asked, scene.two.asked, strict=True) for query in pair]
    assert asked == sorted(asked)
    assert not scene.shelf.gaps


def test_a_server_that_refuses_or_says_nothing_is_passed_over(scene: Scene) -> None:
    busy(scene.world)
    scene.one.statuses = [503]
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    scene.one.hangs = 1
    scene.world.add_post("acme later")
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)


def test_when_no_server_can_be_read_the_run_fails_and_keeps_what_came(scene: Scene) -> None:
    busy(scene.world, 100)
    scene.one.breaks, scene.two.breaks, scene.two.statuses, scene.one.statuses = [4400], [], [503], [101, 503]
    with pytest.raises(http.ServerError, match="503"):
        scene.run()
    assert scene.shelf.texts()
    assert scene.shelf.texts() != wanted(scene.world)
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)


def test_silent_servers_are_no_quiet_day(scene: Scene) -> None:
    scene.world.add_post("acme")
    scene.run()
    scene.one.hangs = scene.two.hangs = 1
    with pytest.raises(SourceDown, match="sends nothing"):
        scene.run()


def test_a_network_in_which_nothing_was_ever_written_is_told_so(scene: Scene) -> None:
    scene.one.hum = scene.two.hum = False
    (batch,) = scene.run()
    assert (batch.raw, batch.cursor) == (0, None)
    assert "sends nothing" in batch.notes[0]
    scene.world.add_post("acme")
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)


def test_a_message_too_big_to_take_is_stepped_over_and_said(scene: Scene) -> None:
    scene.one.limits_size = scene.two.limits_size = False
    scene.world.add_post("acme before")
    scene.world.add_post("acme" * 300_000, did="did:plc:loud")
    scene.clock.move(seconds=5)
    scene.world.add_post("acme after")
    scene.run()
    assert list(scene.shelf.texts().values()) == ["acme before", "acme after"]
    assert all("too big" in gap.sentence for gap in scene.shelf.gaps)
    assert 1 <= len(scene.shelf.gaps) <= 3
    for _ in range(2):
        gaps = len(scene.shelf.gaps)
        scene.clock.move(seconds=30)
        scene.run()
    assert len(scene.shelf.gaps) == gaps


def test_ever_so_many_messages_too_big_to_take_are_behind_us_after_some_runs(scene: Scene) -> None:
    scene.one.limits_size = scene.two.limits_size = False
    for _ in range(20):
        scene.world.add_post("acme" * 300_000, did="did:plc:loud")
    scene.world.add_post("acme after")
    for _ in range(6):
        with suppress(http.TooBig):
            scene.run()
    assert list(scene.shelf.texts().values()) == ["acme after"]


def test_a_server_leaves_out_what_is_too_big_when_asked_to(scene: Scene) -> None:
    scene.world.add_post("acme" * 300_000)
    scene.world.add_post("acme")
    scene.run()
    assert list(scene.shelf.texts().values()) == ["acme"]
    assert not scene.shelf.gaps


# gaps and cursors


def test_a_cursor_that_is_moved_up_without_a_word_is_a_gap(scene: Scene) -> None:
    busy(scene.world)
    scene.run()
    stood = scene.clock.now
    scene.clock.move(hours=50)
    scene.world.add_post("acme, missed")
    scene.clock.move(hours=40)
    scene.world.add_post("acme, seen")
    scene.run()
    (gap,) = scene.shelf.gaps
    assert abs(gap.since - stood) <= timedelta(seconds=60)
    assert abs(gap.until - (scene.clock.now - timedelta(hours=36))) <= timedelta(seconds=60)
    assert "one.test" in gap.sentence
    assert "36 hours" in gap.sentence
    missed = {item_id: text for item_id, text in wanted(scene.world).items() if text == "acme, missed"}
    assert {**scene.shelf.texts(), **missed} == wanted(scene.world)
    assert not missed.keys() & scene.shelf.texts().keys()
    scene.run()
    assert len(scene.shelf.gaps) == 1


def test_a_server_that_keeps_less_than_it_should_is_a_gap_too(scene: Scene) -> None:
    busy(scene.world)
    scene.run()
    scene.clock.move(minutes=30)
    scene.one.lookback = timedelta(minutes=10)
    scene.run()
    (gap,) = scene.shelf.gaps
    assert abs(gap.until - gap.since - timedelta(minutes=20)) <= timedelta(seconds=60)


def test_a_place_that_is_refused_as_too_old_becomes_the_oldest_there_is_and_a_gap(scene: Scene) -> None:
    busy(scene.world)
    scene.run()
    scene.one.refuses_old = scene.two.refuses_old = True
    scene.clock.move(hours=40)
    scene.world.add_post("acme")
    scene.run()
    (gap,) = scene.shelf.gaps
    assert gap.until - gap.since > timedelta(hours=4)
    assert "acme" in scene.shelf.texts().values()
    assert len(scene.one.asked) == 3


def test_a_pause_in_which_nobody_wrote_is_no_gap(scene: Scene) -> None:
    scene.one.hum = scene.two.hum = False
    scene.world.add_post("acme")
    scene.run()
    scene.clock.move(hours=3)
    scene.world.add_post("acme")
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    # before the first run nothing was promised: what the network tells of its first day is all there is
    assert [gap.until for gap in scene.shelf.gaps] == [NOON + scene.world.latency]


@pytest.mark.parametrize(
    "cursor",
    [
        {},
        {"v": 1},
        {"v": 0, "time_us": 5},
        {"v": 2, "time_us": micro(NOON)},
        {"v": 1, "time_us": "abc"},
        {"v": 1, "time_us": True},
        {"v": 1, "time_us": -4},
        {"v": 1, "time_us": micro(datetime(2099, 1, 1, tzinfo=UTC))},
        {"v": 1, "time_us": 10**40},
    ],
)
def test_a_cursor_that_says_nothing_starts_again_and_is_a_gap(scene: Scene, cursor: Mapping[str, Any]) -> None:
    busy(scene.world)
    scene.run(cursor or {"x": 1})
    assert scene.shelf.texts() == wanted(scene.world)
    (gap,) = scene.shelf.gaps
    assert gap.until - gap.since == timedelta(hours=12)
    assert "cannot be read" in gap.sentence


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_wrong_clock_of_ours_loses_nothing(scene: Scene, hours: int) -> None:
    busy(scene.world)
    scene.run()
    scene.stage.skew = timedelta(hours=hours)
    busy(scene.world)
    scene.run()
    scene.stage.skew = timedelta(0)
    busy(scene.world)
    scene.clock.move(minutes=1)
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    assert not scene.shelf.gaps


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_wrong_clock_of_the_server_loses_nothing(scene: Scene, hours: int) -> None:
    scene.one.skew = scene.one.offset = timedelta(hours=hours)
    busy(scene.world)
    scene.run()
    scene.clock.move(hours=3)
    busy(scene.world)
    scene.run()
    scene.clock.move(hours=3)
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    assert not scene.shelf.gaps


def test_one_event_with_a_made_up_time_moves_nobody_on(scene: Scene) -> None:
    scene.world.add_post("acme 1")
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "odd", "record": {"text": "acme odd"}}
    scene.world.event(kind="commit", commit=commit, time_us=micro(scene.clock.now + 20 * HOUR))
    scene.world.event(kind="commit", commit=commit, time_us=micro(NOON - 300 * HOUR))
    scene.world.event(kind="commit", commit=commit, time_us=micro(datetime(2099, 1, 1, tzinfo=UTC)))
    busy(scene.world)
    scene.run()
    assert wanted(scene.world).items() <= scene.shelf.texts().items()
    assert [one.reason for one in scene.shelf.refused] == ["impossible_date"]
    assert not scene.shelf.gaps


def test_a_run_killed_right_behind_an_event_with_a_made_up_time_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "RECORDS", 1)
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "odd", "record": {"text": "acme odd"}}
    scene.world.add_post("acme 1")
    scene.world.event(kind="commit", commit=commit, time_us=micro(scene.clock.now + 20 * HOUR))
    busy(scene.world)
    for kill in (1, 2, 3):
        shelf = Shelf()
        reading = shelf.take(scene.source.read(scene.stage, None, scene.stage.now()))
        for _ in range(kill):
            next(reading)
        shelf.take_all(scene.source.read(scene.stage, shelf.cursor, scene.stage.now()))
        assert wanted(scene.world).items() <= shelf.texts().items()


def test_an_old_time_on_a_resent_record_does_not_hide_a_gap(scene: Scene) -> None:
    busy(scene.world)
    scene.run()
    scene.clock.move(hours=50)
    scene.one.hum = False
    scene.world.garbage(json.dumps({"did": "did:plc:a", "kind": "identity", "time_us": micro(NOON)}))
    scene.world.add_post("acme")
    scene.run()
    assert len(scene.shelf.gaps) == 1
