"""What comes from outside, made safe to keep: texts, times, counts, ids. Shared by every source that reads the net.

Unusable    one value cannot become what a record needs; the row is refused, the run goes on
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from connectors.records import Refused

TEXT_LIMIT = 100_000
RAW_LIMIT = 16_000
"""Characters of a refused row that are kept: in UTF-8 never more than 64 kB of JSON."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_BIGGEST = 2**63 - 1
_BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr"})
_SILENT = frozenset({"script", "style", "template", "noscript"})
_HALVES = re.compile(r"[\ud800-\udfff]")


class Unusable(Exception):
    """A value that cannot be used: `field` of ours, a short fixed `reason`, a `sentence` for a person."""

    def __init__(self, field: str, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.reason, self.sentence = field, reason, sentence


def refused(wrong: Unusable, raw: Any, native_id: str | None = None) -> Refused:
    """The refusal of `raw`, which is kept as JSON, or as it is when it is a text."""
    kept = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    text = storable(kept)[:RAW_LIMIT]
    return Refused(reason=wrong.reason, sentence=wrong.sentence, raw=text, native_id=native_id, field=wrong.field)


def storable(text: str) -> str:
    """The text without what no database keeps: half a surrogate pair and NUL become U+FFFD."""
    return _HALVES.sub("\ufffd", text).replace("\0", "\ufffd")


def post_text(value: Any, field: str = "text") -> str:
    """A post's text, storable, never empty, at most TEXT_LIMIT characters. Raises Unusable."""
    if not isinstance(value, str):
        raise Unusable(field, "missing_text", f"{field} is {_kind(value)}, not a text")
    text = storable(value).strip()
    if not text:
        raise Unusable(field, "missing_text", f"{field} is empty, and without a text a post says nothing")
    if len(text) > TEXT_LIMIT:
        raise Unusable(field, "text_too_long", f"{field} has {len(text):,} characters, of {TEXT_LIMIT:,} at most")
    return text


def plain(html: str) -> str:
    """HTML as the text a reader sees: no markup, no scripts; paragraphs become lines."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\r\f\v]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # <br/> is one break, not a beginning and an end
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def required_id(value: Any, field: str = "item_id") -> str:
    """A native id: a non-empty text, or a whole number that JSON has not rounded. Raises Unusable."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return storable(value.strip())[:2_000]
    words = f"{field} is {_kind(value)}; without an id a post cannot be told from its copies"
    raise Unusable(field, "missing_id", words)


def optional_text(value: Any, limit: int = 1_000) -> str | None:
    """A short text, storable; None for everything else and for an empty one."""
    return storable(value.strip())[:limit] or None if isinstance(value, str) else None


def count(value: Any) -> int | None:
    """A count from 0; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return int(value) if 0 <= value <= _BIGGEST and value == int(value) else None


def web_address(value: Any) -> str | None:
    """An http or https address; None for everything else."""
    text = optional_text(value, 4_000)
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def moment(value: Any, until: datetime, field: str = "published_at") -> datetime:
    """A time as an instant in UTC: ISO 8601 with its zone, or seconds since 1970. Raises Unusable.

    It lies between 1990 and a day after `until`: what is outside was misread or invented.
    """
    found = optional_moment(value)
    if found is None:
        raise Unusable(field, "unreadable_time", f"{field} is {_shown(value)}, which is no time with a zone")
    return plausible(found, until, field)


def plausible(found: datetime, until: datetime, field: str = "published_at") -> datetime:
    """`found`, when a post can be from then. Raises Unusable."""
    if not EARLIEST <= found <= until + timedelta(days=1):
        raise Unusable(field, "impossible_date", f"{field} is {found.isoformat()}, where no post can be")
    return found


def optional_moment(value: Any) -> datetime | None:
    """A time as an instant in UTC; None when it cannot be read or names no zone."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
            return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    return "empty" if value == "" else f"a {type(value).__name__}"


def _shown(value: Any) -> str:
    return "missing" if value is None else repr(storable(str(value)))[:80]
