"""Weeks of the site's zone: whole local days, exact where the clocks change, and each with one name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.snapshot.weeks import last_full_week, parse_week, week_of

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
STARTS = st.sampled_from(["monday", "saturday", "sunday"])
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut",
     "America/Santiago", "Pacific/Apia", "Asia/Kathmandu"]
).map(ZoneInfo)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "zone", "hours"),
    [
        ("2026-W46", BERLIN, 168),
        ("2026-W13", BERLIN, 167),
        ("2026-W43", BERLIN, 169),
        ("2026-W10", NEW_YORK, 167),
        ("2026-W44", NEW_YORK, 169),
        ("2025-W14", ZoneInfo("Australia/Lord_Howe"), 168.5),
        ("2011-W52", ZoneInfo("Pacific/Apia"), 144),  # the island left out a Friday
    ],
)
def test_a_week_is_as_long_as_it_was(name: str, zone: ZoneInfo, hours: float) -> None:
    assert parse_week(name, zone).hours == hours


def test_the_last_full_week_is_over() -> None:
    week = last_full_week(datetime(2026, 11, 23, 5, tzinfo=UTC), NEW_YORK)
    assert (week.name, week.since, week.until) == (
        "2026-W47", datetime(2026, 11, 16, 5, tzinfo=UTC), datetime(2026, 11, 23, 5, tzinfo=UTC),
    )  # fmt: skip
    assert last_full_week(datetime(2026, 11, 23, 4, 59, tzinfo=UTC), NEW_YORK).name == "2026-W46"


@pytest.mark.parametrize(
    ("starts", "first", "last"),
    [
        ("monday", date(2026, 11, 16), date(2026, 11, 22)),
        ("sunday", date(2026, 11, 15), date(2026, 11, 21)),
        ("saturday", date(2026, 11, 14), date(2026, 11, 20)),
    ],
)
def test_a_week_has_the_name_of_its_monday(starts: str, first: date, last: date) -> None:
    week = parse_week("2026-W47", NEW_YORK, starts)
    assert (week.first, week.last) == (first, last)


@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)), zone=ZONES, starts=STARTS)
def test_weeks_meet_without_a_hole_and_their_names_lead_back(day: date, zone: ZoneInfo, starts: str) -> None:
    week = week_of(day, zone, starts)
    assert week.first <= day <= week.last
    assert week.before.until == week.since < week.until
    assert parse_week(week.name, zone, starts) == week
    # at the first instant of a day its date begins: a moment before it was still another one
    for edge in (week.since, week.until):
        assert edge.astimezone(zone).date() > (edge - timedelta(microseconds=1)).astimezone(zone).date()


@pytest.mark.parametrize("text", ["2026-46", "2026-W54", "W46", "0000-W01", "2026-W00", "", "2026-W46 ", "9999-W53"])
def test_what_is_no_week_is_told_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="is not a week; write its ISO name, such as 2026-W46"):
        parse_week(text, NEW_YORK)
