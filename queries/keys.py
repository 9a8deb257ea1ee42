"""64-bit keys: short names for long texts, the same on every machine and in every version of the database."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import fields

from queries.rows import CaseRow, EventRow, MentionRow, RefusedRow, TombRow

COUNTERS = frozenset({"author_followers_count", "reach_count"})
ORDER = frozenset({"updated_at", "sequence", "observed_at"})
_CONTENT = tuple(field.name for field in fields(MentionRow) if field.name not in COUNTERS | ORDER)
_CASE = tuple(field.name for field in fields(CaseRow) if field.name not in ORDER)
_EVENT = tuple(field.name for field in fields(EventRow))
_NOISE = re.compile(r"https?://\S+|@\w+|^\s*rt\b:?", re.IGNORECASE)
# Punctuation by Unicode's own word for it: "everything that is no letter" would take emoji and vowel signs along.
_POINTS = {code: " " for code in range(0xFFFF) if unicodedata.category(chr(code))[0] == "P" and chr(code) != "#"}


def key(*parts: object) -> int:
    """64 bits, as a signed integer, of the parts in their order. None and "" differ."""
    text = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "big", signed=True)


def text_key(text: str) -> int:
    """The key of a text as a reader sees it: case, links, handles, a leading RT, punctuation and spacing left out.

    A text of which nothing would be left, such as a link alone, is its own.
    """
    seen = " ".join(_NOISE.sub(" ", text).translate(_POINTS).casefold().split())
    return key(seen or text)


def content_hash(row: MentionRow) -> int:
    """The key of what a mention says, without counters and order: two versions differ exactly when this does."""
    return key(*[getattr(row, name) for name in _CONTENT])


def case_hash(row: CaseRow) -> int:
    """The key of what a case's record says: two versions differ exactly when this does."""
    return key(*[getattr(row, name) for name in _CASE])


def event_key(row: EventRow) -> int:
    """Which event of which case: by the source's own id, else by all it says."""
    if row.event_id is not None:
        return key(row.case_id, row.event_id)
    return key(*[getattr(row, name) for name in _EVENT])


def tomb_key(row: TombRow) -> int:
    """What a deletion is of: the key of the item, or the author's within their platform."""
    return key(row.platform, row.author_id) if row.author_id is not None else key(row.item_id)


def author_key(row: MentionRow) -> int | None:
    """Who wrote it, within their platform: by id, else by name. None when neither is known."""
    author = row.author_id or row.author_name
    return None if author is None else key(row.platform, author)


def refusal_key(source: str, row: RefusedRow) -> int:
    """The key of a refused row: the same row of the same file refused again is the same refusal."""
    return key(source, row.file, row.line, row.reason, row.raw)
