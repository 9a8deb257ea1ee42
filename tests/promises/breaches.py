"""Broken promises made by hand, with the cases, people and shifts that tell why they were broken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import hours, segment
from tests.queries.case_rows import HOUR, MINUTE, START, Row, ask, case, event, put

NOBODY = "nobody on shift"
BACKLOG = "backlog above capacity"
UNOWNED = "reassigned or unowned"
CHANGE = "calendar or policy change"
SLOW = "slow reply"

DAY = timedelta(days=1)
AT = NOON - 3 * HOUR  # when the clocks under test begin; they break an hour later
BROKEN = AT + HOUR
WINDOW: dict[str, Any] = {"since": NOON - 2 * DAY, "until": NOON + DAY}


def shift(starts_at: datetime = START - 30 * DAY, ends_at: datetime = NOON + 9 * DAY, **more: Any) -> Row:
    """Two heads on shift; without more, always."""
    row = {
        "heads": 2,
        "site": "Oslo",
        "timezone": "Europe/Oslo",
        "team": "care",
        "languages": ["en"],
        "is_on_call": False,
        "known_from_at": START,
    }
    return {**row, "starts_at": starts_at, "ends_at": ends_at, **more}


def owner(
    case_id: str, at: datetime = AT + MINUTE, name: str | None = "ann", kind: str = "assigned", **more: Any
) -> Row:
    """Somebody is given a case, or takes it."""
    return event(case_id, kind, at, owner=name, actor_kind="human", **more)


def causes(answers: Answers, **given: Any) -> dict[str, str]:
    """The cause of each case."""
    found = ask(answers, "breach_causes", **{**WINDOW, "group_by": "case", **given})
    assert all(count == 1 for _, _, count in found), "one clock, one cause"
    return {case_id: cause for case_id, cause, _ in found}


def told(warehouse: Warehouse, *clocks: Row, events: list[Row] | None = None, **tables: list[Row]) -> None:
    """Clocks on a calendar that never closes, of cases that ann has had from the first minute on."""
    names = {row["case_id"]: row["started_at"] for row in clocks}
    plain: dict[str, list[Row]] = {
        "calendar_hours": [hours()],
        "cases": [case(name) for name in names],
        "shifts": [shift()],
    }
    plain["clock_segments"] = list(clocks)
    plain["case_events"] = [owner(name, at + MINUTE) for name, at in names.items()] if events is None else events
    put(warehouse, NOON, **{**plain, **tables})


def raised(case_id: str, **more: Any) -> list[Row]:
    """A clock of an hour whose target becomes a quarter of one after 20 minutes; answered after 40."""
    moved, new = AT + 20 * MINUTE, {"priority": "urgent", "target_seconds": 900, **more}
    due = AT + 15 * MINUTE
    stopped = new.pop("stopped_at", AT + 40 * MINUTE)
    plain = {"segment": 2, "since_at": moved, "before_seconds": 1200, "due_at": due, "breaches_at": due}
    first = segment(case_id, AT, until_at=moved)
    return [first, segment(case_id, AT, **{**plain, "stopped_at": stopped, **new})]


def history(a_count: int, hours_count: int = 48) -> list[Row]:
    """So many first responses in each hour up to the day of AT, each given within ten minutes."""
    midnight = AT.replace(hour=0)
    begins = [midnight - number * HOUR for number in range(1, hours_count + 1)]
    return [
        segment(f"x:h{at:%d%H}{number}", at + number * MINUTE, stopped_at=at + (number + 10) * MINUTE)
        for at in begins
        for number in range(a_count)
    ]


def waiting(name: str, count: int, **more: Any) -> list[Row]:
    """Clocks that began ten minutes before AT and were answered within their hour, but after AT."""
    given = {"started_at": AT - 10 * MINUTE, "stopped_at": AT + 20 * MINUTE, **more}
    return [segment(f"x:{name}{number}", **given) for number in range(count)]
