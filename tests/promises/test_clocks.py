"""The rules of docs/promises.md and the oracles of the domain, through the ledger into the engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queries.answers import Answers
from queries.ledger import Ledger
from queries.rows import CaseRow, EventRow
from queries.warehouse import Warehouse
from tests.promises.keeping import BERLIN, clock, promise, segments
from tests.rows import case, event, keep, mention

ZONE = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """A moment as clocks in Berlin show it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2025-03-03T10:00")


@pytest.fixture
def desk(ledger: Ledger) -> Ledger:
    """A ledger whose warehouse promises what BERLIN says."""
    promise(ledger.warehouse, now=LATER)
    return ledger


def tell(ledger: Ledger, *events: EventRow, opened_at: datetime = MONDAY, **more: Any) -> Warehouse:
    """Commit case 1 with its events."""
    keep(ledger, cases=[case(1, opened_at=opened_at, **more)], events=events, now=LATER)
    return ledger.warehouse


def said(kind: str, when: datetime, actor: str | None = "human", **more: Any) -> EventRow:
    """An event of somebody."""
    return event(1, kind, happened_at=when, actor_kind=actor, event_id=f"{kind} {when} {actor} {more}", **more)


def reply(when: datetime, **more: Any) -> EventRow:
    """A public word of ours."""
    return event(1, happened_at=when, event_id=f"reply {when} {more}", **more)


def asked(when: datetime) -> EventRow:
    """A public word of the customer's."""
    return event(1, happened_at=when, actor_kind="customer", event_id=f"asked {when}")


def with_hours(hours: str, frt: str) -> str:
    """BERLIN with other opening hours on weekdays, and another target of the first response."""
    return BERLIN.replace("09:00-17:00", hours).replace('frt = "4h"', f'frt = "{frt}"')


@pytest.mark.parametrize(
    ("number", "hours", "target", "opened", "due"),
    [
        (1, "09:00-17:00", "4h", "2025-03-07T16:00", "2025-03-10T12:00"),
        (2, "08:00-17:00", "4h", "2025-03-07T16:00", "2025-03-10T11:00"),
        (3, "09:00-17:00", "4h", "2025-03-06T15:00", "2025-03-07T11:00"),
        (4, "09:00-17:00", "8h", "2025-03-04T11:00", "2025-03-05T11:00"),
        (6, "08:00-18:00", "4h", "2025-03-03T10:00", "2025-03-03T14:00"),
        (6, "08:00-18:00", "4h", "2025-03-03T17:00", "2025-03-04T11:00"),
        (8, "09:00-17:00", "1h", "2025-03-28T16:30", "2025-03-31T09:30"),
        (12, "09:00-17:00", "8h", "2025-03-03T09:00", "2025-03-03T17:00"),
        (12, "09:00-17:00", "1s", "2025-03-03T17:00", "2025-03-04T09:00:01"),
    ],
)
def test_oracles_of_due_dates(ledger: Ledger, number: int, hours: str, target: str, opened: str, due: str) -> None:
    promise(ledger.warehouse, with_hours(hours, frt=target), LATER)
    assert clock(tell(ledger, opened_at=at(opened)))["due_at"] == at(due), f"oracle {number}"


def test_oracle_5_an_hour_and_44_minutes_of_eight_hours_are_over(ledger: Ledger, answers: Answers) -> None:
    promise(ledger.warehouse, with_hours("08:00-17:00", frt="8h"), LATER)
    opened, now = at("2025-12-12T20:49"), at("2025-12-15T09:44")
    keep(ledger, cases=[case(1, opened_at=opened)], now=LATER)
    asked_of = {"since": opened, "until": now, "metrics": ["frt"]}
    row = answers.ask("sla_clocks", asked_of, now).frame.iloc[0]
    assert row["elapsed_seconds"] == 104 * 60
    assert round(row["elapsed_seconds"] / row["target_seconds"], 4) == 0.2167


def test_oracle_8_is_an_instant_of_the_summer(desk: Ledger) -> None:
    promise(desk.warehouse, with_hours("09:00-17:00", frt="1h"), LATER + HOUR)
    found = tell(desk, opened_at=at("2025-03-28T16:30"), priority="high")
    assert clock(found)["due_at"] == datetime(2025, 3, 31, 7, 30, tzinfo=UTC)


def test_oracle_11_pauses_count_in_the_calendars_seconds(desk: Ledger) -> None:
    found = tell(
        desk,
        said("paused", at("2025-03-03T16:00"), reason="waiting_customer"),
        said("resumed", at("2025-03-04T09:30"), "bot"),
        said("resolved", at("2025-03-04T12:00")),
    )
    whole = clock(found, metric="resolution")
    assert whole["elapsed_seconds"] == 8.5 * 3600
    assert (whole["due_at"], whole["outcome"]) == (at("2025-03-04T11:30"), "resolved")


def test_oracle_7_a_changed_calendar_cuts_a_case_into_segments(ledger: Ledger) -> None:
    # schedule A: open in the minutes 3600-4440 and 5040-5880 of the week that begins on Sunday, B in 5220-5790
    text = BERLIN.replace(
        "[calendar.always]",
        """[calendar.a]
timezone = "UTC"
open = { tue = ["12:00-24:00"], wed = ["00:00-02:00", "12:00-24:00"], thu = ["00:00-02:00"] }
[calendar.b]
timezone = "UTC"
open = { wed = ["15:00-24:00"], thu = ["00:00-00:30"] }
[calendar.always]""",
    ).replace('calendar = "week"', 'calendar = "a"')
    promise(ledger.warehouse, text, LATER)
    begun = datetime(2025, 3, 4, 17, 1, 38, tzinfo=UTC)
    switched = datetime(2025, 3, 5, 19, 1, 25, tzinfo=UTC)
    found = tell(
        ledger,
        said("changed", switched, calendar="b"),
        reply(switched + timedelta(seconds=21)),
        opened_at=begun,
    )
    assert clock(found)["elapsed_seconds"] == 57_608


def test_the_clock_starts_with_the_post_and_not_with_the_case(desk: Ledger) -> None:
    keep(desk, mention(7, published_at=MONDAY), now=LATER)
    found = tell(desk, opened_at=MONDAY + 3 * HOUR, item_id="x:7")
    assert clock(found)["started_at"] == MONDAY


def test_a_post_that_comes_after_its_case_moves_the_start(desk: Ledger) -> None:
    found = tell(desk, opened_at=MONDAY + 3 * HOUR, item_id="x:7")
    assert clock(found)["started_at"] == MONDAY + 3 * HOUR
    keep(desk, mention(7, published_at=MONDAY), now=LATER)
    assert clock(found)["started_at"] == MONDAY


NO_ANSWER = [
    ("a bot", said("message", MONDAY + HOUR, "bot", visibility="public")),
    ("nobody knows who", said("message", MONDAY + HOUR, None, visibility="public")),
    ("a note", said("message", MONDAY + HOUR, visibility="internal")),
    ("a bot that resolves", said("resolved", MONDAY + HOUR, "bot")),
    ("a bot that declines", said("declined", MONDAY + HOUR, "bot", reason="spam")),
    ("a claim", said("claimed", MONDAY + HOUR)),
    ("a pause", said("paused", MONDAY + HOUR, reason="waiting_customer")),
]


@pytest.mark.parametrize("no_answer", [one for _, one in NO_ANSWER], ids=[name for name, _ in NO_ANSWER])
def test_what_is_no_answer_stops_no_first_response_clock(desk: Ledger, no_answer: EventRow) -> None:
    found = clock(tell(desk, no_answer))
    assert (found["stopped_at"], found["due_at"]) == (None, MONDAY + 4 * HOUR)


@pytest.mark.parametrize("kind", ["resolved", "acknowledged", "declined", "excluded", "merged"])
def test_a_bot_stops_no_clock_of_a_human(desk: Ledger, kind: str) -> None:
    found = tell(desk, said(kind, MONDAY + HOUR, "bot"))
    assert clock(found)["stopped_at"] is None
    assert clock(found, metric="resolution")["stopped_at"] is None


def test_a_bots_pause_holds_nothing_up(desk: Ledger) -> None:
    found = tell(desk, said("paused", MONDAY + HOUR, "bot", reason="waiting_customer"))
    assert clock(found, metric="resolution")["due_at"] == at("2025-03-04T10:00")


@pytest.mark.parametrize("reason", ["lunch", None])
def test_a_pause_for_another_reason_holds_nothing_up(desk: Ledger, reason: str | None) -> None:
    found = tell(desk, said("paused", MONDAY + HOUR, reason=reason))
    assert clock(found, metric="resolution")["is_paused"] is False


def test_a_case_closed_without_an_answer_has_not_been_answered(desk: Ledger) -> None:
    found = clock(tell(desk, said("resolved", MONDAY + HOUR)))
    assert (found["outcome"], found["stopped_at"]) == ("unanswered", MONDAY + HOUR)


@pytest.mark.parametrize(
    ("kind", "actor", "outcome"),
    [
        ("acknowledged", "human", "acknowledged"),
        ("declined", "human", "declined"),
        ("resolved", "customer", "acknowledged"),
        ("excluded", "human", "excluded"),
    ],
)
def test_what_sets_a_case_aside_is_told_and_is_no_answer(desk: Ledger, kind: str, actor: str, outcome: str) -> None:
    assert clock(tell(desk, said(kind, MONDAY + HOUR, actor)))["outcome"] == outcome


def test_an_excluded_case_takes_all_its_clocks_along(desk: Ledger) -> None:
    found = tell(desk, reply(MONDAY + HOUR), asked(MONDAY + 2 * HOUR), said("excluded", MONDAY + 3 * HOUR))
    outcomes = {row[0] for row in segments(found, "outcome")}
    assert outcomes == {"excluded"}


def test_an_exclusion_that_is_undone_was_none(desk: Ledger) -> None:
    found = tell(desk, said("excluded", MONDAY + HOUR), said("reopened", MONDAY + 2 * HOUR), reply(MONDAY + 3 * HOUR))
    assert clock(found)["outcome"] == "answered"
    assert clock(found, metric="resolution")["stopped_at"] is None


def test_next_responses_are_islands_from_the_oldest_unanswered_word(desk: Ledger) -> None:
    found = tell(
        desk,
        reply(MONDAY + HOUR),
        asked(MONDAY + 1.5 * HOUR),
        asked(MONDAY + 2 * HOUR),
        reply(MONDAY + 3 * HOUR),
        asked(MONDAY + 4 * HOUR),
        said("resolved", MONDAY + 5 * HOUR),
    )
    first, second = clock(found, metric="nrt"), clock(found, metric="nrt", cycle=2)
    assert (first["started_at"], first["stopped_at"], first["outcome"]) == (
        MONDAY + 1.5 * HOUR,
        MONDAY + 3 * HOUR,
        "answered",
    )
    assert (second["started_at"], second["stopped_at"], second["outcome"]) == (
        MONDAY + 4 * HOUR,
        MONDAY + 5 * HOUR,
        "resolved",
    )
    assert clock(found, metric="nrt", cycle=3) == {}


def test_what_we_begin_owes_an_answer_from_the_customers_first_word_on(desk: Ledger) -> None:
    found = tell(desk, said("opened", MONDAY), reply(MONDAY), asked(MONDAY + HOUR), reply(MONDAY + 2 * HOUR))
    first = clock(found)
    assert (first["started_at"], first["elapsed_seconds"]) == (MONDAY + HOUR, 3600)


def test_what_we_begin_and_nobody_answers_owes_nothing(desk: Ledger) -> None:
    assert clock(tell(desk, said("opened", MONDAY), reply(MONDAY))) == {}


def test_an_answer_older_than_the_case_tells_no_time(desk: Ledger) -> None:
    assert clock(tell(desk, reply(MONDAY - HOUR)))["outcome"] == "unknown"


def test_a_reopened_case_has_a_new_resolution_with_the_whole_target(desk: Ledger) -> None:
    again = at("2025-03-05T12:00")
    found = tell(desk, reply(MONDAY), said("resolved", MONDAY + HOUR), said("reopened", again, "customer"))
    assert clock(found, metric="resolution")["outcome"] == "resolved"
    assert clock(found, metric="resolution", cycle=2)["due_at"] == at("2025-03-06T12:00")
    assert clock(found)["elapsed_seconds"] == 0, "the first response is not reset"
    assert clock(found, metric="nrt")["started_at"] == again, "who opens a case again waits for an answer"


def test_a_pause_for_the_customer_ends_with_their_word(desk: Ledger) -> None:
    found = tell(
        desk,
        reply(MONDAY),
        said("paused", MONDAY + HOUR, reason="waiting_customer"),
        asked(MONDAY + 2 * HOUR),
    )
    assert clock(found, metric="resolution")["due_at"] == at("2025-03-04T11:00")


def test_while_paused_there_is_no_due_date(desk: Ledger) -> None:
    found = clock(tell(desk, said("paused", MONDAY + HOUR, reason="crisis_hold")), metric="resolution")
    assert (found["due_at"], found["is_paused"], found["before_seconds"]) == (None, True, 3600)


def test_a_pause_after_the_due_date_hides_no_breach(desk: Ledger) -> None:
    found = tell(desk, said("paused", at("2025-03-06T10:00"), reason="waiting_customer"))
    assert clock(found, metric="resolution")["due_at"] == at("2025-03-04T10:00")


def test_resolved_in_a_pause_has_the_due_date_it_would_have_had(desk: Ledger) -> None:
    found = tell(
        desk,
        said("paused", MONDAY + HOUR, reason="waiting_customer"),
        said("resolved", MONDAY + 2 * HOUR),
    )
    assert clock(found, metric="resolution")["due_at"] == at("2025-03-04T11:00")


def test_a_higher_priority_keeps_what_has_elapsed(desk: Ledger) -> None:
    found = clock(tell(desk, said("changed", MONDAY + 2 * HOUR, priority="High")))
    assert (found["target_seconds"], found["before_seconds"]) == (3600, 7200)
    assert found["due_at"] == MONDAY + HOUR, "an hour was over before the change"


def test_a_track_that_promises_nothing_keeps_the_promise_there_was(desk: Ledger) -> None:
    found = tell(desk, reply(MONDAY), asked(MONDAY + HOUR), said("changed", MONDAY + 2 * HOUR, track="night"))
    assert clock(found, metric="nrt")["target_seconds"] == 7200


def test_an_unknown_track_takes_the_default_one(desk: Ledger) -> None:
    assert clock(tell(desk, track="nobody's"))["target_seconds"] == 4 * 3600


def test_a_record_that_names_another_track_later_is_a_change(desk: Ledger) -> None:
    tell(desk, track="night", updated_at=MONDAY)
    found = tell(desk, track="care", updated_at=MONDAY + HOUR / 2)
    cut = segments(found, "track, since_at", "metric = 'frt'")
    assert cut == [("night", MONDAY), ("care", MONDAY + HOUR / 2)]


def test_merged_cases_are_one_conversation(desk: Ledger) -> None:
    keep(
        desk,
        cases=[case(1, opened_at=MONDAY + HOUR), case(2, opened_at=MONDAY)],
        events=[
            event(2, "merged", happened_at=MONDAY + 2 * HOUR, actor_kind="human", other_case_id="x:1"),
            event(1, happened_at=MONDAY + 3 * HOUR),
        ],
        now=LATER,
    )
    assert {row[0] for row in segments(desk.warehouse, "outcome", "case_id = 'x:2'")} == {"merged"}
    parent = clock(desk.warehouse)
    assert (parent["started_at"], parent["elapsed_seconds"]) == (MONDAY, 3 * 3600)


def test_who_is_merged_unanswered_still_waits(desk: Ledger) -> None:
    keep(
        desk,
        cases=[case(1, opened_at=MONDAY), case(2, opened_at=MONDAY + 2 * HOUR)],
        events=[
            event(1, happened_at=MONDAY + HOUR),
            event(2, "merged", happened_at=MONDAY + 3 * HOUR, actor_kind="human", other_case_id="x:1"),
        ],
        now=LATER,
    )
    assert clock(desk.warehouse, metric="nrt")["started_at"] == MONDAY + 2 * HOUR


def test_a_merge_that_is_undone_gives_both_their_clocks_back(desk: Ledger) -> None:
    def read(*events: EventRow) -> list[tuple[Any, ...]]:
        keep(desk, cases=[case(1, opened_at=MONDAY + HOUR), case(2, opened_at=MONDAY)], events=events, now=LATER)
        return segments(desk.warehouse, "case_id, metric, started_at, outcome")

    apart = read()
    merge = event(2, "merged", happened_at=MONDAY + 2 * HOUR, actor_kind="human", other_case_id="x:1")
    assert read(merge) != apart
    assert read(event(2, "reopened", happened_at=MONDAY + 3 * HOUR)) == apart


def test_a_ring_of_merges_is_no_merge(desk: Ledger) -> None:
    cases: list[CaseRow] = [case(1, opened_at=MONDAY), case(2, opened_at=MONDAY)]
    keep(
        desk,
        cases=cases,
        events=[
            event(1, "merged", happened_at=MONDAY + HOUR, actor_kind="human", other_case_id="x:2"),
            event(2, "merged", happened_at=MONDAY + HOUR, actor_kind="human", other_case_id="x:1"),
        ],
        now=LATER,
    )
    assert [row[0] for row in segments(desk.warehouse, "outcome", "metric = 'frt'")] == [None, None]


def test_drills_have_no_clocks(desk: Ledger) -> None:
    assert segments(tell(desk, is_drill=True)) == []


def test_without_promises_there_are_no_clocks(ledger: Ledger) -> None:
    assert segments(tell(ledger)) == []
