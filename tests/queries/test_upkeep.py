"""Gaps and outages, what is posted to us, refused rows tried again, what is kept no longer, sources that go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.ledger import Ledger, Outcome
from queries.rows import GapRow, RefusedRow, WholeRow
from queries.upkeep import Upkeep
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.test_ledger import rows_of
from tests.rows import case, declare, event, keep, mention

DAY = {"since": NOON - timedelta(days=90), "until": NOON + timedelta(days=1)}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def upkeep(warehouse: Warehouse) -> Upkeep:
    return Upkeep(warehouse)


def end(ledger: Ledger, at: Any, **how: Any) -> None:
    ledger.end_run("hand", ledger.start_run("hand", at), at, at + MINUTE, Outcome(**how))


def test_an_outage_runs_from_the_last_success_to_the_next_and_is_then_filled(
    ledger: Ledger, warehouse: Warehouse
) -> None:
    keep(ledger, mention(1), now=NOON)
    end(ledger, NOON + 2 * MINUTE, error="no connection", is_outage=True)
    end(ledger, NOON + 3 * MINUTE, error="still none", is_outage=True)
    open_one = rows_of(warehouse, "SELECT kind, since_at, until_at, sentence FROM gaps")
    assert open_one == [("outage", NOON.replace(tzinfo=None), None, "no connection")]
    before = warehouse.state[0]
    end(ledger, NOON + 5 * MINUTE)
    closed = rows_of(warehouse, "SELECT until_at, filled_at FROM gaps")
    assert closed == [((NOON + 5 * MINUTE).replace(tzinfo=None),) * 2]
    assert warehouse.state[0] == before + 1, "an answer may say it was blind: that is a change"
    end(ledger, NOON + 6 * MINUTE)
    assert warehouse.state[0] == before + 1


def test_an_error_of_our_own_is_no_outage(ledger: Ledger, warehouse: Warehouse) -> None:
    declare(ledger)
    end(ledger, NOON, error="the disk is full")
    assert rows_of(warehouse, "SELECT count(*) FROM gaps") == [(0,)]


def test_a_gap_told_again_is_one_gap_and_may_grow(ledger: Ledger, warehouse: Warehouse) -> None:
    gap = GapRow(since=NOON, until=NOON + MINUTE, sentence="clamped", platform="bluesky")
    keep(ledger, gaps=[gap])
    before = warehouse.state
    keep(ledger, gaps=[gap])
    assert warehouse.state == before
    keep(ledger, gaps=[GapRow(since=NOON, until=NOON + 3 * MINUTE, sentence="clamped", platform="bluesky")])
    assert rows_of(warehouse, "SELECT until_at FROM gaps") == [((NOON + 3 * MINUTE).replace(tzinfo=None),)]


def test_what_a_source_must_mind_outlives_the_process_and_not_its_options(ledger: Ledger) -> None:
    declare(ledger, options_hash="one")
    network = {"hosts": {"social.example": {"failures": 5}}}
    end(ledger, NOON, error="slow down", not_before=NOON + 9 * MINUTE, network=network, quota_left=0, quota_limit=300)
    declare(ledger, options_hash="one")
    standing = ledger.standing("hand")
    assert (standing.not_before, standing.network) == (NOON + 9 * MINUTE, network)
    declare(ledger, options_hash="other")
    assert (ledger.standing("hand").not_before, ledger.standing("hand").network) == (None, None)


def test_a_source_that_has_ended_stays_ended_until_its_options_change(ledger: Ledger) -> None:
    keep(ledger, disabled="the feed answers 410, it is gone")
    assert ledger.standing("hand").disabled
    declare(ledger)
    assert ledger.standing("hand").disabled
    declare(ledger, options_hash="another address")
    assert ledger.standing("hand").disabled is None


def test_a_backfill_has_a_cursor_of_its_own(ledger: Ledger) -> None:
    keep(ledger, cursor={"v": 1, "at": 7})
    keep(ledger, cursor={"v": 1, "at": 2}, backfill_since=NOON)
    standing = ledger.standing("hand")
    assert standing.cursor == {"v": 1, "at": 7}
    assert standing.backfill == {"since": NOON.isoformat(), "cursor": {"v": 1, "at": 2}}
    ledger.end_backfill("hand")
    assert ledger.standing("hand").backfill is None


def test_a_delivery_is_kept_once_as_it_came(upkeep: Upkeep, ledger: Ledger) -> None:
    declare(ledger)
    raw = b'{"mentions": [\xff\x00]}'
    assert upkeep.receive("hand", "d1", {"content-type": "application/json"}, raw, NOON)
    assert not upkeep.receive("hand", "d1", {}, b"something else", NOON)
    assert upkeep.receive("other", "d1", {}, b"{}", NOON), "ids are the source's own"
    assert upkeep.receive("hand", "d2", {}, b"{}", NOON)
    found = upkeep.inbox("hand", 0, 10)
    assert [(one.number, one.delivery_id) for one in found] == [(1, "d1"), (2, "d2")]
    assert (found[0].body, found[0].headers, found[0].received_at) == (raw, {"content-type": "application/json"}, NOON)
    assert [one.number for one in upkeep.inbox("hand", 1, 10)] == [2]
    assert upkeep.inbox("hand", 0, 1) == found[:1]


def test_deliveries_go_after_a_month_and_their_numbers_go_on(upkeep: Upkeep, ledger: Ledger) -> None:
    declare(ledger)
    for number in range(3):
        upkeep.receive("hand", f"d{number}", {}, b"x" * 100, NOON - timedelta(days=31))
    upkeep.retain(NOON)
    assert [(one.number, one.body) for one in upkeep.inbox("hand", 0, 10)] == [(3, b"")]
    upkeep.receive("hand", "d9", {}, b"y", NOON)
    assert [one.number for one in upkeep.inbox("hand", 3, 10)] == [4]


def test_an_inbox_of_large_deliveries_is_read_in_pieces(upkeep: Upkeep, ledger: Ledger) -> None:
    declare(ledger)
    for number in range(4):
        upkeep.receive("hand", f"d{number}", {}, b"x" * 5_000_000, NOON)
    assert [one.number for one in upkeep.inbox("hand", 0, 10)] == [1]
    assert [one.number for one in upkeep.inbox("hand", 3, 10)] == [4]


def test_refused_rows_tried_again_are_settled_with_what_they_became(upkeep: Upkeep, ledger: Ledger) -> None:
    bad = [RefusedRow(reason="r", sentence="s", raw=f"row {n}", field="text") for n in range(3)]
    keep(ledger, refused=bad)
    known = upkeep.refused("hand", None, 10)
    assert sorted(row.raw for _, row in known) == ["row 0", "row 1", "row 2"]
    assert known[0][1].field == "text"
    assert upkeep.refused("hand", "another", 10) == []
    keep(ledger, mention(0), refused=bad[2:], settled=[key for key, _ in known])
    assert [row.raw for _, row in upkeep.refused("hand", "r", 10)] == ["row 2"]


def test_retention_deletes_every_version_of_what_is_older_and_nothing_else(
    upkeep: Upkeep, ledger: Ledger, answers: Answers, warehouse: Warehouse
) -> None:
    old, new = NOON - timedelta(days=31), NOON - timedelta(days=29)
    keep(ledger, mention(1, published_at=old, text="a"), mention(2, published_at=new), now=new)
    keep(ledger, mention(1, published_at=old, text="b"), now=new + MINUTE)
    keep(ledger, cases=[case(1, opened_at=old), case(2, opened_at=new)], events=[event(1), event(2)], now=new)
    keep(ledger, mention(3, published_at=old), source="elsewhere", now=new)
    declare(ledger, retention_days=30)
    assert upkeep.retain(NOON) == {"hand": 2 + 1 + 1}
    assert rows_of(warehouse, "SELECT item_id FROM mentions ORDER BY 1") == [("x:2",), ("x:3",)]
    assert rows_of(warehouse, "SELECT case_id FROM cases") == [("x:2",)]
    assert rows_of(warehouse, "SELECT case_id FROM case_events") == [("x:2",)]
    totals = answers.ask("mention_totals", DAY, NOON).frame
    assert totals["mentions_count"].tolist() == [2]
    assert upkeep.retain(NOON) == {"hand": 0}
    blind = answers.ask("blind_spans", DAY, NOON).frame
    assert blind["kind"].tolist() == ["retention"], "what was deleted is not known to be nothing"


def test_what_retention_deleted_does_not_come_back_when_it_is_read_again(ledger: Ledger, upkeep: Upkeep) -> None:
    old = NOON - timedelta(days=31)
    keep(ledger, mention(1, published_at=old), cases=[case(1, opened_at=old)], now=old)
    declare(ledger, retention_days=30)
    upkeep.retain(NOON)
    run_id = ledger.start_run("hand", NOON)
    rows = {"rows": [mention(1, published_at=old), mention(2)], "cases": [case(1, opened_at=old)]}
    tally = ledger.commit(source="hand", run_id=run_id, now=NOON, **rows)  # type: ignore[arg-type]
    assert (tally.new, tally.same) == (1, 2)


def test_retention_goes_on_for_a_source_that_has_left_the_site_file(ledger: Ledger, upkeep: Upkeep) -> None:
    keep(ledger, mention(1, published_at=NOON - timedelta(days=31)))
    declare(ledger, retention_days=30)
    ledger.declare_sources([])
    assert upkeep.retain(NOON) == {"hand": 1}


def test_the_rows_of_a_source_that_is_already_forgotten_can_still_go(ledger: Ledger, upkeep: Upkeep) -> None:
    keep(ledger, mention(1))
    assert upkeep.remove_source("hand", NOON, with_rows=False) is not None
    gone = upkeep.remove_source("hand", NOON, with_rows=True)
    assert gone is not None
    assert gone["mentions"] == 1
    assert upkeep.remove_source("hand", NOON, with_rows=True) is None


def test_removing_a_source_wakes_nothing_that_others_ended(
    ledger: Ledger, upkeep: Upkeep, warehouse: Warehouse
) -> None:
    keep(ledger, mention(1, updated_at=NOON))
    keep(ledger, whole=[WholeRow(item_id="x:1", brands=(), updated_at=NOON + MINUTE)])
    declare(ledger, "empty")
    upkeep.remove_source("empty", NOON, with_rows=True)
    assert rows_of(warehouse, "SELECT count(*) FROM mentions WHERE known_until_at IS NULL") == [(0,)]


def test_trying_again_refused_rows_says_nothing_of_the_source(ledger: Ledger, warehouse: Warehouse) -> None:
    declare(ledger)
    end(ledger, NOON, error="no connection", is_outage=True, not_before=NOON + 9 * MINUTE)
    end(ledger, NOON + MINUTE, was_read=False)
    assert ledger.standing("hand").not_before == NOON + 9 * MINUTE
    assert rows_of(warehouse, "SELECT count(*) FROM gaps WHERE until_at IS NULL") == [(1,)]
    assert rows_of(warehouse, "SELECT error, last_success_at FROM sources") == [("no connection", None)]


def test_a_removed_source_takes_its_rows_along_only_when_asked(
    upkeep: Upkeep, ledger: Ledger, warehouse: Warehouse
) -> None:
    keep(ledger, mention(1, text="theirs"), source="first")
    keep(ledger, mention(1, text="ours"), mention(2), now=NOON + MINUTE, receipts=["file"], cases=[case(1)])
    assert upkeep.remove_source("nobody", NOON, with_rows=True) is None
    assert upkeep.remove_source("hand", NOON, with_rows=False) == {
        "mentions": 0, "cases": 0, "case_events": 0, "refused_rows": 0,
    }  # fmt: skip
    assert not ledger.has_receipt("hand", "file")
    assert rows_of(warehouse, "SELECT count(*) FROM mentions") == [(3,)]
    declare(ledger)
    gone = upkeep.remove_source("hand", NOON, with_rows=True)
    assert gone is not None
    assert (gone["mentions"], gone["cases"]) == (2, 1)
    left = rows_of(warehouse, "SELECT text, known_until_at FROM mentions")
    assert left == [("theirs", None)], "what it had replaced is current again"
