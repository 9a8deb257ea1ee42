"""Which segment of a clock speaks, and which version of it: the same one to every question, to the very instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, Row, ask, plain, put

DAY = timedelta(days=1)
BEGAN = NOON - 65 * MINUTE  # overdue since five minutes before NOON
WINDOW: dict[str, Any] = {"since": NOON - DAY, "until": NOON + DAY}
BY_TRACK: dict[str, dict[str, Any]] = {
    "sla_clocks": WINDOW,
    "sla_next": {},
    "sla_due": {},
    "backlog_ageing": {"group_by": "track"},
    "time_to_response": {**WINDOW, "group_by": "track"},
    "sla_attainment": WINDOW,
    "promise_kept": {**WINDOW, "group_by": "track"},
    "sla_burn": {},
}
RUNNING = ("sla_clocks", "sla_next", "sla_due", "backlog_ageing", "time_to_response")
EACH = pytest.mark.parametrize("question", BY_TRACK)


def tracks(answers: Answers, question: str, **given: Any) -> set[str]:
    """The tracks of which a question tells a clock."""
    columns = {"sla_burn": ("track", "due_count"), "sla_next": ("track",), "sla_clocks": ("track",)}
    counted = ("group_name", "clocks_count") if question == "backlog_ageing" else ("group_name",)
    found = ask(answers, question, *columns.get(question, counted), **{**BY_TRACK[question], **given})
    return {track for track, *count in found if count != [0]}


def one(**more: Any) -> Row:
    """A clock of an hour that is overdue at NOON, inside and in public."""
    return segment("x:1", BEGAN, **{"public_target_seconds": 3600, **more})


def in_two(**more: Any) -> list[Row]:
    """The same, which was of care until NOON and is of sales from then on."""
    due = BEGAN + HOUR
    second: dict[str, Any] = {"segment": 2, "since_at": NOON, "before_seconds": 3900, "due_at": due, "breaches_at": due}
    return [one(until_at=NOON), one(track="sales", **second, **more)]


@EACH
def test_at_the_instant_of_a_change_the_new_segment_speaks(
    warehouse: Warehouse, answers: Answers, question: str
) -> None:
    put(warehouse, clock_segments=in_two(), calendar_hours=[hours()])
    assert tracks(answers, question, now=NOON - MINUTE) == {"care"}
    assert tracks(answers, question, now=NOON) == {"sales"}
    assert tracks(answers, question, now=NOON + MINUTE) == {"sales"}


@EACH
def test_a_clock_runs_from_the_instant_it_begins(warehouse: Warehouse, answers: Answers, question: str) -> None:
    put(warehouse, clock_segments=[one()], calendar_hours=[hours()])
    began = BEGAN.replace(second=0)
    assert tracks(answers, question, now=began - MINUTE) == set()
    assert tracks(answers, question, now=began) == ({"care"} if question in RUNNING else set())


@EACH
def test_what_was_never_promised_is_no_promise_until_it_is(
    warehouse: Warehouse, answers: Answers, question: str
) -> None:
    first, second = in_two()
    nothing = {"target_seconds": None, "public_target_seconds": None, "due_at": None, "breaches_at": None}
    due = NOON + 5 * MINUTE
    later = {"target_seconds": 4200, "public_target_seconds": 4200, "due_at": due, "breaches_at": due}
    put(warehouse, clock_segments=[{**first, **nothing}, {**second, **later}], calendar_hours=[hours()])
    assert tracks(answers, question, now=NOON - MINUTE) == set()
    assert tracks(answers, question, now=due + MINUTE) == {"sales"}


@EACH
def test_a_version_is_known_from_its_instant_on(warehouse: Warehouse, answers: Answers, question: str) -> None:
    known = NOON - 2 * DAY
    put(
        warehouse,
        clock_segments=[one(known_until_at=known), one(track="sales", known_from_at=known)],
        calendar_hours=[hours()],
    )
    assert tracks(answers, question, known_at=known - MINUTE) == {"care"}
    assert tracks(answers, question, known_at=known) == {"sales"}
    assert tracks(answers, question) == {"sales"}


@pytest.mark.parametrize("question", ["sla_next", "sla_due", "backlog_ageing"])
def test_a_clock_has_stopped_at_the_instant_it_stops(warehouse: Warehouse, answers: Answers, question: str) -> None:
    put(warehouse, clock_segments=[one(stopped_at=NOON)], calendar_hours=[hours()])
    assert tracks(answers, question, now=NOON - MINUTE) == {"care"}
    assert tracks(answers, question, now=NOON) == set()


Told = Callable[[Answers, dict[str, Any]], Any]
# what the same clock tells by two versions of its calendar: open all the time, or for the last 31 minutes alone
BY_CALENDAR: list[tuple[str, Told, Any, Any]] = [
    ("sla_clocks", lambda answers, more: ask(answers, "sla_clocks", "elapsed_seconds", **WINDOW, **more), 3900, 1860),
    ("sla_next", lambda answers, more: ask(answers, "sla_next", "remaining_seconds", **more), -300, 1740),
    (
        "backlog_ageing",
        lambda answers, more: [
            (band,) for band, count in ask(answers, "backlog_ageing", "band", "clocks_count", **more) if count
        ],
        "100 to 200",
        "50 to 75",
    ),
    (
        "time_to_response",
        lambda answers, more: ask(answers, "time_to_response", "longest_waiting_seconds", **WINDOW, **more),
        3900,
        1860,
    ),
]


@pytest.mark.parametrize(
    ("told", "open_", "closed"), [case[1:] for case in BY_CALENDAR], ids=[c[0] for c in BY_CALENDAR]
)
def test_a_calendar_is_known_from_its_instant_on(
    warehouse: Warehouse, answers: Answers, told: Told, open_: Any, closed: Any
) -> None:
    known = NOON - 2 * DAY
    versions = [
        {**hours(), "known_until_at": known},
        {**hours("always", NOON - 31 * MINUTE, NOON + DAY), "known_from_at": known},
    ]
    put(warehouse, clock_segments=[one(known_from_at=NOON - 9 * DAY)], calendar_hours=versions)
    assert told(answers, {"known_at": known - MINUTE}) == [(open_,)]
    assert told(answers, {"known_at": known}) == [(closed,)]


def test_a_public_promise_is_due_by_the_calendar_known_then(warehouse: Warehouse, answers: Answers) -> None:
    known = NOON - 2 * DAY
    later = hours("always", NOON - 31 * MINUTE, NOON + DAY)
    put(
        warehouse,
        clock_segments=[one()],
        calendar_hours=[{**hours(), "known_until_at": known}, {**later, "known_from_at": known}],
    )

    def promised(**given: Any) -> list[tuple[Any, ...]]:
        return ask(answers, "promise_kept", "promised_count", **given)

    window = {"since": BEGAN + HOUR, "until": BEGAN + HOUR + MINUTE}
    assert promised(**window, known_at=known - MINUTE) == [(1,)]
    assert promised(**window, known_at=known) == []
    due = NOON + 29 * MINUTE
    assert promised(since=due, until=due + MINUTE, known_at=known, now=due + MINUTE) == [(1,)]


def test_each_is_as_old_as_its_clock(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=in_two(), calendar_hours=[hours()])
    for question, column in (("sla_due", "oldest_started_at"), ("backlog_ageing", "oldest_started_at")):
        assert (plain(BEGAN),) in ask(answers, question, column)


def test_what_was_passed_is_read_from_the_versions_known_then(warehouse: Warehouse, answers: Answers) -> None:
    known = NOON - 2 * DAY
    old = one(since_at=BEGAN - HOUR, known_until_at=known)
    first, second = ({**row, "known_from_at": known} for row in in_two())
    put(warehouse, clock_segments=[old, first, second], calendar_hours=[hours()])
    window = {"since": BEGAN + HOUR, "until": BEGAN + HOUR + MINUTE}
    for known_at in (known, NOON):
        assert ask(answers, "promise_kept", "broken_count", **window, known_at=known_at) == [(1,)]


def test_a_target_that_was_reached_and_not_passed_is_passed_after_the_pause(
    warehouse: Warehouse, answers: Answers
) -> None:
    """An hour, two hours of pause, an hour; then another track, with the same target."""
    began, back, moved = NOON - 5 * HOUR, NOON - 2 * HOUR, NOON - HOUR
    base: dict[str, Any] = {"metric": "nrt", "public_target_seconds": 3600, "before_seconds": 3600}
    clocks = [
        segment("x:1", began, **{**base, "before_seconds": 0, "until_at": began + HOUR}),
        segment("x:1", began, **base, segment=2, since_at=began + HOUR, until_at=back, is_paused=True),
        segment("x:1", began, **base, segment=3, since_at=back, until_at=moved),
        segment("x:1", began, **{**base, "before_seconds": 7200}, segment=4, since_at=moved, track="sales"),
    ]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    assert ask(answers, "promise_kept", "broken_count", since=back, until=back + MINUTE) == [(1,)]
    assert ask(answers, "promise_kept", "broken_count", since=began, until=back) == []
