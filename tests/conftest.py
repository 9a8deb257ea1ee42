"""What every test may ask for: the real data, a clock of its own, a warehouse of either kind, a running house."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.utc import to_stored
from queries.warehouse import Warehouse

pytest_plugins = ["tests.connectors.kit.plugin"]

# A slow or shared machine must not turn a promise into a race; in CI the examples are the same on each run, so that
# what it finds was caused by the change it looks at. Elsewhere each run looks somewhere else.
settings.register_profile("watchfloor", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("watchfloor")

REQUIRED = frozenset(filter(None, os.environ.get("WATCHFLOOR_REQUIRE", "").split(",")))
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def missing(what: str, sentence: str) -> None:
    """Skip with a reason; under WATCHFLOOR_REQUIRE a skip is a failure."""
    if what in REQUIRED:
        pytest.fail(f"{what} is required here: {sentence}")
    pytest.skip(sentence)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Under WATCHFLOOR_REQUIRE nothing may be skipped, for whatever reason."""
    outcome: Any = yield
    report = outcome.get_result()
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped under WATCHFLOOR_REQUIRE: {report.longrepr}"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data, read only; never copied into the project."""
    folder = os.environ.get("WATCHFLOOR_TEST_DATA", "")
    if not folder:
        missing("data", "set WATCHFLOOR_TEST_DATA to the folder of real test data")
    path = Path(folder)
    if not (path / "EXPECTED.json").exists():
        missing("data", f"{path} holds no EXPECTED.json")
    return path


LONGEST = (
    "connectors/test_battery.py",
    "queries/test_warehouse.py",
    "pages/test_newcomer.py",
    "pages/test_freshness_browser.py",
    "pages/test_desk_service_browser.py",
    "pages/test_updates_browser.py",
    "promises/test_engine_agrees.py",
    "jobs/test_killed.py",
)
"""A file is run by one process, which builds its worlds once: with these at the beginning nobody waits at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they stand."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(LONGEST)))


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        """Go on by `span`, as timedelta takes it."""
        self.now += timedelta(**span)


class DictCache:
    """A cache that can be looked into."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def set(self, key: str, value: Any) -> None:
        self.kept[key] = value


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session", autouse=True)
def migrations_run_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new DuckDB file is a copy of one that was migrated at noon: all migrations take four times as long as opening.

    They run in full for that one, for each lake, in every process of its own, and in tests/queries/test_warehouse.py.
    """
    template = tmp_path_factory.mktemp("empty") / "w.duckdb"
    Warehouse("duckdb:w", template, NOON).close()
    plain = Warehouse.__init__

    def opened(self: Warehouse, url: str, path: Path, now: datetime) -> None:
        if url.startswith("duckdb:") and path.parent.is_dir() and not path.exists():
            lay_file(template, path, now)
        plain(self, url, path, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Warehouse, "__init__", opened)
        yield


def lay_file(template: Path, path: Path, now: datetime) -> None:
    """Copy a DuckDB file; it says when it was migrated, which is when the demo's story begins."""
    shutil.copy(template, path)
    if now != NOON:
        with duckdb.connect(str(path)) as file:
            file.execute("UPDATE migrations SET applied_at = $at", {"at": to_stored(now)})


Connect = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture(scope="session", autouse=True)
def signature_checked_once() -> Iterator[Connect]:
    """DuckDB hashes the lake's extension whenever it is loaded, which takes half as long as a test of a lake does.

    Gives the connecting that does; `empty_lake` is made with it.
    """
    plain: Connect = duckdb.connect

    def trusting(*args: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        if "config" in named:  # a warehouse's own
            named["config"] = {"allow_unsigned_extensions": "true", **named["config"]}
        return plain(*args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", trusting)
        yield plain


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory, signature_checked_once: Connect) -> Path:
    """A lake with all migrations run at noon: they take ten times as long there, so they are run once."""
    path = tmp_path_factory.mktemp("lake") / "w.ducklake"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", signature_checked_once)
        Warehouse("ducklake:w", path, NOON).close()
    return path


def lay_lake(template: Path, path: Path) -> None:
    """Copy a lake; it knows by name where its files lie."""
    shutil.copy(template, path)
    files = template.with_name(f"{template.name}.files")
    if files.exists():
        shutil.copytree(files, path.with_name(f"{path.name}.files"))
    with duckdb.connect(str(path)) as catalogue:
        where = "UPDATE ducklake_metadata SET value = replace(value, $there, $here) WHERE key = 'data_path'"
        catalogue.execute(where, {"there": str(template), "here": str(path)})


@pytest.fixture(params=["duckdb", "ducklake"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Warehouse]:
    """An empty warehouse; every test that takes it runs on DuckDB's own file and on a local lake."""
    if request.param == "ducklake":
        lay_lake(request.getfixturevalue("empty_lake"), tmp_path / "w.ducklake")
    opened = Warehouse(f"{request.param}:w", tmp_path / f"w.{request.param}", clock())
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=["duckdb", "ducklake"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A warehouse of either kind for those who only read and want nothing to be there; one for all of them."""
    path = tmp_path_factory.mktemp("nothing") / f"w.{request.param}"
    if request.param == "ducklake":
        lay_lake(request.getfixturevalue("empty_lake"), path)
    opened = Warehouse(f"{request.param}:w", path, NOON)
    yield opened
    opened.close()


@pytest.fixture
def ledger(warehouse: Warehouse) -> Ledger:
    return Ledger(warehouse)


@pytest.fixture
def answers(warehouse: Warehouse) -> Answers:
    return Answers(warehouse, load_catalogue(), DictCache())
