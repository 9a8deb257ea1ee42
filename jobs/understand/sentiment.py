"""How a post feels: VADER with our own service words beside its lexicon, on text whose names and handles are masked.

Source: Hutto & Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text"
(ICWSM 2014), with the label thresholds its authors give. It knows English only.
"""

from __future__ import annotations

import string
import warnings
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from vaderSentiment.vaderSentiment import NEGATE, SentimentIntensityAnalyzer

from config import Brand
from jobs.understand.folding import fold

THRESHOLD = 0.05
"""A score this far from 0 is a feeling; VADER's authors' own figure."""

_TURNING = frozenset([*NEGATE, "so", "this"])  # the words VADER's negation check acts on
_LEXICON = Path(__file__).with_name("lexicon.tsv")


def label_of(score: float) -> str:
    """The label of a score in -1..1: "negative", "neutral" or "positive"."""
    return "positive" if score >= THRESHOLD else "negative" if score <= -THRESHOLD else "neutral"


def is_judged(language: str | None, plain: str) -> bool:
    """Whether a text may be judged: English, or of no known language and not mainly in letters other than a to z."""
    if language is not None:
        return language == "en"
    letters = [char for char in plain if char.isalpha()]
    return 2 * sum(map(str.isascii, letters)) >= len(letters)


def score_of(text: str) -> float:
    """The feeling of a masked text, -1..1: VADER's compound, with service phrases read as one word."""
    return float(_analyzer().polarity_scores(_join_phrases(text))["compound"])


def terms_in_lexicon(brands: Sequence[Brand]) -> list[str]:
    """One sentence for each word in the terms, products or names of `brands` that the lexicon reads as feeling."""
    sentences: dict[tuple[str, str], str] = {}
    for brand in brands:
        texts = {"terms": brand.terms, "products": brand.products, "name": (brand.name,)}
        for key, text in ((key, text) for key, group in texts.items() for text in group):
            for word, valence in _feelings(text):
                sentence = (
                    f'brand.{brand.name}.{key}: "{text}" holds "{word}", which the sentiment lexicon reads as '
                    f"{valence:+.1f}; it is masked before a post is judged, so it counts as no feeling"
                )
                sentences.setdefault((brand.name, word), sentence)
    return list(sentences.values())


class _Vader(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the library carries no types
    """VADER with the same verdicts in less time; a test holds the two together.

    The checks overridden look at most three words back and two ahead, but lower-case the whole text at each call and
    compare with every negation one by one. Given only that window, and asked only where it can matter, they answer
    the same.
    """

    @staticmethod
    def _negation_check(valence: float, words: list[str], start_i: int, i: int) -> float:
        left = max(0, i - 3)
        window = [word.lower() for word in words[left:i]]
        if _TURNING.isdisjoint(window) and not any("n't" in word for word in window):
            return valence
        return float(SentimentIntensityAnalyzer._negation_check(valence, [*window, words[i]], start_i, i - left))

    @staticmethod
    def _special_idioms_check(valence: float, words: list[str], i: int) -> float:
        left = max(0, i - 3)
        return float(SentimentIntensityAnalyzer._special_idioms_check(valence, words[left : i + 3], i - left))


def _feelings(text: str) -> list[tuple[str, float]]:
    words = [word.strip(string.punctuation) for word in _join_phrases(fold(text).plain).split()]
    lexicon: dict[str, float] = _analyzer().lexicon
    return [(word.replace("_", " "), lexicon[word]) for word in words if lexicon.get(word)]


def _join_phrases(text: str) -> str:
    """Write each service phrase of `text` as one word, such as "on_hold", because VADER looks words up one by one."""
    phrases, sizes = _service().phrases, _service().sizes
    words = text.split()
    bare = [word.strip(string.punctuation) for word in text.lower().split()]
    if sizes.keys().isdisjoint(pairwise(bare)) or len(bare) != len(words):
        return text
    joined, at = [], 0
    while at < len(words):
        tries = sizes.get((bare[at], bare[at + 1]), ()) if at + 1 < len(bare) else ()
        size = next((n for n in tries if _bare("_".join(words[at : at + n])) in phrases), 1)
        joined.append("_".join(words[at : at + size]))
        at += size
    return " ".join(joined)


def _bare(word: str) -> str:
    return word.strip(string.punctuation).lower()


class _Service(NamedTuple):
    """Our words: valences by word ("_" joins those of a phrase), phrases, their lengths by their first two words."""

    version: str
    valences: dict[str, float]
    phrases: frozenset[str]
    sizes: dict[tuple[str, str], tuple[int, ...]]


@cache
def _service() -> _Service:
    lines = [line.split("\t") for line in _LEXICON.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    table = {entry.replace(" ", "_"): value for entry, value in lines}
    number = table.pop("version")
    phrases = frozenset(word for word in table if "_" in word)
    sizes: dict[tuple[str, str], tuple[int, ...]] = {}
    for words in sorted((phrase.split("_") for phrase in phrases), key=len, reverse=True):
        sizes[words[0], words[1]] = (*sizes.get((words[0], words[1]), ()), len(words))
    return _Service(number, {word: float(value) for word, value in table.items()}, phrases, sizes)


@cache
def _analyzer() -> _Vader:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it opens its files with codecs.open, on its way out
        analyzer = _Vader()
    analyzer.lexicon.update(_service().valences)
    # a word in the lexicon with 0 would still be moved by capitals and boosters
    analyzer.lexicon = {word: valence for word, valence in analyzer.lexicon.items() if valence}
    return analyzer


MODEL = f"vader-{version('vaderSentiment')}+service-{_service().version}"
"""The name and version stored with every score; figures of two versions are never mixed."""
