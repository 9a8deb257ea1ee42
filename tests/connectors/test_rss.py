"""rss through a fake world of feeds: each item once, nothing asked for twice, and no feed in the way of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from connectors.http import NotThere, RateLimited
from tests.connectors.kit import faults
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.feed_scene import Scene, news
from tests.connectors.kit.feed_server import Form, Post, Validators

FORMS = pytest.mark.parametrize("form", get_args(Form))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Scene() as opened:
        yield opened


# reading


@FORMS
def test_the_first_reading_is_the_world(scene: Scene, form: Form) -> None:
    feed = scene.server.feed(form=form)
    at = scene.ago(hours=3)
    feed.publish(Post("One", "text", at=at, author="Ana"), Post("Two", "more", at=scene.ago(hours=2)))
    scene.read()
    assert scene.texts() == feed.expected()
    first = scene.shelf[feed.item_id("p1")]
    assert (first.published_at, first.author_name, first.language) == (at, "Ana", "en-GB")
    assert (first.url, first.platform, first.brands) == ("https://news.example/p1", "news", ())


@FORMS
def test_what_is_added_and_edited_follows_and_what_is_dropped_stays(scene: Scene, form: Form) -> None:
    feed = news(scene, 4, form)
    scene.read()
    scene.clock.move(minutes=10)
    feed.edit("p2", "corrected", at=scene.ago(minutes=1))
    feed.edit("p3", "corrected without a word")
    feed.publish(Post("Late", "news", at=scene.ago(minutes=2)))
    dropped = feed.item_id("p4")
    feed.drop("p4")
    scene.read()
    assert scene.texts() == {
        **feed.expected(),
        dropped: "Story 3\nAcme said something</b>."[:8] + "Acme said something.",
    }
    edited = scene.shelf[feed.item_id("p2")]
    assert edited.edited_at == edited.updated_at == scene.ago(minutes=1)
    assert scene.shelf[feed.item_id("p3")].edited_at is None


def test_an_edit_older_than_what_is_stored_does_not_win(scene: Scene) -> None:
    feed = news(scene, 1)
    feed.edit("p1", "newest", at=scene.ago(minutes=5))
    scene.read()
    feed.edit("p1", "from a slow mirror", at=scene.ago(minutes=30))
    scene.read()
    assert scene.texts()[feed.item_id("p1")] == "Story 0\nnewest"


@pytest.mark.parametrize("validators", ["good", "none", "ignored", "future"])
def test_a_second_run_hands_over_nothing(scene: Scene, validators: Validators) -> None:
    feed = news(scene)
    feed.validators = validators
    scene.read()
    scene.clock.move(minutes=5)
    scene.read()
    assert (scene.records, scene.refused, scene.gaps) == ([], [], [])
    assert len(scene.server.log) == 2


def test_a_body_that_differs_each_time_writes_nothing_new(scene: Scene) -> None:
    feed = news(scene)
    feed.validators = "restless"
    scene.read()
    writes = scene.writes
    scene.read()
    assert len(scene.records) == 5
    assert scene.writes == writes


# asking no more than needed


def test_a_feed_is_asked_with_what_its_server_said_last_time(scene: Scene) -> None:
    news(scene)
    scene.read()
    scene.clock.move(minutes=5)
    scene.read()
    first, second = scene.server.log
    assert "if-none-match" not in first.headers
    assert "if-modified-since" not in first.headers
    assert second.headers["if-none-match"].startswith('W/"')
    assert second.headers["if-modified-since"] == "Sat, 21 Nov 2026 12:00:00 GMT"


def test_a_last_modified_from_the_future_is_never_sent_back(scene: Scene) -> None:
    feed = news(scene)
    feed.validators = "future"
    scene.read()
    scene.clock.move(minutes=5)
    feed.publish(Post("News", at=scene.ago(minutes=1)))
    scene.read()
    assert scene.came == [feed.item_id(f"p{number}") for number in (6, 5, 4, 3, 2, 1)]
    assert not any("if-modified-since" in request.headers for request in scene.server.log)


@pytest.mark.parametrize("told", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 31 Dec 9999 23:59:59 -2359"])
def test_a_last_modified_that_cannot_be_is_never_sent_back(scene: Scene, told: str) -> None:
    feed = news(scene)
    feed.validators = "none"
    scene.server.plant(faults.status(200, {"Last-Modified": told, "ETag": "\x7f"}, feed.body()))
    scene.read()
    scene.read()
    assert not {"if-modified-since", "if-none-match"} & scene.server.log[1].headers.keys()


def test_once_a_day_a_feed_is_asked_for_whole_so_a_server_stuck_at_304_is_found_out(scene: Scene) -> None:
    feed = news(scene)
    scene.read()
    feed.publish(Post("News", at=scene.ago(minutes=1)))
    scene.server.plant(stuck, times=None)
    for _ in range(3):
        scene.clock.move(hours=7, minutes=50)
        scene.read()
        assert scene.records == []
    scene.server.mend()
    scene.clock.move(hours=1)
    scene.read()
    assert "if-none-match" not in scene.server.log[-1].headers
    assert scene.texts() == feed.expected()


stuck = faults.status(304)


def test_nothing_new_to_a_question_without_conditions_is_an_error(scene: Scene) -> None:
    news(scene)
    scene.server.plant(stuck)
    assert "304" in scene.fails()


def test_other_options_or_brands_take_everything_in_anew(scene: Scene) -> None:
    news(scene)
    scene.read()
    scene.brands = "another term"
    scene.read()
    assert len(scene.came) == 5
    assert "if-none-match" not in scene.server.log[-1].headers
    assert scene.gaps == []
    scene.more = {"history": "2h"}
    scene.read()
    assert len(scene.came) == 2


def test_history_bounds_the_first_reading_and_stays_where_it_was(scene: Scene) -> None:
    feed = scene.server.feed()
    feed.publish(Post("Old", at=scene.ago(days=8)), Post("Young", at=scene.ago(days=6)))
    scene.more = {"history": "7d"}
    scene.read()
    assert scene.came == [feed.item_id("p2")]
    assert scene.batches[0].filtered == 1
    scene.clock.move(days=3)
    feed.edit("p2", "edited")
    scene.read()
    assert scene.came == [feed.item_id("p2")]


def test_a_backfill_reads_from_its_date_on_and_says_how_far_the_feed_reaches(scene: Scene) -> None:
    news(scene, 40)
    scene.desk = Desk(scene.clock, since=scene.ago(days=300))
    scene.read()
    assert len(scene.came) == 40
    assert any("goes back to 2026-11-19 20:00 UTC and no further" in note for note in scene.notes)


# several feeds


def test_a_feed_that_fails_does_not_hold_up_the_others(scene: Scene) -> None:
    first, broken, last = (news(scene, 2, path=path) for path in ("/a.xml", "/b.xml", "/c.xml"))
    scene.server.fail(404, path="/b.xml", times=None)
    first.posts, last.posts = {"x": first.posts["p1"]}, {"y": last.posts["p2"]}
    sentence = scene.fails()
    assert sentence.startswith("feed 2: ")
    assert "404" in sentence
    assert len(scene.texts()) == 2
    scene.server.mend()
    scene.read()
    assert {broken.item_id("p1"), broken.item_id("p2")} <= scene.texts().keys()
    assert len(scene.server.asked("/a.xml")) == 2


def test_one_host_that_asks_for_patience_does_not_silence_the_others(scene: Scene) -> None:
    """Only when every feed must wait is the source told to wait."""
    for path in ("/a.xml", "/b.xml"):
        news(scene, 2, path=path)
    scene.server.fail(429, headers={"Retry-After": "1800"}, path="/b.xml", times=None)
    with pytest.raises(Exception, match="feed 2") as caught:
        scene.read()
    assert not isinstance(caught.value, RateLimited)
    scene.server.fail(429, headers={"Retry-After": "1800"}, times=None)
    with pytest.raises(RateLimited):
        scene.read()


def test_errors_that_are_not_raised_are_noted(scene: Scene) -> None:
    for path in ("/a.xml", "/b.xml", "/c.xml"):
        news(scene, 1, path=path)
    scene.server.fail(404, path="/a.xml")
    scene.server.plant(faults.page(), path="/c.xml")
    with pytest.raises(NotThere, match="feed 1"):
        scene.read()
    assert any(note.startswith("feed 3 (") and "is a web page, not a feed" in note for note in scene.notes)


def test_a_feed_of_another_shape_comes_last_and_the_others_are_committed(scene: Scene) -> None:
    """Collecting stops at a batch of which over a fifth is refused; it must stop behind everything else."""
    odd = scene.server.feed("/a.xml")
    odd.publish(*(Post("", at=scene.ago(hours=1)) for _ in range(12)))
    fine = news(scene, 3, path="/b.xml")
    scene.read()
    assert scene.batches[0].records
    assert len(scene.batches[-1].refused) == 12
    before = scene.batches[-2].cursor
    assert before is not None
    assert len(before["feeds"]) == 1
    assert scene.texts() == fine.expected()


def test_a_gone_feed_is_not_asked_again_and_when_all_are_gone_the_source_has_ended(scene: Scene) -> None:
    first, second = news(scene, 2, path="/a.xml"), news(scene, 2, path="/b.xml")
    scene.read()
    first.gone = True
    scene.read()
    assert any(note.startswith("feed 1 (") and "410" in note for note in scene.notes)
    assert all(batch.disabled is None for batch in scene.batches)
    asked = len(scene.server.asked("/a.xml"))
    second.gone = True
    scene.read()
    assert len(scene.server.asked("/a.xml")) == asked
    assert "feed 2" in (scene.batches[-1].disabled or "")
    scene.more = {"history": "9d"}
    first.gone = False
    scene.read()
    assert len(scene.records) == 2, "other options: it is asked once more"


def test_a_redirect_within_the_site_is_followed(scene: Scene) -> None:
    feed = news(scene, 2)
    scene.server.redirects["/old.xml"] = "/feed.xml"
    scene.more = {"urls": [scene.server.url + "/old.xml"]}
    scene.read()
    assert scene.texts() == feed.expected()


def test_the_feed_not_seen_for_longest_comes_first(scene: Scene) -> None:
    """Should the calls run out each time, it is not the same feeds that are never read."""
    for path in ("/a.xml", "/b.xml", "/c.xml"):
        news(scene, 1, path=path)
    scene.server.fail(404, path="/b.xml")
    scene.fails()
    scene.clock.move(minutes=1)
    scene.server.fail(404, path="/c.xml")
    scene.fails()
    scene.clock.move(minutes=1)
    scene.read()
    assert [path[1] for path in scene.server.paths()] == list("abcbaccab")


def test_it_stops_between_two_feeds(scene: Scene) -> None:
    for path in ("/a.xml", "/b.xml"):
        news(scene, 1, path=path)
    run = scene.source().read(scene.desk, None, scene.clock())
    next(run)
    scene.desk.stop()
    assert [batch.raw for batch in run] == [0]
    assert scene.server.paths() == ["/a.xml"]
