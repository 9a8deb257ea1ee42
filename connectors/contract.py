"""What every connector is: options in, bounded batches of records and a new cursor out.

A connector never sleeps, logs, opens a socket or a database, or decides when to run. All it reaches is the IO it is
lent. What it hands over in one Batch is committed in one transaction with that batch's cursor and receipts; killed
anywhere, the next run starts from the last committed batch.

ConnectorError                 something a person must read; the run ends, nothing of the batch is kept
├── Misconfigured              the options cannot work: says which key, and what to write
└── SourceDown                 the source cannot be read now; the next run tries again
    └── HttpError              drawn in connectors/http.py
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from connectors.records import Record, Refused, Truth


class ConnectorError(Exception):
    """A sentence for a person: what failed, where, what to do next."""


class Misconfigured(ConnectorError):
    """The source's options cannot work; the sentence names the key."""


class SourceDown(ConnectorError):
    """The source cannot be read at the moment."""


class Options(BaseModel):
    """The manners of every connector's options: frozen, unknown keys refused, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


Cursor = Mapping[str, Any]
"""Where a source stands, as JSON; it carries its own version under "v" and stays under 16 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a source could not see and never will: posts between `since` and `until` (aware UTC) are missing.

    `sentence` says why, for a person; `platform` is whose posts, None for all that the source brings.
    """

    since: datetime
    until: datetime
    sentence: str
    platform: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One bounded round. Conservation: raw == len(records) + len(refused) + filtered.

    cursor     true once this batch is committed; None leaves the stored one
    receipts   keys of whole things now taken in (a file's content hash): `io.has_receipt` knows them from then on
    gaps       spans the source has shown to be missing for good
    disabled   the source has ended for good (a feed that answers 410), in words; it is not read again until its
               options change
    notes      sentences for the run's report, such as "posts.csv is not UTF-8; read as Windows-1252"
    waiting    sentences about what is not ready yet, such as a file still being written; look again soon
    done_share how much of this run is done, 0..1, where that is known
    history    how far back a source that fills its past in, newest first, has come, and how far it will: two instants
    truths     what an invented world has planted
    """

    records: tuple[Record, ...] = ()
    refused: tuple[Refused, ...] = ()
    filtered: int = 0
    raw: int = 0
    cursor: Cursor | None = None
    receipts: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    disabled: str | None = None
    notes: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    done_share: float | None = None
    history: tuple[datetime, datetime] | None = None
    truths: tuple[Truth, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `calls` requests in any span of `seconds`. It belongs to the host, whichever source asks."""

    calls: int
    seconds: float


class Reply(Protocol):
    """An answer that came whole. `headers` have small names; `url` is the final one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> Any:
        """The body as JSON, NaN and infinities as None. Raises http.Broken, or http.Blocked for a web page."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What somebody posted to us, as it came. `number` counts up per source; times are aware UTC."""

    number: int
    delivery_id: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes


class IO(Protocol):
    """What a connector is lent for one run."""

    def now(self) -> datetime:
        """This moment, timezone-aware UTC."""
        ...

    def has_receipt(self, receipt: str) -> bool:
        """Whether this source has already committed a batch with this receipt."""
        ...

    @property
    def since(self) -> datetime | None:
        """How far back to read where there is no cursor, in a backfill; None leaves it to the source's options."""
        ...

    @property
    def opened_at(self) -> datetime | None:
        """When this warehouse was first opened: one instant for all its sources. None where there is no warehouse."""
        ...

    @property
    def is_sweep(self) -> bool:
        """Whether this run should look further back than the last few minutes, for what came late. True hourly."""
        ...

    def is_stopping(self) -> bool:
        """Whether the process wants to end: a connector that waits for more stops waiting."""
        ...

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        accept: Collection[int] = (),
    ) -> Reply:
        """GET `url`; gives any 2xx or 304 answer, and those whose status is in `accept`. Raises http.HttpError."""
        ...

    def listen(self, url: str) -> AbstractContextManager[Iterator[str | bytes | None]]:
        """Open a websocket; gives its messages, and None for each second in which there was none. Raises HttpError."""
        ...

    def inbox(self, after: int, limit: int) -> Sequence[Delivery]:
        """What was posted to this source, from number `after` (exclusive) on, at most `limit`, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """How a source looks before it is read, in a state and a sentence."""

    state: Literal["ok", "auth", "blocked", "quota", "misconfigured"]
    sentence: str


def _no_secret(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Setup:
    """What a connector is made with: the source's name, its checked options, the site file's folder.

    `brands` names, in short, the terms brands are found by: when it changes, what was filtered may be wanted now.
    `terms` are those terms. `secret` gives the value of an environment variable, None when it is not set.
    """

    name: str
    options: Any
    base: Path
    source_class: str = "earned"
    every_seconds: float = field(default=60.0)
    brands: str = ""
    terms: tuple[str, ...] = ()
    secret: Callable[[str], str | None] = _no_secret


class Connector(Protocol):
    """A translator for one kind of source. One file under connectors/sources/ defines one.

    kind     the word in `[[source]] kind = "..."`
    summary  one sentence for `python app.py sources`
    Options  the pydantic model of its keys; descriptions become its documentation

    A class may also say:

    judges_shape = False    more than a fifth refused does not stop it: a file somebody exported never changes shape
    pushed = True           others post to it: it is read when something came, and every `every`
    redrive(io, refused)    a Batch of what those refused rows become now; without it nothing can be tried again
    """

    kind: ClassVar[str]
    summary: ClassVar[str]
    Options: ClassVar[type[Options]]

    def __init__(self, setup: Setup) -> None: ...

    def check(self, io: IO) -> Check:
        """Look without reading: can this source be read as configured?"""
        ...

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Read from `cursor` on, no further than `until` (aware UTC), in batches of at most a few thousand records.

        `until` is when the run began: a cursor never runs ahead of it. Raises ConnectorError.
        """
        ...
