"""Frames: everything one wall scene shows at one revision and one tick, made once for all screens."""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
import pandas as pd

from config import Panel, Scene, Site, Wall
from jobs.freshness import Freshness, freshness
from layouts.alerts import mark
from layouts.panels import Ask, Drawn, PanelKind, Scope
from layouts.panels.kind import AsksAgain, hung
from queries.answers import Answers
from queries.catalogue import QuestionError
from queries.utc import floor_to, iso
from queries.warehouse import WarehouseError

log = logging.getLogger("watchfloor.frames")
WANTED_FOR = timedelta(seconds=60)
Place = tuple[str, str]
"""A wall and one of its scenes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A made frame: its JSON, the same gzipped, and the ETag of what it shows."""

    wall: str
    scene: str
    body: bytes
    packed: bytes
    etag: str
    revision: int
    tick: datetime


@dataclass(slots=True)
class _Seat:
    """What is kept for one scene of a wall: its frame, and when a screen last asked for it."""

    frame: Frame | None = None
    asked_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Frames:
    """Makes frames and hands them out. A frame is remade when revision or tick has moved and a screen has asked."""

    def __init__(self, answers: Answers, kinds: Mapping[str, PanelKind], clock: Callable[[], datetime]) -> None:
        self._answers = answers
        self._kinds = kinds
        self._clock = clock
        self._site: Site | None = None
        self._build = ""
        self._seats: dict[Place, _Seat] = {}

    def use(self, site: Site, build: str) -> None:
        """Draw `site` from now on; `build` names code and site, and a page of another build reloads itself."""
        self._site, self._build = site, build
        self._seats = {(name, scene): _Seat() for name, wall in site.wall.items() for scene in wall.scene}

    def get(self, wall: str, scene: str) -> Frame | None:
        """The current frame of a wall's scene, made on the spot when there is none yet. None when there is no such.

        Asking is what keeps a frame fresh: `step` remakes those asked for within the last minute.
        """
        seat = self._seats.get((wall, scene))
        if seat is None:
            return None
        fresh = seat.asked_at is not None and self._clock() - seat.asked_at < WANTED_FOR
        seat.asked_at = self._clock()
        if seat.frame is None or not fresh:
            self._renew((wall, scene), seat)
        return seat.frame

    def step(self) -> int:
        """Remake what has moved and is looked at; gives how many frames were made. Runs on the clock."""
        now = self._clock()
        wanted = [
            (place, seat)
            for place, seat in list(self._seats.items())
            if seat.asked_at is not None and now - seat.asked_at < WANTED_FOR
        ]
        return sum(self._renew(place, seat) for place, seat in wanted)

    def _renew(self, place: Place, seat: _Seat) -> bool:
        site, build = self._site, self._build
        wall = site.wall.get(place[0]) if site else None
        if site is None or wall is None or place[1] not in wall.scene:
            return False
        with seat.lock:
            tick = floor_to(self._clock(), wall.scene[place[1]].tick)
            revision, _ = self._answers.warehouse.state
            if seat.frame and (seat.frame.revision, seat.frame.tick) == (revision, tick):
                return False
            body = orjson.dumps(self.draw(site, place, tick, build), option=orjson.OPT_SERIALIZE_NUMPY)
            etag = hashlib.blake2b(body, digest_size=12).hexdigest()
            packed = seat.frame.packed if seat.frame and seat.frame.etag == etag else gzip.compress(body, 6, mtime=0)
            seat.frame = Frame(*place, body, packed, etag, revision, tick)
            return True

    def draw(self, site: Site, place: Place, tick: datetime, build: str) -> dict[str, Any]:
        """The content of one frame, everything in it computed from `tick`. A panel that fails says so in its place.

        `playing` names the wall's scenes that have something to show: every screen leaves out the same ones.
        """
        wall_name, scene_name = place
        wall, drawn, panels = site.wall[wall_name], Drawn(), {}
        scene = wall.scene[scene_name]
        ages = _Ages(self._health(tick), self._kinds, site, tick)
        self._mark(drawn, Scope(site, tick))
        for name in scene.panels:
            age, here = ages.of(site.panel[name]), hung(scene_name, name)
            panels[here] = age.told()
            problem = self._panel(drawn, here, site.panel[name], Scope(site, tick, not age.is_empty))
            if problem:
                panels[here]["problem"] = problem
        return {
            "wall": wall_name,
            "scene": scene_name,
            "build": build,
            "playing": ages.playing(wall),
            **ages.of(*(site.panel[name] for name in scene.panels)).told(),
            "values": drawn.values,
            "states": drawn.states,
            "paths": drawn.paths,
            "figures": drawn.figures,
            "lists": drawn.lists,
            "panels": panels,
        }

    def _panel(self, drawn: Drawn, name: str, panel: Panel, scope: Scope) -> str | None:
        """Ask and draw one panel into `drawn`; gives the sentence to show instead when it cannot be drawn."""
        kind = self._kinds[panel.kind]
        try:
            tables = self._tables(kind.asks(panel, scope), scope)
            if isinstance(kind, AsksAgain):
                tables |= self._tables(kind.asks_again(panel, scope, tables), scope)
            part = kind.draw(name, panel, scope, tables)
        except (QuestionError, WarehouseError) as error:
            return str(error)
        except Exception:
            log.exception("panel %s could not be drawn", name)
            return "this panel could not be drawn; the log has the details"
        drawn.values.update(part.values)
        drawn.states.update(part.states)
        drawn.paths.update(part.paths)
        drawn.figures.update(part.figures)
        drawn.lists.update(part.lists)
        return None

    def _mark(self, drawn: Drawn, scope: Scope) -> None:
        """How many alerts nobody has acknowledged, in the wall's corner. Not known, what stands there stays."""
        try:
            told = mark(self._answers.ask("alerts", {}, scope.now).frame, scope.zone, scope.now)
        except (QuestionError, WarehouseError):
            return
        drawn.values.update(told.values)
        drawn.states.update(told.states)

    def _tables(self, asks: Mapping[str, Ask], scope: Scope) -> dict[str, pd.DataFrame]:
        return {key: self._answers.ask(ask.question, ask.params, scope.now).frame for key, ask in asks.items()}

    def _health(self, tick: datetime) -> pd.DataFrame | str:
        """How the sources are, or the sentence that says why it is not known."""
        try:
            return self._answers.ask("source_health", {}, tick).frame
        except (QuestionError, WarehouseError) as error:
            return str(error)


@dataclass(frozen=True)
class _Ages:
    """How old the panels of one frame are."""

    health: pd.DataFrame | str
    kinds: Mapping[str, PanelKind]
    site: Site
    tick: datetime
    known: dict[frozenset[str], Freshness] = field(default_factory=dict)

    def of(self, *panels: Panel) -> Freshness:
        """The age of one panel, or of several as one picture."""
        feeds = frozenset(feed for panel in panels for feed in self.kinds[panel.kind].feeds)
        if feeds not in self.known:
            self.known[feeds] = self._of(feeds)
        return self.known[feeds]

    def _of(self, feeds: frozenset[str]) -> Freshness:
        if isinstance(self.health, str):
            return Freshness(None, iso(self.tick), self.health)
        return freshness(self.health, sorted(feeds), self.site, self.tick)

    def playing(self, wall: Wall) -> list[str]:
        """The scenes that have something to show; all of them as long as none has."""
        return [name for name, scene in wall.scene.items() if not self._is_empty(scene)] or list(wall.scene)

    def _is_empty(self, scene: Scene) -> bool:
        """Whether nothing of it has ever had data. That sources are listed, or a text hangs, is no data."""
        panels = [self.site.panel[name] for name in scene.panels]
        told = [panel for panel in panels if {"mentions", "cases", "roster"} & set(self.kinds[panel.kind].feeds)]
        return bool(told) and all(self.of(panel).is_empty for panel in told)
