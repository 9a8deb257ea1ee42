"""Budgets: how often a host may be asked, by all sources together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from connectors.contract import Budget

_KEPT_SECONDS = 600.0
_MOST_KEPT = 50_000
_LEAST_WAIT_SECONDS = 0.02


@dataclass(slots=True)
class _Call:
    """A call on its way, until `ended_at`."""

    ended_at: datetime | None = None


@dataclass(slots=True)
class _Host:
    budgets: set[tuple[int, float]] = field(default_factory=set)
    calls: list[_Call] = field(default_factory=list)


class Budgets:
    """The calls of the last while, per host. Where several budgets were declared for a host, each of them holds.

    A call counts from its beginning until its budget's span after its end: when within that time the server counted
    it is not known. So also by the server's log no span ever has more calls than it may.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def call(self, host: str, budget: Budget | None) -> Iterator[float]:
        """Make one call inside: gives 0.0 when it may be made, else seconds to wait, and then nothing was counted."""
        call = _Call()
        with self._lock:
            known = self._hosts.setdefault(host, _Host())
            if budget:
                known.budgets.add((max(1, budget.calls), budget.seconds))
            wait = self._wait(known)
            if not wait:
                known.calls.append(call)
        try:
            yield wait
        finally:
            with self._lock:
                call.ended_at = self._clock()

    def _wait(self, host: _Host) -> float:
        now = self._clock()
        ages = [0.0 if call.ended_at is None else (now - call.ended_at).total_seconds() for call in host.calls]
        longest = max([_KEPT_SECONDS, *(seconds for _, seconds in host.budgets)])
        host.calls = [call for call, age in zip(host.calls, ages, strict=True) if age <= longest][-_MOST_KEPT:]
        return max((_wait(ages, calls, seconds) for calls, seconds in host.budgets), default=0.0)


def _wait(ages: list[float], calls: int, seconds: float) -> float:
    """Seconds until fewer than `calls` calls are younger than `seconds`. A clock set back never makes it longer."""
    young = sorted((max(age, 0.0) for age in ages if age <= seconds), reverse=True)
    if len(young) < calls:
        return 0.0
    return max(seconds - young[len(young) - calls], 0.0) + _LEAST_WAIT_SECONDS
