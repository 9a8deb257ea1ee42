"""What can be wrong with a row or a file, each with a fixed code.

Unreadable    one row cannot become a record; the run goes on
Damaged       the file cannot be read to its end
NotATable     the file is something else than its name says
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

REASONS = {
    "missing_id": "the row has no id",
    "missing_text": "the row has no text",
    "missing_time": "the row says no time",
    "missing_platform": "the row names no platform and there is no default",
    "time_without_zone": "the time names no zone and the mapping gives none",
    "unreadable_time": "the time is not written in the format the mapping gives",
    "impossible_date": "the date or the hour does not exist, or lies where no post can be",
    "id_lost_digits": "a spreadsheet rounded the id",
    "formula_error": "a spreadsheet took the text for a formula and kept only its error",
    "wrong_encoding": "bytes that are no letters in the file's encoding",
    "bad_text": "characters that cannot be stored: NUL or half a surrogate pair",
    "text_too_long": "a text of more than 100,000 characters",
    "wrong_columns": "more or fewer cells than the header has",
    "open_quote": "a quotation mark is opened and never properly closed",
    "broken_json": "not a JSON object",
    "not_a_table": "the file is something else than its name says",
    "unknown_format": "the file's ending names no format",
    "damaged_file": "the file cannot be read to its end",
}
"""Every reason a row or a file is refused for, in a few words."""


class Unreadable(Exception):
    """This row cannot become a record: `reason` is a key of REASONS, `sentence` is for the person who repairs it.

    `field` is the field of ours that could not be filled, where it is one field's fault.
    """

    def __init__(self, reason: str, sentence: str, field: str | None = None) -> None:
        self.reason = reason
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


class Damaged(Exception):
    """The file breaks off or cannot be opened; the text says what was found."""


class NotATable(Unreadable):
    """The whole file is refused."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when nothing is near."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.5)
    return by_lower[found[0]] if found else None


def shown(value: str, limit: int = 60) -> str:
    """A value as it may stand in a sentence: quoted, in one line, shortened, free of what cannot be printed."""
    short = value if len(value) <= limit else value[: limit - 1] + "…"
    return '"' + "".join(c if c.isprintable() else " " for c in short) + '"'
