"""What is said: the shipped texts of six languages, filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from connectors.demo.chance import Dice, pick

_WORDS = Path(__file__).with_name("words")
_PRICES = (29, 39, 49, 59, 79, 99, 120, 149, 180, 240)
NEW_PRODUCT = "Aurora Nest"
LOYALTY = "Aurora Plus"


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as people write it: its name, its handle, and its name in Japanese."""

    name: str
    handle: str
    japanese: str
    loyalty: str
    share: float

    def written(self, language: str, platform: str, luck: float) -> str:
        """Its name in a post: the handle where people write handles, else the name."""
        if luck < _HANDLES.get(platform, 0.0):
            return self.handle
        return self.japanese if language == "ja" else self.name


_HANDLES = {"x": 0.62, "bluesky": 0.45, "instagram": 0.4, "tiktok": 0.35}
OWN = Brand("Aurora Air", "@AuroraAir", "オーロラ航空", LOYALTY, 0.45)
RIVALS = (
    Brand("Meridian", "@FlyMeridian", "メリディアン航空", "Meridian Circle", 0.24),
    Brand("Skylark", "@Skylark", "スカイラーク航空", "Skylark Perks", 0.18),
    Brand("Tamarind Air", "@FlyTamarind", "タマリンド航空", "Tamarind Club", 0.13),
)


@dataclass(frozen=True, slots=True)
class Language:
    """The texts of one language by kind, and its lists."""

    code: str
    texts: Mapping[str, Sequence[str]]
    lists: Mapping[str, Sequence[str]]


@cache
def language(code: str) -> Language:
    """The words of one of places.LANGUAGES."""
    texts: dict[str, list[str]] = {}
    lists: dict[str, list[str]] = {}
    kind = ""
    for line in (_WORDS / f"{code}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") or not line.strip():
            continue
        if line.startswith("[") and line.endswith("]"):
            kind = line[1:-1]
        elif kind.startswith("="):
            lists.setdefault(kind[1:], []).extend(word.strip() for word in line.split("|"))
        else:
            texts.setdefault(kind, []).append(line)
    return Language(code, texts, lists)


def say(kind: str, code: str, dice: Dice, **given: str) -> tuple[str, str]:
    """A text of `kind` with its gaps filled in, and the language it came out in: English where there is none.

    `given` are the post's own words, such as brand; what is missing is drawn, once per text.
    """
    words = language(code)
    if kind not in words.texts:
        words = language("en")
    template = pick(words.texts[kind], dice.random())
    return template.format_map(_Gaps(dice, words.lists, given)), words.code


class _Gaps(dict[str, str]):
    """What stands in braces: drawn when it is asked for. A name with a 2 behind it is another of the same list."""

    def __init__(self, dice: Dice, lists: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> None:
        super().__init__(given)
        self._dice, self._lists = dice, lists

    def __missing__(self, key: str) -> str:
        plain = key.rstrip("2")
        luck = self._dice.random()
        listed = self._lists.get(plain)
        value = pick(listed, luck) if listed else _number(plain, luck)
        if value == self.get(plain) and listed:
            value = listed[(listed.index(value) + 1) % len(listed)]
        self[key] = value
        return value


def _number(key: str, luck: float) -> str:
    if key == "flight":
        return str(100 + int(luck * 1800))
    if key == "minutes":
        return str(12 + int(luck * 80))
    if key == "hours":
        return str(2 + int(luck * 7))
    if key == "gate":
        return f"{pick('ABCDE', luck)}{1 + int(luck * 997) % 48}"
    if key == "seat":
        return f"{4 + int(luck * 32)}{pick('ABCDEF', luck * 991 % 1)}"
    if key == "money":
        return str(pick(_PRICES, luck))
    if key == "new":
        return NEW_PRODUCT
    raise KeyError(f"no list and no number is called {key}")
