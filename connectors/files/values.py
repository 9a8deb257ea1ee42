"""Their text -> our value, for the columns that are neither id, time nor post; and the tally of what was left out.

A value that cannot be read is unknown (None) and counted, never zero and never a reason to lose the post.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from connectors.files.damage import FORMULA_ERRORS
from connectors.files.fields import LABELS, OTHER, WORDS
from connectors.files.problems import shown

_GROUPED = re.compile(r"\d{1,3}(?:([,.' \u00a0\u202f\u2019])\d{3}(?:\1\d{3})*)$", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?$", re.ASCII)
_GROUPED_DECIMAL = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$", re.ASCII)
_COMMA_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+$", re.ASCII)
_POINT_ZERO = re.compile(r"\d+\.0+$", re.ASCII)
_BIGGEST = 2**63 - 1
_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0"})
_DISTINCT = 200
_TOLD = 5

Convert = Callable[[str], Any]


class Tally:
    """What happened to a file's values, counted, to be told once at its end."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, what: str, field: str = "", value: str = "", count: int = 1) -> None:
        """Count one `what` (a key of the sentences below) in our column `field`; `value` is told with it."""
        key = (what, field, value)
        # A hostile file must not fill the memory with its inventions.
        if key not in self._counts and len(self._counts) >= _DISTINCT:
            key = (what, field, "")
        self._counts[key] += count

    def sentences(self, file: str) -> tuple[str, ...]:
        """The tally of `file` in words, the most frequent first."""
        ranked = self._counts.most_common()
        told: list[str] = []
        for word in _MORE:
            told += self._words(word)
        together: dict[tuple[str, str], tuple[int, str]] = {}
        for (what, field, value), count in ranked:
            if what not in _MORE:
                before, example = together.get((what, field), (0, value))
                together[what, field] = (before + count, example or value)
        told += [_sentence(what, count, field, value) for (what, field), (count, value) in together.items()]
        return tuple(f"{file}: {sentence}" for sentence in told)

    def _words(self, word: str) -> list[str]:
        """A sentence for each of the most frequent words of theirs, and one for all the others."""
        found = [(field, value, n) for (what, field, value), n in self._counts.most_common() if what == word]
        told = [_sentence(word, n, field, value) for field, value, n in found[:_TOLD]]
        rest = sum(n for _, _, n in found[_TOLD:])
        return [*told, f"{rows(rest)} {_MORE[word]}"] if rest else told


def rows(count: int) -> str:
    """`1 row`, `7,189 rows`."""
    return f"{count:,} row{'' if count == 1 else 's'}"


_SENTENCES = {
    "label": "{n} labelled {value}, which is not negative, neutral or positive: left unknown; "
    "say what it means in columns.{field}.values",
    "kind": '{n} whose {field} is {value}, which is no kind of event here: kept as "other" with their word; '
    "say what it means in columns.{field}.values",
    "no_kind": '{n} whose {field} is empty: kept as "other"',
    "word": "{n} whose {field} is {value}, which is none of ours: left unknown; "
    "say what it means in columns.{field}.values",
    "number": "{n} whose {field} is no whole number, such as {value}: left unknown",
    "flag": "{n} whose {field} is neither true nor false, such as {value}: read as false",
    "decimal": "{n} whose {field} is no number, such as {value}: left unknown",
    "formula": "{n} whose {field} is {value}, what a spreadsheet left of it: left unknown",
    "long": "{n} whose {field} has more than 100,000 characters: left unknown",
    "whole_id": "{n} whose {field} is written as a decimal number, such as {value}: read as the whole number",
    "left_out": "{n} left out by {field}",
    "twice": "the header has {value} more than once: a later one is called {field}",
    "lost_id": "{n} whose {field} lost its digits, such as {value}: left unknown",
    "time": "{n} whose {field} cannot be read, such as {value}: left unknown",
    "url": "{n} whose {field} is neither http nor https, such as {value}: left unknown",
    "guard": '{n} of column "{field}" with the "=" a spreadsheet puts before @, + and -: taken off again',
    "cut": "{n} with a character that lost its end: \ufffd stands in its place",
    "quotes": "{n} with stray quotation marks: read as they stand",
}


_MORE = {
    "label": "carry other labels that are not ours",
    "kind": 'have other kinds, kept as "other" with their word',
    "word": "have other words that are none of ours, left unknown",
}
"""What is told word by word, and how its rarer words are told together."""


def _sentence(what: str, count: int, field: str, value: str) -> str:
    return _SENTENCES[what].format(n=rows(count), field=field, value=shown(value))


def whole_number(field: str, tally: Tally) -> Convert:
    """A converter to a count: 1234, 1,234, 1.234, 1 234 and 1234.0 are read; 12K, -1 and 1.5 are not."""

    def read(text: str) -> int | None:
        digits = text
        if not text.isdecimal():
            if _GROUPED.match(text):
                digits = "".join(c for c in text if c.isdecimal())
            elif _POINT_ZERO.match(text):
                digits = text.partition(".")[0]
        # Twenty digits are more than a bigint holds, and int() refuses thousands of them.
        if len(digits) > 19 or not digits.isdecimal() or int(digits) > _BIGGEST:
            tally.add("number", field, text)
            return None
        return int(digits)

    return read


def flag(field: str, tally: Tally) -> Convert:
    """A converter to true or false."""

    def read(text: str) -> bool:
        word = text.lower()
        if word not in _YES and word not in _NO:
            tally.add("flag", field, text)
        return word in _YES

    return read


def label(field: str, tally: Tally) -> Convert:
    """A converter to negative, neutral or positive, whatever the capitals."""
    ours = {word: word for word in LABELS}

    def read(text: str) -> str | None:
        found = ours.get(text) or ours.get(text.lower())
        if found is None:
            tally.add("label", field, text)
        return found

    return read


def web_address(field: str, tally: Tally) -> Convert:
    """A converter to a link that is safe to follow: http and https only."""

    def read(text: str) -> str | None:
        if text[:8].lower().startswith(("http://", "https://")):
            return text
        tally.add("url", field, text)
        return None

    return read


def decimal(field: str, tally: Tally) -> Convert:
    """A converter to a number with a part: 12, -1.5, 1,234.50, 1.234,50 and 12,5 are read; a lone 1,234 is 1234."""

    def read(text: str) -> float | None:
        number = text
        if _GROUPED_DECIMAL.match(text):
            number = text.replace(",", "")
        elif _COMMA_DECIMAL.match(text):
            number = text.replace(".", "").replace(",", ".")
        found = float(number) if _DECIMAL.match(number) else math.nan
        if not math.isfinite(found):
            tally.add("decimal", field, text)
            return None
        return found

    return read


def event_kind(field: str, tally: Tally) -> Convert:
    """A converter to a kind of event; a word that is none of ours is "other", never a reason to lose the event."""
    ours = _spellings("kind")

    def read(text: str) -> str:
        found = ours.get(text) or ours.get("_".join(text.lower().split()))
        if found is None:
            tally.add("kind", field, text)
            return OTHER
        return found

    return read


def one_of(shape: str) -> Callable[[str, Tally], Convert]:
    """The maker of a converter to one of the few words this shape of field knows, whatever the capitals."""

    def made(field: str, tally: Tally) -> Convert:
        ours = _spellings(shape)

        def read(text: str) -> str | None:
            found = ours.get(text) or ours.get(text.lower())
            if found is None:
                tally.add("word", field, text)
            return found

        return read

    return made


def body(limit: int) -> Callable[[str, Tally], Convert]:
    """The maker of a converter to a long text of at most `limit` characters."""

    def made(field: str, tally: Tally) -> Convert:
        def read(text: str) -> str | None:
            if len(text) <= limit and text not in FORMULA_ERRORS:
                return text
            tally.add("formula" if text in FORMULA_ERRORS else "long", field, text[:40])
            return None

        return read

    return made


def _spellings(shape: str) -> dict[str, str]:
    return {word: word for word in WORDS[shape]}
