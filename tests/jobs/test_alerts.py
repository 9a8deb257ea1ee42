"""Looking ahead: gaps become alerts in time, once, and only when something can have moved."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jobs.alerts import LASTING_COUNT, Watch, gaps_found
from queries.alerts import Alerts
from queries.answers import DTYPES, Answer, Answers
from queries.catalogue import UnknownQuestion
from queries.warehouse import Warehouse, WarehouseError
from tests.conftest import NOON
from tests.jobs.sites import opened
from tests.queries.case_rows import HOUR, MINUTE, ask, plain

DAY = timedelta(days=1)
COLUMNS = {
    "since_at": "timestamp",
    "until_at": "timestamp",
    "language": "varchar",
    "gap_minutes": "bigint",
    "demand_count": "double",
    "after_sites": "varchar",
    "before_sites": "varchar",
}


def table(*gaps: tuple[str, float, float, float | None]) -> pd.DataFrame:
    """What coverage_gaps says: language, hours from noon, messages expected."""
    rows = [
        (plain(NOON + since * HOUR), plain(NOON + until * HOUR), language, round((until - since) * 60), count, "", "")
        for language, since, until, count in gaps
    ]
    columns = zip(COLUMNS, zip(*rows, strict=True) if rows else [()] * len(COLUMNS), strict=True)
    return pd.DataFrame({name: pd.Series(list(values), dtype=DTYPES[COLUMNS[name]]) for name, values in columns})


class Told:
    """Answers that say of coverage_gaps what a test has written, and count how often they are asked."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.frame = table()
        self.error: Exception | None = None
        self.asked: list[dict[str, Any]] = []

    def ask(self, question: str, given: Mapping[str, Any], now: datetime) -> Answer:
        assert question == "coverage_gaps"
        self.asked.append({**given, "now": now})
        if self.error:
            raise self.error
        return Answer(question, {}, 0, now, self.frame)


@pytest.fixture
def told(warehouse: Warehouse) -> Told:
    return Told(warehouse)


@pytest.fixture
def watch(told: Told, warehouse: Warehouse) -> Watch:
    return Watch(told, Alerts(warehouse))  # type: ignore[arg-type]


def standing(answers: Answers, now: datetime = NOON) -> list[Any]:
    found = ask(answers, "alerts", "kind", "subject", "since_at", now=now)
    return [(kind, subject, (since - plain(NOON)) / HOUR) for kind, subject, since in found]


def test_a_gap_ahead_is_raised_and_one_that_was_filled_ends(watch: Watch, told: Told, answers: Answers) -> None:
    told.frame = table(("all", 30, 31, 4.0), ("ja", 5, 8, 2.0))
    assert watch.look(NOON) is True
    assert standing(answers) == [("gap", "ja", 5), ("gap", "all", 30)]
    told.frame = table(("all", 30, 31, 4.0))
    assert watch.look(NOON + 15 * MINUTE) is True
    assert standing(answers) == [("gap", "all", 30)]


def test_nothing_is_asked_until_the_revision_or_the_quarter_has_moved(
    watch: Watch, told: Told, warehouse: Warehouse
) -> None:
    told.frame = table(("all", 30, 31, 4.0))
    assert watch.look(NOON) is True
    for minutes in (0, 1, 14):
        assert watch.look(NOON + minutes * MINUTE) is False
    assert len(told.asked) == 1, "what the first look wrote itself is no news either"
    watch.look(NOON + 15 * MINUTE)
    assert len(told.asked) == 2
    with warehouse.transaction() as inside:
        warehouse.bump(inside, warehouse.next_known_at(NOON))
    watch.look(NOON + 16 * MINUTE)
    assert [one["now"] for one in told.asked] == [NOON, NOON + 15 * MINUTE, NOON + 16 * MINUTE]


def test_a_gap_at_the_edge_of_what_is_seen_does_not_grow_with_every_look(
    watch: Watch, told: Told, answers: Answers
) -> None:
    edge = 14 * 24  # hours from noon

    def look(hours: float) -> bool:
        # one that begins behind another and goes on and on, and one that has been going on for ever
        rows = [("all", edge - 6, edge + hours, None)] if hours < 12 else [("all", edge - 6, edge + 11, None)]
        told.frame = table(*rows, ("ko", hours, edge + hours, 9.0))
        return watch.look(NOON + hours * HOUR)

    assert look(0)
    assert standing(answers) == [("gap", "ko", 0)], "of the other one nothing is seen yet that will last"
    assert [look(hours) for hours in (0.25, 6, 11.75)] == [False] * 3
    assert look(12)
    assert standing(answers) == [("gap", "ko", 0), ("gap", "all", edge - 6)], "told whole"
    assert [look(hours) for hours in (12.25, 18, 35.75)] == [False] * 3
    assert ask(answers, "alerts", "until_at", now=NOON)[0] == (plain(NOON + (edge + 12) * HOUR),)
    assert look(36)


def test_hardly_any_demand_raises_nothing_and_ends_nothing() -> None:
    gaps = table(("all", 1, 2, 0.0), ("all", 3, 4, None), ("ja", 1, 2, 0.6), ("ja", 3, 4, 1.0), ("ko", 1, 2, None))
    raises = [(one.subject, one.raises) for one in gaps_found(gaps, NOON + DAY)]
    assert raises == [("all", True), ("all", True), ("ja", False), ("ja", True), ("ko", True)]
    assert all(type(one.since_at) is datetime and one.since_at.tzinfo for one in gaps_found(gaps, NOON + DAY))
    assert LASTING_COUNT < 0.6


def test_an_alert_does_not_come_and_go_with_the_forecast(watch: Watch, told: Told, warehouse: Warehouse) -> None:
    told.frame = table(("ja", 5, 8, 1.1))
    assert watch.look(NOON)
    Alerts(warehouse).acknowledge("gap", "ja", NOON + 5 * HOUR, "ana", NOON)
    for minutes, count in enumerate((0.9, 1.2, 0.7, 1.0), 1):
        told.frame = table(("ja", 5, 8, count))
        assert watch.look(NOON + 15 * minutes * MINUTE) is False


@pytest.mark.parametrize("error", [UnknownQuestion("there is no such question"), WarehouseError("the disk is full")])
def test_when_nothing_can_be_seen_the_alerts_stay_and_the_next_minute_looks_again(
    watch: Watch, told: Told, answers: Answers, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    told.frame = table(("all", 30, 31, 4.0))
    watch.look(NOON)
    told.error = error
    with caplog.at_level(logging.WARNING, "watchfloor.alerts"):
        for minutes in (15, 16, 17):
            assert watch.look(NOON + minutes * MINUTE) is False
    assert [record.getMessage() for record in caplog.records] == [f"the hours ahead cannot be looked at: {error}"]
    assert standing(answers) == [("gap", "all", 30)]
    told.error, told.frame = None, table()
    assert watch.look(NOON + 18 * MINUTE) is True


def test_a_gap_found_again_from_now_on_is_the_one_it_was(watch: Watch, told: Told, answers: Answers) -> None:
    told.frame = table(("all", 1, 2, 4.0))
    watch.look(NOON)
    told.frame = table(("all", 1.25, 2, 4.0))
    assert watch.look(NOON + 1.25 * HOUR) is False
    assert standing(answers, NOON + 1.25 * HOUR) == [("gap", "all", 1)]


SITE = """
[site]
name = "Air desk"
timezone = "UTC"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[shift]]
site = "Berlin"
timezone = "UTC"
heads = 2
start = "00:00"
end = "00:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat"]
"""


def test_a_house_raises_the_roster_hole_of_its_site_file_and_ends_it_when_it_is_filled(tmp_path: Path) -> None:
    with opened(tmp_path, SITE, NOON) as house:
        assert house.look_ahead() is True
        sunday = NOON + 12 * HOUR
        found = ask(house.answers, "alerts", "kind", "subject", "since_at", "until_at", now=NOON)
        assert found[0] == ("gap", "all", plain(sunday), plain(sunday + DAY))
        assert [row[2] for row in found] == [plain(sunday), plain(sunday + 7 * DAY)]
        assert house.look_ahead() is False
        house.path.write_text(SITE.replace('"sat"]', '"sat", "sun"]'), encoding="utf-8")
        assert house.reread()
        assert house.look_ahead() is True
        assert ask(house.answers, "alerts", now=NOON) == []


def test_a_frame_carries_the_alerts_and_what_is_not_known_leaves_the_walls_mark_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, SITE, NOON) as house:
        house.look_ahead()

        def drawn() -> dict[str, Any]:
            return house.frames.draw(house.served.site, ("main", "pulse"), NOON, "b1")

        frame = drawn()
        assert frame["values"]["wall:ahead-count"] == "2 alerts ahead"
        assert frame["values"]["wall:ahead-first"] == "Nobody on shift Sun 00:00 to Mon 00:00"
        assert frame["states"]["wall:ahead"] == "warn"
        plain_ask = house.answers.ask

        def broken(question: str, *rest: Any) -> Answer:
            if question == "alerts":
                raise WarehouseError("the disk is full")
            return plain_ask(question, *rest)

        monkeypatch.setattr(house.answers, "ask", broken)
        frame = drawn()
        assert not [name for part in ("values", "states") for name in frame[part] if name.startswith("wall:ahead")]
        assert frame["values"]["pulse:mentions_hour:value"], "the rest of the picture is drawn"
