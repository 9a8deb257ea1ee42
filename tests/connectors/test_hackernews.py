"""hackernews: windows under the cap, nothing lost to lateness, clocks or death."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Misconfigured, Setup
from connectors.records import Mention
from connectors.sources.hackernews import Options, Source
from tests.conftest import NOON, FakeClock
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.hn_scene import read_of, source_of
from tests.connectors.kit.hn_server import HackerNews
from tests.connectors.kit.keeper import Keeper
from tests.connectors.kit.web import Request


@pytest.fixture
def server(clock: FakeClock) -> Iterator[HackerNews]:
    with HackerNews(clock) as running:
        yield running


@pytest.fixture
def desk(clock: FakeClock) -> Iterator[Desk]:
    with Desk(clock) as running:
        yield running


def windows(requests: list[Request]) -> list[tuple[int, int]]:
    filters = [request.params["numericFilters"].split(",") for request in requests]
    return [(int(since.partition(">=")[2]), int(until.partition("<")[2])) for since, until in filters]


def test_a_comment_and_a_story_keep_what_they_say(server: HackerNews, desk: Desk) -> None:
    comment = server.add_post("I like acme & <b>.\nReally.", hit={"parent_id": 44, "story_id": 40})
    story = server.add_post("Acme < Emca\n\nWe made it.", kind="story", author="bob", at=NOON - timedelta(days=3))
    kept = read_of(server, desk).kept
    assert kept[comment.item_id] == Mention(
        item_id="hackernews:1000",
        platform="hackernews",
        published_at=NOON,
        text="I like acme & <b>.\nReally.",
        url="https://news.ycombinator.com/item?id=1000",
        author_id="ann",
        author_name="ann",
        parent_id="hackernews:44",
        conversation_id="hackernews:40",
    )
    assert kept[story.item_id].text == "Acme < Emca\n\nWe made it."
    assert kept[story.item_id].parent_id is None
    assert kept[story.item_id].conversation_id == story.item_id


def test_more_than_the_cap_is_read_in_windows_and_never_by_page(server: HackerNews, desk: Desk) -> None:
    for number in range(3_500):
        server.add_post(f"acme {number}", at=NOON - timedelta(seconds=number * number % 2_000_000))
    keeper = read_of(server, desk)
    assert keeper.texts() == server.expected()
    assert not keeper.gaps
    assert not [request for request in server.log if "page" in request.params]
    assert len(server.log) < 30
    assert keeper.shares == sorted(keeper.shares)
    assert keeper.shares[-1] == 1.0


def test_a_phrase_is_asked_for_as_it_stands_without_typos(server: HackerNews, desk: Desk) -> None:
    server.add_post("the acme air lounge")
    keeper = Keeper()
    keeper.run(source_of(server, queries=(' acme  "air" ',), tags=("comment",)), desk)
    assert len(keeper.kept) == 1
    assert server.log[0].params["query"] == '"acme air"'
    assert server.log[0].params["typoTolerance"] == "false"
    assert server.log[0].params["tags"] == "(comment)"


def test_without_queries_the_terms_of_the_brands_are_searched_each(server: HackerNews, desk: Desk) -> None:
    server.add_post("acme and emca")
    server.add_post("emca")
    server.add_post("neither")
    source = Source(Setup("hn", Options(server=server.url), Path(), terms=("acme", "emca")))
    keeper = Keeper()
    keeper.run(source, desk)
    assert set(keeper.texts().values()) == {"acme and emca", "emca"}


def test_without_queries_and_terms_it_says_what_to_write(server: HackerNews, desk: Desk) -> None:
    source = Source(Setup("hn", Options(server=server.url), Path()))
    assert source.check(desk).state == "misconfigured"
    with pytest.raises(Misconfigured, match="queries"):
        list(source.read(desk, None, desk.now()))
    assert not server.log


def test_the_second_run_writes_nothing_and_the_third_what_is_new(
    server: HackerNews, desk: Desk, clock: FakeClock
) -> None:
    for number in range(50):
        server.add_post(f"acme {number}", at=NOON - timedelta(minutes=number))
    keeper, source = Keeper(), source_of(server)
    keeper.run(source, desk)
    writes, asked = keeper.writes, len(server.log)
    keeper.run(source, desk)
    assert keeper.writes == writes
    assert len(server.log) == asked + 1, "a poll of one phrase is one request"
    clock.move(minutes=1)
    new = server.add_post("acme again")
    keeper.run(source, desk)
    assert keeper.writes == writes + 1
    assert new.item_id in keeper.kept


def test_an_edit_within_the_look_back_is_seen(server: HackerNews, desk: Desk, clock: FakeClock) -> None:
    post = server.add_post("acme is bad")
    keeper, source = Keeper(), source_of(server)
    keeper.run(source, desk)
    clock.move(minutes=1)
    server.edit_post(post, "acme is good")
    keeper.run(source, desk)
    assert keeper.texts() == {post.item_id: "acme is good"}


def test_a_second_with_more_than_the_cap_is_a_gap_and_does_not_stop_the_rest(server: HackerNews, desk: Desk) -> None:
    crowded = NOON - timedelta(hours=2)
    for number in range(1_100):
        server.add_post(f"acme {number}", at=crowded)
    before = server.add_post("acme before", at=crowded - timedelta(seconds=1))
    after = server.add_post("acme after", at=crowded + timedelta(seconds=1))
    keeper = read_of(server, desk)
    [gap] = keeper.gaps.values()
    assert (gap.since, gap.until) == (crowded, crowded + timedelta(seconds=1))
    assert "1,000 of 1,100" in gap.sentence
    assert len(keeper.kept) == 1_002
    assert {before.item_id, after.item_id} <= keeper.kept.keys()
    assert keeper.cursor["until"] > crowded.timestamp()


def test_a_post_that_is_a_few_minutes_late_is_found_by_the_next_poll(
    server: HackerNews, desk: Desk, clock: FakeClock
) -> None:
    server.add_post("acme")
    keeper, source = Keeper(), source_of(server)
    keeper.run(source, desk)
    clock.move(minutes=1)
    late = server.add_post("acme late", at=NOON - timedelta(minutes=4), visible_at=clock.now)
    keeper.run(source, desk)
    assert late.item_id in keeper.kept


def test_late_posts_up_to_two_hours_are_found_with_polls_and_hourly_sweeps(
    server: HackerNews, desk: Desk, clock: FakeClock
) -> None:
    dice = random.Random(7)
    for minute in range(0, 300, 2):
        at = NOON + timedelta(minutes=minute)
        server.add_post(
            f"acme {minute}", at=at, visible_at=at + timedelta(seconds=dice.choice((0, 30, 400, 3_000, 7_200)))
        )
    keeper, source = Keeper(), source_of(server)
    for poll in range(46):
        desk.is_sweep = poll % 6 == 0
        keeper.run(source, desk)
        clock.move(minutes=10)
    assert keeper.texts() == server.expected()
    assert len(keeper.kept) == 150


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong_by_hours_loses_nothing(hours: int) -> None:
    theirs, ours = FakeClock(), FakeClock(NOON + timedelta(hours=hours))
    with HackerNews(theirs) as server, Desk(ours) as desk:
        keeper, source = Keeper(), source_of(server)
        for poll in range(60):
            server.add_post(f"acme {poll}")
            desk.is_sweep = poll % 12 == 0
            keeper.run(source, desk)
            theirs.move(minutes=5)
            ours.move(minutes=5)
        theirs.move(hours=3)
        ours.move(hours=3)
        desk.is_sweep = False
        keeper.run(source, desk)
        assert keeper.texts() == server.expected()


def test_the_cursor_stays_behind_the_start_of_the_run(server: HackerNews, desk: Desk) -> None:
    server.add_post("acme in 2099", at=datetime(2099, 1, 1, tzinfo=UTC), visible_at=NOON)
    server.add_post("acme now", at=NOON - timedelta(seconds=3))
    keeper = read_of(server, desk)
    assert keeper.cursor["until"] <= NOON.timestamp()
    assert set(keeper.texts().values()) == {"acme now"}


def test_what_changes_while_it_is_read_takes_no_untouched_post_along(server: HackerNews, desk: Desk) -> None:
    old = [server.add_post(f"acme {number}", at=NOON - timedelta(minutes=number)) for number in range(3_000)]
    spare = iter(old[::-1])

    def stir(request: Request) -> None:
        server.add_post("acme meanwhile", at=NOON - timedelta(minutes=request.number * 60, seconds=30))
        server.delete_post(next(spare))

    server.before = stir
    keeper, source = Keeper(), source_of(server)
    keeper.run(source, desk)
    server.before = lambda _: None
    untouched = {post.item_id for post in old} - server.deleted
    assert untouched <= keeper.kept.keys()


@pytest.mark.parametrize(
    "cursor",
    [
        {},
        {"v": 1},
        {"v": 0, "until": 1_700_000_000},
        {"v": 2, "until": int(NOON.timestamp())},
        {"v": 1, "until": "yesterday"},
        {"v": 1, "until": True},
        {"v": 1, "until": -5},
        {"v": 1, "until": 4_000_000_000},
        {"v": 1, "until": [1]},
        {"v": 1, "until": None},
    ],
)
def test_a_cursor_that_says_nothing_starts_again_and_says_so(server: HackerNews, desk: Desk, cursor: Any) -> None:
    server.add_post("acme", at=NOON - timedelta(days=20))
    keeper = Keeper(cursor=cursor)
    keeper.run(source_of(server), desk)
    assert keeper.texts() == server.expected()
    assert any("read again" in note for note in keeper.notes)


def test_killed_behind_any_batch_it_goes_on_to_the_whole_world(server: HackerNews, desk: Desk) -> None:
    for number in range(2_400):
        server.add_post(f"acme {number}", at=NOON - timedelta(minutes=17 * number))
    source = source_of(server, queries=("acme", "acme 1"))
    batches = Keeper().run(source, desk)
    assert batches > 10
    for kill_after in range(1, batches):
        keeper = Keeper()
        keeper.run(source, desk, kill_after=kill_after)
        keeper.run(source, desk)
        assert keeper.texts() == server.expected("acme"), f"killed behind batch {kill_after}"
        assert keeper.writes == len(keeper.kept)


def test_killed_behind_each_batch_in_turn_it_still_arrives(server: HackerNews, desk: Desk) -> None:
    for number in range(1_500):
        server.add_post(f"acme {number}", at=NOON - timedelta(hours=number / 4))
    keeper, source = Keeper(), source_of(server)
    for _ in range(40):
        keeper.run(source, desk, kill_after=2)
    assert keeper.texts() == server.expected()


def test_a_backfill_begins_where_it_is_told_and_the_oldest_come_first(server: HackerNews, desk: Desk) -> None:
    for day in range(0, 200, 5):
        server.add_post(f"acme {day}", at=NOON - timedelta(days=day))
    desk.since_given = NOON - timedelta(days=100)
    keeper = read_of(server, desk)
    assert len(keeper.kept) == 21
    times = [mention.published_at for mention in keeper.kept.values()]
    assert times == sorted(times)
    assert min(since for since, _ in windows(server.log)) == int(desk.since_given.timestamp())


def test_a_stopping_process_ends_the_run_between_windows(server: HackerNews, desk: Desk) -> None:
    server.add_post("acme", at=NOON - timedelta(days=29))
    source = source_of(server)
    reading = source.read(desk, None, desk.now())
    next(reading)
    desk.stop()
    list(reading)
    assert len(server.log) == 1
