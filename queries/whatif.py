"""What if: the clocks of cases under other calendars and policies, beside the ones that are stored. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from queries import clocks
from queries.policies import HoursRow, PolicyRow
from queries.utc import to_stored
from queries.warehouse import Warehouse, run, run_each, translated

_TYPES: dict[str, pa.DataType] = {
    "at": pa.timestamp("us"),
    "seconds": pa.int64(),
    "share": pa.float64(),
    "default": pa.bool_(),
}
"""By the last word of a column's name; all others are texts."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What was beside what would have been.

    groups  per track and metric: *_count of promises due in the window, met and breached, *_attainment_share (NA where
            nothing was due) as it was and as it would have been; how many went from met to breached and back
    moved   the ten cases that move most: their due dates (plain UTC), how far they lie apart in seconds, both fates
    """

    groups: pd.DataFrame
    moved: pd.DataFrame


def compare(
    warehouse: Warehouse,
    hours: Iterable[HoursRow],
    policies: Iterable[PolicyRow],
    since: datetime,
    until: datetime,
    now: datetime,
) -> Compared:
    """The promises due from `since` until before `until`, as they stood and as these rows would have them.

    Both are seen from `now`; all three are aware. Every row counts for all the time it names, the past too. It works in
    temporary tables of its own and rolls them back, and holds nobody up who writes. Raises WarehouseError.
    """
    with _apart(warehouse) as inside:
        inside.register("whatif_hours", _table(HoursRow, hours))
        inside.register("whatif_policies", _table(PolicyRow, policies))
        run_each(inside, "whatif/inputs")
        run(inside, "clocks/hours")
        run(inside, "whatif/touched", since=since, until=until)
        clocks.stage(inside)
        run(inside, "whatif/clocks", since=since, until=until, now=now)
        return Compared(_frame(inside, "whatif/groups"), _frame(inside, "whatif/moved"))


@contextmanager
def _apart(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor in a transaction of which nothing stays."""
    cursor = warehouse.cursor()
    try:
        cursor.begin()
        yield cursor
    except duckdb.Error as error:
        raise translated(error, warehouse.path) from error
    finally:
        # closing a cursor whose transaction is open rolls it back
        cursor.close()


def _table(kind: type[HoursRow] | type[PolicyRow], rows: Iterable[HoursRow | PolicyRow]) -> pa.Table:
    names = [field.name for field in fields(kind)]
    schema = pa.schema([pa.field(name, _TYPES.get(name.rpartition("_")[2], pa.string())) for name in names])
    return pa.Table.from_pylist([_stored(asdict(row)) for row in rows], schema=schema)


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    return {name: to_stored(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _frame(inside: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    table = run(inside, name).to_arrow_table()
    return table.to_pandas(types_mapper=lambda kind: pd.Int64Dtype() if pa.types.is_integer(kind) else None)
