"""Snapshots: made on demand or when they are due, archived, and written into a folder as one file."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from config import Site
from jobs.clockwork import next_moment
from jobs.weekly import Weekly
from layouts.snapshot.links import as_file
from layouts.snapshot.page import page
from layouts.snapshot.standing import Made, Standing
from layouts.snapshot.weeks import Week, last_full_week, parse_week
from queries.answers import Answers
from queries.catalogue import QuestionError
from queries.snapshots import Archive, Archived
from queries.warehouse import WarehouseError

log = logging.getLogger("watchfloor.snapshot")
RETRY = timedelta(minutes=10)
NOTHING = "nothing is known of this week or the one before"
PATIENCE = timedelta(hours=24)
"""So long a due snapshot waits for sources that have not brought all of its weeks yet."""


class SnapshotError(ValueError):
    """A sentence for a person: why there is no snapshot, and what to do."""


class Snapshots:
    """Makes snapshots, one at a time. `step` runs on the clock and makes what is due."""

    def __init__(self, answers: Answers, clock: Callable[[], datetime], site: Callable[[], Site]) -> None:
        self._answers, self._clock, self._site = answers, clock, site
        self.archive = Archive(answers.warehouse)
        self._making = threading.Lock()
        self._plan: tuple[str, str, str] | None = None
        self._due: datetime | None = None
        self._retry: datetime | None = None
        self._error: str | None = None

    def make(self, week: str | None = None, folder: str | None = None) -> Made:
        """Make the snapshot of `week` ("2026-W46"; None is the last full one), archive it and write its file.

        The file goes into `folder`, else into that of [snapshot]. Made again of the same inputs it is the one that is
        there. Raises SnapshotError, WarehouseError.
        """
        site, now = self._site(), self._clock()
        wanted = self._week(site, week, now)
        with self._making:
            made, reason = self._made(site, wanted, now)
        return self._kept(site, made, reason, folder)

    def shown(self) -> str:
        """The newest page in the archive. With none, that of the last full week: made now, and archived when there
        is no reason to wait. Raises SnapshotError, WarehouseError."""
        newest = self.archive.newest()
        if newest:
            return newest.html
        site, now = self._site(), self._clock()
        with self._making:
            # somebody else may have made it while we waited
            newest = self.archive.newest()
            if newest:
                return newest.html
            made, reason = self._made(site, self._week(site, None, now), now)
            return made.html if reason else self.archive.keep(made).html

    def step(self) -> bool:
        """Make the snapshot of the last full week when it is due; gives whether one was tried. Never raises.

        One that was missed while nobody served is made at once, if its week has none.
        """
        site, now = self._site(), self._clock()
        try:
            due = self._next(site, now)
            if due is None or now < (self._retry or due):
                return False
            self._make_due(site, now, due)
        except (SnapshotError, WarehouseError) as error:
            log.warning("the snapshot has not been made: %s", error)
            self._error, self._retry = str(error).rstrip("."), now + RETRY
        return True

    def standing(self) -> Standing:
        """How things stand, for /health. Raises WarehouseError."""
        listed = self.archive.listed()
        newest = listed[0] if listed else None
        week, made_at = (newest.week, newest.made_at) if newest else (None, None)
        return Standing(week, made_at, self._due, self._error, self._retry)

    def _make_due(self, site: Site, now: datetime, due: datetime) -> None:
        week = last_full_week(now, site.site.zone, site.site.week_starts)
        filling = self._filling(week, now)
        if filling and now < due + PATIENCE:
            raise SnapshotError(_waiting(filling, week))
        with self._making:
            made, reason = self._made(site, week, now)
        if reason == NOTHING:
            # a house that has only just begun to read: an empty page would tell somebody that nothing was said
            log.info("%s: %s", week.name, reason)
        else:
            log.info("%s", self._kept(site, made, reason).sentence)
        self._error = self._retry = None
        self._due = self._after(site, now)

    def _next(self, site: Site, now: datetime) -> datetime | None:
        """When the next one is due. Worked out anew when the plan has changed."""
        plan = site.snapshot
        told = (plan.cron, site.site.timezone, site.site.week_starts) if plan else None
        if told != self._plan:
            self._plan, self._error, self._retry, self._due = told, None, None, None
            week = last_full_week(now, site.site.zone, site.site.week_starts)
            missed = plan and self.archive.newest(week.name) is None
            self._due = self._after(site, week.until if missed else now)
        return self._due

    def _after(self, site: Site, moment: datetime) -> datetime | None:
        return next_moment(site.snapshot.cron, site.site.zone, moment) if site.snapshot else None

    def _week(self, site: Site, name: str | None, now: datetime) -> Week:
        zone, starts = site.site.zone, site.site.week_starts
        try:
            week = parse_week(name, zone, starts) if name else last_full_week(now, zone, starts)
        except ValueError as error:
            raise SnapshotError(f"--week: {error}") from None
        if week.until > now:
            last = last_full_week(now, zone, starts).name
            raise SnapshotError(f"{week.name} is not over yet; the last full week is {last}")
        return week

    def _kept(self, site: Site, made: Archived, reason: str, folder: str | None = None) -> Made:
        """Archive and write what was made."""
        kept = self.archive.keep(made)
        where = _write(kept.html, site, kept.week, folder)
        return Made(kept.week, kept.inputs_hash, kept is made, kept.html, _sentence(kept, kept is made, where, reason))

    def _made(self, site: Site, week: Week, now: datetime) -> tuple[Archived, str]:
        """The snapshot, and why it should be made again later; "" when it need not."""
        filling = self._filling(week, now)
        gathered = Weekly(self._answers, site, now)
        try:
            facts = gathered.facts(week, filling)
        except QuestionError as error:
            raise SnapshotError(str(error)) from error
        made = Archived(week.name, week.since, week.until, now, facts.revision, facts.inputs_hash, page(facts))
        return made, _waiting(filling, week) if filling else NOTHING if gathered.knows_nothing(facts) else ""

    def _filling(self, week: Week, now: datetime) -> list[str]:
        """Sources that are still filling in what is older, and have not come to the beginning of both weeks yet."""
        rows: Any = self._answers.ask("source_health", {}, now).frame.itertuples()
        start = pd.Timestamp(week.before.since.replace(tzinfo=None))
        return [
            str(row.source)
            for row in rows
            if not pd.isna(row.history_wanted_at)
            and not row.history_from_at <= max(row.history_wanted_at, start)  # unknown is not there yet
        ]


def _write(html: str, site: Site, week: str, folder: str | None) -> Path:
    """Write the page into the folder, whole or not at all. Raises SnapshotError."""
    plan = site.snapshot
    place = Path(folder) if folder else (site.base / (plan.folder if plan else "snapshots")).resolve()
    path = place / f"watchfloor-{week}.html"
    try:
        place.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=place)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(as_file(html, site.site.url))
            os.chmod(draft, 0o644)
            os.replace(draft, path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        key = "--out" if folder else "snapshot.folder"
        raise SnapshotError(f"{path} cannot be written ({error.strerror}); write another folder as {key}") from None
    return path


def _waiting(filling: list[str], week: Week) -> str:
    return f"{', '.join(filling)} has not brought all of {week.name} and the week before yet"


def _sentence(made: Archived, is_new: bool, where: Path, reason: str) -> str:
    state = "made and archived" if is_new else "has not changed since it was archived"
    told = f"{made.week} {state} (inputs {made.inputs_hash}); written to {where}"
    return f"{told}. {reason[0].upper()}{reason[1:]}: make it again later" if reason else told
