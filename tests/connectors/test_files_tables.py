"""Promises about formats: the same posts come out of every one of them."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.contract import Batch, Misconfigured
from tests.connectors.files_kit import COLUMNS, HEADER, NOON, ROW, Came, Desk, put, read_text, run, source

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ISO = "2026-05-04T09:00:00Z"
POSTS = [("8000000000000000001", 'first, "quoted"\nline'), ("8000000000000000002", "zweite ÄÖ 🛫")]


def written(tmp_path: Path, form: str) -> Path:
    """The posts in one format."""
    path = tmp_path / f"posts.{form}"
    rows = [{"id": int(native), "at": ISO, "post": text} for native, text in POSTS]
    quoted = [[native, ISO, '"' + text.replace('"', '""') + '"'] for native, text in POSTS]
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in [["id", "at", "post"], *([native, ISO, text] for native, text in POSTS)]:
            book.active.append(row)  # type: ignore[union-attr]
        book.save(path)
    elif form == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif form.startswith("json"):
        text = json.dumps(rows) if form == "json" else "\n".join(map(json.dumps, rows))
        path.write_bytes(gzip.compress(text.encode()) if form.endswith("gz") else text.encode())
    else:
        mark = "\t" if form == "tsv" else ","
        text = "\n".join([mark.join(["id", "at", "post"]), *map(mark.join, quoted)])
        path.write_bytes(gzip.compress(text.encode()) if form.endswith("gz") else text.encode())
    return put(path, path.read_bytes())


@pytest.mark.parametrize("form", ["csv", "csv.gz", "tsv", "json", "jsonl", "jsonl.gz", "parquet", "xlsx"])
def test_the_same_posts_come_out_of_every_format(tmp_path: Path, form: str) -> None:
    written(tmp_path, form)
    came = run(source(tmp_path))
    assert [(mention.item_id, mention.text) for mention in came.records] == [(f"forum:{n}", text) for n, text in POSTS]
    assert {mention.published_at for mention in came.records} == {AT}
    assert came.refused == []
    assert came.batches[-1].done_share == 1.0


def workbook(path: Path, *rows: list[object], title: str = "Sheet") -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return put(path, path.read_bytes())


def test_a_workbooks_dates_are_dates_and_its_rounded_ids_are_lost(tmp_path: Path) -> None:
    at = datetime(2026, 5, 4, 11, 0, 1)  # noqa: DTZ001 - a workbook knows no zones
    workbook(
        tmp_path / "a.xlsx",
        ["id", "at", "post"],
        [1, at, "one"],
        [5.69368160291463e17, at, "two"],
        [None, None],
        [3, at, "x"],
    )
    came = run(source(tmp_path, columns={**COLUMNS, "published_at": {"from": "at", "timezone": "Europe/Berlin"}}))
    assert [(mention.item_id, mention.published_at.isoformat()) for mention in came.records] == [
        ("forum:1", "2026-05-04T09:00:01+00:00"),
        ("forum:3", "2026-05-04T09:00:01+00:00"),
    ]
    assert [(refused.reason, refused.line) for refused in came.refused] == [("id_lost_digits", 3)]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", ["id", "at", "post"], [1, ISO, "one"], title="May")
    assert len(run(source(tmp_path, sheet="May")).records) == 1
    with pytest.raises(Misconfigured, match=r'sheet "Mai" is not in a\.xlsx; nearest is "May"'):
        run(source(tmp_path, sheet="Mai"))


def test_parquet_keeps_types_lists_and_nesting(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "at": AT, "post": "x", "about": ["United", "Delta"], "user": {"name": "ann", "followers": 12}},
        {"id": "b", "at": AT, "post": None, "about": None, "user": None},
    ]
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    put(path, path.read_bytes())
    extra = {"brand": "about", "author_name": "user.name", "author_followers_count": "user.followers"}
    came = run(source(tmp_path, columns={**COLUMNS, **extra}))
    [mention] = came.records
    assert (mention.brands, mention.author_name, mention.author_followers_count) == (("United", "Delta"), "ann", 12)
    assert (mention.published_at, came.reasons, came.refused[0].line) == (AT, ["missing_text"], 2)


def nested(tmp_path: Path, content: object, name: str = "posts.json") -> Came:
    columns = {"item_id": "data.id", "published_at": {"from": "data.at", "format": "epoch"}, "text": "data.post"}
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    return read_text(tmp_path, text, name, columns=columns)


def test_json_paths_reach_inside_and_a_wrapped_list_is_found(tmp_path: Path) -> None:
    record = {"data": {"id": 9, "at": 1777885200.0, "post": "x"}}
    for content in ([record], {"meta": {"n": [1]}, "children": [record], "more": None}):
        [mention] = nested(tmp_path, content).records
        assert (mention.item_id, mention.published_at) == ("forum:9", AT)


def test_a_json_row_is_refused_on_its_line(tmp_path: Path) -> None:
    came = nested(tmp_path, '[\n{"data": {"id": 1, "at": 1777885200, "post": "x"}},\n\n{"data": {"id": 2}},\n7]')
    assert [(refused.line, refused.reason) for refused in came.refused] == [(4, "missing_time"), (5, "broken_json")]
    assert came.refused[0].raw == '{"data": {"id": 2}}'


def test_an_object_without_a_list_is_no_table(tmp_path: Path) -> None:
    assert nested(tmp_path, {"error": "sign in"}).reasons == ["not_a_table"]
    assert nested(tmp_path, "hello").reasons == ["not_a_table"]


def test_a_big_id_in_json_keeps_every_digit(tmp_path: Path) -> None:
    came = read_text(tmp_path, f'{{"id":123456789012345678901,"at":"{ISO}","post":"x"}}', "posts.jsonl")
    assert came.records[0].item_id == "forum:123456789012345678901"


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl"])
def test_a_column_that_is_not_there_is_named_with_the_nearest_one(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, form)
    with pytest.raises(Misconfigured, match=rf'"posts" is .*{path.name}; nearest is "post"'):
        run(source(tmp_path, columns={**COLUMNS, "text": "posts"}))
    assert source(tmp_path, columns={**COLUMNS, "text": "posts"}).check(Desk()).state == "misconfigured"


def test_a_file_with_wrong_columns_does_not_hold_up_the_others(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", "who,what\n1,2\n")
    put(tmp_path / "b.csv", HEADER + ROW)
    taken: list[Batch] = []
    with pytest.raises(Misconfigured, match=r"a\.csv"):
        taken.extend(source(tmp_path).read(Desk(), None, NOON))
    assert [len(batch.records) for batch in taken] == [1]


def test_an_unknown_ending_is_refused_unless_the_format_is_given(tmp_path: Path) -> None:
    assert read_text(tmp_path, HEADER + ROW, "posts.txt").reasons == ["unknown_format"]
    assert len(read_text(tmp_path, HEADER + ROW, "posts.txt", format="csv").records) == 1


def test_check_counts_what_is_there(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", HEADER + ROW * 3)
    assert source(tmp_path).check(Desk()).sentence == "1 file, 3 rows in it"
    put(tmp_path / "b.csv", HEADER)
    assert source(tmp_path).check(Desk()).sentence == "2 files, 3 rows in the first"
