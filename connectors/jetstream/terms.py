"""A cheap test on the whole network's posts: may this one name a brand?

It says yes too often and never no by mistake: whether a brand is really named is found out later, by whole words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def fold(text: str) -> str:
    """`text` without differences of case and width, in the same way as brands are later found."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).replace("İ", "I").replace("’", "'").casefold()


class Terms:
    """The terms of all brands. Between the words of a term may lie any space."""

    def __init__(self, terms: Iterable[str]) -> None:
        phrases = {words for term in terms if (words := tuple(fold(term).split()))}
        # looking for the longest word first is what makes it cheap
        self._phrases = [(max(words, key=len), re.compile(r"\s+".join(map(re.escape, words)))) for words in phrases]

    def __bool__(self) -> bool:
        return bool(self._phrases)

    def may_be_in(self, texts: Iterable[str]) -> bool:
        """Whether one of `texts` may name a brand."""
        folded = fold("\n".join(texts))
        return any(word in folded and phrase.search(folded) for word, phrase in self._phrases)
