"""Calendars and policies in the warehouse: what is kept when the site file is edited, and when clocks are computed."""

from __future__ import annotations

import time as clock
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from queries import clocks
from queries.policies import DayRow, HoursRow, Policies, PolicyRow
from queries.warehouse import Warehouse, WarehouseError
from tests.conftest import NOON, FakeClock
from tests.queries.case_rows import HOUR, MINUTE

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def computed(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When clocks were computed anew; computing them has tests of its own."""
    calls: list[datetime] = []

    def recompute(inside: duckdb.DuckDBPyConnection, known_at: datetime) -> int:
        moved = sum(
            len(
                inside.execute(
                    f"SELECT 1 FROM {table} WHERE known_from_at = $at OR known_until_at = $at", {"at": plain(known_at)}
                ).fetchall()
            )
            for table in ("calendar_hours", "policies")
        )
        assert moved, "what has changed is written, in the same transaction"
        calls.append(known_at)
        return 0

    monkeypatch.setattr(clocks, "recompute", recompute)
    return calls


def plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def span(start: float, end: float, calendar: str = "day") -> HoursRow:
    """Open from `start` to `end`, in hours from noon."""
    return HoursRow(calendar, NOON + start * HOUR, NOON + end * HOUR)


def off(start: float, kind: str = "holiday", name: str | None = "Feast", calendar: str = "day") -> DayRow:
    """A day that begins `start` hours from noon."""
    return DayRow(calendar, NOON + start * HOUR, NOON + start * HOUR + DAY, kind, name)


def policy(track: str = "care", since: float | None = None, until: float | None = None, **more: Any) -> PolicyRow:
    """What a track promises from `since` to `until`, in hours from noon."""
    given: dict[str, Any] = {
        "priority": None, "is_default": True, "calendar": "day", "frt_seconds": 3600, "nrt_seconds": None,
        "resolution_seconds": 86_400, "attainment_target_share": 0.9, "public_frt_seconds": 7200,
        "public_nrt_seconds": None, "public_resolution_seconds": None,
    }  # fmt: skip
    for name, hours in (("from_at", since), ("until_at", until)):
        given[name] = None if hours is None else NOON + hours * HOUR
    return PolicyRow(track=track, **{**given, **more})


TABLES = {"calendar_hours": 3, "calendar_days": 5, "policies": 13}


def rows(warehouse: Warehouse, table: str, known_at: datetime | None = None) -> set[tuple[Any, ...]]:
    """The rows of a table as they were known at `known_at`, without when that was; without it those known now."""
    at = plain(known_at or NOON + 999 * DAY)
    cursor = warehouse.cursor()
    try:
        found = cursor.execute(
            f"SELECT * FROM {table} WHERE known_from_at <= ? AND (known_until_at IS NULL OR known_until_at > ?)",
            [at, at],
        ).fetchall()
        assert len(found) == len(set(found)), "none twice"
        return {one[: TABLES[table]] for one in found}
    finally:
        cursor.close()


def count(warehouse: Warehouse) -> dict[str, int]:
    """All rows ever written."""
    cursor = warehouse.cursor()
    try:
        found = {table: cursor.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES}
        return {table: int(one[0]) for table, one in found.items() if one}
    finally:
        cursor.close()


def stored(*kept: Any) -> set[tuple[Any, ...]]:
    """Rows as they are stored."""
    return {
        tuple(plain(value) if isinstance(value := getattr(row, name), datetime) else value for name in row.__slots__)
        for row in kept
    }


HOURS = [span(-30, -22), span(-4, 4), span(20, 28), span(-4, 4, "night")]
DAYS = [off(-60), off(-12), off(60)]


def test_the_first_file_is_kept_with_its_past_and_an_unchanged_one_writes_nothing(
    warehouse: Warehouse, computed: list[datetime]
) -> None:
    policies = Policies(warehouse)
    assert policies.keep([], [], [], NOON) is False, "no promises are nothing to keep"
    assert computed == []
    revision = warehouse.state[0]
    tracks = [
        policy(),
        policy(priority="high", frt_seconds=900),
        policy("press", None, 5),
        policy("press", 5, nrt_seconds=7),
    ]
    assert policies.keep(HOURS, DAYS, tracks, NOON) is True
    assert computed == [warehouse.state[1]]
    assert warehouse.state[0] == revision + 1
    assert rows(warehouse, "calendar_hours") == stored(*HOURS)
    assert rows(warehouse, "calendar_days") == stored(*DAYS)
    assert rows(warehouse, "policies") == stored(*tracks)
    assert (policies.policies(), policies.hours()) == (set(tracks), set(HOURS))
    written = count(warehouse)
    for later in (timedelta(0), HOUR, 5 * HOUR, 40 * HOUR):
        assert policies.keep(reversed(HOURS), DAYS, tracks, NOON + later) is False
    assert (count(warehouse), warehouse.state[0], len(computed)) == (written, revision + 1, 1)


def test_hours_that_have_passed_are_history_and_one_that_is_under_way_stays_one(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep(HOURS, [], [policy()], NOON - DAY)
    before = warehouse.state[1]
    # yesterday other, today longer, tomorrow gone
    assert policies.keep([span(-40, -22), span(-4, 6), span(-4, 4, "night")], [], [policy()], NOON)
    assert rows(warehouse, "calendar_hours") == stored(span(-30, -22), span(-4, 6), span(-4, 4, "night"))
    assert rows(warehouse, "calendar_hours", before) == stored(*HOURS), "what was known yesterday is still told"
    # shorter: closes at once; and back again within the hour: a hole is left
    policies.keep([span(-4, -1), span(-4, 4, "night")], [], [policy()], NOON + HOUR)
    assert stored(span(-4, 1)) < rows(warehouse, "calendar_hours")
    policies.keep([span(-4, 6), span(-4, 4, "night")], [], [policy()], NOON + 2 * HOUR)
    assert stored(span(-4, 1), span(2, 6)) < rows(warehouse, "calendar_hours")


def test_opening_at_this_very_moment_joins_what_was_open_until_then(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([span(-4, 0)], [], [], NOON - HOUR)
    policies.keep([span(-4, -2), span(0, 3)], [], [], NOON)
    assert rows(warehouse, "calendar_hours") == stored(span(-4, 3))


def test_only_what_is_no_longer_true_is_written_anew(warehouse: Warehouse, computed: list[datetime]) -> None:
    policies = Policies(warehouse)
    policies.keep(HOURS, DAYS, [policy(), policy("press")], NOON - DAY)
    written = count(warehouse)
    policies.keep([*HOURS, span(44, 52)], DAYS, [policy(), policy("press")], NOON)
    assert count(warehouse) == {**written, "calendar_hours": written["calendar_hours"] + 1}
    policies.keep([*HOURS, span(44, 52)], [*DAYS, off(99)], [policy(), policy("press")], NOON)
    assert count(warehouse)["calendar_days"] == written["calendar_days"] + 1
    assert len(computed) == 2, "a day's name moves no clock"
    assert policies.keep([*HOURS, span(44, 52)], [*DAYS, off(99)], [policy(), policy("press", nrt_seconds=60)], NOON)
    assert count(warehouse)["policies"] == written["policies"] + 2
    assert len(computed) == 3


def test_being_written_out_a_year_further_rewrites_nothing(warehouse: Warehouse, computed: list[datetime]) -> None:
    policies = Policies(warehouse)
    year, always = [span(24 * n, 24 * n + 8) for n in range(-9, 9)], span(-999, 240, "always")
    policies.keep([*year, always], [off(-60)], [policy()], NOON)
    known = warehouse.state[1]
    more = [span(24 * n, 24 * n + 8) for n in range(9, 20)]
    assert policies.keep([*year, *more, span(-999, 480, "always")], [off(-60), off(300)], [policy()], NOON + 5 * DAY)
    changed = rows(warehouse, "calendar_hours") ^ rows(warehouse, "calendar_hours", known)
    assert changed == stored(*more, always, span(-999, 480, "always")), "only what is never closed ends later"
    assert len(computed) == 2


def test_a_server_that_was_away_for_longer_than_was_written_out_takes_up_from_there(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([span(0, 8), span(24, 32)], [off(24)], [policy()], NOON)
    days = [span(24 * n - 1, 24 * n + 9) for n in range(9)]
    policies.keep(days, [off(24, name="Other"), off(72)], [policy()], NOON + 5 * DAY)
    # until eight hours after the second noon it was written out; from there on nobody had said otherwise
    assert rows(warehouse, "calendar_hours") == stored(span(0, 8), span(24, 33), *days[2:])
    assert rows(warehouse, "calendar_days") == stored(off(24, name="Other"), off(72))


def test_a_calendar_that_is_new_is_kept_whole_and_one_that_is_taken_out_closes(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep(HOURS, DAYS, [policy()], NOON - DAY)
    policies.keep(
        [span(-50, -40, "late"), span(-4, 4, "late"), span(-4, 4, "night")], [off(-90, calendar="late")], [], NOON
    )
    assert rows(warehouse, "calendar_hours") == stored(
        span(-30, -22), span(-4, 0), span(-4, 4, "night"), span(-50, -40, "late"), span(-4, 4, "late")
    )
    assert rows(warehouse, "calendar_days") == stored(off(-60), off(-90, calendar="late"))
    # one that comes back has been away
    policies.keep(HOURS, [], [], NOON + 2 * HOUR)
    assert stored(span(-4, 0), span(2, 4), span(20, 28)) < rows(warehouse, "calendar_hours")


def test_a_day_that_has_passed_keeps_its_name_and_all_others_are_as_the_file_says(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep(HOURS, DAYS, [], NOON - DAY)
    today = off(-12, "special", None)
    assert policies.keep(HOURS, [off(-60, name="Renamed"), off(-84), today, off(60, name="Renamed")], [], NOON)
    assert rows(warehouse, "calendar_days") == stored(off(-60), today, off(60, name="Renamed"))


def test_an_edited_policy_counts_from_now_on(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    first = [policy(), policy(priority="high", frt_seconds=900), policy("press")]
    policies.keep([], [], first, NOON - DAY)
    known = warehouse.state[1]
    high = policy(priority="high", frt_seconds=600)
    assert policies.keep([], [], [policy(), high, policy("press")], NOON)
    assert rows(warehouse, "policies") == stored(
        policy(), policy("press"), replace(first[1], until_at=NOON), replace(high, from_at=NOON)
    )
    assert rows(warehouse, "policies", known) == stored(*first)
    # and back again: the hours between stay as they were
    policies.keep([], [], first, NOON + HOUR)
    assert rows(warehouse, "policies") == stored(
        policy(), policy("press"), replace(first[1], until_at=NOON),
        policy(priority="high", since=0, until=1, frt_seconds=600), replace(first[1], from_at=NOON + HOUR),
    )  # fmt: skip
    assert policies.keep([], [], first, NOON + 2 * HOUR) is False


def test_a_version_to_come_begins_on_its_day_and_reading_it_again_changes_nothing(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([], [], [policy()], NOON)
    both = [policy(until=48), policy(since=48, frt_seconds=60)]
    assert policies.keep([], [], both, NOON + HOUR)
    assert rows(warehouse, "policies") == stored(*both), "one row until then, as it always was"
    for later in (2, 47, 48, 49, 1000):
        assert policies.keep([], [], both, NOON + later * HOUR) is False


def test_a_version_whose_day_has_passed_counts_from_now_on(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([], [], [policy(until=-90), policy(since=-90, nrt_seconds=5)], NOON - DAY)
    late = [
        policy(until=-90, frt_seconds=1),
        policy(since=-90, until=-48, nrt_seconds=5),
        policy(since=-48, nrt_seconds=6),
    ]
    assert policies.keep([], [], late, NOON)
    assert rows(warehouse, "policies") == stored(
        policy(until=-90), policy(since=-90, until=0, nrt_seconds=5), policy(since=0, nrt_seconds=6)
    )
    only_the_past = [replace(late[0], frt_seconds=2), late[1], late[2]]
    assert policies.keep([], [], only_the_past, NOON + HOUR) is False


def test_a_new_track_counts_from_now_on_and_one_that_is_taken_out_until_now(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([], [], [policy(), policy(priority="high")], NOON - DAY)
    policies.keep([], [], [policy(), policy("press", -90)], NOON)
    assert rows(warehouse, "policies") == stored(policy(), policy(until=0, priority="high"), policy("press", 0))
    policies.keep([], [], [], NOON + HOUR)
    assert rows(warehouse, "policies") == stored(
        policy(until=1), policy(until=0, priority="high"), policy("press", 0, 1)
    )
    assert policies.keep([], [], [], NOON + 2 * HOUR) is False
    policies.keep([], [], [policy()], NOON + 3 * HOUR)
    assert stored(policy(until=1), policy(since=3)) < rows(warehouse, "policies"), "an hour without a promise stays one"


def test_another_default_track_is_another_policy(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([], [], [policy(), policy("press", is_default=False)], NOON - DAY)
    policies.keep([], [], [policy(is_default=False), policy("press")], NOON)
    assert rows(warehouse, "policies") == stored(
        policy(until=0),
        policy(since=0, is_default=False),
        policy("press", None, 0, is_default=False),
        policy("press", 0),
    )


def test_an_edit_counts_from_a_whole_second(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep([span(-4, 4)], [], [policy()], NOON - DAY)
    policies.keep([span(-4, -3)], [], [], NOON + timedelta(microseconds=999_999))
    assert rows(warehouse, "calendar_hours") == stored(span(-4, 0))
    assert rows(warehouse, "policies") == stored(policy(until=0))
    # twice within a second: of the first nothing is left
    policies.keep([span(-4, -3)], [], [policy(nrt_seconds=1)], NOON + HOUR)
    policies.keep([span(-4, -3)], [], [policy(nrt_seconds=2)], NOON + HOUR + timedelta(microseconds=5))
    assert rows(warehouse, "policies") == stored(policy(until=0), policy(since=1, nrt_seconds=2))


def test_when_clocks_cannot_be_computed_nothing_is_taken_over(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = Policies(warehouse)
    policies.keep(HOURS, DAYS, [policy()], NOON - DAY)
    before = {table: rows(warehouse, table) for table in TABLES}
    revision = warehouse.state[0]

    def fails(*_: Any) -> int:
        raise duckdb.IOException("disk full")

    monkeypatch.setattr(clocks, "recompute", fails)
    with pytest.raises(WarehouseError, match="disk full"):
        policies.keep([], [], [], NOON)
    assert {table: rows(warehouse, table) for table in TABLES} == before
    assert warehouse.state[0] == revision


def test_times_are_stored_as_utc_whatever_the_zone_of_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for zone in ("America/New_York", "Asia/Kolkata"):
        monkeypatch.setenv("TZ", zone)
        clock.tzset()
        opened = Warehouse("duckdb:w", tmp_path / zone.replace("/", "_"), NOON)
        policies = Policies(opened)
        policies.keep(HOURS, DAYS, [policy(since=-5)], NOON - DAY)
        assert policies.keep(HOURS, DAYS, [policy(since=-5)], NOON) is False
        assert policies.keep(HOURS, DAYS, [policy(since=-5, nrt_seconds=1)], NOON)
        found = {table: rows(opened, table) for table in TABLES}
        opened.close()
        assert found == {
            "calendar_hours": stored(*HOURS),
            "calendar_days": stored(*DAYS),
            "policies": stored(policy(since=-5, until=0), policy(since=0, nrt_seconds=1)),
        }
    monkeypatch.undo()
    clock.tzset()


def test_a_host_clock_that_is_put_back_knows_everything_in_order(warehouse: Warehouse) -> None:
    policies = Policies(warehouse)
    policies.keep(HOURS, DAYS, [policy()], NOON)
    first = warehouse.state[1]
    policies.keep(HOURS, DAYS, [policy(nrt_seconds=1)], NOON - MINUTE)
    assert warehouse.state[1] > first
    assert rows(warehouse, "policies", first) == stored(policy())


def test_a_site_file_is_what_it_is_whenever_it_is_read(warehouse: Warehouse, clock: FakeClock) -> None:
    """Once more with what a real file writes out: read again through two years, nothing is rewritten."""
    from zoneinfo import ZoneInfo

    from config.calendars import Calendar
    from jobs.calendars import written_out

    opened = {"mon": ["09:00-17:00"], "sat": ["22:00-06:00"], "sun": ["00:00-24:00"]}
    day = Calendar.model_validate({"timezone": "Australia/Lord_Howe", "open": opened, "holidays": {"country": "AU"}})
    named = {"day": [day], "union": [Calendar(union=("day",))]}
    policies = Policies(warehouse)

    def keep() -> bool:
        return policies.keep(*written_out(named, ZoneInfo("UTC"), clock.now), [policy()], clock.now)

    assert keep()
    written = count(warehouse)
    for _ in range(5):
        clock.move(days=7, hours=5, minutes=17)
        assert keep() is False
    clock.move(days=10)
    assert clock.now.year == 2027
    assert keep()
    ended = count(warehouse)["calendar_hours"] - len(policies.hours())
    assert ended == 0, "a year more, and no row has ended"
    assert count(warehouse)["calendar_hours"] > written["calendar_hours"]
