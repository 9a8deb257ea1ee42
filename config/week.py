"""The words of a week in a site file: its days, and times of a day."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _clock_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f'"{value}" is not a time of day; write "09:00"')
    return time.fromisoformat(value)


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
