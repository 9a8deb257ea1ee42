"""Promises about the mapping words: what a row becomes, and what it never becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.sources.files import Source
from tests.connectors.files_kit import COLUMNS, HEADER, ROW, Came, read_text


def one(tmp_path: Path, extra: dict[str, Any], cells: dict[str, str], **options: Any) -> Came:
    """One row with more columns than the required ones."""
    head, row = ",".join(cells), ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    content = f"id,at,post,{head}\n7,2026-05-04T09:00:00Z,hello,{row}\n"
    return read_text(tmp_path, content, columns={**COLUMNS, **extra}, **options)


def test_a_row_becomes_a_mention(tmp_path: Path) -> None:
    [mention] = read_text(tmp_path, HEADER + ROW).records
    assert (mention.item_id, mention.platform, mention.text) == ("forum:7", "forum", "good morning")
    assert mention.published_at == datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert (mention.brands, mention.author_name, mention.source_class, mention.is_drill) == ((), None, "earned", False)


def test_values_missing_and_defaults(tmp_path: Path) -> None:
    extra = {
        "language": {"from": "lang", "values": {"english": "en"}, "missing": ["?"]},
        "region": {"from": "where", "missing": ["n/a"]},
        "media_type": "kind",
    }
    came = one(
        tmp_path,
        extra,
        {"lang": " english ", "where": "n/a", "kind": ""},
        defaults={"platform": "Forum ", "region": "EU"},
    )
    [mention] = came.records
    assert (mention.language, mention.region, mention.media_type, mention.platform) == ("en", "EU", None, "forum")


def test_join_puts_texts_one_below_the_other_and_skips_empty_ones(tmp_path: Path) -> None:
    columns = {**COLUMNS, "text": {"join": ["title", "none", "body"]}}
    content = "id,at,title,none,body\n1,2026-05-04T09:00Z,Late again,,two hours\n2,2026-05-04T09:00Z,,,\n"
    came = read_text(tmp_path, content, columns=columns)
    assert [mention.text for mention in came.records] == ["Late again\ntwo hours"]
    assert came.reasons == ["missing_text"]


def test_hash_makes_the_same_id_of_the_same_row_and_none_of_nothing(tmp_path: Path) -> None:
    columns = {**COLUMNS, "item_id": {"hash": ["who", "at"]}}
    rows = "a,2026-05-04T09:00Z,x\na,2026-05-04T09:00Z,y\nb,2026-05-04T09:00Z,z\n"
    ids = [mention.item_id for mention in read_text(tmp_path, "who,at,post\n" + rows, columns=columns).records]
    assert ids[0] == ids[1] != ids[2]
    assert all(len(found) == len("forum:") + 32 for found in ids)
    came = read_text(tmp_path, "who,at,post\n,,z\n", columns=columns)
    assert came.reasons == ["missing_id"]


def test_split_gives_several_brands_each_once(tmp_path: Path) -> None:
    extra = {"brand": {"from": "about", "split": ";", "values": {"UA": "United"}, "missing": ["none"]}}
    [mention] = one(tmp_path, extra, {"about": "UA; Delta;none;UA;"}).records
    assert mention.brands == ("United", "Delta")


@pytest.mark.parametrize(
    ("text", "count"),
    [("1234", 1234), ("1,234", 1234), ("1.234.567", 1234567), ("1 234", 1234), ("12.0", 12), ("0", 0), ("", None)]
    + [(bad, None) for bad in ("12K", "-1", "1.5", "many", "1,23", "9" * 30, "1e5", "²")],
)
def test_a_count_is_read_or_unknown_but_never_zero_by_mistake(tmp_path: Path, text: str, count: int | None) -> None:
    came = one(tmp_path, {"reach_count": "reach"}, {"reach": text})
    assert came.records[0].reach_count == count
    assert bool(came.notes) == (count is None and text != "")


def test_a_label_that_is_not_ours_is_unknown_and_counted(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},2026-05-04T09:00Z,x,{word}\n" for n, word in enumerate(["Positive", "mixed", "mixed", "bad", "?"])
    )
    sentiment = {"from": "mood", "values": {"bad": "negative"}, "missing": ["?"]}
    came = read_text(tmp_path, "id,at,post,mood\n" + rows, columns={**COLUMNS, "source_sentiment": sentiment})
    assert [mention.source_sentiment for mention in came.records] == ["positive", None, None, "negative", None]
    [note] = came.notes
    assert note.startswith('posts.csv: 2 rows labelled "mixed"')
    assert "columns.source_sentiment.values" in note


def test_links_name_items_of_the_same_platform_and_never_rounded_ones(tmp_path: Path) -> None:
    came = one(tmp_path, {"parent_id": "up", "conversation_id": "root"}, {"up": "5", "root": "5.7E+17"})
    assert (came.records[0].parent_id, came.records[0].conversation_id) == ("forum:5", None)
    assert "conversation_id lost its digits" in came.notes[0]


def test_a_link_that_could_run_something_is_left_out(tmp_path: Path) -> None:
    assert one(tmp_path, {"url": "link"}, {"link": "javascript:alert(1)"}).records[0].url is None
    assert (
        one(tmp_path, {"url": "link"}, {"link": "https://forum.example/7"}).records[0].url == "https://forum.example/7"
    )


def test_an_unreadable_edit_time_costs_only_itself(tmp_path: Path) -> None:
    came = one(tmp_path, {"edited_at": {"from": "edited", "format": "epoch"}}, {"edited": "false"})
    assert came.records[0].edited_at is None
    assert 'edited_at cannot be read, such as "false"' in came.notes[0]


def test_drill_rows_are_marked(tmp_path: Path) -> None:
    assert one(tmp_path, {"is_drill": "drill"}, {"drill": "Yes"}).records[0].is_drill is True
    assert one(tmp_path, {"is_drill": "drill"}, {"drill": ""}).records[0].is_drill is False


def test_the_platform_may_come_from_a_column(tmp_path: Path) -> None:
    extra = {"platform": {"from": "site", "missing": ["-"]}}
    assert one(tmp_path, extra, {"site": "Reddit"}, defaults={}).records[0].item_id == "reddit:7"
    assert one(tmp_path, extra, {"site": "-"}, defaults={}).reasons == ["missing_platform"]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("", "missing_time"),
        ("1989-12-31T00:00Z", "impossible_date"),
        ("2099-01-01T00:00Z", "impossible_date"),
        ("2026-05-05T12:01Z", "impossible_date"),
        ("2026-05-05T11:59Z", None),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_a_skewed_clock_is_not(
    tmp_path: Path, time: str, reason: str | None
) -> None:
    assert read_text(tmp_path, f"{HEADER}7,{time},hello\n").reasons == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"columns": {**COLUMNS, "tekst": "x"}}, 'unknown column "tekst"; did you mean "text"'),
        ({"defaults": {"platfrom": "x"}}, 'unknown column "platfrom"; did you mean "platform"'),
        ({"columns": {"item_id": "id", "text": "post"}}, "published_at is required"),
        ({"defaults": {}}, "platform is required"),
        ({"columns": {**COLUMNS, "published_at": {"from": "at", "timezone": "Europe/Londn"}}}, "Europe/London"),
        ({"columns": {**COLUMNS, "published_at": {"from": "at", "format": "%Y"}}}, "has no month"),
        ({"columns": {**COLUMNS, "text": {"from": "post", "split": ","}}}, '"split" is a word for brand'),
        ({"columns": {**COLUMNS, "text": {"from": "post", "hash": ["post"]}}}, "exactly one of from, join and hash"),
        ({"columns": {**COLUMNS, "text": {}}}, "exactly one of from, join and hash"),
        ({"columns": {**COLUMNS, "published_at": {"join": ["day", "hour"]}}}, "a time comes from one column"),
        ({"defaults": {"platform": "forum", "reach_count": "many"}}, "a whole number"),
        ({"defaults": {"platform": "forum", "source_sentiment": "angry"}}, "negative, neutral, positive"),
        ({"defaults": {"platform": 1.5}}, "must be a text, not"),
        ({"columns": {**COLUMNS, "text": 5}}, "the name of their column"),
        ({"columns": {**COLUMNS, "text": {"from": "post", "missing": "?"}}}, r'must be a list: \["\?"\]'),
        ({"encoding": "utf-9"}, 'unknown encoding "utf-9"'),
    ],
)
def test_options_that_cannot_work_are_refused_in_a_sentence(words: dict[str, Any], sentence: str) -> None:
    whole = {"path": "*.csv", "columns": COLUMNS, "defaults": {"platform": "forum"}, **words}
    with pytest.raises(ValidationError, match=sentence):
        Source.Options.model_validate(whole)


def test_every_option_says_what_it_is() -> None:
    models: list[Any] = [Source.Options, Source.Options.model_fields["columns"].annotation]
    columns = models[1].__args__[1].__origin__
    for model in (Source.Options, columns):
        assert all(field.description for field in model.model_fields.values())
