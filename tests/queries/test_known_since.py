"""How far back anything is known: what lies before is not silence."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from queries.answers import Answers
from queries.ledger import Ledger
from tests.conftest import NOON
from tests.rows import case, keep, mention

DAY = timedelta(days=1)


def test_nothing_known_is_unknown_and_the_oldest_counts(ledger: Ledger, answers: Answers) -> None:
    [nothing] = answers.ask("known_since", {}, NOON).frame.to_dict("records")
    assert all(pd.isna(value) for value in nothing.values())
    keep(ledger, mention(1, published_at=NOON - 3 * DAY), mention(2), cases=[case(1, opened_at=NOON - DAY)])
    keep(ledger, mention(3, published_at=NOON - 9 * DAY, is_drill=True))
    [known] = answers.ask("known_since", {}, NOON).frame.to_dict("records")
    naive = NOON.replace(tzinfo=None)
    assert known == {"mentions_since_at": naive - 3 * DAY, "cases_since_at": naive - DAY}
