"""From cases and what happened to them to the rows the warehouse takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from connectors.records import Case, CaseEvent, Mention, Record, Tombstone
from jobs.understand.understanding import Understanding
from queries.rows import CaseRow, EventRow, MentionRow, RefusedRow, TombRow, WholeRow

Spell = Callable[[str], str]
_CASE = tuple(field.name for field in fields(CaseRow) if field.name not in ("record_brand", "customer_id"))
_EVENT = tuple(field.name for field in fields(EventRow) if field.name not in ("brand", "actor"))
_TOMB = tuple(field.name for field in fields(TombRow))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The rows of a batch of records, of every kind; `unmatched` mentions name no measured brand."""

    mentions: tuple[MentionRow, ...]
    cases: list[CaseRow]
    events: list[EventRow]
    tombs: list[TombRow]
    refused: tuple[RefusedRow, ...]
    whole: tuple[WholeRow, ...]
    unmatched: int


def understand(understanding: Understanding, records: Sequence[Record], *, allow_identity_link: bool) -> Taken:
    """What a batch of records becomes: mentions judged for the site's brands, the rest as it is told."""
    understood = understanding.rows([one for one in records if isinstance(one, Mention)])
    cases = [one for one in records if isinstance(one, Case)]
    events = [one for one in records if isinstance(one, CaseEvent)]
    return Taken(
        mentions=understood.rows,
        cases=case_rows(cases, understanding.spell, allow_identity_link=allow_identity_link),
        events=event_rows(events, understanding.spell, allow_identity_link=allow_identity_link),
        tombs=tomb_rows([one for one in records if isinstance(one, Tombstone)]),
        refused=understood.refused,
        whole=understood.whole,
        unmatched=understood.unmatched,
    )


def case_rows(cases: Sequence[Case], spell: Spell, *, allow_identity_link: bool) -> list[CaseRow]:
    """Cases with their brand as the site spells it, and customers as pseudonyms unless a link to them is allowed."""
    return [
        CaseRow(
            **{name: getattr(case, name) for name in _CASE},
            record_brand=case.brand and spell(case.brand),
            customer_id=_person(case.platform, case.customer_id, allow_identity_link),
        )
        for case in cases
    ]


def event_rows(events: Sequence[CaseEvent], spell: Spell, *, allow_identity_link: bool) -> list[EventRow]:
    """Events likewise: only a customer's name is one to hide, an agent's is part of the work."""
    return [
        EventRow(
            **{name: getattr(event, name) for name in _EVENT},
            brand=event.brand and spell(event.brand),
            actor=_person(event.platform, event.actor, allow_identity_link or event.actor_kind != "customer"),
        )
        for event in events
    ]


def tomb_rows(tombs: Sequence[Tombstone]) -> list[TombRow]:
    """Deletions."""
    return [TombRow(**{name: getattr(tomb, name) for name in _TOMB}) for tomb in tombs]


def _person(platform: str, native_id: str | None, allow_identity_link: bool) -> str | None:
    """The id as it is, or a pseudonym: the same person stays the same, and cannot be joined to the author of a post."""
    if native_id is None or allow_identity_link:
        return native_id
    digest = hashlib.blake2b(f"{platform}\x1f{native_id}".encode("utf-8", "replace"), digest_size=8, person=b"customer")
    return f"customer-{digest.hexdigest()}"
