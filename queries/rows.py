"""The rows the warehouse takes: names and meanings are those of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """An item's reference to one measured brand. One current row per (item_id, brand).

    Times are timezone-aware UTC; counts are whole; `sentiment_score` is -1..1. None is unknown, never zero.
    `sentiment_label` is "negative", "neutral" or "positive"; None was not judged.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that could not be taken, kept whole. `line` counts from 1; `reason` is a fixed short code."""

    reason: str
    sentence: str
    raw: str
    file: str | None = None
    line: int | None = None
    native_id: str | None = None
