"""Asking: once computed, kept by question, parameters, revision and tick; refused by name when asked wrongly."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import (
    BadParameter,
    Column,
    MissingParameter,
    Question,
    TooSlow,
    UnknownParameter,
    UnknownQuestion,
    load_catalogue,
    parse_given,
    parse_moment,
)
from queries.encode import answer_json
from queries.keys import text_key
from queries.ledger import Ledger
from queries.rows import RefusedRow
from queries.utc import floor_to, from_stored, iso, to_stored
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.rows import keep, mention

CATALOGUE = load_catalogue()
WINDOW = {"since": NOON - timedelta(hours=2), "until": NOON}


class Counting(Answers):
    """Answers that count how often DuckDB is touched."""

    touched = 0

    def _run(self, question: Any, params: Any, flight: Any) -> Any:
        self.touched += 1
        time.sleep(0.2)
        return super()._run(question, params, flight)


def test_a_second_ask_at_the_same_revision_and_tick_does_not_touch_duckdb(warehouse: Warehouse) -> None:
    asked = Counting(warehouse, CATALOGUE, DictCache())
    first = asked.ask("mention_totals", WINDOW, NOON)
    second = asked.ask(
        "mention_totals", {**WINDOW, "until": NOON + timedelta(seconds=59)}, NOON + timedelta(seconds=59)
    )
    assert asked.touched == 1
    assert second.frame.equals(first.frame)
    keep(Ledger(warehouse), mention(1))
    third = asked.ask("mention_totals", WINDOW, NOON)
    assert asked.touched == 2, "a new revision is a new answer"
    assert third.frame["mentions_count"].tolist() == [1]
    asked.ask("mention_totals", {**WINDOW, "until": NOON + timedelta(seconds=60)}, NOON)
    assert asked.touched == 3, "a new tick is a new answer"


def test_eight_simultaneous_asks_make_one_computation(warehouse: Warehouse) -> None:
    asked = Counting(warehouse, CATALOGUE, DictCache())
    frames: list[Any] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        frames.append(asked.ask("mention_totals", WINDOW, NOON).frame)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked.touched == 1
    assert len(frames) == 8
    assert all(frame.equals(frames[0]) for frame in frames)


def test_those_who_wait_get_the_error_too_and_the_next_asker_tries_again(answers: Answers) -> None:
    bad = {**WINDOW, "judge": "nobody"}
    keep(Ledger(answers.warehouse), mention(1))
    for _ in range(2):
        with pytest.raises(BadParameter):
            answers.ask("mention_totals", bad, NOON)


def test_different_parameters_are_different_answers(warehouse: Warehouse) -> None:
    asked = Counting(warehouse, CATALOGUE, DictCache())
    for brands in (["a"], ["b"], ["a", "b"], ["a\x1eb"], []):
        asked.ask("mention_totals", {**WINDOW, "brands": brands}, NOON)
    assert asked.touched == 5


def test_refused_rows_are_told_at_the_next_tick(answers: Answers) -> None:
    assert answers.ask("refused_rows", {}, NOON).frame.empty
    keep(Ledger(answers.warehouse), refused=[RefusedRow(reason="missing_id", sentence="has no id", raw="x")])
    assert len(answers.ask("refused_rows", {}, NOON + timedelta(seconds=5)).frame) == 1


def test_texts_that_look_different_are_different_texts() -> None:
    texts = ["\U0001f44d", "\U0001f621", "https://t.co/a", "", "\u0915\u093f", "\u0915\u0940", "thanks", "#thanks"]
    assert len({text_key(text) for text in texts}) == len(texts)
    assert text_key("RT @a: Thanks!! https://t.co/a") == text_key("thanks")


def test_a_question_that_takes_too_long_is_interrupted(warehouse: Warehouse) -> None:
    slow = Question(
        "slow", "t", "x.", timedelta(seconds=5), (), (Column("n", "bigint", "a number"),), "one row",
        "SELECT count(*)::BIGINT AS n FROM range(100000000000) a(i) WHERE hash(i) = 1",
    )  # fmt: skip
    asked = Answers(warehouse, {"slow": slow}, DictCache(), time_limit_seconds=0.2)
    started = time.monotonic()
    with pytest.raises(TooSlow, match=r"slow took longer than 0\.2 s"):
        asked.ask("slow", {}, NOON)
    assert time.monotonic() - started < 20


def test_wrong_names_are_refused_with_the_nearest(answers: Answers) -> None:
    with pytest.raises(UnknownQuestion, match='did you mean "mention_totals"'):
        answers.ask("mention_total", WINDOW, NOON)
    with pytest.raises(UnknownParameter, match='did you mean "brands"'):
        answers.ask("mention_totals", {**WINDOW, "brand": "x"}, NOON)
    with pytest.raises(MissingParameter, match="needs until"):
        answers.ask("mention_totals", {"since": NOON}, NOON)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ([("since", "yesterday")], "since: .*is not a moment"),
        ([("limit", "many")], "limit must be a whole number"),
        ([("limit", str(2**70))], "at most 64 bits"),
        ([("since", "-24h"), ("since", "-2h")], "since is given twice"),
        ([("snice", "-24h")], 'did you mean "since"'),
    ],
)
def test_words_from_the_command_line_are_refused_by_name(answers: Answers, given_: Any, said: str) -> None:
    question = CATALOGUE["latest_mentions"]

    def asked() -> None:
        values = parse_given(question, given_, NOON, UTC)
        answers.ask("latest_mentions", {**WINDOW, **values}, NOON)

    with pytest.raises((BadParameter, UnknownParameter), match=said):
        asked()


def test_moments_as_people_write_them() -> None:
    zone = ZoneInfo("America/New_York")
    assert parse_moment("-24h", NOON, zone) == NOON - timedelta(hours=24)
    assert parse_moment("now", NOON, zone) == NOON
    assert parse_moment("2026-11-21T08:00:00Z", NOON, zone) == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert parse_moment("2026-11-21", NOON, zone) == datetime(2026, 11, 21, 5, tzinfo=UTC), "the site's midnight"
    assert parse_moment("2026-11-21T08:00:00 02:00", NOON, zone) == datetime(2026, 11, 21, 6, tzinfo=UTC)


def test_a_list_is_a_repeated_key() -> None:
    question = CATALOGUE["mention_totals"]
    assert parse_given(question, [("brands", "a"), ("brands", "b")], NOON, UTC) == {"brands": ["a", "b"]}


def test_the_json_says_what_was_asked_and_ends_its_times_in_z(answers: Answers) -> None:
    import json

    keep(Ledger(answers.warehouse), mention(1, text='"<b>\u202e'))
    answer = answers.ask("latest_mentions", {**WINDOW, "brands": ["Aurora"]}, NOON + timedelta(seconds=3))
    body = json.loads(answer_json(answer))
    assert set(body) == {"question", "params", "revision", "as_of", "columns", "rows"}
    assert body["params"]["since"] == "2026-11-21T10:00:00Z"
    assert body["params"]["brands"] == ["Aurora"]
    assert body["as_of"] == "2026-11-21T12:00:03Z"
    row = dict(zip(body["columns"], body["rows"][0], strict=True))
    assert row["published_at"] == "2026-11-21T11:00:00Z"
    assert row["text"] == '"<b>\u202e'
    assert row["url"] is None
    assert row["author_followers_count"] is None


@given(st.datetimes(timezones=st.timezones()))
def test_the_utc_door_keeps_the_instant(moment: datetime) -> None:
    try:
        instant = moment.astimezone(UTC)
    except OverflowError:
        return
    stored = to_stored(moment)
    assert stored.tzinfo is None
    assert from_stored(stored) == instant
    assert datetime.fromisoformat(iso(moment)) == instant


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([1, 5, 60, 3600]),
)
def test_rounding_down_is_never_later_and_less_than_a_tick_away(moment: datetime, seconds: int) -> None:
    step = timedelta(seconds=seconds)
    floor = floor_to(moment, step)
    assert floor <= moment < floor + step
    assert floor_to(floor, step) == floor
