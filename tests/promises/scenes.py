"""Worlds of one case or two in which somebody can check a clock by hand.

Moments are written "mon 09:00", of the week of 2 June 2025, or "mon2 09:00", of the week after; seconds may follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.promises.walker import walk
from tests.promises.worlds import Case, Clock, Event, Hours, Promise, Version, World

HOUR = 3600
_MONDAY = datetime(2025, 6, 2, tzinfo=UTC)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = count(1)


def at(words: str) -> datetime:
    """The moment in UTC that "tue 09:30" or "tue2 09:30:15" names."""
    day, clock = words.split()
    hours, minutes, *seconds = map(int, clock.split(":"))
    days = _WEEKDAYS.index(day[:3]) + (7 if day.endswith("2") else 0)
    return _MONDAY + timedelta(days=days, hours=hours, minutes=minutes, seconds=sum(seconds))


def week(name: str, span: str, days: str = "mon tue wed thu fri", **more: Any) -> Hours:
    """A calendar open for the same span on some days."""
    return Hours(name=name, open={day: [span] for day in days.split()}, **more)


OFFICE = week("office", "09:00-17:00")
ALWAYS = Hours(name="always", always=True)


def promise(track: str = "care", priority: str | None = None, calendar: str = "office", **more: Any) -> Promise:
    """What a track promises: nothing, but what is said in hours as frt, nrt or resolution."""
    metrics = ("frt", "nrt", "resolution")
    seconds: dict[str, Any] = {f"{metric}_seconds": int(more.pop(metric, 0) * HOUR) or None for metric in metrics}
    return Promise(track=track, priority=priority, calendar=calendar, **seconds, **more)


def event(kind: str, when: str, actor_kind: str | None = "human", **more: Any) -> Event:
    """Something that happened, by a human if nothing is said; of equal ones the one made first is first."""
    return Event(kind=kind, happened_at=at(when), actor_kind=actor_kind, event_key=next(_NUMBERS), **more)


def reply(when: str, **more: Any) -> Event:
    """A public message of a human."""
    return event("message", when, **{"visibility": "public", **more})


def said(when: str, **more: Any) -> Event:
    """A public message of the customer."""
    return event("message", when, **{"actor_kind": "customer", "visibility": "public", **more})


def case(start: str, *events: Event, case_id: str = "x:1", **more: Any) -> Case:
    """A case about an earned post of the moment it was opened, on the track "care"."""
    opened = at(start)
    plain = {"versions": [Version(known_at=opened, track="care")], "published_at": opened, "opened_at": opened}
    return Case(case_id=case_id, events=events, **{**plain, **more})


def world(
    cases: Case | Sequence[Case],
    *promises: Promise,
    calendars: Sequence[Hours] = (OFFICE, ALWAYS),
    step: int = 60,
) -> World:
    """Some cases under some promises; the first promise's track is the default."""
    return World(
        name="by hand",
        step_seconds=step,
        calendars=calendars,
        promises=promises,
        default_track=promises[0].track,
        cases=[cases] if isinstance(cases, Case) else cases,
    )


def clocks(told: World, now: str = "fri2 00:00", case_id: str = "x:1", **more: Any) -> dict[str, Clock]:
    """The clocks of one case by metric and cycle, such as "nrt 2"."""
    found = walk(told, at(now), **more)
    return {f"{clock.metric} {clock.cycle}": clock for clock in found if clock.case_id == case_id}


def clock(told: World, name: str = "frt 1", now: str = "fri2 00:00", **more: Any) -> Clock:
    """One clock of the case "x:1"."""
    return clocks(told, now, **more)[name]
