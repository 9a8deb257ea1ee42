"""Opening hours become instants: over midnight, holidays, versions and both edges of summer time, in any zone."""

from __future__ import annotations

import time as clock
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import parse_site
from config.calendars import Calendar, Holidays
from config.center import DAYS
from jobs.calendars import policy_rows, written_out
from jobs.daysoff import country, days_off
from jobs.ical import Days, all_days
from jobs.localtime import midnight
from queries.policies import DayRow, HoursRow, PolicyRow
from tests.conftest import NOON
from tests.jobs.test_ical import event, feed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN, YORK, KOLKATA = "Europe/Berlin", "America/New_York", "Asia/Kolkata"
WEEKDAYS, WEEK = DAYS[:5], DAYS
# forty zones: without summer time, with half hours and quarters, with midnights that are jumped over or come twice,
# over the date line, with changes by decree
ZONES = """
Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Tripoli America/Adak America/Anchorage
America/Asuncion America/Caracas America/Chicago America/Denver America/Havana America/Los_Angeles America/Mexico_City
America/New_York America/Nuuk America/Phoenix America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll
Asia/Beirut Asia/Dhaka Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata Asia/Pyongyang Asia/Tehran Asia/Tokyo
Atlantic/Azores Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Istanbul Europe/London
Pacific/Apia Pacific/Chatham Pacific/Kiritimati
""".split()


def every(*spans: str, days: tuple[str, ...] = WEEK) -> dict[str, list[str]]:
    return {day: list(spans) for day in days}


def calendar(zone: str = BERLIN, since: date | None = None, **more: Any) -> Calendar:
    kind = {} if {"union", "always"} & set(more) else {"timezone": zone, "open": every("09:00-17:00", days=WEEKDAYS)}
    return Calendar.model_validate({**kind, "from": since, **more})


def written(
    named: Mapping[str, Calendar | list[Calendar]], feeds: Mapping[str, Days] | None = None
) -> tuple[set[HoursRow], set[DayRow]]:
    versions = {name: one if isinstance(one, list) else [one] for name, one in named.items()}
    return written_out(versions, ZoneInfo("UTC"), NOON, feeds)


def hours(
    *versions: Calendar, beside: Mapping[str, Calendar] | None = None, feeds: Mapping[str, Days] | None = None
) -> list[HoursRow]:
    """When a calendar is open, in order; it may join those `beside` it."""
    rows, _ = written({"x": list(versions), **(beside or {})}, feeds)
    return sorted((row for row in rows if row.calendar == "x"), key=lambda row: row.opens_at)


def days(*versions: Calendar, feeds: Mapping[str, Days] | None = None) -> list[DayRow]:
    return sorted(written({"x": list(versions)}, feeds)[1], key=lambda row: row.since_at)


def at(day: date, zone: str) -> datetime:
    """The local midnight a day begins with, found by asking the zone alone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(rows: list[HoursRow], day: str, zone: str = BERLIN) -> list[tuple[str, str]]:
    """The openings of a local day as its clocks read them."""
    there = ZoneInfo(zone)
    told = [(row.opens_at.astimezone(there), row.closes_at.astimezone(there)) for row in rows]
    return [(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in told if f"{opens:%Y-%m-%d}" == day]


def open_seconds(rows: list[HoursRow], since: datetime, until: datetime) -> float:
    return sum(
        (min(row.closes_at, until) - max(row.opens_at, since)).total_seconds()
        for row in rows
        if row.opens_at < until and since < row.closes_at
    )


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (BERLIN, date(2025, 3, 30), 23),
        (BERLIN, date(2025, 10, 26), 25),
        (YORK, date(2025, 3, 9), 23),
        (YORK, date(2025, 11, 2), 25),
        ("Australia/Lord_Howe", date(2025, 4, 6), 24.5),
        ("Australia/Lord_Howe", date(2025, 10, 5), 23.5),
    ],
)
def test_oracle_9_a_whole_local_day_is_as_long_as_it_is(zone: str, day: date, length: float) -> None:
    only = calendar(zone, open=every("00:00-24:00", days=(DAYS[day.weekday()],)))
    [row] = [row for row in hours(only) if row.opens_at.astimezone(ZoneInfo(zone)).date() == day]
    assert (row.closes_at - row.opens_at) / HOUR == length
    round_the_clock = hours(calendar(zone, open=every("00:00-24:00")))
    assert len(round_the_clock) == 1, "days that touch are one opening"
    assert open_seconds(round_the_clock, at(day, zone), at(day + DAY, zone)) / 3600 == length


@pytest.mark.parametrize(("day", "length"), [("2025-03-08", 7), ("2025-03-15", 8), ("2025-11-01", 9)])
def test_oracle_10_a_night_in_new_york_is_as_long_as_it_is(day: str, length: float) -> None:
    rows = hours(calendar(YORK, open=every("22:00-06:00", days=("sat",))))
    [row] = [row for row in rows if f"{row.opens_at.astimezone(ZoneInfo(YORK)):%Y-%m-%d}" == day]
    assert (row.closes_at - row.opens_at) / HOUR == length


@pytest.mark.parametrize(
    ("day", "covered", "gaps"),
    [
        ("2025-01-15", 19.75, [("01:00", "04:30"), ("17:00", "17:45")]),
        ("2025-03-19", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
        ("2025-07-16", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
        ("2025-10-29", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
    ],
)
def test_oracle_13_what_a_union_covers_moves_with_the_seasons(
    day: str, covered: float, gaps: list[tuple[str, str]]
) -> None:
    members = {
        "eu": calendar(BERLIN, open=every("09:00-17:00")),
        "us": calendar(YORK, open=every("08:00-12:00", "12:45-20:00")),
        "india": calendar(KOLKATA, open=every("10:00-19:00")),
    }
    start = utc(day)
    # a union of a union is the same as one of all three
    inner = calendar(union=["us", "india"])
    rows = hours(calendar(union=["eu", "inner"]), beside={**members, "inner": inner})
    assert rows == hours(calendar(union=["india", "eu", "us"]), beside=members)
    assert open_seconds(rows, start, start + DAY) / 3600 == covered
    there = [row for row in rows if row.opens_at < start + DAY and start < row.closes_at]
    closed = [(row.closes_at, after.opens_at) for row, after in pairwise(there)]
    if there[0].opens_at > start:
        closed.insert(0, (start, there[0].opens_at))
    assert [(f"{since:%H:%M}", f"{until:%H:%M}") for since, until in closed if since < start + DAY] == gaps


def length_of(day: date, zone: str) -> float:
    """The seconds of a local day, counted by reading its clock every quarter hour of three days."""
    there, begin = ZoneInfo(zone), datetime.combine(day, time(), UTC) - DAY - 2 * HOUR
    reads = [((begin + n * HOUR / 4).astimezone(there).replace(tzinfo=None)) for n in range(4 * 76)]
    first = next(n for n, read in enumerate(reads) if read.date() >= day)
    after = next(n for n, read in enumerate(reads) if read.date() > day)
    return (after - first) * 900.0


@settings(max_examples=60)
@given(
    st.sampled_from(ZONES),
    st.sampled_from([(3, 8), (3, 9), (3, 25), (4, 1), (4, 5), (9, 5), (10, 1), (10, 15), (10, 24), (11, 1)]),
    st.integers(2012, 2028),
    st.integers(0, 8),
)
def test_open_seconds_of_whole_days_are_the_lengths_of_the_days(
    zone: str, edge: tuple[int, int], year: int, more: int
) -> None:
    day = date(year, *edge) + more * DAY
    whole = calendar(zone, open=every("00:00-24:00", days=(DAYS[day.weekday()],)))
    rows = hours(whole)
    opened = open_seconds(rows, midnight(day, ZoneInfo(zone)), midnight(day + DAY, ZoneInfo(zone)))
    assert opened == length_of(day, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_both_changes_of_the_clocks_of_every_zone_are_counted(zone: str) -> None:
    there = ZoneInfo(zone)
    halves = calendar(zone, open=every("00:00-11:07", "11:07-24:00", days=("sat", "sun")))
    rows = hours(halves)
    begin = datetime(2012, 1, 1, tzinfo=UTC)
    offsets = [(begin + n * DAY / 4).astimezone(there).utcoffset() for n in range(4 * 365 * 8)]
    changed = {
        (begin + n * DAY / 4).astimezone(there).date() + around * DAY
        for n, (before, after) in enumerate(pairwise(offsets))
        if before != after
        for around in (-1, 0, 1, 2)
    }
    for day in changed:
        if day.weekday() >= 5:
            since, until = midnight(day, there), midnight(day + DAY, there)
            assert open_seconds(rows, since, until) == length_of(day, zone), day


MINUTES = st.lists(st.integers(0, 2879), min_size=2, max_size=8, unique=True)


@settings(max_examples=30)
@given(st.sampled_from(ZONES), st.dictionaries(st.sampled_from(WEEK), MINUTES, min_size=1))
def test_hours_are_merged_disjoint_and_in_order(zone: str, drawn: dict[str, list[int]]) -> None:
    rows = hours(calendar(zone, open={day: spelled(marks) for day, marks in drawn.items()}))
    assert all(row.opens_at < row.closes_at for row in rows)
    assert all(row.closes_at < after.opens_at for row, after in pairwise(rows)), "no two touch"


@settings(max_examples=30)
@given(
    st.sampled_from(ZONES),
    st.dictionaries(st.sampled_from(WEEK), MINUTES, min_size=1),
    st.integers(0, 10),
    st.integers(0, 300),
)
def test_a_calendar_is_open_when_the_clocks_on_the_wall_say_so(
    zone: str, drawn: dict[str, list[int]], years: int, offset: int
) -> None:
    spans = {day: spelled(marks) for day, marks in drawn.items()}
    rows = hours(calendar(zone, open=spans))
    since = datetime(2014 + years, 3, 1, tzinfo=UTC) + offset * DAY
    there = ZoneInfo(zone)
    for moment in (since + n * HOUR / 2 for n in range(96)):
        reads = [(moment + around).astimezone(there) for around in (-5 * HOUR, timedelta(), 5 * HOUR)]
        if len({read.utcoffset() for read in reads}) > 1:
            continue  # the hours around a change of the clocks have tests of their own
        local = reads[1].replace(tzinfo=None)
        said = False
        for back in (0, 1):
            midnight_before = datetime.combine(local.date() - back * DAY, time())
            for text in spans.get(DAYS[midnight_before.weekday()], []):
                opens, closes = (int(edge[:2]) * 60 + int(edge[3:]) for edge in text.split("-"))
                closes += 1440 if closes <= opens else 0
                passed = (local - midnight_before) / timedelta(minutes=1)
                said = said or opens <= passed < closes
        is_open = any(row.opens_at <= moment < row.closes_at for row in rows)
        # yesterday's clocks may have been others: then its night ended by today's
        assert is_open == said or (moment - DAY).astimezone(there).utcoffset() != reads[1].utcoffset()


def spelled(marks: list[int]) -> list[str]:
    """Pairs of minutes within two days as spans of one, those that overlap left out."""
    found: list[tuple[int, int]] = []
    for start, end in zip(*[iter(sorted(marks))] * 2, strict=False):
        if start < 1440 and end - start < 1440 and (not found or found[-1][1] <= start):
            found.append((start, end))
    return [f"{a // 60:02}:{a % 60:02}-{b // 60 % 24:02}:{b % 60:02}" if b != 1440 else
            f"{a // 60:02}:{a % 60:02}-24:00" for a, b in found]  # fmt: skip


def test_intervals_that_touch_or_overlap_over_midnight_are_one() -> None:
    rows = hours(calendar(open={"fri": ["22:00-06:00"], "sat": ["05:00-12:00", "12:00-13:00"]}))
    assert on(rows, "2025-06-06") == [("22:00", "13:00")]
    assert on(rows, "2025-06-07") == []


def test_an_opening_the_clocks_jump_over_is_none_and_a_late_start_is_the_jump() -> None:
    rows = hours(calendar(open=every("02:15-02:45", "02:50-06:00", days=("sun",))))
    [row] = [row for row in rows if row.opens_at.date() == date(2025, 3, 30)]
    assert (row.opens_at, row.closes_at) == (utc("2025-03-30T01:00"), utc("2025-03-30T04:00"))


def test_always_is_one_interval_and_a_union_with_it_is_too() -> None:
    [row] = hours(calendar(always=True))
    assert (row.opens_at, row.closes_at) == (utc("2005-01-01"), utc("2029-01-01"))
    assert hours(calendar(union=["all", "day"]), beside={"all": calendar(always=True), "day": calendar()}) == [row]


def test_a_calendar_is_written_out_until_the_year_after_next_and_the_same_all_year() -> None:
    rows = hours(calendar(KOLKATA, open=every("00:00-24:00", days=("mon",)), holidays={"country": "IN"}))
    assert max(row.opens_at for row in rows) < utc("2029-01-01") <= max(row.closes_at for row in rows) + 7 * DAY
    plain = {"x": [calendar(YORK, holidays={"country": "US"})], "y": [calendar(union=["x"])]}
    early, late, next_year = (
        written_out(plain, ZoneInfo("UTC"), utc(moment))
        for moment in ("2026-01-01T00:00", "2026-12-31T23:59", "2027-01-01T00:00")
    )
    assert early == late
    assert late[0] < next_year[0], "a year more, and nothing that was there is another"
    assert late[1] < next_year[1]


def test_a_holiday_closes_what_starts_on_it_and_the_night_before_runs_on() -> None:
    nights = calendar(open=every("10:00-12:00", "22:00-06:00"), holidays={"also": ["2025-06-11"]})
    rows = hours(nights)
    assert on(rows, "2025-06-10") == [("10:00", "12:00"), ("22:00", "06:00")], "on into the holiday"
    assert on(rows, "2025-06-11") == []
    assert on(rows, "2025-06-12") == [("10:00", "12:00"), ("22:00", "06:00")]
    assert days(nights) == [
        DayRow("x", utc("2025-06-10T22:00"), utc("2025-06-11T22:00"), "holiday", None),
    ]  # fmt: skip


def test_special_hours_win_over_holidays_and_over_usual_hours() -> None:
    christmas = {"2025-12-24": ["09:00-12:00"], "2025-12-25": ["10:00-11:00"], "2025-12-29": []}
    made = calendar(holidays={"country": "DE"}, special=christmas)
    rows = hours(made)
    assert on(rows, "2025-12-24") == [("09:00", "12:00")]
    assert on(rows, "2025-12-25") == [("10:00", "11:00")], "a holiday on which somebody is there"
    assert on(rows, "2025-12-26") == []
    assert on(rows, "2025-12-29") == [], "an empty list is closed"
    found = {row.since_at.astimezone(ZoneInfo(BERLIN)).date(): (row.kind, row.name) for row in days(made)}
    assert found[date(2025, 12, 24)] == ("special", None)
    assert found[date(2025, 12, 25)] == ("special", "Christmas Day")
    assert found[date(2025, 12, 26)] == ("holiday", "Second Day of Christmas")
    assert found[date(2025, 12, 29)] == ("special", None)


def test_a_part_of_a_country_has_more_holidays_and_not_takes_one_away() -> None:
    epiphany = "2026-01-06"
    assert on(hours(calendar(holidays={"country": "DE"})), epiphany) == [("09:00", "17:00")]
    bavaria = {"country": "DE", "subdiv": "BY"}
    assert on(hours(calendar(holidays=bavaria)), epiphany) == []
    made = calendar(holidays={**bavaria, "not": [epiphany]})
    assert on(hours(made), epiphany) == [("09:00", "17:00")]
    assert not [row for row in days(made) if row.since_at == at(date(2026, 1, 6), BERLIN)]


def test_holidays_have_names_that_do_not_depend_on_the_hosts_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("de_DE.UTF-8", "C"):
        monkeypatch.setenv("LANGUAGE", language)
        country.cache_clear()
        assert country("DE", None, 2026, 2026)[date(2026, 1, 1)] == "New Year's Day"
        assert country("JE", None, 2026, 2026)[date(2026, 1, 1)] == "New Year's Day"
    country.cache_clear()


def test_st_martin_is_no_holiday_where_the_desk_says_so() -> None:
    # zammad issue 390: a feed of holidays that counts a day on which everybody works
    martin = event("20251111", "St. Martin", "RRULE:FREQ=YEARLY")
    days_of = all_days(feed(martin, event("20251225", "Christmas")), date(2005, 1, 1), date(2029, 1, 2))
    feeds = {"feed.ics": days_of}
    eager = calendar(holidays={"ical": "feed.ics"})
    assert on(hours(eager, feeds=feeds), "2025-11-11") == []
    assert [row.name for row in days(eager, feeds=feeds)] == ["St. Martin", "Christmas", *["St. Martin"] * 3]
    made = calendar(holidays={"ical": "feed.ics", "not": ["2025-11-11"]})
    assert on(hours(made, feeds=feeds), "2025-11-11") == [("09:00", "17:00")]
    assert on(hours(made, feeds=feeds), "2026-11-11") == [], "that year only"
    assert on(hours(made, feeds=feeds), "2025-12-25") == []


def test_of_a_day_that_several_bring_the_countrys_name_is_told() -> None:
    new_year, feast = date(2026, 1, 1), date(2026, 2, 2)
    holidays = Holidays(country="DE", ical="f", also=(new_year, feast, date(2026, 3, 3)))
    found = days_off(holidays, feast.replace(month=1, day=1), date(2026, 4, 1), {"f": {new_year: "Hm", feast: "Feast"}})
    assert (found[new_year], found[feast], found[date(2026, 3, 3)]) == ("New Year's Day", "Feast", None)
    assert days_off(holidays, new_year, feast, {}) == {new_year: "New Year's Day", feast: None}


def test_a_version_is_in_force_from_its_local_day_on() -> None:
    versions = [
        calendar(open=every("22:00-06:00"), holidays={"also": ["2026-02-28", "2026-03-02"]}),
        calendar(YORK, open=every("08:00-12:00"), since=date(2026, 3, 1)),
        calendar(always=True, timezone=KOLKATA, since=date(2026, 4, 1)),
    ]
    rows = hours(*reversed(versions))
    assert rows == hours(*versions), "in whatever order they stand"
    assert on(rows, "2026-02-27") == [("22:00", "06:00")]
    assert on(rows, "2026-02-28") == []
    assert on(rows, "2026-03-01", YORK) == [("08:00", "12:00")]
    assert on(rows, "2026-03-02", YORK) == [("08:00", "12:00")], "the holiday is the first version's"
    assert (rows[-1].opens_at, rows[-1].closes_at) == (utc("2026-03-31T18:30"), utc("2029-01-01"))
    assert [row.since_at for row in days(*versions)] == [utc("2026-02-27T23:00")]


def test_a_night_runs_on_into_the_next_version_and_before_the_first_nothing_is_open() -> None:
    first = calendar(open=every("22:00-06:00"), since=date(2026, 3, 1))
    second = calendar(open=every("12:00-13:00"), since=date(2026, 3, 3))
    rows = hours(first, second)
    assert (rows[0].opens_at, rows[1].closes_at) == (utc("2026-03-01T21:00"), utc("2026-03-03T05:00"))
    assert on(rows, "2026-03-03") == [("12:00", "13:00")]


def test_a_union_joins_from_its_own_day_on() -> None:
    day, night = calendar("UTC", open=every("08:00-20:00")), calendar("UTC", open=every("20:00-08:00"))
    joined = [calendar(union=["day"]), calendar(union=["day", "night"], timezone=YORK, since=date(2026, 5, 1))]
    rows = hours(*joined, beside={"day": day, "night": night})
    # the union's second version begins at four in the morning, UTC: the night that is under way counts from then on
    assert [(row.opens_at, row.closes_at) for row in rows[-1:]] == [(utc("2026-05-01T04:00"), utc("2029-01-01T08:00"))]
    assert rows[-2] == HoursRow("x", utc("2026-04-30T08:00"), utc("2026-04-30T20:00"))


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_the_zone_of_the_host_plays_no_part(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named: dict[str, Calendar | list[Calendar]] = {
        "x": calendar("Australia/Lord_Howe", holidays={"country": "AU"}),
        "y": calendar(union=["x"]),
    }
    found = written(named)
    monkeypatch.setenv("TZ", zone)
    clock.tzset()
    assert written(named) == found
    monkeypatch.undo()
    clock.tzset()


def test_nine_calendars_are_written_out_in_no_time() -> None:
    shifts = every("09:00-12:00", "13:00-17:00")
    made: dict[str, Calendar | list[Calendar]] = {
        f"c{n}": calendar(zone, open=shifts, holidays={"country": "US"}) for n, zone in enumerate(ZONES[:7])
    }
    begin = clock.perf_counter()
    rows, _ = written({**made, "sun": calendar(union=list(made)), "always": calendar(always=True)})
    assert len(rows) > 7 * 2 * 5000
    # a third of a second on a quiet machine; a shared one may be several times as slow
    assert clock.perf_counter() - begin < 5


SITE = """
[site]
name = "Desk"
timezone = "Europe/Berlin"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[calendar.day]
timezone = "Europe/Berlin"
open = { mon = ["09:00-17:00"] }
[calendar.always]
always = true
[sla]
default_track = "Care"
[[track.care]]
from = 2026-07-01
calendar = "always"
nrt = "30m"
[[track.care]]
calendar = "day"
frt = "1h"
resolution = "2d"
attainment_target = 0.9
public_promise = { frt = "2h" }
[track.care.priority.High]
frt = "15m"
public_promise = { resolution = "3d" }
[track.press]
calendar = "day"
[track.press.priority.urgent]
nrt = "90s"
"""


def test_a_row_of_policy_is_whole_and_in_force_between_local_midnights() -> None:
    plain = {
        "track": "care", "priority": None, "is_default": True, "calendar": "day", "frt_seconds": 3600,
        "nrt_seconds": None, "resolution_seconds": 172_800, "attainment_target_share": 0.9,
        "public_frt_seconds": 7200, "public_nrt_seconds": None, "public_resolution_seconds": None,
        "from_at": None, "until_at": utc("2026-06-30T22:00"),
    }  # fmt: skip
    nothing = dict.fromkeys([name for name in plain if name.endswith(("seconds", "share"))])
    press = {**plain, **nothing, "track": "press", "is_default": False, "until_at": None}
    assert policy_rows(parse_site(SITE, base=Path("."))) == {
        PolicyRow(**one)
        for one in (
            plain,
            {**plain, "priority": "high", "frt_seconds": 900, "public_resolution_seconds": 259_200},
            {**plain, **nothing, "calendar": "always", "nrt_seconds": 1800, "from_at": plain["until_at"],
             "until_at": None},
            press,
            {**press, "priority": "urgent", "nrt_seconds": 90},
        )
    }  # fmt: skip
