"""The house behind the screens: one site file, its sources, its warehouse, its answers and its frames."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config import ConfigError, Problem, Site, Source, load_site
from config.errors import explain, unknown
from connectors.contract import Misconfigured, Setup
from connectors.registry import source_kinds
from jobs.collect import Collector, LiveSource, Report
from jobs.frames import Frames
from jobs.understand import Understanding
from layouts.panels import panel_kinds
from queries.answers import Answers, Cache
from queries.catalogue import load_catalogue
from queries.ledger import Ledger, SourceFacts
from queries.rows import MentionRow
from queries.warehouse import Warehouse, WarehouseError

ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger("watchfloor.house")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Served:
    """The site as it is served now.

    `problems` are those of a changed site file: with `is_current` False it cannot be used and `site` is the last good
    one; with True it is in use, but for what waits for the next start.
    """

    site: Site
    build: str
    file: str
    problems: tuple[str, ...] = ()
    is_current: bool = True


def live_sources(site: Site) -> tuple[list[LiveSource], list[Problem]]:
    """Every source of the site file with its connector made, and what is wrong with those that could not be."""
    kinds, live, problems = source_kinds(), [], []
    for source in site.source:
        where = f"source.{source.name}"
        if source.kind not in kinds:
            problems.append(Problem(f"{where}.kind", unknown("kind", source.kind, kinds)))
            continue
        made = kinds[source.kind]
        try:
            options = made.Options.model_validate(source.options)
            setup = Setup(
                source.name, options, site.base, source.source_class, source.every.total_seconds(), _terms_of(site)
            )
            live.append(
                LiveSource(source.name, source.kind, source.source_class, source.every, source.stale_after, made(setup))
            )
        except ValidationError as error:
            problems += explain(error, made.Options, ["source", source.name], beside=Source.own_keys())
        except Misconfigured as error:
            problems.append(Problem(where, str(error)))
    return live, problems


def checked_site(path: Path) -> tuple[Site, list[LiveSource]]:
    """Read a site file whole: its own words, its sources' options, its panels' kinds. Raises ConfigError."""
    site = load_site(path)
    live, problems = live_sources(site)
    problems += panel_problems(site)
    if problems:
        raise ConfigError(str(path), problems)
    return site, live


def _terms_of(site: Site) -> str:
    """What brands are found by, in short: when it changes, files already taken in are looked through again."""
    said = [(brand.name, sorted(brand.terms), sorted(brand.not_terms)) for brand in site.brand]
    return hashlib.blake2b(repr(sorted(said)).encode(), digest_size=8).hexdigest()


def panel_problems(site: Site) -> list[Problem]:
    """Panels of a kind nobody draws, or with a measure their kind does not know."""
    kinds, problems = panel_kinds(), []
    for name, panel in site.panel.items():
        if panel.kind not in kinds:
            problems.append(Problem(f"panel.{name}.kind", unknown("kind", panel.kind, kinds)))
        elif panel.measure is not None and panel.measure not in kinds[panel.kind].measures:
            known = kinds[panel.kind].measures
            sentence = unknown("measure", panel.measure, known) if known else f"a {panel.kind} panel takes no measure"
            problems.append(Problem(f"panel.{name}.measure", sentence))
    return problems


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
        self.ledger = Ledger(self.warehouse)
        self.collector = Collector(self.ledger, clock)
        self.frames = Frames(self.answers, panel_kinds(), clock)
        self.use(site, live)

    def use(self, site: Site, live: Sequence[LiveSource]) -> None:
        """Take over a site file that has been found good: all of it, or with a WarehouseError nothing."""
        self.ledger.declare_sources(
            [SourceFacts(source=one.name, kind=one.kind, every=one.every, stale_after=one.stale_after) for one in live]
        )
        self.live = {source.name: source for source in live}
        self.understanding = Understanding(site.brand)
        build = hashlib.blake2b(site.model_dump_json().encode() + _drawing(), digest_size=6).hexdigest()
        self.frames.use(site, build)
        self.served = Served(site, build, str(self.path))

    def poll(self, name: str) -> Report | None:
        """One run of a source on the clock."""
        source = self.live.get(name)
        report = self.collector.poll(source, self.understanding) if source else None
        if report and report.error:
            log.warning("%s: %s", name, report.error)
        return report

    def reread(self) -> bool:
        """Take over a changed site file; a wrong one is named on /health and the last good one stays."""
        stamp = _stamp(self.path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        old = self.served
        try:
            site, live = checked_site(self.path)
        except ConfigError as error:
            self.served = Served(
                old.site, old.build, old.file, tuple(str(problem) for problem in error.problems), False
            )
            return False
        started = self._started
        fixed = [
            f"{key} has changed and is taken over at the next start"
            for key, was, now in (
                ("server", started.server, site.server),
                ("warehouse.url", started.warehouse_path, site.warehouse_path),
            )
            if was != now
        ]
        try:
            self.use(site, live)
        except WarehouseError as error:
            # not taken over: the next look tries again
            self._seen = None
            self.served = Served(old.site, old.build, old.file, (str(error),), False)
            return False
        self.served = Served(site, self.served.build, self.served.file, tuple(fixed))
        return True

    def ingest(self, name: str | None, keep: bool) -> Iterator[dict[str, Any]]:
        """Run one source, or all, to the end; gives events as they happen."""
        if name is not None and name not in self.live:
            yield {"event": "error", "sentence": unknown("source", name, self.live)}
            return
        for source in [self.live[name]] if name else list(self.live.values()):
            events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
            worker = threading.Thread(target=self._ingest_one, args=(source, keep, events), daemon=True)
            worker.start()
            while (event := events.get()) is not None:
                yield event

    def _ingest_one(self, source: LiveSource, keep: bool, events: queue.SimpleQueue[dict[str, Any] | None]) -> None:
        def progress(report: Report, share: float | None) -> None:
            events.put({"event": "progress", "source": report.source, "read": report.tally.read, "share": share})

        try:
            report = self.collector.run_to_end(source, self.understanding, keep=keep, progress=progress)
            events.put({"event": "report", **report_event(report)})
        finally:
            events.put(None)

    def close(self) -> None:
        """Let the warehouse go."""
        self.collector.stop()
        self.warehouse.close()


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


def report_event(report: Report) -> dict[str, Any]:
    """A report as JSON-ready data for the command line."""
    tally = report.tally
    return {
        "source": report.source,
        "read": tally.read,
        "mentions": report.mentions,
        "new": tally.new,
        "changed": tally.changed,
        "same": tally.same,
        "refused": tally.refused,
        "filtered": tally.filtered,
        "refusals": [[reason, report.examples[reason], count] for reason, count in report.refusals.most_common()],
        "notes": report.notes,
        "waiting": report.waiting,
        "error": report.error,
        "rows": [row_event(row) for row in report.rows],
    }


def row_event(row: MentionRow) -> dict[str, Any]:
    """A row as a person looks at it before anything is written."""
    return {
        "item_id": row.item_id,
        "brand": row.brand,
        "platform": row.platform,
        "published_at": row.published_at.isoformat(),
        "language": row.language,
        "sentiment": row.sentiment_label,
        "text": row.text[:200],
    }
