"""The roster kept up: read from the site file and the files it names, written out, stored; what is wrong with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config import Problem, Site
from config.roster import RosterFile
from connectors.http import Network
from jobs.copies import Copies, Manners
from jobs.feeds import Feeds, named
from jobs.roster import window
from jobs.rosterfile import NotARoster
from jobs.rosterical import events
from jobs.rosterplan import UNREAD, Plan, read_plan
from queries.roster import Roster

log = logging.getLogger("watchfloor.roster")
MANNERS = Manners("roster", timedelta(minutes=50), "the roster stays as it was")
_UTC = ZoneInfo("UTC")
Stamps = tuple[tuple[int, int] | None, ...]


def shift_feeds(warehouse: Path, clock: Callable[[], datetime], network: Network | None = None) -> Copies:
    """What the addresses of rosters say; copies of what was fetched lie beside the warehouse."""
    folder = warehouse.with_name(warehouse.name + ".roster")
    return Copies(folder, MANNERS, clock, lambda data: events(data, _UTC, *window(clock())), network)


class Rosters:
    """The roster in the warehouse, as it was last found good. Taken over is all of it, or nothing."""

    def __init__(self, roster: Roster, holidays: Feeds, feeds: Copies) -> None:
        self._roster, self._holidays, self._feeds = roster, holidays, feeds
        self._lock = threading.Lock()
        self._site: Site | None = None
        self._good: Plan | None = None
        self._seen: Stamps = ()
        self._wrong: tuple[str, ...] = ()

    def keep(self, site: Site | None, now: datetime) -> bool:
        """Write out the roster of `site`, or of the one kept last, as far ahead as is kept; gives whether it moved.

        With anything wrong in it the last good one stays in force, and is written out further. Raises WarehouseError;
        nothing is taken over then.
        """
        with self._lock:
            site = site or self._site
            if site is None:
                return False
            seen = _stamps(site)
            plan, wrong = self._read(site, now)
            moved = self._roster.keep(plan.rows(now), now) if plan else False
            self._site, self._seen, self._good, self._wrong = site, seen, plan, wrong
        return moved

    def _read(self, site: Site, now: datetime) -> tuple[Plan | None, tuple[str, ...]]:
        try:
            return read_plan(site, self._of_address, self._holidays.days(site), now), ()
        except NotARoster as error:
            # of an address that was never read `feeds` says why
            told = [str(one).rstrip(".") for one in error.problems if one.sentence != UNREAD]
            wrong = tuple(f"{sentence}. {self._meanwhile()}" for sentence in told)
        for sentence in wrong:
            log.warning("roster: %s", sentence)
        return self._good, wrong

    def _of_address(self, file: RosterFile) -> bytes | None:
        return self._feeds.kept(file.named)

    def _meanwhile(self) -> str:
        is_there = self._good is not None or self._roster.is_known()
        return "The last good roster stays in force" if is_there else "Until that is mended, nobody is on the roster"

    def first_faults(self, site: Site, now: datetime) -> tuple[Problem, ...]:
        """What keeps the roster of `site` from being the first one there is; an address that is away does not."""
        return () if self._roster.is_known() else roster_faults(site, self._holidays, now)

    def look(self, now: datetime) -> bool:
        """Read the roster files again when one of them has changed; gives whether the roster moved."""
        site = self._site
        return site is not None and _stamps(site) != self._seen and self.keep(None, now)

    def fetch(self, now: datetime) -> bool:
        """Ask the addresses that are due, and keep what they say, of holidays too; gives whether the roster moved."""
        site = self._site
        if site is None:
            return False
        has_changed = self._feeds.fetch(file.named for file in site.roster if file.is_address)
        has_holidays = any(key.startswith("shift.") for key, _ in named(site))
        return (has_changed or has_holidays) and self.keep(None, now)

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps the roster from being as the site file says, and addresses that could not be read."""
        files = enumerate(self._site.roster if self._site else (), 1)
        away = (
            f"roster.{number}.ical: {wrong}"
            for number, file in files
            if (wrong := self._feeds.wrong.get(file.named)) and file.is_address
        )
        return tuple(dict.fromkeys([*self._wrong, *away]))

    def stop(self) -> None:
        """End what is being asked."""
        self._feeds.stop()


def roster_faults(site: Site, holidays: Feeds | None, now: datetime) -> tuple[Problem, ...]:
    """What is wrong with the roster of a site file and the files it names. Asks no address of a roster.

    Without `holidays` those of iCalendar files are left out.
    """
    try:
        read_plan(site, None, holidays.days(site) if holidays else {}, now)
    except NotARoster as error:
        return error.problems
    return ()


def _stamps(site: Site) -> Stamps:
    """When each roster file was last written, and how long it is."""
    return tuple(_stamp(path) for file in site.roster if (path := file.file(site.base)))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
