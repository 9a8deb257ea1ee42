"""Who waits for us, since when, and how long the first answer took, group by group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import BadParameter, load_catalogue
from queries.keys import key
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, case, event, plain, put, reply, said

AT = START + HOUR
LATER = AT + HOUR
# what happened, and since when the customer waits; None: nobody waits
WAITS: list[tuple[str, list[Row], datetime | None]] = [
    ("nobody spoke", [], START),
    ("the oldest of several words", [said("x:1", LATER), said("x:1", AT)], START),
    ("a bot is no answer", [reply("x:1", AT, actor_kind="bot")], START),
    ("a note is no answer", [reply("x:1", AT, visibility="internal")], START),
    ("owned is no answer", [event("x:1", "claimed", AT, actor="ann")], START),
    ("answered", [reply("x:1", AT)], None),
    ("answered in private", [reply("x:1", AT, visibility="private")], None),
    ("asked again", [reply("x:1", AT), said("x:1", LATER)], LATER),
    ("asked twice again", [reply("x:1", AT), said("x:1", LATER + HOUR), said("x:1", LATER)], LATER),
    ("answered at once", [said("x:1", AT), reply("x:1", AT)], None),
    ("a bot answers the second question", [reply("x:1", AT), said("x:1", LATER), reply("x:1", NOON, actor_kind="bot")],
     LATER),
    ("we wrote first", [reply("x:1", START), said("x:1", AT)], AT),
    ("paused", [event("x:1", "paused", AT)], None),
    ("resumed", [event("x:1", "paused", AT), event("x:1", "resumed", LATER)], START),
    ("acknowledged", [event("x:1", "acknowledged", AT)], None),
    ("acknowledged, and then a question", [event("x:1", "acknowledged", AT), said("x:1", LATER)], LATER),
    ("resolved", [event("x:1", "resolved", AT)], None),
    ("declined", [event("x:1", "declined", AT)], None),
    ("merged", [event("x:1", "merged", AT)], None),
    ("excluded", [event("x:1", "excluded", AT)], None),
    ("reopened", [event("x:1", "resolved", AT), event("x:1", "reopened", LATER)], LATER),
    ("what was asked before it was resolved is over",
     [said("x:1", AT), event("x:1", "resolved", AT + MINUTE), event("x:1", "reopened", LATER)], LATER),
    ("reopened and answered",
     [event("x:1", "resolved", AT), event("x:1", "reopened", LATER), reply("x:1", NOON)], None),
    ("later", [said("x:1", NOON + SECOND), reply("x:1", NOON + SECOND)], START),
    ("a drill", [reply("x:1", AT, is_drill=True)], START),
]  # fmt: skip


def test_since_when_a_customer_waits(warehouse: Warehouse, answers: Answers) -> None:
    names = {f"x:{number}": name for number, (name, _, _) in enumerate(WAITS)}
    put(
        warehouse,
        cases=[*(case(case_id) for case_id in names), case("x:later", NOON + SECOND)],
        case_events=[
            {**one, "case_id": f"x:{number}", "case_key": key(f"x:{number}")}
            for number, (_, events, _) in enumerate(WAITS)
            for one in events
        ],
    )
    found = ask(answers, "oldest_waiting", "case_id", "waiting_since_at", "waiting_seconds", limit=99)
    assert {names[case_id]: since for case_id, since, _ in found} == {
        name: plain(since) for name, _, since in WAITS if since
    }
    assert all(seconds == (plain(NOON) - since).total_seconds() for _, since, seconds in found)


def mention(item_id: str, published_at: datetime, **more: Any) -> Row:
    plain_row = {"item_id": item_id, "brand": "Aurora", "platform": "x", "published_at": published_at}
    return {**plain_row, "is_drill": False, "item_key": key(item_id), "known_from_at": START, **more}


def test_the_wait_begins_with_the_post_and_not_with_the_case(warehouse: Warehouse, answers: Answers) -> None:
    about: dict[str, Any] = {"item_id": "x:p", "item_key": key("x:p")}
    put(
        warehouse,
        mentions=[
            mention("x:p", START - HOUR),
            mention("x:p", START - HOUR, brand="Rival"),
            mention("x:p", START - 9 * HOUR, known_until_at=START + SECOND),  # its time was wrong and was mended
            mention("x:p", START - 9 * HOUR, is_drill=True),
        ],
        cases=[case("x:1", **about), case("x:2", START + MINUTE), case("x:3", **about)],
        case_events=[reply("x:3", AT), said("x:3", LATER)],
    )
    assert ask(answers, "oldest_waiting", "case_id", "waiting_since_at", "is_answered") == [
        ("x:1", plain(START - HOUR), False),
        ("x:2", plain(START + MINUTE), False),
        ("x:3", plain(LATER), True),
    ]


def test_who_has_waited_longest_comes_first_with_what_is_known_of_the_case(
    warehouse: Warehouse, answers: Answers
) -> None:
    put(
        warehouse,
        cases=[
            case("x:2", START + HOUR, subject="<b>bag</b>", owner="ann", channel="mail"),
            case("x:1", START, brand="Rival", platform="reddit"),
            case("x:3", START + 2 * HOUR),
        ],
        case_events=[event("x:2", "assigned", AT, owner="bob")],
    )
    columns = ("case_id", "brand", "owner", "platform", "channel", "subject")
    first = ("x:1", "Rival", None, "reddit", None, None)
    assert ask(answers, "oldest_waiting", *columns, limit=2) == [
        first,
        ("x:2", "Aurora", "bob", "x", "mail", "<b>bag</b>"),
    ]
    assert len(ask(answers, "oldest_waiting")) == 3
    assert [row[0] for row in ask(answers, "oldest_waiting", "case_id", brands=["Aurora"], platforms=["x"])] == [
        "x:2",
        "x:3",
    ]
    assert ask(answers, "oldest_waiting", now=START + HOUR, limit=0)[0][0] == "x:1"
    assert ask(answers, "oldest_waiting", known_at=START - SECOND) == []


KINDS = (
    "message",
    "paused",
    "resumed",
    "reopened",
    "resolved",
    "declined",
    "merged",
    "acknowledged",
    "claimed",
    "changed",
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 6), st.sampled_from(["human", "bot", "customer"]),
              st.sampled_from(["public", "private", "internal"])),
    max_size=7,
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Answers]]:
    """One warehouse for many examples."""
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("waiting") / "w.duckdb", NOON)
    yield warehouse, Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


@settings(max_examples=40)
@given(EVENTS)
def test_those_who_wait_are_the_new_and_the_assigned(bench: tuple[Warehouse, Answers], drawn: Any) -> None:
    warehouse, answers = bench
    cursor = warehouse.cursor()
    cursor.execute("DELETE FROM cases")
    cursor.execute("DELETE FROM case_events")
    cursor.close()
    put(
        warehouse,
        cases=[case("x:1")],
        case_events=[
            event("x:1", kind, START + hour * HOUR, actor="ann", actor_kind=who, visibility=seen, event_id=str(number))
            for number, (kind, hour, who, seen) in enumerate(drawn)
        ],
    )
    states = ask(answers, "open_cases_by_state", "state")
    waiting = ask(answers, "oldest_waiting", "case_id")
    assert bool(waiting) == (states in ([("new",)], [("assigned",)]))


WINDOW = {"since": START, "until": NOON}
COLUMNS = ("group_name", "cases_count", "answered_count", "waiting_count")


@pytest.fixture
def answered(warehouse: Warehouse) -> None:
    """Six cases: answered after one and after three hours, in private, not at all, resolved unanswered, merged."""
    put(
        warehouse,
        cases=[
            case("x:1", owner="ann", channel="mail"),
            case("x:2", platform="reddit"),
            case("x:3", owner="ann"),
            case("x:4", brand="Rival"),
            case("x:5"),
            case("x:6"),
            case("x:7", START - SECOND),
        ],
        case_events=[
            reply("x:1", START + HOUR),
            reply("x:1", START + 9 * HOUR),
            reply("x:2", START + MINUTE, actor_kind="bot"),
            reply("x:2", START + 3 * HOUR),
            event("x:2", "assigned", AT, owner="bob"),
            reply("x:3", START + MINUTE, visibility="private"),
            said("x:4", AT),
            event("x:5", "resolved", AT),
            event("x:6", "merged", AT),
        ],
    )


@pytest.mark.usefixtures("answered")
def test_those_without_an_answer_are_counted_beside_the_times_of_the_answered(answers: Answers) -> None:
    assert ask(answers, "response_by_group", **WINDOW, group_by="all") == [
        ("all", 5, 2, 1, 2 * 3600.0, pytest.approx(2.8 * 3600))
    ]


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("group", "rows"),
    [
        ("platform", [("x", 4, 1, 1), ("reddit", 1, 1, 0)]),
        ("brand", [("Aurora", 4, 2, 0), ("Rival", 1, 0, 1)]),
        ("owner", [("ann", 2, 1, 0), (None, 2, 0, 1), ("bob", 1, 1, 0)]),
        ("channel", [(None, 4, 1, 1), ("mail", 1, 1, 0)]),
    ],
)
def test_groups_are_what_they_are_called(answers: Answers, group: str, rows: list[Any]) -> None:
    assert ask(answers, "response_by_group", *COLUMNS, **WINDOW, group_by=group) == rows


@pytest.mark.usefixtures("answered")
def test_it_says_what_response_times_says(answers: Answers) -> None:
    columns = ("group_name", "answered_count", "p50_seconds", "p90_seconds")
    for group in ("all", "platform", "brand"):
        asked: dict[str, Any] = {**WINDOW, "group_by": group}
        mine, theirs = (
            sorted(ask(answers, question, *columns, **asked)) for question in ("response_by_group", "response_times")
        )
        assert mine == theirs


@pytest.mark.usefixtures("answered")
def test_seen_from_earlier_more_were_waiting(answers: Answers) -> None:
    window: dict[str, Any] = {**WINDOW, "group_by": "all"}
    assert ask(answers, "response_by_group", *COLUMNS, **window, now=START + 2 * HOUR) == [("all", 5, 1, 2)]
    # before anybody knew that one of them was merged
    assert ask(answers, "response_by_group", *COLUMNS, **window, now=START + timedelta(seconds=30)) == [
        ("all", 6, 0, 6)
    ]


def test_a_group_nobody_knows_is_refused(answers: Answers, warehouse: Warehouse) -> None:
    put(warehouse, cases=[case("x:1")])
    with pytest.raises(BadParameter, match="group_by must be all, platform, brand, owner or channel"):
        ask(answers, "response_by_group", **WINDOW, group_by="mood")
