"""Why a deadline is when it is, in words: to the second, with the file's own lines, and as it stood then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from layouts.explain.said import between, exactly, target
from layouts.explain.told import Told
from queries.answers import Answers
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import FakeClock
from tests.promises.keeping import promise
from tests.promises.told_site import SITE, explained, happened, tell, there
from tests.rows import case, keep, mention

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment as clocks in Berlin show it."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


THURSDAY = at("2025-10-30T17:30")
MONDAY = at("2025-11-03T09:15")


@pytest.fixture
def warehouse(tmp_path: Path, clock: FakeClock) -> Iterator[Warehouse]:
    """DuckDB's own file: words do not depend on where the tables lie, and the question is asked on both elsewhere."""
    opened = Warehouse("duckdb:w", tmp_path / "w", clock())
    yield opened
    opened.close()


def rows(clock: Told) -> list[tuple[str, str, str]]:
    return [(row.span, row.what, row.total) for row in clock.rows]


def shown(answers: Answers, now: datetime = MONDAY, text: str = SITE) -> Told:
    return explained(answers, now, text)["First response"]


# ---- what counted


def test_each_part_is_told_to_the_second_with_the_holidays_name_and_the_running_sum(
    ledger: Ledger, answers: Answers
) -> None:
    tell(ledger, THURSDAY)
    clock = shown(answers)
    assert rows(clock) == [
        ("Thu 30 Oct 17:30:00 to 18:00:00", "counted 30 min 0 s", "30 min 0 s"),
        ("Thu 30 Oct 18:00:00 to Fri 31 Oct 00:00:00", "closed", "30 min 0 s"),
        ("Fri 31 Oct 00:00:00 to Sat 1 Nov 00:00:00", 'holiday "Reformation Day"', "30 min 0 s"),
        ("Sat 1 Nov 00:00:00 to Mon 3 Nov 09:00:00", "closed", "30 min 0 s"),
        ("Mon 3 Nov 09:00:00 to 09:15:00", "counted 15 min 0 s", "45 min 0 s"),
        ("Mon 3 Nov 09:15:00 to 10:30:00", "will count 1 h 15 min 0 s", "2 h 0 min 0 s"),
    ]
    assert (clock.due, clock.remaining) == ("Mon 3 Nov 10:30:00", "1 h 15 min 0 s of 2 h left")
    assert clock.because == (
        "due Mon 3 Nov 10:30:00 because 2 h of open time (berlin) ends there: 30 min 0 s on Thu 30 Oct and "
        "1 h 30 min 0 s on Mon 3 Nov; not counted: closed hours and a holiday (Reformation Day)"
    )


def test_a_pause_says_why_and_leaves_no_due_date(ledger: Ledger, answers: Answers) -> None:
    paused = happened("paused", at("2025-11-03T09:05:10"), reason="waiting_third_party")
    tell(ledger, THURSDAY, paused)
    clocks = explained(answers, MONDAY)
    assert rows(clocks["Resolution"])[-1] == (
        "Mon 3 Nov 09:05:10 to 09:15:00", "paused: waiting_third_party", "35 min 10 s",
    )  # fmt: skip
    assert clocks["Resolution"].because == (
        "no due date while it is paused: 35 min 10 s of 8 h have counted, 7 h 24 min 50 s are left"
    )
    assert clocks["Resolution"].stopped == "paused since Mon 3 Nov 09:05:10: waiting_third_party"
    assert not any(row.kind == "paused" for row in clocks["First response"].rows), "a first response never pauses"
    later = explained(answers, at("2025-11-03T12:00"))
    assert later["Resolution"].rows[-1].total == "35 min 10 s"


def test_a_clock_that_stopped_says_how_long_it_took(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, happened("message", at("2025-11-03T10:30:02"), actor="Kim", visibility="public"))
    late = shown(answers, at("2025-11-03T12:00"))
    assert (late.state, late.remaining) == ("breached", "took 2 h 0 min 2 s, 2 s over 2 h")
    assert late.because.startswith("due Mon 3 Nov 10:30:00 because 2 h of open time (berlin) ends there: ")
    assert late.stopped == "stopped Mon 3 Nov 10:30:02: message by our people (Kim)"


def test_a_clock_that_stopped_in_time_was_not_due_yet(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, happened("message", THURSDAY + 10 * MINUTE, visibility="public"))
    clock = shown(answers)
    assert (clock.state, clock.remaining) == ("met", "took 10 min 0 s of 2 h")
    assert clock.because == (
        "due Mon 3 Nov 10:30:00 because 2 h of open time (berlin) would have ended there; it stopped before, "
        "when 10 min 0 s had counted"
    )


def test_a_target_that_was_over_when_it_came_says_so(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, happened("changed", at("2025-11-03T10:00:07"), priority="high"))
    clock = shown(answers, at("2025-11-03T12:00"))
    assert clock.because == (
        "due Mon 3 Nov 09:30:00, counted back, because 1 h became the promise Mon 3 Nov 10:00:07, "
        "when 1 h 30 min 7 s had counted already"
    )


def test_many_days_are_told_by_their_number(ledger: Ledger, answers: Answers) -> None:
    text = SITE.replace('resolution = "8h"', 'resolution = "72h"')
    tell(ledger, THURSDAY, text=text)
    clock = explained(answers, MONDAY, text)["Resolution"]
    assert "ends there: on 9 days from Thu 30 Oct to Wed 12 Nov; not counted:" in clock.because
    assert len(clock.rows) == 20, "no night is left out"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    since = at("2025-10-26T02:30").astimezone(UTC)
    assert between(since, since + timedelta(hours=1), BERLIN, since) == "Sun 26 Oct 02:30:00 CEST to 02:30:00 CET"
    assert between(since, at("2026-01-01T10:00"), BERLIN, since).endswith("to Thu 1 Jan 2026 10:00:00")


@pytest.mark.parametrize(
    ("seconds", "said", "promised"),
    [
        (0, "0 s", "0 s"),
        (59, "59 s", "59 s"),
        (3600, "1 h 0 min 0 s", "1 h"),
        (5400, "1 h 30 min 0 s", "1 h 30 min"),
        (200_000, "55 h 33 min 20 s", "55 h 33 min 20 s"),
        (-61, "−1 min 1 s", "−1 min 1 s"),
    ],
)
def test_open_time_is_told_in_hours_and_never_in_days(seconds: int, said: str, promised: str) -> None:
    assert (exactly(seconds), target(seconds)) == (said, promised)


# ---- by which rules


def test_every_rule_is_cited_with_its_line(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY)
    assert shown(answers).rules == [
        "target 2 h: track.restore.frt " + there('frt = "2h"'),
        "calendar berlin: track.restore.calendar " + there('calendar = "berlin"', nth=2),
        "open Mon 09:00-18:00: calendar.berlin.open.mon " + there('mon = ["09'),
        "open Thu 09:00-18:00: calendar.berlin.open.thu " + there("thu ="),
        "Fri 31 Oct is a holiday (Reformation Day): calendar.berlin.holidays " + there("berlin.holidays"),
    ]


def test_the_version_of_the_day_is_cited_and_a_prioritys_own_target(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, at("2025-09-30T10:00"))
    early = shown(answers, at("2025-09-30T11:00")).rules[0]
    assert early == "target 4 h: track.restore.frt " + there('frt = "4h"')
    keep(ledger, cases=[case(2, opened_at=THURSDAY, track="Restore ", priority=" HIGH")])
    high = explained(answers, MONDAY, case_id="x:2")
    assert high["First response"].rules[0] == ("target 1 h: track.restore.priority.high.frt " + there('frt = "1h"'))
    assert high["Resolution"].rules[0].startswith("target 8 h: track.restore.resolution "), "what it does not name"


def test_special_days_unions_and_calendars_that_never_close_are_cited(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, at("2025-12-24T12:30"))
    special = shown(answers, at("2025-12-24T15:00")).rules
    cited = f"calendar.berlin.special.2025-12-24 {there('special =')}"
    assert f"open Wed 24 Dec, a special day, 09:00-13:00: {cited}" in special
    assert f"Wed 24 Dec is a special day: {cited}" in special
    keep(
        ledger, cases=[case(2, opened_at=at("2025-11-03T21:50"), track="night"), case(3, opened_at=MONDAY, track="odd")]
    )
    answer = happened("message", MONDAY + MINUTE, visibility="public", case_id="x:3")
    asked = happened("message", MONDAY + 2 * MINUTE, "customer", visibility="public", case_id="x:3")
    keep(ledger, events=[answer, asked])
    night = explained(answers, at("2025-11-04T01:00"), case_id="x:2")["First response"]
    assert night.rules[-2:] == [
        "open whenever one of berlin, nights is: calendar.both.union " + there("union"),
        "open Mon 22:00-06:00: calendar.nights.open.mon " + there("22:00-06:00"),
    ]
    odd = explained(answers, MONDAY + 5 * MINUTE, case_id="x:3")["Next response 1"]
    assert odd.rules[1] == (
        "track care is for all cases without a track of the file: sla.default_track " + there("default_track")
    )
    assert odd.rules[-1] == "open round the clock: calendar.always.always " + there("always = true")


def test_what_the_file_no_longer_says_is_told_as_it_stood(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, happened("message", at("2025-11-03T10:00"), visibility="public"))
    edited = SITE.replace('frt = "2h"', 'frt = "45m"').replace('thu = ["09:00-18:00"]', 'thu = ["10:00-17:00"]')
    edited = edited.replace('country = "DE"\nsubdiv = "ST"', 'also = ["2025-12-31"]')
    promise(ledger.warehouse, edited, now=at("2025-11-10T14:03"))
    rules = shown(answers, at("2025-11-11T09:00"), edited).rules
    assert rules[0] == (
        "target 2 h: track.restore.frt as it stood from Wed 1 Oct 00:00:00 until Mon 10 Nov 14:03:00; "
        "the file now says 45 min " + there('frt = "45m"', edited)
    )
    assert rules[3] == ("open Thu as the calendar stood then; the file now says 10:00-17:00 " + there("thu =", edited))
    assert rules[4].startswith("Fri 31 Oct is a holiday (Reformation Day): calendar.berlin.holidays"), "others are left"


def test_what_the_file_now_says_nothing_of_is_told_too(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, happened("message", at("2025-11-03T10:00"), visibility="public"))
    gone = SITE[: SITE.index("[[track.restore]]")] + SITE[SITE.index("[track.night]") :]
    gone = gone.replace('[calendar.berlin.holidays]\ncountry = "DE"\nsubdiv = "ST"\n', "")
    promise(ledger.warehouse, gone, now=at("2025-11-10T14:03"))
    rules = shown(answers, at("2025-11-11T09:00"), gone).rules
    assert rules[0].endswith("until Mon 10 Nov 14:03:00; the file now says nothing of it")
    assert rules[1].startswith("calendar berlin: track.restore.calendar as it stood from ")
    assert rules[-1] == (
        "Fri 31 Oct is a holiday (Reformation Day): as the calendar stood then; the file now says nothing of it"
    )


def test_a_change_of_track_adds_its_rules_and_keeps_what_was_promised(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, happened("changed", at("2025-11-03T09:10"), track="care", calendar="nights"))
    rules = shown(answers).rules
    assert "target 2 h: as promised before; track care promises no first response" in rules
    assert "calendar nights: named by a change of the case" in rules


# ---- from which event to which


def test_a_clock_says_which_event_started_it(ledger: Ledger, answers: Answers) -> None:
    said = at("2025-11-03T09:01:02.5")
    events = [
        happened("message", at("2025-11-03T09:00"), visibility="public"),
        happened("message", said, "customer", actor="Ann", visibility="public"),
        happened("message", at("2025-11-03T09:05"), visibility="internal"),
        happened("resolved", at("2025-11-03T09:05"), visibility="internal"),
        happened("reopened", at("2025-11-03T09:06"), "customer"),
    ]
    tell(ledger, THURSDAY, *events, track="care", item_id="x:9", posts=[mention(9, published_at=THURSDAY - MINUTE)])
    text = SITE.replace('nrt = "4h"', 'nrt = "4h"\nfrt = "1h"\nresolution = "2h"')
    promise(ledger.warehouse, text, now=THURSDAY)
    clocks = explained(answers, MONDAY, text)
    assert clocks["Next response 1"].started == "started Mon 3 Nov 09:01:02: message by a customer (Ann)"
    assert clocks["Next response 1"].stopped == "stopped Mon 3 Nov 09:05:00: resolved by our people"
    assert clocks["Next response 2"].started == "started Mon 3 Nov 09:06:00: reopened by a customer"
    assert clocks["Next response 2"].stopped == "still running"
    assert not any("without a track" in line for line in clocks["Next response 2"].rules), "its record names the track"


def test_a_case_that_begins_with_its_post_says_so(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY, item_id="x:9", posts=[mention(9, published_at=THURSDAY - MINUTE)])
    assert shown(answers).started == "started Thu 30 Oct 17:29:00: the post it is about was published"


def test_a_start_told_in_a_merged_case_is_said_to_be_elsewhere(ledger: Ledger, answers: Answers) -> None:
    tell(ledger, THURSDAY)
    merged = happened("merged", THURSDAY + MINUTE, case_id="x:2", other_case_id="x:1")
    keep(ledger, cases=[case(2, opened_at=THURSDAY - MINUTE, track="restore")], events=[merged])
    assert shown(answers).started == "started Thu 30 Oct 17:29:00: told in a case that was merged into this one"
    child = explained(answers, MONDAY, case_id="x:2")["First response"]
    assert (child.state, child.stopped) == ("merged", "stopped Thu 30 Oct 17:31:00: merged by our people")
