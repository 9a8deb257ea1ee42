"""Invented answers to the questions of the view "people": a roster of three sites, two languages, a weekend's hole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from layouts.desk.filters import Filters
from layouts.desk.service_tiles import Moment
from tests.layouts.world import HOSTILE, table
from tests.pages.desk_world import parts

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("America/New_York")
STORED = HOSTILE.replace("\ud800", "")  # what the warehouse cannot hold cannot come out of it
Row = dict[str, Any]


def at(hours: float) -> datetime:
    """So many hours from now, as tables hold it: UTC without a zone."""
    return (NOW + hours * HOUR).replace(tzinfo=None)


def _state(heads: int | None, needed: float, comes: float) -> str | None:
    if heads is None:
        return None
    if not heads:
        return "gap" if comes else "covered"
    return "thin" if heads * 0.7 < needed else "surplus" if heads * 0.7 > 1.5 * needed + 1 else "covered"


def week(since: datetime = NOW - 7 * HOUR) -> list[Row]:
    """168 hours: nobody from 1 to 4 UTC, nobody who speaks German at night, nothing known on the last day."""
    return [row for number in range(168) for row in _hour(since + number * HOUR, number)]


def _hour(moment: datetime, number: int) -> list[Row]:
    heads = None if number > 160 else 0 if 1 <= moment.hour < 4 else 1 + moment.hour % 7
    german = None if heads is None else heads if 7 <= moment.hour < 16 else 0
    comes = 4.0 + 9 * (8 <= moment.hour < 20)
    plain = {"hour_at": moment.replace(tzinfo=None), "gap_minutes": 0}
    needed = comes / 4
    rows = []
    for language, on, part in (("all", heads, 1.0), ("de", german, 0.3), ("en", heads, 0.7)):
        staffed = None if on is None else on * 0.7
        state = _state(on, needed * part, comes * part)
        gap = {"gap_minutes": 60 if state == "gap" else 0 if state else None}
        told = {"required_agents": needed * part, "demand_count": comes * part, "state": state, **gap}
        rows.append(
            {**plain, "site": "all", "language": language, "heads_count": on, "staffed_agents": staffed, **told}
        )
        rows.append({**plain, "site": "Berlin", "language": language, "heads_count": german, "staffed_agents": staffed})
    return rows


SUMMARY: list[Row] = [
    {"language": "all", "known_hours": 168.0, "covered_hours": 147.0, "gap_hours": 21.0, "thin_hours": 12.25,
     "demand_count": 1430.0, "covered_share": 0.93, "occupancy_share": 0.61},
    {"language": "de", "known_hours": 168.0, "covered_hours": 63.0, "gap_hours": 105.0, "thin_hours": 4.0,
     "demand_count": 420.0, "covered_share": 0.52, "occupancy_share": 1.2},
    {"language": "en", "known_hours": 168.0, "covered_hours": 168.0, "gap_hours": 0.0, "thin_hours": 0.0,
     "demand_count": 0.0, "covered_share": None, "occupancy_share": None},
]  # fmt: skip
GAPS: list[Row] = [
    {"since_at": at(13), "until_at": at(16), "language": "all", "gap_minutes": 180, "demand_count": 12.0,
     "after_sites": "New York", "before_sites": "Berlin"},
    {"since_at": at(37), "until_at": at(40), "language": "all", "gap_minutes": 180, "demand_count": None,
     "after_sites": None, "before_sites": None},
    *({"since_at": at(4 + 24 * day), "until_at": at(19 + 24 * day), "language": "de", "gap_minutes": 900,
       "demand_count": 21.4, "after_sites": "Berlin", "before_sites": "Berlin"} for day in range(9)),
]  # fmt: skip
NEXT: list[Row] = [
    {"handover_at": at(2.5), "from_site": "Berlin", "to_site": "New York", "opens_at": at(2), "overlap_seconds": 1800,
     "in_flight_count": 11, "unowned_count": 3},
    {"handover_at": at(13), "from_site": "New York", "to_site": "Manila", "opens_at": at(16),
     "overlap_seconds": -10800, "in_flight_count": 4, "unowned_count": 4},
    {"handover_at": at(21), "from_site": "Manila", "to_site": None, "opens_at": None, "overlap_seconds": None,
     "in_flight_count": 2, "unowned_count": 0},
]  # fmt: skip


def item(number: int, state: str = "warn", **more: Any) -> Row:
    """A case in flight."""
    plain = {"handover_at": at(2.5), "from_site": "Berlin", "case_id": f"x:c{number}",
             "subject": f"late again {number}",
             "track": "care", "platform": "x", "metric": "frt", "due_at": at(3 + number), "owner": "Imogen",
             "remaining_seconds": 3600 * (3 + number), "next_owner": None, "is_acknowledged": False,
             "breaches_at_seam": number < 2, "state": state}  # fmt: skip
    return {**plain, **more}


BATON: list[Row] = [
    item(0, "red", remaining_seconds=-600, subject=None),
    item(1, "warn", next_owner="Kim"),
    item(2),
    *(item(number, "ok", next_owner="Kim", is_acknowledged=True) for number in range(3, 11)),
]
SEAMS: list[Row] = [
    {"handover_at": at(-9 - 8 * number), "from_site": ("Berlin", "New York", "Manila")[number % 3],
     "to_site": ("New York", "Manila", "Berlin")[number % 3], "in_flight_count": 9 + number,
     "handed_over_count": 7 + number, "unowned_count": number % 3, "acknowledged_p90_seconds": 540.0 + 60 * number,
     "breached_count": number % 2} for number in range(12)
]  # fmt: skip


def presence(by: str) -> list[Row]:
    """The last day by site or by person: three scheduled by day, one of whom is seen now and then."""
    names = [("Berlin", ""), ("New York", "")] if by == "site" else [("Berlin", "Imogen"), ("New York", "Kim")]
    return [
        {"slot_at": at(number - 24), "site": site, "agent": agent, "scheduled_agents": 3.0 if number > 10 else 0.0,
         "seen_agents": number % 3 if number > 10 else 0, "answers_count": 2 * (number % 3)}
        for number in range(24) for site, agent in names
    ]  # fmt: skip


def forecast(hours: int = 72) -> list[Row]:
    """The hours to come, twice as much in the afternoon of a planned day."""
    tested = {"wape_share": 0.44, "naive_wape_share": 0.6, "trials_count": 168}
    return [
        {"hour_at": at(number), "language": language, "demand_count": count * part, "low_count": 0.4 * count * part,
         "high_count": 1.9 * count * part, "event_factor": 1.0, **tested}
        for number in range(hours) for language, part in (("all", 1.0), ("de", 0.3))
        for count in (4.0 + 9 * (8 <= (12 + number) % 24 < 20),)
    ]  # fmt: skip


CAME: list[Row] = [
    {
        "slot_at": at(number - 24),
        "language": language,
        "track": "care",
        "demand_count": count,
        "handling_seconds": 360.0,
    }
    for number in range(24)
    for language, count in (("en", 3.0 + number % 9), ("de", 2.0), (None, 1.0))
]
WEEKENDS: list[Row] = [
    {"since_at": at(114), "until_at": at(186), "place": "Berlin", "name": "Totensonntag", "days_count": 3,
     "on_call": "Jens, Kim", "scheduled_hours": 24.5, "gap_minutes": 2610, "drill_days": 12},
    {"since_at": at(700), "until_at": at(796), "place": "New York", "name": None, "days_count": 4, "on_call": None,
     "scheduled_hours": None, "gap_minutes": None, "drill_days": None},
]  # fmt: skip
SERVICE: list[Row] = [
    {"since_at": at(start), "until_at": at(end), "is_promised": promised, "is_staffed": staffed}
    for start, end, promised, staffed in (
        (0, 13, True, True), (13, 16, True, False), (16, 40, True, True), (40, 44, False, True), (44, 50, True, None),
        (50, 168, False, False),
    )
]  # fmt: skip


@cache
def full() -> dict[tuple[str, str], pd.DataFrame]:
    """Every table by its question and, of presence, what it is told apart by."""
    rows = {
        ("coverage_summary", ""): SUMMARY, ("coverage_gaps", ""): GAPS, ("coverage_week", ""): week(),
        ("next_handover", ""): NEXT, ("baton", ""): BATON, ("seams", ""): SEAMS,
        ("presence", "site"): presence("site"), ("presence", "agent"): presence("agent"),
        ("demand_forecast", ""): forecast(), ("demand_by_slot", ""): CAME, ("long_weekends", ""): WEEKENDS,
        ("hours_of_service", ""): SERVICE,
    }  # fmt: skip
    return {key: table(key[0], found) for key, found in rows.items()}


def answer(question: str, params: dict[str, Any]) -> pd.DataFrame:
    """What the invented roster says to a question."""
    return full()[question, str(params.get("group_by", ""))].copy()


WOULD: dict[str, Any] = {
    "as_of": "2026-11-21T12:00:00Z", "since": "2026-11-21T12:00:00Z", "until": "2026-12-05T12:00:00Z",
    "roster": "what is written here",
    "sides": {
        "now": {"gap_hours": 42.0, "thin_hours": 24.5, "breached_count": 31.4, "head_hours_per_week": 620.0,
                "cost_per_week": None, "covered_share": 0.93, "by_employer": {"own": 500.0, "Helpline GmbH": 120.0}},
        "would": {"gap_hours": 0.0, "thin_hours": 24.5, "breached_count": 12.0, "head_hours_per_week": 641.0,
                  "cost_per_week": 15_230.5, "covered_share": 1.0,
                  "by_employer": {"own": 521.0, "Helpline GmbH": 120.0}},
    },
    "gaps": [
        {"since": "2026-11-22T01:00:00Z", "until": "2026-11-22T04:00:00Z", "language": "all", "side": "now"},
        {"since": "2026-11-23T04:00:00Z", "until": "2026-11-23T06:00:00Z", "language": "de", "side": "now"},
        {"since": "2026-11-23T04:00:00Z", "until": "2026-11-23T06:00:00Z", "language": "de", "side": "would"},
    ],
}  # fmt: skip


def seen(query: str = "view=people", now: datetime = NOW, zone: ZoneInfo = ZONE) -> Moment:
    """What the view is about, from when, and in whose time."""
    return Moment(Filters.from_query(query)[0], now, zone)


def props(component: Any) -> dict[str, Any]:
    """What a component was given."""
    found: dict[str, Any] = component.to_plotly_json()["props"]
    return found


def of_class(drawn: Any, name: str) -> list[Any]:
    """The components of a class."""
    return [one for one in parts(drawn) if name in str(getattr(one, "className", "")).split()]


def of_kind(drawn: Any, kind: str) -> list[Any]:
    """The components of a kind, such as "Td"."""
    return [one for one in parts(drawn) if type(one).__name__ == kind]
