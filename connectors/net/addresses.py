"""Where a request may go: which schemes, which hosts, which numbers, and which redirects.

A URL may hold a key in its query or before its host, so no sentence shows more of it than `shown`.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from connectors.net.errors import ForbiddenAddress

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_SHOWN_LETTERS = 120
_PUBLIC_LOOKING = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.88.99.0/24",  # relays into IPv6
        "::/96",  # an IPv4 address in old clothes
        "::ffff:0:0/96",  # an IPv4 address in IPv6 clothes
        "64:ff9b::/96",  # NAT64: leads to the IPv4 address at its end
        "64:ff9b:1::/48",
        "2001::/23",  # protocol assignments, Teredo among them
        "2002::/16",  # 6to4: leads to the IPv4 address in its middle
        "5f00::/16",
        "fec0::/10",
    )
)
"""Nets that lead inside without looking so: Python calls some of them global, some only in newer versions."""

_HARMLESS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since", "range"})
"""The headers of a source that another host may see."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked URL without user, password and fragment. `login` is the header those two become, None without them."""

    url: httpx.URL
    login: str | None

    @property
    def host(self) -> str:
        """The host's name, in ASCII."""
        return self.url.raw_host.decode("ascii")

    @property
    def port(self) -> int:
        """The port, also when the URL does not say it."""
        return self.url.port or _PORTS[self.url.scheme]

    @property
    def key(self) -> str:
        """What budgets and breakers go by: the host, with its port when that is an unusual one."""
        return self.host.rstrip(".") + (f":{self.url.port}" if self.url.port else "")

    @property
    def shown(self) -> str:
        """Scheme, host and path, for sentences."""
        path = self.url.raw_path.decode("ascii").partition("?")[0]
        whole = f"{self.url.scheme}://{self.url.netloc.decode('ascii')}{path}"
        return whole if len(whole) <= _SHOWN_LETTERS else whole[:_SHOWN_LETTERS] + "…"


def read(url: str, params: Mapping[str, str] | None = None, schemes: tuple[str, ...] = ("http", "https")) -> Address:
    """The address of `url` with `params` added to its query. Raises ForbiddenAddress."""
    try:
        parsed = httpx.URL(url)
        whole = parsed.copy_merge_params(dict(params)) if params else parsed
        login = whole.userinfo
        plain = whole.copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise ForbiddenAddress(f"a URL cannot be read; write one that begins with {schemes[-1]}://") from None
    return Address(_allowed(plain, schemes), _basic(whole) if login else None)


def _allowed(url: httpx.URL, schemes: tuple[str, ...]) -> httpx.URL:
    if url.scheme not in schemes:
        said = f"begins with {url.scheme[:20]}:" if url.scheme else "has no scheme"
        raise ForbiddenAddress(f"a URL {said}; only {' and '.join(schemes)} are asked")
    if not url.host or not 0 < (1 if url.port is None else url.port) < 65536 or "%" in url.raw_host.decode("ascii"):
        raise ForbiddenAddress(f"a URL names no host that can be asked; write {schemes[-1]}://host/path")
    return url


def _basic(whole: httpx.URL) -> str:
    return "Basic " + base64.b64encode(f"{whole.username}:{whole.password}".encode()).decode("ascii")


def is_private(number: str) -> bool:
    """Whether an IP address leads anywhere but to the public internet, or is no address at all."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return True
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return True
    return any(address in net for net in _PUBLIC_LOOKING if net.version == address.version)


def is_number(host: str) -> bool:
    """Whether a host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def redirected(here: Address, to: str) -> Address:
    """Where a redirect leads: same site only, and never from https down to http. Raises ForbiddenAddress."""
    try:
        joined = here.url.join(to)
    except (httpx.InvalidURL, ValueError):
        raise ForbiddenAddress(f"{here.shown} redirects to something that is no URL") from None
    there = read(str(joined))
    if here.url.scheme == "https" and there.url.scheme != "https":
        raise ForbiddenAddress(f"{here.shown} redirects from https down to http, where anybody could listen")
    if not _same_site(here.host.rstrip("."), there.host.rstrip(".")):
        sentence = f"{here.shown} redirects to another site, {there.host[:80]}; if that is meant, write its URL instead"
        raise ForbiddenAddress(sentence)
    return there


def _same_site(one: str, other: str) -> bool:
    """The same host, or one lies below the other. Two hosts below one parent may belong to two owners."""
    if one == other:
        return True
    if is_number(one) or is_number(other):
        return False
    small, big = sorted((one, other), key=len)
    return "." in small and big.endswith("." + small)


def carried(headers: Mapping[str, str], here: Address, there: Address) -> dict[str, str]:
    """The headers that go along to where a redirect leads: all to the same host, only the harmless ones to another."""
    upgraded = (here.url.scheme, here.port, there.url.scheme, there.port) == ("http", 80, "https", 443)
    same = here.host == there.host and (here.port == there.port or upgraded)
    return {name: value for name, value in headers.items() if same or name.lower() in _HARMLESS}
