"""What is committed is kept once, in versions, with its cursor; what is not committed leaves no trace."""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.rows import RefusedRow
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.rows import keep, mention

DAY = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}


def rows_of(warehouse: Warehouse, sql: str) -> list[tuple[object, ...]]:
    cursor = warehouse.cursor()
    try:
        return cursor.execute(sql).fetchall()
    finally:
        cursor.close()


def current_keys_are_unique(warehouse: Warehouse) -> bool:
    return not rows_of(
        warehouse,
        "SELECT item_id, brand FROM mentions WHERE known_until_at IS NULL GROUP BY ALL HAVING count(*) > 1",
    )


def test_the_same_rows_again_write_nothing(ledger: Ledger, warehouse: Warehouse) -> None:
    rows = [mention(number) for number in range(5)]
    assert keep(ledger, *rows).new == 5
    before = warehouse.state
    again = keep(ledger, *rows, now=NOON + timedelta(minutes=1))
    assert (again.new, again.changed, again.same) == (0, 0, 5)
    assert warehouse.state == before, "the revision moves only when an answer can"
    assert current_keys_are_unique(warehouse)


def test_a_changed_row_is_a_new_version_and_yesterdays_wall_comes_back(
    ledger: Ledger, answers: Answers, warehouse: Warehouse
) -> None:
    keep(ledger, mention(1, text="was"), mention(2), now=NOON)
    keep(ledger, mention(1, text="is", sentiment_label="negative"), mention(3), now=NOON + timedelta(minutes=5))
    then = answers.ask("latest_mentions", {**DAY, "known_at": NOON}, NOON).frame
    now = answers.ask("latest_mentions", DAY, NOON).frame
    assert sorted(then["text"]) == ["post 2", "was"]
    assert sorted(now["text"]) == ["is", "post 2", "post 3"]
    keep(ledger, mention(1, text="was"), now=NOON + timedelta(minutes=9))
    again = answers.ask("latest_mentions", {**DAY, "known_at": NOON}, NOON).frame
    assert again.equals(then), "row for row"
    assert current_keys_are_unique(warehouse)


def test_a_post_whose_time_is_read_differently_is_still_the_same_post(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1))
    moved = keep(ledger, mention(1, published_at=NOON - timedelta(days=40)))
    assert (moved.new, moved.changed) == (0, 1)
    totals = answers.ask("mention_totals", {"since": NOON - timedelta(days=60), "until": NOON}, NOON).frame
    assert totals["mentions_count"].tolist() == [1]


def test_counters_keep_their_latest_observation_without_a_version(ledger: Ledger, warehouse: Warehouse) -> None:
    keep(ledger, mention(1, author_followers_count=10, reach_count=5))
    keep(ledger, mention(1, author_followers_count=12))
    assert rows_of(warehouse, "SELECT author_followers_count, reach_count FROM mentions") == [(12, 5)]


def test_an_older_edit_does_not_win(ledger: Ledger, warehouse: Warehouse) -> None:
    newer = mention(1, text="newer", edited_at=NOON)
    keep(ledger, newer)
    tally = keep(ledger, dataclasses.replace(newer, text="older", edited_at=NOON - timedelta(minutes=1)))
    assert tally.same == 1
    assert rows_of(warehouse, "SELECT text FROM mentions") == [("newer",)]


def test_twice_in_one_batch_is_once_and_the_last_one_wins(ledger: Ledger, warehouse: Warehouse) -> None:
    assert keep(ledger, mention(1, text="a"), mention(1, text="b"), mention(1, brand="Rival")).new == 2
    assert sorted(rows_of(warehouse, "SELECT brand, text FROM mentions")) == [("Aurora", "b"), ("Rival", "post 1")]


def test_cursor_receipts_and_refusals_are_kept_with_their_rows(ledger: Ledger, answers: Answers) -> None:
    bad = RefusedRow(reason="missing_id", sentence="has no id", raw="x,y", file="a.csv", line=7)
    keep(ledger, mention(1), cursor={"v": 1, "at": 3}, receipts=["abc"], refused=[bad, bad])
    keep(ledger, refused=[bad])
    assert ledger.cursor_of("hand") == {"v": 1, "at": 3}
    assert ledger.has_receipt("hand", "abc")
    assert not ledger.has_receipt("other", "abc")
    refused = answers.ask("refused_rows", {}, NOON).frame
    assert refused[["reason", "refused_count", "last_line"]].to_numpy().tolist() == [["missing_id", 1, 7]]


def test_a_batch_that_fails_leaves_nothing(ledger: Ledger, warehouse: Warehouse) -> None:
    keep(ledger, mention(0))
    before = warehouse.state
    naive = mention(2, published_at=datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001 -- the mistake under test
    with pytest.raises(ValueError, match="no time zone"):
        keep(ledger, mention(1), naive, cursor={"v": 1}, receipts=["r"])
    assert warehouse.state == before
    assert rows_of(warehouse, "SELECT item_id FROM mentions") == [("x:0",)]
    assert ledger.cursor_of("hand") is None
    assert not ledger.has_receipt("hand", "r")


def test_any_zone_goes_in_as_its_instant(ledger: Ledger, warehouse: Warehouse) -> None:
    local = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1)
    keep(ledger, mention(1, published_at=local))
    assert rows_of(warehouse, "SELECT published_at FROM mentions") == [(datetime(2026, 11, 1, 6, 30),)]  # noqa: DTZ001


def test_known_at_never_runs_backwards_when_the_hosts_clock_does(ledger: Ledger, warehouse: Warehouse) -> None:
    keep(ledger, mention(1), now=NOON)
    keep(ledger, mention(2), now=NOON - timedelta(hours=3))
    assert warehouse.state[1] > NOON
    assert warehouse.state[0] == 2


def test_a_row_from_the_future_does_not_make_the_source_look_fresh(ledger: Ledger, answers: Answers) -> None:
    old = NOON - timedelta(hours=10)
    future, drill = mention(2, published_at=NOON + timedelta(hours=5)), mention(3, published_at=NOON, is_drill=True)
    keep(ledger, mention(1, published_at=old), future, drill)
    health = answers.ask("source_health", {}, NOON).frame
    assert health["watermark_at"].tolist() == [old.replace(tzinfo=None)]
    assert health["state"].tolist() == ["stale"]


def test_writers_that_meet_never_turn_known_at_back(tmp_path: Path) -> None:
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOON)
    ledger, gate, seen = Ledger(warehouse), threading.Barrier(4), []
    read = warehouse._read_state

    def slow() -> tuple[int, datetime]:
        state = read()
        seen.append(state)
        threading.Event().wait(0.005)
        return state

    warehouse._read_state = slow  # type: ignore[method-assign]

    def write(who: int) -> None:
        gate.wait()
        for number in range(8):
            # clocks are read before the turn to write comes, so they arrive out of order
            keep_at = NOON + timedelta(seconds=who)
            ledger.commit(source="hand", run_id="r", now=keep_at, rows=[mention(f"{who}-{number}")], read=1)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [state[0] for state in seen] == list(range(1, 33))
    assert [state[1] for state in seen] == sorted({state[1] for state in seen})
    answers = Answers(warehouse, load_catalogue(), DictCache())
    assert answers.ask("mention_totals", DAY, NOON).frame["mentions_count"].tolist() == [32]
    warehouse.close()


def test_what_was_committed_is_there_after_opening_again(tmp_path: object) -> None:
    path = tmp_path / "w.duckdb"  # type: ignore[operator]
    first = Warehouse("duckdb:w", path, NOON)
    keep(Ledger(first), mention(1), cursor={"v": 1})
    state = first.state
    first.close()
    second = Warehouse("duckdb:w", path, datetime(2030, 1, 1, tzinfo=UTC))
    try:
        assert second.state == state
        assert Ledger(second).cursor_of("hand") == {"v": 1}
    finally:
        second.close()
