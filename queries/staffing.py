"""What demand and work are reckoned with: what a message costs, what is planned, when people are away.

Each row is kept with when it was known, so a forecast can be made again as it was made then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queries.versions import read_versions, write_versions
from queries.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class StaffingRow:
    """What a message of a track costs in work; track None stands for every track that has no row of its own.

    `occupancy_share` is the most of their time heads can be answering, `shrinkage_share` the paid time nobody answers
    in. Patience None means that customers stay; `mention_share` is that of own mentions without a case to be answered.
    """

    track: str | None
    handling_seconds: int | None
    occupancy_share: float
    shrinkage_share: float
    patience_seconds: int | None
    mention_share: float


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """From `since_at` until before `until_at` (aware UTC) `factor` times the usual demand is expected, in some
    languages, or with none named in all."""

    name: str
    languages: tuple[str, ...]
    since_at: datetime
    until_at: datetime
    factor: float


@dataclass(frozen=True, slots=True)
class RestRow:
    """Local days in a row, from `since_at` until before `until_at` (aware UTC), on which a place rests.

    `place` is a site of the roster or a calendar; `name` is of the holidays in it, None where nobody named one.
    """

    place: str
    name: str | None
    since_at: datetime
    until_at: datetime
    days_count: int


class Staffing:
    """The staffing terms, planned events and rest days of the site file, written out."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def keep(
        self, terms: Iterable[StaffingRow], planned: Iterable[PlannedRow], rests: Iterable[RestRow], now: datetime
    ) -> bool:
        """Take over what is said as it is read at `now` (aware); gives whether anything has changed.

        Terms count from now on. Events and rest days that are over stay what they were, though the file may no longer
        tell of them. Rows that are still true are not touched; the others end, and stay known for what they were.
        Raises WarehouseError.
        """
        with self.warehouse.transaction() as inside:
            old_terms = read_versions(inside, "read_staffing", StaffingRow)
            old_planned = read_versions(inside, "read_demand_events", PlannedRow)
            old_rests = read_versions(inside, "read_rest_spans", RestRow)
            moves: list[tuple[str, set[Any], set[Any]]] = [
                ("staffing", old_terms, set(terms)),
                ("demand_events", old_planned, revised_planned(old_planned, planned, now)),
                ("rest_spans", old_rests, revised_rests(old_rests, rests, now)),
            ]
            if all(old == new for _, old, new in moves):
                return False
            known_at = self.warehouse.next_known_at(now)
            for table, old, new in moves:
                write_versions(inside, table, old, new, known_at)
            self.warehouse.bump(inside, known_at)
        return True


def revised_planned(stored: Iterable[PlannedRow], wanted: Iterable[PlannedRow], at: datetime) -> set[PlannedRow]:
    """The events that are wanted, and those that were over at `at` of which the file no longer tells.

    An event that is over can still be told otherwise, since what was expected of it is learned from: one of the same
    name at that time takes its place.
    """
    found = set(wanted)
    told = {(row.name, row.since_at, row.until_at) for row in found}
    return found | {row for row in stored if row.until_at <= at and not _is_among(row, told)}


def _is_among(row: PlannedRow, told: Iterable[tuple[str, datetime, datetime]]) -> bool:
    return any(name == row.name and since < row.until_at and row.since_at < until for name, since, until in told)


def revised_rests(stored: Iterable[RestRow], wanted: Iterable[RestRow], at: datetime) -> set[RestRow]:
    """The spans that were over at `at` as they were stored, all others as they are wanted."""
    past = {row for row in stored if row.until_at <= at}
    return past | {row for row in wanted if row.until_at > at}
