"""The roster written out: shifts in local time become instants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config import Absence, Shift
from config.center import DAYS
from jobs.absences import Piece, without
from jobs.daysoff import days_off
from jobs.ical import Days
from jobs.localtime import span
from queries.roster import ShiftRow, summed

BACK, AHEAD = timedelta(days=200), timedelta(days=15)
_DAY = timedelta(days=1)
_ALWAYS = date.min


def window(now: datetime) -> tuple[datetime, datetime]:
    """What is written out at `now` (aware): from 200 days before it to at least 15 days after it.

    The borders are whole UTC days, so that a roster read again on the same day is the same.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - BACK, today + AHEAD + _DAY


def written_out(
    shifts: Sequence[Shift],
    now: datetime,
    absences: Sequence[Absence] = (),
    events: Iterable[ShiftRow] = (),
    feeds: Mapping[str, Days] | None = None,
) -> set[ShiftRow]:
    """The roster as instants in the window of `now` (aware), without who is absent.

    `events` are shifts that are instants already; `feeds` are the days of each `ical` of holidays.
    """
    since, until = window(now)
    own = [Piece(row, local_day(row)) for row in events if row.starts_at < until and since < row.ends_at]
    left, _ = without([*pieces(shifts, since, until, feeds or {}), *own], absences)
    return summed(piece.row for piece in left)


def instants(shifts: Sequence[Shift], since: datetime, until: datetime) -> set[ShiftRow]:
    """Every shift that is under way at some time between `since` and `until` (aware), whole.

    A shift belongs to the local day on which it starts; its `days` are those of that day, and so are its holidays,
    `from` and `until`. An `end` that is not after `start` lies on the next local day. All tables of one site and team
    with the same `from` are one roster, which is in force from that local day on until a later one of that site and
    team is; a shift of one `date` stands beside them. Shifts that differ in nothing but their heads are one row.
    """
    return summed(piece.row for piece in pieces(shifts, since, until, {}))


def pieces(
    shifts: Sequence[Shift],
    since: datetime,
    until: datetime,
    feeds: Mapping[str, Days],
    origins: Sequence[str] | None = None,
) -> Iterator[Piece]:
    """Each shift of each day, as `instants` has them; `origins` say where each of the shifts stands."""
    begun = _begun(shifts)
    for shift, origin in zip(shifts, origins or [""] * len(shifts), strict=True):
        later = [day for day in begun[shift.site, shift.team] if day > (shift.from_date or _ALWAYS)]
        yield from _of_one(shift, min(later, default=None), (since, until), feeds, origin)


def _begun(shifts: Iterable[Shift]) -> dict[tuple[str, str], set[date]]:
    """From when on each roster of a site and team is in force, instead of the one before it."""
    found: dict[tuple[str, str], set[date]] = defaultdict(set)
    for shift in shifts:
        found[shift.site, shift.team].add(shift.from_date or _ALWAYS)
    return found


def _of_one(
    shift: Shift, replaced: date | None, reach: tuple[datetime, datetime], feeds: Mapping[str, Days], origin: str
) -> Iterator[Piece]:
    since, until = reach
    first, last = since.astimezone(shift.zone).date() - 2 * _DAY, until.astimezone(shift.zone).date() + _DAY
    off, row = days_off(shift.holidays, first, last, feeds), _row(shift, since)
    for day in _days(shift, replaced, first, last, off):
        starts, ends = edges(shift, day)
        if starts < ends and starts < until and since < ends:
            yield Piece(replace(row, starts_at=starts, ends_at=ends), day, origin)


def _row(shift: Shift, at: datetime) -> ShiftRow:
    """What all its days have in common."""
    return ShiftRow(
        site=shift.site,
        timezone=shift.timezone,
        team=shift.team,
        languages=tuple(sorted(set(shift.languages))),
        heads=shift.heads,
        starts_at=at,
        ends_at=at,
        tracks=tuple(sorted(set(shift.tracks))),
        agents=tuple(sorted(shift.agents)),
        employer=shift.employer,
        is_on_call=shift.on_call,
    )


def _days(shift: Shift, replaced: date | None, first: date, last: date, off: Collection[date]) -> Iterator[date]:
    """The local days from `first` to `last` on which a shift starts."""
    if shift.on_date:
        begin, end = shift.on_date, shift.on_date
    else:
        begin, end = shift.from_date or _ALWAYS, min(shift.until_date or date.max, (replaced or date.max) - _DAY)
    begin, end = max(begin, first), min(end, last)
    for number in range((end - begin).days + 1):
        day = begin + number * _DAY
        if DAYS[day.weekday()] in shift.days and day not in off:
            yield day


def edges(shift: Shift, day: date) -> tuple[datetime, datetime]:
    """When the shift of a local day begins and ends, aware UTC.

    Equal when the clocks jump over all of it.
    """
    return span(day, shift.start, shift.end, shift.zone)


def local_day(row: ShiftRow) -> date:
    """The day on which a shift starts, where it is."""
    return row.starts_at.astimezone(ZoneInfo(row.timezone)).date()
