"""The baton: the cases in flight at the next hand-over, whose they are, and into whose hands they go."""

from __future__ import annotations

from typing import Any

import pytest

from queries.answers import Answers
from queries.roster import ShiftRow
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import segment
from tests.queries.case_rows import HOUR, MINUTE, ask, case, event, plain, put
from tests.queries.clock_crowd import promised
from tests.queries.people_rows import DAY, accepted, clock, flights, given, roster, shift, took

SITES = ("from_site", "to_site", "overlap_seconds")
COUNTS = ("from_site", "in_flight_count", "unowned_count")
HANDS = ("case_id", "owner", "next_owner", "is_acknowledged", "state")


def test_a_case_is_in_flight_where_its_owners_site_closes(warehouse: Warehouse, answers: Answers) -> None:
    roster(
        warehouse,
        shift(-8, 1, "Berlin", "ann", "ben"),
        shift(0, 9, "Oslo", "ola"),
        shift(10, 11, "Rome"),
    )
    flights(
        warehouse,
        [took("x:1", "ann", -3), took("x:2", "ben", -2), took("x:3", "ola", -1), took("x:4", "nobody knows", -1),
         given("x:2", "ola", -0.5), event("x:5", "changed", NOON - HOUR)],
    )  # fmt: skip
    assert ask(answers, "next_handover", *COUNTS) == [("Berlin", 3, 2), ("Oslo", 1, 1), ("Rome", 0, 0)]
    assert sorted(ask(answers, "baton", *HANDS)) == [
        ("x:1", "ann", None, False, "warn"),
        ("x:2", "ben", "ola", False, "warn"),
        ("x:5", None, None, False, "warn"),
    ]


def test_a_case_nobody_has_is_in_flight_at_the_very_next_hand_over(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 2, "Oslo", "ola"), shift(1, 9, "Berlin", "ann"), shift(26, 33, "Berlin", "ann"))
    flights(house, [event("x:5", "changed", NOON - HOUR)])
    assert ask(asked, "next_handover", *COUNTS)[0] == ("Oslo", 1, 1)
    assert ask(asked, "baton", "from_site", "case_id") == [("Oslo", "x:5")]


def test_a_case_is_red_without_a_next_owner_a_quarter_of_an_hour_before(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo", "ola"))
    flights(house, [took("x:1", "ann", -3), took("x:2", "ann", -3), given("x:2", "ola", -1)])

    def states(minutes: float) -> list[Any]:
        return sorted(ask(asked, "baton", "case_id", "state", now=NOON + HOUR - minutes * MINUTE))

    assert states(16) == [("x:1", "warn"), ("x:2", "warn")]
    assert states(15) == [("x:1", "red"), ("x:2", "warn")]


def test_an_accepted_case_is_its_new_owners_and_is_still_seen_to_have_arrived(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(-1, 9, "Oslo", "ola"), shift(10, 11, "Rome"))
    flights(
        house,
        [took("x:1", "ann", -3), given("x:1", "ola", -0.5), accepted("x:1", "ola", -0.25),
         took("x:2", "ann", -4), given("x:2", "ola", -3), accepted("x:2", "ola", -2.5)],
    )  # fmt: skip
    assert ask(asked, "next_handover", *COUNTS)[:2] == [("Berlin", 0, 0), ("Oslo", 2, 2)]
    # what was given away long before this hand-over is no part of it
    assert ask(asked, "baton", *HANDS) == [("x:1", "ola", "ola", True, "ok")]
    # as it was between offer and acceptance
    assert ask(asked, "baton", *HANDS, now=NOON - 20 * MINUTE) == [("x:1", "ann", "ola", False, "warn")]
    # once Berlin has closed, both are in flight where Oslo closes, and nobody is to have them yet
    assert ask(asked, "baton", *HANDS, now=NOON + HOUR) == [
        ("x:1", "ola", None, False, "warn"),
        ("x:2", "ola", None, False, "warn"),
    ]


@pytest.mark.parametrize(
    ("events", "owner", "next_owner"),
    [
        ([took("x:1", "ann", -3), given("x:1", "ola", -2), took("x:1", "ann", -1, "claimed")], "ann", None),
        ([took("x:1", "ann", -3), given("x:1", "ola", -2), given("x:1", "ole", -1)], "ann", "ole"),
        ([took("x:1", "ann", -3), given("x:1", "ann", -2)], "ann", None),
        ([took("x:1", "ann", -3), given("x:1", None, -2)], "ann", None),
        ([given("x:1", "ola", -4), took("x:1", "ann", -3)], "ann", None),
        ([took("x:1", "ola", -4), took("x:1", "ann", -3, "accepted"), given("x:1", "ola", -1)], "ann", "ola"),
        ([took("x:1", "ann", -3), took("x:1", "ann", -2, "accepted"), given("x:1", "ola", -1)], "ann", "ola"),
        ([took("x:1", "ann", -3), given("x:1", "ola", 0.1), took("x:1", "ola", 0.2)], "ann", None),
        ([took("x:1", "ann", -3), took("x:1", "ola", -2, is_drill=True)], "ann", None),
        ([given("x:1", "ola", -1)], None, "ola"),
    ],
    ids=["taken back", "the newest offer", "to oneself", "to nobody", "offered before it was taken", "passed on",
         "told twice", "not yet", "a drill", "without an owner"],
)  # fmt: skip
def test_the_next_owner_is_whom_the_newest_offer_names_after_the_owner_took_it(
    house: Warehouse, asked: Answers, events: list[Any], owner: str | None, next_owner: str | None
) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo", "ola", "ole"))
    flights(house, events)
    assert ask(asked, "baton", "owner", "next_owner") == [(owner, next_owner)]


def test_a_case_nobody_ever_took_is_that_of_whom_its_record_names(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo", "ola"))
    # of x:2 a taking is known, but it lies ahead: as of noon nobody has it
    records = [case("x:1", owner="ann"), case("x:2", owner="ola")]
    flights(house, [event("x:1", "changed", NOON - HOUR), took("x:2", "ola", 0.5)], cases=records)
    assert sorted(ask(asked, "baton", "case_id", "owner")) == [("x:1", "ann"), ("x:2", None)]


@pytest.mark.parametrize(
    ("team", "is_there"),
    [("Berlin", True), ("berlin", True), ("care Berlin", True), (" Berlin CARE ", True), ("press", True),
     ("care", False), ("Rome", False), (None, False)],
)  # fmt: skip
def test_whom_no_shift_names_is_of_the_site_their_team_fits(
    house: Warehouse, asked: Answers, team: str | None, is_there: bool
) -> None:
    # care is a team of both sites, so it fits none
    roster(house, shift(-8, 1), shift(-8, 1, team="press"), shift(0, 9, "Oslo", "ola"))
    older = event("x:other", "changed", NOON - 2 * DAY, actor="kim", actor_kind="human", team="Oslo")
    newer = event("x:other", "changed", NOON - DAY, actor="kim", actor_kind="human", team=team)
    put(house, case_events=[older, newer] if team else [newer])
    flights(house, [took("x:1", "kim", -3)])
    assert ask(asked, "next_handover", *COUNTS)[0] == ("Berlin", int(is_there), int(is_there))


def test_a_shift_that_names_somebody_says_more_than_a_team(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo"))
    flights(house, [took("x:1", "ann", -3, actor="ann", team="Oslo")])
    assert ask(asked, "next_handover", *COUNTS) == [("Berlin", 1, 1), ("Oslo", 0, 0)]


@pytest.mark.parametrize(
    ("shifts", "site"),
    [
        ([shift(-8, 1, "Berlin", "ann"), shift(3, 9, "Oslo", "ann")], "Berlin"),
        ([shift(-9, -8, "Berlin", "ann"), shift(3, 9, "Oslo", "ann")], "Oslo"),
        ([shift(-9, -3, "Berlin", "ann"), shift(4, 9, "Oslo", "ann")], "Berlin"),
        ([shift(-8, 4, "Berlin", "ann"), shift(-1, 1, "Oslo", "ann")], "Berlin"),
        ([shift(-8, 1, "Berlin", "ann"), shift(-1, 4, "Oslo", "ann")], "Oslo"),
        ([shift(-8, 4, "Berlin", "ann"), shift(-3, -2, "Oslo", "ann")], "Berlin"),
        ([shift(-30, -22, "Oslo", "ann"), shift(20, 22, "Berlin", "ann")], "Berlin"),
    ],
    ids=["on", "nearer ahead", "nearer behind", "on twice", "on twice, the longer", "on again", "far from all"],
)  # fmt: skip
def test_whoever_works_at_two_sites_is_of_the_one_where_they_are_or_are_nearest(
    house: Warehouse, asked: Answers, shifts: list[ShiftRow], site: str
) -> None:
    roster(house, *shifts, shift(-1, 23, "Berlin"), shift(-1, 23, "Oslo"))
    flights(house, [took("x:1", "ann", -3)])
    assert [row[0] for row in ask(asked, "next_handover", *COUNTS) if row[1]] == [site]


@pytest.mark.parametrize(
    "more",
    [{"is_paused": True}, {"stopped_at": NOON - HOUR}, {"target_seconds": None}, {"until_at": NOON},
     {"since_at": NOON + HOUR}, {"started_at": NOON + HOUR}],
    ids=["paused", "stopped", "not promised", "over", "not yet cut", "not begun"],
)  # fmt: skip
def test_only_a_clock_that_runs_is_in_flight(house: Warehouse, asked: Answers, more: dict[str, Any]) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo"))
    flights(house, [took("x:1", "ann", -3)], segment("x:1", **{"started_at": NOON - 5 * HOUR, **more}))
    assert ask(asked, "next_handover", *COUNTS)[0] == ("Berlin", 0, 0)
    assert ask(asked, "baton") == []


def test_the_clock_due_first_is_told_of_and_any_due_at_the_seam_is_marked(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo"))
    clocks = [clock("x:1", 0.5), clock("x:1", 2, metric="resolution"), clock("x:2", 3), clock("x:3", 3.1),
              clock("x:4", -1), clock("x:4", 4, metric="nrt")]  # fmt: skip
    flights(house, [took(f"x:{number}", "ann", -5) for number in range(1, 5)], *clocks,
            cases=[case("x:2", subject="lost bag")])  # fmt: skip
    told = ask(asked, "baton", "case_id", "metric", "due_at", "remaining_seconds", "breaches_at_seam", "subject")
    assert told == [
        ("x:4", "frt", plain(NOON - HOUR), -3600, False, None),
        ("x:1", "frt", plain(NOON + HOUR / 2), 1800, True, None),
        ("x:2", "frt", plain(NOON + 3 * HOUR), 3 * 3600, True, "lost bag"),
        ("x:3", "frt", plain(NOON + 3.1 * HOUR), 11160, False, None),
    ]


def test_a_site_alone_hands_over_to_itself_and_its_cases_stay_with_their_owners(
    house: Warehouse, asked: Answers
) -> None:
    roster(house, shift(-8, 0.1, "Berlin", "ann"), shift(16, 24, "Berlin", "ann"))
    flights(house, [took("x:1", "ann", -3), event("x:2", "changed", NOON - HOUR)])
    assert ask(asked, "next_handover", *SITES, *COUNTS[1:])[0] == ("Berlin", "Berlin", -57240, 2, 1)
    assert ask(asked, "baton", *HANDS) == [("x:2", None, None, False, "red"), ("x:1", "ann", "ann", True, "ok")]


def test_what_is_in_flight_is_what_still_has_to_be_handed_over(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann", "ben"), shift(-1, 9, "Oslo", "ola"))
    flights(
        house,
        [took("x:1", "ann", -3), took("x:2", "ben", -3), given("x:2", "ola", -1), took("x:3", "ben", -3),
         given("x:3", "ola", -1), accepted("x:3", "ola", -0.5), took("x:4", "ola", -1)],
    )  # fmt: skip
    rows = ask(asked, "baton", "state", "next_owner")
    ((_, in_flight, unowned), *_) = ask(asked, "next_handover", *COUNTS)
    assert (in_flight, unowned) == (2, 1)
    assert len([state for state, _ in rows if state != "ok"]) == in_flight
    assert len([name for _, name in rows if name is None]) == unowned


def test_yesterdays_board_is_that_of_yesterday(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"), shift(0, 9, "Oslo", "ola"))
    flights(house, [took("x:1", "ann", -3)])
    known = house.state[1]
    put(house, NOON + HOUR, case_events=[given("x:1", "ola", -2, known_from_at=NOON + HOUR)])
    assert ask(asked, "baton", "next_owner") == [("ola",)]
    assert ask(asked, "baton", "next_owner", known_at=known) == [(None,)]
    assert ask(asked, "baton", "next_owner", now=NOON - 2.5 * HOUR) == [(None,)]


def test_what_is_left_is_what_the_clocks_say(house: Warehouse, asked: Answers) -> None:
    promised(house)
    clocks = ask(
        asked, "sla_clocks", "case_id", "metric", "due_at", "remaining_seconds", since=NOON - 60 * DAY, until=NOON
    )
    left = {(case_id, metric, due_at): seconds for case_id, metric, due_at, seconds in clocks}
    found = ask(asked, "baton", "case_id", "metric", "due_at", "remaining_seconds")
    assert len(found) > 10
    assert all(left[(case_id, metric, due_at)] == seconds for case_id, metric, due_at, seconds in found)
    for case_id, _, due_at, _ in found:
        running = [due for name, _, due, seconds in clocks if name == case_id and seconds is not None and due]
        assert due_at == min(running)
