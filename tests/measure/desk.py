"""Measures the desk: `python -m tests.measure.desk [changes] [rows]`. Prints Markdown.

A million invented mentions, 100,000 cases and some 920,000 events in 90 days. A change of a filter is all the questions
the page asks for it, asked at once by as many threads as the page has, nothing cached; it is over when the last answer
is there. Drawing, HTTP and the browser are not in it. The processor time is that of all threads together: on two cores
with nothing else to do a change takes about half of it.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from layouts.desk.filters import Filters
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.measure.speed import NOW, NoCache, fill

CASES = Path(__file__).with_name("crowd_cases.sql").read_text(encoding="utf-8")
ZONE = ZoneInfo("America/New_York")
WINDOWS = ("7d", "30d", "90d")
NEEDLES = ("lost bag", "café", "number 7", "nobody", "flug", "e")
CHOICES = {
    "brand": ("United", "Delta", "Southwest", "JetBlue", "Alaska", "Spirit"),
    "platform": ("twitter", "reddit", "bluesky", "mastodon", "youtube", "news"),
    "language": ("en", "es", "de", ""),
    "region": ("us", "eu", "apac"),
    "sentiment": ("negative", "neutral", "positive", ""),
}
Asks = list[tuple[str, dict[str, Any]]]


def filled(folder: Path, rows: int) -> Warehouse:
    """The crowd and its cases."""
    warehouse = fill(Warehouse("duckdb:w", folder / "w.duckdb", NOW), rows, days=90, until=NOW)
    given = {"rows": rows, "days": 90, "until": NOW.replace(tzinfo=None)}
    with warehouse.transaction() as cursor:
        for one in duckdb.extract_statements(CASES):
            cursor.execute(one, {name: given[name] for name in one.named_parameters})
        warehouse.bump(cursor, warehouse.next_known_at(NOW))
    return warehouse


def asks(filters: Filters) -> Asks:
    """What the page asks when it shows `filters`."""
    about, cases = filters.params(NOW, ZONE), filters.case_params(NOW, ZONE)
    everything = replace(Filters(), window=filters.window).params(NOW, ZONE)
    blind = {"since": about["since"], "until": about["until"], "platforms": about["platforms"]}
    page = {"offset": 0, "limit": 100}
    both: Asks = [
        ("mention_totals", about),
        ("case_totals", cases),
        ("mention_breakdown", everything),
        ("blind_spans", blind),
        ("source_health", {}),
        ("mention_breakdown", about),
    ]
    if filters.view == "cases":
        edged = filters.case_edge_params(NOW, ZONE)
        rows: Asks = [("case_rows_count", cases), ("case_rows", {**cases, **page})]
        return [*both, ("cases_by_edge", edged), ("case_breakdown", cases), *rows]
    rows = [("mention_rows_count", about), ("mention_rows", {**about, **page})]
    return [*both, ("mentions_by_edge", filters.edge_params(NOW, ZONE)), *rows]


def changes(count: int, window: str, view: str, dice: random.Random, text: bool) -> list[Filters]:
    """As many filters: none, one, or a few at once; with `text` a search besides."""
    made = []
    for number in range(count):
        filters = Filters(window=window, view=view, text=dice.choice(NEEDLES) if text else "")
        for field in dice.sample(list(CHOICES), number % 3):
            filters = filters.toggled(field, dice.choice(CHOICES[field]))
        made.append(filters)
    return made


def seconds(warehouse: Warehouse, filters: Filters, pool: ThreadPoolExecutor) -> tuple[float, float]:
    """How long until every answer is there, and the processor time of that; what is asked twice is computed once."""
    answers = Answers(warehouse, load_catalogue(), DictCache())
    started, worked = time.perf_counter(), time.process_time()
    for waiting in [pool.submit(answers.ask, name, params, NOW) for name, params in asks(filters)]:
        waiting.result()
    return time.perf_counter() - started, time.process_time() - worked


def quantiles(taken: list[float]) -> str:
    """p50, p95 and the longest, in milliseconds."""
    ordered = sorted(1000 * one for one in taken)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"{statistics.median(ordered):.0f} | {p95:.0f} | {ordered[-1]:.0f}"


def measure_changes(warehouse: Warehouse, count: int) -> None:
    """The table of filter changes."""
    print("| a filter changes | window | p50, ms | p95, ms | longest, ms | processor: p50 | p95 | longest |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    with ThreadPoolExecutor(8) as pool:
        for view in ("mentions", "cases"):
            for text in (False, True):
                for window in WINDOWS:
                    dice = random.Random(5)
                    seconds(warehouse, Filters(window=window, view=view), pool)
                    taken = [seconds(warehouse, one, pool) for one in changes(count, window, view, dice, text)]
                    what = f"{view}, with a search" if text else view
                    cells = [quantiles(list(one)) for one in zip(*taken, strict=True)]
                    print(f"| {what} | {window} | {' | '.join(cells)} |", flush=True)


def measure_questions(warehouse: Warehouse, times: int) -> None:
    """The table of single questions over the whole of it, without any filter and with a search."""
    answers = Answers(warehouse, load_catalogue(), NoCache())
    deep = [(f"mention_rows, from {offset:,}, by {column}", {"sort_by": column, "offset": offset, "limit": 100})
            for column in ("published_at", "author_followers_count", "platform", "author_name")
            for offset in (0, 500_000, 999_900)]  # fmt: skip
    print("\n| question, whole 90 days | p50, ms | p95, ms | longest, ms | with a search: p50 | p95 | longest |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    whole, searched = Filters(window="90d"), Filters(window="90d", text="lost bag")
    names = dict.fromkeys(name for view in ("mentions", "cases") for name, _ in asks(replace(whole, view=view)))
    rows: list[tuple[str, str, dict[str, Any]]] = [(name, name, {}) for name in names]
    rows += [(said, "mention_rows", more) for said, more in deep]
    rows += [("case_rows, from 90,000, by owner", "case_rows", {"sort_by": "owner", "offset": 90_000, "limit": 100})]
    for said, name, more in rows:
        cells = []
        for filters in (whole, searched):
            view = "cases" if name.startswith("case") else "mentions"
            params = [given for asked, given in asks(replace(filters, view=view)) if asked == name][-1]
            cells.append(quantiles([one_ask(answers, name, {**params, **more}) for _ in range(times)]))
        print(f"| {said} | {' | '.join(cells)} |", flush=True)


def one_ask(answers: Answers, question: str, given: dict[str, Any]) -> float:
    """Seconds of one ask that is not cached."""
    started = time.perf_counter()
    answers.ask(question, given, NOW)
    return time.perf_counter() - started


def main(given: list[str]) -> None:
    """Both tables."""
    count, rows = int(given[0]) if given else 40, int(given[1]) if given[1:] else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        warehouse = filled(Path(name), rows)
        print(f"{rows:,} mentions; load of the machine before: {os.getloadavg()[0]:.1f}\n")
        measure_changes(warehouse, count)
        measure_questions(warehouse, max(5, count // 4))
        warehouse.close()
        print(f"\nload after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
