"""A shift in local time becomes instants: over midnight, over both edges of summer time, in any zone, from a day on."""

from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Shift
from config.center import DAYS
from jobs.localtime import instant
from jobs.roster import edges, instants, written_out
from queries.roster import ShiftRow
from tests.conftest import NOON
from tests.jobs.sites import opened

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# a day in the middle of each change of clocks, and places that have none, or half an hour, or three quarters
PLACES = [
    ("Europe/Berlin", date(2025, 3, 30)),
    ("Europe/Berlin", date(2025, 10, 26)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("Australia/Lord_Howe", date(2025, 10, 5)),
    ("Asia/Kathmandu", date(2025, 5, 1)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("America/Scoresbysund", date(2024, 3, 31)),  # its zone and its summer time changed at once: nothing moved
    ("UTC", date(2025, 1, 1)),
]


def shift(**more: Any) -> Shift:
    plain = {"site": "Berlin", "timezone": "Europe/Berlin", "heads": 4, "start": "09:00", "end": "17:00"}
    return Shift.model_validate({**plain, **more})


def read(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def hours(row: ShiftRow) -> float:
    return (row.ends_at - row.starts_at) / timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walked(wall: datetime, zone: str) -> datetime:
    """The first minute at which the clock reads so late, found by looking at it every minute of three days."""
    start = wall.replace(tzinfo=UTC) - 2 * DAY
    return next(at for at in (start + n * MINUTE for n in range(4 * 1440)) if read(at, zone) >= wall)


@settings(max_examples=60)
@given(st.sampled_from(PLACES), st.integers(-1, 1), st.integers(0, 1439))
def test_an_edge_is_the_first_minute_at_which_the_clock_reads_so(
    place: tuple[str, date], days: int, minute: int
) -> None:
    zone, day = place
    wall = datetime.combine(day + days * DAY, time()) + minute * MINUTE
    assert instant(wall, ZoneInfo(zone)) == walked(wall, zone)


@settings(max_examples=40)
@given(st.sampled_from(PLACES), st.sets(st.integers(0, 1439), min_size=3, max_size=3))
def test_shifts_that_hand_over_leave_no_hole_and_overlap_nowhere(place: tuple[str, date], at: set[int]) -> None:
    zone, day = place
    marks = [f"{minute // 60:02}:{minute % 60:02}" for minute in sorted(at)]
    made = [shift(timezone=zone, start=a, end=b) for a, b in zip(marks, marks[1:] + marks[:1], strict=True)]
    since = datetime.combine(day - 2 * DAY, time(), UTC)
    rows = sorted(instants(made, since, since + 5 * DAY), key=lambda row: row.starts_at)
    # three shifts go round the clock: together they are one stretch, whatever the clocks do
    assert all(row.ends_at == after.starts_at for row, after in pairwise(rows))


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "length"),
    [
        ("America/New_York", date(2025, 3, 8), "22:00", "06:00", 7),  # nights over a change of clocks
        ("America/New_York", date(2025, 3, 15), "22:00", "06:00", 8),
        ("America/New_York", date(2025, 11, 1), "22:00", "06:00", 9),
        ("Europe/Berlin", date(2025, 3, 30), "00:00", "00:00", 23),  # whole local days
        ("Europe/Berlin", date(2025, 10, 26), "00:00", "00:00", 25),
        ("Australia/Lord_Howe", date(2025, 4, 6), "00:00", "00:00", 24.5),
        ("Australia/Lord_Howe", date(2025, 10, 5), "00:00", "00:00", 23.5),
        ("Europe/Berlin", date(2025, 3, 30), "02:15", "02:45", 0),  # the clocks jump over all of it
        ("Europe/Berlin", date(2025, 3, 30), "02:30", "06:00", 3),
        ("Europe/Berlin", date(2025, 10, 26), "02:30", "06:00", 4.5),
        ("Asia/Kathmandu", date(2025, 5, 1), "09:00", "17:00", 8),
    ],
)
def test_a_shift_is_as_long_as_it_really_is(zone: str, day: date, start: str, end: str, length: float) -> None:
    starts, ends = edges(shift(timezone=zone, start=start, end=end), day)
    assert (ends - starts) / timedelta(hours=1) == length


def test_berlin_in_spring_starts_an_hour_earlier_and_kathmandu_at_a_quarter() -> None:
    made = [shift(), shift(site="Kathmandu", timezone="Asia/Kathmandu")]
    rows = instants(made, utc("2025-03-28T12:00"), utc("2025-03-31T12:00"))
    starts = {(row.site, row.starts_at) for row in rows}
    berlin = [utc(text) for text in ("2025-03-28T08:00", "2025-03-29T08:00", "2025-03-30T07:00", "2025-03-31T07:00")]
    assert sorted(at for site, at in starts if site == "Berlin") == berlin
    assert ("Kathmandu", utc("2025-03-30T03:15")) in starts


@pytest.mark.parametrize(
    ("day", "covered", "gaps"),
    [
        ("2025-01-15", 19.75, [("01:00", "04:30"), ("17:00", "17:45")]),
        ("2025-03-19", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
        ("2025-07-16", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
        ("2025-10-29", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
    ],
)
def test_what_three_sites_cover_moves_with_the_seasons(day: str, covered: float, gaps: list[tuple[str, str]]) -> None:
    made = [
        shift(),
        shift(site="New York", timezone="America/New_York", start="08:00", end="12:00"),
        shift(site="New York", timezone="America/New_York", start="12:45", end="20:00"),
        shift(site="Kolkata", timezone="Asia/Kolkata", start="10:00", end="19:00"),
    ]
    start = utc(day)
    rows = instants(made, start, start + DAY)
    minutes = [start + n * MINUTE for n in range(1440)]
    free = [at for at in minutes if not any(row.starts_at <= at < row.ends_at for row in rows)]
    assert (1440 - len(free)) / 60 == covered
    assert free == [at for at in minutes if any(first <= f"{at:%H:%M}" < last for first, last in gaps)], (
        "the hole moves, too"
    )


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    rows = instants([shift(days=["sat"], start="22:00", end="06:00")], utc("2025-06-01T00:00"), utc("2025-06-08T00:00"))
    # the one that is under way at the window's start comes whole, and so does the one at its end
    assert sorted((row.starts_at, row.ends_at) for row in rows) == [
        (utc("2025-05-31T20:00"), utc("2025-06-01T04:00")),
        (utc("2025-06-07T20:00"), utc("2025-06-08T04:00")),
    ]


def test_a_later_roster_of_a_team_replaces_the_whole_one_before_it() -> None:
    made = [
        shift(days=["mon"]),
        shift(days=["mon"], start="17:00", end="21:00"),
        shift(days=["mon"], start="10:00", end="14:00", **{"from": date(2025, 6, 9)}),
        shift(days=["mon"], team="press", heads=1),
        shift(days=["mon"], site="Oslo", timezone="Europe/Oslo", heads=2, **{"from": date(2025, 6, 16)}),
    ]
    rows = instants(made, utc("2025-06-02T00:00"), utc("2025-06-17T00:00"))
    told = sorted((f"{row.starts_at:%d %H}", row.site, row.team) for row in rows)
    assert told == [
        ("02 07", "Berlin", "care"),
        ("02 07", "Berlin", "press"),
        ("02 15", "Berlin", "care"),
        ("09 07", "Berlin", "press"),
        ("09 08", "Berlin", "care"),
        ("16 07", "Berlin", "press"),
        ("16 07", "Oslo", "care"),
        ("16 08", "Berlin", "care"),
    ]


def test_two_tables_of_the_same_hours_are_one_row_of_all_their_heads() -> None:
    made = [shift(languages=["en", "de"]), shift(languages=["de", "en", "en"], heads=3), shift(languages=["de"])]
    rows = instants(made, NOON, NOON + MINUTE)
    assert sorted((row.languages, row.heads) for row in rows) == [(("de",), 4), (("de", "en"), 7)]


def test_the_roster_is_written_out_from_two_hundred_days_back_to_fifteen_ahead() -> None:
    rows = written_out([shift(start="00:00", end="00:00", timezone="UTC")], NOON)
    assert min(row.starts_at for row in rows) == datetime(2026, 5, 5, tzinfo=UTC)
    assert max(row.ends_at for row in rows) >= NOON + 15 * DAY
    assert rows == written_out([shift(start="00:00", end="00:00", timezone="UTC")], NOON + timedelta(hours=11.9))


def test_no_site_is_called_what_all_of_them_are() -> None:
    with pytest.raises(ValueError, match="stands for all sites together"):
        shift(site="All")


def test_days_are_the_weeks_own_order() -> None:
    assert [DAYS[date(2025, 6, 2 + n).weekday()] for n in range(7)] == list(DAYS)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_the_zone_of_the_host_plays_no_part(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [shift(start="22:00", end="06:00"), shift(site="Lord Howe", timezone="Australia/Lord_Howe")]
    rows = written_out(made, NOON)
    monkeypatch.setenv("TZ", zone)
    clock.tzset()
    assert written_out(made, NOON) == rows
    monkeypatch.undo()
    clock.tzset()


EDITED = """
[site]
name = "Air desk"
timezone = "Europe/Berlin"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[shift]]
site = "Berlin"
timezone = "Europe/Berlin"
heads = HEADS
start = "09:00"
end = "17:00"
"""


def test_a_house_keeps_the_roster_of_its_site_file_and_of_one_that_is_edited(tmp_path: Path) -> None:
    with opened(tmp_path, EDITED.replace("HEADS", "4"), NOON) as house:
        revision = house.warehouse.state[0]

        def heads() -> list[Any]:
            window = {"since": NOON - timedelta(hours=1), "until": NOON + timedelta(hours=2)}
            frame = house.answers.ask("staffed_slots", window, NOON).frame
            return list(frame[frame["site"] == "all"]["staffed_agents"])

        assert heads() == [4, 4, 4]
        assert house.keep_roster() is False
        house.path.write_text(EDITED.replace("HEADS", "12"), encoding="utf-8")
        assert house.reread()
        assert heads() == [4, 12, 12]
        house.path.write_text(EDITED.partition("[[shift]]")[0], encoding="utf-8")
        assert house.reread()
        assert house.answers.ask("who_is_on", {}, NOON).frame.empty
        assert house.warehouse.state[0] == revision + 2
