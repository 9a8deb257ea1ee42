"""Coverage: who is on shift, what is asked and how many it takes, on hand-made rosters, messages and promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.roster import Roster, ShiftRow
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import HOUR, MINUTE, START, Row, put, records

DAY = timedelta(days=1)
QUARTER = 15 * MINUTE
Slot = dict[str, Any]


def shift(start: float, end: float, heads: int = 1, site: str = "Berlin", **more: Any) -> ShiftRow:
    """Heads of a site from `start` to `end`, in hours from noon."""
    names = {"site": site, "timezone": "UTC", "team": "care", "languages": ("en",), **more}
    return ShiftRow(**names, heads=heads, starts_at=NOON + start * HOUR, ends_at=NOON + end * HOUR)


def terms(track: str | None = None, **more: Any) -> Row:
    """What a message costs in work: six minutes, of all the time of those on shift, breaks left out."""
    plain: Row = {
        "track": track,
        "handling_seconds": 360,
        "occupancy_share": 1.0,
        "shrinkage_share": 0.0,
        "mention_share": 0.0,
        "known_from_at": START,
    }
    return {**plain, **more}


def answered(name: str, started_at: datetime, **more: Any) -> Row:
    """A message that came and was answered ten minutes later."""
    return segment(name, started_at, stopped_at=started_at + 10 * MINUTE, **more)


def expect(warehouse: Warehouse, rows: Sequence[tuple[float, str, float]]) -> None:
    """Have the forecast say: so many messages in a language in the hour that begins so many hours from noon."""
    told = ", ".join(
        f"(TIMESTAMP '{(NOON + start * HOUR).replace(tzinfo=None)}', '{language}', {count}::DOUBLE)"
        for start, language, count in rows
    )
    warehouse.relate()
    cursor = warehouse.cursor()
    cursor.execute(
        "CREATE OR REPLACE MACRO memory.forecast_hours(asof_at, seen_at, ahead) AS TABLE "
        "SELECT *, demand_count / 2 AS low_count, demand_count * 2 AS high_count, 1.0::DOUBLE AS event_factor "
        f"FROM (VALUES {told}) AS told(hour_at, language, demand_count) "
        "WHERE hour_at + INTERVAL 1 HOUR > asof_at AND hour_at < asof_at + to_hours(ahead)"
    )
    cursor.close()


def slots(
    answers: Answers, since: float, until: float, site: str = "all", language: str = "all", **given: Any
) -> list[Slot]:
    """The slots of coverage_slots, in hours from noon, of one site and language."""
    window = {"since": NOON + since * HOUR, "until": NOON + until * HOUR, "sites": [site], "languages": [language]}
    table = answers.ask("coverage_slots", {**window, **given}, NOON).frame
    return [dict(zip(table.columns, row, strict=True)) for row in records(table)]


def column(found: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [slot[name] for slot in found]


def test_what_came_is_told_of_the_past_and_what_is_expected_of_the_rest(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4)], NOON)
    put(
        warehouse,
        staffing=[terms()],
        policies=[policy()],
        calendar_hours=[hours()],
        clock_segments=[answered(f"x:{number}", NOON - HOUR + number * MINUTE, language="en") for number in range(3)],
    )
    expect(warehouse, [(0, "all", 8.0), (0, "en", 8.0)])
    found = slots(answers, -1, 1)
    assert column(found, "demand_count") == [3, 0, 0, 0, 2, 2, 2, 2]
    assert column(found, "is_forecast") == [False] * 4 + [True] * 4
    assert column(found, "low_count") == [None] * 4 + [1] * 4
    assert column(found, "high_count") == [None] * 4 + [4] * 4
    assert set(column(found, "model")) == {"deadline"}


def test_work_is_given_its_time_evenly_until_it_must_be_done(warehouse: Warehouse, answers: Answers) -> None:
    """Ten messages of six minutes in one quarter, an hour to answer: an hour's work in an hour is one head."""
    Roster(warehouse).keep([shift(-4, 4)], NOON)
    came = [answered(f"x:{number}", NOON - 2 * HOUR + number * MINUTE) for number in range(10)]
    put(warehouse, staffing=[terms()], policies=[policy()], calendar_hours=[hours()], clock_segments=came)
    found = slots(answers, -2.5, 0)
    assert column(found, "required_agents") == pytest.approx([0, 0, 1, 1, 1, 1, 0, 0, 0, 0])
    assert column(found, "state") == ["surplus"] * 2 + ["covered"] * 4 + ["surplus"] * 4


def test_what_comes_before_the_window_still_takes_heads_in_it(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4)], NOON)
    came = [answered(f"x:{number}", NOON - 2 * HOUR + number * MINUTE) for number in range(10)]
    put(warehouse, staffing=[terms()], policies=[policy()], calendar_hours=[hours()], clock_segments=came)
    assert column(slots(answers, -1.5, -0.5), "required_agents") == pytest.approx([1, 1, 0, 0])


def test_a_calendar_that_is_shut_takes_nobody_and_all_that_came_meanwhile_is_due_after_it_opens(
    warehouse: Warehouse, answers: Answers
) -> None:
    Roster(warehouse).keep([shift(-12, 4)], NOON)
    night = [answered(f"x:{number}", NOON - 6 * HOUR + number * MINUTE) for number in range(20)]
    put(
        warehouse,
        staffing=[terms()],
        policies=[policy(calendar="day")],
        calendar_hours=[hours("day", NOON - 2 * HOUR, NOON + 8 * HOUR)],
        clock_segments=night,
    )
    found = slots(answers, -6.5, 0)
    needed = column(found, "required_agents")
    assert needed[:18] == pytest.approx([0] * 18), "closed"
    assert needed[18:22] == pytest.approx([2] * 4), "two hours' work in the hour after the opening"
    assert needed[22:] == pytest.approx([0] * 4)


def test_a_head_is_busy_for_no_more_than_it_may_be(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4, 3)], NOON)
    came = [answered(f"x:{number}", NOON - 2 * HOUR + number * MINUTE) for number in range(10)]
    put(
        warehouse,
        staffing=[terms(occupancy_share=0.8, shrinkage_share=0.3)],
        policies=[policy()],
        calendar_hours=[hours()],
        clock_segments=came,
    )
    (slot,) = slots(answers, -2, -1.75)
    assert slot["required_agents"] == pytest.approx(1.25)
    assert (slot["heads_count"], slot["staffed_agents"]) == (3, pytest.approx(2.1))
    assert slot["net_agents"] == pytest.approx(0.85)
    assert slot["scheduled_agents"] == 2, "1.25 over 0.7 is 1.79"


@pytest.mark.parametrize(
    ("heads", "count", "state"),
    [(0, 10, "gap"), (1, 20, "thin"), (2, 20, "covered"), (2, 10, "surplus"), (3, 20, "covered"), (4, 20, "surplus")],
)
def test_the_four_states_of_a_slot(warehouse: Warehouse, answers: Answers, heads: int, count: int, state: str) -> None:
    """Ten messages take one head, twenty take two."""
    staffed = [shift(-4, 4, heads)] if heads else [shift(-8, -5), shift(3, 4)]
    Roster(warehouse).keep(staffed, NOON)
    came = [answered(f"x:{number}", NOON - 2 * HOUR + number * 40 * timedelta(seconds=1)) for number in range(count)]
    put(warehouse, staffing=[terms()], policies=[policy()], calendar_hours=[hours()], clock_segments=came)
    (slot,) = slots(answers, -2, -1.75)
    assert slot["state"] == state


def test_nobody_is_no_gap_where_nobody_asks_and_outside_the_roster_nothing_is_known(
    warehouse: Warehouse, answers: Answers
) -> None:
    Roster(warehouse).keep([shift(-8, -6), shift(-2, -1)], NOON)
    put(
        warehouse,
        staffing=[terms()],
        policies=[policy()],
        calendar_hours=[hours()],
        clock_segments=[answered("x:1", NOON - 1.5 * HOUR)],
    )
    found = slots(answers, -4, 0, slot_minutes=60)
    assert column(found, "heads_count") == [0, 0, 1, None]
    assert column(found, "state")[:2] == ["covered", "covered"]
    assert column(found, "state")[3] is None


def test_who_speaks_two_languages_counts_in_both_and_once_in_all(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4, 2, languages=("de", "en")), shift(-4, 4, 1, "Oslo", languages=("no",))], NOON)
    counted = {
        language: slots(answers, -1, -0.75, language=language)[0]["heads_count"]
        for language in ("all", "de", "en", "no")
    }
    assert counted == {"all": 3, "de": 2, "en": 2, "no": 1}
    assert slots(answers, -1, -0.75, site="Oslo", language="de")[0]["heads_count"] == 0
    assert slots(answers, -1, -0.75, site="Oslo")[0]["demand_count"] is None, "demand stands with all sites alone"


def test_a_language_nobody_speaks_is_a_gap_though_somebody_is_there(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4)], NOON)
    came = [answered("x:1", NOON - HOUR, language="ja"), answered("x:2", NOON - HOUR, language="en")]
    put(warehouse, staffing=[terms()], policies=[policy()], calendar_hours=[hours()], clock_segments=came)
    states = {language: slots(answers, -1, -0.75, language=language)[0]["state"] for language in ("all", "en", "ja")}
    assert states == {"all": "covered", "en": "covered", "ja": "gap"}
    table = answers.ask("coverage_slots", {"since": NOON - HOUR, "until": NOON - 45 * MINUTE}, NOON).frame
    assert set(table["language"]) == {"all", "en", "ja"}, "asked for every language, those of the messages come too"


def test_a_track_has_its_own_messages_and_its_own_people(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4, 2), shift(-4, 4, 1, "Oslo", tracks=("incident",))], NOON)
    came = [answered("x:1", NOON - HOUR, track="incident"), answered("x:2", NOON - HOUR), answered("x:3", NOON - HOUR)]
    put(
        warehouse,
        staffing=[terms()],
        policies=[policy(), policy("incident", is_default=False)],
        calendar_hours=[hours()],
        clock_segments=came,
    )
    (care,) = slots(answers, -1, -0.75, track="care")
    (incident,) = slots(answers, -1, -0.75, track="incident")
    assert (care["heads_count"], care["demand_count"]) == (2, 2)
    assert (incident["heads_count"], incident["demand_count"]) == (3, 1)


def test_without_a_word_about_work_nobody_knows_how_many_it_takes_but_a_gap_is_one(
    warehouse: Warehouse, answers: Answers
) -> None:
    Roster(warehouse).keep([shift(-8, -2), shift(-1, 4)], NOON)
    came = [answered("x:1", NOON - 1.5 * HOUR), answered("x:2", NOON - 3 * HOUR)]
    put(warehouse, policies=[policy()], calendar_hours=[hours()], clock_segments=came)
    found = slots(answers, -3, -1, slot_minutes=60)
    assert column(found, "required_agents") == [None, None]
    assert column(found, "state") == [None, "gap"]


def test_a_promise_of_seconds_is_staffed_by_erlang_and_says_so(warehouse: Warehouse, answers: Answers) -> None:
    """A hundred messages of 180 s in half an hour, 80 % of them within 20 s: 14 heads, 20 on the roster."""
    Roster(warehouse).keep([shift(-4, 4, 20)], NOON)
    came = [answered(f"x:{number}", NOON - 2 * HOUR + number * 18 * timedelta(seconds=1)) for number in range(100)]
    chat = policy(frt_seconds=20, nrt_seconds=None, attainment_target_share=0.8)
    work = terms(handling_seconds=180, occupancy_share=0.85, shrinkage_share=0.3)
    put(warehouse, staffing=[work], policies=[chat], calendar_hours=[hours()], clock_segments=came)
    (slot,) = slots(answers, -2, -1.5, slot_minutes=30)
    assert (slot["model"], slot["required_agents"], slot["scheduled_agents"]) == ("erlang_c", 14, 20)
    assert slot["state"] == "covered", "20 less 30 % are 14"


def test_with_patience_it_is_erlang_a(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([shift(-4, 4, 20)], NOON)
    came = [answered(f"x:{number}", NOON - 2 * HOUR + number * 18 * timedelta(seconds=1)) for number in range(100)]
    chat = policy(frt_seconds=20, nrt_seconds=None, attainment_target_share=0.975)
    work = terms(handling_seconds=180, patience_seconds=300)
    put(warehouse, staffing=[work], policies=[chat], calendar_hours=[hours()], clock_segments=came)
    (slot,) = slots(answers, -2, -1.5, slot_minutes=30)
    assert (slot["model"], slot["required_agents"]) == ("erlang_a", 13), "12 lose 4.3 %, 13 lose 2.5 %"


def test_two_hundred_behind_and_eighty_a_day_take_ten_people_to_be_done_in_five_days(
    warehouse: Warehouse, answers: Answers
) -> None:
    """25 minutes each, five and a half hours a day: 120 a day over 13.2 are 9.09. Nine are not enough, ten are."""
    behind = [
        segment(f"x:{number}", NOON - HOUR, breaches_at=NOON + 4 * DAY + 5.5 * HOUR, due_at=NOON + 4 * DAY + 5.5 * HOUR)
        for number in range(200)
    ]
    days = [hours("day", NOON + number * DAY, NOON + number * DAY + 5.5 * HOUR) for number in range(5)]
    put(
        warehouse,
        staffing=[terms(handling_seconds=1500)],
        policies=[policy(calendar="day", frt_seconds=300, nrt_seconds=None)],
        calendar_hours=days,
        clock_segments=behind,
    )
    daily = [(number * 24 + hour, "all", 16.0) for number in range(5) for hour in range(5)]
    expect(warehouse, daily)
    late = {}
    for heads in (9, 10):
        Roster(warehouse).keep([shift(n * 24, n * 24 + 5.5, heads) for n in range(5)], NOON - HOUR)
        late[heads] = sum(slot["breached_count"] for slot in slots(answers, 0, 5 * 24) if slot["breached_count"])
    assert late[10] == pytest.approx(0, abs=1e-6)
    assert late[9] > 1


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_slot_has_a_length(warehouse: Warehouse, answers: Answers, minutes: int) -> None:
    Roster(warehouse).keep([shift(-4, 4)], NOON)
    with pytest.raises(BadParameter):
        slots(answers, -1, 1, slot_minutes=minutes)
