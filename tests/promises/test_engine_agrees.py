"""The engine against the walker: every clock of 10,000 invented cases, in everything a clock says, at three moments."""

from __future__ import annotations

import pytest

from tests.promises.disagreements import differences, report
from tests.promises.engine import clocks_by_engine
from tests.promises.random_cases import MINUTES_WORLDS, SECONDS_WORLDS, world
from tests.promises.walker import walk
from tests.promises.wall_clock import OpenTicks


@pytest.mark.parametrize("number", [*MINUTES_WORLDS, *SECONDS_WORLDS])
def test_engine_and_walker_tell_the_same_clocks(number: int) -> None:
    told = world(number)
    ticks = OpenTicks(told.calendars, told.step_seconds)
    found = []
    for now in told.nows:
        known = told.until(now)
        found += differences(known, now, walk(known, now, ticks), clocks_by_engine(known, now))
    assert not found, report(found)
