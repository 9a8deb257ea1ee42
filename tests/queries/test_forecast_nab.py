"""The forecast as it is shipped, on real traffic: better than a copy of last week, and as unsure as it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.forecast_trials import HORIZONS, real_series, rolled, summed_up, thinned

EVERY = 19


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    opened = Warehouse("duckdb:w", tmp_path_factory.mktemp("nab") / "w", NOON)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def real(warehouse: Warehouse, data_folder: Path) -> pd.DataFrame:
    """The loud series, as they are."""
    return summed_up(rolled(warehouse, real_series(data_folder), EVERY))


@pytest.mark.parametrize("hours", HORIZONS)
def test_it_beats_last_week_on_every_series(real: pd.DataFrame, hours: int) -> None:
    rows = real.loc[hours]
    assert len(rows) == 6, "five series and their mean"
    assert (rows["mase"] < rows["naive_mase"]).all(), rows
    assert (rows["wape"] < rows["naive_wape"]).all(), rows
    mean = rows.loc[["mean of all"]]
    assert (mean["mase"] < 0.8 * mean["naive_mase"]).all()
    assert (mean["wape"] < 0.8 * mean["naive_wape"]).all()


@pytest.mark.parametrize("hours", HORIZONS)
def test_four_hours_in_five_lie_in_its_band(real: pd.DataFrame, hours: int) -> None:
    rows = real.loc[hours]
    assert rows["covered"].between(0.7, 0.9).all(), rows
    mean = rows.loc[["mean of all"]]
    assert mean["covered"].between(0.75, 0.85).all(), rows
    assert (mean["below"] < 0.15).all(), "it errs to both sides"
    assert (mean["above"] < 0.15).all()


@pytest.mark.parametrize(("per_hour", "at_most"), [(1.0, 0.95), (0.2, 1.0)])
def test_a_language_that_comes_rarely_is_expected_as_often_as_it_comes(
    warehouse: Warehouse, data_folder: Path, per_hour: float, at_most: float
) -> None:
    rows = summed_up(rolled(warehouse, thinned(real_series(data_folder), per_hour), 3 * EVERY))
    assert (rows["least"] > 0).all(), "it never says never"
    assert rows.xs("mean of all", level="series")["bias"].between(0.9, 1.1).all(), rows
    # a count that is mostly 0 or 1 cannot lie outside in one hour of five; but its band may not promise too much
    assert rows["covered"].gt(0.8).all(), rows
    assert (rows["deviance"] < at_most * rows["flat_deviance"]).loc[(slice(None), "mean of all")].all(), rows
