"""Real posts and cases through the desk's own questions, against counts computed independently of the product."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from app import hands_of
from callbacks.desk_rows import rows_for
from callbacks.export import Rows
from jobs.house import House
from layouts.desk.filters import Filters
from tests.jobs.sites import AIRLINE_SITE, LATE, opened

EXAMPLES = Path(__file__).resolve().parents[2] / "config" / "example"
UTC_ZONE = ZoneInfo("UTC")
FEBRUARY = Filters(since=datetime(2015, 2, 1, tzinfo=UTC), until=datetime(2015, 3, 1, tzinfo=UTC), judge="source")
EVER = Filters(since=datetime(2010, 1, 1, tzinfo=UTC), until=datetime(2019, 12, 1, tzinfo=UTC), view="cases")
"""The posts and the cases all lie in these."""


@pytest.fixture(scope="module")
def expected(data_folder: Path) -> Any:
    return json.loads((data_folder / "EXPECTED.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def air(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    path = data_folder / "mentions" / "airline_2015" / "*.csv"
    with opened(tmp_path_factory.mktemp("air"), AIRLINE_SITE.replace("PATH", str(path))) as house:
        assert house.collector.run_to_end(house.live["airline"], house.understanding).error is None
        yield house


@pytest.fixture(scope="module")
def replies(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    text = (EXAMPLES / "reply-log.toml").read_text()
    text = text.replace("data/response_pairs.csv", str(data_folder / "cases" / "twcs" / "response_pairs.csv"))
    with opened(tmp_path_factory.mktemp("replies"), text) as house:
        for source in house.live.values():
            assert house.collector.run_to_end(source, house.understanding).error is None
        yield house


def ask(house: House, question: str, given: dict[str, Any]) -> pd.DataFrame:
    return house.answers.ask(question, given, LATE).frame


def value(house: House, question: str, filters: Filters, column: str) -> Any:
    about = filters.case_params if filters.view == "cases" else filters.params
    return ask(house, question, about(LATE, UTC_ZONE))[column].iloc[0]


def test_the_totals_of_the_airlines_are_the_expected_ones(air: House, expected: Any) -> None:
    wanted = expected["airline"]
    assert value(air, "mention_totals", FEBRUARY, "mentions_count") == wanted["rows"]
    for name, count in wanted["by_airline_rows"].items():
        one = FEBRUARY.toggled("brand", name)
        assert value(air, "mention_totals", one, "mentions_count") == count
        assert value(air, "mention_rows_count", one, "mentions_count") == count
        negative = value(air, "mention_totals", one.toggled("sentiment", "negative"), "mentions_count")
        assert round(negative / count, 4) == wanted["neg_share_by_airline"][name]
    for word, count in wanted["by_sentiment_rows"].items():
        assert value(air, "mention_totals", FEBRUARY.only("sentiment", word), "mentions_count") == count


def test_each_number_of_a_breakdown_opens_its_rows(air: House, expected: Any) -> None:
    table = ask(air, "mention_breakdown", FEBRUARY.params(LATE, UTC_ZONE))
    parts = {name: part.set_index("value")["mentions_count"].to_dict() for name, part in table.groupby("dimension")}
    assert parts["brand"] == expected["airline"]["by_airline_rows"]
    assert parts["sentiment"] == expected["airline"]["by_sentiment_rows"]
    for dimension, counts in parts.items():
        for one, count in counts.items():
            block = rows_for(hands_of(air, ""), FEBRUARY.only(str(dimension), str(one)), {}, LATE)
            assert block.count == count, (dimension, one)
            assert len(block.rows) == min(count, 100)


def test_each_mark_of_the_trend_opens_its_rows(air: House, expected: Any) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    first, last = datetime(2015, 2, 16, tzinfo=zone), datetime(2015, 3, 10, tzinfo=zone)
    week = FEBRUARY.within(first, last)
    trend = ask(air, "mentions_by_edge", week.edge_params(LATE, zone))
    days = trend.groupby(["edge_at", "until_at"], as_index=False)[["mentions_count"]].sum()
    found = {}
    for row in days.to_dict("records"):
        start, end = (row[name].tz_localize("UTC") for name in ("edge_at", "until_at"))
        mark = week.within(start, end)
        assert value(air, "mention_rows_count", mark, "mentions_count") == row["mentions_count"]
        found[start.astimezone(zone).date().isoformat()] = row["mentions_count"]
    assert found == expected["airline"]["by_pacific_day"]


@pytest.mark.parametrize("words", ["lost", "Customer SERVICE", "@united", "100%", "_", "é"])
def test_a_search_finds_what_a_reader_of_the_file_finds(air: House, data_folder: Path, words: str) -> None:
    found = Counter()  # type: Counter[str]
    for path in (data_folder / "mentions" / "airline_2015").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = unicodedata.normalize("NFC", row["text"]).lower()
                found[row["airline"]] += words.lower() in text
    searched = Filters(since=FEBRUARY.since, until=FEBRUARY.until, text=words)
    table = ask(air, "mention_breakdown", searched.params(LATE, UTC_ZONE))
    brands = table[table["dimension"] == "brand"].set_index("value")["mentions_count"].to_dict()
    assert brands == {name: count for name, count in found.items() if count}


def test_the_file_holds_every_row_once(air: House, expected: Any) -> None:
    params = FEBRUARY.params(LATE, UTC_ZONE)
    rows = Rows(hands_of(air, ""), FEBRUARY, params, LATE)
    frames = list(rows.frames())
    ids = [one for frame in frames for one in frame["item_id"]]
    assert (len(ids), len(set(ids))) == (expected["airline"]["rows"], expected["airline"]["distinct_ids"])


def test_the_totals_of_the_reply_log_are_the_expected_ones(replies: House, expected: Any) -> None:
    wanted = expected["twcs_pairs"]
    for column in ("cases_count", "replied_count"):
        assert value(replies, "case_totals", EVER, column) == wanted["distinct_customer_tweets"]
    median = value(replies, "case_totals", EVER, "p50_first_response_seconds")
    assert median == pytest.approx(wanted["frt_minutes"]["p50"] * 60, abs=0.6)
    assert value(replies, "case_rows_count", EVER, "cases_count") == wanted["distinct_customer_tweets"]
    table = ask(replies, "case_breakdown", EVER.case_params(LATE, UTC_ZONE))
    brands = table[table["dimension"] == "brand"].set_index("value")["cases_count"].to_dict()
    assert brands == {name: numbers["n"] for name, numbers in wanted["by_brand"].items()}


def test_each_brand_of_the_reply_log_opens_its_rows(replies: House, expected: Any) -> None:
    wanted = expected["twcs_pairs"]["by_brand"]
    for name in sorted(wanted, key=lambda brand: -wanted[brand]["n"])[:6]:
        one = EVER.only("brand", name)
        block = rows_for(hands_of(replies, ""), one, {"startRow": 0, "endRow": 1000}, LATE)
        assert block.count == wanted[name]["n"]
        assert {row["brand"] for row in block.rows} == {name}
        median = value(replies, "case_totals", one, "p50_first_response_seconds")
        assert median == pytest.approx(wanted[name]["p50"] * 60, abs=0.6)
