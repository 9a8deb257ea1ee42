"""Who is on shift, as a site file says it: shifts, absences, roster files, and what cannot be true together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, field_validator, model_validator

from config.base import Model, Text, Zone
from config.calendars import Holidays
from config.errors import unknown
from config.languages import Languages
from config.promises import Fault, KeyPath, Word
from config.staffing import OWN
from config.staffing import PlannedEvent as PlannedEvent
from config.staffing import Staffing as Staffing
from config.week import DAYS, ClockTime, Day


def _place(value: str) -> str:
    if value.casefold() == "all":
        raise ValueError('"all" stands for all sites together; give this one its own name')
    return value


def _single(value: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((name for name in value if value.count(name) > 1), None)
    if twice:
        raise ValueError(f'"{twice}" stands there twice; name each once')
    return value


Place = Annotated[Text, AfterValidator(_place)]
TrackNames = Annotated[tuple[Word, ...], Field(strict=False)]
Agents = Annotated[tuple[Text, ...], AfterValidator(_single), Field(strict=False)]


class Rostered(Protocol):
    """Somebody on a roster: a shift of the site file, a row of a file, an event of a feed."""

    @property
    def site(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def agents(self) -> tuple[str, ...]: ...
    @property
    def employer(self) -> str: ...


class Shift(Model):
    """`[[shift]]`: who is awake where, in local time. An `end` that is not after `start` lies on the next day.

    tracks     whose promises they keep; empty is all
    heads      how many they are; when it is left out, as many as `agents` names
    agents     who they are, as the care desk writes owners and actors
    days       on which weekdays it starts; `date` instead is one day, whatever version is in force then
    employer   "own", or the agency's name
    from       the first local day; a later one of the same site and team replaces the whole roster of both
    until      the last local day, as when a contract ends
    on_call    reachable, but not at work: counts in no number of heads
    holidays   the local days on which it does not start
    """

    site: Place
    timezone: Zone
    team: Text = "care"
    languages: Languages = ()
    tracks: TrackNames = ()
    heads: int = Field(ge=1, le=10_000)
    agents: Agents = ()
    days: tuple[Day, ...] = Field(default=DAYS, strict=False, min_length=1)
    on_date: date | None = Field(default=None, alias="date")
    start: ClockTime
    end: ClockTime
    employer: Text = OWN
    from_date: date | None = Field(default=None, alias="from")
    until_date: date | None = Field(default=None, alias="until")
    on_call: bool = False
    holidays: Holidays | None = None

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, given: Any) -> Any:
        """As many heads as agents, where only they are given."""
        agents = given.get("agents") if isinstance(given, dict) else None
        return {"heads": len(agents), **given} if isinstance(agents, list | tuple) and agents else given

    @model_validator(mode="after")
    def _agrees(self) -> Shift:
        if self.heads < len(self.agents):
            raise ValueError(f"has {self.heads} heads, but names {len(self.agents)} agents; leave heads out, or add up")
        _in_order(self.from_date, self.until_date)
        if self.on_date and (self.from_date or self.until_date or self.days != DAYS):
            raise ValueError("has a date, and days, from or until besides; a date is one day alone")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The shift's IANA zone."""
        return ZoneInfo(self.timezone)


class Absence(Model):
    """`[[absence]]`: fewer heads than the shifts say, on every shift that starts on a local day of it.

    team         of that site; without it all
    agent        who is absent; or `heads`, how many
    from, until  the first and the last local day; without until it is one day
    start, end   with one day: only between these times by the clock, whatever shift it falls into
    """

    site: Text
    team: Text | None = None
    agent: Text | None = None
    heads: int | None = Field(default=None, ge=1, le=10_000)
    from_date: date = Field(alias="from")
    until_date: date | None = Field(default=None, alias="until")
    start: ClockTime | None = None
    end: ClockTime | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Absence:
        if (self.agent is None) == (self.heads is None):
            raise ValueError(
                "names an agent and heads; write one of them" if self.agent else "names nobody; write agent or heads"
            )
        _in_order(self.from_date, self.until_date)
        if (self.start is None) != (self.end is None):
            raise ValueError("has only one of start and end; write both, or neither for whole days")
        if self.start and self.last != self.from_date:
            raise ValueError("has times of day and several days; write one table per day")
        return self

    @property
    def last(self) -> date:
        """The last local day."""
        return self.until_date or self.from_date


class RosterFile(Model):
    """`[[roster]]`: shifts from elsewhere, beside the `[[shift]]` tables.

    csv    a table of shifts, from the site file's folder; its columns are the keys of a shift
    ical   an iCalendar file, or an https address: each timed event is a shift of one head, its SUMMARY the agent's name

    The rest is what an event does not say.
    """

    csv: Text | None = None
    ical: Text | None = None
    site: Place | None = None
    timezone: Zone | None = None
    team: Text = "care"
    languages: Languages = ()
    tracks: TrackNames = ()
    employer: Text = OWN
    on_call: bool = False

    @field_validator("csv", "ical")
    @classmethod
    def _file_or_https(cls, value: str | None) -> str | None:
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", value or "")
        if scheme and not (value or "").startswith("https://"):
            # the address itself may hold a key: only its beginning is shown
            raise ValueError(f'"{scheme[1]}:" is neither a file nor an https address; write "https://..."')
        return value

    @model_validator(mode="after")
    def _is_one_thing(self) -> RosterFile:
        if (self.csv is None) == (self.ical is None):
            raise ValueError(
                "has csv and ical; write one table for each"
                if self.csv
                else 'names no file; write csv = "roster.csv", or ical'
            )
        if (self.csv or "").startswith("https://"):
            raise ValueError("has an address as its csv; only an ical may be one")
        beside = sorted(self.model_fields_set - {"csv", "ical"})
        if self.csv and beside:
            raise ValueError(f"has a csv and {beside[0]} besides; the file's own column says it")
        missing = next((key for key in ("site", "timezone") if getattr(self, key) is None), None)
        if self.ical and missing:
            raise ValueError(f"has an ical, but no {missing}, which its events do not say")
        return self

    @property
    def is_address(self) -> bool:
        """Whether it is to be fetched, not read from a file."""
        return (self.ical or "").startswith("https://")

    @property
    def named(self) -> str:
        """What the site file calls it: a path or an address."""
        return self.csv or self.ical or ""

    def file(self, base: Path) -> Path | None:
        """The file; None where it is an address."""
        return None if self.is_address else base / self.named


def _in_order(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise ValueError(f"ends before it begins: until {last} lies before from {first}")


def track_faults(
    shifts: Sequence[Shift], files: Sequence[RosterFile], staffing: Staffing | None, tracks: Collection[str]
) -> Iterator[Fault]:
    """Tracks that are named, but are none of the site file's, each with the path of its key."""
    for number, shift in enumerate(shifts):
        yield from _strange(("shift", number, "tracks"), shift.tracks, tracks)
    for number, file in enumerate(files):
        yield from _strange(("roster", number, "tracks"), file.tracks, tracks)
    for name in staffing.track if staffing else ():
        yield from _strange(("staffing", "track", name), (name,), tracks)


def _strange(path: KeyPath, named: Sequence[str], tracks: Collection[str]) -> Iterator[Fault]:
    for name in named:
        if not tracks:
            yield path, f'there is no [track.{name}]; write one, or leave "{name}" out'
        elif name not in tracks:
            yield path, unknown("track", name, tracks)


def name_faults(absences: Sequence[Absence], staffing: Staffing | None, roster: Sequence[Rostered]) -> Iterator[Fault]:
    """Absences of somebody, and costs of an employer, whom nothing on the whole roster names."""
    for number, absence in enumerate(absences):
        yield from _of_absence(("absence", number), absence, roster)
    employers = {one.employer for one in roster} | {OWN}
    for name in staffing.cost if staffing else ():
        if name not in employers:
            yield ("staffing", "cost", name), unknown("employer", name, employers)


def _of_absence(path: KeyPath, absence: Absence, roster: Sequence[Rostered]) -> Iterator[Fault]:
    here = [one for one in roster if one.site == absence.site]
    team = [one for one in here if absence.team in (None, one.team)]
    agents = {name for one in team for name in one.agents}
    if not here:
        yield (*path, "site"), unknown("site", absence.site, {one.site for one in roster})
    elif not team:
        yield (*path, "team"), unknown("team", absence.team or "", {one.team for one in here})
    elif absence.agent and not agents:
        yield (*path, "agent"), f"no shift of {absence.site} names its agents; write heads = 1"
    elif absence.agent and absence.agent not in agents:
        yield (*path, "agent"), unknown("agent", absence.agent, agents)
