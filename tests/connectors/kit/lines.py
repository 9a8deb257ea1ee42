"""Lines for tests of the network door itself: short deadlines, waits that take no time unless they should."""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.http import Line, Network
from connectors.net.wire import Resolve
from tests.conftest import FakeClock
from tests.connectors.kit.desk import dial_the_loopback, only_the_loopback

CERTIFICATE = Path(__file__).with_name("feeds.example.pem")


class Outside:
    """A network whose clock, waits and stop are in the test's hand."""

    def __init__(self, real_clock: bool = False, **rules: Any) -> None:
        self.clock = FakeClock()
        self.stopping = threading.Event()
        self.waits: list[float] = []
        given = {
            "deadline_seconds": 2.0,
            "connect_seconds": 1.0,
            "wait": self._wait,
            "resolve": only_the_loopback,
            "dial": dial_the_loopback,
            "dice": random.Random(7),
        }
        clock = real_time if real_clock else self.clock
        self.network = Network(clock, stopping=self.stopping, **{**given, **rules})

    @contextmanager
    def line(self, source: str = "test", state: Any = None, allow_private: bool = True) -> Iterator[Line]:
        """A line that is closed at the end."""
        with self.network.line(source, state=state, allow_private=allow_private) as line:
            yield line

    def _wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.clock.move(seconds=seconds)
        return self.stopping.is_set()


def real_time() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def leads_to(*numbers: str) -> Resolve:
    """Names that all have these addresses."""
    return lambda *_: numbers


def takes_until(done: threading.Event) -> Resolve:
    """Names whose look-up hangs until `done` is set, but not for ever."""
    return lambda *_: ["127.0.0.1"] if done.wait(10) else []


def nobody_knows(*_: Any) -> list[str]:
    """Names that do not exist."""
    raise OSError(-2, "Name or service not known")


@contextmanager
def stopped_after(stopping: threading.Event, seconds: float) -> Iterator[Callable[[], float]]:
    """Set `stopping` after so long; gives a function that says how many seconds ago that was."""
    at: list[float] = []

    def stop() -> None:
        at.append(time.monotonic())
        stopping.set()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield lambda: time.monotonic() - at[0]
    finally:
        timer.cancel()
        timer.join()


def server_tls() -> ssl.SSLContext:
    """What a server that is feeds.example shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def client_tls() -> ssl.SSLContext:
    """Trusts nobody but feeds.example."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
