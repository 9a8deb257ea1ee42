"""Erlang's formulas as the warehouse computes them: published figures, and a queue that is played through."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from queries.warehouse import Warehouse
from tests.conftest import NOON

Formula = Callable[..., Any]


@pytest.fixture(scope="module")
def formula(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formula]:
    """A formula of queries/relations/ by its name, with numbers."""
    path: Path = tmp_path_factory.mktemp("erlang")
    now: datetime = NOON
    warehouse = Warehouse("duckdb:it", path / "it.duckdb", now)
    warehouse.relate()
    cursor = warehouse.cursor()

    def asked(name: str, *values: float) -> Any:
        marks = ", ".join("?" for _ in values)
        row = cursor.execute(f"SELECT memory.{name}({marks})", list(values)).fetchone()
        assert row
        return row[0]

    yield asked
    cursor.close()
    warehouse.close()


# domain: 100 calls in 30 minutes, 180 s each, 80 % within 20 s
CALLS = [
    (11, 0.6821, 0.3896, 122.8),
    (12, 0.4494, 0.6402, 40.4),
    (13, 0.2853, 0.7956, 17.1),
    (14, 0.1741, 0.8884, 7.8),
    (15, 0.1020, 0.9415, 3.7),
]


@pytest.mark.parametrize(("heads", "waiting", "served", "seconds"), CALLS)
def test_a_hundred_calls_in_half_an_hour(
    formula: Formula, heads: int, waiting: float, served: float, seconds: float
) -> None:
    assert formula("erlang_c", 10.0, heads) == pytest.approx(waiting, abs=5e-5)
    assert formula("erlang_service_share", 10.0, heads, 20, 180) == pytest.approx(served, abs=5e-5)
    assert formula("erlang_wait_seconds", 10.0, heads, 180) == pytest.approx(seconds, abs=0.05)


def test_thirteen_round_to_the_aim_and_fail_it_fourteen_keep_it_and_twenty_are_scheduled(formula: Formula) -> None:
    heads = formula("erlang_heads", 10.0, 20, 180, 0.8, 0.85)
    assert heads == 14
    assert 10 / heads == pytest.approx(0.714, abs=5e-4)
    assert math.ceil(heads / (1 - 0.3) - 1e-9) == 20


def test_fifty_five_heads_and_three_hundred_and_sixty_calls(formula: Formula) -> None:
    assert formula("erlang_c", 48.0, 55) == pytest.approx(0.2387, abs=5e-5)
    assert formula("erlang_service_share", 48.0, 55, 15, 240) == pytest.approx(0.8459, abs=5e-5)
    assert formula("erlang_wait_seconds", 48.0, 55, 240) == pytest.approx(8.18, abs=0.005)


def test_three_erlangs_and_five_heads_are_an_exact_fraction(formula: Formula) -> None:
    assert formula("erlang_c", 3.0, 5) == pytest.approx(81 / 343, abs=1e-12)


@pytest.mark.parametrize(
    ("erlangs", "waiting"),
    [
        (1, (0.3333, 0.0909, 0.0204, 0.0006)),
        (2, (0.4444, 0.1739, 0.0597, 0.0048)),
        (5, (0.5875, 0.3241, 0.1673, 0.0361)),
        (10, (0.6821, 0.4494, 0.2853, 0.1020)),
        (20, (0.7606, 0.5679, 0.4157, 0.2091)),
        (50, (0.8397, 0.6996, 0.5781, 0.3845)),
        (100, (0.8833, 0.7771, 0.6808, 0.5157)),
    ],
)
def test_the_share_that_waits_with_one_two_three_and_five_heads_more(
    formula: Formula, erlangs: int, waiting: tuple[float, ...]
) -> None:
    found = [formula("erlang_c", float(erlangs), erlangs + more) for more in (1, 2, 3, 5)]
    assert found == pytest.approx(list(waiting), abs=5e-5)


@pytest.mark.parametrize(("erlangs", "heads"), [(1, 3), (2, 4), (5, 8), (10, 14), (20, 24), (50, 56), (100, 107)])
def test_the_fewest_heads_for_eighty_in_twenty(formula: Formula, erlangs: int, heads: int) -> None:
    assert formula("erlang_heads", float(erlangs), 20, 180, 0.8, 1.0) == heads


def test_nobody_is_needed_for_nothing_and_a_queue_that_only_grows_has_no_wait(formula: Formula) -> None:
    assert formula("erlang_heads", 0.0, 20, 180, 0.8, 0.85) == 0
    assert formula("erlang_a_heads", 0.0, 180, 300, 0.8, 0.85) == 0
    assert formula("erlang_c", 10.0, 10) == 1
    assert formula("erlang_service_share", 10.0, 9, 20, 180) == 0
    assert formula("erlang_wait_seconds", 10.0, 10, 180) is None


@pytest.mark.parametrize(
    ("heads", "waiting", "leaving", "minutes"),
    [
        (9, 0.7345, 0.1633, 0.8163),
        (12, 0.3318, 0.0427, 0.2136),
        (13, 0.2258, 0.0250, 0.1248),
        (14, 0.1453, 0.0140, 0.0699),
    ],
)
def test_customers_who_leave_after_five_minutes(
    formula: Formula, heads: int, waiting: float, leaving: float, minutes: float
) -> None:
    assert formula("erlang_a_waiting_share", 10.0, heads, 180, 300) == pytest.approx(waiting, abs=5e-5)
    assert formula("erlang_a_leaving_share", 10.0, heads, 180, 300) == pytest.approx(leaving, abs=5e-5)
    assert formula("erlang_a_leaving_share", 10.0, heads, 180, 300) * 5 == pytest.approx(minutes, abs=1e-4)


def test_with_customers_who_leave_the_fewest_heads_keep_the_share_that_is_wanted(formula: Formula) -> None:
    heads = formula("erlang_a_heads", 10.0, 180, 300, 0.975, 1.0)
    assert formula("erlang_a_leaving_share", 10.0, heads, 180, 300) <= 0.025
    assert formula("erlang_a_leaving_share", 10.0, heads - 1, 180, 300) > 0.025


def test_an_hour_is_long_enough_that_erlang_only_says_more_than_the_work(formula: Formula) -> None:
    assert formula("erlang_service_share", 10.0, 11, 3600, 300) == pytest.approx(0.999996, abs=5e-7)
    assert formula("erlang_heads", 10.0, 3600, 300, 0.9, 1.0) == 11


@pytest.mark.parametrize(("erlangs", "heads"), [(3.0, 5), (10.0, 12)])
def test_a_queue_played_through_waits_as_long_as_the_formula_says(formula: Formula, erlangs: float, heads: int) -> None:
    waits, left = played(erlangs, heads, 180, None, 200_000)
    assert left == 0
    assert sum(wait > 0 for wait in waits) / len(waits) == pytest.approx(formula("erlang_c", erlangs, heads), abs=0.01)
    within = sum(wait <= 60 for wait in waits) / len(waits)
    assert within == pytest.approx(formula("erlang_service_share", erlangs, heads, 60, 180), abs=0.01)


def test_a_queue_that_is_left_loses_as_many_as_the_formula_says(formula: Formula) -> None:
    waits, left = played(10.0, 12, 180, 300, 200_000)
    assert left / (len(waits) + left) == pytest.approx(formula("erlang_a_leaving_share", 10.0, 12, 180, 300), abs=0.004)


def played(erlangs: float, heads: int, handling: float, patience: float | None, count: int) -> tuple[list[float], int]:
    """The waits in seconds of those who were answered, first come first served, and how many left before."""
    dice = random.Random(11)
    free = [0.0] * heads
    heapq.heapify(free)
    waits: list[float] = []
    left, now = 0, 0.0
    for _ in range(count):
        now += dice.expovariate(erlangs / handling)
        begins = max(now, free[0])
        if patience is not None and begins - now > dice.expovariate(1 / patience):
            left += 1
            continue
        heapq.heapreplace(free, begins + dice.expovariate(1 / handling))
        waits.append(begins - now)
    return waits, left
