"""Mastodon: posts with a hashtag, as several servers see them. Keyless.

A server sees its members' posts and those of whom its members follow, so no single one has all of a hashtag. What
several of them show is one item, known by its uri. The rest is in connectors/mastodon/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from connectors import contract
from connectors.contract import IO, Batch, Budget, Check, Cursor, Setup, SourceDown
from connectors.http import AuthFailed, ForbiddenAddress, NotThere, RateLimited, Stopped
from connectors.mastodon.places import Places
from connectors.mastodon.talk import Talk
from connectors.mastodon.visit import Visit, read_posts
from connectors.records import Refused

MOST_TIMELINES = 40
"""Servers times tags, so that the cursor stays under 16 kB."""

MOST_LETTERS = 2_000
MOST_OWN = 40
_OWN_PER_SERVER = 20
"""Posts a server is asked about at once; Mastodon takes no more."""

_SPANS = {"m": 60, "h": 3_600, "d": 86_400}
_ANEW = "the stored place is not one of ours; what `history` covers is read again"


class Options(contract.Options):
    """The options of a mastodon source."""

    servers: tuple[str, ...] = Field(
        strict=False, min_length=1, max_length=10, description="servers to ask, such as mastodon.social; three to five"
    )
    tags: tuple[str, ...] = Field(strict=False, min_length=1, description="hashtags to read, without the #")
    history: str = Field(default="7d", description="how far back the first run goes, such as 48h or 7d")

    per_five_minutes: int = Field(
        default=300,
        ge=10,
        le=300,
        description="requests to a server in five minutes at most, together with all sources",
    )

    @field_validator("servers", mode="after")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_address(one) for one in value))

    @field_validator("tags", mode="after")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        tags = [tag.removeprefix("#").lower() for tag in value]
        wrong = next((tag for tag in tags if not re.fullmatch(r"\w{1,100}", tag)), None)
        if wrong is not None:
            raise ValueError(f'"{wrong}" is no hashtag; write letters, digits and _ only, such as acmeair')
        return tuple(dict.fromkeys(tags))

    @field_validator("history")
    @classmethod
    def _span(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9]\d{0,4}[mhd]", value):
            raise ValueError(f'"{value}" is not a span; write 48h or 7d')
        return value

    @model_validator(mode="after")
    def _few(self) -> Options:
        letters = len(self.servers) * sum(len(json.dumps(tag)) for tag in self.tags)
        if len(self.servers) * len(self.tags) > MOST_TIMELINES or letters > MOST_LETTERS:
            raise ValueError(f"servers times tags is more than {MOST_TIMELINES} or too long; make two sources of it")
        return self

    @property
    def history_span(self) -> timedelta:
        """`history` as a timedelta."""
        return timedelta(seconds=int(self.history[:-1]) * _SPANS[self.history[-1]])


class Source:
    """Visits one server after the other; one that cannot be read does not hold up the others."""

    kind: ClassVar[str] = "mastodon"
    summary: ClassVar[str] = "Posts with a hashtag on Mastodon, as several servers see them; keyless."
    Options: ClassVar[type[contract.Options]] = Options

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._budget = Budget(self._options.per_five_minutes, 300)

    def check(self, io: IO) -> Check:
        """Whether every server shows the first hashtag to everyone."""
        wrong: list[Check] = []
        for base in self._options.servers:
            talk = Talk(io, base, self._budget)
            try:
                talk.timeline(self._options.tags[0], talk.access().only)
            except SourceDown as error:
                wrong.append(Check(_state(error), f"servers: {error}"))
        count = len(self._options.servers)
        if not wrong:
            return Check("ok", f"{count} {'server shows' if count == 1 else 'servers show'} hashtags to everyone")
        rest = f" ({count - len(wrong)} of {count} servers can be read)" if count > 1 else ""
        return Check(wrong[0].state, wrong[0].sentence + rest)

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """What is new of every tag on every server.

        A server that cannot be read does not hold up the others: its error is raised behind them.
        """
        servers, tags = self._options.servers, self._options.tags
        places = Places(servers, tags, cursor)
        if places.is_broken:
            yield Batch(notes=(_ANEW,))
        floor = int((io.since or until - self._options.history_span).timestamp())
        most, share = min(_OWN_PER_SERVER, MOST_OWN // len(servers)), 1 / len(servers)
        wrong: SourceDown | None = None
        for number, base in enumerate(servers):
            try:
                talk = Talk(io, base, self._budget)
                yield from Visit(io, talk, places, until, floor, most, number * share, share).batches()
            except Stopped:
                raise
            except SourceDown as error:
                wrong = wrong or error
        if wrong:
            raise wrong

    def redrive(self, io: IO, refused: Sequence[Refused]) -> Batch:
        """What refused rows become now. Which server they came from is not kept: none of them has the last word."""
        rows = [_row(one.raw) for one in refused]
        read = read_posts(rows, self._options.servers[0], io.now())
        return Batch(
            records=tuple(one for one in read if not isinstance(one, Refused)),
            refused=tuple(one for one in read if isinstance(one, Refused)),
            filtered=len(rows) - len(read),
            raw=len(rows),
        )


def _state(error: SourceDown) -> Literal["auth", "blocked", "quota", "misconfigured"]:
    if isinstance(error, AuthFailed):
        return "auth"
    if isinstance(error, RateLimited):
        return "quota"
    return "misconfigured" if isinstance(error, NotThere | ForbiddenAddress) else "blocked"


def _address(server: str) -> str:
    """The server's address, without a path: https unless it says http."""
    text = server.strip().rstrip("/").lower()
    if "@" in text:
        raise ValueError("a server takes no login here; write its name alone, such as mastodon.social")
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in ("http", "https") or not re.fullmatch(
        r"[\w.-]+(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?", parts.netloc
    ):
        raise ValueError(f'"{server}" is no server; write its name, such as mastodon.social')
    if parts.path or parts.query or parts.fragment:
        raise ValueError(f'"{server}" is more than a server; write its name alone, such as mastodon.social')
    return f"{parts.scheme}://{parts.netloc}"


def _row(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw  # it was cut off when it was kept, and is refused again
