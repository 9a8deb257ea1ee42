"""Runs a small ingest again and again, killing it with SIGKILL before a statement it sends to DuckDB.

A program of its own, so that every attempt is forked from a process that has never opened a database. The statements
are those of tests/deaths.py: between two commits a few stand for all. The last line is "done KILLS STATEMENTS" when
every attempt resumed to the same world.
"""

from __future__ import annotations

import json
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
from tests.deaths import telling, word

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

    said: list[str] = []  # noqa: RUF012 -- of the whole process, as its death is
    at = 0

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, *args: Any) -> Any:
        Deadly.said.append(word(args[0]))
        if len(Deadly.said) == Deadly.at:
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


def deadly(folder: Path, at: int) -> None:
    """Ingest, and die before statement `at`; lived through, the statements are written down beside it."""
    plain = Warehouse.cursor
    Warehouse.cursor = lambda self: Deadly(plain(self))  # type: ignore[assignment, method-assign, return-value]
    Deadly.at = at
    ingest(folder)
    (folder / "said.json").write_text(json.dumps(Deadly.said))


def resumed(folder: Path) -> None:
    """A new process goes on, and another one after it has nothing to do."""
    report = ingest(folder)
    assert report.error is None, report.error
    assert world(folder) == EXPECTED, world(folder)
    again = ingest(folder)
    assert (again.tally.read, again.tally.new) == (0, 0)
    assert world(folder) == EXPECTED, world(folder)


def attempt(folder: Path, at: int) -> None:
    """Kill at one point, resume, compare."""
    shutil.copytree(folder.parent / "template", folder)
    if not os.WIFSIGNALED(in_a_child(lambda: deadly(folder, at))):
        print(f"LIVED beyond statement {at}", flush=True)
        sys.exit(1)
    if in_a_child(lambda: resumed(folder)) != 0:
        print(f"NOT THE SAME WORLD after a kill before statement {at}", flush=True)
        sys.exit(1)


def lived(folder: Path) -> list[str]:
    """The statements of an ingest that nobody kills."""
    shutil.copytree(folder.parent / "template", folder)
    in_a_child(lambda: deadly(folder, 0))
    said: list[str] = json.loads((folder / "said.json").read_text())
    return said


def main(folder: Path) -> None:
    """Every point that tells something."""
    reading.BATCH_ROWS = ROWS_PER_BATCH
    in_a_child(lambda: prepare(folder / "template"))
    said = lived(folder / "lived")
    points = telling(said)
    for at in points:
        attempt(folder / str(at), at)
    print(f"done {len(points)} {len(said)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
