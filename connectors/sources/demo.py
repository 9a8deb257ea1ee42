"""An invented airline and its rivals with half a year behind them and a live stream: the shipped example.

Everything is made up here, from a seed and the instant the demo was first started. A restart fills exactly the time it
slept; the same seed and the same clock give the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field, field_validator

from connectors import contract
from connectors.contract import IO, Batch, Check, Cursor, Setup
from connectors.demo.chance import begin_of, slot_of
from connectors.demo.posts import PLATFORMS, USUAL_PER_DAY
from connectors.demo.reading import FIRST_SIGHT, Mark, Telling, mark_of
from connectors.demo.world import World

_ANCHORED = timedelta(minutes=10)
_SPANS = {"m": 60, "h": 3600, "d": 86400}


class Options(contract.Options):
    """The options of a demo source."""

    platforms: tuple[str, ...] = Field(
        default=tuple(PLATFORMS),
        strict=False,
        min_length=1,
        description=f"whose posts, or with care whose cases, it brings, of {', '.join(PLATFORMS)}",
    )
    care: bool = Field(default=False, description="brings the care desk's cases about these posts, and not the posts")
    per_day: int = Field(
        default=USUAL_PER_DAY,
        ge=1,
        le=200_000,
        description="posts per day on all eight platforms together, on average; the same in every source of one demo",
    )
    history: str = Field(default="182d", description="how far back the past is filled in, such as 48h or 182d")
    seed: int = Field(
        default=1, description="another number is another half year; the same in every source of one demo"
    )

    @field_validator("platforms")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in PLATFORMS:
                raise ValueError(f'"{name}" is no platform of the demo; write some of {", ".join(PLATFORMS)}')
        return tuple(dict.fromkeys(value))

    @field_validator("history")
    @classmethod
    def _span(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9]\d{0,3}[mhd]", value):
            raise ValueError(f'"{value}" is not a span; write 48h or 182d')
        return value

    @property
    def history_span(self) -> timedelta:
        """`history` as a timedelta."""
        return timedelta(seconds=int(self.history[:-1]) * _SPANS[self.history[-1]])


class Source:
    """Tells its part of the world: what is new, then the past, the newest first."""

    kind: ClassVar[str] = "demo"
    summary: ClassVar[str] = "an invented airline with half a year behind it and a live stream: the shipped example"
    Options: ClassVar[type[contract.Options]] = Options

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._telling: tuple[datetime, datetime, Telling] | None = None

    def check(self, io: IO) -> Check:
        """Nothing can be wrong with it: it asks nobody."""
        what = "cases about posts on" if self._options.care else "posts on"
        return Check("ok", f"invented {what} {', '.join(self._options.platforms)}")

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """What has happened since the last run, then the past: 48 hours of it at once, and a piece with each run."""
        mark = mark_of(cursor, self._world)
        is_new = mark is None
        if mark is None:
            anchor = _anchor(io.opened_at or until)
            mark = Mark(anchor, until, until, self._world)
        wanted = io.since or begin_of(slot_of(mark.anchor - self._options.history_span))
        world = self._at(mark.anchor)
        for batch in self._teller(world, wanted).run(mark, until, io.since or until - FIRST_SIGHT):
            planted = world.planted(wanted) if is_new else ()
            # a backfill goes back as far as it was asked to, and says nothing of the source's own history
            history = None if io.since else batch.history
            yield replace(batch, truths=(*planted, *batch.truths), history=history)
            is_new = False

    @property
    def _world(self) -> str:
        options = self._options
        what = "cases" if options.care else "posts"
        return f"{options.seed}/{options.per_day}/{what}/{' '.join(options.platforms)}"

    def _at(self, anchor: datetime) -> World:
        options = self._options
        return World(options.seed, options.per_day, options.platforms, options.care, anchor)

    def _teller(self, world: World, wanted: datetime) -> Telling:
        """The same from run to run: it keeps the cases of which more is to come, which it could also tell anew."""
        if self._telling is None or self._telling[:2] != (world.anchor, wanted):
            self._telling = (world.anchor, wanted, world.telling(wanted))
        return self._telling[2]


def _anchor(moment: datetime) -> datetime:
    """What the story is told from: `moment`, rounded down."""
    return moment - (moment - datetime.fromtimestamp(0, moment.tzinfo)) % _ANCHORED
