"""How long answers take when those who still wait are counted in: Kaplan and Meier, by hand and by brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import BadParameter, load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, put

DAY = timedelta(days=1)
WINDOW: dict[str, Any] = {"since": NOON - 60 * DAY, "until": NOON + DAY}
KM = ("km_p50_seconds", "km_p90_seconds")
NAIVE = ("naive_p50_seconds", "naive_p90_seconds")
COUNTS = ("clocks_count", "answered_count", "waiting_count")
VALUES = (5, 7, 9, 12, 15, 22, 31, 45, 60, 240)


def took(seconds: int, name: str = "x:1", **more: Any) -> Row:
    """A clock that began two days ago and was answered after so many seconds."""
    began = NOON - 2 * DAY
    return segment(name, began, **{"stopped_at": began + seconds * SECOND, **more})


def waits(seconds: int, name: str = "x:1", **more: Any) -> Row:
    """A clock that has run for so many seconds."""
    return segment(name, NOON - seconds * SECOND, **more)


def told(answers: Answers, *columns: str, **asked: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "time_to_response", *columns, **{**WINDOW, **asked})


def fill(warehouse: Warehouse, *clocks: Row, **tables: list[Row]) -> None:
    plain: dict[str, Any] = {"clock_segments": list(clocks), "calendar_hours": [hours()], **tables}
    put(warehouse, **plain)


def test_of_5_to_240_half_took_18_5_and_nine_of_ten_78(warehouse: Warehouse, answers: Answers) -> None:
    fill(warehouse, *(took(value) for value in VALUES))
    assert told(answers, *NAIVE) == [(18.5, pytest.approx(78))]
    assert told(answers, *KM) == [(15, 60)], "within 15 half of them were answered, within 60 nine of ten"


def test_by_hand(warehouse: Warehouse, answers: Answers) -> None:
    fill(warehouse, took(10), took(15, outcome="declined"), took(20), took(20), took(30), waits(12))
    # from 10 on 5 of 6 are left; from 20 on one in three of them, since two went unseen; from 30 on none
    assert told(answers, *KM, "longest_waiting_seconds") == [(20, 30, 12)]
    assert told(answers, *COUNTS) == [(6, 4, 1)]


def test_where_the_curve_does_not_come_down_the_answer_is_longer_than_the_longest_wait(
    warehouse: Warehouse, answers: Answers
) -> None:
    fill(warehouse, took(10), took(20), waits(3600), waits(7200), waits(60, is_paused=True, before_seconds=30))
    assert told(answers, *KM, "longest_waiting_seconds") == [(None, None, 7200)]
    fill(warehouse, took(30), took(40), calendar_hours=[])
    assert told(answers, *KM) == [(40, None)]


def test_a_hundred_ignored_customers_shorten_nothing(warehouse: Warehouse, answers: Answers) -> None:
    fill(warehouse, *(took(value) for value in VALUES))
    assert told(answers, *KM, *NAIVE) == [(15, 60, 18.5, pytest.approx(78))]
    fill(warehouse, *(waits(9 * 86400) for _ in range(100)), calendar_hours=[])
    assert told(answers, *KM, *NAIVE) == [(None, None, 18.5, pytest.approx(78))], "the naive ones do not notice"
    assert told(answers, *COUNTS, "longest_waiting_seconds") == [(110, 10, 100, 9 * 86400)]


def test_closing_them_unanswered_shortens_nothing(warehouse: Warehouse, answers: Answers) -> None:
    fill(warehouse, *(took(value) for value in VALUES))
    fill(warehouse, *(took(241, outcome="unanswered") for _ in range(100)), calendar_hours=[])
    assert told(answers, *KM, "longest_waiting_seconds") == [(None, None, None)]


@pytest.mark.parametrize(
    "outcome", ["unanswered", "acknowledged", "declined", "merged", "excluded", "unknown", "resolved"]
)
def test_what_ended_otherwise_counts_as_long_as_it_went_on(
    warehouse: Warehouse, answers: Answers, outcome: str
) -> None:
    fill(warehouse, took(10), took(20), took(15, outcome=outcome), took(25, outcome=outcome))
    # at 10 there are four, at 20 two
    assert told(answers, *KM, *COUNTS) == [(20, None, 4, 2, 0)]


def test_a_resolution_is_kept_by_being_resolved_and_a_next_response_is_not(
    warehouse: Warehouse, answers: Answers
) -> None:
    fill(
        warehouse,
        *(took(10, metric=metric, outcome="resolved") for metric in ("resolution", "nrt")),
        took(30, metric="nrt"),
        took(20),
    )
    assert told(answers, *COUNTS, *KM, metric="resolution") == [(1, 1, 0, 10, 10)]
    assert told(answers, *COUNTS, *KM, metric="nrt") == [(2, 1, 0, 30, 30)]
    assert told(answers, *COUNTS, *KM) == [(1, 1, 0, 20, 20)]
    with pytest.raises(BadParameter, match='metric must be frt, nrt or resolution, not "mood"'):
        told(answers, metric="mood")


def test_times_are_open_time_as_far_as_now(warehouse: Warehouse, answers: Answers) -> None:
    office = [hours("office", NOON - 8 * HOUR, NOON - 5 * HOUR), hours("office", NOON - HOUR, NOON + HOUR)]
    second: dict[str, Any] = {"segment": 2, "since_at": NOON - 6 * HOUR, "before_seconds": 500, "calendar": "office"}
    fill(warehouse, segment("x:1", NOON - 9 * HOUR, **second), calendar_hours=office)
    assert told(answers, "longest_waiting_seconds") == [(500 + 2 * 3600,)]
    assert told(answers, "longest_waiting_seconds", now=NOON - 90 * MINUTE) == [(500 + 3600,)]


def test_seen_from_earlier_more_were_waiting(warehouse: Warehouse, answers: Answers) -> None:
    fill(warehouse, took(3600, outcome="merged"), took(7200), segment("x:2", NOON + MINUTE))
    began = NOON - 2 * DAY
    columns = (*COUNTS, "km_p50_seconds", "longest_waiting_seconds")
    assert told(answers, *columns, now=began + 30 * MINUTE) == [(2, 0, 2, None, 1800)]
    assert told(answers, *columns, now=began + HOUR) == [(2, 0, 1, None, 3600)]
    assert told(answers, *columns, now=began + 2 * HOUR) == [(2, 1, 0, 7200, None)]
    assert told(answers, *columns, now=began - HOUR) == []


def test_groups_and_filters(warehouse: Warehouse, answers: Answers) -> None:
    fill(
        warehouse,
        took(10, owner="ann", brand="Rival"),
        took(20, track="sales"),
        waits(60, platform="reddit"),
        took(5, known_from_at=NOON + HOUR),
        took(5, known_until_at=NOON - HOUR),
        took(5, target_seconds=None),
        took(5, until_at=NOON - HOUR),
    )

    def found(**asked: Any) -> set[tuple[Any, ...]]:
        return set(told(answers, "group_name", *COUNTS, "km_p50_seconds", **asked))

    assert found() == {("all", 3, 2, 1, 20)}
    assert found(group_by="track") == {("care", 2, 1, 1, 10), ("sales", 1, 1, 0, 20)}
    assert found(group_by="brand") == {("Rival", 1, 1, 0, 10), ("Aurora", 2, 1, 1, 20)}
    assert found(group_by="platform") == {("x", 2, 2, 0, 10), ("reddit", 1, 0, 1, None)}
    assert found(group_by="owner") == {("ann", 1, 1, 0, 10), (None, 2, 1, 1, 20)}
    assert found(brands=["Rival"]) == {("all", 1, 1, 0, 10)}
    assert found(platforms=["reddit"]) == {("all", 1, 0, 1, None)}
    assert found(known_at=NOON + 2 * HOUR) == {("all", 4, 3, 1, 10)}
    assert found(since=NOON - 2 * DAY) == found()
    assert found(since=NOON - DAY) == {("all", 1, 0, 1, None)}
    assert found(until=NOON - 2 * DAY) == set()
    with pytest.raises(BadParameter, match="group_by must be all, track, brand, platform or owner"):
        found(group_by="metric")


Seen = tuple[int, str]
FATES = ("answered", "answered", "waiting", "unanswered", "declined")
SEEN = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(FATES)), min_size=1, max_size=14)


def brute(seen: Sequence[Seen], share: Fraction) -> int | None:
    """The shortest time within which `share` is answered, in fractions; at risk is who has not ended before."""
    left = Fraction(1)
    for time in sorted({time for time, fate in seen if fate == "answered"}):
        at_risk = sum(other >= time for other, _ in seen)
        answered = sum(other == time and fate == "answered" for other, fate in seen)
        left *= 1 - Fraction(answered, at_risk)
        if left <= 1 - share:
            return time
    return None


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Answers]]:
    """One warehouse for many examples."""
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("response") / "w.duckdb", NOON)
    put(warehouse, calendar_hours=[hours()])
    yield warehouse, Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


@settings(max_examples=60)
@given(st.lists(SEEN, min_size=1, max_size=4))
def test_percentiles_are_those_of_brute_force(bench: tuple[Warehouse, Answers], groups: list[list[Seen]]) -> None:
    warehouse, answers = bench
    cursor = warehouse.cursor()
    cursor.execute("DELETE FROM clock_segments")
    cursor.close()
    rows = [
        waits(time, owner=str(owner)) if fate == "waiting" else took(time, owner=str(owner), outcome=fate)
        for owner, seen in enumerate(groups)
        for time, fate in seen
    ]
    put(warehouse, clock_segments=rows)
    found = {int(owner): (half, most) for owner, half, most in told(answers, "group_name", *KM, group_by="owner")}
    assert found == {
        owner: (brute(seen, Fraction(1, 2)), brute(seen, Fraction(9, 10))) for owner, seen in enumerate(groups)
    }
