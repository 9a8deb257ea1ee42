"""The bytes of a feed as a document of items: RSS and Atom through feedparser, JSON Feed by ourselves.

feedparser is handed bytes only and fetches nothing: a document's DOCTYPE and external entities are not followed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import feedparser

from connectors.feeds import jsonfeed
from connectors.feeds.item import Item
from connectors.http import Blocked, Broken

_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LAST_ITEM_ENDS = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENDS = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_FRONT = 2_000
_REFERENCE = re.compile(rb"&#(?:0*(\d+)|[xX]0*([0-9a-fA-F]+));")


@dataclass(frozen=True, slots=True)
class Document:
    """`updated` is when the feed says it was built; `is_cut` that it broke off, its last item left out."""

    items: tuple[Item, ...]
    updated: str | None = None
    is_cut: bool = False


def read(body: bytes, kind: str, base: str) -> Document:
    """The document; `kind` is its Content-Type, `base` what relative links are seen from.

    Raises Blocked for a web page, Broken for everything else that is no feed.
    """
    if not body.strip():
        raise Broken("answered with nothing, which is no feed")
    if jsonfeed.looks_like_json(body):
        items, updated = jsonfeed.read(body)
        return Document(tuple(items), updated)
    found = _parsed(body, kind, base)
    if not found["entries"] and not found["version"]:
        _refuse(body)
    items = [_item(entry, found["feed"]) for entry in found["entries"]]
    is_cut = bool(found["bozo"]) and _breaks_off(body)
    return Document(tuple(items[:-1] if is_cut else items), _first(found["feed"], "updated", "published"), is_cut)


def _parsed(body: bytes, kind: str, base: str) -> Mapping[str, Any]:
    headers = {"content-type": kind, "content-location": base}
    try:
        # its cleaning of HTML is not wanted: only the text is kept, and clean.plain leaves no markup
        found = feedparser.parse(
            io.BytesIO(_REFERENCE.sub(_possible, body)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        # bytes from anywhere: whatever a parser trips over, this feed is broken and the others are read
        raise Broken(f"is not RSS, Atom or JSON Feed that can be read ({type(error).__name__})") from None
    return {name: dict.get(found, name) or empty for name, empty in _EMPTY.items()}


def _possible(reference: re.Match[bytes]) -> bytes:
    """A reference to a character; one to no character, such as half a surrogate pair, is one to U+FFFD.

    A single one would make feedparser give up the whole feed.
    """
    digits = reference[1] or reference[2]
    number = int(digits, 10 if reference[1] else 16) if len(digits) < 8 else 0
    is_one = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return reference[0] if is_one else b"&#65533;"


_EMPTY: Mapping[str, Any] = {"entries": [], "feed": {}, "version": "", "bozo": False}


def _refuse(body: bytes) -> None:
    if _PAGE.search(body.replace(b"\0", b"")[:_FRONT]):
        raise Blocked("is a web page, not a feed; open the address in a browser to see what it says")
    raise Broken("is not RSS, Atom or JSON Feed; write the address of a feed")


def _breaks_off(body: bytes) -> bool:
    """Whether nothing behind the last whole item closes the feed. Without NULs UTF-16 tags read like ASCII."""
    letters = body.replace(b"\0", b"")
    ends = [found.end() for found in _LAST_ITEM_ENDS.finditer(letters)]
    return not _ENDS.search(letters, ends[-1] if ends else 0)


def _item(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> Item:
    texts = _texts(entry)
    author = _first_of(entry, "author_detail")
    return Item(
        native_id=_first(entry, "id"),
        link=_link(entry),
        title=_html(_first_of(entry, "title_detail")),
        body=next((html for html in map(_html, texts) if html), None),
        published=_first(entry, "published", "created"),
        updated=_first(entry, "updated"),
        author=_first(author, "name") or _first(entry, "author"),
        author_url=_first(author, "href"),
        language=_language([*texts, _first_of(entry, "title_detail"), entry, feed]),
    )


def _held(place: Mapping[str, Any], name: str) -> Any:
    """What stands under this very name, None when nothing does; feedparser's own look-up warns and gives other keys."""
    return dict.get(place, name)  # type: ignore[call-overload]  # its dicts are dicts, and so are ours


def _texts(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Its content, then its summary: what comes first says most."""
    content = _held(entry, "content")
    return [*(content if isinstance(content, list) else ()), _first_of(entry, "summary_detail")]


def _html(detail: Mapping[str, Any]) -> str | None:
    value = _first(detail, "value")
    if value is None:
        return None
    return value if "html" in (_first(detail, "type") or "") else escape(value, quote=False)


def _link(entry: Mapping[str, Any]) -> str | None:
    """Where it leads: FeedBurner says where to itself; an Atom entry may have none but others than an alternate."""
    links = _held(entry, "links")
    others = [_first(link, "href") for link in links or () if _first(link, "rel") not in ("self", "edit", "enclosure")]
    return _first(entry, "feedburner_origlink", "link") or next(filter(None, others), None)


def _language(places: Iterable[Mapping[str, Any]]) -> str | None:
    return next((said for place in places if (said := _first(place, "language"))), None)


def _first(place: Mapping[str, Any], *names: str) -> str | None:
    """The first text of these names."""
    for name in names:
        value = _held(place, name)
        if isinstance(value, str) and value.strip():
            return value
    return None


def _first_of(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = _held(entry, name)
    return value if isinstance(value, dict) else {}
