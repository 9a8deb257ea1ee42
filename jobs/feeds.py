"""The holiday feeds of a site file: iCalendar files beside it, and addresses with the last good copy of each."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from config import Site
from config.calendars import Holidays
from connectors.http import HttpError, Network
from jobs.calendars import FIRST, horizon
from jobs.ical import Days, NotACalendar, all_days

log = logging.getLogger("watchfloor.feeds")
ASK_AGAIN = timedelta(hours=20)
PATIENCE_SECONDS = 15.0
"""A feed that is read for the first time holds up whoever reads the site file."""


def named(site: Site) -> Iterator[tuple[str, Holidays]]:
    """Each `ical` of a site file, with the name of its calendar."""
    for name, versions in site.calendar.items():
        for version in versions:
            if version.holidays and version.holidays.ical:
                yield name, version.holidays


def read_file(path: Path, last: date) -> tuple[bytes, Days]:
    """An iCalendar file and its days until `last`. Raises NotACalendar with a sentence that names the file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotACalendar(f"{path} does not exist; paths start from the site file's folder") from None
    except OSError as error:
        raise NotACalendar(f"{path} cannot be read: {error.strerror}") from None
    try:
        return data, all_days(data, FIRST, last)
    except NotACalendar as error:
        raise NotACalendar(f"{path} {error}") from None


class Feeds:
    """What each `ical` says, as it was last read well. Copies of what was fetched lie beside the warehouse."""

    def __init__(self, warehouse: Path, clock: Callable[[], datetime], network: Network | None = None) -> None:
        self._folder = warehouse.with_name(warehouse.name + ".holidays")
        self._clock = clock
        self._stopping = threading.Event()
        self._network = network or Network(
            clock,
            stopping=self._stopping,
            deadline_seconds=PATIENCE_SECONDS,
            patience_seconds=PATIENCE_SECONDS,
        )
        self._asking = threading.Lock()
        self._good: dict[str, bytes] = {}
        self._read_at: dict[str, datetime] = {}
        self._wrong: dict[str, str] = {}

    def days(self, site: Site) -> dict[str, Days]:
        """The days of each `ical` of the site file, by what stands there; one that was never read well has none.

        An address of which there is no copy yet is asked for now.
        """
        last = self._last()
        found: dict[str, Days] = {}
        for _, holidays in named(site):
            ical = holidays.ical or ""
            if ical not in found:
                data = self._kept(ical) if holidays.is_address else self._of_file(ical, site.base, last)
                found[ical] = self._read(ical, data, last) if data else {}
        return found

    def _read(self, ical: str, data: bytes, last: date) -> Days:
        try:
            return all_days(data, FIRST, last)
        except NotACalendar as error:  # it was one until the year turned and more had to be written out
            self._wrong[ical] = f"it {error}. None of its days count"
            return {}

    def fetch(self, site: Site) -> bool:
        """Ask the addresses that were not read within a day; gives whether one says something else than before."""
        icals = {holidays.ical or "" for _, holidays in named(site) if holidays.is_address}
        now = self._clock()
        due = sorted(ical for ical in icals if ical not in self._read_at or self._read_at[ical] + ASK_AGAIN <= now)
        return True in [self._ask(ical) for ical in due]

    def problems(self, site: Site) -> tuple[str, ...]:
        """What could not be read when it was last tried, each with its key."""
        wrong = self._wrong.copy()
        told = (f"calendar.{name}.holidays.ical: {wrong[h.ical or '']}" for name, h in named(site) if h.ical in wrong)
        return tuple(dict.fromkeys(told))

    def stop(self) -> None:
        """End what is being asked."""
        self._stopping.set()

    def _last(self) -> date:
        """The last day calendars are written out to, and one for zones that are behind."""
        return horizon(self._clock()).date() + timedelta(days=1)

    def _of_file(self, ical: str, base: Path, last: date) -> bytes | None:
        try:
            self._good[ical] = read_file(base / ical, last)[0]
            self._wrong.pop(ical, None)
        except NotACalendar as error:
            self._wrong[ical] = f"{error}. {self._meanwhile(ical)}"
        return self._good.get(ical)

    def _kept(self, ical: str) -> bytes | None:
        """What an address said when it was last read well, in this process or an earlier one."""
        if ical not in self._good:
            try:
                data = self._copy(ical).read_bytes()
                all_days(data, FIRST, self._last())
                self._good[ical] = data
            except (OSError, NotACalendar):
                self._ask(ical)
        return self._good.get(ical)

    def _ask(self, ical: str) -> bool:
        """Ask one address; gives whether it says something else than before."""
        with self._asking:
            try:
                with self._network.line("holidays", state=None) as line:
                    data = line.get(ical).body
                all_days(data, FIRST, self._last())
            except (HttpError, NotACalendar) as error:
                # what stands behind the host may be a key, as in the private addresses of shared calendars
                sentence = re.sub(r"(https://[^\s/]+)/[^\s:;,]*", r"\1", str(error))
                sentence = sentence if isinstance(error, HttpError) else f"what the address sends {sentence}"
                self._wrong[ical] = f"{sentence}. {self._meanwhile(ical)}"
                log.warning("holidays: %s", self._wrong[ical])
                return False
            self._read_at[ical] = self._clock()
            self._wrong.pop(ical, None)
            before, self._good[ical] = self._good.get(ical), data
            self._keep(ical, data)
        return data != before

    def _meanwhile(self, ical: str) -> str:
        return "Its last good copy stays in force" if ical in self._good else "Until it is read, none of its days count"

    def _keep(self, ical: str, data: bytes) -> None:
        copy = self._copy(ical)
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            draft = copy.with_suffix(".part")
            draft.write_bytes(data)
            os.replace(draft, copy)
        except OSError as error:
            self._wrong[ical] = f"its copy {copy} cannot be written: {error.strerror}"

    def _copy(self, ical: str) -> Path:
        # the address may hold a key: it is not what the copy is called
        return self._folder / f"{hashlib.blake2b(ical.encode(), digest_size=8).hexdigest()}.ics"


def feeds_by_file(site: Site) -> Iterator[tuple[str, Path]]:
    """The iCalendar files of a site file, each with the key that names it."""
    for name, holidays in named(site):
        if file := holidays.file(site.base):
            yield f"calendar.{name}.holidays.ical", file
