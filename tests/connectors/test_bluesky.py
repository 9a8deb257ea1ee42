"""Bluesky through a fake Jetstream: nothing lost, nothing twice, and what happens to a post happens here too."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from connectors.jetstream import round as rounds
from connectors.jetstream.events import Reader
from connectors.jetstream.terms import Terms
from connectors.records import Mention
from tests.conftest import NOON
from tests.connectors.kit.jetstream_scene import HOUR, Scene, busy, wanted
from tests.connectors.kit.jetstream_world import Shelf, micro


@pytest.fixture
def scene() -> Scene:
    return Scene()


# reading


def test_the_first_run_reads_the_world(scene: Scene) -> None:
    busy(scene.world)
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    assert len(scene.shelf.texts()) > 10
    assert not scene.shelf.gaps
    assert not scene.shelf.refused


def test_later_runs_bring_what_is_new_and_what_has_gone(scene: Scene) -> None:
    for _ in range(4):
        busy(scene.world, 12)
        scene.run()
        assert scene.shelf.texts() == wanted(scene.world)
        scene.clock.move(minutes=7)


def test_a_second_run_writes_nothing_also_from_a_server_that_saw_everything_later(scene: Scene) -> None:
    busy(scene.world)
    scene.run()
    before, place = scene.shelf.writes, scene.shelf.cursor["time_us"]
    scene.run()
    assert scene.shelf.writes == before
    scene.one.statuses, scene.two.offset = [503], timedelta(seconds=2)
    scene.run({"v": 1, "time_us": place - micro(NOON + timedelta(minutes=2)) + micro(NOON)})
    assert len(scene.two.asked) == 1
    assert scene.shelf.writes == before
    assert scene.shelf.texts() == wanted(scene.world)


def test_the_server_is_asked_for_posts_and_ten_seconds_more_than_we_stand_at(scene: Scene) -> None:
    scene.world.add_post("acme")
    scene.run()
    stood = scene.shelf.cursor["time_us"]
    scene.run()
    first, second = scene.one.asked
    assert first["wantedCollections"] == ["app.bsky.feed.post"]
    assert int(second["cursor"][0]) == stood - 10_000_000


def test_a_killed_run_goes_on_from_its_last_batch_wherever_it_was_killed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "RECORDS", 3)
    busy(scene.world, 30)
    whole = len(scene.run())
    assert whole > 8
    for kill in range(whole):
        shelf = Shelf()
        reading = shelf.take(scene.source.read(scene.stage, None, scene.stage.now()))
        for _ in range(kill):
            next(reading)
        del reading
        shelf.take_all(scene.source.read(scene.stage, shelf.cursor, scene.stage.now()))
        assert shelf.texts() == wanted(scene.world), f"killed after {kill} batches"


def test_what_was_read_but_not_committed_comes_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "RECORDS", 3)
    busy(scene.world, 30)
    for lost in range(1, 8):
        shelf, reading = Shelf(), scene.source.read(scene.stage, None, scene.stage.now())
        for _ in range(lost - 1):
            shelf.take_all([next(reading)])
        next(reading)
        shelf.take_all(scene.source.read(scene.stage, shelf.cursor, scene.stage.now()))
        assert shelf.texts() == wanted(scene.world)


# what happens to posts


def test_a_post_deleted_and_written_again_under_the_same_id_stands(scene: Scene) -> None:
    item_id = scene.world.add_post("acme one", rkey="same")
    scene.world.delete_post(item_id)
    scene.world.add_post("acme two", rkey="same")
    scene.run()
    assert scene.shelf.texts() == {item_id: "acme two"}
    scene.world.delete_post(item_id)
    scene.run()
    assert scene.shelf.texts() == {}


def test_a_closed_account_takes_its_posts_along_and_a_throttled_one_does_not(scene: Scene) -> None:
    for did in ("did:plc:ana", "did:plc:ben"):
        scene.world.add_post("acme", did=did)
    scene.run()
    scene.world.deactivate("did:plc:ana", "takendown")
    scene.world.throttle("did:plc:ben")
    scene.run()
    assert list(scene.shelf.kept) == list(wanted(scene.world)) == ["bluesky:did:plc:ben/post2"]
    scene.world.activate("did:plc:ana")
    scene.world.add_post("acme again", did="did:plc:ana")
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)


def test_what_an_account_writes_after_coming_back_stands_also_when_the_stream_is_hours_late(scene: Scene) -> None:
    scene.world.latency = 2 * HOUR
    scene.world.add_post("acme before")
    scene.world.deactivate("did:plc:ana")
    scene.world.activate("did:plc:ana")
    scene.world.add_post("acme after")
    scene.clock.move(hours=3)
    scene.run()
    assert list(scene.shelf.texts().values()) == ["acme after"]


def test_an_edit_is_a_newer_version_also_when_it_no_longer_names_a_brand(scene: Scene) -> None:
    item_id = scene.world.add_post("acme fails")
    scene.world.edit_post(item_id, "nobody fails")
    scene.run()
    mention = scene.shelf.kept[item_id]
    assert mention.text == "nobody fails"
    assert mention.edited_at == mention.updated_at == NOON + timedelta(seconds=1)
    assert mention.published_at == NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("created", "published"),
    [
        ("1970-01-01T00:00:00Z", NOON),
        ("2099-01-01T00:00:00.000Z", NOON),
        ("0001-01-01T00:00:00+14:00", NOON),
        ("yesterday", NOON),
        ("2026-11-21T12:00:00", NOON),
        ("2026-11-21T10:30:00Z", NOON - 1.5 * HOUR),
        ("2026-11-21T15:30:00+05:30", NOON - 2 * HOUR),
        ("2026-11-21T18:00:00Z", NOON),
        ("2026-11-20T12:00:00.000001Z", NOON - 24 * HOUR + timedelta(microseconds=1)),
        ("2026-11-20T12:00:00Z", NOON),
    ],
)
def test_the_authors_own_time_counts_only_when_it_is_earlier_by_less_than_a_day(
    scene: Scene, created: str, published: datetime
) -> None:
    item_id = scene.world.add_post("acme", created_at=created)
    scene.run()
    assert scene.shelf.kept[item_id].published_at == published
    assert scene.shelf.kept[item_id].updated_at == NOON


def test_a_revision_from_the_future_or_none_leaves_the_servers_time() -> None:
    reader, until = Reader(Terms(["acme"])), NOON + HOUR
    for rev in ("7zzzzzzzzzzzz", "2222222222222", "short", None, 5, "ABCDEFGHIJKLM"):
        commit = {"rev": rev, "operation": "create", "collection": "app.bsky.feed.post", "rkey": "r"}
        event = {
            "did": "did:plc:a",
            "kind": "commit",
            "time_us": micro(NOON),
            "commit": {**commit, "record": {"text": "acme"}},
        }
        meaning = reader.read(json.dumps(event), until).meaning
        assert isinstance(meaning, Mention), rev
        assert meaning.updated_at == meaning.published_at == NOON


def test_a_post_carries_all_that_its_event_tells(scene: Scene) -> None:
    root, parent = "at://did:plc:r/app.bsky.feed.post/1", "at://did:plc:p/app.bsky.feed.post/2"
    embed = {"$type": "app.bsky.embed.recordWithMedia", "media": {"$type": "app.bsky.embed.video", "alt": "a video"}}
    reply = {"root": {"uri": root, "cid": "x"}, "parent": {"uri": parent, "cid": "y"}}
    item_id = scene.world.add_post("Ácme?  ACME!\n", langs=["pt-BR", "en"], reply=reply, embed=embed)
    scene.run()
    assert scene.shelf.kept[item_id] == Mention(
        item_id="bluesky:did:plc:ana/post1",
        platform="bluesky",
        published_at=NOON,
        text="Ácme?  ACME!",
        url="https://bsky.app/profile/did:plc:ana/post/post1",
        language="pt-BR",
        author_id="did:plc:ana",
        parent_id="bluesky:did:plc:p/2",
        conversation_id="bluesky:did:plc:r/1",
        media_type="video",
        updated_at=NOON,
    )
