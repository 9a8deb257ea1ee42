"""Alerts in the warehouse: raised once, acknowledged once, over when what they told of is put right."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.alerts import MOST_GROWN, AlertRow, Alerts, Found, revised
from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, ask, plain

ROOT = Path(__file__).resolve().parents[2]
DAY = timedelta(days=1)


def gap(start: float, end: float, subject: str = "all", *, raises: bool = True) -> Found:
    """A gap from `start` to `end`, in hours from noon."""
    return Found("gap", subject, NOON + start * HOUR, NOON + end * HOUR, raises)


def told(answers: Answers, now: datetime = NOON, *names: str, **known: Any) -> list[Any]:
    """What the question says: subject, hours from noon, and who knows; or other columns."""
    names = names or ("subject", "since_at", "until_at", "acknowledged_by")
    return [
        tuple((value - plain(NOON)) / HOUR if isinstance(value, datetime) else value for value in row)
        for row in ask(answers, "alerts", *names, now=now, **known)
    ]


def count(warehouse: Warehouse) -> int:
    cursor = warehouse.cursor()
    try:
        return len(cursor.execute("SELECT * FROM alerts").fetchall())
    finally:
        cursor.close()


def test_a_gap_is_raised_once_and_found_again_writes_nothing(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    assert alerts.keep([], NOON) is False
    revision = warehouse.state[0]
    found = [gap(4, 6, "ja"), gap(4, 6), gap(1, 2, "de")]
    assert alerts.keep(found, NOON) is True
    assert told(answers) == [("de", 1, 2, None), ("all", 4, 6, None), ("ja", 4, 6, None)], "the soonest, then nobody"
    assert told(answers, NOON, "kind", "raised_at") == [("gap", 0)] * 3
    for later in (MINUTE, HOUR / 2):
        assert alerts.keep(reversed(found), NOON + later) is False
    assert (count(warehouse), warehouse.state[0]) == (3, revision + 1)


def test_a_gap_that_was_filled_is_no_alert_any_more_and_was_one(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6), gap(8, 9)], NOON)
    known = warehouse.state[1]
    assert alerts.keep([gap(8, 9)], NOON + HOUR)
    assert told(answers, NOON + HOUR) == [("all", 8, 9, None)]
    assert told(answers, NOON, known_at=known) == [("all", 4, 6, None), ("all", 8, 9, None)]


def test_hours_that_have_passed_are_over_and_nothing_is_written_for_it(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6)], NOON)
    revision = warehouse.state[0]
    assert told(answers, NOON + 6 * HOUR - MINUTE) != []
    assert told(answers, NOON + 6 * HOUR) == []
    assert alerts.keep([], NOON + 6 * HOUR) is False
    assert warehouse.state[0] == revision
    assert alerts.acknowledge("gap", "all", NOON + 4 * HOUR, "ana", NOON + 6 * HOUR) is None


def test_whoever_acknowledges_first_is_named(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6), gap(4, 6, "ja")], NOON)
    revision, known = warehouse.state
    first = alerts.acknowledge("gap", "ja", NOON + 4 * HOUR, "ana", NOON + MINUTE)
    assert first is not None
    assert (first.acknowledged_by, first.acknowledged_at) == ("ana", NOON + MINUTE)
    assert alerts.acknowledge("gap", "ja", NOON + 4 * HOUR, "ben", NOON + 2 * MINUTE) == first
    assert told(answers) == [("all", 4, 6, None), ("ja", 4, 6, "ana")]
    assert warehouse.state[0] == revision + 1, "the second has changed nothing"
    assert told(answers, known_at=known) == [("all", 4, 6, None), ("ja", 4, 6, None)]


@pytest.mark.parametrize(
    ("kind", "subject", "since"), [("gap", "de", 4), ("gap", "ja", 6), ("gap", "ja", 3.9), ("spike", "ja", 4)]
)
def test_what_does_not_stand_cannot_be_acknowledged(
    warehouse: Warehouse, kind: str, subject: str, since: float
) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6, "ja")], NOON)
    revision = warehouse.state[0]
    assert alerts.acknowledge(kind, subject, NOON + since * HOUR, "ana", NOON) is None
    assert warehouse.state[0] == revision


def test_a_page_that_shows_an_alert_as_it_was_minutes_ago_still_acknowledges_it(warehouse: Warehouse) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6)], NOON)
    alerts.keep([gap(3.75, 6)], NOON)
    assert alerts.acknowledge("gap", "all", NOON + 4 * HOUR, "ana", NOON) is not None


def test_a_gap_that_has_begun_is_the_one_it_was_and_writes_nothing(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6)], NOON)
    alerts.acknowledge("gap", "all", NOON + 4 * HOUR, "ana", NOON)
    revision = warehouse.state[0]
    for minutes in (0, 1, 15, 119):
        now = NOON + 4 * HOUR + minutes * MINUTE
        begun = Found("gap", "all", now, NOON + 6 * HOUR)  # a question tells it from `now` on
        assert alerts.keep([begun], now) is False
    assert told(answers, NOON + 5 * HOUR) == [("all", 4, 6, "ana")]
    assert warehouse.state[0] == revision


def test_a_gap_that_moves_by_minutes_keeps_who_knows_of_it_and_since_when(
    warehouse: Warehouse, answers: Answers
) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6)], NOON)
    alerts.acknowledge("gap", "all", NOON + 4 * HOUR, "ana", NOON + HOUR)
    assert alerts.keep([gap(4.25, 6.5)], NOON + 2 * HOUR)
    names = ("since_at", "until_at", "raised_at", "acknowledged_at", "acknowledged_by")
    assert told(answers, NOON, *names) == [(4.25, 6.5, 0, 1, "ana")]


GROWN = MOST_GROWN / HOUR
MOVES: dict[str, tuple[Sequence[Found], Sequence[Found], list[tuple[float, float, bool]]]] = {
    "shorter": ([gap(4, 9)], [gap(7, 8)], [(7, 8, True)]),
    "grown by as much as is minutes": ([gap(4, 6)], [gap(4, 6 + GROWN)], [(4, 6 + GROWN, True)]),
    "grown to another one": ([gap(4, 6)], [gap(3, 6.5 + GROWN)], [(3, 6.5 + GROWN, False)]),
    "somebody came for its middle": ([gap(4, 9)], [gap(4, 5), gap(6, 9)], [(4, 5, True), (6, 9, True)]),
    "another time of the same day": ([gap(4, 6)], [gap(6, 8)], [(6, 8, False)]),
    "two that became one": ([gap(4, 6), gap(7, 8)], [gap(4, 8)], [(4, 8, True)]),
}


@pytest.mark.parametrize("move", MOVES)
def test_an_acknowledgement_holds_for_what_was_acknowledged(warehouse: Warehouse, answers: Answers, move: str) -> None:
    before, after, expected = MOVES[move]
    alerts = Alerts(warehouse)
    alerts.keep(before, NOON)
    for one in before:
        alerts.acknowledge("gap", "all", one.since_at, "ana", NOON)
    assert alerts.keep(after, NOON + MINUTE)
    names = ("since_at", "until_at", "acknowledged_by")
    assert told(answers, NOON, *names) == [(*span, "ana" if known else None) for *span, known in expected]


def test_a_gap_joined_with_one_nobody_knows_of_is_known_to_nobody(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6), gap(7, 8)], NOON)
    alerts.acknowledge("gap", "all", NOON + 4 * HOUR, "ana", NOON)
    alerts.keep([gap(4, 8)], NOON)
    assert told(answers) == [("all", 4, 8, None)]


def test_a_gap_of_one_language_is_not_that_of_another(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(4, 6, "ja")], NOON)
    alerts.acknowledge("gap", "ja", NOON + 4 * HOUR, "ana", NOON)
    alerts.keep([gap(4, 6, "ko")], NOON)
    assert told(answers) == [("ko", 4, 6, None)]


def test_what_hovers_around_a_threshold_comes_once_and_goes_once(warehouse: Warehouse, answers: Answers) -> None:
    alerts = Alerts(warehouse)
    weak = gap(4, 6, "ja", raises=False)
    assert alerts.keep([weak], NOON) is False
    alerts.keep([gap(4, 6, "ja")], NOON)
    revision = warehouse.state[0]
    assert alerts.keep([weak], NOON) is False
    assert told(answers) == [("ja", 4, 6, None)]
    assert warehouse.state[0] == revision
    assert alerts.keep([], NOON)
    assert alerts.keep([weak], NOON) is False
    assert told(answers) == []


QUARTERS = st.sets(st.integers(-8, 40), max_size=12)


def gaps_of(quarters: set[int]) -> list[Found]:
    """The free quarter hours as gaps: those that touch are one."""
    found: list[Found] = []
    for quarter in sorted(quarters):
        since, until = NOON + quarter * HOUR / 4, NOON + (quarter + 1) * HOUR / 4
        if found and found[-1].until_at == since:
            found[-1] = Found("gap", "all", found[-1].since_at, until)
        else:
            found.append(Found("gap", "all", since, until))
    return found


@given(QUARTERS, QUARTERS, st.booleans())
def test_what_stands_is_what_was_found_and_found_again_it_stays(old: set[int], new: set[int], known: bool) -> None:
    standing = revised([], gaps_of(old), NOON - 10 * HOUR)
    if known:
        standing = {AlertRow(row.kind, row.subject, row.since_at, row.until_at, NOON, NOON, "ana") for row in standing}
    ahead = [row for row in standing if row.until_at > NOON]
    found = gaps_of({quarter for quarter in new if quarter >= 0})
    after = revised(ahead, found, NOON)
    assert {(max(row.since_at, NOON), row.until_at) for row in after} == {(one.since_at, one.until_at) for one in found}
    assert revised(after, found, NOON) == after
    if not known:
        assert all(row.acknowledged_by is None for row in after)
    fresh = [
        row for row in after if not any(row.since_at < one.until_at and one.since_at < row.until_at for one in ahead)
    ]
    assert all(row.raised_at == NOON and row.acknowledged_by is None for row in fresh)


def test_killed_before_any_statement_every_alert_is_there_once(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.queries.killed_alerts", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert int(run.stdout.split()[-1]) >= 9, "three commits, each with a death after, amid and before it"


@pytest.mark.parametrize(
    ("start", "end", "by"), [(10, 14, "ana"), (10.9, 14.9, "ana"), (10, 12, "ana"), (11.5, 14, None), (10, 15.5, None)]
)
def test_what_comes_round_every_week_has_been_said_once(
    warehouse: Warehouse, answers: Answers, start: float, end: float, by: str | None
) -> None:
    alerts, week = Alerts(warehouse), 7 * 24
    alerts.keep([gap(10, 14, "ja")], NOON)
    alerts.acknowledge("gap", "ja", NOON + 10 * HOUR, "ana", NOON)
    alerts.keep(
        [gap(10, 14, "ja"), gap(week + start, week + end, "ja"), gap(week + start, week + end, "de")], NOON + HOUR
    )
    assert [row[3] for row in told(answers, NOON + HOUR) if row[0] == "ja"] == ["ana", by]
    assert [row[3] for row in told(answers, NOON + HOUR) if row[0] == "de"] == [None]


def test_all_alerts_of_a_subject_are_acknowledged_at_once_and_who_was_first_stays(
    warehouse: Warehouse, answers: Answers
) -> None:
    alerts = Alerts(warehouse)
    alerts.keep([gap(1, 2, "ja"), gap(4, 6, "ja"), gap(4, 6)], NOON)
    alerts.acknowledge("gap", "ja", NOON + HOUR, "ana", NOON)
    assert alerts.acknowledge_all("gap", "ja", "ben", NOON + MINUTE) == 1
    assert alerts.acknowledge_all("gap", "ja", "cyd", NOON + MINUTE) == 0
    assert told(answers, NOON + MINUTE) == [("ja", 1, 2, "ana"), ("all", 4, 6, None), ("ja", 4, 6, "ben")]


def test_a_gap_that_is_seen_in_part_first_is_said_once_too(warehouse: Warehouse, answers: Answers) -> None:
    alerts, week = Alerts(warehouse), 7 * 24
    alerts.keep([gap(10, 18, "ja")], NOON)
    alerts.acknowledge("gap", "ja", NOON + 10 * HOUR, "ana", NOON)
    for end in (12, 14, 18):
        alerts.keep([gap(10, 18, "ja"), gap(week + 10, week + end, "ja")], NOON + end * MINUTE)
        assert [row[3] for row in told(answers, NOON + end * MINUTE)] == ["ana", "ana"], end
