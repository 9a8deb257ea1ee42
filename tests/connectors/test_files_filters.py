"""Promises about which rows are taken, and about columns that are hard to reach."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Misconfigured
from tests.connectors.files_kit import COLUMNS, HEADER, ROW, Came, Desk, put, read_text, run, source

AT = "2026-05-04T09:00:00Z"
NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
CASE = {"case_id": "no", "opened_at": "at"}
EVENT = {"case_id": "no", "happened_at": "at"}
MESSAGE = {"platform": "desk", "kind": "message"}


def cases(tmp_path: Path, content: str, columns: dict[str, Any], **options: Any) -> Came:
    words = {"defaults": {"platform": "desk"}, **options}
    return read_text(tmp_path, content, records="cases", columns={**CASE, **columns}, **words)


def events(tmp_path: Path, content: str, columns: dict[str, Any], name: str = "posts.csv", **options: Any) -> Came:
    words = {"defaults": MESSAGE, **options}
    return read_text(tmp_path, content, name, records="case_events", columns={**EVENT, **columns}, **words)


def test_only_and_skip_leave_rows_out_and_say_how_many(tmp_path: Path) -> None:
    rows = "".join(f"{n},{AT},{state},{side}\n" for n, state, side in [
        (1, "open", "in"), (2, " ? ", "in"), (3, "", "in"), (4, "open", "out"), (5, "done", " in "),
    ])  # fmt: skip
    words: dict[str, Any] = {"only": {"side": ["in"]}, "skip": {"state": ["?", ""]}}
    came = cases(tmp_path, "no,at,state,side\n" + rows, {}, **words)
    assert [found.case_id for found in came.records] == ["desk:1", "desk:5"]
    [batch] = came.batches
    assert (batch.raw, batch.filtered, came.refused) == (5, 3, [])
    assert came.notes == ["posts.csv: 2 rows left out by skip.state", "posts.csv: 1 row left out by only.side"]


def test_a_row_that_is_left_out_is_not_refused_for_what_it_lacks(tmp_path: Path) -> None:
    came = read_text(tmp_path, f"{HEADER}1,,\n{ROW}", columns=COLUMNS, skip={"post": [""]})
    assert (len(came.records), came.refused) == (1, [])


def test_a_filter_that_leaves_out_nothing_says_so(tmp_path: Path) -> None:
    assert cases(tmp_path, f"no,at\n1,{AT}\n", {}, skip={"no": ["?"]}).notes == [
        "posts.csv: 0 rows left out by skip.no"
    ]


def test_filters_reach_into_json_and_see_what_is_missing_as_empty(tmp_path: Path) -> None:
    lines = [
        {"no": 1, "at": AT, "who": {"bot": True}},
        {"no": 2, "at": AT, "who": {"bot": False}},
        {"no": 3, "at": AT},
    ]
    content = "\n".join(map(json.dumps, lines))
    words: dict[str, Any] = {"records": "cases", "columns": CASE, "defaults": {"platform": "d"}}
    came = read_text(tmp_path, content, "a.jsonl", **words, skip={"who.bot": ["true"]})
    assert [found.case_id for found in came.records] == ["d:2", "d:3"]
    came = read_text(tmp_path, content, "b.jsonl", **words, only={"who": [""]})
    assert [found.case_id for found in came.records] == ["d:3"]


def test_a_filter_on_a_column_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r'"stat" is not in posts\.csv; nearest is "state"'):
        cases(tmp_path, f"no,at,state\n1,{AT},x\n", {}, skip={"stat": ["?"]})


def test_a_changed_filter_reads_the_file_again(tmp_path: Path) -> None:
    put(tmp_path / "posts.csv", HEADER + ROW)
    desk = Desk()
    assert len(run(source(tmp_path), desk).records) == 1
    assert run(source(tmp_path, skip={"post": ["good morning"]}), desk).batches[0].filtered == 1


def test_the_second_column_of_one_name_can_be_had(tmp_path: Path) -> None:
    content = f"no,at,kind,kind\n1,{AT},network,wifi\n"
    came = cases(tmp_path, content, {"track": "kind", "unit": "kind#2"})
    assert [(found.track, found.unit) for found in came.records] == [("network", "wifi")]
    assert came.notes == ['posts.csv: the header has "kind" more than once: a later one is called kind#2']


@pytest.mark.parametrize("cell", ["{'id': 42, 'when': '2026-05-04T09:00:00Z', 'in': {'n': 'd\\'or'}}", None])
def test_an_object_inside_a_cell_can_be_reached_into(tmp_path: Path, cell: str | None) -> None:
    text = cell or json.dumps({"id": 42, "when": AT, "in": {"n": "d'or"}})
    rows = "".join(f'{n},"{c}"\n' for n, c in enumerate([text.replace('"', '""'), "", "{'id': ", "[1", "{}"]))
    columns = {"case_id": "no", "happened_at": "reply.when", "event_id": "reply.id", "actor": "reply.in.n"}
    came = events(tmp_path, "no,reply\n" + rows, columns)
    assert [(found.event_id, found.actor, found.happened_at) for found in came.records] == [("42", "d'or", NINE)]
    assert came.reasons == ["missing_time"] * 4


def test_a_nul_inside_a_cells_object_is_refused_and_hostile_nesting_is_unknown(tmp_path: Path) -> None:
    hostile = "{'a': " + "-" * 50_000 + "1}"
    content = f'no,at,o\n1,{AT},"{{""a"": ""x\\u0000""}}"\n2,{AT},"{hostile}"\n3,{AT},"{"[" * 50_000}"\n'
    came = events(tmp_path, content, {"actor": "o.a"})
    assert came.reasons == ["bad_text"]
    assert [(found.case_id, found.actor) for found in came.records] == [("desk:2", None), ("desk:3", None)]
