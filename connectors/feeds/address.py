"""One feed's address: what is asked, how it is called in sentences, and what of it no text may hold."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from connectors.clean import web_address
from connectors.contract import Misconfigured

_VARIABLE = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")
# `feed` and `user` are how Reddit's private feeds are asked for
_SECRET = re.compile(r"feed|user|key|auth|hash|sig|signature|.*(token|secret|pass|pwd|api_?key).*", re.IGNORECASE)
_LONG = re.compile(r"(?=(?:[A-Za-z_-]*\d){4})[A-Za-z0-9_-]{16,}")
"""Part of a path that may be what opens a private feed: shortened in sentences."""

_GOOGLE = re.compile(r"(www\.)?google\.[a-z]{2,3}(\.[a-z]{2})?")
_SHORTEST = 4
"""A secret of fewer characters would be found in every text."""


@dataclass(frozen=True)
class Address:
    """`key` names the feed in the cursor, `label` in sentences; `host` is where its ids mean something.

    `base` is what its relative links are seen from: the address without login and query.
    """

    url: str
    base: str
    key: str
    label: str
    host: str
    secrets: tuple[str, ...]
    tokens: tuple[str, ...]

    def scrub(self, text: str) -> str:
        """What the feed says, without the secrets of this address."""
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        return text

    def says(self, sentence: str) -> str:
        """A sentence about this feed, which is its subject: neither holds secrets or long parts of the path."""
        return f"{self.label} {self._clean(sentence)}"

    def said(self, sentence: str) -> str:
        """What somebody else says, who names the host already: with several feeds, of which it is said."""
        return self._number + self._clean(sentence)

    @property
    def _number(self) -> str:
        return self.label.partition(" (")[0] + ": " if " (" in self.label else ""

    def _clean(self, sentence: str) -> str:
        for token in self.tokens:
            sentence = sentence.replace(token, _shortened(token))
        return self.scrub(sentence)


def addresses(urls: tuple[str, ...], secret: Callable[[str], str | None]) -> list[Address]:
    """The addresses, environment variables put in. Raises Misconfigured, naming a variable that is not set."""
    return [_address(url, place, len(urls), secret) for place, url in enumerate(urls, 1)]


def _address(template: str, place: int, count: int, secret: Callable[[str], str | None]) -> Address:
    values = []
    for name in _VARIABLE.findall(template):
        value = secret(name)
        if value is None:
            raise Misconfigured(f"urls: number {place} needs the environment variable {name}, which is not set")
        values.append(value)
    url = _VARIABLE.sub(lambda found: quote(secret(found[1]) or "", safe=""), template)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    shown = (f"{host}:{parts.port}" if parts.port else host) + _LONG.sub(lambda found: _shortened(found[0]), parts.path)
    short = shown if len(shown) <= 80 else shown[:79] + "…"
    return Address(
        url=url,
        base=parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl(),
        # of the address as it is written: another value of a secret is still the same feed
        key=short_hash(template, 6),
        label=f"feed {place} ({short})" if count > 1 else short,
        host=host,
        secrets=tuple(sorted(set(_secrets(url, values)), key=len, reverse=True)),
        tokens=tuple(_LONG.findall(parts.path)),
    )


def _shortened(token: str) -> str:
    return token[:4] + "…"


def _secrets(url: str, values: list[str]) -> Iterator[str]:
    """Each secret in every form it may come back in: as it is, in a query, in HTML."""
    parts = urlsplit(url)
    named = [(name, value) for name, value in parse_qsl(parts.query) if _SECRET.fullmatch(name)]
    for name, value in named:
        # a short or common word, such as a user's name, is a secret only where it is said which it is
        yield from (f"{name}={form}" for form in {value, quote(value), quote_plus(value), escape(value)})
    plain = [value for name, value in named if name.lower() != "user"] + values
    plain += [unquote(word) for word in (parts.username, parts.password) if word]
    for value in plain:
        if len(value) >= _SHORTEST:
            yield from {value, quote(value), quote(value, safe=""), quote_plus(value), escape(value)}


def short_hash(text: str | bytes, size: int) -> str:
    """`size` bytes (a multiple of 3) of a hash as 4/3 as many letters."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    return urlsafe_b64encode(hashlib.blake2b(data, digest_size=size).digest()).decode()


def unwrapped(link: str | None) -> str | None:
    """An http or https link; of a Google redirect (as Google Alerts have) the page it leads to."""
    address = web_address(link)
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.path == "/url" and _GOOGLE.fullmatch(parts.hostname or ""):
        asked = dict(parse_qsl(parts.query))
        return web_address(asked.get("url") or asked.get("q")) or address
    return address
