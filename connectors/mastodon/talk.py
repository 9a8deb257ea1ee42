"""Talking to one server: who may read its hashtags, a page of a timeline, whether posts are still there.

ClosedFeed      AuthFailed: the server shows hashtags to its members only; that is not "nothing said"
ShapeChanged    SourceDown: an answer has another form than the one that is read here
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from connectors.contract import IO, Budget, Reply, SourceDown
from connectors.http import AuthFailed
from connectors.mastodon.ids import id_of, is_id, newest, oldest

PAGE = 40
_LINK = re.compile(r'<([^<>]+)>\s*;\s*rel="?(next|prev)"?')


class ClosedFeed(AuthFailed):
    """The server shows hashtags to its members only."""


class ShapeChanged(SourceDown):
    """The server answers in another form than the one that is read here."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a server says of itself: which part of a hashtag everyone may read ("" is all), and which API it speaks."""

    only: Literal["", "local", "remote"] = ""
    api: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Posts of a timeline, and where the server's Link header says the older and the newer ones begin."""

    posts: list[Any]
    older: str | None
    newer: str | None

    @property
    def newest(self) -> str | None:
        """The id of its newest post."""
        return newest(native for native in map(id_of, self.posts) if native)

    @property
    def oldest(self) -> str | None:
        """The id of its oldest post."""
        return oldest(native for native in map(id_of, self.posts) if native)


@dataclass(frozen=True, slots=True)
class Talk:
    """The server at `base`, such as https://mastodon.social."""

    io: IO
    base: str
    budget: Budget

    def access(self) -> Access:
        """Who may read its hashtags. Raises ClosedFeed when nobody may without a key, SourceDown."""
        try:
            reply = self._get("/api/v2/instance", accept=(404, 410))
        except AuthFailed as error:
            raise ClosedFeed(f"{self.base} shows nothing to those who are not its members: {error}") from None
        told = reply.json() if reply.status == 200 else {}
        feeds = _dig(told, "configuration", "timelines_access", "hashtag_feeds")
        api = _dig(told, "api_versions", "mastodon")
        return Access(self._open_part(feeds), api if isinstance(api, int) else 0)

    def _open_part(self, feeds: Any) -> Literal["", "local", "remote"]:
        if not isinstance(feeds, dict):
            return ""  # before 4.5 there is no such setting
        states = {part: feeds.get(part, "public") for part in ("local", "remote")}
        closed = {part: state for part, state in states.items() if state != "public"}
        if len(closed) == 2:
            words = " and ".join(f"{part} posts are {state}" for part, state in closed.items())
            raise ClosedFeed(
                f"{self.base} does not show hashtags to everyone ({words}). This is not silence. Take it out of "
                "servers, or name another server that sees the same posts."
            )
        return "remote" if "local" in closed else "local" if closed else ""

    def timeline(self, tag: str, only: str, **place: str) -> Page:
        """A page of a tag: `min_id` the posts right behind an id, `max_id` those right before it, neither the newest.

        Raises ClosedFeed, SourceDown.
        """
        params = {"limit": str(PAGE), **({only: "true"} if only else {}), **place}
        try:
            reply = self._get(f"/api/v1/timelines/tag/{quote(tag, safe='')}", params, accept=(422,))
        except AuthFailed as error:
            raise ClosedFeed(f"{self.base} wants a key for #{tag}; this is not silence. {error}") from None
        if reply.status == 422:
            raise ClosedFeed(f"{self.base} wants a member's key for #{tag}; this is not silence.")
        posts = reply.json()
        if not isinstance(posts, list):
            raise ShapeChanged(f"{self.base} gives no list for #{tag}; its API may have changed. Nothing was read.")
        links = self._links(reply)
        return Page(posts, links.get("next"), links.get("prev"))

    def statuses(self, ids: Sequence[str]) -> list[Any] | None:
        """Those of the posts that everyone may see now; None when the server does not answer this."""
        query = urlencode([("id[]", native) for native in ids])
        reply = self._get(f"/api/v1/statuses?{query}", accept=(400, 401, 403, 404, 405, 422))
        told = reply.json() if reply.status == 200 else None
        return told if isinstance(told, list) else None

    def is_gone(self, native: str) -> bool:
        """Whether the server says of a post that there is none."""
        reply = self._get(f"/api/v1/statuses/{quote(native, safe='')}", accept=(401, 403, 404, 410))
        return reply.status in (404, 410)

    def _get(self, path: str, params: dict[str, str] | None = None, accept: tuple[int, ...] = ()) -> Reply:
        return self.io.get(self.base + path, params=params, budget=self.budget, accept=accept)

    def _links(self, reply: Reply) -> dict[str, str]:
        """The ids in the Link header, by rel; links that lead to another server are none of ours."""
        found = {}
        for address, rel in _LINK.findall(reply.headers.get("link", "")):
            parts = urlsplit(urljoin(self.base + "/", address))
            native = dict(parse_qsl(parts.query)).get("max_id" if rel == "next" else "min_id")
            if parts.netloc == urlsplit(self.base).netloc and native and is_id(native):
                found[rel] = native
        return found


def _dig(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
