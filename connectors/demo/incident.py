"""The incident: check-in in the airline's app fails, first where people sleep, at last in the press of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from connectors.demo.places import AMERICAS, ASIA_PACIFIC, EUROPE

HASHTAG = "#AuroraDown"
CAUSE = "an expired certificate of the check-in service"
LENGTH = timedelta(hours=14)
"""From the first post until check-in works everywhere again and the talk is of refunds."""

_BEGINS_BEFORE = timedelta(hours=20)
_NIGHT = ((ASIA_PACIFIC, "Asia/Tokyo"), (EUROPE, "Europe/Berlin"), (AMERICAS, "America/New_York"))
_THEN = {
    ASIA_PACIFIC: (ASIA_PACIFIC, EUROPE, AMERICAS),
    EUROPE: (EUROPE, ASIA_PACIFIC, AMERICAS),
    AMERICAS: (AMERICAS, EUROPE, ASIA_PACIFIC),
}
_HOUR = timedelta(hours=1)
_STEP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of the incident, in hours from its beginning.

    loud      posts an hour at its beginning and its end, of all platforms but the press
    press     articles an hour, likewise
    kinds     what is said, with weights
    regions   how much the region it began in, the next and the last take part
    """

    name: str
    since: float
    until: float
    loud: tuple[float, float]
    press: tuple[float, float]
    kinds: tuple[tuple[str, float], ...]
    regions: tuple[float, float, float]


STAGES = (
    Stage("murmur", 0, 3, (4, 14), (0, 0), (("incident.start", 1),), (1, 0.03, 0.02)),
    Stage("spread", 3, 6, (14, 80), (0, 0), (("incident.start", 0.35), ("incident.spread", 0.65)), (1, 0.9, 0.1)),
    Stage("peak", 6, 9, (80, 330), (0.5, 6), (("incident.spread", 0.35), ("incident.peak", 0.65)), (0.8, 1, 1)),
    Stage("press", 9, 11.5, (330, 190), (14, 18), (("incident.spread", 0.25), ("incident.peak", 0.75)), (0.6, 1, 1)),
    Stage("recovery", 11.5, 14, (190, 60), (12, 5), (("incident.peak", 0.3), ("incident.fixed", 0.7)), (0.6, 1, 1)),
    Stage("aftermath", 14, 26, (60, 0), (3, 0), (("incident.fixed", 1),), (0.8, 1, 1)),
)
PRESS_KINDS = {"recovery": "news.fixed", "aftermath": "news.fixed"}
STATEMENT_HOURS = (6.6, 9.2, 12.4)
"""When the airline itself speaks, in hours from the beginning: late, first, then often."""


@dataclass(frozen=True)
class Incident:
    """The one incident of a demo, some twenty hours before its anchor, so that a wall of 24 hours shows it whole."""

    anchor: datetime

    @cached_property
    def _start(self) -> tuple[datetime, str]:
        for region, zone in _NIGHT:
            for step in range(13):
                for begin in (self.anchor - _BEGINS_BEFORE + step * _STEP, self.anchor - _BEGINS_BEFORE - step * _STEP):
                    if _is_night(begin.astimezone(ZoneInfo(zone))):
                        return begin, region
        return self.anchor - _BEGINS_BEFORE, ASIA_PACIFIC

    @property
    def since(self) -> datetime:
        """When its first post is written: at night where it begins, whatever the hour of the anchor."""
        return self._start[0]

    @property
    def until(self) -> datetime:
        """When it is over."""
        return self.since + LENGTH

    @property
    def regions(self) -> tuple[str, str, str]:
        """The regions in the order it reaches them."""
        return _THEN[self._start[1]]

    def hours(self, moment: datetime) -> float:
        """Hours from its beginning, below 0 before it."""
        return (moment - self.since) / _HOUR

    def stage(self, moment: datetime) -> Stage | None:
        """The stage it is in, None when nobody speaks of it."""
        hours = self.hours(moment)
        return next((stage for stage in STAGES if stage.since <= hours < stage.until), None)

    def an_hour(self, moment: datetime, *, press: bool = False) -> float:
        """Posts about it an hour; with `press` articles."""
        stage = self.stage(moment)
        if stage is None:
            return 0.0
        first, last = stage.press if press else stage.loud
        return first + (last - first) * (self.hours(moment) - stage.since) / (stage.until - stage.since)

    def strain(self, moment: datetime) -> float:
        """How many times as long the desk takes: 1 on a quiet day."""
        hours = self.hours(moment)
        if not 3 <= hours < 20:
            return 1.0
        return 2.8 if 6 <= hours < 13 else 1.7


def _is_night(local: datetime) -> bool:
    hour = local.hour + local.minute / 60
    return hour >= 22.5 or hour < 5.5
