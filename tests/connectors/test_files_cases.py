"""Promises about cases and what happens to them: what a row becomes, and what it never becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.records import EVENT_KINDS, Case, CaseEvent
from connectors.sources.files import Source
from tests.connectors.files_kit import COLUMNS, Came, Desk, put, read_text, run, source

AT = "2026-05-04T09:00:00Z"
NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
CASE = {"case_id": "no", "opened_at": "at"}
EVENT = {"case_id": "no", "happened_at": "at"}
MESSAGE = {"platform": "desk", "kind": "message"}


def cases(tmp_path: Path, content: str, columns: dict[str, Any], **options: Any) -> Came:
    words = {"defaults": {"platform": "desk"}, **options}
    return read_text(tmp_path, content, records="cases", columns={**CASE, **columns}, **words)


def events(tmp_path: Path, content: str, columns: dict[str, Any], name: str = "posts.csv", **options: Any) -> Came:
    words = {"defaults": MESSAGE, **options}
    return read_text(tmp_path, content, name, records="case_events", columns={**EVENT, **columns}, **words)


def event(tmp_path: Path, extra: dict[str, Any], cells: dict[str, str], **options: Any) -> Came:
    """One event with more columns than the required ones."""
    head, row = ",".join(cells), ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    return events(tmp_path, f"no,at,{head}\n7,{AT},{row}\n", extra, **options)


def test_a_row_becomes_a_case_and_its_ids_carry_the_platform(tmp_path: Path) -> None:
    content = f"no,at,post,who,upd,mod,prio,site\n7,{AT},9,ann,2026-05-04T10:00Z,3,high,https://desk.example/7\n"
    columns = {
        "item_id": "post",
        "customer_id": "who",
        "updated_at": "upd",
        "sequence": "mod",
        "priority": "prio",
        "url": "site",
    }
    came = cases(tmp_path, content, columns, defaults={"platform": "Desk", "brand": "Acme", "track": "restore"})
    assert came.records == [
        Case(
            case_id="desk:7",
            platform="desk",
            opened_at=NINE,
            item_id="desk:9",
            brand="Acme",
            customer_id="ann",
            track="restore",
            priority="high",
            url="https://desk.example/7",
            updated_at=datetime(2026, 5, 4, 10, tzinfo=UTC),
            sequence=3,
        )
    ]


def test_a_row_becomes_an_event_with_every_field(tmp_path: Path) -> None:
    words = {
        "source_words": "said", "actor": "Ann", "team": "night", "brand": "Acme", "owner": "Ben", "track": "fast",
        "priority": "1", "calendar": "berlin", "reason": "vendor", "place": "secure", "outcome": "won", "text": "hi",
    }  # fmt: skip
    cells = {
        **words, "event_id": "e1", "actor_kind": "Human", "visibility": "PUBLIC", "amount": "1,234.50", "score": "4",
        "score_of": "5", "other_case_id": "8", "item_id": "9", "is_drill": "yes",
    }  # fmt: skip
    [found] = event(tmp_path, {name: name for name in cells}, cells).records
    assert found == CaseEvent(
        case_id="desk:7",
        platform="desk",
        kind="message",
        happened_at=NINE,
        event_id="e1",
        actor_kind="human",
        visibility="public",
        amount=1234.5,
        score=4.0,
        score_of=5.0,
        other_case_id="desk:8",
        item_id="desk:9",
        is_drill=True,
        **words,
    )


def test_a_kind_that_is_none_of_ours_is_kept_as_other_with_its_word_and_told(tmp_path: Path) -> None:
    kinds = ["resolved", "Handed over", "escalated", "escalated", "wait", "", "closed"]
    rows = "".join(f"{n},{AT},{kind}\n" for n, kind in enumerate(kinds))
    column = {"from": "what", "values": {"wait": "paused"}}
    came = events(tmp_path, "no,at,what\n" + rows, {"kind": column}, defaults={"platform": "desk"})
    assert [(found.kind, found.source_words) for found in came.records] == [
        ("resolved", "resolved"),
        ("handed_over", "Handed over"),
        ("other", "escalated"),
        ("other", "escalated"),
        ("paused", "wait"),
        ("other", None),
        ("other", "closed"),
    ]
    assert came.refused == []
    first, second, empty = came.notes
    assert first.startswith('posts.csv: 2 rows whose kind is "escalated", which is no kind of event here: kept as')
    assert "columns.kind.values" in first
    assert second.startswith('posts.csv: 1 row whose kind is "closed"')
    assert empty == 'posts.csv: 1 row whose kind is empty: kept as "other"'


def test_every_kind_of_event_is_read_as_itself(tmp_path: Path) -> None:
    rows = "".join(f"{n},{AT},{kind}\n" for n, kind in enumerate(EVENT_KINDS))
    came = events(tmp_path, "no,at,what\n" + rows, {"kind": "what"}, defaults={"platform": "desk"})
    assert tuple(found.kind for found in came.records) == EVENT_KINDS
    assert came.notes == []


def test_the_default_kind_stands_in_for_an_empty_one_and_words_can_be_mapped(tmp_path: Path) -> None:
    extra = {"kind": "what", "source_words": "note"}
    [found] = event(tmp_path, extra, {"what": "", "note": "called back"}).records
    assert (found.kind, found.source_words) == ("message", "called back")


def test_a_flood_of_kinds_is_told_in_a_few_sentences(tmp_path: Path) -> None:
    rows = "".join(f"{n},{AT},kind-{n}\n" for n in range(1_000))
    came = events(tmp_path, "no,at,what\n" + rows, {"kind": "what"})
    assert len(came.notes) == 6
    assert sum(int(note.split()[1].replace(",", "")) for note in came.notes) == 1_000


def test_who_and_where_in_other_words_is_unknown_and_counted(tmp_path: Path) -> None:
    extra = {"actor_kind": {"from": "who", "values": {"agent": "human"}}, "visibility": "seen"}
    rows = f"1,{AT},agent,internal\n2,{AT},robot,secret\n3,{AT},,\n"
    came = events(tmp_path, "no,at,who,seen\n" + rows, extra, defaults={**MESSAGE, "visibility": "private"})
    assert [(found.actor_kind, found.visibility) for found in came.records] == [
        ("human", "internal"),
        (None, "private"),
        (None, "private"),
    ]
    assert sorted(note.partition(", which is none of ours")[0] for note in came.notes) == [
        'posts.csv: 1 row whose actor_kind is "robot"',
        'posts.csv: 1 row whose visibility is "secret"',
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12", 12.0), ("-1.5", -1.5), ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("12,5", 12.5), ("1,234", 1234.0)]
    + [("1e3", 1000.0), (".5", 0.5), ("", None)]
    + [(bad, None) for bad in ("€12", "12 EUR", "many", "1e999", "nan", "1.2.3", "²")],
)
def test_an_amount_is_read_or_unknown_but_never_zero_by_mistake(
    tmp_path: Path, text: str, amount: float | None
) -> None:
    came = event(tmp_path, {"amount": "sum"}, {"sum": text})
    assert came.records[0].amount == amount
    assert bool(came.notes) == (amount is None and text != "")


def test_an_id_out_of_a_column_of_floats_is_whole_again_and_told(tmp_path: Path) -> None:
    rows = f"3.0,{AT},4.0,5.00\n570306000000000.0,{AT},1.5,x.0\n5703060000000001.0,{AT},1,1\n"
    came = events(tmp_path, "no,at,id,who\n" + rows, {"event_id": "id", "other_case_id": "who"})
    assert [(found.case_id, found.event_id, found.other_case_id) for found in came.records] == [
        ("desk:3", "4", "desk:5"),
        ("desk:570306000000000", "1.5", "desk:x.0"),
    ]
    assert [(refused.reason, refused.field, refused.line) for refused in came.refused] == [
        ("id_lost_digits", "case_id", 4)
    ]
    assert 'posts.csv: 2 rows whose case_id is written as a decimal number, such as "3.0"' in came.notes[0]


def test_an_event_whose_own_id_lost_its_digits_is_kept_without_it(tmp_path: Path) -> None:
    """Its content is its id then; two events of one rounded id would be taken for one."""
    came = event(tmp_path, {"event_id": "id"}, {"id": "5.7E+17"})
    assert came.records[0].event_id is None
    assert "event_id lost its digits" in came.notes[0]
    rows = "".join(f"{n},{AT},5693681602914{n:02}000\n" for n in range(10))
    came = events(tmp_path, "no,at,id\n" + rows, {"event_id": "id"}, "rounded.csv")
    assert {found.event_id for found in came.records} == {None}
    assert "rounded.csv: 10 rows whose event_id lost its digits" in came.notes[0]


def test_a_hashed_event_is_one_in_every_row_that_tells_of_it_and_another_for_another_source(tmp_path: Path) -> None:
    rows = f"no,at,a,b\n1,{AT},x,1\n1,{AT},x,2\n1,{AT},y,y\n"

    def ids(hashed: list[str], kind: str = "resolved") -> list[str]:
        defaults = {"platform": "desk", "kind": kind}
        found = events(tmp_path, rows, {"event_id": {"hash": hashed}}, defaults=defaults).records
        return [one.event_id for one in found]

    first, second, third = ids(["no", "a"])
    assert first == second != third
    assert ids(["no", "a"])[0] == first
    assert ids(["no", "b"])[2] != third, "a and b hold the same text, and are still other columns"
    assert ids(["no", "a"], "reopened")[0] != first


def test_one_file_feeds_several_sources(tmp_path: Path) -> None:
    put(tmp_path / "log.csv", f"no,at,post\n1,{AT},hello\n2,{AT},there\n")
    desk, defaults = Desk(), {"platform": "desk"}
    posts = source(tmp_path, columns={"item_id": "no", "published_at": "at", "text": "post"}, defaults=defaults)
    opened = source(tmp_path, records="cases", columns=CASE, defaults=defaults)
    said = source(tmp_path, records="case_events", columns={**EVENT, "text": "post"}, defaults=MESSAGE)
    resolved = source(tmp_path, records="case_events", columns=EVENT, defaults={**MESSAGE, "kind": "resolved"})
    for made in (posts, opened, said, resolved):
        assert len(run(made, desk).records) == 2, "what another source has taken in is new to this one"
        assert run(made, desk).batches == []
    assert len(desk.receipts) == 4


def test_versions_are_read_and_a_time_that_cannot_be_never_wins(tmp_path: Path) -> None:
    rows = f"1,{AT},2026-05-04T10:00Z,2\n2,{AT},2999-01-01T00:00Z,-1\n3,{AT},soon,x\n4,{AT},,\n"
    came = cases(tmp_path, "no,at,upd,mod\n" + rows, {"updated_at": "upd", "sequence": "mod"})
    found = [(one.updated_at and one.updated_at.isoformat(), one.sequence) for one in came.records]
    assert found == [("2026-05-04T10:00:00+00:00", 2), (None, None), (None, None), (None, None)]
    assert sorted(came.notes) == [
        'posts.csv: 2 rows whose sequence is no whole number, such as "-1": left unknown',
        'posts.csv: 2 rows whose updated_at cannot be read, such as "2999-01-01T00:00Z": left unknown',
    ]


def test_mentions_say_their_version_and_when_they_were_seen(tmp_path: Path) -> None:
    columns = {**COLUMNS, "updated_at": "u", "sequence": "s", "observed_at": "o"}
    content = f"id,at,post,u,s,o\n7,{AT},hi,2026-05-04T10:00Z,4,2026-05-04T11:00Z\n"
    [found] = read_text(tmp_path, content, columns=columns).records
    assert (found.updated_at.hour, found.sequence, found.observed_at.hour) == (10, 4, 11)


def test_a_long_or_broken_text_costs_an_event_only_its_text(tmp_path: Path) -> None:
    rows = f"1,{AT},{'x' * 100_001}\n2,{AT},#NAME?\n3,{AT},fine\n"
    came = events(tmp_path, "no,at,post\n" + rows, {"text": "post"})
    assert [found.text for found in came.records] == [None, None, "fine"]
    assert len(came.notes) == 2


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (f",{AT},m,desk", "missing_id", "case_id"),
        (f"5.7E+17,{AT},m,desk", "id_lost_digits", "case_id"),
        ("1,,m,desk", "missing_time", "happened_at"),
        ("1,soon,m,desk", "unreadable_time", "happened_at"),
        ("1,2026-05-04T09:00,m,desk", "time_without_zone", "happened_at"),
        ("1,2099-05-04T09:00Z,m,desk", "impossible_date", "happened_at"),
        (f"1,{AT},m,", "missing_platform", "platform"),
        (f"1,{AT},m", "wrong_columns", None),
    ],
)
def test_a_refused_row_says_which_field_of_ours_could_not_be_filled(
    tmp_path: Path, row: str, reason: str, field: str | None
) -> None:
    columns = {"kind": "what", "platform": "where"}
    [refused] = events(tmp_path, f"no,at,what,where\n{row}\n", columns, defaults={}).refused
    assert (refused.reason, refused.field) == (reason, field)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"columns": {"opened_at": "at"}}, "case_id is required and missing"),
        ({"columns": {"case_id": "no"}}, "opened_at is required and missing"),
        ({"defaults": {}}, "platform is required"),
        ({"columns": {**CASE, "published_at": "at"}}, '"published_at" is a column of mentions, and .*"cases"'),
        ({"columns": {**CASE, "ownr": "x"}}, 'unknown column "ownr"; did you mean "owner"'),
        ({"columns": {**CASE, "brand": {"from": "b", "split": ";"}}}, '"split" is no word for cases'),
        (
            {"columns": {**CASE, "priority": {"hash": ["b"]}}},
            '"hash" is a word for case_id and item_id',
        ),
        ({"defaults": {"platform": "d", "sequence": -1}}, "a whole number from 0"),
        ({"records": "case_events", "columns": EVENT}, "kind is required"),
        ({"records": "case_events", "columns": EVENT, "defaults": {"platform": "d", "kind": "resolve"}}, "resolved"),
        (
            {"records": "case_events", "columns": {**EVENT, "kind": {"from": "k", "values": {"x": "solved"}}}},
            'columns.kind.values: must be one of .*; did you mean "resolved"',
        ),
        ({"records": "case_events", "columns": EVENT, "defaults": {**MESSAGE, "actor_kind": "robot"}}, "human, bot"),
        ({"records": "case_events", "columns": EVENT, "defaults": {**MESSAGE, "event_id": "1"}}, "differs from row"),
        ({"records": "case_events", "columns": EVENT, "defaults": {**MESSAGE, "score": "5"}}, "must be a number"),
        ({"records": "case_events", "columns": EVENT, "defaults": {**MESSAGE, "score": float("nan")}}, "a number"),
        ({"skip": {"state": "?"}}, r'state must be a list: \["\?"\]'),
        ({"only": {"state": []}}, "state is an empty list"),
        ({"records": "tickets"}, "mentions"),
    ],
)
def test_options_that_cannot_work_are_refused_in_a_sentence(words: dict[str, Any], sentence: str) -> None:
    whole = {"path": "*.csv", "records": "cases", "columns": CASE, "defaults": {"platform": "d"}, **words}
    with pytest.raises(ValidationError, match=sentence):
        Source.Options.model_validate(whole)


def test_a_file_is_never_judged_by_its_shape() -> None:
    assert Source.judges_shape is False
