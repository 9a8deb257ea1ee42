"""One text, read once: each answer is worked out when first asked for and then kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from jobs.understand import language, masking, sentiment
from jobs.understand.brands import BrandFinder, Finding, Span
from jobs.understand.folding import Folded, fold

JUDGED_CHARACTERS = 2_000
"""Only this much of a text is judged for feeling: what a post feels it says early, and a hostile one must not cost."""


class Reading:
    """What one text says, for the brands of `finder`."""

    def __init__(self, finder: BrandFinder, text: str) -> None:
        self._finder = finder
        self._text = text
        self._scores: dict[str, float | None] = {}

    @cached_property
    def _folded(self) -> Folded:
        return fold(self._text)

    @cached_property
    def _found(self) -> Finding:
        return self._finder.find(self._folded.plain)

    @cached_property
    def _spans(self) -> list[Span]:
        return [*_judged(self._found.names), *masking.outside_spans(self._shape)]

    @property
    def _shape(self) -> str:
        return self._folded.shape[:JUDGED_CHARACTERS]

    @property
    def plain(self) -> str:
        """The folded text, as far as it is judged."""
        return self._folded.plain[:JUDGED_CHARACTERS]

    @property
    def brands(self) -> tuple[str, ...]:
        """The brands found by their terms, in the site's order."""
        return tuple(self._found.places)

    @cached_property
    def language(self) -> str | None:
        """The language the text is in, or None when that cannot be told."""
        return language.detect(self._text)

    @property
    def masked(self) -> str:
        """The text as it is judged: handles, links and monitored names replaced, cut at JUDGED_CHARACTERS."""
        return masking.masked(self._shape, self._spans)

    def score(self, brand: str) -> float | None:
        """How the text feels about `brand`, -1..1; None where it names others too and has no clause on `brand` alone.

        A text that names no other measured brand is judged whole.
        """
        if brand not in self._scores:
            words = self.masked if {*self._found.places} <= {brand} else self._own_clauses(brand)
            self._scores[brand] = sentiment.score_of(words) if words is not None else None
        return self._scores[brand]

    def _own_clauses(self, brand: str) -> str | None:
        places = [(name, start) for name, spans in self._found.places.items() for start, _ in _judged(spans)]
        own = [
            (left, right)
            for left, right in masking.clauses(self.plain, self._spans)
            if {name for name, start in places if left <= start < right} == {brand}
        ]
        return " ".join(masking.masked(self._shape, self._spans, *clause) for clause in own) if own else None


def _judged(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span[0] < JUDGED_CHARACTERS]
