"""Slower with each failed sign-in: guessing passwords must not pay."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = 5
"""Failures of one name from one address that cost nothing."""

FREE_APART = 30
"""Failures of one name from anywhere, or of one address with any name, that cost nothing."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
_FORGOTTEN = timedelta(hours=1)
_MOST = 10_000
_Key = tuple[str, str, str]


@dataclass(slots=True)
class _Tries:
    failures: int
    last: datetime
    until: datetime


class Throttle:
    """How often each name and address has failed, in memory; what is an hour old is forgotten. Threads share it."""

    def __init__(self) -> None:
        self._tries: OrderedDict[_Key, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, address: str, now: datetime) -> timedelta:
        """How long to wait before a try; zero when it may be made now.

        A try that may be made is counted as failed at once, so that many at the same time are not all free.
        """
        with self._lock:
            keys = _keys(name, address)
            waits = [self._tries[key].until - now for key in keys if key in self._tries]
            if (wait := max(waits, default=timedelta())) > timedelta():
                return wait
            for key, free in keys.items():
                self._count(key, free, now)
            while len(self._tries) > _MOST:
                self._tries.popitem(last=False)
        return timedelta()

    def succeeded(self, name: str, address: str) -> None:
        """The try was good: it is taken back, and this name from this address begins anew."""
        self.take_back(name, address)
        with self._lock:
            self._tries.pop(("both", name.casefold(), address), None)

    def take_back(self, name: str, address: str) -> None:
        """The try that was begun was none."""
        with self._lock:
            for key in _keys(name, address):
                if tries := self._tries.get(key):
                    tries.failures, tries.until = max(0, tries.failures - 1), tries.last

    def _count(self, key: _Key, free: int, now: datetime) -> None:
        known = self._tries.pop(key, None)
        failures = 1 + (known.failures if known and now - known.last < _FORGOTTEN else 0)
        # past twenty doublings the longest wait is long reached
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(20, failures - free)) if failures >= free else timedelta()
        self._tries[key] = _Tries(failures, now, now + wait)


def _keys(name: str, address: str) -> Mapping[_Key, int]:
    name = name.casefold()
    keys: dict[_Key, int] = {("both", name, address): FREE, ("name", name, ""): FREE_APART}
    # everybody behind a proxy on this machine has its address: it alone says nothing
    if not address.startswith("127.") and address != "::1":
        keys["address", "", address] = FREE_APART
    return keys
