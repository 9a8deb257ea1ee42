"""A house keeps the promises of its site file: what is edited counts from now on, and what is wrong changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from config import ConfigError
from connectors.net.wire import Limit, dial
from jobs.going import set_going
from jobs.house import House
from queries import clocks
from queries.policies import PolicyRow
from tests.conftest import NOON, DictCache, FakeClock
from tests.connectors.kit.lines import Outside, client_tls, leads_to, server_tls
from tests.jobs.sites import opened
from tests.jobs.test_feeds import Town
from tests.jobs.test_ical import event, feed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SITE = """
[site]
name = "Desk"
timezone = "Europe/Berlin"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[calendar.day]
timezone = "Europe/Berlin"
open = { sat = ["09:00-17:00"], mon = ["09:00-17:00"] }
[sla]
default_track = "care"
[track.care]
calendar = "day"
frt = "1h"
"""
LATE = (
    '[[track.press]]\ncalendar = "day"\nnrt = "2h"\n[[track.press]]\nfrom = 2026-11-01\ncalendar = "day"\nnrt = "1h"\n'
)


@pytest.fixture(autouse=True)
def computed(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When clocks were computed anew."""
    calls: list[datetime] = []

    def recompute(_: duckdb.DuckDBPyConnection, known_at: datetime) -> int:
        calls.append(known_at)
        return 0

    monkeypatch.setattr(clocks, "recompute", recompute)
    return calls


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path, SITE, NOON) as house:
        yield house


def edit(house: House, text: str, *, after: timedelta = HOUR) -> bool:
    assert isinstance(house.clock, FakeClock)
    house.clock.now += after
    house.path.write_text(text + "#" * len(house.path.read_text(encoding="utf-8")), encoding="utf-8")
    return house.reread()


def told(house: House) -> list[str]:
    return list(house.served.problems)


def promised(house: House) -> list[tuple[str, Any, int | None, int | None]]:
    """Each policy with when it ends, in hours from noon."""
    return [
        (row.track, row.until_at and (row.until_at - NOON) / HOUR, row.frt_seconds, row.nrt_seconds)
        for row in sorted(house.policies.policies(), key=_by_time)
    ]


def _by_time(row: PolicyRow) -> tuple[str, datetime]:
    return row.track, row.from_at or datetime.min.replace(tzinfo=UTC)


def test_promises_are_kept_at_the_start_and_again_at_night(house: House, computed: list[datetime]) -> None:
    assert promised(house) == [("care", None, 3600, None)]
    assert told(house) == []
    revision, hours = house.warehouse.state[0], house.policies.hours()
    assert (house.keep_promises(), len(computed)) == (False, 1)
    assert isinstance(house.clock, FakeClock)
    house.clock.now = datetime(2027, 1, 1, 3, 17, tzinfo=UTC)
    assert (house.keep_promises(), len(computed)) == (True, 2)
    assert house.warehouse.state[0] == revision + 1
    assert hours < house.policies.hours()
    assert told(house) == []


def test_an_edited_target_counts_from_now_on_and_is_said_to(house: House) -> None:
    assert edit(house, SITE.replace('frt = "1h"', 'frt = "2h"'))
    assert promised(house) == [("care", 1, 3600, None), ("care", None, 7200, None)]
    assert house.served.is_current
    assert told(house) == [
        "track.care: its version from the beginning counts from now on, because what has passed is history; "
        "`python app.py whatif` shows the past under it",
    ]
    # an edit of something else says it no more
    assert edit(house, SITE.replace('frt = "1h"', 'frt = "2h"').replace('"Desk"', '"Another"'))
    assert told(house) == []


def test_a_version_that_lies_in_the_past_is_said_to_count_from_now_on(house: House) -> None:
    assert edit(house, SITE + LATE)
    assert promised(house)[1:] == [("press", None, None, 3600)], "a new track counts from now on"
    assert len(told(house)) == 2
    assert "track.press: its version from 2026-11-01 counts from now on" in told(house)[1]
    later = SITE + LATE.replace("2026-11-01", "2026-12-01")
    assert edit(house, later)
    assert [problem.partition(" counts")[0] for problem in told(house)] == []
    assert edit(house, later.replace('nrt = "1h"', 'nrt = "3h"'))
    assert told(house) == [], "one that is still to come comes as it is written"


def test_a_version_that_says_what_history_says_needs_no_word(house: House) -> None:
    track = '[[track.care]]\ncalendar = "day"\nfrt = "1h"\n'
    again = track.replace("calendar", "from = 2026-11-01\ncalendar")
    assert edit(house, SITE.partition("[track.care]")[0] + track + again)
    assert promised(house) == [("care", None, 3600, None)], "two versions that promise the same are one policy"
    assert told(house) == []


def test_an_edited_calendar_counts_from_now_on_and_is_said_to_where_the_past_would_be_another(house: House) -> None:
    before = {row for row in house.policies.hours() if row.closes_at <= NOON}
    closed = SITE.replace("[sla]", 'holidays = { also = ["2027-02-01"] }\n[sla]')
    assert edit(house, closed)
    assert told(house) == [], "a holiday to come is nothing else than the file says"
    assert edit(house, closed.replace('mon = ["09:00-17:00"]', 'mon = ["09:00-12:00"]'))
    assert {row for row in house.policies.hours() if row.closes_at <= NOON} == before
    [problem] = told(house)
    assert problem.startswith("calendar.day: its version from the beginning counts from now on")


def test_a_file_that_was_edited_while_nobody_served_counts_from_the_start(tmp_path: Path) -> None:
    with opened(tmp_path, SITE + LATE, NOON) as house:
        assert told(house) == [], "the first policies are kept with their past"
    with opened(tmp_path, SITE + LATE.replace('nrt = "1h"', 'nrt = "3h"'), NOON + DAY) as house:
        assert [problem.partition(" counts")[0] for problem in told(house)] == [
            "track.press: its version from 2026-11-01"
        ]
        assert promised(house)[2:] == [("press", 24, None, 3600), ("press", None, None, 10_800)]
    with opened(tmp_path, SITE + LATE.replace('nrt = "1h"', 'nrt = "3h"'), NOON + 2 * DAY) as house:
        assert told(house) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('frt = "1h"', 'frt = "0m"', "track.care.frt (line 17): "),
        ('calendar = "day"', 'calendar = "night"', 'track.care.calendar (line 16): unknown calendar "night"'),
        ('"09:00-17:00"]', '"17:00-17:00"]', "calendar.day.open.sat (line 12): "),
        ("[sla]", 'holidays = { ical = "none.ics" }\n[sla]', "calendar.day.holidays.ical: "),
    ],
)
def test_a_wrong_file_leaves_the_last_good_policy_in_force(house: House, old: str, new: str, said: str) -> None:
    before, revision = (house.policies.policies(), house.policies.hours()), house.warehouse.state[0]
    assert edit(house, SITE.replace(old, new, 1)) is False
    assert said in told(house)[0]
    assert house.served.is_current is False
    assert (house.policies.policies(), house.policies.hours()) == before
    # the night's work goes on with what is in force
    assert house.keep_promises() is False
    assert house.warehouse.state[0] == revision
    assert edit(house, SITE)
    assert told(house) == []
    assert (house.policies.policies(), house.policies.hours()) == before


def test_a_file_that_cannot_be_stored_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = house.policies.policies()

    def fails(*_: Any) -> int:
        raise duckdb.IOException("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(clocks, "recompute", fails)
        assert edit(house, SITE.replace('frt = "1h"', 'frt = "2h"')) is False
        assert "disk full" in told(house)[0]
    assert house.policies.policies() == before
    assert house.reread()
    assert house.policies.policies() != before


def test_promises_taken_out_of_the_file_end_now(house: House) -> None:
    assert edit(house, SITE.partition("[calendar.day]")[0])
    assert promised(house) == [("care", 1, 3600, None)]
    assert max(row.closes_at for row in house.policies.hours()) == NOON + HOUR, "Saturday's hours were under way"


def test_a_house_does_not_open_with_a_holiday_file_that_is_not_there(tmp_path: Path) -> None:
    text = SITE.replace("[sla]", 'holidays = { ical = "town.ics" }\n[sla]')
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    for data, said in (
        (None, "does not exist"),
        (b"no", "is not an iCalendar file"),
        (feed(), "holds no all-day event"),
    ):
        if data is not None:
            (tmp_path / "town.ics").write_bytes(data)
        with pytest.raises(ConfigError, match=f"calendar.day.holidays.ical: .*town.ics {said}"):
            House(tmp_path / "site.toml", FakeClock(), DictCache())
    (tmp_path / "town.ics").write_bytes(feed(event("20261123", "Feast")))
    with opened(tmp_path, text, NOON) as house:
        monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
        assert monday not in {row.opens_at for row in house.policies.hours()}
        (tmp_path / "town.ics").write_bytes(feed(event("20261130", "Feast")))
        assert house.keep_promises() is True, "the night reads it again"
        assert monday in {row.opens_at for row in house.policies.hours()}
        (tmp_path / "town.ics").unlink()
        assert house.keep_promises() is False
        assert "Its last good copy stays in force" in told(house)[0]


def test_holidays_are_fetched_and_a_feed_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    outside = Outside(tls=client_tls(), resolve=leads_to("93.184.216.34"), dial=_here)
    monkeypatch.setattr("jobs.copies.Network", lambda *_, **__: outside.network)
    with Town(tls=server_tls()) as town:
        town.says = feed(event("20261123", "Feast"))
        text = SITE.replace("[sla]", f'holidays = {{ ical = "{town.address}" }}\n[sla]')
        with opened(tmp_path, text, NOON) as house:
            assert isinstance(house.clock, FakeClock)
            assert monday not in {row.opens_at for row in house.policies.hours()}
            assert house.fetch_holidays() is False
            town.says = feed(event("20261130", "Feast"))
            house.clock.now += DAY
            assert house.fetch_holidays() is True
            assert monday in {row.opens_at for row in house.policies.hours()}
            town.fail(404, times=None)
            house.clock.now += DAY
            assert house.fetch_holidays() is False
            assert house.served.is_current
            assert "calendar.day.holidays.ical: " in told(house)[0]
            assert house.policies.hours(), "and the hours stay as they are"


class Board:
    """A clockwork that only writes down what is hung on it."""

    def __init__(self) -> None:
        self.jobs: dict[str, Callable[[], object]] = {}

    def every(self, name: str, interval: timedelta, job: Callable[[], object], **_: Any) -> None:
        assert interval > timedelta()
        self.jobs[name] = job

    def nightly(self, name: str, zone: ZoneInfo, job: Callable[[], object]) -> None:
        assert zone.key == "Europe/Berlin"
        self.jobs[name] = job

    def keep_sources(self, wanted: dict[str, Any]) -> None:
        assert wanted == {}


def test_the_clock_writes_calendars_further_and_asks_for_holidays(house: House) -> None:
    board: Any = Board()
    set_going(house, board)
    assert isinstance(house.clock, FakeClock)
    hours = house.policies.hours()
    assert board.jobs["holidays"]() is False
    assert board.jobs["promises"]() is False
    house.clock.now += 50 * DAY
    assert board.jobs["promises"]() is True
    assert hours < house.policies.hours()


def _here(_: str, port: int, limit: Limit) -> Any:
    return dial("127.0.0.1", port, limit)
