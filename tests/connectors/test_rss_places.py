"""What rss cannot see and where it stands: gaps, empty feeds, feeds that break off, cursors of any kind, checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from connectors.http import Blocked
from tests.connectors.kit import faults
from tests.connectors.kit.feed_scene import Scene, news
from tests.connectors.kit.feed_server import Form, Post
from tests.connectors.kit.web import Answer, Fault, Wire, head

FORMS = pytest.mark.parametrize("form", get_args(Form))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Scene() as opened:
        yield opened


# what cannot be seen


def test_items_that_rolled_through_unseen_are_a_gap_from_the_last_look_to_the_oldest_now(scene: Scene) -> None:
    feed = news(scene, 5)
    scene.read()
    scene.clock.move(minutes=30)
    scene.read()
    looked_at = scene.clock()
    scene.clock.move(hours=5)
    feed.limit = 3
    for minutes in range(240, 0, -40):
        feed.publish(Post(f"Burst {minutes}", at=scene.ago(minutes=minutes)))
    scene.read()
    (gap,) = scene.gaps
    assert (gap.since, gap.until, gap.platform) == (looked_at, scene.ago(minutes=120), "news")
    assert "none of the items" in gap.sentence


def test_one_item_that_is_still_there_is_no_gap(scene: Scene) -> None:
    feed = news(scene, 5)
    scene.read()
    scene.clock.move(hours=5)
    feed.limit = 3
    feed.publish(*(Post(f"New {n}", at=scene.ago(minutes=9 - n)) for n in range(2)))
    scene.read()
    assert scene.gaps == []


def test_an_item_that_is_still_there_is_no_gap_though_its_date_has_moved(scene: Scene) -> None:
    """An Atom feed may say nothing but when an item was updated."""
    feed = scene.server.feed(form="atom")
    feed.publish(Post("Acme", updated=scene.ago(hours=1)))
    scene.read()
    scene.clock.move(hours=5)
    feed.edit("p1", "edited", at=scene.ago(hours=1))
    scene.read()
    assert len(scene.came) == 1
    assert scene.gaps == []


def test_an_empty_feed_says_so_each_time_and_takes_no_place(scene: Scene) -> None:
    feed = news(scene, 2)
    scene.read()
    kept, feed.posts = feed.posts, {}
    for _ in range(2):
        scene.clock.move(hours=1)
        scene.read()
        assert any("has no items" in note for note in scene.notes)
    feed.posts = {"q1": kept["p1"], "q2": kept["p2"]}
    feed.publish(Post("News", at=scene.ago(minutes=1)))
    feed.limit = 1
    scene.read()
    (gap,) = scene.gaps
    assert gap.since == scene.ago(hours=2)


@FORMS
def test_a_feed_that_breaks_off_gives_its_whole_items_and_is_asked_again(scene: Scene, form: Form) -> None:
    feed = news(scene, 9, form)
    scene.server.plant(faults.truncated("close", keep=0.62))
    sentence = scene.fails()
    assert "cut off" in sentence or "breaks off" in sentence
    assert scene.cursor is None or not scene.cursor["feeds"]
    for item_id, text in scene.texts().items():
        assert feed.expected()[item_id] == text
    if form != "json":
        assert 3 <= len(scene.texts()) < 9
    scene.read()
    assert scene.texts() == feed.expected()
    assert "if-none-match" not in scene.server.log[-1].headers


# the cursor


@pytest.mark.parametrize(
    "cursor", [{}, {"v": 0}, {"v": 1}, {"v": 1, "feeds": 3}, [1], {"v": 1, "feeds": {}, "options": 5}]
)
def test_a_cursor_of_any_kind_starts_again_and_loses_nothing(scene: Scene, cursor: object) -> None:
    feed = news(scene, 3)
    scene.cursor = cursor
    scene.read()
    assert scene.texts() == feed.expected()
    is_readable = isinstance(cursor, dict) and cursor.get("feeds") == {}
    assert len(scene.gaps) == (0 if is_readable else 1)


@pytest.mark.parametrize("row", [None, 7, [], ["x"] * 8, [None, "", 0, None, None, None, 1e99, ""], {"a": 1}])
def test_a_place_of_any_kind_is_a_gap_back_to_where_history_begins(scene: Scene, row: object) -> None:
    feed = news(scene, 3)
    scene.read()
    (key,) = scene.cursor["feeds"]
    scene.cursor["feeds"][key] = row
    scene.read()
    assert scene.texts() == feed.expected()
    (gap,) = scene.gaps
    assert (gap.since, gap.until) == (scene.ago(days=30), scene.ago(hours=3))


def test_a_hundred_feeds_with_long_names_fit_in_the_cursor(scene: Scene) -> None:
    for number in range(100):
        feed = scene.server.feed(f"/{number}.xml", validators="ignored")
        feed.publish(*(Post(f"Story {n}", at=scene.ago(hours=n + 1), key=f"{number}-{n}") for n in range(60)))
    scene.server.plant(with_long_etag, times=None)
    scene.read()
    assert len(scene.cursor["feeds"]) == 100
    scene.clock.move(minutes=5)
    scene.read()
    assert (scene.records, scene.gaps) == ([], [])


def with_long_etag(wire: Wire, right: Answer) -> bool:
    headers = {**right.headers, "ETag": '"' + "\\x" * 60 + '"'}
    wire.send(head(Answer(200, headers, right.body)) + right.body)
    return True


def test_a_cursor_never_runs_ahead_of_the_run(scene: Scene) -> None:
    news(scene)
    began = scene.clock()
    source = scene.source()
    scene.clock.move(minutes=9)
    *_, last = source.read(scene.desk, None, began)
    assert last.cursor is not None
    (row,) = last.cursor["feeds"].values()
    assert max(value for value in row if isinstance(value, int)) <= began.timestamp()


# check


def test_check_says_how_many_feeds_and_items_there_are(scene: Scene) -> None:
    news(scene, 3, path="/a.xml")
    news(scene, 4, form="atom", path="/b.xml")
    check = scene.source().check(scene.desk)
    assert (check.state, check.sentence) == ("ok", "2 feeds with 7 items")


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (faults.status(401), "auth"),
        (faults.status(404), "misconfigured"),
        (faults.status(410), "misconfigured"),
        (faults.status(429, {"Retry-After": "900"}), "quota"),
        (faults.page(), "blocked"),
        (faults.status(200, {}, b"{}"), "blocked"),
    ],
)
def test_check_says_what_is_wrong_in_a_sentence(scene: Scene, fault: Fault, state: str) -> None:
    news(scene)
    scene.server.plant(fault, times=None)
    check = scene.source().check(scene.desk)
    assert check.state == state
    assert "127.0.0.1" in check.sentence


def test_a_web_page_is_never_taken_for_an_empty_feed(scene: Scene) -> None:
    news(scene)
    scene.server.plant(faults.page())
    with pytest.raises(Blocked, match="is a web page, not a feed"):
        scene.read()
