"""The clocks of a case as they are explained: what `sla_clocks` and `explain_clock` answer, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from config import Site
from layouts import words
from layouts.desk.clocks import METRICS

COUNTED, AHEAD = "counted", "ahead"


@dataclass(frozen=True, slots=True)
class Where:
    """Where an explanation stands: the site, its file's name and text, and the moment it is seen from (aware)."""

    site: Site
    file: str
    text: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The zone every time is told in."""
        return self.site.site.zone


@dataclass(frozen=True, slots=True)
class Part:
    """A row of `explain_clock`; seconds are open time."""

    since: datetime
    until: datetime
    kind: str
    counted: int
    total: int
    track: str
    priority: str | None
    calendar: str | None
    target: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A row of `sla_clocks` with its parts; seconds are open time. Without `due` it is paused, or never due."""

    metric: str
    cycle: int
    started: datetime
    stopped: datetime | None
    due: datetime | None
    elapsed: int | None
    target: int
    remaining: int | None
    state: str
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        """ "First response", "Next response 2", "Resolution"; the second resolution has a number."""
        name = METRICS.get(self.metric, self.metric).capitalize()
        is_only = self.metric == "frt" or (self.metric == "resolution" and self.cycle == 1)
        return name if is_only else f"{name} {self.cycle}"

    @property
    def runs(self) -> list[list[Part]]:
        """Its parts, cut where another promise or another calendar comes into force."""
        return [list(run) for _, run in groupby(self.parts, _in_force)]


def _in_force(part: Part) -> tuple[str, str | None, str | None, int | None]:
    return part.track, part.priority, part.calendar, part.target


def clocks_of(clocks: pd.DataFrame, parts: pd.DataFrame) -> list[Clock]:
    """The clocks of one case, first responses first. One without a part of its own is told without parts."""
    order = list(METRICS)
    found = [_clock(row, parts) for row in clocks.itertuples()]
    return sorted(found, key=lambda one: (order.index(one.metric) if one.metric in order else len(order), one.cycle))


def _clock(row: Any, parts: pd.DataFrame) -> Clock:
    own = parts[(parts["metric"] == row.metric) & (parts["cycle"] == row.cycle)]
    return Clock(
        metric=str(row.metric),
        cycle=int(row.cycle),
        started=words.instant(row.started_at),
        stopped=moment(row.stopped_at),
        due=moment(row.due_at),
        elapsed=whole(row.elapsed_seconds),
        target=int(row.target_seconds),
        remaining=whole(row.remaining_seconds),
        state=str(row.state),
        parts=list(_parts(own)),
    )


def _parts(rows: pd.DataFrame) -> Iterator[Part]:
    for row in rows.sort_values("part").itertuples():
        yield Part(
            since=words.instant(row.since_at),
            until=words.instant(row.until_at),
            kind=str(row.kind),
            counted=int(str(row.counted_seconds)),
            total=int(str(row.total_seconds)),
            track=text(row.track) or "",
            priority=text(row.priority),
            calendar=text(row.calendar),
            target=whole(row.target_seconds),
            detail=text(row.detail),
        )


def moment(value: Any) -> datetime | None:
    """A table's instant as an aware datetime; None when it is unknown."""
    return words.instant(value) if words.aware(value) else None


def whole(value: Any) -> int | None:
    """A table's number as an int; None when it is unknown."""
    number = words.known(value)
    return None if number is None else int(number)


def text(value: Any) -> str | None:
    """A table's text; None when it is unknown."""
    return value if isinstance(value, str) else None
