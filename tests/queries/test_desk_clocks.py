"""The rows behind the numbers about promises: as many as every number says, in the states of sla_clocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import READ, BadParameter, load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, case, plain, put, records
from tests.queries.clock_crowd import promised

DAY = timedelta(days=1)
EVER = {"since": NOON - 90 * DAY, "until": NOON + 30 * DAY}
WEEK = {"since": NOON - 7 * DAY, "until": NOON}
ASIDE = ("acknowledged", "declined", "merged", "unknown")
STATES = ("met", "breached", "paused", "at_risk", "on_track", *ASIDE, "excluded")
BANDS = ("under 50", "50 to 75", "75 to 100", "100 to 200", "over 200")
COHORTS = ("due", "started", "running", "last15", "last60", "last360", "ahead1", "ahead2")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("clocks") / "w.duckdb", NOON - 60 * DAY)
    promised(warehouse)
    yield Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


def frame(asked: Answers, question: str, now: Any = NOON, **given: Any) -> pd.DataFrame:
    return asked.ask(question, given, now).frame


def count(asked: Answers, now: Any = NOON, **given: Any) -> int:
    found = frame(asked, "clock_rows_count", now, **{**WEEK, **given})
    return int(found["clocks_count"].iloc[0])


@pytest.mark.parametrize("back", [0, 1, 26, 75])
def test_the_states_of_the_rows_are_those_of_every_clock(asked: Answers, back: int) -> None:
    now = NOON - back * HOUR
    rows = frame(asked, "clock_rows", now, **EVER, clocks="started", limit=2000, sort_by="started_at", descending=False)
    clocks = frame(asked, "sla_clocks", now, **EVER)
    columns = ("case_id", "metric", "cycle", "track", "priority", "calendar", "started_at", "stopped_at", "due_at",
               "elapsed_seconds", "target_seconds", "remaining_seconds", "state")  # fmt: skip
    assert set(records(rows, *columns)) == set(records(clocks, *columns))
    assert len(rows) == len(clocks) > 100


def test_the_crowd_has_clocks_in_all_states(asked: Answers) -> None:
    rows = frame(asked, "clock_rows", **EVER, clocks="started", limit=2000)
    assert set(rows["state"]) == set(STATES) - {"unknown"}
    assert count(asked, clocks="running", due="paused") > 0


def one_of(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True)


FILTERS = st.fixed_dictionaries(
    {
        "clocks": st.sampled_from(COHORTS),
        "brands": one_of("Aurora", "Meridian"),
        "platforms": one_of("x", "mail"),
        "metrics": one_of("frt", "nrt", "resolution"),
        "tracks": one_of("claim", "loud", "praise", ""),
        "owners": one_of("kim", "lou", ""),
        "outcomes": one_of("answered", "resolved", "acknowledged", ""),
        "bands": one_of(*BANDS),
        "states": one_of(*STATES),
        "due": st.sampled_from(("", "overdue", "15m", "30m", "60m", "later", "paused")),
    }
)


@given(filters=FILTERS)
@settings(max_examples=25)
def test_there_are_as_many_rows_as_the_count_says_and_each_is_what_was_asked_for(
    asked: Answers, filters: dict[str, Any]
) -> None:
    rows = frame(asked, "clock_rows", **WEEK, **filters, limit=2000)
    assert len(rows) == len(set(records(rows, "case_id", "metric", "cycle"))) == count(asked, **filters)
    named = {"brands": "brand", "metrics": "metric", "tracks": "track", "owners": "owner", "states": "state"}
    for filter_, column in named.items():
        wanted = filters[filter_]
        assert not wanted or set(rows[column].fillna("")) <= set(wanted), filter_
    assert not filters["outcomes"] or set(rows["outcome"].fillna("")) <= set(filters["outcomes"])


@pytest.mark.parametrize("group", ["all", "track", "metric", "owner", "brand", "platform"])
def test_attainment_is_made_of_rows(asked: Answers, group: str) -> None:
    found = frame(asked, "sla_attainment", **WEEK, group_by=group)
    assert found["breached_count"].sum() > 20
    field = {"track": "tracks", "metric": "metrics", "owner": "owners", "brand": "brands", "platform": "platforms"}
    for row in found.fillna({"group_name": ""}).to_dict("records"):
        if row["group_name"] == "" and group in ("brand", "platform"):
            continue  # what is not named cannot be chosen
        of: dict[str, Any] = {} if group == "all" else {field[group]: [row["group_name"]]}
        assert count(asked, **of, states=["met"]) == row["met_count"]
        assert count(asked, **of, states=["breached"]) == row["breached_count"], row["group_name"]
        assert count(asked, **of, states=["breached"], outcomes=[""]) == row["open_overdue_count"]
        assert count(asked, **of, states=list(ASIDE)) == row["set_aside_count"]
        assert count(asked, **of, states=["excluded"]) == row["triaged_out_count"]


def test_what_is_due_soon_is_made_of_rows(asked: Answers) -> None:
    [row] = frame(asked, "sla_due", group_by="all").to_dict("records")
    for due in ("overdue", "15m", "30m", "60m", "later", "paused"):
        name = f"due_{due}_count" if due.endswith("m") else f"{due}_count"
        assert count(asked, clocks="running", due=due) == row[name] > 0, due
    assert count(asked, clocks="running") == row["running_count"]
    assert count(asked, clocks="running", owners=[""]) == row["unowned_count"]


def test_the_backlog_is_made_of_rows(asked: Answers) -> None:
    for row in frame(asked, "backlog_ageing").to_dict("records"):
        about = {"clocks": "running", "bands": [row["band"]]}
        assert count(asked, **about) == row["clocks_count"] > 0
        assert count(asked, **about, owners=[""]) == row["unowned_count"]
        assert count(asked, **about, due="paused") == row["paused_count"]


def test_burn_rates_are_made_of_rows(asked: Answers) -> None:
    found = frame(asked, "sla_burn")
    assert found["due_count"].max() > 10
    for row in found.to_dict("records"):
        about = {"clocks": f"last{row['window_minutes']}", "tracks": [row["track"]]}
        assert count(asked, **about, states=["met", "breached"]) == row["due_count"]
        assert count(asked, **about, states=["breached"]) == row["breached_count"]


def test_times_to_response_and_the_next_hours_are_made_of_rows(asked: Answers) -> None:
    [row] = frame(asked, "time_to_response", **WEEK).to_dict("records")
    begun: dict[str, Any] = {"clocks": "started", "metrics": ["frt"]}
    assert count(asked, **begun) == row["clocks_count"]
    assert count(asked, **begun, outcomes=["answered"]) == row["answered_count"]
    assert count(asked, **begun, outcomes=[""]) == row["waiting_count"] > 0
    for hour in frame(asked, "breach_forecast").to_dict("records"):
        assert count(asked, clocks=f"ahead{hour['hour']}") == hour["due_count"] > 0


@pytest.mark.parametrize("group", ["all", "track", "metric", "owner", "platform"])
def test_every_broken_promise_has_one_cause_and_they_add_up(asked: Answers, group: str) -> None:
    rows = frame(asked, "clock_rows", **WEEK, states=["breached"], limit=2000)
    causes = frame(asked, "breach_causes", **WEEK, group_by="clock")
    keys = [f"{case_id} {metric} {cycle}" for case_id, metric, cycle in records(rows, "case_id", "metric", "cycle")]
    assert sorted(keys) == list(causes["group_name"]) == sorted(set(causes["group_name"]))
    rows = rows.assign(group_name=keys).merge(causes, on="group_name")
    mine: Counter[Any] = Counter()
    for name, cause in records(rows.assign(all="all"), group, "cause"):
        mine[name, cause] += 1
    told = frame(asked, "breach_causes", **WEEK, group_by=group)
    assert mine == {(name, cause): n for name, cause, n in records(told)}
    assert len({cause for _, cause in mine}) > 2


def test_causes_of_some_cases_are_the_same_as_among_all(asked: Answers) -> None:
    every = dict(records(frame(asked, "breach_causes", **WEEK, group_by="clock"), "group_name", "cause"))
    some = sorted({key.split(" ")[0] for key in every})[::3]
    only = frame(asked, "breach_causes", **WEEK, group_by="clock", case_ids=some)
    asked_for = dict(records(only, "group_name", "cause"))
    assert asked_for == {key: cause for key, cause in every.items() if key.split(" ")[0] in some}


def test_the_public_promise_is_made_of_rows(asked: Answers) -> None:
    found = frame(asked, "promise_kept", **WEEK, group_by="clock")
    for row in frame(asked, "promise_kept", **WEEK, group_by="metric").to_dict("records"):
        mine = found[found["group_name"].str.contains(f" {row['group_name']} ")]
        assert (len(mine), mine["kept_count"].sum()) == (row["promised_count"], row["kept_count"])
        listed = {"clocks": "listed", "clock_ids": list(mine["group_name"])}
        assert count(asked, **listed) == row["promised_count"] > 0
    assert count(asked, clocks="listed") == 0, "of a list without any there is none"


def test_rows_and_their_count_choose_alike() -> None:
    texts = [(READ / "desk" / f"{name}.sql").read_text(encoding="utf-8") for name in ("clock_rows", "clock_rows_count")]
    same = [re.findall(r"-- the same in every question .*?(?=-- to here)", text, re.DOTALL) for text in texts]
    assert len(same[0]) == len(same[1]) == 1
    assert same[0][0].rstrip().rstrip(",") == same[1][0].rstrip()


@pytest.mark.parametrize("column", [
    "due_at", "started_at", "stopped_at", "elapsed_seconds", "target_seconds", "remaining_seconds", "state", "case_id",
    "metric", "cycle", "track", "priority", "owner", "platform", "brand",
])  # fmt: skip
@pytest.mark.parametrize("descending", [True, False])
def test_blocks_of_rows_are_sorted_and_nothing_comes_twice(asked: Answers, column: str, descending: bool) -> None:
    order = {**EVER, "clocks": "started", "sort_by": column, "descending": descending}
    blocks = [frame(asked, "clock_rows", **order, offset=start, limit=170) for start in range(0, 680, 170)]
    rows = pd.concat(blocks, ignore_index=True)
    assert len(rows) == len(set(records(rows, "case_id", "metric", "cycle"))) == count(asked, **EVER, clocks="started")
    values = [value for value in rows[column].tolist() if not pd.isna(value)]
    assert values == sorted(values, reverse=descending)
    assert rows[column].iloc[len(values) :].isna().all(), "what is unknown comes last either way"


def test_what_cannot_be_asked_says_what_can(asked: Answers) -> None:
    for given_, said in (
        ({"sort_by": "subject"}, "sort_by must be due_at, started_at"),
        ({"clocks": "all"}, "clocks must be due, started, running"),
        ({"due": "soon"}, "due must be overdue, 15m"),
    ):
        with pytest.raises(BadParameter, match=said):
            frame(asked, "clock_rows", **WEEK, **given_)


def test_a_clock_is_counted_in_its_calendar_and_paused_ones_stand_still(warehouse: Warehouse) -> None:
    opening = NOON - 30 * MINUTE
    day = hours("day", opens_at=opening, closes_at=NOON + 5 * HOUR)
    started = NOON - 10 * HOUR
    late: dict[str, Any] = {"calendar": "day", "started_at": started, "since_at": started, "target_seconds": 1200,
            "due_at": opening + 20 * MINUTE, "breaches_at": opening + 20 * MINUTE}  # fmt: skip
    paused: dict[str, Any] = {"metric": "nrt", "is_paused": True, "since_at": NOON - 2 * HOUR, "before_seconds": 600,
              "due_at": None, "breaches_at": None}  # fmt: skip
    put(
        warehouse,
        calendar_hours=[hours(), day],
        policies=[policy()],
        cases=[case("x:1", subject="lost", known_from_at=NOON - DAY)],
        clock_segments=[segment("x:1", **late), segment("x:2", NOON - 3 * HOUR, **paused)],
    )
    answers = Answers(warehouse, load_catalogue(), DictCache())
    rows = frame(answers, "clock_rows", **WEEK, clocks="running", sort_by="case_id", descending=False)
    columns = ("case_id", "subject", "state", "elapsed_seconds", "remaining_seconds", "due_at")
    assert records(rows, *columns) == [
        ("x:1", "lost", "breached", 1800, -600, plain(opening + 20 * MINUTE)),
        ("x:2", None, "paused", 600, 3000, None),
    ]


def test_a_clock_that_stops_later_still_runs_now(warehouse: Warehouse) -> None:
    stops = {"stopped_at": NOON + SECOND, "outcome": "answered", "elapsed_seconds": 3601}
    put(warehouse, calendar_hours=[hours()], clock_segments=[segment("x:1", NOON - HOUR, **stops)])
    answers = Answers(warehouse, load_catalogue(), DictCache())
    columns = ("state", "outcome", "stopped_at", "elapsed_seconds")
    [now] = records(frame(answers, "clock_rows", **WEEK, clocks="running"), *columns)
    assert now == ("at_risk", None, None, 3600)
    later = frame(answers, "clock_rows", NOON + 5 * SECOND, **EVER)
    assert records(later, *columns) == [("breached", "answered", plain(NOON + SECOND), 3601)]
