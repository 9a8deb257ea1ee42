"""Hours of service: what the public was promised beside what the roster says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.keeping import promise
from tests.promises.rows import hours, policy
from tests.queries.case_rows import HOUR, Row, ask, plain, put
from tests.queries.people_rows import DAY, roster, shift

WINDOW: dict[str, Any] = {"since": NOON - 6 * HOUR, "until": NOON + 6 * HOUR}
PUBLIC: dict[str, Any] = {"calendar": "week", "public_frt_seconds": 7200}


def opened(start: float, end: float, calendar: str = "week") -> Row:
    return hours(calendar, NOON + start * HOUR, NOON + end * HOUR)


def told(answers: Answers, **more: Any) -> list[tuple[float, float, bool | None, bool | None]]:
    """The stretches, in hours from noon."""
    found = ask(answers, "hours_of_service", **{**WINDOW, **more})
    return [((row[0] - plain(NOON)) / HOUR, (row[1] - plain(NOON)) / HOUR, *row[2:]) for row in found]


def test_where_promise_and_roster_differ_is_told(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, policies=[policy(**PUBLIC)], calendar_hours=[opened(-3, 3)])
    roster(warehouse, shift(-30, -20), shift(-4, 0), shift(-1, 1, "Oslo"), shift(2, 5), shift(30, 31))
    assert told(answers) == [
        (-6, -4, False, False),
        (-4, -3, False, True),
        (-3, 1, True, True),
        (1, 2, True, False),
        (2, 3, True, True),
        (3, 5, False, True),
        (5, 6, False, False),
    ]


def test_without_a_public_promise_nothing_is_claimed_of_it(house: Warehouse, asked: Answers) -> None:
    put(house, policies=[policy(calendar="week")], calendar_hours=[opened(-3, 3)])
    roster(house, shift(-30, 0), shift(3, 30))
    assert told(asked) == [(-6, 0, None, True), (0, 3, None, False), (3, 6, None, True)]


@pytest.mark.parametrize("target", ["public_frt_seconds", "public_nrt_seconds", "public_resolution_seconds"])
def test_any_public_target_is_a_promise(house: Warehouse, asked: Answers, target: str) -> None:
    put(house, policies=[policy(**{**PUBLIC, "public_frt_seconds": None, target: 60})], calendar_hours=[opened(-3, 3)])
    assert told(asked) == [(-6, -3, False, None), (-3, 3, True, None), (3, 6, False, None)]


def test_several_promises_are_one_and_calendars_nobody_is_promised_by_are_none(
    house: Warehouse, asked: Answers
) -> None:
    put(
        house,
        policies=[policy(**PUBLIC), policy(priority="high", **PUBLIC), policy("press", calendar="late"),
                  policy("loud", calendar="noon", public_nrt_seconds=60)],
        calendar_hours=[opened(-3, 1), opened(0, 2, "noon"), opened(2, 4, "late")],
    )  # fmt: skip
    assert told(asked) == [(-6, -3, False, None), (-3, 2, True, None), (2, 6, False, None)]


def test_a_promise_holds_from_its_day_until_the_next_version(house: Warehouse, asked: Answers) -> None:
    put(
        house,
        policies=[policy(**PUBLIC, from_at=NOON - 2 * HOUR, until_at=NOON + HOUR),
                  policy(**{**PUBLIC, "calendar": "noon"}, from_at=NOON + HOUR, until_at=NOON + 5 * HOUR)],
        calendar_hours=[opened(-4, 4), opened(0, 2, "noon")],
    )  # fmt: skip
    # before and after it the public is promised nothing
    assert told(asked) == [(-2, 2, True, None), (2, 5, False, None)]


def test_outside_the_roster_nothing_is_known_of_who_is_there(house: Warehouse, asked: Answers) -> None:
    put(house, policies=[policy(**PUBLIC)], calendar_hours=[opened(-9, 9)])
    roster(house, shift(-4, -3), shift(1, 2))
    assert told(asked) == [(-6, -4, True, None), (-4, -3, True, True), (-3, 1, True, False), (1, 2, True, True),
                           (2, 6, True, None)]  # fmt: skip


def test_who_is_on_call_keeps_no_promise(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-9, 0), shift(0, 9, is_on_call=True))
    assert told(asked) == [(-6, 0, None, True), (0, 6, None, False)]


def test_only_those_who_speak_the_language_count(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-9, 0, languages=("de", "en")), shift(0, 9, "Oslo", languages=("en",)))
    assert told(asked) == [(-6, 6, None, True)]
    assert told(asked, language="de") == [(-6, 0, None, True), (0, 6, None, False)]
    assert told(asked, language="xx") == [(-6, 6, None, False)]


def test_behind_the_years_that_are_written_out_nothing_is_promised_or_not(house: Warehouse, asked: Answers) -> None:
    put(house, policies=[policy(**PUBLIC)], calendar_hours=[opened(-3, 3)])
    year = {"since": datetime(2026, 12, 31, tzinfo=UTC), "until": datetime(2027, 1, 5, tzinfo=UTC)}
    found = ask(asked, "hours_of_service", **year)
    assert found == [(plain(year["since"]), plain(year["since"] + DAY), False, None)]


def test_neither_promise_nor_roster_is_an_empty_answer(answers: Answers) -> None:
    assert told(answers) == []


def test_what_was_promised_later_was_not_then(house: Warehouse, asked: Answers) -> None:
    put(house, policies=[policy(**{**PUBLIC, "known_from_at": NOON})], calendar_hours=[opened(-9, 9)])
    assert told(asked) == [(-6, 6, True, None)]
    assert told(asked, known_at=NOON - DAY) == []


SITE = """
[site]
name = "Desk"
timezone = "Europe/Berlin"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[sla]
default_track = "care"
[calendar.week]
timezone = "Europe/Berlin"
open = { sat = ["20:00-04:00"], sun = ["09:00-17:00"] }
[track.care]
calendar = "week"
frt = "1h"
public_promise = { frt = "2h" }
"""


def test_a_night_across_the_change_of_the_clocks_is_as_long_as_it_is(house: Warehouse, asked: Answers) -> None:
    promise(house, SITE, NOON - 60 * DAY)
    for since, night in ((datetime(2026, 10, 24, tzinfo=UTC), 9), (datetime(2027, 3, 27, tzinfo=UTC), 7)):
        found = ask(asked, "hours_of_service", since=since, until=since + 2 * DAY)
        promised = [(until - begin) / timedelta(hours=1) for begin, until, is_promised, _ in found if is_promised]
        assert promised == [night, 8]


SPANS = st.lists(st.tuples(st.integers(-10, 10), st.integers(1, 8)), max_size=5)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """One warehouse for many examples."""
    opened = Warehouse("duckdb:w", tmp_path_factory.mktemp("hours") / "w.duckdb", NOON)
    yield opened
    opened.close()


@settings(max_examples=40)
@given(opens=SPANS, shifts=SPANS)
def test_the_stretches_agree_with_a_walk_from_half_hour_to_half_hour(
    bench: Warehouse, opens: list[tuple[int, int]], shifts: list[tuple[int, int]]
) -> None:
    cursor = bench.cursor()
    for table in ("shifts", "calendar_hours", "policies"):
        cursor.execute(f"DELETE FROM {table}")
    cursor.close()
    calendars = [opened(start, start + length, f"c{number}") for number, (start, length) in enumerate(opens)]
    named = [(f"t{number}", f"c{number}") for number in range(len(opens))]
    policies = [policy(track, calendar=calendar, public_frt_seconds=60) for track, calendar in named]
    put(bench, calendar_hours=calendars, policies=policies)
    roster(bench, *(shift(start, start + length, f"s{number}") for number, (start, length) in enumerate(shifts)))
    found = told(Answers(bench, load_catalogue(), DictCache()))
    for at in (step / 2 for step in range(-12, 12)):
        state = next(((row[2], row[3]) for row in found if row[0] <= at < row[1]), (None, None))
        is_promised = any(start <= at < start + length for start, length in opens) if opens else None
        is_known = bool(shifts) and min(s for s, _ in shifts) <= at < max(s + n for s, n in shifts)
        is_staffed = any(start <= at < start + length for start, length in shifts) if is_known else None
        assert state == (is_promised, is_staffed)
    assert all(one[2:] != other[2:] or one[1] != other[0] for one, other in pairwise(found))
