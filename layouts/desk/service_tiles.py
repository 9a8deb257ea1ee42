"""The tiles of the view "service": are promises kept, what is late or soon will be, how long people wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.filters import UNKNOWN, Filters
from layouts.desk.links import ROWS, link
from layouts.desk.totals import counted, exact, percent, tile, tiles
from layouts.snapshot.shares import wilson

NAMES = ("Promises kept", "Overdue now", "Due within 60 min", "Oldest waiting", "First response, median",
         "Public promise kept")  # fmt: skip
KEPT = ("met", "breached")


@dataclass(frozen=True)
class Moment:
    """What is looked at, from when, and in whose zone times are told. `about`: all the clocks of the window as rows."""

    filters: Filters
    now: datetime
    zone: ZoneInfo

    @property
    def about(self) -> Filters:
        """Where numbers start from: whatever rows were chosen before is left behind."""
        return self.filters.whole()

    @property
    def running(self) -> Filters:
        """The clocks that run now, the most urgent first."""
        return replace(self.about, clocks="running", sort="remaining_seconds")


def service_tiles(at: Moment, tables: dict[str, pd.DataFrame]) -> Component:
    """From sla_attainment (`kept`, and `before` of the window before), sla_due, time_to_response and promise_kept."""
    due = None if tables["due"].empty else tables["due"].iloc[0]
    return tiles(
        [
            _kept(at, tables["kept"], tables["before"]),
            _overdue(at, due),
            _soon(at, due),
            _oldest(at, due),
            _response(at, tables["response"]),
            _public(at, tables["public"]),
        ]
    )


def unknown_tiles() -> Component:
    """The tiles before any case is known: nobody waiting would be good news, and nobody knows it."""
    return tiles([tile(name, words.UNKNOWN, [_line("no case is known yet")]) for name in NAMES])


def unknown() -> Component:
    """The same of a card."""
    return html.P("No case is known yet: no source has brought any.", className="desk-quiet")


def interval(low: Any, high: Any) -> str:
    """ "78% to 86% (95%)": where the share among all that could have been due lies."""
    return words.UNKNOWN if words.known(low) is None else f"{percent(low)} to {percent(high)}"


def _kept(at: Moment, now: pd.DataFrame, before: pd.DataFrame) -> Component:
    row = None if now.empty else now.iloc[0]
    met, breached = (whole(row, f"{name}_count") for name in KEPT)
    of = [
        counted(breached, "breached", replace(at.about, states=("breached",)), "breached"),
        " of ",
        counted(met + breached, "due", replace(at.about, states=KEPT), "due"),
    ]
    share = None if row is None else row["attainment_share"]
    said = "nothing was due" if row is None or not met + breached else _sure(row)
    return tile(NAMES[0], percent(share), [_line(said), *_before(before)], of)


def _before(table: pd.DataFrame) -> list[Any]:
    if table.empty:
        return []
    row = table.iloc[0]
    return [f"before {percent(row['attainment_share'])} of {whole(row, 'met_count') + whole(row, 'breached_count'):,}"]


def _sure(row: Any) -> str:
    return interval(row["wilson_low_share"], row["wilson_high_share"])


def _overdue(at: Moment, due: Any) -> Component:
    late = whole(due, "overdue_count")
    nobodys = replace(at.running, owners=(UNKNOWN,))
    running = whole(due, "running_count")
    said = f"{percent(late / running)} of {running:,} running" if late else "nobody waits too long"
    of = [counted(whole(due, "unowned_count"), "running without owner", nobodys, "running without owner")]
    return tile(NAMES[1], _linked(late, replace(at.running, due="overdue")), [_line(said)], of)


def _soon(at: Moment, due: Any) -> Component:
    parts: list[Any] = []
    for name in ("15m", "30m"):
        said, there = f"in {name[:2]} min", replace(at.running, due=name)
        parts += [", " if parts else "", counted(whole(due, f"due_{name}_count"), said, there, said)]
    later = counted(whole(due, "later_count"), "later", replace(at.running, due="later"), "later")
    first = None if due is None else words.aware(due["next_due_at"])
    moved = [_line(f"next at {words.clock(first, at.zone)}" if first else "nothing is due"), *parts]
    return tile(NAMES[2], _linked(whole(due, "due_60m_count"), replace(at.running, due="60m")), moved, [later])


def _oldest(at: Moment, due: Any) -> Component:
    began = None if due is None else words.aware(due["oldest_started_at"])
    waits = times.duration((at.now - began).total_seconds()) if began else words.UNKNOWN
    said = ["since ", times.moment(began, at.zone, at.now)] if began else ["nobody waits"]
    oldest = replace(at.about, clocks="running", sort="started_at")
    of = [
        "of ",
        counted(whole(due, "running_count"), "running", oldest, "running"),
        ", ",
        counted(whole(due, "paused_count"), "paused", replace(oldest, due="paused"), "paused"),
    ]
    return tile(NAMES[3], waits, [_line(said)], of)


def _response(at: Moment, response: pd.DataFrame) -> Component:
    row = None if response.empty else response.iloc[0]
    begun = replace(at.about, clocks="started", metrics=("frt",))
    still = replace(begun, outcomes=("",))
    of = [
        "of ",
        counted(whole(row, "clocks_count"), "begun", begun, "begun"),
        ", ",
        counted(whole(row, "waiting_count"), "still waiting", still, "still waiting"),
    ]
    naive = words.UNKNOWN if row is None else times.open_time(row["naive_p50_seconds"])
    moved = [_line("with those who still wait"), f"without them {naive}"]
    return tile(NAMES[4], survived(row, "km_p50_seconds"), moved, of)


def survived(row: Any, column: str) -> str:
    """A Kaplan-Meier quantile as open time; "≥ 5 h" where the curve does not come down so far."""
    if row is None:
        return words.UNKNOWN
    if words.known(row[column]) is not None:
        return times.open_time(row[column])
    longest = words.known(row["longest_waiting_seconds"])
    return words.UNKNOWN if longest is None else f"≥ {times.open_time(longest)}"


def _public(at: Moment, public: pd.DataFrame) -> Component:
    """promise_kept by metric: those asked for are put together here, since the question has no such filter."""
    rows = public[public["group_name"].isin(at.filters.metrics)] if at.filters.metrics else public
    promised, kept = (int(rows[f"{name}_count"].sum()) for name in ("promised", "kept"))
    about = replace(at.about, clocks="promised")
    of = [
        counted(promised - kept, "broken", replace(about, kept="no"), "broken"),
        " of ",
        counted(promised, "due", about, "due"),
    ]
    if not promised:
        return tile(NAMES[5], words.UNKNOWN, [_line("nothing public was due")], of)
    return tile(NAMES[5], percent(kept / promised), [_line(interval(*wilson(kept, promised)))], of)


def whole(row: Any, column: str) -> int:
    """A count of a row; 0 where no row came back, since then there was nothing to count."""
    number = None if row is None else words.known(row[column])
    return 0 if number is None else int(number)


def _linked(count: int, filters: Filters) -> Component:
    return link(exact(count), filters, ROWS) if count else html.Span(exact(count))


def _line(said: str | Sequence[Any]) -> Component:
    return html.Span(said if isinstance(said, str) else list(said), className="desk-line")
