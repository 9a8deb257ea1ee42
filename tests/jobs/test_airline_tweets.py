"""Real posts through the whole pipeline, file to answer, against counts computed independently of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from jobs.house import House
from tests.jobs.sites import AIRLINE_SITE, AIRLINES, LATE, opened

SPAN = {"since": datetime(2015, 2, 1, tzinfo=UTC), "until": datetime(2015, 3, 1, tzinfo=UTC)}
HASHED = 'item_id = { hash = ["name", "tweet_created", "text"] }'
MESS = {
    "airline_dmy_dates_float_ids_feb16_21.csv": "%d-%m-%Y %H:%M",
    "airline_excel_serial_dates_latin1_eqprefix_feb16_21.csv": "excel",
}


@pytest.fixture(scope="module")
def expected(data_folder: Path) -> Any:
    return json.loads((data_folder / "EXPECTED.json").read_text(encoding="utf-8"))["airline"]


@pytest.fixture(scope="module")
def air(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The airline tweets, ingested once."""
    path = data_folder / "mentions" / "airline_2015" / "*.csv"
    with opened(tmp_path_factory.mktemp("air"), AIRLINE_SITE.replace("PATH", str(path))) as house:
        report = house.collector.run_to_end(house.live["airline"], house.understanding)
        assert report.error is None
        assert (report.tally.read, report.tally.new, report.tally.refused) == (7189, 7189, 0)
        yield house


def ask(house: House, question: str, **given: Any) -> pd.DataFrame:
    return house.answers.ask(question, given, LATE).frame


def counts(house: House) -> dict[str, Any]:
    """Counts by airline, label, UTC day and UTC hour as the questions give them."""
    hours = ask(house, "mentions_by_bucket", **SPAN, bucket_minutes=60, judge="source")
    at = pd.to_datetime(hours["bucket_at"])
    labels = {name: int(hours[f"{name}_count"].sum()) for name in ("negative", "neutral", "positive")}
    return {
        "by_airline_rows": hours.groupby("brand")["mentions_count"].sum().astype(int).to_dict(),
        "by_sentiment_rows": labels,
        "by_utc_day": hours.groupby(at.dt.strftime("%Y-%m-%d"))["mentions_count"].sum().astype(int).to_dict(),
        "by_utc_hour": hours.groupby(at.dt.hour.astype(str))["mentions_count"].sum().astype(int).to_dict(),
    }


def test_counts_by_airline_label_day_and_hour_are_the_expected_ones(air: House, expected: Any) -> None:
    found = counts(air)
    for name in found:
        assert found[name] == expected[name], name


def test_counts_by_pacific_day_are_the_expected_ones(air: House, expected: Any) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    days = sorted(datetime.fromisoformat(day).replace(tzinfo=zone) for day in expected["by_pacific_day"])
    frame = ask(air, "mentions_by_edge", edges=[*days, days[-1] + timedelta(days=1)])
    local = frame["edge_at"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.strftime("%Y-%m-%d")
    assert frame.groupby(local)["mentions_count"].sum().astype(int).to_dict() == expected["by_pacific_day"]


def test_negative_share_by_airline_is_the_expected_one(air: House, expected: Any) -> None:
    for name in AIRLINES:
        totals = ask(air, "mention_totals", **SPAN, judge="source", brands=[name])
        assert round(float(totals["negative_share"].iloc[0]), 4) == expected["neg_share_by_airline"][name]


def test_totals_and_voice_count_every_tweet_once(air: House, expected: Any) -> None:
    totals = ask(air, "mention_totals", **SPAN)
    assert totals[["mentions_count", "items_count"]].iloc[0].tolist() == [expected["rows"], expected["distinct_ids"]]
    voice = ask(air, "share_of_voice", **SPAN)
    shares = {row.brand: row.voice_share for row in voice.itertuples()}
    assert shares == {name: count / expected["rows"] for name, count in expected["by_airline_rows"].items()}


def test_our_own_sentiment_has_the_right_sign_over_all_airlines(air: House) -> None:
    ours = ask(air, "mention_totals", **SPAN)["net_sentiment"].iloc[0]
    theirs = ask(air, "mention_totals", **SPAN, judge="source")["net_sentiment"].iloc[0]
    assert theirs < 0
    assert ours < 0


def test_reading_again_writes_nothing(air: House) -> None:
    before = air.warehouse.state
    again = air.collector.run_to_end(air.live["airline"], air.understanding)
    assert (again.tally.read, again.tally.new, again.error) == (0, 0, None)
    assert air.warehouse.state == before


@pytest.mark.parametrize("file", MESS)
def test_a_table_whose_ids_lost_their_digits_is_refused_whole(data_folder: Path, tmp_path: Path, file: str) -> None:
    text = AIRLINE_SITE.replace("PATH", str(data_folder / "import_mess" / file))
    text = text.replace('format = "%Y-%m-%d %H:%M:%S %z"', f'format = "{MESS[file]}", timezone = "America/Los_Angeles"')
    with opened(tmp_path, text) as house:
        report = house.collector.run_to_end(house.live["airline"], house.understanding)
        assert (report.tally.read, report.tally.new, report.tally.refused) == (7189, 0, 7189)
        assert dict(report.refusals) == {"id_lost_digits": 7189}
        assert "hash" in report.examples["id_lost_digits"], "the repair is named"
        refused = ask(house, "refused_rows")
        assert refused[["reason", "refused_count"]].to_numpy().tolist() == [["id_lost_digits", 7189]]


@pytest.mark.parametrize("file", MESS)
def test_with_a_hashed_id_the_damaged_table_is_whole_again(
    data_folder: Path, tmp_path: Path, file: str, expected: Any
) -> None:
    text = AIRLINE_SITE.replace("PATH", str(data_folder / "import_mess" / file))
    text = text.replace('format = "%Y-%m-%d %H:%M:%S %z"', f'format = "{MESS[file]}", timezone = "America/Los_Angeles"')
    with opened(tmp_path, text.replace('item_id = "tweet_id"', HASHED)) as house:
        report = house.collector.run_to_end(house.live["airline"], house.understanding)
        assert report.tally.new == expected["rows"], "not a silent collapse to 1,565 items"
        found = counts(house)
        for name in found:
            assert found[name] == expected[name], name
