"""Measures what docs/measurements.md says about promises: `python -m tests.measure.promises [CASES]`. Prints Markdown.

A million cases with a million and a half pauses, made by SQL: their clocks from cold, beside the bare calculation in
the same run; a commit with a thousand changed cases behind them; the questions, uncached. Two threads.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from queries import clocks
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.promises.keeping import promise
from tests.rows import event, keep

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = Path(__file__).parent
DAYS = "\n".join(f'{day} = ["09:00-17:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
WEEKS = "".join(
    f"""
[calendar.week{number}]
timezone = "{zone}"
[calendar.week{number}.open]
{DAYS}
[track.track{number}]
calendar = "week{number}"
frt = "1h"
nrt = "4h"
resolution = "24h"
attainment_target = 0.9
"""
    for number, zone in enumerate(
        "America/Los_Angeles America/New_York America/Sao_Paulo Europe/London Europe/Berlin Asia/Kolkata "
        "Asia/Kathmandu Asia/Tokyo Australia/Sydney".split()
    )
)
BRAND = '[site]\nname = "Bench"\n[[brand]]\nname = "Aurora"\nterms = ["aurora"]\n'
SITE = f'{BRAND}[sla]\ndefault_track = "track0"\n{WEEKS}'
CHANGED, TRIES = 1000, 5
ASKED: dict[str, dict[str, Any]] = {
    "sla_attainment": {"since": NOW - timedelta(days=7), "until": NOW},
    "sla_attainment, all two years": {"since": NOW - timedelta(days=731), "until": NOW},
    "sla_due": {},
    "sla_next": {},
    "sla_burn": {},
    "backlog_ageing": {},
    "time_to_response": {"since": NOW - timedelta(days=7), "until": NOW},
    "breach_causes": {"since": NOW - timedelta(days=7), "until": NOW},
    "breach_forecast": {},
    "promise_kept": {"since": NOW - timedelta(days=7), "until": NOW},
}


def timed(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def crowd(warehouse: Warehouse, cases: int) -> None:
    """Put the crowd into the warehouse, without clocks."""
    with warehouse.transaction() as inside:
        for one in duckdb.extract_statements((HERE / "crowd_clocks.sql").read_text(encoding="utf-8")):
            inside.execute(one, {"cases": cases} if "cases" in one.named_parameters else {})


def bare(warehouse: Warehouse) -> float:
    """The bare calculation on the crowd, in seconds."""
    cursor = warehouse.cursor()
    took = timed(lambda: cursor.execute((HERE / "bare_clocks.sql").read_text(encoding="utf-8")))
    cursor.close()
    return took


def cold(warehouse: Warehouse) -> float:
    """All clocks of all cases, computed and kept, in seconds."""

    def compute() -> None:
        with warehouse.transaction() as inside:
            inside.execute("DELETE FROM clock_segments")
            clocks.recompute(inside, warehouse.next_known_at(NOW))
            warehouse.bump(inside, warehouse.next_known_at(NOW))

    return timed(compute)


def ticks(warehouse: Warehouse, cases: int) -> list[float]:
    """Commits in each of which something happens to a thousand cases, in seconds."""
    ledger, took = Ledger(warehouse), []
    for number in range(TRIES):
        now = NOW + timedelta(seconds=number)
        at: dict[str, Any] = {"happened_at": NOW - timedelta(seconds=number), "event_id": f"tick {number}"}
        many = [event(cases - 1 - (17 * one) % (cases // 10), **at) for one in range(CHANGED)]
        took.append(timed(partial(keep, ledger, events=many, now=now)))
    return took


def main(cases: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse("duckdb:x", Path(folder) / "w.duckdb", NOW - timedelta(days=800))
        cursor = warehouse.cursor()
        cursor.execute("SET GLOBAL threads = 2")
        cursor.close()
        promise(warehouse, SITE, NOW - timedelta(days=799))
        crowd(warehouse, cases)
        first, second = bare(warehouse), bare(warehouse)
        whole = cold(warehouse)
        least = min(first, second)
        print(f"\n| {cases:,} cases, two threads | |\n|---|---|")
        print(f"| bare calculation (ASOF joins only, nothing read or kept) | {least:.2f} s |")
        times = f"{whole:.1f} s, {whole / least:.1f} times that"
        print(f"| all clocks from cold: read from events, computed, kept | {times} |")
        found = ticks(warehouse, cases)
        middle = 1000 * statistics.median(found)
        print(f"| a commit with {CHANGED:,} changed cases, median of {TRIES} | {middle:.0f} ms |")
        answers = Answers(warehouse, load_catalogue(), DictCache())
        print("\n| question, uncached | median | slowest of 5 |\n|---|---|---|")
        for name, given in ASKED.items():
            question = name.partition(",")[0]
            took = [timed(partial(answers.read, question, given, NOW)) for _ in range(TRIES)]
            print(f"| `{name}` | {1000 * statistics.median(took):.0f} ms | {1000 * max(took):.0f} ms |")
        warehouse.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
