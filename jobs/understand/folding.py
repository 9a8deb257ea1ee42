"""Text made comparable: what differs only in case, width or composition becomes the same."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

# Scripts written without spaces between words, and Hangul, whose particles are written onto the noun.
SPACELESS = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u1100-\u11ff\uac00-\ud7ff"  # Hangul
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)


_MARKED = range(0x300, 0x12000)  # where the combining marks of living scripts stand


class Folded(NamedTuple):
    """A text twice, character for character beside each other: `shape` keeps its case, `plain` is what is compared."""

    shape: str
    plain: str


def fold(text: str) -> Folded:
    """Fold `text` for caseless comparison: NFKC, then full case folding (Unicode 3.13), so "straße" is "STRASSE".

    Where case folding changes the length, places could not be carried over: the shape is then the folded text.
    """
    if text.isascii():
        return Folded(text, text.lower())
    # a Turkish capital İ folds to two characters that no one types; its plain letter is meant
    shape = unicodedata.normalize("NFKC", text).replace("İ", "I").replace("’", "'")
    plain = shape.casefold()
    return Folded(shape, plain) if len(plain) == len(shape) else Folded(plain, plain)


@lru_cache(maxsize=4096)
def is_word(char: str) -> bool:
    """Whether `char` makes up words of a script that puts spaces between them, combining marks included."""
    return _word().match(char) is not None


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"[^\W{SPACELESS}]|[{_marks()}]")


@cache
def _marks() -> str:
    # Python's \w leaves combining marks out, so an Indic vowel sign would end the word it belongs to. Variation
    # selectors are left out here: they belong to the emoji before them.
    spaceless = re.compile(f"[{SPACELESS}\ufe00-\ufe0f]")
    marks = [unicodedata.category(char) in ("Mn", "Mc") and not spaceless.match(char) for char in map(chr, _MARKED)]
    edges = [point for point, (before, here) in zip(_MARKED, pairwise([False, *marks]), strict=True) if before != here]
    return "".join(f"{chr(start)}-{chr(end - 1)}" for start, end in zip(edges[::2], edges[1::2], strict=True))
