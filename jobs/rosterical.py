"""Rosters as iCalendar files: each event with times is a shift of one head, on every day it comes round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any, cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar, vRecur
from icalendar.cal import Component

from config.roster import RosterFile
from jobs.copies import Unreadable
from jobs.ical import FOREIGN, MOST, moment, several, short, text_of
from jobs.localtime import instant
from queries.roster import ShiftRow

_DAY = timedelta(days=1)
_ROUNDS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")


class NotShifts(Unreadable):
    """A file that is no roster; `sentences` say all that is wrong with it, each with the event's UID."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("; ".join(sentences))


@dataclass(frozen=True, slots=True)
class Event:
    """One time an event comes round: who, from when to when (aware UTC)."""

    uid: str
    agent: str | None
    starts_at: datetime
    ends_at: datetime


def event_row(event: Event, told: RosterFile) -> ShiftRow:
    """The shift an event is, with what `told` says of all of them."""
    return ShiftRow(
        site=told.site or "",
        timezone=told.timezone or "UTC",
        team=told.team,
        languages=tuple(sorted(set(told.languages))),
        heads=1,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        tracks=tuple(sorted(set(told.tracks))),
        agents=(event.agent,) if event.agent else (),
        employer=told.employer,
        is_on_call=told.on_call,
    )


def events(data: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Event]:
    """The events of an iCalendar file that are under way at some time between `since` and `until` (aware), whole.

    Times without a zone are those of `zone`. One that comes round by year, month, week or day does so by the clock, its
    end too, whatever the clocks do; with the days it leaves out, brings besides or moves. Cancelled ones are none.
    Raises NotShifts: for a file that is no calendar or holds no event, and for events that can be no shift.
    """
    try:
        found = list(Calendar.from_ical(data).walk("VEVENT"))
    except FOREIGN as error:
        raise NotShifts(f"is not an iCalendar file ({short(error)})") from None
    if not found:
        raise NotShifts("holds no event")
    moved = _moved(found, zone)
    made: list[Event] = []
    wrong: list[str] = []
    for event in found:
        try:
            made += _rounds(event, moved, zone, since, until)
        except FOREIGN as error:
            wrong.append(f'event "{text_of(event, "UID") or text_of(event, "SUMMARY") or ""}" {short(error)}')
    if wrong:
        raise NotShifts(*wrong)
    return sorted(made, key=lambda one: (one.starts_at, one.ends_at, one.uid))


def _moved(found: list[Component], zone: ZoneInfo) -> set[tuple[str | None, datetime]]:
    """The times that another event of the same UID stands for."""
    both = ((event, moment(event.get("RECURRENCE-ID"))) for event in found)
    return {(text_of(event, "UID"), _utc(at, zone)) for event, at in both if isinstance(at, datetime)}


def _rounds(
    event: Component, moved: set[tuple[str | None, datetime]], zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[Event]:
    if (text_of(event, "STATUS") or "").upper() == "CANCELLED":
        return
    start, end = _edges(event, zone)
    if "RECURRENCE-ID" in event and "RANGE" in event["RECURRENCE-ID"].params:
        raise ValueError("changes all later ones at once, which is not read; write them as an event of their own")
    place, wall = cast(ZoneInfo, start.tzinfo), start.replace(tzinfo=None)  # any zone does what is asked of it here
    lasts = end.astimezone(place).replace(tzinfo=None) - wall
    uid, agent = text_of(event, "UID"), text_of(event, "SUMMARY")
    for begin in _walls(event, wall, place, until):
        starts, ends = instant(begin, place), instant(begin + lasts, place)
        is_moved = "RECURRENCE-ID" not in event and (uid, starts) in moved
        if starts < ends and starts < until and since < ends and not is_moved:
            yield Event(uid or agent or "", agent, starts, ends)


def _edges(event: Component, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When it begins and ends the first time, aware. Raises ValueError when that can be no shift."""
    start, end = moment(event.get("DTSTART")), moment(event.get("DTEND"))
    if not isinstance(start, datetime):
        raise ValueError("is an all-day event; a shift begins and ends at a time of day")
    starts = start if start.tzinfo else start.replace(tzinfo=zone)
    lasts = moment(event.get("DURATION"))
    if isinstance(end, datetime):
        ends = end if end.tzinfo else end.replace(tzinfo=zone)
    elif isinstance(lasts, timedelta):
        ends = starts + lasts
    else:
        raise ValueError("does not say when it ends")
    if _utc(ends, zone) <= _utc(starts, zone):
        raise ValueError(f"ends before it starts, on {starts:%Y-%m-%d} at {starts:%H:%M}")
    # by the clock: a whole local day may have 25 hours
    if ends.astimezone(starts.tzinfo).replace(tzinfo=None) - starts.replace(tzinfo=None) > _DAY:
        raise ValueError("lasts several days; write an event for each shift")
    return starts, ends


def _walls(event: Component, first: datetime, zone: ZoneInfo, until: datetime) -> Iterator[datetime]:
    """When it comes round, by the clocks of its zone."""
    last = until.astimezone(zone).replace(tzinfo=None) + _DAY
    walls = {first, *_listed(event, "RDATE", zone)}
    for rule in several(event.get("RRULE")):
        walls |= set(_ruled(rule, first, zone, last))
    gone = set(_listed(event, "EXDATE", zone))
    days = {one.dt for line in several(event.get("EXDATE")) for one in line.dts if not isinstance(one.dt, datetime)}
    return (wall for wall in sorted(walls) if wall not in gone and wall.date() not in days)


def _ruled(rule: Any, first: datetime, zone: ZoneInfo, last: datetime) -> Iterator[datetime]:
    often = str(rule.get("FREQ", [""])[0]).upper()
    if often not in _ROUNDS:
        raise ValueError(f"comes round {often}, which no shift does")
    # the rule's end may be told in UTC, while its times are told by the clock
    ends = [_last(one, zone) for one in several(rule.get("UNTIL"))]
    plain: Any = vRecur({key: value for key, value in rule.items() if key.upper() != "UNTIL"})
    times = islice(rrulestr(plain.to_ical().decode(), dtstart=first), MOST)
    return takewhile(lambda one: one <= min([last, *ends]), times)


def _last(ends: date, zone: ZoneInfo) -> datetime:
    if not isinstance(ends, datetime):
        return datetime.combine(ends, time.max)
    return ends.astimezone(zone).replace(tzinfo=None) if ends.tzinfo else ends


def _listed(event: Component, name: str, zone: ZoneInfo) -> Iterator[datetime]:
    for line in several(event.get(name)):
        for one in line.dts:
            if isinstance(one.dt, tuple):
                raise ValueError("comes round for other lengths of time, which is not read; write them as events")
            if isinstance(one.dt, datetime):
                yield _last(one.dt, zone)


def _utc(wall: datetime, zone: tzinfo) -> datetime:
    return (wall if wall.tzinfo else wall.replace(tzinfo=zone)).astimezone(UTC)
