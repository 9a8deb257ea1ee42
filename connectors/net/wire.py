"""Bytes in and out, bounded: every wait ends at the request's deadline, and within half a second of a stop.

httpx's own timeouts are per read, so a server that drips a byte each second is never late. Here one Limit holds for
connecting, sending, head and body together.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import selectors
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import httpcore

from connectors.net import addresses
from connectors.net.errors import ForbiddenAddress, Stopped, Unreachable

GLANCE_SECONDS = 0.2
"""How long one wait on a socket lasts before somebody looks whether the process ends."""

_ON_ITS_WAY = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY, 10035})  # 10035 on Windows
Resolve = Callable[[str, int], Sequence[str]]
Monotonic = Callable[[], float]
Result = TypeVar("Result")


class Limit:
    """The time one request may take. `where` says in sentences whom it asks."""

    def __init__(self, where: str, seconds: float, monotonic: Monotonic, stopping: threading.Event) -> None:
        self.where, self.seconds = where, seconds
        self._monotonic, self._stopping = monotonic, stopping
        self._end = monotonic() + seconds

    def at_most(self, seconds: float) -> Limit:
        """A part of this one."""
        return Limit(self.where, min(seconds, self.left()), self._monotonic, self._stopping)

    def left(self) -> float:
        """Seconds left. Raises Stopped when the process ends, Unreachable when none are left."""
        if self._stopping.is_set():
            raise Stopped(f"stopped while asking {self.where}")
        left = self._end - self._monotonic()
        if left <= 0:
            raise Unreachable(f"{self.where} did not answer within {self.seconds:.3g} s")
        return left

    def glance(self) -> float:
        """How long to wait before looking again: more than 0, at most GLANCE_SECONDS. Raises as `left`."""
        return max(0.001, min(self.left(), GLANCE_SECONDS))


Dial = Callable[[str, int, Limit], socket.socket]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, best first. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def dial(number: str, port: int, limit: Limit) -> socket.socket:
    """A connected socket to an IP address. Raises OSError, and as Limit does."""
    family, kind, _, _, place = socket.getaddrinfo(
        number, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    )[0]
    sock = socket.socket(family, kind)
    try:
        sock.setblocking(False)
        _raise(sock.connect_ex(place), _ON_ITS_WAY)
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            while not selector.select(limit.glance()):
                pass
        _raise(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _raise(code: int, fine: frozenset[int] = frozenset()) -> None:
    if code and code not in fine:
        raise OSError(code, os.strerror(code))


class Wire(httpcore.NetworkStream):
    """A connection whose every wait is bounded by the Limit that holds at the moment."""

    def __init__(self, sock: socket.socket, limit: Callable[[], Limit], connect_seconds: float) -> None:
        self._sock, self._limit, self._connect_seconds = sock, limit, connect_seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At least one byte; none when the other side has ended."""
        while (data := self.glance(max_bytes)) is None:
            pass
        return data

    def glance(self, max_bytes: int) -> bytes | None:
        """What comes within GLANCE_SECONDS; None when nothing does."""
        return _bounded(self._sock, self._limit(), lambda: self._sock.recv(max_bytes))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        rest = memoryview(buffer)
        while rest:
            part = rest
            # the function is called before `part` moves on
            rest = rest[_bounded(self._sock, self._limit(), lambda: self._sock.send(part)) or 0 :]  # noqa: B023

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Self:
        """The same connection, encrypted, with the certificate checked against the host's name."""
        try:
            limit = self._limit().at_most(self._connect_seconds)
            safe = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname, do_handshake_on_connect=False)
            self._sock = safe
            while not _bounded(safe, limit, lambda: _shaken(safe)):
                pass
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Let go, at once."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks for: whether an idle connection has something to say, which means it was ended."""
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "is_readable":
            with selectors.DefaultSelector() as selector:
                selector.register(self._sock, selectors.EVENT_READ)
                return bool(selector.select(0))
        return None


def _shaken(sock: ssl.SSLSocket) -> bool:
    sock.do_handshake()
    return True


def _bounded(sock: socket.socket, limit: Limit, act: Callable[[], Result]) -> Result | None:
    """What `act` gives, None when it had to wait too long to be sure that nobody wants us to stop."""
    sock.settimeout(limit.glance())
    try:
        return act()
    except TimeoutError:
        return None
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message or "it does not fit"
        raise Unreachable(f"the certificate of {limit.where} is not to be trusted: {reason}") from None
    except OSError as error:
        raise Unreachable(f"the connection to {limit.where} broke: {_said(error)}") from None


@dataclass(frozen=True, slots=True)
class Connector:
    """How connections are made: within how many seconds, and in tests how names are looked up and sockets connected."""

    seconds: float = 5.0
    resolve: Resolve = resolve
    dial: Dial = dial


class Backend(httpcore.NetworkBackend):
    """Opens connections for httpcore: looks the name up, judges what it found, and goes to what it judged.

    `limit` is that of the request in hand; whoever asks sets it.
    """

    def __init__(self, connector: Connector, allow_private: bool) -> None:
        self._connector, self._allow_private = connector, allow_private
        self.limit: Limit | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Wire:
        """A connection to `host`, once its addresses were judged. Raises ForbiddenAddress, Unreachable, Stopped."""
        limit = self._now().at_most(self._connector.seconds)
        numbers = [host] if addresses.is_number(host) else _looked_up(self._connector.resolve, host, port, limit)
        self._judge(host, numbers)
        said = "it has no address"
        for place, number in enumerate(numbers):
            share = limit.at_most(limit.left() / (len(numbers) - place))
            try:
                return Wire(self._connector.dial(number, port, share), self._now, self._connector.seconds)
            except (OSError, Unreachable) as error:
                said = _said(error) if isinstance(error, OSError) else f"no connection within {share.seconds:.2g} s"
        raise Unreachable(f"{limit.where} cannot be reached: {said}")

    def _judge(self, host: str, numbers: Sequence[str]) -> None:
        """One private address among public ones is refused too: who mixes them wants to be let in by chance."""
        if not self._allow_private and any(map(addresses.is_private, numbers)):
            what = "is" if addresses.is_number(host) else "leads to"
            sentence = f"{host} {what} a private address; if it is meant, write allow_private_addresses = true"
            raise ForbiddenAddress(sentence)

    def _now(self) -> Limit:
        assert self.limit is not None  # noqa: S101 -- a Line sets it before each request
        return self.limit


def _looked_up(resolve: Resolve, host: str, port: int, limit: Limit) -> Sequence[str]:
    """Looking up cannot be interrupted, so a thread of its own does it, and is left behind when it takes too long."""
    box: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            box.put(resolve(host, port))
        except Exception as error:
            box.put(error)

    threading.Thread(target=look, name=f"look-up-{host[:40]}", daemon=True).start()
    while True:
        try:
            found = box.get(timeout=limit.glance())
            break
        except queue.Empty:
            continue
    if isinstance(found, Exception):
        raise Unreachable(f"the name {host[:80]} cannot be looked up: {_said(found)}") from None
    return found


def _said(error: Exception) -> str:
    """What the system calls it, without any text that came from the other side."""
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or 'no reason given'})"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
