"""The walker against what was reckoned by hand: each rule of docs/promises.md once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.promises.scenes import HOUR, at, case, clock, clocks, event, promise, reply, said, world
from tests.promises.worlds import Case, Event, Version

ALL = promise(frt=1, nrt=2, resolution=8)
# since 16:00 the customer has to do something, until the next morning
PAUSED = [event("paused", "mon 16:00", reason="waiting_customer"), event("resumed", "tue 09:30")]


# -- first response ----------------------------------------------------------------------------------------------------
def test_the_clock_starts_when_the_customer_wrote() -> None:
    told = case("mon 10:00", reply("mon 10:30"), published_at=at("mon 09:15"))
    found = clock(world(told, ALL))
    assert (found.started_at, found.elapsed_seconds, found.state) == (at("mon 09:15"), 75 * 60, "breached")


@pytest.mark.parametrize(
    "unheard",
    [
        event("message", "mon 10:05", "bot", visibility="public"),
        event("message", "mon 10:05", visibility="internal"),
        event("message", "mon 10:05", None, visibility="public"),
        event("message", "mon 10:05"),
        event("assigned", "mon 10:05"),
        event("resolved", "mon 10:05", "bot"),
        event("declined", "mon 10:05", "bot"),
        event("message", "mon 10:05", visibility="public", is_drill=True),
        event("paused", "mon 10:05", reason="waiting_customer"),
    ],
)
def test_a_first_response_is_a_humans_and_no_note(unheard: Event) -> None:
    assert clock(world(case("mon 10:00", unheard), ALL), now="mon 10:45").state == "at_risk"
    assert clock(world(case("mon 10:00", unheard, reply("mon 10:45")), ALL)).elapsed_seconds == 45 * 60


@pytest.mark.parametrize(
    ("end", "outcome", "state"),
    [
        (reply("mon 10:30"), "answered", "met"),
        (reply("mon 11:30"), "answered", "breached"),
        (reply("mon 10:30", visibility="private"), "answered", "met"),
        (event("resolved", "mon 10:30"), "unanswered", "breached"),
        (event("resolved", "mon 10:30", None), "unanswered", "breached"),
        (event("resolved", "mon 10:30", "customer"), "acknowledged", "acknowledged"),
        (event("acknowledged", "mon 10:30"), "acknowledged", "acknowledged"),
        (event("declined", "mon 10:30"), "declined", "declined"),
        (event("declined", "mon 11:30"), "declined", "breached"),
        (event("merged", "mon 10:30", other_case_id="x:nobody"), "declined", "declined"),
        (event("excluded", "mon 11:30"), "excluded", "excluded"),
    ],
)
def test_how_a_first_response_ends(end: Event, outcome: str, state: str) -> None:
    found = clock(world(case("mon 10:00", end), ALL))
    assert (found.outcome, found.stopped_at, found.state) == (outcome, end.happened_at, state)


def test_of_a_reply_older_than_the_case_nobody_knows_how_long_it_took() -> None:
    found = clock(world(case("mon 10:00", reply("mon 09:30")), ALL))
    assert (found.outcome, found.stopped_at, found.state) == ("unknown", at("mon 10:00"), "unknown")
    assert clock(world(case("mon 10:00", reply("mon 09:30"), reply("mon 10:20")), ALL)).outcome == "answered"


@pytest.mark.parametrize("more", [{"published_at": None}, {"is_owned_item": True}])
def test_who_wrote_first_owes_an_answer_from_the_customers_first_message_on(more: dict[str, Any]) -> None:
    events = [event("opened", "mon 10:00"), reply("mon 10:00"), said("mon 12:00"), reply("mon 12:20")]
    assert "frt 1" not in clocks(world(case("mon 10:00", *events[:2], **more), ALL))
    found = clocks(world(case("mon 10:00", *events, **more), ALL))
    assert (found["frt 1"].started_at, found["frt 1"].elapsed_seconds) == (at("mon 12:00"), 20 * 60)
    assert found["resolution 1"].started_at == at("mon 10:00")


def test_a_case_about_an_earned_post_was_begun_by_the_customer() -> None:
    assert clock(world(case("mon 10:00", event("opened", "mon 10:00")), ALL)).started_at == at("mon 10:00")


# -- next response and resolution --------------------------------------------------------------------------------------
TALK = [said("mon 10:10"), reply("mon 10:30"), said("mon 11:00"), said("mon 12:30"), reply("mon 13:00"),
        reply("mon 13:10"), said("tue 09:00"), event("resolved", "tue 10:00"), said("wed 09:00")]  # fmt: skip


def test_a_run_begins_with_its_oldest_unanswered_message() -> None:
    found = clocks(world(case("mon 10:00", *TALK), ALL), "wed 11:30")
    told = [(each.started_at, each.elapsed_seconds, each.outcome) for name, each in found.items() if "nrt" in name]
    assert told == [
        (at("mon 11:00"), 2 * HOUR, "answered"),
        (at("tue 09:00"), 1 * HOUR, "resolved"),
        (at("wed 09:00"), 2.5 * HOUR, None),
    ]
    assert [found[name].state for name in ("nrt 1", "nrt 2", "nrt 3")] == ["met", "met", "breached"]


def test_a_reopen_begins_a_resolution_anew_and_no_first_response() -> None:
    events = [event("reopened", "mon 09:30"), event("resolved", "mon 10:00"), event("resolved", "mon 10:30"),
              event("reopened", "tue 09:00", "customer"), event("resolved", "tue 09:45")]  # fmt: skip
    found = clocks(world(case("mon 09:00", *events), ALL))
    assert sorted(found) == ["frt 1", "nrt 1", "resolution 1", "resolution 2"]
    assert [found[name].elapsed_seconds for name in ("resolution 1", "resolution 2")] == [HOUR, 45 * 60]
    assert (found["resolution 2"].due_at, found["frt 1"].outcome) == (at("tue 17:00"), "unanswered")


def test_what_happens_at_one_second_is_read_in_order() -> None:
    events = [event("resolved", "mon 10:30"), reply("mon 10:30"), said("mon 10:30")]
    found = clocks(world(case("mon 10:00", *events), ALL))
    assert found["frt 1"].outcome == "answered"
    assert "nrt 1" not in found


# -- pauses ------------------------------------------------------------------------------------------------------------
def test_while_paused_there_is_no_due_date_and_a_first_response_goes_on() -> None:
    found = clocks(world(case("mon 09:00", PAUSED[0]), ALL), "tue 09:10")
    assert (found["resolution 1"].due_at, found["resolution 1"].state) == (None, "paused")
    assert (found["resolution 1"].elapsed_seconds, found["resolution 1"].is_paused) == (7 * HOUR, True)
    assert (found["frt 1"].state, found["frt 1"].elapsed_seconds) == ("breached", 8 * HOUR + 10 * 60)


@pytest.mark.parametrize(
    ("reason", "end", "is_over"),
    [
        ("waiting_customer", said("mon 12:00"), True),
        ("waiting_third_party", said("mon 12:00"), False),
        ("crisis_hold", reply("mon 12:00"), False),
        ("crisis_hold", event("resumed", "mon 12:00"), True),
        ("crisis_hold", event("reopened", "mon 12:00"), True),
        ("crisis_hold", event("paused", "mon 12:00", reason="lunch"), True),
        ("crisis_hold", event("paused", "mon 12:00", reason="waiting_customer"), False),
        ("lunch", reply("mon 12:00"), True),
    ],
)
def test_how_a_pause_ends(reason: str, end: Event, is_over: bool) -> None:
    found = clock(world(case("mon 10:00", event("paused", "mon 11:00", reason=reason), end), ALL), "resolution 1",
                  "mon 13:00")  # fmt: skip
    assert found.is_paused != is_over
    assert found.elapsed_seconds == (HOUR if not is_over else 3 * HOUR if reason == "lunch" else 2 * HOUR)


def test_a_bot_pauses_nothing() -> None:
    told = case("mon 10:00", event("paused", "mon 11:00", "bot", reason="waiting_customer"))
    assert clock(world(told, ALL), "resolution 1", "mon 13:00").elapsed_seconds == 3 * HOUR


def test_what_is_over_stays_due_when_it_was_paused_or_not() -> None:
    told = world(case("mon 10:00", event("paused", "tue 12:00", reason="crisis_hold")), ALL)
    found = clock(told, "resolution 1")
    assert (found.due_at, found.state, found.is_paused) == (at("tue 10:00"), "breached", True)


def test_stopped_in_a_pause_it_was_due_as_if_it_had_gone_on() -> None:
    told = case("mon 10:00", event("paused", "mon 12:00", reason="crisis_hold"), event("resolved", "mon 16:00"))
    found = clock(world(told, ALL), "resolution 1")
    assert (found.elapsed_seconds, found.due_at, found.is_paused) == (2 * HOUR, at("tue 14:00"), False)


# -- changes -----------------------------------------------------------------------------------------------------------
VIP = promise("vip", resolution=2, calendar="always")
HIGH = promise("care", "high", frt=0.5, resolution=4)


def test_another_track_has_another_target_and_the_time_stays_counted() -> None:
    told = world(case("mon 16:00", event("changed", "mon 16:30", track=" VIP ")), ALL, VIP)
    found = clock(told, "resolution 1", "mon 17:30")
    assert (found.track, found.target_seconds, found.calendar) == ("vip", 2 * HOUR, "always")
    assert (found.elapsed_seconds, found.due_at) == (1.5 * HOUR, at("mon 18:00"))


def test_a_change_to_a_target_that_is_over_counts_back_in_the_new_calendar() -> None:
    told = world(case("mon 10:00", event("changed", "tue 09:30", track="vip")), ALL, VIP)
    assert clock(told, "resolution 1").due_at == at("tue 04:00")  # 7.5 of 2 hours: 5.5 of them before, around the clock


def test_a_priority_has_its_own_target() -> None:
    told = case(
        "mon 10:00", event("changed", "mon 12:00", priority="HIGH "), event("changed", "mon 14:00", priority="x")
    )
    found = [clock(world(told, ALL, HIGH), "resolution 1", now) for now in ("mon 11:00", "mon 13:00", "mon 15:00")]
    assert [(each.priority, each.due_at) for each in found] == [
        (None, at("tue 10:00")),
        ("high", at("mon 14:00")),
        ("x", at("tue 10:00")),
    ]


def test_a_track_nobody_knows_is_the_default_and_a_calendar_nobody_knows_is_none() -> None:
    told = case("mon 10:00", event("changed", "mon 11:00", track="nobody", calendar="nobody"),
                versions=[Version(known_at=at("mon 10:00"), track="somebody")])  # fmt: skip
    found = clock(world(told, ALL, VIP), now="mon 10:30")
    assert (found.track, found.calendar, found.due_at) == ("care", "office", at("mon 11:00"))


def test_a_calendar_named_by_a_change_goes_before_the_tracks() -> None:
    events = [event("changed", "mon 16:00", calendar="always"), event("changed", "mon 16:30", track="care2")]
    found = clock(world(case("mon 16:00", *events), ALL, promise("care2", resolution=2)), "resolution 1", "mon 17:30")
    assert (found.calendar, found.due_at) == ("always", at("mon 18:00"))


def test_where_the_new_track_promises_nothing_the_target_stays() -> None:
    told = case("mon 10:00", event("changed", "mon 10:10", track="vip"))
    assert clock(world(told, ALL, VIP)).target_seconds == HOUR
    assert "frt 1" not in clocks(world(told, VIP, promise("care", resolution=1)))


def test_a_clock_keeps_the_version_it_began_with() -> None:
    versions = [promise(resolution=8, until_at=at("tue 00:00")), promise(resolution=1, from_at=at("tue 00:00"))]
    told = case("mon 16:00", event("changed", "tue 10:00", priority="x"))
    found = [clock(world(told, *versions), "resolution 1", now).due_at for now in ("tue 09:59", "tue 10:00")]
    assert found == [at("tue 16:00"), at("mon 17:00")]


def test_a_later_version_of_the_record_is_a_change_where_no_event_tells() -> None:
    versions = [
        Version(known_at=at("mon 10:00")),
        Version(known_at=at("mon 11:00"), track="Care"),
        Version(known_at=at("mon 13:00"), track="vip", updated_at=at("mon 12:00")),
    ]
    found = clock(world(case("mon 10:00", versions=versions), ALL, VIP), "resolution 1")
    assert (found.track, found.due_at) == ("vip", at("mon 12:00"))
    told = case("mon 10:00", event("changed", "mon 15:00", track="care"), versions=versions)
    assert clock(world(told, ALL, VIP), "resolution 1").due_at == at("tue 10:00")


# -- merged and excluded -----------------------------------------------------------------------------------------------
def test_the_parent_takes_over_the_conversation() -> None:
    child = case("mon 09:00", said("mon 12:00"), reply("mon 10:30"), event("merged", "mon 11:00", other_case_id="x:1"),
                 case_id="x:2")  # fmt: skip
    told = world([case("mon 10:00", said("mon 10:10")), child], ALL)
    found, own = clocks(told, "mon 12:30"), clocks(told, case_id="x:2")
    assert (found["frt 1"].started_at, found["frt 1"].elapsed_seconds) == (at("mon 09:00"), 1.5 * HOUR)
    assert found["nrt 1"].started_at == at("mon 12:00")
    assert {each.state for each in own.values()} == {"merged"}
    assert own["resolution 1"].stopped_at == at("mon 11:00")
    assert sorted(own) == ["frt 1", "resolution 1"]


def test_a_chain_leads_to_its_last_parent_and_a_ring_to_nobody() -> None:
    def into(case_id: str, other: str, start: str) -> Case:
        return case(start, event("merged", "mon 12:00", other_case_id=other), case_id=case_id)

    chain = world([case("mon 11:00"), into("x:2", "x:1", "mon 10:00"), into("x:3", "x:2", "mon 09:00")], ALL)
    assert clock(chain).started_at == at("mon 09:00")
    ring = world([into("x:1", "x:2", "mon 10:00"), into("x:2", "x:1", "mon 09:00")], ALL)
    assert (clock(ring).outcome, clock(ring).started_at) == (None, at("mon 10:00"))


def test_a_reopen_undoes_an_exclusion_and_a_merge() -> None:
    events = [event("excluded", "mon 10:10"), event("merged", "mon 10:20", other_case_id="x:2"),
              event("reopened", "mon 10:30"), reply("mon 10:50")]  # fmt: skip
    found = clocks(world([case("mon 10:00", *events), case("mon 09:00", case_id="x:2")], ALL))
    assert (found["frt 1"].outcome, found["frt 1"].elapsed_seconds) == ("answered", 50 * 60)
    assert sorted(found) == ["frt 1", "resolution 1"]


def test_all_clocks_of_an_excluded_case_are_excluded_and_nothing_is_read_after() -> None:
    events = [
        reply("mon 10:10"),
        said("mon 10:20"),
        event("excluded", "mon 11:00"),
        said("mon 12:00"),
        reply("mon 13:00"),
    ]
    found = clocks(world(case("mon 10:00", *events), ALL))
    assert {each.state for each in found.values()} == {"excluded"}
    assert [found[name].stopped_at for name in ("frt 1", "nrt 1")] == [at("mon 10:10"), at("mon 11:00")]


# -- states ------------------------------------------------------------------------------------------------------------
def test_a_response_is_at_risk_when_less_is_left_than_answers_take() -> None:
    told, usual = world(case("mon 10:00"), ALL), {"care": 1800.0}
    assert [clock(told, now=now, p75=usual).state for now in ("mon 10:29", "mon 10:30")] == ["on_track", "at_risk"]
    slow = {"care": 8.0 * HOUR}
    assert clock(told, "resolution 1", "mon 10:30", p75=slow).state == "on_track"


def test_a_target_met_on_its_last_second_is_met() -> None:
    assert clock(world(case("mon 16:00", reply("tue 09:00")), ALL)).state == "met"
    assert clock(world(case("mon 16:00", reply("tue 09:01")), ALL)).state == "breached"
