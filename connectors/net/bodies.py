"""What an answer is made of: bytes unpacked with a cap, and JSON that a database can keep."""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpcore

from connectors.net.errors import Blocked, Broken, TooBig, Unreachable

_CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW_DEFLATE = -15
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<script|<title)", re.I)
_CAPTCHA = re.compile(
    rb"captcha|challenge-platform|cf-chl|just a moment|attention required|verify (that )?you are (a )?human"
    rb"|are you (a )?(human|robot)|not a robot|unusual traffic|access denied|bot detection|enable javascript and",
    re.I,
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LONGEST_NUMBER = 400


@dataclass(slots=True)
class Answered:
    """A contract.Reply. Its texts stay out of its repr: they may hold a key. `shown` is the URL without its query."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)
    shown: str
    on_page: Callable[[str], None] = field(repr=False)
    """Told that there was a web page where JSON was asked for, so that the breaker opens."""

    def json(self) -> Any:
        """The body as JSON; NaN, infinities and numbers of over 400 digits are None. Raises Broken, Blocked."""
        if not self.body.strip():
            raise Broken(f"{self.shown} answered {self.status} with nothing in it, where JSON should be")
        try:
            return _json(self.body, self.headers.get("content-type", ""))
        except (ValueError, LookupError, RecursionError) as error:
            if looks_like_page(self.body, self.headers):
                sentence = (
                    f"{self.shown} answered with a web page where JSON should be; a browser will show what it says"
                )
                self.on_page(sentence)
                raise Blocked(sentence) from None
            raise Broken(f"{self.shown} answered {_wrong(error)}") from None


def looks_like_page(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether this is a web page."""
    if "html" in headers.get("content-type", "").lower():
        return True
    for mark in _MARKS:
        body = body.removeprefix(mark)
    return _PAGE.match(body) is not None


def asks_for_a_human(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether this is a web page that wants to see a human."""
    return looks_like_page(body, headers) and _CAPTCHA.search(body[:65_536]) is not None


def unpacked(chunks: Iterable[bytes], coding: str, limit: int, shown: str) -> bytes:
    """The whole body, at most `limit` bytes of it packed or unpacked. Raises TooBig, Broken, Unreachable."""
    names = [name for part in coding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if not names:
        return _plain(chunks, limit, shown)
    if len(names) > 1 or names[0] not in _CODINGS:
        raise Broken(f"{shown} packed its answer as {', '.join(names)[:40]!r}, which was not asked for")
    return _Unpacker(names[0], limit, shown).all_of(chunks)


def beginning(chunks: Iterable[bytes], coding: str, size: int) -> bytes:
    """At least the first `size` bytes of a body nobody keeps, unpacked; what cannot be unpacked is left out."""
    try:
        return unpacked(_cut(chunks, size), coding, 8 * size, "")
    except (TooBig, Broken, Unreachable, httpcore.ProtocolError):
        return b""


def _cut(chunks: Iterable[bytes], size: int) -> Iterable[bytes]:
    seen = 0
    for chunk in chunks:
        yield chunk
        seen += len(chunk)
        if seen >= size:
            return


def _plain(chunks: Iterable[bytes], limit: int, shown: str) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise _too_big(limit, shown)
    return bytes(body)


def _too_big(limit: int, shown: str) -> TooBig:
    return TooBig(f"{shown} answered with over {limit / 1e6:g} MB; ask for less at a time")


class _Unpacker:
    """Unpacks no more than a body may have: 200 kB of gzip can hold 200 MB."""

    def __init__(self, coding: str, limit: int, shown: str) -> None:
        self._bits, self._limit, self._shown = _CODINGS[coding], limit, shown
        self._body = bytearray()
        self._engine = zlib.decompressobj(self._bits)
        self._came = 0

    def all_of(self, chunks: Iterable[bytes]) -> bytes:
        for chunk in chunks:
            self._came += len(chunk)
            if self._came > self._limit:
                raise _too_big(self._limit, self._shown)
            try:
                self._take(chunk)
            except zlib.error:
                raise Broken(f"{self._shown} packed its answer so that it cannot be unpacked") from None
        if not self._engine.eof and self._came:
            raise Unreachable(f"{self._shown} broke off in the middle of its answer")
        return bytes(self._body)

    def _take(self, data: bytes) -> None:
        while data:
            if self._engine.eof:  # a gzip file may be several, one after the other
                if self._bits != _CODINGS["gzip"] or not data.startswith(b"\x1f"):
                    return
                self._engine = zlib.decompressobj(self._bits)
            self._body += self._unpack(data)
            if len(self._body) > self._limit:
                raise _too_big(self._limit, self._shown)
            data = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail

    def _unpack(self, data: bytes) -> bytes:
        room = self._limit - len(self._body) + 1
        try:
            return self._engine.decompress(data, room)
        except zlib.error:
            # some servers call the bare stream "deflate"; that shows at its first bytes
            if self._bits != _CODINGS["deflate"] or self._body or self._came > len(data):
                raise
            self._bits = _RAW_DEFLATE
            self._engine = zlib.decompressobj(self._bits)
            return self._engine.decompress(data, room)


def _json(body: bytes, kind: str) -> Any:
    text = _letters(body, kind)
    return json.loads(text, parse_float=_finite, parse_int=_whole, parse_constant=_nothing)


def _letters(body: bytes, kind: str) -> str:
    """JSON is UTF-8, whatever the header says; only where it is not, the header is believed."""
    try:
        return body.decode(json.detect_encoding(body), "surrogatepass")
    except UnicodeDecodeError:
        said = re.search(r"charset=[\"']?([\w.:-]+)", kind, re.I)
        if not said or said[1].lower().replace("_", "-") in ("utf-8", "utf8"):
            raise
        return body.decode(said[1])


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _nothing(_: str) -> None:
    return None


def _wrong(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"in letters that are not {error.encoding}, at byte {error.start:,}"
    if isinstance(error, json.JSONDecodeError):
        return f"with something that is not JSON, at letter {error.pos:,}; it may have been cut off"
    if isinstance(error, RecursionError):
        return "with JSON nested too deep to read"
    return "in letters nobody knows"
