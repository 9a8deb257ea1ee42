"""What differs between two tellings of clocks is found and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.promises.disagreements import differences, report
from tests.promises.scenes import at, case, event, promise, reply, said, world
from tests.promises.walker import walk

NOW = at("tue 12:00")
TOLD = world(
    [
        case("mon 10:00", event("opened", "mon 10:00", "customer"), reply("mon 10:30"), said("mon 11:00")),
        case("mon 09:00", event("merged", "mon 12:00", other_case_id="x:1"), case_id="x:2", published_at=None),
    ],
    promise(frt=1, nrt=2, resolution=8),
)
CLOCKS = walk(TOLD, NOW)


def test_equal_clocks_do_not_differ_in_whatever_order() -> None:
    assert differences(TOLD, NOW, CLOCKS, CLOCKS[::-1]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"elapsed_seconds": 1},
        {"due_at": None},
        {"started_at": at("mon 10:00") + timedelta(seconds=1)},
        {"state": "paused"},
        {"is_paused": True},
        {"priority": "high"},
        {"calendar": "always"},
    ],
)
def test_a_clock_that_differs_in_one_thing_is_found(change: dict[str, Any]) -> None:
    (one,) = differences(TOLD, NOW, CLOCKS, [replace(CLOCKS[0], **change), *CLOCKS[1:]])
    assert one.columns == [*change]


def test_missing_and_surplus_clocks_are_found() -> None:
    assert [one.columns for one in differences(TOLD, NOW, CLOCKS, CLOCKS[1:])] == [["missing"]]
    assert [one.columns for one in differences(TOLD, NOW, CLOCKS[1:], CLOCKS)] == [["surplus"]]


def test_a_clock_told_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two clocks"):
        differences(TOLD, NOW, CLOCKS, [*CLOCKS, CLOCKS[0]])


def test_a_report_tells_what_one_needs_to_reckon_after() -> None:
    wrong = [replace(clock, elapsed_seconds=7) for clock in CLOCKS]
    told = report(differences(TOLD, NOW, CLOCKS, wrong))
    assert "elapsed_seconds  walked" in told
    for words in ("message by customer", "opened by customer", "other_case_id='x:1'", "frt=3600", "office", "no post"):
        assert words in told
