"""What a run brought, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.contract import Batch
from jobs.understand import Taken
from queries.ledger import Tally
from queries.rows import CaseRow, EventRow, MentionRow, RefusedRow

SHOWN = 20
_UNMATCHED = "posts with no measured brand in them are counted as filtered; [[brand]] terms decide that"


@dataclass(slots=True)
class Report:
    """Counts, refusals by reason with the first of each in words, notes, and what is not ready yet.

    `rows` are the first as they would become, when nothing is kept. `not_before`: asked to wait until then.
    """

    source: str
    tally: Tally = field(default_factory=Tally)
    mentions: int = 0
    cases: int = 0
    events: int = 0
    gaps: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    error: str | None = None
    not_before: datetime | None = None
    rows: list[MentionRow | CaseRow | EventRow] = field(default_factory=list)

    def note(self, batch: Batch, taken: Taken, refused: list[RefusedRow]) -> None:
        """Add what a batch brought, but for the tally."""
        self.mentions += len(taken.mentions)
        self.cases += len(taken.cases)
        self.events += len(taken.events)
        self.gaps += len(batch.gaps)
        self.refusals.update(row.reason for row in refused)
        for row in refused:
            self.examples.setdefault(row.reason, row.sentence)
        said = [*batch.notes, *(f"blind from {_span(gap.since, gap.until)}: {gap.sentence}" for gap in batch.gaps)]
        said += [batch.disabled] if batch.disabled else []
        said += [_UNMATCHED] if taken.unmatched else []
        self.notes += [note for note in dict.fromkeys(said) if note not in self.notes]
        self.waiting += [sentence for sentence in batch.waiting if sentence not in self.waiting]

    def show(self, rows: Sequence[MentionRow | CaseRow | EventRow]) -> None:
        """Keep the first rows for a person to look at."""
        self.rows += rows[: SHOWN - len(self.rows)]

    def joined(self, again: Report) -> Report:
        """Two looks at one source as one: counts add up, what is still waiting is what the second look says."""
        again.tally = self.tally + again.tally
        again.mentions += self.mentions
        again.cases += self.cases
        again.events += self.events
        again.gaps += self.gaps
        again.refusals = self.refusals + again.refusals
        again.examples = {**again.examples, **self.examples}
        again.notes = list(dict.fromkeys([*self.notes, *again.notes]))
        again.rows = (self.rows + again.rows)[:SHOWN]
        return again

    def event(self) -> dict[str, Any]:
        """As JSON-ready data for the command line."""
        tally = self.tally
        return {
            "source": self.source,
            "read": tally.read,
            "mentions": self.mentions,
            "cases": self.cases,
            "events": self.events,
            "new": tally.new,
            "changed": tally.changed,
            "same": tally.same,
            "deleted": tally.deleted,
            "refused": tally.refused,
            "filtered": tally.filtered,
            "refusals": [[reason, self.examples[reason], count] for reason, count in self.refusals.most_common()],
            "notes": self.notes,
            "waiting": self.waiting,
            "error": self.error,
            "rows": [row_event(row) for row in self.rows],
        }


def row_event(row: MentionRow | CaseRow | EventRow) -> dict[str, Any]:
    """A row as a person looks at it before anything is written."""
    if isinstance(row, CaseRow):
        names: tuple[str, ...] = ("case_id", "record_brand", "platform", "opened_at", "priority", "owner", "subject")
    elif isinstance(row, EventRow):
        names = ("case_id", "kind", "happened_at", "actor", "actor_kind", "visibility", "brand", "text")
    else:
        names = ("item_id", "brand", "platform", "published_at", "language", "sentiment_label", "text")
    shown = {name: getattr(row, name) for name in names}
    told = {
        name: value.isoformat() if isinstance(value, datetime) else value[:200] if isinstance(value, str) else value
        for name, value in shown.items()
    }
    return {("sentiment" if name == "sentiment_label" else name): value for name, value in told.items()}


def _span(since: datetime, until: datetime) -> str:
    return f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"
