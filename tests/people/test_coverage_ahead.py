"""Gaps ahead, the week and its summary: on hand-made rosters and messages, with a forecast that is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import Shift
from jobs.roster import instants
from queries.answers import Answers
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.people.test_coverage import answered, expect, shift, terms
from tests.promises.rows import hours, policy
from tests.queries.case_rows import HOUR, MINUTE, ask, plain, put, records

DAY = timedelta(days=1)


def promise(warehouse: Warehouse, *came: dict[str, Any]) -> None:
    """An hour to answer round the clock, six minutes of work, and messages that came."""
    put(warehouse, staffing=[terms()], policies=[policy()], calendar_hours=[hours()], clock_segments=list(came))


def messages(count: int, start: float, **more: Any) -> list[dict[str, Any]]:
    """Messages of the week before, so that a language has its own shares; `start` in hours from noon."""
    return [
        answered(f"{more}{start}:{number}", NOON + start * HOUR + number * MINUTE, **more) for number in range(count)
    ]


def test_a_gap_is_told_to_the_second_with_what_is_expected_in_it_and_nobody_at_all_comes_first(
    warehouse: Warehouse, answers: Answers
) -> None:
    late = 7 * MINUTE + timedelta(seconds=30)
    one = shift(-2, 3, languages=("en", "ja"))
    two = shift(3 + 7.5 / 60, 9, site="Oslo", languages=("en",))
    three = shift(10, 40, languages=("en", "ja"))
    Roster(warehouse).keep([one, two, three], NOON)
    promise(warehouse, *messages(40, -48, language="ja"), *messages(40, -72, language="en"))
    expect(warehouse, [(n, tongue, 6.0) for n in range(30) for tongue in ("all", "ja")])
    found = ask(answers, "coverage_gaps", "language", "since_at", "until_at", "gap_minutes", "demand_count", days=1)
    begin = plain(NOON + 3 * HOUR)
    assert found == [
        ("all", begin, begin + late, 7, pytest.approx(0.75)),
        ("all", plain(NOON + 9 * HOUR), plain(NOON + 10 * HOUR), 60, pytest.approx(6.0)),
        ("ja", begin, plain(NOON + 10 * HOUR), 420, pytest.approx(42.0)),
    ]
    sides = ask(answers, "coverage_gaps", "after_sites", "before_sites", days=1, languages=["all"])
    assert sides == [("Berlin", "Oslo"), ("Oslo", "Berlin")]


def test_a_language_in_which_hardly_anybody_writes_is_no_gap(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, 40)], NOON)
    promise(warehouse, *messages(40, -48, language="ja"))
    expect(warehouse, [(n, "ja", 0.03) for n in range(24)])
    assert ask(answers, "coverage_gaps", "language", days=1) == []
    assert ask(answers, "coverage_gaps", "language", days=1, least_count=0.5) == [("ja",)]


def test_without_any_message_a_time_with_nobody_is_still_told(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, 3), shift(4, 9)], NOON)
    found = ask(answers, "coverage_gaps", "language", "gap_minutes", "demand_count", days=1)
    assert found == [("all", 60, None)]


def test_a_gap_that_has_begun_begins_now_and_what_lies_behind_the_roster_is_none(
    warehouse: Warehouse, answers: Answers
) -> None:
    Roster(warehouse).keep([shift(-5, -1), shift(2, 9)], NOON)
    found = ask(answers, "coverage_gaps", "since_at", "until_at")
    assert found == [(plain(NOON), plain(NOON + 2 * HOUR))]


def test_nobody_on_call_fills_a_gap(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-5, 1), shift(1, 2, is_on_call=True), shift(2, 9)], NOON)
    assert ask(answers, "coverage_gaps", "gap_minutes") == [(60,)]


def test_gaps_move_with_the_clocks_in_the_weeks_in_which_two_zones_disagree(
    warehouse: Warehouse, answers: Answers
) -> None:
    """New York till 23:00 and Berlin from 05:00: one hands over to the other, but for the eight days between."""
    berlin = Shift.model_validate(
        {"site": "Berlin", "timezone": "Europe/Berlin", "heads": 1, "start": "05:00", "end": "17:00"}
    )
    york = Shift.model_validate(
        {"site": "New York", "timezone": "America/New_York", "heads": 1, "start": "11:00", "end": "23:00"}
    )
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 22, tzinfo=zone)
    Roster(warehouse).keep(instants([berlin, york], first, first + 16 * DAY), first)
    found = ask(answers, "coverage_gaps", "since_at", "gap_minutes", now=first, known_at=NOON + 400 * DAY)
    days = [plain(datetime(2026, 10, 25, tzinfo=UTC)) + number * DAY for number in range(8)]
    assert found == [(day + 3 * HOUR, 60) for day in days], (
        "Europe's clocks change on 25 October, America's a week later"
    )


def test_the_week_shows_a_gap_of_a_quarter_of_an_hour_within_its_hour(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, 3), shift(3.25, 9, 2)], NOON)
    promise(warehouse, *messages(40, -48, language="en"))
    expect(warehouse, [(n, "all", 8.0) for n in range(12)])
    window = {"since": NOON, "until": NOON + 5 * HOUR, "languages": ["all"]}
    table = answers.ask("coverage_week", window, NOON).frame
    found = records(
        table[table["site"] == "all"], "heads_count", "staffed_agents", "demand_count", "gap_minutes", "state"
    )
    assert found[2:5] == [
        (1, 1.0, 8.0, 0, "covered"),
        (0, 1.5, 8.0, 15, "gap"),
        (2, 2.0, 8.0, 0, "surplus"),
    ]
    berlin = records(table[table["site"] == "Berlin"], "heads_count", "demand_count", "state")
    assert berlin[3] == (0, None, None)


def test_an_hour_the_roster_does_not_reach_is_not_known(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, 1)], NOON)
    promise(warehouse, *messages(40, -48))
    window = {"since": NOON, "until": NOON + 3 * HOUR, "languages": ["all"]}
    table = answers.ask("coverage_week", window, NOON).frame
    found = records(table[table["site"] == "all"], "heads_count", "gap_minutes", "state")
    assert found[1:] == [(None, None, None), (None, None, None)]


def test_the_summary_weighs_what_is_covered_by_who_writes(warehouse: Warehouse, answers: Answers) -> None:
    """Four hours: in three of them somebody, in the fourth nobody and half of all messages."""
    Roster(warehouse).keep([shift(-2, 3), shift(4, 9)], NOON)
    promise(warehouse, *messages(40, -48, language="en"))
    expect(warehouse, [(0, "all", 2.0), (1, "all", 2.0), (2, "all", 2.0), (3, "all", 6.0)])
    window = {"since": NOON, "until": NOON + 4 * HOUR}
    table = answers.ask("coverage_summary", window, NOON).frame
    row = dict(zip(table.columns, records(table[table["language"] == "all"])[0], strict=True))
    assert (row["known_hours"], row["covered_hours"], row["gap_hours"], row["thin_hours"]) == (4, 3, 1, 0)
    assert (row["demand_count"], row["covered_share"]) == (pytest.approx(12), pytest.approx(0.5))
    assert row["occupancy_share"] == pytest.approx(12 * 360 / (3 * 3600)), "work over the time of those who were there"


def test_without_a_roster_nothing_is_known_and_nothing_is_said(warehouse: Warehouse, answers: Answers) -> None:
    promise(warehouse, *messages(40, -48))
    window = {"since": NOON, "until": NOON + 4 * HOUR}
    for question, given in (("coverage_slots", window), ("coverage_week", window), ("coverage_gaps", {})):
        assert answers.ask(question, given, NOON).frame.empty, question
    assert answers.ask("coverage_summary", window, NOON).frame.empty


def test_what_was_known_then_is_told_as_it_was(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, 3), shift(4, 9)], NOON - HOUR)
    then = warehouse.state[1]
    Roster(warehouse).keep([shift(-2, 9)], NOON)
    assert ask(answers, "coverage_gaps", "gap_minutes") == []
    assert ask(answers, "coverage_gaps", "gap_minutes", known_at=then) == [(60,)]


def test_what_came_is_counted_by_language_and_track_and_what_needed_no_answer_is_not(
    warehouse: Warehouse, answers: Answers
) -> None:
    put(
        warehouse,
        staffing=[terms(), terms("loud", handling_seconds=600)],
        policies=[policy()],
        clock_segments=[
            *messages(2, -1, language="en"),
            *messages(1, -1, track="loud"),
            answered("x:thanks", NOON - HOUR, outcome="acknowledged"),
            answered("x:twice", NOON - HOUR, outcome="merged"),
            answered("x:done", NOON - HOUR, metric="resolution"),
        ],
    )
    found = ask(answers, "demand_by_slot", "language", "track", "demand_count", "handling_seconds",
                since=NOON - HOUR, until=NOON)  # fmt: skip
    assert sorted(found, key=str) == [("en", "care", 2, 360), (None, "loud", 1, 600)]


def test_a_mention_without_a_case_counts_as_much_as_somebody_has_said(warehouse: Warehouse, answers: Answers) -> None:
    known = {"published_at": NOON - HOUR, "known_from_at": NOON - HOUR, "is_drill": False}
    post = {**known, "brand": "Aurora", "platform": "x", "language": "en", "text": "is anybody there"}
    posts = [{**post, "item_id": f"x:{number}", "item_key": number, "mention_key": number} for number in range(10)]
    other = {**post, "brand": "Meridian", "item_id": "x:77", "item_key": 77, "mention_key": 77}
    case = {"case_id": "x:0", "case_key": 1, "item_key": 0, "opened_at": NOON - HOUR, "known_from_at": NOON - HOUR,
            "is_drill": False}  # fmt: skip
    put(
        warehouse,
        staffing=[terms(mention_share=0.1, mention_brands=["Aurora"])],
        policies=[policy()],
        mentions=[*posts, other],
        cases=[case],
    )
    found = ask(answers, "demand_by_slot", "language", "track", "demand_count", since=NOON - HOUR, until=NOON)
    assert found == [("en", None, pytest.approx(0.9))]


def test_a_language_is_not_told_again_where_nobody_at_all_is_there(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, 3), shift(4, 9)], NOON)
    promise(warehouse, *messages(40, -48, language="en"))
    expect(warehouse, [(n, tongue, 6.0) for n in range(24) for tongue in ("all", "en")])
    assert ask(answers, "coverage_gaps", "language", "gap_minutes", days=1) == [("all", 60)]
