"""The engine, asked the way the walker is: a world goes into a warehouse of its own, its clocks come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from config.calendars import Calendar
from jobs import calendars
from queries import clocks
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.keys import key
from queries.policies import HoursRow
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.promises.random_cases import MINUTES_WORLDS, SECONDS_WORLDS, world
from tests.promises.worlds import Case, Clock, Hours, World
from tests.queries.case_rows import Row, put

_LONG_AGO = datetime(2005, 1, 1, tzinfo=UTC)
_AS_OF = """
SELECT case_id, metric, cycle, started_at, CASE WHEN stopped_at <= $now THEN stopped_at END,
       CASE WHEN stopped_at <= $now THEN outcome END, due_at, track, priority, calendar,
       is_paused AND NOT coalesce(stopped_at <= $now, false)
FROM clock_segments
WHERE known_until_at IS NULL AND since_at <= $now AND (until_at IS NULL OR until_at > $now)
"""


def clocks_by_engine(told: World, now: datetime) -> list[Clock]:
    """All clocks of a world as of `now`; what comes later is not told to the engine."""
    known = told.until(now)
    with TemporaryDirectory() as folder:
        warehouse = Warehouse("duckdb:x", Path(folder) / "world.duckdb", _LONG_AGO)
        try:
            _fill(warehouse, known, now)
            with warehouse.transaction() as inside:
                known_at = warehouse.next_known_at(now)
                clocks.recompute(inside, known_at)
                # what is at risk depends on how fast others were answered: the walker knows each case alone
                inside.execute("UPDATE clock_segments SET assigned_at = NULL")
                warehouse.bump(inside, known_at)
            return list(_clocks(warehouse, now))
        finally:
            warehouse.close()


def _fill(warehouse: Warehouse, told: World, now: datetime) -> None:
    put(
        warehouse,
        now,
        calendar_hours=_hours(told.name),
        policies=[_policy(told, number) for number in range(len(told.promises))],
        cases=[row for case in told.cases for row in _versions(case)],
        mentions=[row for case in told.cases for row in _post(case)],
        case_events=[row for case in told.cases for row in _events(case)],
    )


@cache
def _hours(name: str) -> list[Row]:
    """The opening hours of the world of that name, some months around its last moment."""
    whole = next(one for one in map(world, (*MINUTES_WORLDS, *SECONDS_WORLDS)) if one.name == name)
    tables: dict[str, list[Calendar]] = {}
    for hours in whole.calendars:
        tables.setdefault(hours.name, []).append(_calendar(hours))
    near, last = timedelta(days=200), whole.nows[-1]
    found = written_near(tables, last, near)
    return [_span(row) for row in found if row.closes_at > last - near and row.opens_at < last + near]


def written_near(tables: Mapping[str, Sequence[Calendar]], now: datetime, near: timedelta) -> set[HoursRow]:
    """Calendars written out from `near` before `now` on: in the twenty years before it there is no case."""
    with patch.object(calendars, "FIRST", (now - near - timedelta(days=30)).date()):
        found, _ = calendars.written_out(tables, ZoneInfo("UTC"), now)
    return found


def _span(row: HoursRow) -> Row:
    return {"calendar": row.calendar, "opens_at": row.opens_at, "closes_at": row.closes_at, "known_from_at": _LONG_AGO}


def _calendar(hours: Hours) -> Calendar:
    """The same in the words of the site file."""
    table: dict[str, Any] = {} if hours.since is None else {"from": hours.since}
    if hours.always:
        return Calendar.model_validate({**table, "always": True})
    if hours.union:
        return Calendar.model_validate({**table, "union": list(hours.union)})
    special = {day.isoformat(): list(spans) for day, spans in hours.special.items()}
    opened = {day: list(spans) for day, spans in hours.open.items()}
    table |= {"timezone": hours.timezone, "open": opened, "special": special}
    if hours.holidays:
        table["holidays"] = {"also": list(hours.holidays)}
    return Calendar.model_validate(table)


def _policy(told: World, number: int) -> Row:
    row = told.promises[number]
    return {
        "track": row.track.strip().lower(),
        "priority": None if row.priority is None else row.priority.strip().lower(),
        "is_default": row.track.strip().lower() == told.default_track.strip().lower(),
        "calendar": row.calendar,
        "frt_seconds": row.frt_seconds,
        "nrt_seconds": row.nrt_seconds,
        "resolution_seconds": row.resolution_seconds,
        "attainment_target_share": 0.9,
        "from_at": row.from_at,
        "until_at": row.until_at,
        "known_from_at": _LONG_AGO,
    }


def _versions(case: Case) -> Iterator[Row]:
    for number, version in enumerate(case.versions):
        following = case.versions[number + 1] if number + 1 < len(case.versions) else None
        yield {
            "case_id": case.case_id,
            "case_key": key(case.case_id),
            "item_key": key("post", case.case_id),
            "brand": "Aurora",
            "platform": "x",
            "opened_at": case.opened_at,
            "track": version.track,
            "priority": version.priority,
            "updated_at": version.updated_at,
            "is_drill": case.is_drill,
            "known_from_at": version.known_at,
            "known_until_at": following.known_at if following else None,
        }


def _post(case: Case) -> Iterator[Row]:
    if case.published_at is not None:
        yield {
            "item_id": f"post of {case.case_id}",
            "item_key": key("post", case.case_id),
            "brand": "Aurora",
            "platform": "x",
            "published_at": case.published_at,
            "source_class": "owned" if case.is_owned_item else "earned",
            "is_drill": False,
            "known_from_at": case.published_at,
        }


def _events(case: Case) -> Iterator[Row]:
    for event in case.events:
        yield {
            "case_id": case.case_id,
            "case_key": key(case.case_id),
            "platform": "x",
            "kind": event.kind,
            "happened_at": event.happened_at,
            "event_key": event.event_key,
            "actor_kind": event.actor_kind,
            "visibility": event.visibility,
            "reason": event.reason,
            "track": event.track,
            "priority": event.priority,
            "calendar": event.calendar,
            "other_case_id": event.other_case_id,
            "other_case_key": None if event.other_case_id is None else key(event.other_case_id),
            "is_drill": event.is_drill,
            "known_from_at": event.happened_at,
        }


def _clocks(warehouse: Warehouse, now: datetime) -> Iterator[Clock]:
    asked = {"since": _LONG_AGO, "until": now + timedelta(days=1)}
    told = Answers(warehouse, load_catalogue(), DictCache()).read("sla_clocks", asked, now).frame
    states = {(row.case_id, row.metric, row.cycle): row for row in told.itertuples()}
    cursor = warehouse.cursor()
    for row in cursor.execute(_AS_OF, {"now": now.replace(tzinfo=None)}).fetchall():
        state = states.pop(row[:3], None)
        if state is None:
            continue  # promised nothing yet
        yield Clock(
            case_id=row[0],
            metric=row[1],
            cycle=row[2],
            started_at=row[3].replace(tzinfo=UTC),
            stopped_at=row[4] and row[4].replace(tzinfo=UTC),
            outcome=row[5],
            elapsed_seconds=int(str(state.elapsed_seconds)),
            target_seconds=int(str(state.target_seconds)),
            due_at=row[6] and row[6].replace(tzinfo=UTC),
            state=str(state.state),
            track=row[7],
            priority=row[8],
            calendar=row[9],
            is_paused=bool(row[10]),
        )
    cursor.close()
    assert not states, f"sla_clocks tells of clocks nobody knows: {list(states)}"
