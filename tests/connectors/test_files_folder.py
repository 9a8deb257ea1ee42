"""Promises about the watched folder: everything once, nothing half, and on from where it stopped."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import SourceDown
from connectors.registry import source_kinds
from connectors.sources.files import Source
from tests.connectors.files_kit import COLUMNS, HEADER, NOON, ROW, Desk, commit, put, run, source

AT = "2026-05-04T09:00:00Z"
SECOND = timedelta(seconds=1)


def many(count: int) -> str:
    """A table of so many posts."""
    return HEADER + "".join(f"{n},{AT},post {n}\n" for n in range(count))


def test_the_source_is_found_by_its_kind() -> None:
    assert source_kinds()["files"] is Source
    assert Source.summary


def test_reading_again_hands_over_nothing(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW)
    desk, made = Desk(), source(tmp_path)
    assert len(run(made, desk).records) == 1
    assert run(made, desk).batches == []
    assert run(source(tmp_path), desk).batches == []


def test_a_file_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW)
    desk = Desk()
    run(source(tmp_path), desk)
    (tmp_path / "posts.csv").rename(tmp_path / "renamed.csv")
    assert run(source(tmp_path), desk).batches == []
    put(tmp_path / "renamed.csv", HEADER + ROW + ROW)
    assert len(run(source(tmp_path), desk).records) == 2


def test_a_changed_mapping_reads_the_file_again(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW)
    desk = Desk()
    run(source(tmp_path), desk)
    [mention] = run(source(tmp_path, columns={**COLUMNS, "author_name": "post"}), desk).records
    assert mention.author_name == "good morning"


def test_known_files_are_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW)
    desk, made = Desk(), source(tmp_path)
    run(made, desk)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(Path, "open", refuse)
    assert run(made, desk).batches == []


def test_a_fresh_file_waits_for_a_second_look(tmp_path: Path) -> None:
    path = put(tmp_path / "posts.csv", HEADER + ROW, age=9 * SECOND)
    desk, made = Desk(), source(tmp_path)
    assert run(made, desk).waiting == ["posts.csv is still being written"]
    put(path, HEADER + ROW + ROW, age=8 * SECOND)
    assert run(made, desk).waiting == ["posts.csv is still being written"]
    assert len(run(made, desk).records) == 2


def test_a_file_nobody_touched_for_ten_seconds_is_read_at_once(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW, age=10 * SECOND)
    assert len(run(source(tmp_path)).records) == 1


def test_a_file_from_the_future_waits_for_a_second_look(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW, age=-timedelta(days=1))
    made = source(tmp_path)
    assert run(made).waiting
    assert len(run(made).records) == 1


@pytest.mark.parametrize(
    "name", ["posts.csv.part", "posts.csv.tmp", "a.crdownload", "~$posts.csv", ".posts.csv", "posts.csv~"]
)
def test_temporary_names_are_not_seen(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, HEADER + ROW)
    assert run(source(tmp_path)).notes == [f"no file matches * (looked in {tmp_path})"]


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    made = source(tmp_path, "in/*.csv")
    assert made.check(Desk()).state == "misconfigured"
    assert run(made).notes == [made.check(Desk()).sentence] == [f"no file matches in/*.csv (looked in {tmp_path})"]


def test_a_file_that_grows_while_it_is_read_is_not_taken_for_whole(tmp_path: Path) -> None:
    path = put(tmp_path / "posts.csv", many(12_000))
    desk, made = Desk(), source(tmp_path)
    batches = made.read(desk, None, NOON)
    first = next(batches)
    put(path, many(12_001), age=timedelta(minutes=1))
    came = commit(itertools.chain([first], batches), desk)
    assert came.waiting == ["posts.csv is still being written"]
    assert desk.receipts == set()
    assert run(made, desk).waiting
    assert len(run(made, desk).records) == 12_001


def test_a_run_killed_between_batches_goes_on_from_there(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", many(12_000))
    whole = run(source(tmp_path))
    assert [batch.raw for batch in whole.batches] == [5_000, 5_000, 2_000]
    assert [bool(batch.receipts) for batch in whole.batches] == [False, False, True]
    shares = [batch.done_share or 0 for batch in whole.batches]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    for killed_after in (1, 2):
        desk = Desk()
        before = commit(itertools.islice(source(tmp_path).read(desk, None, NOON), killed_after), desk)
        after = run(source(tmp_path), desk, before.batches[-1].cursor)
        assert before.records + after.records == whole.records


@pytest.mark.parametrize(
    "cursor", [{"v": 9, "rows": 3}, {"v": 1, "receipt": "other", "rows": 5}, {"v": 1, "rows": "x"}, {}]
)
def test_a_cursor_of_something_else_starts_the_file_again(tmp_path: Path, cursor: dict[str, object]) -> None:
    put(tmp_path / "posts.csv", many(7))
    assert len(run(source(tmp_path), cursor=cursor).records) == 7


def test_files_come_in_the_order_they_were_written(tmp_path: Path) -> None:
    for name, hours in (("b.csv", 1), ("c.csv", 3), ("a.csv", 1)):
        put(tmp_path / name, f"{HEADER}{name[0]},{AT},x\n", age=timedelta(hours=hours))
    assert [mention.item_id for mention in run(source(tmp_path)).records] == ["forum:c", "forum:a", "forum:b"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("posts.csv.gz", gzip.compress(many(3_000).encode())[:-40]),
        ("posts.json", b'[{"id": 1, "at": "2026-05-04T09:00Z", "post": "x"}, {"id"'),
        ("posts.json", b'{"rows": [{"id": 1, "at": "2026-05-04T09:00Z", "post": "x"}'),
        ("posts.parquet", b"PAR1 cut short"),
        ("posts.xlsx", b"PK\x03\x04 cut short"),
    ],
)
def test_a_file_that_breaks_off_waits_and_is_then_refused_once(tmp_path: Path, name: str, content: bytes) -> None:
    put(tmp_path / name, content, age=timedelta(minutes=9))
    desk, made = Desk(), source(tmp_path)
    assert run(made, desk).refused == []
    assert name in run(made, desk).waiting[0]
    desk.moment += timedelta(minutes=2)
    [refused] = run(made, desk).refused
    assert (refused.reason, refused.file, refused.line) == ("damaged_file", name, None)
    assert run(made, desk).batches == []


def test_an_empty_file_is_noted_once(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", b"")
    desk = Desk()
    assert run(source(tmp_path), desk).notes == ["posts.csv is empty"]
    assert run(source(tmp_path), desk).batches == []


def test_an_empty_file_that_fills_up_is_not_taken_for_empty(tmp_path: Path) -> None:
    path = put(tmp_path / "posts.csv", b"")
    put(tmp_path / "older.csv", HEADER, age=timedelta(hours=2))
    desk, made = Desk(), source(tmp_path)
    batches = made.read(desk, None, NOON)
    first = next(batches)
    put(path, HEADER + ROW, age=timedelta(minutes=1))
    assert commit(itertools.chain([first], batches), desk).waiting == ["posts.csv is still being written"]
    run(made, desk)
    assert len(run(made, desk).records) == 1


def test_a_file_that_may_not_be_read_is_a_source_that_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(SourceDown, match=r"posts\.csv cannot be read: Permission denied"):
        run(source(tmp_path))


def test_twenty_rows_can_be_had_without_taking_the_rest(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", many(20_000))
    batches: Iterator[object] = source(tmp_path).read(Desk(), None, NOON)
    first = next(batches)
    assert getattr(first, "raw", 0) == 5_000


def test_memory_stays_flat_over_a_big_file(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + "".join(f"{n},{AT},{'long post ' * 40}\n" for n in range(60_000)))
    tracemalloc.start()
    total = 0
    for batch in source(tmp_path).read(Desk(), None, NOON):
        total += batch.raw
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 60_000
    assert peak < 30e6, "25 MB of posts passed through; no more than a few batches may be held"


def test_the_clock_is_the_one_that_is_lent(tmp_path: Path) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=NOON.tzinfo)
    put(tmp_path / "posts.csv", f"{HEADER}1,2000-12-31T00:00Z,x\n2,2026-05-04T00:00Z,y\n", now=long_ago)
    came = run(source(tmp_path), Desk(long_ago))
    assert [mention.item_id for mention in came.records] == ["forum:1"]
    assert came.reasons == ["impossible_date"]
