"""Looks ahead: where nobody will be on shift, or nobody who speaks a language, an alert is raised in time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from queries.alerts import Alerts, Found
from queries.answers import Answers
from queries.catalogue import QuestionError
from queries.utc import floor_to
from queries.warehouse import WarehouseError

log = logging.getLogger("watchfloor.alerts")
AHEAD = timedelta(days=14)
LEAST_COUNT, LASTING_COUNT = 1.0, 0.5
"""So many messages must be expected while nobody speaks a language for an alert to be raised, and to last. What is
expected moves with every hour's news: with one threshold an alert would come and go."""

_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)


class Watch:
    """Keeps the alerts up with the roster. Asked often, it looks only when something can have moved."""

    def __init__(self, answers: Answers, alerts: Alerts) -> None:
        self._answers, self._alerts = answers, alerts
        self._seen: tuple[int, datetime] | None = None
        self._told = ""

    def look(self, now: datetime) -> bool:
        """Look ahead from `now` (aware); gives whether an alert was raised, moved or ended.

        Nothing is done when neither the revision nor the quarter of an hour is another than at the last look. When it
        cannot be seen what lies ahead, the alerts stay as they are, and the next call tries again.
        """
        mark = (self._answers.warehouse.state[0], floor_to(now, _QUARTER))
        if mark == self._seen:
            return False
        try:
            moved = self._alerts.keep(self._gaps(now), now)
        except (QuestionError, WarehouseError) as error:
            self._tell(str(error))
            return False
        # what this look has written itself is no news
        self._seen, self._told = (mark[0] + moved, mark[1]), ""
        return moved

    def _gaps(self, now: datetime) -> list[Found]:
        answer = self._answers.ask("coverage_gaps", {"least_count": LASTING_COUNT}, now)
        return list(gaps_found(answer.frame, answer.as_of + AHEAD))

    def _tell(self, sentence: str) -> None:
        """Once per cause: it is tried every minute."""
        if sentence != self._told:
            log.warning("the hours ahead cannot be looked at: %s", sentence)
            self._told = sentence


def gaps_found(table: pd.DataFrame, edge: datetime) -> Iterator[Found]:
    """The rows of coverage_gaps, which looks as far as `edge` (aware), as what is found ahead.

    One that reaches the edge goes on behind it. It is told until the last midnight (UTC) before: else it would be
    another one with every look.
    """
    rows: Any = table.itertuples()
    for row in rows:
        since, until = (moment.tz_localize(UTC).to_pydatetime() for moment in (row.since_at, row.until_at))
        until = until if until < edge else floor_to(until, _DAY)
        if since < until:
            raises = row.language == "all" or pd.isna(row.demand_count) or row.demand_count >= LEAST_COUNT
            yield Found("gap", row.language, since, until, bool(raises))
