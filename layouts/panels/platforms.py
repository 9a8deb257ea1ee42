"""Platforms on a picture: at most six by name, the rest folded into "Other", each with its colour and its words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from layouts import look
from layouts.words import clean

UNKNOWN = "unknown"
_OTHER = "\0other"  # no stored platform can have this name
_NAMES = {
    "x": "X",
    "twitter": "Twitter",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "reddit": "Reddit",
    "threads": "Threads",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "news": "News",
    "blog": "Blogs",
    "rss": "RSS",
    "hackernews": "Hacker News",
    "telegram": "Telegram",
    "github": "GitHub",
}


@dataclass(frozen=True)
class Platform:
    """One platform of a picture: `key` as stored, `title` as said, and its colours."""

    key: str
    title: str
    fill: str
    word: str


def title_of(key: object) -> str:
    """A platform's name as people write it."""
    text = clean(key)
    return _NAMES.get(text.casefold(), text) or UNKNOWN


def named(table: pd.DataFrame, column: str = "platform") -> pd.DataFrame:
    """The table with a word where the platform is unknown, so that no row is lost in a sum."""
    return table.assign(**{column: table[column].astype("object").fillna(UNKNOWN)})


def fold(counts: dict[str, int]) -> list[Platform]:
    """The platforms to show, from the stack's bottom to its top.

    The six loudest keep their name. Their order does not follow their counts, so that colours do not
    change places when two of them pass each other.
    """
    ranked = sorted(counts, key=lambda key: (-counts[key], key))
    most = len(look.PLATFORMS)
    names = sorted(ranked[:most], key=_place)
    shown = [
        Platform(key, title_of(key), fill, word)
        for key, fill, word in zip(names, look.PLATFORMS, look.PLATFORM_WORDS, strict=False)
    ]
    return shown + ([Platform(_OTHER, "Other", look.OTHER, look.TEXT_SOFT)] if len(ranked) > most else [])


def folded(table: pd.DataFrame, shown: list[Platform], column: str = "platform") -> pd.DataFrame:
    """The table with each platform as it is shown: its own name, or the fold's."""
    keys = table[column]
    return table.assign(**{column: keys.where(keys.isin([platform.key for platform in shown]), _OTHER)})


def _place(key: str) -> tuple[int, str]:
    known = list(_NAMES)
    return (known.index(key.casefold()) if key.casefold() in known else len(known), key)
