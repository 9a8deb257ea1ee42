"""What the roof hands to the routes: the house as functions, so that this room imports neither jobs nor connectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from config import Site
from layouts.snapshot.standing import Made, Standing
from queries.answers import Answers
from queries.people import People


class FrameLike(Protocol):
    """A made frame, as far as a route needs it."""

    @property
    def body(self) -> bytes: ...
    @property
    def packed(self) -> bytes: ...
    @property
    def etag(self) -> str: ...
    @property
    def revision(self) -> int: ...


class ServedLike(Protocol):
    """The site as it is served now. `problems` are those of a changed site file; `is_current` says it is in use."""

    @property
    def site(self) -> Site: ...
    @property
    def build(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def problems(self) -> tuple[str, ...]: ...
    @property
    def is_current(self) -> bool: ...


class SnapshotsLike(Protocol):
    """What makes snapshots. It raises ValueError with a sentence for a person, or WarehouseError."""

    def make(self, week: str | None = None, folder: str | None = None) -> Made: ...
    def shown(self) -> str: ...
    def standing(self) -> Standing: ...


class RosterWhatIf(Protocol):
    """Compares rosters. It raises ValueError with a sentence for a person, or WarehouseError."""

    def __call__(self, text: str, name: str, since: str | None = None, until: str | None = None) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Hands:
    """answers  the one door to questions
    clock    this moment, aware UTC
    served   the site as it is served now
    frame    the current frame of a wall's scene, or None when there is no such
    ingest   run sources to their end: (source or None for all, keep, since) -> JSON-ready events
    redrive  try refused rows again: (source or None for all, reason or None for all) -> JSON-ready events
    remove   forget a source: (source, with its rows) -> whether it was done, and a sentence
    snapshots  makes the week on one page: for a command, on the spot, and how that stands
    people   who may look: people, who is signed in, tokens
    receive  take in what was posted to a source: (source, headers, body) -> HTTP status and a word
    whatif   the past under another policy: (its text or None for the site file, since, until or None, its name) -> JSON
    whatif_roster  the days ahead under another roster: (its text, its name, since, until or None) -> JSON
    secret   what a command beside this server must show; "" when there is no server
    """

    answers: Answers
    clock: Callable[[], datetime]
    served: Callable[[], ServedLike]
    frame: Callable[[str, str], FrameLike | None]
    ingest: Callable[[str | None, bool, datetime | None], Iterator[dict[str, Any]]]
    redrive: Callable[[str | None, str | None], Iterator[dict[str, Any]]]
    remove: Callable[[str, bool], tuple[bool, str]]
    snapshots: SnapshotsLike
    people: People
    receive: Callable[[str, Mapping[str, str], bytes], tuple[int, str]]
    whatif: Callable[[str | None, str, str | None, str], dict[str, Any]]
    whatif_roster: RosterWhatIf
    secret: str = ""
