"""What a batch says of its source besides its rows: what it brings, how far its past goes, what it planted."""

from __future__ import annotations

from datetime import timedelta

from queries.answers import Answers
from queries.ledger import Ledger
from queries.rows import TruthRow
from tests.conftest import NOON
from tests.rows import case, keep, mention

DAY = timedelta(days=1)


def test_a_source_says_what_it_has_brought_and_how_far_back(ledger: Ledger, answers: Answers) -> None:
    keep(ledger, mention(1), history=(NOON - 2 * DAY, NOON - 9 * DAY))
    assert list(answers.ask("source_health", {}, NOON).frame["brings"]) == ["mentions"]
    later = NOON + timedelta(seconds=9)
    keep(ledger, cases=[case(1)], now=later)
    after = answers.ask("source_health", {}, later).frame.iloc[0]
    assert after["brings"] == "cases, mentions"
    naive = NOON.replace(tzinfo=None)
    assert (after["history_from_at"], after["history_wanted_at"]) == (naive - 2 * DAY, naive - 9 * DAY)


def test_what_was_planted_is_kept_once(ledger: Ledger) -> None:
    truth = TruthRow(kind="lead", subject="demo:1", since=NOON, until=NOON, detail={"amount": 90.0})
    for _ in range(2):
        keep(ledger, truths=[truth])
    cursor = ledger.warehouse.cursor()
    kept = cursor.execute("SELECT source, kind, subject, detail FROM demo_truth").fetchall()
    cursor.close()
    assert kept == [("hand", "lead", "demo:1", '{"amount": 90.0}')]
