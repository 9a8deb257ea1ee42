"""A Mastodon server as a fake: a world of posts in memory, its hashtag timelines as the real one gives them.

    with Mastodon(clock, "alpha.example") as alpha, Mastodon(clock, "beta.example") as beta:
        post = alpha.add_post("acme is down", at=clock() - timedelta(hours=1))
        beta.receive(post, visible_at=clock() + timedelta(minutes=10))      # federated late, under an id of beta's
        alpha.edit_post(post, "acme is up"); alpha.delete_post(post)
        Source(Setup("m", Options(servers=(alpha.url, beta.url), tags=("acme",)), tmp_path))
        assert stored == alpha.expected()

Every host name leads to the loopback in the kit, so `url` carries the name given. Modelled: snowflake ids from the
time a post was written, so that what comes late lies behind what was read; min_id, max_id and since_id; at most 40;
the Link header; rate-limit headers with an ISO time; feeds closed to strangers (`access`), with 401 or, when
`closes_quietly`, with an empty list; GET /api/v1/statuses for one post, and for several, where those whose uri is
`silenced` are left out. Ids begin behind `first_id`, and are JSON numbers when `ids_are_numbers`. `before` is called
before each answer and may change the world.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.connectors.kit.web import Answer, Request, WebServer


@dataclass
class Post:
    """A post as its own server has it. `status` are fields that replace those it would have in an answer."""

    uri: str
    text: str
    at: datetime
    author: str
    home: str
    tag: str
    edited_at: datetime | None = None
    warning: str = ""
    status: dict[str, Any] = field(default_factory=dict)

    @property
    def item_id(self) -> str:
        """The id it is stored under."""
        return f"mastodon:{self.uri}"

    @property
    def words(self) -> str:
        """What a reader has stored."""
        return f"{self.warning}\n\n{self.text}" if self.warning else self.text


@dataclass
class _Copy:
    native: int
    post: Post
    visible_at: datetime


class Mastodon(WebServer):
    """See the module."""

    def __init__(self, clock: Callable[[], datetime], name: str = "alpha.example", tag: str = "acme") -> None:
        self.name, self.tag = name, tag
        self.copies: dict[str, _Copy] = {}
        self.access: dict[str, str] | None = {"local": "public", "remote": "public"}
        self.closes_quietly = False
        self.silenced: set[str] = set()
        self.api = 2
        self.first_id = 0
        self.ids_are_numbers = False
        self.before: Callable[[Request], None] = lambda _: None
        self._made = 0
        self._came = 0
        super().__init__(clock)

    @property
    def url(self) -> str:
        """Its address with its own name."""
        return f"http://{self.name}:{self.port}"

    def add_post(
        self,
        text: str,
        *,
        at: datetime | None = None,
        author: str = "ann",
        warning: str = "",
        visible_at: datetime | None = None,
        tag: str | None = None,
        status: dict[str, Any] | None = None,
    ) -> Post:
        """A member says something at `at`, with the server's tag or another one, in the text or not."""
        self._made += 1
        uri = f"{self.url}/users/{author}/statuses/{self._made}"
        post = Post(uri, text, at or self.clock(), author, self.url, tag or self.tag, None, warning, status or {})
        self.receive(post, visible_at=visible_at)
        return post

    def receive(self, post: Post, *, visible_at: datetime | None = None) -> None:
        """A post arrives, from a member or from another server."""
        # an id is given once: what is deleted leaves its own behind
        native = self.first_id + (int(post.at.timestamp() * 1000) << 16) + self._came
        self._came += 1
        self.copies[post.uri] = _Copy(native, post, visible_at or post.at)

    def edit_post(self, post: Post, text: str) -> None:
        """Its author changes the words."""
        post.text, post.edited_at = text, self.clock()

    def delete_post(self, post: Post) -> None:
        """It is taken away here."""
        del self.copies[post.uri]

    def native(self, post: Post) -> str:
        """The id it has here."""
        return str(self.copies[post.uri].native)

    def expected(self) -> dict[str, str]:
        """What a reader of this server has stored by now: item_id to text."""
        return {copy.post.item_id: copy.post.words for copy in self._visible() if copy.post.tag == self.tag}

    def answer(self, request: Request) -> Answer:
        """What the API says."""
        self.before(request)
        if request.path == "/api/v2/instance":
            return Answer.json(self._instance(), headers=self._limits(request))
        if request.path.startswith("/api/v1/timelines/tag/"):
            return self._timeline(request, request.path.rpartition("/")[2])
        if request.path == "/api/v1/statuses":
            return self._statuses([value for name, value in request.pairs if name == "id[]"])
        found = [copy for copy in self._visible() if request.path == f"/api/v1/statuses/{copy.native}"]
        return Answer.json(self._status(found[0])) if found else Answer.json({"error": "Record not found"}, status=404)

    def _instance(self) -> dict[str, Any]:
        feeds = {"timelines_access": {"hashtag_feeds": self.access}} if self.access else {}
        return {"domain": self.name, "configuration": feeds, "api_versions": {"mastodon": self.api}}

    def _timeline(self, request: Request, tag: str) -> Answer:
        asked = request.params
        closed = {part for part, state in (self.access or {}).items() if state != "public"}
        wanted = {part for part in ("local", "remote") if asked.get(part) == "true"} or {"local", "remote"}
        if closed & wanted:
            words = {"error": "This method requires an authenticated user"}
            return Answer.json([]) if self.closes_quietly else Answer.json(words, status=401)
        found = [copy for copy in self._visible() if copy.post.tag == tag]
        found = [copy for copy in found if ("local" if copy.post.home == self.url else "remote") in wanted]
        page = self._page(found, asked)
        headers = self._limits(request)
        if page:
            base = f"{self.url}{request.path}"
            older, newer = f"{base}?max_id={page[-1].native}", f"{base}?min_id={page[0].native}"
            headers["Link"] = f'<{older}>; rel="next", <{newer}>; rel="prev"'
        return Answer.json([self._status(copy) for copy in page], headers=headers)

    def _page(self, found: list[_Copy], asked: Any) -> list[_Copy]:
        """Newest first, whichever way it was cut."""
        limit = min(int(asked.get("limit", 20)), 40)
        found = sorted(found, key=lambda copy: copy.native, reverse=True)
        if asked.get("max_id"):
            found = [copy for copy in found if copy.native < int(asked["max_id"])]
        if asked.get("min_id"):
            return [copy for copy in found if copy.native > int(asked["min_id"])][-limit:]
        if asked.get("since_id"):
            found = [copy for copy in found if copy.native > int(asked["since_id"])]
        return found[:limit]

    def _statuses(self, ids: list[str]) -> Answer:
        if len(ids) > 20:
            return Answer.json({"error": "Validation failed"}, status=422)
        found = [copy for copy in self._visible() if str(copy.native) in ids and copy.post.uri not in self.silenced]
        return Answer.json([self._status(copy) for copy in found])

    def _status(self, copy: _Copy) -> dict[str, Any]:
        post = copy.post
        host = post.home.removeprefix("http://")
        at_home = post.home == self.url
        tag = f'<a href="{self.url}/tags/{post.tag}" class="mention hashtag" rel="tag">#<span>{post.tag}</span></a>'
        words = html.escape(post.text, quote=False).replace(f"#{post.tag}", tag).replace("\n\n", "</p><p>")
        return {
            "id": copy.native if self.ids_are_numbers else str(copy.native),
            "created_at": _iso(post.at),
            "in_reply_to_id": None,
            "sensitive": bool(post.warning),
            "spoiler_text": post.warning,
            "visibility": "public",
            "language": "en",
            "uri": post.uri,
            "url": f"{post.home}/@{post.author}/{post.uri.rpartition('/')[2]}",
            "replies_count": 0,
            "edited_at": _iso(post.edited_at) if post.edited_at else None,
            "content": f"<p>{words}</p>",
            "reblog": None,
            "account": {
                "id": "1" if at_home else "77",
                "username": post.author,
                "acct": post.author if at_home else f"{post.author}@{host}",
                "discoverable": None,
                "indexable": False,
                "url": f"{post.home}/@{post.author}",
                "followers_count": 100 if at_home else 3,
            },
            "media_attachments": [{"type": "image" if at_home else "unknown"}] if "picture" in post.text else [],
            **post.status,
        }

    def _limits(self, request: Request) -> dict[str, str]:
        reset = self.clock() + timedelta(minutes=5)
        return {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": _iso(reset)}

    def _visible(self) -> list[_Copy]:
        now = self.clock()
        return [copy for copy in self.copies.values() if copy.visible_at <= now]


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
