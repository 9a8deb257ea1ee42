"""Asking the search for what was written in a window of time.

ShapeChanged    SourceDown: an answer of the search is not what it was; nothing is taken for silence
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors import clean
from connectors.contract import IO, Budget, Gap, SourceDown

CAP = 1_000
"""Hits the search gives for one question at most."""


class ShapeChanged(SourceDown):
    """The search answers in another form than the one that is read here."""


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds since 1970, from `since` (inclusive) to `until` (exclusive)."""

    since: int
    until: int

    @property
    def is_one_second(self) -> bool:
        """Whether it cannot be cut further."""
        return self.until - self.since <= 1


@dataclass(frozen=True, slots=True)
class Found:
    """The hits that came, the newest first, and how many the search says there are."""

    hits: list[Any]
    count: int

    @property
    def is_whole(self) -> bool:
        """Whether all that was counted has come."""
        return self.count <= min(len(self.hits), CAP)

    def stamps(self, window: Window) -> Iterator[int]:
        """When the hits were written, as far as that lies in the window."""
        for hit in self.hits:
            stamp = hit.get("created_at_i") if isinstance(hit, dict) else None
            if isinstance(stamp, int) and window.since <= stamp < window.until:
                yield stamp


@dataclass(frozen=True, slots=True)
class Search:
    """Where to ask, for what kinds of post, and how often at most."""

    server: str
    tags: Sequence[str]
    budget: Budget

    def ask(self, io: IO, window: Window, query: str) -> Found:
        """The posts of a window, asked for once more when fewer came than were counted. Raises SourceDown."""
        found = self.count(io, window, query, CAP)
        return self.count(io, window, query, CAP) if len(found.hits) < found.count <= CAP else found

    def count(self, io: IO, window: Window, query: str, most: int = 1) -> Found:
        """How many posts a window has, with at most so many of them. Raises SourceDown."""
        params = {
            "query": f'"{query}"',
            "tags": f"({','.join(self.tags)})",
            "numericFilters": f"created_at_i>={window.since},created_at_i<{window.until}",
            "hitsPerPage": str(most),
            "typoTolerance": "false",
            "advancedSyntax": "true",
        }
        reply = io.get(f"{self.server}/api/v1/search_by_date", params=params, budget=self.budget)
        return _found(reply.json(), self.server)


def _found(answer: Any, server: str) -> Found:
    """The parts of an answer that say something. Raises ShapeChanged."""
    hits, count = (answer.get("hits"), clean.count(answer.get("nbHits"))) if isinstance(answer, dict) else (None, None)
    if not isinstance(hits, list) or count is None:
        missing = "hits" if not isinstance(hits, list) else "nbHits"
        raise ShapeChanged(f"{server} answers without {missing}; its search may have changed. Nothing was read.")
    if count and not hits:
        raise ShapeChanged(f"{server} counts {count:,} posts in nbHits and gives none in hits; nothing was read.")
    if not hits and isinstance(answer.get("message"), str):
        raise ShapeChanged(f"{server} gives no posts and says: {clean.storable(answer['message'])[:200]}")
    return Found(hits, count)


def gap(window: Window, query: str, found: Found) -> Gap:
    """What a second that is still too full hides."""
    came = f"the search gives {len(found.hits):,} of {found.count:,} posts"
    return Gap(
        since=datetime.fromtimestamp(window.since, UTC),
        until=datetime.fromtimestamp(window.until, UTC),
        sentence=f'{came} with "{query}" in one second, and a second cannot be cut further',
        platform="hackernews",
    )
