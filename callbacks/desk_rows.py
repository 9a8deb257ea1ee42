"""The rows of the desk's table, a block at a time, as AG Grid's infinite model asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from callbacks.desk_clocks import Ask, named, with_causes
from callbacks.hands import Hands
from layouts.desk.filters import Filters
from queries.catalogue import QuestionError
from queries.utc import iso
from queries.wishes import Wish

MOST_ROWS = 1000
SORTABLE: Mapping[str, tuple[str, ...]] = {
    "mentions": (
        "published_at", "brand", "platform", "language", "region", "author_name", "author_followers_count",
        "reach_count", "sentiment_label", "sentiment_score", "media_type", "source_class",
    ),
    "cases": (
        "opened_at", "brand", "platform", "state", "replied_at", "first_response_seconds", "resolved_at",
        "resolution_seconds", "track", "priority", "owner",
    ),
    "service": (
        "due_at", "started_at", "stopped_at", "elapsed_seconds", "target_seconds", "remaining_seconds", "state",
        "case_id", "metric", "cycle", "track", "priority", "owner", "platform", "brand",
    ),
}  # fmt: skip
"""The columns each view's rows can be sorted by; the first is the usual one, newest first."""

QUESTIONS: Mapping[str, tuple[str, str]] = {
    "mentions": ("mention_rows", "mention_rows_count"),
    "cases": ("case_rows", "case_rows_count"),
    "service": ("clock_rows", "clock_rows_count"),
}
"""Each view's rows, and how many there are."""

_KEYS = {"mentions": ("item_id", "brand"), "cases": ("case_id",), "service": ("case_id", "metric", "cycle")}


class BadRequest(QuestionError):
    """What the table asked for cannot be: a column that is not there, rows that end before they begin."""


@dataclass(frozen=True, slots=True)
class Block:
    """rows   at most MOST_ROWS, each a plain dict with a row_id; times as ISO 8601 in UTC, unknown as None
    count  how many rows there are in all
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def grid(self) -> dict[str, Any]:
        """As AG Grid takes it: getRowsResponse."""
        return {"rowData": self.rows, "rowCount": self.count}


def rows_for(
    hands: Hands,
    filters: Filters,
    request: Mapping[str, Any],
    now: datetime,
    known_at: datetime | None = None,
    wish: Wish | None = None,
) -> Block:
    """The block of rows that AG Grid's `request` asks for: startRow, endRow, sortModel, filterModel.

    now       the moment the page looks from; the same one for all blocks, or rows move between them
    known_at  what was known then; None is what is known now
    Raises BadRequest for what cannot be asked, any other QuestionError, WarehouseError.
    """
    zone = hands.served().site.site.zone
    known = hands.answers.warehouse.state[1] if known_at is None else known_at
    params = {**filters.row_params(now, zone), "known_at": known}
    page = {**_block(request), **_order(request, filters)}
    rows, count = QUESTIONS[filters.view]

    def ask(question: str, given: Mapping[str, Any]) -> pd.DataFrame:
        return hands.answers.ask(question, given, now, wish).frame

    if filters.view == "service":
        params = named(ask, filters, params)
    # the count first: it is quick, and mostly known already
    counted = ask(count, params).iloc[:, 0].sum()
    found = ask(rows, {**params, **page})
    if filters.view == "service":
        found = with_causes(ask, found, params)
    return Block(records(found, _KEYS[filters.view]), int(counted))


def count_of(ask: Ask, filters: Filters, params: Mapping[str, Any]) -> int:
    """How many rows there are of `filters`, asked with their row_params."""
    asked = named(ask, filters, params) if filters.view == "service" else params
    return int(ask(QUESTIONS[filters.view][1], asked).iloc[:, 0].sum())


def records(frame: pd.DataFrame, keys: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The rows of an answer as plain values, with a row_id made of `keys`."""
    columns = {name: _plain(frame[name]) for name in frame.columns}
    if keys:
        columns["row_id"] = ["\x1f".join(map(str, key)) for key in zip(*[columns[key] for key in keys], strict=True)]
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(column: pd.Series[Any]) -> list[Any]:
    if column.dtype.kind == "M":
        return [None if pd.isna(value) else iso(value.to_pydatetime()) for value in column]
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]


def _block(request: Mapping[str, Any]) -> dict[str, int]:
    if request.get("filterModel"):
        raise BadRequest("the table's own filters are not used; filter above it, so that the numbers follow")
    start, end = request.get("startRow", 0), request.get("endRow", 100)
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        raise BadRequest(f"rows {start!r} to {end!r} cannot be; startRow must be 0 or more, and endRow greater")
    if end - start > MOST_ROWS:
        raise BadRequest(f"{end - start:,} rows are too many at once; ask for {MOST_ROWS:,} at most")
    return {"offset": start, "limit": end - start}


def _order(request: Mapping[str, Any], filters: Filters) -> dict[str, Any]:
    """What the table is sorted by: its own model, else the address, else the newest first."""
    known = SORTABLE[filters.view]
    model = request.get("sortModel") or []
    if not model and filters.sort.removeprefix("-") in known:
        return {"sort_by": filters.sort.removeprefix("-"), "descending": filters.sort.startswith("-")}
    if not model:
        return {"sort_by": known[0], "descending": True}
    wanted = model[0] if isinstance(model, list) and isinstance(model[0], Mapping) else {}
    if wanted.get("colId") not in known or wanted.get("sort") not in ("asc", "desc"):
        raise BadRequest(f'rows cannot be sorted by "{wanted.get("colId")}"; they can by {", ".join(known)}')
    return {"sort_by": wanted["colId"], "descending": wanted["sort"] == "desc"}
