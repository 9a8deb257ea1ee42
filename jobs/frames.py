"""Frames: everything one wall scene shows at one revision and one tick, made once for all screens."""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pandas as pd

from config import Panel, Scene, Site
from layouts.panels import Drawn, PanelKind, Scope
from queries.answers import Answers
from queries.catalogue import QuestionError
from queries.utc import floor_to, from_stored, iso
from queries.warehouse import WarehouseError

log = logging.getLogger("watchfloor.frames")
_TAIL = {
    "failing": ", reading it fails",
    "late": ", it is not being read",
    "never": ", it has not been read yet",
    "waiting": ", it asked us to wait",
    "disabled": ", it has ended",
}
WANTED_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Frame:
    """A made frame: its JSON, the same gzipped, and the ETag of what it shows."""

    wall: str
    body: bytes
    packed: bytes
    etag: str
    revision: int
    tick: datetime


@dataclass(slots=True)
class _Seat:
    """What is kept for one wall: its frame, and when a screen last asked for it."""

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
        self._seats: dict[str, _Seat] = {}

    def use(self, site: Site, build: str) -> None:
        """Draw `site` from now on; `build` names code and site, and a page of another build reloads itself."""
        self._site, self._build = site, build
        self._seats = {name: _Seat() for name in site.wall}

    def get(self, wall: str) -> Frame | None:
        """The current frame of `wall`, made on the spot when there is none yet. None when there is no such wall.

        Asking is what keeps a frame fresh: `step` remakes those asked for within the last minute.
        """
        seat = self._seats.get(wall)
        if seat is None:
            return None
        fresh = seat.asked_at is not None and self._clock() - seat.asked_at < WANTED_FOR
        seat.asked_at = self._clock()
        if seat.frame is None or not fresh:
            self._renew(wall, seat)
        return seat.frame

    def step(self) -> int:
        """Remake what has moved and is looked at; gives how many frames were made. Runs on the clock."""
        now = self._clock()
        wanted = [
            (name, seat)
            for name, seat in list(self._seats.items())
            if seat.asked_at is not None and now - seat.asked_at < WANTED_FOR
        ]
        return sum(self._renew(name, seat) for name, seat in wanted)

    def _renew(self, wall: str, seat: _Seat) -> bool:
        site, build = self._site, self._build
        if site is None or wall not in site.wall:
            return False
        scene_name, scene = next(iter(site.wall[wall].scene.items()))
        with seat.lock:
            tick = floor_to(self._clock(), scene.tick)
            revision, _ = self._answers.warehouse.state
            if seat.frame and (seat.frame.revision, seat.frame.tick) == (revision, tick):
                return False
            body = orjson.dumps(
                self.draw(site, wall, scene_name, scene, tick, build), option=orjson.OPT_SERIALIZE_NUMPY
            )
            etag = hashlib.blake2b(body, digest_size=12).hexdigest()
            packed = seat.frame.packed if seat.frame and seat.frame.etag == etag else gzip.compress(body, 6, mtime=0)
            seat.frame = Frame(wall, body, packed, etag, revision, tick)
            return True

    def draw(self, site: Site, wall: str, scene_name: str, scene: Scene, tick: datetime, build: str) -> dict[str, Any]:
        """The content of one frame, everything in it computed from `tick`. A panel that fails says so in its place."""
        freshness = self._freshness(site, tick)
        drawn = Drawn()
        panels: dict[str, Any] = {}
        for name in scene.panels:
            panels[name] = dict(freshness)
            problem = self._panel(drawn, name, site.panel[name], Scope(site, tick, freshness["as_of"] is not None))
            if problem:
                panels[name]["problem"] = problem
        return {
            "wall": wall,
            "scene": scene_name,
            "build": build,
            **freshness,
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
            tables = {
                key: self._answers.ask(ask.question, ask.params, scope.now).frame
                for key, ask in kind.asks(panel, scope).items()
            }
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

    def _freshness(self, site: Site, tick: datetime) -> dict[str, Any]:
        try:
            health = self._answers.ask("source_health", {}, tick).frame
        except (QuestionError, WarehouseError) as error:
            return {"as_of": None, "stale_at": iso(tick), "why": str(error)}
        return freshness(health, site, tick)


def freshness(health: pd.DataFrame, site: Site, tick: datetime) -> dict[str, Any]:
    """How old the data is, from source_health: the newest post, when the first source goes stale, and why.

    One stale source makes the whole picture stale: a total that lacks a platform must not look whole.
    """
    if health.empty:
        return {"as_of": None, "stale_at": None, "why": "no source is configured"}
    newest = health["watermark_at"].max()
    if pd.isna(newest):
        return {"as_of": None, "stale_at": None, "why": "no data yet" + _TAIL.get(health["state"].iloc[0], "")}
    first = health.sort_values(["stale_at", "source"], na_position="first").iloc[0]
    stale_at = _stale_at(first, tick)
    return {
        "as_of": iso(_aware(newest)),
        "stale_at": iso(stale_at),
        "why": _why(first, site, tick, alone=len(health) == 1),
    }


def _stale_at(source: pd.Series[Any], tick: datetime) -> datetime:
    """When this source went, or goes, stale. One of which nothing is known yet is stale from its last try on."""
    marks = [source["stale_at"], source["last_run_at"]]
    known = [_aware(mark) for mark in marks if not pd.isna(mark)]
    return known[0] if known else floor_to(tick, timedelta(minutes=1))


def _why(source: pd.Series[Any], site: Site, tick: datetime, *, alone: bool) -> str:
    since = source["watermark_at"]
    words = "no data yet" if pd.isna(since) else f"no data since {_local(_aware(since), site, tick)}"
    # there is room on the pill for one more thing: which source, or what is the matter with the only one
    return words + (_TAIL.get(source["state"], "") if alone else f" from {source['source']}")


def _local(moment: datetime, site: Site, tick: datetime) -> str:
    """HH:MM in the site's zone, with the date when it is not today's."""
    local, today = moment.astimezone(site.site.zone), tick.astimezone(site.site.zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} on {local.day} {local:%b}" + ("" if local.year == today.year else f" {local.year}")


def _aware(moment: Any) -> datetime:
    aware = from_stored(pd.Timestamp(moment).to_pydatetime())
    return aware if aware is not None else datetime.min.replace(tzinfo=UTC)
