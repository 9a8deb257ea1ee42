"""The whole roster as it is read: the site file's shifts, its roster files, its absences; and what is wrong in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config import Absence, Problem, RosterFile, Shift, Site
from config.roster import Staffing, name_faults
from jobs.absences import Piece, Shortfall, without
from jobs.ical import Days
from jobs.roster import local_day, pieces, window, written_out
from jobs.rosterfile import NotARoster, read_csv
from jobs.rosterical import Event, NotShifts, event_row, events
from queries.roster import ShiftRow

Feed = Callable[[RosterFile], bytes | None]
"""What the address of a roster says; None while it was never read."""

UNREAD = "has not been read yet"

_DAY = timedelta(days=1)
_WEEK = 9 * _DAY  # and the nights at both its ends
_FARTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Plan:
    """A roster that has been found good.

    `origins` say of each shift where it stands; `feeds` are its iCalendar files, each with what it said, None where it
    was not asked; `days` are those of each `ical` of holidays.
    """

    shifts: tuple[Shift, ...]
    origins: tuple[str, ...]
    feeds: tuple[tuple[str, RosterFile, bytes | None], ...]
    absences: tuple[Absence, ...]
    staffing: Staffing | None
    days: Mapping[str, Days]

    def rows(self, now: datetime) -> set[ShiftRow]:
        """The roster written out in the window of `now` (aware)."""
        own = (piece.row for piece in self.events(*window(now)))
        return written_out(self.shifts, now, self.absences, own, self.days)

    def events(self, since: datetime, until: datetime) -> Iterator[Piece]:
        """The shifts of its iCalendar files that are under way at some time between `since` and `until` (aware)."""
        for name, told, data in self.feeds:
            for event in events(data, ZoneInfo(told.timezone or "UTC"), since, until) if data else ():
                row = event_row(event, told)
                yield Piece(row, local_day(row), f'{name}: event "{event.uid}"')


def read_plan(site: Site, feed: Feed | None, days: Mapping[str, Days], now: datetime) -> Plan:
    """Read the roster of a site file and of all the files it names.

    `feed` gives what addresses say, and without it none is asked; `days` are those of each `ical` of holidays. Raises
    NotARoster with all that is wrong: files that cannot be read, rows and events that can be no shift, and what cannot
    be true together.
    """
    found = [(f"shift.{number}.agents", shift) for number, shift in enumerate(site.shift, 1)]
    feeds: list[tuple[str, RosterFile, bytes | None]] = []
    wrong: list[Problem] = []
    for number, file in enumerate(site.roster, 1):
        try:
            if file.csv:
                found += _of_csv(site, file.csv)
            else:
                feeds.append(_of_ical(site, file, f"roster.{number}.ical", feed, now))
        except NotARoster as error:
            wrong += error.problems
    if wrong:
        raise NotARoster(wrong)
    origins, shifts = [origin for origin, _ in found], [shift for _, shift in found]
    plan = Plan(tuple(shifts), tuple(origins), tuple(feeds), site.absence, site.staffing, days)
    if wrong := [*_strangers(plan, now), *_impossible(plan, now)]:
        raise NotARoster(wrong)
    return plan


def _of_csv(site: Site, name: str) -> Iterator[tuple[str, Shift]]:
    for line, shift in read_csv(site.base / name, name, site.track).items():
        yield f"{name}: agents (line {line})", shift


def _of_ical(
    site: Site, file: RosterFile, key: str, feed: Feed | None, now: datetime
) -> tuple[str, RosterFile, bytes | None]:
    path = file.file(site.base)
    if path is None:
        data = feed(file) if feed else None
        if feed and data is None:
            raise NotARoster([Problem(key, UNREAD)])
    else:
        key, data = file.named, _read(path, file.named)
    try:
        if data is not None:
            events(data, ZoneInfo(file.timezone or "UTC"), *window(now))
    except NotShifts as error:
        raise NotARoster([Problem(key, sentence) for sentence in error.sentences]) from None
    return key, file, data


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotARoster([Problem(name, "does not exist; paths start from the site file's folder")]) from None
    except OSError as error:
        raise NotARoster([Problem(name, f"cannot be read: {error.strerror}")]) from None


def _strangers(plan: Plan, now: datetime) -> Iterator[Problem]:
    """Absences of somebody, and costs of an employer, whom nobody names. What is over is not judged any more."""
    told = [event_row(Event("", None, now, now), file) for _, file, _ in plan.feeds]
    for path, sentence in name_faults(plan.absences, plan.staffing, [*plan.shifts, *told]):
        absence = plan.absences[int(path[1])] if path[0] == "absence" else None
        # a feed tells of so many weeks: who is not in it may come into it
        by_feed = absence and path[-1] == "agent" and absence.site in {file.site for _, file, _ in plan.feeds}
        if not by_feed and not (absence and absence.last < now.date() - _DAY):
            yield Problem(".".join(str(part + 1) if isinstance(part, int) else part for part in path), sentence)


def _impossible(plan: Plan, now: datetime) -> list[Problem]:
    """Who is on two shifts at once, and absences of more heads than there are, from `now` on.

    Looked at is so far ahead as the roster is written out, and a week of each version and each absence besides.
    """
    reach = max(_coming(plan), default=now.date())
    farthest = min(max(window(now)[1], now + (reach - now.date()) + _WEEK), now + _FARTHEST)
    made = [*pieces(plan.shifts, now, farthest, plan.days, plan.origins), *plan.events(now, farthest)]
    left, shortfalls = without(made, plan.absences)
    return [*_doubles(left), *(_too_large(one, plan.absences[one.number]) for one in shortfalls)]


def _coming(plan: Plan) -> Iterator[date]:
    """The days on which something begins to be other than before."""
    for shift in plan.shifts:
        yield from (day for day in (shift.on_date, shift.from_date) if day)
    yield from (min(absence.last, absence.from_date + _WEEK) for absence in plan.absences)


def _doubles(made: Iterable[Piece]) -> Iterator[Problem]:
    """Who is at work twice at once; who is on call may be at work besides."""
    by_agent: dict[str, list[Piece]] = defaultdict(list)
    for piece in made:
        for agent in () if piece.row.is_on_call else piece.row.agents:
            by_agent[agent].append(piece)
    told: set[tuple[str, str, str]] = set()
    for agent, of_it in sorted(by_agent.items()):
        for one, after in _overlapping(sorted(of_it, key=lambda piece: piece.row.starts_at)):
            pair = (agent, min(one.origin, after.origin), max(one.origin, after.origin))
            if pair not in told:
                told.add(pair)
                sentence = f'"{agent}" is on two shifts at once: {_described(one)}, and here {_described(after)}'
                yield Problem(after.origin, sentence)


def _overlapping(ordered: Iterable[Piece]) -> Iterator[tuple[Piece, Piece]]:
    last: Piece | None = None
    for piece in ordered:
        if last and piece.row.starts_at < last.row.ends_at:
            yield last, piece
        if last is None or piece.row.ends_at > last.row.ends_at:
            last = piece


def _described(piece: Piece) -> str:
    zone = ZoneInfo(piece.row.timezone)
    starts, ends = piece.row.starts_at.astimezone(zone), piece.row.ends_at.astimezone(zone)
    return f"{piece.row.site} {starts:%Y-%m-%d %H:%M} to {ends:%H:%M} ({piece.origin})"


def _too_large(found: Shortfall, absence: Absence) -> Problem:
    where, at = f"absence.{found.number + 1}.heads", f"{found.at:%Y-%m-%d %H:%M} UTC"
    if found.named:
        names = " or ".join(found.named)
        return Problem(where, f"does not say who is absent on {at}: {names}; write agent")
    there = f"only {found.heads}" if found.heads else "nobody"
    return Problem(where, f"{absence.heads} are more than are on shift in {absence.site} on {at}: {there}")
