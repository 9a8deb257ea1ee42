"""The deadline model against Erlang C on the demo's loudest day, both held against a queue that is played through."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.people.bursts import AIM, burst, erlang, off, played, staffed


def test_the_day_is_bursty() -> None:
    counts = burst().counts
    assert max(counts) > 5 * sorted(counts)[len(counts) // 2], "the loudest quarter of an hour is five usual ones"


@pytest.mark.parametrize("heads", [8, 12])
def test_predicted_breaches_come_when_the_queue_has_them_and_erlangs_do_not(tmp_path: Path, heads: int) -> None:
    crew = [heads] * burst().slots
    late = played(burst().moments, crew).late
    assert sum(late) > 100, "a crew that is too small"
    foreseen = [row["breached_count"] or 0.0 for row in staffed(tmp_path, burst(), crew)]
    _, expected = erlang(tmp_path, burst())(crew)
    assert off(foreseen, late) < 0.25 * off(expected, late)
    assert sum(foreseen) == pytest.approx(sum(late), rel=0.1)


def test_with_the_heads_it_asks_for_every_promise_is_kept_by_fewer_than_erlang_asks_for(tmp_path: Path) -> None:
    rows = staffed(tmp_path, burst(), [30] * burst().slots)
    asked = [max(1, math.ceil(row["required_agents"] - 1e-9)) for row in rows]
    called = [max(1, count) for count in erlang(tmp_path, burst())(asked)[0]]
    assert played(burst().moments, asked).kept_share >= AIM
    assert sum(asked) < sum(called)
    assert max(asked) < max(called)
