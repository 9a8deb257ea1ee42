"""Past hand-overs: what was in flight, what changed hands in time, what nobody had, and what broke at the seam."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import ShiftRow
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.rows import segment
from tests.queries.case_rows import HOUR, MINUTE, ask, event, plain, put
from tests.queries.people_rows import DAY, accepted, clock, flights, given, roster, shift, took

COUNTS = ("from_site", "in_flight_count", "handed_over_count", "unowned_count")
WINDOW = {"since": NOON - DAY, "until": NOON + DAY}
SHIFTS = [shift(-12, -4, "Berlin", "ann", "ben"), shift(-5, 3, "Oslo", "ola", "ole")]
"""Berlin has closed four hours ago, and Oslo has been there since an hour before it."""


@pytest.fixture
def house(house: Warehouse) -> Warehouse:
    roster(house, *SHIFTS)
    return house


def test_what_was_in_flight_what_was_handed_over_and_what_nobody_had(warehouse: Warehouse, answers: Answers) -> None:
    roster(warehouse, *SHIFTS)
    flights(
        warehouse,
        [
            took("x:kept", "ann", -9),
            *(took("x:given", "ann", -9), given("x:given", "ola", -5)),
            *(took("x:gone", "ben", -9), given("x:gone", "ola", -5), accepted("x:gone", "ola", -4.5)),
            *(took("x:later", "ann", -9), took("x:later", "ole", -3.5, "claimed")),
            *(took("x:late", "ann", -9), took("x:late", "ole", -3.4, "claimed")),
            took("x:theirs", "ola", -9),
            event("x:free", "changed", NOON - 9 * HOUR),
            took("x:stranger", "zoe", -9),
        ],
    )
    found = ask(answers, "seams", "handover_at", "to_site", *COUNTS, **WINDOW)
    # handed over: given, gone and later; nobody had: kept, late and free
    assert found == [(plain(NOON - 4 * HOUR), "Oslo", "Berlin", 6, 3, 3)]


def test_hand_overs_ahead_are_none_yet_and_the_window_is_half_open(house: Warehouse, asked: Answers) -> None:
    flights(house, [took("x:1", "ola", -9)])
    assert [row[0] for row in ask(asked, "seams", *COUNTS, **WINDOW)] == ["Berlin"]
    assert [row[0] for row in ask(asked, "seams", *COUNTS, now=NOON + 3 * HOUR, **WINDOW)] == ["Berlin", "Oslo"]
    closed = NOON - 4 * HOUR
    assert ask(asked, "seams", since=NOON - DAY, until=closed) == []
    assert ask(asked, "seams", "from_site", since=closed, until=closed + MINUTE) == [("Berlin",)]


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        ([given("x:1", "ola", -6.1)], (1, 0, 1)),
        ([given("x:1", "ola", -5.9)], (1, 1, 0)),
        ([given("x:1", "ann", -5)], (1, 0, 1)),
        ([given("x:1", None, -5)], (1, 0, 1)),
        ([given("x:1", "ola", -5), took("x:1", "ann", -4.5, "claimed")], (1, 0, 1)),
        ([given("x:1", "ola", -3.9)], (1, 0, 1)),
        ([took("x:1", "ola", -3.9)], (1, 0, 1)),
        ([took("x:1", "ann", -3.9, "claimed")], (1, 0, 1)),
        ([accepted("x:1", "ola", -3.9)], (1, 1, 0)),
        ([given("x:1", "ola", -8), accepted("x:1", "ola", -7)], (0, 0, 0)),
        ([took("x:1", "ola", -4.5)], (0, 0, 0)),
        ([given("x:1", "ben", -5), accepted("x:1", "ben", -4.5)], (1, 0, 1)),
    ],
    ids=["too long before", "in time", "to oneself", "to nobody", "taken back", "offered too late", "assigned later",
         "claimed by its owner", "accepted after it", "given long before", "assigned before it", "to one who goes too"],
)  # fmt: skip
def test_a_case_is_handed_over_in_the_two_hours_before_or_the_half_hour_after(
    house: Warehouse, asked: Answers, events: list[Any], counts: tuple[int, int, int]
) -> None:
    flights(house, [took("x:1", "ann", -9), *events])
    assert ask(asked, "seams", *COUNTS[1:], **WINDOW) == [counts]


def test_the_half_hour_begins_when_the_next_site_opens(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-12, -4, "Berlin", "ann"), shift(-2, 3, "Oslo", "ola"), at=NOON - 4 * DAY)
    flights(house, [took("x:1", "ann", -9), accepted("x:1", "ola", -1.5), took("x:2", "ann", -9),
                    accepted("x:2", "ola", -1.4)])  # fmt: skip
    assert ask(asked, "seams", *COUNTS, **WINDOW)[0] == ("Berlin", 2, 1, 1)


@pytest.mark.parametrize(
    ("more", "unowned"),
    [([], 1), ([shift(-5, -3, "Rome", "ann")], 0), ([shift(-5, -3, "Rome", "ann", is_on_call=True)], 1)],
    ids=["gone", "on elsewhere", "on call"],
)
def test_an_owner_who_is_on_shift_at_another_site_still_has_the_case(
    tmp_path: Path, more: list[ShiftRow], unowned: int
) -> None:
    opened = Warehouse("duckdb:w", tmp_path / "other.duckdb", NOON)
    roster(opened, *SHIFTS, *more)
    flights(opened, [took("x:1", "ann", -9), took("x:2", "ben", -9)])
    found = ask(Answers(opened, load_catalogue(), DictCache()), "seams", *COUNTS, **WINDOW)
    opened.close()
    # Ann is then of the site where she is on, and her case in flight when that one closes
    at_berlin = next(row for row in found if row[0] == "Berlin")
    assert at_berlin == ("Berlin", 1 + unowned, 0, 1 + unowned)


def test_nine_of_ten_were_acknowledged_within_and_it_is_unknown_when_fewer_were(
    house: Warehouse, asked: Answers
) -> None:
    events = []
    for number in range(10):
        name = f"x:{number}"
        events += [took(name, "ann", -9), given(name, "ola", -5)]
        # one after another, the last one never; some before Berlin closes, some after
        events += [accepted(name, "ola", -5 + (number + 1) / 5)] if number < 9 else []
    flights(house, events)
    assert ask(asked, "seams", "acknowledged_p90_seconds", **WINDOW) == [(9 / 5 * 3600,)]
    # as of half an hour before that, only eight of ten had been
    assert ask(asked, "seams", "acknowledged_p90_seconds", now=NOON - 3.3 * HOUR, **WINDOW) == [(None,)]


def test_nothing_handed_over_was_acknowledged_by_nobody(house: Warehouse, asked: Answers) -> None:
    flights(house, [took("x:1", "ann", -9)])
    assert ask(asked, "seams", "acknowledged_p90_seconds", **WINDOW) == [(None,)]


CLOSED = -4


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        (clock("x:1", CLOSED), 1),
        (clock("x:1", CLOSED + 1.99), 1),
        (clock("x:1", CLOSED + 2), 0),
        (clock("x:1", CLOSED - 0.01), 0),
        (clock("x:1", CLOSED + 1, stopped_at=NOON - 3.5 * HOUR), 0),
        (clock("x:1", CLOSED + 1, stopped_at=NOON - 2 * HOUR), 1),
        (clock("x:1", CLOSED + 1, stopped_at=NOON - 3.5 * HOUR, outcome="unanswered"), 1),
        (clock("x:1", CLOSED + 1, stopped_at=NOON - 2 * HOUR, outcome="merged"), 0),
        (clock("x:1", CLOSED + 1, stopped_at=NOON - 2 * HOUR, outcome="excluded"), 0),
        (clock("x:1", CLOSED + 1, stopped_at=NOON - 2 * HOUR, outcome="unknown"), 0),
    ],
    ids=["at the seam", "within two hours", "two hours later", "before it", "answered in time", "answered late",
         "closed unanswered", "merged", "excluded", "nobody knows"],
)  # fmt: skip
def test_a_promise_that_breaks_within_two_hours_counts(
    house: Warehouse, asked: Answers, told: dict[str, Any], broken: int
) -> None:
    running = segment("x:1", NOON - 11 * HOUR, metric="resolution", target_seconds=9 * 86400)
    flights(house, [took("x:1", "ann", -10.5)], told, running)
    assert ask(asked, "seams", "in_flight_count", "breached_count", **WINDOW) == [(1, broken)]


def test_what_broke_at_the_seam_did_so_whatever_the_clock_went_through_later(house: Warehouse, asked: Answers) -> None:
    begun, paused_at = NOON - 9 * HOUR, NOON - HOUR
    due = NOON - 3 * HOUR
    told: dict[str, Any] = {"metric": "nrt", "target_seconds": 6 * 3600, "due_at": due, "breaches_at": due}
    clocks = [
        segment("x:1", begun, until_at=paused_at, segment=1, **told),
        segment("x:1", begun, since_at=paused_at, is_paused=True, before_seconds=8 * 3600, segment=2, **told),
    ]
    flights(house, [took("x:1", "ann", -8.5)], *clocks)
    window = {"since": NOON - 5 * HOUR, "until": NOON - 3.5 * HOUR}
    assert ask(asked, "seams", "in_flight_count", "breached_count", **window) == [(1, 1)]


def test_what_has_not_broken_yet_as_of_then_did_not_break(house: Warehouse, asked: Answers) -> None:
    flights(house, [took("x:1", "ann", -9)], clock("x:1", -3))
    assert ask(asked, "seams", "breached_count", **WINDOW) == [(1,)]
    assert ask(asked, "seams", "breached_count", now=NOON - 3 * HOUR, **WINDOW) == [(0,)]


def test_only_what_then_had_a_running_clock_was_in_flight(house: Warehouse, asked: Answers) -> None:
    before, after = NOON - 4.5 * HOUR, NOON - 3.5 * HOUR
    clocks = [
        segment("x:stopped", NOON - 9 * HOUR, stopped_at=before),
        segment("x:stops", NOON - 9 * HOUR, stopped_at=after),
        segment("x:begins", after),
        segment("x:paused", NOON - 9 * HOUR, until_at=before, segment=1),
        segment("x:paused", NOON - 9 * HOUR, since_at=before, until_at=after, is_paused=True, segment=2),
        segment("x:paused", NOON - 9 * HOUR, since_at=after, segment=3),
    ]
    names = ("x:stopped", "x:stops", "x:begins", "x:paused")
    flights(house, [took(name, "ann", -8.5) for name in names], *clocks)
    assert ask(asked, "seams", *COUNTS, **WINDOW) == [("Berlin", 1, 0, 1)]


def test_what_nobody_owned_counts_once_where_two_sites_closed_at_once(house: Warehouse, asked: Answers) -> None:
    roster(house, *SHIFTS, shift(-12, -4, "Bonn", "bo"), at=NOON - 4 * DAY)
    flights(house, [event("x:free", "changed", NOON - 9 * HOUR), took("x:bo", "bo", -9)])
    found = [row for row in ask(asked, "seams", *COUNTS, **WINDOW) if row[0] != "Oslo"]
    assert found == [("Berlin", 1, 0, 1), ("Bonn", 1, 0, 1)]


def test_what_became_known_later_was_not_known_then(house: Warehouse, asked: Answers) -> None:
    flights(house, [took("x:1", "ann", -9)])
    known = house.state[1]
    put(house, NOON + HOUR, case_events=[given("x:1", "ola", -5, known_from_at=NOON + HOUR)])
    assert ask(asked, "seams", *COUNTS, **WINDOW) == [("Berlin", 1, 1, 0)]
    assert ask(asked, "seams", *COUNTS, known_at=known, **WINDOW) == [("Berlin", 1, 0, 1)]


def test_a_seam_without_cases_is_told_as_one(asked: Answers) -> None:
    told = ask(asked, "seams", since=NOON - timedelta(hours=5), until=NOON)
    assert told == [(plain(NOON - 4 * HOUR), "Berlin", "Oslo", 0, 0, 0, None, 0)]
