"""Measures what docs/measurements.md says about coverage: `python -m tests.measure.coverage`. Prints Markdown.

A year of quarter hours for twelve sites and six languages, from [[shift]] tables to an answer; and the questions about
people, uncached, behind 60,000 messages of nine weeks and a roster of five sites. Two threads.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from config import Shift
from jobs.roster import instants
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import DictCache

NOW = datetime(2026, 11, 21, 12, 3, tzinfo=UTC)
MESSAGES, TRIES = 60_000, 7
CROWD = Path(__file__).with_name("crowd_demand.sql")
DAY = timedelta(days=1)
ZONES = (
    "America/Los_Angeles America/New_York America/Sao_Paulo Europe/London Europe/Berlin Africa/Nairobi Asia/Kolkata "
    "Asia/Kathmandu Asia/Manila Asia/Tokyo Australia/Sydney Pacific/Auckland"
).split()
TONGUES = ("en", "de", "es", "fr", "ja", "pt")
TERMS = """
INSERT INTO staffing VALUES (NULL, 360, 0.85, 0.3, NULL, 0, [], TIMESTAMP '2026-01-01', NULL);
UPDATE policies SET frt_seconds = 3600, nrt_seconds = 14400, attainment_target_share = 0.9, public_frt_seconds = 7200;
INSERT INTO calendar_hours
VALUES ('always', TIMESTAMP '2000-01-01', TIMESTAMP '2040-01-01', TIMESTAMP '2026-01-01', NULL);
UPDATE clock_segments SET stopped_at = started_at + INTERVAL 30 MINUTE, outcome = 'answered', target_seconds = 3600,
       due_at = started_at + INTERVAL 1 HOUR, breaches_at = due_at
WHERE started_at < TIMESTAMP '2026-11-21 11:00';
"""
WEEK: dict[str, Any] = {"since": NOW - 2 * DAY, "until": NOW + 5 * DAY}
ASKED: dict[str, dict[str, Any]] = {
    "coverage_slots": WEEK,
    "coverage_slots, everybody": {**WEEK, "sites": ["all"], "languages": ["all"]},
    "coverage_week": {"since": NOW, "until": NOW + 7 * DAY},
    "coverage_gaps": {},
    "coverage_summary": {"since": NOW, "until": NOW + 7 * DAY},
    "demand_by_slot": {"since": NOW - 7 * DAY, "until": NOW},
    "demand_forecast": {},
    "next_handover": {},
    "baton": {},
    "seams": {"since": NOW - 7 * DAY, "until": NOW},
    "presence": {"since": NOW - DAY, "until": NOW},
    "hours_of_service": {"since": NOW, "until": NOW + 7 * DAY},
}


def shifts(count: int) -> list[Shift]:
    """Two shifts a day at each of `count` sites, of people who speak two or three languages."""
    return [
        Shift.model_validate(
            {
                "site": zone,
                "timezone": zone,
                "languages": [TONGUES[(number + step) % 6] for step in range(2 + number % 2)],
                "heads": 2 + number % 4,
                "start": start,
                "end": end,
            }
        )
        for number, zone in enumerate(ZONES[:count])
        for start, end in (("07:00", "15:15"), ("15:00", "23:30"))
    ]


def timed(work: Callable[[], object], tries: int) -> tuple[float, float]:
    """Median and slowest of some tries, in seconds."""
    took = []
    for _ in range(tries):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took), max(took)


def year(folder: Path) -> None:
    """A year's slots: the shifts built from local time, kept, and asked for in quarters of an hour."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    built = timed(lambda: instants(shifts(12), first, first + 365 * DAY), 3)
    warehouse = Warehouse("duckdb:y", folder / "y.duckdb", first)
    rows = instants(shifts(12), first, first + 365 * DAY)
    kept = timed(lambda: Roster(warehouse).keep(rows, first), 1)
    warehouse.relate()
    cursor = warehouse.cursor()
    ask = "FROM memory.staffed($since::TIMESTAMP, $until::TIMESTAMP, 15, NULL, NULL, '', $until::TIMESTAMP)"
    window = {"since": datetime(2026, 1, 1), "until": datetime(2027, 1, 1)}  # noqa: DTZ001 -- as DuckDB stores it
    found = cursor.execute(f"SELECT count(*) {ask}", window).fetchone()
    asked = timed(
        lambda: cursor.execute(f"SELECT slot_at, site, language, heads_count {ask}", window).to_arrow_table(), 5
    )
    warehouse.close()
    print("\n| a year of quarter hours, 12 sites, 6 languages | median | slowest |\n|---|---:|---:|")
    print(f"| {len(rows):,} shifts built from local time | {built[0]:.2f} s | {built[1]:.2f} s |")
    print(f"| the same kept | {kept[0]:.2f} s | {kept[1]:.2f} s |")
    print(f"| {found[0] if found else 0:,} slots asked for | {asked[0]:.2f} s | {asked[1]:.2f} s |")


def questions(folder: Path) -> None:
    """Each question about people, uncached."""
    warehouse = Warehouse("duckdb:q", folder / "q.duckdb", datetime(2026, 1, 1, tzinfo=UTC))
    with warehouse.transaction() as inside:
        for one in duckdb.extract_statements(CROWD.read_text(encoding="utf-8") + TERMS):
            inside.execute(one, {"messages": MESSAGES} if one.named_parameters else None)
    Roster(warehouse).keep(instants(shifts(5), NOW - 200 * DAY, NOW + 15 * DAY), NOW)
    catalogue = load_catalogue()
    print("\n| question, uncached | rows | median | slowest of 7 |\n|---|---:|---:|---:|")
    for name, given in ASKED.items():
        question = name.partition(",")[0]
        rows = len(Answers(warehouse, catalogue, DictCache()).ask(question, given, NOW).frame)
        median, slowest = timed(
            lambda q=question, g=given: Answers(warehouse, catalogue, DictCache()).ask(q, g, NOW),  # type: ignore[misc]
            TRIES,
        )
        said = f"`{question}`{name.removeprefix(question)}"
        print(f"| {said} | {rows:,} | {1000 * median:.0f} ms | {1000 * slowest:.0f} ms |")
    warehouse.close()


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        year(Path(name))
        questions(Path(name))


if __name__ == "__main__":
    main()
