"""The walker against what was reckoned by hand: the worked numbers of the trade, by number, and calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from tests.promises.random_cases import world as world_of
from tests.promises.reading import EPOCH, second
from tests.promises.scenes import HOUR, OFFICE, at, case, clock, event, promise, reply, week, world
from tests.promises.walker import walk
from tests.promises.wall_clock import DAY_SECONDS, OpenTicks
from tests.promises.worlds import Case, Clock, Hours, Version, World

FACTORY = week("office", "08:00-17:00")
LONG = week("office", "08:00-18:00")
BERLIN = week("office", "09:00-17:00", timezone="Europe/Berlin")
HOURS_4 = promise(frt=4)


# -- worked numbers: calendar, when it was opened, hours promised, when it is due --------------------------------------
@pytest.mark.parametrize(
    ("hours", "opened", "target", "due"),
    [
        pytest.param(OFFICE, "fri 16:00", 4, "mon2 12:00", id="1"),
        pytest.param(FACTORY, "fri 16:00", 4, "mon2 11:00", id="2"),
        pytest.param(OFFICE, "thu 15:00", 4, "fri 11:00", id="3"),
        pytest.param(OFFICE, "tue 11:00", 8, "wed 11:00", id="4"),
        pytest.param(LONG, "mon 10:00", 4, "mon 14:00", id="6 in the morning"),
        pytest.param(LONG, "mon 17:00", 4, "tue 11:00", id="6 in the evening"),
        pytest.param(OFFICE, "mon 09:00", 8, "mon 17:00", id="12 the closing, not the next opening"),
    ],
)
def test_a_first_response_is_due_when_the_hours_are_over(hours: Hours, opened: str, target: int, due: str) -> None:
    assert clock(world(case(opened), promise(frt=target), calendars=[hours])).due_at == at(due)


def test_5_a_night_and_a_weekend_count_nothing() -> None:
    opened = datetime(2014, 12, 12, 20, 49, tzinfo=UTC)
    told = Case(case_id="x:1", opened_at=opened, versions=[Version(known_at=opened, track="care")])
    found = _only(world(told, promise(frt=8), calendars=[FACTORY]), datetime(2014, 12, 15, 9, 44, tzinfo=UTC))
    assert found.elapsed_seconds == 6240  # 1:44
    assert round(found.elapsed_seconds / found.target_seconds, 4) == 0.2167


@pytest.mark.parametrize(("opened", "quiet", "warned"), [("mon 10:00", "mon 12:59", "mon 13:00"),
                                                         ("mon 17:00", "tue 09:59", "tue 10:00")])  # fmt: skip
def test_6_one_is_warned_when_a_quarter_is_left(opened: str, quiet: str, warned: str) -> None:
    told = world(case(opened), HOURS_4, calendars=[LONG])
    assert [clock(told, now=now).state for now in (quiet, warned)] == ["on_track", "at_risk"]


def test_7_each_segment_counts_in_the_calendar_it_had() -> None:
    night = Hours(name="a", open={"tue": ["12:00-02:00"], "wed": ["12:00-02:00"]})
    late = Hours(name="b", open={"tue": ["15:00-00:30"], "wed": ["15:00-00:30"]})
    told = case("tue 17:01:38", event("changed", "wed 19:01:25", calendar="b"), reply("wed 19:01:46"))
    found = clock(world(told, promise(frt=24, calendar="a"), calendars=[night, late], step=1))
    assert (found.elapsed_seconds, found.calendar) == (57608, "b")


def test_8_the_hours_are_those_of_the_wall_on_the_morning_after_the_clocks_changed() -> None:
    opened = datetime(2025, 3, 28, 15, 30, tzinfo=UTC)
    told = Case(case_id="x:1", opened_at=opened, versions=[Version(known_at=opened, track="care")])
    found = _only(world(told, promise(frt=1), calendars=[BERLIN]), datetime(2025, 4, 2, tzinfo=UTC))
    assert found.due_at == datetime(2025, 3, 31, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2025, 3, 30), 23),
        ("Europe/Berlin", date(2025, 10, 26), 25),
        ("America/New_York", date(2025, 3, 9), 23),
        ("America/New_York", date(2025, 11, 2), 25),
        ("Australia/Lord_Howe", date(2025, 4, 6), 24.5),
        ("Australia/Lord_Howe", date(2025, 10, 5), 23.5),
    ],
)
def test_9_a_local_day_is_as_long_as_it_is(zone: str, day: date, hours: float) -> None:
    assert _open_hours(Hours(name="day", timezone=zone, special={day: ["00:00-24:00"]}), day) == hours


@pytest.mark.parametrize(("day", "hours"), [(8, 7), (15, 8)])
def test_10_a_night_shift_loses_the_hour_that_is_jumped_over(day: int, hours: int) -> None:
    night = week("night", "22:00-06:00", "sat", timezone="America/New_York")
    assert _open_hours(night, date(2025, 3, day)) == hours


def test_10_and_gains_the_one_that_comes_twice() -> None:
    assert _open_hours(week("night", "22:00-06:00", "sat", timezone="America/New_York"), date(2025, 11, 1)) == 9


@pytest.mark.parametrize(("span", "hours"), [("02:00-02:30", 0.5), ("01:30-02:30", 1), ("02:30-03:00", 1.5)])
def test_of_a_time_that_comes_twice_the_first_one_is_meant(span: str, hours: float) -> None:
    day = date(2025, 10, 26)
    assert _open_hours(Hours(name="day", timezone="Europe/Berlin", special={day: [span]}), day) == hours


@pytest.mark.parametrize(("span", "hours"), [("02:00-02:30", 0), ("01:30-02:30", 0.5), ("02:30-03:30", 0.5)])
def test_a_time_that_is_jumped_over_lies_at_the_jump(span: str, hours: float) -> None:
    day = date(2025, 3, 30)
    assert _open_hours(Hours(name="day", timezone="Europe/Berlin", special={day: [span]}), day) == hours


PAUSED = [event("paused", "mon 16:00", reason="waiting_customer"), event("resumed", "tue 09:30")]


def test_11_a_pause_is_not_counted_and_moves_the_due_date() -> None:
    told = case("mon 10:00", *PAUSED, event("resolved", "tue 12:00"))
    found = clock(world(told, promise(resolution=8)), "resolution 1")
    assert (found.elapsed_seconds, found.due_at, found.state) == (8.5 * HOUR, at("tue 11:30"), "breached")


def test_12_the_first_second_after_closing_counts_nothing() -> None:
    found = clock(world(case("mon 17:00"), promise(frt=1 / HOUR), step=1), now="tue 09:00:05")
    assert (found.due_at, found.elapsed_seconds, found.state) == (at("tue 09:00:01"), 5, "breached")


@pytest.mark.parametrize(("month", "day", "hours"), [(1, 15, 19.75), (3, 19, 18.75), (7, 16, 18.75), (10, 29, 18.75)])
def test_13_somebody_is_awake_somewhere(month: int, day: int, hours: float) -> None:
    regions = [
        week("eu", "09:00-17:00", timezone="Europe/Berlin"),
        Hours(name="us", timezone="America/New_York", open={"tue": SHIFTS, "wed": SHIFTS, "thu": SHIFTS}),
        week("in", "10:00-19:00", timezone="Asia/Kolkata"),
    ]
    midnight = (datetime(2025, month, day, tzinfo=UTC) - EPOCH) // timedelta(minutes=1)
    ticks = OpenTicks([*regions, Hours(name="all", union=["eu", "us", "in"])], 60)
    assert ticks.between("all", midnight, midnight + 1440) == hours * 60


SHIFTS = ["08:00-12:00", "12:45-20:00"]


# -- what the walker counts with ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 8, 14, 21])
def test_a_due_date_is_the_first_tick_by_which_so_many_were_open(number: int) -> None:
    told, dice = world_of(number), Random(number)
    ticks, far = OpenTicks(told.calendars, told.step_seconds), 20 * DAY_SECONDS // told.step_seconds
    for calendar in sorted(ticks.names):
        since = second(told.nows[0]) // told.step_seconds + dice.randrange(far // 5)
        for wanted in (0, 1, -1, dice.randrange(far // 50), -dice.randrange(far // 50)):
            found, open_then = ticks.after(calendar, since, wanted), ticks.between(calendar, since - far, since)
            assert ticks.between(calendar, since - far, found) == open_then + wanted
            assert ticks.between(calendar, since - far, found - 1) == open_then + wanted - 1


# -- calendars ---------------------------------------------------------------------------------------------------------
def test_a_holiday_is_closed_and_a_special_day_open_as_it_says() -> None:
    hours = week("office", "09:00-17:00", holidays=[date(2025, 6, 3), date(2025, 6, 4)],
                 special={date(2025, 6, 4): ["10:00-12:00"], date(2025, 6, 7): ["09:00-10:00"]})  # fmt: skip
    told = [_due(hours, opened, 1) for opened in ("mon 16:30", "fri 16:30", "wed 11:30")]
    assert told == [at("wed 10:30"), at("sat 09:30"), at("thu 09:30")]


def test_a_version_of_a_calendar_begins_on_its_day() -> None:
    hours = [OFFICE, week("office", "12:00-17:00", since=date(2025, 6, 4))]
    found = clock(world(case("tue 16:30"), promise(frt=1), calendars=hours))
    assert found.due_at == at("wed 12:30")


def _only(told: World, now: datetime) -> Clock:
    (found,) = walk(told, now)
    return found


def _due(hours: Hours, opened: str, target: int) -> datetime | None:
    return clock(world(case(opened), promise(frt=target), calendars=[hours])).due_at


def _open_hours(hours: Hours, day: date) -> float:
    """Open hours of the two UTC days before and after a date."""
    midnight = (datetime(day.year, day.month, day.day, tzinfo=UTC) - EPOCH) // timedelta(minutes=1)
    return OpenTicks([hours], 60).between(hours.name, midnight - 1440, midnight + 2 * 1440) / 60
