"""Real cases through the shipped example sites: every count and percentile is that of another program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jobs.house import House
from tests.jobs.sites import LATE, opened

EXAMPLES = Path(__file__).resolve().parents[2] / "config" / "example"
EVER = {"since": datetime(2000, 1, 1, tzinfo=UTC), "until": LATE}
A_HUNDREDTH_MINUTE = 0.6  # seconds


def expected(data_folder: Path, part: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((data_folder / "EXPECTED.json").read_text())
    return dict(whole[part])


@contextmanager
def read_whole(folder: Path, text: str) -> Iterator[House]:
    """The house of a site file, every source read to its end without an error or a refusal."""
    with opened(folder, text) as house:
        for source in house.live.values():
            report = house.collector.run_to_end(source, house.understanding)
            assert report.error is None, (source.name, report.error)
        yield house


def ask(house: House, question: str, **params: Any) -> pd.DataFrame:
    return house.answers.ask(question, params, params.pop("now", LATE)).frame


def same_time(row: Any, wanted: dict[str, float]) -> None:
    for name, minutes in wanted.items():
        assert row[f"{name}_seconds"] == pytest.approx(minutes * 60, abs=A_HUNDREDTH_MINUTE), name


@pytest.fixture(scope="module")
def replies(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    text = (EXAMPLES / "reply-log.toml").read_text()
    text = text.replace("data/response_pairs.csv", str(data_folder / "cases" / "twcs" / "response_pairs.csv"))
    with read_whole(tmp_path_factory.mktemp("replies"), text) as house:
        yield house


def test_the_reply_log_is_counted_as_another_program_counts_it(replies: House, data_folder: Path) -> None:
    wanted = expected(data_folder, "twcs_pairs")
    row = ask(replies, "response_times", **EVER).iloc[0]
    assert row["cases_count"] == row["answered_count"] == wanted["distinct_customer_tweets"] == 23_363
    frt = wanted["frt_minutes"]
    same_time(row, {name: frt[name] for name in ("p50", "p90", "p95")})
    assert row["within_15m_share"] == pytest.approx(wanted["within_15m"], abs=5e-6)
    assert row["within_60m_share"] == pytest.approx(wanted["within_60m"], abs=5e-6)


def test_each_brand_of_the_reply_log_has_its_own_times(replies: House, data_folder: Path) -> None:
    wanted = expected(data_folder, "twcs_pairs")["by_brand"]
    frame = ask(replies, "response_times", **EVER, group_by="brand").set_index("group_name")
    assert set(frame.index) == set(wanted)
    assert len(frame) == 72
    for brand, numbers in wanted.items():
        row = frame.loc[brand]
        assert row["cases_count"] == numbers["n"], brand
        same_time(row, {"p50": numbers["p50"], "p90": numbers["p90"]})


def test_customers_are_pseudonyms_and_still_as_many(replies: House, data_folder: Path) -> None:
    cursor = replies.warehouse.cursor()
    known = cursor.execute(
        "SELECT count(DISTINCT customer_id), bool_and(customer_id LIKE 'customer-%') FROM cases"
    ).fetchone()
    cursor.close()
    assert known == (expected(data_folder, "twcs_pairs")["customers"], True)


THREADS = """
[site]
name = "Threads"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Acme"
terms = ["acme"]
"""


def test_whole_threads_are_counted_as_another_program_counts_them(data_folder: Path, tmp_path: Path) -> None:
    example = (EXAMPLES / "reply-log.toml").read_text()
    commented = example[example.index("# [[source]]") :]
    tables = "\n".join(line.removeprefix("#").removeprefix(" ") for line in commented.splitlines())
    text = THREADS + tables.replace("data/threads.csv", str(data_folder / "cases" / "twcs" / "twcs_threads.csv"))
    wanted = expected(data_folder, "twcs_threads")
    with read_whole(tmp_path, text) as house:
        row = ask(house, "response_times", **EVER).iloc[0]
    assert row["cases_count"] == wanted["inbound_roots"]
    assert row["answered_count"] == wanted["roots_with_direct_brand_reply"]
    same_time(row, {name: wanted["frt_minutes"][name] for name in ("p50", "p90", "p95")})


@pytest.fixture(scope="module")
def desk(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    log = next((data_folder / "cases" / "servicenow").glob("*.csv"))
    text = (EXAMPLES / "event-log.toml").read_text().replace("data/incident_event_log.csv", str(log))
    with read_whole(tmp_path_factory.mktemp("desk"), text) as house:
        yield house


def test_the_event_log_is_counted_as_another_program_counts_it(desk: House, data_folder: Path) -> None:
    wanted = expected(data_folder, "servicenow")
    row = ask(desk, "resolution_times", **EVER).iloc[0]
    assert row["cases_count"] == wanted["incidents"]
    assert row["cases_count"] - row["resolved_count"] == wanted["unresolved"]
    assert row["reopened_count"] == wanted["reopened"]
    for name in ("p50", "p90", "p95"):
        assert row[f"{name}_seconds"] == pytest.approx(wanted["ttr_hours"][name] * 3600, abs=3.6)
    frame = ask(desk, "resolution_times", **EVER, group_by="priority").set_index("group_name")
    assert set(frame.index) == set(wanted["by_priority"])
    for priority, numbers in wanted["by_priority"].items():
        assert frame.loc[priority]["cases_count"] == numbers["n"]
        assert frame.loc[priority]["p50_seconds"] == pytest.approx(numbers["ttr_p50_h"] * 3600, abs=3.6)


@pytest.mark.parametrize("day", [datetime(2016, 4, 15, tzinfo=UTC), datetime(2016, 5, 20, tzinfo=UTC)], ids=str)
def test_how_many_were_open_then_is_answered_by_looking_from_then(
    desk: House, data_folder: Path, day: datetime
) -> None:
    wanted = expected(data_folder, "servicenow")[f"open_at_{day:%Y_%m_%d}_0000"]
    frame = ask(desk, "open_cases_by_state", now=day, ended_by="Closed")
    assert frame["cases_count"].sum() == wanted, "the log's own end is Closed, a week after Resolved"
