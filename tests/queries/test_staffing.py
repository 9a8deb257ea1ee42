"""Staffing terms, planned events and rest days in the warehouse: what is kept when the site file is edited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.staffing import PlannedRow, RestRow, Staffing, StaffingRow
from queries.versions import write_versions
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, plain

DAY = timedelta(days=1)
TABLES = {"staffing": 6, "demand_events": 5, "rest_spans": 5}


def terms(track: str | None = None, **more: Any) -> StaffingRow:
    given: dict[str, Any] = {"handling_seconds": 360, "occupancy_share": 0.85, "shrinkage_share": 0.3}
    return StaffingRow(track, **{**given, "patience_seconds": None, "mention_share": 0.0, **more})


def planned(start: float, end: float, factor: float = 1.8, *languages: str, name: str = "Winter sale") -> PlannedRow:
    """An event from `start` to `end`, in hours from noon."""
    return PlannedRow(name, languages, NOON + start * HOUR, NOON + end * HOUR, factor)


def rest(start: float, days: int = 3, place: str = "Berlin", name: str | None = "Christmas Day") -> RestRow:
    """A span that begins `start` hours from noon."""
    since = NOON + start * HOUR
    return RestRow(place, name, since, since + days * DAY, days)


def rows(warehouse: Warehouse, table: str, known_at: datetime | None = None) -> set[tuple[Any, ...]]:
    """The rows of a table as they were known at `known_at`, else as they are, without when that was."""
    at = plain(known_at or NOON + 999 * DAY)
    visible = "known_from_at <= $at AND (known_until_at IS NULL OR known_until_at > $at)"
    cursor = warehouse.cursor()
    try:
        found = cursor.execute(f"SELECT * FROM {table} WHERE {visible}", {"at": at}).fetchall()
    finally:
        cursor.close()
    told = [tuple(tuple(value) if isinstance(value, list) else value for value in row) for row in found]
    assert len(told) == len(set(told)), "none twice"
    return {row[: TABLES[table]] for row in told}


def stored(*kept: Any) -> set[tuple[Any, ...]]:
    """Rows as they are stored."""
    return {
        tuple(plain(value) if isinstance(value := getattr(row, name), datetime) else value for name in row.__slots__)
        for row in kept
    }


def count(warehouse: Warehouse) -> dict[str, int]:
    """All rows ever written."""
    cursor = warehouse.cursor()
    try:
        return {table: len(cursor.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
    finally:
        cursor.close()


TERMS = [terms(), terms("incident", handling_seconds=600, patience_seconds=300)]
PLANNED = [planned(-40, -30), planned(20, 40, 1.8, "de", "en"), planned(20, 40, 0.5, name="Strike")]
RESTS = [rest(-20), rest(90), rest(90, 4, "support", None)]


def test_what_is_said_is_kept_and_read_again_nothing_is_written(warehouse: Warehouse) -> None:
    kept = Staffing(warehouse)
    assert kept.keep([], [], [], NOON) is False, "nothing said is nothing to keep"
    revision = warehouse.state[0]
    assert kept.keep(TERMS, PLANNED, RESTS, NOON) is True
    assert warehouse.state[0] == revision + 1
    assert rows(warehouse, "staffing") == stored(*TERMS)
    assert rows(warehouse, "demand_events") == stored(*PLANNED)
    assert rows(warehouse, "rest_spans") == stored(*RESTS)
    written = count(warehouse)
    for later in (timedelta(0), HOUR, 50 * HOUR, 100 * DAY):
        assert (
            kept.keep(reversed(TERMS), PLANNED, [one for one in RESTS if one.until_at > NOON + later], NOON + later)
            is False
        )
    assert (count(warehouse), warehouse.state[0]) == (written, revision + 1)


def test_only_what_has_changed_ends_and_what_was_known_is_still_told(warehouse: Warehouse) -> None:
    kept = Staffing(warehouse)
    kept.keep(TERMS, PLANNED, RESTS, NOON - HOUR)
    before, written = warehouse.state[1], count(warehouse)
    longer = [terms(handling_seconds=420), TERMS[1]]
    assert kept.keep(longer, PLANNED, RESTS, NOON)
    assert rows(warehouse, "staffing") == stored(*longer)
    assert rows(warehouse, "staffing", before) == stored(*TERMS)
    assert count(warehouse) == {**written, "staffing": written["staffing"] + 1}
    # what a track said of its own goes with its table; unknown handling is unknown, and not none
    assert kept.keep([terms(handling_seconds=None)], PLANNED[:2], RESTS[1:], NOON + HOUR)
    assert rows(warehouse, "staffing") == stored(terms(handling_seconds=None))
    assert rows(warehouse, "demand_events") == stored(*PLANNED[:2])
    assert rows(warehouse, "rest_spans") == stored(*RESTS[1:])
    assert rows(warehouse, "demand_events", before) == stored(*PLANNED)


def test_an_event_that_is_over_was_what_it_was_though_the_file_tells_of_it_no_longer(warehouse: Warehouse) -> None:
    kept = Staffing(warehouse)
    kept.keep([], PLANNED, [], NOON)
    # next year's sale is written over this year's, once that is over
    ahead = planned(8000, 8020)
    assert kept.keep([], [PLANNED[2], ahead], [], NOON + 60 * HOUR)
    assert rows(warehouse, "demand_events") == stored(*PLANNED, ahead)
    # and one that is not over has been called off
    assert kept.keep([], [], [], NOON + 61 * HOUR)
    assert rows(warehouse, "demand_events") == stored(*PLANNED)


def test_what_was_expected_of_an_event_that_is_over_can_be_told_otherwise(warehouse: Warehouse) -> None:
    kept = Staffing(warehouse)
    kept.keep([], PLANNED, [], NOON)
    better = planned(-40, -31, 2.5)
    assert kept.keep([], [better, *PLANNED[1:]], [], NOON)
    assert rows(warehouse, "demand_events") == stored(better, *PLANNED[1:]), "one event, not one on the other"


def test_rest_days_that_have_passed_stay_and_those_to_come_are_as_they_are_said(warehouse: Warehouse) -> None:
    kept = Staffing(warehouse)
    kept.keep([], [], [rest(-20), rest(100), rest(300)], NOON)
    later = NOON + 100 * HOUR + 1 * DAY
    assert kept.keep([], [], [rest(100, name="Christmas Day, Boxing Day"), rest(900)], later)
    assert rows(warehouse, "rest_spans") == stored(rest(-20), rest(100, name="Christmas Day, Boxing Day"), rest(900))
    assert kept.keep([], [], [], later + DAY)
    assert stored(rest(-20)) <= rows(warehouse, "rest_spans")


def test_the_terms_of_every_track_and_of_one_are_two_rows(warehouse: Warehouse) -> None:
    kept = Staffing(warehouse)
    kept.keep([terms(), terms("incident")], [], [], NOON)
    kept.keep([terms(mention_share=0.1), terms("incident")], [], [], NOON + HOUR)
    assert rows(warehouse, "staffing") == stored(terms(mention_share=0.1), terms("incident"))


def test_all_three_are_written_or_none(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Staffing(warehouse)
    kept.keep(TERMS, PLANNED, RESTS, NOON)
    revision, written = warehouse.state, count(warehouse)
    plainly = write_versions

    def dying(inside: Any, table: str, *rest_of_it: Any) -> None:
        if table == "rest_spans":
            raise KeyboardInterrupt
        plainly(inside, table, *rest_of_it)

    with monkeypatch.context() as patch:
        patch.setattr("queries.staffing.write_versions", dying)
        with pytest.raises(KeyboardInterrupt):
            kept.keep([terms(handling_seconds=1)], [], [rest(200)], NOON)
    assert (warehouse.state, count(warehouse)) == (revision, written)
    assert kept.keep([terms(handling_seconds=1)], [], [rest(200)], NOON)
