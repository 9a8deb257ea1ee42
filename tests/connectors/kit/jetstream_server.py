"""A fake Jetstream on the loopback: tells a world's events from a cursor on, and misbehaves when told to.

    with JetstreamServer(world) as server:
        source = Source(Setup("b", Options(servers=[server.url]), tmp_path, terms=("acme",)))
        ...
        server.lookback = timedelta(hours=1)       # older cursors are moved up without a word
        server.refuses_old = True                  # or are answered with 400 CursorTooOld
        server.breaks = [100, 50]                  # the next connections end after so many messages
        server.statuses = [503]                    # the next handshakes are answered so
        server.hangs = 1                           # the next connection is taken and told nothing
        server.pause_seconds = 0.2                 # between two messages
        server.limits_size = False                 # maxMessageSizeBytes is not obeyed
        assert server.asked == [{"wantedCollections": ["..."], "cursor": ["..."]}, ...]

After what was written the server tells what the network never stops telling (`hum`): an identity each twenty seconds,
and three from after the clock's now, as happens while a run goes on. `skew` is how much its clock goes ahead, `offset`
how much later than another server it saw each event, and `flood` more events than a world can hold.
`Stage` is the same without a network, for tests of many runs: it lends what IO lends, and its seconds take no time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from connectors import http
from tests.conftest import FakeClock
from tests.connectors.kit.jetstream_world import BlueskyWorld, Told, micro

Query = Mapping[str, list[str]]
HUM_US = 20_000_000


class Jetstream:
    """What a server tells, whatever carries it."""

    def __init__(self, world: BlueskyWorld) -> None:
        self.world = world
        self.lookback: timedelta | None = timedelta(hours=36)
        self.refuses_old = False
        self.breaks: list[int] = []
        self.statuses: list[int] = []
        self.hangs = 0
        self.pause_seconds = 0.0
        self.hum = True
        self.limits_size = True
        self.skew = timedelta(0)
        self.offset = timedelta(0)
        self.flood: Iterable[Told] = ()
        self.asked: list[Query] = []

    @property
    def now_us(self) -> int:
        """The server's clock."""
        return micro(self.world.clock.now + self.skew)

    def status(self, query: Query) -> int:
        """How the handshake is answered; 101 opens the stream."""
        self.asked.append(query)
        if self.statuses:
            return self.statuses.pop(0)
        return 400 if self.refuses_old and self._cursor(query) < self._oldest() else 101

    def messages(self, query: Query) -> Iterator[str | bytes]:
        """What is told: backlog, then what is happening now."""
        wanted = frozenset(query.get("wantedCollections", ()))
        biggest = int(query.get("maxMessageSizeBytes", ["0"])[0]) if self.limits_size else 0
        for told in self._from(max(self._cursor(query), self._oldest())):
            known = told.collection is None or not wanted or told.collection in wanted
            if known and not 0 < biggest < len(told.message):
                yield told.message

    def _cursor(self, query: Query) -> int:
        said = int(query.get("cursor", ["0"])[0])
        return said if 0 < said <= self.now_us else self.now_us

    def _oldest(self) -> int:
        return self.now_us - self.lookback // timedelta(microseconds=1) if self.lookback else 0

    def _from(self, start: int) -> Iterator[Told]:
        place = start - start % -HUM_US if self.hum else self.now_us + 1
        for told in self._both():
            while self.hum and place < told.time_us:
                yield _hum(place)
                place += HUM_US
            if told.time_us >= start:
                yield told
        for time_us in range(place, self.now_us, HUM_US):
            yield _hum(time_us)
        for late_us in (300_000, 600_000, 900_000) if self.hum else ():
            yield _hum(self.now_us + late_us)

    def _both(self) -> Iterator[Told]:
        for told in tuple(self.world.told):
            yield self._by_my_clock(told) if self.offset else told
        yield from self.flood

    def _by_my_clock(self, told: Told) -> Told:
        time_us = told.time_us + self.offset // timedelta(microseconds=1)
        event = json.loads(told.message)
        return Told(time_us, json.dumps({**event, "time_us": time_us}), told.collection)


def _hum(time_us: int) -> Told:
    event = {"did": "did:plc:hum", "time_us": time_us, "kind": "identity", "identity": {"did": "did:plc:hum"}}
    return Told(time_us, json.dumps(event), None)


class JetstreamServer(Jetstream):
    """On the loopback, a thread per connection. Closing is quick while clients listen."""

    def __init__(self, world: BlueskyWorld) -> None:
        super().__init__(world)
        self._closing = threading.Event()
        self._server = serve(
            self._tell,
            "127.0.0.1",
            0,
            process_request=self._greet,
            close_timeout=0.2,
            ping_interval=None,
            logger=logging.Logger("kit.jetstream", logging.CRITICAL + 1),
        )
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/subscribe"
        self._thread = threading.Thread(target=self._server.serve_forever, name="kit-jetstream", daemon=True)
        self._thread.start()

    def _greet(self, connection: ServerConnection, request: Request) -> Response | None:
        status = self.status(parse_qs(urlsplit(request.path).query))
        if status == 101:
            return None
        return connection.respond(HTTPStatus(status), "CursorTooOld" if status == 400 else "not now")

    def _tell(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        left = self.breaks.pop(0) if self.breaks else -1
        with contextlib.suppress(ConnectionClosed):
            if self.hangs:
                self.hangs -= 1
            else:
                for message in self.messages(query):
                    if left == 0:
                        return
                    left -= 1
                    connection.send(message)
                    if self._closing.wait(self.pause_seconds):
                        return
            while not self._closing.is_set():
                with contextlib.suppress(TimeoutError):
                    connection.recv(timeout=0.05)

    def close(self) -> None:
        """End every connection and every thread."""
        self._closing.set()
        self._server.shutdown()
        self._thread.join(5)
        assert not self._thread.is_alive(), "the fake Jetstream does not end"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Stage:
    """An IO whose `listen` leads to the servers it was made with, by host name, without a network."""

    def __init__(self, clock: FakeClock, servers: Mapping[str, Jetstream], since: datetime | None = None) -> None:
        self.clock, self.servers, self.since = clock, servers, since
        self.opened_at: datetime | None = None
        self.is_sweep = False
        self.is_stopped = False
        self.skew = timedelta(0)

    def now(self) -> datetime:
        """The clock, or one that goes wrong by `skew`."""
        return self.clock() + self.skew

    def has_receipt(self, receipt: str) -> bool:
        """Nothing is."""
        return False

    def is_stopping(self) -> bool:
        """Whether `is_stopped` was set."""
        return self.is_stopped

    def get(self, url: str, **more: Any) -> Any:
        """Nothing is fetched."""
        raise AssertionError("a stream fetches nothing")

    def inbox(self, after: int, limit: int) -> list[Any]:
        """Empty."""
        return []

    @contextmanager
    def listen(self, url: str) -> Iterator[Iterator[str | bytes | None]]:
        """As the real door: errors of the handshake at once, Unreachable when the stream ends, None each second."""
        parts = urlsplit(url)
        server = self.servers[parts.hostname or ""]
        query = parse_qs(parts.query)
        status = server.status(query)
        if status == 400:
            raise http.NotThere(f"{parts.hostname} answered 400", 400)
        if status != 101:
            raise http.ServerError(f"{parts.hostname} answered {status}")
        yield self._heard(server, query, parts.hostname or "")

    def _heard(self, server: Jetstream, query: Query, host: str) -> Iterator[str | bytes | None]:
        left = server.breaks.pop(0) if server.breaks else -1
        silent = bool(server.hangs)
        server.hangs -= silent
        for message in () if silent else server.messages(query):
            if left == 0:
                raise http.Unreachable(f"{host} ended the stream")
            if len(message) > 2**20:
                raise http.TooBig(f"{host} sent too much")
            left -= 1
            yield message
            self.clock.move(seconds=server.pause_seconds)
        while not self.is_stopped:
            self.clock.move(seconds=1)
            yield None
