"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from connectors.feeds.item import Item
from connectors.http import Broken

_VERSION = re.compile(r"https?://(www\.)?jsonfeed\.org/version/1(\.\d+)?/?")


def looks_like_json(body: bytes) -> bool:
    """Whether the body begins as a JSON object or list does."""
    return body.replace(b"\0", b"")[:40].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[")


def read(body: bytes) -> tuple[list[Item], str | None]:
    """The items, and when the feed says it was built (it never does). Raises Broken."""
    try:
        told = json.loads(body.decode(json.detect_encoding(body), "replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Broken("is not whole JSON; it may have been cut off") from None
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        raise Broken("is JSON but not JSON Feed 1.0 or 1.1: its version is not https://jsonfeed.org/version/1.1")
    items = told.get("items")
    if not isinstance(items, list):
        raise Broken("is JSON Feed without a list of items")
    return [_item(item if isinstance(item, dict) else {}, told) for item in items], None


def _item(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Item:
    author = _author(item) or _author(feed)
    return Item(
        native_id=_id(item.get("id")),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_escaped(item, "title"),
        body=_text(item, "content_html") or _escaped(item, "content_text") or _escaped(item, "summary"),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        author=_text(author, "name"),
        author_url=_text(author, "url"),
        language=_text(item, "language") or _text(feed, "language"),
    )


def _id(value: Any) -> str | None:
    """1.0 let an id be a number; a float is one that has been rounded."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _author(place: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first of `authors` (1.1), else `author` (1.0)."""
    authors = place.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else place.get("author")
    return first if isinstance(first, dict) else {}


def _text(place: Mapping[str, Any], name: str) -> str | None:
    value = place.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _escaped(place: Mapping[str, Any], name: str) -> str | None:
    value = _text(place, name)
    return None if value is None else escape(value, quote=False)
