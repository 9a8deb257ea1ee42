"""Presence: who was on shift beside who did something in the case log, slot by slot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, Row, ask, event, plain, put, reply
from tests.queries.people_rows import roster, shift

HOURS: dict[str, Any] = {"since": NOON - 2 * HOUR, "until": NOON}
FIRST, SECOND = plain(NOON - 2 * HOUR), plain(NOON - HOUR)
BY_AGENT: dict[str, Any] = {**HOURS, "group_by": "agent"}


def did(actor: str | None, when: float, kind: str = "changed", **more: Any) -> Row:
    """Somebody does something, `when` hours from noon."""
    return event("x:1", kind, NOON + when * HOUR, **{"actor": actor, "actor_kind": "human", **more})


def test_who_was_on_shift_and_who_did_something_by_site_and_by_person(warehouse: Warehouse, answers: Answers) -> None:
    roster(warehouse, shift(-8, -1, "Berlin", "ann", "ben"), shift(-2, 6, "Oslo", "ola"))
    put(
        warehouse,
        case_events=[
            did("ann", -1.9),
            reply("x:1", NOON - 1.8 * HOUR, actor="ann"),
            reply("x:1", NOON - 1.7 * HOUR, actor="ann", visibility="private"),
            reply("x:1", NOON - 1.6 * HOUR, actor="ann", visibility="internal"),
            did("ben", -1.2),
            reply("x:2", NOON - 0.5 * HOUR, actor="ola"),
            did("ann", -0.2),
        ],
    )
    assert ask(answers, "presence", **HOURS) == [
        (FIRST, "Berlin", "", 2.0, 2, 2),
        (FIRST, "Oslo", "", 1.0, 0, 0),
        (SECOND, "Berlin", "", 0.0, 1, 0),
        (SECOND, "Oslo", "", 1.0, 1, 1),
    ]
    assert ask(answers, "presence", **BY_AGENT) == [
        (FIRST, "Berlin", "ann", 1.0, 1, 2),
        (FIRST, "Berlin", "ben", 1.0, 1, 0),
        (FIRST, "Oslo", "ola", 1.0, 0, 0),
        (SECOND, "Berlin", "ann", 0.0, 1, 0),
        (SECOND, "Oslo", "ola", 1.0, 1, 1),
    ]


def test_bots_customers_and_drills_are_not_seen(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 1, "Berlin", "ann"))
    put(house, case_events=[did("ann", -1.5, actor_kind="bot"), did("ann", -1.5, actor_kind="customer"),
                            did("ann", -1.5, is_drill=True), did("ann", -1.5, actor_kind=None)])  # fmt: skip
    assert ask(asked, "presence", "seen_agents", "answers_count", **HOURS) == [(0, 0), (0, 0)]


def test_heads_are_a_mean_of_the_slot_and_a_person_is_one_head(house: Warehouse, asked: Answers) -> None:
    roster(
        house,
        shift(-3, -1.5, "Berlin", "ann"),
        shift(-2, -1.75, "Berlin", "ann", team="press"),
        shift(-1.25, 3, "Berlin", "ann"),
        shift(-2, -1, "Oslo", heads=4),
        shift(-2, 3, "Oslo", "ola", is_on_call=True),
    )
    assert ask(asked, "presence", "site", "scheduled_agents", **HOURS) == [
        ("Berlin", 1.0), ("Oslo", 4.0), ("Berlin", 1.0), ("Oslo", 0.0),
    ]  # fmt: skip
    # the heads of both teams are two at Berlin for a quarter of an hour, and Ann is there for three quarters
    assert ask(asked, "presence", "agent", "scheduled_agents", **BY_AGENT) == [("ann", 0.75), ("ann", 1.0)]


def test_a_shift_across_midnight_is_on_in_both_days(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(10, 14, "Berlin", "ann"), shift(-1, 0), shift(20, 21))
    window: dict[str, Any] = {"since": NOON + 9 * HOUR, "until": NOON + 15 * HOUR, "now": NOON + 15 * HOUR}
    found = ask(asked, "presence", "scheduled_agents", **window)
    assert found == [(0.0,), (1.0,), (1.0,), (1.0,), (1.0,), (0.0,)]


def test_outside_the_roster_nothing_is_known_of_who_should_be_there(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-1, 1, "Berlin", "ann"))
    put(house, case_events=[did("ann", -1.5)])
    assert ask(asked, "presence", "scheduled_agents", "seen_agents", **HOURS) == [(None, 1), (1.0, 0)]


def test_without_a_roster_it_is_told_who_was_seen(house: Warehouse, asked: Answers) -> None:
    put(house, case_events=[did("ann", -1.5), reply("x:1", NOON - HOUR, actor="ben", team="care")])
    assert ask(asked, "presence", **HOURS) == [(FIRST, "", "", None, 1, 0), (SECOND, "", "", None, 1, 1)]
    assert ask(asked, "presence", "agent", "scheduled_agents", **BY_AGENT) == [("ann", None), ("ben", None)]


def test_nothing_at_all_is_an_empty_answer(answers: Answers) -> None:
    assert ask(answers, "presence", **HOURS) == []
    assert ask(answers, "presence", **BY_AGENT) == []


def test_whom_no_shift_names_is_of_the_site_of_their_team_and_strangers_of_none(
    house: Warehouse, asked: Answers
) -> None:
    roster(house, shift(-8, 1), shift(-8, 1, "Oslo"))
    put(
        house,
        case_events=[
            did("ann", -1.5, team="care Berlin"),
            did("ben", -1.5, team="Legal"),
            did("eve", -1.5),
            did("eve", -0.5, team="oslo care"),
            reply("x:1", NOON - 1.5 * HOUR, team="Oslo"),
        ],
    )
    by_site = ask(asked, "presence", "site", "seen_agents", "answers_count", **HOURS)[:3]
    # what nobody signed is an answer of its team's site, and of nobody
    assert by_site == [("", 1, 0), ("Berlin", 1, 0), ("Oslo", 1, 1)]
    named = ask(asked, "presence", "site", "agent", "scheduled_agents", "seen_agents", **BY_AGENT)
    # no shift names anybody, so who should have been there is not known by name
    assert named[:4] == [
        ("", "ben", None, 1),
        ("Berlin", "ann", None, 1),
        ("Oslo", "", None, 0),
        ("Oslo", "eve", None, 1),
    ]


def test_whoever_works_at_two_sites_is_seen_at_the_one_where_they_are_on(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, -1, "Berlin", "ann"), shift(-1, 6, "Oslo", "ann"))
    put(house, case_events=[did("ann", -1.5), did("ann", -0.5)])
    assert ask(asked, "presence", "slot_at", "site", "scheduled_agents", "seen_agents", **BY_AGENT) == [
        (FIRST, "Berlin", 1.0, 1), (SECOND, "Oslo", 1.0, 1),
    ]  # fmt: skip
    assert [row[3] for row in ask(asked, "presence", **HOURS)] == [1.0, 0.0, 0.0, 1.0]


def test_slots_to_come_say_who_should_be_there_and_not_who_was(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 6, "Berlin", "ann"))
    put(house, case_events=[did("ann", -0.4), did("ann", 0.4)])
    window: dict[str, Any] = {"since": NOON - HOUR, "until": NOON + HOUR, "slot_minutes": 30}
    told = ask(asked, "presence", "scheduled_agents", "seen_agents", "answers_count", now=NOON - 10 * MINUTE, **window)
    assert told == [(1.0, 0, 0), (1.0, 1, 0), (1.0, None, None), (1.0, None, None)]


def test_the_last_slot_is_counted_whole(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 6, "Berlin", "ann"))
    put(house, case_events=[did("ann", -0.1)])
    window: dict[str, Any] = {"since": NOON - HOUR, "until": NOON - 20 * MINUTE, "slot_minutes": 60}
    assert ask(asked, "presence", "scheduled_agents", "seen_agents", **window) == [(1.0, 1)]


def test_what_was_told_later_was_not_known_then(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-8, 6, "Berlin", "ann"))
    known = house.state[1]
    put(house, NOON + HOUR, case_events=[did("ann", -0.5, known_from_at=NOON + HOUR)])
    assert ask(asked, "presence", "seen_agents", **HOURS) == [(0,), (1,)]
    assert ask(asked, "presence", "seen_agents", known_at=known, **HOURS) == [(0,), (0,)]


def test_a_slot_has_a_length_and_groups_are_two(asked: Answers) -> None:
    with pytest.raises(BadParameter, match="slot_minutes must be at least 1, not 0"):
        ask(asked, "presence", slot_minutes=0, **HOURS)
    with pytest.raises(BadParameter, match='group_by must be site or agent, not "team"'):
        ask(asked, "presence", group_by="team", **HOURS)


def test_the_sum_of_all_slots_is_what_was_rostered(house: Warehouse, asked: Answers) -> None:
    roster(house, shift(-30, -2.3, "Berlin", heads=3), shift(-7.1, 4.9, "Oslo", heads=2), shift(-60, 60, "Rome"))
    window: dict[str, Any] = {"since": NOON - 40 * HOUR, "until": NOON + 20 * HOUR, "slot_minutes": 45}
    found = ask(asked, "presence", "site", "scheduled_agents", **window)
    total = {site: sum(heads for name, heads in found if name == site) * 0.75 for site in ("Berlin", "Oslo", "Rome")}
    assert total == pytest.approx({"Berlin": 3 * 27.7, "Oslo": 2 * 12.0, "Rome": timedelta(hours=60) / HOUR})
