"""When time counts, as a site file says it: opening hours by local day, holidays, days that are open otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from config.base import Model, Name, Text, Zone
from config.errors import nearest, unknown
from config.week import Day

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_WHOLE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """Open from `start` until before `end`, told by the clock as time after the midnight the day begins with.

    An `end` of more than a day lies on the next local day.
    """

    start: timedelta
    end: timedelta

    def __str__(self) -> str:
        first, last = (int(edge.total_seconds()) // 60 for edge in (self.start, self.end))
        last = last if last == 1440 else last % 1440
        return f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}"


def _opening(text: object) -> Opening:
    found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        shown = f'"{text}"' if isinstance(text, str) else repr(text)
        raise ValueError(f'{shown} is no span of a day; write "09:00-17:00", or "22:00-06:00" for a night')
    start = timedelta(hours=int(found[1]), minutes=int(found[2]))
    end = timedelta(hours=int(found[3]), minutes=int(found[4])) if found[3] else _WHOLE_DAY
    if start == end:
        raise ValueError(f'"{text}" is empty; a whole day is "00:00-24:00", a closed one []')
    return Opening(start, end if end > start else end + _WHOLE_DAY)


def _openings(value: object) -> object:
    """A day's list, in order; two that overlap are more likely a slip than meant."""
    if isinstance(value, str):
        raise ValueError(f'must be a list; write ["{value}"]')
    if not isinstance(value, list | tuple):
        return value
    found = [one if isinstance(one, Opening) else _opening(one) for one in value]
    found.sort(key=lambda one: (one.start, one.end))
    for one, after in pairwise(found):
        if after.start < one.end:
            raise ValueError(f'"{one}" and "{after}" overlap; write them as one, or move one of them')
    return tuple(found)


def _local_day(value: object) -> object:
    if isinstance(value, datetime):
        raise ValueError(f'"{value.isoformat()}" has a time of day; write the day alone, "{value.date()}"')
    if not isinstance(value, str):
        return value
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f'"{value}" is not a day; write such as "2026-12-24"')


def _local_days(value: object) -> object:
    if isinstance(value, str | date):
        raise ValueError(f'must be a list; write ["{value}"]')
    return tuple(_local_day(one) for one in value) if isinstance(value, list | tuple) else value


Openings = Annotated[tuple[Opening, ...], BeforeValidator(_openings)]
LocalDay = Annotated[date, BeforeValidator(_local_day)]
LocalDays = Annotated[tuple[date, ...], BeforeValidator(_local_days)]


@cache
def _country_codes() -> dict[str, list[str]]:
    """The countries whose holidays are known, each with its subdivisions."""
    # imported where it is needed: most site files name no country, and no command should wait for it
    from holidays import list_supported_countries

    return list_supported_countries()


def _country_like(word: str) -> str | None:
    """The code of the country meant by a name or by a code that is none."""
    from holidays.registry import COUNTRIES

    names = {str(entry[0]): str(entry[1]) for entry in COUNTRIES.values()}
    guess = nearest(word, names) if len(word) > 3 else nearest(word, _country_codes())
    return names.get(guess, guess) if guess else None


class Holidays(Model):
    """`holidays` of a calendar: the days on which it does not open.

    country   ISO code of a country whose public holidays count, with `subdiv` those of one part of it too
    ical      an iCalendar file beside the site file, or an https address: its all-day events count
    also      days besides; `not` takes days out again, whoever has brought them
    """

    country: str | None = None
    subdiv: str | None = None
    ical: Text | None = None
    also: LocalDays = ()
    not_days: LocalDays = Field(default=(), alias="not")

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and value not in _country_codes():
            guess = _country_like(value)
            hint = f'did you mean "{guess}"?' if guess else 'write its ISO code, such as "DE"'
            raise ValueError(f'unknown country "{value}"; {hint}')
        return value

    @field_validator("subdiv")
    @classmethod
    def _known_part(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or "country" not in info.data:
            return value
        country = info.data["country"]
        if country is None:
            raise ValueError("is a part of a country; name the country too")
        parts = _country_codes()[country]
        if not parts:
            raise ValueError(f"no parts of {country} are known; leave it out")
        if value not in parts:
            raise ValueError(unknown(f"part of {country}", value, parts))
        return value

    @field_validator("ical")
    @classmethod
    def _file_or_https(cls, value: str | None) -> str | None:
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", value or "")
        if scheme and not (value or "").startswith("https://"):
            # the address itself may hold a key: only its beginning is shown
            raise ValueError(f'"{scheme[1]}:" is neither a file nor an https address; write "https://..."')
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Holidays:
        both = sorted(set(self.also) & set(self.not_days))
        if both:
            raise ValueError(f"{both[0]} stands in also and in not; take it out of one")
        if not (self.country or self.ical or self.also):
            raise ValueError('names no holidays; write country = "DE", an ical, or days under also')
        return self

    @property
    def is_address(self) -> bool:
        """Whether `ical` is to be fetched, not read from a file."""
        return (self.ical or "").startswith("https://")

    def file(self, base: Path) -> Path | None:
        """The iCalendar file; None where there is none."""
        return None if self.ical is None or self.is_address else base / self.ical


class Calendar(Model):
    """`[calendar.NAME]`: when time counts. It has opening hours, or joins other calendars, or is open always.

    from       the local day from which on this version is in force; without it, from the beginning
    timezone   the zone of `open`; elsewhere only that of `from`
    open       per weekday the spans that start on it
    special    per day the spans instead of those of its weekday, also on a holiday; [] is closed
    union      open whenever one of these calendars is
    """

    from_date: date | None = Field(default=None, alias="from")
    timezone: Zone | None = None
    open: dict[Day, Openings] | None = None
    holidays: Holidays | None = None
    special: dict[LocalDay, Openings] = Field(default_factory=dict)
    union: tuple[Name, ...] | None = Field(default=None, strict=False, min_length=1)
    always: Literal[True] | None = None

    @field_validator("always", mode="before")
    @classmethod
    def _true_or_nothing(cls, value: object) -> object:
        if value is not True and value is not None:
            raise ValueError("is true, or is left out")
        return value

    @field_validator("union", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError(f'must be a list; write ["{value}"]')
        return value

    @model_validator(mode="after")
    def _is_one_thing(self) -> Calendar:
        kinds: dict[str, Any] = {"open": self.open, "union": self.union, "always": self.always}
        given = [name for name, value in kinds.items() if value is not None]
        if len(given) > 1:
            raise ValueError(f"has {' and '.join(given)}; a calendar is one of them")
        if not given:
            raise ValueError('is never open; write open = { mon = ["09:00-17:00"] }, union = [...] or always = true')
        if self.open is not None and self.timezone is None:
            raise ValueError('has no timezone to read its hours in; write timezone = "Europe/Berlin"')
        if self.open is None and (self.holidays or self.special):
            what = "holidays" if self.holidays else "special"
            raise ValueError(
                f"has {what}, which only a calendar with open hours takes; write open instead of {given[0]}"
            )
        return self

    @property
    def opens(self) -> bool:
        """Whether there is a day on which it opens."""
        spans = [*(self.open or {}).values(), *self.special.values()]
        return self.open is None or any(spans)

    def zone(self, site: ZoneInfo) -> ZoneInfo:
        """The calendar's own IANA zone, else that of the `site`."""
        return ZoneInfo(self.timezone) if self.timezone else site
