"""The rules in force for a clock, each with its line in the site file, or how they stood when the file has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from config.promises import Track
from layouts import words
from layouts.desk.clocks import METRICS
from layouts.explain.cited import KeyPath, cited, key, place
from layouts.explain.clocks import Clock, Part, Where, moment, text, whole
from layouts.explain.hours import hours
from layouts.explain.said import moment as told_moment
from layouts.explain.said import target as told_target


@dataclass(frozen=True, slots=True)
class Stood:
    """A row of `policies`: what a track promised for a metric, from when until when."""

    calendar: str
    target: int | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Says:
    """What the file says now: a value, None where it says nothing, and the key it stands at."""

    path: KeyPath
    value: int | str | None


def rules(clock: Clock, policies: pd.DataFrame, named: str | None, where: Where) -> list[str]:
    """One line per rule, in the order in which they came into force; `named` is the track the case's record names."""
    lines: list[str] = []
    for run in clock.runs:
        stood = _stood(policies, run[0], clock.metric)
        lines += [*_promise(clock, run[0], stood, where), *_default(run[0], named, where)]
        lines += _calendar(run[0], stood, where, is_first=run is clock.runs[0])
        lines += hours(run, where)
    return list(dict.fromkeys(lines))


def _promise(clock: Clock, part: Part, stood: Stood | None, where: Where) -> Iterator[str]:
    track, metric = words.clean(part.track, 60), METRICS.get(clock.metric, clock.metric)
    if part.target is None:
        yield f"no target yet: track {track} promises no {metric}" if track else "no target yet: the case has no track"
    elif stood is None or stood.target != part.target:
        yield f"target {told_target(part.target)}: as promised before; track {track} promises no {metric}"
    else:
        says = _target(part, clock.metric, where)
        yield f"target {told_target(part.target)}: {_told(says, part.target, stood, where)}"


def _default(part: Part, named: str | None, where: Where) -> Iterator[str]:
    sla, track = where.site.sla, words.clean(part.track, 60)
    if sla and part.track == sla.default_track and part.track != (named or "").strip().lower():
        yield f"track {track} is for all cases without a track of the file: {cited(('sla', 'default_track'), where)}"


def _calendar(part: Part, stood: Stood | None, where: Where, *, is_first: bool) -> Iterator[str]:
    if part.calendar is None:
        yield "no calendar yet: nothing counts"
    elif stood is not None and stood.calendar == part.calendar:
        yield f"calendar {part.calendar}: {_told(_named(part, where), part.calendar, stood, where)}"
    elif is_first or stood is not None:
        yield f"calendar {part.calendar}: named by a change of the case"


def _told(says: Says, value: int | str, stood: Stood, where: Where) -> str:
    """A value's key and line; when the file says something else now, both."""
    if says.value == value:
        return cited(says.path, where)
    now = told_target(says.value) if isinstance(says.value, int) else says.value
    since = told_moment(stood.since, where.zone, where.now) if stood.since else "the beginning"
    until = told_moment(stood.until, where.zone, where.now) if stood.until else "further notice"
    told = f"says {now} ({place(says.path, where)})" if now is not None else "says nothing of it"
    return f"{key(says.path)} as it stood from {since} until {until}; the file now {told}"


def _stood(policies: pd.DataFrame, part: Part, metric: str) -> Stood | None:
    """The row of `policies` in force as a part begins; a priority's own goes before the track's."""
    rows = [row for row in policies.itertuples() if row.track == part.track and _covers(row, part)]
    if not rows:
        return None
    row: Any = min(rows, key=lambda one: text(one.priority) is None)
    return Stood(str(row.calendar), whole(getattr(row, f"{metric}_seconds")), moment(row.from_at), moment(row.until_at))


def _covers(row: Any, part: Part) -> bool:
    since, until = moment(row.from_at), moment(row.until_at)
    is_own = text(row.priority) in (None, part.priority)
    return is_own and (since is None or since <= part.since) and (until is None or until > part.since)


def _target(part: Part, metric: str, where: Where) -> Says:
    """What the file now promises for the track, the priority and the moment of a part."""
    path, version = _version(part, where)
    if version is None:
        return Says((*path, metric), None)
    own = version.priority.get(part.priority) if part.priority else None
    if own and metric in own.given:
        return Says((*path, "priority", part.priority or "", metric), int(own.given[metric].total_seconds()))
    value = version.given.get(metric)
    return Says((*path, metric), None if value is None else int(value.total_seconds()))


def _named(part: Part, where: Where) -> Says:
    path, version = _version(part, where)
    return Says((*path, "calendar"), version.calendar if version else None)


def _version(part: Part, where: Where) -> tuple[KeyPath, Track | None]:
    """The version of a part's track that the file has for its day, and the path to it."""
    day, newest = part.since.astimezone(where.zone).date(), date.min
    path: KeyPath = ("track", part.track)
    found: Track | None = None
    for number, version in enumerate(where.site.track.get(part.track, ())):
        begins = version.from_date or date.min
        if newest <= begins <= day:
            path, found, newest = ("track", part.track, number), version, begins
    return path, found
