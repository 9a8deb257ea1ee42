"""Opening: busy, damaged, too new, elsewhere in the world; and every connection thinks in UTC."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from queries.utc import to_stored
from queries.warehouse import Warehouse, WarehouseBusy, WarehouseDamaged, WarehouseTooNew
from tests.conftest import NOON

ROOT = Path(__file__).resolve().parents[2]
LARGE = ("memory_stays_flat", "no_json_value_whatever", "any_order_and_any_batches", "event_log_gives")
"""What takes long because it is large: it would do the same wherever the host is."""


def test_a_file_held_by_another_process_is_named_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        with pytest.raises(WarehouseBusy, match=rf"process {child.pid}\).*stop that one"):
            Warehouse("duckdb:w", path, NOON)
    finally:
        child.communicate("")


def test_a_file_that_is_no_warehouse_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(WarehouseDamaged, match="cannot be used"):
        Warehouse("duckdb:w", path, NOON)
    assert path.read_bytes() == b"not a database at all" * 1000


def test_a_warehouse_cut_off_in_the_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    Warehouse("duckdb:w", path, NOON).close()
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(WarehouseDamaged):
        Warehouse("duckdb:w", path, NOON)


def test_a_newer_warehouse_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    Warehouse("duckdb:w", path, NOON).close()
    with duckdb.connect(str(path)) as other:
        other.execute("INSERT INTO migrations VALUES (9999, 'later', NULL)")
    with pytest.raises(WarehouseTooNew, match="9999"):
        Warehouse("duckdb:w", path, NOON)


def test_an_older_empty_file_is_migrated_once(warehouse: Warehouse) -> None:
    cursor = warehouse.cursor()
    rows = cursor.execute("SELECT number, count(*) FROM migrations GROUP BY number").fetchall()
    assert rows
    assert all(times == 1 for _, times in rows)


COLUMNS = (
    "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'warehouse' ORDER BY ALL"
)


def test_a_new_file_is_migrated_and_is_what_the_tests_copy(tmp_path: Path) -> None:
    """In a folder that is not there yet nothing is copied; see migrations_run_once in tests/conftest.py."""
    later = NOON + timedelta(hours=1)
    made = Warehouse("duckdb:w", tmp_path / "new" / "w.duckdb", later)
    copied = Warehouse("duckdb:w", tmp_path / "w.duckdb", later)
    try:
        for one in (made, copied):
            when = one.cursor().execute("SELECT DISTINCT applied_at FROM migrations").fetchall()
            assert when == [(to_stored(later),)]
        in_both = [one.cursor().execute(COLUMNS).fetchall() for one in (made, copied)]
        assert in_both[0] == in_both[1] != []
    finally:
        made.close()
        copied.close()


def test_every_cursor_thinks_in_utc_and_fetches_nothing(warehouse: Warehouse) -> None:
    cursor = warehouse.cursor()
    row = cursor.execute(
        "SELECT current_setting('TimeZone'), current_setting('autoinstall_known_extensions')"
    ).fetchone()
    assert row == ("UTC", False)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_queries_hold_on_hosts_that_are_not_in_utc(zone: str) -> None:
    if os.environ.get("TZ") == zone:
        return  # this is the run in that zone
    tests = [str(path) for path in sorted((ROOT / "tests" / "queries").glob("test_[alq]*.py"))]
    tests += [str(path) for path in sorted((ROOT / "tests" / "connectors").glob("test_files_*.py"))]
    tests += [str(path) for path in sorted((ROOT / "tests" / "people").glob("test_coverage*.py"))]
    less = " or ".join(("ducklake", *LARGE))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", "-k", f"not ({less})", *tests],
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
