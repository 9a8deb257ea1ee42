"""What is told once per batch of deliveries: keys nobody reads, unknown kinds of event, letters that were mended."""

from __future__ import annotations

from collections import Counter

from connectors.clean import storable

_DISTINCT = 200
_SHOWN = 5


class Told:
    """Counts by sentence and word, bounded: a hostile sender must not fill the memory with its inventions."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def add(self, sentence: str, word: str) -> None:
        """Count one `word` under `sentence`, which says what happens to it."""
        words = self._counts.setdefault(sentence, Counter())
        shown = storable(word)[:60]
        words[shown if shown in words or len(words) < _DISTINCT else "…"] += 1

    def sentences(self) -> tuple[str, ...]:
        """Each sentence with its words, the most frequent first."""
        return tuple(f"{sentence}: {_words(words)}" for sentence, words in self._counts.items())


def _words(words: Counter[str]) -> str:
    ranked = words.most_common()
    shown = [f'"{word}" ({count:,})' for word, count in ranked[:_SHOWN]]
    rest = ranked[_SHOWN:]
    if rest:
        shown.append(f"{len(rest):,} more ({sum(count for _, count in rest):,})")
    return ", ".join(shown)
