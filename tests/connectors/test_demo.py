"""The demo tells one stretch of time, broken off wherever: nothing twice, nothing left out, nothing too early."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.contract import Batch, Cursor, Setup
from connectors.demo.posts import PLATFORMS
from connectors.http import Network
from connectors.records import Case, CaseEvent, Mention, Record
from connectors.sources.demo import Options, Source
from jobs.lent import Looking
from tests.conftest import NOON, FakeClock

FIRST = NOON + timedelta(minutes=3, seconds=17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Looking):
    """The IO of a run in a warehouse that was opened at `opened_at`."""

    born: datetime | None = FIRST

    @property
    def opened_at(self) -> datetime | None:
        return self.born


def desk(since: datetime | None = None, born: datetime | None = FIRST) -> Desk:
    clock, stopping = FakeClock(), threading.Event()
    line = Network(clock, stopping=stopping).line("d", state=None)
    return Desk(clock=clock, line=line, stopping=stopping, since=since, born=born)


def source(**options: Any) -> Source:
    return Source(Setup("d", Options.model_validate({"per_day": 500, "history": "3d", **options}), Path()))


def when(record: Record) -> datetime:
    assert isinstance(record, Mention | Case | CaseEvent)
    if isinstance(record, Mention):
        return record.published_at
    return record.opened_at if isinstance(record, Case) else record.happened_at


def key(record: Record) -> tuple[str, ...]:
    if isinstance(record, Mention):
        return (record.item_id,)
    assert isinstance(record, Case | CaseEvent)
    return (record.case_id, str(record.event_id)) if isinstance(record, CaseEvent) else (record.case_id,)


class Kept:
    """What is kept: records by their key, each once, and the place of the last batch."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, ...], Record] = {}
        self.cursor: Cursor | None = None
        self.gaps: list[Any] = []
        self.truths: list[Any] = []

    def run(self, made: Source, until: datetime, *, batches: int = 999, io: Desk | None = None) -> list[Batch]:
        """One run, killed behind its `batches`-th batch; gives those that were kept."""
        kept: list[Batch] = []
        told: Iterator[Batch] = made.read(io or desk(), self.cursor, until)
        for batch in told:
            assert batch.raw == len(batch.records)
            for record in batch.records:
                assert key(record) not in self.records, "told twice"
                assert when(record) <= until, "told too early"
                self.records[key(record)] = record
            self.cursor = json.loads(json.dumps(batch.cursor))
            self.gaps += batch.gaps
            self.truths += batch.truths
            kept.append(batch)
            if len(kept) == batches:
                break
        return kept

    def finish(self, made: Source, until: datetime) -> None:
        """Run until nothing more comes."""
        while self.run(made, until):
            pass


def whole(until: datetime, **options: Any) -> Kept:
    kept = Kept()
    kept.finish(source(**options), until)
    return kept


ENDS = FIRST + timedelta(hours=30)


@cache
def full(care: bool) -> Kept:
    """All there is at the end, told without a break."""
    return whole(ENDS, care=care)


@pytest.mark.parametrize("care", [False, True])
@given(
    st.lists(st.tuples(st.integers(0, 60 * 60 * 12), st.integers(1, 4)), max_size=6),
    st.sampled_from([60, 400, 2500]),
)
@settings(max_examples=8)
def test_killed_after_any_batch_and_slept_for_any_time_it_tells_the_same(
    care: bool, runs: list[tuple[int, int]], size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.demo.reading.BATCH", size)
        kept, now = Kept(), FIRST
        kept.run(source(care=care), now, batches=1)
        for seconds, batches in runs:
            now = min(ENDS, now + timedelta(seconds=seconds))
            kept.run(source(care=care), now, batches=batches)  # a new process each time
        kept.finish(source(care=care), ENDS)
    assert kept.records == full(care).records
    assert kept.gaps == full(care).gaps


@pytest.mark.parametrize("care", [False, True])
def test_a_process_that_goes_on_tells_what_a_new_one_would(care: bool) -> None:
    kept, made, now = Kept(), source(care=care), FIRST
    while now < ENDS:
        kept.run(made, now)
        now += timedelta(minutes=47)
    kept.finish(made, ENDS)
    assert kept.records == full(care).records


def test_the_newest_comes_first_and_the_first_run_shows_two_days() -> None:
    made, kept = source(history="9d", per_day=2500), Kept()
    first = kept.run(made, FIRST)
    assert len(first) > 1
    backs = [batch.history[0] for batch in first if batch.history]
    assert backs == sorted(backs, reverse=True)
    assert backs[-1] <= FIRST - timedelta(hours=48) < backs[-2], "two days at once and no more"
    newest = [when(record) for record in first[0].records]
    assert max(newest) > FIRST - timedelta(minutes=10)
    assert all(len(batch.records) <= 3000 for batch in first)
    later = kept.run(made, FIRST + timedelta(minutes=1))
    assert len(later) == 2, "what is new, then one piece of the past"
    assert all(when(record) >= FIRST for record in later[0].records)
    assert all(when(record) < backs[-1] for record in later[1].records)


def test_the_past_is_told_to_its_end_and_no_further() -> None:
    marks = full(False).cursor
    assert marks
    wanted = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    assert datetime.fromisoformat(marks["back"]) == wanted
    assert min(when(record) for record in full(False).records.values()) >= wanted
    assert min(when(record) for record in full(False).records.values()) < wanted + timedelta(minutes=30)


def test_nothing_new_is_no_batch_and_a_clock_set_back_tells_nothing() -> None:
    kept, made = Kept(), source(platforms=["news"], history="1h")
    kept.finish(made, FIRST)
    assert kept.run(made, FIRST) == []
    assert kept.run(made, FIRST - timedelta(hours=5)) == []


def test_sources_that_begin_at_other_times_tell_one_story() -> None:
    one, two = Kept(), Kept()
    one.run(source(platforms=["x"]), FIRST)
    two.run(source(platforms=["instagram"]), FIRST + timedelta(hours=23, minutes=59))
    assert one.cursor
    assert two.cursor
    assert one.cursor["anchor"] == two.cursor["anchor"] == NOON.isoformat()


@pytest.mark.parametrize("cursor", [{}, {"v": 99}, {"v": 1, "to": "x"}, {"v": 1, "world": "another"}])
def test_a_place_of_another_world_starts_anew(cursor: Cursor) -> None:
    made = source(platforms=["news"])
    again = list(made.read(desk(), cursor, FIRST))
    assert [batch.records for batch in again] == [batch.records for batch in made.read(desk(), None, FIRST)]


def test_without_a_warehouse_the_story_is_told_from_the_run() -> None:
    [first, *_] = source(platforms=["news"]).read(desk(born=None), None, FIRST)
    assert first.cursor
    assert first.cursor["anchor"] == NOON.isoformat()


def test_a_backfill_goes_back_at_once_and_leaves_the_history_alone() -> None:
    since = FIRST - timedelta(days=5)
    told = Kept()
    batches = told.run(source(), FIRST, io=desk(since=since))
    assert min(map(when, told.records.values())) < since + timedelta(hours=1)
    assert all(when(record) >= since for record in told.records.values())
    assert all(batch.history is None for batch in batches)


def test_another_seed_is_another_world_with_other_ids() -> None:
    one, two = whole(FIRST, platforms=["x"]), whole(FIRST, platforms=["x"], seed=2)
    assert not set(one.records) & set(two.records)


def test_one_source_tells_what_another_does_not() -> None:
    together = {key(record) for record in full(False).records.values()}
    apart = [set(whole(ENDS, platforms=[name]).records) for name in PLATFORMS]
    assert set().union(*apart) == together
    assert sum(map(len, apart)) == len(together)


def test_options_that_cannot_work_are_named() -> None:
    with pytest.raises(ValidationError, match="is no platform of the demo; write some of x, instagram"):
        source(platforms=["myspace"])
    with pytest.raises(ValidationError, match="write 48h or 182d"):
        source(history="long")
    assert source().check(desk()).state == "ok"
    assert "cases" in source(care=True).check(desk()).sentence
