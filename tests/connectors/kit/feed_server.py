"""A small world of feeds on the loopback: publishers who add, edit and drop items, and servers with odd validators.

    with FeedServer(clock) as server:
        feed = server.feed("/news.xml", form="rss")          # "rss", "atom" or "json"
        feed.publish(Post("Acme opens in Lisbon", at=clock() - timedelta(hours=2)))
        feed.edit("p1", text="Acme opens in Porto", at=clock())
        feed.limit = 10                                      # only the newest ten are shown, as real feeds do
        feed.gone = True                                     # 410 from now on

A feed answers conditional requests as a good server does: an ETag of its bytes, a Last-Modified, 304 when nothing has
changed. `validators` changes that: "none" gives none, "ignored" gives them and always answers 200, "future" claims a
Last-Modified in 2099 and answers 304 to whoever sends it back, "restless" is another body each time.
Requests are in `server.log`; faults are planted as in web.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Literal
from xml.sax.saxutils import escape

from tests.connectors.kit.web import Answer, Request, WebServer

Form = Literal["rss", "atom", "json"]
Validators = Literal["good", "none", "ignored", "future", "restless"]
KINDS: Mapping[str, str] = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
FUTURE = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """An item. `at` None is an item without a date; `key` None gets the next number."""

    title: str
    text: str = ""
    at: datetime | None = None
    key: str | None = None
    updated: datetime | None = None
    author: str | None = None
    link: str | None = None


@dataclass
class Feed:
    """One feed of the world. `shown` is what its readers see, the newest published first."""

    path: str
    form: Form
    clock: Callable[[], datetime]
    validators: Validators = "good"
    limit: int | None = None
    gone: bool = False
    language: str = "en-GB"
    posts: dict[str, Post] = field(default_factory=dict)
    changed_at: datetime | None = None
    turns: int = 0

    def publish(self, *posts: Post) -> None:
        """Add items, each later than those before it."""
        for post in posts:
            key = post.key or f"p{len(self.posts) + 1}"
            self.posts[key] = replace(post, key=key)
        self.changed_at = self.clock()

    def edit(self, key: str, text: str, at: datetime | None = None, title: str | None = None) -> None:
        """Another text for an item, another title too where it is given, and `updated` where `at` is given."""
        post = self.posts[key]
        self.posts[key] = replace(post, text=text, updated=at, title=post.title if title is None else title)
        self.changed_at = self.clock()

    def drop(self, key: str) -> None:
        """Take an item away without a word, as feeds do."""
        del self.posts[key]
        self.changed_at = self.clock()

    @property
    def shown(self) -> list[Post]:
        """What the feed holds."""
        newest = list(reversed(self.posts.values()))
        return newest[: self.limit]

    def item_id(self, key: str) -> str:
        """The id an item is stored under, for the platform "news"."""
        return f"news:tag:news.example,2026:{key}" if self.form == "atom" else f"news:127.0.0.1/{key}"

    def expected(self) -> dict[str, str]:
        """What a reader who saw all it shows now has stored: texts by item ids."""
        return {self.item_id(post.key or ""): f"{post.title}\n{post.text}".strip() for post in self.shown}

    def body(self) -> bytes:
        """The feed's bytes."""
        comment = f"<!-- {self.turns} -->" if self.validators == "restless" else ""
        return {"rss": rss, "atom": atom, "json": json_feed}[self.form](self.shown, self.language, comment)

    def answer(self, request: Request) -> Answer:
        """What a reader gets."""
        self.turns += 1
        if self.gone:
            return Answer(410)
        body = self.body()
        headers = {"Content-Type": KINDS[self.form], **self._validators(body)}
        if self._is_known(request, headers):
            return Answer(304, headers)
        return Answer(200, headers, body)

    def _validators(self, body: bytes) -> dict[str, str]:
        if self.validators == "none":
            return {}
        if self.validators == "future":
            return {"Last-Modified": format_datetime(FUTURE, usegmt=True)}
        changed = format_datetime(self.changed_at or self.clock(), usegmt=True)
        return {"ETag": f'W/"{hashlib.sha256(body).hexdigest()[:16]}"', "Last-Modified": changed}

    def _is_known(self, request: Request, headers: Mapping[str, str]) -> bool:
        if self.validators == "ignored":
            return False
        if asked := request.headers.get("if-none-match"):
            return asked == headers.get("ETag")
        since = request.headers.get("if-modified-since")
        changed = headers.get("Last-Modified")
        return bool(since and changed) and parsedate_to_datetime(since or "") >= parsedate_to_datetime(changed or "")


class FeedServer(WebServer):
    """Feeds by their paths; everything else is 404."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.feeds: dict[str, Feed] = {}
        self.redirects: dict[str, str] = {}
        self.before: Callable[[Request], None] = lambda _: None

    def feed(self, path: str = "/feed.xml", form: Form = "rss", **more: Any) -> Feed:
        """A new feed, empty."""
        self.feeds[path] = Feed(path, form, self.clock, **more)
        return self.feeds[path]

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.log if request.path == path]

    def answer(self, request: Request) -> Answer:
        """The feed's answer, after `before` has had its turn."""
        self.before(request)
        if to := self.redirects.get(request.path):
            return Answer(301, {"Location": to})
        feed = self.feeds.get(request.path)
        return feed.answer(request) if feed else Answer(404)


def rss(posts: list[Post], language: str, comment: str = "") -> bytes:
    """RSS 2.0."""
    items = "".join(
        "<item>"
        + _tag("title", post.title)
        + _tag("description", post.text)
        + _tag("link", post.link or f"https://news.example/{post.key}")
        + f'<guid isPermaLink="false">{escape(post.key or "")}</guid>'
        + _tag("pubDate", format_datetime(post.at) if post.at else None)
        + _tag("atom:updated", _iso(post.updated))
        + _tag("dc:creator", post.author)
        + "</item>"
        for post in posts
    )
    spaces = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    channel = f"<title>News</title><link>https://news.example/</link><language>{language}</language>{items}"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}{comment}<rss version="2.0" {spaces}><channel>{channel}</channel></rss>'.encode(
        "utf-8", "xmlcharrefreplace"
    )


def atom(posts: list[Post], language: str, comment: str = "") -> bytes:
    """Atom 1.0."""
    entries = "".join(
        "<entry>"
        + _tag("id", f"tag:news.example,2026:{post.key}")
        + _tag("title", post.title)
        + f'<content type="html">{escape(post.text)}</content>'
        + f'<link rel="alternate" href="{escape(post.link or f"https://news.example/{post.key}")}"/>'
        + _tag("published", _iso(post.at))
        + _tag("updated", _iso(post.updated or post.at))
        + (f"<author>{_tag('name', post.author)}</author>" if post.author else "")
        + "</entry>"
        for post in posts
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>{comment}<feed xmlns="http://www.w3.org/2005/Atom"'
    return f'{head} xml:lang="{language}"><title>News</title><id>urn:news</id>{entries}</feed>'.encode(
        "utf-8", "xmlcharrefreplace"
    )


def json_feed(posts: list[Post], language: str, comment: str = "") -> bytes:
    """JSON Feed 1.1."""
    items = [
        {
            "id": post.key,
            "url": post.link or f"https://news.example/{post.key}",
            "title": post.title,
            "content_html": post.text,
            **({"date_published": post.at.isoformat()} if post.at else {}),
            **({"date_modified": post.updated.isoformat()} if post.updated else {}),
            **({"authors": [{"name": post.author}]} if post.author else {}),
        }
        for post in posts
    ]
    version = "https://jsonfeed.org/version/1.1"
    told = {"version": version, "title": "News", "language": language, "user_comment": comment, "items": items}
    return json.dumps(told).encode()


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _tag(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
