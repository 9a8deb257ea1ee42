"""What clock_rows does not say of a clock by itself: why its promise was broken, and whether the public one was kept.

Both are questions of their own about a whole window, asked once and then remembered, while rows come a block at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from layouts.desk.filters import Filters

Ask = Callable[[str, Mapping[str, Any]], pd.DataFrame]
"""A question and its parameters; gives the answer."""

_NONE = ["-"]  # a clock that there is not
_WINDOW = ("since", "until", "brands", "platforms", "now", "known_at")


def named(ask: Ask, filters: Filters, params: Mapping[str, Any]) -> dict[str, Any]:
    """What clock_rows and clock_rows_count are asked with: `params` with the clocks named that filters pick by a cause
    or by a public promise."""
    asked = dict(params)
    if filters.causes:
        table = ask("clock_causes", _caused(asked))
        asked["clock_ids"] = list(table[table["cause"].isin(filters.causes)]["clock_id"]) or _NONE
    if filters.clocks == "promised":
        table = ask("clock_promises", _windowed(asked))
        kept = {"yes": (True,), "no": (False,), "": (True, False)}[filters.kept]
        asked |= {"clocks": "listed", "clock_ids": list(table[table["is_kept"].isin(kept)]["clock_id"])}
    return asked


def with_causes(ask: Ask, rows: pd.DataFrame, params: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of clock_rows with why each promise was broken; unknown where it was not."""
    keys = rows["case_id"] + " " + rows["metric"] + " " + rows["cycle"].astype("str")
    broken = rows[(rows["state"] == "breached") & rows["due_at"].notna()]
    if broken.empty:
        return rows.assign(cause=pd.Series([None] * len(rows), index=rows.index, dtype="str"))
    asked = _caused(params)
    if params["clocks"] != "due":
        due = broken["due_at"].dt.tz_localize("UTC")
        span = {"since": due.min().to_pydatetime(), "until": due.max().to_pydatetime() + timedelta(minutes=1)}
        asked |= {**span, "case_ids": sorted(set(broken["case_id"]))}
    table = ask("clock_causes", asked)
    return rows.assign(cause=keys.map(dict(zip(table["clock_id"], table["cause"], strict=True))).astype("str"))


def _windowed(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in _WINDOW if name in params}


def _caused(params: Mapping[str, Any]) -> dict[str, Any]:
    return {**_windowed(params), "metrics": params["metrics"]}
