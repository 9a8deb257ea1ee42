"""Where people live, what they speak, and when they are awake: three regions' days and weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from connectors.demo.chance import SLOT, Wheel, begin_of

AMERICAS, EUROPE, ASIA_PACIFIC = "Americas", "Europe", "Asia-Pacific"
REGIONS = (AMERICAS, EUROPE, ASIA_PACIFIC)
LANGUAGES = ("en", "es", "de", "fr", "pt", "ja")

_HOURS = (
    0.35, 0.22, 0.15, 0.12, 0.15, 0.30, 0.62, 1.00, 1.28, 1.22, 1.14, 1.14,
    1.28, 1.20, 1.10, 1.10, 1.20, 1.40, 1.60, 1.74, 1.78, 1.58, 1.20, 0.70,
)  # fmt: skip
_HOURS_MEAN = sum(_HOURS) / 24
_WEEK = {  # Monday first; people who travel for work write on other days than people on holiday
    AMERICAS: (1.04, 0.98, 0.98, 1.02, 1.16, 0.86, 0.96),
    EUROPE: (1.10, 1.04, 1.02, 1.04, 1.10, 0.82, 0.88),
    ASIA_PACIFIC: (1.08, 1.00, 1.00, 1.00, 1.06, 0.94, 0.92),
}
_HALF = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its part of all that is said, and in which languages."""

    code: str
    region: str
    zone: ZoneInfo
    share: float
    languages: Wheel


def _country(code: str, region: str, zone: str, share: float, **languages: float) -> Country:
    return Country(code, region, ZoneInfo(zone), share, Wheel(languages))


COUNTRIES = (
    _country("US", AMERICAS, "America/New_York", 0.34, en=0.88, es=0.12),
    _country("CA", AMERICAS, "America/Toronto", 0.05, en=0.75, fr=0.25),
    _country("MX", AMERICAS, "America/Mexico_City", 0.07, es=0.95, en=0.05),
    _country("BR", AMERICAS, "America/Sao_Paulo", 0.07, pt=1.0),
    _country("GB", EUROPE, "Europe/London", 0.13, en=1.0),
    _country("DE", EUROPE, "Europe/Berlin", 0.08, de=0.85, en=0.15),
    _country("FR", EUROPE, "Europe/Paris", 0.06, fr=0.9, en=0.1),
    _country("JP", ASIA_PACIFIC, "Asia/Tokyo", 0.09, ja=0.93, en=0.07),
    _country("IN", ASIA_PACIFIC, "Asia/Kolkata", 0.05, en=1.0),
    _country("AU", ASIA_PACIFIC, "Australia/Sydney", 0.06, en=1.0),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is awake in one slot: by country its loudness, mean 1 over a week, and its part of all that is said."""

    loudness: tuple[float, ...]
    edges: tuple[float, ...]

    @property
    def total(self) -> float:
        """How loud the whole world is against its mean."""
        return self.edges[-1]


@lru_cache(maxsize=2048)
def crowd(slot: int) -> Crowd:
    """Who is awake in a slot."""
    middle = begin_of(slot) + SLOT / 2
    loudness = tuple(_loudness(country, middle) for country in COUNTRIES)
    parts = (country.share * loud for country, loud in zip(COUNTRIES, loudness, strict=True))
    return Crowd(loudness, tuple(accumulate(parts)))


def _loudness(country: Country, moment: datetime) -> float:
    """How loud a country is at `moment` against its mean: its hour, between two hours the way there, and its day."""
    local = moment.astimezone(country.zone)
    before = local.replace(tzinfo=None) - _HALF  # an hour's figure is that of its middle
    along = before.minute / 60
    hour = _HOURS[before.hour] * (1 - along) + _HOURS[(before.hour + 1) % 24] * along
    return hour / _HOURS_MEAN * _WEEK[country.region][local.weekday()]
