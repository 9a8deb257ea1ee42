"""The archive: what was handed out stays as it was, and the same thing is not kept twice in a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from queries.snapshots import Archive, Archived
from queries.warehouse import Warehouse
from tests.conftest import NOON

DAY = timedelta(days=1)
MADE = Archived("2026-W46", NOON - 12 * DAY, NOON - 5 * DAY, NOON, 7, "aa", "<p>46</p>")


def test_a_page_made_of_the_same_inputs_is_the_one_that_is_there(warehouse: Warehouse) -> None:
    archive = Archive(warehouse)
    assert archive.newest() is None
    assert archive.keep(MADE) is MADE
    again = replace(MADE, made_at=NOON + DAY, html="<p>later</p>")
    assert archive.keep(again) == MADE
    assert archive.listed() == [replace(MADE, html="")]


def test_other_inputs_make_another_version_and_the_old_one_stays(warehouse: Warehouse) -> None:
    archive = Archive(warehouse)
    other = replace(MADE, made_at=NOON + DAY, inputs_hash="bb", html="<p>46 again</p>")
    back = replace(MADE, made_at=NOON + 2 * DAY)
    later = replace(MADE, week="2026-W47", since=MADE.until, until=MADE.until + 7 * DAY, html="<p>47</p>")
    for made in (MADE, later, other):
        assert archive.keep(made) is made
    assert archive.newest() == later
    assert archive.newest("2026-W46") == other
    assert archive.newest("2026-W46", "aa") == MADE
    assert archive.newest("2026-W46", "cc") is None
    # what holds again after it did not is told again: the newest version is always what is true
    archive.keep(back)
    assert archive.newest("2026-W46") == back
    assert [one.week for one in archive.listed()] == ["2026-W47", "2026-W46", "2026-W46", "2026-W46"]


def test_keeping_a_page_changes_no_answer(warehouse: Warehouse) -> None:
    state = warehouse.state
    Archive(warehouse).keep(MADE)
    assert warehouse.state == state
