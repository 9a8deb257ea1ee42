"""Calendars and policies in the warehouse: what the clocks of cases are computed from, each with when it was known.

What has passed is history: a site file that is edited changes only what lies ahead of the moment it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import duckdb
import pyarrow as pa

from queries import clocks
from queries.utc import from_stored, to_stored
from queries.warehouse import Warehouse, run


@dataclass(frozen=True, slots=True)
class HoursRow:
    """A calendar is open from `opens_at` until before `closes_at` (aware UTC)."""

    calendar: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class DayRow:
    """A local day, from `since_at` until before `until_at` (aware UTC), on which a calendar is not as usual.

    `kind` is holiday (closed) or special (open at other hours); `name` is the holiday's, None where nobody named it.
    """

    calendar: str
    since_at: datetime
    until_at: datetime
    kind: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """What a track promises from `from_at` until before `until_at` (aware UTC; None is for ever).

    `priority` None stands for every priority that has no row of its own; a target of None is no promise.
    """

    track: str
    priority: str | None
    is_default: bool
    calendar: str
    frt_seconds: int | None
    nrt_seconds: int | None
    resolution_seconds: int | None
    attainment_target_share: float | None
    public_frt_seconds: int | None
    public_nrt_seconds: int | None
    public_resolution_seconds: int | None
    from_at: datetime | None
    until_at: datetime | None


Span = tuple[datetime, datetime]
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_TYPES: dict[str, Any] = {"at": pa.timestamp("us"), "seconds": pa.int64(), "share": pa.float64(), "default": pa.bool_()}


class Policies:
    """The calendars and tracks of the site file, written out."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def keep(
        self, hours: Iterable[HoursRow], days: Iterable[DayRow], policies: Iterable[PolicyRow], now: datetime
    ) -> bool:
        """Take over what the site file says as it is read at `now` (aware); gives whether anything has changed.

        The first policies, and each calendar when it is seen first, are kept whole, their past included. Later ones
        count from `now` on (cut to the second), a calendar from where it was written out to, if nobody has read it
        since. Rows that are still true are not touched; the others end, and stay known for what they were. When hours
        or policies have changed, the clocks they move are computed anew. Raises WarehouseError.
        """
        at, hours, policies = now.replace(microsecond=0), list(hours), list(policies)
        with self.warehouse.transaction() as inside:
            reaches, had = _reaches(inside), run(inside, "read_has_policies").fetchone() or (False,)
            if not (hours or policies or reaches or had[0]):
                return False  # nothing is promised, and nothing ever was
            cuts = {name: min(at, reach) for name, reach in reaches.items()}
            old_hours, old_days, old_policies = _hours(inside), _days(inside), _policies(inside)
            moved = [
                _Change(old_hours, revised_hours(old_hours, hours, cuts)),
                _Change(old_days, revised_days(old_days, days, cuts)),
                _Change(old_policies, revised_policies(old_policies, policies, at if had[0] else _EVER)),
            ]
            if not any(moved):
                return False
            known_at = self.warehouse.next_known_at(now)
            for change, name in zip(moved, ("hours", "days", "policies"), strict=True):
                _write(inside, f"end_{name}", change.ended, known_at)
                _write(inside, f"insert_{name}", change.added, known_at)
            if moved[0] or moved[2]:
                clocks.recompute(inside, known_at)
            self.warehouse.bump(inside, known_at)
        return True

    def policies(self) -> set[PolicyRow]:
        """The policies as they are known now, past and to come. Raises WarehouseError."""
        with self.warehouse.transaction() as inside:
            return _policies(inside)

    def hours(self) -> set[HoursRow]:
        """When calendars are open, as it is known now, past and to come. Raises WarehouseError."""
        with self.warehouse.transaction() as inside:
            return _hours(inside)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with those that overlap or touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def revised_hours(
    stored: Iterable[HoursRow], wanted: Iterable[HoursRow], cuts: Mapping[str, datetime]
) -> set[HoursRow]:
    """What is true when each calendar becomes what is wanted at its cut: until then what was stored, merged.

    A calendar without a cut becomes it whole.
    """
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in stored:
        cut = cuts.get(row.calendar, _EVER)
        if row.opens_at < cut:
            spans[row.calendar].append((row.opens_at, min(row.closes_at, cut)))
    for row in wanted:
        cut = cuts.get(row.calendar, _EVER)
        if row.closes_at > cut:
            spans[row.calendar].append((max(row.opens_at, cut), row.closes_at))
    return {HoursRow(calendar, *span) for calendar, found in spans.items() for span in merged(found)}


def revised_days(stored: Iterable[DayRow], wanted: Iterable[DayRow], cuts: Mapping[str, datetime]) -> set[DayRow]:
    """The days that had passed at each calendar's cut as they were stored, all others as they are wanted."""
    past = {row for row in stored if row.until_at <= cuts.get(row.calendar, _EVER)}
    return past | {row for row in wanted if row.until_at > cuts.get(row.calendar, _EVER)}


def revised_policies(stored: Iterable[PolicyRow], wanted: Iterable[PolicyRow], at: datetime) -> set[PolicyRow]:
    """Until `at` what was stored, from then on what is wanted; per track and priority one row as long as it is so."""
    rows = sorted(chain(until(stored, at), since(wanted, at)), key=_by_time)
    found: list[PolicyRow] = []
    for row in rows:
        before = found[-1] if found else None
        if (
            before
            and before.until_at == row.from_at
            and row == replace(before, from_at=row.from_at, until_at=row.until_at)
        ):
            found[-1] = replace(before, until_at=row.until_at)
        else:
            found.append(row)
    return set(found)


def until(rows: Iterable[PolicyRow], at: datetime) -> Iterator[PolicyRow]:
    """What of `rows` lies before `at`."""
    for row in rows:
        if (row.from_at or _EVER) < at:
            yield row if (row.until_at or _NEVER) <= at else replace(row, until_at=at)


def since(rows: Iterable[PolicyRow], at: datetime) -> Iterator[PolicyRow]:
    """What of `rows` lies at `at` and behind it."""
    for row in rows:
        if (row.until_at or _NEVER) > at:
            yield row if (row.from_at or _EVER) >= at else replace(row, from_at=at)


def _by_time(row: PolicyRow) -> tuple[str, str, bool, datetime]:
    return row.track, row.priority or "", row.priority is not None, row.from_at or _EVER


class _Change:
    """What ends and what is added when rows become others; true when anything does."""

    def __init__(self, old: set[Any], new: set[Any]) -> None:
        self.ended, self.added = old - new, new - old

    def __bool__(self) -> bool:
        return bool(self.ended or self.added)


def _reaches(inside: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """How far each calendar was ever written out, in whatever version."""
    found = run(inside, "read_hours_reach").fetchall()
    return {str(name): reach.replace(tzinfo=UTC) for name, reach in found}


def _hours(inside: duckdb.DuckDBPyConnection) -> set[HoursRow]:
    """The current rows; of every kind the columns of its statement are its fields."""
    found = run(inside, "read_hours").fetchall()
    return {HoursRow(name, opens.replace(tzinfo=UTC), closes.replace(tzinfo=UTC)) for name, opens, closes in found}


def _days(inside: duckdb.DuckDBPyConnection) -> set[DayRow]:
    found = run(inside, "read_days").fetchall()
    return {DayRow(row[0], row[1].replace(tzinfo=UTC), row[2].replace(tzinfo=UTC), *row[3:]) for row in found}


def _policies(inside: duckdb.DuckDBPyConnection) -> set[PolicyRow]:
    names = [field.name for field in fields(PolicyRow)]
    found = [dict(zip(names, row, strict=True)) for row in run(inside, "read_policies").fetchall()]
    for row in found:
        row |= {name: from_stored(row[name]) for name in ("from_at", "until_at")}
    return {PolicyRow(**row) for row in found}


def _write(inside: duckdb.DuckDBPyConnection, name: str, rows: Collection[Any], known_at: datetime) -> None:
    """Run queries/write/`name`.sql over `rows`, registered as `promise_batch`."""
    if rows:
        inside.register("promise_batch", _table(list(rows)))
        run(inside, name, known_at=known_at)
        inside.unregister("promise_batch")


def _table(rows: list[Any]) -> pa.Table:
    columns = {}
    for field in fields(rows[0]):
        values = [getattr(row, field.name) for row in rows]
        if field.name.endswith("_at"):
            values = [None if value is None else to_stored(value) for value in values]
        columns[field.name] = pa.array(values, _TYPES.get(field.name.rpartition("_")[2], pa.string()))
    return pa.table(columns)
