"""Who still wants an answer: a newer request of the same tab for the same place puts an older one off.

    with wishes.made(tab, "trend", number) as wish:
        answers.ask("mentions_by_edge", params, now, wish)

An older wish that is put off stops waiting and raises NoLongerWanted. The query in DuckDB is interrupted when nobody is
left who wants its answer: several tabs that ask the same thing share one query, and one of them leaving stops nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import Any, Protocol

import pandas as pd

from queries.catalogue import QuestionError

_INSIST_SECONDS = 0.02


class NoLongerWanted(QuestionError):
    """A newer request has taken the place of this one: nobody looks at its answer any more."""


class Stoppable(Protocol):
    """What is asked of a cursor here."""

    def interrupt(self) -> None:
        """Stop what runs on it."""
        ...


class Wish:
    """One request's wish for answers. It may be handed to several questions at once."""

    def __init__(self, number: float) -> None:
        self.number = number
        self.put_off: Future[None] = Future()
        """Done as soon as a newer request has taken its place."""

    @property
    def is_put_off(self) -> bool:
        """Whether a newer request has taken its place."""
        return self.put_off.done()

    def check(self) -> None:
        """Raise NoLongerWanted when a newer request has taken its place."""
        if self.is_put_off:
            raise NoLongerWanted("a newer request of the same page has taken the place of this one")


class Wishes:
    """The newest wish of each tab and place. Threads share it; it keeps nothing of requests that are over."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], Wish] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._newest)

    @contextmanager
    def made(self, tab: str, place: str, number: float | None = None) -> Iterator[Wish]:
        """A wish of `tab` for `place`, which puts the one before it off; over when the block is left.

        number  grows with each request of the tab, where the page counts them: requests may arrive in another order
                than they were sent. Without it the one that comes later is newer
        Raises NoLongerWanted when a newer one is already here.
        """
        wish = self._begin((tab, place), number)
        try:
            yield wish
        finally:
            with self._lock:
                if self._newest.get((tab, place)) is wish:
                    del self._newest[tab, place]

    def _begin(self, key: tuple[str, str], number: float | None) -> Wish:
        with self._lock:
            older = self._newest.get(key)
            before = 0.0 if older is None else older.number
            wish = Wish(before if number is None else number)
            if older is not None and wish.number < before:
                wish.put_off.set_result(None)
            else:
                self._newest[key] = wish
        wish.check()
        if older is not None and not older.is_put_off:
            older.put_off.set_result(None)
        return wish


class Flight:
    """One computation of one answer, and how many still want it.

    Who begins it computes it and land()s it; the others wait_for() it. When the last of them has left, it is stopped.
    """

    def __init__(self) -> None:
        self.landed: Future[pd.DataFrame] = Future()
        self._wanted = 0
        self._is_abandoned = False
        self._cursor: Stoppable | None = None
        self._lock = threading.Lock()

    @property
    def is_abandoned(self) -> bool:
        """Whether everybody who wanted it has left: it is being stopped, and nobody can join it."""
        return self._is_abandoned

    def join(self, wish: Wish | None) -> bool:
        """One more wants it: until the wish is put off, or to the end. False when it is too late for that."""
        with self._lock:
            if self._is_abandoned:
                return False
            self._wanted += 1
        if wish is not None:
            wish.put_off.add_done_callback(lambda _: self._leave())
        return True

    def wait_for(self, wish: Wish | None) -> pd.DataFrame:
        """Its answer, or its error, when it has landed. Raises NoLongerWanted as soon as the wish is put off."""
        if wish is not None:
            either: list[Future[Any]] = [self.landed, wish.put_off]
            wait(either, return_when=FIRST_COMPLETED)
            wish.check()
        return self.landed.result()

    @contextmanager
    def on(self, cursor: Stoppable) -> Iterator[None]:
        """While this runs, the flight can be stopped. Raises NoLongerWanted when nobody wants it any more already."""
        with self._lock:
            if self._is_abandoned:
                raise NoLongerWanted("nobody waits for this answer any more")
            self._cursor = cursor
        try:
            yield
        finally:
            with self._lock:
                self._cursor = None

    def stop(self) -> bool:
        """Interrupt what runs; False when nothing does."""
        with self._lock:
            if self._cursor is not None:
                self._cursor.interrupt()
            return self._cursor is not None

    def _leave(self) -> None:
        with self._lock:
            self._wanted -= 1
            self._is_abandoned = self._wanted == 0
            runs = self._cursor is not None
        if self._is_abandoned and runs:
            threading.Thread(target=self._insist, name="interrupt", daemon=True).start()

    def _insist(self) -> None:
        """Interrupt until it has stopped: DuckDB forgets an interrupt that comes just before a query begins."""
        while self.stop():
            wait([self.landed], timeout=_INSIST_SECONDS)
