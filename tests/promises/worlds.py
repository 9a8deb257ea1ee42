"""What a walker and an engine are both told, and what both must answer: plain facts, no rules.

All moments are aware UTC. Where the warehouse has a table for it, the names are those of its columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One `[calendar.NAME]`, in the words of the site file; several of one name are its versions, in order.

    `open` and `special` hold spans such as "09:00-12:00" of the zone's local time; one that does not end later than it
    begins ends on the next day. Days that are `special` have these spans and no others, holiday or not. `since` is the
    first local day of a version.
    """

    name: str
    timezone: str = "UTC"
    open: Mapping[str, Sequence[str]] = field(default_factory=dict)  # "mon" to "sun"
    holidays: Sequence[date] = ()
    special: Mapping[date, Sequence[str]] = field(default_factory=dict)
    union: Sequence[str] = ()  # names of calendars: open when one of them is
    always: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One row of the table `policies`: what a track promises for a priority, or for every other one (None)."""

    track: str
    priority: str | None
    calendar: str
    frt_seconds: int | None
    nrt_seconds: int | None
    resolution_seconds: int | None
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of `case_events`; of two at one second and of one kind the one with the lower `event_key` is first."""

    kind: str
    happened_at: datetime
    event_key: int
    actor_kind: str | None = None
    visibility: str | None = None
    reason: str | None = None
    track: str | None = None
    priority: str | None = None
    calendar: str | None = None
    other_case_id: str | None = None
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a case's record said from `known_at` until the next version was known."""

    known_at: datetime
    track: str | None = None
    priority: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case with all that happened to it. Without `published_at` there is no post; `is_owned_item`: ours, not earned.

    `versions` stand in the order in which they became known.
    """

    case_id: str
    opened_at: datetime
    versions: Sequence[Version]
    published_at: datetime | None = None
    is_owned_item: bool = False
    events: Sequence[Event] = ()
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Calendars, promises and cases. All instants of cases and targets are multiples of `step_seconds` (1 or 60),
    but for the parts of seconds that are to be cut. `nows` are the moments at which one may ask."""

    name: str
    step_seconds: int
    calendars: Sequence[Hours]
    promises: Sequence[Promise]
    default_track: str
    cases: Sequence[Case]
    nows: Sequence[datetime] = ()

    def until(self, now: datetime) -> World:
        """What can be known of the world at `now`: nothing that is opened, said or recorded later."""
        return replace(self, cases=[known for case in self.cases if (known := _known(case, now)) is not None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock as of a moment. `track`, `priority` and `calendar` are those now in force, or when it stopped.

    A stopped clock is not paused. `elapsed_seconds` are those until it stopped, else until the moment.
    """

    case_id: str
    metric: str
    cycle: int
    started_at: datetime
    stopped_at: datetime | None
    outcome: str | None
    elapsed_seconds: int
    target_seconds: int
    due_at: datetime | None
    state: str
    track: str
    priority: str | None
    calendar: str
    is_paused: bool


def _known(case: Case, now: datetime) -> Case | None:
    versions = [version for version in case.versions if version.known_at <= now]
    events = [event for event in case.events if event.happened_at <= now]
    return replace(case, versions=versions, events=events) if versions and case.opened_at <= now else None
