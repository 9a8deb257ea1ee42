"""The search of Hacker News as a fake: a world of posts in memory, answered the way the search answers.

    with HackerNews(clock) as server:
        server.add_post("acme is down", at=clock() - timedelta(hours=1))             # a comment
        server.add_post("acme | a title", kind="story", visible_at=clock() + timedelta(hours=2))
        server.add_post("odd", hit={"objectID": 7, "author": None})                   # fields as they should not be
        Source(Setup("hn", Options(queries=("acme",), server=server.url), tmp_path))
        assert stored == server.expected()

Modelled: the newest first; phrases in quotation marks; tags; numericFilters on created_at_i; at most 1,000 hits
whatever is asked for, and beyond them an empty page whose nbHits is 0; posts that come into the index late
(`visible_at`). `before` is called before each answer and may change the world. The search tells of no deletion:
`deleted` has what was deleted, which a reader that saw it keeps.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.connectors.kit.web import Answer, Request, WebServer

CAP = 1_000


@dataclass
class Post:
    """A story or comment of the world. A story's title stands over an empty line, paragraphs are lines.

    `hit` are fields that replace those it would have in an answer.
    """

    number: int
    text: str
    at: datetime
    kind: str
    author: str
    visible_at: datetime
    hit: dict[str, Any] = field(default_factory=dict)

    @property
    def item_id(self) -> str:
        """The id it is stored under."""
        return f"hackernews:{self.number}"

    def answer(self) -> dict[str, Any]:
        """It as a hit."""
        words = html.escape(self.text).replace("\n", "<p>")
        comment = {"comment_text": words, "story_title": "A story", "story_id": 1, "parent_id": 1, "points": None}
        title, _, body = self.text.partition("\n\n")
        story = {
            "title": title,
            "story_text": html.escape(body).replace("\n", "<p>"),
            "story_id": self.number,
            "points": 3,
            "url": None,
        }
        return {
            "objectID": str(self.number),
            "author": self.author,
            "created_at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "created_at_i": int(self.at.timestamp()),
            "_tags": [self.kind, f"author_{self.author}"],
            **(comment if self.kind == "comment" else story),
            **self.hit,
        }


class HackerNews(WebServer):
    """See the module. `most` is how many hits a page has at most, whatever is asked for."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.posts: dict[int, Post] = {}
        self.deleted: set[str] = set()
        self.before: Callable[[Request], None] = lambda _: None
        self.most = CAP
        super().__init__(clock)

    def add_post(
        self,
        text: str,
        *,
        at: datetime | None = None,
        kind: str = "comment",
        author: str = "ann",
        visible_at: datetime | None = None,
        hit: dict[str, Any] | None = None,
    ) -> Post:
        """Say something at `at`, which the search shows from `visible_at` on."""
        at = at or self.clock()
        post = Post(1_000 + len(self.posts), text, at, kind, author, visible_at or at, hit or {})
        self.posts[post.number] = post
        return post

    def edit_post(self, post: Post, text: str) -> None:
        """Change its words. No time of an edit is told."""
        post.text = text

    def delete_post(self, post: Post) -> None:
        """Take it out of the search."""
        self.deleted.add(self.posts.pop(post.number).item_id)

    def expected(self, phrase: str = "") -> dict[str, str]:
        """What a reader has stored by now: item_id to text."""
        return {post.item_id: post.text for post in self._visible() if phrase.lower() in post.text.lower()}

    def answer(self, request: Request) -> Answer:
        """The hits of a question."""
        self.before(request)
        if request.path != "/api/v1/search_by_date":
            return Answer.json({"message": "Not Found"}, status=404)
        page, size = int(request.params.get("page", 0)), min(int(request.params.get("hitsPerPage", 20)), self.most)
        if page * size >= CAP:
            words = "you can only fetch the 1000 hits for this query"
            return Answer.json({"hits": [], "nbHits": 0, "nbPages": 0, "page": page, "message": words})
        found = [post.answer() for post in self._found(request)]
        hits = found[:CAP][page * size :][:size]
        return Answer.json({"hits": hits, "nbHits": len(found), "page": page, "hitsPerPage": size})

    def _found(self, request: Request) -> list[Post]:
        phrase = request.params.get("query", "").strip('"').lower()
        tags = set(re.findall(r"\w+", request.params.get("tags", "")))
        found = [post for post in self._visible() if phrase in post.text.lower() and (not tags or post.kind in tags)]
        for name, sign, number in re.findall(r"(\w+)(>=|<)(\d+)", request.params.get("numericFilters", "")):
            assert name == "created_at_i"
            limit = int(number)
            found = [post for post in found if (post.at.timestamp() // 1 >= limit) == (sign == ">=")]
        return sorted(found, key=lambda post: (int(post.at.timestamp()), post.number), reverse=True)

    def _visible(self) -> list[Post]:
        now = self.clock()
        return [post for post in self.posts.values() if post.visible_at <= now]
