"""The holiday feeds of a site file: iCalendar files beside it, and addresses with the last good copy of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from config import Site
from config.calendars import Holidays
from connectors.http import Network
from jobs.calendars import FIRST, horizon
from jobs.copies import LAST_GOOD, Copies, Manners
from jobs.ical import Days, NotACalendar, all_days

ASK_AGAIN = timedelta(hours=20)
UNREAD = "none of its days count"


def named(site: Site) -> Iterator[tuple[str, Holidays]]:
    """Each `ical` of a site file that names holidays, with the key it stands at."""
    for name, versions in site.calendar.items():
        for version in versions:
            if version.holidays and version.holidays.ical:
                yield f"calendar.{name}.holidays.ical", version.holidays
    for number, shift in enumerate(site.shift, 1):
        if shift.holidays and shift.holidays.ical:
            yield f"shift.{number}.holidays.ical", shift.holidays


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
        folder, manners = warehouse.with_name(warehouse.name + ".holidays"), Manners("holidays", ASK_AGAIN, UNREAD)
        self._clock = clock
        self._copies = Copies(folder, manners, clock, lambda data: all_days(data, FIRST, self._last()), network)
        self._files: dict[str, bytes] = {}
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
                data = self._of_address(ical) if holidays.is_address else self._of_file(ical, site.base, last)
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
        return self._copies.fetch(holidays.ical or "" for _, holidays in named(site) if holidays.is_address)

    def problems(self, site: Site) -> tuple[str, ...]:
        """What could not be read when it was last tried, each with its key."""
        wrong = self._copies.wrong | self._wrong
        told = (f"{key}: {wrong[holidays.ical or '']}" for key, holidays in named(site) if holidays.ical in wrong)
        return tuple(dict.fromkeys(told))

    def stop(self) -> None:
        """End what is being asked."""
        self._copies.stop()

    def _last(self) -> date:
        """The last day calendars are written out to, and one for zones that are behind."""
        return horizon(self._clock()).date() + timedelta(days=1)

    def _of_address(self, ical: str) -> bytes | None:
        self._wrong.pop(ical, None)
        return self._copies.kept(ical)

    def _of_file(self, ical: str, base: Path, last: date) -> bytes | None:
        try:
            self._files[ical] = read_file(base / ical, last)[0]
            self._wrong.pop(ical, None)
        except NotACalendar as error:
            self._wrong[ical] = f"{error}. {LAST_GOOD if ical in self._files else f'Until it is read, {UNREAD}'}"
        return self._files.get(ical)


def feeds_by_file(site: Site) -> Iterator[tuple[str, Path]]:
    """The iCalendar files of a site file that name holidays, each with the key it stands at."""
    for key, holidays in named(site):
        if file := holidays.file(site.base):
            yield key, file
