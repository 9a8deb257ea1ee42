"""A small web server on the loopback that can be told to misbehave. Fakes of platforms are made from it.

    class Hashtags(WebServer):
        def answer(self, request: Request) -> Answer:
            if request.path == "/api/v1/timelines/tag/acme":
                return Answer.json([...], headers={"X-RateLimit-Remaining": "299"})
            return Answer.json({"error": "Record not found"}, status=404)

    with Hashtags(clock) as server:                # or WebServer(clock, lambda request: Answer.json([]))
        server.fail(429, headers={"Retry-After": "1"}, times=2)      # the next two requests
        server.plant(faults.truncated("chunked"))                    # the next one; see faults.py
        server.plant(faults.reset(), times=None, path="/api")        # from now on, those whose path begins so
        server.plant(faults.status(429), times=None, every=3)        # every third request
        ...; server.mend()                                           # forget what is planted
        desk.get(server.url + "/api/v1/...", params={...})
        assert [request.params for request in server.log] == [...]

Planted faults are taken in the order they were planted; one that does not apply to a request is passed over. Requests
are logged when their head has come, also those a fault then eats. `clock` stamps them (`at`); `monotonic` is real time.
`answer` runs on the connection's thread, one request at a time (under `server.lock`), so it may keep state. When it
raises, the client gets a 500 and leaving the `with` raises what it was. Closing is quick while clients hang.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    """What was asked. `headers` have small names; of a parameter given twice `params` has the last, `pairs` both."""

    number: int
    method: str
    target: str
    path: str
    params: Mapping[str, str]
    pairs: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    monotonic: float


@dataclass(frozen=True)
class Answer:
    """What is answered. Content-Length and Date (of the server's clock) are added where not given."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """A value as JSON."""
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return cls(status, {**kind, **(headers or {})}, json.dumps(value).encode())

    @classmethod
    def text(cls, text: str, kind: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """A text of a type such as application/rss+xml."""
        return cls(status, {"Content-Type": f"{kind}; charset=utf-8", **(headers or {})}, text.encode())


def head(answer: Answer, length: int | None = None) -> bytes:
    """The bytes of an answer's head; `length` is what Content-Length says, none when negative."""
    length = len(answer.body) if length is None else length
    lines = [f"{name}: {value}" for name, value in answer.headers.items()]
    if length >= 0 and not {"Content-Length", "Transfer-Encoding"} & answer.headers.keys():
        lines.append(f"Content-Length: {length}")
    phrase = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else "Odd"
    return "\r\n".join([f"HTTP/1.1 {answer.status} {phrase}", *lines, "", ""]).encode("latin-1")


class Wire:
    """One connection, as a fault sees it."""

    def __init__(self, sock: socket.socket, closing: threading.Event) -> None:
        self.sock, self.closing = sock, closing

    def send(self, data: bytes) -> None:
        """Send all of it; raises OSError when the client has gone."""
        self.sock.sendall(data)

    def drip(self, data: bytes, seconds: float) -> None:
        """Send byte by byte, `seconds` after each."""
        for place in range(len(data)):
            if self.closing.wait(seconds):
                raise ConnectionAbortedError("the server closes")
            self.send(data[place : place + 1])

    def hang(self) -> None:
        """Say nothing until the client goes or the server closes."""
        while not self.closing.is_set():
            if select.select([self.sock], [], [], 0.02)[0] and not self.sock.recv(65536):
                return


Fault = Callable[[Wire, Answer], bool]
"""Sends what it likes instead of the right answer. True when the connection may be used again."""


@dataclass
class _Planted:
    fault: Fault
    times: int | None
    path: str
    every: int
    seen: int = 0

    def applies(self, request: Request) -> bool:
        if self.times == 0 or not request.path.startswith(self.path):
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        self.times = None if self.times is None else self.times - 1
        return True


class WebServer:
    """An HTTP/1.1 server with a thread per connection. Subclass `answer`, or hand one in."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer: Callable[[Request], Answer] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.log: list[Request] = []
        self.errors: list[Exception] = []
        self.connections = 0
        self.lock = threading.RLock()
        self.clock, self._answer, self._tls = clock, answer, tls
        self._planted: list[_Planted] = []
        self._closing = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._door.settimeout(0.02)
        self.port = int(self._door.getsockname()[1])
        self._threads = [threading.Thread(target=self._welcome, name="kit-web", daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def answer(self, request: Request) -> Answer:
        """What a well-behaved server would say. Override it."""
        return self._answer(request) if self._answer else Answer.json({"path": request.path})

    def plant(self, fault: Fault, *, times: int | None = 1, path: str = "", every: int = 1) -> None:
        """Misbehave at the next `times` requests (None: until mended) under `path`, or at every n-th of them."""
        with self.lock:
            self._planted.append(_Planted(fault, times, path, every))

    def fail(
        self,
        status: int,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        times: int | None = 1,
        path: str = "",
        every: int = 1,
    ) -> None:
        """Answer with this status instead."""
        wrong = Answer(status, headers or {}, body)
        self.plant(lambda wire, _: self.reply(wire, wrong), times=times, path=path, every=every)

    def mend(self) -> None:
        """Forget every planted fault."""
        with self.lock:
            self._planted.clear()

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.log]

    def reply(self, wire: Wire, answer: Answer) -> bool:
        """Send an answer as it should be sent, with the Date of the server's clock."""
        date = {"Date": format_datetime(self.clock().astimezone(UTC), usegmt=True)}
        answer = Answer(answer.status, {**date, **answer.headers}, b"" if answer.status in (204, 304) else answer.body)
        wire.send(head(answer, -1 if answer.status in (204, 304) else None) + answer.body)
        return True

    def open_connections(self) -> int:
        """How many clients are connected at the moment."""
        return sum(thread.is_alive() for thread in self._threads[1:])

    def close(self) -> None:
        """Close every connection and wait for every thread."""
        self._closing.set()
        for thread in list(self._threads):
            thread.join(5)
            assert not thread.is_alive(), "a connection of the test server does not end"
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if error is None and self.errors:
            raise self.errors[0]

    def _welcome(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                sock, _ = self._door.accept()
                thread = threading.Thread(target=self._serve, args=(sock,), name="kit-web-client", daemon=True)
                self._threads[1:] = [one for one in self._threads[1:] if one.is_alive()]
                self._threads.append(thread)
                self.connections += 1
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError, ssl.SSLError, ConnectionError):
            sock.settimeout(5)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is None:
                return self._talk(sock)
            with self._tls.wrap_socket(sock, server_side=True) as safe:
                self._talk(safe)

    def _talk(self, sock: socket.socket) -> None:
        wire = Wire(sock, self._closing)
        for request in self._requests(sock):
            with self.lock:
                self.log.append(request)
                fault = next((one.fault for one in self._planted if one.applies(request)), None)
                right = self._right(request)
            again = fault(wire, right) if fault else self.reply(wire, right)
            if not again or right.headers.get("Connection") == "close":
                return

    def _right(self, request: Request) -> Answer:
        try:
            return self.answer(request)
        except Exception as error:
            self.errors.append(error)
            return Answer(500)

    def _requests(self, sock: socket.socket) -> Iterator[Request]:
        kept = b""
        while True:
            while b"\r\n\r\n" not in kept:
                more = self._more(sock)
                kept += more
                if not more or not kept[:1].isalpha():  # the end, or somebody who speaks no HTTP
                    return
            head, _, kept = kept.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in lines[1:])}
            length = int(headers.get("content-length", "0"))
            while len(kept) < length and (more := self._more(sock)):
                kept += more
            body, kept = kept[:length], kept[length:]
            yield self._request(lines[0], headers, body)

    def _more(self, sock: socket.socket) -> bytes:
        while not self._closing.is_set():
            pending = isinstance(sock, ssl.SSLSocket) and sock.pending()
            if pending or select.select([sock], [], [], 0.02)[0]:
                return sock.recv(65536)
        return b""

    def _request(self, line: str, headers: Mapping[str, str], body: bytes) -> Request:
        method, target, _ = line.split(" ", 2)
        parts = urlsplit(target)
        pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return Request(
            number=len(self.log) + 1,
            method=method,
            target=target,
            path=unquote(parts.path),
            params=dict(pairs),
            pairs=pairs,
            headers=headers,
            body=body,
            at=self.clock(),
            monotonic=time.monotonic(),
        )
