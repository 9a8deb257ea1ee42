"""Which measured brands a text names, and where.

A term is a whole word, in any case and width: "united" is found in "United!", "@united" and "#united", not in
"reunited", "@unitedway" or an e-mail address. Terms of several words match across any whitespace. In scripts without
spaces (and in Hangul, whose particles cling to the noun) a term is found anywhere.

A `not` term rules out in one of two ways, told by its own words:
- it holds one of the brand's terms ("manchester united"): the places it covers do not count, others in the post do;
- it holds none ("football"): a post with it does not count for that brand at all.
Each brand is looked for by itself, so one place may name two brands; a `not` term tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from config import Brand
from jobs.understand.folding import fold, is_word

Span = tuple[int, int]

_SIGNS = "@#$"

# tried only at the start of a run of letters and bounded, so that a wall of letters is walked once
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MAYBE_EMAIL = re.compile(r"@(?<=[\w+-]@)")  # most posts with an "@" hold only handles


def email_spans(text: str) -> list[Span]:
    """Where e-mail addresses stand in `text`."""
    return [match.span() for match in _EMAIL.finditer(text)] if _MAYBE_EMAIL.search(text) else []


@dataclass(frozen=True, slots=True)
class Finding:
    """`places`: the spans that count, by brand in the site's order. `names`: all spans to mask, counting or not."""

    places: dict[str, tuple[Span, ...]]
    names: tuple[Span, ...]


class Phrase:
    """One or more folded words to look for, with any whitespace between them, as whole words.

    An edge is checked by what stands there: a letter or digit of a spaced script must not touch another; "@", "#" and
    "$" must not follow one, nor an "@"; a spaceless script and other punctuation are found anywhere.
    """

    def __init__(self, words: list[str]) -> None:
        self._first = words[0]
        self._body = re.compile(r"\s+".join(map(re.escape, words)))
        self._left = is_word(words[0][0]) or words[0][0] in _SIGNS
        self._sign = words[0][0] in _SIGNS
        self._right = is_word(words[-1][-1])

    def spans(self, plain: str) -> list[Span]:
        """Where the phrase stands in `plain`, a folded text."""
        # a plain search for the first word costs a tenth of what a pattern's own search does
        spans: list[Span] = []
        at = plain.find(self._first)
        while at >= 0:
            match = self._body.match(plain, at)
            if match and self._is_whole(plain, *match.span()):
                spans.append(match.span())
                at = plain.find(self._first, match.end())
            else:
                at = plain.find(self._first, at + 1)
        return spans

    def _is_whole(self, plain: str, start: int, end: int) -> bool:
        before, after = plain[start - 1 : start], plain[end : end + 1]
        if self._left and before and (is_word(before) or (self._sign and before == "@")):
            return False
        return not (self._right and after and is_word(after))


@dataclass(slots=True)
class _Rules:
    """One brand's phrases, by their keys in the finder's table."""

    name: str
    terms: tuple[str, ...]
    covering: tuple[str, ...] = field(default=())
    context: tuple[str, ...] = field(default=())


class BrandFinder:
    """Finds the brands it was made with."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._phrases: dict[str, Phrase] = {}
        self._rules = [self._rules_of(brand) for brand in brands]
        context = {key for rules in self._rules for key in rules.context}
        named = {key for brand in brands for key in self._keys((brand.name, *brand.terms, *brand.products))}
        self._masked = named | {key for key in self._phrases if key not in context}

    def find(self, plain: str) -> Finding:
        """Look for every brand in `plain`, a folded text."""
        found = {key: where for key, phrase in self._phrases.items() if (where := phrase.spans(plain))}
        if not found:
            return Finding({}, ())
        emails = email_spans(plain)
        named = [rules for rules in self._rules if not found.keys().isdisjoint(rules.terms)]
        places = {rules.name: spans for rules in named if (spans := _places(rules, found, emails))}
        return Finding(places, tuple(span for key, spans in found.items() if key in self._masked for span in spans))

    def _rules_of(self, brand: Brand) -> _Rules:
        terms = self._keys(brand.terms)
        not_terms = self._keys(brand.not_terms)
        covering = tuple(key for key in not_terms if any(self._phrases[term].spans(key) for term in terms))
        context = tuple(key for key in not_terms if key not in covering)
        return _Rules(brand.name, terms, covering, context)

    def _keys(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Put each of `texts` into the table of phrases; its key is its folded words."""
        wordings = {" ".join(words): words for text in texts if (words := fold(text).plain.split())}
        self._phrases |= {key: Phrase(words) for key, words in wordings.items() if key not in self._phrases}
        return tuple(wordings)


def _places(rules: _Rules, found: dict[str, list[Span]], emails: list[Span]) -> tuple[Span, ...]:
    spans = [span for key in rules.terms if key in found for span in found[key]]
    if any(key in found for key in rules.context):
        return ()
    covers = [span for key in rules.covering if key in found for span in found[key]]
    if covers or emails:
        return tuple(span for span in spans if not _inside(span, covers) and not _within(span, emails))
    return tuple(spans)


def _inside(span: Span, covers: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in covers)


def _within(span: Span, emails: list[Span]) -> bool:
    # a term that is itself an address still counts
    return any(start <= span[0] and span[1] <= end and span != (start, end) for start, end in emails)
