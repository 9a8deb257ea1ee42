"""mastodon: ids and cursors that are not what they should be, and cursors that stay small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.mastodon.places import Places
from connectors.mastodon.talk import ShapeChanged
from connectors.sources.mastodon import MOST_TIMELINES, Options
from tests.conftest import NOON, FakeClock
from tests.connectors.kit.mastodon_scene import Scene, scene
from tests.connectors.kit.web import Answer, Wire, head

TIMELINE = "/api/v1/timelines"


@pytest.fixture
def town(clock: FakeClock) -> Iterator[Scene]:
    with scene(clock) as running:
        yield running


GARBAGE: list[Any] = [
    {},
    {"v": 1},
    {"v": 0, "servers": {}},
    {"v": 1, "servers": []},
    {"v": 1, "servers": {"ALPHA": None}},
    {"v": 1, "servers": {"ALPHA": {"tags": []}}},
    {"v": 1, "servers": {"ALPHA": {"tags": {"acme": 7}}}},
    {"v": 1, "servers": {"ALPHA": {"tags": {"acme": {"id": 7}}}}},
    {"v": 1, "servers": {"ALPHA": {"tags": {"acme": {"id": "../x"}}}}},
    {"v": 1, "servers": {"ALPHA": {"tags": {"acme": {"walk": ["1", "2"]}}}}},
    {"v": 1, "servers": {"ALPHA": {"tags": {"acme": {"walk": ["1", "2", -3]}}}}},
    {"v": 1, "servers": {"ALPHA": {"tags": {"acme": {"id": None, "marks": 3}}}, "own": [1, ["a"], [[], {}]]}},
]


@pytest.mark.parametrize("cursor", GARBAGE)
def test_a_cursor_that_says_nothing_starts_again(town: Scene, cursor: Any) -> None:
    town.fill(50)
    town.keeper.cursor = json.loads(json.dumps(cursor).replace("ALPHA", town.alpha.url))
    town.run()
    town.run(sweep=True)
    assert town.keeper.texts() == town.alpha.expected()


@pytest.mark.parametrize("cursor", GARBAGE[:3])
def test_a_cursor_of_another_version_is_named(town: Scene, cursor: Any) -> None:
    town.keeper.cursor = cursor
    town.run()
    assert any("read again" in note for note in town.keeper.notes)


@pytest.mark.parametrize("marks", [[], [[int(NOON.timestamp()) - 900, "9" * 24]]])
def test_an_id_ahead_of_the_server_is_noticed_by_the_sweep_and_all_is_read_again(town: Scene, marks: Any) -> None:
    seat = {"tags": {"acme": {"id": "9" * 24, "marks": marks}}}
    town.keeper.cursor = {"v": 1, "servers": {town.alpha.url: seat}}
    town.fill(100, minutes=10)
    town.run()
    assert not town.keeper.kept
    town.clock.move(minutes=10)
    town.alpha.add_post("new")
    town.run(sweep=True)
    assert town.keeper.texts() == town.alpha.expected()
    assert any("lower ids" in note for note in town.keeper.notes)


def test_a_newest_post_that_is_deleted_is_no_reason_to_read_all_again(town: Scene) -> None:
    posts = town.fill(400, minutes=3)
    town.run()
    town.alpha.delete_post(posts[0])
    town.clock.move(minutes=10)
    asked = len(town.alpha.log)
    town.run(sweep=True)
    assert not [note for note in town.keeper.notes if "lower ids" in note]
    assert len(town.alpha.log) - asked < 8, "three hours of posts are two pages"


def test_servers_and_tags_that_are_new_are_read_from_history_and_the_others_go_on(town: Scene) -> None:
    town.fill(100)
    town.beta.add_post("beta", at=NOON - timedelta(days=2))
    town.run()
    asked = len(town.alpha.log)
    town.run(town.only(town.alpha, town.beta, tags=("acme", "emca")))
    assert town.keeper.texts() == {**town.alpha.expected(), **town.beta.expected()}
    assert len(town.alpha.log) - asked < 6
    assert set(town.keeper.cursor["servers"][town.beta.url]["tags"]) == {"acme", "emca"}


def test_the_fullest_cursor_there_can_be_is_under_16_kb() -> None:
    servers = tuple(f"server-{number}.a-rather-long-name.example" for number in range(8))
    tags = tuple("\u00e9" * 6 + str(number) for number in range(5))
    options = Options(servers=servers, tags=tags)
    assert len(options.servers) * len(options.tags) == MOST_TIMELINES
    places = Places(options.servers, options.tags, None)
    native = "9" * 32
    for base, seat in places.seats.items():
        seat.seen, seat.only, seat.api = 2_000_000_000, "remote", 12
        own = [(f"{number:032}", f"{base}/users/{'a' * 30}/statuses/{number:032}") for number in range(9)]
        seat.remember(own, 40 // len(servers))
        for place in seat.places.values():
            place.high, place.marks = native, [(2_000_000_000, native)] * 2
    assert len(json.dumps(places.cursor())) < 16_000
    assert Places(options.servers, options.tags, json.loads(json.dumps(places.cursor()))).cursor() == places.cursor()


@pytest.mark.parametrize("native", [117654316646400007, None, 1.5, "", "../x", {"id": 1}, "1" * 99])
def test_an_id_that_is_none_does_not_stop_the_reading(town: Scene, native: Any) -> None:
    town.fill(100, minutes=2)
    town.alpha.add_post("odd", at=NOON - timedelta(minutes=1), status={"id": native})
    town.run()
    town.clock.move(minutes=1)
    town.alpha.add_post("new")
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


@pytest.mark.parametrize("first_id", [0, 2**63, 10**29])
def test_ids_that_are_numbers_and_larger_than_64_bits_are_no_trouble(town: Scene, first_id: int) -> None:
    town.alpha.first_id, town.alpha.ids_are_numbers = first_id, True
    town.fill(100)
    town.run()
    for second in range(1, 90):
        town.alpha.add_post("new", at=NOON + timedelta(seconds=second))
    town.clock.move(minutes=10)
    town.run(sweep=True)
    assert town.keeper.texts() == town.alpha.expected()


def without_link(wire: Wire, right: Answer) -> bool:
    """The right answer that says nothing of what comes before and behind."""
    wire.send(head(Answer(200, {}, right.body)) + right.body)
    return True


def test_posts_without_any_id_are_named(town: Scene) -> None:
    town.alpha.add_post("odd", status={"id": None})
    town.alpha.plant(without_link, path=TIMELINE, times=None)
    with pytest.raises(ShapeChanged, match="have no id"):
        town.run()
