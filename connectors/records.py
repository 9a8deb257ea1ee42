"""The typed records a connector hands on: already clean, times timezone-aware UTC, unknown is None.

The names are those of the warehouse's columns; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One post or article as its platform tells it.

    `item_id` is `platform:native id`. `brands` are the names the source itself gives; empty means they are still
    to be found by their terms, so one record may become several rows, or none.
    """

    item_id: str
    platform: str
    published_at: datetime
    text: str
    brands: tuple[str, ...] = ()
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
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that could not become a record, kept whole so that it can be tried again.

    `reason` is a short fixed code such as "id_lost_digits"; `sentence` says what is wrong and how to repair it.
    `file` and `line` (from 1) say where it stood; `raw` is its text, at most 64 kB.
    """

    reason: str
    sentence: str
    raw: str
    file: str | None = None
    line: int | None = None
    native_id: str | None = None
