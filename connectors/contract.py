"""What every connector is: options in, bounded batches of records and a new cursor out.

A connector never sleeps, logs, opens a database or decides when to run. What it hands over in one Batch is
committed in one transaction with that batch's cursor and receipts; killed anywhere, the next run starts from the
last committed batch.

ConnectorError                 something a person must read; the run ends, nothing of the batch is kept
├── Misconfigured              the options cannot work: says which key, and what to write
└── SourceDown                 the source cannot be read now; the next run tries again
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from connectors.records import Mention, Refused


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
class Batch:
    """One bounded round. Conservation: raw == len(records) + len(refused) + filtered.

    cursor     true once this batch is committed; None leaves the stored one
    receipts   keys of whole things now taken in (a file's content hash): `io.has_receipt` knows them from then on
    notes      sentences for the run's report, such as "posts.csv is not UTF-8; read as Windows-1252"
    waiting    sentences about what is not ready yet, such as a file still being written; look again soon
    done_share how much of this run is done, 0..1, where that is known
    """

    records: tuple[Mention, ...] = ()
    refused: tuple[Refused, ...] = ()
    filtered: int = 0
    raw: int = 0
    cursor: Cursor | None = None
    receipts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    done_share: float | None = None


class IO(Protocol):
    """What a connector is lent for one run."""

    def now(self) -> datetime:
        """This moment, timezone-aware UTC."""
        ...

    def has_receipt(self, receipt: str) -> bool:
        """Whether this source has already committed a batch with this receipt."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """How a source looks before it is read, in a state and a sentence."""

    state: Literal["ok", "auth", "blocked", "quota", "misconfigured"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What a connector is made with: the source's name, its checked options, the site file's folder.

    `brands` names, in short, the terms brands are found by: when it changes, what was filtered may be wanted now.
    """

    name: str
    options: Any
    base: Path
    source_class: str = "earned"
    every_seconds: float = field(default=60.0)
    brands: str = ""


class Connector(Protocol):
    """A translator for one kind of source. One file under connectors/sources/ defines one.

    kind     the word in `[[source]] kind = "..."`
    summary  one sentence for `python app.py sources`
    Options  the pydantic model of its keys; descriptions become its documentation
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

        Raises ConnectorError.
        """
        ...
