"""Hand-made calendars, policies and clock segments, put into the warehouse past the engine: for questions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from queries.keys import key
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, START, Row

ALWAYS = (NOON - timedelta(days=4000), NOON + timedelta(days=4000))


def hours(calendar: str = "always", opens_at: datetime = ALWAYS[0], closes_at: datetime = ALWAYS[1]) -> Row:
    """A span in which a calendar is open; the default is round the clock."""
    return {"calendar": calendar, "opens_at": opens_at, "closes_at": closes_at, "known_from_at": START}


def policy(track: str = "care", **more: Any) -> Row:
    """What a track promises from the beginning on: an hour, four hours, a day, kept in nine of ten."""
    plain: Row = {
        "track": track,
        "is_default": True,
        "calendar": "always",
        "frt_seconds": 3600,
        "nrt_seconds": 4 * 3600,
        "resolution_seconds": 24 * 3600,
        "attainment_target_share": 0.9,
        "known_from_at": START - timedelta(days=1),
    }
    return {**plain, **more}


def segment(case_id: str, started_at: datetime = NOON - HOUR, **more: Any) -> Row:
    """A running first response clock of one hour on the calendar "always", with whatever is to be different.

    Due date, elapsed time and the rest follow from what is given, as the engine would fill them in for a clock of one
    segment that never pauses.
    """
    target = more.get("target_seconds", 3600)
    stopped = more.get("stopped_at")
    due = None if target is None else started_at + timedelta(seconds=target)
    plain: Row = {
        "case_key": key(case_id),
        "case_id": case_id,
        "metric": "frt",
        "cycle": 1,
        "segment": 1,
        "brand": "Aurora",
        "platform": "x",
        "track": "care",
        "calendar": "always",
        "started_at": started_at,
        "since_at": started_at,
        "is_paused": False,
        "target_seconds": 3600,
        "before_seconds": 0,
        "due_at": due,
        "breaches_at": due,
        "outcome": "answered" if stopped else None,
        "elapsed_seconds": int((stopped - started_at).total_seconds()) if stopped else None,
        "known_from_at": START - timedelta(days=1),
    }
    return {**plain, **more}
