"""Bluesky, through Jetstream: every post of the network streams by, and those that may name a brand are handed over.

Keyless. Deletions and closed accounts stream by too, and all are handed over: nobody can tell here whose posts we hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from connectors import contract, http
from connectors.contract import IO, Batch, Check, Cursor, Misconfigured, Setup, SourceDown
from connectors.jetstream.events import Reader
from connectors.jetstream.place import LOOKBACK, address_of, host_of, start_of
from connectors.jetstream.round import PATIENCE_TICKS, Round
from connectors.jetstream.terms import Terms
from connectors.jetstream.times import micro
from connectors.records import Refused

SERVERS = tuple(
    f"wss://jetstream{number}.us-{side}.bsky.network/subscribe" for side in ("east", "west") for number in "12"
)
_SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_NO_TERMS = 'no [[brand]] has terms, so no post of the network is wanted; write terms = ["..."] for a brand'


class Options(contract.Options):
    """The options of a bluesky source."""

    servers: tuple[str, ...] = Field(
        default=SERVERS,
        min_length=1,
        max_length=10,
        strict=False,
        description="Jetstream addresses, tried in this order",
    )
    languages: tuple[str, ...] = Field(
        default=(), strict=False, description="only posts in these languages, or in none they name; empty means all"
    )
    history: str = Field(default="24h", description="how far back the first run goes, at most 36h")
    round_seconds: int = Field(default=20, ge=1, le=20, description="how long one run may read")

    @field_validator("servers")
    @classmethod
    def _websockets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for server in value:
            if urlsplit(server).scheme not in ("wss", "ws") or not urlsplit(server).hostname:
                raise ValueError(f'"{server}" is not a websocket address; write wss://host/subscribe')
        return value

    @field_validator("history")
    @classmethod
    def _span(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9]\d{0,4}[smhd]", value) or _span_of(value) > LOOKBACK:
            raise ValueError(f'"{value}" is not a span of at most 36h, which is what Jetstream keeps; write 24h or 30m')
        return value

    @property
    def history_span(self) -> timedelta:
        """`history` as a timedelta."""
        return _span_of(self.history)


class Source:
    """Reads the stream from its cursor to the run's beginning, for some seconds at a time."""

    kind: ClassVar[str] = "bluesky"
    summary: ClassVar[str] = (
        "Bluesky's stream of all posts, filtered here by the brands' terms; keyless, with deletions"
    )
    Options: ClassVar[type[contract.Options]] = Options

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._terms = Terms(setup.terms)
        self._reader = Reader(self._terms, self._options.languages)

    def check(self, io: IO) -> Check:
        """Whether one of the servers sends an event within some seconds."""
        if not self._terms:
            return Check("misconfigured", _NO_TERMS)
        checks = []
        for server in self._options.servers:
            checks.append(_check(io, server))
            if checks[-1].state == "ok":
                break
        return checks[-1]

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Everything from the cursor on that may name a brand, and every deletion. Raises ConnectorError."""
        if not self._terms:
            raise Misconfigured(_NO_TERMS)
        options = self._options
        start = start_of(cursor, io.since, until, options.history_span)
        yield from Round(io, self._reader, options.servers, start, until, options.round_seconds).batches()

    def redrive(self, io: IO, refused: Sequence[Refused]) -> Batch:
        """What messages that were refused become now."""
        meanings = [self._reader.read(one.raw, io.now()).meaning for one in refused]
        records = tuple(one for one in meanings if one is not None and not isinstance(one, Refused))
        again = tuple(one for one in meanings if isinstance(one, Refused))
        filtered = len(meanings) - len(records) - len(again)
        return Batch(records=records, refused=again, filtered=filtered, raw=len(meanings))


def _check(io: IO, server: str) -> Check:
    host = host_of(server)
    try:
        with io.listen(address_of(server, micro(io.now() - timedelta(seconds=10)))) as messages:
            for number, message in enumerate(messages, start=1):
                if message is not None:
                    return Check("ok", f"{host} streams")
                if number >= PATIENCE_TICKS:
                    break
    except SourceDown as error:
        return Check(_state(error), str(error))
    return Check("blocked", f"{host} takes the connection but sends nothing")


def _state(error: SourceDown) -> Literal["auth", "blocked", "quota", "misconfigured"]:
    if isinstance(error, http.AuthFailed):
        return "auth"
    if isinstance(error, http.RateLimited):
        return "quota"
    return "misconfigured" if isinstance(error, http.NotThere | http.ForbiddenAddress) else "blocked"


def _span_of(text: str) -> timedelta:
    return timedelta(seconds=int(text[:-1]) * _SPANS[text[-1]])
