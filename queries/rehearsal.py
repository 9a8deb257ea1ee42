"""A rehearsal: the questions of coverage under another roster, beside the same under the present one. Nothing stays."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from queries.answers import stored, to_frame
from queries.catalogue import Question, TooSlow, bind, find
from queries.roster import ShiftRow, place, stored_shifts
from queries.staffing import StaffingRow
from queries.versions import read_versions, write_versions
from queries.warehouse import Warehouse, translated

LIMIT_SECONDS = 20.0
"""So long writers may be kept waiting."""

_ALL = "all"


@dataclass(frozen=True, slots=True)
class Side:
    """What is so under one roster.

    shifts    every row of it, past and to come
    slots     coverage_slots of the window, everybody together
    gaps      coverage_gaps, from `now` on, by language
    summary   coverage_summary of the window
    """

    shifts: set[ShiftRow]
    slots: pd.DataFrame
    gaps: pd.DataFrame
    summary: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` until before `until`, seen from `now`; all aware."""

    since: datetime
    until: datetime
    now: datetime


def rehearse(
    warehouse: Warehouse,
    catalogue: Mapping[str, Question],
    wanted: Iterable[ShiftRow],
    terms: Iterable[StaffingRow] | None,
    window: Window,
) -> tuple[Side, Side]:
    """Coverage as it is and as it would be if the roster were `wanted` from the window's beginning on.

    `terms` are what work costs then; None leaves them as they are. Writers wait while the other side is asked, 20 s at
    most. Raises TooSlow or WarehouseError.
    """
    warehouse.relate()
    known_at = warehouse.state[1]
    with closing(warehouse.cursor()) as cursor, in_time(cursor, warehouse.path):
        present = _side(cursor, catalogue, window, known_at)
    with warehouse.rehearsal() as inside, in_time(inside, warehouse.path):
        if known_at != warehouse.state[1]:
            # somebody has written meanwhile: both sides are told of the same instant
            known_at = warehouse.state[1]
            present = _side(inside, catalogue, window, known_at)
        # known from the very instant that is asked about: who has read until then sees these, and not those
        place(inside, wanted, window.since, known_at)
        if terms is not None:
            old = read_versions(inside, "read_staffing", StaffingRow)
            write_versions(inside, "staffing", old, set(terms), known_at)
        return present, _side(inside, catalogue, window, known_at)


@contextmanager
def in_time(cursor: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Stop what takes too long on `cursor`, of the warehouse at `path`. Raises TooSlow, and WarehouseError."""
    timer = threading.Timer(LIMIT_SECONDS, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise TooSlow(
            f"a comparison of rosters took longer than {LIMIT_SECONDS:g} s and was stopped; ask for fewer days"
        ) from None
    except duckdb.Error as error:
        raise translated(error, path) from error
    finally:
        timer.cancel()


def _side(
    inside: duckdb.DuckDBPyConnection, catalogue: Mapping[str, Question], window: Window, known_at: datetime
) -> Side:
    def ask(name: str, **given: Any) -> pd.DataFrame:
        question = find(catalogue, name)
        params = bind(question, {**given, "now": window.now, "known_at": known_at}, window.now, known_at)
        return to_frame(question, inside.execute(question.sql, stored(params)).to_arrow_table())

    span = {"since": window.since, "until": window.until}
    days = -((window.now - window.until) // timedelta(days=1))
    return Side(
        shifts=stored_shifts(inside),
        slots=ask("coverage_slots", **span, sites=[_ALL], languages=[_ALL]),
        gaps=ask("coverage_gaps", days=days),
        summary=ask("coverage_summary", **span),
    )
