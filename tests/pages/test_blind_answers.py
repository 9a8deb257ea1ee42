"""Every answer that counts what was said also says when we were blind: a source that is down is not silence."""

from __future__ import annotations

import pytest

from tests.pages.blinding import fail, lose
from tests.pages.world import World

WINDOW = "since=-24h&until=now"
TOTALS = f"/api/v1/ask/mention_totals?{WINDOW}"
COUNTING = {
    "mention_totals": WINDOW,
    "mentions_by_bucket": WINDOW,
    "latest_mentions": WINDOW,
    "share_of_voice": WINDOW,
    "sentiment_by_group": WINDOW + "&group_by=platform",
    "rising_words": WINDOW + "&against_since=-8d&against_until=-24h",
    "volume_expected": WINDOW,
    "top_items": WINDOW,
    "mentions_by_edge": "edges=-24h&edges=-1h&edges=now",
}


def test_every_question_that_counts_what_was_said_is_known_here(still: World) -> None:
    catalogue = still.house.answers.catalogue.values()
    counting = {question.name for question in catalogue if question.topic in ("volume", "sentiment")}
    assert counting - {"blind_spans"} == set(COUNTING)


@pytest.mark.parametrize("question", COUNTING)
def test_an_answer_that_counts_says_when_we_were_blind(world: World, question: str) -> None:
    client = world.flask.test_client()
    assert client.get(f"/api/v1/ask/{question}?{COUNTING[question]}").get_json()["blind"] == []
    lose(world, 118, 3, "mastodon", "the list was cut at 40")
    lose(world, 30 * 60, 5)  # before the window
    world.clock.move(minutes=1)
    fail(world, "the folder <b>is gone</b>")
    world.clock.move(minutes=1)
    answer = client.get(f"/api/v1/ask/{question}?{COUNTING[question]}")
    assert answer.get_json()["blind"] == [
        "blind from 05:02 to 05:05 on mastodon: the list was cut at 40",
        "blind since 07:00 on instagram, reddit and x: the folder <b>is gone</b>",
    ]


def test_blindness_is_told_of_what_was_asked_for(world: World) -> None:
    client = world.flask.test_client()

    def blind(query: str) -> list[str]:
        found: list[str] = client.get(f"/api/v1/ask/mention_totals?{query}").get_json()["blind"]
        return [sentence.partition(": ")[2] for sentence in found]

    lose(world, 90, 5, "x", "on x")
    lose(world, 90, 5, "reddit", "on reddit")
    world.clock.move(hours=1)
    lose(world, 200, 10, "x", "told an hour later")
    assert blind(WINDOW) == ["told an hour later", "on reddit", "on x"]
    assert blind(WINDOW + "&platforms=reddit") == ["on reddit"]
    assert blind("since=-1h&until=now") == []
    assert blind(WINDOW + "&known_at=2026-11-21T12:30:00Z") == ["on reddit", "on x"]


def test_no_answer_tells_more_than_fifty_spans(world: World) -> None:
    for number in range(60):
        lose(world, 2 + 3 * number, 1, "x", f"gap {number}")
    world.clock.move(minutes=1)
    assert len(world.flask.test_client().get(TOTALS).get_json()["blind"]) == 50


@pytest.mark.parametrize("question", ["source_health", "refused_rows", "blind_spans?" + WINDOW])
def test_an_answer_that_counts_nothing_said_says_nothing_of_blindness(still: World, question: str) -> None:
    answer = still.flask.test_client().get(f"/api/v1/ask/{question}")
    assert answer.status_code == 200
    assert "blind" not in answer.get_json()
