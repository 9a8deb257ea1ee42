"""What will break in the next four hours: each part by hand, and the whole against the same method in Python."""

from __future__ import annotations

import random
import statistics
from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.foreseen import Oracle, quantile
from tests.promises.rows import segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, plain, put

DAY = timedelta(days=1)
LONG_AGO = START - 90 * DAY


def shift(starts_at: datetime = LONG_AGO, ends_at: datetime = NOON + 9 * DAY, heads: int = 2, **more: Any) -> Row:
    """Heads on shift; without more, two of them always."""
    row = {"site": "Oslo", "timezone": "Europe/Oslo", "team": "care", "languages": ["en"], "is_on_call": False}
    return {**row, "known_from_at": LONG_AGO, "heads": heads, "starts_at": starts_at, "ends_at": ends_at, **more}


def clock(number: int, started_at: datetime, **more: Any) -> Row:
    """A clock that has always been known."""
    return segment(f"x:{number}", started_at, **{"known_from_at": LONG_AGO, **more})


def due_in(hours: float, count: int, first: int = 9000, **more: Any) -> list[Row]:
    """So many clocks that run and are due so many hours from now, of four hours each."""
    began = NOON + (hours - 4) * HOUR
    return [clock(first + number, began, target_seconds=4 * 3600, **more) for number in range(count)]


def steady(a_count: int, hours_count: int, late: int = 0) -> list[Row]:
    """So many clocks an hour up to now, each answered within the hour in which it began, but for `late` ones."""
    rows = []
    for hour in range(1, hours_count + 1):
        for number in range(a_count):
            began = NOON - hour * HOUR + (number + 1) * MINUTE
            waits = 90 * MINUTE if number < late else 20 * MINUTE
            stopped = began + waits
            rows.append(clock(hour * 100 + number, began, stopped_at=stopped if stopped <= NOON else None))
    return rows


def forecast(answers: Answers, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "breach_forecast", *columns, **given)


def test_without_a_clock_nothing_is_forecast(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, shifts=[shift()])
    assert forecast(answers) == []


def test_the_hours_are_the_next_four_and_their_clocks_those_that_run(warehouse: Warehouse, answers: Answers) -> None:
    changed = {"segment": 2, "since_at": NOON - HOUR, "target_seconds": 2 * 3600}
    put(
        warehouse,
        shifts=[shift(ends_at=NOON + 90 * MINUTE), shift(NOON + HOUR, heads=6)],
        clock_segments=[
            *due_in(0, 1),
            *due_in(1 - 1 / 3600, 2, 9010),
            *due_in(1, 4, 9020),
            *due_in(2.5, 1, 9030, metric="nrt"),
            *due_in(2.5, 9, 9040, metric="resolution"),
            *due_in(-1 / 3600, 9, 9050),
            *due_in(1.5, 9, 9060, is_paused=True),
            *due_in(2.5, 9, 9070, stopped_at=NOON),
            *due_in(2.5, 9, 9080, stopped_at=NOON + SECOND)[:1],
            *due_in(4, 9, 9090),
            clock(1, NOON - 3 * HOUR, until_at=NOON - HOUR, target_seconds=6 * 3600),
            clock(1, NOON - 3 * HOUR, **changed, due_at=NOON + 3.5 * HOUR, breaches_at=NOON + 3.5 * HOUR),
        ],
    )
    hours = [(1, NOON, NOON + HOUR), (2, NOON + HOUR, NOON + 2 * HOUR), (3, NOON + 2 * HOUR, NOON + 3 * HOUR)]
    assert forecast(answers, "hour", "since_at", "until_at")[:3] == [(n, plain(a), plain(b)) for n, a, b in hours]
    assert forecast(answers, "due_count", "staffed_agents") == [(3, 2.0), (4, 7.0), (2, 6.0), (1, 6.0)]


def test_what_is_above_capacity_is_broken_the_earliest_deadline_first(warehouse: Warehouse, answers: Answers) -> None:
    """Two heads have answered four an hour for 30 hours, all in time; now seven and then six are due at once."""
    put(warehouse, shifts=[shift()], clock_segments=[*steady(4, 30), *due_in(0.5, 7), *due_in(1.5, 6, 9100)])
    columns = ("due_count", "arrivals_count", "capacity_count", "breached_count")
    assert forecast(answers, *columns) == [
        (7, 0.0, 4.0, 3.0),  # what is due in the first hour has begun already
        (6, 4.0, 4.0, 6.0),
        (0, 4.0, 4.0, 0.0),
        (0, 4.0, 4.0, 0.0),
    ]
    put(warehouse, shifts=[shift(NOON + 2 * HOUR, heads=2)])
    assert forecast(answers, "capacity_count", "breached_count") == [(4.0, 3.0), (4.0, 6.0), (8.0, 0.0), (8.0, 0.0)]


def test_a_head_is_held_to_answer_one_an_hour_however_little_there_was_to_do(
    warehouse: Warehouse, answers: Answers
) -> None:
    put(warehouse, shifts=[shift(heads=5)], clock_segments=[*steady(1, 30), *due_in(0.5, 7)])
    assert forecast(answers, "capacity_count", "breached_count")[0] == (5.0, 2.0)


def test_what_is_usually_broken_is_broken_without_a_backlog_too(warehouse: Warehouse, answers: Answers) -> None:
    """One of four is always answered half an hour late: of those that run as their last hour begins, one of one."""
    put(warehouse, shifts=[shift(heads=9)], clock_segments=[*steady(4, 24 * 9, late=1)])
    found = forecast(answers, "due_count", "arrivals_count", "breached_count", "error_count")
    # within the hour only the late one still runs; the others have been answered or have not begun
    assert found == [(1, 0.0, 1.0, 0.0), (0, 4.0, 1.0, 0.0), (0, 4.0, 1.0, 0.0), (0, 4.0, 1.0, 0.0)]


def test_the_band_is_what_four_of_five_forecasts_were_off_at_most(warehouse: Warehouse, answers: Answers) -> None:
    """Nine quiet days; two days before now, ten that nobody foresaw were broken in one hour."""
    flood = [clock(50_000 + number, NOON - 2 * DAY - 30 * MINUTE, stopped_at=NOON) for number in range(10)]
    put(warehouse, shifts=[shift(heads=50)], clock_segments=[*steady(1, 24 * 9), *flood])
    found = forecast(answers, "trials_count", "error_count", "low_count", "breached_count", "high_count")
    for ahead, (trials, error, low, breached, high) in enumerate(found, 1):
        assert trials == 169 - ahead, "each hour of seven days, and what it forecast is over"
        assert 10 * 0.8 / trials < error < 10 * 3 / trials
        assert 0 <= low <= breached <= high < breached + 1


def test_without_a_roster_capacity_is_unknown_and_so_is_what_breaks(warehouse: Warehouse, answers: Answers) -> None:
    columns = ("due_count", "arrivals_count", "staffed_agents", "capacity_count", "breached_count", "error_count",
               "low_count", "high_count", "trials_count")  # fmt: skip
    put(warehouse, clock_segments=[*steady(4, 30), *due_in(0.5, 7)])
    assert forecast(answers, *columns)[:2] == [(7, 0.0, *[None] * 6, 0), (0, 4.0, *[None] * 6, 0)]
    put(warehouse, shifts=[shift(ends_at=NOON + 90 * MINUTE)])
    known = forecast(answers, "staffed_agents", "breached_count")
    assert known == [(2.0, 3.0), (None, None), (None, None), (None, None)], "behind its last shift nothing is known"


def test_before_a_day_is_known_what_is_still_to_begin_is_unknown(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, shifts=[shift()], clock_segments=[*steady(4, 20), *due_in(0.5, 7)])
    assert forecast(answers, "due_count", "arrivals_count", "breached_count") == [
        (7, None, None), (0, None, None), (0, None, None), (0, None, None),
    ]  # fmt: skip


def test_the_same_hour_of_the_week_counts_before_the_same_hour_of_the_day(
    warehouse: Warehouse, answers: Answers
) -> None:
    """Weeks ago three, five and nine began in this hour; yesterday twenty did, and on each other day."""
    began = NOON + 30 * MINUTE
    weeks = [
        clock(week * 100 + n, began - week * 7 * DAY) for week, count in ((1, 3), (2, 5), (3, 9)) for n in range(count)
    ]
    days = [clock(day * 1000 + n, began - day * DAY) for day in range(1, 7) for n in range(20)]
    put(warehouse, shifts=[shift()], clock_segments=[clock(1, NOON - 22 * DAY), *weeks, *days])
    assert [count for (count,) in forecast(answers, "arrivals_count")] == [0.0, 5.0, 0.0, 0.0]
    put(warehouse, clock_segments=[clock(2, NOON - 29 * DAY)])
    assert [count for (count,) in forecast(answers, "arrivals_count")] == [0.0, 4.0, 0.0, 0.0], (
        "the fourth week had none"
    )


def test_brands_and_platforms_are_forecast_by_themselves(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        shifts=[shift()],
        clock_segments=[*steady(4, 30), *due_in(0.5, 7), *due_in(0.5, 2, 9100, brand="Rival"),
                        *due_in(0.5, 3, 9200, platform="reddit")],
    )  # fmt: skip
    first = [
        forecast(answers, "due_count", **given)[0][0] for given in ({}, {"brands": ["Rival"]}, {"platforms": ["x"]})
    ]
    assert first == [12, 2, 9]


def world(seed: int) -> tuple[list[Row], list[Row]]:
    """Seventeen days: a desk that is busy by day, three shifts a day, and some that nobody answers in time."""
    dice, clocks = random.Random(seed), list[Row]()
    for number in range(900):
        began = NOON - dice.random() * 17 * DAY
        began = began.replace(hour=dice.choice((*range(7, 20), dice.randrange(24))), microsecond=0)
        more: dict[str, Any] = {
            "target_seconds": dice.choice((1800, 3600, 3 * 3600)),
            "metric": dice.choice(("frt", "nrt")),
        }
        stopped = began + dice.choice((20, 50, 70, 400)) * dice.random() * MINUTE
        outcome = dice.choices(("answered", "unanswered", "resolved", "merged"), (20, 1, 2, 1))[0]
        if dice.random() < 0.95:
            more |= {"stopped_at": stopped.replace(microsecond=0), "outcome": outcome}
        if dice.random() < 0.1:
            moved = began + 10 * MINUTE
            later = began + 25 * MINUTE
            clocks.append(clock(number, began, **{**more, "stopped_at": None, "outcome": None, "until_at": moved}))
            more |= {"segment": 2, "since_at": moved, "due_at": later, "breaches_at": later, "target_seconds": 1500}
        clocks.append(clock(number, began, **more))
    days = [NOON.replace(hour=0) + day * DAY for day in range(-20, 3)]
    turns = [(6, 14, 3), (13, 21, 4), (21, 29, 1)]
    roster = [shift(day + a * HOUR, day + b * HOUR, heads=heads) for day in days for a, b, heads in turns]
    return clocks, roster[:-1]


@pytest.mark.parametrize(("seed", "ago"), [(1, 0.0), (2, 30.7), (3, 199.25)])
def test_it_is_what_the_method_gives_when_it_is_written_in_python(
    warehouse: Warehouse, answers: Answers, seed: int, ago: float
) -> None:
    clocks, shifts = world(seed)
    put(warehouse, shifts=shifts, clock_segments=clocks)
    now = (NOON - ago * HOUR).replace(second=0)
    oracle = Oracle(clocks, shifts, now)
    foreseen = oracle.forecast(0)
    columns = ("hour", "due_count", "arrivals_count", "staffed_agents", "capacity_count", "breached_count",
               "error_count", "low_count", "high_count", "trials_count")  # fmt: skip
    for told in forecast(answers, *columns, now=now):
        ahead = told[0]
        pace, breached, off = oracle.pace(0), foreseen[ahead - 1], oracle.errors(ahead)
        assert pace is not None
        assert breached is not None
        heads, mostly = oracle.heads[ahead - 1], quantile(off, 0.8)
        assert told == pytest.approx((
            ahead, oracle.trials[0, ahead][0], oracle.arrivals(0, ahead), heads, pace * heads, breached,
            statistics.mean(off), max(0, breached - mostly), breached + mostly, len(off),
        ))  # fmt: skip
    assert max(value or 0 for value in foreseen) > 0
