"""care: one number of the care work, how it moved, and its part of a whole as a bar.

`measure` says which: open_cases_count, waiting_count (open, and the last word is the customer's),
oldest_waiting_seconds, first_response_p50_seconds, answered_share or reopened_count. The first two are of now, beside
the same a window earlier; the others are of cases opened in the window, beside the window before as it stood then.
A `threshold` that is a number, or a duration such as "1h" where the measure is a time, marks the tile when it is
passed: above it, or below it where more is better.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import spark, tile_card, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted, lasting, limit_seconds
from layouts.panels.platforms import title_of
from layouts.panels.sparks import HEIGHT, WIDTH

WAITING = ("new", "assigned")
"""The states of open_cases_by_state in which the last word is the customer's."""
OLDEST = 14
_GAUGE = ("track", "fill", "mark")


@dataclass(frozen=True)
class _Told:
    """What a tile says. `share` 0..1 is what its bar shows of the whole, and `limit` where on it the threshold lies."""

    number: tuple[str, str]
    change: str
    note: str
    aside: str
    share: float | None = None
    limit: float | None = None
    is_over: bool = False


@dataclass(frozen=True)
class _Seen:
    """What a tile is told from."""

    panel: Panel
    scope: Scope
    tables: Tables


class Care:
    """One number of the care work, big."""

    kind = "care"
    measures = (
        "open_cases_count", "waiting_count", "oldest_waiting_seconds", "first_response_p50_seconds", "answered_share",
        "reopened_count",
    )  # fmt: skip
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The number, and the one a window earlier."""
        now, before, brands = scope.now, scope.now - panel.window, list(panel.brands)
        measure = _measure(panel)
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
        if not scope.has_data:
            return _drawn(name, _Told((words.UNKNOWN, ""), words.UNKNOWN, "no cases yet", ""))
        return _drawn(name, _TELL[_measure(panel)](_Seen(panel, scope, tables)))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The tile before its first number."""
        moved = html.Div(
            [
                value(name, "change", "pill", words.UNKNOWN),
                html.Div([value(name, "note", "note"), value(name, "aside", "note aside")], className="notes"),
            ],
            className="moved",
        )
        return tile_card(name, panel, moved, html.Div([spark(name, what) for what in _GAUGE], className="gauge"))


def oldest_ask(panel: Panel, scope: Scope) -> Ask:
    """Who has waited longest: panels that tell of them share the answer."""
    return Ask("oldest_waiting", {"now": scope.now, "limit": OLDEST, "brands": list(panel.brands)})


def _measure(panel: Panel) -> str:
    return panel.measure or "open_cases_count"


def _drawn(name: str, told: _Told) -> Drawn:
    number, unit = told.number
    texts = {"value": number, "unit": unit, "change": told.change, "note": told.note, "aside": told.aside}
    paths = _gauge(told.share, told.limit)
    state = "none" if number == words.UNKNOWN else "warn" if told.is_over else "info"
    return Drawn(
        values={part(name, what): text for what, text in texts.items()},
        states={part(name, "card"): state},
        paths={part(name, what): path for what, path in zip(_GAUGE, paths, strict=True)},
    )


def _gauge(share: float | None, limit: float | None) -> tuple[str, str, str]:
    """A bar over the whole width, how much of it is filled, and a line where a limit lies; "" for what there is not."""
    if share is None:
        return "", "", ""
    low, high = HEIGHT - 9, HEIGHT - 3
    bars = (f"M0,{low:.0f}h{width:.1f}V{high:.0f}H0Z" for width in (WIDTH, share * WIDTH))
    return *bars, "" if limit is None else f"M{limit * WIDTH:.1f},{low - 5:.0f}V{HEIGHT:.0f}"  # type: ignore[return-value]


def _open(seen: _Seen) -> _Told:
    count, before = (_cases(seen.tables[key]) for key in ("now", "before"))
    waiting = _cases(seen.tables["now"], WAITING)
    return _Told(
        words.count(count),
        words.change(count, before),
        f"vs {words.span(seen.panel.window)} ago",
        f"{waiting:,} wait for us" if count else "none is open",
        _part(waiting, count),
        is_over=_is_over(seen.panel, count),
    )


def _waiting(seen: _Seen) -> _Told:
    count, before = (_cases(seen.tables[key], WAITING) for key in ("now", "before"))
    new = _cases(seen.tables["now"], ("new",))
    return _Told(
        words.count(count),
        words.change(count, before),
        f"vs {words.span(seen.panel.window)} ago",
        f"{new:,} nobody owns" if count else "nobody waits",
        _part(new, count),
        is_over=_is_over(seen.panel, count),
    )


def _oldest(seen: _Seen) -> _Told:
    if seen.tables["oldest"].empty:
        return _Told((words.UNKNOWN, ""), words.UNKNOWN, "nobody waits", "")
    row = seen.tables["oldest"].iloc[0]
    seconds, limit = words.known(row["waiting_seconds"]), limit_seconds(seen.panel.threshold)
    since = f"since {words.when(row['waiting_since_at'], seen.scope.zone, seen.scope.now)}"
    owner = words.clean(row["owner"], 18)
    aside = f"with {owner}" if owner else "nobody owns it"
    return _timed(seconds, limit, title_of(row["platform"]), since, aside)


def _first_response(seen: _Seen) -> _Told:
    seconds, before = (_cell(seen.tables[key], "p50_seconds") for key in ("now", "before"))
    limit, window = limit_seconds(seen.panel.threshold), words.span(seen.panel.window)
    return _timed(seconds, limit, words.change(seconds, before), f"vs {window} before", _unanswered(seen))


def _unanswered(seen: _Seen) -> str:
    """What stands beside every number that is of the answered alone."""
    waiting = int(_cell(seen.tables["now"], "waiting_count") or 0)
    return f"{waiting:,} without answer" if waiting else "nobody without answer"


def _timed(seconds: float | None, limit: float | None, change: str, note: str, aside: str) -> _Told:
    """A time on a bar that is twice as long as its threshold."""
    if seconds is None or not limit:
        return _Told(lasting(seconds), change, note, aside)
    is_over = seconds > limit
    said = f"over {lasted(limit)}" if is_over else note
    return _Told(lasting(seconds), change, said, aside, min(seconds / (2 * limit), 1.0), 0.5, is_over)


def _answered(seen: _Seen) -> _Told:
    share, before = (
        _part(_cell(seen.tables[key], "answered_count"), _cell(seen.tables[key], "cases_count"))
        for key in ("now", "before")
    )
    if share is None:
        return _Told((words.UNKNOWN, ""), words.UNKNOWN, f"no case in {words.span(seen.panel.window)}", "")
    change = words.UNKNOWN if before is None else words.moved(share - before)
    limit = seen.panel.threshold if isinstance(seen.panel.threshold, float) else None
    note = f"vs {words.span(seen.panel.window)} before"
    is_over = limit is not None and share < limit
    return _Told((words.percent(share), "%"), change, note, _unanswered(seen), share, limit, is_over)


def _reopened(seen: _Seen) -> _Told:
    count, before = (int(_cell(seen.tables[key], "reopened_count") or 0) for key in ("now", "before"))
    opened = int(_cell(seen.tables["now"], "cases_count") or 0)
    if not opened:
        return _Told((words.UNKNOWN, ""), words.UNKNOWN, f"no case in {words.span(seen.panel.window)}", "")
    note = f"vs {words.span(seen.panel.window)} before"
    aside = f"of {words.short(opened)} opened"
    return _Told(
        words.count(count),
        words.change(count, before),
        note,
        aside,
        _part(count, opened),
        None,
        _is_over(seen.panel, count),
    )


_TELL = {
    "open_cases_count": _open,
    "waiting_count": _waiting,
    "oldest_waiting_seconds": _oldest,
    "first_response_p50_seconds": _first_response,
    "answered_share": _answered,
    "reopened_count": _reopened,
}


def _cases(states: pd.DataFrame, wanted: tuple[str, ...] = ()) -> int:
    rows = states[states["state"].isin(wanted)] if wanted else states
    return int(rows["cases_count"].sum())


def _cell(table: pd.DataFrame, column: str) -> float | None:
    return None if table.empty else words.known(table[column].iloc[0])


def _part(some: float | None, of: float | None) -> float | None:
    return None if some is None or not of else some / of


def _is_over(panel: Panel, count: int) -> bool:
    return isinstance(panel.threshold, float) and count > panel.threshold
