"""Calendars and tracks of the site file written out: opening hours become instants, targets become rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config import Site
from config.calendars import Calendar, Opening, Openings
from config.center import DAYS
from config.promises import Promised, Track, V, in_order
from jobs.daysoff import days_off
from jobs.ical import Days
from jobs.localtime import DAY, instant, midnight, midnights
from queries.policies import DayRow, HoursRow, PolicyRow, Span, merged

FIRST = date(2005, 1, 1)
"""What lies before it is not written out: the oldest networks are hardly older."""

_BEGIN = datetime.combine(FIRST, time(), UTC)
_TWO_DAYS = timedelta(days=2)
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def horizon(now: datetime) -> datetime:
    """How far calendars are written out at `now` (aware): to the end of the year after next, in UTC."""
    return datetime(now.astimezone(UTC).year + 3, 1, 1, tzinfo=UTC)


def written_out(
    calendars: Mapping[str, Sequence[Calendar]],
    zone: ZoneInfo,
    now: datetime,
    feeds: Mapping[str, Days] | None = None,
) -> tuple[set[HoursRow], set[DayRow]]:
    """When each calendar is open, and which of its local days are not as usual, from 2005 to the horizon of `now`.

    An opening belongs to the local day it starts on, with the version that is in force on that day: an evening's runs
    on into a holiday, and into another version. One that starts before the horizon comes whole. `zone` is the site's,
    for calendars without their own; `feeds` are the days of each `ical`.
    """
    paper = _Paper(calendars, zone, horizon(now), feeds or {})
    hours = {HoursRow(name, *span) for name in calendars for span in paper.spans(name)}
    days = {row for name in calendars for row in paper.days(name)}
    return hours, days


class _Paper:
    """What one writing out knows; a calendar that is joined by several unions is written once."""

    def __init__(
        self,
        calendars: Mapping[str, Sequence[Calendar]],
        zone: ZoneInfo,
        until: datetime,
        feeds: Mapping[str, Days],
    ) -> None:
        self._calendars, self._zone, self._until, self._feeds = calendars, zone, until, feeds
        self._last = until.date() + DAY
        self._spans: dict[str, list[Span]] = {}

    def spans(self, name: str) -> list[Span]:
        """When a calendar is open, merged and in order."""
        if name not in self._spans:
            found: list[Span] = []
            for version, after in _with_next(self._calendars[name]):
                found += self._of_version(version, after)
            self._spans[name] = merged(found)
        return self._spans[name]

    def days(self, name: str) -> Iterator[DayRow]:
        """The local days of a calendar with hours of its own that are not as usual."""
        for version, after in _with_next(self._calendars[name]):
            if version.open is None:
                continue
            first, last = self._reach(version, after)
            off, zone = self._off(version), version.zone(self._zone)
            for day in sorted({*off, *version.special}):
                since, until = midnight(day, zone), midnight(day + DAY, zone)
                if first <= day <= last and since < min(until, self._until):
                    kind = "special" if day in version.special else "holiday"
                    yield DayRow(name, since, until, kind, off.get(day))

    def _of_version(self, version: Calendar, after: Calendar | None) -> Iterator[Span]:
        if version.open is not None:
            return self._opened(version, *self._reach(version, after))
        since = self._begin(version) if version.from_date else _BEGIN
        until = self._begin(after) if after else self._until
        if version.always:
            return _clipped([(_BEGIN, self._until)], since, until)
        members = [span for one in version.union or () for span in self.spans(one)]
        # like those it joins, it is clipped by its versions, not by how far is written out
        return _clipped(members, since if version.from_date else _EVER, until if after else _NEVER)

    def _begin(self, version: Calendar) -> datetime:
        return midnight(version.from_date or FIRST, version.zone(self._zone))

    def _reach(self, version: Calendar, after: Calendar | None) -> tuple[date, date]:
        """The first and the last local day of a version."""
        last = after.from_date - DAY if after and after.from_date else self._last
        return max(version.from_date or FIRST, FIRST), min(last, self._last)

    def _opened(self, version: Calendar, first: date, last: date) -> Iterator[Span]:
        zone, off = version.zone(self._zone), self._off(version)
        usual: list[Openings] = [(version.open or {}).get(day, ()) for day in DAYS]
        begins = midnights(zone, FIRST, (self._last - FIRST).days + 4)
        for number in range((first - FIRST).days, (last - FIRST).days + 1):
            day = FIRST + timedelta(number)
            openings = version.special.get(day, () if day in off else usual[day.weekday()])
            # no clock is put back and forth within two days: where they are 48 hours long, an hour is an hour
            is_steady = begins[number + 2] - begins[number] == _TWO_DAYS
            for one in openings:
                span = (begins[number] + one.start, begins[number] + one.end) if is_steady else _edges(one, day, zone)
                # both edges fall together when the clocks jump over all of it
                if span[0] < span[1] and span[0] < self._until:
                    yield span

    def _off(self, version: Calendar) -> dict[date, str | None]:
        return days_off(version.holidays, FIRST, self._last, self._feeds)


def _edges(opening: Opening, day: date, zone: ZoneInfo) -> Span:
    start = datetime.combine(day, time())
    return instant(start + opening.start, zone), instant(start + opening.end, zone)


def _with_next(versions: Sequence[Calendar]) -> Iterator[tuple[Calendar, Calendar | None]]:
    """Each version with the one that follows it."""
    ordered = in_order(versions)
    return zip(ordered, [*ordered[1:], None], strict=True)


def _clipped(spans: Sequence[Span], since: datetime, until: datetime) -> Iterator[Span]:
    for opens, closes in spans:
        if max(opens, since) < min(closes, until):
            yield max(opens, since), min(closes, until)


def policy_rows(site: Site) -> set[PolicyRow]:
    """What the tracks of a site file promise: a row per version, and one per priority that has its own targets."""
    zone, default = site.site.zone, site.sla.default_track if site.sla else None
    return {
        row
        for name, versions in site.track.items()
        for track, since, until in in_force(versions, lambda _: zone)
        for row in _rows(name, track, name == default, since, until)
    }


def in_force(
    versions: Sequence[V], zone: Callable[[V], ZoneInfo]
) -> Iterator[tuple[V, datetime | None, datetime | None]]:
    """Each version with when it begins and ends, None for never; `zone` is that in which its `from` is read."""
    ordered = in_order(versions)
    begins = [midnight(one.from_date, zone(one)) if one.from_date else None for one in ordered]
    return zip(ordered, begins, [*begins[1:], None], strict=True)


def _rows(
    name: str, track: Track, is_default: bool, since: datetime | None, until: datetime | None
) -> Iterator[PolicyRow]:
    none = Promised()
    for priority, own in ((None, none), *track.priority.items()):
        inside = {metric: int(target.total_seconds()) for metric, target in {**track.given, **own.given}.items()}
        public = {metric: int(target.total_seconds()) for metric, target in {**track.public, **own.public}.items()}
        yield PolicyRow(
            track=name,
            priority=priority,
            is_default=is_default,
            calendar=track.calendar,
            frt_seconds=inside.get("frt"),
            nrt_seconds=inside.get("nrt"),
            resolution_seconds=inside.get("resolution"),
            attainment_target_share=track.attainment_target,
            public_frt_seconds=public.get("frt"),
            public_nrt_seconds=public.get("nrt"),
            public_resolution_seconds=public.get("resolution"),
            from_at=since,
            until_at=until,
        )
