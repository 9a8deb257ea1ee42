"""What happens when: one job per source, one that keeps the frames fresh, one that watches the site file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

SOURCE_PREFIX = "source:"


class Clockwork:
    """The scheduler's door. Jobs of one name never run twice at once, and missed ones run once."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # collecting may take minutes: it must not hold up the frames
            executors={"default": ThreadPoolExecutor(8), "screens": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin; jobs may be added before and after."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the jobs in hand finish and start no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def every(
        self, name: str, interval: timedelta, job: Callable[[], object], *, screens: bool = False, at_once: int = 1
    ) -> None:
        """Run `job` now and then every `interval`; a job of the same name is replaced.

        `at_once`: how many of it may be under way; what comes due beyond that is left out.
        """
        seconds = interval.total_seconds()
        self._scheduler.add_job(
            job,
            "interval",
            seconds=seconds,
            jitter=None if screens else min(seconds / 20, 5),
            id=name,
            replace_existing=True,
            next_run_time=datetime.now(UTC),
            executor="screens" if screens else "default",
            max_instances=at_once,
        )

    def nightly(self, name: str, zone: ZoneInfo, job: Callable[[], object]) -> None:
        """Run `job` each night at 03:17 of `zone`, away from the full hour when everybody's jobs start."""
        self._scheduler.add_job(job, "cron", hour=3, minute=17, timezone=zone, id=name, replace_existing=True)

    def soon(self, source: str) -> None:
        """Run a source's job as soon as a thread is free: something has come for it."""
        job = self._scheduler.get_job(SOURCE_PREFIX + source)
        if job is not None:
            job.modify(next_run_time=datetime.now(UTC))

    def keep_sources(self, wanted: dict[str, tuple[timedelta, Callable[[], object], bool]]) -> None:
        """Make the source jobs exactly those of `wanted`: name to interval, job, and whether others post to it."""
        for name in set(self.source_names()) - set(wanted):
            self._scheduler.remove_job(SOURCE_PREFIX + name)
        for name, (interval, job, pushed) in wanted.items():
            # one runs and one waits its turn at the source's lock: what is posted while the first ends is read too
            self.every(SOURCE_PREFIX + name, interval, job, at_once=2 if pushed else 1)

    def source_names(self) -> list[str]:
        """The sources that have a job, in order."""
        ids = [str(job.id) for job in self._scheduler.get_jobs()]
        return sorted(name.removeprefix(SOURCE_PREFIX) for name in ids if name.startswith(SOURCE_PREFIX))


def next_moment(crontab: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """When a crontab line of `zone` comes round next, later than `after` (aware); aware UTC. None when it never does.

    Raises ValueError with a sentence for a line that is none.
    """
    if re.search(r"(?<!/)\d", crontab.split()[-1] if crontab.split() else ""):
        raise ValueError(f'"{crontab}" counts weekdays, which not everybody begins with the same one; write mon to sun')
    try:
        trigger = CronTrigger.from_crontab(crontab, timezone=zone)
    except ValueError as error:
        raise ValueError(f'"{crontab}" is not a crontab line ({error}); write such as "0 7 * * mon"') from None
    found = trigger.get_next_fire_time(None, after.astimezone(zone) + timedelta(seconds=1))
    return found.astimezone(UTC) if found else None
