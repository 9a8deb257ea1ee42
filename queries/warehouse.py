"""The warehouse: one DuckDB file (or a lake), opened once, written by one hand at a time.

WarehouseError               a letter to a person: what failed, where, what to do next
├── WarehouseBusy            another process holds the file
├── WarehouseDamaged         the file is not a warehouse, or cannot be read any more
└── WarehouseTooNew          a newer version has written it
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from queries.utc import from_stored, to_stored

SCHEMA = Path(__file__).with_name("schema")
WRITE = Path(__file__).with_name("write")
RELATIONS = Path(__file__).with_name("relations")
_ATTACHED = "warehouse"


class WarehouseError(Exception):
    """Something about the warehouse a person must read."""


class WarehouseBusy(WarehouseError):
    """Another process has the warehouse open."""


class WarehouseDamaged(WarehouseError):
    """The file cannot be read as a warehouse."""


class WarehouseTooNew(WarehouseError):
    """The warehouse holds migrations this version does not know."""


@cache
def statement(name: str) -> str:
    """The text of queries/write/<name>.sql."""
    return (WRITE / f"{name}.sql").read_text(encoding="utf-8")


class Warehouse:
    """An open warehouse. Threads share it: each question takes its own cursor, writers take turns.

    state  the revision, which grows with each commit that changes what a question can answer, and when it became
           known (aware UTC, never running backwards); read together, since another thread may be writing
    """

    def __init__(self, url: str, path: Path, now: datetime) -> None:
        """Open, or create, the warehouse `url` ("duckdb:..." or "ducklake:...") whose file is `path`.

        Migrations not yet seen are applied, stamped with `now` (aware). Raises WarehouseError.
        """
        self.url = url
        self.path = path
        self._writing = threading.RLock()
        self._relating, self._is_related = threading.Lock(), False
        self._bumped = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError(
                f"{path.parent} cannot be made ({error.strerror}); write another [warehouse] url"
            ) from None
        self._connection = _connect()
        try:
            self._connection.execute(_attach(url, path))
            self._migrate(now)
            self.state = self._read_state()
        except duckdb.Error as error:
            self._connection.close()
            raise translated(error, path) from error
        except WarehouseError:
            self._connection.close()
            raise

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one thread and one question; close it after use. Raises WarehouseError."""
        try:
            cursor = self._connection.cursor()
            cursor.execute(f"USE {_ATTACHED}")
        except duckdb.Error as error:
            raise translated(error, self.path) from error
        return cursor

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a transaction, with no other writer beside it: all of it is kept, or none."""
        with self._writing:
            cursor = self.cursor()
            try:
                cursor.execute("BEGIN TRANSACTION")
                yield cursor
                cursor.execute("COMMIT")
                if self._bumped:
                    # before the next writer has its turn: what it stores must be known later than this
                    self.state = self._read_state()
            except duckdb.Error as error:
                raise translated(error, self.path) from error
            finally:
                # closing a cursor whose transaction is open rolls it back
                self._bumped = False
                cursor.close()

    @contextmanager
    def rehearsal(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a transaction of which nothing stays. It has the writers' turn: they wait, so keep it short.

        Without the turn, rows that are changed here for a moment could not be changed by anybody else meanwhile.
        """
        with self._writing:
            cursor = self.cursor()
            try:
                cursor.execute("BEGIN TRANSACTION")
                yield cursor
            except duckdb.Error as error:
                raise translated(error, self.path) from error
            finally:
                # closing a cursor whose transaction is open rolls it back
                cursor.close()

    def relate(self) -> None:
        """Name what several questions share: the macros of queries/relations/, in the order of their numbers.

        They live in this process alone, as `memory.NAME`, and read the warehouse; so a lake needs nothing for them. To
        be called before a question that names one; done once. Raises WarehouseError.
        """
        with self._relating:
            if self._is_related:
                return
            try:
                for file in sorted(RELATIONS.glob("[0-9][0-9]_*.sql")):
                    for one in duckdb.extract_statements(file.read_text(encoding="utf-8")):
                        self._connection.execute(one)
            except duckdb.Error as error:
                raise translated(error, self.path) from error
            self._is_related = True

    def next_known_at(self, now: datetime) -> datetime:
        """The instant a commit made at `now` becomes known: later than every one before, whatever the host's clock."""
        return max(now, self.state[1] + timedelta(microseconds=1))

    def bump(self, cursor: duckdb.DuckDBPyConnection, known_at: datetime) -> None:
        """Inside a transaction: what a question can answer has changed and is known at `known_at`."""
        run(cursor, "bump_revision", known_at=known_at)
        self._bumped = True

    def close(self) -> None:
        """Close the file; a question still running on it is interrupted."""
        with self._writing:
            self._connection.close()

    def _read_state(self) -> tuple[int, datetime]:
        cursor = self.cursor()
        try:
            row = run(cursor, "read_revision").fetchone()
        finally:
            cursor.close()
        if row is None:
            raise WarehouseDamaged(f"{self.path} holds no revision; restore it from a copy")
        known_at = from_stored(row[1])
        assert known_at is not None  # noqa: S101 -- written by the first migration, never NULL
        return int(row[0]), known_at

    def _migrate(self, now: datetime) -> None:
        cursor = self.cursor()
        run(cursor, "create_migrations")
        seen = {int(row[0]) for row in run(cursor, "read_migrations").fetchall()}
        cursor.close()
        known = {int(file.name[:4]): file for file in sorted(SCHEMA.glob("[0-9][0-9][0-9][0-9]_*.sql"))}
        newer = sorted(seen - set(known))
        if newer:
            raise WarehouseTooNew(
                f"{self.path} was written by a newer Watchfloor: its migration {newer[0]:04d} is unknown here. "
                "Update Watchfloor first"
            )
        for number in sorted(set(known) - seen):
            with self.transaction() as inside:
                for one in duckdb.extract_statements(known[number].read_text(encoding="utf-8")):
                    inside.execute(one)
                run(inside, "insert_migration", number=number, name=known[number].stem, at=now)


def run(cursor: duckdb.DuckDBPyConnection, name: str, /, **params: Any) -> duckdb.DuckDBPyConnection:
    """Execute queries/write/<name>.sql on `cursor` with named parameters; aware datetimes pass the UTC door."""
    return cursor.execute(statement(name), _stored(params))


def run_each(cursor: duckdb.DuckDBPyConnection, name: str, /, **params: Any) -> list[int]:
    """Execute the statements of queries/write/<name>.sql one after the other; gives how many rows each changed."""
    changed = []
    for one in duckdb.extract_statements(statement(name)):
        row = cursor.execute(one, _stored({key: params[key] for key in one.named_parameters})).fetchone()
        changed.append(int(row[0]) if row else 0)
    return changed


def _stored(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_stored(value) if isinstance(value, datetime) else value for name, value in params.items()}


def _connect() -> duckdb.DuckDBPyConnection:
    """A connection that fetches nothing from anywhere and thinks in UTC, its cursors too (a plain SET would not)."""
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    # DuckDB takes a table written in the same transaction for a tiny one, and would join a million rows in a loop
    connection.execute("SET GLOBAL asof_loop_join_threshold = 0")
    return connection


def _attach(url: str, path: Path) -> str:
    quoted = str(path).replace("'", "''")
    if url.startswith("ducklake:"):
        return f"{_load_ducklake()} ATTACH 'ducklake:{quoted}' AS {_ATTACHED} (DATA_PATH '{quoted}.files/')"
    return f"ATTACH '{quoted}' AS {_ATTACHED}"


def _load_ducklake() -> str:
    try:
        import duckdb_extension_ducklake
    except ModuleNotFoundError:
        raise WarehouseError(
            "a ducklake: warehouse needs the package duckdb-extension-ducklake==1.5.5; "
            "install it, or write a duckdb: url under [warehouse]"
        ) from None
    package = duckdb_extension_ducklake.__file__
    extension = next(Path(package).parent.glob("extensions/*/ducklake.duckdb_extension"))
    return f"LOAD '{extension}';"


def translated(error: duckdb.Error, path: Path) -> WarehouseError:
    """DuckDB's words as a letter: what happened to which file, and what to do."""
    text = str(error)
    if "lock" in text and ("Conflicting" in text or "Could not set lock" in text):
        holder = re.search(r"PID (\d+)", text)
        who = f" (process {holder[1]})" if holder else ""
        return WarehouseBusy(f"{path} is open in another process{who}; stop that one, or use another [warehouse] url")
    first = text.splitlines()[0] if text else type(error).__name__
    return WarehouseDamaged(
        f"{path} cannot be used: {first}. If the disk is full, make room; if the file is damaged, "
        "move it away and read the sources again, or restore a copy"
    )
