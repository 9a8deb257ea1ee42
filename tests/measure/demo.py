"""Measures the demo: `python -m tests.measure.demo`. The first 48 hours into an empty warehouse, then all of its past.

The sources are read as the scheduler reads them, two at a time, with a clock that stands still and no screen beside
them. Prints Markdown.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from jobs.house import House
from jobs.report import Report
from tests.conftest import DictCache
from tests.measure.serving import demo_site

NOW = datetime(2026, 11, 24, 12, 3, tzinfo=UTC)


def read(house: House, names: list[str]) -> list[Report]:
    """One run of each source."""
    with ThreadPoolExecutor(2) as threads:
        reports = [report for report in threads.map(house.poll, names) if report]
    assert not any(report.error for report in reports), [report.error for report in reports]
    return reports


def unfilled(house: House) -> list[str]:
    """The sources that have not told all of their past."""
    health = house.answers.ask("source_health", {"now": NOW}, NOW).frame
    return list(health[~(health["history_from_at"] <= health["history_wanted_at"])]["source"])


def line(what: str, seconds: float, reports: list[Report]) -> str:
    """One row of the table."""
    counts = [sum(getattr(report, name) for report in reports) for name in ("mentions", "cases", "events")]
    return f"| {what} | {seconds:.1f} | " + " | ".join(f"{count:,}" for count in counts) + " |"


def main() -> None:
    """Print the table."""
    print("| | seconds | mentions | cases | events |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        house = House(demo_site(Path(folder)), lambda: NOW, DictCache())
        began = time.perf_counter()
        reports = read(house, list(house.live))
        print(line("the first 48 hours, into an empty warehouse", time.perf_counter() - began, reports), flush=True)
        began, more = time.perf_counter(), list[Report]()
        while names := unfilled(house):
            more += read(house, names)
        print(line("the days before, all 182", time.perf_counter() - began, more))
        house.close()
        size = (Path(folder) / "demo.duckdb").stat().st_size / 1e6
        print(f"\nThe file has {size:.0f} MB.")


if __name__ == "__main__":
    main()
