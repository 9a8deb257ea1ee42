"""What visitors are promised: when it is due by its own target, whether it was kept, and that nothing flatters it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from queries import clocks
from queries.answers import Answers
from queries.catalogue import BadParameter, load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, case, event, put, reply, said

DAY = timedelta(days=1)
AGO = NOON - 5 * HOUR  # what begins here is due inside four hours ago, and publicly three
DUE = AGO + 2 * HOUR
WINDOW: dict[str, Any] = {"since": NOON - DAY, "until": NOON + DAY}
COUNTS = ("promised_count", "kept_count", "broken_count")
LATER = {"public_target_seconds": 7200}


def clock(name: str = "x:1", **more: Any) -> Row:
    """Promised within an hour inside, and within two in public; it runs."""
    return segment(name, AGO, **{**LATER, **more})


def after(time: timedelta, outcome: str = "answered", **more: Any) -> Row:
    """One that has stopped so long after its start."""
    return clock(stopped_at=AGO + time, outcome=outcome, **more)


def kept(answers: Answers, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "promise_kept", *columns, **{**WINDOW, **given})


def fill(warehouse: Warehouse, *rows: Row, **tables: list[Row]) -> None:
    plain: dict[str, Any] = {"clock_segments": list(rows), "calendar_hours": [hours()], **tables}
    put(warehouse, **plain)


PAUSED: dict[str, Any] = {"metric": "nrt", "segment": 2, "since_at": AGO + HOUR, "is_paused": True}
FATES: list[tuple[str, Row, list[tuple[int, int, int]]]] = [
    ("answered in the last second", after(2 * HOUR), [(1, 1, 0)]),
    ("answered a second late", after(2 * HOUR + SECOND), [(1, 0, 1)]),
    ("resolved in time", after(HOUR, "resolved", metric="resolution"), [(1, 1, 0)]),
    ("closed without an answer", after(MINUTE, "unanswered"), [(1, 0, 1)]),
    ("no help wanted", after(2 * HOUR, "acknowledged"), []),
    ("no help wanted, too late", after(3 * HOUR, "acknowledged"), [(1, 0, 1)]),
    ("declined", after(HOUR, "declined"), []),
    ("declined too late", after(3 * HOUR, "declined"), [(1, 0, 1)]),
    ("merged, however late", after(3 * HOUR, "merged"), []),
    ("excluded, however late", after(3 * HOUR, "excluded"), []),
    ("nobody knows when", after(timedelta(0), "unknown"), []),
    ("still running", clock(), [(1, 0, 1)]),
    ("excluded later", after(6 * HOUR, "excluded"), [(1, 0, 1)]),
    ("paused in time", clock(**PAUSED, before_seconds=3600), []),
    ("paused past it", clock(**PAUSED, before_seconds=7201), [(1, 0, 1)]),
    ("stopped in its pause", clock(**PAUSED, before_seconds=3600, stopped_at=NOON, elapsed_seconds=3600), [(1, 1, 0)]),
    ("stopped later in its pause", clock(**PAUSED, before_seconds=3600, stopped_at=NOON + HOUR), []),
    ("promised inside alone", clock(public_target_seconds=None), []),
    ("promised in public alone", clock(target_seconds=None), [(1, 0, 1)]),
    ("an earlier segment", clock(until_at=NOON), []),
    ("a later segment", clock(segment=2, since_at=NOON + MINUTE), []),
]


@pytest.mark.parametrize(("row", "fate"), [one[1:] for one in FATES], ids=[one[0] for one in FATES])
def test_what_becomes_of_a_promise(
    warehouse: Warehouse, answers: Answers, row: Row, fate: list[tuple[int, int, int]]
) -> None:
    fill(warehouse, row)
    assert kept(answers, *COUNTS) == fate


def test_a_promise_belongs_to_the_window_in_which_it_is_publicly_due(warehouse: Warehouse, answers: Answers) -> None:
    fill(warehouse, after(90 * MINUTE), clock("x:2"))
    assert kept(answers, *COUNTS, since=DUE, until=DUE + MINUTE) == [(2, 1, 1)]
    assert kept(answers, *COUNTS, since=DUE - 2 * HOUR, until=DUE) == []
    assert kept(answers, *COUNTS, since=DUE + MINUTE, until=NOON) == []
    assert kept(answers, *COUNTS, now=DUE) == [(1, 1, 0)], "nothing is left of the other, and nothing is broken"
    assert kept(answers, *COUNTS, now=DUE + MINUTE) == [(2, 1, 1)]


def test_a_hundred_ignored_customers_flatter_nothing(warehouse: Warehouse, answers: Answers) -> None:
    shares = ("kept_share", "wilson_low_share", "wilson_high_share")
    fill(warehouse, *(after(HOUR) for _ in range(9)), after(3 * HOUR))
    before = kept(answers, *shares)
    assert before == [(0.9, pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))]
    young = [segment("x:1", NOON - HOUR, **LATER) for _ in range(100)]
    fill(warehouse, *young, calendar_hours=[])
    assert kept(answers, *shares) == before
    fill(warehouse, *(clock() for _ in range(100)), calendar_hours=[])
    ((share, low, high),) = kept(answers, *shares)
    assert (share, low < before[0][1], high < before[0][2]) == (9 / 110, True, True)
    fill(warehouse, *(after(MINUTE, "unanswered") for _ in range(100)), calendar_hours=[])
    assert kept(answers, *COUNTS, "kept_share") == [(210, 9, 201, 9 / 210)]


@pytest.mark.parametrize(("count", "of", "low", "high"), [(12, 12, 0.758, 1.0), (0, 12, 0.0, 0.242)])
def test_wilson_s_interval(
    warehouse: Warehouse, answers: Answers, count: int, of: int, low: float, high: float
) -> None:
    fill(warehouse, *(after(HOUR if number < count else 3 * HOUR) for number in range(of)))
    (found,) = kept(answers, "wilson_low_share", "wilson_high_share")
    assert tuple(round(share, 3) for share in found) == (low, high)
    assert 0 <= found[0] <= count / of <= found[1] <= 1


def test_a_promise_that_fills_the_day_is_due_as_it_closes_and_broken_once_it_opens(
    warehouse: Warehouse, answers: Answers
) -> None:
    closes, opens = DUE, DUE + 2 * HOUR
    office = [hours("office", AGO - 3 * HOUR, closes), hours("office", opens, NOON + DAY)]
    fill(warehouse, clock(calendar="office"), calendar_hours=office)
    assert kept(answers, *COUNTS, now=opens) == []
    assert kept(answers, *COUNTS, now=opens + MINUTE, since=closes, until=closes + MINUTE) == [(1, 0, 1)]


def test_what_began_long_ago_is_due_after_all_that_was_closed_and_paused(
    warehouse: Warehouse, answers: Answers
) -> None:
    """An hour before a closed month, an hour after it; and one of which most was paused."""
    began = NOON - 30 * DAY - HOUR
    office = [hours("office", began - DAY, began + HOUR), hours("office", NOON, NOON + DAY)]
    closed = segment("x:1", began, calendar="office", **LATER)
    rest = {"segment": 3, "since_at": NOON - HOUR, "before_seconds": 3600}
    fill(warehouse, closed, segment("x:2", began, **LATER, **rest), calendar_hours=[hours(), *office])
    asked: dict[str, Any] = {"now": NOON + 2 * HOUR, "group_by": "metric"}
    assert kept(answers, *COUNTS, since=NOON, until=NOON + MINUTE, **asked) == [(1, 0, 1)]
    assert kept(answers, *COUNTS, since=NOON + HOUR, until=NOON + 2 * HOUR, **asked) == [(1, 0, 1)]


def test_groups_targets_and_filters(warehouse: Warehouse, answers: Answers) -> None:
    fill(
        warehouse,
        after(HOUR, brand="Rival"),
        clock(track="sales", public_target_seconds=3600),
        clock(metric="nrt", platform="reddit"),
        clock(known_from_at=NOON + HOUR),
        clock(known_until_at=NOON - HOUR),
    )

    def found(**given: Any) -> set[tuple[Any, ...]]:
        return set(kept(answers, "group_name", "promised_count", "kept_count", "public_target_seconds", **given))

    assert found() == {("all", 3, 1, None)}
    assert found(group_by="track") == {("care", 2, 1, 7200), ("sales", 1, 0, 3600)}
    assert found(group_by="metric") == {("frt", 2, 1, None), ("nrt", 1, 0, 7200)}
    assert found(group_by="platform") == {("x", 2, 1, None), ("reddit", 1, 0, 7200)}
    assert found(brands=["Rival"]) == {("all", 1, 1, 7200)}
    assert found(platforms=["reddit"]) == {("all", 1, 0, 7200)}
    assert found(known_at=NOON + HOUR) == {("all", 4, 1, None)}
    with pytest.raises(BadParameter, match="group_by must be all, track, metric, platform or clock"):
        found(group_by="owner")


# The engine is the judge: what it says of targets must be what is said here of public ones of the same size.
Seconds = dict[str, tuple[int | None, ...]]
TARGETS: Seconds = {
    "care": (3600, 5400, 30000),
    "vip": (1800, 7200, 9000),
    "free": (None, 900, 20000),
}
INSIDE: Seconds = {
    "care": (1800, 9000, 20000),
    "vip": (1800, 900, 40000),
    "free": (7200, 7200, 7200),
}
METRICS = ("frt", "nrt", "resolution")
CALENDARS = ("always", "office", "night")
KINDS = ("reply", "said", "paused", "paused", "resumed", "changed", "changed", "resolved", "reopened", "acknowledged")


def promised(inside: Seconds) -> list[Row]:
    """Rules that promise TARGETS in public, and something inside."""
    return [
        policy(
            track,
            is_default=track == "care",
            calendar={"care": "office", "vip": "night", "free": "always"}[track],
            **{f"{metric}_seconds": seconds for metric, seconds in zip(METRICS, inside[track], strict=True)},
            **{f"public_{metric}_seconds": seconds for metric, seconds in zip(METRICS, TARGETS[track], strict=True)},
        )
        for track in TARGETS
    ]


def openings() -> list[Row]:
    """The office is open from 8 to 16 with a break; the night from 20 to 4."""
    days = [NOON.replace(hour=0) + number * DAY for number in range(-12, 4)]
    spans = [("office", 8, 12), ("office", 13, 16), ("night", 20, 28)]
    return [hours(), *(hours(name, day + a * HOUR, day + b * HOUR) for day in days for name, a, b in spans)]


def story(dice: Random, case_id: str) -> tuple[Row, list[Row]]:
    """A case of some days and what happened to it, often on the hour."""
    began = at = START + dice.randrange(0, 5 * 24) * HOUR
    told = []
    for _ in range(dice.randrange(0, 9)):
        at += dice.choice((20 * MINUTE, HOUR, 61 * MINUTE, 3 * HOUR, 9 * HOUR))
        kind = dice.choice(KINDS)
        if kind in ("reply", "said"):
            told.append((reply if kind == "reply" else said)(case_id, at))
        elif kind == "changed":
            more = {"track": dice.choice([*TARGETS])} if dice.random() < 0.7 else {"calendar": dice.choice(CALENDARS)}
            told.append(event(case_id, kind, at, **more))
        else:
            told.append(event(case_id, kind, at, actor_kind="human", reason="crisis_hold"))
    return case(case_id, began, track=dice.choice([*TARGETS])), told


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Any]:
    """Warehouses in which the engine has computed the clocks of the same stories by other rules."""
    opened: list[Warehouse] = []

    def make(seed: int, rules: list[Row]) -> Answers:
        warehouse = Warehouse("duckdb:w", tmp_path / f"{len(opened)}.duckdb", START - 30 * DAY)
        opened.append(warehouse)
        dice = Random(seed)
        cases, events = zip(*(story(dice, f"x:{number}") for number in range(150)), strict=True)
        rows = [one for told in events for one in told]
        put(warehouse, policies=rules, calendar_hours=openings(), cases=list(cases), case_events=rows)
        with warehouse.transaction() as inside:
            known_at = warehouse.next_known_at(NOON)
            clocks.recompute(inside, known_at)
            warehouse.bump(inside, known_at)
        return Answers(warehouse, load_catalogue(), DictCache())

    yield make
    for warehouse in opened:
        warehouse.close()


@pytest.mark.parametrize("seed", range(3))
def test_public_promises_are_due_and_kept_as_if_they_were_the_targets(engines: Any, seed: int) -> None:
    public, judge = engines(seed, promised(INSIDE)), engines(seed, promised(TARGETS))
    dice, seen = Random(seed), 0
    edges = [START + number * HOUR for number in range(-24, 9 * 24)]
    for _ in range(40):
        since, until = sorted(dice.sample(edges, 2))
        asked: dict[str, Any] = {"since": since, "until": until, "now": dice.choice(edges)}
        for group_by in ("metric", "track"):
            told = ask(public, "promise_kept", "group_name", *COUNTS, **asked, group_by=group_by)
            found = {group: counted for group, *counted in told}
            columns = ("group_name", "met_count", "breached_count")
            judged = ask(judge, "sla_attainment", *columns, **asked, group_by=group_by)
            expected = {group: [met + broken, met, broken] for group, met, broken in judged if met + broken}
            assert found == expected, (asked, group_by)
            seen += sum(broken for _, _, broken in found.values())
    assert seen > 1000
