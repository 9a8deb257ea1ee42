"""The archive of snapshots: every page as it was handed out. What was made stays; a page made anew stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queries.utc import from_stored
from queries.warehouse import Warehouse, run


@dataclass(frozen=True, slots=True)
class Archived:
    """One page; times are aware UTC. `html` is "" where only the list was asked for."""

    week: str
    since: datetime
    until: datetime
    made_at: datetime
    revision: int
    inputs_hash: str
    html: str = ""


class Archive:
    """The snapshots in the warehouse. Raises WarehouseError."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def keep(self, made: Archived) -> Archived:
        """Keep a page, unless the newest of its week was made of the same inputs; gives the one that now stands."""
        with self._warehouse.transaction() as inside:
            found = run(inside, "read_snapshot", week=made.week, inputs_hash="").fetchone()
            newest = _archived(found) if found else None
            if newest and newest.inputs_hash == made.inputs_hash:
                return newest
            run(
                inside,
                "insert_snapshot",
                week=made.week,
                since_at=made.since,
                until_at=made.until,
                made_at=made.made_at,
                revision=made.revision,
                inputs_hash=made.inputs_hash,
                html=made.html,
            )
        return made

    def newest(self, week: str = "", inputs_hash: str = "") -> Archived | None:
        """The newest page of `week`, or of the newest week; with `inputs_hash` the one made of these inputs."""
        found = self._read("read_snapshot", week=week, inputs_hash=inputs_hash)
        return _archived(found[0]) if found else None

    def listed(self) -> list[Archived]:
        """Every page without its html, the newest week first, and of a week the newest version first."""
        return [_archived(row) for row in self._read("read_snapshots")]

    def _read(self, name: str, **params: Any) -> list[tuple[Any, ...]]:
        cursor = self._warehouse.cursor()
        try:
            return run(cursor, name, **params).fetchall()
        finally:
            cursor.close()


def _archived(row: tuple[Any, ...]) -> Archived:
    since, until, made_at = (from_stored(moment) or moment for moment in row[1:4])
    return Archived(row[0], since, until, made_at, int(row[4]), row[5], *row[6:])
