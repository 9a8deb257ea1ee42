"""What clock_rows does not say of a clock by itself: why its promise was broken, and whether the public one was kept.

Both are asked about a whole window, clock by clock, once and then remembered, while rows come a block at a time.
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
        table = ask("breach_causes", _caused(asked))
        asked["clock_ids"] = list(table[table["cause"].isin(filters.causes)]["group_name"]) or _NONE
    if filters.clocks == "promised":
        table = ask("promise_kept", {**_windowed(asked), "group_by": "clock"})
        kept = {"yes": (1,), "no": (0,), "": (1, 0)}[filters.kept]
        asked |= {"clocks": "listed", "clock_ids": list(table[table["kept_count"].isin(kept)]["group_name"])}
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
    table = ask("breach_causes", asked)
    return rows.assign(cause=keys.map(dict(zip(table["group_name"], table["cause"], strict=True))).astype("str"))


def _windowed(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in _WINDOW if name in params}


def _caused(params: Mapping[str, Any]) -> dict[str, Any]:
    return {**_windowed(params), "metrics": params["metrics"], "group_by": "clock"}
