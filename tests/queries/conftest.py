"""What questions about people are asked of: one warehouse file, where a lake would only take longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Warehouse]:
    """An empty warehouse of DuckDB's own; `warehouse` is of either kind."""
    opened = Warehouse("duckdb:w", tmp_path / "house.duckdb", NOON)
    yield opened
    opened.close()


@pytest.fixture
def asked(house: Warehouse) -> Answers:
    """The questions, asked of `house`."""
    return Answers(house, load_catalogue(), DictCache())
