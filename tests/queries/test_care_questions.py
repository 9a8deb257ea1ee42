"""What became of the care work of a week: resolved and whether it held, surveys, leads, declined."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.keys import key
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, case, event, plain, put, reply

WINDOW = {"since": START, "until": NOON}
HELD = timedelta(hours=72)
LATER = NOON + timedelta(days=4)


def resolved(case_id: str, at: object, **more: object) -> Row:
    return event(case_id, "resolved", at, **{"actor_kind": "human", **more})  # type: ignore[arg-type]


def outcomes(answers: Answers, *columns: str, now: datetime = LATER, **given: object) -> tuple[object, ...]:
    """The one row of care_outcomes, seen four days after the window if nothing is said."""
    [row] = ask(answers, "care_outcomes", *columns, now=now, **{**WINDOW, **given})
    return row


COUNTS = ("resolved_count", "held_count", "settling_count", "reopened_count", "unattributed_count")


FATES: list[tuple[list[Row], tuple[int, ...] | None]] = [
    ([resolved("x:1", START)], (1, 1, 0, 0, 0)),
    ([resolved("x:1", START), event("x:1", "reopened", START + HELD)], (1, 0, 0, 1, 0)),
    ([resolved("x:1", START), event("x:1", "reopened", START + HELD + SECOND)], (1, 1, 0, 0, 0)),
    # at the same instant a reopening comes first
    ([resolved("x:1", START), event("x:1", "reopened", START)], (1, 1, 0, 0, 0)),
    # resolved again, and that held: one case, reopened once
    (
        [resolved("x:1", START), event("x:1", "reopened", START + HOUR), resolved("x:1", START + 2 * HOUR)],
        (1, 1, 0, 1, 0),
    ),
    ([resolved("x:1", NOON)], None),
    ([resolved("x:1", NOON - SECOND), event("x:1", "reopened", NOON + HOUR)], (1, 0, 0, 1, 0)),
    ([resolved("x:1", START, actor_kind="bot")], (0, 0, 0, 0, 1)),
    ([resolved("x:1", START, actor_kind=None)], (0, 0, 0, 0, 1)),
    ([resolved("x:1", START, actor_kind="bot"), resolved("x:1", START + HOUR)], (1, 1, 0, 0, 0)),
    ([resolved("x:1", START), event("x:1", "merged", START + HOUR)], (0, 0, 0, 0, 0)),
    ([event("x:1", "declined", START), resolved("x:1", START + HOUR)], (1, 1, 0, 0, 0)),
    ([resolved("x:1", START, is_drill=True)], None),
]


def test_a_case_is_resolved_for_good_when_a_human_did_and_it_held(warehouse: Warehouse, answers: Answers) -> None:
    told = [(f"case {number}", events, counts) for number, (events, counts) in enumerate(FATES)]
    put(
        warehouse,
        cases=[case(name, START - HOUR, brand=name) for name, *_ in told],
        case_events=[of(name, one) for name, events, _ in told for one in events],
    )
    found = ask(answers, "care_outcomes", "group_name", *COUNTS, **WINDOW, group_by="brand", now=LATER)
    expected = {name: counts for name, _, counts in told if counts and any(counts)}
    assert {row[0]: row[1:] for row in found} == expected


def of(case_id: str, one: Row) -> Row:
    """The same event, of another case."""
    return {**one, "case_id": case_id, "case_key": key(case_id), "event_key": key(case_id, str(one["event_key"]))}


def test_what_may_still_come_back_is_counted_as_settling(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, cases=[case("x:1"), case("x:2")], case_events=[resolved("x:1", START), resolved("x:2", NOON - HOUR)])
    assert outcomes(answers, "held_count", "settling_count", now=NOON + 70 * HOUR) == (2, 1)
    assert outcomes(answers, "held_count", "settling_count", now=NOON + 71 * HOUR) == (2, 0)


def test_opened_is_answered_waiting_or_over(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[
            case("x:1"),
            case("x:2", START + HOUR),
            case("x:3"),
            case("x:4", START - SECOND),
            case("x:5"),
            case("x:6"),
        ],
        case_events=[
            reply("x:1", START + MINUTE),
            reply("x:3", START, actor_kind="bot"),
            resolved("x:3", START + HOUR),
            event("x:5", "excluded", START + HOUR),
            resolved("x:6", START + HOUR),
            event("x:6", "reopened", START + 2 * HOUR),
        ],
    )
    names = ("opened_count", "answered_count", "waiting_count", "oldest_waiting_at")
    # 3 and 5 are over without an answer; 6 was reopened and waits; 4 was opened before
    assert outcomes(answers, *names) == (5, 1, 2, plain(START))


def test_resolution_is_timed_from_the_opening_whenever_that_was(warehouse: Warehouse, answers: Answers) -> None:
    opened = START - timedelta(days=30)
    put(
        warehouse,
        cases=[case("x:1", opened), case("x:2", START), case("x:3", START + 2 * HOUR)],
        case_events=[resolved("x:1", START), resolved("x:2", START + HOUR), resolved("x:3", START + HOUR)],
    )
    # the third was resolved before it was opened: it counts, and nobody knows how long it took
    month, hour = timedelta(days=30).total_seconds(), 3600.0
    found = outcomes(answers, "held_count", "p50_seconds", "p90_seconds")
    assert found == (3, (month + hour) / 2, pytest.approx(hour + 0.9 * (month - hour)))


def test_platforms_and_brands_are_told_apart(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[case("x:1"), case("r:1", platform="reddit", brand="Rival"), case("x:2", brand=None)],
        case_events=[resolved("r:1", START + HOUR)],
    )
    names = ("group_name", "opened_count", "held_count")
    assert ask(answers, "care_outcomes", *names, **WINDOW, group_by="platform") == [("x", 2, 0), ("reddit", 1, 1)]
    assert ask(answers, "care_outcomes", *names, **WINDOW, group_by="brand") == [
        ("Aurora", 1, 0), ("Rival", 1, 1), (None, 1, 0),
    ]  # fmt: skip
    assert ask(answers, "care_outcomes", *names, **WINDOW, brands=["Rival"]) == [("all", 1, 1)]
    assert ask(answers, "care_outcomes", *names, **WINDOW, platforms=["x"]) == [("all", 2, 0)]
    with pytest.raises(BadParameter, match='group_by must be all, brand or platform, not "owner"'):
        ask(answers, "care_outcomes", **WINDOW, group_by="owner")


def survey(case_id: str, at: object, score: float | None, score_of: float | None = 5) -> Row:
    return event(case_id, "surveyed", at, score=score, score_of=score_of)  # type: ignore[arg-type]


SURVEYS: list[tuple[list[Row], tuple[int, ...] | None]] = [
    ([], None),
    ([survey("x:1", START, None)], (1, 0, 0, 0)),
    ([survey("x:1", START, 5)], (1, 1, 1, 0)),
    ([survey("x:1", START, 4)], (1, 1, 1, 0)),
    ([survey("x:1", START, 3)], (1, 1, 0, 0)),
    ([survey("x:1", START, 9, 10)], (1, 1, 1, 0)),
    ([survey("x:1", START, 8, 10)], (1, 1, 0, 0)),
    ([survey("x:1", START, 1, 1)], (1, 1, 1, 0)),
    ([survey("x:1", START, 0, 1)], (1, 1, 0, 0)),
    ([survey("x:1", START, 2, 3)], (1, 1, 0, 0)),
    ([survey("x:1", START, 5, None)], (1, 0, 0, 1)),
    ([survey("x:1", START, 5), survey("x:1", START + HOUR, 1)], (1, 1, 0, 0)),
    ([survey("x:1", START, None), survey("x:1", START + HOUR, 2)], (1, 1, 0, 0)),
    ([survey("x:1", NOON, 5)], None),
]


def test_the_two_highest_points_of_the_scale_are_the_top(warehouse: Warehouse, answers: Answers) -> None:
    told = [(f"case {number}", events, counts) for number, (events, counts) in enumerate(SURVEYS)]
    put(
        warehouse,
        cases=[case(name, brand=name) for name, *_ in told],
        case_events=[of(name, one) for name, events, _ in told for one in events],
    )
    names = ("surveyed_count", "answered_count", "top_count", "unscaled_count")
    found = ask(answers, "care_surveys", "group_name", *names, **WINDOW, group_by="brand")
    assert {row[0]: row[1:] for row in found} == {name: counts for name, _, counts in told if counts}
    everything = [sum(column) for column in zip(*(counts for _, _, counts in told if counts), strict=True)]
    assert ask(answers, "care_surveys", *names, **WINDOW) == [tuple(everything)]


def test_leads_count_once_per_outcome_and_money_only_where_it_is_told(warehouse: Warehouse, answers: Answers) -> None:
    def lead(number: int, outcome: str, at: object = START, **more: object) -> Row:
        return event(f"x:{number}", "lead", at, outcome=outcome, **more)  # type: ignore[arg-type]

    put(
        warehouse,
        cases=[case(f"x:{number}") for number in range(1, 6)],
        case_events=[
            lead(1, "passed"),
            lead(1, "passed", START + HOUR),
            lead(1, "accepted", START + HOUR),
            lead(1, "won", START + 2 * HOUR, amount=100.0),
            lead(1, "won", START + 3 * HOUR, amount=120.5),
            lead(2, "won"),
            lead(3, "lost", amount=900.0),
            lead(4, "won", NOON, amount=1.0),
            lead(5, "won", amount=79.5, is_drill=True),
        ],
    )
    assert ask(answers, "care_leads", **WINDOW) == [(1, 1, 2, 1, 120.5, 1)]
    assert ask(answers, "care_leads", **WINDOW, brands=["Rival"]) == [(0, 0, 0, 0, None, 0)]


def test_declined_cases_are_counted_by_their_last_reason(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[case(f"x:{number}") for number in range(1, 5)],
        case_events=[
            event("x:1", "declined", START, reason="spam"),
            event("x:1", "declined", START + HOUR, reason="not ours"),
            event("x:2", "declined", START, reason="not ours"),
            event("x:3", "declined", START, reason=" "),
            event("x:4", "declined", NOON, reason="not ours"),
        ],
    )
    assert ask(answers, "care_declined", **WINDOW) == [("not ours", 2), (None, 1)]


def test_a_week_is_told_as_it_was_known(warehouse: Warehouse, answers: Answers) -> None:
    late = NOON + HOUR
    put(warehouse, cases=[case("x:1")], case_events=[resolved("x:1", START)])
    put(warehouse, now=late, case_events=[event("x:1", "reopened", START + HOUR, known_from_at=late)])
    assert outcomes(answers, "held_count", known_at=NOON) == (1,)
    assert outcomes(answers, "held_count", known_at=late) == (0,)
