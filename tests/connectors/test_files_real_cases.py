"""Promises on real logs: every case and event of them is found, every oddity is counted and named.

Each count is checked against one made with the csv module alone, or against the reference answers.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.files_kit import Came
from tests.connectors.real_kit import close, imported, once, quantile, raw, shipped, table

PAIRS = "cases/twcs/response_pairs.csv"
THREADS = "cases/twcs/twcs_threads.csv"
LOG = "cases/servicenow/incident_event_log_opened_feb_apr_2016.csv"
TWITTER_TIME = "%a %b %d %H:%M:%S %z %Y"
LOG_TIME = "%d/%m/%Y %H:%M"


@pytest.fixture(scope="module")
def expected(data_folder: Path) -> dict[str, Any]:
    """The reference answers."""
    answers: dict[str, Any] = json.loads((data_folder / "EXPECTED.json").read_text("utf-8"))
    return answers


@pytest.fixture(scope="module")
def reply_log(data_folder: Path) -> dict[str, Came]:
    return shipped(data_folder, "reply-log.toml", PAIRS)


def first_replies(events: Iterable[Any]) -> dict[str, Any]:
    """The first public human message of each case."""
    first: dict[str, Any] = {}
    for one in sorted(events, key=lambda event: event.happened_at):
        assert (one.kind, one.actor_kind, one.visibility) == ("message", "human", "public")
        first.setdefault(one.case_id, one)
    return first


def test_the_reply_log_gives_every_case_once_and_every_reply(
    reply_log: dict[str, Came], expected: dict[str, Any]
) -> None:
    answers = expected["twcs_pairs"]
    customers, replies = reply_log["customers"], reply_log["replies"]
    assert raw(customers) == raw(replies) == len(customers.records) == len(replies.records) == answers["rows"] == 24857
    assert len({case.case_id for case in customers.records}) == answers["distinct_customer_tweets"] == 23363
    assert len({case.customer_id for case in customers.records}) == answers["customers"]
    assert len({event.event_id for event in replies.records}) == 24857
    assert {event.case_id for event in replies.records} == {case.case_id for case in customers.records}
    assert customers.refused + replies.refused == []
    assert customers.notes + replies.notes == []


def test_the_first_replies_take_as_long_as_the_reference_says(
    reply_log: dict[str, Came], expected: dict[str, Any]
) -> None:
    answers = expected["twcs_pairs"]
    opened = {case.case_id: case.opened_at for case in reply_log["customers"].records}
    minutes: dict[str, list[float]] = defaultdict(list)
    for case_id, event in first_replies(reply_log["replies"].records).items():
        minutes[event.brand].append((event.happened_at - opened[case_id]).total_seconds() / 60)
    every = [one for brand in minutes.values() for one in brand]
    close(every, answers["frt_minutes"])
    assert sum(one <= 15 for one in every) / len(every) == pytest.approx(answers["within_15m"], abs=1e-5)
    assert sum(one <= 60 for one in every) / len(every) == pytest.approx(answers["within_60m"], abs=1e-5)
    assert {brand: len(waits) for brand, waits in minutes.items()} == {
        brand: one["n"] for brand, one in answers["by_brand"].items()
    }
    for brand, waits in minutes.items():
        close(waits, {"p50": answers["by_brand"][brand]["p50"], "p90": answers["by_brand"][brand]["p90"]})


def test_cases_open_on_the_days_the_reference_counts(reply_log: dict[str, Came], expected: dict[str, Any]) -> None:
    opened = {case.case_id: case.opened_at for case in reply_log["customers"].records}
    days = Counter(moment.date().isoformat() for moment in opened.values())
    assert days == expected["twcs_pairs"]["opened_by_utc_day"]


def threads(data_folder: Path) -> tuple[Came, Came]:
    """Inbound roots as cases, outbound posts as replies: as the comments of the shipped example map them."""
    time, defaults = {"from": "created_at", "format": TWITTER_TIME}, {"platform": "twitter"}
    roots = imported(
        data_folder,
        THREADS,
        records="cases",
        columns={"case_id": "tweet_id", "opened_at": time, "customer_id": "author_id", "subject": "text"},
        defaults=defaults,
        only={"inbound": ["True"], "in_response_to_tweet_id": [""]},
    )
    replies = imported(
        data_folder,
        THREADS,
        records="case_events",
        columns={
            "case_id": "in_response_to_tweet_id",
            "event_id": "tweet_id",
            "happened_at": time,
            "brand": "author_id",
            "text": "text",
        },
        defaults={**defaults, "kind": "message", "actor_kind": "human", "visibility": "public"},
        only={"inbound": ["False"]},
    )
    return roots, replies


def test_threads_are_split_into_roots_and_replies_whose_float_ids_are_whole(
    data_folder: Path, expected: dict[str, Any]
) -> None:
    answers, rows = expected["twcs_threads"], table(data_folder / THREADS)
    roots, replies = threads(data_folder)
    sides = Counter(row["inbound"] for row in rows)
    assert (raw(roots), sides["True"], sides["False"]) == (answers["tweets"], answers["inbound"], answers["outbound"])
    assert len({case.case_id for case in roots.records}) == len(roots.records) == answers["inbound_roots"] == 882
    answering = [row for row in rows if row["inbound"] == "False" and row["in_response_to_tweet_id"]]
    assert len(replies.records) == len(answering) == 1392
    assert all(row["in_response_to_tweet_id"].endswith(".0") for row in answering)
    assert [event.case_id for event in replies.records] == [
        f"twitter:{row['in_response_to_tweet_id'].removesuffix('.0')}" for row in answering
    ]
    assert Counter(replies.reasons) == {"missing_id": 14}, "posts of a brand that answer nobody"
    assert {one.field for one in replies.refused} == {"case_id"}
    assert any("1,392 rows whose case_id is written as a decimal number" in note for note in replies.notes)
    assert any("1,406 rows left out by only.inbound" in note for note in roots.notes)
    assert any("803 rows left out by only.in_response_to_tweet_id" in note for note in roots.notes)


def test_roots_with_a_direct_reply_wait_as_long_as_the_reference_says(
    data_folder: Path, expected: dict[str, Any]
) -> None:
    answers = expected["twcs_threads"]
    roots, replies = threads(data_folder)
    opened = {case.case_id: case.opened_at for case in roots.records}
    first = {case: event for case, event in first_replies(replies.records).items() if case in opened}
    assert len(first) == answers["roots_with_direct_brand_reply"] == 803
    close(
        [(event.happened_at - opened[case]).total_seconds() / 60 for case, event in first.items()],
        answers["frt_minutes"],
    )
    assert len({event.brand for event in replies.records}) == answers["brands"]


@pytest.fixture(scope="module")
def event_log(data_folder: Path) -> dict[str, Came]:
    return shipped(data_folder, "event-log.toml", LOG)


@pytest.fixture(scope="module")
def log_rows(data_folder: Path) -> list[dict[str, str]]:
    return table(data_folder / LOG)


def newest(cases: Iterable[Any]) -> dict[str, Any]:
    """Each case as it is now: the newest version by time and sequence, of equal ones the last."""
    now: dict[str, Any] = {}
    for one in cases:
        before = now.get(one.case_id)
        if before is None or (one.updated_at, one.sequence) >= (before.updated_at, before.sequence):
            now[one.case_id] = one
    return now


def of_case(events: Iterable[Any]) -> dict[str, list[datetime]]:
    moments: dict[str, list[datetime]] = defaultdict(list)
    for one in once(events).values():
        moments[one.case_id].append(one.happened_at)
    return moments


def test_the_event_log_gives_every_incident_as_its_newest_row_has_it(
    event_log: dict[str, Came], log_rows: list[dict[str, str]], expected: dict[str, Any]
) -> None:
    answers, incidents = expected["servicenow"], event_log["incidents"]
    assert raw(incidents) == len(incidents.records) == len(log_rows) == answers["events"] == 101045
    now = newest(incidents.records)
    assert len(now) == answers["incidents"] == 17136
    priorities = Counter(case.priority for case in now.values())
    assert priorities == {priority: one["n"] for priority, one in answers["by_priority"].items()}
    assert all(came.refused == [] for came in event_log.values())
    for name, missing in (("owner", "assigned_to"), ("unit", "assignment_group"), ("customer_id", "caller_id")):
        unknown = sum(getattr(case, name) is None for case in incidents.records)
        assert unknown == sum(row[missing] == "?" for row in log_rows) > 0, name


def test_the_damaged_header_is_readable_and_told(event_log: dict[str, Came], data_folder: Path) -> None:
    [note] = event_log["incidents"].notes
    assert note.endswith('the header has "category" more than once: a later one is called category#2')
    second = imported(
        data_folder,
        LOG,
        records="cases",
        columns={
            "case_id": "number",
            "opened_at": {"from": "opened_at", "format": LOG_TIME, "timezone": "UTC"},
            "track": "category",
            "unit": "category#2",
        },
    )
    with (data_folder / LOG).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        places = [place for place, name in enumerate(next(rows)) if name == "category"]
        pairs = Counter(tuple(row[place] for place in places) for row in rows)
    assert Counter((case.track, case.unit) for case in second.records) == pairs


def test_an_incident_is_resolved_once_however_many_rows_repeat_it(
    event_log: dict[str, Came], log_rows: list[dict[str, str]], expected: dict[str, Any]
) -> None:
    came, answers = event_log["resolutions"], expected["servicenow"]
    assert len(came.records) == sum(row["resolved_at"] != "?" for row in log_rows) == 98567
    assert any("2,478 rows left out by skip.resolved_at" in note for note in came.notes)
    resolved = of_case(came.records)
    assert all(len(moments) == 1 for moments in resolved.values())
    assert answers["incidents"] - len(resolved) == answers["unresolved"] == 1230
    assert {event.kind for event in came.records} == {"resolved"}


def test_the_time_to_resolve_by_priority_is_the_references(
    event_log: dict[str, Came], expected: dict[str, Any]
) -> None:
    answers = expected["servicenow"]
    now, resolved = newest(event_log["incidents"].records), of_case(event_log["resolutions"].records)
    hours: dict[str, list[float]] = defaultdict(list)
    for case_id, (moment,) in resolved.items():
        case = now[case_id]
        hours[case.priority].append((moment - case.opened_at).total_seconds() / 3600)
    close([one for every in hours.values() for one in every], answers["ttr_hours"])
    for priority, one in answers["by_priority"].items():
        assert quantile(hours[priority], 0.5) == pytest.approx(one["ttr_p50_h"], abs=0.01), priority


def test_a_reopening_is_one_event_per_count_at_its_first_row_and_before_the_resolution_that_held(
    event_log: dict[str, Came], log_rows: list[dict[str, str]], expected: dict[str, Any]
) -> None:
    came = event_log["reopenings"]
    told = {(row["number"], row["reopen_count"]) for row in log_rows if row["reopen_count"] != "0"}
    assert len(once(came.records)) == len(told) == 243
    reopened, resolved = of_case(came.records), of_case(event_log["resolutions"].records)
    assert len(reopened) == expected["servicenow"]["reopened"] == 202
    first = {
        (f"servicedesk:{row['number']}", datetime.strptime(row["sys_updated_at"], LOG_TIME).replace(tzinfo=UTC))
        for before, row in pairwise(log_rows)
        if row["reopen_count"] != "0"
        and (before["number"], before["reopen_count"]) != (row["number"], row["reopen_count"])
    }
    assert {(case, moment) for case, moments in reopened.items() for moment in moments} == first
    held = [max(moments) <= resolved[case][0] for case, moments in reopened.items() if case in resolved]
    assert all(held)
    assert len(held) == 201, "one reopened incident was never resolved again"


def test_the_states_between_become_pauses_and_resumptions(event_log: dict[str, Came], expected: dict[str, Any]) -> None:
    came, states = event_log["changes"], expected["servicenow"]["states"]
    assert Counter(event.source_words for event in came.records) == {
        state: count for state, count in states.items() if state not in ("New", "Closed")
    }
    waiting = sum(count for state, count in states.items() if state.startswith("Awaiting"))
    kinds = {"resumed": states["Active"], "paused": waiting, "changed": states["Resolved"]}
    assert Counter(event.kind for event in came.records) == kinds
    assert len(once(came.records)) == len(came.records) == 58896, "no two changes are taken for one"
    reasons = Counter(event.reason for event in came.records if event.kind == "paused")
    others = states["Awaiting Vendor"] + states["Awaiting Problem"]
    assert reasons == {"waiting_customer": waiting - others, "waiting_third_party": others}


def test_no_event_of_one_source_is_taken_for_another_sources(event_log: dict[str, Came]) -> None:
    ids = [set(once(came.records)) for name, came in event_log.items() if name != "incidents"]
    assert len(ids) == 5
    assert len(set().union(*ids)) == sum(map(len, ids))


@pytest.mark.parametrize(
    ("moment", "name", "unresolved"),
    [
        (datetime(2016, 4, 15, tzinfo=UTC), "open_at_2016_04_15_0000", 2331),
        (datetime(2016, 5, 20, tzinfo=UTC), "open_at_2016_05_20_0000", 1707),
    ],
)
def test_what_was_open_then_is_what_was_not_closed_yet(
    event_log: dict[str, Came], expected: dict[str, Any], moment: datetime, name: str, unresolved: int
) -> None:
    """The reference counts an incident as open until it is closed, whether or not it was ever resolved."""
    opened = {case.case_id for case in event_log["incidents"].records if case.opened_at <= moment}

    def before(source_name: str) -> set[str]:
        ended = of_case(event_log[source_name].records)
        return {case for case, moments in ended.items() if min(moments) <= moment}

    assert len(opened - before("closings")) == expected["servicenow"][name]
    assert len(opened - before("resolutions")) == unresolved
    assert {(event.kind, event.source_words) for event in event_log["closings"].records} == {("other", "Closed")}
