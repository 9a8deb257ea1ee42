"""A post among the posts it stands with: by conversation where one is named, else by who answers whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.ledger import Ledger
from queries.rows import MentionRow, TombRow
from tests.conftest import NOON
from tests.queries.case_rows import ask
from tests.rows import keep, mention

MINUTE = timedelta(minutes=1)


def post(number: int, parent: int | None = None, talk: str | None = None, **more: Any) -> MentionRow:
    """A post that is so many minutes old; the smaller its number, the older."""
    at = NOON - (60 - number) * MINUTE
    answers = None if parent is None else f"x:{parent}"
    return mention(number, published_at=at, parent_id=answers, conversation_id=talk, **more)


def talk_of(answers: Answers, item: str, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "conversation", "item_id", "depth", item_id=item, **given)


def test_a_named_conversation_comes_whole_in_the_order_of_time(answers: Answers, ledger: Ledger) -> None:
    # as some platforms tell it: the root names no conversation, every answer names the root
    keep(ledger, post(1), post(2, 1, "x:1"), post(3, 2, "x:1"), post(5, 3, "x:1"), post(4, 1, "x:1"), post(9))
    whole = [("x:1", 0), ("x:2", 1), ("x:3", 2), ("x:4", 1), ("x:5", 3)]
    assert talk_of(answers, "x:1") == talk_of(answers, "x:4") == whole
    assert talk_of(answers, "x:9") == [("x:9", 0)]
    assert ask(answers, "conversation", "is_asked", "parent_id", item_id="x:3")[2] == (True, "x:2")
    assert talk_of(answers, "x:3", limit=2) == whole[:2]
    assert talk_of(answers, "x:nobody") == []


def test_without_a_name_it_is_who_answers_whom(answers: Answers, ledger: Ledger) -> None:
    keep(ledger, post(1), post(2, 1), post(3, 2), post(4, 1), post(7), post(8, 7), post(9, 40))
    for one in (1, 2, 3, 4):
        assert talk_of(answers, f"x:{one}") == [("x:1", 0), ("x:2", 1), ("x:3", 2), ("x:4", 1)]
    assert talk_of(answers, "x:8") == [("x:7", 0), ("x:8", 1)]
    assert talk_of(answers, "x:9") == [("x:9", 0)], "what it answers was not collected"


def test_two_answers_to_a_post_that_is_missing_stand_together(answers: Answers, ledger: Ledger) -> None:
    keep(ledger, post(1, 40), post(2, 40), post(3, 2), post(4, 50, "x:root"), post(5, 51, "x:root"))
    assert talk_of(answers, "x:3") == [("x:1", 0), ("x:2", 0), ("x:3", 1)]
    assert talk_of(answers, "x:5") == [("x:4", 0), ("x:5", 0)]


def test_posts_that_answer_each_other_in_a_ring_come_once(answers: Answers, ledger: Ledger) -> None:
    keep(ledger, post(1, 3), post(2, 1), post(3, 2), post(4, 4))
    assert talk_of(answers, "x:2") == [("x:1", 0), ("x:2", 0), ("x:3", 0)]
    assert talk_of(answers, "x:4") == [("x:4", 0)]


def test_a_post_of_two_brands_is_one_post_and_a_drill_is_none(answers: Answers, ledger: Ledger) -> None:
    keep(ledger, post(1, brand="Zephyr"), post(1, brand="Aurora"), post(2, 1), post(3, 1, is_drill=True))
    assert ask(answers, "conversation", "item_id", "brands", item_id="x:2") == [
        ("x:1", "Aurora, Zephyr"),
        ("x:2", "Aurora"),
    ]


def test_it_is_told_by_the_judge_that_was_asked_for(answers: Answers, ledger: Ledger) -> None:
    keep(ledger, post(1, sentiment_label="negative", source_sentiment="positive"))
    assert ask(answers, "conversation", "sentiment_label", item_id="x:1") == [("negative",)]
    assert ask(answers, "conversation", "sentiment_label", item_id="x:1", judge="source") == [("positive",)]
    with pytest.raises(BadParameter, match="judge must be"):
        ask(answers, "conversation", item_id="x:1", judge="me")


def test_an_erased_post_is_not_found_by_what_it_said(answers: Answers, ledger: Ledger) -> None:
    keep(ledger, post(1, text="My phone is 555"), post(2, text="post 2"))
    window: dict[str, Any] = {"since": NOON - 99 * MINUTE, "until": NOON, "text": "PHONE"}
    assert ask(answers, "mention_rows_count", **window) == [(1,)]
    keep(ledger, now=NOON + MINUTE, tombs=[TombRow(platform="x", item_id="x:1", deleted_at=NOON)])
    assert ask(answers, "mention_rows_count", **window, known_at=NOON) == [(0,)], "nor as it was known"
    cursor = answers.warehouse.cursor()
    left = cursor.execute("SELECT DISTINCT search_text FROM mentions").fetchall()
    cursor.close()
    assert sorted(left, key=str) == [("post 2",), (None,)]
