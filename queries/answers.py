"""Asking: bind, round to the tick, look in the cache, else compute once while the others wait."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa

from queries.catalogue import ROUNDED, BadParameter, Question, QuestionError, TooSlow, bind, find
from queries.utc import floor_to, iso, to_stored
from queries.warehouse import Warehouse, translated
from queries.wishes import Flight, NoLongerWanted, Wish

DTYPES: Mapping[str, str] = {
    "bigint": "Int64",
    "double": "Float64",
    "varchar": "str",
    "boolean": "boolean",
    "timestamp": "datetime64[us]",
}


class Cache(Protocol):
    """What is asked of the cache that is handed in."""

    def get(self, key: str) -> Any:
        """The value, or None."""
        ...

    def set(self, key: str, value: Any) -> Any:
        """Keep a value."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A table and what it stands on.

    frame     exactly the columns of the header, in its dtypes; timestamps are plain UTC
    params    every parameter as it was used, rounded to the question's tick; datetimes aware UTC
    revision  the revision of the warehouse it was read at
    as_of     the moment it was asked for, rounded to the tick
    """

    question: str
    params: dict[str, Any]
    revision: int
    as_of: datetime
    frame: pd.DataFrame


class Answers:
    """The one door to questions. Threads share it."""

    def __init__(
        self, warehouse: Warehouse, catalogue: Mapping[str, Question], cache: Cache, time_limit_seconds: float = 30.0
    ) -> None:
        self.warehouse = warehouse
        self.catalogue = catalogue
        self._cache = cache
        self._limit = time_limit_seconds
        self._pending: dict[str, Flight] = {}
        self._lock = threading.Lock()

    def ask(self, question: str, given: Mapping[str, Any], now: datetime, wish: Wish | None = None) -> Answer:
        """Answer `question` as of `now` (aware). Raises QuestionError or WarehouseError.

        The answer is kept by question, parameters and revision; of several askers one computes and the rest wait.
        With a `wish` it raises NoLongerWanted when that is put off, and the query stops if nobody else wants it.
        """
        asked = find(self.catalogue, question)
        revision, known_at = self.warehouse.state
        as_of = floor_to(now, asked.tick)
        params = _rounded(asked, bind(asked, given, as_of, known_at))
        # refused rows and the like move no revision: without a time of its own a question is asked anew each tick
        timed = any(param.name in ROUNDED for param in asked.params)
        frame = self._once(_cache_key(asked, params, revision, None if timed else as_of), asked, params, wish)
        return Answer(question, params, revision, as_of, frame)

    def read(self, question: str, given: Mapping[str, Any], now: datetime) -> Answer:
        """The same as ask(), but computed here and kept nowhere: for what is read once, such as a file's rows."""
        asked = find(self.catalogue, question)
        revision, known_at = self.warehouse.state
        as_of = floor_to(now, asked.tick)
        params = _rounded(asked, bind(asked, given, as_of, known_at))
        return Answer(question, params, revision, as_of, self._run(asked, params, Flight()))

    def _once(self, key: str, question: Question, params: dict[str, Any], wish: Wish | None) -> pd.DataFrame:
        cached: pd.DataFrame | None = self._cache.get(key)
        if cached is not None:
            return cached
        with self._lock:
            flight = self._pending.get(key)
            is_mine = flight is None or not flight.join(wish)
            if flight is None or is_mine:
                flight = self._pending[key] = Flight()
                flight.join(wish)
        if is_mine:
            self._fly(flight, key, question, params)
        return flight.wait_for(wish)

    def _fly(self, flight: Flight, key: str, question: Question, params: dict[str, Any]) -> None:
        """Compute an answer and land it; an error is landed too."""
        try:
            # another asker may have finished between our look in the cache and our turn
            frame: pd.DataFrame | None = self._cache.get(key)
            if frame is None:
                frame = self._run(question, params, flight)
                self._cache.set(key, frame)
            flight.landed.set_result(frame)
        except BaseException as error:
            flight.landed.set_exception(error)
        finally:
            with self._lock:
                if self._pending.get(key) is flight:
                    del self._pending[key]

    def _run(self, question: Question, params: dict[str, Any], flight: Flight) -> pd.DataFrame:
        if "memory." in question.sql:
            self.warehouse.relate()
        cursor = self.warehouse.cursor()
        timer = threading.Timer(self._limit, flight.stop)
        timer.daemon = True
        timer.start()
        try:
            with flight.on(cursor):
                table = cursor.execute(question.sql, stored(params)).to_arrow_table()
        except duckdb.InterruptException:
            if flight.is_abandoned:
                raise NoLongerWanted(f"nobody waits for {question.name} any more") from None
            raise TooSlow(
                f"{question.name} took longer than {self._limit:g} s and was stopped; ask for a shorter window"
            ) from None
        except duckdb.InvalidInputException as error:
            raise BadParameter(_said(error)) from None
        except duckdb.Error as error:
            raise translated(error, self.warehouse.path) from error
        finally:
            timer.cancel()
            cursor.close()
        return to_frame(question, table)


def stored(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as DuckDB takes them: aware datetimes, alone or in lists, pass the UTC door."""
    return {name: _stored(value) for name, value in params.items()}


def _stored(value: Any) -> Any:
    if isinstance(value, list):
        return [_stored(one) for one in value]
    return to_stored(value) if isinstance(value, datetime) else value


def to_frame(question: Question, table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a DataFrame with the header's columns and fixed dtypes, also when it is empty."""
    if table.column_names != [column.name for column in question.columns]:
        raise QuestionError(f"{question.name} gives {table.column_names}, which is not what its header says")
    frame = table.to_pandas(types_mapper=_nullable)
    return frame.astype({column.name: DTYPES[column.type] for column in question.columns})


def _nullable(kind: pa.DataType) -> Any:
    """Integers keep their NULLs: pandas would make them floats."""
    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    if pa.types.is_floating(kind):
        return pd.Float64Dtype()
    return pd.BooleanDtype() if pa.types.is_boolean(kind) else None


def _rounded(question: Question, params: dict[str, Any]) -> dict[str, Any]:
    return {
        name: floor_to(value, question.tick) if name in ROUNDED and isinstance(value, datetime) else value
        for name, value in params.items()
    }


def _cache_key(question: Question, params: Mapping[str, Any], revision: int, tick: datetime | None) -> str:
    # scalars only: a table as a key is compared by its printed, shortened form
    parts = [question.name, str(revision), "" if tick is None else iso(tick)]
    parts += [f"{name}={_scalar(value)}" for name, value in sorted(params.items())]
    return "answer:" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return "[" + "\x1e".join(_scalar(one) for one in value) + "]"
    return iso(value) if isinstance(value, datetime) else repr(value)


def _said(error: duckdb.Error) -> str:
    """The sentence a question gave to error(...), without DuckDB's own preface."""
    return str(error).removeprefix("Invalid Input Error: ").splitlines()[0]
