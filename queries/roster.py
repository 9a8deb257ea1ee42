"""The roster in the warehouse: shifts as instants, each with the time it was known for.

What has passed is history: a roster that is edited changes only what lies ahead. The questions in queries/read/people/
read what is kept here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import duckdb
import pyarrow as pa

from queries.utc import from_stored, to_stored
from queries.warehouse import Warehouse, run


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """So many heads of one team at one site from `starts_at` until before `ends_at` (aware UTC).

    `agents` are those of them who are known by name; `tracks` are whose promises they keep, and none means all. Who is
    on call is reachable, but not at work: they are no heads on shift.
    """

    site: str
    timezone: str
    team: str
    languages: tuple[str, ...]
    heads: int
    starts_at: datetime
    ends_at: datetime
    tracks: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    employer: str = "own"
    is_on_call: bool = False


_WORDS = pa.list_(pa.string())
_KINDS = {
    "site": pa.string(),
    "timezone": pa.string(),
    "team": pa.string(),
    "languages": _WORDS,
    "heads": pa.int64(),
    "starts_at": pa.timestamp("us"),
    "ends_at": pa.timestamp("us"),
    "tracks": _WORDS,
    "agents": _WORDS,
    "employer": pa.string(),
    "is_on_call": pa.bool_(),
}


class Roster:
    """The shifts of the site file, written out."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def is_known(self) -> bool:
        """Whether there has ever been a shift. Raises WarehouseError."""
        cursor = self.warehouse.cursor()
        try:
            found = run(cursor, "read_roster_reach").fetchone()
        finally:
            cursor.close()
        return bool(found and found[0])

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


def stored_shifts(inside: duckdb.DuckDBPyConnection) -> set[ShiftRow]:
    """The roster as it is known now, past and to come."""
    return _stored(inside)[0]


def place(inside: duckdb.DuckDBPyConnection, wanted: Iterable[ShiftRow], at: datetime, known_at: datetime) -> None:
    """Inside a transaction: from `at` (aware) on the roster is `wanted`, and known to be from `known_at` on."""
    stored = stored_shifts(inside)
    current = revised(stored, wanted, at)
    _write(inside, "end_shifts", stored - current, known_at)
    _write(inside, "insert_shifts", current - stored, known_at)


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
    names = [field.name for field in fields(ShiftRow)]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    for one in rows:
        one |= {name: tuple(one[name]) for name in ("languages", "tracks", "agents")}
        one |= {name: from_stored(one[name]) for name in ("starts_at", "ends_at")}
    return {ShiftRow(**one) for one in rows}, from_stored(row[0]) if row else None


def _write(inside: duckdb.DuckDBPyConnection, name: str, rows: Iterable[ShiftRow], known_at: datetime) -> None:
    """Run queries/write/`name`.sql over `rows`, registered as `shift_batch`."""
    ordered = sorted(rows, key=lambda row: (row.starts_at, row.ends_at, row.site, row.team, row.languages, row.agents))
    if ordered:
        inside.register("shift_batch", _table(ordered))
        run(inside, name, known_at=known_at)
        inside.unregister("shift_batch")


def _table(rows: Sequence[ShiftRow]) -> pa.Table:
    return pa.table({name: pa.array([_plain(row, name) for row in rows], kind) for name, kind in _KINDS.items()})


def _plain(row: ShiftRow, name: str) -> object:
    value = getattr(row, name)
    return to_stored(value) if isinstance(value, datetime) else list(value) if isinstance(value, tuple) else value
