"""The one door to the network: deadlines, budgets, retries, a breaker, and no way to addresses nobody meant.

HttpError                    SourceDown: the sentence says which host and what to do
├── Unreachable              no connection, no answer within the deadline, or the answer broke off
├── ServerError              408, 425 or 5xx, again after every try
├── RateLimited              asked to wait longer than a run lasts, or the budget is used up: `until`
├── CircuitOpen              failed too often in a row: not asked again before `until`
├── AuthFailed               401 or 403: the server wants a key, or does not take the one it got
├── Blocked                  a web page, often with a captcha, where data should be
├── NotThere                 404 and every other 4xx: the address or the options are wrong; `status`
├── Broken                   the body is not what its type says: cut off, not JSON, wrong letters
├── TooBig                   more bytes than a body may have
├── ForbiddenAddress         a private address, another scheme, or a redirect to another site
└── Stopped                  the process ends; nothing is wrong with the source

No sentence holds a query, a header or a login. What stands in the environment (proxies, netrc) is not looked at.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import httpx

from connectors.contract import Budget, Reply
from connectors.net import addresses, wire
from connectors.net.asking import Asker, Means
from connectors.net.breaker import Breaker
from connectors.net.budgets import Budgets
from connectors.net.errors import (
    AuthFailed,
    Blocked,
    Broken,
    CircuitOpen,
    ForbiddenAddress,
    HttpError,
    NotThere,
    RateLimited,
    ServerError,
    Stopped,
    TooBig,
    Unreachable,
)
from connectors.net.signs import Quota

__all__ = [
    "AuthFailed", "Blocked", "Broken", "CircuitOpen", "ForbiddenAddress", "HttpError", "Line", "Network", "NotThere",
    "Quota", "RateLimited", "ServerError", "Stopped", "TooBig", "Unreachable",
]  # fmt: skip

AGENT = "Watchfloor/0.1 (self-hosted brand listening; contact: whoever runs this address)"


class Network:
    """What all sources of a process share: the clock, the budgets of the hosts, the rules.

    clock             aware UTC; budgets, breakers and what servers say about time go by it
    stopping          set when the process ends: everything in hand raises Stopped within half a second
    agent             the User-Agent; should say whom to write to
    deadline_seconds  for one request: connecting, sending, head and body together
    connect_seconds   of it, for looking the name up and connecting, and again for TLS
    patience_seconds  for one `get` with all its tries and waits
    body_limit        bytes of a body, unpacked
    The rest is for tests: how to wait (gives whether the process ends), to look up, to connect, to throw dice.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        stopping: threading.Event,
        agent: str = AGENT,
        deadline_seconds: float = 30.0,
        connect_seconds: float = 5.0,
        patience_seconds: float = 60.0,
        body_limit: int = 20_000_000,
        monotonic: wire.Monotonic = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        resolve: wire.Resolve = wire.resolve,
        dial: wire.Dial = wire.dial,
        dice: random.Random | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self.means = Means(
            clock=clock,
            stopping=stopping,
            agent=agent,
            deadline_seconds=deadline_seconds,
            patience_seconds=patience_seconds,
            body_limit=body_limit,
            monotonic=monotonic,
            wait=wait or stopping.wait,
            connector=wire.Connector(connect_seconds, resolve, dial),
            dice=dice or random.Random(),  # noqa: S311 -- spreads retries, guards nothing
            budgets=Budgets(clock),
            tls=lambda: self.tls,
        )

    def line(self, source: str, *, state: Mapping[str, Any] | None, allow_private: bool = False) -> Line:
        """The way out of one source for one run; `state` is what its last line left in `state`, None at first."""
        return Line(self.means, source, state, allow_private)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Trusts what the system trusts, and the authorities httpx brings along. Made when first needed: it is slow."""
        if self._tls:
            return self._tls
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context


class Line:
    """One source's way out, used by one thread at a time. Close it after the run, or use it in a `with`."""

    def __init__(self, means: Means, source: str, state: Any, allow_private: bool) -> None:
        kept = state if isinstance(state, Mapping) and state.get("v") == 1 else {}
        self.source = source
        self._breaker = Breaker(kept.get("circuits"), means.clock)
        self._asker = Asker(means, self._breaker, allow_private)
        self._asker.offsets.update(_numbers(kept.get("offsets")))
        weakref.finalize(self, self._asker.close)  # for a line that nobody closes

    @property
    def state(self) -> dict[str, Any]:
        """What must survive a restart, as small JSON: open circuits, failures in a row, clock offsets."""
        return {"v": 1, "circuits": self._breaker.state(), "offsets": dict(list(self._asker.offsets.items())[-50:])}

    @property
    def quota(self) -> Quota | None:
        """What a host said last about its limits; None when none said anything."""
        return self._asker.quota

    @property
    def clock_offset_seconds(self) -> float | None:
        """The clock of the host that answered last, minus ours; None when none told its time."""
        return next(reversed(self._asker.offsets.values()), None)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        accept: Collection[int] = (),
    ) -> Reply:
        """GET `url`; gives any 2xx or 304 answer, and those whose status is in `accept`. Raises HttpError.

        `budget` holds for the host, whichever source asks, and counts tries and redirects too.
        """
        here = addresses.read(url, params)
        with self._breaker.watch(here.key) as is_single:
            return self._asker.get(here, headers or {}, budget, accept, is_single)

    @contextmanager
    def listen(self, url: str) -> Iterator[Iterator[str | bytes | None]]:
        """Open a websocket; gives its messages, and None for each second without any. Raises HttpError.

        Unreachable is raised while reading too, when the connection breaks or the server ends it.
        """
        here = addresses.read(url, schemes=("ws", "wss"))
        with self._breaker.opening(here.key):
            stream = self._asker.open_stream(here)
        try:
            yield self._breaker.listened(here.key, stream.messages())
        finally:
            stream.close()

    def close(self) -> None:
        """Let go of the connections that are kept open for the next request."""
        self._asker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _numbers(kept: Any) -> Iterator[tuple[str, float]]:
    for host, seconds in kept.items() if isinstance(kept, Mapping) else ():
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            yield str(host), float(seconds)
