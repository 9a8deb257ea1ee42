"""The bluesky source over real websockets, and under whatever order of events a machine can think of."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectors.contract import SourceDown
from connectors.jetstream import round as rounds
from tests.conftest import FakeClock
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.jetstream_scene import Scene, busy, source_of, wanted
from tests.connectors.kit.jetstream_server import JetstreamServer
from tests.connectors.kit.jetstream_world import BlueskyWorld, Shelf, Told, micro


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def world(clock: FakeClock) -> BlueskyWorld:
    return BlueskyWorld(clock)


@pytest.fixture
def desk(clock: FakeClock) -> Iterator[Desk]:
    with Desk(clock) as desk:
        yield desk


@pytest.fixture
def one(world: BlueskyWorld) -> Iterator[JetstreamServer]:
    with JetstreamServer(world) as server:
        yield server


@pytest.fixture
def two(world: BlueskyWorld) -> Iterator[JetstreamServer]:
    with JetstreamServer(world) as server:
        yield server


def run(desk: Desk, shelf: Shelf, *servers: JetstreamServer) -> None:
    """One run from where the shelf stands."""
    source = source_of(*(server.url for server in servers))
    shelf.take_all(source.read(desk, shelf.cursor, desk.now()))


def test_the_world_comes_whole_and_then_what_is_new(desk: Desk, world: BlueskyWorld, one: JetstreamServer) -> None:
    shelf = Shelf()
    for _ in range(3):
        busy(world)
        world.garbage(b"\xff\xfe")
        run(desk, shelf, one)
        assert shelf.texts() == wanted(world)
        desk.clock.move(minutes=3)
    # those of the last ten seconds come once more
    assert {one.reason for one in shelf.refused} == {"not_json"}
    assert not shelf.gaps


def test_a_second_server_goes_on_where_the_first_breaks_off_or_does_not_open(
    desk: Desk, world: BlueskyWorld, one: JetstreamServer, two: JetstreamServer
) -> None:
    busy(world, 100)
    one.breaks = [4360]
    shelf = Shelf()
    run(desk, shelf, one, two)
    assert shelf.texts() == wanted(world)
    assert len(two.asked) == 1
    busy(world)
    one.statuses = [503]
    run(desk, shelf, one, two)
    assert shelf.texts() == wanted(world)
    assert not shelf.gaps


def test_a_server_that_says_nothing_is_passed_over(
    desk: Desk, world: BlueskyWorld, one: JetstreamServer, two: JetstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PATIENCE_TICKS", 1)
    busy(world)
    one.hangs = 1
    shelf = Shelf()
    run(desk, shelf, one, two)
    assert shelf.texts() == wanted(world)


def test_a_place_refused_as_too_old_is_a_gap(desk: Desk, world: BlueskyWorld, one: JetstreamServer) -> None:
    world.add_post("acme")
    shelf = Shelf()
    run(desk, shelf, one)
    one.refuses_old = True
    desk.clock.move(hours=40)
    world.add_post("acme")
    run(desk, shelf, one)
    assert len(shelf.gaps) == 1
    assert shelf.texts() == wanted(world)


def test_a_process_that_ends_is_let_go_within_a_second(desk: Desk, world: BlueskyWorld, one: JetstreamServer) -> None:
    busy(world, 100)
    shelf = Shelf()
    for pause, hangs in ((0.3, 0), (0.0, 1)):
        one.pause_seconds, one.hangs = pause, hangs
        timer = threading.Timer(0.4, desk.stop)
        timer.start()
        began = time.monotonic()
        run(desk, shelf, one)
        assert time.monotonic() - began < 1.9
        timer.join()
        desk.stopping.clear()
    one.pause_seconds = 0.0
    run(desk, shelf, one)
    assert shelf.texts() == wanted(world)


def test_check_hears_an_event_and_names_a_server_that_is_not_there(desk: Desk, one: JetstreamServer) -> None:
    assert source_of(one.url).check(desk).state == "ok"
    one.statuses = [403]
    assert source_of(one.url).check(desk).state == "auth"
    one.close()
    desk.next_run()
    assert "127.0.0.1" in source_of(one.url).check(desk).sentence


def test_a_server_that_is_not_there_is_blocked(desk: Desk, one: JetstreamServer) -> None:
    one.close()
    check = source_of(one.url).check(desk)
    assert check.state == "blocked"
    assert "127.0.0.1" in check.sentence


def flood(world: BlueskyWorld, count: int) -> Iterator[Told]:
    """Many posts, one in ten with a brand, made one by one."""
    start = micro(world.clock.now) - count * 1000
    for number in range(count):
        text = f"acme {number}" if number % 10 == 0 else f"weather {number} " + "and more of it " * 10
        commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{number}"}
        time_us = start + number * 1000
        event = {
            "did": "did:plc:a",
            "time_us": time_us,
            "kind": "commit",
            "commit": {**commit, "record": {"text": text}},
        }
        yield Told(time_us, json.dumps(event))


def test_memory_stays_flat_over_a_hundred_thousand_events(
    desk: Desk, world: BlueskyWorld, one: JetstreamServer
) -> None:
    desk.clock.move(hours=1)
    one.flood = flood(world, 100_000)
    source = source_of(one.url)
    seen = kept = 0
    began = time.monotonic()
    pages = Path("/proc/self/statm")
    before = highest = int(pages.read_text().split()[1])
    for batch in source.read(desk, None, desk.now()):
        seen, kept = seen + batch.raw, kept + len(batch.records)
        highest = max(highest, int(pages.read_text().split()[1]))
    assert kept == 10_000
    assert seen >= 100_000
    assert (highest - before) * 4096 < 50_000_000, f"after {time.monotonic() - began:.1f} s"


class Bluesky(RuleBasedStateMachine):
    """Posts come, change and go, servers break, runs are killed: in the end all is here that stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()
        self.ids: list[str] = []

    @rule(brand=st.booleans(), author=st.integers(0, 2), again=st.booleans())
    def add(self, brand: bool, author: int, again: bool) -> None:
        rkey = "again" if again else None
        did = f"did:plc:{author}"
        if f"bluesky:{did}/{rkey}" not in self.scene.world.expected():
            self.ids.append(self.scene.world.add_post("acme" if brand else "weather", did=did, rkey=rkey))

    @rule(which=st.integers(0, 30), brand=st.booleans())
    def edit(self, which: int, brand: bool) -> None:
        if item_id := self._one(which):
            self.scene.world.edit_post(item_id, f"{'acme' if brand else 'weather'}, edited {which}")

    @rule(which=st.integers(0, 30))
    def delete(self, which: int) -> None:
        if item_id := self._one(which):
            self.scene.world.delete_post(item_id)

    @rule(author=st.integers(0, 2), status=st.sampled_from(["deleted", "takendown", "suspended", "deactivated"]))
    def close(self, author: int, status: str) -> None:
        self.scene.world.deactivate(f"did:plc:{author}", status)
        self.scene.world.activate(f"did:plc:{author}")

    @rule(message=st.sampled_from(["", "{}", "null", '{"kind": "commit"}', b"\xff"]))
    def talk_nonsense(self, message: str | bytes) -> None:
        self.scene.world.garbage(message)

    @rule(minutes=st.integers(1, 300))
    def wait(self, minutes: int) -> None:
        self.scene.clock.move(minutes=minutes)

    @rule(breaks=st.lists(st.integers(0, 60), max_size=3), statuses=st.lists(st.just(503), max_size=1))
    def trouble(self, breaks: list[int], statuses: list[int]) -> None:
        self.scene.one.breaks, self.scene.two.statuses = breaks, statuses

    @rule(milliseconds=st.integers(-3000, 3000))
    def see_later(self, milliseconds: int) -> None:
        self.scene.world.latency = timedelta(milliseconds=600)
        self.scene.stage.skew = timedelta(milliseconds=milliseconds)

    @rule(kill=st.integers(0, 4), size=st.integers(1, 5))
    def run_and_be_killed(self, kill: int, size: int) -> None:
        with pytest.MonkeyPatch.context() as patch, suppress(SourceDown):
            patch.setattr(rounds, "RECORDS", size)
            scene = self.scene
            reading = scene.shelf.take(scene.source.read(scene.stage, scene.shelf.cursor, scene.stage.now()))
            for _ in range(kill):
                next(reading, None)

    @rule()
    def run(self) -> None:
        with suppress(SourceDown):
            self.scene.run()

    def teardown(self) -> None:
        scene = self.scene
        scene.one.breaks, scene.one.statuses, scene.two.statuses, scene.stage.skew = [], [], [], timedelta(0)
        scene.clock.move(seconds=20)
        scene.run()
        held = {item_id: text for item_id, text in scene.shelf.texts().items() if "acme" in text}
        assert held == wanted(scene.world)
        writes = scene.shelf.writes
        scene.run()
        assert scene.shelf.writes == writes

    @invariant()
    def nothing_is_a_gap(self) -> None:
        assert not self.scene.shelf.gaps

    def _one(self, which: int) -> str | None:
        there = sorted(self.scene.world.expected())
        return there[which % len(there)] if there else None


TestBluesky = Bluesky.TestCase
TestBluesky.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
