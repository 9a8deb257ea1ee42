"""What spreadsheets, browsers and half-converted encodings do to a table, and how it is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable

from connectors.files.problems import Unreadable

RAW_LIMIT = 64_000
"""Bytes of a refused row that are kept."""

FORMULA_ERRORS = frozenset({"#NAME?", "#VALUE!", "#REF!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!"})
"""What a spreadsheet leaves of a text it took for a formula."""

_LOST = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+$|\d{16,}[.,]0*$", re.ASCII)
_WHOLE = re.compile(r"(\d{1,15})\.0+$", re.ASCII)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_FOREIGN = re.compile("[\udc80-\udcff]")
_CUT = re.compile("[\udce0-\udcef][\udc80-\udcbf]|[\udcf0-\udcf4][\udc80-\udcbf]{1,2}")
_MAGIC = (
    (b"PK\x03\x04", "a zip file or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old or locked Excel workbook"),
    (b"PAR1", "a parquet file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF"),
)
_OWN_MAGIC = {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}


def lost_digits(native_id: str) -> bool:
    """Whether this id was written as a rounded number, such as 5.70306E+17 or 569368160291463000.0."""
    return _LOST.match(native_id) is not None


def whole(native_id: str) -> str | None:
    """`3` for an id that went through a column of floats and came out as `3.0`; None for every other.

    A float holds fifteen digits safely; of longer ones nobody knows what they were.
    """
    found = _WHOLE.match(native_id)
    return found[1] if found else None


def ends_in_zeros(native_id: str) -> bool:
    """Whether a number of more than 15 digits has only zeros after the 15th, where spreadsheets stop counting."""
    return len(native_id) > 15 and native_id.isdecimal() and not native_id[15:].strip("0")


def rounded(native_ids: Iterable[str]) -> bool:
    """Whether a file's ids were rounded to 15 digits.

    One real id in a thousand ends in 000 by chance, so a single one says nothing; nine in ten do.
    """
    long = {native_id for native_id in native_ids if len(native_id) > 15 and native_id.isdecimal()}
    return len(long) >= 3 and sum(map(ends_in_zeros, long)) >= 0.9 * len(long)


def unguarded(text: str) -> str:
    """The text without the `=` a spreadsheet put before a leading @, + or -, taking it for a formula."""
    return text[1:] if text[:2] in ("=@", "=+", "=-") else text


def foreign_file(head: bytes, form: str) -> str | None:
    """What the file is when its first bytes say that it is not a table of this format; None when they do not."""
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<script", b"<?xml", b"<table")):
        return "a web page"
    own = _OWN_MAGIC.get(form)
    if own is None:
        return next((what for magic, what in _MAGIC if head.startswith(magic)), None)
    known = next((what for magic, what in _MAGIC if magic != own and head.startswith(magic)), None)
    return known or ("something else" if head and not own.startswith(head[:4]) else None)


def storable(text: str) -> bool:
    """Whether the text holds no NUL and no half of a surrogate pair."""
    return (text.isascii() and "\0" not in text) or _UNSTORABLE.search(text) is None


def mend_cut(text: str) -> str:
    """The text with U+FFFD for each UTF-8 character that lost its end; bytes of another encoding stay as they are.

    Bytes that are no letters arrive as the surrogates of Python's `surrogateescape`.
    """
    return _CUT.sub("\ufffd", text)


def mend_latin(text: str) -> str:
    """The text with the five bytes Windows-1252 leaves undefined read as Latin-1, as browsers do."""
    return _FOREIGN.sub(lambda found: chr(ord(found[0]) - 0xDC00), text)


def has_foreign_bytes(text: str) -> bool:
    """Whether bytes are left in the text that are no letters in its encoding."""
    return _FOREIGN.search(text) is not None


def unstorable(texts: Iterable[str]) -> Unreadable | None:
    """Why these texts cannot be kept, or None when they can."""
    found = [text for text in texts if not storable(text)]
    if any(map(has_foreign_bytes, found)):
        return Unreadable(
            "wrong_encoding", "the row holds bytes that are no letters in the file's encoding; save the file as UTF-8"
        )
    if found:
        return Unreadable("bad_text", "the row holds a NUL or half of a surrogate pair; no database keeps them as text")
    return None


def keepable(raw: str) -> str:
    """A refused row's text made storable: bytes and characters that cannot be kept are spelled out, 64 kB at most."""
    as_bytes = raw.encode("utf-8", "surrogateescape") if not re.search("[\ud800-\udc7f\udd00-\udfff]", raw) else None
    text = as_bytes.decode("utf-8", "backslashreplace") if as_bytes is not None else _spelled(raw)
    text = text.replace("\0", "\\x00").rstrip("\r\n")
    cut = text.encode("utf-8")[:RAW_LIMIT]
    return cut.decode("utf-8", "ignore")


def _spelled(raw: str) -> str:
    return raw.encode("utf-8", "backslashreplace").decode("utf-8")
