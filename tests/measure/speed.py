"""Measures what docs/measurements.md says about speed: `make bench`. Prints Markdown.

Ingest is measured through the whole pipeline (file, understanding, transaction); questions through the catalogue,
uncached. The ten million older rows are made by SQL. Nothing leaves a temporary folder.
"""

from __future__ import annotations

import csv
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobs.house import House
from queries.answers import Answers
from queries.catalogue import Question, load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import DictCache, FakeClock

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CROWD = (Path(__file__).with_name("crowd.sql")).read_text(encoding="utf-8")
BRANDS = ("United", "Delta", "Southwest", "JetBlue", "Alaska", "Spirit")
SITE = (
    '[site]\nname = "Bench"\n[warehouse]\nurl = "duckdb:w.duckdb"\n'
    + "".join(f'[[brand]]\nname = "{name}"\nterms = ["{name.lower()}", "@{name.lower()}"]\n' for name in BRANDS)
    + """
[[source]]
name = "posts"
kind = "files"
path = "posts.csv"
[source.columns]
item_id = "id"
published_at = "at"
text = "text"
author_name = "who"
author_followers_count = "followers"
[source.defaults]
platform = "twitter"
"""
)
WORDS = """
flight delayed again hours waiting gate crew kind thanks lost bag refund hold call nobody answers great service
seat upgrade boarding late cancelled rebook help please love landed early storm hotel voucher rude agent app login
""".split()


def write_posts(path: Path, rows: int) -> None:
    """Invented posts, no two alike, in English-looking words; each names one brand."""
    dice = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "at", "text", "who", "followers"])
        for number in range(rows):
            text = f"@{dice.choice(BRANDS)} {' '.join(dice.choices(WORDS, k=14))} {number}"
            at = NOW - timedelta(seconds=(rows - number) * 0.5)
            writer.writerow([number, at.isoformat(), text, f"w{dice.randrange(rows // 5)}", dice.randrange(9000)])


@contextmanager
def bench_house(folder: Path, older: int = 0) -> Iterator[House]:
    """A house over posts.csv, with `older` rows already stored."""
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    if older:
        fill(Warehouse("duckdb:w", folder / "w.duckdb", NOW), older, days=900, until=NOW - timedelta(days=40)).close()
    house = House(folder / "site.toml", FakeClock(NOW + timedelta(days=400)), DictCache())
    try:
        yield house
    finally:
        house.close()


def fill(warehouse: Warehouse, rows: int, *, days: int, until: datetime) -> Warehouse:
    """Put a crowd of invented mentions straight into the warehouse."""
    with warehouse.transaction() as cursor:
        cursor.execute(CROWD, {"rows": rows, "days": days, "until": until.replace(tzinfo=None)})
        warehouse.bump(cursor, until)
    return warehouse


def ingest(rows: int, older: int = 0) -> float:
    """Seconds to take in `rows` posts, file to commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_posts(folder / "posts.csv", rows)
        with bench_house(folder, older) as house:
            started = time.perf_counter()
            report = house.collector.run_to_end(house.live["posts"], house.understanding)
            seconds = time.perf_counter() - started
            assert report.error is None, report.error
            assert report.tally.new == rows, report.tally
    return seconds


def given_for(question: Question, days: int) -> dict[str, Any]:
    """The parameters a screen would ask with, over `days`."""
    span = timedelta(days=days)
    names = {param.name for param in question.params}
    given: dict[str, Any] = {"since": NOW - span, "until": NOW} if "since" in names else {}
    if "bucket_minutes" in names:
        given["bucket_minutes"] = 5 if days == 1 else 60
    if "edges" in names:
        pieces = 24 if days == 1 else days
        given["edges"] = [NOW - span + span / pieces * number for number in range(pieces + 1)]
    if "against_since" in names:
        given |= {"against_since": NOW - span - timedelta(days=7), "against_until": NOW - span}
    if "group_by" in names:
        given["group_by"] = "platform"
    if "case_id" in names:
        given["case_id"] = "twitter:1"
    if "item_id" in names:
        given["item_id"] = "invented:1"
    return given


class NoCache(DictCache):
    """Forgets at once, so that every ask is computed."""

    def get(self, key: str) -> Any:
        return None


def questions(rows: int) -> None:
    """Median milliseconds of every question over windows of 1, 7 and 90 days of `rows` in 90 days."""
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory() as name:
        warehouse = Warehouse("duckdb:w", Path(name) / "w.duckdb", NOW)
        answers = Answers(fill(warehouse, rows, days=90, until=NOW), catalogue, NoCache())
        print(f"\n| question, {rows:,} mentions in 90 days | 1 day, ms | 7 days, ms | all 90 days, ms |")
        print("|---|---:|---:|---:|")
        for question in catalogue.values():
            cells = [f"{median_ms(answers, question.name, given_for(question, days)):.0f}" for days in (1, 7, 90)]
            print(f"| {question.name} | {' | '.join(cells)} |", flush=True)
        warehouse.close()


def median_ms(answers: Answers, question: str, given: dict[str, Any], times: int = 11) -> float:
    """The median of `times` uncached asks, after one to warm up."""
    taken = []
    for _ in range(times + 1):
        started = time.perf_counter()
        answers.ask(question, given, NOW)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[1:])


def main(parts: list[str]) -> None:
    """Everything, or the parts named: ingest, grown, million, questions."""
    chosen = parts or ["ingest", "grown", "million", "questions"]
    print("| ingest | seconds | rows/s |\n|---|---:|---:|")
    empty = ingest(100_000) if {"ingest", "grown"} & set(chosen) else 0.0
    if empty:
        print(f"| 100,000 rows into an empty warehouse | {empty:.1f} | {100_000 / empty:,.0f} |", flush=True)
    if "grown" in chosen:
        grown = ingest(100_000, older=10_000_000)
        print(f"| 100,000 rows beside 10,000,000 stored | {grown:.1f} | {100_000 / grown:,.0f} |")
        print(f"| ... as a share of the empty rate | | {empty / grown:.0%} |", flush=True)
    if "million" in chosen:
        million = ingest(1_000_000)
        print(f"| 1,000,000 rows into an empty warehouse | {million:.1f} | {1_000_000 / million:,.0f} |")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| peak memory of the process by then, MB | | {peak:,.0f} |", flush=True)
    if "questions" in chosen:
        questions(1_000_000)


if __name__ == "__main__":
    main(sys.argv[1:])
