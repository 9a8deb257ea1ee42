"""A run keeps what it was given batch by batch, and whatever goes wrong is a sentence in its report."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from config import Brand
from connectors.contract import IO, Batch, Check, Cursor, Options, SourceDown
from connectors.records import Mention
from jobs.clockwork import Clockwork
from jobs.collect import Collector, LiveSource
from jobs.understand import Understanding
from queries.ledger import Ledger, SourceFacts
from queries.warehouse import Warehouse
from tests.conftest import NOON, FakeClock

UNDERSTANDING = Understanding([Brand(name="Aurora", terms=("aurora",)), Brand(name="Rival", terms=("rival",))])


class Fake:
    """A connector that does as it is told."""

    kind: ClassVar[str] = "fake"
    summary: ClassVar[str] = "for tests"
    Options: ClassVar[type[Options]] = Options

    def __init__(self, *batches: Batch | Exception) -> None:
        self.batches = batches
        self.cursors: list[Cursor | None] = []

    def check(self, io: IO) -> Check:
        return Check("ok", "fine")

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        self.cursors.append(cursor)
        for batch in self.batches:
            if isinstance(batch, Exception):
                raise batch
            yield batch


def said(*texts: str, cursor: Any = None) -> Batch:
    records = tuple(
        Mention(item_id=f"x:{text}", platform="x", published_at=NOON - timedelta(minutes=1), text=text)
        for text in texts
    )
    return Batch(records=records, raw=len(records), cursor=cursor)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOON)
    yield Ledger(warehouse)
    warehouse.close()


def live(fake: Fake, ledger: Ledger) -> LiveSource:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    ledger.declare_sources([SourceFacts(source="s", kind="fake", every=minute, stale_after=hour)])
    return LiveSource("s", "fake", "owned", minute, hour, fake)


def health(ledger: Ledger) -> tuple[Any, ...]:
    row = ledger.warehouse.cursor().execute("SELECT error, last_success_at, next_run_at FROM sources").fetchone()
    assert row is not None
    return row


def test_posts_of_no_measured_brand_are_counted_and_not_kept(ledger: Ledger) -> None:
    source = live(Fake(said("aurora and rival", "nobody", "aurora")), ledger)
    report = Collector(ledger, FakeClock()).poll(source, UNDERSTANDING)
    tally = report.tally
    assert (tally.read, tally.new, tally.filtered) == (3, 3, 1)
    assert any("no measured brand" in note for note in report.notes)
    cursor = ledger.warehouse.cursor()
    assert cursor.execute("SELECT DISTINCT source_class FROM mentions").fetchall() == [("owned",)]


def test_what_came_before_an_error_is_kept_and_the_next_run_goes_on_from_there(ledger: Ledger) -> None:
    fake = Fake(said("aurora 1", cursor={"v": 1, "at": 1}), SourceDown("the folder is not mounted; mount it"))
    source = live(fake, ledger)
    report = Collector(ledger, FakeClock()).poll(source, UNDERSTANDING)
    assert report.error == "the folder is not mounted; mount it"
    assert report.tally.new == 1
    assert health(ledger)[0] == "the folder is not mounted; mount it"
    assert health(ledger)[1] is None
    fake.batches = (said("aurora 2"),)
    assert Collector(ledger, FakeClock()).poll(source, UNDERSTANDING).error is None
    assert fake.cursors == [None, {"v": 1, "at": 1}]
    assert health(ledger)[0] is None


def test_a_defect_in_a_source_is_told_and_does_not_spread(ledger: Ledger, caplog: Any) -> None:
    report = Collector(ledger, FakeClock()).poll(live(Fake(ZeroDivisionError("oops")), ledger), UNDERSTANDING)
    assert report.error is not None
    assert "failed unexpectedly (ZeroDivisionError)" in report.error
    assert "oops" in caplog.text


def test_a_dry_run_writes_nothing_and_shows_rows(ledger: Ledger) -> None:
    source = live(Fake(said(*[f"aurora {number}" for number in range(30)])), ledger)
    before = ledger.warehouse.state
    report = Collector(ledger, FakeClock()).run_to_end(source, UNDERSTANDING, keep=False)
    assert (report.tally.read, report.mentions, len(report.rows)) == (30, 30, 20)
    assert ledger.warehouse.state == before
    assert ledger.warehouse.cursor().execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_what_is_still_being_written_is_told_even_when_other_files_came(ledger: Ledger, monkeypatch: Any) -> None:
    monkeypatch.setattr("jobs.collect.LOOK_AGAIN_SECONDS", 0.0)
    source = live(Fake(Batch(waiting=("b.csv is still being written",)), said("aurora")), ledger)
    report = Collector(ledger, FakeClock()).run_to_end(source, UNDERSTANDING)
    assert report.waiting == ["b.csv is still being written"]
    dry = Collector(ledger, FakeClock()).run_to_end(source, UNDERSTANDING, keep=False)
    assert dry.tally.read == 1, "a dry run that looks again does not count again"


def test_a_source_never_runs_twice_at_once(ledger: Ledger) -> None:
    inside, most = [0], [0]

    class Slow(Fake):
        def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.1)
            inside[0] -= 1
            yield said("aurora")

    collector, source = Collector(ledger, FakeClock()), live(Slow(), ledger)
    threads = [threading.Thread(target=collector.poll, args=(source, UNDERSTANDING)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_stopping_ends_a_run_after_its_batch(ledger: Ledger) -> None:
    collector = Collector(ledger, FakeClock())

    class Endless(Fake):
        def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
            for number in range(1_000_000):
                if number == 3:
                    collector.stop()
                yield said(f"aurora {number}", cursor={"v": 1, "at": number})

    report = collector.poll(live(Endless(), ledger), UNDERSTANDING)
    assert report.tally.new == 4
    assert ledger.cursor_of("s") == {"v": 1, "at": 3}


def test_the_clockwork_keeps_exactly_the_wanted_sources() -> None:
    clockwork = Clockwork()
    seen: set[str] = set()
    both = threading.Barrier(3, timeout=10)

    def job(name: str) -> Any:
        def work() -> None:
            if name not in seen:
                seen.add(name)
                both.wait()

        return work

    clockwork.start()
    try:
        clockwork.keep_sources({name: (timedelta(hours=1), job(name), False) for name in ("a", "b")})
        both.wait()
        clockwork.keep_sources({"b": (timedelta(hours=1), job("b"), False)})
        assert seen == {"a", "b"}
        assert clockwork.source_names() == ["b"]
    finally:
        clockwork.stop()


def test_what_is_posted_while_a_run_is_at_its_end_is_read_by_the_next_one_at_once() -> None:
    clockwork, begun, ends = Clockwork(), threading.Event(), threading.Event()
    runs: list[int] = []

    def work() -> None:
        runs.append(len(runs))
        begun.set()
        ends.wait(10)

    clockwork.start()
    try:
        clockwork.keep_sources({"hook": (timedelta(hours=1), work, True)})
        assert begun.wait(10)
        clockwork.soon("hook")
        for _ in range(100):
            if len(runs) == 2:
                break
            ends.wait(0.05)
        assert len(runs) == 2
    finally:
        ends.set()
        clockwork.stop()


def test_a_run_that_is_stopped_says_nothing_of_the_source(ledger: Ledger) -> None:
    source = live(Fake(SourceDown("down")), ledger)
    collector = Collector(ledger, FakeClock())
    collector.poll(source, UNDERSTANDING)
    before = health(ledger)
    collector.stop()
    again = live(Fake(said("aurora", cursor={"v": 1})), ledger)
    assert collector.poll(again, UNDERSTANDING).error is None
    assert health(ledger)[:2] == before[:2]
    row = ledger.warehouse.cursor().execute("SELECT count(*) FROM gaps WHERE until_at IS NULL").fetchone()
    assert row == (1,), "it is still out"


def test_a_backfill_that_is_stopped_goes_on_and_one_that_ends_is_forgotten(ledger: Ledger) -> None:
    source = live(Fake(said("aurora", cursor={"v": 1, "at": 5})), ledger)
    stopped = Collector(ledger, FakeClock())
    stopped.stop()
    since = NOON - timedelta(days=9)
    stopped.run_to_end(source, UNDERSTANDING, since=since)
    assert ledger.standing("s").backfill == {"since": since.isoformat(), "cursor": {"v": 1, "at": 5}}
    fake = Fake(said("aurora", cursor={"v": 1, "at": 9}))
    Collector(ledger, FakeClock()).run_to_end(live(fake, ledger), UNDERSTANDING, since=since)
    assert fake.cursors == [{"v": 1, "at": 5}]
    assert ledger.standing("s").backfill is None
    assert ledger.cursor_of("s") is None, "the live cursor is another"


def test_of_two_versions_in_one_batch_the_newer_is_kept(ledger: Ledger) -> None:
    told: dict[str, Any] = {"item_id": "x:1", "platform": "x", "published_at": NOON - timedelta(hours=1)}
    newer = Mention(**told, text="aurora newest", updated_at=NOON - timedelta(minutes=1))
    older = Mention(**told, text="aurora old", updated_at=NOON - timedelta(minutes=2))
    source = live(Fake(Batch(records=(newer, older), raw=2)), ledger)
    Collector(ledger, FakeClock()).poll(source, UNDERSTANDING)
    assert ledger.warehouse.cursor().execute("SELECT text FROM mentions").fetchall() == [("aurora newest",)]


def test_a_post_refused_for_its_brand_comes_in_once_the_site_has_the_brand(ledger: Ledger) -> None:
    known = Mention(
        item_id="x:1",
        platform="x",
        published_at=NOON - timedelta(hours=1),
        text="fine words",
        brands=("Beta", "Aurora"),
    )
    source = live(Fake(Batch(records=(known,), raw=1)), ledger)
    collector = Collector(ledger, FakeClock())
    assert collector.poll(source, UNDERSTANDING).refusals == {"unknown_brand": 1}
    assert collector.redrive(source, UNDERSTANDING).refusals == {"unknown_brand": 1}, "it is still not there"
    beta = Understanding([Brand(name="Aurora", terms=("aurora",)), Brand(name="Beta", terms=("beta",))])
    report = collector.redrive(source, beta)
    assert (report.error, report.tally.new, report.refusals) == (None, 1, {})
    cursor = ledger.warehouse.cursor()
    assert cursor.execute("SELECT brand, text FROM mentions ORDER BY 1").fetchall() == [
        ("Aurora", "fine words"),
        ("Beta", "fine words"),
    ]
    assert cursor.execute("SELECT count(*) FROM refused_rows").fetchone() == (0,)
