"""Messages that ask for a response, what is planned and when a source was blind: nine weeks before noon."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from queries.keys import key
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, Row, case, put

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIRST = NOON - 9 * WEEK


def came(
    language: str | None, per_hour: float, since: datetime = FIRST, until: datetime = NOON, source: str = "desk"
) -> list[Row]:
    """So many cases in each hour, each asking once for a response."""
    count = round((until - since) / HOUR * per_hour)
    at = [since + n * (HOUR / per_hour) for n in range(count)]
    names = [f"x:{language} {source} {moment.isoformat()}" for moment in at]
    return [
        {**case(name, moment, source=source, known_from_at=FIRST), "language": language}
        for name, moment in zip(names, at, strict=True)
    ]


def unspoken(row: Row) -> Row:
    """A case as the table has it: its language is told by its post or its clocks."""
    return {name: value for name, value in row.items() if name != "language"}


def frt(row: Row) -> Row:
    """The clock of the first response of a case."""
    clock = {"case_id": row["case_id"], "case_key": row["case_key"], "metric": "frt", "cycle": 1, "segment": 1}
    at = {"started_at": row["opened_at"], "since_at": row["opened_at"], "known_from_at": row["known_from_at"]}
    return {**clock, **at, "language": row["language"], "track": "care", "brand": "Aurora", "platform": "x"}


def post(at: datetime, language: str) -> Row:
    """A mention of Aurora nobody has made a case of."""
    name = f"x:post {at.isoformat()}"
    names = {"item_id": name, "brand": "Aurora", "platform": "x", "source": "feed", "source_class": "earned"}
    keys = {"item_key": key(name), "mention_key": key(name, "Aurora")}
    return {**names, **keys, "published_at": at, "language": language, "is_drill": False, "known_from_at": FIRST}


def lay(warehouse: Warehouse, *many: Iterable[Row], **more: Any) -> None:
    """Put cases with their clocks, and rows of other tables."""
    rows = [row for some in many for row in some]
    cases = [unspoken(row) for row in rows]
    track = {"track": "care", "is_default": True, "calendar": "always", "known_from_at": FIRST}
    put(warehouse, cases=cases, clock_segments=[frt(row) for row in rows], policies=[track], **more)


def planned(start: float, end: float, factor: float, *languages: str, name: str = "sale", **more: Any) -> Row:
    """An event from `start` to `end`, in hours from noon."""
    span = {"since_at": NOON + start * HOUR, "until_at": NOON + end * HOUR}
    return {"name": name, "languages": list(languages), "factor": factor, **span, "known_from_at": FIRST, **more}


def blind(start: float, end: float | None, source: str = "desk", **more: Any) -> Row:
    """A gap of a source from `start` to `end`, in hours from noon."""
    span = {"since_at": NOON + start * HOUR, "until_at": None if end is None else NOON + end * HOUR}
    row = {"source": source, "kind": "gap", "sentence": "why", "filled_at": None, "known_from_at": FIRST, **span}
    return {**row, "gap_key": key(source, start), **more}
