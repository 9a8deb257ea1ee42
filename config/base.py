"""What every model of a site file is made of: frozen, unknown keys refused, durations, zones, names."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from config.durations import format_duration, parse_duration
from config.errors import unknown


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(unknown("time zone", value, available_timezones()))
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration), PlainSerializer(format_duration, return_type=str)]
Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Text = Annotated[str, Field(max_length=400), BeforeValidator(lambda v: _text(v) if isinstance(v, str) else v)]


class Model(BaseModel):
    """The manners of every model here: frozen, unknown keys refused, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)
