"""The rows the warehouse takes: names and meanings are those of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """An item's reference to one measured brand. One current row per (item_id, brand).

    Times are timezone-aware UTC; counts are whole; `sentiment_score` is -1..1. None is unknown, never zero.
    `sentiment_label` is "negative", "neutral" or "positive"; None was not judged. Of two versions the later by
    (`updated_at`, `sequence`) wins; of two counters the one with the later `observed_at`.
    """

    item_id: str
    brand: str
    platform: str
    published_at: datetime
    text: str
    edited_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    region: str | None = None
    author_id: str | None = None
    author_name: str | None = None
    author_followers_count: int | None = None
    reach_count: int | None = None
    parent_id: str | None = None
    conversation_id: str | None = None
    media_type: str | None = None
    source_class: str | None = None
    source_sentiment: str | None = None
    sentiment_label: str | None = None
    sentiment_score: float | None = None
    sentiment_model: str | None = None
    is_drill: bool = False
    updated_at: datetime | None = None
    sequence: int | None = None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRow:
    """All the `brands` one version of an item names, none perhaps: its rows of other brands end with it."""

    item_id: str
    brands: tuple[str, ...]
    updated_at: datetime | None
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """The care work about one customer message. One current row per case_id.

    `record_brand` is the brand its record names; the brand it counts for is that of its first public human reply.
    """

    case_id: str
    platform: str
    opened_at: datetime
    item_id: str | None = None
    record_brand: str | None = None
    channel: str | None = None
    customer_id: str | None = None
    track: str | None = None
    priority: str | None = None
    owner: str | None = None
    unit: str | None = None
    subject: str | None = None
    url: str | None = None
    is_drill: bool = False
    updated_at: datetime | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened to a case; added once, never changed. See connectors/records.py for the fields."""

    case_id: str
    platform: str
    kind: str
    happened_at: datetime
    event_id: str | None = None
    source_words: str | None = None
    actor: str | None = None
    actor_kind: str | None = None
    team: str | None = None
    visibility: str | None = None
    brand: str | None = None
    owner: str | None = None
    track: str | None = None
    priority: str | None = None
    calendar: str | None = None
    reason: str | None = None
    place: str | None = None
    outcome: str | None = None
    amount: float | None = None
    score: float | None = None
    score_of: float | None = None
    other_case_id: str | None = None
    item_id: str | None = None
    text: str | None = None
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TombRow:
    """A deletion at the source: of one item, or with `author_id` of all items of an author.

    `is_ordered`: the source tells of posts before it tells of their deletion, so one that matches nothing we hold
    is not remembered.
    """

    platform: str
    deleted_at: datetime
    item_id: str | None = None
    author_id: str | None = None
    is_ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """A span in which posts are missing for good. `platform` None is all that the source brings."""

    since: datetime
    until: datetime
    sentence: str
    platform: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """What an invented world has planted, for tests to compare with."""

    kind: str
    subject: str
    since: datetime
    until: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that could not be taken, kept whole. `line` counts from 1; `reason` is a fixed short code."""

    reason: str
    sentence: str
    raw: str
    file: str | None = None
    line: int | None = None
    native_id: str | None = None
    field: str | None = None
