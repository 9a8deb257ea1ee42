"""The roster written out: shifts in local time become instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from config import Shift
from config.center import DAYS
from jobs.localtime import instant
from queries.roster import ShiftRow, summed

BACK, AHEAD = timedelta(days=200), timedelta(days=15)
_DAY = timedelta(days=1)
_ALWAYS = date.min


def written_out(shifts: Sequence[Shift], now: datetime) -> set[ShiftRow]:
    """The roster as instants from 200 days before `now` (aware) to at least 15 days after it.

    The borders are whole UTC days, so that a roster read again on the same day is the same.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return instants(shifts, today - BACK, today + AHEAD + _DAY)


def instants(shifts: Sequence[Shift], since: datetime, until: datetime) -> set[ShiftRow]:
    """Every shift that is under way at some time between `since` and `until` (aware), whole.

    A shift belongs to the local day on which it starts; its `days` are those of that day. An `end` that is not after
    `start` lies on the next local day. All tables of one site and team with the same `from` are one roster, which is
    in force from that local day on until a later one of that site and team is. Shifts that differ in nothing but their
    heads are one row.
    """
    return summed(row for shift in shifts for row in _of_one(shift, _replaced_on(shift, shifts), since, until))


def _replaced_on(shift: Shift, shifts: Iterable[Shift]) -> date | None:
    """From when on a later roster of the same site and team is in force instead."""
    begin = shift.from_date or _ALWAYS
    team = [one.from_date or _ALWAYS for one in shifts if (one.site, one.team) == (shift.site, shift.team)]
    return min((other for other in team if other > begin), default=None)


def _of_one(shift: Shift, replaced: date | None, since: datetime, until: datetime) -> Iterator[ShiftRow]:
    zone, languages = shift.zone, tuple(sorted(set(shift.languages)))
    for day in _days(since.astimezone(zone).date() - 2 * _DAY, until.astimezone(zone).date() + _DAY):
        if DAYS[day.weekday()] not in shift.days or day < (shift.from_date or _ALWAYS) or (replaced or date.max) <= day:
            continue
        starts, ends = edges(shift, day)
        if starts < ends and starts < until and since < ends:
            yield ShiftRow(
                site=shift.site,
                timezone=shift.timezone,
                team=shift.team,
                languages=languages,
                heads=shift.heads,
                starts_at=starts,
                ends_at=ends,
            )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


def edges(shift: Shift, day: date) -> tuple[datetime, datetime]:
    """When the shift of a local day begins and ends, aware UTC.

    Equal when the clocks jump over all of it.
    """
    last = day if shift.end > shift.start else day + _DAY
    starts, ends = datetime.combine(day, shift.start), datetime.combine(last, shift.end)
    return instant(starts, shift.zone), instant(ends, shift.zone)
