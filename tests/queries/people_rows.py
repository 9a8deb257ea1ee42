"""Hand-made rosters and hand-overs: shifts in hours from noon, cases with a clock that runs, and who takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from queries.keys import key
from queries.roster import Roster, ShiftRow
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, Row, case, event, put

DAY = timedelta(days=1)


def shift(start: float, end: float, site: str = "Berlin", *agents: str, **more: Any) -> ShiftRow:
    """A shift of `agents`, or of one head, from `start` to `end`, in hours from noon."""
    told = {"timezone": "UTC", "team": "care", "languages": ("en",), "heads": max(1, len(agents)), **more}
    return ShiftRow(site=site, agents=agents, starts_at=NOON + start * HOUR, ends_at=NOON + end * HOUR, **told)


def roster(warehouse: Warehouse, *rows: ShiftRow, at: datetime = NOON - 5 * DAY) -> None:
    """Keep a roster, read `at` so that it is known long before noon."""
    Roster(warehouse).keep(rows, at)


def took(case_id: str, owner: str, when: float, kind: str = "assigned", **more: Any) -> Row:
    """Somebody is given the case, or takes it, `when` hours from noon."""
    return event(case_id, kind, NOON + when * HOUR, **{"owner": owner, "actor_kind": "human", **more})


def given(case_id: str, to: str | None, when: float, **more: Any) -> Row:
    """The case is offered to another."""
    return event(case_id, "handed_over", NOON + when * HOUR, **{"owner": to, "actor_kind": "human", **more})


def accepted(case_id: str, by: str, when: float, **more: Any) -> Row:
    """Whoever it was offered to takes it, and signs with their own name."""
    return event(case_id, "accepted", NOON + when * HOUR, **{"actor": by, "actor_kind": "human", **more})


def flights(warehouse: Warehouse, events: Iterable[Row], *clocks: Row, cases: Iterable[Row] = ()) -> None:
    """Cases with running clocks: those of `clocks`, and a resolution of a day for each other case of the events."""
    events = list(events)
    told = {row["case_id"] for row in clocks}
    others = dict.fromkeys(row["case_id"] for row in events if row["case_id"] not in told)
    running = [segment(name, NOON - 12 * HOUR, metric="resolution", target_seconds=86400) for name in others]
    known = list(cases)
    recorded = {row["case_id"] for row in known}
    known += [case(name) for name in sorted(told | set(others)) if name not in recorded]
    put(warehouse, cases=known, case_events=events, clock_segments=[*clocks, *running], calendar_hours=[hours()])


def clock(case_id: str, due: float, **more: Any) -> Row:
    """A first response clock of six hours that is due `due` hours from noon."""
    return segment(case_id, NOON + (due - 6) * HOUR, target_seconds=6 * 3600, case_key=key(case_id), **more)
