"""What was found ahead and somebody should know: raised, acknowledged and over, each with when it was known.

An alert is one thing for as long as it is about the same hours: that they come nearer, begin, or move by minutes makes
no other one of it, so whoever has acknowledged it is not asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from queries.versions import read_versions, write_versions
from queries.warehouse import Warehouse

MOST_GROWN = timedelta(hours=1)
"""An acknowledgement holds for what was acknowledged and so much more; beyond that it is news."""

_WEEK, _NEAR = timedelta(days=7), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What lies ahead from `since_at` until before `until_at` (aware UTC). Those of one subject do not overlap.

    One that does not raise keeps an alert that stands, but is no reason for a new one: what hovers around a threshold
    would else come and go, and be acknowledged again and again.
    """

    kind: str
    subject: str
    since_at: datetime
    until_at: datetime
    raises: bool = True


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as it stands. `raised_at` stays when its hours move; nobody has acknowledged it when that is None."""

    kind: str
    subject: str
    since_at: datetime
    until_at: datetime
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


class Alerts:
    """The alerts of a warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def keep(self, wanted: Iterable[Found], now: datetime) -> bool:
        """Make what was found at `now` (aware) the alerts that stand; gives whether anything has changed.

        What was not found again has been put right, and ends. An alert whose hours have passed is history, and stays as
        it was. Raises WarehouseError.
        """
        wanted = list(wanted)
        with self.warehouse.transaction() as inside:
            standing = _standing(inside, now)
            return self._write(inside, standing, revised(standing, wanted, now), now)

    def acknowledge(self, kind: str, subject: str, since_at: datetime, by: str, now: datetime) -> AlertRow | None:
        """Somebody, called `by`, knows of the alert whose hours begin at `since_at` or hold it (aware).

        Gives the alert as it stands then: who was first stays. None when no such alert stands at `now`. Raises
        WarehouseError.
        """
        with self.warehouse.transaction() as inside:
            standing = _standing(inside, now)
            meant = next((row for row in standing if _is_meant(row, kind, subject, since_at)), None)
            if meant is None or meant.acknowledged_at is not None:
                return meant
            known = replace(meant, acknowledged_at=now, acknowledged_by=by)
            self._write(inside, standing, standing - {meant} | {known}, now)
        return known

    def acknowledge_all(self, kind: str, subject: str, by: str, now: datetime) -> int:
        """Somebody, called `by`, knows of every alert of a subject that stands at `now` (aware).

        Gives how many nobody had acknowledged; who was first stays. Raises WarehouseError.
        """
        with self.warehouse.transaction() as inside:
            standing = _standing(inside, now)
            meant = {row for row in standing if (row.kind, row.subject, row.acknowledged_at) == (kind, subject, None)}
            known = {replace(row, acknowledged_at=now, acknowledged_by=by) for row in meant}
            self._write(inside, standing, standing - meant | known, now)
        return len(known)

    def _write(
        self, inside: duckdb.DuckDBPyConnection, old: Collection[AlertRow], new: Collection[AlertRow], now: datetime
    ) -> bool:
        if old == new:
            return False
        known_at = self.warehouse.next_known_at(now)
        write_versions(inside, "alerts", old, new, known_at)
        self.warehouse.bump(inside, known_at)
        return True


def revised(standing: Collection[AlertRow], wanted: Iterable[Found], now: datetime) -> set[AlertRow]:
    """The alerts of what was found at `now`, each going on from those that stand and share hours with it."""
    return set(_revised(standing, wanted, now))


def _revised(standing: Collection[AlertRow], wanted: Iterable[Found], now: datetime) -> Iterator[AlertRow]:
    for found in wanted:
        before = [row for row in standing if _share_hours(row, found)]
        if before:
            yield _said_before(_gone_on(found, before, now), standing)
        elif found.raises:
            yield _said_before(AlertRow(found.kind, found.subject, found.since_at, found.until_at, now), standing)


def _said_before(row: AlertRow, standing: Iterable[AlertRow]) -> AlertRow:
    """Acknowledged like the one of a week before, if nobody has acknowledged it itself."""
    like = [one for one in standing if _is_a_week_before(one, row)] if row.acknowledged_at is None else []
    if not like:
        return row
    first = min(like, key=lambda one: (one.acknowledged_at or one.raised_at, one.since_at))
    return replace(row, acknowledged_at=first.acknowledged_at, acknowledged_by=first.acknowledged_by)


def _is_a_week_before(row: AlertRow, new: AlertRow) -> bool:
    """Whether `new` is no more than `row` a week later, of which somebody knows. The clocks may have changed.

    One that is shorter is no news: at the end of what can be seen ahead a gap is told in part first.
    """
    is_same = (row.kind, row.subject) == (new.kind, new.subject) and row.acknowledged_at is not None
    begins, ends = new.since_at - row.since_at - _WEEK, new.until_at - row.until_at - _WEEK
    return is_same and abs(begins) <= _NEAR and ends <= _NEAR


def _share_hours(row: AlertRow, found: Found) -> bool:
    is_same = (row.kind, row.subject) == (found.kind, found.subject)
    return is_same and row.since_at < found.until_at and found.since_at < row.until_at


def _gone_on(found: Found, before: Collection[AlertRow], now: datetime) -> AlertRow:
    """What was found, as the alert it was. One that is under way keeps its beginning: it is told from `now` on only."""
    begun = [row.since_at for row in before if row.since_at < found.since_at <= now]
    since = min(begun, default=found.since_at)
    raised = min(row.raised_at for row in before)
    row = AlertRow(found.kind, found.subject, since, found.until_at, raised)
    known = [(one.acknowledged_at, one.acknowledged_by) for one in before if one.acknowledged_at is not None]
    if len(known) < len(before) or _grown(found, before) > MOST_GROWN:
        return row
    at, by = max(known, key=lambda one: one[0])
    return replace(row, acknowledged_at=at, acknowledged_by=by)


def _grown(found: Found, before: Iterable[AlertRow]) -> timedelta:
    """How much of what was found lies outside the alerts it was before, which do not overlap."""
    shared = (min(found.until_at, row.until_at) - max(found.since_at, row.since_at) for row in before)
    return found.until_at - found.since_at - sum(shared, timedelta(0))


def _is_meant(row: AlertRow, kind: str, subject: str, since_at: datetime) -> bool:
    return (row.kind, row.subject) == (kind, subject) and row.since_at <= since_at < row.until_at


def _standing(inside: duckdb.DuckDBPyConnection, now: datetime) -> set[AlertRow]:
    return read_versions(inside, "read_alerts", AlertRow, now=now)
