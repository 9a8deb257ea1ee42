"""Long weekends ahead: who is on call, who is on shift, when nobody is, and how long ago it was drilled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, Row, ask, event, plain, put
from tests.queries.people_rows import DAY, roster, shift

MIDNIGHT = NOON + 12 * HOUR
STAFFED = ("scheduled_hours", "gap_minutes")


def rest(since: datetime = MIDNIGHT, days: int = 3, **more: Any) -> Row:
    """A long weekend at Berlin that begins at the next midnight."""
    told = {"place": "Berlin", "name": "Christmas Day", "since_at": since, "until_at": since + days * DAY}
    return {**told, "days_count": days, "known_from_at": NOON - 9 * DAY, **more}


def spread(start: float, end: float, site: str = "Berlin", *agents: str, **more: Any) -> Any:
    """A shift in hours from the beginning of that weekend."""
    return shift(start + 12, end + 12, site, *agents, **more)


BORDERS = (spread(-40, -30), spread(80, 90))
"""Shifts before and behind the weekend: the roster reaches over all of it."""


def test_a_weekend_says_who_can_be_reached_what_is_staffed_and_when_it_was_drilled(
    warehouse: Warehouse, answers: Answers
) -> None:
    roster(
        warehouse,
        *BORDERS,
        spread(-4, 8, "Berlin", "ann", "ben"),
        spread(6, 20, "Oslo"),
        spread(70, 75, "Oslo", heads=3),
        spread(0, 24, "Berlin", "kim", is_on_call=True),
        spread(60, 72.5, "Oslo", team="press", is_on_call=True),
        spread(72, 75, "Oslo", "too late", is_on_call=True),
    )
    drill = event("x:1", "opened", NOON - 3.9 * DAY, is_drill=True)
    put(warehouse, rest_spans=[rest()], case_events=[drill])
    # 8 h of two, 14 h of one, 2 h of three; somebody is on from 0 to 20 and from 70 to 72
    assert ask(answers, "long_weekends") == [
        (plain(MIDNIGHT), plain(MIDNIGHT + 3 * DAY), "Berlin", "Christmas Day", 3, "kim, press",
         16 + 14 + 6.0, 50 * 60, 3),
    ]  # fmt: skip


def test_nobody_on_call_and_never_a_drill_are_unknown_and_nobody_on_shift_is_none(
    house: Warehouse, asked: Answers
) -> None:
    roster(house, *BORDERS)
    put(house, rest_spans=[rest()], case_events=[event("x:1", "opened", NOON - DAY)])
    found = ask(asked, "long_weekends", "on_call", *STAFFED, "drill_days")
    assert found == [(None, 0.0, 72 * 60, None)]


@pytest.mark.parametrize("shifts", [[], [BORDERS[0]], [BORDERS[1]], [BORDERS[0], spread(60, 71)]],
                         ids=["none", "ends before it", "begins after it", "ends in it"])  # fmt: skip
def test_beyond_the_roster_nothing_is_known(house: Warehouse, asked: Answers, shifts: list[Any]) -> None:
    roster(house, *shifts)
    put(house, rest_spans=[rest()])
    assert ask(asked, "long_weekends", *STAFFED) == [(None, None)]


def test_who_is_on_call_is_told_as_far_as_the_roster_reaches(house: Warehouse, asked: Answers) -> None:
    roster(house, spread(-20, 20, "Berlin", "kim", is_on_call=True))
    put(house, rest_spans=[rest()])
    assert ask(asked, "long_weekends", "on_call", *STAFFED) == [("kim", None, None)]


def test_a_site_that_covers_all_of_it_leaves_no_gap(house: Warehouse, asked: Answers) -> None:
    roster(house, spread(-10, 40, "Oslo"), spread(30, 100, "Rome"), spread(20, 25), spread(40, 50))
    put(house, rest_spans=[rest()])
    assert ask(asked, "long_weekends", *STAFFED) == [(40 + 42 + 5 + 10.0, 0)]


def test_those_ahead_and_the_one_that_is_on_come_back(house: Warehouse, asked: Answers) -> None:
    spans = [
        rest(NOON - 3 * DAY, name="over"),
        rest(NOON - 2 * DAY, name="on"),
        rest(NOON + 119 * DAY, name="last"),
        rest(NOON + 120 * DAY, name="too far"),
        rest(NOON + DAY, name="elsewhere", place="Oslo"),
        rest(NOON + DAY, name="withdrawn", place="Rome", known_until_at=NOON - DAY),
    ]
    put(house, rest_spans=spans)
    assert ask(asked, "long_weekends", "name") == [("on",), ("elsewhere",), ("last",)]
    assert ask(asked, "long_weekends", "name", days=2) == [("on",), ("elsewhere",)]
    assert ("withdrawn",) in ask(asked, "long_weekends", "name", known_at=NOON - 2 * DAY)


def test_the_newest_drill_counts_of_posts_and_of_cases_and_none_that_lies_ahead(
    house: Warehouse, asked: Answers
) -> None:
    post = {"item_id": "x:9", "brand": "Aurora", "platform": "x", "is_drill": True, "known_from_at": NOON - 9 * DAY}
    put(
        house,
        rest_spans=[rest()],
        mentions=[{**post, "published_at": NOON - timedelta(days=2, hours=1)}, {**post, "published_at": NOON + DAY}],
        case_events=[event("x:1", "opened", NOON - 5 * DAY, is_drill=True)],
    )
    assert ask(asked, "long_weekends", "drill_days") == [(2,)]
    assert ask(asked, "long_weekends", "drill_days", now=NOON - 3 * DAY) == [(2,)]
    assert ask(asked, "long_weekends", "drill_days", now=NOON - 6 * DAY) == [(None,)]


def test_no_long_weekend_is_an_empty_answer(answers: Answers) -> None:
    assert ask(answers, "long_weekends") == []
