"""The roster in the warehouse: shifts as instants, each with the time it was known for.

What has passed is history: a roster that is edited changes only what lies ahead. The questions in queries/read/people/
read what is kept here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import pyarrow as pa

from queries.utc import from_stored, to_stored
from queries.warehouse import Warehouse, run


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """So many heads of one team at one site from `starts_at` until before `ends_at` (aware UTC)."""

    site: str
    timezone: str
    team: str
    languages: tuple[str, ...]
    heads: int
    starts_at: datetime
    ends_at: datetime


class Roster:
    """The shifts of the site file, written out."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def keep(self, wanted: Iterable[ShiftRow], now: datetime) -> bool:
        """Take over the roster as it is read at `now` (aware); gives whether anything has changed.

        The first roster is kept whole, its past included. A later one counts from `now` on, or from where the last one
        was written out to, when nobody has read it since: what is older stays as it was. Rows that are still true are
        not touched; the others end, and stay known for what they were. Raises WarehouseError.
        """
        with self.warehouse.transaction() as inside:
            stored, reach = _stored(inside)
            current = summed(wanted) if reach is None else revised(stored, wanted, min(now, reach))
            ended, added = stored - current, current - stored
            if not ended and not added:
                return False
            known_at = self.warehouse.next_known_at(now)
            _write(inside, "end_shifts", ended, known_at)
            _write(inside, "insert_shifts", added, known_at)
            self.warehouse.bump(inside, known_at)
        return True


def revised(stored: Iterable[ShiftRow], wanted: Iterable[ShiftRow], at: datetime) -> set[ShiftRow]:
    """What is true when the roster becomes `wanted` at `at`: until then what was stored, from then on what is wanted.

    A shift under way stays the row it is as long as its end and its heads do. Else the row ends at `at`, and another
    one begins there.
    """
    stored, wanted = list(stored), list(wanted)
    past = [row for row in stored if row.ends_at <= at]
    ahead = [row for row in wanted if row.starts_at >= at]
    running = _under_way(stored, at)
    rest, coming = (_cut(rows, at) for rows in (running, _under_way(wanted, at)))
    same = rest & coming
    known = {_without_heads(row) for row in same}
    kept = [row if _without_heads(replace(row, starts_at=at)) in known else replace(row, ends_at=at) for row in running]
    return summed([*past, *kept, *(coming - same), *ahead])


def summed(rows: Iterable[ShiftRow]) -> set[ShiftRow]:
    """Rows that differ in nothing but their heads, as one row of all their heads."""
    heads: Counter[ShiftRow] = Counter()
    for row in rows:
        heads[_without_heads(row)] += row.heads
    return {replace(row, heads=count) for row, count in heads.items()}


def _without_heads(row: ShiftRow) -> ShiftRow:
    return replace(row, heads=0)


def _under_way(rows: Iterable[ShiftRow], at: datetime) -> list[ShiftRow]:
    return [row for row in rows if row.starts_at < at < row.ends_at]


def _cut(rows: Iterable[ShiftRow], at: datetime) -> set[ShiftRow]:
    """What is left of shifts under way."""
    return summed(replace(row, starts_at=at) for row in rows)


def _stored(inside: duckdb.DuckDBPyConnection) -> tuple[set[ShiftRow], datetime | None]:
    """The current rows, and when the last shift that was ever written out begins: None when there never was one."""
    found = run(inside, "read_shifts").fetchall()
    row = run(inside, "read_roster_reach").fetchone()
    names = ("site", "timezone", "team", "languages", "heads", "starts_at", "ends_at")
    rows = [dict(zip(names, row, strict=True)) for row in found]
    for one in rows:
        one |= {"languages": tuple(one["languages"]), "heads": int(one["heads"])}
        one |= {name: from_stored(one[name]) for name in ("starts_at", "ends_at")}
    return {ShiftRow(**one) for one in rows}, from_stored(row[0]) if row else None


def _write(inside: duckdb.DuckDBPyConnection, name: str, rows: Iterable[ShiftRow], known_at: datetime) -> None:
    """Run queries/write/`name`.sql over `rows`, registered as `shift_batch`."""
    ordered = sorted(rows, key=lambda row: (row.starts_at, row.ends_at, row.site, row.team, row.languages))
    if ordered:
        inside.register("shift_batch", _table(ordered))
        run(inside, name, known_at=known_at)
        inside.unregister("shift_batch")


def _table(rows: Sequence[ShiftRow]) -> pa.Table:
    moment = pa.timestamp("us")
    return pa.table(
        {
            "site": pa.array([row.site for row in rows], pa.string()),
            "timezone": pa.array([row.timezone for row in rows], pa.string()),
            "team": pa.array([row.team for row in rows], pa.string()),
            "languages": pa.array([list(row.languages) for row in rows], pa.list_(pa.string())),
            "heads": pa.array([row.heads for row in rows], pa.int64()),
            "starts_at": pa.array([to_stored(row.starts_at) for row in rows], moment),
            "ends_at": pa.array([to_stored(row.ends_at) for row in rows], moment),
        }
    )
