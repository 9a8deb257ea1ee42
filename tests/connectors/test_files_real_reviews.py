"""Promises on real requests, reviews, posts and news: all of them come in, every oddity is counted and named.

Each count is checked against one made with the csv or json module alone, or against the reference answers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.connectors.real_kit import close, imported, once, raw, table

NYC = "cases/nyc311/nyc311_20220501.csv"
REVIEWS = "mentions/app_reviews/"
NEWS = "mentions/hackernews/hn_2015-09_2016-03.csv"
NEW_YORK = {"format": "%m/%d/%Y %I:%M:%S %p", "timezone": "America/New_York"}


@pytest.fixture(scope="module")
def expected(data_folder: Path) -> dict[str, Any]:
    """The reference answers."""
    answers: dict[str, Any] = json.loads((data_folder / "EXPECTED.json").read_text("utf-8"))
    return answers


def test_service_requests_are_open_or_resolved_and_their_due_dates_are_empty(
    data_folder: Path, expected: dict[str, Any]
) -> None:
    answers, rows = expected["nyc311"]["nyc311_20220501.csv"], table(data_folder / NYC)
    assert {row["Due Date"] for row in rows} == {""}
    opened = {"from": "Created Date", **NEW_YORK}
    columns = {
        "case_id": "Unique Key",
        "opened_at": opened,
        "updated_at": {"from": "Resolution Action Updated Date", **NEW_YORK},
        "subject": "Complaint Type",
        "unit": "Agency",
        "channel": {"from": "Open Data Channel Type", "missing": ["UNKNOWN"]},
    }
    defaults = {"platform": "nyc311"}
    requests = imported(data_folder, NYC, records="cases", columns=columns, defaults=defaults)
    assert len({case.case_id for case in requests.records}) == answers["distinct"] == answers["rows"] == 924
    assert sum(case.channel is None for case in requests.records) == 4
    assert sum(case.updated_at is None for case in requests.records) == 438
    closed = imported(
        data_folder,
        NYC,
        records="case_events",
        columns={
            "case_id": "Unique Key",
            "event_id": {"hash": ["Unique Key", "Closed Date"]},
            "happened_at": {"from": "Closed Date", **NEW_YORK},
            "text": "Resolution Description",
        },
        defaults={**defaults, "kind": "resolved"},
        skip={"Closed Date": [""]},
    )
    assert requests.refused + closed.refused == []
    assert answers["rows"] - len({event.case_id for event in closed.records}) == answers["open"] == 444
    assert closed.notes == ["cases/nyc311/nyc311_20220501.csv: 444 rows left out by skip.Closed Date"]
    start = {case.case_id: case.opened_at for case in requests.records}
    hours = [(event.happened_at - start[event.case_id]).total_seconds() / 3600 for event in closed.records]
    assert min(hours) >= 0
    close(hours, answers["ttr_hours_nonneg"])


GOOGLE = f"{REVIEWS}kr_banks_google_play.csv"
APPLE = f"{REVIEWS}kr_banks_app_store.csv"
SPOKEN = {"kind": "message", "actor_kind": "human", "visibility": "public"}


def test_google_play_reviews_are_posts_and_cases_and_some_replies_precede_their_review(
    data_folder: Path, expected: dict[str, Any]
) -> None:
    answers, rows = expected["kr_google_play"], table(data_folder / GOOGLE)
    at, seoul = {"from": "at", "timezone": "Asia/Seoul"}, ZoneInfo("Asia/Seoul")
    mood = {
        "from": "score",
        "values": {"1": "negative", "2": "negative", "3": "neutral", "4": "positive", "5": "positive"},
    }
    columns = {
        "item_id": "reviewId",
        "published_at": at,
        "text": "content",
        "platform": "platform",
        "brand": "bank",
        "source_sentiment": mood,
    }
    posts = imported(data_folder, GOOGLE, columns=columns)
    assert len({post.item_id for post in posts.records}) == len(posts.records) == answers["rows"] == 800
    assert Counter(post.brands[0] for post in posts.records) == answers["by_bank"]
    assert sum(post.source_sentiment == "neutral" for post in posts.records) == answers["scores"]["3"]
    columns = {"case_id": "reviewId", "item_id": "reviewId", "opened_at": at, "platform": "platform", "brand": "bank"}
    opened = {
        case.case_id: case.opened_at for case in imported(data_folder, GOOGLE, records="cases", columns=columns).records
    }
    replies = imported(
        data_folder,
        GOOGLE,
        records="case_events",
        columns={
            "case_id": "reviewId",
            "event_id": {"hash": ["reviewId", "repliedAt"]},
            "happened_at": {"from": "repliedAt", "timezone": "Asia/Seoul"},
            "text": "replyContent",
            "brand": "bank",
            "platform": "platform",
        },
        defaults=SPOKEN,
        skip={"repliedAt": [""]},
    )
    assert posts.refused + replies.refused == []
    assert len(replies.records) == answers["replied"] == 413
    assert replies.notes == [f"{GOOGLE}: 387 rows left out by skip.repliedAt"]
    waits = [(event.happened_at - opened[event.case_id]) for event in replies.records]
    told = [
        datetime.fromisoformat(row["repliedAt"]).replace(tzinfo=seoul)
        - datetime.fromisoformat(row["at"]).replace(tzinfo=seoul)
        for row in rows
        if row["repliedAt"]
    ]
    assert waits == told
    assert sum(wait < timedelta() for wait in waits) == answers["reply_before_review"] == 18
    close([wait.total_seconds() / 3600 for wait in waits if wait >= timedelta()], answers["reply_hours_nonneg"])


def test_app_store_replies_are_read_out_of_the_cells_they_are_packed_in(data_folder: Path) -> None:
    rows = table(data_folder / APPLE)
    own = {"hash": ["bank", "userName", "date", "review"]}
    columns = {
        "case_id": own,
        "opened_at": {"from": "date", "timezone": "UTC"},
        "platform": "platform",
        "brand": "bank",
    }
    reviews = imported(data_folder, APPLE, records="cases", columns=columns)
    replies = imported(
        data_folder,
        APPLE,
        records="case_events",
        columns={
            "case_id": own,
            "event_id": "developerResponse.id",
            "happened_at": "developerResponse.modified",
            "text": "developerResponse.body",
            "platform": "platform",
            "brand": "bank",
        },
        defaults=SPOKEN,
        skip={"developerResponse": [""]},
    )
    assert reviews.refused + replies.refused == []
    assert (raw(reviews), raw(replies)) == (len(rows), len(rows)) == (800, 800)
    distinct = {tuple(row[name] for name in ("bank", "userName", "date", "review")) for row in rows}
    assert len({case.case_id for case in reviews.records}) == len(distinct) == 320, (
        "most reviews stand there repeatedly"
    )
    answered = [row["developerResponse"] for row in rows if row["developerResponse"]]
    assert (len(replies.records), len(once(replies.records))) == (len(answered), len(set(answered))) == (463, 183)
    opened = {case.case_id: case.opened_at for case in reviews.records}
    early = {event.case_id for event in replies.records if event.happened_at < opened[event.case_id]}
    assert len(early) == 7


@pytest.mark.parametrize(
    ("name", "count", "own"),
    [
        ("id_grab_15k.csv", 15000, {"hash": ["userName", "at", "content"]}),
        ("moniepoint_google_play.csv", 5000, {"hash": ["userName", "at", "content"]}),
        ("mercari_500.csv", 500, "reviewId"),
    ],
)
def test_reviews_without_a_zone_are_refused_until_the_mapping_names_one(
    data_folder: Path, name: str, count: int, own: Any
) -> None:
    columns = {"item_id": own, "published_at": "at", "text": "content", "author_name": "userName"}
    came = imported(data_folder, REVIEWS + name, columns=columns)
    assert (Counter(came.reasons), came.records) == ({"time_without_zone": count}, [])
    assert {one.field for one in came.refused} == {"published_at"}
    columns["published_at"] = {"from": "at", "timezone": "Asia/Jakarta"}
    came = imported(data_folder, REVIEWS + name, columns=columns)
    rows = table(data_folder / REVIEWS / name)
    assert came.refused == []
    assert len({post.item_id for post in came.records}) == len(rows) == count
    assert [post.text for post in came.records] == [row["content"] for row in rows]


def json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


@pytest.mark.parametrize(
    ("name", "answer", "text", "edited"),
    [
        ("comments", "reddit_comments", "body", 54),
        ("submissions", "reddit_submissions", {"join": ["title", "selftext"]}, 38),
    ],
)
def test_recorded_posts_and_comments_are_read_whole_and_edits_without_a_time_are_told(
    data_folder: Path, expected: dict[str, Any], name: str, answer: str, text: Any, edited: int
) -> None:
    answers, path = expected[answer], f"mentions/reddit/{name}.jsonl"
    columns = {
        "item_id": "name",
        "published_at": {"from": "created_utc", "format": "epoch"},
        "edited_at": {"from": "edited", "format": "epoch", "missing": ["false"]},
        "text": text,
        "author_name": "author",
        "region": "subreddit",
    }
    columns |= {"parent_id": "parent_id", "conversation_id": "link_id"} if name == "comments" else {"url": "url"}
    came = imported(data_folder, path, columns=columns, defaults={"platform": "reddit"})
    rows = list(json_rows(data_folder / path))
    assert came.refused == []
    assert len({post.item_id for post in came.records}) == len(rows) == answers["rows"]
    moments = [post.published_at for post in came.records]
    assert f"{min(moments):%Y-%m-%d %H:%M:%S}" == answers["min_utc"]
    assert f"{max(moments):%Y-%m-%d %H:%M:%S}" == answers["max_utc"]
    assert len({post.region for post in came.records}) == answers["subreddits"]
    assert sum(row.get("edited") is True for row in rows) == edited
    assert came.notes == [f'{path}: {edited} rows whose edited_at cannot be read, such as "true": left unknown']
    assert sum(post.edited_at is not None for post in came.records) == sum(
        isinstance(row.get("edited"), float) for row in rows
    )
    if name == "comments":
        assert all(post.parent_id == f"reddit:{row['parent_id']}" for post, row in zip(came.records, rows, strict=True))


def test_news_without_a_zone_are_refused_until_the_mapping_names_one(data_folder: Path) -> None:
    rows = table(data_folder / NEWS)
    time = {"from": "created_at", "format": "%m/%d/%Y %H:%M"}
    columns = {"item_id": "id", "published_at": time, "text": "title", "url": "url", "author_name": "author"}
    came = imported(data_folder, NEWS, columns=columns)
    assert (Counter(came.reasons), came.records) == ({"time_without_zone": len(rows)}, [])
    assert 'add timezone = "' in came.refused[0].sentence
    columns["published_at"] = {**time, "timezone": "America/New_York"}
    came = imported(data_folder, NEWS, columns=columns)
    skipped = [row["id"] for row in rows if row["created_at"].startswith("3/13/2016 2:")]
    assert (len(rows), len(skipped), len(came.records)) == (11024, 2, 11022)
    assert [(one.reason, one.native_id) for one in came.refused] == [("impossible_date", one) for one in skipped]
    assert "that hour never was" in came.refused[0].sentence
    assert sum(post.url is None for post in came.records) == sum(not row["url"] for row in rows)
