"""Hand-made rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from queries.ledger import Ledger, SourceFacts, Tally
from queries.rows import MentionRow
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


def keep(ledger: Ledger, *rows: MentionRow, now: datetime = NOON, source: str = "hand", **more: Any) -> Tally:
    """Commit rows as one batch of a declared source."""
    ledger.declare_sources(
        [SourceFacts(source=source, kind="files", every=timedelta(minutes=1), stale_after=timedelta(minutes=30))]
    )
    run_id = ledger.start_run(source, now)
    tally = ledger.commit(source=source, run_id=run_id, now=now, rows=rows, read=len(rows), **more)
    ledger.end_run(source, run_id, now, now + timedelta(minutes=1), None)
    return tally
