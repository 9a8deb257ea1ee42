"""How fast broken promises are used up: rates, windows, and when they are a page, a ticket, or can be neither."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import policy, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, put

_NUMBERS = count()
DAY = timedelta(days=1)
# minutes before NOON that lie in all windows, in two of them, in the longest alone
LAST, HOURLY, LONG = 5, 30, 200


def due(ago: float, kept: bool, **more: Any) -> Row:
    """A clock of an hour that was due so many minutes ago: kept, or still running."""
    began = NOON - ago * MINUTE - HOUR
    stopped = {"stopped_at": began + MINUTE} if kept else {}
    return segment(f"x:{next(_NUMBERS)}", began, **{**stopped, **more})


def mixed(ago: float, breached: int, of: int, **more: Any) -> list[Row]:
    """So many clocks due then, of which some were broken."""
    return [due(ago, number >= breached, **more) for number in range(of)]


def burn(answers: Answers, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "sla_burn", *columns, **given)


RATES = ("window_minutes", "due_count", "breached_count", "burn_rate")


def test_8_of_20_broken_at_90_percent_burn_four_times(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, policies=[policy()], clock_segments=mixed(LAST, 8, 20))
    assert burn(answers, "window_minutes", "due_count", "breached_count", "breach_share", "burn_rate") == [
        (window, 20, 8, 0.4, 4.0) for window in (15, 60, 360)
    ]


def test_with_a_90_percent_target_burn_cannot_exceed_10_so_14_4_never_fires(
    warehouse: Warehouse, answers: Answers
) -> None:
    put(warehouse, policies=[policy()], clock_segments=mixed(LAST, 50, 50))
    assert burn(answers, "burn_rate", "highest_rate") == [(10.0, 10.0)] * 3
    assert all(rate < 14.4 for (rate,) in burn(answers, "highest_rate"))


@pytest.mark.parametrize(
    ("target", "highest", "can_page", "can_ticket"),
    [
        (0.95, 20.0, True, True),
        (0.75, 4.0, True, True),
        (0.7, 3.333333333, False, True),
        (0.5, 2.0, False, True),
        (0.4, 1.666666667, False, False),
        (None, None, False, False),
    ],
)
def test_what_can_never_be_reached_is_said(
    warehouse: Warehouse,
    answers: Answers,
    target: float | None,
    highest: float | None,
    can_page: bool,
    can_ticket: bool,
) -> None:
    put(warehouse, policies=[policy(attainment_target_share=target)])
    told = burn(answers, "highest_rate", "page_rate", "ticket_rate", "can_page", "can_ticket")
    assert told == [(highest, 4.0, 2.0, can_page, can_ticket)] * 3


def test_a_hundred_ignored_customers_calm_nothing(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, policies=[policy()], clock_segments=mixed(LAST, 1, 20))
    assert burn(answers, *RATES)[0] == (15, 20, 1, 0.5)
    put(warehouse, clock_segments=mixed(LAST, 100, 100))
    assert burn(answers, *RATES, "alarm")[0] == (15, 120, 101, pytest.approx(101 / 12), "page")


def test_closing_a_hundred_without_an_answer_calms_nothing(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, policies=[policy()], clock_segments=mixed(LAST, 1, 20))
    closed = [due(LAST, kept=True, outcome="unanswered") for _ in range(100)]
    put(warehouse, clock_segments=closed)
    assert burn(answers, *RATES)[0] == (15, 120, 101, pytest.approx(101 / 12))


def test_windows_end_now_and_begin_just_after_their_length(warehouse: Warehouse, answers: Answers) -> None:
    ago = (0, 15 - 1 / 60, 15, 60 - 1 / 60, 60, 360 - 1 / 60, 360, -1)
    put(warehouse, policies=[policy()], clock_segments=[due(minutes, kept=True) for minutes in ago])
    assert burn(answers, "window_minutes", "due_count") == [(15, 2), (60, 4), (360, 6)]


def test_what_counts_is_what_attainment_counts(warehouse: Warehouse, answers: Answers) -> None:
    aside = [due(LAST, kept=True, outcome=outcome) for outcome in ("merged", "excluded", "unknown", "declined")]
    late = NOON - SECOND
    clocks = [
        *aside,
        due(LAST, kept=False, stopped_at=NOON - LAST * MINUTE),
        due(0, kept=False, stopped_at=NOON),
        due(LAST, kept=False, stopped_at=late, outcome="declined"),
        due(LAST, kept=False, stopped_at=late, outcome="merged"),
        due(LAST, kept=False, breaches_at=NOON),
        due(LAST, kept=False, stopped_at=NOON + MINUTE, outcome="excluded"),
        due(LAST, kept=False, is_paused=True, before_seconds=3600),
        due(LAST, kept=False, is_paused=True, before_seconds=3601),
        due(LAST, kept=False, target_seconds=None, due_at=late),
        due(LAST, kept=False, known_from_at=NOON + HOUR),
        due(LAST, kept=False, until_at=late),
    ]
    put(warehouse, policies=[policy()], clock_segments=clocks)
    window = {"since": NOON - HOUR, "until": NOON + MINUTE}
    assert ask(answers, "sla_attainment", "met_count", "breached_count", **window) == [(2, 3)]
    assert burn(answers, *RATES)[1] == (60, 5, 3, 6.0)
    # three minutes later, with nothing new: one whose calendar has opened is overdue now, another is excluded
    assert burn(answers, *RATES, now=NOON + 3 * MINUTE)[1] == (60, 5, 3, 6.0)


# clocks due at three moments, (minutes ago, broken, of): and what they fire at a target of 0.9
FIRES: list[tuple[str, list[tuple[int, int, int]], str]] = [
    ("nothing due", [], "none"),
    ("4 in both", [(LAST, 4, 10)], "page"),
    ("of nine due", [(LAST, 9, 9)], "none"),
    ("of nine due in the hour and many before", [(LAST, 9, 9), (LONG, 9, 9)], "ticket"),
    ("4 in the hour, not in the last 15 minutes", [(LAST, 0, 2), (HOURLY, 8, 8)], "ticket"),
    ("nothing due in the last 15 minutes", [(HOURLY, 10, 10)], "ticket"),
    ("4 in the last 15 minutes, not in the hour", [(LAST, 5, 5), (HOURLY, 0, 8)], "ticket"),
    ("under 4", [(LAST, 39, 100)], "ticket"),
    ("2 in both", [(LAST, 2, 10)], "ticket"),
    ("under 2", [(LAST, 19, 100)], "none"),
    ("2 in six hours, not in the last", [(LAST, 1, 10), (LONG, 9, 10)], "none"),
    ("2 in the last hour, not in six", [(LAST, 3, 10), (LONG, 0, 10)], "none"),
    ("nothing due in the last hour", [(LONG, 10, 10)], "none"),
]


@pytest.mark.parametrize(("moments", "alarm"), [one[1:] for one in FIRES], ids=[one[0] for one in FIRES])
def test_when_it_is_a_page_and_when_a_ticket(
    warehouse: Warehouse, answers: Answers, moments: list[tuple[int, int, int]], alarm: str
) -> None:
    put(warehouse, policies=[policy()], clock_segments=[row for moment in moments for row in mixed(*moment)])
    assert burn(answers, "alarm") == [(alarm,)] * 3


@pytest.mark.parametrize(("target", "breached", "of"), [(0.95, 2, 10), (0.9, 4, 10), (0.85, 6, 10), (0.99, 1, 25)])
def test_a_rate_of_exactly_four_is_four(
    warehouse: Warehouse, answers: Answers, target: float, breached: int, of: int
) -> None:
    put(warehouse, policies=[policy(attainment_target_share=target)], clock_segments=mixed(LAST, breached, of))
    assert burn(answers, "burn_rate", "alarm") == [(4.0, "page")] * 3


def test_every_track_comes_back_and_one_without_a_target_burns_nothing(warehouse: Warehouse, answers: Answers) -> None:
    share = "attainment_target_share"
    rules = [policy(), policy(priority="high"), policy("free", **{share: None}), policy("vip", **{share: 0.95})]
    clocks = [*mixed(LAST, 10, 10, track="vip"), *mixed(LAST, 5, 10, track="free"), *mixed(LAST, 5, 10, track="gone")]
    put(warehouse, policies=rules, clock_segments=clocks)
    columns = ("track", "due_count", "breach_share", "burn_rate", "alarm")
    assert burn(answers, *columns)[::3] == [
        ("vip", 10, 1.0, 20.0, "page"),
        ("care", 0, None, None, "none"),
        ("free", 10, 0.5, None, "none"),
        ("gone", 10, 0.5, None, "none"),
    ]


def test_the_target_is_the_one_in_force_and_known(warehouse: Warehouse, answers: Answers) -> None:
    rules = [
        policy(until_at=NOON - HOUR, attainment_target_share=0.5),
        policy(from_at=NOON - HOUR, until_at=NOON + HOUR, known_until_at=NOON + DAY),
        policy(from_at=NOON - HOUR, until_at=NOON + HOUR, known_from_at=NOON + DAY, attainment_target_share=0.8),
        policy(from_at=NOON + HOUR, attainment_target_share=0.95),
    ]
    put(warehouse, policies=rules)

    def highest(**given: Any) -> Any:
        return burn(answers, "highest_rate", **given)[0][0]

    assert (highest(now=NOON - 2 * HOUR), highest(), highest(now=NOON + HOUR)) == (2.0, 10.0, 20.0)
    assert highest(known_at=NOON + DAY) == 5.0


def test_filters(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [
        *mixed(LAST, 1, 2, brand="Rival"),
        *mixed(LAST, 1, 4, platform="reddit"),
        *mixed(LAST, 1, 8, metric="nrt"),
    ]
    put(warehouse, policies=[policy()], clock_segments=clocks)

    def due_count(**given: Any) -> Any:
        return burn(answers, "due_count", **given)[0][0]

    assert due_count() == 14
    assert due_count(brands=["Rival"]) == 2
    assert due_count(platforms=["reddit"]) == 4
    assert due_count(metrics=["nrt"]) == 8
