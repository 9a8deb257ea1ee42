"""Among the invented cases there is enough of everything docs/promises.md speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from tests.promises.random_cases import MINUTES_WORLDS, SECONDS_WORLDS, world
from tests.promises.random_worlds import ZONES
from tests.promises.walker import walk
from tests.promises.wall_clock import OpenTicks
from tests.promises.worlds import Case, Clock, Event, World

NUMBERS = (*MINUTES_WORLDS, *SECONDS_WORLDS)
COUNTED = ("waiting_customer", "waiting_third_party", "crisis_hold")
DAY = timedelta(days=1)
EventTest = Callable[[Event], bool]
CaseTest = Callable[[Case, World], bool]


def _is(kind: str, **more: str | None) -> EventTest:
    return lambda event: event.kind == kind and all(getattr(event, name) == value for name, value in more.items())


OF_EVENTS: dict[str, EventTest] = {
    "a customer's message": _is("message", actor_kind="customer", visibility="public"),
    "a public reply": _is("message", actor_kind="human", visibility="public"),
    "a private reply": _is("message", actor_kind="human", visibility="private"),
    "a bot's message": _is("message", actor_kind="bot"),
    "an internal note": _is("message", actor_kind="human", visibility="internal"),
    "a customer's words quoted in a note": _is("message", actor_kind="customer", visibility="internal"),
    "a message of nobody knows whom": _is("message", actor_kind=None),
    "a message seen by nobody knows whom": _is("message", actor_kind="human", visibility=None),
    "a pause that counts": lambda event: event.kind == "paused" and event.reason in COUNTED,
    "a pause that does not count": lambda event: event.kind == "paused" and event.reason not in COUNTED,
    "a bot's pause": _is("paused", actor_kind="bot"),
    "resumed": _is("resumed"),
    **{f"resolved by {who}": _is("resolved", actor_kind=who) for who in ("human", "bot", "customer", None)},
    **{f"reopened by {who}": _is("reopened", actor_kind=who) for who in ("human", "bot", "customer")},
    "acknowledged": _is("acknowledged"),
    "declined": _is("declined"),
    "excluded": _is("excluded"),
    "assigned": _is("assigned"),
    "a merge into a case nobody knows": _is("merged", other_case_id="x:nobody"),
    "a merge nobody says into what": _is("merged", other_case_id=None),
    "another track": lambda event: event.track is not None,
    "another priority": lambda event: event.priority is not None,
    "another calendar": lambda event: event.calendar is not None,
    "a track nobody knows": _is("changed", track="nobody"),
    "a calendar nobody knows": _is("changed", calendar="nobody's"),
    "a track in capitals or blanks": lambda event: event.track in ("VIP", " Care "),
    "a priority in capitals or blanks": lambda event: event.priority in ("HIGH", " Low "),
    "an event of a drill": lambda event: event.is_drill,
    "parts of a second": lambda event: event.happened_at.microsecond > 0,
}
OF_CASES: dict[str, CaseTest] = {
    "begun by us": lambda case, _: _is_begun_by_us(case),
    "about an earned post": lambda case, _: case.published_at is not None and not case.is_owned_item,
    "about an owned post": lambda case, _: case.published_at is not None and case.is_owned_item,
    "without a post": lambda case, _: case.published_at is None,
    "published later than opened": lambda case, _: (case.published_at or case.opened_at) > case.opened_at,
    "a drill": lambda case, _: case.is_drill,
    "several versions": lambda case, _: len({version.track for version in case.versions}) > 1,
    "a dated version": lambda case, _: any(version.updated_at for version in case.versions),
    "two things at one second": lambda case, _: len({event.happened_at for event in case.events}) < len(case.events),
    "a reply before the start": lambda case, _: _has(case, lambda event: event.happened_at < _start_of(case)),
    "an exclusion undone": lambda case, _: _is_undone(case, "excluded"),
    "a merge undone": lambda case, _: _is_undone(case, "merged"),
    "a merge into a known case": lambda case, told: bool(_others(case, told)),
    "a chain": lambda case, told: any(_others(other, told) for other in _others(case, told)),
    "a ring": lambda case, told: any(case in _others(other, told) for other in _others(case, told)),
    "a change of clocks within a day": lambda case, told: _is_near_change(case, told),
}
SELDOM = {"a chain", "a ring", "a merge undone"}


@pytest.mark.parametrize("name", OF_EVENTS)
def test_cases_have_events_of_every_kind(name: str) -> None:
    assert _share(lambda case, _: _has(case, OF_EVENTS[name])) > 0.01


@pytest.mark.parametrize("name", OF_CASES)
def test_cases_are_of_every_kind(name: str) -> None:
    assert _share(OF_CASES[name]) > (0.004 if name in SELDOM else 0.01)


def test_there_are_ten_thousand_cases_in_all_zones() -> None:
    assert sum(len(world(number).cases) for number in MINUTES_WORLDS) == 9000
    assert sum(len(world(number).cases) for number in SECONDS_WORLDS) == 1000
    assert {hours.timezone for number in NUMBERS for hours in world(number).calendars} == {*ZONES, "UTC"}


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("metric", ["frt", "nrt", "resolution"]),
        ("state", ["met", "breached", "paused", "at_risk", "on_track", "acknowledged", "declined", "merged", "excluded",
                   "unknown"]),
        ("outcome", [None, "answered", "resolved", "unanswered", "acknowledged", "declined", "merged", "excluded",
                     "unknown"]),
        ("cycle", [1, 2]),
        ("is_paused", [True]),
        ("due_at", [None]),
        ("priority", [None, "high", "low", "urgent"]),
        ("track", ["care", "sales", "vip"]),
        ("calendar", ["always", "union", "moved", "hours-0"]),
    ],
)  # fmt: skip
def test_clocks_come_to_every_end(column: str, values: list[object]) -> None:
    found = Counter(getattr(clock, column) for clock in _clocks())
    assert min(found[value] for value in values) > len(_clocks()) / 200


def test_some_targets_are_over_before_they_are_given_and_some_are_met_to_the_second() -> None:
    assert sum(clock.due_at is not None and clock.due_at < clock.started_at for clock in _clocks()) > 50
    assert sum(clock.elapsed_seconds == clock.target_seconds for clock in _clocks()) > 50


def test_a_number_always_makes_the_same_world() -> None:
    assert world.__wrapped__(3) == world(3)
    assert world(3) != world(4)


@cache
def _clocks() -> list[Clock]:
    return [clock for number in NUMBERS[::3] for clock in _walked(world(number))]


def _walked(told: World) -> Iterator[Clock]:
    ticks = OpenTicks(told.calendars, told.step_seconds)
    return (clock for now in told.nows for clock in walk(told, now, ticks))


def _share(is_so: CaseTest) -> float:
    told = [(case, world(number)) for number in NUMBERS for case in world(number).cases]
    return sum(is_so(case, where) for case, where in told) / len(told)


def _has(case: Case, is_so: EventTest) -> bool:
    return any(is_so(event) for event in case.events)


def _is_begun_by_us(case: Case) -> bool:
    opened = _has(case, lambda event: event.kind == "opened" and event.actor_kind in ("human", "bot"))
    return opened and (case.published_at is None or case.is_owned_item)


def _start_of(case: Case) -> datetime:
    return min(case.opened_at, case.published_at or case.opened_at) - timedelta(seconds=1)


def _is_undone(case: Case, kind: str) -> bool:
    said = [event.happened_at for event in case.events if event.kind == kind and event.actor_kind != "bot"]
    return bool(said) and _has(case, lambda event: event.kind == "reopened" and event.happened_at > max(said))


def _others(case: Case, told: World) -> list[Case]:
    """The cases of its world into which it was merged."""
    merges = [event.other_case_id for event in case.events if event.kind == "merged"]
    return [_by_id(told.name)[other] for other in merges if other in _by_id(told.name)]


@cache
def _by_id(name: str) -> dict[str | None, Case]:
    return {case.case_id: case for number in NUMBERS if world(number).name == name for case in world(number).cases}


def _is_near_change(case: Case, told: World) -> bool:
    zones = {ZoneInfo(hours.timezone) for hours in told.calendars}
    return any(
        (case.opened_at - DAY).astimezone(zone).utcoffset() != (case.opened_at + DAY).astimezone(zone).utcoffset()
        for zone in zones
    )
