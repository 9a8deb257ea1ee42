"""A post as a mention. Several servers show the same one: what is kept is what they all say of it.

The post is known by its `uri`, the author by the address of their profile. Ids differ from server to server, so what
a post answers cannot be told. Where servers differ all the same (an edit that has not arrived, a picture that was not
fetched), the author's own server has the last word through `sequence`, and the followers are its count alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from connectors import clean
from connectors.clean import Unusable
from connectors.records import Mention

T = TypeVar("T")
_AT_HOME = 1_000_000
_SHOWN = ("public", "unlisted")
_MEDIA = frozenset({"image", "gifv", "video", "audio"})


def is_wanted(status: Any) -> bool:
    """Whether a post may be kept: it is for everyone, and its author has not asked to be left out of searches."""
    if not isinstance(status, dict):
        return True  # it is refused, in words
    account, visibility = _part(status, "account"), status.get("visibility", "public")
    hidden = account.get("discoverable") is False and account.get("indexable") is False
    return visibility in _SHOWN and account.get("noindex") is not True and not hidden


def is_at_home(status: Any, base: str) -> bool:
    """Whether the server at `base` is the one its author writes on."""
    uri, acct = (status.get("uri"), _part(status, "account").get("acct")) if isinstance(status, dict) else (None, None)
    return isinstance(uri, str) and uri.startswith(base + "/") and isinstance(acct, str) and "@" not in acct


def item_id(uri: str) -> str:
    """The id under which a post with this uri is stored."""
    return f"mastodon:{uri}"


def mention(status: Any, base: str, until: datetime) -> Mention:
    """A status of the server at `base` as a mention; `until` bounds its times. Raises Unusable."""
    if not isinstance(status, dict):
        raise Unusable("item_id", "not_a_post", "the status is not an object with uri, created_at and content")
    uri = _field("uri", lambda: clean.required_id(_text_only(status.get("uri"))))
    published = _field("created_at", lambda: clean.moment(_text_only(status.get("created_at")), until))
    edited = _edited(status, published, until)
    account, at_home = _part(status, "account"), is_at_home(status, base)
    return Mention(
        item_id=item_id(uri),
        platform="mastodon",
        published_at=published,
        text=_text(status),
        edited_at=edited,
        url=clean.web_address(status.get("url")) or clean.web_address(uri),
        language=clean.optional_text(status.get("language"), 35),
        author_id=clean.web_address(account.get("url")) or clean.web_address(account.get("uri")),
        author_name=_author(account),
        author_followers_count=clean.count(account.get("followers_count")) if at_home else None,
        media_type=_media(status),
        updated_at=edited or published,
        sequence=_AT_HOME if at_home else zlib.crc32(base.encode()) % _AT_HOME,
    )


def _text(status: dict[str, Any]) -> str:
    """What a reader sees: the warning in front, then the text. Hashtags stay."""
    content, warning = status.get("content"), clean.optional_text(status.get("spoiler_text"), clean.TEXT_LIMIT)
    words = clean.plain(content) if isinstance(content, str) else content
    if warning and isinstance(words, str):
        words = f"{warning}\n\n{words}".strip()
    return _field("content", lambda: clean.post_text(words))


def _edited(status: dict[str, Any], published: datetime, until: datetime) -> datetime | None:
    """When it was last edited; None when never, or when that cannot be true."""
    try:
        edited = clean.moment(_text_only(status.get("edited_at")), until)
    except Unusable:
        return None
    return edited if edited >= published else None


def _author(account: dict[str, Any]) -> str | None:
    """`name@host`, the same on every server: `acct` leaves the host out on the author's own."""
    name, address = clean.optional_text(account.get("username")), clean.web_address(account.get("url"))
    if name and address:
        return f"{name}@{urlsplit(address).netloc}"
    return clean.optional_text(account.get("acct"))


def _media(status: dict[str, Any]) -> str | None:
    found = status.get("media_attachments")
    kinds = [one.get("type") for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return next((kind for kind in kinds if isinstance(kind, str) and kind in _MEDIA), None)


def _part(status: dict[str, Any], name: str) -> dict[str, Any]:
    part = status.get(name)
    return part if isinstance(part, dict) else {}


def _text_only(value: Any) -> Any:
    """The value, made a text when it is none: Mastodon gives ids and times as texts, and 7 is neither."""
    return value if value is None or isinstance(value, str) else repr(value)


def _field(theirs: str, read: Callable[[], T]) -> T:
    """What `read` gives; a refusal says the name of their field too."""
    try:
        return read()
    except Unusable as wrong:
        raise Unusable(wrong.field, wrong.reason, f"{theirs}: {wrong.sentence}") from None
