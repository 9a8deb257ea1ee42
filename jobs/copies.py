"""What addresses say: asked now and then, with the last good copy of each beside the warehouse."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from connectors.http import HttpError, Network

log = logging.getLogger("watchfloor.feeds")
PATIENCE_SECONDS = 15.0
"""A feed that is read for the first time holds up whoever reads the site file."""


class Unreadable(Exception):
    """Bytes that are not what they should be; the sentence goes on behind the name of the file."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What is asked for, how often, and what is so until an address was read for the first time."""

    what: str
    every: timedelta
    unread: str


class Copies:
    """What each address said when it was last read well. Copies of what was fetched lie in `folder`."""

    def __init__(
        self,
        folder: Path,
        manners: Manners,
        clock: Callable[[], datetime],
        check: Callable[[bytes], object],
        network: Network | None = None,
    ) -> None:
        """`check` raises Unreadable for what is not to be taken over."""
        self._folder, self._manners, self._clock, self._check = folder, manners, clock, check
        self._stopping = threading.Event()
        self._network = network or Network(
            clock,
            stopping=self._stopping,
            deadline_seconds=PATIENCE_SECONDS,
            patience_seconds=PATIENCE_SECONDS,
        )
        self._asking = threading.Lock()
        self._good: dict[str, bytes] = {}
        self._read_at: dict[str, datetime] = {}
        self.wrong: dict[str, str] = {}

    def kept(self, address: str) -> bytes | None:
        """What an address said when it was last read well, in this process or an earlier one.

        An address of which there is no copy yet is asked for now; None when that fails.
        """
        if address not in self._good:
            try:
                data = self._copy(address).read_bytes()
                self._check(data)
                self._good[address] = data
            except (OSError, Unreadable):
                self._ask(address)
        return self._good.get(address)

    def fetch(self, addresses: Iterable[str]) -> bool:
        """Ask those that were not read for a while; gives whether one says something else than before."""
        now, every = self._clock(), self._manners.every
        due = sorted(one for one in set(addresses) if one not in self._read_at or self._read_at[one] + every <= now)
        return True in [self._ask(address) for address in due]

    def stop(self) -> None:
        """End what is being asked."""
        self._stopping.set()

    def _ask(self, address: str) -> bool:
        """Ask one address; gives whether it says something else than before."""
        with self._asking:
            try:
                with self._network.line(self._manners.what, state=None) as line:
                    data = line.get(address).body
                self._check(data)
            except (HttpError, Unreadable) as error:
                said = without_path(str(error))
                sentence = said if isinstance(error, HttpError) else f"what the address sends {said}"
                self.wrong[address] = f"{sentence}. {self._meanwhile(address)}"
                log.warning("%s: %s", self._manners.what, self.wrong[address])
                return False
            self._read_at[address] = self._clock()
            self.wrong.pop(address, None)
            before, self._good[address] = self._good.get(address), data
            self._keep(address, data)
        return data != before

    def _meanwhile(self, address: str) -> str:
        return LAST_GOOD if address in self._good else f"Until it is read, {self._manners.unread}"

    def _keep(self, address: str, data: bytes) -> None:
        copy = self._copy(address)
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            draft = copy.with_suffix(".part")
            draft.write_bytes(data)
            os.replace(draft, copy)
        except OSError as error:
            self.wrong[address] = f"its copy {copy} cannot be written: {error.strerror}"

    def _copy(self, address: str) -> Path:
        # the address may hold a key: it is not what the copy is called
        return self._folder / f"{hashlib.blake2b(address.encode(), digest_size=8).hexdigest()}.ics"


LAST_GOOD = "Its last good copy stays in force"


def without_path(text: str) -> str:
    """A text with its addresses cut to their hosts: the rest may be a key, as in those of shared calendars."""
    return re.sub(r"(https://[^\s/]+)/[^\s:;,]*", r"\1", text)
