"""Cases: how fast they are answered and resolved, which are open, and what happened to one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter, Question, load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, ask, case, event, put, reply, said

WINDOW = {"since": START, "until": NOON}
CATALOGUE = load_catalogue()
CASES = [question for question in CATALOGUE.values() if question.topic == "cases"]
COUNTING = [question for question in CASES if "brands" in {param.name for param in question.params}]


@pytest.mark.parametrize("question", CASES, ids=lambda question: question.name)
def test_every_question_about_cases_sees_only_what_was_known(question: Question) -> None:
    body = " ".join(re.sub(r"--.*", "", question.sql).split())
    cases, events = len(re.findall("FROM cases ", body)), len(re.findall("FROM case_events ", body))
    posts = len(re.findall("JOIN mentions ", body))
    assert body.count("known_from_at <= $known_at::TIMESTAMP") == cases + events + posts
    assert body.count("(known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)") == cases + posts
    assert body.count("AND happened_at <= $now::TIMESTAMP") == events, "what is later than now has not happened"
    if question in COUNTING:
        assert body.count("NOT is_drill") == cases + events + posts
        for name, column in (("brands", "brand"), ("platforms", "platform")):
            listed = f"${name}::VARCHAR[]"
            assert f"(len({listed}) = 0 OR list_contains({listed}, {column}))" in body


@pytest.fixture
def replied(warehouse: Warehouse) -> None:
    """Five cases of Aurora and one of Rival: answered, answered by a bot, answered early, not answered."""
    put(
        warehouse,
        cases=[
            case("x:1", track="social"),
            case("x:2", brand="Rival", platform="reddit"),
            case("x:3"),
            case("x:4"),
            case("x:5", START + HOUR),
            case("x:6", NOON - SECOND, track="social"),
            case("x:late", NOON),
            case("x:drill", is_drill=True),
        ],
        case_events=[
            said("x:1", START),
            reply("x:1", START + timedelta(seconds=1.5)),
            reply("x:1", START + 2 * HOUR),
            reply("x:2", START + 15 * MINUTE),
            reply("x:3", START + SECOND, actor_kind="bot"),
            reply("x:3", START + SECOND, visibility="private"),
            reply("x:3", START + SECOND, is_drill=True),
            event("x:3", "followed_up", START + SECOND, actor_kind="human", visibility="public"),
            reply("x:3", START + HOUR),
            reply("x:4", START + HOUR + SECOND),
            reply("x:5", START),
            event("x:4", "changed", START + MINUTE, track="mail"),
            event("x:4", "changed", START + 2 * MINUTE, track="phone"),
            event("x:4", "changed", START + 3 * MINUTE, priority="1"),
            reply("x:drill", START + SECOND),
        ],
    )


SEVEN = ("group_name", "cases_count", "answered_count", "early_count")


@pytest.mark.usefixtures("replied")
def test_the_first_public_reply_of_a_human_counts(answers: Answers) -> None:
    assert ask(answers, "response_times", **WINDOW) == [
        # 1.5 s, 15 min, 1 h, 1 h and a second; the early one is answered, and nobody knows how fast
        ("all", 6, 5, 1, 2250.0, pytest.approx(3600.7), pytest.approx(3600.85), 0.5, 0.75)
    ]


@pytest.mark.usefixtures("replied")
@pytest.mark.parametrize(
    ("group_by", "said"),
    [
        ("brand", [("Aurora", 5, 4, 1), ("Rival", 1, 1, 0)]),
        ("platform", [("x", 5, 4, 1), ("reddit", 1, 1, 0)]),
        ("track", [(None, 3, 3, 1), ("social", 2, 1, 0), ("phone", 1, 1, 0)]),
    ],
)
def test_response_times_by_group(answers: Answers, group_by: str, said: list[tuple[Any, ...]]) -> None:
    assert ask(answers, "response_times", *SEVEN, **WINDOW, group_by=group_by) == said


@pytest.mark.usefixtures("replied")
def test_filters_narrow_and_an_empty_list_means_all(answers: Answers) -> None:
    for question in ("response_times", "resolution_times"):
        counts = [
            ask(answers, question, "cases_count", **WINDOW, brands=brands, platforms=platforms)
            for brands, platforms in ((["Rival"], []), ([], ["x"]), (["Rival", "Aurora"], []), (["Rival"], ["x"]))
        ]
        assert counts == [[(1,)], [(5,)], [(6,)], []]
    assert ask(answers, "open_cases_by_state", "state", "cases_count", brands=["Rival"]) == [("answered", 1)]


@pytest.mark.usefixtures("replied")
def test_what_is_later_than_now_has_not_happened(answers: Answers) -> None:
    then = START + 30 * MINUTE
    assert ask(answers, "response_times", *SEVEN, **WINDOW, now=then) == [("all", 4, 2, 0)], "x:5 is not there yet"
    early = ask(answers, "response_times", "cases_count", "answered_count", "p50_seconds", **WINDOW, now=START)
    assert early == [(4, 0, None)], "unknown, not zero"
    assert ask(answers, "response_times", "within_15m_share", **WINDOW, now=START) == [(None,)]


def test_a_window_is_half_open_over_the_opening(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, cases=[case("x:1", START), case("x:2", START + HOUR), case("x:3", START + 2 * HOUR)])
    window = {"since": START + HOUR, "until": START + 2 * HOUR}
    for question in ("response_times", "resolution_times"):
        assert ask(answers, question, "cases_count", **window) == [(1,)]


def test_yesterdays_answer_can_be_had_back(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, NOON, cases=[case("x:1", known_until_at=NOON)], case_events=[reply("x:1", START + MINUTE)])
    put(
        warehouse,
        NOON + HOUR,
        cases=[case("x:1", brand="Rival", known_from_at=NOON)],
        case_events=[
            reply("x:1", START, known_from_at=NOON),
            event("x:1", "resolved", START + HOUR, known_from_at=NOON),
        ],
    )
    before: dict[str, Any] = {**WINDOW, "known_at": NOON - SECOND, "group_by": "brand"}
    later: dict[str, Any] = {**WINDOW, "known_at": NOON, "group_by": "brand"}
    assert ask(answers, "response_times", "group_name", "p50_seconds", **before) == [("Aurora", 60.0)]
    assert ask(answers, "response_times", "group_name", "p50_seconds", **later) == [("Rival", 0.0)]
    assert ask(answers, "resolution_times", "group_name", "resolved_count", **before) == [("Aurora", 0)]
    assert ask(answers, "resolution_times", "group_name", "resolved_count", **later) == [("Rival", 1)]
    assert ask(answers, "open_cases_by_state", "state", known_at=NOON - SECOND) == [("answered",)]
    assert ask(answers, "open_cases_by_state", "state", known_at=NOON) == []
    assert ask(answers, "case_facts", "brand", case_id="x:1", known_at=NOON - SECOND) == [("Aurora",)]
    assert len(ask(answers, "case_timeline", case_id="x:1", known_at=NOON - SECOND)) == 2
    assert len(ask(answers, "case_timeline", case_id="x:1", known_at=NOON)) == 4


@pytest.fixture
def worked(warehouse: Warehouse) -> None:
    """Resolved, resolved again, taken back, declined, merged, excluded, and one nobody has touched."""
    at = START
    put(
        warehouse,
        cases=[
            case("x:1", priority="2", owner="ann"),
            case("x:2", priority="2"),
            case("x:3", priority="1"),
            *[case(f"x:{number}") for number in range(4, 9)],
            case("x:drill", is_drill=True),
        ],
        case_events=[
            event("x:1", "resolved", at + HOUR),
            event("x:2", "resolved", at + HOUR),
            event("x:2", "reopened", at + 2 * HOUR),
            event("x:2", "resolved", at + 3 * HOUR),
            event("x:3", "resolved", at + HOUR),
            event("x:3", "reopened", at + 2 * HOUR),
            event("x:3", "changed", at + HOUR, priority="2"),
            event("x:4", "declined", at + HOUR, reason="not ours"),
            event("x:5", "merged", at + HOUR, other_case_id="x:1"),
            event("x:6", "excluded", at + HOUR, reason="spam"),
            event("x:7", "resolved", at - HOUR),
            event("x:7", "resolved", at + HOUR, is_drill=True),
            event("x:drill", "resolved", at + HOUR),
            event("x:1", "assigned", at + HOUR, owner="bob"),
            event("x:1", "assigned", at + 2 * HOUR, owner="cem"),
            event("x:2", "claimed", at, actor="dora"),
            event("x:3", "assigned", at, actor="the one who shares out"),
        ],
    )


FIVE = ("group_name", "cases_count", "resolved_count", "open_count", "reopened_count")


@pytest.mark.usefixtures("worked")
def test_a_case_is_resolved_when_its_last_word_is(answers: Answers) -> None:
    [(*counts, p50, p90, p95)] = ask(answers, "resolution_times", **WINDOW)
    # 1, 2, 7 resolved; 3, 8 open; 4 declined; 5 and 6 are gone. 7 was resolved before it was opened: no time
    assert counts == ["all", 6, 3, 2, 2]
    assert (p50, p90, p95) == (2 * 3600.0, pytest.approx(2.8 * 3600), pytest.approx(2.9 * 3600))


@pytest.mark.usefixtures("worked")
def test_resolved_is_what_now_makes_of_it(answers: Answers) -> None:
    def counts(now: datetime) -> list[tuple[Any, ...]]:
        return ask(answers, "resolution_times", *FIVE[1:], **WINDOW, now=now)

    assert counts(START) == [(8, 1, 7, 0)]
    assert counts(START + HOUR) == [(6, 4, 1, 0)]
    assert counts(START + 2 * HOUR) == [(6, 2, 3, 2)]


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize(
    ("group_by", "said"),
    [
        ("priority", [("2", 3, 2, 1, 2), (None, 3, 1, 1, 0)]),
        ("owner", [(None, 4, 1, 2, 1), ("cem", 1, 1, 0, 0), ("dora", 1, 1, 0, 1)]),
        ("brand", [("Aurora", 6, 3, 2, 2)]),
        ("platform", [("x", 6, 3, 2, 2)]),
        ("track", [(None, 6, 3, 2, 2)]),
    ],
)
def test_resolution_times_by_group(answers: Answers, group_by: str, said: list[tuple[Any, ...]]) -> None:
    assert ask(answers, "resolution_times", *FIVE, **WINDOW, group_by=group_by) == said


@pytest.mark.parametrize("kinds", [("reopened", "resolved"), ("resolved", "reopened")])
def test_of_two_at_the_same_instant_a_reopening_comes_first(
    warehouse: Warehouse, answers: Answers, kinds: tuple[str, str]
) -> None:
    put(warehouse, cases=[case("x:1")], case_events=[event("x:1", kind, START + HOUR) for kind in kinds])
    assert ask(answers, "resolution_times", *FIVE, **WINDOW) == [("all", 1, 1, 0, 1)]
    assert ask(answers, "open_cases_by_state") == []


@pytest.mark.parametrize("question", ["response_times", "resolution_times"])
def test_groups_that_make_no_sense_are_named(warehouse: Warehouse, answers: Answers, question: str) -> None:
    put(warehouse, cases=[case("x:1")])
    with pytest.raises(BadParameter, match="group_by must be all, brand"):
        ask(answers, question, **WINDOW, group_by="moon")
