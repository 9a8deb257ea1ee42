"""The marks of a source, inside a batch's transaction: where it stands, how fresh it is, whether it is out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import duckdb

from queries.keys import key
from queries.rows import CaseRow, EventRow, MentionRow
from queries.utc import from_stored
from queries.warehouse import run


class Ended(Protocol):
    """How a run ended, as far as an outage minds it."""

    @property
    def error(self) -> str | None: ...
    @property
    def is_outage(self) -> bool: ...


def mark_outage(
    inside: duckdb.DuckDBPyConnection, source: str, run_id: str, now: datetime, how: Ended, known_at: datetime
) -> bool:
    """Open or close the source's outage; gives whether anything changed."""
    row = run(inside, "has_outage", source=source).fetchone()
    is_out = bool(row and row[0])
    if how.error is None:
        if is_out:
            run(inside, "close_outage", source=source, at=now)
        return is_out
    if is_out or not how.is_outage:
        return False
    start = run(inside, "read_outage_start", source=source, run_id=run_id).fetchone()
    since = from_stored(start[0]) if start and start[0] else now
    run(
        inside,
        "open_outage",
        gap_key=key(source, None, "outage", since.isoformat() if since else ""),
        source=source,
        since_at=since,
        sentence=how.error,
        known_at=known_at,
    )
    return True


@dataclass(frozen=True, slots=True)
class Moments:
    """When what came was written, on which platforms, and what it is; a drill makes no source look fresh."""

    at: tuple[datetime, ...]
    platforms: tuple[str, ...]
    brings: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[MentionRow], cases: Sequence[CaseRow], events: Sequence[EventRow]) -> Moments:
        """Those of a batch."""
        posts = [(row.published_at, row.platform) for row in rows if not row.is_drill]
        care = [(case.opened_at, case.platform) for case in cases if not case.is_drill]
        care += [(event.happened_at, event.platform) for event in events if not event.is_drill]
        brings = [word for word, found in (("cases", care), ("mentions", posts)) if found]
        found = posts + care
        return cls(tuple(at for at, _ in found), tuple(sorted({name for _, name in found})), tuple(brings))


def move(
    inside: duckdb.DuckDBPyConnection,
    source: str,
    cursor: Mapping[str, Any] | None,
    backfill_since: datetime | None,
    moments: Moments,
    now: datetime,
    disabled: str | None,
    history: tuple[datetime, datetime] | None,
    *,
    has_news: bool,
) -> None:
    """Move the marks of a source with a batch. A row from the future moves no watermark, or it looks fresh for ever."""
    watermark = max((at for at in moments.at if at <= now), default=None)
    told = None if cursor is None else json.dumps(cursor, sort_keys=True)
    backfill = None
    if backfill_since is not None:
        backfill = json.dumps({"since": backfill_since.isoformat(), "cursor": cursor}, sort_keys=True)
    run(
        inside,
        "move_source",
        source=source,
        cursor=told if backfill_since is None else None,
        backfill=backfill,
        last_record_at=now if has_news else None,
        lag_seconds=(now - watermark).total_seconds() if has_news and watermark and backfill_since is None else None,
        platforms=list(moments.platforms),
        brings=list(moments.brings),
        history_from_at=history[0] if history else None,
        history_wanted_at=history[1] if history else None,
        disabled=disabled,
        watermark_at=watermark,
    )
