"""A lake gives the same answers about coverage as DuckDB's own file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.people.test_coverage import DAY, answered, shift, terms
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import MINUTE, Row, put

WEEK = {"since": NOON - DAY, "until": NOON + DAY}
ASKED: dict[str, dict[str, Any]] = {
    "coverage_slots": WEEK,
    "coverage_week": WEEK,
    "coverage_summary": WEEK,
    "coverage_gaps": {"days": 2},
    "demand_by_slot": {"since": NOON - 7 * DAY, "until": NOON},
    "demand_forecast": {"hours": 24},
    "roster_gaps": WEEK,
    "staffed_slots": WEEK,
    "who_is_on": {},
}


def told(kind: str, folder: Path) -> dict[str, pd.DataFrame]:
    """Nine weeks of messages in two languages, two sites that hand over to each other, and what is said of them."""
    warehouse = Warehouse(f"{kind}:w", folder / f"w.{kind}", NOON - 90 * DAY)
    known: Row = {"known_from_at": NOON - 80 * DAY}
    came = [
        answered(f"x:{n}", NOON - 63 * DAY + n * 151 * MINUTE, language=("en", "ja", None)[n % 3], **known)
        for n in range(600)
    ]
    waits = [segment(f"x:w{n}", NOON - n * MINUTE, language="en", **known) for n in range(9)]
    put(
        warehouse,
        NOON - 80 * DAY,
        staffing=[terms(**known)],
        policies=[policy(public_frt_seconds=7200, **known)],
        calendar_hours=[{**hours(), **known}],
        clock_segments=[*came, *waits],
    )
    shifts = [
        shift(day * 24 + start, day * 24 + end, 2, site, agents=(agent,), languages=tongues)
        for day in range(-3, 4)
        for site, agent, start, end, tongues in (("Berlin", "Jens", -4, 5, ("en",)), ("Osaka", "Aya", 6, 19, ("ja",)))
    ]
    Roster(warehouse).keep(shifts, NOON - 80 * DAY)
    answers = Answers(warehouse, load_catalogue(), DictCache())
    found = {question: answers.ask(question, given, NOON).frame for question, given in ASKED.items()}
    warehouse.close()
    return found


def test_a_lake_says_of_people_what_a_file_says(tmp_path: Path) -> None:
    ours, theirs = told("duckdb", tmp_path), told("ducklake", tmp_path)
    for question, frame in ours.items():
        assert not frame.empty, question
        pd.testing.assert_frame_equal(frame, theirs[question], obj=question)
