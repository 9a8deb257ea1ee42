"""The walker against what was reckoned by hand, and the questions where times, numbers and rosters are odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.people.on_shift import People
from tests.people.random_worlds import world
from tests.people.test_coverage import DAY, answered, column, expect, shift, slots, terms
from tests.people.test_walker import asked, differences, grouped, lay
from tests.people.walker import Walker
from tests.people.worlds import ALL, Message, Promise, Table, World, instant, minute
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, put

NIGHT = Table(site="Berlin", timezone="Europe/Berlin", start=time(22), end=time(6))


def moment(month: int, day: int, hour: int = 0, part: int = 0) -> int:
    return minute(datetime(2026, month, day, hour, part, tzinfo=UTC))


def scene(tables: Sequence[Table], now: int, promise: Promise | None = None, **more: Any) -> World:
    """A world of one track, an hour to answer, six minutes of work; three days of roster before and after now."""
    given = promise or Promise("always", 60, 60)
    plain: dict[str, Any] = {
        "now": now,
        "tables": tables,
        "roster": (now - 3 * 1440, now + 3 * 1440),
        "opens": {"always": [(now - 20000, now + 20000)]},
        "promises": {"care": given},
        "default_track": "care",
        "handling": {None: 360},
    }
    return World(**{**plain, **more})


# -- the walker --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("table", "now", "shortest", "longest"),
    [
        (NIGHT, moment(3, 29), 7, 8),
        (NIGHT, moment(10, 25), 8, 9),
        (replace(NIGHT, timezone="America/New_York"), moment(3, 8), 7, 8),
        (replace(NIGHT, timezone="Australia/Lord_Howe"), moment(4, 5), 8, 8.5),
        (replace(NIGHT, timezone="Australia/Lord_Howe"), moment(10, 4), 7.5, 8),
        (replace(NIGHT, timezone="Asia/Kathmandu"), moment(10, 4), 8, 8),
    ],
)
def test_a_night_is_as_long_as_it_really_is(table: Table, now: int, shortest: float, longest: float) -> None:
    spans = People(scene([table], now)).spans
    assert {(until - since) / 60 for since, until, _ in spans} == {shortest, longest}


def test_kathmandu_begins_at_a_quarter_past_the_hour_of_utc() -> None:
    day = Table(site="Kathmandu", timezone="Asia/Kathmandu", start=time(9), end=time(17))
    assert {since % 60 for since, _, _ in People(scene([day], moment(5, 1))).spans} == {15}


def test_ten_messages_of_six_minutes_within_the_hour_take_one_head_for_an_hour() -> None:
    now = moment(5, 1, 12)
    came = [Message(now - 120 + number, "en", "care") for number in range(10)]
    found = Walker(scene([], now, messages=came), now - 150, now, 15).slots(ALL, ALL)
    assert [slot.required for slot in found] == pytest.approx([0, 0, 1, 1, 1, 1, 0, 0, 0, 0])


def test_what_is_due_first_is_done_first_and_later_work_does_not_make_it_late() -> None:
    """Four hours of work that may wait for ten; in the fifth hour come three more that may wait for one."""
    now = moment(5, 1, 12)
    always = Table(site="Oslo", timezone="UTC", start=time(0), end=time(0))
    waits = [Message(now - 1, "en", "care", due=now + 600) for _ in range(40)]
    told = scene([always], now, messages=waits, forecast={(now + 240, ALL): 30.0})
    found = Walker(told, now, now + 720, 60).slots(ALL, ALL)
    assert [slot.breached for slot in found] == pytest.approx([0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0])


# -- the questions, where times are odd --------------------------------------------------------------------------------
ODD = {
    "not on a quarter": (-600 + 7, 20 * 60, 15),
    "slots that do not divide the hour": (-602, 7 * 160, 7),
    "slots of forty minutes": (-602, 40 * 30, 40),
    "wholly past": (-3000, 20 * 60, 15),
    "wholly to come": (600, 15 * 60, 15),
    "days ahead": (2 * 1440 + 60, 15 * 60, 60),
}


@pytest.fixture(scope="module", params=(1, 2))
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Answers]]:
    one = world(request.param)
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("odd") / "w.duckdb", instant(one.now))
    lay(warehouse, one)
    yield one, Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


@pytest.mark.parametrize("name", ODD)
def test_a_window_is_as_the_walker_finds_it(told: tuple[World, Answers], name: str) -> None:
    begin, length, minutes = ODD[name]
    since, until = told[0].now + begin, told[0].now + begin + length
    given = {"since": instant(since), "until": instant(until), "slot_minutes": minutes, "sites": [ALL]}
    walker = Walker(told[0], since, until, minutes)
    for (_, language), rows in grouped(asked(told, "coverage_slots", **given)).items():
        assert differences(rows, walker.slots(ALL, language)) == [], language


# -- and where numbers are ---------------------------------------------------------------------------------------------
@pytest.fixture
def laid(warehouse: Warehouse) -> Warehouse:
    """One head for eight hours around noon, and no message."""
    Roster(warehouse).keep([shift(-4, 4)], NOON - 5 * HOUR)
    return warehouse


def promise(warehouse: Warehouse, *came: Row, work: Row | None = None, **promised: Any) -> None:
    """Round the clock, six minutes of work, one hour unless it is said otherwise."""
    put(
        warehouse,
        staffing=[work or terms()],
        policies=[policy(**promised)],
        calendar_hours=[hours()],
        clock_segments=list(came),
    )


@pytest.mark.parametrize("wait", [300, 901, 1200, 2700, 3599, 5400])
def test_an_hour_of_work_is_an_hour_of_heads_however_long_it_may_wait(
    laid: Warehouse, answers: Answers, wait: int
) -> None:
    promise(laid, *[answered(f"x:{number}", NOON - 2 * HOUR) for number in range(10)], frt_seconds=wait)
    for minutes in (15, 30, 60):
        found = slots(answers, -3, 0, slot_minutes=minutes)
        assert sum(column(found, "required_agents")) * minutes * 60 == pytest.approx(3600), minutes


def test_a_calendar_that_opens_within_a_slot_makes_no_work(laid: Warehouse, answers: Answers) -> None:
    put(
        laid,
        staffing=[terms()],
        policies=[policy(calendar="day")],
        calendar_hours=[hours("day", NOON - 2 * HOUR + 20 * MINUTE, NOON + 8 * HOUR)],
        clock_segments=[answered(f"x:{number}", NOON - 4 * HOUR) for number in range(10)],
    )
    assert sum(column(slots(answers, -4, 0), "required_agents")) * 900 == pytest.approx(3600)


def test_a_message_waits_that_was_expected_in_the_running_hour_and_is_counted_once(
    laid: Warehouse, answers: Answers
) -> None:
    """Ten come an hour and one head can do ten: nine minutes to one nothing will be late, though ten wait."""
    promise(laid, *[segment(f"x:{number}", NOON + MINUTE) for number in range(10)])
    expect(laid, [(number, "all", 10.0) for number in range(3)])
    window = {"since": NOON, "until": NOON + 3 * HOUR, "slot_minutes": 60, "sites": ["all"], "languages": ["all"]}
    table = answers.ask("coverage_slots", window, NOON + 54 * MINUTE).frame
    assert list(table["breached_count"]) == pytest.approx([0, 0, 0])


def test_behind_the_roster_nothing_is_known_not_even_in_the_slot_in_which_it_ends(
    warehouse: Warehouse, answers: Answers
) -> None:
    Roster(warehouse).keep([shift(-4, 1.1)], NOON)
    promise(warehouse, answered("x:1", NOON - HOUR))
    expect(warehouse, [(number, "all", 40.0) for number in range(3)])
    found = slots(answers, 0, 2, slot_minutes=30)
    assert column(found, "heads_count") == [1, 1, None, None]
    assert [value is None for value in column(found, "breached_count")] == [False, False, True, True]
    assert column(found, "state")[2:] == [None, None], "no gap where nobody knows"


@pytest.mark.parametrize("minutes", [15, 60])
def test_a_time_in_which_nobody_asked_is_no_gap_and_not_unknown(
    warehouse: Warehouse, answers: Answers, minutes: int
) -> None:
    Roster(warehouse).keep([shift(-240, -239), shift(2, 4)], NOON)
    promise(warehouse, answered("x:1", NOON - 9 * DAY))
    found = slots(answers, -2, -1, slot_minutes=minutes)
    assert set(column(found, "demand_count")) == {0}
    assert set(column(found, "state")) == {"covered"}


def test_work_that_waits_while_nobody_is_there_is_not_covered(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, -2), shift(2, 4)], NOON)
    promise(warehouse, answered("x:1", NOON - 2 * HOUR))
    assert column(slots(answers, -2, -0.75), "state") == ["gap", "thin", "thin", "thin", "covered"]


def test_a_shift_of_one_second_fills_no_slot_and_parts_a_gap(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-2, -1), shift(0.5, 0.5 + 1 / 3600), shift(2, 3)], NOON)
    promise(warehouse, answered("x:1", NOON - HOUR))
    assert column(slots(answers, 0.25, 1), "heads_count") == [0, 0, 0]
    begin = NOON.replace(tzinfo=None)
    found = ask(answers, "coverage_gaps", "since_at", "until_at", "gap_minutes")
    assert found == [
        (begin, begin + HOUR / 2, 30),
        (begin + HOUR / 2 + SECOND, begin + 2 * HOUR, 89),
    ]


@pytest.mark.parametrize(
    ("work", "required", "scheduled", "net"),
    [
        ({"handling_seconds": 0}, 0, 0, 1),
        ({"occupancy_share": 1.0}, 1, 1, 0),
        ({"shrinkage_share": 0.99}, 1, 100, -0.99),
        ({"occupancy_share": 0.01}, 100, 100, -99),
    ],
)
def test_numbers_at_the_edge_of_what_may_be_said(
    laid: Warehouse, answers: Answers, work: dict[str, Any], required: float, scheduled: int, net: float
) -> None:
    promise(laid, *[answered(f"x:{number}", NOON - 2 * HOUR) for number in range(10)], work=terms(**work))
    expect(laid, [(number, "all", 4.0) for number in range(3)])
    (slot,) = slots(answers, -2, -1, slot_minutes=60)
    assert [slot[name] for name in ("required_agents", "scheduled_agents", "net_agents")] == pytest.approx(
        [required, scheduled, net]
    )
    assert None not in column(slots(answers, 0, 2), "breached_count")


def test_before_anybody_knew_of_the_roster_nothing_is_said(laid: Warehouse, answers: Answers) -> None:
    promise(laid, answered("x:1", NOON - HOUR))
    window = {"since": NOON - HOUR, "until": NOON, "known_at": NOON - timedelta(days=60)}
    assert answers.ask("coverage_slots", window, NOON).frame.empty
