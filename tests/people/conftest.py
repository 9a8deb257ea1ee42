"""Coverage is tested on DuckDB's own file; test_lake.py shows that a lake gives the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.warehouse import Warehouse
from tests.conftest import FakeClock


@pytest.fixture
def warehouse(tmp_path: Path, clock: FakeClock) -> Iterator[Warehouse]:
    """An empty warehouse."""
    opened = Warehouse("duckdb:w", tmp_path / "w.duckdb", clock())
    yield opened
    opened.close()
