"""What most people passed on or could see: a copied text is one item, and "thank you" is no copy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from queries.answers import Answers
from queries.ledger import Ledger
from tests.conftest import NOON
from tests.queries.case_rows import ask
from tests.rows import keep, mention

WINDOW = {"since": NOON - timedelta(hours=2), "until": NOON}
LONG = "They left our bags on the tarmac in the rain"


def top(answers: Answers, *columns: str, **given: object) -> list[tuple[object, ...]]:
    return ask(answers, "top_items", *columns, now=NOON, **{**WINDOW, **given})


def test_the_most_passed_on_stands_first_and_a_flood_of_copies_is_one(ledger: Ledger, answers: Answers) -> None:
    keep(
        ledger,
        mention("first", text=LONG, author_id="a", author_followers_count=10),
        mention("copy", text=f"RT @a: {LONG}! https://x.y/1", author_id="b", author_followers_count=900),
        mention("again", text=LONG.upper(), author_id="b", author_followers_count=800, platform="reddit"),
        mention("third", text=LONG, author_id=None, author_followers_count=None),
        mention("star", text="A wonderful crew on the flight to Lisbon", author_id="s", author_followers_count=5_000),
        mention("mute", text="A dreadful crew on the flight to Lisbon", author_id="m"),
    )
    columns = ("item_id", "spread_count", "author_followers_count", "platforms_count")
    # b on two platforms is two accounts; an author nobody knows is one per post
    assert top(answers, *columns) == [("x:copy", 4, 900, 2), ("x:star", 1, 5_000, 1), ("x:mute", 1, None, 1)]
    assert [row[0] for row in top(answers, "item_id", limit=2)] == ["x:copy", "x:star"]


@pytest.mark.parametrize(("text", "spread"), [("@aurora Thank you so much!! 💙", 1), (LONG, 5)])
def test_what_many_say_by_themselves_is_no_copy(ledger: Ledger, answers: Answers, text: str, spread: int) -> None:
    keep(ledger, *[mention(n, text=text, author_id=f"a{n}") for n in range(5)])
    assert {row[0] for row in top(answers, "spread_count")} == {spread}


def test_a_post_about_two_brands_is_one_item_that_names_both(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, text=LONG, brand="Rival"), mention(1, text=LONG, brand="Aurora"))
    assert top(answers, "item_id", "brand", "spread_count") == [("x:1", "Aurora, Rival", 1)]
    assert top(answers, "brand", brands=["Rival"]) == [("Rival",)]


def test_drills_and_other_times_are_not_in_it(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, is_drill=True), mention(2, published_at=NOON), mention(3, text=LONG, url="https://x.y"))
    assert top(answers, "item_id", "text", "url", "sentiment_label") == [("x:3", LONG, "https://x.y", None)]
    assert top(answers, platforms=["reddit"]) == top(answers, languages=["de"]) == top(answers, regions=["us"]) == []
