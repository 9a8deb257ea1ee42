"""hackernews: an odd answer is never silence, an odd post is refused by name, and nobody is asked too often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.contract import SourceDown
from connectors.hackernews.search import ShapeChanged
from connectors.http import AuthFailed, Blocked, HttpError, RateLimited, ServerError
from connectors.records import Mention
from connectors.sources.hackernews import Options
from tests.conftest import NOON, FakeClock
from tests.connectors.kit import faults
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.hn_scene import read_of, source_of
from tests.connectors.kit.hn_server import HackerNews
from tests.connectors.kit.keeper import Keeper
from tests.connectors.kit.web import Answer


@pytest.fixture
def server(clock: FakeClock) -> Iterator[HackerNews]:
    with HackerNews(clock) as running:
        yield running


@pytest.fixture
def desk(clock: FakeClock) -> Iterator[Desk]:
    with Desk(clock) as running:
        yield running


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"hits": []}, "nbHits"),
        ({"hits": [], "nbHits": None}, "nbHits"),
        ({"hits": [], "nbHits": "0"}, "nbHits"),
        ({"nbHits": 0}, "hits"),
        ({"hits": None, "nbHits": 0}, "hits"),
        ({"hits": {"0": 1}, "nbHits": 1}, "hits"),
        ([], "hits"),
        ({"data": {"hits": [], "nbHits": 0}}, "hits"),
        ({"hits": [], "nbHits": 12}, "12"),
        ({"hits": [], "nbHits": 0, "message": "Index is being rebuilt"}, "rebuilt"),
    ],
)
def test_an_answer_of_another_shape_is_never_silence(
    server: HackerNews, desk: Desk, clock: FakeClock, answer: Any, word: str
) -> None:
    keeper, source = read_of(server, desk), source_of(server)
    before = dict(keeper.cursor)
    clock.move(minutes=1)
    post = server.add_post("acme")
    server.plant(faults.instead(Answer.json(answer)), times=None)
    with pytest.raises(ShapeChanged, match=word):
        keeper.run(source, desk)
    assert keeper.cursor == before
    assert source.check(desk).state == "blocked"
    server.mend()
    keeper.run(source, desk)
    assert keeper.texts() == {post.item_id: "acme"}


def test_a_page_shorter_than_its_count_is_not_the_end(server: HackerNews, desk: Desk) -> None:
    for number in range(200):
        server.add_post(f"acme {number}", at=NOON - timedelta(minutes=number))
    server.most = 30
    keeper = read_of(server, desk)
    assert keeper.texts() == server.expected()
    assert not keeper.gaps


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    ({"objectID": None}, "item_id", "objectID"),
    ({"objectID": ""}, "item_id", "objectID"),
    ({"objectID": 1.5}, "item_id", "objectID"),
    ({"created_at_i": None}, "published_at", "created_at_i"),
    ({"created_at_i": "1700000000"}, "published_at", "created_at_i"),
    ({"created_at_i": float("nan")}, "published_at", "created_at_i"),
    ({"created_at_i": {"seconds": 1}}, "published_at", "created_at_i"),
    ({"created_at_i": 5}, "published_at", "created_at_i"),
    ({"created_at_i": 2**63}, "published_at", "created_at_i"),
    ({"comment_text": None}, "text", "comment_text"),
    ({"comment_text": "<p> <br>"}, "text", "comment_text"),
    ({"comment_text": ["acme"]}, "text", "comment_text"),
    ({"comment_text": "acme " * 200_000}, "text", "comment_text"),
]


@pytest.mark.parametrize(("hit", "field", "theirs"), REFUSALS)
def test_a_post_that_lacks_something_is_refused_by_the_name_of_the_field(
    server: HackerNews, desk: Desk, hit: dict[str, Any], field: str, theirs: str
) -> None:
    server.add_post("acme broken", hit=hit)
    whole = server.add_post("acme whole", at=NOON - timedelta(hours=1))
    keeper = read_of(server, desk)
    [refused] = keeper.refused
    assert refused.field == field
    assert theirs in refused.sentence
    assert len(refused.raw.encode()) <= 64_000
    assert keeper.texts() == {whole.item_id: "acme whole"}


def test_odd_but_readable_values_are_kept_as_what_they_are(server: HackerNews, desk: Desk) -> None:
    odd: dict[str, Any] = {
        "author": None,
        "parent_id": "x",
        "story_id": -1,
        "points": float("inf"),
        "extra": [{"a": {}}],
    }
    server.add_post("acme 1", hit={"objectID": 2**63, **odd})
    server.add_post("acme 2", hit={"comment_text": "acme \ud83d \0 <script>x</script>\u202e\U0001f600"})
    kept = read_of(server, desk).kept
    assert kept[f"hackernews:{2**63}"].author_id is None
    assert kept[f"hackernews:{2**63}"].parent_id is None
    assert kept["hackernews:1001"].text == "acme \ufffd \ufffd \u202e\U0001f600"
    assert all(mention.text.encode() for mention in kept.values())


def test_a_hit_that_is_no_object_is_refused(server: HackerNews, desk: Desk) -> None:
    server.plant(faults.instead(Answer.json({"hits": ["acme", None, 7], "nbHits": 3})), times=None)
    keeper = read_of(server, desk)
    assert {refused.reason for refused in keeper.refused} == {"not_a_post"}
    assert not keeper.kept


def test_refused_rows_are_read_anew_when_they_can_be(server: HackerNews, desk: Desk) -> None:
    server.add_post("acme", hit={"objectID": None})
    source, keeper = source_of(server), Keeper()
    keeper.run(source, desk)
    [refused] = keeper.refused
    again = source.redrive(desk, [refused])
    assert [one.reason for one in again.refused] == [refused.reason]
    mended = source.redrive(desk, [type(refused)(reason="x", sentence="x", raw=refused.raw.replace("null", '"5"', 1))])
    assert [one.item_id for one in mended.records if isinstance(one, Mention)] == ["hackernews:5"]
    cut_off = source.redrive(desk, [type(refused)(reason="x", sentence="x", raw=refused.raw[:20])])
    assert len(cut_off.refused) == cut_off.raw == 1


@pytest.mark.parametrize(
    ("fault", "error", "state"),
    [
        (faults.status(401), AuthFailed, "auth"),
        (faults.status(403), AuthFailed, "auth"),
        (faults.page(), Blocked, "blocked"),
        (faults.page(403, captcha=True), Blocked, "blocked"),
        (faults.retry_later(900, NOON), RateLimited, "quota"),
        (faults.status(500), ServerError, "blocked"),
        (faults.status(404), HttpError, "misconfigured"),
        (faults.truncated("close"), HttpError, "blocked"),
        (faults.empty(), HttpError, "blocked"),
    ],
)
def test_a_server_that_fails_is_named_and_the_place_stays(
    server: HackerNews, desk: Desk, clock: FakeClock, fault: Any, error: type[HttpError], state: str
) -> None:
    keeper, source = read_of(server, desk), source_of(server)
    before = dict(keeper.cursor)
    post = server.add_post("acme", at=clock.now + timedelta(seconds=1))
    clock.move(minutes=1)
    server.plant(fault, times=None)
    assert source.check(desk).state == state
    with pytest.raises(SourceDown) as caught:
        keeper.run(source, desk)
    assert isinstance(caught.value, error) or "not asked again" in str(caught.value)
    assert keeper.cursor == before
    server.mend()
    clock.move(hours=2)
    desk.next_run()
    keeper.run(source, desk)
    assert keeper.texts() == {post.item_id: "acme"}


def test_a_short_wait_and_a_hiccup_are_sat_out(server: HackerNews, desk: Desk) -> None:
    server.add_post("acme", at=NOON - timedelta(hours=1))
    server.fail(429, headers={"Retry-After": "2"})
    server.fail(503)
    server.plant(faults.truncated("length"))
    assert read_of(server, desk).texts() == server.expected()


def test_two_sources_share_the_calls_of_the_host(server: HackerNews, clock: FakeClock) -> None:
    with Desk(clock) as first, Desk(clock, name="second", network=first.network) as second:
        sources = [source_of(server, per_hour=8, queries=(word,)) for word in ("acme", "emca")]
        stopped = []
        for source, desk in [*zip(sources, (first, second), strict=True)] * 5:
            try:
                Keeper().run(source, desk)
            except RateLimited as error:
                stopped.append(str(error))
        assert stopped
    assert len(server.log) == 8
    assert {request.params["query"] for request in server.log} == {'"acme"', '"emca"'}


@pytest.mark.parametrize(
    "options",
    [
        {"queries": ("acme", ' "" ')},
        {"history": "30"},
        {"history": "0d"},
        {"server": "hn.algolia.com"},
        {"tags": ("job",)},
        {"tags": ()},
        {"per_hour": 0},
        {"querys": ("acme",)},
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options(**options)


def test_check_counts_without_reading(server: HackerNews, desk: Desk) -> None:
    for number in range(3):
        server.add_post("acme", at=NOON - timedelta(days=number + 1))
    check = source_of(server).check(desk)
    assert check.state == "ok"
    assert "3 posts" in check.sentence
    assert server.log[0].params["hitsPerPage"] == "1"
