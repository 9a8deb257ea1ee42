"""When nobody was looking, in words: what an answer, a picture and a page say of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from layouts import blind
from tests.layouts.world import table

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)  # noon in Berlin
TEN = pd.Timestamp("2026-11-21 09:00").to_pydatetime()  # ten o'clock in Berlin, as tables hold it
MINUTE = timedelta(minutes=1)


def row(since: datetime = TEN + 2 * MINUTE, until: datetime | None = TEN + 5 * MINUTE, **more: Any) -> dict[str, Any]:
    plain = {"source": "fediverse", "platform": "mastodon", "kind": "gap", "sentence": "the list was cut"}
    return {**plain, "since_at": since, "until_at": until, **more}


def said(*rows: dict[str, Any]) -> list[str]:
    return blind.sentences(table("blind_spans", list(rows)), ZONE, NOW)


def test_nothing_is_said_where_everybody_saw() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (row(), "blind from 10:02 to 10:05 on mastodon: the list was cut"),
        (row(until=None, kind="outage"), "blind since 10:02 on mastodon: the list was cut"),
        (row(platform=None), "blind from 10:02 to 10:05 on fediverse: the list was cut"),
        (row(sentence=None), "blind from 10:02 to 10:05 on mastodon"),
        (row(TEN, TEN + timedelta(seconds=20)), "blind from 10:00:00 to 10:00:20 on mastodon: the list was cut"),
        (
            row(TEN - timedelta(days=1), TEN + 5 * MINUTE - timedelta(days=1)),
            "blind from 20 Nov 10:00 to 10:05 on mastodon: the list was cut",
        ),
        (
            row(TEN - timedelta(days=1), TEN),
            "blind from 20 Nov 10:00 to 21 Nov 10:00 on mastodon: the list was cut",
        ),
        (
            row(TEN - timedelta(days=400), None),
            "blind since 17 Oct 2025 11:00 on mastodon: the list was cut",
        ),
        (
            row(TEN - timedelta(days=90), TEN.replace(month=10, day=24, hour=22), kind="retention", platform="x"),
            "not kept before 25 Oct 00:00 on x: the list was cut",
        ),
    ],
)
def test_a_span_is_one_sentence_in_the_sites_zone(given: dict[str, Any], sentence: str) -> None:
    assert said(given) == [sentence]


def test_a_night_over_local_midnight_is_two_days_though_utc_knows_one() -> None:
    late = TEN.replace(day=20, hour=22, minute=50)
    assert said(row(late, late + 20 * MINUTE))[0].startswith("blind from 20 Nov 23:50 to 21 Nov 00:10 on")


def test_a_source_that_goes_blind_on_all_its_platforms_is_one_sentence() -> None:
    rows = [row(platform=name) for name in ("x", "reddit", "tiktok", "news", "x")]
    assert said(*rows[:2]) == ["blind from 10:02 to 10:05 on x and reddit: the list was cut"]
    assert said(*rows) == ["blind from 10:02 to 10:05 on x, reddit and 2 more: the list was cut"]


def test_two_sources_and_two_reasons_stay_apart_in_the_order_of_time() -> None:
    rows = [row(TEN + 9 * MINUTE, None), row(), row(source="other"), row(sentence="gone")]
    assert [line.partition(" on ")[0] for line in said(*rows)] == ["blind from 10:02 to 10:05"] * 3 + [
        "blind since 10:09"
    ]


def test_no_answer_says_more_than_fifty_and_no_reason_is_endless() -> None:
    lines = said(*(row(TEN + n * MINUTE, TEN + (n + 1) * MINUTE, sentence="why " * 500) for n in range(90)))
    assert len(lines) == 50
    assert lines[-1].startswith("blind from 11:29 to 11:30"), "the latest are told"
    assert max(map(len, lines)) < 400


def test_why_is_text_on_one_line() -> None:
    [line] = said(row(sentence="<b>\u202e503\x1b[31m\nat\x00 host</b>"))
    assert line == "blind from 10:02 to 10:05 on mastodon: <b>503 [31m at host</b>"


def test_spans_that_overlap_are_lost_once_and_only_inside_the_window() -> None:
    spans = blind.spans_of(
        table(
            "blind_spans", [row(), row(TEN + 4 * MINUTE, TEN + 8 * MINUTE, platform="x"), row(TEN + 50 * MINUTE, None)]
        )
    )
    assert blind.seen_not(spans, TEN, TEN + 60 * MINUTE) == 16 * MINUTE
    assert blind.seen_not(spans, TEN + 3 * MINUTE, TEN + 4 * MINUTE) == MINUTE
    assert blind.seen_not(spans, TEN + 10 * MINUTE, TEN + 20 * MINUTE) == timedelta(0)
    assert blind.seen_not([], TEN, TEN + MINUTE) == timedelta(0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s"),
        (20, "20 s"),
        (60, "1 min"),
        (181, "3 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (7200, "2 h"),
        (86400, "1 d"),
        (8 * 86400, "8 d"),
    ],
)
def test_lengths_have_few_letters(seconds: int, words: str) -> None:
    assert blind.length(timedelta(seconds=seconds)) == words


def test_a_nought_where_nobody_looked_is_unknown_and_a_count_stays() -> None:
    starts = pd.date_range(TEN, periods=4, freq="5min", unit="us")
    counts = pd.Series({starts[0]: 3, starts[3]: 2}, dtype="int64")
    spans = blind.spans_of(table("blind_spans", [row(TEN, TEN + 8 * MINUTE)]))
    assert blind.unknown_where(counts, starts, 5 * MINUTE, spans) == [3.0, None, 0.0, 2.0]
    assert blind.unknown_where(counts, starts, 5 * MINUTE, []) == [3.0, 0.0, 0.0, 2.0]
