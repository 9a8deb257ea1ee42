"""Invented answers about promises, for the panels of the scenes promises and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

Rows = list[dict[str, Any]]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BANDS = ("under 50", "50 to 75", "75 to 100", "100 to 200", "over 200")


def _at(params: Mapping[str, Any], key: str = "now") -> pd.Timestamp:
    return pd.Timestamp(params[key]).tz_convert(None)


def attainment(params: Mapping[str, Any]) -> Rows:
    """Two tracks: one of nine, one of 470 under its target; together they have no target in common."""
    told: list[tuple[Any, ...]] = [
        ("care", 412, 58, 0.8766, 0.844, 0.903, 0.9),
        ("crisis", 8, 1, 0.8889, 0.565, 0.98, 0.95),
    ]
    if params["group_by"] == "all":
        told = [("all", 420, 59, 0.877, 0.844, 0.903, None)]
    return [
        {"group_name": name, "met_count": met, "breached_count": breached, "open_overdue_count": 3,
         "attainment_share": share, "wilson_low_share": low, "wilson_high_share": high, "target_share": target,
         "set_aside_count": 2, "triaged_out_count": 5}
        for name, met, breached, share, low, high, target in told
    ]  # fmt: skip


def due(params: Mapping[str, Any]) -> Rows:
    now = _at(params)
    counts = {"running_count": 83, "overdue_count": 7, "due_15m_count": 3, "due_30m_count": 8, "due_60m_count": 17}
    more = {"later_count": 59, "paused_count": 6, "unowned_count": 12}
    return [{"group_name": "all", **counts, **more, "oldest_started_at": now - 3 * HOUR, "next_due_at": now + MINUTE}]


def clocks(params: Mapping[str, Any]) -> Rows:
    """One overdue and unowned, one at risk, one of tomorrow, one paused."""
    now = _at(params)
    told = (
        ("x:1", "frt", None, -12, "breached"),
        ("x:2", "nrt", "ann", 6, "at_risk"),
        ("x:3", "resolution", "ann", 26 * 60, "on_track"),
        ("x:4", "resolution", "ann", None, "paused"),
    )
    return [
        {"case_id": case, "metric": metric, "platform": "x", "subject": "my bag", "owner": owner, "track": "care",
         "due_at": None if left is None else now + left * MINUTE,
         "breaches_at": None if left is None else now + left * MINUTE,
         "remaining_seconds": 5400 if left is None else left * 60, "target_seconds": 3600, "state": state}
        for case, metric, owner, left, state in told
    ][: params["most"]]  # fmt: skip


def ageing(params: Mapping[str, Any]) -> Rows:
    now, names = _at(params), ["all"] if params["group_by"] == "all" else ["care", "crisis"]
    counts = {"all": (34, 22, 20, 5, 2), "care": (30, 20, 18, 2, 0), "crisis": (4, 2, 2, 3, 2)}
    return [
        {"group_name": name, "band": band, "clocks_count": count, "unowned_count": min(count, 2), "paused_count": 1,
         "oldest_started_at": now - (place + 1) * HOUR if count else None}
        for name in names
        for place, (band, count) in enumerate(zip(BANDS, counts[name], strict=True))
    ]  # fmt: skip


def causes(_: Mapping[str, Any]) -> Rows:
    told = (("nobody on shift", 48), ("slow reply", 21), ("backlog above capacity", 27))
    return [{"group_name": "all", "cause": cause, "breached_count": count} for cause, count in told]


def forecast(params: Mapping[str, Any]) -> Rows:
    """Four hours; the last two have fewer heads than they need."""
    now = _at(params)
    told = ((17, 1.0, 6.0, 24.0, 1.4), (12, 6.0, 6.0, 24.0, 0.0), (9, 11.0, 2.0, 8.0, 9.6), (4, 14.0, 2.0, 8.0, 12.2))
    return [
        {"hour": n + 1, "since_at": now + n * HOUR, "until_at": now + (n + 1) * HOUR, "due_count": due,
         "arrivals_count": more, "staffed_agents": heads, "capacity_count": capacity, "breached_count": breached,
         "error_count": 1.1 + 0.1 * n, "low_count": max(breached - 2, 0.0), "high_count": breached + 2,
         "trials_count": 56}
        for n, (due, more, heads, capacity, breached) in enumerate(told)
    ]  # fmt: skip


def burn(_: Mapping[str, Any]) -> Rows:
    """One track that pages, one of which too few were due, one whose target is too low for a page."""
    told = (
        ("loose", 0.6, "none", (2, 1), (14, 7), (60, 20)),
        ("crisis", 0.95, "none", (0, 0), (3, 1), (9, 1)),
        ("care", 0.9, "page", (8, 4), (30, 13), (140, 31)),
    )
    rows = []
    for track, target, alarm, *counts in told:
        highest = 1 / (1 - target)
        for minutes, (all_due, broken) in zip((15, 60, 360), counts, strict=True):
            share = broken / all_due if all_due else None
            rate = None if share is None else share * highest
            rows.append(
                {"track": track, "window_minutes": minutes, "due_count": all_due, "breached_count": broken,
                 "breach_share": share, "burn_rate": rate, "highest_rate": highest, "page_rate": 4.0,
                 "ticket_rate": 2.0, "can_page": highest >= 4, "can_ticket": highest >= 2, "alarm": alarm}
            )  # fmt: skip
    return rows


def kept(params: Mapping[str, Any]) -> Rows:
    told = {"all": [("all", 412, 383, 7200)], "metric": [("frt", 406, 378, 7200), ("resolution", 6, 5, 3 * 86_400)],
            "platform": [("x", 412, 383, 7200)]}  # fmt: skip
    return [
        {"group_name": name, "promised_count": promised, "kept_count": good, "broken_count": promised - good,
         "kept_share": good / promised, "wilson_low_share": 0.9, "wilson_high_share": 0.951,
         "public_target_seconds": seconds}
        for name, promised, good, seconds in told[str(params["group_by"])]
    ]  # fmt: skip


PROMISES: dict[str, Callable[[Mapping[str, Any]], Rows]] = {
    "sla_attainment": attainment,
    "sla_due": due,
    "sla_next": clocks,
    "backlog_ageing": ageing,
    "breach_causes": causes,
    "breach_forecast": forecast,
    "sla_burn": burn,
    "promise_kept": kept,
}
