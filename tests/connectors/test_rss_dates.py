"""The dates of items: instants, refused ones, and items that have none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.clean import Unusable
from connectors.feeds.options import Options
from connectors.feeds.times import instant
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.feed_scene import Scene
from tests.connectors.kit.feed_server import Post

HOUR = timedelta(hours=1)
OPTIONS = Options(urls=("https://news.example/feed",))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Scene() as opened:
        yield opened


def rss(item: str, more: str = "") -> bytes:
    return f'<rss version="2.0"><channel>{more}<item>{item}</item></channel></rss>'.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0100", "2026-11-21T09:00:00+00:00"),
        ("Sat, 21 Nov 2026 10:00:00 EST", "2026-11-21T15:00:00+00:00"),
        ("Sat, 21 Nov 2026 10:00:00 -0500 (EST)", "2026-11-21T15:00:00+00:00"),
        ("Sat, 21 Nov 2026 10:00:00 CET", "2026-11-21T09:00:00+00:00"),
        ("21 Nov 26 10:00 GMT", "2026-11-21T10:00:00+00:00"),
        ("Sat Nov 21 10:00:00 PST 2026", "2026-11-21T18:00:00+00:00"),
        ("2026-11-21T10:00:00.25-08:00", "2026-11-21T18:00:00.250000+00:00"),
        ("2026-11-21T10:00:00+0530", "2026-11-21T04:30:00+00:00"),
        ("2026-11-21 10:00:00 +02", "2026-11-21T08:00:00+00:00"),
        ("1763700000", "2025-11-21T04:40:00+00:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59+00:00"),
    ],
)
def test_a_date_with_a_zone_is_an_instant(raw: str, expected: str) -> None:
    assert instant(raw, "America/New_York", NOON).isoformat() == expected


@pytest.mark.parametrize(
    "raw",
    ["Sat, 21 Nov 2026 10:00:00", "Sat, 21 Nov 2026 10:00:00 BST", "2026-11-21T10:00:00", "Sat Nov 21 10:00:00 2026"],
)
def test_a_date_without_a_zone_is_refused_until_the_source_says_which(raw: str) -> None:
    with pytest.raises(Unusable, match="timezone") as caught:
        instant(raw, None, NOON)
    assert caught.value.reason == "time_without_zone"
    assert instant(raw, "Europe/Lisbon", NOON) == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert instant(raw, "America/New_York", NOON) == datetime(2026, 11, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["yesterday", "30 Feb 2026 10:00 GMT", "2026-11", "9" * 400, "２０２６-11-21T10:00Z", "\ud800"]
)
def test_a_date_that_cannot_be_read_is_refused(raw: str) -> None:
    with pytest.raises(Unusable) as caught:
        instant(raw, "UTC", NOON)
    assert caught.value.reason == "unreadable_time"


@pytest.mark.parametrize("raw", ["Thu, 01 Jan 1970 00:00:00 GMT", "2099-01-01T00:00:00Z", "0001-01-01T00:00:00+09:00"])
def test_a_date_where_no_post_can_be_is_refused(raw: str) -> None:
    with pytest.raises(Unusable) as caught:
        instant(raw, None, NOON)
    assert caught.value.reason == "impossible_date"


def test_an_undated_item_keeps_the_moment_it_was_first_seen(scene: Scene) -> None:
    feed = scene.server.feed()
    feed.publish(Post("One"), Post("Two"))
    scene.read()
    assert {record.published_at for record in scene.records} == {NOON}
    assert any("2 new items without a date" in note for note in scene.notes)
    scene.clock.move(hours=3)
    feed.publish(Post("Three"))
    scene.read()
    assert scene.came == [feed.item_id("p3")]
    assert scene.batches[0].filtered == 2
    assert {record.published_at for record in scene.shelf.values()} == {NOON, NOON + 3 * HOUR}
    assert scene.writes == 3


def test_undated_items_of_the_first_reading_are_no_newer_than_their_feed() -> None:
    with Scene() as scene:
        scene.server.feed()
        built = "<lastBuildDate>Sat, 21 Nov 2026 02:00:00 GMT</lastBuildDate>"
        scene.server.plant(faults.status(200, {}, rss("<title>Acme</title>", built)))
        scene.read()
        assert [record.published_at for record in scene.records] == [NOON - 10 * HOUR]


def test_undated_items_are_refused_when_the_source_says_so(scene: Scene) -> None:
    scene.server.feed().publish(Post("One"))
    scene.more = {"undated": "refuse"}
    scene.read()
    assert [one.reason for one in scene.refused] == ["missing_time"]
    assert all(batch.receipts == () for batch in scene.batches)


def test_an_update_stamp_that_every_item_has_is_the_build_and_no_edit(scene: Scene) -> None:
    feed = scene.server.feed(form="atom")
    for number in range(3):
        feed.publish(Post(f"Story {number}", at=scene.ago(hours=9 - number), updated=scene.ago(hours=1)))
    scene.read()
    writes = scene.writes
    for key in feed.posts:
        feed.edit(key, "", at=scene.clock())
    scene.read()
    assert scene.writes == writes == 3
    assert all(record.edited_at is None for record in scene.shelf.values())
