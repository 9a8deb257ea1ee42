"""The questions about cases, against what was computed from the same real data without us."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import Row, ask, case, event, put, reply

ALL = {"since": datetime(2012, 1, 1, tzinfo=UTC), "until": datetime(2018, 1, 1, tzinfo=UTC)}
OPEN_AT = {
    "open_at_2016_04_15_0000": datetime(2016, 4, 15, tzinfo=UTC),
    "open_at_2016_05_20_0000": datetime(2016, 5, 20, tzinfo=UTC),
}
Rows = tuple[list[Row], list[Row]]


@pytest.fixture(scope="module")
def expected(data_folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((data_folder / "EXPECTED.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="module")
def incidents(data_folder: Path) -> Rows:
    """The service desk's log: the last row of an incident is the case, its times and counts are the events."""
    path = data_folder / "cases" / "servicenow" / "incident_event_log_opened_feb_apr_2016.csv"
    last: dict[str, dict[str, str]] = {}
    reopened: dict[tuple[str, str], datetime] = {}
    for line in _lines(path):
        last[line["number"]] = line
        if line["reopen_count"] != "0":
            reopened.setdefault((line["number"], line["reopen_count"]), _minute(line["sys_updated_at"]))
    known = {"known_from_at": NOON}
    cases = [
        case(f"desk:{number}", _minute(line["opened_at"]), priority=line["priority"], platform="desk", **known)
        for number, line in last.items()
    ]
    events = [event(f"desk:{number}", "reopened", at, **known) for (number, _), at in reopened.items()]
    for number, line in last.items():
        if line["resolved_at"] != "?":
            events.append(event(f"desk:{number}", "resolved", _minute(line["resolved_at"]), **known))
        closed = {"source_words": "Closed", **known}
        events.append(event(f"desk:{number}", "other", _minute(line["closed_at"]), **closed))
    return cases, events


@pytest.fixture(scope="module")
def pairs(data_folder: Path) -> Rows:
    """Customer tweets with the replies of brands; a case counts for the brand of its first."""
    cases: dict[str, Row] = {}
    first: dict[str, datetime] = {}
    events = []
    for line in _lines(data_folder / "cases" / "twcs" / "response_pairs.csv"):
        case_id, brand, at = f"x:{line['customer_tweet_id']}", line["agent_id"], _iso(line["created_at_reply"])
        if at < first.get(case_id, NOON):
            first[case_id] = at
            cases[case_id] = case(case_id, _iso(line["created_at_customer"]), brand=brand, known_from_at=NOON)
        events.append(reply(case_id, at, brand=brand, known_from_at=NOON))
    return list(cases.values()), events


def test_incidents_resolved_and_reopened(
    warehouse: Warehouse, answers: Answers, incidents: Rows, expected: dict[str, Any]
) -> None:
    put(warehouse, cases=incidents[0], case_events=incidents[1])
    desk = expected["servicenow"]
    [told] = ask(answers, "resolution_times", **ALL)
    assert told[:5] == (
        "all", desk["incidents"], desk["incidents"] - desk["unresolved"], desk["unresolved"], desk["reopened"],
    )  # fmt: skip
    hours = [seconds / 3600 for seconds in told[5:]]
    assert hours == pytest.approx([desk["ttr_hours"][name] for name in ("p50", "p90", "p95")], abs=0.001)
    by_priority = {row[0]: row for row in ask(answers, "resolution_times", group_by="priority", **ALL)}
    assert set(by_priority) == set(desk["by_priority"])
    for priority, want in desk["by_priority"].items():
        assert by_priority[priority][1] == want["n"]
        assert by_priority[priority][5] / 3600 == pytest.approx(want["ttr_p50_h"], abs=0.001)
    # this desk closes what it has resolved only days later, and calls an incident open until then
    for name, moment in OPEN_AT.items():
        states = ask(answers, "open_cases_by_state", now=moment, known_at=NOON, ended_by="Closed")
        assert sum(row[1] for row in states) == desk[name]
    assert ask(answers, "open_cases_by_state", ended_by="Closed") == []


def test_first_replies_overall_and_per_brand(
    warehouse: Warehouse, answers: Answers, pairs: Rows, expected: dict[str, Any]
) -> None:
    put(warehouse, cases=pairs[0], case_events=pairs[1])
    want = expected["twcs_pairs"]
    frame = answers.ask("response_times", ALL, NOON).frame.iloc[0]
    assert (frame["cases_count"], frame["answered_count"]) == (want["distinct_customer_tweets"],) * 2
    for name in ("p50", "p90", "p95"):
        assert frame[f"{name}_seconds"] / 60 == pytest.approx(want["frt_minutes"][name], abs=0.01)
    for minutes in (15, 60):
        assert frame[f"within_{minutes}m_share"] == pytest.approx(want[f"within_{minutes}m"], abs=0.00001)
    by_brand = answers.ask("response_times", {**ALL, "group_by": "brand"}, NOON).frame.set_index("group_name")
    assert set(by_brand.index) == set(want["by_brand"])
    for brand, one in want["by_brand"].items():
        row = by_brand.loc[brand]
        assert row["cases_count"] == one["n"], brand
        assert [row["p50_seconds"] / 60, row["p90_seconds"] / 60] == pytest.approx([one["p50"], one["p90"]], abs=0.01)


def test_replies_older_than_their_review(
    warehouse: Warehouse, answers: Answers, data_folder: Path, expected: dict[str, Any]
) -> None:
    cases, events = [], []
    for line in _lines(data_folder / "mentions" / "app_reviews" / "kr_banks_google_play.csv"):
        review, at = f"play:{line['reviewId']}", _iso(line["at"])
        cases.append(case(review, at, platform="play", known_from_at=NOON))
        if line["repliedAt"]:
            events.append(reply(review, _iso(line["repliedAt"]), known_from_at=NOON))
    put(warehouse, cases=cases, case_events=events)
    want = expected["kr_google_play"]
    window = {**ALL, "until": NOON + timedelta(days=1)}
    frame = answers.ask("response_times", window, NOON).frame.iloc[0]
    assert (frame["cases_count"], frame["answered_count"]) == (want["rows"], want["replied"])
    assert frame["early_count"] == want["reply_before_review"]
    for name in ("p50", "p90", "p95"):
        assert frame[f"{name}_seconds"] / 3600 == pytest.approx(want["reply_hours_nonneg"][name], abs=0.001)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _minute(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
