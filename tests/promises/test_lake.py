"""A lake gives the same clocks as DuckDB's own file, and the same answers about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.keeping import promise, segments
from tests.promises.test_flattery import BEGUN, DAY, HABITS, HOUR, ROUND_THE_CLOCK, WEEK, _case, _events
from tests.queries.case_rows import records
from tests.rows import event, keep

ASKED = ("sla_clocks", "sla_attainment", "sla_due", "sla_next", "sla_burn", "time_to_response", "backlog_ageing",
         "promise_kept", "breach_causes", "breach_forecast", "double_replies")  # fmt: skip


def told(kind: str, folder: Path) -> tuple[list[Any], dict[str, list[Any]]]:
    """The segments of a desk's week that came in three commits, and what the questions say of them."""
    warehouse = Warehouse(f"{kind}:w", folder / f"w.{kind}", NOON - 60 * DAY)
    ledger = Ledger(warehouse)
    promise(warehouse, ROUND_THE_CLOCK, NOON - 30 * DAY)
    keep(ledger, cases=[_case(number) for number in range(40)])
    keep(ledger, events=[one for number in range(40) for one in _events(number)])
    keep(ledger, **HABITS["left alone, days ago"])
    # known late: what is stored of it ends, and another version begins
    keep(ledger, events=[event(7, happened_at=BEGUN + 21 * HOUR, event_id="late")])
    answers, catalogue = Answers(warehouse, load_catalogue(), DictCache()), load_catalogue()
    found = {}
    for question in ASKED:
        takes = {param.name for param in catalogue[question].params}
        given = {name: value for name, value in WEEK.items() if name in takes}
        found[question] = records(answers.ask(question, given, NOON).frame)
    stored = segments(warehouse, "* EXCLUDE (known_from_at, known_until_at)")
    warehouse.close()
    return stored, found


def test_a_lake_gives_the_same_clocks_and_the_same_answers(tmp_path: Path) -> None:
    stored, found = told("duckdb", tmp_path)
    assert len(stored) > 200
    assert (stored, found) == told("ducklake", tmp_path)
