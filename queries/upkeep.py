"""The rare ways data changes: deliveries, refused rows tried again, what is kept no longer, sources that go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from queries import clocks
from queries.rows import RefusedRow
from queries.utc import from_stored
from queries.warehouse import Warehouse, run, run_each

INBOX_BYTES = 8_000_000
INBOX_DAYS = 30
"""How long a delivery is kept as it came; by then it has long been read."""

BROUGHT = ("mentions", "cases", "case_events", "refused_rows")
"""What a source brings, in the order of remove_rows.sql."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery as it came; times are aware UTC."""

    number: int
    delivery_id: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes


class Upkeep:
    """Every call is one transaction."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def receive(self, source: str, delivery_id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        """Keep what was posted to `source`; False when this delivery was taken in before."""
        with self.warehouse.transaction() as inside:
            known, last = run(inside, "has_delivery", source=source, delivery_id=delivery_id).fetchone() or (False, 0)
            if not known:
                run(
                    inside,
                    "insert_delivery",
                    source=source,
                    number=int(last) + 1,
                    delivery_id=delivery_id,
                    at=now,
                    headers=json.dumps(dict(headers), sort_keys=True),
                    body=body,
                )
        return not known

    def inbox(self, source: str, after: int, limit: int) -> list[Delivered]:
        """Deliveries to `source` behind number `after`, in order, at most `limit` and about INBOX_BYTES."""
        cursor = self.warehouse.cursor()
        try:
            found = run(cursor, "read_inbox", source=source, after=after, most=limit, bytes=INBOX_BYTES).fetchall()
        finally:
            cursor.close()
        return [
            Delivered(int(row[0]), str(row[1]), from_stored(row[2]) or row[2], json.loads(row[3]), bytes(row[4]))
            for row in found
        ]

    def refused(self, source: str, reason: str | None, most: int) -> list[tuple[int, RefusedRow]]:
        """Refused rows of `source` with their keys, oldest first, at most `most`; of one `reason`, or of all."""
        cursor = self.warehouse.cursor()
        try:
            found = run(cursor, "read_refused", source=source, reason=reason, most=most).fetchall()
        finally:
            cursor.close()
        names = ("reason", "sentence", "raw", "file", "line", "native_id", "field")
        return [(int(row[0]), RefusedRow(**dict(zip(names, row[1:], strict=True)))) for row in found]

    def retain(self, now: datetime) -> dict[str, int]:
        """Delete what is older than each source's `retention_days`, in every version; gives rows deleted by source.

        Mentions go by when they were published, cases with their events by when they were opened; deliveries and
        refused rows by when they came. Deliveries of every source go after INBOX_DAYS.
        """
        gone: dict[str, int] = {}
        with self.warehouse.transaction() as inside:
            for source, days in run(inside, "read_retention").fetchall():
                before = now - timedelta(days=int(days))
                *deleted, _ = run_each(inside, "retain", source=source, before=before)
                run_each(inside, "trim_inbox", source=source, before=before)
                gone[str(source)] = sum(deleted)
            run_each(inside, "trim_inbox", source=None, before=now - timedelta(days=INBOX_DAYS))
            if any(gone.values()):
                clocks.after_deletions(inside)
                self.warehouse.bump(inside, self.warehouse.next_known_at(now))
        return gone

    def remove_source(self, source: str, now: datetime, *, with_rows: bool) -> dict[str, int] | None:
        """Forget where a source stands, and with `with_rows` all it brought; gives rows deleted by table.

        None when there is no such source. A version it had replaced becomes the current one again.
        """
        with self.warehouse.transaction() as inside:
            row = run(inside, "has_source", source=source).fetchone()
            if not row or not row[0]:
                return None
            gone = dict.fromkeys(BROUGHT, 0)
            if with_rows:
                gone = dict(zip(BROUGHT, run_each(inside, "remove_rows", source=source)[1:], strict=False))
                known_at = self.warehouse.next_known_at(now)
                clocks.after_removal(inside, known_at)
                self.warehouse.bump(inside, known_at)
            run_each(inside, "remove_source", source=source)
        return gone
