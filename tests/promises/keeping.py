"""A site file's promises put into a warehouse the way the house does it, and the clocks of its cases."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from config import Site
from config.load import parse_site
from jobs.calendars import policy_rows, written_out
from queries.policies import DayRow, HoursRow, Policies, PolicyRow
from queries.warehouse import Warehouse
from tests.conftest import NOON

_SINCE = 2023
BERLIN = """
[site]
name = "desk"
timezone = "Europe/Berlin"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[sla]
default_track = "care"
[calendar.week]
timezone = "Europe/Berlin"
[calendar.week.open]
mon = ["09:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]
[calendar.always]
always = true
[track.care]
calendar = "week"
frt = "4h"
nrt = "2h"
resolution = "8h"
attainment_target = 0.9
public_promise = { frt = "8h" }
[track.care.priority.high]
frt = "1h"
[track.night]
calendar = "always"
frt = "1h"
resolution = "24h"
"""


def site_of(text: str = BERLIN) -> Site:
    """A site file."""
    return parse_site(text, base=Path())


def promise(warehouse: Warehouse, text: str = BERLIN, now: datetime = NOON) -> bool:
    """Read a site file's promises at `now`; gives whether anything has changed."""
    hours, days, policies = _written(text, now.year)
    return Policies(warehouse).keep(hours, days, policies, now)


@cache
def _written(text: str, year: int) -> tuple[set[HoursRow], set[DayRow], set[PolicyRow]]:
    site, now = site_of(text), datetime(year, 1, 1, tzinfo=UTC)
    hours, days = written_out(site.calendar, site.site.zone, now)
    # what is written out for twenty years is tested elsewhere
    return {row for row in hours if row.closes_at.year > _SINCE}, days, policy_rows(site)


def segments(warehouse: Warehouse, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
    """The current segments in order, some columns of them."""
    cursor = warehouse.cursor()
    found = cursor.execute(
        f"SELECT {columns} FROM clock_segments WHERE known_until_at IS NULL AND {where} "
        "ORDER BY case_id, metric, cycle, segment"
    ).fetchall()
    cursor.close()
    return [tuple(one.replace(tzinfo=UTC) if isinstance(one, datetime) else one for one in row) for row in found]


def clock(warehouse: Warehouse, case: str = "x:1", metric: str = "frt", cycle: int = 1) -> dict[str, Any]:
    """The last segment of one clock, by column; empty when there is no such clock."""
    columns = "started_at, due_at, stopped_at, outcome, elapsed_seconds, before_seconds, target_seconds, is_paused"
    where = f"case_id = '{case}' AND metric = '{metric}' AND cycle = {cycle} AND until_at IS NULL"
    found = segments(warehouse, columns, where)
    return dict(zip(columns.split(", "), found[0], strict=True)) if found else {}
