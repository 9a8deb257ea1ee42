"""Measures collecting: `python -m tests.measure.collecting [events|asking|memory]`. Prints Markdown.

events   a million case events from one csv file, through the whole pipeline into a warehouse
asking   questions over 100,000 cases and those million events, median of eleven asks that were not cached
memory   100,000 posts streamed by a fake Jetstream in a process of its own, one in ten kept: growth of resident memory
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from jobs.house import House
from jobs.report import Report
from queries.answers import Answers
from queries.catalogue import load_catalogue
from tests.conftest import DictCache, FakeClock
from tests.connectors.kit.jetstream_server import JetstreamServer
from tests.connectors.kit.jetstream_world import BlueskyWorld, Told, micro
from tests.measure.speed import NoCache, median_ms

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEAD = """
[site]
name = "Bench"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
"""
EVENTS = """
[[source]]
name = "events"
kind = "files"
records = "case_events"
path = "events.csv"
[source.columns]
event_id = "id"
case_id = "case"
happened_at = "at"
kind = "kind"
actor = "who"
actor_kind = "role"
visibility = "seen"
text = "text"
[source.defaults]
platform = "care"
"""
CASES = """
[[source]]
name = "cases"
kind = "files"
records = "cases"
path = "cases.csv"
[source.columns]
case_id = "case"
opened_at = "at"
[source.defaults]
platform = "care"
brand = "Aurora"
"""
KINDS = ("message", "assigned", "paused", "resumed", "resolved")


def write_events(path: Path, rows: int) -> None:
    """Invented events, ten to a case."""
    begin = NOW - timedelta(seconds=20 * rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "case", "at", "kind", "who", "role", "seen", "text"])
        for number in range(rows):
            at = (begin + timedelta(seconds=20 * number)).isoformat()
            role = "human" if number % 3 else "customer"
            words = f"some words about flight number {number}"
            writer.writerow([number, number // 10, at, KINDS[number % 5], f"a{number % 50}", role, "public", words])
    rested = (NOW - timedelta(hours=1)).timestamp()
    os.utime(path, (rested, rested))


def events(rows: int) -> None:
    """Rows per second of the whole pipeline."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_events(folder / "events.csv", rows)
        (folder / "site.toml").write_text(HEAD + EVENTS)
        house = House(folder / "site.toml", FakeClock(NOW), DictCache())
        started = time.perf_counter()
        report = house.collector.run_to_end(house.live["events"], house.understanding)
        seconds = time.perf_counter() - started
        house.close()
    assert report.error is None, report.error
    assert report.tally.new == rows, report.tally
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| case events | seconds | rows/s | peak memory, MB |\n|---:|---:|---:|---:|")
    print(f"| {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} | {peak:,.0f} |", flush=True)


def write_cases(path: Path, cases: int, rows: int) -> None:
    """The cases of those events, each opened a minute before its first."""
    begin = NOW - timedelta(seconds=20 * rows + 60)
    lines = (f"{number},{(begin + timedelta(seconds=200 * number)).isoformat()}" for number in range(cases))
    path.write_text("\n".join(["case,at", *lines]) + "\n")
    rested = (NOW - timedelta(hours=1)).timestamp()
    os.utime(path, (rested, rested))


def asking(rows: int) -> None:
    """Milliseconds of the questions about cases."""
    ever = {"since": NOW - timedelta(days=3000), "until": NOW}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("response_times", ever),
        ("response_times", {**ever, "group_by": "brand"}),
        ("resolution_times", ever),
        ("open_cases_by_state", {}),
        ("open_cases_by_state", {"ended_by": "Closed"}),
        ("case_timeline", {"case_id": "care:7"}),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_events(folder / "events.csv", rows)
        write_cases(folder / "cases.csv", rows // 10, rows)
        (folder / "site.toml").write_text(HEAD + EVENTS + CASES)
        house = House(folder / "site.toml", FakeClock(NOW), DictCache())
        for source in house.live.values():
            assert house.collector.run_to_end(source, house.understanding).error is None
        answers = Answers(house.warehouse, load_catalogue(), NoCache())
        counted = answers.ask("response_times", ever, NOW).frame
        print(f"| question, {counted['cases_count'].sum():,} cases and {rows:,} events | ms |\n|---|---:|")
        for question, given in asked:
            words = ", ".join(f"{key} = {value}" for key, value in given.items() if isinstance(value, str))
            print(f"| {question}{f' ({words})' if words else ''} | {median_ms(answers, question, given):.0f} |")
        house.close()


def flood(world: BlueskyWorld, count: int) -> Iterator[Told]:
    """Posts made one by one, one in ten with a brand."""
    start = micro(world.clock.now) - count * 1000
    for number in range(count):
        text = f"aurora {number}" if number % 10 == 0 else f"weather {number} " + "and more of it " * 10
        record = {"text": text, "createdAt": NOW.isoformat()}
        commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{number}", "record": record}
        at = start + number * 1000
        yield Told(at, json.dumps({"did": "did:plc:a", "time_us": at, "kind": "commit", "commit": commit}))


def serve(pipe: Connection, count: int) -> None:
    """The fake, in a process of its own: its memory is not ours."""
    world = BlueskyWorld(FakeClock(NOW))
    with JetstreamServer(world) as server:
        server.flood = flood(world, count)
        pipe.send(server.url)
        pipe.recv()


def resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def memory(count: int) -> None:
    """Growth from when the first tenth is read to the end, with the warehouse's own memory limited as it is."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, count))
    server.start()
    source = f'[[source]]\nname = "b"\nkind = "bluesky"\nallow_private_addresses = true\nservers = ["{ours.recv()}"]\n'
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "site.toml").write_text(HEAD + source)
        house = House(Path(name) / "site.toml", FakeClock(NOW), DictCache())
        seen: list[tuple[int, float]] = []
        started, before = time.perf_counter(), [0]

        def progress(now: Report, _: float | None) -> None:
            seen.append((before[0] + now.tally.read, resident()))

        while before[0] < count and time.perf_counter() - started < 300:
            report = house.collector.run_to_end(house.live["b"], house.understanding, progress=progress)
            assert report.error is None, report.error
            before[0] += report.tally.read
            if not report.tally.read:
                break
        house.close()
    ours.send("done")
    server.join(20)
    first = next(size for rows, size in seen if rows >= count // 10)
    top = max(size for _, size in seen)
    seconds = time.perf_counter() - started
    print("| events streamed | read | seconds | at a tenth, MB | highest, MB | growth, MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    print(f"| {count:,} | {before[0]:,} | {seconds:.0f} | {first:,.0f} | {top:,.0f} | {top - first:,.0f} |", flush=True)


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["events", "asking", "memory"]
    if "events" in chosen:
        events(1_000_000)
    if "asking" in chosen:
        asking(1_000_000)
    if "memory" in chosen:
        memory(100_000)
