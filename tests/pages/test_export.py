"""The table's rows and the files: exactly what is filtered, all of it, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

import app
from callbacks import export
from callbacks.desk_rows import SORTABLE, BadRequest, rows_for
from callbacks.export import BOM, lines, safe, slices
from callbacks.hands import Hands
from layouts.desk.filters import Filters
from queries.utc import iso
from queries.wishes import NoLongerWanted, Wish
from tests.conftest import NOON, FakeClock
from tests.pages.world import FEELINGS, SECRET, World, files_source, post, site_text, steady
from tests.promises.rows import hours, segment
from tests.queries.case_rows import case, put, reply

HOSTILE = ("=aurora air|' /C calc'!A0", "\uff1daurora air", ' "+aurora air', "-2+3 aurora air", "\u200b@aurora air",
           "thanks;=aurora air", "aurora air\n=1+1", "aurora air, 'so' \"kind\" ;-)")  # fmt: skip
NEW_YORK = ZoneInfo("America/New_York")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Thirty hours of posts, some of them written to be opened in a spreadsheet, and cases about three."""
    with World(tmp_path_factory.mktemp("still"), FakeClock(), site_text(files_source())) as made:
        bad = [post(f"h{n}", NOON - HOUR, text, author="=SUM(A1:A9)") for n, text in enumerate(HOSTILE)]
        made.bring([*steady(made.clock()), *bad])
        opened = [case(f"x:c{n}", NOON - n * HOUR, item_id=f"x:s{n}", subject="@lost", known_from_at=NOON - 99 * HOUR)
                  for n in range(1, 4)]  # fmt: skip
        said = [reply("x:c1", NOON - HOUR + 5 * MINUTE, known_from_at=NOON - 99 * HOUR)]
        clocks = [segment(f"x:c{n}", NOON - n * HOUR - MINUTE, known_from_at=NOON - 99 * HOUR) for n in range(1, 4)]
        put(made.house.warehouse, cases=opened, case_events=said, calendar_hours=[hours()], clock_segments=clocks)
        yield made


@pytest.fixture
def hands(still: World) -> Hands:
    return app.hands_of(still.house, SECRET)


def got(still: World, path: str) -> TestResponse:
    return still.flask.test_client().get(path, headers={"Host": "127.0.0.1"})


def table(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    text = response.data.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


@pytest.mark.parametrize(
    "query", ["", "?sentiment=negative&platform=x", "?text=HORRIBLE&window=24h", "?language=", "?brand="]
)
def test_the_file_holds_as_many_rows_as_the_number_says(still: World, query: str) -> None:
    response = got(still, f"/export/mentions.csv{query}")
    rows = table(response)
    params = Filters.from_query(query)[0].params(NOON, NEW_YORK)
    totals = still.house.answers.ask("mention_totals", params, NOON).frame
    assert len(rows) == int(response.headers["X-Rows"]) == totals["mentions_count"].iloc[0]
    assert len({(row["item_id"], row["brand"]) for row in rows}) == len(rows)


def test_the_file_says_what_it_is(still: World) -> None:
    response = got(still, "/export/mentions.csv?since=2026-11-21&until=2026-11-21T07:00&judge=source")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = "mentions_20261121T0500Z_20261121T1200Z.csv"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    rows = table(response)
    assert list(rows[0]) == [column.name for column in still.house.answers.catalogue["mention_rows"].columns]
    times = [datetime.fromisoformat(row["published_at"]) for row in rows]
    assert {time.utcoffset() for time in times} == {timedelta(hours=-5)}, "the site's own zone"
    assert times == sorted(times, reverse=True)
    assert rows[0]["region"] == rows[0]["sentiment_label"] == "", "unknown is nothing, never 0"


def test_cases_come_as_a_file_too(still: World) -> None:
    response = got(still, "/export/cases.csv?replied=no")
    rows = table(response)
    assert [row["case_id"] for row in rows] == ["x:c2", "x:c3"]
    assert {row["subject"] for row in rows} == {"'@lost"}
    assert response.headers["X-Rows"] == "2"
    assert table(got(still, "/export/cases.csv?replied=yes"))[0]["first_response_seconds"] == "300.0"


def test_nothing_in_the_file_begins_a_formula(still: World) -> None:
    rows = [row for row in table(got(still, "/export/mentions.csv")) if row["item_id"].startswith("x:h")]
    assert {row["author_name"] for row in rows} == {"'=SUM(A1:A9)"}
    assert sorted(row["text"] for row in rows) == sorted(
        ["'=aurora air|' /C calc'!A0", "'\uff1daurora air", "' \"+aurora air", "'-2+3 aurora air",
         "'\u200b@aurora air", "thanks;'=aurora air", "aurora air\n'=1+1", "aurora air, 'so' \"kind\" ;-)"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/export/mentions.csv?sentiment=bad", 400, 'sentiment cannot be "bad"'),
        ("/export/mentions.csv?window=8d&foo=1", 400, '"foo" is not a filter'),
        ("/export/cases.csv?known_at=soon", 400, '"soon" is not a moment'),
        ("/export/people.csv", 404, 'there is no file "people.csv"'),
        ("/export/service.csv?language=de", 400, "language says nothing about service"),
        ("/export/service.csv?state=open", 400, 'state cannot be "open"'),
    ],
)
def test_half_a_filter_is_no_file(still: World, path: str, status: int, said: str) -> None:
    response = got(still, path)
    assert (response.status_code, response.mimetype) == (status, "text/plain")
    assert said in response.text


def test_a_big_file_is_written_piece_by_piece(still: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = table(got(still, "/export/mentions.csv"))
    asked: list[int] = []
    read = still.house.answers.read

    def watched(question: str, given: Any, now: datetime) -> Any:
        answer = read(question, given, now)
        asked.append(len(answer.frame))
        return answer

    monkeypatch.setattr(export, "AT_ONCE", 50)
    monkeypatch.setattr(still.house.answers, "read", watched)
    kept = dict(still.house.answers._cache.kept)  # type: ignore[attr-defined]
    assert table(got(still, "/export/mentions.csv")) == whole
    assert max(asked) <= 50
    assert still.house.answers._cache.kept == kept, "what is read once is kept nowhere"  # type: ignore[attr-defined]


STAMPS = st.lists(st.integers(0, 5000), max_size=60)


@given(STAMPS, st.integers(1, 9))
def test_slices_hold_every_row_once_and_none_is_too_big(minutes: list[int], most: int) -> None:
    stamps = [NOON + minute * MINUTE for minute in minutes]

    def count(since: datetime, until: datetime) -> int:
        return sum(since <= stamp < until for stamp in stamps)

    found = list(slices(NOON, NOON + 5001 * MINUTE, count, most))
    assert sum(rows for _, _, rows in found) == len(stamps)
    assert all(rows <= most or until - since == MINUTE for since, until, rows in found)
    assert all(rows == count(since, until) > 0 for since, until, rows in found)
    assert all(later[0] >= earlier[1] for later, earlier in pairwise(found))


PASSED = " \t\n\r\"'\u00a0\u200b\u202e\ufeff"
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b"


@given(st.text(PASSED, max_size=4), st.sampled_from(SIGNS), st.text(max_size=9))
def test_whatever_stands_before_a_sign_the_cell_is_a_text(before: str, sign: str, after: str) -> None:
    assert safe(before + sign + after).startswith("'")


@given(st.text())
@example("a - b")
@example(";-)")
@example("a\n- b")
def test_an_apostrophe_is_all_that_is_ever_added(text: str) -> None:
    made = safe(text)
    assert made.replace("'", "") == text.replace("'", "")
    first = unicodedata.normalize("NFKC", made.lstrip(PASSED)[:1])
    assert made.startswith("'") or first not in set("=+-@") or not first


def test_what_is_harmless_stays_as_it_is() -> None:
    for text in ("kind crew", "a - b = c", "https://a.example/?x=1", "see you ;-)", "2+2", "ann@example.org", ""):
        assert safe(text) == text


def test_numbers_stay_numbers_and_commas_stay_in_their_cell() -> None:
    frame = pd.DataFrame({
        "score": pd.array([-0.5, None], "Float64"), "count": pd.array([None, 7], "Int64"),
        "text": pd.array(['a,"b"\r\nc', None], "str"),
    })  # fmt: skip
    text = "".join(lines(iter([frame]), list(frame.columns), NEW_YORK))
    assert text == BOM + 'score,count,text\r\n-0.5,,"a,""b""\r\nc"\r\n,7,\r\n'


def test_the_table_gets_its_block_and_the_whole_count(hands: Hands) -> None:
    filters = Filters(window="24h", text="horrible")
    block = rows_for(hands, filters, {"startRow": 5, "endRow": 15, "sortModel": [], "filterModel": {}}, NOON)
    whole = rows_for(hands, filters, {"startRow": 0, "endRow": 1000}, NOON)
    assert block.rows == whole.rows[5:15]
    assert block.count == whole.count == len(whole.rows)
    assert block.grid() == {"rowData": block.rows, "rowCount": block.count}
    row = block.rows[0]
    assert row["published_at"].endswith("Z")
    assert row["text"] == FEELINGS[1]
    assert len({one["row_id"] for one in whole.rows}) == whole.count


def test_the_table_is_sorted_by_its_own_model_else_by_the_address(hands: Hands) -> None:
    def brands(filters: Filters, *model: dict[str, str]) -> list[str]:
        rows = rows_for(hands, filters, {"startRow": 0, "endRow": 1000, "sortModel": list(model)}, NOON).rows
        return [row["platform"] for row in rows]

    up = brands(Filters(), {"colId": "platform", "sort": "asc"})
    assert up == sorted(up)
    assert brands(Filters(sort="platform")) == up
    assert brands(Filters(sort="-platform")) == sorted(up, reverse=True)
    assert brands(Filters(sort="text")) == brands(Filters())


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"sortModel": [{"colId": "text", "sort": "asc"}]}, 'cannot be sorted by "text"; they can by published_at'),
        ({"sortModel": [{"colId": "brand; DROP TABLE mentions", "sort": "asc"}]}, "cannot be sorted by"),
        ({"sortModel": [{"colId": "brand", "sort": "up"}]}, "cannot be sorted by"),
        ({"sortModel": ["brand"]}, "cannot be sorted by"),
        ({"startRow": 10, "endRow": 10}, "rows 10 to 10 cannot be"),
        ({"startRow": "0", "endRow": 10}, "cannot be"),
        ({"startRow": 0, "endRow": 1001}, "1,001 rows are too many at once"),
        ({"filterModel": {"brand": {"type": "contains"}}}, "filter above it"),
    ],
)
def test_what_the_table_cannot_ask_is_told(hands: Hands, request_: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest, match=said.replace("(", r"\(")):
        rows_for(hands, Filters(), request_, NOON)


@pytest.mark.parametrize("view", SORTABLE)
def test_every_column_that_can_be_sorted_by_is_one_of_the_rows(hands: Hands, view: str) -> None:
    block = {"startRow": 0, "endRow": 2}
    rows = rows_for(hands, Filters(view=view), block, NOON).rows
    for column in SORTABLE[view]:
        assert column in rows[0]
        for direction in ("asc", "desc"):
            model = {**block, "sortModel": [{"colId": column, "sort": direction}]}
            assert len(rows_for(hands, Filters(view=view), model, NOON).rows) == 2


def test_blocks_seen_from_one_moment_do_not_move_when_posts_come(worlds: Callable[[str], World]) -> None:
    world = worlds(site_text(files_source()))
    world.bring(steady(NOON))
    mine = app.hands_of(world.house, SECRET)
    known = world.house.warehouse.state[1]
    first = rows_for(mine, Filters(), {"startRow": 0, "endRow": 10}, NOON, known)
    world.bring([post("late", NOON - 2 * MINUTE)], "more.csv")
    assert rows_for(mine, Filters(), {"startRow": 0, "endRow": 10}, NOON, known) == first
    assert rows_for(mine, Filters(), {"startRow": 0, "endRow": 10}, NOON).count == first.count + 1
    world.clock.move(minutes=5)
    shown = f"?now={iso(NOON)}&known_at={iso(known)}"
    assert len(table(got(world, f"/export/mentions.csv{shown}"))) == first.count, "a file holds what the page shows"
    assert len(table(got(world, "/export/mentions.csv"))) == first.count + 1


def test_rows_no_longer_wanted_are_not_fetched(hands: Hands) -> None:
    wish = Wish(0)
    wish.put_off.set_result(None)
    with pytest.raises(NoLongerWanted):
        rows_for(hands, Filters(text="never asked before"), {}, NOON, wish=wish)


def test_the_file_is_an_ordinary_one_for_pandas(still: World, tmp_path: Path) -> None:
    path = tmp_path / "mentions.csv"
    path.write_bytes(got(still, "/export/mentions.csv?window=24h").data)
    frame = pd.read_csv(path, parse_dates=["published_at"])
    assert frame.columns[0] == "item_id"
    assert str(frame["published_at"].dtype).startswith("datetime64")
