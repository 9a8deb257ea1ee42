"""How good forecasts were that are made again and again along real series, and how good it would have been to copy.

A figure is that of each series, and their mean; so a loud series does not speak for a quiet one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from queries.warehouse import Warehouse
from tests.queries.demand_series import Numbers, forecast, swap_in

WEEK, LEARNED = 168, 672
HORIZONS = (24, 72)


def real_series(folder: Path) -> dict[str, pd.Series]:
    """The tweets of each hour, of each series; the hours at both ends are not whole and left out."""
    found = {}
    for path in sorted((folder / "nab").glob("Twitter_volume_*.csv")):
        frame = pd.read_csv(path, parse_dates=["timestamp"]).set_index("timestamp")
        hourly = frame["value"].resample("1h").sum().astype(float)
        found[path.stem.removeprefix("Twitter_volume_")] = hourly.iloc[1:-1]
    return found


def thinned(series: dict[str, pd.Series], per_hour: float) -> dict[str, pd.Series]:
    """The same rhythm with so few tweets: each kept by chance, the loudest hour in a hundred cut first."""
    dice = np.random.default_rng(2015)
    found = {}
    for name, one in series.items():
        cut = np.minimum(one.to_numpy(), np.quantile(one, 0.99)).astype(int)
        found[name] = pd.Series(dice.binomial(cut, min(1.0, per_hour / cut.mean())).astype(float), one.index)
    return found


def rolled(warehouse: Warehouse, series: dict[str, pd.Series], every: int) -> pd.DataFrame:
    """Forecasts made each `every` hours, from four weeks of it on; one row per origin, series and horizon."""
    swap_in(warehouse, series)
    return pd.DataFrame(list(_rolled(warehouse, series, every)))


def _rolled(warehouse: Warehouse, series: dict[str, pd.Series], every: int) -> Iterator[dict[str, object]]:
    first = max(one.index[0] for one in series.values()) + pd.Timedelta(hours=LEARNED)
    last = min(one.index[-1] for one in series.values()) - pd.Timedelta(hours=HORIZONS[-1] - 1)
    for at in pd.date_range(first, last, freq=f"{every}h"):
        for name, told in forecast(warehouse, at, HORIZONS[-1]).groupby("language"):
            came = series[str(name)]
            before = came[: at - pd.Timedelta(hours=1)].to_numpy()
            for hours in HORIZONS:
                yield {"series": name, "hours": hours, **_compared(told[:hours], came[at:].to_numpy()[:hours], before)}


def _compared(told: pd.DataFrame, came: Numbers, before: Numbers) -> dict[str, float]:
    said, low, high = (told[name].to_numpy(float) for name in ("demand_count", "low_count", "high_count"))
    copied = before[-WEEK:][: len(came)]
    usual_step = float(np.abs(before[WEEK:] - before[:-WEEK]).mean())
    return {
        "mase": float(np.abs(came - said).mean()) / usual_step,
        "naive_mase": float(np.abs(came - copied).mean()) / usual_step,
        "error": float(np.abs(came - said).sum()),
        "naive_error": float(np.abs(came - copied).sum()),
        "came": float(came.sum()),
        "said": float(said.sum()),
        "covered": float(((came >= low) & (came <= high)).mean()),
        "below": float((came < low).mean()),
        "above": float((came > high).mean()),
        "least": float(said.min()),
        "deviance": deviance(came, said),
        "flat_deviance": deviance(came, np.full(len(came), before[-LEARNED:].mean())),
    }


def deviance(came: Numbers, said: Numbers) -> float:
    """The mean Poisson deviance, which is right for counts however small; infinite where 0 was said and one came."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gained = np.where(came > 0, came * np.log(came / said), 0.0)
    return float(2 * (gained - came + said).mean())


def summed_up(rows: pd.DataFrame) -> pd.DataFrame:
    """By horizon and series, and the mean of all series: MASE, WAPE, what the naive forecast had, and the band."""
    mean = ["mase", "naive_mase", "covered", "below", "above", "deviance", "flat_deviance"]
    groups = rows.groupby(["hours", "series"])
    table, sums = groups[mean].mean(), groups[["error", "naive_error", "came", "said"]].sum()
    table["wape"] = sums["error"] / sums["came"]
    table["naive_wape"] = sums["naive_error"] / sums["came"]
    table["bias"] = sums["said"] / sums["came"]
    table["least"] = groups["least"].min()
    overall = table.groupby("hours").mean()
    overall.index = pd.MultiIndex.from_product([overall.index, ["mean of all"]], names=["hours", "series"])
    return pd.concat([table, overall]).sort_index(kind="stable")
