"""What work costs, and what is planned, as a site file says it: handling times, occupancy, shrinkage, events."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator, model_validator

from config.base import Duration, Model, Text, Zone
from config.languages import Languages
from config.promises import Word

OWN = "own"
"""The employer of those who are not an agency's."""

Cost = Annotated[float, Field(ge=0, le=1_000_000, strict=False, allow_inf_nan=False)]


class TrackStaffing(Model):
    """`[staffing.track.NAME]`: what one message of a track costs, where it is other than `[staffing]` says."""

    handling: Duration | None = None
    occupancy: float | None = Field(default=None, gt=0, le=1, strict=False)
    shrinkage: float | None = Field(default=None, ge=0, lt=1, strict=False)
    patience: Duration | None = None


class Staffing(Model):
    """`[staffing]`: what one message costs in work.

    handling        work of one message; without it nobody can say how many heads are required
    occupancy       the most of their time heads can be answering, 0..1
    shrinkage       the share of paid time in which nobody answers: breaks, training, illness
    patience        after which a customer leaves; without it they stay
    mention_share   of own brands' mentions without a case, the share that needs an answer
    cost            per head and hour, by employer, in the site's currency
    """

    handling: Duration | None = None
    occupancy: float = Field(default=0.85, gt=0, le=1, strict=False)
    shrinkage: float = Field(default=0.0, ge=0, lt=1, strict=False)
    patience: Duration | None = None
    mention_share: float = Field(default=0.0, ge=0, le=1, strict=False)
    cost: dict[Text, Cost] = Field(default_factory=dict)
    track: dict[Word, TrackStaffing] = Field(default_factory=dict)

    @field_validator("track", mode="before")
    @classmethod
    def _told_apart(cls, value: object) -> object:
        words = [str(key).strip().lower() for key in value] if isinstance(value, dict) else []
        twice = next((word for word in words if words.count(word) > 1), None)
        if twice:
            raise ValueError(f'"{twice}" stands there twice: names of tracks are read in small letters')
        return value

    def of(self, track: str | None) -> TrackStaffing:
        """What a message of `track` costs; None is every track that has no table of its own."""
        own = self.track.get(track) if track else None
        common = {key: getattr(self, key) for key in TrackStaffing.model_fields}
        said = {key: getattr(own, key) for key in own.model_fields_set} if own else {}
        return TrackStaffing.model_validate({**common, **said})


def _local_time(value: object) -> object:
    """A local time as people write it, or as TOML has it."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError(f'"{value}" is not a local time; write "2026-11-27 09:00"')
        return datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError("has an offset; write the local time alone, and its timezone beside it")
    return value


LocalTime = Annotated[datetime, BeforeValidator(_local_time)]


class PlannedEvent(Model):
    """`[[event]]`: so many times the usual demand, from `start` until before `end`, in local time of `timezone`.

    timezone    the zone of both; without it the site's
    factor      1.8 is eight tenths more
    languages   whose demand it is; empty is all
    """

    name: Text
    start: LocalTime
    end: LocalTime
    timezone: Zone | None = None
    factor: float = Field(gt=0, le=1000, strict=False, allow_inf_nan=False)
    languages: Languages = ()

    @model_validator(mode="after")
    def _lasts(self) -> PlannedEvent:
        if self.end <= self.start:
            raise ValueError(
                f"ends before it begins: {self.end:%Y-%m-%d %H:%M} is not after {self.start:%Y-%m-%d %H:%M}"
            )
        return self

    def zone(self, site: ZoneInfo) -> ZoneInfo:
        """The event's own IANA zone, else that of the `site`."""
        return ZoneInfo(self.timezone) if self.timezone else site
