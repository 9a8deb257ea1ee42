"""The circuit breaker of one source: a host that failed too often is left alone for a while, then tried once.

Closed, it counts failures in a row; the fifth opens it for 1 minute, and each failed try after that for longer. What
it knows is small JSON that survives a restart, so a restart does not start a storm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from connectors.net.errors import (
    AuthFailed,
    Blocked,
    Broken,
    CircuitOpen,
    NotThere,
    ServerError,
    TooBig,
    Unreachable,
)

FAILURES_IN_A_ROW = 5
OPEN_MINUTES = (1, 5, 15, 60)
AUTH_MINUTES = 60
_MOST_HOSTS = 50
Message = TypeVar("Message")


@dataclass(slots=True)
class _Circuit:
    """failures in a row; how often it opened since all was well; whether the try after that succeeded once."""

    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None
    on_trial: bool = False
    why: str = ""


class Breaker:
    """One circuit per host. `state` is what `state()` gave in an earlier run; whatever it is, it is taken calmly."""

    def __init__(self, state: Any, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._circuits = dict(_read(state))

    def state(self) -> dict[str, Any]:
        """As JSON; hosts with which all is well are left out."""
        troubled = {host: one for host, one in self._circuits.items() if one != _Circuit()}
        return {host: _written(one) for host, one in list(troubled.items())[-_MOST_HOSTS:]}

    def admit(self, host: str) -> bool:
        """Whether this request is the single try of a circuit that was open. Raises CircuitOpen."""
        circuit = self._circuit(host)
        if circuit.open_until is None:
            return False
        now = self._clock()
        # no circuit is open for longer than an hour: a clock that was wrong must not keep it open for years
        until = min(circuit.open_until, now + timedelta(minutes=OPEN_MINUTES[-1]))
        if now < until:
            raise CircuitOpen(f"{host} is not asked again before {until:%H:%M:%S} UTC: {circuit.why}", until)
        return True

    @contextmanager
    def watch(self, host: str) -> Iterator[bool]:
        """Take the outcome of the request made inside into account; gives what `admit` gives."""
        with self.opening(host) as is_single:
            yield is_single
        self.answered(host)

    @contextmanager
    def opening(self, host: str) -> Iterator[bool]:
        """As `watch`, but that it went well does not yet count: a stream must bring something first."""
        is_single = self.admit(host)
        try:
            yield is_single
        except (Unreachable, ServerError) as error:
            self.failed(host, str(error))
            raise
        except Blocked as error:
            self.open(host, str(error))
            raise
        except AuthFailed as error:
            self._shut(host, str(error), AUTH_MINUTES)
            raise
        except (NotThere, Broken, TooBig):
            self.answered(host)
            raise

    def listened(self, host: str, messages: Iterator[Message | None]) -> Iterator[Message | None]:
        """The messages of a stream; the first one counts as an answer, breaking without any as a failure."""
        came = False
        try:
            for message in messages:
                if message is not None and not came:
                    came = True
                    self.answered(host)
                yield message
        except Unreachable as error:
            if not came:
                self.failed(host, str(error))
            raise

    def failed(self, host: str, why: str) -> None:
        """A request failed after all its tries."""
        circuit = self._circuit(host)
        circuit.failures += 1
        circuit.why = why[:300]
        if circuit.failures >= FAILURES_IN_A_ROW or circuit.open_until:
            self.open(host, why)

    def open(self, host: str, why: str) -> None:
        """Leave the host alone, each time longer."""
        circuit = self._circuit(host)
        circuit.opened += 1
        self._shut(host, why, OPEN_MINUTES[min(circuit.opened, len(OPEN_MINUTES)) - 1])

    def answered(self, host: str) -> None:
        """The host answered. The first answer after an opening is not yet trusted: it may turn out a web page."""
        circuit = self._circuit(host)
        trusted = circuit.on_trial or not circuit.opened
        self._circuits[host] = _Circuit() if trusted else _Circuit(opened=circuit.opened, on_trial=True)

    def _shut(self, host: str, why: str, minutes: int) -> None:
        circuit = self._circuit(host)
        circuit.open_until = self._clock() + timedelta(minutes=minutes)
        circuit.failures, circuit.on_trial, circuit.why = 0, False, why[:300]

    def _circuit(self, host: str) -> _Circuit:
        return self._circuits.setdefault(host, _Circuit())


def _written(circuit: _Circuit) -> dict[str, Any]:
    return {
        "failures": circuit.failures,
        "opened": circuit.opened,
        "open_until": circuit.open_until.isoformat() if circuit.open_until else None,
        "on_trial": circuit.on_trial,
        "why": circuit.why,
    }


def _read(state: Any) -> Iterator[tuple[str, _Circuit]]:
    for host, kept in state.items() if isinstance(state, Mapping) else ():
        try:
            until = datetime.fromisoformat(kept["open_until"]) if kept["open_until"] else None
            circuit = _Circuit(int(kept["failures"]), int(kept["opened"]), until, bool(kept["on_trial"]), kept["why"])
        except (KeyError, TypeError, ValueError):
            continue
        if until is None or until.tzinfo:
            yield str(host), circuit
