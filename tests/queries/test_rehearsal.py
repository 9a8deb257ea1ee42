"""A rehearsal: rows that are there for a moment and for nobody else; writers have their turn before and after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from queries import rehearsal
from queries.catalogue import TooSlow, load_catalogue
from queries.rehearsal import Window, in_time, rehearse
from queries.roster import Roster, ShiftRow, stored_shifts
from queries.staffing import StaffingRow
from queries.warehouse import Warehouse, WarehouseError
from tests.conftest import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WINDOW = Window(NOON, NOON + DAY, NOON)


def shift(heads: int, since: float, until: float) -> ShiftRow:
    """So many heads in Lisbon, so many hours from noon."""
    return ShiftRow(
        site="Lisbon", timezone="Europe/Lisbon", team="care", languages=("en",), heads=heads,
        starts_at=NOON + since * HOUR, ends_at=NOON + until * HOUR,
    )  # fmt: skip


def terms(handling: int) -> StaffingRow:
    return StaffingRow(
        track=None, handling_seconds=handling, occupancy_share=0.85, shrinkage_share=0.0, patience_seconds=None,
        mention_share=0.0,
    )  # fmt: skip


def stored(warehouse: Warehouse) -> list[Any]:
    cursor = warehouse.cursor()
    rows = [cursor.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in ("shifts", "staffing")]
    cursor.close()
    return [*rows, warehouse.state]


@contextmanager
def beside(warehouse: Warehouse, patch: pytest.MonkeyPatch, *rows: ShiftRow) -> Iterator[None]:
    """Somebody writes another roster after one side was asked and before the other is."""
    plain = warehouse.rehearsal

    @contextmanager
    def later() -> Iterator[duckdb.DuckDBPyConnection]:
        Roster(warehouse).keep(rows, NOON)
        with plain() as inside:
            yield inside

    with patch.context() as within:
        within.setattr(warehouse, "rehearsal", later)
        yield


def test_what_is_put_in_place_is_seen_inside_and_is_gone_afterwards(warehouse: Warehouse) -> None:
    Roster(warehouse).keep([shift(2, -1, 12), shift(3, 12, 24)], NOON - DAY)
    before = stored(warehouse)
    wanted = [shift(2, -1, 12), shift(5, 12, 24)]
    now, would = rehearse(warehouse, load_catalogue(), wanted, [terms(360)], WINDOW)
    assert {row.heads for row in now.shifts} == {2, 3}
    assert {row.heads for row in would.shifts} == {2, 5}
    assert [set(side.slots["heads_count"]) for side in (now, would)] == [{2, 3}, {2, 5}]
    assert stored(warehouse) == before
    assert not before[1]


def test_what_had_begun_before_the_window_stays_as_it_was(warehouse: Warehouse) -> None:
    Roster(warehouse).keep([shift(2, -24, 24)], NOON - 2 * DAY)
    window = Window(NOON + 6 * HOUR, NOON + DAY, NOON)
    _, would = rehearse(warehouse, load_catalogue(), [shift(4, -24, 24)], None, window)
    edges = sorted((row.starts_at, row.ends_at, row.heads) for row in would.shifts)
    assert edges == [(NOON - DAY, NOON + 6 * HOUR, 2), (NOON + 6 * HOUR, NOON + DAY, 4)]


def test_both_sides_are_told_of_one_instant_though_somebody_writes_between(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    Roster(warehouse).keep([shift(2, -1, 24)], NOON - DAY)
    with beside(warehouse, monkeypatch, shift(7, -1, 24)):
        now, would = rehearse(warehouse, load_catalogue(), [shift(4, -1, 24)], None, WINDOW)
    assert set(now.slots["heads_count"]) == {7}, "as it is now, not as it was"
    assert set(would.slots["heads_count"]) == {4}


def test_writers_have_their_turn_before_and_after_and_not_in_it(warehouse: Warehouse) -> None:
    Roster(warehouse).keep([shift(2, -1, 24)], NOON - DAY)
    done = threading.Event()

    def write() -> None:
        Roster(warehouse).keep([shift(6, -1, 24)], NOON)
        done.set()

    with warehouse.rehearsal() as inside:
        writing = threading.Thread(target=write)
        writing.start()
        inside.execute("UPDATE shifts SET heads = 9")
        assert not done.wait(0.2)
    assert done.wait(60)
    writing.join()
    with warehouse.rehearsal() as inside:
        assert {row.heads for row in stored_shifts(inside)} == {6}


def test_what_takes_too_long_is_stopped_and_leaves_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "LIMIT_SECONDS", 0.2)
    before = stored(warehouse)

    def slowly() -> None:
        with warehouse.rehearsal() as inside, in_time(inside, warehouse.path):
            inside.execute("INSERT INTO staffing (track) VALUES ('x')")
            inside.execute("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b").fetchall()

    with pytest.raises(TooSlow, match=r"took longer than 0\.2 s"):
        slowly()
    assert stored(warehouse) == before
    assert Roster(warehouse).keep([shift(2, -1, 24)], NOON)


def test_an_error_of_the_database_is_a_letter(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="cannot be used"), warehouse.rehearsal() as inside:
        inside.execute("SELECT * FROM nowhere")
    with pytest.raises(WarehouseError, match="cannot be used"), in_time(warehouse.cursor(), tmp_path):
        raise duckdb.IOException("disk")
