"""A world put into a warehouse that stays open to be asked, whatever its calendars and promises were made to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.calendars import Calendar
from queries import clocks
from queries.policies import HoursRow, Policies, PolicyRow
from queries.warehouse import Warehouse
from tests.promises import engine
from tests.promises.worlds import World
from tests.queries.case_rows import put

LONG_AGO = datetime(2005, 1, 1, tzinfo=UTC)
_NEAR = timedelta(days=400)


@contextmanager
def filled(known: World, now: datetime, folder: Path) -> Iterator[Warehouse]:
    """A warehouse in `folder` in which a world's promises have always held, with the clocks of its cases."""
    folder.mkdir(exist_ok=True)
    warehouse = Warehouse("duckdb:x", folder / f"{now:%d%H%M%S}.duckdb", LONG_AGO)
    try:
        _fill(warehouse, known, now)
        with warehouse.transaction() as inside:
            known_at = warehouse.next_known_at(now)
            clocks.recompute(inside, known_at)
            warehouse.bump(inside, known_at)
        yield warehouse
    finally:
        warehouse.close()


def promised(warehouse: Warehouse) -> tuple[set[HoursRow], set[PolicyRow]]:
    """What is promised in a warehouse, as a comparison takes it."""
    policies = Policies(warehouse)
    return policies.hours(), policies.policies()


def _fill(warehouse: Warehouse, known: World, now: datetime) -> None:
    put(
        warehouse,
        now,
        calendar_hours=[{**asdict(row), "known_from_at": LONG_AGO} for row in _hours(known, now)],
        policies=[engine._policy(known, number) for number in range(len(known.promises))],
        cases=[row for case in known.cases for row in engine._versions(case)],
        mentions=[row for case in known.cases for row in engine._post(case)],
        case_events=[row for case in known.cases for row in engine._events(case)],
    )


def _hours(known: World, now: datetime) -> Iterator[HoursRow]:
    tables: dict[str, list[Calendar]] = {}
    for hours in known.calendars:
        tables.setdefault(hours.name, []).append(engine._calendar(hours))
    found = engine.written_near(tables, now, _NEAR)
    return (row for row in found if row.closes_at > now - _NEAR and row.opens_at < now + _NEAR)
