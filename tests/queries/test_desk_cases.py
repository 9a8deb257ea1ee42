"""The desk's numbers about cases and the rows behind them are the same, and those the wall's questions give."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import READ, BadParameter, load_catalogue
from queries.keys import key
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.queries.case_rows import HOUR, MINUTE, START, Row, case, event, put, records
from tests.rows import keep, mention

SINCE, UNTIL = START + 48 * HOUR, START + 96 * HOUR
KINDS = ("message", "message", "message", "assigned", "claimed", "accepted", "changed", "paused", "resumed", "resolved",
         "resolved", "reopened", "declined", "merged", "excluded", "other")  # fmt: skip
OPEN = ("new", "assigned", "answered", "waiting")
STATES = (*OPEN, "resolved", "declined", "merged", "excluded")


def made(number: int, dice: random.Random) -> tuple[Row, list[Row]]:
    """A case and what happened to it: at whole minutes, so that things meet at one instant."""
    opened = START + dice.choice((dice.random() * 110, dice.randrange(0, 97))) * HOUR
    row = case(
        f"x:{number}", opened,
        brand=dice.choice(("Aurora", "Meridian", None)), platform=dice.choice(("x", "mail")),
        owner=dice.choice(("kim", None)), track=dice.choice(("refund", None)), priority=dice.choice(("1", "2", None)),
        subject=dice.choice(("Lost BAG", "cafe\u0301 closed", "50% refund", None)), is_drill=dice.random() < 0.05,
        item_id=None if number % 4 == 0 else f"x:{number % 90}",
    )  # fmt: skip
    row["item_key"] = None if row["item_id"] is None else key(row["item_id"])
    events = [
        event(
            row["case_id"], dice.choice(KINDS),
            opened + dice.randrange(-1, 12) * dice.choice((MINUTE, HOUR, 10 * HOUR)),
            event_id=f"{number}-{place}", actor_kind=dice.choice(("human", "human", "bot", "customer")),
            visibility=dice.choice(("public", "public", "private", "internal")), actor=dice.choice(("ann", None)),
            owner=dice.choice(("bo", None)), track=dice.choice(("delay", None)), priority=dice.choice(("3", None)),
            is_drill=dice.random() < 0.05,
        )
        for place in range(dice.randrange(0, 7))
    ]  # fmt: skip
    return row, events


DICE = random.Random(11)
MADE = [made(number, DICE) for number in range(400)]
CASES = [row for row, _ in MADE]
POSTS = [
    mention(
        number, brand=brand, language=DICE.choice(("en", "de", None)), region=DICE.choice(("us", None)),
        media_type=DICE.choice(("video", None)), sentiment_label=DICE.choice(("negative", "positive", None)),
        published_at=START, is_drill=number % 17 == 0,
    )
    for number in range(80)
    for brand in ("Aurora", "Meridian")[: 1 + number % 2]
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("desk") / "w.duckdb", START)
    put(warehouse, cases=CASES, case_events=[one for _, events in MADE for one in events])
    keep(Ledger(warehouse), *POSTS, now=NOON)
    yield Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


def frame(asked: Answers, question: str, **given: Any) -> pd.DataFrame:
    return asked.ask(question, given, NOON).frame


def total(asked: Answers, question: str = "case_rows_count", column: str = "cases_count", **given: Any) -> int:
    return int(frame(asked, question, **given)[column].sum())


def known(value: Any) -> Any:
    """A cell of an answer, with None for what is unknown."""
    return None if pd.isna(value) else value


def one_of(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3)


FILTERS = st.fixed_dictionaries(
    {
        "brands": one_of("Aurora", "Meridian", ""),
        "platforms": one_of("x", "mail"),
        "languages": one_of("en", "de", ""),
        "regions": one_of("us", ""),
        "media_types": one_of("video", ""),
        "source_classes": one_of("earned", ""),
        "sentiments": one_of("negative", "positive", ""),
        "states": one_of(*STATES),
        "replied": st.sampled_from(("", "yes", "no")),
        "text": st.sampled_from(("", "bag", "50%", "CAFÉ", "%")),
        "judge": st.sampled_from(("watchfloor", "source")),
    }
)
PLAIN: dict[str, Any] = {}
DIMENSIONS = ("brand", "platform", "state", "language", "region", "sentiment", "media_type", "source_class")


@given(filters=FILTERS)
@example(filters=PLAIN)
@settings(max_examples=25)
def test_total_breakdown_trend_count_and_rows_agree(asked: Answers, filters: dict[str, Any]) -> None:
    window = {"since": SINCE, "until": UNTIL, **filters}
    rows = frame(asked, "case_rows", **window, limit=1000)
    count = total(asked, **window)
    assert len(rows) == rows["case_id"].nunique() == count
    totals = frame(asked, "case_totals", **window).iloc[0]
    assert totals["cases_count"] == count
    assert totals["open_count"] == rows["state"].isin(OPEN).sum()
    assert totals["replied_count"] == rows["replied_at"].notna().sum()
    assert totals["resolved_count"] == (rows["state"] == "resolved").sum()
    assert known(totals["p50_first_response_seconds"]) == known(rows["first_response_seconds"].median())
    before = total(asked, **{**window, "since": SINCE - 48 * HOUR, "until": SINCE})
    assert totals["cases_count_before"] == before
    table = frame(asked, "case_breakdown", **window)
    for dimension in DIMENSIONS:
        part = table[table["dimension"] == dimension].set_index("value")
        assert (part["cases_count"].sum(), part["cases_count_before"].sum()) == (count, before), dimension
        assert part["open_count"].sum() == totals["open_count"]
        assert part["replied_count"].sum() == totals["replied_count"]
        assert part["resolved_count"].sum() == totals["resolved_count"]
        column = "sentiment_label" if dimension == "sentiment" else dimension
        if column in rows:
            found = Counter(known(value) or "" for value in rows[column].tolist())
            assert {value: n for value, n in part["cases_count"].to_dict().items() if n} == found
    edges = [SINCE, SINCE + 7 * HOUR, UNTIL - 5 * MINUTE, UNTIL]
    trend = frame(asked, "cases_by_edge", edges=edges, **filters).set_index("edge_at")
    for first, last in pairwise(edges):
        here = frame(asked, "case_totals", **{**window, "since": first, "until": last}).iloc[0]
        for column in ("cases_count", "open_count", "resolved_count"):
            assert trend[column].get(first.replace(tzinfo=None), 0) == here[column]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_each_value_of_a_breakdown_opens_as_many_rows(asked: Answers, dimension: str) -> None:
    window = {"since": SINCE, "until": UNTIL}
    table = frame(asked, "case_breakdown", **window)
    field = {"source_class": "source_classes"}.get(dimension, f"{dimension}s")
    for value, count in table[table["dimension"] == dimension].set_index("value")["cases_count"].items():
        given: dict[str, Any] = {**window, field: [value]}
        assert total(asked, **given) == count, value


def test_rows_are_those_that_were_made(asked: Answers) -> None:
    rows = frame(asked, "case_rows", since=SINCE, until=UNTIL, limit=1000)
    wanted = {
        row["case_id"]: row for row in CASES if SINCE <= row["opened_at"] < UNTIL and not row["is_drill"]
    }  # fmt: skip
    assert set(rows["case_id"]) == set(wanted)
    posts = {post.item_id: post for post in POSTS if not post.is_drill}
    for case_id, subject, language in records(rows, "case_id", "subject", "language"):
        assert subject == wanted[case_id]["subject"]
        post = posts.get(wanted[case_id]["item_id"])
        if post is None or sum(one.item_id == post.item_id for one in POSTS) == 1:
            assert language == (post.language if post else None)


def test_states_are_the_walls_own(asked: Answers) -> None:
    ever = {"since": START - 99 * HOUR, "until": NOON}
    for now in (NOON, START + 60 * HOUR):
        wall = asked.ask("open_cases_by_state", {}, now).frame.set_index("state")["cases_count"].to_dict()
        table = asked.ask("case_breakdown", ever, now).frame
        mine = table[table["dimension"] == "state"].set_index("value")["cases_count"].to_dict()
        assert {state: count for state, count in mine.items() if state in OPEN} == wall


def test_times_are_the_walls_own(asked: Answers) -> None:
    ever = {"since": START - 99 * HOUR, "until": NOON}
    totals = frame(asked, "case_totals", **ever).iloc[0]
    answered = frame(asked, "response_times", **ever).iloc[0]
    assert totals["cases_count"] == answered["cases_count"]
    assert totals["replied_count"] == answered["answered_count"]
    assert totals["p50_first_response_seconds"] == answered["p50_seconds"]
    ended = frame(asked, "resolution_times", **ever).iloc[0]
    assert totals["resolved_count"] == ended["resolved_count"]
    assert totals["open_count"] == ended["open_count"]
    rows = frame(asked, "case_rows", **ever, limit=1000)
    assert rows["resolution_seconds"].median() == ended["p50_seconds"]
    for name in ("track", "priority", "owner"):
        alive = rows[~rows["state"].isin(["merged", "excluded"])]
        wall = frame(asked, "resolution_times", **ever, group_by=name)
        assert dict(records(wall, "group_name", "cases_count")) == Counter(map(known, alive[name].tolist()))


@pytest.mark.parametrize("column", [
    "opened_at", "brand", "platform", "state", "replied_at", "first_response_seconds", "resolved_at",
    "resolution_seconds", "track", "priority", "owner",
])  # fmt: skip
@pytest.mark.parametrize("descending", [True, False])
def test_blocks_of_rows_are_sorted_and_nothing_comes_twice(asked: Answers, column: str, descending: bool) -> None:
    window = {"since": START, "until": NOON, "sort_by": column, "descending": descending}
    blocks = [frame(asked, "case_rows", **window, offset=start, limit=150) for start in range(0, 450, 150)]
    rows = pd.concat(blocks, ignore_index=True)
    assert len(rows) == rows["case_id"].nunique() == total(asked, since=START, until=NOON)
    values = [value for value in rows[column].tolist() if not pd.isna(value)]
    assert values == sorted(values, reverse=descending)
    assert rows[column].iloc[len(values) :].isna().all(), "what is unknown comes last either way"


def test_what_cannot_be_asked_says_what_can(asked: Answers) -> None:
    with pytest.raises(BadParameter, match="sort_by must be opened_at, brand"):
        frame(asked, "case_rows", since=SINCE, until=UNTIL, sort_by="subject")
    with pytest.raises(BadParameter, match="replied must be yes, no or nothing"):
        frame(asked, "case_rows_count", since=SINCE, until=UNTIL, replied="maybe")


def test_a_post_names_its_cases(asked: Answers) -> None:
    found = frame(asked, "item_cases", item_id="x:5")
    assert set(found["case_id"]) == {
        row["case_id"] for row in CASES if row["item_id"] == "x:5" and not row["is_drill"]
    }  # fmt: skip
    assert found["opened_at"].is_monotonic_decreasing
    assert frame(asked, "item_mentions", item_id="x:5")["brand"].tolist() == ["Aurora", "Meridian"]


def test_all_questions_about_the_desks_cases_choose_them_alike() -> None:
    gates = (
        r"      AND len\(\$languages::VARCHAR\[\]\).*?> 0\n",
        r"(?<=               THEN )[^;]*?(?= END\n    GROUP BY case_key)",
    )
    texts = {}
    for name in ("case_rows", "case_rows_count", "case_totals", "case_breakdown", "cases_by_edge"):
        text = (READ / "desk" / f"{name}.sql").read_text(encoding="utf-8")
        same = re.findall(r"-- the same in every question .*?-- to here", text, re.DOTALL)
        assert len(same) == 2
        # what no filter and no column looks at is not read
        texts[name] = re.sub("|".join(gates), "", "".join(same), flags=re.DOTALL)
    assert len(set(texts.values())) == 1


def test_a_case_seen_from_then_is_what_it_was(asked: Answers) -> None:
    ever = {"since": START, "until": NOON}
    then = START + timedelta(hours=50)
    rows = asked.ask("case_rows", {**ever, "limit": 1000}, then).frame
    assert (rows["opened_at"] <= then.replace(tzinfo=None)).all()
    assert not (rows["replied_at"] > then.replace(tzinfo=None)).any()
    assert len(rows) == int(asked.ask("case_rows_count", ever, then).frame["cases_count"].iloc[0])
