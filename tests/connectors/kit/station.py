"""A source in its real surroundings: collector, ledger, warehouse and the way out, with a clock that waits for nobody.

    with HackerNewsBench(tmp_path) as bench, Station(bench, tmp_path) as station:
        bench.add("aurora is late")
        station.run()
        assert station.stored() == bench.expected()
        station.restart()                     # a new process: only what was committed is left
        station.settle()                      # faults mended, waits over, swept: what must be true in the end

Every batch is held to conservation. `station.dies_at = k` ends the process in hand before its k-th reach outside: a
request, a message, a look into the inbox, or a statement to the database. `station.reaches` names them: a statement by
its first word.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config import Brand
from connectors.contract import Batch, Cursor
from connectors.http import Network
from jobs import lent
from jobs.collect import Collector, LiveSource
from jobs.report import Report
from jobs.understand import Understanding
from queries.ledger import Ledger, SourceFacts
from queries.upkeep import Upkeep
from queries.warehouse import Warehouse
from tests.connectors.kit.benches import Bench
from tests.connectors.kit.desk import dial_the_loopback, only_the_loopback
from tests.deaths import word

TERMS = ("aurora",)
UNDERSTANDING = Understanding([Brand(name="Aurora", terms=TERMS)])
_EVERY = timedelta(minutes=5)


class Killed(BaseException):
    """The process ends here: nothing behind this line happens."""


class Station:
    """See the module."""

    def __init__(
        self,
        bench: Bench,
        folder: Path,
        *,
        name: str = "s",
        allow_private: bool = True,
        deadline_seconds: float = 2.0,
        network: Network | None = None,
    ) -> None:
        self.bench, self.clock, self.name = bench, bench.clock, name
        self.path = folder / f"{name}.duckdb"
        self.reaches: list[str] = []
        self.dies_at, self._shared = 0, network
        self.allow_private, self.deadline_seconds = allow_private, deadline_seconds
        self.waits: list[float] = []
        self.cursors: list[Cursor | None] = []
        self._open()

    def _open(self) -> None:
        self.warehouse = Warehouse("duckdb:w", self.path, self.clock())
        self.ledger, self.upkeep = Ledger(self.warehouse), Upkeep(self.warehouse)
        self._watch_statements()
        stopping = threading.Event()
        self.network = self._shared or Network(
            self.clock,
            stopping=stopping,
            deadline_seconds=self.deadline_seconds,
            connect_seconds=self.deadline_seconds,
            wait=self._wait,
            resolve=only_the_loopback,
            dial=dial_the_loopback,
            dice=random.Random(1),
        )
        self.collector = Collector(self.ledger, self.clock, self.network)
        facts = SourceFacts(source=self.name, kind=self.bench.kind, every=_EVERY, stale_after=timedelta(hours=1))
        self.ledger.declare_sources([facts])
        connector: Any = _Watched(self.bench.make(), self)
        self.source = LiveSource(
            self.name, self.bench.kind, "earned", _EVERY, timedelta(hours=1), connector,
            allow_private_addresses=self.allow_private,
        )  # fmt: skip

    def _wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.clock.move(seconds=seconds)
        return False

    def _watch_statements(self) -> None:
        plain = self.warehouse.cursor

        def cursor() -> Any:
            return _Statements(plain(), self)

        self.warehouse.cursor = cursor  # type: ignore[method-assign]

    def reach(self, name: str) -> None:
        """Something outside is reached; the process may end before."""
        self.reaches.append(name)
        if len(self.reaches) == self.dies_at:
            raise Killed

    def run(self) -> Report:
        """One run on the clock."""
        self.bench.deliver(self)
        return self.collector.poll(self.source, UNDERSTANDING)

    def run_until_killed(self, at: int) -> bool:
        """A run in a process that ends before its `at`-th reach; gives whether it came so far."""
        self.bench.deliver(self)
        self.reaches, self.dies_at = [], at
        try:
            self.collector.poll(self.source, UNDERSTANDING)
        except Killed:
            return True
        finally:
            self.dies_at = 0
        return False

    def restart(self) -> None:
        """A new process over what is committed."""
        self.warehouse.close()
        self._open()

    def settle(self) -> None:
        """Mend what misbehaves and run until all waits and circuits are over and the far look back is due."""
        self.bench.mend()
        for _ in range(3):
            self.clock.move(minutes=65)
            self.run()

    def stored(self) -> dict[str, str]:
        """Every current mention: item_id to text."""
        return {
            str(row[0]): str(row[1])
            for row in self.rows("SELECT item_id, text FROM mentions WHERE known_until_at IS NULL")
        }

    def written(self) -> tuple[int, ...]:
        """The revision and how many rows there are of everything a run may write but its own bookkeeping."""
        tables = ("mentions", "cases", "case_events", "tombstones", "gaps", "refused_rows", "receipts", "inbox")
        return (self.warehouse.state[0], *(int(self.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in tables))

    def versions(self) -> list[tuple[Any, ...]]:
        """Items that have more than one current row: there must be none."""
        return self.rows(
            "SELECT item_id, brand FROM mentions WHERE known_until_at IS NULL GROUP BY ALL HAVING count(*) > 1"
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """An answer of the database."""
        cursor = self.warehouse._connection.cursor()
        try:
            return cursor.execute(f"USE warehouse; {sql}").fetchall()
        finally:
            cursor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.warehouse.close()


class _Statements:
    """A cursor whose statements are reaches."""

    def __init__(self, cursor: Any, station: Station) -> None:
        self._cursor, self._station = cursor, station

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, *args: Any) -> Any:
        self._station.reach(word(args[0]))
        return self._cursor.execute(*args)


class _Watched:
    """A connector whose batches are held to conservation and whose reaches are counted."""

    def __init__(self, connector: Any, station: Station) -> None:
        self._connector, self._station = connector, station

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def read(self, io: lent.Lent, cursor: Cursor | None, until: Any) -> Iterator[Batch]:
        self._station.cursors.append(cursor)
        for batch in self._connector.read(_WatchedIO(io, self._station), cursor, until):
            assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered, batch
            yield batch


class _WatchedIO:
    """An IO whose every use is a reach."""

    def __init__(self, io: lent.Lent, station: Station) -> None:
        self._io, self._station = io, station

    def __getattr__(self, name: str) -> Any:
        return getattr(self._io, name)

    def get(self, *args: Any, **named: Any) -> Any:
        self._station.reach("request")
        return self._io.get(*args, **named)

    def inbox(self, *args: Any) -> Any:
        self._station.reach("inbox")
        return self._io.inbox(*args)

    @contextmanager
    def listen(self, url: str) -> Iterator[Iterator[Any]]:
        self._station.reach("listening")
        with self._io.listen(url) as messages:
            yield self._told(messages)

    def _told(self, messages: Iterator[Any]) -> Iterator[Any]:
        for message in messages:
            self._station.reach("message")
            yield message
