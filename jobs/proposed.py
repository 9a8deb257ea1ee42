"""A proposed roster, read as if it were the site's own: what it says, the files it names, what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from config import ConfigError, Problem, Site
from config.load import locate
from config.proposal import KINDS, with_roster
from jobs.feeds import Feeds, named
from jobs.rosterfile import NotARoster, shifts_of
from jobs.rosterplan import read_plan
from jobs.rosters import shift_feeds
from queries.roster import ShiftRow


@dataclass(frozen=True, slots=True)
class Proposed:
    """The site as it were, and its roster written out."""

    site: Site
    rows: set[ShiftRow]


def proposed(
    site: Site, text: str, name: str, now: datetime, warehouse: Path, clock: Callable[[], datetime]
) -> Proposed:
    """Read a roster in TOML, or with a name that ends in .csv in CSV, in place of that of `site`.

    Copies of what addresses said lie beside `warehouse`. Raises ValueError with a letter that names file, line and key.
    """
    read = _of_table if name.lower().endswith(".csv") else _of_tables
    try:
        return read(site, text, name, now, _Feeds(warehouse, clock))
    except (ConfigError, NotARoster) as error:
        raise ValueError(str(error)) from None


class _Feeds:
    """What addresses said when they were last read well, of rosters and of holidays."""

    def __init__(self, warehouse: Path, clock: Callable[[], datetime]) -> None:
        self.shifts, self.holidays = shift_feeds(warehouse, clock), Feeds(warehouse, clock)


def _of_tables(site: Site, text: str, name: str, now: datetime, feeds: _Feeds) -> Proposed:
    other = with_roster(site, text, name)
    try:
        return Proposed(other, _rows(site, other, now, feeds))
    except NotARoster as error:
        raise ConfigError(name, [_located(problem, text) for problem in error.problems]) from None


def _located(problem: Problem, text: str) -> Problem:
    """With the line of its key, where that is one of the text's own, such as "shift.2.agents"."""
    path = [int(part) - 1 if part.isdigit() else part for part in problem.where.split(".")]
    is_key = problem.line is None and path[0] in KINDS
    return replace(problem, line=locate(text, path)) if is_key else problem


def _of_table(site: Site, text: str, name: str, now: datetime, feeds: _Feeds) -> Proposed:
    shifts = shifts_of(text, name, site.track)
    other = site.model_copy(update={"shift": tuple(shifts.values()), "roster": ()})
    try:
        return Proposed(other, _rows(site, other, now, feeds))
    except NotARoster as error:
        # shifts are numbered there; whoever reads a table looks for its line
        lines = {f"shift.{number}.agents": line for number, line in enumerate(shifts, 1)}
        told = re.sub(r"shift\.\d+\.agents", lambda found: f"{name}: agents (line {lines[found[0]]})", str(error))
        raise ValueError(told) from None


def _rows(site: Site, other: Site, now: datetime, feeds: _Feeds) -> set[ShiftRow]:
    """The proposed roster, judged by what it says itself: absences and costs of the site file need not fit it.

    Raises NotARoster.
    """
    if elsewhere := list(_elsewhere(site, other)):
        raise NotARoster(elsewhere)
    judged = other.model_copy(
        update={
            "absence": () if other.absence is site.absence else other.absence,
            "staffing": None if other.staffing is site.staffing else other.staffing,
        }
    )
    days = feeds.holidays.days(other)
    if wrong := feeds.holidays.problems(other):
        raise NotARoster([Problem(where, said) for where, _, said in (one.partition(": ") for one in wrong)])
    plan = read_plan(judged, lambda file: feeds.shifts.kept(file.named), days, now)
    return replace(plan, absences=other.absence).rows(now)


def _elsewhere(site: Site, other: Site) -> Iterator[Problem]:
    """Files elsewhere, and addresses that are not the site's: a comparison opens none of them and asks none."""
    known = {file.named for file in site.roster} | {holidays.ical for _, holidays in named(site)}
    files = [
        *((f"roster.{number}.{'csv' if file.csv else 'ical'}", file.named, file.file(site.base))
          for number, file in enumerate(other.roster, 1)),
        *((where, holidays.ical, holidays.file(site.base)) for where, holidays in named(other)),
    ]  # fmt: skip
    for where, name, path in files:
        is_here = path and path.resolve().is_relative_to(site.base.resolve())
        if name not in known and not is_here:
            yield Problem(where, "only what the site file names too, or lies in its folder, can be compared with")
