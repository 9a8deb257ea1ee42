"""care: one number of the care work, how it moved, and its part of a whole as a bar.

`measure` says which: open_cases_count, waiting_count (open, and the last word is the customer's),
oldest_waiting_seconds, first_response_p50_seconds, answered_share or reopened_count; of promises: attainment_share,
overdue_count, due_60m_count or promise_kept_share. Counts of what is open, overdue or due are of now, beside the same
a window earlier; the others are of cases opened, or promises due, in the window, beside the window before as it stood
then. A `threshold` that is a number, or a duration such as "1h" where the measure is a time, marks the tile when it is
passed: above it, or below it where more is better.
"""

from __future__ import annotations

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import spark, tile_card, value
from layouts.panels.care_promises import TELL_PROMISES, promise_asks
from layouts.panels.kind import Ask, Drawn, Scope, Tables
from layouts.panels.lasting import lasted, lasting, limit_seconds
from layouts.panels.platforms import title_of
from layouts.panels.promised import is_promised
from layouts.panels.told import GAUGE, Seen, Told, cell, past, share_of, told_drawn, unknown

WAITING = ("new", "assigned")
"""The states of open_cases_by_state in which the last word is the customer's."""
OLDEST = 14


class Care:
    """One number of the care work, big."""

    kind = "care"
    measures = (
        "open_cases_count", "waiting_count", "oldest_waiting_seconds", "first_response_p50_seconds", "answered_share",
        "reopened_count", *TELL_PROMISES,
    )  # fmt: skip
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The number, and the one a window earlier."""
        now, before, brands = scope.now, scope.now - panel.window, list(panel.brands)
        measure = _measure(panel)
        if measure in TELL_PROMISES:
            return promise_asks(measure, panel, scope) if is_promised(scope.site) else {}
        if measure == "oldest_waiting_seconds":
            return {"oldest": oldest_ask(panel, scope)}
        if measure in ("open_cases_count", "waiting_count"):
            # cut at the minute, so that the answer is cached between ticks
            moments = {"now": now, "before": before.replace(second=0, microsecond=0)}
            return {key: Ask("open_cases_by_state", {"now": at, "brands": brands}) for key, at in moments.items()}
        question = "resolution_times" if measure == "reopened_count" else "response_by_group"
        windows = {"now": (before, now), "before": (before - panel.window, before)}
        return {
            key: Ask(question, {"since": since, "until": until, "now": until, "group_by": "all", "brands": brands})
            for key, (since, until) in windows.items()
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The number, its change, and its bar."""
        if _measure(panel) in TELL_PROMISES and not is_promised(scope.site):
            return told_drawn(name, unknown("no promise is set", "write [track.NAME]"))
        if not scope.has_data:
            return told_drawn(name, unknown("no cases yet"))
        return told_drawn(name, _TELL[_measure(panel)](Seen(panel, scope, tables)))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The tile before its first number."""
        moved = html.Div(
            [
                value(name, "change", "pill", words.UNKNOWN),
                html.Div([value(name, "note", "note"), value(name, "aside", "note aside")], className="notes"),
            ],
            className="moved",
        )
        return tile_card(name, panel, moved, html.Div([spark(name, what) for what in GAUGE], className="gauge"))


def oldest_ask(panel: Panel, scope: Scope) -> Ask:
    """Who has waited longest: panels that tell of them share the answer."""
    return Ask("oldest_waiting", {"now": scope.now, "limit": OLDEST, "brands": list(panel.brands)})


def _measure(panel: Panel) -> str:
    return panel.measure or "open_cases_count"


def _open(seen: Seen) -> Told:
    count, before = (_cases(seen.tables[key]) for key in ("now", "before"))
    waiting = _cases(seen.tables["now"], WAITING)
    return Told(
        words.count(count),
        words.change(count, before),
        f"vs {words.span(seen.panel.window)} ago",
        f"{waiting:,} wait for us" if count else "none is open",
        share_of(waiting, count),
        is_over=past(seen.panel, count),
    )


def _waiting(seen: Seen) -> Told:
    count, before = (_cases(seen.tables[key], WAITING) for key in ("now", "before"))
    new = _cases(seen.tables["now"], ("new",))
    return Told(
        words.count(count),
        words.change(count, before),
        f"vs {words.span(seen.panel.window)} ago",
        f"{new:,} nobody owns" if count else "nobody waits",
        share_of(new, count),
        is_over=past(seen.panel, count),
    )


def _oldest(seen: Seen) -> Told:
    if seen.tables["oldest"].empty:
        return unknown("nobody waits")
    row = seen.tables["oldest"].iloc[0]
    seconds, limit = words.known(row["waiting_seconds"]), limit_seconds(seen.panel.threshold)
    since = f"since {words.when(row['waiting_since_at'], seen.scope.zone, seen.scope.now)}"
    owner = words.clean(row["owner"], 18)
    aside = f"with {owner}" if owner else "nobody owns it"
    return _timed(seconds, limit, title_of(row["platform"]), since, aside)


def _first_response(seen: Seen) -> Told:
    seconds, before = (cell(seen.tables[key], "p50_seconds") for key in ("now", "before"))
    limit, window = limit_seconds(seen.panel.threshold), words.span(seen.panel.window)
    return _timed(seconds, limit, words.change(seconds, before), f"vs {window} before", _unanswered(seen))


def _unanswered(seen: Seen) -> str:
    """What stands beside every number that is of the answered alone."""
    waiting = int(cell(seen.tables["now"], "waiting_count") or 0)
    return f"{waiting:,} without answer" if waiting else "nobody without answer"


def _timed(seconds: float | None, limit: float | None, change: str, note: str, aside: str) -> Told:
    """A time on a bar that is twice as long as its threshold."""
    if seconds is None or not limit:
        return Told(lasting(seconds), change, note, aside)
    is_over = seconds > limit
    said = f"over {lasted(limit)}" if is_over else note
    return Told(lasting(seconds), change, said, aside, min(seconds / (2 * limit), 1.0), 0.5, is_over)


def _answered(seen: Seen) -> Told:
    share, before = (
        share_of(cell(seen.tables[key], "answered_count"), cell(seen.tables[key], "cases_count"))
        for key in ("now", "before")
    )
    if share is None:
        return unknown(f"no case in {words.span(seen.panel.window)}")
    change = words.UNKNOWN if before is None else words.moved(share - before)
    limit = seen.panel.threshold if isinstance(seen.panel.threshold, float) else None
    note = f"vs {words.span(seen.panel.window)} before"
    is_over = limit is not None and share < limit
    return Told((words.percent(share), "%"), change, note, _unanswered(seen), share, limit, is_over)


def _reopened(seen: Seen) -> Told:
    count, before = (int(cell(seen.tables[key], "reopened_count") or 0) for key in ("now", "before"))
    opened = int(cell(seen.tables["now"], "cases_count") or 0)
    if not opened:
        return unknown(f"no case in {words.span(seen.panel.window)}")
    note = f"vs {words.span(seen.panel.window)} before"
    aside = f"of {words.short(opened)} opened"
    return Told(
        words.count(count),
        words.change(count, before),
        note,
        aside,
        share_of(count, opened),
        None,
        past(seen.panel, count),
    )


_TELL = {
    "open_cases_count": _open,
    "waiting_count": _waiting,
    "oldest_waiting_seconds": _oldest,
    "first_response_p50_seconds": _first_response,
    "answered_share": _answered,
    "reopened_count": _reopened,
    **TELL_PROMISES,
}


def _cases(states: pd.DataFrame, wanted: tuple[str, ...] = ()) -> int:
    rows = states[states["state"].isin(wanted)] if wanted else states
    return int(rows["cases_count"].sum())
