"""A hundred ignored customers improve no number, and a bot none either: everything asked before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.rows import CaseRow, EventRow
from tests.conftest import NOON, DictCache
from tests.promises.keeping import BERLIN, promise
from tests.rows import case, event, keep

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ROUND_THE_CLOCK = BERLIN.replace('calendar = "week"', 'calendar = "always"')
BEGUN = NOON - 6 * DAY
WEEK = {"since": NOON - 7 * DAY, "until": NOON}


@pytest.fixture
def desk(ledger: Ledger) -> Ledger:
    """Forty customers, most of them answered in time, some late, a few not at all."""
    promise(ledger.warehouse, ROUND_THE_CLOCK, NOON - 30 * DAY)
    keep(ledger, cases=[_case(number) for number in range(40)], events=[one for n in range(40) for one in _events(n)])
    return ledger


def _case(number: int) -> CaseRow:
    return case(number, opened_at=BEGUN + number * 3 * HOUR)


def _events(number: int) -> list[EventRow]:
    opened = BEGUN + number * 3 * HOUR
    wait = (1 if number % 5 else 7) * HOUR
    if number % 13 == 0:
        return []
    told = [event(number, "claimed", happened_at=opened + 5 * MINUTE, actor="ann", actor_kind="human", owner="ann")]
    told.append(event(number, happened_at=opened + wait))
    if number % 3:
        told.append(event(number, "resolved", happened_at=opened + wait + HOUR, actor_kind="human"))
    return told


Numbers = dict[str, float]


def numbers(ledger: Ledger) -> Numbers:
    """What a desk would like to be high, as it is now; what it would like to be low has a minus."""
    answers = Answers(ledger.warehouse, load_catalogue(), DictCache())

    def ask(question: str, **given: Any) -> pd.DataFrame:
        return answers.ask(question, given, NOON).frame

    everything: dict[str, Any] = {"group_by": "all"}
    kept = ask("sla_attainment", **WEEK, **everything).iloc[0]
    due, times = ask("sla_due", **everything).iloc[0], ask("time_to_response", **WEEK).iloc[0]
    burn = ask("sla_burn").set_index("window_minutes")
    old = ask("backlog_ageing").set_index("band")["clocks_count"]
    public = ask("promise_kept", **WEEK).iloc[0]
    causes = ask("breach_causes", **WEEK)
    return {
        "attainment": kept["attainment_share"],
        "attainment, low end": kept["wilson_low_share"],
        "attainment, high end": kept["wilson_high_share"],
        "met": kept["met_count"],
        "breached": -kept["breached_count"],
        "overdue": -due["overdue_count"],
        "unowned": -due["unowned_count"],
        "half are answered in": -_or(times["km_p50_seconds"]),
        "nine of ten are answered in": -_or(times["km_p90_seconds"]),
        "waiting": -times["waiting_count"],
        "answered": times["answered_count"],
        **{f"burn of {minutes} min": -_or(row["burn_rate"], 0.0) for minutes, row in burn.iterrows()},
        "over twice the target": -old["over 200"],
        "public promise": public["kept_share"],
        "public promise, high end": public["wilson_high_share"],
        "breaches with a cause": -causes["breached_count"].sum(),
    }


def _or(value: Any, instead: float = float("inf")) -> float:
    """A curve that does not come down as far has no time: longer than any."""
    return instead if pd.isna(value) else float(value)


def ignored(when: Callable[[int], datetime], more: Callable[[int], list[EventRow]] = lambda _: []) -> Any:
    """A hundred customers who wrote at some time and got nothing for it but `more`."""
    return {
        "cases": [case(f"ignored-{number}", opened_at=when(number)) for number in range(100)],
        "events": [one for number in range(100) for one in more(number)],
    }


def _spread(number: int) -> datetime:
    return BEGUN + number * HOUR


def _bots(kind: str, **said: Any) -> Callable[[int], list[EventRow]]:
    def told(number: int) -> list[EventRow]:
        happened_at = _spread(number) + MINUTE
        return [event(f"ignored-{number}", kind, happened_at=happened_at, actor="robot", actor_kind="bot", **said)]

    return told


def _closed(number: int) -> list[EventRow]:
    """Closed by a human within minutes, without a word."""
    return [event(f"ignored-{number}", "resolved", happened_at=_spread(number) + MINUTE, actor_kind="human")]


HABITS = {
    "left alone, days ago": ignored(_spread),
    "left alone, just now": ignored(lambda number: NOON - number * MINUTE),
    "answered by a bot": ignored(_spread, _bots("message", visibility="public")),
    "resolved by a bot": ignored(_spread, _bots("resolved")),
    "paused by a bot": ignored(_spread, _bots("paused", reason="waiting_customer")),
    "declined by a bot": ignored(_spread, _bots("declined", reason="spam")),
    "merged away by a bot": ignored(_spread, _bots("merged", other_case_id="x:1")),
    "given a note": ignored(_spread, _bots("message", visibility="internal")),
}


@pytest.mark.parametrize("habit", list(HABITS))
def test_a_hundred_ignored_customers_improve_no_number(desk: Ledger, habit: str) -> None:
    before = numbers(desk)
    keep(desk, **HABITS[habit])
    after = numbers(desk)
    assert {name: (before[name], value) for name, value in after.items() if value > before[name] + 1e-12} == {}


@pytest.mark.parametrize("habit", [name for name in HABITS if name != "left alone, just now"])
def test_and_they_show(desk: Ledger, habit: str) -> None:
    before = numbers(desk)
    keep(desk, **HABITS[habit])
    after = numbers(desk)
    worse = {name for name, value in after.items() if value < before[name]}
    assert {"attainment", "breached", "overdue", "public promise", "over twice the target", "waiting"} <= worse


def test_a_hundred_closed_without_a_word_are_a_hundred_broken_promises_of_an_answer(desk: Ledger) -> None:
    answers = Answers(desk.warehouse, load_catalogue(), DictCache())

    def kept() -> Any:
        given = {**WEEK, "group_by": "metric", "metrics": ["frt"]}
        return answers.ask("sla_attainment", given, NOON).frame.iloc[0]

    before = kept()
    keep(desk, **ignored(_spread, _closed))
    after = kept()
    assert after["met_count"] == before["met_count"]
    assert after["breached_count"] == before["breached_count"] + 100
