"""What must change nothing: reading again, arriving late or in pieces, a file edited for the past, the host's zone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.upkeep import Upkeep
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.promises.keeping import BERLIN, clock, promise, segments
from tests.promises.random_cases import world
from tests.promises.test_clocks import LATER, MONDAY, asked, at, reply, said, tell
from tests.promises.worlds import Case
from tests.queries.case_rows import records
from tests.rows import case, event, keep, mention

HOUR = timedelta(hours=1)
ZONES = ("America/New_York", "Asia/Kolkata")


@pytest.fixture
def desk(ledger: Ledger) -> Ledger:
    """A ledger whose warehouse promises what BERLIN says."""
    promise(ledger.warehouse, now=LATER)
    return ledger


def all_versions(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """Every segment that was ever known."""
    cursor = warehouse.cursor()
    found = cursor.execute("SELECT * FROM clock_segments ORDER BY ALL").fetchall()
    cursor.close()
    return found


def test_reading_the_same_again_changes_nothing(desk: Ledger) -> None:
    told = (reply(MONDAY + HOUR), asked(MONDAY + 2 * HOUR), said("resolved", MONDAY + 3 * HOUR))
    before = all_versions(tell(desk, *told))
    assert all_versions(tell(desk, *told)) == before
    assert promise(desk.warehouse, now=LATER + HOUR) is False
    assert all_versions(desk.warehouse) == before


def test_a_note_that_moves_no_clock_writes_no_segment(desk: Ledger) -> None:
    before = all_versions(tell(desk, reply(MONDAY + HOUR)))
    assert all_versions(tell(desk, reply(MONDAY + HOUR), said("moved", MONDAY + 2 * HOUR, place="private"))) == before


def test_an_event_that_arrives_late_counts_from_when_it_happened(desk: Ledger) -> None:
    tell(desk, reply(MONDAY + 5 * HOUR))
    assert clock(desk.warehouse)["elapsed_seconds"] == 5 * 3600
    tell(desk, reply(MONDAY + HOUR))
    assert clock(desk.warehouse)["elapsed_seconds"] == 3600


def test_what_was_known_yesterday_is_still_to_be_had(desk: Ledger) -> None:
    tell(desk, reply(MONDAY + 5 * HOUR))
    answers = Answers(desk.warehouse, load_catalogue(), DictCache())
    given = {"since": MONDAY, "until": MONDAY + HOUR}
    yesterday, known_at = records(answers.ask("sla_clocks", given, LATER).frame), desk.warehouse.state[1]
    tell(desk, reply(MONDAY + HOUR), said("resolved", MONDAY + 6 * HOUR))
    assert records(answers.ask("sla_clocks", given, LATER).frame) != yesterday
    assert records(answers.ask("sla_clocks", {**given, "known_at": known_at}, LATER).frame) == yesterday


@pytest.mark.parametrize("number", [0, 3, 25])
def test_in_whatever_pieces_a_world_arrives_its_clocks_are_the_same(number: int, tmp_path: Path) -> None:
    cases = [one for one in world(number).cases if not one.is_drill][:120]
    whole, pieces = (Ledger(Warehouse("duckdb:x", tmp_path / f"{name}.duckdb", LATER)) for name in ("whole", "pieces"))
    for ledger in (whole, pieces):
        promise(ledger.warehouse, now=LATER)
    rows = [row for one in cases for row in _rows(one)]
    _commit(whole, rows)
    dice = Random(number)
    dice.shuffle(rows)
    for start in range(0, len(rows), 60):
        _commit(pieces, rows[start : start + 60])
    assert len(segments(whole.warehouse)) > 100
    told = "* EXCLUDE (known_from_at, known_until_at)"
    assert segments(pieces.warehouse, told) == segments(whole.warehouse, told)
    for ledger in (whole, pieces):
        ledger.warehouse.close()


def _rows(one: Case) -> list[tuple[str, Any]]:
    version, number = one.versions[0], one.case_id.partition(":")[2]
    item = f"x:post-{number}"
    record = case(number, opened_at=one.opened_at, item_id=item, track=version.track, priority=version.priority)
    found: list[tuple[str, Any]] = [("cases", record)]
    if one.published_at:
        kind = "owned" if one.is_owned_item else "earned"
        found.append(("rows", mention(f"post-{number}", published_at=one.published_at, source_class=kind)))
    for happened in one.events:
        told = {
            name: getattr(happened, name)
            for name in ("actor_kind", "visibility", "reason", "track", "priority", "calendar", "other_case_id")
        }
        more = {"event_id": str(happened.event_key), "happened_at": happened.happened_at, "is_drill": happened.is_drill}
        found.append(("events", event(number, happened.kind, **{**told, **more})))
    return found


def _commit(ledger: Ledger, rows: list[tuple[str, Any]]) -> None:
    posts, cases, events = ([row for name, row in rows if name == kind] for kind in ("rows", "cases", "events"))
    keep(ledger, *posts, now=LATER, cases=cases, events=events)


LONGER = BERLIN.replace('frt = "4h"', 'frt = "24h"')
SHUT = BERLIN.replace('"09:00-17:00"', '"13:00-14:00"')


@pytest.mark.parametrize("edited", [LONGER, SHUT], ids=["targets", "opening hours"])
def test_a_file_edited_for_the_past_leaves_the_past_as_it_was(desk: Ledger, edited: str) -> None:
    tell(desk, reply(MONDAY + 5 * HOUR), said("resolved", MONDAY + 6 * HOUR))
    before = all_versions(desk.warehouse)
    assert promise(desk.warehouse, edited, LATER) is True
    assert all_versions(desk.warehouse) == before


def test_a_file_edited_for_the_past_gives_the_same_history_to_what_is_computed_later(desk: Ledger) -> None:
    promise(desk.warehouse, LONGER, LATER)
    tell(desk, reply(MONDAY + 5 * HOUR))
    assert clock(desk.warehouse)["target_seconds"] == 4 * 3600


def test_new_opening_hours_move_what_is_still_to_come(desk: Ledger) -> None:
    evening = at("2025-12-31T16:00")
    tell(desk, opened_at=evening, priority="normal")
    assert clock(desk.warehouse)["due_at"] == at("2026-01-01T12:00")
    promise(desk.warehouse, BERLIN.replace('thu = ["09:00-17:00"]', "thu = []"), at("2025-12-31T17:30"))
    assert clock(desk.warehouse)["due_at"] == at("2026-01-02T12:00")


def test_new_targets_move_no_clock_that_runs(desk: Ledger) -> None:
    tell(desk, opened_at=at("2025-12-31T16:00"))
    before = all_versions(desk.warehouse)
    promise(desk.warehouse, LONGER, at("2025-12-31T16:30"))
    assert all_versions(desk.warehouse) == before


def test_cases_of_a_removed_source_leave_no_clock(desk: Ledger) -> None:
    tell(desk, reply(MONDAY + HOUR))
    Upkeep(desk.warehouse).remove_source("hand", LATER, with_rows=True)
    assert segments(desk.warehouse) == []


def test_what_retention_deletes_leaves_no_clock(ledger: Ledger) -> None:
    promise(ledger.warehouse, now=LATER)
    keep(ledger, cases=[case(1, opened_at=MONDAY)], events=[reply(MONDAY + HOUR)], now=LATER)
    ledger.declare_sources([])
    cursor = ledger.warehouse.cursor()
    cursor.execute("UPDATE sources SET retention_days = 30, is_active = true")
    cursor.close()
    Upkeep(ledger.warehouse).retain(LATER)
    assert segments(ledger.warehouse) == []


TOLD = """
from pathlib import Path
import sys
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.promises.keeping import promise, segments
from tests.promises.test_clocks import LATER, MONDAY, asked, reply, said, tell
from datetime import timedelta
ledger = Ledger(Warehouse("duckdb:x", Path(sys.argv[1]) / "w.duckdb", LATER))
promise(ledger.warehouse, now=LATER)
tell(ledger, reply(MONDAY + timedelta(hours=1)), asked(MONDAY + timedelta(hours=2)),
     said("paused", MONDAY + timedelta(hours=3), reason="crisis_hold"))
for row in segments(ledger.warehouse):
    print([str(one) for one in row])
"""


@pytest.mark.parametrize("zone", ZONES)
def test_the_hosts_zone_moves_no_clock(zone: str, tmp_path: Path) -> None:
    told = []
    for name, where in (("utc", "UTC"), ("there", zone)):
        folder = tmp_path / name
        folder.mkdir()
        ran = subprocess.run(
            [sys.executable, "-c", TOLD, str(folder)],
            env={**os.environ, "TZ": where},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        told.append(ran.stdout)
    assert told[0] == told[1] != ""


def test_instants_are_cut_to_whole_seconds(desk: Ledger) -> None:
    part = timedelta(milliseconds=700)
    found = clock(tell(desk, reply(MONDAY + HOUR + part), opened_at=MONDAY + part))
    assert (found["started_at"], found["elapsed_seconds"]) == (datetime(2025, 3, 3, 9, tzinfo=UTC), 3600)
