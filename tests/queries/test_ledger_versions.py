"""Which version wins, what a deletion takes, and which brand a case is for: whatever order things come in."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.ledger import Ledger
from queries.rows import EventRow, TombRow, WholeRow
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.test_ledger import rows_of
from tests.rows import case, event, keep, mention

DAY = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
LATER = [NOON + timedelta(minutes=minute) for minute in range(1, 9)]


def texts(answers: Answers, now: datetime = NOON, **more: Any) -> list[str]:
    return sorted(answers.ask("latest_mentions", {**DAY, **more}, now).frame["text"])


def current(warehouse: Warehouse, table: str, columns: str) -> list[tuple[object, ...]]:
    return rows_of(warehouse, f"SELECT {columns} FROM {table} WHERE known_until_at IS NULL ORDER BY ALL")


def test_whatever_order_versions_come_in_the_newest_stays(ledger: Ledger, answers: Answers) -> None:
    versions = [
        mention(1, text="first", updated_at=LATER[0], sequence=1),
        mention(1, text="same second", updated_at=LATER[0], sequence=2),
        mention(1, text="newest", updated_at=LATER[1]),
    ]
    for number, order in enumerate(itertools.permutations(versions)):
        for version in order:
            renamed = {"item_id": f"x:{number}"}
            keep(ledger, mention(1, **{**_told(version), **renamed}))
    assert texts(answers) == ["newest"] * 6
    batch = [mention(1, **{**_told(version), "item_id": "x:in-one-batch"}) for version in reversed(versions)]
    keep(ledger, *batch)
    assert texts(answers) == ["newest"] * 7


def _told(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def test_a_version_without_a_time_does_not_replace_one_that_has_one(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, text="edited", updated_at=LATER[0]))
    keep(ledger, mention(1, text="a stale page"), now=LATER[1])
    assert texts(answers) == ["edited"]


def test_the_same_content_seen_later_keeps_an_older_edit_out(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, text="is", updated_at=LATER[0]))
    keep(ledger, mention(1, text="is", updated_at=LATER[4]))
    keep(ledger, mention(1, text="between", updated_at=LATER[2]))
    assert texts(answers) == ["is"]


def test_counters_belong_to_the_later_observation(ledger: Ledger, warehouse: Warehouse) -> None:
    keep(ledger, mention(1, reach_count=10, observed_at=LATER[3]))
    keep(ledger, mention(1, reach_count=5, observed_at=LATER[1]))
    assert current(warehouse, "mentions", "reach_count") == [(10,)]
    keep(ledger, mention(1, reach_count=4, observed_at=LATER[5]))
    assert current(warehouse, "mentions", "reach_count") == [(4,)]


def test_a_deletion_takes_text_and_author_out_of_every_version_and_leaves_every_answer(
    ledger: Ledger, answers: Answers, warehouse: Warehouse
) -> None:
    keep(ledger, mention(1, text="secret one", author_name="Ana", author_id="a"), mention(2), now=NOON)
    keep(ledger, mention(1, text="secret two", author_name="Ana", author_id="a"), now=LATER[0])
    tally = keep(ledger, now=LATER[1], tombs=[TombRow(platform="x", item_id="x:1", deleted_at=LATER[1])])
    assert tally.deleted == 1
    assert texts(answers) == ["post 2"]
    for known_at in (NOON, *LATER):
        assert texts(answers, known_at=known_at) == ["post 2"], "not even in the past it was known in"
    rows = rows_of(
        warehouse, "SELECT text, author_name, author_id, author_key, url FROM mentions WHERE item_id = 'x:1'"
    )
    assert rows == [(None,) * 5] * 2
    assert keep(ledger, now=LATER[2], tombs=[TombRow(platform="x", item_id="x:1", deleted_at=LATER[1])]).deleted == 0


def test_a_deletion_sticks_until_the_source_shows_a_newer_version(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, text="was", updated_at=LATER[0]))
    keep(ledger, tombs=[TombRow(platform="x", item_id="x:1", deleted_at=LATER[2])])
    keep(ledger, mention(1, text="a stale page", updated_at=LATER[1]), mention(1, text="stale", updated_at=LATER[2]))
    assert texts(answers) == []
    keep(ledger, mention(1, text="made anew", updated_at=LATER[3]))
    assert texts(answers) == ["made anew"]
    keep(ledger, tombs=[TombRow(platform="x", item_id="x:1", deleted_at=LATER[2])])
    assert texts(answers) == ["made anew"], "the deletion was of what stood there before"


def test_a_deletion_that_comes_first_or_in_the_same_batch_holds(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, tombs=[TombRow(platform="x", item_id="x:1", deleted_at=LATER[2])])
    keep(ledger, mention(1, updated_at=LATER[0]))
    gone = TombRow(platform="x", item_id="x:2", deleted_at=LATER[2])
    keep(ledger, mention(2, updated_at=LATER[0]), mention(3), tombs=[gone])
    assert texts(answers) == ["post 3"]


def test_a_firehose_leaves_no_trace_of_strangers(ledger: Ledger, warehouse: Warehouse) -> None:
    strangers = [
        TombRow(platform="x", item_id=f"x:{number}", deleted_at=NOON, is_ordered=True) for number in range(1000)
    ]
    before = warehouse.state
    keep(ledger, tombs=[*strangers, TombRow(platform="x", author_id="nobody", deleted_at=NOON, is_ordered=True)])
    assert rows_of(warehouse, "SELECT count(*) FROM tombstones") == [(0,)]
    assert warehouse.state == before
    keep(ledger, mention(1), now=NOON)
    keep(ledger, tombs=strangers)
    assert rows_of(warehouse, "SELECT count(*) FROM tombstones") == [(1,)]


def test_a_deleted_author_takes_all_their_posts_along(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1, author_id="a"), mention(2, author_id="a"), mention(3, author_id="b"))
    keep(ledger, mention(4, author_id="a", platform="y", item_id="y:4"))
    keep(ledger, tombs=[TombRow(platform="x", author_id="a", deleted_at=NOON)])
    assert texts(answers) == ["post 3", "post 4"], "another platform's a is somebody else"
    keep(ledger, mention(5, author_id="a", published_at=NOON - timedelta(minutes=5)))
    keep(ledger, mention(6, author_id="a", updated_at=LATER[0]))
    assert texts(answers) == ["post 3", "post 4", "post 6"], "an account that is back may speak again"


def test_a_deleted_post_leaves_the_words_of_its_case_too(ledger: Ledger, warehouse: Warehouse) -> None:
    said = event(1, actor="c", actor_kind="customer", item_id="x:1", text="my number is 5", event_id="m1")
    keep(ledger, cases=[case(1, item_id="x:1", subject="5", customer_id="c")], events=[said, event(1, text="we call")])
    keep(ledger, tombs=[TombRow(platform="x", item_id="x:1", deleted_at=NOON)])
    assert current(warehouse, "cases", "subject, customer_id") == [(None, None)]
    assert rows_of(warehouse, "SELECT text FROM case_events ORDER BY text NULLS FIRST") == [(None,), ("we call",)]
    keep(ledger, cases=[case(1, item_id="x:1", subject="5 again", customer_id="c")])
    late = event(1, item_id="x:1", text="5 again", actor="c", actor_kind="customer", event_id="m2")
    keep(ledger, events=[late])
    assert current(warehouse, "cases", "subject, customer_id") == [(None, None)]
    assert rows_of(warehouse, "SELECT count(text) FROM case_events WHERE event_id = 'm2'") == [(0,)]


def test_a_version_that_no_longer_names_a_brand_ends_that_brands_mention(
    ledger: Ledger, answers: Answers, warehouse: Warehouse
) -> None:
    both = [mention(1, brand=brand, updated_at=LATER[0]) for brand in ("Aurora", "Rival")]
    keep(ledger, *both, mention(2), now=NOON)
    stale = WholeRow(item_id="x:1", brands=("Rival",), updated_at=LATER[0])
    assert keep(ledger, whole=[stale], now=LATER[0]).changed == 0, "no newer than what is known"
    newer = WholeRow(item_id="x:1", brands=("Rival",), updated_at=LATER[1])
    assert keep(ledger, mention(1, brand="Rival", updated_at=LATER[1]), whole=[newer], now=LATER[1]).changed == 1
    assert current(warehouse, "mentions", "item_id, brand") == [("x:1", "Rival"), ("x:2", "Aurora")]
    assert texts(answers, known_at=NOON) == ["post 1", "post 1", "post 2"], "it was so then"
    before = warehouse.state
    keep(ledger, mention(1, brand="Rival", updated_at=LATER[1]), whole=[newer], now=LATER[2])
    assert warehouse.state == before


def test_a_stale_version_brings_no_brand_back(ledger: Ledger, warehouse: Warehouse) -> None:
    newer = WholeRow(item_id="x:1", brands=("Rival",), updated_at=LATER[1])
    stale = WholeRow(item_id="x:1", brands=("Aurora", "Rival"), updated_at=LATER[0])
    rows = {LATER[1]: [mention(1, brand="Rival", updated_at=LATER[1])]}
    rows[LATER[0]] = [mention(1, brand=brand, updated_at=LATER[0]) for brand in ("Aurora", "Rival")]
    for whole in (newer, stale, newer, stale):
        keep(ledger, *rows[whole.updated_at or NOON], whole=[whole])
        assert current(warehouse, "mentions", "brand") == [("Rival",)]
    before = warehouse.state
    keep(ledger, *rows[LATER[0]], whole=[stale])
    assert warehouse.state == before


def test_an_edit_keeps_the_counters_that_were_observed_later(ledger: Ledger, warehouse: Warehouse) -> None:
    keep(ledger, mention(1, updated_at=LATER[0], reach_count=1000, author_followers_count=7, observed_at=LATER[5]))
    keep(ledger, mention(1, updated_at=LATER[1], text="edited", reach_count=3, observed_at=LATER[4]))
    assert current(warehouse, "mentions", "text, reach_count, author_followers_count") == [("edited", 1000, 7)]


def test_a_deletion_of_what_only_a_case_knows_changes_its_answers(
    ledger: Ledger, answers: Answers, warehouse: Warehouse
) -> None:
    said = event(1, item_id="x:9", text="my number is 5", actor_kind="customer", event_id="m1")
    keep(ledger, cases=[case(1)], events=[said])
    asked = {"case_id": "x:1"}
    assert "my number is 5" in answers.ask("case_timeline", asked, NOON).frame["text"].tolist()
    before = warehouse.state[0]
    keep(ledger, tombs=[TombRow(platform="x", item_id="x:9", deleted_at=NOON, is_ordered=True)])
    assert warehouse.state[0] == before + 1
    assert "my number is 5" not in answers.ask("case_timeline", asked, NOON).frame["text"].tolist()


def test_an_event_is_added_once_and_never_changed(ledger: Ledger, warehouse: Warehouse) -> None:
    first = event(1, event_id="e1", text="first words")
    assert keep(ledger, events=[first, first]).new == 1
    assert keep(ledger, events=[event(1, event_id="e1", text="other words")]).new == 0
    assert keep(ledger, events=[event(2, event_id="e1")]).new == 1, "an id is the case's own"
    assert keep(ledger, events=[event(1, kind="resolved"), event(1, kind="resolved")]).new == 1
    assert rows_of(warehouse, "SELECT text FROM case_events WHERE text IS NOT NULL") == [("first words",)]


def test_cases_keep_versions_and_the_newest_by_order_wins(ledger: Ledger, warehouse: Warehouse) -> None:
    keep(ledger, cases=[case(1, priority="high", updated_at=LATER[1], sequence=3)])
    tally = keep(ledger, cases=[case(1, priority="low", updated_at=LATER[1], sequence=2)])
    assert (tally.new, tally.changed, tally.same) == (0, 0, 1)
    assert current(warehouse, "cases", "priority") == [("high",)]
    assert keep(ledger, cases=[case(1, priority="urgent", updated_at=LATER[2])]).changed == 1
    versions = rows_of(warehouse, "SELECT priority, known_until_at IS NULL FROM cases ORDER BY known_from_at")
    assert versions == [("high", False), ("urgent", True)]
    before = warehouse.state
    keep(ledger, cases=[case(1, priority="urgent", updated_at=LATER[2])])
    assert warehouse.state == before


REPLIES = [
    event(1, brand="Second", happened_at=NOON - timedelta(minutes=20)),
    event(1, brand="First", happened_at=NOON - timedelta(minutes=25)),
    event(1, brand="Bot", actor_kind="bot", happened_at=NOON - timedelta(minutes=50)),
    event(1, brand="Note", visibility="internal", happened_at=NOON - timedelta(minutes=49)),
    event(1, brand="Customer", actor_kind="customer", happened_at=NOON - timedelta(minutes=48)),
    event(1, brand="Drill", is_drill=True, happened_at=NOON - timedelta(minutes=47)),
]


@pytest.mark.parametrize("order", [REPLIES, list(reversed(REPLIES))], ids=["late first", "early first"])
@pytest.mark.parametrize("when", ["case first", "case last", "together"])
def test_a_case_is_for_the_brand_of_its_first_public_human_reply(
    ledger: Ledger, warehouse: Warehouse, order: list[EventRow], when: str
) -> None:
    opened = case(1, record_brand="Record")
    if when == "case first":
        keep(ledger, cases=[opened])
        assert current(warehouse, "cases", "brand") == [("Record",)], "until somebody replies it is the record's own"
    if when == "together":
        keep(ledger, cases=[opened], events=order)
    else:
        for number, reply in enumerate(order):
            keep(ledger, events=[reply], now=LATER[number])
    if when == "case last":
        keep(ledger, cases=[opened], now=LATER[7])
    assert current(warehouse, "cases", "brand, record_brand") == [("First", "Record")]


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_any_batches_of_the_same_rows_end_in_the_same_world(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows: list[Any] = [
        *(mention(n, text=f"v{v}", updated_at=LATER[v], author_id="a") for n in (1, 2) for v in range(3)),
        TombRow(platform="x", item_id="x:1", deleted_at=LATER[1]),
        TombRow(platform="x", item_id="x:2", deleted_at=LATER[5]),
        *(case(1, priority=str(v), updated_at=LATER[v]) for v in range(3)),
        *REPLIES[:3],
    ]
    shuffled = data.draw(st.permutations(rows))
    cuts = data.draw(st.lists(st.integers(1, len(rows)), max_size=4))
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("any") / "w.duckdb", NOON)
    try:
        ledger = Ledger(warehouse)
        for start, stop in itertools.pairwise(sorted({0, *cuts, len(rows)})):
            _keep_mixed(ledger, shuffled[start:stop])
        assert current(warehouse, "mentions", "item_id, text") == [("x:1", "v2")]
        assert current(warehouse, "cases", "brand, priority") == [("First", "2")]
        before = warehouse.state
        _keep_mixed(ledger, shuffled)
        assert warehouse.state == before, "the same again writes nothing"
    finally:
        warehouse.close()


def _keep_mixed(ledger: Ledger, rows: list[Any]) -> None:
    by_kind: dict[str, list[Any]] = {"MentionRow": [], "TombRow": [], "CaseRow": [], "EventRow": []}
    for row in rows:
        by_kind[type(row).__name__].append(row)
    keep(ledger, *by_kind["MentionRow"], tombs=by_kind["TombRow"], cases=by_kind["CaseRow"], events=by_kind["EventRow"])
