"""One message of Jetstream as what it means to us: a post, a deletion, a refusal, or nothing. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors import clean
from connectors.clean import Unusable
from connectors.jetstream.terms import Terms
from connectors.jetstream.times import from_micro, published, revised
from connectors.records import Mention, Refused, Tombstone

PLATFORM = "bluesky"
POSTS = "app.bsky.feed.post"
GONE = frozenset({"deleted", "takendown", "suspended", "deactivated"})
"""Of an account that is not active: its posts may not be shown. Its other states are about traffic, not consent."""

_POST_ADDRESS = re.compile(rf"at://(did:[^/\s]+)/{re.escape(POSTS)}/([^/\s]+)")
_MEDIA = {
    "app.bsky.embed.images": "image",
    "app.bsky.embed.video": "video",
    "app.bsky.embed.external": "link",
    "app.bsky.embed.record": "quote",
}


@dataclass(frozen=True, slots=True)
class Event:
    """`time_us` is its place in the stream, None where that cannot be read; `meaning` None is nothing asked for."""

    time_us: int | None
    meaning: Mention | Tombstone | Refused | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whose event it is, as Jetstream tells it, and when it saw it."""

    did: str
    at: datetime


class Reader:
    """Reads messages for the brands found by `terms`; with `languages` only posts in these, or in none they name."""

    def __init__(self, terms: Terms, languages: Iterable[str] = ()) -> None:
        self._terms = terms
        self._languages = frozenset(language.lower() for language in languages)

    def read(self, message: str | bytes, until: datetime) -> Event:
        """What `message` means in a run that began at `until`. Never raises: what cannot be read is refused."""
        time_us, event = None, {}
        try:
            event = _object(message)
            time_us = _time_us(event.get("time_us"), until)
            return Event(time_us, self._meaning(event, from_micro(time_us)))
        except Unusable as wrong:
            shown = message if isinstance(message, str) else message.decode("utf-8", "backslashreplace")
            return Event(time_us, clean.refused(wrong, shown, _native_id(event)))

    def _meaning(self, event: dict[str, Any], at: datetime) -> Mention | Tombstone | None:
        kind = _needed(event.get("kind"), "kind", "kind")
        if kind == "account":
            return _account(_Seen(_did(event), at), _dict(event.get("account"), "account"))
        if kind != "commit":
            return None
        commit = _dict(event.get("commit"), "commit")
        if _needed(commit.get("collection"), "commit.collection", "item_id") != POSTS:
            return None
        return self._commit(_Seen(_did(event), at), commit)

    def _commit(self, seen: _Seen, commit: dict[str, Any]) -> Mention | Tombstone | None:
        operation = _needed(commit.get("operation"), "commit.operation", "kind")
        rkey = _needed(commit.get("rkey"), "commit.rkey", "item_id")
        if operation == "delete":
            return _gone(revised(commit.get("rev"), seen.at), item_id=f"{PLATFORM}:{seen.did}/{rkey}")
        if operation not in ("create", "update"):
            sentence = f'commit.operation is "{operation[:40]}"; known are create, update and delete'
            raise Unusable("kind", "unknown_operation", sentence)
        record = _dict(commit.get("record"), "commit.record")
        text = record.get("text")
        if not isinstance(text, str):
            return _mention(seen, rkey, commit, record, clean.post_text(text, "text"))
        # a stored post that was edited until it names no brand is still an edit of it
        if operation == "create" and not self._is_wanted(text, record):
            return None
        words = text if text.strip() else "\n".join(_shown_words(record))
        return _mention(seen, rkey, commit, record, clean.post_text(words)) if words.strip() else None

    def _is_wanted(self, text: str, record: dict[str, Any]) -> bool:
        spoken = {part.lower().split("-")[0] for part in _texts(record.get("langs"))}
        if self._languages and spoken and self._languages.isdisjoint(spoken):
            return False
        return self._terms.may_be_in([text, *_shown_words(record), *_links(record), *_texts(record.get("tags"))])


def _mention(seen: _Seen, rkey: str, commit: dict[str, Any], record: dict[str, Any], text: str) -> Mention:
    written = revised(commit.get("rev"), seen.at)
    reply = _part(record, "reply")
    return Mention(
        item_id=f"{PLATFORM}:{seen.did}/{rkey}",
        platform=PLATFORM,
        published_at=published(record.get("createdAt"), written, seen.at),
        text=text,
        edited_at=written if commit.get("operation") == "update" else None,
        url=f"https://bsky.app/profile/{seen.did}/post/{rkey}",
        language=next((clean.optional_text(part, 35) for part in _texts(record.get("langs"))), None),
        author_id=seen.did,
        parent_id=_item_id(_part(reply, "parent").get("uri")),
        conversation_id=_item_id(_part(reply, "root").get("uri")),
        media_type=_media_type(_part(record, "embed")),
        updated_at=written,
    )


def _account(seen: _Seen, account: dict[str, Any]) -> Tombstone | None:
    active = account.get("active")
    if not isinstance(active, bool):
        raise Unusable("author_id", "missing_field", "account.active is neither true nor false")
    if active or account.get("status") not in GONE:
        return None
    # the earlier of its own time and ours: what the author writes after coming back must be newer
    return _gone(published(account.get("time"), seen.at, seen.at), author_id=seen.did)


def _gone(at: datetime, item_id: str | None = None, author_id: str | None = None) -> Tombstone:
    return Tombstone(platform=PLATFORM, deleted_at=at, item_id=item_id, author_id=author_id, is_ordered=True)


def _object(message: str | bytes) -> dict[str, Any]:
    try:
        event = json.loads(message.decode("utf-8") if isinstance(message, bytes) else message)
    except (ValueError, RecursionError):
        raise Unusable("item_id", "not_json", "the message is not JSON; Jetstream sends one object each") from None
    return _dict(event, "the message")


def _time_us(value: Any, until: datetime) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unusable("published_at", "missing_field", "time_us is not a whole number of microseconds")
    try:
        clean.plausible(from_micro(value), until, "time_us")
    except OverflowError:
        raise Unusable(
            "published_at", "impossible_date", f"time_us is {str(value)[:30]}, where no post can be"
        ) from None
    return value


def _did(event: dict[str, Any]) -> str:
    did = _needed(event.get("did"), "did", "author_id")
    if not did.startswith("did:"):
        raise Unusable("author_id", "missing_id", f'did is "{did[:40]}"; an account is named did:method:id')
    return did


def _needed(value: Any, theirs: str, ours: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unusable(ours, "missing_field", f"{theirs} is missing, empty or no text")
    return clean.storable(value.strip())[:2_000]


def _dict(value: Any, theirs: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unusable("text", "missing_field", f"{theirs} is missing or no object")
    return value


def _native_id(event: dict[str, Any]) -> str | None:
    did, rkey = event.get("did"), _part(event, "commit").get("rkey")
    return (
        f"{clean.storable(did)}/{clean.storable(rkey)}"[:2_000]
        if isinstance(did, str) and isinstance(rkey, str)
        else None
    )


def _item_id(address: Any) -> str | None:
    found = _POST_ADDRESS.fullmatch(address) if isinstance(address, str) else None
    return f"{PLATFORM}:{clean.storable(found[1])}/{clean.storable(found[2])}"[:2_000] if found else None


def _media_type(embed: dict[str, Any]) -> str | None:
    kind = _part(embed, "media").get("$type") or embed.get("$type")
    return _MEDIA.get(kind) if isinstance(kind, str) else None


def _shown_words(record: dict[str, Any]) -> list[str]:
    """What a post shows in words beside its text: the card of a link, the descriptions of its pictures."""
    words: list[Any] = []
    for embed in _embeds(record):
        card = _part(embed, "external")
        words += [card.get("title"), card.get("description"), embed.get("alt")]
        words += [image.get("alt") for image in _dicts(embed.get("images"))]
    return [word for word in words if isinstance(word, str) and word.strip()]


def _links(record: dict[str, Any]) -> Iterator[str]:
    addresses = [_part(embed, "external").get("uri") for embed in _embeds(record)]
    for facet in _dicts(record.get("facets")):
        addresses += [feature.get("uri") for feature in _dicts(facet.get("features"))]
    return (address for address in addresses if isinstance(address, str))


def _embeds(record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    embed = _part(record, "embed")
    return embed, _part(embed, "media")


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _texts(value: Any) -> Iterator[str]:
    return (one for one in value if isinstance(one, str)) if isinstance(value, list) else iter(())
