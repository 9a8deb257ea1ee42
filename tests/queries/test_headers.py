"""Each .sql keeps its header's promise: names, types, defaults, casts, and no look at a clock."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from queries.catalogue import READ, Question, load_catalogue, parse_question
from queries.warehouse import RELATIONS, WRITE, Warehouse

CATALOGUE = load_catalogue()
LACKING = (
    "PRIMARY KEY",
    "UNIQUE",
    "CHECK",
    "CREATE SEQUENCE",
    "INDEX",
    "ENUM",
    "GENERATED",
    "ON CONFLICT",
    "RETURNING",
)
QUESTIONS = pytest.mark.parametrize("question", CATALOGUE.values(), ids=list(CATALOGUE))
VOLATILE = (
    r"\b(now|current_date|current_time|current_timestamp|localtime|localtimestamp|get_current_timestamp|today"
    r"|random|uuid|gen_random_uuid|nextval|transaction_timestamp)\b"
)


@QUESTIONS
def test_named_parameters_are_those_of_the_header(question: Question) -> None:
    (parsed,) = duckdb.extract_statements(question.sql)
    assert set(parsed.named_parameters) == {param.name for param in question.params}


@QUESTIONS
def test_duckdb_describes_the_columns_of_the_header(question: Question, empty: Warehouse) -> None:
    empty.relate()
    cursor = empty.cursor()
    nothing = dict.fromkeys((param.name for param in question.params), None)
    described = cursor.execute(f"DESCRIBE {question.sql}", nothing).fetchall()
    assert [(row[0], row[1].lower()) for row in described] == [(c.name, c.type) for c in question.columns]


@QUESTIONS
def test_every_use_of_a_parameter_casts_it_to_its_type(question: Question) -> None:
    body = re.sub(r"--.*", "", question.sql)
    for param in question.params:
        uses = re.findall(rf"\${param.name}\b(::[A-Za-z]+(?:\[\])?)?", body)
        casts = {use.removeprefix("::").lower() for use in uses}
        # a number may be written out in a sentence for a person
        assert casts - {"varchar"} <= {param.type}, param.name
        assert param.type in casts, param.name


@QUESTIONS
def test_no_question_reads_the_clock_or_the_dice(question: Question) -> None:
    body = re.sub(r"--.*|'[^']*'|\$\w+", "", question.sql)
    assert not re.search(VOLATILE, body, re.IGNORECASE)


VISIBLE = (
    "known_from_at <= $known_at::TIMESTAMP",
    "(known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)",
    "NOT is_drill",
)
FILTERS = {"brands": "brand", "platforms": "platform", "languages": "language", "regions": "region"}
JUDGED = (
    "CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment "
    "ELSE error('judge must be watchfloor or source, not \"' || $judge::VARCHAR || '\"') END"
)
OF_THE_DESK = {
    **{name: f"coalesce({name[:-1]}, '')" for name in ("languages", "regions", "media_types")},
    "source_classes": "coalesce(source_class, '')",
    "sentiments": f"coalesce( {JUDGED}, '')",
}
"""What a question the desk asks can be filtered by as well; '' stands for unknown."""

SEARCH = "AND ($text::VARCHAR = '' OR contains(search_text, lower(nfc_normalize($text::VARCHAR))))"


@QUESTIONS
def test_every_question_about_mentions_sees_the_same_rows(question: Question) -> None:
    body = " ".join(re.sub(r"--.*", "", question.sql).split())
    if "FROM mentions" not in body:
        return
    for words in VISIBLE:
        assert f"AND {words}" in body, f"{question.name} must see only what was known, and no drill"
    names = {param.name for param in question.params}
    if "item_id" in names or "FROM cases WHERE opened_at" in body or question.topic == "house":
        return  # about one post, about cases whose posts it looks up, or about the house itself
    searched = "text" in names
    assert not searched or SEARCH in body, question.name
    for name, column in {**FILTERS, **(OF_THE_DESK if searched else {})}.items():
        listed = f"${name}::VARCHAR[]"
        assert f"AND (len({listed}) = 0 OR list_contains({listed}, {column}))" in body, f"{question.name}: {name}"


@QUESTIONS
def test_every_word_of_the_header_means_something(question: Question) -> None:
    assert question.meaning.endswith(".")
    assert all(param.meaning for param in question.params)
    assert all(column.meaning for column in question.columns)
    grain = {name.strip() for name in question.grain.split(",")}
    assert question.grain == "one row" or grain <= {column.name for column in question.columns}


@QUESTIONS
def test_the_windows_border_names_are_the_houses_own(question: Question) -> None:
    names = {param.name for param in question.params}
    assert ("since" in names) == ("until" in names)
    for param in question.params:
        if param.is_list and param.name != "edges":
            assert param.default == "[]", "lists default to all"


def test_the_questions_that_were_asked_for_are_there() -> None:
    assert {
        "mentions_by_bucket", "mentions_by_edge", "mention_totals", "sentiment_by_group", "share_of_voice",
        "latest_mentions", "source_health", "response_times", "resolution_times", "open_cases_by_state",
        "case_timeline", "blind_spans", "refused_rows", "refused_detail",
    } <= set(CATALOGUE)  # fmt: skip


@pytest.mark.parametrize("path", sorted(WRITE.glob("*.sql")), ids=lambda path: path.stem)
def test_statements_that_write_say_what_they_do_and_read_no_clock(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert text.startswith(f"-- {path.stem}: ")  # type: ignore[attr-defined]
    body = re.sub(r"--.*|'[^']*'|\$\w+", "", text)
    assert not re.search(VOLATILE, body, re.IGNORECASE)


def test_the_lake_lacks_nothing_the_schema_uses() -> None:
    for path in sorted((READ.parent / "schema").glob("*.sql")):
        body = re.sub(r"--.*", "", path.read_text()).upper()
        for word in LACKING:
            assert word not in body, (path.name, word)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1", "first line"),
        ("-- other: x.\n-- tick 5s\n-- column a bigint  a\n-- grain a", "first line"),
        ("-- q: x.\n-- tick    5s\n-- column  a  text  a\n-- grain   a", "is not one of"),
        ("-- q: x.\n-- column  a  bigint  a\n-- grain   a", "needs a tick"),
    ],
)
def test_a_broken_header_is_named(tmp_path: object, text: str, said: str) -> None:
    path = tmp_path / "q.sql"  # type: ignore[operator]
    path.write_text(text)
    with pytest.raises(ValueError, match=said):
        parse_question(path)


@pytest.mark.parametrize("path", sorted(RELATIONS.glob("*.sql")), ids=lambda path: path.stem)
def test_a_shared_relation_reads_neither_the_clock_nor_the_dice_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = re.sub(r"--.*|'[^']*'", "", text)
    assert not re.search(VOLATILE, body, re.IGNORECASE)
    assert text.startswith("-- ")
    made = re.findall(r"CREATE OR REPLACE MACRO memory\.(\w+)\(", body)
    assert made
    assert len(made) == len(duckdb.extract_statements(text)), "nothing but macros"
