"""Every second of a clock is told: counted, closed and why, paused, or still ahead; and they add up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, plain, put

DAY = timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)
SHOWN = ("since_at", "until_at", "kind", "counted_seconds", "total_seconds", "detail")


def office(name: str = "office", days: range = range(-14, 15)) -> list[Row]:
    """Open from 8 to 16, day by day (0 is the day of NOON)."""
    return [hours(name, MIDNIGHT + day * DAY + 8 * HOUR, MIDNIGHT + day * DAY + 16 * HOUR) for day in days]


def day_off(day: int, kind: str = "holiday", name: str | None = "Reformation Day", **more: Any) -> Row:
    """A day on which the office is not as usual."""
    since = MIDNIGHT + day * DAY
    row = {"calendar": "office", "since_at": since, "until_at": since + DAY, "kind": kind, "name": name}
    return {**row, "known_from_at": START, **more}


def parts(answers: Answers, now: datetime = NOON, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "explain_clock", *SHOWN, now=now, case_id="h:1", **given)


def whole(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Rows as the answer has them, with plain instants."""
    return [(plain(since), plain(until), *rest) for since, until, *rest in rows]


def test_an_open_span_is_counted_up_to_now_and_lies_ahead_until_the_due_date(
    warehouse: Warehouse, answers: Answers
) -> None:
    started = NOON - 40 * MINUTE - 5 * SECOND
    put(warehouse, clock_segments=[segment("h:1", started)], calendar_hours=[hours()])
    due = started + HOUR
    assert parts(answers) == whole(
        (started, NOON, "counted", 2405, 2405, None),
        (NOON, due, "ahead", 1195, 3600, None),
    )


def test_an_overdue_clock_is_told_until_now_and_a_stopped_one_until_its_stop(
    warehouse: Warehouse, answers: Answers
) -> None:
    started, stopped = NOON - 3 * HOUR, NOON - HOUR
    put(warehouse, clock_segments=[segment("h:1", started)], calendar_hours=[hours()])
    assert parts(answers) == whole((started, NOON, "counted", 10800, 10800, None))
    put(warehouse, clock_segments=[segment("h:2", started, stopped_at=stopped)])
    stopped_parts = ask(answers, "explain_clock", *SHOWN, case_id="h:2")
    assert stopped_parts == whole((started, stopped, "counted", 7200, 7200, None))


def test_a_stop_that_lies_ahead_has_not_happened_yet(warehouse: Warehouse, answers: Answers) -> None:
    started = NOON - 30 * MINUTE
    put(
        warehouse,
        clock_segments=[segment("h:1", started, stopped_at=NOON + 10 * MINUTE)],
        calendar_hours=[hours()],
    )
    assert parts(answers) == whole(
        (started, NOON, "counted", 1800, 1800, None), (NOON, started + HOUR, "ahead", 1800, 3600, None)
    )
    assert parts(answers, now=started - SECOND * 5) == [], "not begun yet"


def test_closed_nights_holidays_and_special_days_are_told_apart(warehouse: Warehouse, answers: Answers) -> None:
    started = MIDNIGHT - 2 * DAY + 15 * HOUR
    special = hours("office", MIDNIGHT + 9 * HOUR, MIDNIGHT + 10 * HOUR)
    put(
        warehouse,
        calendar_hours=[*office(days=range(-3, -1)), special, *office(days=range(1, 3))],
        calendar_days=[day_off(-1), day_off(0, "special", None)],
        clock_segments=[
            segment("h:1", started, calendar="office", target_seconds=3 * 3600, due_at=MIDNIGHT + DAY + 9 * HOUR)
        ],
    )
    at = MIDNIGHT
    assert parts(answers) == whole(
        (started, at - 2 * DAY + 16 * HOUR, "counted", 3600, 3600, None),
        (at - 2 * DAY + 16 * HOUR, at - DAY, "closed", 0, 3600, None),
        (at - DAY, at, "holiday", 0, 3600, "Reformation Day"),
        (at, at + 9 * HOUR, "special", 0, 3600, None),
        (at + 9 * HOUR, at + 10 * HOUR, "counted", 3600, 7200, None),
        (at + 10 * HOUR, at + DAY, "special", 0, 7200, None),
        (at + DAY, at + DAY + 8 * HOUR, "closed", 0, 7200, None),
        (at + DAY + 8 * HOUR, at + DAY + 9 * HOUR, "ahead", 3600, 10800, None),
    )


def test_an_evening_that_runs_on_into_a_holiday_is_counted(warehouse: Warehouse, answers: Answers) -> None:
    started, closes = MIDNIGHT - 2 * HOUR, MIDNIGHT + 3 * HOUR
    put(
        warehouse,
        calendar_hours=[hours("office", MIDNIGHT - 3 * HOUR, closes)],
        calendar_days=[day_off(0, name=None)],
        clock_segments=[
            segment("h:1", started, calendar="office", target_seconds=4 * 3600, due_at=MIDNIGHT + 2 * HOUR)
        ],
    )
    assert parts(answers) == whole(
        (started, closes, "counted", 5 * 3600, 5 * 3600, None),
        (closes, NOON, "holiday", 0, 5 * 3600, None),
    )


def test_neighbouring_holidays_keep_their_names(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        calendar_days=[day_off(-1, name="Christmas Day"), day_off(0, name="Boxing Day")],
        calendar_hours=office(days=range(1, 3)),
        clock_segments=[
            segment("h:1", MIDNIGHT - 20 * HOUR, calendar="office", due_at=MIDNIGHT + DAY + 9 * HOUR),
        ],
    )
    told = [(kind, name) for _, _, kind, _, _, name in parts(answers)]
    assert told == [("holiday", "Christmas Day"), ("holiday", "Boxing Day"), ("closed", None), ("ahead", None)]


def paused_clock() -> list[Row]:
    """Four hours promised; an hour counts, it is paused for two hours, and goes on."""
    started = NOON - 4 * HOUR
    more = {"metric": "resolution", "target_seconds": 4 * 3600}
    return [
        segment("h:1", started, until_at=started + HOUR, **more),
        segment("h:1", started, segment=2, since_at=started + HOUR, until_at=started + 3 * HOUR, is_paused=True,
                reason="waiting_customer", before_seconds=3600, due_at=None, breaches_at=None,
                **{**more, "target_seconds": 4 * 3600}),
        segment("h:1", started, segment=3, since_at=started + 3 * HOUR, before_seconds=3600,
                due_at=started + 6 * HOUR, breaches_at=started + 6 * HOUR, **more),
    ]  # fmt: skip


def test_a_pause_is_one_part_that_counts_nothing_and_says_why(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=paused_clock(), calendar_hours=[hours()])
    at = NOON - 4 * HOUR
    assert parts(answers) == whole(
        (at, at + HOUR, "counted", 3600, 3600, None),
        (at + HOUR, at + 3 * HOUR, "paused", 0, 3600, "waiting_customer"),
        (at + 3 * HOUR, NOON, "counted", 3600, 7200, None),
        (NOON, NOON + 2 * HOUR, "ahead", 7200, 14400, None),
    )


def test_while_it_is_paused_nothing_lies_ahead(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=paused_clock(), calendar_hours=[hours()])
    at = NOON - 4 * HOUR
    assert parts(answers, now=at + 2 * HOUR) == whole(
        (at, at + HOUR, "counted", 3600, 3600, None),
        (at + HOUR, at + 2 * HOUR, "paused", 0, 3600, "waiting_customer"),
    )


def test_a_clock_that_was_stopped_in_a_pause_lies_still_until_it_is_stopped(
    warehouse: Warehouse, answers: Answers
) -> None:
    stopped = [*paused_clock()[:2]]
    stop = NOON + HOUR
    stopped[1] |= {"until_at": None, "stopped_at": stop, "outcome": "answered", "elapsed_seconds": 3600}
    stopped[1] |= {"due_at": stop + 3 * HOUR, "breaches_at": stop + 3 * HOUR}
    put(warehouse, clock_segments=stopped, calendar_hours=[hours()])
    assert parts(answers)[-1][1:3] == (plain(NOON), "paused"), "the stored due date is not known at noon"
    assert parts(answers, now=stop + HOUR)[-1][1:3] == (plain(stop), "paused")


def test_a_change_begins_a_part_and_the_last_part_says_what_is_in_force(warehouse: Warehouse, answers: Answers) -> None:
    started = NOON - HOUR
    changed = started + 20 * MINUTE
    put(
        warehouse,
        calendar_hours=[hours(), *office()],
        clock_segments=[
            segment("h:1", started, until_at=changed, track="care"),
            segment("h:1", started, segment=2, since_at=changed, before_seconds=1200, track="claim", priority="high",
                    calendar="office", target_seconds=7200, due_at=changed + 100 * MINUTE),
        ],
    )  # fmt: skip
    told = ask(
        answers, "explain_clock", "part", "kind", "total_seconds", "track", "priority", "calendar", "target_seconds",
        case_id="h:1",
    )  # fmt: skip
    assert told == [
        (1, "counted", 1200, "care", None, "always", 3600),
        (2, "counted", 3600, "claim", "high", "office", 7200),
        (3, "ahead", 7200, "claim", "high", "office", 7200),
    ]
    assert ask(answers, "explain_clock", "track", "kind", now=changed - 5 * SECOND, case_id="h:1") == [
        ("care", "counted"),
        ("care", "ahead"),
    ]


def test_what_counted_before_anything_was_promised_is_told_and_a_clock_without_a_promise_is_not(
    warehouse: Warehouse, answers: Answers
) -> None:
    started = NOON - HOUR
    changed = started + 20 * MINUTE
    put(
        warehouse,
        calendar_hours=[hours()],
        clock_segments=[
            segment("h:1", started, until_at=changed, target_seconds=None),
            segment("h:1", started, segment=2, since_at=changed, before_seconds=1200),
            segment("h:1", started, metric="resolution", target_seconds=None),
        ],
    )
    told = ask(answers, "explain_clock", "metric", "total_seconds", "target_seconds", case_id="h:1")
    assert told == [("frt", 1200, None), ("frt", 3600, 3600)]
    assert parts(answers, now=changed - 5 * SECOND) == [], "nothing was promised yet"


def test_a_clock_that_stops_as_it_starts_has_a_part(warehouse: Warehouse, answers: Answers) -> None:
    at = NOON - HOUR
    put(warehouse, calendar_hours=[hours()], clock_segments=[segment("h:1", at, stopped_at=at, outcome="unknown")])
    assert parts(answers) == whole((at, at, "counted", 0, 0, None))


def test_what_was_known_then_is_told_as_it_was_known(warehouse: Warehouse, answers: Answers) -> None:
    later = NOON - 10 * MINUTE
    old = segment("h:1", NOON - HOUR, known_until_at=later)
    new = segment("h:1", NOON - HOUR, target_seconds=7200, known_from_at=later)
    off = day_off(0, known_until_at=later)
    put(warehouse, clock_segments=[old, new], calendar_hours=[hours()], calendar_days=[off])
    assert parts(answers)[-1][4] == 7200
    assert parts(answers, known_at=later - SECOND)[-1][4] == 3600


@pytest.fixture
def week(warehouse: Warehouse) -> Warehouse:
    """A month-long clock in an office with holidays."""
    started = MIDNIGHT - 12 * DAY + 9 * HOUR
    put(
        warehouse,
        calendar_hours=[row for row in office() if row["opens_at"] != MIDNIGHT - 5 * DAY + 8 * HOUR],
        calendar_days=[day_off(-5)],
        clock_segments=[
            segment("h:1", started, calendar="office", target_seconds=100 * 3600, due_at=MIDNIGHT + DAY + 13 * HOUR)
        ],
    )
    return warehouse


def test_a_long_clock_is_told_night_by_night_without_a_hole(week: Warehouse, answers: Answers) -> None:
    rows = parts(answers)
    assert [one[2] for one in rows].count("closed") == 13, "eleven nights, and what is left of two around the holiday"
    assert all(before[1] == after[0] for before, after in pairwise(rows))
    assert rows[-1][1:5] == (plain(MIDNIGHT + DAY + 13 * HOUR), "ahead", 5 * 3600, 100 * 3600)
    assert week.state[0] > 0


def test_the_policies_are_told_as_they_were_known(warehouse: Warehouse, answers: Answers) -> None:
    later = NOON - HOUR
    old = policy("care", known_until_at=later)
    new = [
        policy("care", until_at=later, known_from_at=later),
        policy("care", from_at=later, frt_seconds=1800, known_from_at=later),
        policy("care", priority="high", is_default=False, from_at=later, frt_seconds=60, known_from_at=later),
    ]
    put(warehouse, policies=[old, *new])
    columns = ("track", "priority", "frt_seconds", "from_at", "until_at")
    assert ask(answers, "policies", *columns, known_at=later - SECOND) == [("care", None, 3600, None, None)]
    assert ask(answers, "policies", *columns) == [
        ("care", None, 3600, None, plain(later)),
        ("care", None, 1800, plain(later), None),
        ("care", "high", 60, plain(later), None),
    ]
