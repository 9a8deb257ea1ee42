"""Promises on real exports: every post of three copies of one table is found, whatever a spreadsheet did to it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.records import Mention
from tests.connectors.files_kit import Came, Desk, run, source

WHOLE = "mentions/airline_2015/Tweets_feb16_21.csv"
DMY = "import_mess/airline_dmy_dates_float_ids_feb16_21.csv"
SERIAL = "import_mess/airline_excel_serial_dates_latin1_eqprefix_feb16_21.csv"
FORMATS = {WHOLE: "%Y-%m-%d %H:%M:%S %z", DMY: "%d-%m-%Y %H:%M", SERIAL: "excel"}
LONG_AFTER = datetime(2090, 1, 1, tzinfo=UTC)
HASH = {"hash": ["name", "tweet_created", "text"]}


@pytest.fixture(scope="module")
def expected(data_folder: Path) -> dict[str, Any]:
    """The reference answers."""
    answers: dict[str, Any] = json.loads((data_folder / "EXPECTED.json").read_text("utf-8"))["airline"]
    return answers


def imported(data_folder: Path, path: str, item_id: object) -> Came:
    """One of the three tables, as a site file would map it."""
    zone = {} if path == WHOLE else {"timezone": "America/Los_Angeles"}
    columns = {
        "item_id": item_id,
        "published_at": {"from": "tweet_created", "format": FORMATS[path], **zone},
        "text": "text",
        "author_name": "name",
        "brand": "airline",
        "source_sentiment": "airline_sentiment",
    }
    return run(source(data_folder, path, columns, defaults={"platform": "twitter"}), Desk(LONG_AFTER))


def counted(records: list[Mention]) -> dict[str, Counter[str]]:
    """The counts the reference has too."""
    pacific = ZoneInfo("America/Los_Angeles")
    return {
        "by_airline_rows": Counter(brand for mention in records for brand in mention.brands),
        "by_sentiment_rows": Counter(str(mention.source_sentiment) for mention in records),
        "by_utc_day": Counter(mention.published_at.astimezone(UTC).date().isoformat() for mention in records),
        "by_pacific_day": Counter(mention.published_at.astimezone(pacific).date().isoformat() for mention in records),
        "by_utc_hour": Counter(str(mention.published_at.hour) for mention in records),
    }


@pytest.mark.parametrize(("path", "item_id"), [(WHOLE, "tweet_id"), (DMY, HASH), (SERIAL, HASH)])
def test_every_post_is_found_and_counted_as_the_reference_counts(
    data_folder: Path, expected: dict[str, Any], path: str, item_id: object
) -> None:
    came = imported(data_folder, path, item_id)
    assert came.refused == []
    assert len({mention.item_id for mention in came.records}) == expected["distinct_ids"] == 7189
    for what, counts in counted(came.records).items():
        assert counts == expected[what], what


@pytest.mark.parametrize("path", [DMY, SERIAL])
def test_rounded_ids_collapse_nothing_but_are_refused_with_the_repair(data_folder: Path, path: str) -> None:
    came = imported(data_folder, path, "tweet_id")
    assert came.records == []
    assert set(came.reasons) == {"id_lost_digits"}
    assert len(came.refused) == 7189
    repair = 'item_id = { hash = ["name", "tweet_created", "text"] }'
    assert all(repair in refused.sentence for refused in came.refused)


def test_the_texts_are_those_of_the_undamaged_table(data_folder: Path) -> None:
    """The copy changed capitals and cut one character; the guards of 1,786 texts come off."""
    whole = imported(data_folder, WHOLE, "tweet_id").records
    serial = imported(data_folder, SERIAL, HASH)
    starts = Counter((mention.author_name, mention.published_at, mention.text[:4].lower()) for mention in whole)
    found = Counter((mention.author_name, mention.published_at, mention.text[:4].lower()) for mention in serial.records)
    assert sum((starts - found).values()) <= 72, "one text in a hundred may have been edited by hand"
    assert any("1,786 rows" in note and "taken off" in note for note in serial.notes)
    assert any("lost its end" in note for note in serial.notes)


def test_the_range_of_times_is_the_references(data_folder: Path, expected: dict[str, Any]) -> None:
    moments = [mention.published_at for mention in imported(data_folder, WHOLE, "tweet_id").records]
    assert min(moments) == datetime.fromisoformat(expected["utc_min"])
    assert max(moments) == datetime.fromisoformat(expected["utc_max"])
