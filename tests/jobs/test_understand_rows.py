"""From mentions to rows: who is named, what is refused, and that our feeling has the right sign on real posts."""

import csv
import dataclasses
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Brand
from connectors.records import Mention
from jobs.understand import MODEL, Understanding
from jobs.understand.sentiment import label_of
from tests.measure.sentiment import AIRLINES, judge, net

BRANDS = [
    Brand.model_validate({"name": "United", "terms": ["united", "@united"]}),
    Brand.model_validate({"name": "Best Air", "terms": ["best air"]}),
]
ON = Understanding(BRANDS)


def mention(text: str = "united is late", **fields: Any) -> Mention:
    known = {"item_id": "twitter:1", "platform": "twitter", "published_at": datetime(2015, 2, 17, tzinfo=UTC)}
    return Mention(**{**known, "text": text, **fields})


def test_a_row_carries_everything_the_mention_told() -> None:
    told: dict[str, Any] = {
        "edited_at": datetime(2015, 2, 18, tzinfo=UTC), "url": "https://example.org/1", "region": "US-IL",
        "author_id": "7", "author_name": "Ann", "author_followers_count": 12, "reach_count": 900,
        "parent_id": "twitter:0", "is_drill": True, "conversation_id": "c", "media_type": "text",
        "source_class": "earned", "source_sentiment": "negative",
    }  # fmt: skip
    record = mention("united is three hours late again", language="en-GB", **told)
    (row,) = ON.rows([record]).rows
    shared = {field.name for field in dataclasses.fields(Mention)} - {"brands", "language"}
    assert {name: getattr(row, name) for name in shared} == {name: getattr(record, name) for name in shared}
    assert (row.brand, row.language, row.sentiment_label, row.sentiment_model) == ("United", "en", "negative", MODEL)


def test_one_item_becomes_one_row_for_each_brand_it_names() -> None:
    understood = ON.rows([mention("united is late. best air is great"), mention("nobody here", item_id="twitter:2")])
    found = [(row.brand, row.sentiment_label) for row in understood.rows]
    assert found == [("United", "negative"), ("Best Air", "positive")]
    assert understood.unmatched == 1


def test_names_given_by_the_source_win_over_terms_in_any_case() -> None:
    understood = ON.rows([mention("it is late", brands=("BEST  air", "best air"))])
    assert [row.brand for row in understood.rows] == ["Best Air"]
    assert understood.unmatched == 0


def test_a_blank_name_is_no_name() -> None:
    assert [row.brand for row in ON.rows([mention(brands=(" ",))]).rows] == ["United"]


def test_a_name_the_site_does_not_have_is_refused_with_the_nearest() -> None:
    understood = ON.rows([mention("x😡" * 9_000, brands=("Untied", "United"))])
    assert [row.brand for row in understood.rows] == ["United"]
    (refused,) = understood.refused
    assert (refused.reason, refused.native_id) == ("unknown_brand", "1")
    assert 'unknown brand "Untied"; did you mean "United"?' in refused.sentence
    assert "columns.brand" in refused.sentence
    assert json.loads(refused.raw)["mention"]["brands"] == ["Untied"]
    assert len(refused.raw) < 64_000


def test_only_unknown_names_are_refused_not_searched() -> None:
    understood = ON.rows([mention("united", brands=("Zephyr",))])
    assert (understood.rows, understood.unmatched, len(understood.refused)) == ((), 0, 1)


def test_the_last_of_several_rows_of_one_item_and_brand_wins() -> None:
    posts = [mention("united is late"), mention("united", item_id="twitter:2"), mention("united is great")]
    kept = [(row.item_id, row.text) for row in ON.rows(posts).rows]
    assert kept == [("twitter:2", "united"), ("twitter:1", "united is great")]


def test_other_languages_are_not_judged_rather_than_neutral() -> None:
    texts = ["Mein Koffer ist weg und niemand bei United weiß, wo er geblieben ist", "全日空 united"]
    german, undetermined = ON.rows([mention(text, item_id=text) for text in texts]).rows
    assert german.language == "de"
    for row in (german, undetermined):
        assert (row.sentiment_label, row.sentiment_score, row.sentiment_model) == (None, None, None)


def test_the_language_told_by_the_source_is_kept_and_a_shrug_is_not() -> None:
    text = "united is late and nobody at the desk can tell us why"
    rows = ON.rows([mention(text, language="fr"), mention(text, language="und", item_id="twitter:2")]).rows
    assert [(row.language, row.sentiment_label) for row in rows] == [("fr", None), ("en", "negative")]


def test_a_text_that_repeats_in_a_batch_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def score_of(text: str) -> float:
        judged.append(text)
        return -0.5

    monkeypatch.setattr("jobs.understand.sentiment.score_of", score_of)
    rows = ON.rows([mention(item_id=f"twitter:{n}") for n in range(50)]).rows
    assert (len(rows), len(judged)) == (50, 1)
    assert {row.sentiment_score for row in rows} == {-0.5}


Told = tuple[str, tuple[str, ...], str | None]


@given(st.lists(st.tuples(st.text(), st.sampled_from([(), ("United",), ("Nix",)]), st.none() | st.text(max_size=6))))
def test_no_text_raises_and_labels_agree_with_scores(told: list[Told]) -> None:
    posts = [
        mention(text + " united", item_id=f"x:{n}", brands=brands, language=language)
        for n, (text, brands, language) in enumerate(told)
    ]
    understood = ON.rows(posts)
    assert len({row.item_id for row in understood.rows}) + understood.unmatched + len(understood.refused) == len(posts)
    for row in understood.rows:
        judged = row.sentiment_score is not None
        assert (row.sentiment_model == MODEL) is judged
        assert row.sentiment_label == (label_of(row.sentiment_score) if row.sentiment_score is not None else None)
        assert not judged or row.language in ("en", None)


@pytest.mark.parametrize("text", [
    "united " + "<img src=x onerror=alert(1)>" * 400, "\u202eunited\u202c " * 900,
    "united \x00 \ud800", "united " + "Z̸͓" * 3_000,
])  # fmt: skip
def test_hostile_text_is_kept_as_it_is(text: str) -> None:
    (row,) = ON.rows([mention(text)]).rows
    assert row.text == text


def test_our_feeling_about_the_airlines_has_the_right_sign(data_folder: Path) -> None:
    labels, _, ours = judge(data_folder)
    expected = json.loads((data_folder / "EXPECTED.json").read_text(encoding="utf-8"))["airline"]
    assert {name: counts.total() for name, counts in labels.items()} == expected["by_airline_rows"]
    assert {name: counts.total() for name, counts in ours.items()} == expected["by_airline_rows"]
    assert sum(labels.values(), Counter()) == expected["by_sentiment_rows"]
    assert net(sum(labels.values(), Counter())) < 0
    assert net(sum(ours.values(), Counter())) < 0


def test_the_airlines_are_found_by_their_terms_where_the_source_names_none(data_folder: Path) -> None:
    with (data_folder / "mentions/airline_2015/Tweets_feb16_21.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    posts = [mention(row["text"], item_id=f"twitter:{row['tweet_id']}", language="en") for row in rows]
    understood = Understanding(AIRLINES).rows(posts)
    pairs = {(row.item_id, row.brand) for row in understood.rows}
    missed = [row for row in rows if (f"twitter:{row['tweet_id']}", row["airline"]) not in pairs]
    assert len(missed) < 0.01 * len(rows)
