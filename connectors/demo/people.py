"""Who says it: a population per platform and country, few of whom are heard by many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from connectors.demo.chance import Dice, pick, share_of
from connectors.demo.wording import language

_PEOPLE_PER_COUNTRY = 2400
_KEENNESS = 2.2  # the larger, the more the same few people write
_FEWEST, _MOST, _TAIL = 60, 4_000_000, 0.95
_FIRST_LANGUAGE = {"MX": "es", "BR": "pt", "DE": "de", "FR": "fr", "JP": "ja"}
_PUBLISHERS = {
    "en": (
        "The Harbor Ledger", "Gate and Runway", "Northern Morning", "City Evening Wire", "The Window Seat",
        "Travel Desk Daily", "Southern Cross Tribune", "Money and Miles",
    ),
    "es": ("Diario del Puerto", "La Mañana Viajera"),
    "de": ("Hafenblatt", "Morgenkurier"),
    "fr": ("Le Courrier du Ciel", "La Gazette du Quai"),
    "pt": ("Folha da Pista", "Jornal da Baía"),
    "ja": ("空路新聞", "港町タイムズ"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody on one platform."""

    author_id: str
    name: str
    followers: int


def draw(seed: int, platform: str, country: str, spoken: str, dice: Dice) -> Author:
    """Somebody of this platform and country; on `news` a publisher of the language `spoken`."""
    luck = dice.random()
    if platform == "news":
        return _publisher(seed, pick(_PUBLISHERS[spoken], luck))
    return _person(seed, platform, country, int(_PEOPLE_PER_COUNTRY * luck**_KEENNESS))


@lru_cache(maxsize=8192)
def _person(seed: int, platform: str, country: str, number: int) -> Author:
    luck = share_of(seed, "author", platform, country, number)
    words = language(_FIRST_LANGUAGE.get(country, "en")).lists
    first, last = pick(words["first"], luck * 7919 % 1), pick(words["last"], luck * 104_729 % 1)
    name = f"{first}.{last}{number % 97 or ''}" if platform in ("x", "bluesky", "reddit") else f"{first} {last}".title()
    return Author(f"{country.lower()}{number}", name, _followers(share_of(seed, "heard", platform, country, number)))


@lru_cache(maxsize=64)
def _publisher(seed: int, name: str) -> Author:
    readers = 20_000 + int(900_000 * share_of(seed, "readers", name) ** 2)
    return Author(name.casefold().replace(" ", "-"), name, readers)


def _followers(luck: float) -> int:
    """Pareto's law: half have fewer than 130, one in a thousand some 86,000."""
    return min(_MOST, int(_FEWEST / (1 - luck) ** (1 / _TAIL)))
