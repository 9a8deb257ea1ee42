"""One `get` with its tries, waits and redirects, and the opening of a stream."""

from __future__ import annotations

import logging
import random
import ssl
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpcore

from connectors.contract import Budget, Misconfigured
from connectors.net import addresses, bodies, signs, verdicts
from connectors.net.addresses import Address
from connectors.net.breaker import Breaker
from connectors.net.budgets import Budgets
from connectors.net.errors import ForbiddenAddress, RateLimited, ServerError, Stopped, Unreachable
from connectors.net.stream import Refused, Stream
from connectors.net.verdicts import SHORT_WAIT_SECONDS, AskedToWait
from connectors.net.wire import Backend, Connector, Limit, Monotonic

TRIES = 5
REDIRECTS = 5
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_PEEK_BYTES = 65_536
# at DEBUG it writes the headers of answers, and a redirect may carry a key
logging.getLogger("httpcore").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Means:
    """What a Network gives all its lines; the names are explained there."""

    clock: Callable[[], datetime]
    stopping: threading.Event
    agent: str
    deadline_seconds: float
    patience_seconds: float
    body_limit: int
    monotonic: Monotonic
    wait: Callable[[float], bool]
    connector: Connector
    dice: random.Random
    budgets: Budgets
    tls: Callable[[], ssl.SSLContext]


class _Patience:
    """The time one `get` may take with all its tries and waits."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._end = means.monotonic() + means.patience_seconds
        self._waited = 0.0

    def left(self) -> float:
        """Seconds left. What was waited counts also where a test's clock stands in for waiting."""
        return min(self._end - self._means.monotonic(), self._means.patience_seconds - self._waited)

    def wait(self, seconds: float) -> None:
        """Wait. Raises Stopped."""
        self._waited += seconds
        if self._means.wait(seconds):
            raise Stopped("stopped while waiting to ask again")


class Asker:
    """Asks for one Line. `offsets` are the hosts' clocks minus ours in seconds, the last heard at the end."""

    def __init__(self, means: Means, breaker: Breaker, allow_private: bool) -> None:
        self._means, self._breaker, self._allow_private = means, breaker, allow_private
        self._backend = Backend(means.connector, allow_private)
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self.offsets: dict[str, float] = {}
        self.quota: signs.Quota | None = None

    def get(
        self,
        here: Address,
        headers: Mapping[str, str],
        budget: Budget | None,
        accept: Collection[int],
        is_single: bool,
    ) -> bodies.Answered:
        """The answer, after up to TRIES tries; `is_single` allows one. Raises HttpError, Misconfigured."""
        patience = _Patience(self._means)
        sent = {**headers, **({"Authorization": here.login} if here.login else {})}
        for turn in range(1, TRIES + 1):
            try:
                return self._follow(here, sent, budget, accept, patience)
            except (Unreachable, ServerError, AskedToWait) as error:
                pause = verdicts.pause_seconds(error, turn, self._means.dice)
                if is_single or turn == TRIES or verdicts.is_long(error) or pause >= patience.left():
                    raise verdicts.final(error, turn, self._means.clock()) from None
                patience.wait(pause)
        raise AssertionError("the last turn raises")

    def open_stream(self, here: Address) -> Stream:
        """An open websocket. Raises HttpError."""
        backend = Backend(self._means.connector, self._allow_private)

        def bound(seconds: float) -> None:
            backend.limit = Limit(here.key, seconds, self._means.monotonic, self._means.stopping)

        bound(self._means.deadline_seconds)
        wire = backend.connect_tcp(here.host, here.port)
        try:
            if here.url.scheme == "wss":
                wire.start_tls(self._means.tls(), here.host)
            stream = Stream(here, wire, bound, self._means.agent, self._means.monotonic)
            stream.open()
        except Refused as refused:
            wire.close()
            self._note(here, refused.headers)
            now = self._means.clock()
            error = verdicts.verdict(here.shown, refused.status, refused.headers, refused.body, now)
            raise verdicts.final(error, 1, now) from None
        except BaseException:
            wire.close()
            raise
        return stream

    def close(self) -> None:
        """Close what is kept open."""
        while self._pools:
            self._pools.popitem()[1].close()

    def _follow(
        self,
        here: Address,
        headers: Mapping[str, str],
        budget: Budget | None,
        accept: Collection[int],
        patience: _Patience,
    ) -> bodies.Answered:
        first = here
        for _ in range(REDIRECTS + 1):
            answer = self._call(here, headers, budget if here.key == first.key else None, accept, patience)
            if isinstance(answer, bodies.Answered):
                return answer
            there = addresses.redirected(here, answer)
            headers, here = addresses.carried(headers, here, there), there
        raise ForbiddenAddress(f"{first.shown} redirects more than {REDIRECTS} times; write the URL it should lead to")

    def _call(
        self,
        here: Address,
        headers: Mapping[str, str],
        budget: Budget | None,
        accept: Collection[int],
        patience: _Patience,
    ) -> bodies.Answered | str:
        while True:
            with self._means.budgets.call(here.key, budget) as seconds:
                if not seconds:
                    return self._ask(here, headers, accept, patience)
            if seconds > SHORT_WAIT_SECONDS or seconds >= patience.left():
                until = self._means.clock() + timedelta(seconds=seconds)
                raise RateLimited(f"the calls {here.key} allows are used up until {until:%H:%M:%S} UTC", until)
            patience.wait(seconds)

    def _ask(
        self, here: Address, headers: Mapping[str, str], accept: Collection[int], patience: _Patience
    ) -> bodies.Answered | str:
        """One request: what it brought, or where it redirects to."""
        seconds = min(self._means.deadline_seconds, patience.left())
        self._backend.limit = Limit(here.key, seconds, self._means.monotonic, self._means.stopping)
        try:
            response = self._pool(here).handle_request(self._request(here, headers))
            try:
                return self._judge(here, response, accept)
            finally:
                response.close()
        except httpcore.LocalProtocolError:
            raise _wrong_header(here) from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ConnectionNotAvailable):
            raise Unreachable(f"the connection to {here.key} broke") from None
        except httpcore.ProtocolError as error:
            cut = "complete message body" in str(error)
            said = "broke off in the middle of its answer" if cut else "ended without an answer, or with one in no HTTP"
            raise Unreachable(f"{here.shown} {said}") from None

    def _pool(self, here: Address) -> httpcore.ConnectionPool:
        scheme = here.url.scheme
        if scheme not in self._pools:
            tls = self._means.tls() if scheme == "https" else None
            self._pools[scheme] = httpcore.ConnectionPool(
                ssl_context=tls,
                max_connections=8,
                max_keepalive_connections=4,
                keepalive_expiry=15.0,
                network_backend=self._backend,
            )
        return self._pools[scheme]

    def _request(self, here: Address, headers: Mapping[str, str]) -> httpcore.Request:
        ours = {"User-Agent": self._means.agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        given = {name.lower() for name in headers} | {"host", "accept-encoding"}
        sent = [(b"Host", here.url.netloc), (b"Accept-Encoding", ours["Accept-Encoding"].encode())]
        sent += [(name.encode(), value.encode()) for name, value in ours.items() if name.lower() not in given]
        try:
            sent += [
                (name.encode("ascii"), value.encode("utf-8"))
                for name, value in headers.items()
                if name.lower() not in ("host", "accept-encoding")
            ]
        except (UnicodeEncodeError, AttributeError):
            raise _wrong_header(here) from None
        url = here.url
        whole = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        return httpcore.Request(b"GET", whole, headers=sent)

    def _judge(self, here: Address, response: httpcore.Response, accept: Collection[int]) -> bodies.Answered | str:
        status, headers = response.status, verdicts.small(response.headers)
        self._note(here, headers)
        chunks, coding = response.iter_stream(), headers.get("content-encoding", "")
        if 200 <= status < 300 or status == 304 or status in accept:
            body = bodies.unpacked(chunks, coding, self._means.body_limit, here.shown)
            url = str(here.url)
            return bodies.Answered(status, headers, body, url, here.shown, lambda said: self._on_page(here, said))
        if status in _ELSEWHERE and headers.get("location"):
            return headers["location"]
        body = bodies.beginning(chunks, coding, _PEEK_BYTES) if status in (401, 403) else b""
        raise verdicts.verdict(here.shown, status, headers, body, self._means.clock())

    def _on_page(self, here: Address, sentence: str) -> None:
        self._breaker.open(here.key, sentence)

    def _note(self, here: Address, headers: Mapping[str, str]) -> None:
        now = self._means.clock()
        offset = signs.clock_offset_seconds(headers, now)
        if offset is not None:
            self.offsets.pop(here.key, None)
            self.offsets[here.key] = offset
        self.quota = signs.quota(here.key, headers, now) or self.quota


def _wrong_header(here: Address) -> Misconfigured:
    sentence = f"a header for {here.key} cannot be sent; is there a line break or an odd letter in a key or token?"
    return Misconfigured(sentence)
