"""mastodon: tags on several servers as one world, forward without loss, back for what is late, edited or deleted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.records import Mention
from tests.conftest import NOON, FakeClock
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.keeper import Keeper
from tests.connectors.kit.mastodon_scene import Scene, scene
from tests.connectors.kit.web import Request


@pytest.fixture
def town(clock: FakeClock) -> Iterator[Scene]:
    with scene(clock) as running:
        yield running


def test_a_post_keeps_what_it_says(town: Scene) -> None:
    post = town.alpha.add_post(
        "a picture of <b> & co #acme", author="bob", warning="Food", at=NOON - timedelta(minutes=3)
    )
    town.run()
    assert town.keeper.kept == {
        post.item_id: Mention(
            item_id=post.item_id,
            platform="mastodon",
            published_at=NOON - timedelta(minutes=3),
            text="Food\n\na picture of <b> & co #acme",
            url=f"{town.alpha.url}/@bob/1",
            language="en",
            author_id=f"{town.alpha.url}/@bob",
            author_name=f"bob@{town.alpha.name}:{town.alpha.port}",
            author_followers_count=100,
            media_type="image",
            updated_at=NOON - timedelta(minutes=3),
            sequence=1_000_000,
        )
    }


def test_the_first_run_walks_back_as_far_as_history(town: Scene) -> None:
    posts = town.fill(300, minutes=60)
    town.run(town.only(town.alpha, history="7d"))
    assert set(town.keeper.kept) == {post.item_id for post in posts if post.at >= NOON - timedelta(days=7)}
    assert len(town.asked("timelines")) < 10, "it stops there"


def test_a_backfill_walks_back_as_far_as_it_is_told(town: Scene) -> None:
    posts = town.fill(300, minutes=60)
    town.desk.since_given = NOON - timedelta(days=10)
    town.run()
    assert set(town.keeper.kept) == {post.item_id for post in posts if post.at >= NOON - timedelta(days=10)}
    assert town.keeper.shares[-1] == 1.0


def test_hundreds_of_new_posts_are_read_forward_by_min_id_and_never_by_since_id(town: Scene) -> None:
    town.fill(10)
    town.run()
    town.clock.move(hours=8)
    for second in range(500):
        town.alpha.add_post(f"more {second}", at=NOON + timedelta(seconds=second))
    town.run()
    assert town.keeper.texts() == town.alpha.expected()
    assert not town.asked("since_id")
    assert len(town.asked("min_id")) > 12


def test_the_second_run_writes_nothing_whatever_two_servers_say_of_the_same_post(town: Scene) -> None:
    for number in range(60):
        post = town.alpha.add_post(f"picture {number}", at=NOON - timedelta(seconds=number))
        town.beta.receive(post)
    town.beta.add_post("only here")
    for sweep in (False, False, True):
        town.run(town.source, sweep=sweep)
        town.clock.move(minutes=2)
        assert town.keeper.writes == 61
    assert town.keeper.texts() == {**town.alpha.expected(), **town.beta.expected()}
    followers = {mention.author_followers_count for mention in town.keeper.kept.values()}
    assert followers == {100}, "the count of the author's own server"


def test_the_authors_own_server_has_the_last_word_in_either_order(town: Scene) -> None:
    post = town.alpha.add_post("a picture")
    town.beta.receive(post)
    for servers in ((town.alpha, town.beta), (town.beta, town.alpha)):
        keeper = Keeper()
        keeper.run(town.only(*servers), town.desk)
        assert keeper.kept[post.item_id].media_type == "image"
        assert keeper.kept[post.item_id].author_followers_count == 100


def test_a_post_that_only_another_server_shows_has_no_followers(town: Scene) -> None:
    post = town.alpha.add_post("far away")
    town.beta.receive(post)
    town.run(town.only(town.beta))
    assert town.keeper.kept[post.item_id].author_followers_count is None
    assert town.keeper.kept[post.item_id].author_id == f"{town.alpha.url}/@ann"


def test_posts_that_arrive_up_to_two_hours_late_are_found_with_polls_and_hourly_sweeps(town: Scene) -> None:
    dice = random.Random(3)
    for minute in range(0, 300, 2):
        at = NOON + timedelta(minutes=minute)
        late = timedelta(seconds=dice.choice((0, 20, 500, 3_000, 7_200)))
        town.alpha.add_post(f"post {minute}", at=at, visible_at=at + late)
    for poll in range(46):
        town.run(sweep=poll % 6 == 0)
        town.clock.move(minutes=10)
    assert town.keeper.texts() == town.alpha.expected()
    assert len(town.keeper.kept) == 150


def test_a_post_that_is_a_few_minutes_late_is_found_by_the_next_poll(town: Scene) -> None:
    town.fill(3, minutes=20)
    for _ in range(20):
        town.run()
        town.clock.move(minutes=1)
    town.alpha.add_post("meanwhile")
    town.run()
    late = town.alpha.add_post("late", at=town.clock.now - timedelta(minutes=4), visible_at=town.clock.now)
    town.clock.move(minutes=1)
    town.run()
    assert late.item_id in town.keeper.kept


def test_an_edit_is_a_newer_version_and_a_server_that_has_not_heard_of_it_does_not_undo_it(town: Scene) -> None:
    post = town.alpha.add_post("bad")
    town.run(town.source)
    town.clock.move(minutes=30)
    town.alpha.edit_post(post, "good")
    stale = {"content": "<p>bad</p>", "edited_at": None}
    town.beta.receive(type(post)(**{**post.__dict__, "status": stale}), visible_at=NOON)
    town.run(town.source, sweep=True)
    assert town.keeper.texts() == {post.item_id: "good"}
    assert town.keeper.kept[post.item_id].edited_at == NOON + timedelta(minutes=30)
    assert town.keeper.kept[post.item_id].updated_at == NOON + timedelta(minutes=30)
    writes = town.keeper.writes
    town.run(town.source, sweep=True)
    assert town.keeper.writes == writes


def test_a_sweep_sees_that_a_members_post_was_deleted(town: Scene) -> None:
    posts = town.fill(5)
    town.run()
    town.alpha.delete_post(posts[2])
    town.clock.move(minutes=10)
    town.run()
    assert posts[2].item_id in town.keeper.kept, "a timeline tells of no deletion"
    town.run(sweep=True)
    assert town.keeper.texts() == town.alpha.expected()
    assert town.keeper.gone == {posts[2].item_id: NOON + timedelta(minutes=10)}
    asked = len(town.asked("/statuses/"))
    town.run(sweep=True)
    assert len(town.asked("/statuses/")) == asked, "what is gone is not asked for again"


def test_another_server_that_hides_a_post_deletes_nothing(town: Scene) -> None:
    post = town.alpha.add_post("federated")
    town.beta.receive(post)
    town.run(town.only(town.beta))
    town.beta.delete_post(post)
    town.run(town.only(town.beta), sweep=True)
    assert post.item_id in town.keeper.kept
    assert not town.keeper.gone


def test_a_post_that_is_left_out_of_the_list_but_is_there_is_not_deleted(town: Scene) -> None:
    post = town.alpha.add_post("of a member who is silenced")
    town.run()
    town.alpha.silenced.add(post.uri)
    town.run(sweep=True)
    assert post.item_id in town.keeper.kept
    assert town.asked(f"/statuses/{town.alpha.native(post)}")


def test_a_server_of_before_4_3_is_not_asked_for_several_posts(town: Scene) -> None:
    town.alpha.api = 1
    town.fill(2)
    town.run(sweep=True)
    town.run(sweep=True)
    assert not town.asked("/api/v1/statuses")


def test_what_changes_while_it_is_read_takes_no_untouched_post_along(town: Scene) -> None:
    old = town.fill(400, minutes=3)
    spare = iter(old[::-1])
    taken = set()

    def stir(request: Request) -> None:
        town.alpha.add_post(f"new {request.number}", at=NOON + timedelta(seconds=request.number), visible_at=NOON)
        post = next(spare)
        town.alpha.delete_post(post)
        taken.add(post.item_id)

    town.alpha.before = stir
    town.run()
    town.alpha.before = lambda _: None
    town.run()
    assert town.alpha.expected().keys() <= town.keeper.kept.keys()
    assert {post.item_id for post in old} - taken <= town.keeper.kept.keys()


@pytest.mark.parametrize("sweep", [False, True])
def test_killed_behind_any_batch_it_goes_on_to_the_whole_world(town: Scene, *, sweep: bool) -> None:
    for post in town.fill(130, minutes=2):
        town.beta.receive(post)
    town.beta.add_post("beta too")
    world = {**town.alpha.expected(), **town.beta.expected()}
    batches = town.run(town.source, sweep=sweep)
    assert batches > 8
    for kill_after in range(1, batches):
        town.keeper = Keeper()
        town.run(town.source, sweep=sweep, kill_after=kill_after)
        late = town.alpha.add_post("in between")
        town.run(town.source, sweep=sweep)
        assert town.keeper.texts() == {**world, late.item_id: late.words}, f"killed behind batch {kill_after}"
        assert town.keeper.writes == len(world) + 1
        town.alpha.delete_post(late)


def test_a_walk_that_is_killed_again_and_again_still_ends(town: Scene) -> None:
    town.fill(200, minutes=10)
    for _ in range(12):
        town.run(kill_after=1)
        town.clock.move(seconds=1)
    assert town.keeper.texts() == town.alpha.expected()


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong_by_hours_loses_nothing(hours: int) -> None:
    theirs, ours = FakeClock(), FakeClock(NOON + timedelta(hours=hours))
    with scene(theirs) as town, Desk(ours) as desk:
        town.desk = desk
        for poll in range(60):
            for second in range(50 if poll % 10 == 0 else 1):
                town.alpha.add_post(f"post {poll}", at=theirs.now - timedelta(seconds=second))
            town.run(sweep=poll % 12 == 0)
            theirs.move(minutes=5)
            ours.move(minutes=5)
        town.run()
        assert town.keeper.texts() == town.alpha.expected()


def test_an_old_cursor_reads_on_from_where_it_stands(town: Scene) -> None:
    town.fill(10)
    town.run()
    town.clock.move(days=60)
    town.alpha.add_post("long ago", at=NOON + timedelta(days=1))
    town.run()
    assert town.keeper.texts() == town.alpha.expected()
