"""Invented answers about cases and people, for the panels of the service and sun scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

Rows = list[dict[str, Any]]
HOUR = timedelta(hours=1)


def _at(params: Mapping[str, Any], key: str = "now") -> pd.Timestamp:
    return pd.Timestamp(params[key]).tz_convert(None)


def states(params: Mapping[str, Any]) -> Rows:
    now = _at(params)
    told = (("new", 12, 3 * HOUR, 12), ("assigned", 30, 26 * HOUR, 0), ("answered", 40, 80 * HOUR, 1))
    return [
        {"state": state, "cases_count": count, "oldest_opened_at": now - age, "unowned_count": unowned,
         "p50_age_seconds": 3600.0}
        for state, count, age, unowned in told
    ]  # fmt: skip


def waiting(params: Mapping[str, Any]) -> Rows:
    now = _at(params)
    return [
        {"case_id": f"x:{hours}", "brand": "United", "owner": owner, "platform": "x", "channel": None,
         "waiting_since_at": now - hours * HOUR, "waiting_seconds": hours * 3600.0, "is_answered": hours == 2,
         "subject": "my bag"}
        for hours, owner in ((5, None), (2, "ann"))
    ][: params["limit"]]  # fmt: skip


def response(params: Mapping[str, Any]) -> Rows:
    names = ["all"] if params["group_by"] == "all" else ["x", "reddit", None]
    return [
        {"group_name": name, "cases_count": 100 - n, "answered_count": 80 - n, "waiting_count": 7 - n,
         "p50_seconds": 2400.0 + 3000 * n, "p90_seconds": 9000.0 + 3000 * n}
        for n, name in enumerate(names)
    ]  # fmt: skip


def resolution(_: Mapping[str, Any]) -> Rows:
    counts = {"cases_count": 700, "resolved_count": 600, "open_count": 90, "reopened_count": 37}
    return [{"group_name": "all", **counts, "p50_seconds": 9000.0, "p90_seconds": 90000.0, "p95_seconds": 99000.0}]


SERVICE: dict[str, Callable[[Mapping[str, Any]], Rows]] = {
    "open_cases_by_state": states,
    "oldest_waiting": waiting,
    "response_by_group": response,
    "resolution_times": resolution,
}
