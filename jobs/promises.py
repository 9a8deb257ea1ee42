"""Promises kept up: calendars and tracks of the site file written out and stored, and what a person should know."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from config import Site
from config.calendars import Calendar
from config.promises import Track, Version
from jobs.calendars import in_force, policy_rows, written_out
from jobs.feeds import Feeds
from queries.policies import HoursRow, Policies, revised_policies

_NEVER = datetime.max.replace(tzinfo=UTC)


class Promises:
    """The site file's calendars and tracks in the warehouse, as they were last kept."""

    def __init__(self, policies: Policies, feeds: Feeds) -> None:
        self._policies, self._feeds = policies, feeds
        self._lock = threading.Lock()
        self._site: Site | None = None
        self._notes: tuple[str, ...] = ()

    def keep(self, site: Site | None, now: datetime) -> bool:
        """Write out what `site` says, or the one kept last, as far ahead as is kept; gives whether it moved.

        Raises WarehouseError; nothing is taken over then.
        """
        with self._lock:
            site, old = site or self._site, self._site
            if site is None:
                return False
            hours, days = written_out(site.calendar, site.site.zone, now, self._feeds.days(site))
            moved = self._policies.keep(hours, days, policy_rows(site), now)
            if site is not old:
                self._notes = tuple(self._late(old, site, hours, now.replace(microsecond=0)))
                self._site = site
        return moved

    def fetch(self, now: datetime) -> bool:
        """Ask the addresses of holidays, and keep what they say; gives whether anything moved."""
        site = self._site
        return site is not None and self._feeds.fetch(site) and self.keep(None, now)

    @property
    def problems(self) -> tuple[str, ...]:
        """What does not do what the site file may be read to say: versions that came too late, feeds not read."""
        return (*self._notes, *(self._feeds.problems(self._site) if self._site else ()))

    def stop(self) -> None:
        """End what is being asked."""
        self._feeds.stop()

    def _late(self, old: Site | None, site: Site, hours: Iterable[HoursRow], at: datetime) -> Iterator[str]:
        """A note for each version that is new or edited and began before `at`, where history says otherwise."""
        if edited := dict(_edited_calendars(old, site, at)):
            history, would = _passed(self._policies.hours(), at), _passed(hours, at)
            for name, versions in edited.items():
                if history[name] != would[name]:
                    yield from (_note("calendar", name, one) for one in versions)
        stored = self._policies.policies()
        begun = {row.track for row in stored if row.from_at == at}
        told, said = (revised_policies(rows, (), at) for rows in (stored, policy_rows(site)))
        for name, tables in _edited_tracks(old, site, begun, at):
            if {row for row in told if row.track == name} != {row for row in said if row.track == name}:
                yield from (_note("track", name, one) for one in tables)


def _edited_calendars(old: Site | None, site: Site, at: datetime) -> Iterator[tuple[str, list[Calendar]]]:
    for name, versions in site.calendar.items():
        known = old.calendar.get(name) if old else None
        spans = in_force(versions, lambda one: one.zone(site.site.zone))
        late = [one for one, since, _ in spans if known and one not in known and _is_before(since, at)]
        if late:
            yield name, late


def _edited_tracks(
    old: Site | None, site: Site, begun: Collection[str], at: datetime
) -> Iterator[tuple[str, list[Track]]]:
    for name, tables in site.track.items():
        spans = list(in_force(tables, lambda _: site.site.zone))
        late = [one for one, since, _ in spans if old and one not in old.track.get(name, ()) and _is_before(since, at)]
        if old is None and name in begun:
            # nobody knows what the file said before: what begins at this moment has been edited
            late = [one for one, since, until in spans if _is_before(since, at) and not _is_before(until or _NEVER, at)]
        yield name, late


def _is_before(moment: datetime | None, at: datetime) -> bool:
    return moment is None or moment < at


def _passed(rows: Iterable[HoursRow], at: datetime) -> dict[str, set[HoursRow]]:
    found: dict[str, set[HoursRow]] = defaultdict(set)
    for row in rows:
        if row.closes_at <= at:
            found[row.calendar].add(row)
    return found


def _note(kind: str, name: str, version: Version) -> str:
    since = f"from {version.from_date}" if version.from_date else "from the beginning"
    return (
        f"{kind}.{name}: its version {since} counts from now on, because what has passed is history; "
        "`python app.py whatif` shows the past under it"
    )
