"""Promises about refused rows tried again: the same rows of the same files, and never another one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.contract import Batch
from connectors.files.problems import REASONS
from connectors.records import Refused
from connectors.sources.files import Source
from tests.connectors.files_kit import COLUMNS, HEADER, Desk, put, run, source

AT = "2026-05-04T09:00:00Z"
LOCAL = "2026-05-04T09:00:00"
BERLIN = {**COLUMNS, "published_at": {"from": "at", "timezone": "Europe/Berlin"}}
TABLE = f'{HEADER}1,{AT},fine\n2,{LOCAL},"two\nlines"\n3,{AT},\n4,{LOCAL},four\n'


def redriven(made: Source, refused: Sequence[Refused]) -> Batch:
    """What becomes of refused rows; nothing of them is lost."""
    batch = made.redrive(Desk(), refused)
    assert batch.raw == len(refused) == len(batch.records) + len(batch.refused) + batch.filtered
    assert all(one.reason in REASONS for one in batch.refused)
    return batch


def texts(batch: Batch) -> list[str]:
    return [getattr(record, "text", "") for record in batch.records]


def test_a_mended_mapping_takes_exactly_the_refused_rows_in(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", TABLE)
    refused = run(source(tmp_path)).refused
    assert [(one.line, one.reason) for one in refused] == [
        (3, "time_without_zone"),
        (5, "missing_text"),
        (6, "time_without_zone"),
    ]
    batch = redriven(source(tmp_path, columns=BERLIN), refused)
    assert texts(batch) == ["two\nlines", "four"]
    assert list(batch.refused) == [refused[1]], "still without a text: the same refusal as before"
    assert texts(redriven(source(tmp_path, columns=BERLIN), refused[2:])) == ["four"]


def test_with_the_same_mapping_the_same_rows_are_refused_again(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", TABLE)
    refused = run(source(tmp_path)).refused
    assert list(redriven(source(tmp_path), refused).refused) == refused


def test_a_file_that_is_gone_leaves_its_rows_refused_and_says_so(tmp_path: Path) -> None:
    path = put(tmp_path / "posts.csv", TABLE)
    refused = run(source(tmp_path)).refused
    path.unlink()
    batch = redriven(source(tmp_path, columns=BERLIN), refused)
    assert [(one.reason, one.line, one.raw) for one in batch.refused] == [
        (one.reason, one.line, one.raw) for one in refused
    ]
    assert {one.sentence.partition(",")[0] for one in batch.refused} == {"posts.csv is no longer there"}


def test_a_line_that_is_another_row_now_is_not_taken_for_the_refused_one(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", TABLE)
    refused = run(source(tmp_path)).refused
    put(tmp_path / "posts.csv", TABLE.replace("four", "five"), age=timedelta(minutes=30))
    batch = redriven(source(tmp_path, columns=BERLIN), refused)
    assert texts(batch) == ["two\nlines"]
    changed = [one for one in batch.refused if one.line == 6]
    assert [one.reason for one in changed] == ["time_without_zone"]
    assert "posts.csv has changed and another row stands there now" in changed[0].sentence


def test_of_two_refusals_of_one_line_the_one_that_still_stands_there_is_read(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", f"{HEADER}1,{LOCAL},old\n")
    old = run(source(tmp_path)).refused
    put(tmp_path / "posts.csv", f"{HEADER}1,{LOCAL},new\n")
    new = run(source(tmp_path)).refused
    for order in ([*old, *new], [*new, *old]):
        batch = redriven(source(tmp_path, columns=BERLIN), order)
        assert (texts(batch), [one.raw for one in batch.refused]) == (["new"], [old[0].raw])


def test_a_row_a_filter_leaves_out_now_is_refused_no_longer(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", TABLE)
    refused = run(source(tmp_path)).refused
    batch = redriven(source(tmp_path, columns=BERLIN, skip={"post": [""]}), refused)
    assert (texts(batch), batch.filtered, batch.refused) == (["two\nlines", "four"], 1, ())


def test_rows_on_one_line_of_a_document_are_told_apart(tmp_path: Path) -> None:
    rows = [{"id": n, "at": LOCAL if n % 3 == 0 else AT, "post": f"post {n}"} for n in range(9)]
    put(tmp_path / "posts.json", json.dumps(rows))
    refused = run(source(tmp_path)).refused
    assert {one.line for one in refused} == {1}
    assert texts(redriven(source(tmp_path, columns=BERLIN), refused)) == ["post 0", "post 3", "post 6"]


def test_a_typed_row_is_known_though_another_mapping_reads_other_columns(tmp_path: Path) -> None:
    rows = [{"id": str(n), "at": LOCAL, "post": f"post {n}", "who": f"ann {n}"} for n in range(3)]
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    put(path, path.read_bytes())
    refused = run(source(tmp_path)).refused
    batch = redriven(source(tmp_path, columns={**BERLIN, "author_name": "who"}), refused[1:])
    assert [getattr(record, "author_name", "") for record in batch.records] == ["ann 1", "ann 2"]


def test_a_file_refused_whole_is_settled_when_it_can_be_read(tmp_path: Path) -> None:
    put(tmp_path / "posts.txt", HEADER + f"1,{AT},x\n")
    refused = run(source(tmp_path)).refused
    assert [one.reason for one in refused] == ["unknown_format"]
    assert "names no format" in redriven(source(tmp_path), refused).refused[0].sentence
    batch = redriven(source(tmp_path, format="csv"), refused)
    assert (batch.filtered, batch.records, batch.notes) == (1, (), ("posts.txt can be read as a whole now",))


def test_a_mapping_that_does_not_fit_the_file_is_said_of_each_row(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", TABLE)
    refused = run(source(tmp_path)).refused
    batch = redriven(source(tmp_path, columns={**BERLIN, "author_name": "pst"}), refused)
    assert len(batch.refused) == len(refused)
    assert all('"pst" is not in posts.csv; nearest is "post"' in one.sentence for one in batch.refused)


def test_events_are_redriven_like_posts(tmp_path: Path) -> None:
    put(tmp_path / "log.csv", f"no,at\n1,{LOCAL}\n2,{AT}\n")
    words: dict[str, Any] = {"records": "case_events", "defaults": {"platform": "desk", "kind": "resolved"}}
    refused = run(source(tmp_path, columns={"case_id": "no", "happened_at": "at"}, **words)).refused
    at = {"from": "at", "timezone": "UTC"}
    batch = redriven(source(tmp_path, columns={"case_id": "no", "happened_at": at}, **words), refused)
    assert [getattr(record, "case_id", "") for record in batch.records] == ["desk:1"]
