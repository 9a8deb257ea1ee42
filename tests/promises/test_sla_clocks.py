"""How far each clock is and how it stands: every state at its border, open time alone, seen from any moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, plain, put

DAY = timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)
AGO = NOON - 2 * HOUR
WINDOW: dict[str, Any] = {"since": NOON - 60 * DAY, "until": NOON + DAY}
QUARTER = 15 * MINUTE


def ended(after: timedelta, outcome: str = "answered", **more: Any) -> Row:
    """A clock of an hour that began two hours ago and stopped `after` its start."""
    return segment("x:1", AGO, stopped_at=AGO + after, outcome=outcome, **more)


def waiting(for_so_long: timedelta, **more: Any) -> Row:
    """A clock of an hour that has run for so long."""
    return segment("x:1", NOON - for_so_long, **more)


def paused(before: timedelta, **more: Any) -> Row:
    """A clock of an hour that has been paused since an hour ago, when so much of it had passed."""
    plain_row: dict[str, Any] = {
        "metric": "nrt",
        "segment": 2,
        "since_at": NOON - HOUR,
        "is_paused": True,
        "before_seconds": int(before.total_seconds()),
        "due_at": None,
        "breaches_at": None,
    }
    return segment("x:1", NOON - HOUR - before, **{**plain_row, **more})


# a clock, its state, the seconds that have passed and those that are left
STATES: list[tuple[str, Row, str, int, int | None]] = [
    ("answered in the last second", ended(HOUR), "met", 3600, None),
    ("answered a second late", ended(HOUR + SECOND), "breached", 3601, None),
    ("resolved in time", ended(HOUR, "resolved", metric="resolution"), "met", 3600, None),
    ("closed without an answer", ended(MINUTE, "unanswered"), "breached", 60, None),
    ("no help wanted", ended(HOUR, "acknowledged"), "acknowledged", 3600, None),
    ("no help wanted, too late", ended(HOUR + SECOND, "acknowledged"), "breached", 3601, None),
    ("declined", ended(MINUTE, "declined"), "declined", 60, None),
    ("declined too late", ended(HOUR + SECOND, "declined"), "breached", 3601, None),
    ("merged, however late", ended(2 * HOUR, "merged"), "merged", 7200, None),
    ("excluded, however late", ended(2 * HOUR, "excluded"), "excluded", 7200, None),
    ("answered nobody knows when", ended(timedelta(0), "unknown"), "unknown", 0, None),
    ("young", waiting(45 * MINUTE - SECOND), "on_track", 2699, 901),
    ("a quarter left", waiting(45 * MINUTE), "at_risk", 2700, 900),
    ("nothing left", waiting(HOUR), "at_risk", 3600, 0),
    ("past it", waiting(HOUR + SECOND), "breached", 3601, -1),
    ("begun just now", waiting(timedelta(0)), "on_track", 0, 3600),
    ("paused", paused(59 * MINUTE), "paused", 3540, 60),
    ("paused with nothing left", paused(HOUR), "paused", 3600, 0),
    ("paused past it", paused(HOUR + SECOND, due_at=NOON - HOUR, breaches_at=NOON - HOUR), "breached", 3601, -1),
    ("excluded in a minute", segment("x:1", NOON - MINUTE, stopped_at=NOON + MINUTE, outcome="excluded"), "on_track",
     60, 3540),
    ("closed without an answer in a minute", segment("x:1", NOON - MINUTE, stopped_at=NOON + MINUTE,
                                                     outcome="unanswered"), "on_track", 60, 3540),
    ("stopped in a pause that still lasts", paused(MINUTE, stopped_at=NOON + MINUTE, due_at=NOON + HOUR,
                                                   outcome="resolved"), "paused", 60, 3540),
    ("due behind all that is written out", waiting(59 * MINUTE, due_at=None, breaches_at=None), "on_track", 3540, None),
]  # fmt: skip


def test_every_state_at_its_border(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [{**row, "case_id": f"x:{number}"} for number, (_, row, *_) in enumerate(STATES)]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    columns = ("case_id", "state", "elapsed_seconds", "remaining_seconds")
    found = {case_id: told for case_id, *told in ask(answers, "sla_clocks", *columns, **WINDOW)}
    assert {name: found[f"x:{number}"] for number, (name, *_) in enumerate(STATES)} == {
        name: [state, elapsed, remaining] for name, _, state, elapsed, remaining in STATES
    }


def test_a_due_date_is_told_unless_it_still_stands_still(warehouse: Warehouse, answers: Answers) -> None:
    due = NOON + HOUR
    rows = {
        "stopped in its pause": paused(HOUR, due_at=due, stopped_at=NOON, outcome="resolved", elapsed_seconds=3600),
        "stopped later in its pause": paused(HOUR, due_at=due, stopped_at=NOON + MINUTE, outcome="resolved"),
        "paused past it": paused(2 * HOUR, due_at=NOON - 2 * HOUR),
    }
    clocks = [{**row, "case_id": name} for name, row in rows.items()]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    assert dict(ask(answers, "sla_clocks", "case_id", "due_at", **WINDOW)) == {
        "stopped in its pause": plain(due),
        "stopped later in its pause": None,
        "paused past it": plain(NOON - 2 * HOUR),
    }


def given(minutes: int, **more: Any) -> Row:
    """A first response that came so many minutes after somebody had been given the case, a day ago."""
    assigned = NOON - DAY
    case_id = f"x:h{minutes}{sorted(more)}"
    return segment(
        case_id, assigned - HOUR, **{"assigned_at": assigned, "stopped_at": assigned + minutes * MINUTE, **more}
    )


def risks(answers: Answers, **more: Any) -> list[str]:
    """The cases that are at risk, of those that run."""
    found = ask(answers, "sla_clocks", "case_id", "state", **{**WINDOW, **more})
    return [case_id for case_id, state in found if state == "at_risk"]


def test_a_response_is_at_risk_when_less_is_left_than_three_of_four_take(
    warehouse: Warehouse, answers: Answers
) -> None:
    """Of 10, 20, 20 and 40 minutes three quarters are 25."""
    clocks = [
        segment("x:late", NOON - 35 * MINUTE),
        segment("x:good", NOON - 35 * MINUTE + SECOND),
        segment("x:next", NOON - 35 * MINUTE, metric="nrt"),
        segment("x:whole", NOON - 35 * MINUTE, metric="resolution"),
        segment("x:sales", NOON - 35 * MINUTE, track="sales"),
    ]
    nothing = [
        given(50, track="sales", assigned_at=None),
        given(51, metric="nrt"),
        given(52, outcome="acknowledged"),
        given(53, known_from_at=NOON + HOUR),
        given(54, known_until_at=NOON - HOUR),
        given(55, assigned_at=NOON - 28 * DAY - HOUR, stopped_at=NOON - 28 * DAY),
        given(56, assigned_at=NOON - HOUR, stopped_at=NOON + MINUTE),
    ]
    history = [given(10), given(20), given(20, cycle=1), given(40)]
    put(warehouse, clock_segments=[*clocks, *nothing, *history], calendar_hours=[hours()])
    assert risks(answers) == ["x:late", "x:next"]


def test_who_had_the_case_before_the_customer_wrote_is_timed_from_the_start(
    warehouse: Warehouse, answers: Answers
) -> None:
    early = segment("x:h", NOON - DAY, assigned_at=NOON - 2 * DAY, stopped_at=NOON - DAY + 20 * MINUTE)
    put(warehouse, clock_segments=[early, waiting(40 * MINUTE)], calendar_hours=[hours()])
    assert risks(answers) == ["x:1"]
    assert risks(answers, now=NOON - SECOND * 5) == []


def office(**more: Any) -> list[Row]:
    """Open from 8 to 16, for 14 days around NOON; known is what `more` says."""
    days = [MIDNIGHT + number * DAY for number in range(-7, 8)]
    return [{**hours("office", day + 8 * HOUR, day + 16 * HOUR), **more} for day in days]


def elapsed(answers: Answers, **more: Any) -> dict[tuple[str, str, int], int]:
    columns = ("case_id", "metric", "cycle", "elapsed_seconds")
    return {(*key,): seconds for *key, seconds in ask(answers, "sla_clocks", *columns, **{**WINDOW, **more})}


def test_only_open_time_counts(warehouse: Warehouse, answers: Answers) -> None:
    def one(name: str, since: datetime, **more: Any) -> Row:
        return segment(name, since, calendar="office", target_seconds=10**6, **more)

    clocks = [
        one("x:night", MIDNIGHT),
        one("x:day", NOON - 10 * MINUTE),
        one("x:open", MIDNIGHT + 8 * HOUR),
        one("x:evening", MIDNIGHT - 9 * HOUR),
        one("x:before", MIDNIGHT - 30 * DAY),
        one("x:second", MIDNIGHT - DAY, segment=2, since_at=NOON - HOUR, before_seconds=500),
        segment("x:none", NOON - HOUR, calendar="nobody knows", target_seconds=10**6, due_at=None),
    ]
    put(warehouse, clock_segments=clocks, calendar_hours=office())
    found = {case_id: seconds for (case_id, _, _), seconds in elapsed(answers).items()}
    assert found == {
        "x:night": 4 * 3600,
        "x:day": 600,
        "x:open": 4 * 3600,
        "x:evening": 5 * 3600,
        "x:before": (7 * 8 + 4) * 3600,
        "x:second": 4100,
        "x:none": 0,
    }
    assert elapsed(answers, now=MIDNIGHT + 20 * HOUR)["x:day", "frt", 1] == 4 * 3600 + 600


def test_what_was_passed_in_another_calendar_counts_on_from_there(warehouse: Warehouse, answers: Answers) -> None:
    """Half an hour over when its calendar changed; its due date is of the old one."""
    due = NOON - 90 * MINUTE
    second: dict[str, Any] = {"segment": 2, "since_at": NOON - HOUR, "before_seconds": 5400, "calendar": "office"}
    moved = segment("x:1", NOON - 150 * MINUTE, due_at=due, breaches_at=due, **second)
    put(warehouse, clock_segments=[moved], calendar_hours=office())
    assert elapsed(answers) == {("x:1", "frt", 1): 9000}


def test_seen_from_earlier_it_is_what_it_was_then(warehouse: Warehouse, answers: Answers) -> None:
    began, until, on = NOON - 6 * HOUR, NOON - 5 * HOUR, NOON - 3 * HOUR
    base: dict[str, Any] = {"metric": "nrt", "target_seconds": 7200}
    rest = {"since_at": until, "before_seconds": 3600}
    clocks = [
        segment("x:1", began, **base, until_at=until),
        segment("x:1", began, **{**base, **rest, "segment": 2, "until_at": on, "is_paused": True, "due_at": None}),
        segment(
            "x:1",
            began,
            **{**base, **rest, "segment": 3, "since_at": on, "due_at": on + HOUR, "breaches_at": on + HOUR},
            stopped_at=NOON - HOUR,
            outcome="answered",
            elapsed_seconds=10800,
        ),
    ]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    columns = ("state", "stopped_at", "due_at", "elapsed_seconds", "remaining_seconds")

    def seen(now: datetime) -> list[tuple[Any, ...]]:
        return ask(answers, "sla_clocks", *columns, now=now, **WINDOW)

    due = plain(on + HOUR)
    assert seen(began - MINUTE) == []
    assert seen(began + 30 * MINUTE) == [("on_track", None, plain(began + 2 * HOUR), 1800, 5400)]
    assert seen(until) == [("paused", None, None, 3600, 3600)]
    assert seen(on + MINUTE) == [("on_track", None, due, 3660, 3540)]
    assert seen(NOON - 90 * MINUTE) == [("breached", None, due, 9000, -1800)]
    assert seen(NOON - HOUR) == [("breached", plain(NOON - HOUR), due, 10800, None)]


@pytest.mark.parametrize(
    ("asked", "cases"),
    [
        ({}, ["x:1", "x:2", "x:3", "x:4"]),
        ({"case_ids": ["x:2", "x:4"]}, ["x:2", "x:4"]),
        ({"metrics": ["nrt", "resolution"]}, ["x:2"]),
        ({"brands": ["Rival"]}, ["x:3"]),
        ({"platforms": ["reddit"]}, ["x:4"]),
        ({"since": AGO + MINUTE}, ["x:2", "x:3", "x:4"]),
        ({"until": AGO + 3 * MINUTE}, ["x:1", "x:2"]),
        ({"known_at": NOON + HOUR}, ["x:1", "x:2", "x:4", "x:later"]),
    ],
)
def test_windows_and_filters(warehouse: Warehouse, answers: Answers, asked: dict[str, Any], cases: list[str]) -> None:
    clocks = [
        segment("x:1", AGO),
        segment("x:2", AGO + MINUTE, metric="nrt"),
        segment("x:3", AGO + 3 * MINUTE, brand="Rival", known_until_at=NOON + HOUR),
        segment("x:4", AGO + 4 * MINUTE, platform="reddit"),
        segment("x:later", AGO + 5 * MINUTE, known_from_at=NOON + HOUR),
        segment("x:nothing", AGO, target_seconds=None),
        segment("x:coming", NOON + MINUTE),
    ]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    assert [case_id for (case_id,) in ask(answers, "sla_clocks", "case_id", **{**WINDOW, **asked})] == cases


def test_a_calendar_is_read_as_it_was_known(warehouse: Warehouse, answers: Answers) -> None:
    one = segment("x:1", NOON - HOUR, calendar="office", known_from_at=NOON - 30 * DAY)
    known = office(known_until_at=NOON - DAY)
    later = [{**hours("office", NOON - QUARTER, NOON + HOUR), "known_from_at": NOON - DAY}]
    put(warehouse, clock_segments=[one], calendar_hours=[*known, *later])
    assert elapsed(answers) == {("x:1", "frt", 1): 900}
    assert elapsed(answers, known_at=NOON - 2 * DAY) == {("x:1", "frt", 1): 3600}
