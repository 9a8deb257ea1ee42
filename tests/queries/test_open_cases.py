"""Cases one by one: which are open and what they wait for, and what happened to one."""

from __future__ import annotations

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, case, event, plain, put, reply, said

AT = START + HOUR
STATES: list[tuple[str, list[Row], str | None]] = [
    ("nobody", [], "new"),
    ("customer", [said("x:1", AT)], "new"),
    ("bot", [reply("x:1", AT, actor_kind="bot")], "new"),
    ("note", [reply("x:1", AT, visibility="internal")], "new"),
    ("owned", [event("x:1", "assigned", AT, owner="ann")], "assigned"),
    ("claimed", [event("x:1", "claimed", AT, actor="ann")], "assigned"),
    ("public", [said("x:1", AT), reply("x:1", AT + MINUTE)], "answered"),
    ("private", [said("x:1", AT), reply("x:1", AT + MINUTE, visibility="private")], "answered"),
    ("at once", [said("x:1", AT), reply("x:1", AT)], "answered"),
    ("asked again", [reply("x:1", AT), said("x:1", AT + MINUTE)], "new"),
    (
        "asked again, owned",
        [reply("x:1", AT), event("x:1", "accepted", AT, owner="ann"), said("x:1", NOON)],
        "assigned",
    ),
    ("paused", [reply("x:1", AT), event("x:1", "paused", AT)], "waiting"),
    ("resumed", [event("x:1", "paused", AT), event("x:1", "resumed", AT + MINUTE)], "new"),
    ("resumed at once", [event("x:1", "paused", AT), event("x:1", "resumed", AT)], "new"),
    ("resolved", [event("x:1", "resolved", AT)], None),
    ("declined", [event("x:1", "declined", AT)], None),
    ("merged", [event("x:1", "merged", AT)], None),
    ("excluded", [event("x:1", "excluded", AT)], None),
    ("reopened", [reply("x:1", AT), event("x:1", "resolved", AT), event("x:1", "reopened", AT + MINUTE)], "new"),
    ("reopened from a pause", [event("x:1", "paused", AT), event("x:1", "reopened", NOON)], "new"),
    ("later", [event("x:1", "resolved", NOON + SECOND), reply("x:1", NOON + SECOND)], "new"),
    ("drill", [event("x:1", "resolved", AT, is_drill=True)], "new"),
    ("unknown words", [event("x:1", "other", AT, source_words="Closed")], "new"),
]


@pytest.mark.parametrize(("events", "state"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_what_an_open_case_waits_for(
    warehouse: Warehouse, answers: Answers, events: list[Row], state: str | None
) -> None:
    put(warehouse, cases=[case("x:1"), case("x:later", NOON + SECOND)], case_events=events)
    assert ask(answers, "open_cases_by_state", "state", "cases_count") == ([(state, 1)] if state else [])


def test_a_state_tells_how_many_how_old_and_how_many_nobody_owns(warehouse: Warehouse, answers: Answers) -> None:
    opened = [NOON - hours * HOUR for hours in (1, 2, 4)]
    put(
        warehouse,
        cases=[case(f"x:{number}", at) for number, at in enumerate(opened)] + [case("x:9", START, owner="ann")],
        case_events=[reply("x:2", NOON - HOUR), event("x:2", "assigned", NOON - HOUR, owner="ann"), reply("x:9", NOON)],
    )
    assert ask(answers, "open_cases_by_state") == [
        ("new", 2, plain(NOON - 2 * HOUR), 2, 1.5 * 3600),
        ("answered", 2, plain(START), 0, (4 + 7 * 24) / 2 * 3600),
    ]


def test_a_sources_own_word_can_end_a_case(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[case("x:1"), case("x:2"), case("x:3")],
        case_events=[
            event("x:1", "resolved", AT),
            event("x:1", "other", AT + HOUR, source_words="Closed"),
            event("x:2", "resolved", AT),
            event("x:3", "other", AT, source_words="closed"),
        ],
    )
    columns = ("state", "cases_count")
    assert ask(answers, "open_cases_by_state", *columns) == [("new", 1)]
    assert ask(answers, "open_cases_by_state", *columns, ended_by="Closed") == [("resolved", 1)]
    before = ask(answers, "open_cases_by_state", *columns, ended_by="Closed", now=AT + MINUTE)
    assert before == [("resolved", 2)]
    assert ask(answers, "open_cases_by_state", *columns, ended_by="Resolved") == [("new", 1)]


def test_a_timeline_tells_everything_in_order(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[case("x:1", customer_id="c", subject="my bag"), case("x:2", subject="another")],
        case_events=[
            event("x:1", "resolved", AT, source_words="Solved"),
            event("x:1", "reopened", AT),
            event("x:1", "assigned", AT - MINUTE, owner="ann", reason="knows bags", actor="bob", team="night"),
            event("x:1", "lead", AT + MINUTE, outcome="won", amount=1250.5),
            event("x:1", "surveyed", AT + 2 * MINUTE, score=4.0, score_of=5.0),
            event("x:1", "merged", AT + 3 * MINUTE, other_case_id="x:2", is_drill=True),
            reply("x:1", START - SECOND, text="hello", brand="Aurora"),
            event("x:1", "moved", NOON + SECOND, place="private"),
            reply("x:2", AT),
        ],
    )
    told = ask(answers, "case_timeline", "place", "kind", "detail", "seconds_since_opened", case_id="x:1")
    assert told == [
        (1, "message", None, -1.0),
        (2, "opened", None, 0.0),
        (3, "assigned", "owner ann · reason knows bags", 3540.0),
        (4, "reopened", None, 3600.0),
        (5, "resolved", None, 3600.0),
        (6, "lead", "outcome won · amount 1250.5", 3660.0),
        (7, "surveyed", "score 4 of 5", 3720.0),
        (8, "merged", "drill · other case x:2", 3780.0),
    ]
    words = ask(answers, "case_timeline", "source_words", "actor", "actor_kind", "team", "text", "brand", case_id="x:1")
    assert words[:3] == [
        (None, None, "human", None, "hello", "Aurora"),
        (None, "c", "customer", None, "my bag", None),
        (None, "bob", None, "night", None, None),
    ]
    assert words[4][0] == "Solved"
    assert [row[1] for row in ask(answers, "case_timeline", "place", "kind", case_id="x:1", now=START)] == [
        "message", "opened",
    ]  # fmt: skip


def test_an_opening_that_is_told_is_not_made_up(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[case("x:1")],
        case_events=[
            event("x:1", "opened", START, actor="c"),
            event("x:2", "opened", START),
            event("x:2", "resolved", AT),
        ],
    )
    assert ask(answers, "case_timeline", "kind", "actor", case_id="x:1") == [("opened", "c")]
    told = ask(answers, "case_timeline", "kind", "seconds_since_opened", case_id="x:2")
    assert told == [("opened", 0.0), ("resolved", 3600.0)], "a case whose record has not come yet has a timeline"
    assert ask(answers, "case_timeline", case_id="x:3") == []


def test_facts_are_those_of_one_case(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, cases=[case("x:1", record_brand="Rival", subject="<b>my bag</b>"), case("x:2")])
    told = ask(answers, "case_facts", "case_id", "brand", "record_brand", "subject", "owner", case_id="x:1")
    assert told == [("x:1", "Aurora", "Rival", "<b>my bag</b>", None)]
    assert ask(answers, "case_facts", case_id="x:3") == []
