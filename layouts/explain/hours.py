"""Which opening hours, holidays and special days of the site file a clock has met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.calendars import Calendar, Opening
from config.center import DAYS
from layouts import words
from layouts.explain.cited import KeyPath, cited, place
from layouts.explain.clocks import AHEAD, COUNTED, Part, Where
from layouts.explain.said import day as told_day

_DAY = timedelta(days=1)
Line = tuple[int, str]
"""A rule, with the place of its day in the week to sort it by."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a calendar as the file has it, and the path to it."""

    path: KeyPath
    calendar: Calendar
    zone: ZoneInfo

    def wall(self, instant: datetime) -> datetime:
        """An instant as the clocks of the calendar read it."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def openings(self, day: date) -> tuple[Opening, ...]:
        """When it opens on a local day that is no holiday."""
        usual = (self.calendar.open or {}).get(DAYS[day.weekday()], ())
        return self.calendar.special.get(day, usual)

    def key(self, day: date) -> KeyPath:
        """Where that stands in the file."""
        if day in self.calendar.special:
            return (*self.path, "special", day.isoformat())
        return (*self.path, "open", DAYS[day.weekday()])


def hours(run: Sequence[Part], where: Where) -> list[str]:
    """One line for each rule of the calendar that a run of parts has met; hours first, by weekday."""
    name = run[0].calendar
    if name is None:
        return []
    if name not in where.site.calendar:
        return [f"calendar {name}: as it stood then; the file now has no such calendar"]
    opened = {line for part in run if part.kind in (COUNTED, AHEAD) for line in _opened(name, part, where)}
    shut = [line for part in run for line in _shut(name, part, where)]
    return [line for _, line in sorted(opened)] + list(dict.fromkeys(shut))


def _opened(name: str, part: Part, where: Where) -> Iterator[Line]:
    """What the file says of the hours in which a part counts."""
    version = _version(name, part.since, where)
    if version is None:
        yield 7, f"open as calendar {name} stood then; the file now has no version of that day"
    elif version.calendar.always:
        yield -1, f"open round the clock: {cited((*version.path, 'always'), where)}"
    elif version.calendar.union is not None:
        joined = version.calendar.union
        yield -1, f"open whenever one of {', '.join(joined)} is: {cited((*version.path, 'union'), where)}"
        for member in joined:
            inside = _version(member, part.since, where) if member in where.site.calendar else None
            yield from (_line(inside, day, opening, where) for day, opening in _met(inside, part) if inside)
    else:
        yield from _own(version, part, where)


def _own(version: Version, part: Part, where: Where) -> Iterator[Line]:
    """The openings a part counts in, and the first day on which the file now says something else."""
    at, until = version.wall(part.since), version.wall(part.until)
    for day, opening in _met(version, part):
        begins, ends = (datetime.combine(day, time()) + edge for edge in (opening.start, opening.end))
        if begins <= at < ends:
            yield _line(version, day, opening, where)
            at = ends
    if at < until:
        day = at.date()
        says = ", ".join(map(str, version.openings(day))) or "closed"
        told = f"the file now says {says} ({place(version.key(day), where)})"
        yield day.weekday(), f"open {day:%a} as the calendar stood then; {told}"


def _met(version: Version | None, part: Part) -> Iterator[tuple[date, Opening]]:
    """The openings that a part lies in, in order; an evening's may begin on the day before."""
    if version is None or version.calendar.open is None:
        return
    since, until = version.wall(part.since), version.wall(part.until)
    day = since.date() - _DAY
    while day <= until.date():
        midnight = datetime.combine(day, time())
        for opening in version.openings(day):
            if midnight + opening.start < until and midnight + opening.end > since:
                yield day, opening
        day += _DAY


def _line(version: Version, day: date, opening: Opening, where: Where) -> Line:
    is_special = day in version.calendar.special
    told = f"{_named(day)}, a special day," if is_special else f"{day:%a}"
    return day.weekday(), f"open {told} {opening}: {cited(version.key(day), where)}"


def _shut(name: str, part: Part, where: Where) -> Iterator[str]:
    """What the file says of a holiday, or of a day with hours of its own."""
    if part.kind not in ("holiday", "special"):
        return
    version = _version(name, part.since, where)
    day = version.wall(part.since).date() if version else part.since.astimezone(where.zone).date()
    path: KeyPath = ()
    if part.kind == "holiday":
        told = f"is a holiday{f' ({words.clean(part.detail, 60)})' if part.detail else ''}"
        path = (*version.path, "holidays") if version and version.calendar.holidays else ()
    else:
        told = "is a special day"
        path = version.key(day) if version and day in version.calendar.special else ()
    says = cited(path, where) if path else "as the calendar stood then; the file now says nothing of it"
    yield f"{_named(day)} {told}: {says}"


def _named(day: date) -> str:
    return told_day(datetime.combine(day, time()))


def _version(name: str, at: datetime, where: Where) -> Version | None:
    """The version of a calendar that the file has for an instant."""
    found: Version | None = None
    newest = date.min
    for number, calendar in enumerate(where.site.calendar[name]):
        zone = calendar.zone(where.zone)
        begins = calendar.from_date or date.min
        if newest <= begins <= at.astimezone(zone).date():
            found, newest = Version(("calendar", name, number), calendar, zone), begins
    return found
