"""A shift in local time becomes instants: over midnight, over both edges of summer time, in any zone, from a day on."""

from __future__ import annotations

import time as clock
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Absence, Shift
from config.center import DAYS
from jobs.absences import without
from jobs.localtime import instant
from jobs.roster import edges, instants, pieces, written_out
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
    ("Pacific/Chatham", date(2025, 9, 28)),  # three quarters, and a change of clocks at a quarter to
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
        ("Pacific/Chatham", date(2025, 9, 27), "22:00", "06:00", 7),
        ("Pacific/Chatham", date(2025, 4, 5), "22:00", "06:00", 9),
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


SUN = """
[site]
name = "Air desk"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[shift]]
site = "Berlin"
timezone = "Europe/Berlin"
heads = 3
start = "09:00"
end = "17:00"
[[shift]]
site = "New York"
timezone = "America/New_York"
heads = 2
start = "08:00"
end = "12:00"
[[shift]]
site = "New York"
timezone = "America/New_York"
heads = 2
start = "12:45"
end = "20:00"
[[shift]]
site = "Kolkata"
timezone = "Asia/Kolkata"
heads = 1
start = "10:00"
end = "19:00"
[[shift]]
site = "Kolkata"
timezone = "Asia/Kolkata"
heads = 9
start = "00:00"
end = "00:00"
on_call = true
"""


@pytest.mark.parametrize(
    ("day", "covered", "gaps"),
    [
        ("2025-01-15", 19.75, [("01:00", "04:30"), ("17:00", "17:45")]),
        ("2025-03-19", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),  # New York has summer time, Berlin has not
        ("2025-07-16", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),
        ("2025-10-29", 18.75, [("00:00", "04:30"), ("16:00", "16:45")]),  # New York still has it
    ],
)
def test_the_gaps_of_a_roster_move_with_the_seasons_and_who_is_on_call_closes_none(
    tmp_path: Path, day: str, covered: float, gaps: list[tuple[str, str]]
) -> None:
    start = utc(day)
    with opened(tmp_path, SUN, start + timedelta(hours=12)) as house:
        found = house.answers.ask("roster_gaps", {"since": start, "until": start + DAY}, house.clock()).frame
        slots = house.answers.ask(
            "staffed_slots", {"since": start, "until": start + DAY, "slot_minutes": 15}, house.clock()
        ).frame
    told = [(f"{row.since_at:%H:%M}", f"{row.until_at:%H:%M}") for row in found.itertuples()]
    assert told == gaps
    assert 24 - sum((found["until_at"] - found["since_at"]).dt.total_seconds()) / 3600 == covered
    assert slots["staffed_agents"].max() < 9


WALKED = [
    ("Europe/Berlin", date(2025, 3, 30)),
    ("Europe/Berlin", date(2025, 10, 26)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("Australia/Lord_Howe", date(2025, 10, 5)),
    ("Pacific/Chatham", date(2025, 4, 6)),
    ("Asia/Kathmandu", date(2025, 5, 1)),
    ("America/St_Johns", date(2025, 3, 9)),
]
CLOCK = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


@st.composite
def rosters(draw: st.DrawFn) -> tuple[date, list[Shift], list[Absence]]:
    """Some shifts of one site around a change of its clocks, and who is not there; heads enough for every absence."""
    zone, day = draw(st.sampled_from(WALKED))
    around = st.integers(-2, 2).map(lambda number: day + number * DAY)
    made = []
    for number in range(draw(st.integers(1, 4))):
        told: dict[str, Any] = {"timezone": zone, "start": draw(CLOCK), "end": draw(CLOCK)}
        told |= {"heads": draw(st.integers(3, 6)), "agents": [f"Jens {number}"], "on_call": draw(st.booleans())}
        told |= {"days": draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))}
        told |= draw(st.sampled_from([{}, {"until": draw(around)}, {"holidays": {"also": [f"{draw(around)}"]}}]))
        made.append(shift(**told))
    hours = draw(st.sampled_from([{}, {"start": draw(CLOCK), "end": draw(CLOCK)}]))
    gone = [absence(heads=draw(st.integers(1, 2)), **{"from": draw(around)}, **hours)]
    gone.append(absence(agent="Jens 0", until=day + 2 * DAY, **{"from": day - draw(st.integers(0, 2)) * DAY}))
    return day, made, gone


class Walls:
    """What a clock on the wall shows at each minute of ten days around a day."""

    def __init__(self, zone: str, day: date) -> None:
        self.start = datetime.combine(day - 4 * DAY, time(), UTC)
        self.shown = [read(self.start + n * MINUTE, zone) for n in range(10 * 1440)]

    def between(self, day: date, start: time, end: time) -> range:
        """The minutes from when the clock first shows the start or later until it first shows the end."""
        last = day if end > start else day + DAY
        return range(*(self._first(datetime.combine(*wall)) for wall in ((day, start), (last, end))))

    def touched(self, gone: Absence, begins: date, minutes: range) -> Collection[int]:
        """Those minutes of a shift of the day `begins` in which somebody is absent."""
        if gone.start and gone.end:
            return set(minutes) & set(self.between(gone.from_date, gone.start, gone.end))
        return minutes if begins == gone.from_date else ()

    def _first(self, wall: datetime) -> int:
        return next((number for number, shown in enumerate(self.shown) if shown >= wall), len(self.shown))


@settings(max_examples=40)
@given(rosters())
def test_all_head_seconds_are_those_of_a_walk_from_minute_to_minute(
    roster: tuple[date, list[Shift], list[Absence]],
) -> None:
    day, made, gone = roster
    walls = Walls(made[0].timezone, day)
    days = [day + number * DAY for number in range(-3, 4)]
    by_heads, by_name = gone
    total = 0
    free = [0] * len(walls.shown)  # heads without a name that such an absence may take, at each minute
    for one in made:
        off = one.holidays.also if one.holidays else ()
        for begins in days:
            if DAYS[begins.weekday()] not in one.days or begins in off or (one.until_date or date.max) < begins:
                continue
            named = by_name.from_date <= begins <= by_name.last and by_name.agent in one.agents
            minutes = walls.between(begins, one.start, one.end)
            total += (one.heads - named) * len(minutes)
            for minute in walls.touched(by_heads, begins, minutes) if not one.on_call else ():
                free[minute] += one.heads - 1
    total -= sum(min(by_heads.heads or 0, there) for there in free)
    left, _ = without(pieces(made, walls.start, walls.start + 10 * DAY, {}), gone)
    seconds = sum(
        one.row.heads * (one.row.ends_at - one.row.starts_at).total_seconds() for one in left if one.day in days
    )
    assert seconds == 60 * total


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


def test_a_contract_ends_with_its_last_local_day_and_a_version_before_it_does_not_come_back() -> None:
    made = [
        shift(heads=2),
        shift(heads=5, start="22:00", end="06:00", employer="Helpline GmbH", until=date(2025, 6, 3)),
        shift(heads=7, team="press", until=date(2025, 6, 2), **{"from": date(2025, 6, 2)}),
    ]
    rows = instants(made, utc("2025-06-02T00:00"), utc("2025-06-07T00:00"))
    agency = sorted(row.starts_at for row in rows if row.employer == "Helpline GmbH")
    # the night that begins on the last day is worked to its end
    assert agency == [utc("2025-06-01T20:00"), utc("2025-06-02T20:00"), utc("2025-06-03T20:00")]
    assert [row.starts_at for row in rows if row.team == "press"] == [utc("2025-06-02T07:00")]
    assert len([row for row in rows if row.heads == 2]) == 5


def test_a_shift_of_one_day_stands_beside_the_versions() -> None:
    made = [
        shift(heads=1),
        shift(heads=2, **{"from": date(2025, 6, 3)}),
        shift(heads=9, start="18:00", end="20:00", date=date(2025, 6, 4)),
    ]
    rows = sorted(instants(made, utc("2025-06-02T00:00"), utc("2025-06-05T00:00")), key=lambda row: row.starts_at)
    assert [(f"{row.starts_at:%d %H}", row.heads) for row in rows] == [
        ("02 07", 1),
        ("03 07", 2),
        ("04 07", 2),
        ("04 16", 9),
    ]


def test_on_a_holiday_no_shift_starts_but_the_night_before_it_is_worked_to_its_end() -> None:
    night = shift(start="22:00", end="06:00", holidays={"country": "DE"})
    feed = shift(site="Oslo", timezone="Europe/Oslo", heads=1, holidays={"ical": "oslo.ics"})
    now = utc("2026-12-20T12:00")
    rows = written_out([night, feed], now, feeds={"oslo.ics": {date(2026, 12, 23): "Little Christmas Eve"}})
    nights = {f"{row.starts_at:%d %H}" for row in rows if row.site == "Berlin" and row.starts_at > now}
    assert {"24 21", "27 21"} <= nights
    assert not {"25 21", "26 21"} & nights, "Christmas, and the day after it"
    days = {f"{row.starts_at:%d}" for row in rows if row.site == "Oslo" and row.starts_at > now}
    assert {"22", "24", "25"} <= days
    assert "23" not in days


def test_rows_say_whose_promises_who_for_whom_and_whether_at_work() -> None:
    told = {"tracks": ["incident", "care"], "agents": ["Jens", "Imogen"], "employer": "Helpline GmbH", "on_call": True}
    [row] = instants([shift(**told)], NOON, NOON + MINUTE)
    assert (row.tracks, row.agents, row.employer, row.is_on_call) == (
        ("care", "incident"), ("Imogen", "Jens"), "Helpline GmbH", True,
    )  # fmt: skip


def absence(**more: Any) -> Absence:
    plain = {"site": "Berlin", "from": date(2026, 11, 23)}
    return Absence.model_validate({**plain, **more})


def worked(shifts: list[Shift], absences: list[Absence]) -> list[tuple[str, str, int, tuple[str, ...]]]:
    """Who is on in the week of the absences, in Berlin's time."""
    found = []
    for row in written_out(shifts, NOON, absences):
        starts, ends = read(row.starts_at, "Europe/Berlin"), read(row.ends_at, "Europe/Berlin")
        if date(2026, 11, 22) <= starts.date() <= date(2026, 11, 25):
            found.append((f"{starts:%a %H:%M}", f"{ends:%a %H:%M}", row.heads, row.agents))
    return sorted(found)


def test_who_is_absent_by_name_leaves_every_shift_that_starts_on_these_days() -> None:
    made = [shift(heads=3, agents=["Jens", "Imogen"]), shift(heads=1, agents=["Jens"], start="22:00", end="06:00")]
    assert worked([*made], [absence(agent="Jens", until=date(2026, 11, 24))]) == [
        ("Mon 09:00", "Mon 17:00", 2, ("Imogen",)),
        ("Sun 09:00", "Sun 17:00", 3, ("Imogen", "Jens")),
        ("Sun 22:00", "Mon 06:00", 1, ("Jens",)),  # it began before
        ("Tue 09:00", "Tue 17:00", 2, ("Imogen",)),
        ("Wed 09:00", "Wed 17:00", 3, ("Imogen", "Jens")),
        ("Wed 22:00", "Thu 06:00", 1, ("Jens",)),
    ]


def test_an_absence_of_some_hours_splits_a_shift_where_heads_change() -> None:
    made = [shift(heads=3, days=["mon"])]
    training = absence(heads=2, start="11:00", end="13:00")
    assert worked(made, [training]) == [
        ("Mon 09:00", "Mon 11:00", 3, ()),
        ("Mon 11:00", "Mon 13:00", 1, ()),
        ("Mon 13:00", "Mon 17:00", 3, ()),
    ]
    # it is the hours that count, whatever shift they fall into
    night = [shift(heads=3, days=["sun"], start="22:00", end="06:00")]
    assert worked(night, [absence(heads=1, start="00:00", end="06:00")]) == [
        ("Mon 00:00", "Mon 06:00", 2, ()),
        ("Sun 22:00", "Mon 00:00", 3, ()),
    ]


def test_heads_are_taken_from_where_most_are_never_below_none_and_never_from_who_is_on_call() -> None:
    made = [
        shift(heads=3, days=["mon"], languages=["de"]),
        shift(heads=2, days=["mon"], languages=["en"], agents=["Imogen"], start="12:00"),
        shift(heads=9, days=["mon"], on_call=True),
        shift(heads=4, days=["mon"], team="press"),
    ]
    left = [row for row in written_out(made, NOON, [absence(heads=3, team="care")]) if row.starts_at.day == 23]
    told = sorted((f"{row.starts_at:%H}", row.heads, row.languages, row.team) for row in left if not row.is_on_call)
    assert told == [("08", 4, (), "press"), ("11", 1, ("de",), "care"), ("11", 1, ("en",), "care")]
    assert [row.heads for row in left if row.is_on_call] == [9]
    everybody = [row for row in written_out(made, NOON, [absence(heads=99)]) if row.starts_at.day == 23]
    assert min(row.heads for row in everybody) > 0
    assert {(row.heads, row.agents) for row in everybody if not row.is_on_call} == {(1, ("Imogen",))}


def test_an_absence_of_another_site_or_team_changes_nothing() -> None:
    made = [shift(days=["mon"], agents=["Jens"], heads=1)]
    for other in (absence(agent="Jens", site="Oslo"), absence(agent="Jens", team="press"), absence(agent="Imogen")):
        assert worked(made, [other]) == worked(made, [])


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
