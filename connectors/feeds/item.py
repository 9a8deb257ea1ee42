"""One item of a feed as texts, whatever format it came in, and the mention it becomes."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from connectors.clean import (
    EARLIEST,
    RAW_LIMIT,
    Unusable,
    optional_text,
    plain,
    post_text,
    refused,
    required_id,
    storable,
    web_address,
)
from connectors.feeds.address import unwrapped
from connectors.feeds.options import Options
from connectors.feeds.times import instant, optional_instant
from connectors.records import Mention, Refused

_URI = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LONGEST_ID = 200
_CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item's own texts; None is what it does not say. `native_id` is found by `identified`.

    title, body          HTML: plain texts have been escaped
    published, updated   as they are written
    """

    native_id: str | None = None
    link: str | None = None
    title: str | None = None
    body: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    author_url: str | None = None
    language: str | None = None

    @property
    def is_undated(self) -> bool:
        """Whether it says neither when it was published nor when it was updated."""
        return not (self.published or "").strip() and not (self.updated or "").strip()


def identified(items: Sequence[Item], host: str) -> list[Item]:
    """The items with the id each goes by: its own, else its link, else a hash of title and date.

    An own id that is no address and no URI, such as "1234", is unique within its host only. One that several items
    with different links share is no id: there the link counts.
    """
    links: dict[str, set[str | None]] = {}
    for item in items:
        links.setdefault((item.native_id or "").strip(), set()).add(item.link)
    shared = {native_id for native_id, found in links.items() if len(found - {None}) > 1}
    return [replace(item, native_id=_identity(item, host, shared)) for item in items]


def _identity(item: Item, host: str, shared: set[str]) -> str:
    own = storable((item.native_id or "").strip())
    link = unwrapped(item.link)
    if own and own not in shared:
        found = own if _URI.match(own) else f"{host}/{own}"
    elif link:
        found = link
    else:
        said = [host, own, item.title or item.body or "", item.published or item.updated or ""]
        found = f"{host}/{_sha(json.dumps(said))}"
    return found if len(found) <= _LONGEST_ID else _sha(found)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def without_doubles(items: Sequence[Item], until: datetime) -> list[Item]:
    """Of several items with one id the one updated last, else the first: feeds list the newest first."""
    best: dict[str | None, tuple[datetime, Item]] = {}
    for item in items:
        stamp = optional_instant(item.updated, "UTC", until) or EARLIEST
        if item.native_id not in best or stamp > best[item.native_id][0]:
            best[item.native_id] = (stamp, item)
    return [item for _, item in best.values()]


def build_stamp(items: Sequence[Item]) -> str | None:
    """The `updated` that every item has, though they were published at different times: when the feed was built."""
    stamps = {item.updated for item in items}
    published = Counter(item.published for item in items if item.published)
    return stamps.pop() if len(items) > 1 and len(stamps) == 1 and len(published) > 1 else None


def mention(item: Item, options: Options, until: datetime, undated_at: datetime | None) -> Mention:
    """The mention an item becomes; `undated_at` is the time of one that has no date. Raises Unusable."""
    native_id = required_id(item.native_id)
    updated_at = optional_instant(item.updated, options.timezone, until)
    published_at = _published_at(item, options, until, undated_at)
    return Mention(
        item_id=f"{options.platform}:{native_id}",
        platform=options.platform,
        published_at=published_at,
        text=_text(item),
        edited_at=updated_at if updated_at and updated_at > published_at else None,
        updated_at=updated_at,
        url=unwrapped(item.link),
        language=options.language or optional_text(item.language, 35),
        author_id=web_address(item.author_url),
        author_name=optional_text(item.author, 200),
    )


def receipt(item: Item, options: Options) -> str | None:
    """What is kept of an undated item that is taken in, so that it keeps its first date; None for all others."""
    if not item.is_undated or options.undated != "seen":
        return None
    return f"undated:{options.platform}:{item.native_id}"


def _published_at(item: Item, options: Options, until: datetime, undated_at: datetime | None) -> datetime:
    if not item.is_undated:
        raw = item.published if (item.published or "").strip() else item.updated
        return instant(raw or "", options.timezone, until)
    if undated_at is None:
        raise Unusable(
            "published_at",
            "missing_time",
            'the item names no date; with undated = "seen" it is dated when it was first seen',
        )
    return undated_at


def _text(item: Item) -> str:
    """Title and body, one below the other. Raises Unusable."""
    title = " ".join(plain(item.title or "").split())
    body = plain(item.body or "")
    return post_text("\n".join(part for part in (title, "" if body == title else body) if part))


def refusal(wrong: Unusable, item: Item, scrub: Callable[[str], str]) -> Refused:
    """The refused item, kept so that `item_of` reads it again; a long text is cut, and says so."""
    kept = {name: value for name, value in asdict(item).items() if value not in (None, "")}
    raw = json.dumps(kept, ensure_ascii=False)
    if len(raw) > RAW_LIMIT:
        kept = {name: value[:1_000] for name, value in kept.items()}
        raw = json.dumps({**kept, _CUT: True}, ensure_ascii=False)
    one = refused(wrong, scrub(raw), scrub(storable(item.native_id or "")) or None)
    return replace(one, sentence=scrub(one.sentence))


def item_of(raw: str) -> Item | None:
    """The item of a refused row; None when it is not whole."""
    try:
        kept = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or _CUT in kept:
        return None
    names = {field.name for field in fields(Item)}
    return Item(**{name: value for name, value in kept.items() if name in names and isinstance(value, str)})
