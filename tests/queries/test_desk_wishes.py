"""A question no longer wanted stops in DuckDB, unless somebody else still waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from queries.answers import Answer, Answers
from queries.catalogue import Column, Param, Question, TooSlow
from queries.warehouse import Warehouse
from queries.wishes import NoLongerWanted, Wish, Wishes
from tests.conftest import NOON, DictCache

SLOW = Question(
    name="slow",
    topic="desk",
    meaning="how long forever is.",
    tick=timedelta(seconds=60),
    params=(Param("rows", "bigint", "300000000000", "how many"),),
    columns=(Column("rows_count", "bigint", "rows"),),
    grain="one row",
    sql="SELECT count(*) FILTER (hash(range) % 7 < 8)::BIGINT AS rows_count FROM range($rows::BIGINT)",
)
QUICK = {"rows": 1_000_000}


class Watched(Answers):
    """Answers that tell when a query begins and ends; more than one row land only while the gate is open."""

    def __init__(self, warehouse: Warehouse, cache: DictCache, seconds: float = 60) -> None:
        super().__init__(warehouse, {"slow": SLOW}, cache, seconds)
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()

    def _run(self, question: Any, params: Any, flight: Any) -> Any:
        self.begun.release()
        try:
            frame = super()._run(question, params, flight)
            assert params["rows"] == 1 or self.gate.wait(10)
            return frame
        finally:
            self.ended.release()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    path: Path = tmp_path_factory.mktemp("wishes") / "w.duckdb"
    warehouse = Warehouse("duckdb:w", path, NOON)
    yield warehouse
    warehouse.close()


@pytest.fixture
def asked(opened: Warehouse) -> Watched:
    return Watched(opened, DictCache())


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def until(held: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not held():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.005)


def asking(asked: Watched, wishes: Wishes, tab: str, **params: int) -> Answer:
    with wishes.made(tab, "trend") as wish:
        return asked.ask("slow", params, NOON, wish)


def begins(asked: Watched) -> None:
    assert asked.begun.acquire(timeout=10)
    time.sleep(0.05)


def ends(asked: Watched) -> bool:
    return asked.ended.acquire(timeout=10)


def test_a_newer_request_of_the_same_place_stops_the_older_query(asked: Watched, pool: ThreadPoolExecutor) -> None:
    wishes = Wishes()
    older = pool.submit(asking, asked, wishes, "tab")
    begins(asked)
    newer = pool.submit(asking, asked, wishes, "tab", **QUICK)
    with pytest.raises(NoLongerWanted):
        older.result(10)
    assert ends(asked), "the query itself has ended, not only the waiting"
    assert newer.result(10).frame["rows_count"].tolist() == [QUICK["rows"]]
    assert (len(wishes), asked._pending) == (0, {}), "nothing is left behind"


def test_other_tabs_and_other_places_are_left_alone() -> None:
    wishes = Wishes()
    with wishes.made("tab", "trend") as mine, wishes.made("other", "trend"), wishes.made("tab", "totals"):
        assert not mine.is_put_off
    assert len(wishes) == 0


def test_a_query_that_another_tab_waits_for_goes_on(asked: Watched, pool: ThreadPoolExecutor) -> None:
    wishes = Wishes()
    asked.gate.clear()
    older = pool.submit(asking, asked, wishes, "tab", rows=1000)
    begins(asked)
    other = pool.submit(asking, asked, wishes, "other", rows=1000)
    until(lambda: len(wishes) == 2)
    time.sleep(0.05)
    newer = pool.submit(asking, asked, wishes, "tab", rows=1)
    assert newer.result(10).frame["rows_count"].tolist() == [1]
    asked.gate.set()
    assert other.result(10).frame["rows_count"].tolist() == [1000]
    with pytest.raises(NoLongerWanted):
        older.result(10)
    assert asked.begun.acquire(timeout=0), "the newer one"
    assert not asked.begun.acquire(timeout=0), "the other tab's answer was not computed again"


def test_who_waits_leaves_at_once_and_the_last_one_stops_it(asked: Watched, pool: ThreadPoolExecutor) -> None:
    wishes = Wishes()
    first = pool.submit(asking, asked, wishes, "a")
    begins(asked)
    second = pool.submit(asking, asked, wishes, "b")
    until(lambda: len(wishes) == 2)
    time.sleep(0.05)
    pool.submit(asking, asked, wishes, "b", rows=1)
    with pytest.raises(NoLongerWanted):
        second.result(2)
    assert not first.done(), "one of two has left, so it goes on"
    pool.submit(asking, asked, wishes, "a", rows=1)
    with pytest.raises(NoLongerWanted):
        first.result(10)


def test_who_asks_without_a_wish_is_never_put_off(asked: Watched, pool: ThreadPoolExecutor) -> None:
    wishes = Wishes()
    asked.gate.clear()
    plain: Future[Answer] = pool.submit(asked.ask, "slow", {"rows": 1000}, NOON)
    begins(asked)
    joined = pool.submit(asking, asked, wishes, "tab", rows=1000)
    until(lambda: len(wishes) == 1)
    time.sleep(0.05)
    pool.submit(asking, asked, wishes, "tab", rows=1)
    with pytest.raises(NoLongerWanted):
        joined.result(10)
    asked.gate.set()
    assert plain.result(10).frame["rows_count"].tolist() == [1000]


def test_after_a_stop_the_same_question_is_asked_anew(asked: Watched, pool: ThreadPoolExecutor) -> None:
    wishes = Wishes()
    older = pool.submit(asking, asked, wishes, "tab", rows=300_000_000_000)
    begins(asked)
    pool.submit(asking, asked, wishes, "tab", rows=1)
    again = asked.ask("slow", {"rows": 2_000_000}, NOON)
    assert again.frame["rows_count"].tolist() == [2_000_000]
    with pytest.raises(NoLongerWanted):
        older.result(10)
    assert not any(isinstance(kept, BaseException) for kept in asked._cache.kept.values())  # type: ignore[attr-defined]


def test_a_request_that_arrives_too_late_gives_way() -> None:
    wishes = Wishes()
    with wishes.made("tab", "trend", 5) as wish:
        with pytest.raises(NoLongerWanted):
            wishes.made("tab", "trend", 4).__enter__()
        assert not wish.put_off.done()
        with wishes.made("tab", "trend", 6):
            assert wish.put_off.done()
    assert len(wishes) == 0


def test_a_wish_put_off_before_the_query_begins_never_reaches_duckdb(asked: Watched) -> None:
    wish = Wish(0)
    wish.put_off.set_result(None)
    with pytest.raises(NoLongerWanted):
        asked.ask("slow", {}, NOON, wish)
    assert ends(asked)
    assert asked._pending == {}


def test_a_slow_question_is_still_called_too_slow(opened: Warehouse) -> None:
    asked = Watched(opened, DictCache(), seconds=0.2)
    with pytest.raises(TooSlow, match="shorter window"):
        asked.ask("slow", {}, NOON, Wish(0))


def test_many_hands_at_once_leave_nothing_behind(asked: Watched, pool: ThreadPoolExecutor) -> None:
    wishes = Wishes()
    runs = [pool.submit(asking, asked, wishes, f"tab{number % 3}", rows=10**11 + number % 4) for number in range(40)]
    runs += [pool.submit(asking, asked, wishes, f"tab{number}", rows=1) for number in range(3)]
    ended = [run.exception(60) for run in runs]
    assert all(error is None or isinstance(error, NoLongerWanted) for error in ended)
    assert ended[-3:] == [None] * 3
    assert (len(wishes), asked._pending) == (0, {})
