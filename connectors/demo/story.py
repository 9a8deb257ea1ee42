"""What happens beside the daily round, told from the demo's anchor: launch, campaigns, holiday, outage, bad weather.

The anchor is the instant the demo was first started. The incident has a file of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from connectors.demo.chance import SLOT, begin_of, share_of
from connectors.demo.incident import CAUSE, HASHTAG, PRESS_KINDS, STAGES, STATEMENT_HOURS, Incident
from connectors.demo.places import COUNTRIES, REGIONS, crowd
from connectors.demo.wording import NEW_PRODUCT
from connectors.records import Truth

OUT_PLATFORM = "instagram"
DRILL_PLATFORM, DRILL = "x", "drill"
DRILL_WORDS = "DRILL: @auroraair nobody can check in at any of your airports, is anybody there? (an exercise)"
OUTAGE_WORDS = "Instagram answered nobody: posts of this time were not handed out later"
GROWTH = 0.14
"""How much louder the world has become in the half year before the anchor."""

_HOUR = timedelta(hours=1)
_OUT_AFTER = timedelta(hours=11, minutes=30)
_DAY = timedelta(days=1)
_HALF_YEAR = timedelta(days=182)
_STATED_ON = ("x", "facebook", "instagram")
_EVERYWHERE = {"x": 0.3, "instagram": 0.17, "facebook": 0.15, "tiktok": 0.11, "youtube": 0.06, "reddit": 0.1,
               "bluesky": 0.08, "news": 0.03}  # fmt: skip
_PICTURES = {**_EVERYWHERE, "instagram": 0.34, "tiktok": 0.24, "youtube": 0.1, "reddit": 0.04, "x": 0.18}
_ALARM = {"x": 0.46, "bluesky": 0.11, "reddit": 0.12, "facebook": 0.13, "instagram": 0.07, "tiktok": 0.08,
          "youtube": 0.03}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A named stretch of time."""

    name: str
    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it; its end does not."""
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Theme:
    """Something people speak of beside the daily round, on one platform in one slot.

    expected   posts in the slot
    kinds      what is said, with weights
    countries  weights in the order of places.COUNTRIES
    own_share  how many of them speak of the airline and not of a rival
    """

    name: str
    expected: float
    kinds: tuple[tuple[str, float], ...]
    countries: tuple[float, ...]
    own_share: float = 1.0


@dataclass(frozen=True)
class Story:
    """The story of one demo."""

    seed: int
    anchor: datetime

    @cached_property
    def incident(self) -> Incident:
        """Check-in fails."""
        return Incident(self.anchor)

    @cached_property
    def outage(self) -> Span:
        """When one platform could not be read: while the incident dies down, not where it is loudest."""
        since = self.incident.since + _OUT_AFTER
        return Span(OUT_PLATFORM, since, since + timedelta(hours=2, minutes=10))

    @cached_property
    def launch(self) -> Span:
        """The days in which the new product is news."""
        since = _midnight(self.anchor - 40 * _DAY) + 14 * _HOUR
        return Span(NEW_PRODUCT, since, since + 4 * _DAY)

    @cached_property
    def campaigns(self) -> tuple[Span, ...]:
        """Two fare sales: one long ago, one that is just over."""
        old, new = _midnight(self.anchor - 110 * _DAY), _midnight(self.anchor - 8 * _DAY)
        return (
            Span("summer fare sale", old + 8 * _HOUR, old + 14 * _DAY),
            Span("autumn fare sale", new + 8 * _HOUR, new + 6 * _DAY),
        )

    @cached_property
    def holiday(self) -> Span:
        """A long weekend, Friday noon to the end of Monday, about three weeks before the anchor."""
        day = _midnight(self.anchor - 27 * _DAY)
        friday = day + (4 - day.weekday()) % 7 * _DAY
        return Span("long weekend", friday + 12 * _HOUR, friday + 4 * _DAY)

    @cached_property
    def drill(self) -> Span:
        """When the desk last tried what it would do: a Tuesday two to three weeks before the anchor, for an hour."""
        day = _midnight(self.anchor - 21 * _DAY)
        since = day + (1 - day.weekday()) % 7 * _DAY + 15 * _HOUR
        return Span("failing check-in", since, since + _HOUR)

    def level(self, slot: int) -> float:
        """How loud the daily round is in a slot against its mean: half a year's growth, the day's mood, the holiday."""
        moment = begin_of(slot)
        grown = 1 - GROWTH * min(1.0, max(0.0, (self.anchor - moment) / _HALF_YEAR))
        mood = math.exp(0.12 * (share_of(self.seed, "mood", moment.date()) - 0.5) * 2)
        return grown * mood * (1.3 if self.holiday.holds(moment) else 1.0)

    def is_out(self, platform: str, moment: datetime) -> bool:
        """Whether nothing written at `moment` on `platform` can be seen."""
        return platform == self.outage.name and self.outage.holds(moment)

    def statement(self, platform: str, slot: int) -> int | None:
        """The number of the airline's own word on the incident that it posts here in this slot."""
        if platform not in _STATED_ON:
            return None
        first = self.incident.hours(begin_of(slot))
        step = SLOT / _HOUR
        return next((n for n, hour in enumerate(STATEMENT_HOURS) if first <= hour < first + step), None)

    def themes(self, platform: str, slot: int) -> list[Theme]:
        """What is spoken of on a platform in a slot."""
        awake = crowd(slot)
        parts = tuple(country.share * loud for country, loud in zip(COUNTRIES, awake.loudness, strict=True))
        found = [self._of_incident(platform, slot, parts)]
        found += [
            Theme(name, an_hour * SLOT / _HOUR * awake.total * where.get(platform, 0), kinds, parts)
            for name, an_hour, kinds, where in self._airs(slot, "news." if platform == "news" else "")
        ]
        found.append(self._of_weather(platform, slot, parts))
        return [theme for theme in found if theme.expected > 0]

    def _airs(self, slot: int, prefix: str) -> list[tuple[str, float, tuple[tuple[str, float], ...], dict[str, float]]]:
        """What the airline itself has set going: name, posts an hour on all platforms, kinds, platforms."""
        moment, found = begin_of(slot), []
        since = (moment - self.launch.since) / _HOUR
        if since >= 0:
            an_hour = 1.0 + 44 * math.exp(-since / 26)
            kinds = ((f"{prefix}launch", 1.0), *(() if prefix else (("owned.launch", 0.02),)))
            found.append(("launch", an_hour, kinds, _PICTURES))
        if any(span.holds(moment) for span in self.campaigns):
            kinds = ((f"{prefix}campaign", 1.0), *(() if prefix else (("owned.campaign", 0.02),)))
            found.append(("campaign", 11.0, kinds, _PICTURES))
        if self.holiday.holds(moment) and not prefix:
            found.append(("holiday", 9.0, (("holiday", 1.0),), _EVERYWHERE))
        return found

    def _of_incident(self, platform: str, slot: int, parts: tuple[float, ...]) -> Theme:
        middle = begin_of(slot) + SLOT / 2
        stage, is_press = self.incident.stage(middle), platform == "news"
        if stage is None:
            return Theme("incident", 0.0, (), parts)
        involved = dict(zip(self.incident.regions, stage.regions, strict=True))
        # whoever is hit writes at any hour: sleep counts for less than on a quiet day
        countries = tuple(
            involved[country.region] * (0.5 * country.share + 0.5 * part)
            for country, part in zip(COUNTRIES, parts, strict=True)
        )
        expected = self.incident.an_hour(middle, press=is_press) * SLOT / _HOUR
        if is_press:
            return Theme("incident", expected, ((PRESS_KINDS.get(stage.name, "news.incident"), 1.0),), countries)
        return Theme("incident", expected * _ALARM[platform], stage.kinds, countries)

    def _of_weather(self, platform: str, slot: int, parts: tuple[float, ...]) -> Theme:
        """On three days of five the weather of one region grounds planes for two to four hours, everybody's."""
        moment = begin_of(slot)
        day = moment.date()
        luck = share_of(self.seed, "weather", day)
        begin = _midnight(moment) + (3 + 17 * (luck * 31 % 1)) * _HOUR
        region = REGIONS[int(luck * 977 % 1 * 3)]
        is_bad = luck < 0.6 and platform != "news" and 0 <= (moment - begin) / _HOUR < 2 + luck * 53 % 1 * 2
        countries = tuple(
            part if country.region == region else 0.0 for country, part in zip(COUNTRIES, parts, strict=True)
        )
        expected = (12 + 20 * (luck * 7 % 1)) * SLOT / _HOUR * _EVERYWHERE[platform] if is_bad else 0.0
        return Theme("weather", expected, (("weather", 1.0),), countries, own_share=0.45)

    def truths(self) -> list[Truth]:
        """All that was planted in what is said, but for the outage, which is the truth of its own source."""
        told = [Truth(kind="launch", subject=NEW_PRODUCT, since=self.launch.since, until=self.launch.until, detail={})]
        told += [
            Truth(kind="campaign", subject=span.name, since=span.since, until=span.until, detail={})
            for span in self.campaigns
        ]
        away = self.holiday
        told.append(Truth(kind="holiday", subject=away.name, since=away.since, until=away.until, detail={}))
        tried = self.drill
        told.append(Truth(kind=DRILL, subject=tried.name, since=tried.since, until=tried.until, detail={}))
        return [self._of_failure(), *told]

    def _of_failure(self) -> Truth:
        incident = self.incident
        stages = [
            {
                "name": stage.name,
                "since": (incident.since + stage.since * _HOUR).isoformat(),
                "until": (incident.since + stage.until * _HOUR).isoformat(),
            }
            for stage in STAGES
        ]
        detail = {"cause": CAUSE, "hashtag": HASHTAG, "first_region": incident.regions[0], "stages": stages}
        return Truth(
            kind="incident", subject="check-in fails", since=incident.since, until=incident.until, detail=detail
        )

    def outage_truth(self) -> Truth:
        """The hours in which one platform could not be read."""
        return Truth(
            kind="outage", subject=self.outage.name, since=self.outage.since, until=self.outage.until, detail={}
        )


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
