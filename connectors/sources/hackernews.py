"""Hacker News: stories and comments that hold a phrase, from the search that Algolia keeps of it. Keyless.

The search gives at most 1,000 hits whatever page is asked for, so time is cut into windows until each holds fewer.
A window is read whole or not at all: paging beyond the cap gives empty pages, which would look like silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from connectors import clean, contract
from connectors.contract import IO, Batch, Budget, Check, Cursor, Misconfigured, Setup, SourceDown
from connectors.hackernews import hits
from connectors.hackernews.search import CAP, Search, Window, gap
from connectors.http import AuthFailed, ForbiddenAddress, NotThere, RateLimited
from connectors.records import Refused

LOOKBACK_SECONDS = 300
SWEEP_SECONDS = 3 * 3_600
"""How far a sweep looks back: what came up to two hours late is found although sweeps are an hour apart."""

LONGEST_SECONDS = 7 * 86_400
TRUSTED_SECONDS = 86_400
"""How old a window must be to be done because our clock says so; later ones are done as far as posts were seen.

So a clock that runs ahead by hours, or an index that is behind by as much, costs a little reading and no posts.
"""

_AHEAD_SECONDS = 300
_SPANS = {"m": 60, "h": 3_600, "d": 86_400}
_ANEW = "the stored place is not one of ours or lies ahead of the clock; what `history` covers is read again"
_NOTHING_TO_SEARCH = 'queries is empty and the site\'s brands have no terms; write queries = ["acme air"]'


class Options(contract.Options):
    """The options of a hackernews source."""

    queries: tuple[str, ...] = Field(
        default=(), strict=False, description="phrases to search for; without them the terms of the site's brands"
    )
    tags: tuple[Literal["story", "comment"], ...] = Field(
        default=("story", "comment"), strict=False, min_length=1, description="story, comment, or both"
    )
    history: str = Field(default="30d", description="how far back the first run goes, such as 48h or 30d")
    per_hour: int = Field(
        default=1_000, ge=1, le=10_000, description="requests per hour at most, together with every source on this host"
    )
    server: str = Field(default="https://hn.algolia.com", description="where the search is")

    @field_validator("queries", mode="after")
    @classmethod
    def _phrases(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not _phrase(phrase) for phrase in value):
            raise ValueError("a phrase is empty; write words, such as acme air")
        return value

    @field_validator("history")
    @classmethod
    def _span(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9]\d{0,4}[mhd]", value):
            raise ValueError(f'"{value}" is not a span; write 48h or 30d')
        return value

    @field_validator("server")
    @classmethod
    def _address(cls, value: str) -> str:
        if not clean.web_address(value):
            raise ValueError(f'"{value}" is not an address; write https://hn.algolia.com')
        return value.rstrip("/")

    @property
    def history_span(self) -> timedelta:
        """`history` as a timedelta."""
        return timedelta(seconds=int(self.history[:-1]) * _SPANS[self.history[-1]])


class Source:
    """Reads windows of time, the oldest first; each poll looks back a little, a sweep three hours."""

    kind: ClassVar[str] = "hackernews"
    summary: ClassVar[str] = "Stories and comments on Hacker News that hold a phrase; keyless."
    Options: ClassVar[type[contract.Options]] = Options

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        given = self._options.queries or setup.terms
        self._queries = tuple(dict.fromkeys(phrase for phrase in map(_phrase, given) if phrase))
        self._search = Search(self._options.server, self._options.tags, Budget(self._options.per_hour, 3_600))

    def check(self, io: IO) -> Check:
        """Whether the search answers, and how much there is for the first phrase."""
        if not self._queries:
            return Check("misconfigured", _NOTHING_TO_SEARCH)
        until = _seconds(io.now())
        window = Window(until - int(self._options.history_span.total_seconds()), until)
        try:
            found = self._search.count(io, window, self._queries[0]).count
        except AuthFailed as error:
            return Check("auth", str(error))
        except RateLimited as error:
            return Check("quota", str(error))
        except (NotThere, ForbiddenAddress) as error:
            return Check("misconfigured", f"server: {error}")
        except SourceDown as error:
            return Check("blocked", str(error))
        return Check("ok", f'{found:,} posts with "{self._queries[0]}" in the last {self._options.history}')

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Every post between the cursor, less a look back, and `until`. Raises Misconfigured, SourceDown."""
        if not self._queries:
            raise Misconfigured(_NOTHING_TO_SEARCH)
        end = _seconds(until)
        place = _place(cursor, end)
        if cursor is not None and place is None:
            yield Batch(notes=(_ANEW,))
        back = SWEEP_SECONDS if io.is_sweep else LOOKBACK_SECONDS
        begin = _seconds(io.since or until - self._options.history_span) if place is None else place - back
        run = _Run(io, self._search, self._queries, until, begin)
        yield from run.batches(begin if place is None else place)

    def redrive(self, io: IO, refused: Sequence[Refused]) -> Batch:
        """What refused rows become now."""
        return hits.batch([_row(one.raw) for one in refused], io.now())


class _Run:
    """Windows that shrink where much is said and grow again where little is, from `begin` to `until`."""

    def __init__(self, io: IO, search: Search, queries: Sequence[str], until: datetime, begin: int) -> None:
        self._io, self._search, self._queries, self._until = io, search, queries, until
        self._begin, self._now = begin, _seconds(until)

    def batches(self, place: int) -> Iterator[Batch]:
        """The windows, the oldest first, each with the cursor behind it; it never falls back behind `place`."""
        at, length = self._begin, LONGEST_SECONDS
        while at <= self._now and not self._io.is_stopping():
            window = Window(at, min(at + length, self._now + 1))
            read = yield from self._window(window)
            if read is None:
                length = (window.until - window.since) // 2
                continue
            crowd, newest = read
            place = max(place, min(window.until, max(newest, self._now - TRUSTED_SECONDS)))
            yield Batch(cursor={"v": 1, "until": place}, done_share=self._share(window.until))
            at = window.until
            length = min(length * 2, LONGEST_SECONDS) if crowd * 2 < CAP else length

    def _window(self, window: Window) -> Generator[Batch, None, tuple[int, int] | None]:
        """Read a window for every phrase; gives the hits of the fullest and the newest stamp, None when too wide."""
        crowd = newest = 0
        for query in self._queries:
            found = self._search.ask(self._io, window, query)
            if not found.is_whole and not window.is_one_second:
                return None
            crowd = max(crowd, found.count)
            newest = max([newest, *found.stamps(window)])
            if found.hits:
                gaps = () if found.is_whole else (gap(window, query, found),)
                yield hits.batch(found.hits[::-1], self._until, gaps, self._share(window.since))
        return crowd, newest

    def _share(self, at: int) -> float:
        return (at - self._begin) / (self._now + 1 - self._begin)


def _phrase(words: str) -> str:
    """The words without quotation marks, which would end the phrase they stand in."""
    return " ".join(clean.storable(words).replace('"', " ").split())


def _place(cursor: Cursor | None, end: int) -> int | None:
    """Where the cursor stands, None when it says nothing that can be used."""
    at = cursor.get("until") if cursor and cursor.get("v") == 1 else None
    if not isinstance(at, int) or isinstance(at, bool) or not clean.EARLIEST.timestamp() <= at <= end + _AHEAD_SECONDS:
        return None
    return min(at, end)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _row(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw  # it was cut off when it was kept, and is refused again
