"""How the question of rising words is asked: without the words that say nothing of themselves, and the brands' own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from config import Site
from layouts.panels.kind import Ask
from layouts.stop_words import STOP_WORDS

USUAL = timedelta(days=7)
"""What now is held against: so long before it."""
LEAST_Z = 4.0
"""Of some ten thousand words a few stand out by three standard errors by chance alone."""


def own_words(site: Site) -> list[str]:
    """What the measured brands are found by, in small letters without @ and #, and the words of it one by one."""
    terms = {term.lower().lstrip("@#") for brand in site.brand for term in (*brand.terms, brand.name)}
    return sorted({word for term in terms for word in (term, *term.split())})


def spelled(row: Any) -> str:
    """The word of an answer's row, text from outside; a hashtag as its example spells it, which reads more easily."""
    word, text = str(row.word), row.example_text
    found = re.search(re.escape(word), text, re.IGNORECASE) if word[:1] == "#" and isinstance(text, str) else None
    return found[0] if found else word


def rising_ask(
    site: Site, brands: Iterable[str], since: datetime, until: datetime, *, limit: int, usual: timedelta = USUAL
) -> Ask:
    """Which words stand out from `since` to `until` (aware UTC) against the time `usual` before it.

    Both are cut at the minute, as questions cut their windows: what is before then ends where now begins.
    """
    start, end = (moment.replace(second=0, microsecond=0) for moment in (since, until))
    window: dict[str, object] = {"since": start, "until": end, "against_since": start - usual, "against_until": start}
    left_out: dict[str, object] = {"without": own_words(site), "stop_words": STOP_WORDS}
    return Ask("rising_words", {**window, **left_out, "brands": list(brands), "least_z": LEAST_Z, "limit": limit})
