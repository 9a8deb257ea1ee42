"""Their text -> our value, for the columns that are neither id, time nor post; and the tally of what was left out.

A value that cannot be read is unknown (None) and counted, never zero and never a reason to lose the post.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from connectors.files.damage import lost_digits
from connectors.files.problems import shown

_GROUPED = re.compile(r"\d{1,3}(?:([,.' \u00a0\u202f\u2019])\d{3}(?:\1\d{3})*)$", re.ASCII)
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

    def add(self, what: str, field: str = "", value: str = "") -> None:
        """Count one `what` (a key of the sentences below) in our column `field`; `value` is told with it."""
        key = (what, field, value)
        # A hostile file must not fill the memory with its inventions.
        if key not in self._counts and len(self._counts) >= _DISTINCT:
            key = (what, field, "")
        self._counts[key] += 1

    def sentences(self, file: str) -> tuple[str, ...]:
        """The tally of `file` in words, the most frequent first."""
        ranked = self._counts.most_common()
        labels = [(field, value, count) for (what, field, value), count in ranked if what == "label"]
        told = [_sentence("label", count, field, value) for field, value, count in labels[:_TOLD]]
        if labels[_TOLD:]:
            told.append(f"{rows(sum(count for _, _, count in labels[_TOLD:]))} carry other labels that are not ours")
        together: dict[tuple[str, str], tuple[int, str]] = {}
        for (what, field, value), count in ranked:
            if what != "label":
                before, example = together.get((what, field), (0, value))
                together[what, field] = (before + count, example)
        told += [_sentence(what, count, field, value) for (what, field), (count, value) in together.items()]
        return tuple(f"{file}: {sentence}" for sentence in told)


def rows(count: int) -> str:
    """`1 row`, `7,189 rows`."""
    return f"{count:,} row{'' if count == 1 else 's'}"


_SENTENCES = {
    "label": "{n} labelled {value}, which is not negative, neutral or positive: left unknown; "
    "say what it means in columns.{field}.values",
    "number": "{n} whose {field} is no whole number, such as {value}: left unknown",
    "flag": "{n} whose {field} is neither true nor false, such as {value}: read as false",
    "lost_id": "{n} whose {field} lost its digits, such as {value}: left unknown",
    "time": "{n} whose {field} cannot be read, such as {value}: left unknown",
    "url": "{n} whose {field} is neither http nor https, such as {value}: left unknown",
    "guard": '{n} of column "{field}" with the "=" a spreadsheet puts before @, + and -: taken off again',
    "cut": "{n} with a character that lost its end: \ufffd stands in its place",
    "quotes": "{n} with stray quotation marks: read as they stand",
}


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
    ours = {"negative": "negative", "neutral": "neutral", "positive": "positive"}

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


def other_id(field: str, tally: Tally) -> Convert:
    """A converter to an id other than the item's own: one that lost its digits would name somebody else."""

    def read(text: str) -> str | None:
        if not text.isdecimal() and lost_digits(text):
            tally.add("lost_id", field, text)
            return None
        return text

    return read
