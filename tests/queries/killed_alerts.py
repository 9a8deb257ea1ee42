"""Raises, moves and acknowledges alerts, killed with SIGKILL before each statement that tells something.

A program of its own, so that every attempt is forked from a process that has never opened a database. The last line is
"done KILLS" when after each of them the same again brought the same world.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from queries.alerts import Alerts, Found
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.deaths import telling
from tests.jobs.killed import Deadly, in_a_child

HOUR = timedelta(hours=1)
EXPECTED = [("all", 5.0, 6.0, None), ("de", 4.0, 7.0, None), ("ja", 4.25, 6.0, "ana")]


def gap(subject: str, start: float, end: float) -> Found:
    """A gap from `start` to `end`, in hours from noon."""
    return Found("gap", subject, NOON + start * HOUR, NOON + end * HOUR)


def live(folder: Path) -> None:
    """Three commits: raised; acknowledged; moved, filled and another one raised."""
    warehouse = Warehouse("duckdb:w", folder / "w.duckdb", NOON)
    alerts = Alerts(warehouse)
    alerts.keep([gap("ja", 4, 6), gap("all", 1, 2), gap("de", 4, 7)], NOON)
    assert alerts.acknowledge("gap", "ja", NOON + 4.5 * HOUR, "ana", NOON)
    alerts.keep([gap("ja", 4.25, 6), gap("all", 5, 6), gap("de", 4, 7)], NOON)
    warehouse.close()


def world(folder: Path) -> list[tuple[object, ...]]:
    """The alerts that stand: subject, hours from noon, who knows."""
    warehouse = Warehouse("duckdb:w", folder / "w.duckdb", NOON)
    found = (
        warehouse.cursor()
        .execute(
            "SELECT subject, date_diff('minute', $noon, since_at) / 60, date_diff('minute', $noon, until_at) / 60,"
            " acknowledged_by FROM alerts WHERE known_until_at IS NULL ORDER BY ALL",
            {"noon": NOON.replace(tzinfo=None)},
        )
        .fetchall()
    )
    warehouse.close()
    return found


def deadly(folder: Path, at: int) -> None:
    """Live, and die before statement `at`; lived through, the statements are written down."""
    plain = Warehouse.cursor
    Warehouse.cursor = lambda self: Deadly(plain(self))  # type: ignore[assignment, method-assign, return-value]
    Deadly.at = at
    live(folder)
    (folder / "said.json").write_text(json.dumps(Deadly.said))


def resumed(folder: Path) -> None:
    """The same again, twice, brings the world that was meant."""
    for _ in range(2):
        live(folder)
        assert world(folder) == EXPECTED, world(folder)


def attempt(folder: Path, at: int) -> None:
    """Kill at one point, resume, compare."""
    shutil.copytree(folder.parent / "template", folder)
    if not os.WIFSIGNALED(in_a_child(lambda: deadly(folder, at))):
        sys.exit(f"LIVED beyond statement {at}")
    if in_a_child(lambda: resumed(folder)) != 0:
        sys.exit(f"NOT THE SAME WORLD after a kill before statement {at}")


def main(folder: Path) -> None:
    """Every point that tells something."""
    (folder / "template").mkdir()
    in_a_child(lambda: Warehouse("duckdb:w", folder / "template" / "w.duckdb", NOON).close())
    shutil.copytree(folder / "template", folder / "lived")
    in_a_child(lambda: deadly(folder / "lived", 0))
    points = telling(json.loads((folder / "lived" / "said.json").read_text()))
    for at in points:
        attempt(folder / str(at), at)
    print(f"done {len(points)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
