"""The numbers of promises that fit a tile: kept within the target, overdue, due within the hour, kept in public."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config import Panel
from layouts import words
from layouts.panels.kind import Ask, Scope
from layouts.panels.promised import FEW, target_words, told_percent
from layouts.panels.told import Seen, Told, cell, past, share_of, unknown

_OF_A_WINDOW = {"attainment_share": "sla_attainment", "promise_kept_share": "promise_kept"}


def promise_asks(measure: str, panel: Panel, scope: Scope) -> dict[str, Ask]:
    """The number, and the one a window earlier."""
    brands, earlier = list(panel.brands), scope.now - panel.window
    if measure in _OF_A_WINDOW:
        windows = {"now": (earlier, scope.now), "before": (earlier - panel.window, earlier)}
        return {
            key: Ask(
                _OF_A_WINDOW[measure],
                {"since": since, "until": until, "now": until, "group_by": "all", "brands": brands},
            )
            for key, (since, until) in windows.items()
        }
    # cut at the minute, so that the answer is cached between ticks
    then = Ask("sla_due", {"now": earlier.replace(second=0, microsecond=0), "group_by": "all", "brands": brands})
    return {"now": due_ask(panel, scope), "before": then}


def due_ask(panel: Panel, scope: Scope) -> Ask:
    """How many are due when: panels that tell of it share the answer."""
    return Ask("sla_due", {"now": scope.now, "group_by": "all", "brands": list(panel.brands)})


def _attainment(seen: Seen) -> Told:
    share, before = (cell(seen.tables[key], "attainment_share") for key in ("now", "before"))
    met, breached = (cell(seen.tables["now"], column) or 0.0 for column in ("met_count", "breached_count"))
    counted, length = met + breached, words.span(seen.panel.window)
    if share is None:
        return unknown(f"none due in {length}")
    known = cell(seen.tables["now"], "target_share")
    limit = seen.panel.threshold if isinstance(seen.panel.threshold, float) else known
    is_few = counted < FEW
    is_under = limit is not None and share < limit and not is_few
    note = f"under {told_percent(limit)}" if is_under else f"vs {length} before"
    aside = f"{'few: ' if is_few else ''}{met:,.0f} of {counted:,.0f} kept"
    return Told((words.percent(share), "%"), _moved(share, before), note, aside, share, limit, is_under)


def _moved(share: float, before: float | None) -> str:
    return words.UNKNOWN if before is None else words.moved(share - before)


def _overdue(seen: Seen) -> Told:
    return _running(seen, "overdue_count", "overdue")


def _due_soon(seen: Seen) -> Told:
    return _running(seen, "due_60m_count", "due")


def _running(seen: Seen, column: str, what: str) -> Told:
    """A count of the running clocks. That none runs is known to be nothing due."""
    now, before = (cell(seen.tables[key], column) or 0.0 for key in ("now", "before"))
    running, soonest = (cell(seen.tables["now"], name) or 0.0 for name in ("running_count", "due_15m_count"))
    aside = f"{soonest:,.0f} within 15 min" if what == "due" and now else f"of {words.short(running)} clocks"
    return Told(
        words.count(now),
        words.change(now, before),
        f"vs {words.span(seen.panel.window)} ago",
        aside if running else "no clock runs",
        share_of(now, running),
        is_over=past(seen.panel, now),
    )


def _public(seen: Seen) -> Told:
    """What visitors were promised. Nothing here tells what is promised inside the house."""
    share, before = (cell(seen.tables[key], "kept_share") for key in ("now", "before"))
    kept, counted = (cell(seen.tables["now"], column) or 0.0 for column in ("kept_count", "promised_count"))
    length = words.span(seen.panel.window)
    if share is None:
        return unknown(f"none due in {length}")
    limit = seen.panel.threshold if isinstance(seen.panel.threshold, float) else None
    is_few, within = counted < FEW, cell(seen.tables["now"], "public_target_seconds")
    is_under = limit is not None and share < limit and not is_few
    note = f"within {target_words(within)}" if within is not None else f"vs {length} before"
    aside = f"{'few: ' if is_few else ''}{kept:,.0f} of {counted:,.0f} kept"
    return Told((words.percent(share), "%"), _moved(share, before), note, aside, share, limit, is_under)


TELL_PROMISES: Mapping[str, Callable[[Seen], Told]] = {
    "attainment_share": _attainment,
    "overdue_count": _overdue,
    "due_60m_count": _due_soon,
    "promise_kept_share": _public,
}
