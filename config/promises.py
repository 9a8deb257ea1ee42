"""What is promised, as a site file says it: tracks with their targets, versions, and what cannot be true together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, field_validator

from config.base import Model, Name
from config.calendars import Calendar
from config.durations import format_duration, parse_duration
from config.errors import unknown

METRICS = ("frt", "nrt", "resolution")
LONGEST = timedelta(days=90)
"""Of open time. Calendars are written out two years ahead, and a due date behind their end is none."""

KeyPath = tuple[str | int, ...]
Fault = tuple[KeyPath, str]


def _target(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.strip(" smhdw0") == "" and "0" in value:
        raise ValueError(f'"{value}" leaves no time at all; leave the key out where nothing is promised')
    try:
        found = parse_duration(value)
    except OverflowError:
        found = timedelta.max
    if found > LONGEST:
        raise ValueError(f'"{value}" is more than {format_duration(LONGEST)} of open time, the longest there is')
    return found


def _word(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip().lower()


def _told_apart(value: object) -> object:
    """Refuse two keys that only differ in what is not looked at."""
    seen: dict[str, str] = {}
    for key in value if isinstance(value, dict) else ():
        word = str(key).strip().lower()
        if word in seen:
            raise ValueError(f'"{seen[word]}" and "{key}" are the same name, which is read in small letters')
        seen[word] = str(key)
    return value


def _several(value: object) -> object:
    """One table, or an array of them: the versions."""
    return value if isinstance(value, list | tuple) else (value,)


Target = Annotated[timedelta, BeforeValidator(_target), PlainSerializer(format_duration, return_type=str)]
Word = Annotated[str, AfterValidator(_word)]


class Targets(Model):
    """How much open time each metric has: the first response, each next one, the resolution."""

    frt: Target | None = None
    nrt: Target | None = None
    resolution: Target | None = None

    @property
    def given(self) -> dict[str, timedelta]:
        """The targets that are set, by metric."""
        targets = {metric: getattr(self, metric) for metric in METRICS}
        return {metric: target for metric, target in targets.items() if target is not None}


class Promised(Targets):
    """Targets, and what visitors may see of them: `public_promise`."""

    public_promise: Targets | None = None

    @property
    def public(self) -> dict[str, timedelta]:
        """What visitors are promised, by metric."""
        return self.public_promise.given if self.public_promise else {}


class Track(Promised):
    """`[track.NAME]`: what is promised to the cases of a track.

    from                the day from which on this version is in force, in the site's zone; without it always
    calendar            when its clocks run
    attainment_target   the share of promises that are to be kept, between 0 and 1
    priority            `[track.NAME.priority.P]`: targets of cases of that priority, where they are others
    """

    from_date: date | None = Field(default=None, alias="from")
    calendar: Name
    attainment_target: float | None = None
    priority: Annotated[dict[Word, Promised], BeforeValidator(_told_apart)] = Field(default_factory=dict)

    @field_validator("attainment_target")
    @classmethod
    def _a_share(cls, value: float | None) -> float | None:
        if value is not None and not 0 < value < 1:
            raise ValueError(f"{value:g} is no share between 0 and 1; write 0.9 for nine of ten")
        return value


class Sla(Model):
    """`[sla]`: what holds for all tracks. Cases whose own track is not in the file take `default_track`."""

    default_track: Word


Calendars = Annotated[
    dict[Name, Annotated[tuple[Calendar, ...], BeforeValidator(_several), Field(strict=False, min_length=1)]],
    BeforeValidator(_told_apart),
]
Tracks = Annotated[
    dict[Word, Annotated[tuple[Track, ...], BeforeValidator(_several), Field(strict=False, min_length=1)]],
    BeforeValidator(_told_apart),
]


class Version(Protocol):
    """A table that may stand several times, each time from another day on."""

    @property
    def from_date(self) -> date | None: ...


V = TypeVar("V", bound=Version)


def in_order(versions: Sequence[V]) -> list[V]:
    """The versions of one name, the earliest first."""
    return sorted(versions, key=lambda one: one.from_date or date.min)


def faults(
    calendars: Mapping[str, Sequence[Calendar]], tracks: Mapping[str, Sequence[Track]], sla: Sla | None
) -> Iterator[Fault]:
    """What is wrong between the tables of a site file, each with the path of its key."""
    yield from _of_versions("calendar", calendars)
    yield from _of_versions("track", tracks)
    for name, versions in calendars.items():
        yield from _of_calendar(name, versions, calendars)
    for name, tables in tracks.items():
        for number, track in enumerate(tables):
            yield from _of_track(("track", name, number), track, calendars)
    yield from _of_default(tracks, sla)


def _of_versions(kind: str, named: Mapping[str, Sequence[Version]]) -> Iterator[Fault]:
    for name, versions in named.items():
        seen: set[date | None] = set()
        for number, version in enumerate(versions):
            begin = version.from_date
            if begin in seen and begin is None:
                yield (kind, name, number), "a version before it has no from either; say from when on this one counts"
            elif begin in seen:
                yield (kind, name, number, "from"), f"another version begins on {begin} too; give each its own day"
            seen.add(begin)


def _of_calendar(
    name: str, versions: Sequence[Calendar], calendars: Mapping[str, Sequence[Calendar]]
) -> Iterator[Fault]:
    if not any(version.opens for version in versions):
        yield ("calendar", name, 0, "open"), 'opens on no day; write such as mon = ["09:00-17:00"]'
    for number, version in enumerate(versions):
        path: KeyPath = ("calendar", name, number, "union")
        for member in version.union or ():
            if member not in calendars:
                yield path, unknown("calendar", member, set(calendars) - {name})
            elif member == name:
                yield path, "names itself; name the calendars it joins"
            elif name in _joined(member, calendars):
                yield path, f'joins "{member}", which joins it in turn; take it out of one of them'


def _joined(name: str, calendars: Mapping[str, Sequence[Calendar]]) -> set[str]:
    """The calendars a union joins, also by way of others."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        members = {one for version in calendars.get(ahead.pop(), ()) for one in version.union or ()}
        ahead += members - found
        found |= members
    return found


def _of_track(path: KeyPath, track: Track, calendars: Mapping[str, Any]) -> Iterator[Fault]:
    if track.calendar not in calendars:
        none = f"there is no [calendar.{track.calendar}]; write one, such as always = true"
        sentence = unknown("calendar", track.calendar, calendars) if calendars else none
        yield (*path, "calendar"), sentence
    if not track.given and not any(one.given for one in track.priority.values()):
        yield path, 'promises nothing; give it a target, such as frt = "1h"'
    yield from _of_public((*path, "public_promise"), track.public, track.given)
    for name, priority in track.priority.items():
        here = (*path, "priority", name)
        if not priority.given and not priority.public:
            yield here, "has no target of its own; give it one, or leave the table out"
        yield from _of_public((*here, "public_promise"), priority.public, {**track.given, **priority.given})


def _of_public(path: KeyPath, public: Mapping[str, timedelta], given: Mapping[str, timedelta]) -> Iterator[Fault]:
    for metric in public:
        if metric not in given:
            yield (*path, metric), f"is promised to visitors, but has no target here; write {metric} beside it"


def _of_default(tracks: Mapping[str, Any], sla: Sla | None) -> Iterator[Fault]:
    path: KeyPath = ("sla", "default_track")
    if sla is None and tracks:
        first = next(iter(tracks))
        yield path, f'is required and missing; name the track of cases whose own is none here: "{first}"'
    elif sla is not None and not tracks:
        yield ("sla",), "there is no [track.NAME] to choose from; write one, or take [sla] out"
    elif sla is not None and sla.default_track not in tracks:
        yield path, unknown("track", sla.default_track, tracks)
