"""A hit of the search as a mention, or as a refusal that names the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from connectors import clean
from connectors.clean import Unusable
from connectors.contract import Batch, Gap
from connectors.records import Mention, Refused

T = TypeVar("T")
_ITEM = "https://news.ycombinator.com/item?id="


def batch(rows: Sequence[Any], until: datetime, gaps: tuple[Gap, ...] = (), done_share: float | None = None) -> Batch:
    """What rows became, each a mention or a refusal."""
    read = [_read(row, until) for row in rows]
    return Batch(
        records=tuple(one for one in read if isinstance(one, Mention)),
        refused=tuple(one for one in read if isinstance(one, Refused)),
        raw=len(read),
        gaps=gaps,
        done_share=done_share,
    )


def _read(hit: Any, until: datetime) -> Mention | Refused:
    try:
        return mention(hit, until)
    except Unusable as wrong:
        native = hit.get("objectID") if isinstance(hit, dict) else None
        return clean.refused(wrong, hit, native if isinstance(native, str) else None)


def mention(hit: Any, until: datetime) -> Mention:
    """A hit of the search as a mention; `until` bounds its time. Raises Unusable."""
    if not isinstance(hit, dict):
        raise Unusable("item_id", "not_a_post", "the hit is not an object with objectID, created_at_i and a text")
    native = _field("objectID", lambda: clean.required_id(hit.get("objectID")))
    return Mention(
        item_id=f"hackernews:{native}",
        platform="hackernews",
        published_at=_field("created_at_i", lambda: clean.moment(_whole(hit.get("created_at_i")), until)),
        text=_text(hit),
        url=_ITEM + quote(native),
        author_id=clean.optional_text(hit.get("author")),
        author_name=clean.optional_text(hit.get("author")),
        parent_id=_item(hit.get("parent_id")),
        conversation_id=_item(hit.get("story_id")) or (None if "comment_text" in hit else f"hackernews:{native}"),
    )


def _text(hit: dict[str, Any]) -> str:
    """A comment as plain text; a story's title and, under it, what its author wrote."""
    comment, title, story = hit.get("comment_text"), hit.get("title"), hit.get("story_text")
    if isinstance(comment, str):
        return _field("comment_text", lambda: clean.post_text(clean.plain(comment)))
    parts = [title if isinstance(title, str) else "", clean.plain(story) if isinstance(story, str) else ""]
    text = "\n\n".join(part for part in parts if part.strip())
    return _field("title, story_text, comment_text", lambda: clean.post_text(text or None))


def _field(theirs: str, read: Callable[[], T]) -> T:
    """What `read` gives; a refusal says the name of their field too."""
    try:
        return read()
    except Unusable as wrong:
        raise Unusable(wrong.field, wrong.reason, f"{theirs}: {wrong.sentence}") from None


def _whole(value: Any) -> Any:
    """Seconds since 1970 as the search gives them; anything else is no time of its."""
    return value if isinstance(value, int) else repr(value) if value is not None else None


def _item(value: Any) -> str | None:
    number = clean.count(value)
    return f"hackernews:{number}" if number else None
