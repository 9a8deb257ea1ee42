"""Hourly series in place of what came, so that the forecast as it is shipped can be asked about any of them."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.warehouse import RELATIONS, Warehouse

Numbers = npt.NDArray[np.float64]
FORECAST = (RELATIONS / "30_forecast.sql").read_text(encoding="utf-8")
_SWAP = """
CREATE OR REPLACE TABLE memory.series AS SELECT hour_at::TIMESTAMP AS hour_at, language, demand FROM frame;
CREATE OR REPLACE MACRO memory.demand_hours(asof_at, seen_at) AS TABLE
    SELECT hour_at, language, coalesce(demand, 0)::DOUBLE AS demand_count, demand IS NOT NULL AS is_usable
    FROM (SELECT language, date_trunc('hour', asof_at) - to_hours(step) AS hour_at
          FROM (SELECT DISTINCT language FROM memory.series) CROSS JOIN (SELECT unnest(range(1, 1513)) AS step))
    LEFT JOIN memory.series USING (hour_at, language);
"""
_ASKED = "SELECT * FROM memory.forecast_hours($at::TIMESTAMP, $at::TIMESTAMP, $ahead) ORDER BY language, hour_at"


def swap_in(warehouse: Warehouse, series: dict[str, pd.Series]) -> None:
    """Let each series be a language: counts by hour (plain UTC), NaN for an hour that says nothing."""
    frame = pd.concat(
        [
            pd.DataFrame({"hour_at": one.index, "language": name, "demand": one.to_numpy(float)})
            for name, one in series.items()
        ]
    )
    warehouse.relate()
    cursor = warehouse.cursor()
    try:
        cursor.register("frame", frame.astype({"demand": "Float64"}))
        cursor.execute(_SWAP)
        cursor.unregister("frame")
        cursor.execute(FORECAST)
    finally:
        cursor.close()


def forecast(warehouse: Warehouse, at: datetime | pd.Timestamp, ahead: int) -> pd.DataFrame:
    """What memory.forecast_hours gives at `at` (plain UTC) for `ahead` hours, by language and hour."""
    cursor = warehouse.cursor()
    try:
        return cursor.execute(_ASKED, {"at": at, "ahead": ahead}).df()
    finally:
        cursor.close()
