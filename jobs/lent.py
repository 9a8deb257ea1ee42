"""The IO a connector is lent: for one run, or for a look without a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.contract import Budget, Delivery, Reply
from connectors.http import Line, Network
from queries.ledger import Ledger
from queries.upkeep import Upkeep

Clock = Callable[[], datetime]


class LiveSourceLike(Protocol):
    """A source, as far as a look at it needs."""

    @property
    def name(self) -> str: ...
    @property
    def allow_private_addresses(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """The IO of a look without a warehouse: a clock and a way out, no receipts and no letters.

    See connectors/contract.py, IO.
    """

    clock: Clock
    line: Line
    stopping: threading.Event
    since: datetime | None = None
    is_sweep: bool = False

    def now(self) -> datetime:
        return self.clock()

    def has_receipt(self, receipt: str) -> bool:
        return False

    @property
    def opened_at(self) -> datetime | None:
        return None

    def is_stopping(self) -> bool:
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
        return self.line.get(url, params=params, headers=headers, budget=budget, accept=accept)

    def listen(self, url: str) -> AbstractContextManager[Iterator[str | bytes | None]]:
        return self.line.listen(url)

    def inbox(self, after: int, limit: int) -> Sequence[Delivery]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent(Looking):
    """The IO of one run: what is known of the source, and what was posted to it, come from the warehouse."""

    source: str
    ledger: Ledger

    def has_receipt(self, receipt: str) -> bool:
        return self.ledger.has_receipt(self.source, receipt)

    @property
    def opened_at(self) -> datetime | None:
        return self.ledger.opened_at()

    def inbox(self, after: int, limit: int) -> Sequence[Delivery]:
        found = Upkeep(self.ledger.warehouse).inbox(self.source, after, limit)
        return [Delivery(one.number, one.delivery_id, one.received_at, one.headers, one.body) for one in found]


def looking(source: LiveSourceLike, clock: Clock) -> Looking:
    """The IO of `check` for one source of a site file."""
    stopping = threading.Event()
    network = Network(clock, stopping=stopping)
    line = network.line(source.name, state=None, allow_private=source.allow_private_addresses)
    return Looking(clock=clock, line=line, stopping=stopping)
