"""Measures what docs/measurements.md says about demand: `python -m tests.measure.forecast`. Prints Markdown.

Forecasts as they are shipped, made each nine hours along real series; the same series with most of it taken away, as a
rare language has it; and how long one takes on nine weeks of 60,000 messages. Two threads. Without the folder of real
data only the last.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.queries.forecast_trials import real_series, rolled, summed_up, thinned

NOW = datetime(2026, 11, 21, 12, 3, tzinfo=UTC)
EVERY, MESSAGES, TRIES = 9, 60_000, 25
CROWD = Path(__file__).with_name("crowd_demand.sql")
LOUD = {
    "MASE": "mase",
    "MASE, naive": "naive_mase",
    "WAPE": "wape",
    "WAPE, naive": "naive_wape",
    "in the band": "covered",
    "below": "below",
    "above": "above",
    "said / came": "bias",
}
RARE = {"deviance": "deviance", "deviance, mean": "flat_deviance", "said / came": "bias", "in the band": "covered"}


def table(rows: pd.DataFrame, first: str, columns: dict[str, str]) -> None:
    """Print some columns of a table whose index is horizon and what the row is of."""
    print(f"\n| hours ahead | {first} | " + " | ".join(columns) + " |\n|---:|---|" + "---:|" * len(columns))
    for hours, name in rows.index:
        numbers = rows.loc[(hours, name)]
        print(f"| {hours} | {name} | " + " | ".join(f"{numbers[column]:.3f}" for column in columns.values()) + " |")


def good(warehouse: Warehouse, folder: Path) -> None:
    """Print how good it is."""
    series = real_series(folder)
    rows = rolled(warehouse, series, EVERY)
    print(f"{len(rows) // 2} origins and series")
    table(summed_up(rows), "series", LOUD)
    found = []
    for per_hour in (5.0, 1.0, 0.2, 0.05):
        whole = summed_up(rolled(warehouse, thinned(series, per_hour), EVERY)).xs("mean of all", level="series")
        found.append(whole.set_index(pd.Index([f"{per_hour:g} per hour"] * len(whole)), append=True))
    table(pd.concat(found), "thinned to", RARE)


def quick(warehouse: Warehouse) -> None:
    """Print how long one takes."""
    with warehouse.transaction() as inside:
        for one in duckdb.extract_statements(CROWD.read_text(encoding="utf-8")):
            inside.execute(one, {"messages": MESSAGES} if "messages" in one.named_parameters else {})
        warehouse.bump(inside, warehouse.next_known_at(NOW))
    answers = Answers(warehouse, load_catalogue(), DictCache())
    print(f"\n| {MESSAGES:,} messages, uncached, {TRIES} times | fastest | median | processor, median |")
    print("|---|---:|---:|---:|")
    for hours in (72, 336):
        took, worked, series = [], [], 0
        for _ in range(TRIES):
            start, began = time.perf_counter(), time.process_time()
            series = answers.read("demand_forecast", {"hours": hours}, NOW).frame["language"].nunique()
            took.append(1000 * (time.perf_counter() - start))
            worked.append(1000 * (time.process_time() - began))
        times = f"{min(took):.0f} ms | {statistics.median(took):.0f} ms | {statistics.median(worked):.0f} ms"
        print(f"| `demand_forecast`, {hours} hours of {series} series | {times} |")


def opened(path: Path) -> Warehouse:
    """An empty warehouse that works with two threads."""
    warehouse = Warehouse("duckdb:x", path, NOW - timedelta(days=90))
    cursor = warehouse.cursor()
    cursor.execute("SET GLOBAL threads = 2")
    cursor.close()
    return warehouse


def main() -> None:
    """Print the tables."""
    folder = os.environ.get("WATCHFLOOR_TEST_DATA", "")
    with tempfile.TemporaryDirectory() as place:
        if folder:
            good(opened(Path(place) / "series"), Path(folder))
        else:
            print("Set WATCHFLOOR_TEST_DATA to measure on real series.")
        quick(opened(Path(place) / "crowd"))


if __name__ == "__main__":
    main()
