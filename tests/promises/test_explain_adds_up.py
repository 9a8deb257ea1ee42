"""What is explained adds up to what is answered: of invented cases, in calendars of forty zones, at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from layouts import words
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.utc import floor_to
from tests.conftest import DictCache
from tests.promises.filling import filled
from tests.promises.random_cases import world
from tests.promises.walker import walk
from tests.promises.wall_clock import OpenTicks
from tests.promises.worlds import Clock

TICK = timedelta(seconds=5)
CASES = 40
"""Of each world, so many are asked about."""


def check(clock: Clock, rows: pd.DataFrame, now: datetime) -> None:
    """One clock as a walker tells it, who has never heard of parts, and its parts."""
    counted = rows[rows["kind"] == "counted"]
    assert counted["counted_seconds"].sum() == clock.elapsed_seconds
    assert list(rows["total_seconds"]) == list(rows["counted_seconds"].cumsum())
    spans = [(words.instant(row.since_at), words.instant(row.until_at)) for row in rows.itertuples()]
    assert all(before[1] == after[0] for before, after in pairwise(spans)), "no hole and no overlap"
    assert spans[0][0] == clock.started_at
    ends = clock.stopped_at or max(now, clock.due_at or now)
    assert spans[-1][1] == ends
    last = rows.iloc[-1]
    assert (last["track"], last["target_seconds"]) == (clock.track, clock.target_seconds)
    if clock.stopped_at is None and clock.due_at is not None and clock.due_at >= now:
        assert last["total_seconds"] == clock.target_seconds
    else:
        assert "ahead" not in set(rows["kind"])
    assert clock.metric != "frt" or "paused" not in set(rows["kind"])
    assert (last["kind"] == "paused") == clock.is_paused or clock.stopped_at is not None


def chosen(found: Sequence[Clock], dice: Random) -> list[str]:
    cases = sorted({clock.case_id for clock in found})
    return dice.sample(cases, min(CASES, len(cases)))


@pytest.mark.parametrize("number", [4, 23])
def test_the_parts_of_each_clock_add_up_to_its_elapsed_time_and_to_its_target(number: int, tmp_path: Path) -> None:
    invented = world(number)
    ticks, dice = OpenTicks(invented.calendars, invented.step_seconds), Random(number)
    for moment in invented.nows:
        now = floor_to(moment, TICK)
        known = invented.until(now)
        found = walk(known, now, ticks)
        with filled(known, now, tmp_path) as warehouse:
            answers = Answers(warehouse, load_catalogue(), DictCache())
            for case_id in chosen(found, dice):
                parts = answers.ask("explain_clock", {"case_id": case_id}, now).frame
                own = [clock for clock in found if clock.case_id == case_id]
                grouped = dict(list(parts.groupby(["metric", "cycle"])))
                assert sorted(grouped) == sorted((clock.metric, clock.cycle) for clock in own), case_id
                for clock in own:
                    check(clock, grouped[(clock.metric, clock.cycle)], now)
