"""What is overdue, what falls due within the hour, and whose turn it is: at every border, with nobody left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, case, plain, put

DAY = timedelta(days=1)
BUCKETS = ("overdue_count", "due_15m_count", "due_30m_count", "due_60m_count", "later_count", "paused_count")


def left(time: timedelta, name: str = "x:1", **more: Any) -> Row:
    """A clock of two hours of which so much is left; below 0 it is overdue."""
    return segment(name, NOON + time - 2 * HOUR, **{"target_seconds": 7200, **more})


def paused(before: timedelta, name: str = "x:1", **more: Any) -> Row:
    """A clock of an hour that has been paused since yesterday, when so much of it had passed."""
    began, before_seconds = NOON - DAY - before, int(before.total_seconds())
    rest: dict[str, Any] = {"since_at": NOON - DAY, "is_paused": True, "due_at": None, "breaches_at": None}
    return segment(name, began, **{"metric": "nrt", "segment": 2, "before_seconds": before_seconds, **rest, **more})


def due(answers: Answers, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "sla_due", *columns, **{"group_by": "all", **given})


SOON: list[tuple[str, Row, tuple[int, ...]]] = [
    ("a second over", left(-SECOND), (1, 0, 0, 0, 0, 0)),
    ("nothing left", left(timedelta(0)), (0, 1, 1, 1, 0, 0)),
    ("15 minutes", left(15 * MINUTE), (0, 1, 1, 1, 0, 0)),
    ("a second more than 15", left(15 * MINUTE + SECOND), (0, 0, 1, 1, 0, 0)),
    ("30 minutes", left(30 * MINUTE), (0, 0, 1, 1, 0, 0)),
    ("a second more than 30", left(30 * MINUTE + SECOND), (0, 0, 0, 1, 0, 0)),
    ("60 minutes", left(HOUR), (0, 0, 0, 1, 0, 0)),
    ("a second more than 60", left(HOUR + SECOND), (0, 0, 0, 0, 1, 0)),
    ("due last night, opens in a quarter of an hour", left(-9 * HOUR, breaches_at=NOON + 15 * MINUTE),
     (0, 1, 1, 1, 0, 0)),
    ("due behind all that is written out", left(MINUTE, due_at=None, breaches_at=None), (0, 0, 0, 0, 1, 0)),
    ("given a target that had passed before all that is written out",
     left(MINUTE, due_at=None, breaches_at=None, before_seconds=7201), (1, 0, 0, 0, 0, 0)),
    ("paused", paused(HOUR), (0, 0, 0, 0, 0, 1)),
    ("paused past it", paused(HOUR + SECOND, due_at=NOON - DAY, breaches_at=NOON - DAY), (1, 0, 0, 0, 0, 0)),
    ("stopped later in its pause", paused(MINUTE, due_at=NOON, breaches_at=NOON, stopped_at=NOON + MINUTE),
     (0, 0, 0, 0, 0, 1)),
    ("answered in a minute", left(10 * MINUTE, stopped_at=NOON + MINUTE), (0, 1, 1, 1, 0, 0)),
    ("excluded in a minute", left(-HOUR, stopped_at=NOON + MINUTE, outcome="excluded"), (1, 0, 0, 0, 0, 0)),
    ("another segment follows", left(-HOUR, until_at=NOON + SECOND), (1, 0, 0, 0, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("row", "bucket"), [one[1:] for one in SOON], ids=[one[0] for one in SOON])
def test_every_running_clock_is_somewhere(
    warehouse: Warehouse, answers: Answers, row: Row, bucket: tuple[int, ...]
) -> None:
    put(warehouse, clock_segments=[row])
    assert due(answers, *BUCKETS) == [bucket]
    overdue, _, _, within, later, standing = bucket
    assert due(answers, "running_count") == [(overdue + within + later + standing,)]


def test_what_does_not_run_is_not_there(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [
        left(-HOUR, "x:1", stopped_at=NOON),
        left(HOUR, "x:2", stopped_at=NOON - MINUTE, outcome="excluded"),
        left(HOUR, "x:3", until_at=NOON),
        left(3 * HOUR, "x:4"),
        left(HOUR, "x:5", segment=2, since_at=NOON + SECOND),
        left(HOUR, "x:6", target_seconds=None),
        left(HOUR, "x:7", known_from_at=NOON + HOUR),
        left(HOUR, "x:8", known_until_at=NOON - HOUR),
    ]
    put(warehouse, clock_segments=clocks)
    assert due(answers) == []
    assert ask(answers, "sla_next") == []
    assert ask(answers, "backlog_ageing") == []
    assert due(answers, "running_count", known_at=NOON + HOUR) == [(1,)]


def test_a_hundred_ignored_customers_are_overdue(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[left(-MINUTE, "x:a", owner="ann"), left(HOUR, "x:b", owner="bob")])
    told = ("overdue_count", "running_count", "unowned_count", "oldest_started_at", "next_due_at")
    late, soon = plain(NOON - MINUTE - 2 * HOUR), plain(NOON + HOUR)
    assert due(answers, *told) == [(1, 2, 0, late, soon)]
    put(warehouse, clock_segments=[left(-9 * DAY, f"x:{number}") for number in range(100)])
    assert due(answers, *told) == [(101, 102, 100, plain(NOON - 9 * DAY - 2 * HOUR), soon)]


def test_next_due_is_the_earliest_that_can_still_be_kept(warehouse: Warehouse, answers: Answers) -> None:
    closing, opening = NOON - 8 * HOUR, NOON + HOUR
    clocks = [
        left(-HOUR, "x:1"),
        left(HOUR, "x:2"),
        paused(MINUTE, "x:3", due_at=NOON - DAY, stopped_at=NOON + DAY),
    ]
    put(warehouse, clock_segments=clocks)
    assert due(answers, "next_due_at") == [(plain(NOON + HOUR),)]
    put(warehouse, clock_segments=[left(HOUR, "x:4", due_at=closing, breaches_at=opening)])
    assert due(answers, "next_due_at", "due_60m_count") == [(plain(closing), 2)]


def test_groups_and_filters(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [
        left(-HOUR, "x:1", owner="ann"),
        left(HOUR, "x:2", track="sales", platform="reddit"),
        left(HOUR, "x:3", metric="nrt", owner="ann", brand="Rival"),
    ]
    put(warehouse, clock_segments=clocks)

    def found(**given: Any) -> list[tuple[Any, ...]]:
        return due(answers, "group_name", "overdue_count", "due_60m_count", **given)

    assert found() == [("all", 1, 2)]
    assert found(group_by="track") == [("care", 1, 1), ("sales", 0, 1)]
    assert found(group_by="owner") == [("ann", 1, 1), (None, 0, 1)]
    assert found(group_by="platform") == [("x", 1, 1), ("reddit", 0, 1)]
    assert found(group_by="metric") == [("frt", 1, 1), ("nrt", 0, 1)]
    assert found(metrics=["nrt"]) == found(brands=["Rival"]) == found(platforms=["reddit"]) == [("all", 0, 1)]
    with pytest.raises(BadParameter, match="group_by must be all, track, owner, platform or metric"):
        found(group_by="brand")


ORDER: list[tuple[str, Row, str, int | None]] = [
    ("most overdue", left(-2 * HOUR), "breached", -7200),
    ("overdue in its pause", paused(HOUR + 70 * MINUTE), "breached", -4200),
    ("overdue", left(-HOUR), "breached", -3600),
    ("nothing left", left(timedelta(0)), "at_risk", 0),
    ("a quarter left", left(30 * MINUTE), "at_risk", 1800),
    ("half left, of the longest promise", left(HOUR), "on_track", 3600),
    ("more left", left(90 * MINUTE), "on_track", 5400),
    ("nobody knows how much", left(MINUTE, due_at=None, breaches_at=None), "on_track", None),
    ("paused just before", paused(59 * MINUTE), "paused", 60),
    ("paused at once", paused(timedelta(0)), "paused", 3600),
]


def test_whose_turn_it_is(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [{**row, "case_id": name} for name, row, _, _ in reversed(ORDER)]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    columns = ("case_id", "state", "remaining_seconds")
    assert ask(answers, "sla_next", *columns) == [(name, state, rest) for name, _, state, rest in ORDER]
    assert ask(answers, "sla_next", "case_id", most=2) == [("most overdue",), ("overdue in its pause",)]
    assert ask(answers, "sla_next", "case_id", most=0) == [("most overdue",)]
    assert len(ask(answers, "sla_next", most=5000)) == 10


def test_open_time_says_what_is_left(warehouse: Warehouse, answers: Answers) -> None:
    """Of the office half an hour is left, tomorrow; of the other an hour, tonight."""
    opens = NOON + 20 * HOUR
    office = [hours("office", NOON - 2 * HOUR, NOON - HOUR), hours("office", opens, opens + 8 * HOUR)]
    tomorrow = opens + 30 * MINUTE
    began = NOON - 90 * MINUTE
    clock = segment("x:office", began, calendar="office", due_at=tomorrow, breaches_at=tomorrow)
    put(warehouse, clock_segments=[clock, left(HOUR, "x:tonight")], calendar_hours=[hours(), *office])
    columns = ("case_id", "remaining_seconds", "due_at")
    assert ask(answers, "sla_next", *columns) == [
        ("x:office", 1800, plain(tomorrow)),
        ("x:tonight", 3600, plain(NOON + HOUR)),
    ]


def test_a_row_says_whose_case_it_is_and_what_about(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [
        left(HOUR, "x:1", owner="ann", priority="high", platform="reddit", metric="nrt", breaches_at=NOON + 2 * HOUR),
        paused(MINUTE, "x:2", due_at=NOON, breaches_at=NOON, stopped_at=NOON + MINUTE),
    ]
    cases = [
        case("x:1", subject="old", known_until_at=NOON - HOUR),
        case("x:1", subject="new", known_from_at=NOON - HOUR),
        case("x:2", subject="a drill", is_drill=True),
    ]
    put(warehouse, clock_segments=clocks, cases=cases, calendar_hours=[hours()])
    soon, later = plain(NOON + HOUR), plain(NOON + 2 * HOUR)
    assert ask(answers, "sla_next") == [
        ("x:1", "nrt", "reddit", "new", "ann", "care", "high", soon, later, 3600, 7200, "on_track"),
        ("x:2", "nrt", "x", None, None, "care", None, None, None, 3540, 3600, "paused"),
    ]
    assert ask(answers, "sla_next", "subject", known_at=NOON - 2 * HOUR) == [("old",), (None,)]
    assert ask(answers, "sla_next", "subject", known_at=NOON - HOUR) == [("new",), (None,)]
    for name, value in (("metrics", "frt"), ("brands", "Rival"), ("platforms", "mastodon")):
        other: dict[str, Any] = {name: [value]}
        assert ask(answers, "sla_next", **other) == []


def answered(minutes: int, **more: Any) -> Row:
    """A first response that took so long from assignment to reply, some hours ago."""
    began = NOON - 12 * HOUR
    name, reply = f"x:h{minutes}", {"assigned_at": began, "stopped_at": began + minutes * MINUTE}
    return segment(name, began, **{**reply, **more})


def test_the_next_are_judged_as_sla_clocks_judges_them(warehouse: Warehouse, answers: Answers) -> None:
    """Three of four first responses took at most 45 minutes; what does not count would make it more."""
    history = [
        answered(30),
        answered(40, assigned_at=NOON - DAY),
        segment("x:h", NOON - HOUR, assigned_at=NOON - 40 * MINUTE, stopped_at=NOON),
        answered(60, known_from_at=NOON),
        answered(500, known_from_at=NOON + HOUR),
        answered(501, known_until_at=NOON),
        answered(502, assigned_at=NOON - 29 * DAY, stopped_at=NOON - 28 * DAY),
        answered(503, stopped_at=NOON + MINUTE),
        answered(504, outcome="acknowledged"),
    ]
    clocks = [left(minutes * MINUTE, f"x:{minutes}") for minutes in range(-60, 120)]
    whole = [{**row, "metric": "resolution"} for row in clocks]
    put(warehouse, clock_segments=[*history, *clocks, *whole], calendar_hours=[hours()])
    columns = ("case_id", "metric", "state", "remaining_seconds", "due_at")
    window = {"since": NOON - DAY, "until": NOON + DAY, "known_at": NOON}
    running = [row for row in ask(answers, "sla_clocks", *columns, **window) if not row[0].startswith("x:h")]
    found = [
        row for row in ask(answers, "sla_next", *columns, most=1000, known_at=NOON) if not row[0].startswith("x:h")
    ]
    assert sorted(found) == sorted(running)
    states = {(case_id, metric): state for case_id, metric, state, *_ in found}
    assert (states["x:45", "frt"], states["x:46", "frt"]) == ("at_risk", "on_track")
    assert (states["x:30", "resolution"], states["x:31", "resolution"]) == ("at_risk", "on_track"), "a quarter of it"
