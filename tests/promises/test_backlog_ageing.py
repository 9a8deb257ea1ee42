"""How much of its target each running clock has used: bands at their borders, all of them, and nobody left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, plain, put

DAY = timedelta(days=1)
BANDS = ("under 50", "50 to 75", "75 to 100", "100 to 200", "over 200")
Counts = dict[Any, tuple[int, ...]]


def used(time: timedelta, **more: Any) -> Row:
    """A clock of an hour that has run for so long."""
    return segment("x:1", NOON - time, **more)


def paused(before: timedelta, **more: Any) -> Row:
    """A clock of an hour that has been paused since yesterday, when so much of it had passed."""
    rest: dict[str, Any] = {"metric": "nrt", "is_paused": True, "before_seconds": int(before.total_seconds())}
    return segment("x:1", NOON - DAY - before, **{**rest, "segment": 2, "since_at": NOON - DAY, "due_at": None, **more})


def ages(answers: Answers, column: str = "clocks_count", **given: Any) -> Counts:
    """Per group a number for each band, in their order."""
    found: dict[Any, list[int]] = {}
    bands: dict[Any, list[str]] = {}
    for group, band, count in ask(answers, "backlog_ageing", "group_name", "band", column, **given):
        found.setdefault(group, []).append(count)
        bands.setdefault(group, []).append(band)
    assert all(tuple(told) == BANDS for told in bands.values()), "all five, in their order"
    return {group: tuple(counts) for group, counts in found.items()}


@pytest.mark.parametrize(
    ("row", "band"),
    [
        (used(timedelta(0)), 0),
        (used(30 * MINUTE - SECOND), 0),
        (used(30 * MINUTE), 1),
        (used(45 * MINUTE - SECOND), 1),
        (used(45 * MINUTE), 2),
        (used(HOUR), 2),
        (used(HOUR + SECOND), 3),
        (used(2 * HOUR), 3),
        (used(2 * HOUR + SECOND), 4),
        (used(900 * DAY), 4),
        (paused(29 * MINUTE), 0),
        (paused(HOUR), 2),
        (paused(HOUR + SECOND), 3),
        (used(7 * SECOND, target_seconds=9), 2),
        (used(MINUTE, stopped_at=NOON + SECOND), 0),
    ],
)
def test_a_clock_is_in_one_band(warehouse: Warehouse, answers: Answers, row: Row, band: int) -> None:
    put(warehouse, clock_segments=[row], calendar_hours=[hours()])
    assert ages(answers) == {"all": tuple(int(place == band) for place in range(5))}


def test_a_hundred_ignored_customers_are_seen(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[used(10 * MINUTE), used(50 * MINUTE, owner="ann")], calendar_hours=[hours()])
    assert (ages(answers), ages(answers, "unowned_count")) == ({"all": (1, 0, 1, 0, 0)}, {"all": (1, 0, 0, 0, 0)})
    put(warehouse, clock_segments=[used(9 * DAY) for _ in range(100)])
    assert (ages(answers), ages(answers, "unowned_count")) == ({"all": (1, 0, 1, 0, 100)}, {"all": (1, 0, 0, 0, 100)})


def test_the_oldest_and_the_paused_of_each_band(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [used(10 * MINUTE), used(20 * MINUTE), used(65 * MINUTE), paused(MINUTE), paused(HOUR), paused(2 * HOUR)]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    assert ages(answers, "paused_count") == {"all": (1, 0, 1, 0, 0)}, "what is overdue is not called paused"
    assert ages(answers) == {"all": (3, 0, 1, 2, 0)}
    oldest = ask(answers, "backlog_ageing", "oldest_started_at")
    first, full, late = (plain(NOON - DAY - before) for before in (MINUTE, HOUR, 2 * HOUR))
    assert oldest == [(first,), (None,), (full,), (late,), (None,)]


def test_only_open_time_is_used(warehouse: Warehouse, answers: Answers) -> None:
    office = [hours("office", NOON - 9 * HOUR, NOON - 8 * HOUR - 40 * MINUTE), hours("office", NOON, NOON + HOUR)]
    put(warehouse, clock_segments=[used(9 * HOUR, calendar="office")], calendar_hours=office)
    assert ages(answers) == {"all": (1, 0, 0, 0, 0)}
    assert ages(answers, now=NOON + 20 * MINUTE) == {"all": (0, 1, 0, 0, 0)}


def test_groups_and_filters(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [
        used(10 * MINUTE, owner="ann", brand="Rival"),
        used(40 * MINUTE, track="sales"),
        used(2 * HOUR, platform="reddit", metric="nrt"),
    ]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    one, two, three = (1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 0, 1, 0)
    assert ages(answers, group_by="track") == {"care": (1, 0, 0, 1, 0), "sales": two}
    assert ages(answers, group_by="owner") == {None: (0, 1, 0, 1, 0), "ann": one}
    assert ages(answers, group_by="platform") == {"x": (1, 1, 0, 0, 0), "reddit": three}
    assert ages(answers, group_by="metric") == {"frt": (1, 1, 0, 0, 0), "nrt": three}
    assert ages(answers, brands=["Rival"]) == {"all": one}
    assert ages(answers, metrics=["nrt"]) == ages(answers, platforms=["reddit"]) == {"all": three}
    with pytest.raises(BadParameter, match="group_by must be all, track, owner, platform or metric"):
        ages(answers, group_by="brand")


def test_the_bands_add_up_to_what_sla_due_counts(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [used(minutes * MINUTE, owner=("ann", None)[minutes % 2]) for minutes in range(0, 200, 7)]
    clocks += [paused(minutes * MINUTE, track="sales") for minutes in range(0, 130, 9)]
    clocks += [used(minutes * MINUTE, stopped_at=NOON - MINUTE) for minutes in range(2, 90)]
    put(warehouse, clock_segments=clocks, calendar_hours=[hours()])
    for group_by in ("all", "track", "owner"):
        columns = ("group_name", "running_count", "overdue_count", "unowned_count", "paused_count")
        due = {group: told for group, *told in ask(answers, "sla_due", *columns, group_by=group_by)}
        counted, unowned, standing = (
            ages(answers, column, group_by=group_by) for column in ("clocks_count", "unowned_count", "paused_count")
        )
        assert due == {
            group: [sum(bands), sum(bands[3:]), sum(unowned[group]), sum(standing[group])]
            for group, bands in counted.items()
        }
