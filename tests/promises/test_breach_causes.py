"""Why promises were broken: each rule at its border, the order in which they are tried, and nothing counted twice."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter, QuestionError
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.breaches import (
    AT,
    BACKLOG,
    BROKEN,
    CHANGE,
    DAY,
    NOBODY,
    SLOW,
    UNOWNED,
    WINDOW,
    causes,
    history,
    owner,
    raised,
    shift,
    told,
    waiting,
)
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, case, event, put

OWNED: list[tuple[str, list[tuple[str, timedelta, str | None]], str]] = [
    ("had at once", [("claimed", MINUTE, "ann")], SLOW),
    ("had before the clock began", [("assigned", -5 * HOUR, "ann")], SLOW),
    ("had from the middle on", [("assigned", 30 * MINUTE, "ann")], SLOW),
    ("had from a second later on", [("assigned", 30 * MINUTE + SECOND, "ann")], UNOWNED),
    ("nobody's", [], UNOWNED),
    ("nobody's until it was broken", [("claimed", 61 * MINUTE, "ann")], UNOWNED),
    ("given to somebody unnamed", [("assigned", MINUTE, None)], SLOW),
    ("offered, and not taken", [("handed_over", MINUTE, "ann")], UNOWNED),
    ("handed on once", [("assigned", MINUTE, "ann"), ("handed_over", 9 * MINUTE, "bob"),
                        ("accepted", 9 * MINUTE, "bob")], SLOW),
    ("handed on twice", [("assigned", MINUTE, "ann"), ("handed_over", 9 * MINUTE, "bob"),
                         ("accepted", 11 * MINUTE, "bob"), ("assigned", 20 * MINUTE, "cem")], UNOWNED),
    ("handed back", [("assigned", MINUTE, "ann"), ("assigned", 9 * MINUTE, "bob"), ("assigned", 20 * MINUTE, "ann")],
     UNOWNED),
    ("taken from who had it before the clock began", [("assigned", -HOUR, "ann"), ("claimed", MINUTE, "bob"),
                                                      ("claimed", 2 * MINUTE, "cem")], UNOWNED),
    ("handed on a second time when it was broken", [("assigned", MINUTE, "ann"), ("assigned", 9 * MINUTE, "bob"),
                                                    ("assigned", 60 * MINUTE, "cem")], SLOW),
    ("handed on twice before the clock began", [("assigned", -9 * HOUR, "ann"), ("assigned", -8 * HOUR, "bob"),
                                                ("assigned", -7 * HOUR, "cem")], SLOW),
    ("handed on twice, by way of somebody unnamed", [("assigned", MINUTE, "ann"), ("assigned", 2 * MINUTE, None),
                                                     ("assigned", 3 * MINUTE, "bob"), ("assigned", 4 * MINUTE, None),
                                                     ("assigned", 5 * MINUTE, "cem")], UNOWNED),
    ("given to the same again", [("assigned", MINUTE, "ann"), ("assigned", 2 * MINUTE, "ann"),
                                 ("claimed", 3 * MINUTE, "ann")], SLOW),
]  # fmt: skip


def test_who_had_the_case(warehouse: Warehouse, answers: Answers) -> None:
    names = {f"x:{number}": name for number, (name, _, _) in enumerate(OWNED)}
    events = [
        owner(f"x:{number}", AT + after, who, kind)
        for number, (_, happened, _) in enumerate(OWNED)
        for kind, after, who in happened
    ]
    told(warehouse, *(segment(name, AT) for name in names), events=events)
    found = {names[case_id]: cause for case_id, cause in causes(answers).items()}
    assert found == {name: cause for name, _, cause in OWNED}


def test_who_takes_a_case_is_its_owner_and_a_drill_or_what_is_not_yet_known_takes_none(
    warehouse: Warehouse, answers: Answers
) -> None:
    events = [
        event("x:1", "claimed", AT + MINUTE, actor="ann"),
        event("x:1", "claimed", AT + 2 * MINUTE, actor="bob"),
        event("x:1", "accepted", AT + 3 * MINUTE, actor="cem"),
        owner("x:2", is_drill=True),
        owner("x:3", known_from_at=NOON + HOUR),
        owner("x:4", NOON - MINUTE),
    ]
    told(warehouse, *(segment(f"x:{number}", AT) for number in range(1, 5)), events=events)
    assert causes(answers) == dict.fromkeys(("x:1", "x:2", "x:3", "x:4"), UNOWNED)
    assert causes(answers, now=NOON - HOUR)["x:4"] == UNOWNED


def test_the_record_s_first_owner_counts_and_a_source_that_tells_none_leaves_nothing_unowned(
    warehouse: Warehouse, answers: Answers
) -> None:
    later = [case("x:4", known_until_at=AT + 2 * HOUR), case("x:4", owner="ann", known_from_at=AT + 2 * HOUR)]
    records = [case("x:1", owner="ann"), case("x:2", source="export"), case("x:3"), *later]
    clocks = [segment(f"x:{number}", AT) for number in range(1, 5)]
    told(warehouse, *clocks, cases=records, events=[owner("x:9")])
    assert causes(answers) == {"x:1": SLOW, "x:2": SLOW, "x:3": UNOWNED, "x:4": UNOWNED}


def test_only_open_hours_count_for_who_had_it_and_who_was_there(warehouse: Warehouse, answers: Answers) -> None:
    """A clock of one hour begins in the evening; the calendar opens again for the last 50 minutes of it."""
    evening, morning = AT - 12 * HOUR, AT
    office = [hours("office", evening - HOUR, evening + 10 * MINUTE), hours("office", morning, morning + 8 * HOUR)]
    due = morning + 50 * MINUTE
    given: dict[str, Any] = {"calendar": "office", "due_at": due, "breaches_at": due}
    told(
        warehouse,
        segment("x:1", evening, **given),
        segment("x:2", evening, **given),
        events=[owner("x:1", morning + 20 * MINUTE), owner("x:2", morning + 21 * MINUTE)],
        calendar_hours=office,
        shifts=[shift(evening - DAY, evening), shift(morning + 15 * MINUTE, morning + DAY)],
    )
    assert causes(answers) == {"x:1": SLOW, "x:2": UNOWNED}, "25 of its 60 minutes nobody was there"


@pytest.mark.parametrize(
    ("away", "cause"),
    [
        ((timedelta(0), 30 * MINUTE), NOBODY),
        ((timedelta(0), 30 * MINUTE - SECOND), SLOW),
        ((40 * MINUTE, 90 * MINUTE), SLOW),
        ((-HOUR, 31 * MINUTE), NOBODY),
        ((HOUR, 9 * HOUR), SLOW),
    ],
)
def test_nobody_was_there_for_half_of_it(
    warehouse: Warehouse, answers: Answers, away: tuple[timedelta, timedelta], cause: str
) -> None:
    since, until = (AT + after for after in away)
    gone = shift(AT - HOUR, AT + 2 * HOUR, heads=9, known_until_at=START + HOUR)  # of an earlier roster
    told(warehouse, segment("x:1", AT), shifts=[shift(ends_at=since), shift(until), gone])
    assert causes(answers) == {"x:1": cause}


def test_where_no_roster_is_known_nobody_can_be_missing(warehouse: Warehouse, answers: Answers) -> None:
    told(warehouse, segment("x:1", AT), segment("x:2", AT + 40 * MINUTE), shifts=[])
    assert causes(answers) == {"x:1": SLOW, "x:2": SLOW}
    put(warehouse, shifts=[shift(BROKEN), shift(AT - 40 * DAY, AT - 39 * DAY, known_from_at=NOON + DAY)])
    assert causes(answers) == {"x:1": SLOW, "x:2": SLOW}, "the roster begins when x:1 is broken"


def test_what_was_closed_without_an_answer_is_judged_until_then(warehouse: Warehouse, answers: Answers) -> None:
    closed: dict[str, Any] = {"stopped_at": AT + 20 * MINUTE, "outcome": "unanswered"}
    told(
        warehouse,
        segment("x:1", AT, **closed),
        segment("x:2", AT, **closed),
        segment("x:3", AT, **{**closed, "stopped_at": AT}),
        events=[owner("x:1", AT + 10 * MINUTE), owner("x:2", AT + 11 * MINUTE), owner("x:3", AT)],
    )
    assert causes(answers) == {"x:1": SLOW, "x:2": UNOWNED, "x:3": SLOW}


def test_a_change_that_broke_what_would_have_been_kept(warehouse: Warehouse, answers: Answers) -> None:
    same = {"target_seconds": 3600, "due_at": BROKEN, "breaches_at": BROKEN, "stopped_at": BROKEN + MINUTE}
    none = raised("x:7", stopped_at=None)
    none[0] |= {"target_seconds": None, "due_at": None, "breaches_at": None}
    clocks = [
        *raised("x:1"),
        *raised("x:2", stopped_at=BROKEN),
        *raised("x:3", stopped_at=BROKEN + SECOND),
        *raised("x:4", **same),
        *raised("x:5", outcome="unanswered"),
        *raised("x:6", priority=None, track="care", target_seconds=3600, calendar="office", elapsed_seconds=3700),
        *none,
    ]
    told(warehouse, *clocks)
    assert causes(answers) == {
        "x:1": CHANGE,
        "x:2": CHANGE,
        "x:3": SLOW,  # nor would it have been kept before
        "x:4": SLOW,  # the change moved nothing
        "x:5": SLOW,  # closed without an answer is broken whatever was promised
        "x:6": CHANGE,
        "x:7": CHANGE,  # nothing had been promised
    }


def test_a_running_clock_is_a_change_s_until_it_would_be_broken_without_it(
    warehouse: Warehouse, answers: Answers
) -> None:
    told(warehouse, *raised("x:1", stopped_at=None))
    assert causes(answers, now=AT + 19 * MINUTE) == {}
    assert causes(answers, now=AT + 30 * MINUTE) == {"x:1": CHANGE}
    assert causes(answers, now=BROKEN) == {"x:1": CHANGE}
    assert causes(answers, now=BROKEN + MINUTE) == {"x:1": SLOW}


def test_the_causes_are_tried_in_their_order(warehouse: Warehouse, answers: Answers) -> None:
    """One clock of which everything is true, and less of it each time."""
    clocks = [*raised("x:1"), *waiting("a", 9, started_at=AT - 50 * MINUTE), *history(1)]
    told(warehouse, *clocks, events=[owner("x:9")], shifts=[shift(ends_at=AT), shift(AT + 8 * MINUTE)])
    assert causes(answers)["x:1"] == NOBODY
    put(warehouse, shifts=[shift(AT, AT + 8 * MINUTE)])
    assert causes(answers)["x:1"] == BACKLOG
    put(warehouse, shifts=[shift(heads=99)])
    assert causes(answers)["x:1"] == UNOWNED
    put(warehouse, case_events=[owner("x:1")])
    assert causes(answers)["x:1"] == CHANGE


def test_groups_windows_and_filters(warehouse: Warehouse, answers: Answers) -> None:
    told(
        warehouse,
        segment("x:1", AT, owner="ann", brand="Rival"),
        segment("x:2", AT, track="sales", platform="reddit"),
        segment("x:3", AT, metric="nrt", known_from_at=NOON + HOUR),
        segment("x:4", AT - DAY, metric="nrt"),
        segment("x:5", AT, stopped_at=BROKEN),
        segment("x:6", NOON - HOUR),
    )

    def found(**given: Any) -> list[tuple[Any, ...]]:
        return ask(answers, "breach_causes", **{**WINDOW, **given})

    assert found() == [("all", SLOW, 3)]
    assert found(now=NOON + MINUTE) == [("all", SLOW, 4)], "overdue from just after its due instant on"
    assert found(since=BROKEN, until=BROKEN + MINUTE, group_by="case") == [("x:1", SLOW, 1), ("x:2", SLOW, 1)]
    assert found(since=BROKEN - MINUTE, until=BROKEN) == []
    assert found(group_by="track") == [("care", SLOW, 2), ("sales", SLOW, 1)]
    assert found(group_by="metric") == [("frt", SLOW, 2), ("nrt", SLOW, 1)]
    assert found(group_by="owner") == [(None, SLOW, 2), ("ann", SLOW, 1)]
    assert found(group_by="platform") == [("x", SLOW, 2), ("reddit", SLOW, 1)]
    assert found(metrics=["nrt"], group_by="case") == [("x:4", SLOW, 1)]
    assert found(brands=["Rival"], group_by="case") == [("x:1", SLOW, 1)]
    assert found(platforms=["reddit"], group_by="case") == [("x:2", SLOW, 1)]
    with pytest.raises((QuestionError, BadParameter), match="group_by must be all, track"):
        found(group_by="colour")


OUTCOMES = ("answered", "unanswered", "resolved", "acknowledged", "declined", "merged", "excluded", "unknown")


def some(dice: random.Random, number: int) -> list[Row]:
    """A clock of one or two segments that may run, pause or have stopped."""
    began = NOON - dice.randrange(0, 30 * 3600) * SECOND
    target = dice.choice((900, 3600, 4 * 3600))
    more: dict[str, Any] = {"metric": dice.choice(("frt", "nrt", "resolution"))}
    more |= {
        "track": dice.choice(("care", "sales")),
        "platform": dice.choice(("x", "reddit")),
        "owner": dice.choice(("ann", "bob", None)),
    }
    more |= {"target_seconds": target}
    if dice.random() < 0.6:
        more |= {"stopped_at": began + dice.randrange(0, 12 * 3600) * SECOND, "outcome": dice.choice(OUTCOMES)}
        return [segment(f"x:{number}", began, **more)]
    if dice.random() < 0.3:
        before = dice.choice((60, target, target + 60))
        due = began + target * SECOND if before > target else None
        rest = {"since_at": began + before * SECOND, "segment": 2, "is_paused": True, "before_seconds": before}
        first = segment(f"x:{number}", began, until_at=began + before * SECOND, **more)
        return [first, segment(f"x:{number}", began, **{**more, **rest, "due_at": due, "breaches_at": due})]
    return [segment(f"x:{number}", began, **more)]


@pytest.mark.parametrize("seed", range(3))
def test_the_causes_add_up_to_what_attainment_calls_breached(warehouse: Warehouse, answers: Answers, seed: int) -> None:
    dice = random.Random(seed)
    clocks = [row for number in range(300) for row in some(dice, number)]
    away = NOON - 20 * HOUR
    events = [owner(row["case_id"], row["started_at"] + dice.randrange(0, 90) * MINUTE) for row in clocks]
    told(warehouse, *clocks, events=events, shifts=[shift(ends_at=away), shift(away + 3 * HOUR)])
    seen = set()
    for since, until, now in ((30, 0, 0), (12, 3, 0), (9, -9, 0), (26, 2, 5)):
        window = {"since": NOON - since * HOUR, "until": NOON - until * HOUR, "now": NOON - now * HOUR}
        for group_by in ("all", "track", "metric", "owner", "platform"):
            sums: dict[Any, int] = {}
            for group, cause, count in ask(answers, "breach_causes", **window, group_by=group_by):
                sums[group] = sums.get(group, 0) + count
                seen.add(cause)
            columns = ("group_name", "breached_count")
            attained = dict(ask(answers, "sla_attainment", *columns, **window, group_by=group_by))
            assert sums == {group: count for group, count in attained.items() if count}, (window, group_by)
    assert seen >= {NOBODY, UNOWNED, SLOW}
