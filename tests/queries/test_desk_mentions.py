"""The desk's numbers about mentions and the rows behind them are the same, for whatever filters."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import BadParameter, load_catalogue
from queries.ledger import Ledger
from queries.rows import MentionRow
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.rows import case, keep, mention

HOUR = timedelta(hours=1)
SINCE, UNTIL = NOON - 48 * HOUR, NOON
TEXTS = (
    "Late again, thanks", "50% off", "500 off", "a_b", "axb", "CAFÉ at the gate", "cafe\u0301 closed", "cafe closed",
    "ΣΊΣΥΦΟΣ", "हिन्दी", "straße", "'quoted'", "back\\slash", "İstanbul",
)  # fmt: skip
NEEDLES = ("", "late", "LATE", "50%", "%", "_", "a_b", "café", "cafe\u0301", "CAFÉ", "cafe", "σίσ", "ह", "STRASSE", "ß",
           "'", "\\", "off", "nobody says this", "istanbul")  # fmt: skip
VALUES: dict[str, tuple[str | None, ...]] = {
    "brand": ("Aurora", "Meridian"),
    "platform": ("x", "reddit", "news"),
    "language": ("en", "de", None),
    "region": ("us", "eu", "", None),
    "media_type": ("video", None),
    "source_class": ("owned", "earned", None),
    "sentiment_label": ("negative", "neutral", "positive", None),
    "source_sentiment": ("negative", "positive", None),
}
LISTS = {
    "brands": "brand", "platforms": "platform", "languages": "language", "regions": "region",
    "media_types": "media_type", "source_classes": "source_class",
}  # fmt: skip
DIMENSIONS = {**{column: column for column in LISTS.values()}, "sentiment": "label"}


def made(number: int, dice: random.Random) -> MentionRow:
    """One of a crowd; some stand for two brands, some at the very borders of the windows."""
    at = SINCE - 48 * HOUR + dice.choice((dice.random() * 96, dice.randrange(0, 97))) * HOUR
    chosen = {name: dice.choice(values) for name, values in VALUES.items()}
    return mention(
        number // 2 if number % 5 == 0 else number,
        published_at=at,
        text=dice.choice(TEXTS),
        author_name=dice.choice(("Ann", "Bo", None)),
        author_id=None,
        author_followers_count=dice.choice((None, 0, 7, 7, 900)),
        sentiment_score=dice.choice((None, -0.5, 0.0, 0.25)),
        is_drill=dice.random() < 0.1,
        **chosen,
    )


def crowd() -> list[MentionRow]:
    dice = random.Random(7)
    rows = {(row.item_id, row.brand): row for row in (made(number, dice) for number in range(700))}
    return list(rows.values())


ROWS = crowd()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """A warehouse of the crowd, half of which said something else before."""
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("desk") / "w.duckdb", NOON)
    ledger = Ledger(warehouse)
    keep(ledger, *[replace(row, text="late, as it was first") for row in ROWS[::2]], now=NOON)
    keep(ledger, *ROWS, now=NOON + timedelta(minutes=1), cases=[case(1, item_id=ROWS[3].item_id)])
    yield Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


def label(row: MentionRow, judge: str) -> str | None:
    return row.sentiment_label if judge == "watchfloor" else row.source_sentiment


def folded(text: str) -> str:
    """As DuckDB's lower() has it, letter by letter: no final sigma, no letter that becomes two."""
    return "".join(
        one.lower() if len(one.lower()) == 1 else one.lower()[0] for one in unicodedata.normalize("NFC", text)
    )


def expected(filters: dict[str, Any], since: datetime, until: datetime) -> list[MentionRow]:
    """The rows the filters choose, counted by hand."""
    return [
        row
        for row in ROWS
        if since <= row.published_at < until
        and not row.is_drill
        and all(not filters[name] or (getattr(row, column) or "") in filters[name] for name, column in LISTS.items())
        and (not filters["sentiments"] or (label(row, filters["judge"]) or "") in filters["sentiments"])
        and folded(filters["text"]) in folded(row.text)
    ]


def lists(column: str) -> st.SearchStrategy[list[str]]:
    known = [*sorted({value or "" for value in VALUES[column]}), "elsewhere"]
    return st.lists(st.sampled_from(known), max_size=3)


FILTERS = st.fixed_dictionaries(
    {
        **{name: lists(column) for name, column in LISTS.items()},
        "sentiments": lists("sentiment_label"),
        "judge": st.sampled_from(("watchfloor", "source")),
        "text": st.sampled_from(NEEDLES),
    }
)
PLAIN: dict[str, Any] = {**{name: [] for name in [*LISTS, "sentiments"]}, "judge": "watchfloor", "text": ""}


def frame(asked: Answers, question: str, **given: Any) -> pd.DataFrame:
    return asked.ask(question, given, NOON + 48 * HOUR).frame


def number(asked: Answers, question: str, column: str, **given: Any) -> int:
    return int(frame(asked, question, **given)[column].iloc[0])


@given(filters=FILTERS)
@example(filters=PLAIN)
@settings(max_examples=40)
def test_total_breakdown_trend_count_and_rows_agree(asked: Answers, filters: dict[str, Any]) -> None:
    window = {"since": SINCE, "until": UNTIL, **filters}
    now, before = (expected(filters, since, since + 48 * HOUR) for since in (SINCE, SINCE - 48 * HOUR))
    totals = frame(asked, "mention_totals", **window).iloc[0]
    assert (totals["mentions_count"], totals["mentions_count_before"]) == (len(now), len(before))
    assert number(asked, "mention_rows_count", "mentions_count", **window) == len(now)
    rows = frame(asked, "mention_rows", **window, limit=1000)
    assert set(zip(rows["item_id"], rows["brand"], strict=True)) == {(row.item_id, row.brand) for row in now}
    assert len(rows) == len(now)
    broken_down(frame(asked, "mention_breakdown", **window), now, before, filters["judge"])
    edges = [SINCE, SINCE + 5 * HOUR, SINCE + 5.5 * HOUR, UNTIL - HOUR, UNTIL]
    trend = frame(asked, "mentions_by_edge", edges=edges, **filters)
    found = trend.groupby("edge_at")["mentions_count"].sum()
    for first, last in pairwise(edges):
        here = number(asked, "mention_rows_count", "mentions_count", since=first, until=last, **filters)
        assert found.get(first.replace(tzinfo=None), 0) == here == len(expected(filters, first, last))
    voice = frame(asked, "share_of_voice", **window)
    assert voice["mentions_count"].sum() == len(now)
    assert frame(asked, "mentions_by_bucket", **window)["mentions_count"].sum() == len(now)
    assert frame(asked, "latest_mentions", **window, limit=1000).shape[0] == len(now)
    assert frame(asked, "sentiment_by_group", **window, group_by="region")["mentions_count"].sum() == len(now)


def broken_down(table: pd.DataFrame, now: list[MentionRow], before: list[MentionRow], judge: str) -> None:
    """Each dimension's counts are those of the rows, value by value, and add up to them."""
    for dimension, column in DIMENSIONS.items():
        part = table[table["dimension"] == dimension].set_index("value")

        def value(row: MentionRow, column: str = column) -> str:
            return (label(row, judge) if column == "label" else getattr(row, column)) or ""

        assert part["mentions_count"].to_dict() == {
            **dict.fromkeys(map(value, before), 0), **Counter(map(value, now))
        }  # fmt: skip
        assert part["mentions_count_before"].sum() == len(before)
        for word in ("negative", "neutral", "positive"):
            judged = Counter(value(row) for row in now if label(row, judge) == word)
            assert {key: count for key, count in part[f"{word}_count"].to_dict().items() if count} == judged


@pytest.mark.parametrize("column", [
    "published_at", "brand", "platform", "language", "region", "author_name", "author_followers_count", "reach_count",
    "sentiment_label", "sentiment_score", "media_type", "source_class",
])  # fmt: skip
@pytest.mark.parametrize("descending", [True, False])
def test_blocks_of_rows_are_sorted_and_nothing_comes_twice(asked: Answers, column: str, descending: bool) -> None:
    window = {"since": SINCE - 48 * HOUR, "until": UNTIL, "sort_by": column, "descending": descending}
    blocks = [frame(asked, "mention_rows", **window, offset=start, limit=97) for start in range(0, 800, 97)]
    rows = pd.concat(blocks, ignore_index=True)
    assert len(rows) == len(rows.groupby(["item_id", "brand"])) == len(expected(PLAIN, SINCE - 48 * HOUR, UNTIL))
    values = [value for value in rows[column].tolist() if not pd.isna(value)]
    assert values == sorted(values, reverse=descending)
    assert rows[column].iloc[len(values) :].isna().all(), "what is unknown comes last either way"


def test_rows_that_cannot_be_sorted_say_by_what_they_can(asked: Answers) -> None:
    with pytest.raises(BadParameter, match="sort_by must be published_at, brand"):
        frame(asked, "mention_rows", since=SINCE, until=UNTIL, sort_by="text; DROP TABLE mentions")
    with pytest.raises(BadParameter, match="judge must be watchfloor or source"):
        frame(asked, "mention_rows_count", since=SINCE, until=UNTIL, judge="me", sentiments=["negative"])


def test_a_mention_names_its_case(asked: Answers) -> None:
    rows = frame(asked, "mention_rows", since=SINCE - 48 * HOUR, until=UNTIL, limit=1000)
    named = rows[rows["case_id"].notna()]
    assert set(named["item_id"]) <= {ROWS[3].item_id}
    assert len(named) == sum(row.item_id == ROWS[3].item_id and not row.is_drill for row in ROWS) > 0


def test_a_search_finds_composed_and_decomposed_letters_and_takes_no_sign_for_a_pattern(asked: Answers) -> None:
    def found(text: str) -> set[str]:
        rows = frame(asked, "mention_rows", since=SINCE - 48 * HOUR, until=UNTIL, limit=1000, text=text)
        return set(rows["text"])

    assert found("café") == found("cafe\u0301") == {"CAFÉ at the gate", "cafe\u0301 closed"}
    assert found("cafe") == {"cafe closed"}
    assert found("50%") == {"50% off"}
    assert found("a_b") == {"a_b"}
    assert found("\\") == {"back\\slash"}
    assert found("'") == {"'quoted'"}


def test_numbers_and_rows_can_be_seen_as_they_were_known(asked: Answers) -> None:
    window = {"since": SINCE - 48 * HOUR, "until": UNTIL, "text": "as it was first"}
    assert number(asked, "mention_rows_count", "mentions_count", **window) == 0
    then = {**window, "known_at": NOON + timedelta(seconds=30)}
    was = sum(not row.is_drill and row.published_at < UNTIL for row in ROWS[::2])
    assert number(asked, "mention_rows_count", "mentions_count", **then) == was
    assert len(frame(asked, "mention_rows", **then, limit=1000)) == was
    assert number(asked, "mention_totals", "mentions_count", **then) == was
