"""The house behind the screens: one site file, its sources, its warehouse, its answers and its frames."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from config import ConfigError, Site
from config.errors import unknown
from connectors.hooks.signature import HookRefused
from jobs.alerts import Watch
from jobs.collect import Collector, LiveSource, Progress
from jobs.feeds import Feeds
from jobs.frames import Frames
from jobs.promises import Promises
from jobs.report import Report
from jobs.rosters import Rosters, shift_feeds
from jobs.site import checked_site, source_facts
from jobs.snapshot import Snapshots
from jobs.staffing import Planning
from jobs.understand import Understanding
from layouts.panels import panel_kinds
from queries.alerts import Alerts
from queries.answers import Answers, Cache
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.people import People
from queries.policies import Policies
from queries.roster import Roster
from queries.staffing import Staffing
from queries.upkeep import Upkeep
from queries.warehouse import Warehouse, WarehouseError

ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger("watchfloor.house")
Clock = Callable[[], datetime]
Work = Callable[[LiveSource, Progress], Report]


@dataclass(frozen=True, slots=True)
class Served:
    """The site as it is served now.

    `problems` are those of a changed site file: with `is_current` False it cannot be used and `site` is the last good
    one; with True it is in use, but for what waits for the next start, came too late, or could not be fetched.
    """

    site: Site
    build: str
    file: str
    problems: tuple[str, ...] = ()
    is_current: bool = True


class House:
    """The rooms put together around one site file. `serve` adds the scheduler and the web server."""

    def __init__(self, path: Path, clock: Clock, cache: Cache) -> None:
        """Open the house of the site file at `path`. Raises ConfigError or WarehouseError."""
        self.path, self.clock = path, clock
        site, live = checked_site(path)
        self._started = site
        self._seen = _stamp(path)
        self.warehouse = Warehouse(site.warehouse.url, site.warehouse_path, clock())
        self.answers = Answers(self.warehouse, load_catalogue(), cache)
        self.ledger, self.upkeep = Ledger(self.warehouse), Upkeep(self.warehouse)
        self.people = People(self.warehouse)
        self.roster = Roster(self.warehouse)
        self.policies = Policies(self.warehouse)
        feeds = Feeds(self.warehouse.path, clock)
        self.rosters = Rosters(self.roster, feeds, shift_feeds(self.warehouse.path, clock))
        self.promises, self.planning = Promises(self.policies, feeds), Planning(Staffing(self.warehouse), feeds)
        self.watch = Watch(self.answers, Alerts(self.warehouse))
        self.snapshots = Snapshots(self.answers, clock, lambda: self.served.site)
        self.collector = Collector(self.ledger, clock)
        self.frames = Frames(self.answers, panel_kinds(), clock)
        if faults := self.rosters.first_faults(site, clock()):
            self.close()
            raise ConfigError(str(path), faults)
        self.use(site, live)

    def use(self, site: Site, live: Sequence[LiveSource]) -> None:
        """Take over a site file that has been found good: all of it, or with a WarehouseError nothing."""
        self.ledger.declare_sources(source_facts(site))
        self.keep_roster(site)
        self.keep_promises(site)
        self.keep_staffing(site)
        # made first: a run that begins meanwhile must not read new options with old terms
        understanding = Understanding(site.brand)
        self.live, self.understanding = {source.name: source for source in live}, understanding
        build = hashlib.blake2b(site.model_dump_json().encode() + _drawing(), digest_size=6).hexdigest()
        self.frames.use(site, build)
        self._served = Served(site, build, str(self.path))

    def keep_roster(self, site: Site | None = None) -> bool:
        """Write out the roster of `site`, else of the one kept last, as far ahead as is kept; gives whether it moved.

        With anything wrong in it or its files the last good one stays in force, and `served.problems` say why.
        """
        return self.rosters.keep(site, self.clock())

    def keep_promises(self, site: Site | None = None) -> bool:
        """Write out calendars and tracks of `site`, else of the one kept last; gives whether anything moved."""
        return self.promises.keep(site, self.clock())

    def keep_staffing(self, site: Site | None = None) -> bool:
        """Write out staffing terms, planned events and long weekends of `site`, else of the one served."""
        return self.planning.keep(site or self.served.site, self.clock())

    def look_ahead(self) -> bool:
        """Raise and end alerts of what lies ahead, when something can have moved; gives whether one did."""
        return self.watch.look(self.clock())

    def fetch_holidays(self) -> bool:
        """Ask the addresses of holidays and rosters that are due; gives whether they moved anything."""
        moved = self.promises.fetch(self.clock())
        moved = self.keep_staffing() or moved  # the feed of a shift moves long weekends, and no promise
        return self.rosters.fetch(self.clock()) or moved

    @property
    def served(self) -> Served:
        """The site as it is served now; one that is in use with what its roster and its promises want to be known."""
        served = self._served
        problems = (*served.problems, *self.rosters.problems, *self.promises.problems)
        return replace(served, problems=tuple(dict.fromkeys(problems))) if served.is_current else served

    def poll(self, name: str) -> Report | None:
        """One run of a source on the clock."""
        source = self.live.get(name)
        report = self.collector.poll(source, self.understanding) if source else None
        if report and report.error:
            log.warning("%s: %s", name, report.error)
        return report

    def reread(self) -> bool:
        """Take over a changed site file; a wrong one is named on /health and the last good one stays.

        Of one that has not changed, roster files that have are read again. Gives whether the site is another.
        """
        stamp = _stamp(self.path)
        if stamp == self._seen:
            self.rosters.look(self.clock())
            return False
        self._seen = stamp
        old = self._served
        try:
            site, live = checked_site(self.path)
        except ConfigError as error:
            self._served = Served(
                old.site, old.build, old.file, tuple(str(problem) for problem in error.problems), False
            )
            return False
        started = self._started
        fixed = [
            f"{key} has changed and is taken over at the next start"
            for key, was, now in (
                ("server", started.server, site.server),
                ("access", started.access, site.access),
                ("warehouse.url", started.warehouse_path, site.warehouse_path),
            )
            if was != now
        ]
        try:
            self.use(site, live)
        except WarehouseError as error:
            # not taken over: the next look tries again
            self._seen = None
            self._served = Served(old.site, old.build, old.file, (str(error),), False)
            return False
        self._served = Served(site, self._served.build, self._served.file, tuple(fixed))
        return True

    def ingest(self, name: str | None, keep: bool, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Run one source, or all, to the end, with `since` as a backfill; gives events as they happen."""

        def read(source: LiveSource, progress: Progress) -> Report:
            return self.collector.run_to_end(source, self.understanding, keep=keep, since=since, progress=progress)

        return self._each(name, read)

    def redrive(self, name: str | None, reason: str | None) -> Iterator[dict[str, Any]]:
        """Try the refused rows of one source, or of all that have some, again; gives events as they happen."""

        def again(source: LiveSource, _: Progress) -> Report:
            return self.collector.redrive(source, self.understanding, reason)

        return self._each(name or self._with_refused(reason), again)

    def _with_refused(self, reason: str | None) -> list[str]:
        return [name for name in self.live if self.upkeep.refused(name, reason, 1)]

    def _each(self, names: str | list[str] | None, work: Work) -> Iterator[dict[str, Any]]:
        if isinstance(names, str) and names not in self.live:
            yield {"event": "error", "sentence": unknown("source", names, self.live)}
            return
        wanted = list(self.live) if names is None else [names] if isinstance(names, str) else names
        for source in [self.live[name] for name in wanted]:
            events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
            threading.Thread(target=_work, args=(source, work, events), daemon=True).start()
            while (event := events.get()) is not None:
                yield event

    def receive(self, name: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Take in what was posted to source `name`: verified, then kept as it came; gives an HTTP status and a word.

        Reading it is the next run's work, so an answer never waits for one. Raises WarehouseError.
        """
        source = self.live.get(name)
        receive = getattr(source.connector, "receive", None) if source else None
        if receive is None:
            return 404, f'no source "{name}" takes deliveries'
        now = self.clock()
        try:
            verified = receive(headers, body, now)
            is_new = self.upkeep.receive(name, verified.delivery_id, headers, body, now)
        except HookRefused as error:
            return error.status, str(error)
        return 202, "taken" if is_new else "known already"

    def retain(self) -> dict[str, int]:
        """Delete what sources with `retention_days` keep no longer; gives rows deleted by source."""
        gone = self.upkeep.retain(self.clock())
        for name, count in gone.items():
            if count:
                log.info("%s: %s rows were older than its retention_days and are deleted", name, f"{count:,}")
        return gone

    def remove_source(self, name: str, *, with_rows: bool) -> tuple[bool, str]:
        """Forget a source that has left the site file; gives whether it was done, and a sentence."""
        if name in self.live:
            return False, f"source {name} stands in {self.path}; take its [[source]] table out first"
        gone = self.upkeep.remove_source(name, self.clock(), with_rows=with_rows)
        if gone is None:
            return False, f'there is no source "{name}" in {self.warehouse.path}'
        told = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in gone.items())
        return True, f"{name} is forgotten; deleted: {told}" if with_rows else f"{name} is forgotten; its rows stay"

    def close(self) -> None:
        """Let the warehouse go."""
        self.collector.stop()
        self.promises.stop()
        self.rosters.stop()
        self.warehouse.close()


def _work(source: LiveSource, work: Work, events: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    def progress(report: Report, share: float | None) -> None:
        events.put({"event": "progress", "source": report.source, "read": report.tally.read, "share": share})

    try:
        events.put({"event": "report", **work(source, progress).event()})
    except WarehouseError as error:
        events.put({"event": "report", **Report(source.name, error=str(error)).event()})
    except Exception as error:
        # a report says that it failed: without one the command would leave as if all were well
        log.exception("source %s failed", source.name)
        words = f"{source.name} failed unexpectedly ({type(error).__name__}); the log has the details"
        events.put({"event": "report", **Report(source.name, error=words).event()})
    finally:
        events.put(None)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
        return stat.st_mtime_ns, stat.st_size
    except OSError:
        return None


def _drawing() -> bytes:
    """What draws a page: a page of other code than the server's reloads itself."""
    files = sorted(
        [*(ROOT / "layouts").rglob("*.py"), *(ROOT / "assets").glob("*.js"), *(ROOT / "assets").glob("*.css")]
    )
    return b"".join(hashlib.blake2b(file.read_bytes(), digest_size=8).digest() for file in files)
