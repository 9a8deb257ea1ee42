"""Rows in, rows out: every question on hand-made rows, on DuckDB's own file and on a lake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from queries.answers import DTYPES, Answers
from queries.catalogue import BadParameter, load_catalogue
from queries.ledger import Ledger, Outcome
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.rows import keep, mention

HOUR = timedelta(hours=1)
WINDOW = {"since": NOON - 2 * HOUR, "until": NOON}
CATALOGUE = load_catalogue()
ASKED: dict[str, dict[str, Any]] = {
    "rising_words": {**WINDOW, "against_since": NOON - 9 * HOUR, "against_until": NOON - 2 * HOUR},
    "mentions_by_edge": {"edges": [NOON - HOUR, NOON]},
    "sentiment_by_group": {**WINDOW, "group_by": "brand"},
    "case_timeline": {"case_id": "x:1"},
    "case_facts": {"case_id": "x:1"},
    "explain_clock": {"case_id": "x:1"},
    "cases_by_edge": {"edges": [NOON - HOUR, NOON]},
    **{name: {"item_id": "x:1"} for name in ("conversation", "item_cases", "item_mentions")},
}


def records(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    chosen = frame[list(columns)] if columns else frame
    return [tuple(None if pd.isna(value) else value for value in row) for row in chosen.itertuples(index=False)]


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_the_empty_answer_has_the_headers_columns_and_dtypes(empty: Warehouse, name: str) -> None:
    question = CATALOGUE[name]
    given = ASKED.get(name, WINDOW if any(param.name == "since" for param in question.params) else {})
    frame = Answers(empty, CATALOGUE, DictCache()).ask(name, given, NOON).frame
    assert [(column, str(dtype)) for column, dtype in frame.dtypes.items()] == [
        (column.name, DTYPES[column.type]) for column in question.columns
    ]
    assert len(frame) == (1 if question.grain == "one row" else 0)


def test_unknown_is_not_zero_where_nothing_was_said(answers: Answers) -> None:
    totals = answers.ask("mention_totals", WINDOW, NOON).frame
    assert records(
        totals, "mentions_count", "authors_count", "negative_share", "net_sentiment", "potential_reach_count"
    ) == [(0, 0, None, None, None)]


@pytest.fixture
def told(ledger: Ledger, answers: Answers) -> Answers:
    """Two hours of Aurora and Rival."""
    at = NOON - HOUR
    keep(
        ledger,
        mention(1, published_at=at, sentiment_label="negative", source_sentiment="positive", author_id="a",
                author_followers_count=100, language="en", region="us"),
        mention(2, published_at=at + timedelta(minutes=14, seconds=59), sentiment_label="positive", author_id="a",
                author_followers_count=120, language="en"),
        mention(3, published_at=at + timedelta(minutes=15), sentiment_label="neutral", platform="reddit",
                language="de"),
        mention(4, published_at=at + timedelta(minutes=15), text="Post 1 https://x.y/z @someone", author_id="b"),
        mention(4, brand="Rival", published_at=at + timedelta(minutes=15), text="Post 1 https://x.y/z @someone",
                author_id="b", sentiment_label="negative"),
        mention(5, published_at=at - timedelta(seconds=1), sentiment_label="negative"),
        mention(6, published_at=NOON, sentiment_label="negative"),
        mention(7, published_at=at, is_drill=True, sentiment_label="negative"),
    )  # fmt: skip
    return answers


def test_buckets_are_half_open_and_drills_do_not_count(told: Answers) -> None:
    frame = told.ask("mentions_by_bucket", {"since": NOON - HOUR, "until": NOON, "brands": ["Aurora"]}, NOON).frame
    start = (NOON - HOUR).replace(tzinfo=None)
    quarter = start + timedelta(minutes=15)
    columns = ("bucket_at", "platform", "mentions_count", "negative_count", "neutral_count", "positive_count")
    assert records(frame, *columns) == [
        (start, "x", 2, 1, 0, 1),
        (quarter, "reddit", 1, 0, 1, 0),
        (quarter, "x", 1, 0, 0, 0),
    ]


def test_the_judge_can_be_the_source(told: Answers) -> None:
    given = {"since": NOON - HOUR, "until": NOON, "group_by": "brand", "judge": "source", "brands": ["Aurora"]}
    frame = told.ask("sentiment_by_group", given, NOON).frame
    assert records(frame) == [("Aurora", 4, 0, 0, 1, 1.0)]


@pytest.mark.parametrize(
    ("filters", "mentions"),
    [
        ({}, 5),
        ({"brands": ["Aurora"]}, 4),
        ({"brands": ["Aurora", "Rival"]}, 5),
        ({"platforms": ["reddit"]}, 1),
        ({"languages": ["en"]}, 2),
        ({"regions": ["us"]}, 1),
        ({"brands": ["Nobody"]}, 0),
    ],
)
def test_filters_narrow_and_an_empty_list_means_all(told: Answers, filters: dict[str, Any], mentions: int) -> None:
    window = {"since": NOON - HOUR, "until": NOON, **filters}
    assert int(told.ask("mentions_by_bucket", window, NOON).frame["mentions_count"].sum()) == mentions
    assert told.ask("mention_totals", window, NOON).frame["mentions_count"].tolist() == [mentions]
    by_platform = told.ask("sentiment_by_group", {**window, "group_by": "platform"}, NOON).frame
    assert int(by_platform["mentions_count"].sum()) == mentions
    assert len(told.ask("latest_mentions", window, NOON).frame) == mentions
    edges = {"edges": [NOON - HOUR, NOON - HOUR / 2, NOON], **filters}
    assert int(told.ask("mentions_by_edge", edges, NOON).frame["mentions_count"].sum()) == mentions
    voice = told.ask("share_of_voice", window, NOON).frame if not set(filters) - {"brands"} else None
    assert voice is None or int(voice["mentions_count"].sum()) == mentions


def test_totals_count_items_texts_people_and_reach_once(told: Answers) -> None:
    frame = told.ask("mention_totals", {"since": NOON - HOUR, "until": NOON}, NOON).frame
    columns = ("mentions_count", "items_count", "unique_texts_count", "authors_count", "potential_reach_count")
    # "post 1" and "Post 1 https://… @someone" are one text; author a is one person with the larger count seen
    assert records(frame, *columns) == [(5, 4, 3, 2, 120)]
    assert records(frame, "negative_share", "net_sentiment") == [(0.5, -0.25)]
    before = ("mentions_count_before", "items_count_before", "negative_share_before", "potential_reach_count_before")
    assert records(frame, *before) == [(1, 1, 1.0, None)]


def test_net_sentiment_is_over_the_judged_and_unknown_when_none_was(told: Answers) -> None:
    frame = told.ask("sentiment_by_group", {"since": NOON - HOUR, "until": NOON, "group_by": "language"}, NOON).frame
    assert records(frame) == [("en", 2, 1, 0, 1, 0.0), (None, 2, 1, 0, 0, -1.0), ("de", 1, 0, 1, 0, 0.0)]
    by_region = told.ask("sentiment_by_group", {"since": NOON - HOUR, "until": NOON, "group_by": "region"}, NOON).frame
    assert ("us", 1, 1, 0, 0, -1.0) in records(by_region)


def test_share_of_voice_adds_up_to_one(told: Answers) -> None:
    frame = told.ask("share_of_voice", {"since": NOON - HOUR, "until": NOON}, NOON).frame
    assert records(frame) == [("Aurora", 4, 0.8, 1, 1.0), ("Rival", 1, 0.2, 0, 0.0)]


def test_latest_is_newest_first_and_bounded(told: Answers) -> None:
    frame = told.ask("latest_mentions", {**WINDOW, "until": NOON + HOUR, "limit": 2}, NOON).frame
    assert frame["item_id"].tolist() == ["x:6", "x:3"]
    assert len(told.ask("latest_mentions", {**WINDOW, "limit": -5}, NOON).frame) == 1


def test_edges_cut_local_days_across_the_change_of_clocks(ledger: Ledger, answers: Answers) -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    edges = [datetime(2026, 10, day, tzinfo=berlin) for day in (24, 25, 26, 27)]
    start = edges[0].astimezone(UTC)
    keep(ledger, *[mention(hour, published_at=start + hour * HOUR) for hour in range(24 + 25 + 24 + 3)])
    frame = answers.ask("mentions_by_edge", {"edges": edges}, NOON).frame
    assert frame["mentions_count"].tolist() == [24, 25, 24]
    assert frame["until_at"].tolist()[:-1] == frame["edge_at"].tolist()[1:]


def test_edges_need_not_stand_on_quarters_of_an_hour(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, *[mention(number, published_at=NOON - timedelta(seconds=number)) for number in range(1, 121)])
    edges = [NOON - timedelta(seconds=100), NOON - timedelta(seconds=60), NOON - timedelta(seconds=59), NOON]
    frame = answers.ask("mentions_by_edge", {"edges": edges}, NOON).frame
    assert frame["mentions_count"].tolist() == [40, 1, 59]


@pytest.mark.parametrize(
    ("question", "given", "said"),
    [
        ("mentions_by_bucket", {**WINDOW, "bucket_minutes": 7}, "bucket_minutes must divide 1440"),
        ("mentions_by_bucket", {**WINDOW, "bucket_minutes": 0}, "bucket_minutes must divide 1440"),
        ("mentions_by_bucket", {**WINDOW, "bucket_minutes": 120}, "at most 60"),
        ("mentions_by_edge", {"edges": [NOON]}, "at least two"),
        ("mentions_by_edge", {"edges": [NOON, NOON - HOUR]}, "later than the one before"),
        ("mentions_by_edge", {"edges": [NOON, NOON]}, "later than the one before"),
        ("sentiment_by_group", {**WINDOW, "group_by": "moon"}, "group_by must be brand"),
        ("mention_totals", {**WINDOW, "judge": "nobody"}, "judge must be watchfloor or source"),
    ],
)
def test_values_that_make_no_sense_are_named(told: Answers, question: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadParameter, match=said):
        told.ask(question, given, NOON + 2 * HOUR)


@pytest.mark.parametrize(
    ("last_success", "watermark", "error", "state"),
    [
        (NOON, NOON - timedelta(minutes=1), None, "ok"),
        (NOON, NOON - timedelta(minutes=31), None, "stale"),
        (NOON - timedelta(minutes=5), NOON - timedelta(minutes=1), None, "late"),
        (NOON, NOON, "the server said no", "failing"),
    ],
)
def test_source_health_says_what_is_wrong(
    ledger: Ledger, answers: Answers, last_success: datetime, watermark: datetime, error: str | None, state: str
) -> None:
    keep(ledger, mention(1, published_at=watermark), now=last_success)
    if error:
        ledger.end_run("hand", "none", NOON, None, Outcome(error=error, is_outage=True))
    frame = answers.ask("source_health", {}, NOON).frame
    assert frame["state"].tolist() == [state]
    assert (records(frame, "sentence")[0][0] is None) == (state == "ok")


def test_a_failing_source_is_stale_from_its_first_failure_on(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, published_at=NOON))
    for minute in (1, 2, 3):
        at = NOON + timedelta(minutes=minute)
        ledger.end_run("hand", ledger.start_run("hand", at), at, None, Outcome(error="the server said no"))
    health = answers.ask("source_health", {}, NOON + timedelta(minutes=3)).frame
    first = (NOON + timedelta(minutes=1)).replace(tzinfo=None)
    assert records(health, "state", "stale_at") == [("failing", first)], "it does not move with every try"
    at = NOON + timedelta(minutes=4)
    ledger.end_run("hand", ledger.start_run("hand", at), at, None, None)
    assert records(answers.ask("source_health", {}, at).frame, "state")[0] == ("ok",)


def test_a_source_that_left_the_site_file_is_no_longer_expected(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1))
    ledger.declare_sources([])
    assert answers.ask("source_health", {}, NOON + HOUR).frame.empty
    assert answers.ask("mention_totals", WINDOW, NOON).frame["mentions_count"].tolist() == [1], "its rows stay"
