"""Runs a small ingest again and again, killing it with SIGKILL before each statement it sends to DuckDB.

A program of its own, so that every attempt is forked from a process that has never opened a database.
Prints one line per attempt; the last line is "done N" when every attempt resumed to the same world.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from connectors.files import reading
from jobs.house import House
from jobs.report import Report
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache, FakeClock

SITE = """
[site]
name = "Killed"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[source]]
name = "posts"
kind = "files"
path = "data/*.csv"
[source.columns]
item_id = "id"
published_at = "at"
text = "text"
[source.defaults]
platform = "x"
"""
FILES = {
    "a.csv": "id,at,text\n"
    + "".join(f"{n},2026-11-21T08:{n:02}:00Z,aurora {n}\n" for n in range(9))
    + ",2026-11-21T08:00:00Z,aurora without an id\n",
    "b.csv": "id,at,text\n"
    + "".join(f"{n},2026-11-21T08:{n:02}:00Z,aurora {n}\n" for n in range(5, 14))
    + "99,not a time,aurora\n",
}
EXPECTED = (14, 14, 2, 2)
ROWS_PER_BATCH = 6


class Deadly:
    """A cursor that ends the process around its `at`-th statement."""

    count = 0
    at = 0

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, *args: Any) -> Any:
        Deadly.count += 1
        if Deadly.count == Deadly.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._cursor.execute(*args)


def ingest(folder: Path) -> Report:
    """Run the source of the site in `folder` to its end."""
    house = House(folder / "site.toml", FakeClock(NOON), DictCache())
    try:
        return house.collector.run_to_end(house.live["posts"], house.understanding)
    finally:
        house.close()


def world(folder: Path) -> tuple[int, ...]:
    """Rows, different rows, refused rows, receipts."""
    warehouse = Warehouse("duckdb:w", folder / "w.duckdb", NOON)
    row = (
        warehouse.cursor()
        .execute(
            "SELECT (SELECT count(*) FROM mentions WHERE known_until_at IS NULL),"
            " (SELECT count(DISTINCT item_id) FROM mentions WHERE known_until_at IS NULL),"
            " (SELECT count(*) FROM refused_rows), (SELECT count(*) FROM receipts)"
        )
        .fetchone()
    )
    warehouse.close()
    return tuple(int(value) for value in row or ())


def prepare(folder: Path) -> None:
    """Lay out the site, its files (old enough to be complete), and an empty warehouse."""
    (folder / "data").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE + '[warehouse]\nurl = "duckdb:w.duckdb"\n')
    for name, text in FILES.items():
        (folder / "data" / name).write_text(text)
        os.utime(folder / "data" / name, (1_700_000_000, 1_700_000_000))
    Warehouse("duckdb:w", folder / "w.duckdb", NOON).close()


def in_a_child(work: Any) -> int:
    """Fork, do `work`, and give how the child ended, as os.waitpid does."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() is not False else 1)
        except BaseException:
            traceback.print_exc()
            os._exit(2)
    return os.waitpid(child, 0)[1]


def attempt(folder: Path, at: int) -> bool:
    """Kill at one point, resume, compare. Gives whether the kill came before the end."""
    shutil.copytree(folder.parent / "template", folder)

    def deadly() -> None:
        plain = Warehouse.cursor
        Warehouse.cursor = lambda self: Deadly(plain(self))  # type: ignore[assignment, method-assign, return-value]
        Deadly.at = at
        ingest(folder)

    status = in_a_child(deadly)
    killed = os.WIFSIGNALED(status)

    def resume() -> None:
        report = ingest(folder)
        assert report.error is None, report.error
        assert world(folder) == EXPECTED, world(folder)
        again = ingest(folder)
        assert (again.tally.read, again.tally.new) == (0, 0)
        assert world(folder) == EXPECTED, world(folder)

    if in_a_child(resume) != 0:
        print(f"NOT THE SAME WORLD after a kill before statement {at}", flush=True)
        sys.exit(1)
    return killed


def main(folder: Path) -> None:
    """Every point there is."""
    reading.BATCH_ROWS = ROWS_PER_BATCH
    in_a_child(lambda: prepare(folder / "template"))
    at = 1
    while attempt(folder / str(at), at):
        at += 1
    print(f"done {at - 1}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
