"""The demo breaks promises for reasons of its own making: they are written down, and breach_causes finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import load_site
from connectors.demo import broken, cases, roster
from connectors.demo.broken import BACKLOG, CHANGE, NOBODY, SLOW, UNOWNED
from connectors.demo.cases import Told
from connectors.demo.chance import slot_of
from connectors.demo.posts import PLATFORMS, Posts
from connectors.demo.story import Story
from jobs.house import House
from tests.conftest import NOON, FakeClock
from tests.jobs.test_demo_house import ROOT, START, aware, fill, opened, poll, rows, truth

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NINE_DAYS = 9 * DAY


@pytest.fixture(scope="module")
def broke(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo with nine days of past and one hole in its roster, seen half an hour after it was first started."""
    clock = FakeClock(START)
    house = opened(tmp_path_factory.mktemp("causes") / "site", clock, per_day=2500, history="9d")
    fill(house)
    clock.move(minutes=30)
    poll(house)
    yield house
    house.close()


def planted(house: House) -> dict[str, tuple[str, datetime, datetime]]:
    """Cause, beginning and due date of the promises that were broken by now for a reason that is known."""
    told = truth(house, "breach")
    assert {detail["metric"] for _, _, _, detail in told} == {"frt"}
    assert len({subject for subject, *_ in told}) == len(told)
    return {subject: (detail["cause"], since, due) for subject, since, due, detail in told if due < house.clock()}


def test_nine_of_ten_causes_are_found(broke: House) -> None:
    window = {"since": START - NINE_DAYS, "until": START + DAY, "group_by": "case", "metrics": ["frt"]}
    frame = broke.answers.ask("breach_causes", window, broke.clock()).frame
    found = dict(zip(frame["group_name"], frame["cause"], strict=True))
    seen = Counter((cause, found.get(case_id)) for case_id, (cause, *_) in planted(broke).items())
    for cause, least in {NOBODY: 5, BACKLOG: 60, UNOWNED: 30, CHANGE: 5, SLOW: 40}.items():
        of_it = sum(count for (told, _), count in seen.items() if told == cause)
        assert of_it >= least, (cause, seen)
        assert seen[cause, cause] >= 0.8 * of_it, (cause, seen)
    assert sum(seen[cause, cause] for cause, _ in seen) >= 0.9 * sum(seen.values()), seen
    assert seen.total() > 200


def test_what_is_planted_is_a_clock_to_the_second(broke: House) -> None:
    clocks = {
        case_id: (aware(started), aware(due))
        for case_id, started, due in rows(
            broke,
            "SELECT case_id, started_at, due_at FROM clock_segments"
            " WHERE metric = 'frt' AND until_at IS NULL AND known_until_at IS NULL",
        )
    }
    # the start of a case that another was merged into is the earlier one of both
    parents = {name for (name,) in rows(broke, "SELECT other_case_id FROM case_events WHERE kind = 'merged'")}
    told = {case_id: times for case_id, (_, *times) in planted(broke).items() if case_id not in parents}
    assert len(told) > 200
    for case_id, (since, due) in told.items():
        assert clocks[case_id] == (since.replace(microsecond=0), due.replace(microsecond=0)), case_id


def test_the_story_promises_what_the_site_file_does() -> None:
    site = load_site(ROOT / "config" / "example" / "site.toml")
    tracks = {name: versions[0] for name, versions in site.track.items()}
    assert {one.case.track for one in told()} <= set(tracks), "each track of the desk is promised something"
    incident = tracks.pop(broken.INCIDENT)
    assert incident.frt == broken.INCIDENT_ANSWER
    assert {name: one.frt for name, one in incident.priority.items()} == {"urgent": broken.URGENT_ANSWER}
    assert {track.frt for track in tracks.values()} == {broken.FIRST_ANSWER}
    assert not any(priority.frt for track in tracks.values() for priority in track.priority.values())


@cache
def told() -> tuple[Told, ...]:
    """All cases of twelve days, whole."""
    story, found = Story(1, NOON), list[Told]()
    posts = Posts(1, 2500, story)
    for slot in range(slot_of(NOON - 12 * DAY), slot_of(NOON)):
        said = [post for platform in PLATFORMS for post in posts.of(platform, slot, own_only=True)]
        found += cases.of_slot(1, said, story)
    return tuple(found)


def of(cause: str) -> list[Told]:
    return [one for one in told() if one.broken and one.broken.detail["cause"] == cause]


def first_answer(one: Told) -> datetime:
    said = (event for event in one.events if event.kind == "message" and event.actor_kind == "human")
    return min(event.happened_at for event in said if event.visibility != "internal")


def owners(one: Told, until: datetime) -> list[Any]:
    owning = ("assigned", "claimed", "handed_over", "accepted")
    return [event for event in one.events if event.kind in owning and event.happened_at < until]


def test_whatever_is_planted_was_answered_too_late() -> None:
    for one in told():
        if one.broken:
            assert one.broken.since < one.broken.until < first_answer(one)
            assert one.broken.subject == one.case.case_id
    assert sum(one.broken is None for one in told()) > 0.8 * len(told())


def test_nothing_is_planted_while_the_calendar_rests_and_the_desk_does_not() -> None:
    """On Veterans Day two of the five sites are shut, by the site file's calendars."""
    holiday = datetime(2026, 11, 11, 12, tzinfo=UTC)
    assert roster.is_holiday(holiday)
    assert not roster.is_holiday(holiday + DAY)
    zone = ZoneInfo("America/New_York")
    there = [one for one in told() if one.case.opened_at.astimezone(zone).date() == holiday.date()]
    assert len(there) > 50
    assert {one.case.track for one in there if one.broken} <= {broken.INCIDENT}
    site = load_site(ROOT / "config" / "example" / "site.toml")
    shut = {
        versions[0].timezone: (versions[0].holidays.country, versions[0].holidays.subdiv)
        for versions in site.calendar.values()
        if versions[0].holidays
    }
    assert shut == {shift.timezone: shift.holidays for shift in roster.SHIFTS if shift.holidays}


def test_each_cause_is_what_the_story_did() -> None:
    for one in of(NOBODY):
        assert one.broken
        assert not roster.on_duty(roster.cell_of(one.broken.since))
        assert not roster.on_duty(roster.cell_of(one.broken.until - MINUTE))
        assert one.case.track == broken.INCIDENT, "elsewhere time does not count while nobody is there"
    incident = Story(1, NOON).incident
    for one in of(BACKLOG):
        assert 6 <= incident.hours(one.case.opened_at) < 13, "while the flood is at its height"
    for one in of(CHANGE):
        [change] = [event for event in one.events if event.kind == "changed"]
        assert one.broken
        assert one.broken.until < change.happened_at < first_answer(one) <= one.broken.since + broken.INCIDENT_ANSWER
    for one in of(SLOW):
        assert one.broken
        [first, *rest] = owners(one, one.broken.until)
        assert first.happened_at < one.broken.since + DAY
        assert len({event.owner for event in (first, *rest)}) < 3


def test_what_nobody_owned_or_everybody_did_was_passed_on_or_left_lying() -> None:
    hands = [len({event.owner for event in owners(one, one.broken.until)}) for one in of(UNOWNED) if one.broken]
    assert hands.count(0) > 10, "nobody took it"
    assert sum(count > 2 for count in hands) > 5, "it went from hand to hand"


def test_a_shift_is_what_passes_while_somebody_is_at_work() -> None:
    hole = next(roster.holes(NOON, NOON + 2 * DAY))
    assert roster.after_work(NOON, 90 * MINUTE) == NOON + 90 * MINUTE
    assert roster.after_work(hole[0] - 20 * MINUTE, 20 * MINUTE) == hole[0], "the closing instant, not the next opening"
    assert roster.after_work(hole[0] - 20 * MINUTE, 30 * MINUTE) == hole[1] + 10 * MINUTE
    assert roster.after_work(hole[0] + MINUTE, 10 * MINUTE) == hole[1] + 10 * MINUTE
