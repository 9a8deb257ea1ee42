"""A bursty day of the demo, played through: who would have been answered in time by how many heads.

The queue is played message by message, with handling times of its own, apart from every formula of the house.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from connectors.demo import cases
from connectors.demo.chance import begin_of, slot_of
from connectors.demo.posts import PLATFORMS, Posts
from connectors.demo.story import Story
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster, ShiftRow
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import Row, put

SLOT = timedelta(minutes=15)
HOUR = timedelta(hours=1)
HANDLING, WAIT, AIM = 600.0, 3600.0, 0.9
PER_DAY = 8_000
"""Posts of the demo a day: a desk of some ten people, and of forty on the day."""


@dataclass(frozen=True)
class Burst:
    """When customers wrote, in seconds from `since` (aware UTC), over `slots` quarters of an hour."""

    since: datetime
    slots: int
    moments: tuple[float, ...]

    @property
    def counts(self) -> list[int]:
        """Messages of each slot."""
        found = [0] * self.slots
        for moment in self.moments:
            found[int(moment // SLOT.total_seconds())] += 1
        return found


@cache
def burst() -> Burst:
    """The day of the demo's incident: from eighteen hours before it begins until eighteen after it."""
    story = Story(1, NOON)
    since = begin_of(slot_of(story.incident.since - 18 * HOUR))
    until = since + 36 * HOUR
    posts = Posts(1, PER_DAY, story)
    written: list[datetime] = []
    for slot in range(slot_of(since), slot_of(until)):
        said = [post for platform in PLATFORMS for post in posts.of(platform, slot, own_only=True)]
        born = {post.mention.item_id: post.mention.published_at for post in said}
        written += [born[str(told.case.item_id)] for told in cases.of_slot(1, said, story)]
    moments = sorted((moment - since).total_seconds() for moment in written if since <= moment < until)
    return Burst(since, int((until - since) / SLOT), tuple(moments))


@dataclass(frozen=True)
class Played:
    """What became of them: late by the slot in which their hour ended, and the share that was not."""

    late: tuple[int, ...]
    kept_share: float


def played(moments: Sequence[float], heads: Sequence[int], seed: int = 5) -> Played:
    """Answer in the order in which they came, by as many heads as each slot has; handling times vary by a half.

    Whoever is at a message when heads become fewer ends it. What is not begun within the hour is late.
    """
    dice = random.Random(seed)
    busy: list[float] = []
    late = [0] * len(heads)
    now, length = 0.0, SLOT.total_seconds()
    for moment in moments:
        now = max(now, moment)
        while True:
            slot = int(now // length)
            if slot >= len(heads):
                break
            while busy and busy[0] <= now:
                heapq.heappop(busy)
            if len(busy) < heads[slot]:
                break
            # somebody becomes free, or the next slot has more
            now = min([(slot + 1) * length, *busy[:1]])
        due = moment + WAIT
        if now > due and due < len(heads) * length:
            late[int(due // length)] += 1
        heapq.heappush(busy, now + dice.lognormvariate(0, 0.5) * HANDLING / 1.1331)
    return Played(tuple(late), 1 - sum(late) / len(moments))


def staffed(folder: Path, trace: Burst, heads: Sequence[int]) -> list[dict[str, Any]]:
    """What coverage_slots says of the trace under a roster of so many heads by slot, as if it were forecast."""
    warehouse = Warehouse("duckdb:w", folder / "w.duckdb", trace.since - 30 * HOUR)
    before = [segment(f"x:{n}", trace.since - 200 * HOUR, stopped_at=trace.since - 199 * HOUR) for n in range(40)]
    work = {"handling_seconds": int(HANDLING), "occupancy_share": 1.0, "shrinkage_share": 0.0, "mention_share": 0.0}
    known: Row = {"known_from_at": trace.since - 300 * HOUR}
    put(
        warehouse,
        staffing=[{**work, **known}],
        policies=[policy(nrt_seconds=None, **known)],
        calendar_hours=[{**hours(), **known}],
        clock_segments=[{**one, **known} for one in before],
    )
    _forecast(warehouse, trace)
    rows = {
        ShiftRow(site="Desk", timezone="UTC", team="care", languages=(), heads=count,
                 starts_at=trace.since + number * SLOT, ends_at=trace.since + (number + 1) * SLOT)
        for number, count in enumerate(heads) if count
    }  # fmt: skip
    Roster(warehouse).keep(rows, trace.since - 30 * HOUR)
    answers = Answers(warehouse, load_catalogue(), DictCache())
    window = {"since": trace.since, "until": trace.since + trace.slots * SLOT, "sites": ["all"], "languages": ["all"]}
    table = answers.ask("coverage_slots", window, trace.since).frame
    warehouse.close()
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _forecast(warehouse: Warehouse, trace: Burst) -> None:
    """Have the forecast know what will come, quarter by quarter: only the models are compared."""
    counts = trace.counts
    warehouse.relate()
    cursor = warehouse.cursor()
    cursor.execute("CREATE TABLE memory.traced (slot_at TIMESTAMP, count DOUBLE)")
    moments = [(trace.since + number * SLOT).replace(tzinfo=None) for number in range(trace.slots)]
    cursor.executemany("INSERT INTO memory.traced VALUES (?, ?)", list(zip(moments, map(float, counts), strict=True)))
    cursor.execute(
        "CREATE OR REPLACE MACRO memory.demand_slots(first_at, last_at, slot_minutes, asof_at, seen_at) AS TABLE "
        "SELECT slot_at, 'all' AS language, 'care' AS track, 'frt' AS metric, count AS demand_count, "
        "NULL::DOUBLE AS low_count, NULL::DOUBLE AS high_count, true AS is_forecast "
        "FROM memory.traced WHERE count > 0 AND slot_at >= first_at AND slot_at < last_at"
    )
    cursor.close()


def erlang(folder: Path, trace: Burst) -> Callable[[Sequence[int]], tuple[list[int], list[float]]]:
    """Erlang C, slot by slot: the heads it asks for, and with so many heads the late ones it expects."""
    warehouse = Warehouse("duckdb:e", folder / "e.duckdb", trace.since)
    warehouse.relate()
    cursor = warehouse.cursor()
    loads = [count * HANDLING / SLOT.total_seconds() for count in trace.counts]

    def asked(heads: Sequence[int]) -> tuple[list[int], list[float]]:
        needed, late = [], []
        for load, count, there in zip(loads, trace.counts, heads, strict=True):
            row = cursor.execute(
                "SELECT memory.erlang_heads($load::DOUBLE, $wait, $handling, $aim, 1.0), "
                "memory.erlang_service_share($load::DOUBLE, $there, $wait, $handling)",
                {"load": load, "wait": WAIT, "handling": HANDLING, "aim": AIM, "there": there},
            ).fetchone()
            assert row
            needed.append(int(row[0]))
            late.append(count * (1 - float(row[1])) if load else 0.0)
        return needed, late

    return asked


def off(foreseen: Sequence[float], late: Sequence[int]) -> float:
    """How many a slot was wrong by, on average."""
    return sum(abs(one - other) for one, other in zip(foreseen, late, strict=True)) / len(late)
