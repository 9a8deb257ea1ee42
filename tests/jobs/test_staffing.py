"""Staffing terms, planned events and long weekends become rows: whose terms, which instants, which days."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import Site, parse_site
from jobs.daysoff import days_off
from jobs.rests import AHEAD, rest_rows
from jobs.staffing import planned_rows, staffing_rows
from queries.staffing import PlannedRow, RestRow, StaffingRow
from tests.conftest import NOON
from tests.jobs.sites import opened

DAY = timedelta(days=1)
HEAD = """
[site]
name = "Air desk"
timezone = "Europe/Berlin"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
"""
TRACKS = """
[calendar.round]
always = true
[track.standard]
calendar = "round"
frt = "1h"
[track.incident]
calendar = "round"
frt = "15m"
[sla]
default_track = "standard"
"""
SHIFT = """
[[shift]]
site = "SITE"
timezone = "ZONE"
heads = 2
start = "09:00"
end = "17:00"
"""


def site(*parts: str) -> Site:
    return parse_site(HEAD + "".join(parts), base=Path("."))


def shift(holidays: str, place: str = "Berlin", zone: str = "Europe/Berlin", more: str = "") -> str:
    holiday = f"holidays = {holidays}\n" if holidays else ""
    return SHIFT.replace("SITE", place).replace("ZONE", zone) + holiday + more


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ---- what work costs


def test_without_staffing_nothing_is_said() -> None:
    assert staffing_rows(site()) == set()


def test_a_track_has_its_own_terms_and_else_those_of_all() -> None:
    terms = """
[staffing]
handling = "6m"
shrinkage = 0.3
patience = "5m"
mention_share = 0.05
[staffing.track.incident]
handling = "10m"
occupancy = 0.7
"""
    assert staffing_rows(site(TRACKS, terms)) == {
        StaffingRow(None, 360, 0.85, 0.3, 300, 0.05),
        StaffingRow("incident", 600, 0.7, 0.3, 300, 0.05),
    }


def test_work_that_nobody_has_told_is_unknown_and_not_none() -> None:
    assert staffing_rows(site("[staffing]\noccupancy = 0.9\n")) == {StaffingRow(None, None, 0.9, 0.0, None, 0.0)}


# ---- what is planned


def event(start: str, end: str, more: str = "") -> str:
    return f'[[event]]\nname = "Sale"\nstart = "{start}"\nend = "{end}"\nfactor = 1.8\n{more}\n'


@pytest.mark.parametrize(
    ("start", "end", "zone", "since", "until"),
    [
        ("2026-11-27 09:00", "2026-11-30 00:00", "", "2026-11-27T08:00", "2026-11-29T23:00"),  # the site's own
        ("2026-11-27 09:00", "2026-11-30 00:00", "Asia/Kathmandu", "2026-11-27T03:15", "2026-11-29T18:15"),
        ("2026-03-29 00:00", "2026-03-30 00:00", "", "2026-03-28T23:00", "2026-03-29T22:00"),  # a day of 23 hours
        ("2026-03-29 02:30", "2026-03-29 04:00", "", "2026-03-29T01:00", "2026-03-29T02:00"),  # from the jump on
    ],
)
def test_an_event_is_in_local_time(start: str, end: str, zone: str, since: str, until: str) -> None:
    more = f'timezone = "{zone}"' if zone else ""
    assert planned_rows(site(event(start, end, more))) == {PlannedRow("Sale", (), utc(since), utc(until), 1.8)}


def test_an_event_names_its_languages_once_and_in_order() -> None:
    (row,) = planned_rows(site(event("2026-11-27 09:00", "2026-11-30 00:00", 'languages = ["ja", "de"]')))
    assert row.languages == ("de", "ja")


def test_an_event_the_clocks_jump_over_is_none() -> None:
    assert planned_rows(site(event("2026-03-29 02:10", "2026-03-29 02:50"))) == set()


# ---- when people are away


def spans(made: Site, now: datetime = NOON, place: str = "Berlin") -> list[tuple[str, int, str | None]]:
    """The spans of one place: first local day, how many, names."""
    zone = ZoneInfo("Europe/Berlin")
    rows = sorted((row for row in rest_rows(made, now, {}) if row.place == place), key=lambda row: row.since_at)
    return [(f"{row.since_at.astimezone(zone):%Y-%m-%d}", row.days_count, row.name) for row in rows]


GERMANY = '{ country = "DE" }'


def test_three_days_in_a_row_with_a_holiday_are_a_long_weekend() -> None:
    assert spans(site(shift(GERMANY))) == [
        ("2026-12-25", 3, "Christmas Day, Second Day of Christmas"),
        ("2027-01-01", 3, "New Year's Day"),
        ("2027-03-26", 4, "Good Friday, Easter Monday"),
        ("2027-05-15", 3, "Pentecost Monday"),
    ]


def test_days_that_are_added_and_taken_out_count_as_the_shift_says() -> None:
    holidays = '{ country = "DE", also = ["2026-12-24", "2026-12-28"], not = ["2027-01-01", "2027-03-29"] }'
    assert spans(site(shift(holidays))) == [
        ("2026-12-24", 5, "Christmas Day, Second Day of Christmas"),
        ("2027-03-26", 3, "Good Friday"),
        ("2027-05-15", 3, "Pentecost Monday"),
    ]
    assert spans(site(shift('{ also = ["2026-12-28"] }'))) == [("2026-12-26", 3, None)], "nobody has named it"


def test_a_weekend_alone_is_not_long_and_a_place_without_holidays_has_none() -> None:
    assert spans(site(shift('{ also = ["2026-12-22"] }'))) == []
    assert spans(site(shift(""))) == []
    assert rest_rows(site(), NOON, {}) == set()


def test_a_weekend_is_the_countrys_own() -> None:
    made = site(shift('{ country = "SA" }', "Riyadh", "Asia/Riyadh"))
    zone = ZoneInfo("Asia/Riyadh")
    days = [
        (row.since_at + number * DAY).astimezone(zone)
        for row in rest_rows(made, NOON, {})
        for number in range(row.days_count)
    ]
    off = {day.date() for day in days}
    known = days_off(made.shift[0].holidays, min(off), max(off), {})
    assert off
    assert {day.strftime("%a") for day in off if day not in known} == {"Fri", "Sat"}


def test_a_weekend_that_is_worked_on_to_make_up_is_none() -> None:
    made = site(shift('{ country = "HU" }', "Budapest", "Europe/Budapest"))
    # Friday 2 January 2026 is a day of rest, and Saturday 10 January is worked on for it; the weekend between is long
    told = spans(made, utc("2025-12-01T12:00"), "Budapest")
    assert ("2026-01-01", 4) in [one[:2] for one in told]
    extra = site(shift('{ country = "HU", also = ["2026-01-09", "2026-01-12"] }', "Budapest", "Europe/Budapest"))
    again = [one[:2] for one in spans(extra, utc("2025-12-01T12:00"), "Budapest")]
    assert ("2026-01-09", 4) not in again, "the Saturday between is worked on"


def test_a_span_is_told_from_midnight_to_midnight_of_its_place() -> None:
    made = site(shift('{ country = "US" }', "New York", "America/New_York"), shift('{ also = ["2027-03-29"] }'))
    rows = {(row.place, row.since_at): row for row in rest_rows(made, NOON, {})}
    thanks = rows["New York", utc("2026-12-25T05:00")]
    assert (thanks.until_at, thanks.days_count) == (utc("2026-12-28T05:00"), 3)
    # the clocks are put forward in the night to Sunday 28 March: three local days are 71 hours
    assert rows["Berlin", utc("2027-03-26T23:00")].until_at == utc("2027-03-29T22:00")


def test_a_span_under_way_is_told_whole_until_it_is_over() -> None:
    made = site(shift(GERMANY))
    first = {row for row in rest_rows(made, NOON, {}) if row.since_at == utc("2026-12-24T23:00")}
    assert first
    for now in ("2026-12-25T00:00", "2026-12-27T22:59"):
        assert first <= rest_rows(made, utc(now), {})
    assert not first & rest_rows(made, utc("2026-12-27T23:00"), {})


def test_the_last_span_is_told_whole_and_none_behind_it() -> None:
    christmas = date(2027, 12, 24)
    made = site(shift('{ country = "DE", also = ["2027-12-24", "2027-12-27", "2027-12-28"] }'))
    now = datetime.combine(christmas - AHEAD, datetime.min.time(), ZoneInfo("Europe/Berlin"))
    assert spans(made, now)[-1] == ("2027-12-24", 5, "Christmas Day, Second Day of Christmas")
    assert spans(made, now - timedelta(minutes=1))[-1][0] == "2027-05-15"


def test_read_again_the_next_day_what_was_told_is_told_the_same() -> None:
    made = site(shift(GERMANY), shift('{ country = "CN" }', "Dalian", "Asia/Shanghai"))
    before = rest_rows(made, NOON, {})
    for days in (1, 40, 200):
        now = NOON + days * DAY
        assert {row for row in before if row.until_at > now} <= rest_rows(made, now, {})


def test_a_later_roster_brings_its_own_holidays() -> None:
    made = site(
        shift(GERMANY), shift('{ country = "DE", subdiv = "BY" }', more="from = 2027-01-01\nuntil = 2027-06-30\n")
    )
    told = spans(made, utc("2026-12-01T00:00"))
    # of Bavaria the first of November 2027 would be one, but its contract has expired
    assert [one[0] for one in told] == ["2026-12-25", "2027-01-01", "2027-03-26", "2027-05-15"]
    made = site(shift(GERMANY), shift('{ country = "DE", subdiv = "BY" }', more="from = 2027-01-01\n"))
    assert ("2027-10-30", 3, "All Saints' Day") in spans(made, utc("2026-12-01T00:00"))


def test_calendars_tell_of_theirs_in_the_version_that_is_in_force() -> None:
    text = """
[calendar.round]
always = true
[[calendar.care]]
timezone = "Europe/Berlin"
open = { mon = ["09:00-17:00"] }
holidays = { country = "DE" }
[[calendar.care]]
from = 2027-01-01
timezone = "Europe/Berlin"
open = { mon = ["09:00-17:00"] }
holidays = { ical = "feast.ics" }
"""
    feast = date(2027, 2, 15)
    rows = {row for row in rest_rows(site(text), NOON, {"feast.ics": {feast: "Rose Monday"}}) if row.place == "care"}
    assert rows == {
        RestRow("care", "Christmas Day, Second Day of Christmas", utc("2026-12-24T23:00"), utc("2026-12-27T23:00"), 3),
        RestRow("care", "Rose Monday", utc("2027-02-12T23:00"), utc("2027-02-15T23:00"), 3),
    }


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_the_zone_of_the_host_plays_no_part(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site(shift(GERMANY), event("2026-11-27 09:00", "2026-11-30 00:00"))
    rows = rest_rows(made, NOON, {}), planned_rows(made)
    monkeypatch.setenv("TZ", zone)
    clock.tzset()
    assert (rest_rows(made, NOON, {}), planned_rows(made)) == rows
    monkeypatch.undo()
    clock.tzset()


# ---- the house


def test_a_house_keeps_what_its_site_file_says_and_one_that_is_edited(tmp_path: Path) -> None:
    text = HEAD + shift(GERMANY) + '[staffing]\nhandling = "6m"\n' + event("2026-11-27 09:00", "2026-11-30 00:00")
    with opened(tmp_path, text, NOON) as house:
        revision = house.warehouse.state[0]
        count = counting(house)
        assert (count("staffing"), count("demand_events"), count("rest_spans")) == (1, 1, 4)
        assert house.keep_staffing() is False
        house.path.write_text(text.replace("6m", "7m"), encoding="utf-8")
        assert house.reread()
        assert (count("staffing"), count("demand_events"), count("rest_spans")) == (2, 1, 4)
        assert house.warehouse.state[0] == revision + 1
        # a night in the spring after: the next year's weekends come into sight
        house.clock.move(days=160)  # type: ignore[attr-defined]
        assert house.keep_staffing() is True
        assert count("rest_spans") > 4


def counting(house: Any) -> Callable[[str], int]:
    def count(table: str) -> int:
        cursor = house.warehouse.cursor()
        try:
            return len(cursor.execute(f"SELECT * FROM {table}").fetchall())
        finally:
            cursor.close()

    return count
