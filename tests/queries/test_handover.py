"""Hand-overs ahead: which site closes, who has the watch then, and the cases that have to change hands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config import Shift
from jobs.roster import edges
from queries.answers import Answers
from queries.roster import ShiftRow
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, ask, event, plain
from tests.queries.people_rows import DAY, flights, roster, shift, took

SITES = ("from_site", "to_site", "overlap_seconds")
COUNTS = ("from_site", "in_flight_count", "unowned_count")
HANDS = ("case_id", "owner", "next_owner", "is_acknowledged", "state")


def test_the_end_of_a_stretch_goes_to_who_is_there_and_says_for_how_long_both_are(
    warehouse: Warehouse, answers: Answers
) -> None:
    roster(warehouse, shift(-8, 1), shift(0.5, 8, "New York"), shift(9, 17, "Tokyo"))
    found = ask(answers, "next_handover")
    assert found == [
        (plain(NOON + HOUR), "Berlin", "New York", plain(NOON + HOUR / 2), 1800, 0, 0),
        (plain(NOON + 8 * HOUR), "New York", "Tokyo", plain(NOON + 9 * HOUR), -3600, 0, 0),
        (plain(NOON + 17 * HOUR), "Tokyo", None, None, None, 0, 0),
    ]


def test_shifts_that_touch_or_overlap_are_one_stretch_and_a_break_is_none(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-4, 1), shift(1, 3), shift(2, 4), shift(0, 1, team="press"), shift(5, 6))
    ends = ask(asked, "next_handover", "handover_at", "from_site", "to_site", "overlap_seconds")
    # the site itself is the next to open: the watch does not leave it
    assert ends == [
        (plain(NOON + 4 * HOUR), "Berlin", "Berlin", -3600),
        (plain(NOON + 6 * HOUR), "Berlin", None, None),
    ]


def test_of_several_who_are_there_the_one_that_stays_longest_has_the_watch(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1), shift(-1, 3, "Oslo"), shift(0, 5, "Rome"), shift(0, 5, "Turin"), shift(1, 2, "Bonn"))
    assert ask(asked, "next_handover", *SITES)[0] == ("Berlin", "Rome", 3600)


def test_both_are_there_for_no_longer_than_the_shorter_stretch(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-1, 1), shift(-40, 40, "Oslo"))
    assert ask(asked, "next_handover", *SITES) == [("Berlin", "Oslo", 2 * 3600)]


def test_a_site_that_opens_as_another_closes_is_there_without_an_overlap(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1), shift(1, 9, "Oslo"))
    assert ask(asked, "next_handover", *SITES)[0] == ("Berlin", "Oslo", 0)


def test_two_sites_that_close_at_once_do_not_hand_over_to_each_other(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1), shift(-6, 1, "Oslo"), shift(2, 9, "Rome"))
    flights(house, [event("x:free", "changed", NOON - HOUR), took("x:b", "bo", -2, team="care Oslo", actor="bo")])
    assert ask(asked, "next_handover", *SITES)[:2] == [("Berlin", "Rome", -3600), ("Oslo", "Rome", -3600)]
    # what nobody owns is counted once, and both sites' cases are in the baton
    assert ask(asked, "next_handover", *COUNTS)[:2] == [("Berlin", 1, 1), ("Oslo", 1, 1)]
    assert sorted(ask(asked, "baton", "case_id", "from_site")) == [("x:b", "Oslo"), ("x:free", "Berlin")]


def test_only_hand_overs_of_the_hours_asked_for_come_back_and_the_one_of_now_is_past(
    house: Warehouse, asked: Answers
) -> None:
    roster(house, shift(-8, 0), shift(-8, 6, "Oslo"), shift(-8, 7, "Rome"))
    assert ask(asked, "next_handover", "from_site", hours=6) == [("Oslo",)]
    assert ask(asked, "next_handover", "from_site", now=NOON - MINUTE)[0] == ("Berlin",)


def test_who_is_on_call_neither_closes_nor_takes_over(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1), shift(0, 9, "Oslo", is_on_call=True), shift(1, 4, is_on_call=True))
    assert ask(asked, "next_handover", *SITES) == [("Berlin", None, None)]


def local(day: str, site: str, zone: str, start: str, end: str) -> ShiftRow:
    """The shift of a local day, as the roster is written out."""
    told = Shift.model_validate({"site": site, "timezone": zone, "heads": 1, "start": start, "end": end})
    starts_at, ends_at = edges(told, datetime.fromisoformat(day).date())
    return ShiftRow(site=site, timezone=zone, team="care", languages=("en",), heads=1, starts_at=starts_at,
                    ends_at=ends_at)  # fmt: skip


def test_a_shift_across_midnight_and_the_week_the_clocks_change_end_when_they_end(
    house: Warehouse, asked: Answers
) -> None:
    # of 1 November 2026: New York sets its clocks back in the night
    night = local("2026-10-31", "New York", "America/New_York", "22:00", "06:00")
    roster(house, night, local("2026-11-01", "Berlin", "Europe/Berlin", "09:00", "17:00"))
    now = datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert ask(asked, "next_handover", "handover_at", *SITES, now=now)[0] == (
        plain(now + 6 * HOUR), "New York", "Berlin", 3 * 3600,
    )  # fmt: skip


def test_without_a_roster_there_is_no_hand_over(answers: Answers, warehouse: Warehouse) -> None:
    flights(warehouse, [took("x:1", "ann", -3)])
    assert ask(answers, "next_handover") == []
    assert ask(answers, "baton") == []
    assert ask(answers, "seams", since=NOON - DAY, until=NOON) == []


def test_who_is_on_names_them_and_marks_those_on_call(warehouse: Warehouse, answers: Answers) -> None:
    roster(
        warehouse,
        shift(-2, 2, "Berlin", "ann", "ben", employer="Helpline GmbH"),
        shift(-2, 9, "Oslo", "ola", is_on_call=True),
        shift(4, 9, "Oslo", "ole"),
        shift(3, 9, "Oslo", "eve", is_on_call=True),
        shift(-1, 3, "Rome", is_on_call=True),
    )
    told = ask(answers, "who_is_on", "site", "agents", "employer", "heads_count", "is_on", "is_on_call")
    assert told == [
        ("Berlin", "ann, ben", "Helpline GmbH", 2, True, False),
        ("Oslo", "ole", "own", 1, False, False),
        ("Oslo", "ola", "own", 1, False, True),
        ("Rome", "", "own", 1, False, True),
    ]


def test_a_hand_over_at_the_edge_of_the_roster_is_told_a_day_ahead_at_most(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 30))
    assert ask(asked, "next_handover") == []
    flights(house, [event("x:1", "changed", NOON - timedelta(hours=1))])
    assert ask(asked, "baton", "case_id", "handover_at") == [("x:1", plain(NOON + 30 * HOUR))]
