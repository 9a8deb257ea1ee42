"""The desk a connector works at in tests: everything IO lends, with a clock that moves when it is told to.

    with Desk(clock) as desk, FakePlatform(clock) as server:
        source = Source(Setup("acme", Options(server=server.url, ...), tmp_path))
        batches = desk.read(source)                      # list(source.read(desk, None, desk.now()))
        desk.clock.move(minutes=1)
        more = desk.read(source, batches[-1].cursor)

The way to the network is the real one (deadlines, retries, budgets, breaker), with three differences: the loopback is
allowed and nothing else can be reached; every host name leads to 127.0.0.1; and waiting moves the clock instead of
taking time (`desk.waits` has the seconds). `desk.next_run()` starts another run: the state the line would persist is
taken along, as a restart would. `desk.stop()` is the process ending. `desk.post(body)` fills the inbox.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from connectors.contract import Batch, Budget, Connector, Cursor, Delivery, Reply
from connectors.http import Line, Network
from connectors.net.wire import Limit, dial
from tests.conftest import FakeClock


class Desk:
    """An IO for tests. `network` may be shared by several desks: then they share its budgets, as sources do."""

    def __init__(
        self,
        clock: FakeClock | None = None,
        *,
        name: str = "test",
        since: datetime | None = None,
        is_sweep: bool = False,
        state: Mapping[str, Any] | None = None,
        network: Network | None = None,
        deadline_seconds: float = 2.0,
    ) -> None:
        self.clock = clock or FakeClock()
        self.name, self.is_sweep, self.since_given = name, is_sweep, since
        self.receipts: set[str] = set()
        self.deliveries: list[Delivery] = []
        self.waits: list[float] = []
        self.stopping = threading.Event()
        self._mine = network is None
        self.network = network or Network(
            self.clock,
            stopping=self.stopping,
            deadline_seconds=deadline_seconds,
            connect_seconds=deadline_seconds,
            wait=self.wait,
            resolve=only_the_loopback,
            dial=dial_the_loopback,
            dice=random.Random(1),
        )
        self.line: Line = self.network.line(name, state=state, allow_private=True)

    def wait(self, seconds: float) -> bool:
        """Let the clock stand in for waiting; gives whether the process ends."""
        self.waits.append(seconds)
        self.clock.move(seconds=seconds)
        return self.stopping.is_set()

    def read(self, source: Connector, cursor: Cursor | None = None, until: datetime | None = None) -> list[Batch]:
        """One whole run, with the receipts of its batches kept as a commit would."""
        batches = []
        for batch in source.read(self, cursor, until or self.now()):
            self.receipts.update(batch.receipts)
            batches.append(batch)
        return batches

    def next_run(self) -> None:
        """A new line from the state of the old one, as after a run or a restart."""
        state = self.line.state
        self.line.close()
        self.line = self.network.line(self.name, state=state, allow_private=True)

    def stop(self) -> None:
        """The process ends."""
        self.stopping.set()

    def post(self, body: bytes, headers: Mapping[str, str] | None = None, delivery_id: str | None = None) -> Delivery:
        """Something posted to this source."""
        number = len(self.deliveries) + 1
        delivery = Delivery(number, delivery_id or f"delivery-{number}", self.now(), dict(headers or {}), body)
        self.deliveries.append(delivery)
        return delivery

    # what IO asks for

    def now(self) -> datetime:
        """The clock's time."""
        return self.clock()

    def has_receipt(self, receipt: str) -> bool:
        """Whether a batch with this receipt came through `read`."""
        return receipt in self.receipts

    @property
    def since(self) -> datetime | None:
        """As given."""
        return self.since_given

    @property
    def opened_at(self) -> datetime | None:
        """There is no warehouse."""
        return None

    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self.stopping.is_set()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        accept: Collection[int] = (),
    ) -> Reply:
        """The real door, with the differences above."""
        return self.line.get(url, params=params, headers=headers, budget=budget, accept=accept)

    def listen(self, url: str) -> AbstractContextManager[Any]:
        """The real door, with the differences above."""
        return self.line.listen(url)

    def inbox(self, after: int, limit: int) -> Sequence[Delivery]:
        """What was posted."""
        return [one for one in self.deliveries if one.number > after][:limit]

    def close(self) -> None:
        """Let go of the connections."""
        self.line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def only_the_loopback(_: str, port: int) -> list[str]:
    """Every name leads to 127.0.0.1; `port` stays."""
    assert port
    return ["127.0.0.1"]


def dial_the_loopback(number: str, port: int, limit: Limit) -> socket.socket:
    """A connection to this machine; any other address fails the test."""
    assert number in ("127.0.0.1", "::1"), f"a test wanted to reach {number}"
    return dial(number, port, limit)
