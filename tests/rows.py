"""Hand-made rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from queries.ledger import Ledger, SourceFacts, Tally
from queries.rows import CaseRow, EventRow, MentionRow
from tests.conftest import NOON


def mention(number: int | str = 1, **changes: Any) -> MentionRow:
    """A mention of Aurora on x, an hour before noon, with whatever is to be different."""
    plain: dict[str, Any] = {
        "item_id": f"x:{number}",
        "brand": "Aurora",
        "platform": "x",
        "published_at": NOON - timedelta(hours=1),
        "text": f"post {number}",
    }
    return MentionRow(**{**plain, **changes})


def case(number: int | str = 1, **changes: Any) -> CaseRow:
    """A case on x, opened an hour before noon."""
    plain: dict[str, Any] = {"case_id": f"x:{number}", "platform": "x", "opened_at": NOON - timedelta(hours=1)}
    return CaseRow(**{**plain, **changes})


def event(number: int | str = 1, kind: str = "message", **changes: Any) -> EventRow:
    """Something that happened to case `number` half an hour before noon: a public human reply, if nothing is said."""
    plain: dict[str, Any] = {
        "case_id": f"x:{number}",
        "platform": "x",
        "kind": kind,
        "happened_at": NOON - timedelta(minutes=30),
    }
    said = {"actor": "agent", "actor_kind": "human", "visibility": "public"} if kind == "message" else {}
    return EventRow(**{**plain, **said, **changes})


def declare(ledger: Ledger, source: str = "hand", **more: Any) -> None:
    """Name a source in the warehouse."""
    facts: dict[str, Any] = {"every": timedelta(minutes=1), "stale_after": timedelta(minutes=30), **more}
    ledger.declare_sources([SourceFacts(source=source, kind="files", **facts)])


def keep(ledger: Ledger, *rows: MentionRow, now: datetime = NOON, source: str = "hand", **more: Any) -> Tally:
    """Commit rows as one batch of a declared source; cases, events, tombs, gaps and the rest by name."""
    declare(ledger, source)
    run_id = ledger.start_run(source, now)
    tally = ledger.commit(source=source, run_id=run_id, now=now, rows=rows, read=len(rows), **more)
    ledger.end_run(source, run_id, now, now + timedelta(minutes=1), None)
    return tally
