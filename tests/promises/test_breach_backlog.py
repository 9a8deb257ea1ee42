"""When a promise was broken by a backlog: who stands in line before a clock, and what the heads on shift can answer."""

from __future__ import annotations

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.promises.breaches import AT, BACKLOG, BROKEN, SLOW, causes, history, shift, told, waiting
from tests.promises.rows import segment
from tests.queries.case_rows import HOUR, SECOND, Row, put

# Two heads answer two each in a busy hour: four in the hour of the clock under test
LINES: list[tuple[str, list[Row], str]] = [
    ("four can be answered", waiting("a", 4), SLOW),
    ("five cannot", waiting("a", 5), BACKLOG),
    ("of both kinds of responses", [*waiting("a", 3), *waiting("b", 2, metric="nrt")], BACKLOG),
    ("resolutions are another line", [*waiting("a", 4), *waiting("b", 9, metric="resolution")], SLOW),
    ("not who came later", [*waiting("a", 4), *waiting("b", 9, started_at=AT, target_seconds=3000)], SLOW),
    ("nor who was answered by then", [*waiting("a", 4), *waiting("b", 9, stopped_at=AT)], SLOW),
    ("nor whose time had come later", [*waiting("a", 4), *waiting("b", 9, target_seconds=4200)], SLOW),
    ("nor who waited for themselves", [*waiting("a", 4), *waiting("b", 9, metric="nrt", is_paused=True)], SLOW),
    ("nor whom everybody forgot",
     [*waiting("a", 4), *waiting("b", 9, started_at=AT - 9 * HOUR, stopped_at=None)], SLOW),
    ("nor whom everybody forgot until it was broken",
     [*waiting("a", 4), *waiting("b", 9, started_at=AT - 9 * HOUR, stopped_at=BROKEN + SECOND)], SLOW),
    ("but who was overdue and was answered",
     [*waiting("a", 4), *waiting("b", 1, started_at=AT - 9 * HOUR, stopped_at=BROKEN)], BACKLOG),
    ("and who still waited", waiting("a", 5, stopped_at=None), BACKLOG),
]  # fmt: skip


@pytest.mark.parametrize(("line", "cause"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_a_backlog_is_more_before_it_in_line_than_the_heads_can_answer(
    warehouse: Warehouse, answers: Answers, line: list[Row], cause: str
) -> None:
    told(warehouse, segment("x:1", AT), *line, *history(4))
    assert causes(answers)["x:1"] == cause


def test_capacity_is_a_busy_hour_s_and_one_each_at_least(warehouse: Warehouse, answers: Answers) -> None:
    told(warehouse, segment("x:1", AT), *waiting("a", 3), *history(1), shifts=[shift(heads=3)])
    assert causes(answers)["x:1"] == SLOW, "three wait for three heads, however little they had to do"
    put(warehouse, clock_segments=waiting("b", 1))
    assert causes(answers)["x:1"] == BACKLOG


def test_what_a_head_answers_is_what_it_has_in_a_busy_hour(warehouse: Warehouse, answers: Answers) -> None:
    """In one hour of five there was something to do, and two heads answered six each."""
    busy = [row for row in history(12) if row["started_at"].hour % 5 == 0]
    told(warehouse, segment("x:1", AT), *waiting("a", 12), *busy)
    assert causes(answers)["x:1"] == SLOW
    put(warehouse, clock_segments=waiting("b", 1))
    assert causes(answers)["x:1"] == BACKLOG


def test_without_a_day_to_go_by_no_capacity_is_known(warehouse: Warehouse, answers: Answers) -> None:
    told(warehouse, segment("x:1", AT), *waiting("a", 50), *history(4, 23))
    assert causes(answers)["x:1"] == SLOW
    more = [dict(row, case_id=f"{row['case_id']}more") for row in history(4, 24)[-4:]]
    put(warehouse, clock_segments=more)
    assert causes(answers)["x:1"] == BACKLOG
