"""mastodon: closed is not silent, a server that fails does not hold up the others, and no page leads in circles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.contract import SourceDown
from connectors.http import AuthFailed, Blocked, HttpError, RateLimited, ServerError
from connectors.mastodon.talk import ClosedFeed, ShapeChanged
from tests.conftest import NOON, FakeClock
from tests.connectors.kit import faults
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.keeper import Keeper
from tests.connectors.kit.mastodon_scene import Scene, scene
from tests.connectors.kit.web import Answer, Fault, Request, Wire, head

TIMELINE = "/api/v1/timelines"


@pytest.fixture
def town(clock: FakeClock) -> Iterator[Scene]:
    with scene(clock) as running:
        yield running


@pytest.mark.parametrize("state", ["authenticated", "disabled"])
@pytest.mark.parametrize("quietly", [False, True])
def test_a_closed_feed_is_named_and_the_other_servers_are_read(town: Scene, state: str, *, quietly: bool) -> None:
    post = town.beta.add_post("open")
    town.alpha.add_post("closed")
    town.alpha.access, town.alpha.closes_quietly = {"local": state, "remote": state}, quietly
    with pytest.raises(ClosedFeed, match=rf"{town.alpha.name}.*not silence"):
        town.run(town.source)
    assert town.keeper.texts() == {post.item_id: post.words}
    check = town.source.check(town.desk)
    assert check.state == "auth"
    assert town.alpha.name in check.sentence
    assert "1 of 2 servers can be read" in check.sentence


def test_a_feed_that_closes_quietly_while_we_know_posts_of_it_is_noticed_at_once(town: Scene) -> None:
    town.fill(5, minutes=4)
    town.run()
    town.clock.move(minutes=6)
    town.alpha.add_post("new")
    town.run()
    town.alpha.access, town.alpha.closes_quietly = {"local": "disabled", "remote": "disabled"}, True
    town.clock.move(minutes=1)
    with pytest.raises(ClosedFeed):
        town.run()


def test_a_feed_that_closes_quietly_is_noticed_by_the_sweep(town: Scene) -> None:
    town.fill(3, minutes=4)
    town.run()
    town.alpha.access, town.alpha.closes_quietly = {"local": "disabled", "remote": "disabled"}, True
    town.clock.move(minutes=1)
    with pytest.raises(ClosedFeed):
        town.run(sweep=True)


def test_a_server_that_opens_again_is_read_from_where_it_stood(town: Scene) -> None:
    town.fill(3)
    town.run()
    town.alpha.access = {"local": "disabled", "remote": "disabled"}
    town.clock.move(hours=2)
    with pytest.raises(ClosedFeed):
        town.run()
    for number in range(50):
        town.alpha.add_post("meanwhile", at=NOON + timedelta(minutes=number))
    town.alpha.access = {"local": "public", "remote": "public"}
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


@pytest.mark.parametrize(("closed", "only"), [("remote", "local"), ("local", "remote")])
def test_a_feed_that_is_half_open_is_read_by_half_and_says_so(town: Scene, closed: str, only: str) -> None:
    own, far = town.alpha.add_post("own"), town.beta.add_post("far")
    town.alpha.receive(far)
    town.alpha.access = {"local": "public", "remote": "public", closed: "authenticated"}
    town.run()
    assert set(town.keeper.kept) == {(own if only == "local" else far).item_id}
    assert any(f"only its {only} posts" in note for note in town.keeper.notes)


def test_a_server_of_before_4_5_that_wants_a_key_is_named(town: Scene) -> None:
    town.alpha.access = None
    town.alpha.fail(401, path=TIMELINE, times=None)
    with pytest.raises(ClosedFeed, match="acme"):
        town.run()


def test_a_server_of_before_3_that_wants_a_key_is_named(town: Scene) -> None:
    town.alpha.fail(422, path=TIMELINE, times=None)
    with pytest.raises(ClosedFeed, match="not silence"):
        town.run()


def test_a_server_that_tells_nothing_of_itself_is_read_all_the_same(town: Scene) -> None:
    town.fill(3)
    town.alpha.fail(404, path="/api/v2", times=None)
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


def test_who_may_read_is_asked_once_an_hour(town: Scene) -> None:
    for _ in range(13):
        town.run()
        town.clock.move(minutes=10)
    assert len(town.asked("/api/v2/instance")) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.page(), Blocked),
        (faults.status(403), AuthFailed),
        (faults.status(502), ServerError),
        (faults.retry_later(600, NOON), RateLimited),
        (faults.truncated("close"), HttpError),
        (faults.instead(Answer.json({"error": "?"})), ShapeChanged),
        (faults.instead(Answer.json({"posts": []})), ShapeChanged),
    ],
)
def test_a_server_that_fails_does_not_hold_up_the_others_and_goes_on_later(
    town: Scene, fault: Fault, error: type[Exception]
) -> None:
    town.fill(90)
    town.beta.add_post("beta")
    town.alpha.plant(fault, path=TIMELINE, times=None)
    with pytest.raises(error):
        town.run(town.source)
    assert town.keeper.texts() == town.beta.expected()
    town.alpha.mend()
    town.clock.move(hours=2)
    town.desk.next_run()
    town.run(town.source)
    assert town.keeper.texts() == {**town.alpha.expected(), **town.beta.expected()}


def test_a_walk_that_breaks_off_in_the_middle_goes_on_there(town: Scene) -> None:
    town.fill(200)
    seen: list[Request] = []

    def break_off(request: Request) -> None:
        seen.append(request)
        if len(seen) == 4:
            town.alpha.plant(faults.status(500), path=TIMELINE, times=None)

    town.alpha.before = break_off
    with pytest.raises(ServerError):
        town.run()
    assert 0 < len(town.keeper.kept) < 200
    town.alpha.before = lambda _: None
    town.alpha.mend()
    town.clock.move(minutes=10)
    asked = len(town.alpha.log)
    town.run()
    assert town.keeper.texts() == town.alpha.expected()
    assert "max_id" in town.alpha.log[asked].target


def test_waits_are_sat_out(town: Scene) -> None:
    town.fill(60)
    town.alpha.fail(429, headers={"Retry-After": "3"}, times=2)
    town.alpha.plant(faults.truncated("length"))
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


def test_two_sources_never_ask_a_server_more_often_than_it_allows(town: Scene) -> None:
    town.fill(50, minutes=0.5)
    with Desk(town.clock, name="other", network=town.desk.network) as other:
        for _ in range(130):
            for desk in (town.desk, other):
                try:
                    Keeper().run(town.only(town.alpha), desk)
                except RateLimited:
                    town.clock.move(minutes=1)
    times = [request.at for request in town.alpha.log]
    assert len(times) > 600
    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in zip(times, times[300:], strict=False))


def repeating(times: int) -> Fault:
    """The first page again, whatever is asked for."""
    kept: list[bytes] = []

    def fault(wire: Wire, right: Answer) -> bool:
        kept.append(right.body)
        body = kept[0] if len(kept) <= times else right.body
        wire.send(head(Answer(right.status, right.headers, body)) + body)
        return True

    return fault


def test_a_page_that_comes_twice_is_asked_for_again(town: Scene) -> None:
    town.fill(150)
    town.alpha.plant(repeating(2), path=TIMELINE, times=None)
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


def test_a_page_that_comes_for_ever_is_an_error_and_not_a_loop(town: Scene) -> None:
    town.fill(150)
    town.alpha.plant(repeating(1_000), path=TIMELINE, times=None)
    with pytest.raises(ShapeChanged, match="does not go on"):
        town.run()
    assert len(town.alpha.log) < 10
    town.alpha.mend()
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


@pytest.mark.parametrize(
    "link",
    [
        '<{url}/api/v1/timelines/tag/acme?max_id=999999999999999999999>; rel="next"',
        '<{url}/api/v1/timelines/tag/acme?max_id=1>; rel="next"',
        '<https://elsewhere.example/api/v1/timelines/tag/acme?max_id=2>; rel="next"',
        "<<>>; rel=next, ;;;",
        '<{url}/api/v1/timelines/tag/acme?max_id=../../x>; rel="next"',
    ],
)
def test_a_link_that_leads_astray_is_not_followed(town: Scene, link: str) -> None:
    town.fill(150)

    def fault(wire: Wire, right: Answer) -> bool:
        headers = {**right.headers, "Link": link.format(url=town.alpha.url)}
        wire.send(head(Answer(right.status, headers, right.body)) + right.body)
        return True

    town.alpha.plant(fault, path=TIMELINE, times=None)
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


def empty_page(link: bool) -> Fault:
    """No posts, with the Link header of the right answer or without."""

    def fault(wire: Wire, right: Answer) -> bool:
        headers = {name: value for name, value in right.headers.items() if link or name != "Link"}
        wire.send(head(Answer(200, headers, b"[]")) + b"[]")
        return True

    return fault


def test_an_empty_page_in_the_middle_is_not_the_end(town: Scene) -> None:
    town.fill(150)

    def once(_: Request) -> None:
        if len(town.asked(TIMELINE)) == 2:
            town.alpha.mend()
            town.alpha.plant(empty_page(link=False))

    town.alpha.before = once
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


def test_an_empty_page_on_the_way_forward_is_made_up_for_by_the_next_poll(town: Scene) -> None:
    town.fill(3)
    town.run()
    for second in range(1, 100):
        town.alpha.add_post(f"more {second}", at=NOON + timedelta(seconds=second))
    town.clock.move(minutes=2)
    town.alpha.plant(empty_page(link=False), path=TIMELINE)
    town.run()
    assert len(town.keeper.kept) == 3
    town.run()
    assert town.keeper.texts() == town.alpha.expected()


def test_a_link_behind_an_empty_page_is_followed(town: Scene) -> None:
    town.fill(150)
    town.alpha.plant(empty_page(link=True), path=TIMELINE)
    town.run()
    assert town.keeper.texts() == town.alpha.expected()
    assert "max_id" in town.asked(TIMELINE)[1]


def test_check_says_that_all_is_well_without_reading_on(town: Scene) -> None:
    town.fill(100)
    check = town.source.check(town.desk)
    assert (check.state, check.sentence) == ("ok", "2 servers show hashtags to everyone")
    assert len(town.alpha.log) == 2


def test_a_server_that_is_not_there_is_misconfigured_or_blocked(town: Scene) -> None:
    town.alpha.fail(404, path=TIMELINE, times=None)
    assert town.only(town.alpha).check(town.desk).state == "misconfigured"
    town.alpha.mend()
    town.alpha.plant(faults.reset(), times=None)
    assert town.only(town.alpha).check(town.desk).state == "blocked"


def test_a_source_that_is_down_everywhere_raises_what_the_first_server_said(town: Scene) -> None:
    town.alpha.plant(faults.status(500), times=None)
    town.beta.plant(faults.page(), times=None)
    with pytest.raises(SourceDown, match=town.alpha.name):
        town.run(town.source)
