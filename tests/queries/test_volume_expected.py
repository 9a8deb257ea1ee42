"""How loud it usually is: the same time of week, calm, and never made low by hours in which nobody looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache, FakeClock
from tests.queries.case_rows import HOUR, MINUTE, Row, ask, plain, put

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WINDOW: dict[str, Any] = {"since": NOON - 4 * HOUR, "until": NOON, "bucket_minutes": 60}
PAST = NOON - timedelta(days=60)


@pytest.fixture
def warehouse(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Warehouse]:
    """DuckDB's own file; a lake too where a test says so."""
    opened = Warehouse(f"{getattr(request, 'param', 'duckdb')}:w", tmp_path / "w", clock())
    yield opened
    opened.close()


def posts(at: datetime, count: int, platform: str = "x", **more: Any) -> list[Row]:
    """So many mentions within the quarter of an hour from `at` on."""
    same = {"brand": "Aurora", "platform": platform, "is_drill": False, "known_from_at": PAST, **more}
    return [{"published_at": at + n * timedelta(seconds=900 / count), **same} for n in range(count)]


def steady(days: float, per_hour: int, until: datetime = NOON, **more: Any) -> list[Row]:
    """So many in every hour, evenly."""
    step, count = HOUR / per_hour, round(days * 24 * per_hour)
    return [row for n in range(1, count + 1) for row in posts(until - n * step, 1, **more)]


def gap(since: datetime, until: datetime | None, platform: str | None = "x", **more: Any) -> Row:
    known = {"known_from_at": since, "filled_at": None, "kind": "gap", "sentence": "why", "source": "feed"}
    return {**known, "platform": platform, "since_at": since, "until_at": until, **more}


def source(**more: Any) -> Row:
    return {"source": "feed", "kind": "rss", "is_active": True, "platforms": ["x"], **more}


def expected(answers: Answers, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "volume_expected", "expected_count", "samples_count", "basis", **{**WINDOW, **given})


@pytest.mark.parametrize("warehouse", ["duckdb", "ducklake"], indirect=True)
def test_it_is_the_median_of_the_same_time_of_four_weeks(warehouse: Warehouse, answers: Answers) -> None:
    weeks = [(4, 9), (3, 1), (2, 7), (1, 100)]
    rows = [row for back, count in weeks for row in posts(NOON - 2 * HOUR - back * WEEK, count)]
    put(warehouse, mentions=[*posts(NOON - 28 * DAY - 5 * HOUR, 1), *rows])
    found = ask(answers, "volume_expected", **WINDOW)
    assert [(at, count) for at, count, *_ in found] == [
        (plain(NOON - 4 * HOUR), 0.0),
        (plain(NOON - 3 * HOUR), 0.0),
        (plain(NOON - 2 * HOUR), 8.0),
        (plain(NOON - HOUR), 0.0),
    ]
    assert {row[2:] for row in found} == {(4, "week")}


def test_the_time_of_day_stands_in_until_three_weeks_are_known(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, mentions=steady(20, per_hour=3))
    assert expected(answers) == [(3.0, 7, "day")] * 4
    put(warehouse, mentions=steady(3, per_hour=3, until=NOON - 20 * DAY))
    assert expected(answers) == [(3.0, 3, "week")] * 4


def test_what_was_known_of_too_few_days_is_not_expected(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, mentions=steady(3, per_hour=3))
    assert expected(answers) == [], "two days before this one are no habit"
    assert expected(answers, known_at=PAST - DAY) == []


def test_one_odd_week_does_not_move_it(warehouse: Warehouse, answers: Answers) -> None:
    storm = [row for n in range(16) for row in posts(NOON - 2 * WEEK - 4 * HOUR + n * 15 * MINUTE, 200)]
    put(warehouse, mentions=steady(30, per_hour=4) + storm)
    assert expected(answers) == [(4.0, 4, "week")] * 4


@pytest.mark.parametrize("minutes", [5, 15, 30])
def test_the_line_is_calm_half_an_hour_to_both_sides(warehouse: Warehouse, answers: Answers, minutes: int) -> None:
    burst = [row for back in range(1, 5) for row in posts(NOON - 2 * HOUR - back * WEEK, 30)]
    put(warehouse, mentions=posts(NOON - 29 * DAY, 1) + burst)
    counts = [row[0] for row in expected(answers, bucket_minutes=minutes)]
    around = 30 // minutes
    assert sum(counts) == pytest.approx(30), "smoothing moves mentions and loses none"
    assert max(counts) <= 30 * 15 / 15 / (2 * around + 1) * max(1, 15 // minutes) + 1e-9
    assert sum(count > 0 for count in counts) == 2 * around + max(1, 15 // minutes)


def with_hole(per_hour: int = 6, **more: Any) -> list[Row]:
    """Thirty days of x, of which hours were lost in each of the last three weeks."""
    rows = steady(30, per_hour, **more)
    holes = [(NOON - back * WEEK - 3 * HOUR, NOON - back * WEEK - HOUR) for back in (1, 2, 3)]
    return [row for row in rows if not any(since <= row["published_at"] < until for since, until in holes)]


def test_hours_in_which_nobody_looked_do_not_count_as_low(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, mentions=with_hole())
    assert [row[0] for row in expected(answers)] == [6.0, 0.0, 0.0, 6.0]
    blind = [gap(NOON - back * WEEK - 3 * HOUR, NOON - back * WEEK - HOUR) for back in (1, 2, 3)]
    put(warehouse, gaps=blind, sources=[source()])
    assert expected(answers) == [(6.0, 4, "week"), (6.0, 6, "day"), (6.0, 6, "day"), (6.0, 4, "week")]


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, True),
        ({"platform": None}, True),  # then it is all that the source brings
        ({"kind": "outage"}, True),
        ({"filled_at": NOON - DAY}, False),
        ({"known_from_at": NOON + DAY}, False),
        ({"platform": "reddit"}, False),
    ],
)
def test_a_gap_counts_as_blind_spans_tells_it(
    warehouse: Warehouse, answers: Answers, changes: dict[str, Any], counted: bool
) -> None:
    blind = gap(NOON - 7 * DAY - 4 * HOUR, NOON - 7 * DAY, **changes)
    put(warehouse, mentions=steady(30, per_hour=2), gaps=[blind], sources=[source()])
    assert {row[1] for row in expected(answers)} == {3 if counted else 4}
    seen: dict[str, Any] = {"since": NOON - 8 * DAY, "until": NOON - 6 * DAY, "platforms": ["x"]}
    assert bool(ask(answers, "blind_spans", **seen)) is counted


def test_a_source_that_is_still_out_was_out_until_now(warehouse: Warehouse, answers: Answers) -> None:
    out = gap(NOON - 8 * DAY, None, kind="outage")
    put(warehouse, mentions=steady(30, per_hour=2), gaps=[out], sources=[source()])
    assert {row[1:] for row in expected(answers)} == {(3, "week")}
    ended = source(disabled="gone", last_run_at=NOON - 8 * DAY)
    put(warehouse, sources=[{**ended, "source": "other", "platforms": ["x"]}])
    assert {row[1:] for row in expected(answers)} == {(3, "week")}


def test_a_small_platform_that_was_out_is_not_missed(warehouse: Warehouse, answers: Answers) -> None:
    rows = steady(30, per_hour=20) + steady(30, per_hour=1, platform="news")
    out = gap(NOON - 30 * DAY, NOON, platform="news")
    put(warehouse, mentions=rows, gaps=[out], sources=[source()])
    assert {row[1:] for row in expected(answers)} == {(4, "week")}
    assert expected(answers, platforms=["news"]) == [], "of itself nothing is known"


def test_a_platform_that_is_new_is_not_compared_with_weeks_that_lacked_it(
    warehouse: Warehouse, answers: Answers
) -> None:
    put(warehouse, mentions=steady(30, per_hour=4) + steady(5, per_hour=12, platform="news"))
    # the two days before that had both, and not three: nothing is expected yet
    assert expected(answers) == [(16.0, 4, "day")] * 4


def test_drills_and_other_brands_are_not_in_it(warehouse: Warehouse, answers: Answers) -> None:
    drill = steady(30, per_hour=2, is_drill=True)
    put(warehouse, mentions=steady(30, per_hour=2) + drill + steady(30, per_hour=5, brand="Rival"))
    assert expected(answers, brands=["Aurora"]) == [(2.0, 4, "week")] * 4
    assert expected(answers) == [(7.0, 4, "week")] * 4


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Four posts an hour over sixty days in which New York changes its clocks."""
    opened = Warehouse("duckdb:w", tmp_path_factory.mktemp("months") / "w", NOON)
    put(opened, mentions=steady(60, per_hour=60))
    yield opened
    opened.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minutes=st.sampled_from([1, 2, 5, 10, 15, 20, 30, 60]),
    back=st.integers(0, 25 * 24 * 60),
    length=st.integers(1, 8 * 60),
)
def test_what_never_changes_is_expected_at_any_time(months: Warehouse, minutes: int, back: int, length: int) -> None:
    until = NOON - back * MINUTE
    given: dict[str, Any] = {"since": until - length * MINUTE, "until": until, "bucket_minutes": minutes}
    found = ask(Answers(months, load_catalogue(), DictCache()), "volume_expected", **given)
    assert {row[1:] for row in found} == {(float(minutes), 4, "week")}
    first, last = found[0][0], found[-1][0]
    assert first <= plain(given["since"]) < first + minutes * MINUTE
    assert last < plain(until) <= last + minutes * MINUTE
    assert len(found) == (last - first) / (minutes * MINUTE) + 1
