"""Promises about damage: it is named, the rest is kept, and nothing disappears in silence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.files import damage
from connectors.files.problems import REASONS
from tests.connectors.files_kit import COLUMNS, HEADER, ROW, Came, read_text

AT = "2026-05-04T09:00:00Z"


def posts(came: Came) -> list[str]:
    return [mention.text for mention in came.records]


@pytest.mark.parametrize("lost", ["5.70306E+17", "5,70306E+17", "5.69368160291463e+17", "569368160291463000.0"])
def test_an_id_that_became_a_number_is_refused_with_its_repair(tmp_path: Path, lost: str) -> None:
    came = read_text(tmp_path, f'author,at,post,id\nann,{AT},hi,"{lost}"\nann,{AT},ho,8\n')
    assert came.reasons == ["id_lost_digits"]
    assert 'item_id = { hash = ["author", "at", "post"] }' in came.refused[0].sentence
    assert posts(came) == ["ho"]


@pytest.mark.parametrize("real", ["5E17", "12e5a", "1E", "0x1E+17", "t3_1e9"])
def test_an_id_that_only_looks_odd_is_kept(tmp_path: Path, real: str) -> None:
    expected = [] if damage.lost_digits(real) else [f"forum:{real}"]
    assert [mention.item_id for mention in read_text(tmp_path, f"{HEADER}{real},{AT},hi\n").records] == expected


def long_ids(rounded: int, whole: int) -> str:
    ids = [f"5693681602914{n:02}000" for n in range(rounded)] + [f"56936816029146{n:02}17" for n in range(whole)]
    return HEADER + "".join(f"{n},{AT},hi\n" for n in ids)


def test_ids_rounded_by_a_spreadsheet_are_told_from_chance_by_the_whole_file(tmp_path: Path) -> None:
    assert read_text(tmp_path, long_ids(rounded=20, whole=2)).reasons == ["id_lost_digits"] * 20
    assert read_text(tmp_path, long_ids(rounded=2, whole=18)).reasons == []
    assert read_text(tmp_path, long_ids(rounded=2, whole=0)).reasons == []


def test_the_spreadsheets_guard_is_taken_off_and_counted(tmp_path: Path) -> None:
    came = read_text(tmp_path, f"{HEADER}1,{AT},=@desk hello\n2,{AT},=SUM of all fears\n3,{AT},#NAME?\n")
    assert posts(came) == ["@desk hello", "=SUM of all fears"]
    assert came.notes == [
        'posts.csv: 1 row of column "post" with the "=" a spreadsheet puts before @, + and -: taken off again'
    ]
    assert came.reasons == ["formula_error"]


def test_a_web_page_is_not_a_table(tmp_path: Path) -> None:
    came = read_text(tmp_path, "\n <!DOCTYPE html><html><body>Please sign in</body></html>")
    [refused] = came.refused
    assert (refused.reason, refused.line) == ("not_a_table", None)
    assert "this is a web page, not a table" in refused.sentence
    assert "Please sign in" in refused.raw
    assert came.batches[-1].receipts


def test_a_workbook_named_csv_is_named(tmp_path: Path) -> None:
    assert "Excel workbook" in read_text(tmp_path, b"PK\x03\x04 and so on").refused[0].sentence


def test_cells_too_many_or_too_few_are_refused_where_they_stand(tmp_path: Path) -> None:
    came = read_text(tmp_path, f"{HEADER}1,{AT}\n{ROW}2,{AT},a,b\n3,{AT},fine,,\n\n,,\n")
    assert [(refused.line, refused.reason) for refused in came.refused] == [(2, "wrong_columns"), (4, "wrong_columns")]
    assert came.refused[1].raw == f"2,{AT},a,b"
    assert posts(came) == ["good morning", "fine"]
    assert came.batches[-1].filtered == 1


def test_a_quotation_mark_never_closed_swallows_no_row(tmp_path: Path) -> None:
    rows = "".join(f"{n},{AT},fine\n" for n in range(50))
    came = read_text(tmp_path, f'{HEADER}99,{AT},"never closed\n{rows}')
    assert len(came.records) == 50
    assert [(refused.line, refused.reason) for refused in came.refused] == [(2, "open_quote")]


def test_two_quotation_marks_astray_swallow_no_row(tmp_path: Path) -> None:
    rows = "".join(f"{n},{AT},fine\n" for n in range(5))
    came = read_text(tmp_path, f'{HEADER}98,{AT},"astray\n{rows}99,{AT},"quoted, with a comma"\n{rows}')
    assert posts(came) == ["fine"] * 5 + ["quoted, with a comma"] + ["fine"] * 5
    assert [refused.line for refused in came.refused] == [2]


def test_stray_quotation_marks_inside_a_row_are_read_as_they_stand(tmp_path: Path) -> None:
    came = read_text(tmp_path, f'{HEADER}1,{AT},a 5" screen\n2,{AT},"late" again\n')
    assert posts(came) == ['a 5" screen', "late again"]
    assert came.notes == ["posts.csv: 1 row with stray quotation marks: read as they stand"]


HOSTILE = {
    "script": "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "right to left": "\u202eevil\u202c שלום \u200f",
    "long": "x" * 10_000,
    "emoji": "👩‍👩‍👧 ﷽ Z͑ͫ̓ͪ̂",
    "formula": '=cmd|"/c calc"!A1',
    "sql": "'); drop table mentions; --",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_hostile_text_is_text(tmp_path: Path, text: str, form: str) -> None:
    if form == "csv":
        content = io.StringIO()
        csv.writer(content).writerows([["id", "at", "post"], ["1", AT, text]])
        came = read_text(tmp_path, content.getvalue())
    else:
        came = read_text(tmp_path, json.dumps({"id": 1, "at": AT, "post": text}), "posts.jsonl")
    assert posts(came) == [text]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("posts.csv", f"{HEADER}1,{AT},nul \0 here\n{ROW}", "bad_text"),
        ("posts.jsonl", f'{{"id":1,"at":"{AT}","post":"half \\ud83d"}}\n{{"id":2,"at":"{AT}","post":"x"}}', "bad_text"),
        ("posts.jsonl", f'{{"id":1,"at":"{AT}","post":"nul \\u0000"}}\n{{"id":2,"at":"{AT}","post":"x"}}', "bad_text"),
        ("posts.jsonl", f'{{"id":1,"at":"{AT}","post":"cut\n{{"id":2,"at":"{AT}","post":"x"}}', "broken_json"),
        ("posts.jsonl", f'[1, 2]\n{{"id":2,"at":"{AT}","post":"x"}}', "broken_json"),
        ("posts.jsonl", "[" * 5_000 + f'\n{{"id":2,"at":"{AT}","post":"x"}}', "broken_json"),
        ("posts.csv", f"{HEADER}1,{AT},{'y' * 100_001}\n{ROW}", "text_too_long"),
        ("posts.csv", f"{HEADER}1,{AT},{'y' * 200_000}\n{ROW}", "text_too_long"),
        ("posts.csv", f"{HEADER}1,{AT},   \n{ROW}", "missing_text"),
        ("posts.csv", f"{HEADER},{AT},x\n{ROW}", "missing_id"),
    ],
)
def test_one_bad_row_is_refused_and_the_next_is_read(tmp_path: Path, name: str, content: str, reason: str) -> None:
    came = read_text(tmp_path, content, name)
    assert came.reasons == [reason]
    assert len(came.records) == 1
    [refused] = came.refused
    assert len(refused.raw.encode()) <= 64_000
    assert "\0" not in refused.raw
    assert refused.line == (1 if name == "posts.jsonl" else 2)
    assert reason in REASONS


def test_a_refused_row_keeps_its_id_where_it_has_one(tmp_path: Path) -> None:
    assert read_text(tmp_path, f"{HEADER}41,{AT},\n").refused[0].native_id == "41"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_byte_order_mark_is_understood(tmp_path: Path, encoding: str) -> None:
    bom = "\ufeff" if encoding == "utf-16-le" else ""
    assert posts(read_text(tmp_path, (bom + HEADER + f"1,{AT},Zürich 🛫\n").encode(encoding))) == ["Zürich 🛫"]


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    came = read_text(tmp_path, f"{HEADER}1,{AT},caf\xe9 \x80 \x81\n".encode("latin-1"))
    assert posts(came) == ["café € \x81"]
    assert came.notes == ['posts.csv is not UTF-8; read as Windows-1252; set encoding = "..." to choose another']


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    assert posts(read_text(tmp_path, f"{HEADER}1,{AT},遅れ\n".encode("shift_jis"), encoding="shift_jis")) == ["遅れ"]


def test_a_line_of_another_encoding_is_refused_and_a_cut_character_is_marked(tmp_path: Path) -> None:
    good = "".join(f"{n},{AT},señor\n" for n in range(3)).encode()
    foreign, cut = f"8,{AT},caf\xe9 now\n".encode("latin-1"), f"9,{AT},sad ".encode() + b"\xf0\x9f\x98 now\n"
    came = read_text(tmp_path, HEADER.encode() + good + foreign + cut)
    assert posts(came) == ["señor"] * 3 + ["sad \ufffd now"]
    assert [(refused.line, refused.reason) for refused in came.refused] == [(5, "wrong_encoding")]
    assert came.refused[0].raw == rf"8,{AT},caf\xe9 now"
    assert came.notes == ["posts.csv: 1 row with a character that lost its end: \ufffd stands in its place"]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(CELL, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]), st.sampled_from(",;\t|"))
def test_what_a_csv_writer_wrote_comes_back_with_its_line(
    tmp_path: Path, texts: list[str], ending: str, delimiter: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ending, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "at", "post"])
    lines = []
    for number, text in enumerate(texts):
        lines.append(len(io.StringIO(out.getvalue(), newline="").readlines()) + 1)
        writer.writerow([number, AT, text])
    came = read_text(tmp_path, out.getvalue())
    kept = {int(mention.item_id.partition(":")[2]): mention.text for mention in came.records}
    refused = {refused.line for refused in came.refused}
    for number, text in enumerate(texts):
        if number in kept:
            assert kept[number] == damage.unguarded(text)
        else:
            assert not text.strip() or text.strip() in damage.FORMULA_ERRORS
            assert lines[number] in refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_whatever_crash_or_get_lost(tmp_path: Path, noise: bytes) -> None:
    came = read_text(tmp_path, HEADER.encode() + ROW.encode() + noise)
    assert came.batches[-1].receipts
    for refused in came.refused:
        assert refused.reason in REASONS
        refused.raw.encode()
    for mention in came.records:
        mention.text.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_no_json_value_whatever_crashes(tmp_path: Path, value: object) -> None:
    columns = {**COLUMNS, "brand": "b", "reach_count": "b", "edited_at": "b", "is_drill": "b", "url": "b.c"}
    rows = [{"id": 1, "at": AT, "post": "x", "b": value}, {"id": value, "at": value, "post": value}]
    came = read_text(tmp_path, "\n".join(map(json.dumps, rows)), "posts.jsonl", columns=columns)
    assert len(came.records) + len(came.refused) == 2
    assert all(refused.reason in REASONS for refused in came.refused)
