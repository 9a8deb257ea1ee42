"""Where two people answered one word of a customer: what counts as an answer, as a word, and as one conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.keys import key
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, START, Row, ask, case, event, plain, put, reply, said

AT = NOON - 5 * HOUR
WINDOW: dict[str, Any] = {"since": NOON - timedelta(days=2), "until": NOON + HOUR}


def by(who: str | None, after: int, case_id: str = "x:1", **more: Any) -> Row:
    """A public answer of somebody, so many minutes after AT."""
    return reply(case_id, AT + after * MINUTE, actor=who, **more)


def asked(after: float, case_id: str = "x:1", **more: Any) -> Row:
    return said(case_id, AT + after * MINUTE, actor="customer", **more)


def opened(case_id: str = "x:1", who: str = "customer") -> Row:
    return event(case_id, "opened", AT, actor_kind=who, actor="somebody")


# what happened to one case, and who answered the same word
DOUBLES: list[tuple[str, list[Row], list[str]]] = [
    ("nobody", [], []),
    ("one, once", [by("ann", 1)], []),
    ("one, twice", [by("ann", 1), by("ann", 2)], []),
    ("two", [by("ann", 1), by("bob", 2)], ["ann, bob"]),
    ("three, in their order", [by("cem", 1), by("ann", 2), by("cem", 3), by("bob", 4)], ["cem, ann, bob"]),
    ("one each", [by("ann", 1), asked(2), by("bob", 3)], []),
    ("the second answer to the second word", [by("ann", 1), asked(2), by("ann", 3), by("bob", 4)], ["ann, bob"]),
    ("both words twice", [by("ann", 1), by("bob", 2), asked(3), by("bob", 4), by("cem", 5)], ["bob, cem", "ann, bob"]),
    ("a word in private is a word", [by("ann", 1), asked(2, visibility="private"), by("bob", 3)], []),
    ("a note under the customer's name is none", [by("ann", 1), asked(2, visibility="internal"), by("bob", 3)],
     ["ann, bob"]),
    ("opened again by the customer", [by("ann", 1), event("x:1", "reopened", AT + 2 * MINUTE, actor_kind="customer"),
                                      by("bob", 3)], []),
    ("opened again by us", [by("ann", 1), event("x:1", "reopened", AT + 2 * MINUTE, actor_kind="human"), by("bob", 3)],
     ["ann, bob"]),
    ("at the same second the word comes first", [by("ann", 1), by("bob", 2), asked(2)], []),
    ("the bot", [by("ann", 1), by("helper", 2, actor_kind="bot")], []),
    ("a note", [by("ann", 1), by("bob", 2, visibility="internal")], []),
    ("in private", [by("ann", 1), by("bob", 2, visibility="private")], []),
    ("somebody unnamed", [by("ann", 1), by(None, 2)], []),
    ("a drill", [by("ann", 1), by("bob", 2, is_drill=True)], []),
    ("what is not known yet", [by("ann", 1), by("bob", 2, known_from_at=NOON + HOUR)], []),
    ("what is still to come", [by("ann", 1), by("bob", 5 * 60 + 1)], []),
    ("we began, and both wrote before the customer did", [opened(who="human"), by("ann", 1), by("bob", 2)], []),
    ("we began, and both answered", [opened(who="human"), by("ann", 1), asked(2), by("bob", 3), by("ann", 4)],
     ["bob, ann"]),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "people"), [one[1:] for one in DOUBLES], ids=[one[0] for one in DOUBLES])
def test_who_answered_the_same_word(
    warehouse: Warehouse, answers: Answers, happened: list[Row], people: list[str]
) -> None:
    put(warehouse, cases=[case("x:1")], case_events=happened)
    assert ask(answers, "double_replies", "people", "people_count", **WINDOW) == [
        (names, names.count(",") + 1) for names in people
    ]


def test_what_is_told_of_it_and_when_it_was(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[case("x:1", item_id="x:post", item_key=key("x:post"), subject="Where is my bag?")],
        case_events=[by("ann", 1), by("bob", 4)],
    )
    first, second = AT + MINUTE, AT + 4 * MINUTE
    told = ("x:1", "x:post", "x", "Where is my bag?", "ann, bob", 2, plain(first), plain(second), 180.0)
    assert ask(answers, "double_replies", **WINDOW) == [told]
    assert ask(answers, "double_replies", since=second, until=second + MINUTE) == [told]
    assert ask(answers, "double_replies", since=first, until=second) == []
    assert ask(answers, "double_replies", since=second + MINUTE, until=NOON) == []


def test_two_cases_about_one_post_are_one_conversation(warehouse: Warehouse, answers: Answers) -> None:
    post: dict[str, Any] = {"item_id": "x:post", "item_key": key("x:post")}
    put(
        warehouse,
        cases=[case("x:1", **post), case("x:2", **post), case("x:3"), case("x:4")],
        case_events=[
            *(opened(f"x:{number}") for number in (1, 2, 3, 4)),
            by("ann", 1), by("bob", 2, "x:2"), by("ann", 1, "x:3"), by("bob", 2, "x:4"),
        ],
    )  # fmt: skip
    assert ask(answers, "double_replies", "case_id", "item_id", "people", **WINDOW) == [("x:2", "x:post", "ann, bob")]
    put(warehouse, case_events=[asked(1.5, "x:2"), by("cem", 3)])
    # the customer wrote again in the one case before bob answered, and cem answered that in the other
    assert ask(answers, "double_replies", "case_id", "people", **WINDOW) == [("x:1", "bob, cem")]


@pytest.mark.parametrize(("source_class", "count"), [("earned", 1), ("owned", 0), (None, 0)])
def test_a_case_an_agent_opened_about_a_customers_post_is_the_customer_s(
    warehouse: Warehouse, answers: Answers, source_class: str | None, count: int
) -> None:
    post: dict[str, Any] = {"item_id": "x:post", "item_key": key("x:post")}
    mention = {**post, "brand": "Aurora", "platform": "x", "published_at": AT, "source_class": source_class}
    put(
        warehouse,
        mentions=[{**mention, "is_drill": False, "known_from_at": START}],
        cases=[case("x:1", **post)],
        case_events=[opened(who="human"), by("ann", 1), by("bob", 2)],
    )
    assert len(ask(answers, "double_replies", **WINDOW)) == count


def test_brands_platforms_and_cases_that_do_not_count(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        cases=[
            case("x:1", brand="Rival"),
            case("x:2", platform="reddit"),
            case("x:3", is_drill=True),
            case("x:4", known_until_at=NOON - HOUR),
        ],
        case_events=[by(who, n, f"x:{number}") for number in range(1, 5) for n, who in enumerate(("ann", "bob"))],
    )

    def found(**given: Any) -> list[Any]:
        return sorted(name for (name,) in ask(answers, "double_replies", "case_id", **{**WINDOW, **given}))

    assert found() == ["x:1", "x:2"]
    assert found(brands=["Rival"]) == ["x:1"]
    assert found(platforms=["reddit"]) == ["x:2"]
    assert found(known_at=NOON - 2 * HOUR) == ["x:1", "x:2", "x:4"]
