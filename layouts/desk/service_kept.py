"""Promises kept, group by group: a dot with its interval and its target on a scale, and the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk.breakdowns import named
from layouts.desk.clocks import GROUPS, METRICS, SET_ASIDE
from layouts.desk.filters import FIELDS, UNKNOWN, Filters
from layouts.desk.links import ROWS, aria, closed, data, link
from layouts.desk.service_tiles import KEPT, Moment, interval
from layouts.desk.totals import percent
from layouts.panels.promised import FEW

_MOST = 8
_HEADS = ("Kept", "Due", "Met", "Broken", "Still open", "Set aside")


def group_links(filters: Filters) -> Component:
    """Track, promise, brand, owner or platform: what the dots are told apart by."""
    items = [
        link(title, replace(closed(filters), by=key), **(aria(current="true") if key == filters.by else {}))
        for key, title in GROUPS.items()
    ]
    return html.Nav(items, className="desk-groups", **aria(label="Promises by"))


def kept(at: Moment, table: pd.DataFrame) -> Component:
    """The card of sla_attainment by `at.filters.by`."""
    if table.empty:
        return html.Div([group_links(at.filters), html.P("Nothing was due in this window.", className="desk-quiet")])
    rows = [_row(at, one) for one in table.itertuples()]
    parts = [group_links(at.filters), _table(at, rows[:_MOST])]
    if len(rows) > _MOST:
        more = [html.Summary(f"{len(rows) - _MOST} more"), _table(at, rows[_MOST:])]
        parts.append(html.Details(more, className="desk-more"))
    note = (
        "Of the clocks whose due date lies in the window; broken are also those that still run past it. The line is "
        f"the 95% interval, the upright mark the target; a hollow dot stands for fewer than {FEW}."
    )
    return html.Div([*parts, html.P(note, className="desk-note")])


def _table(at: Moment, rows: Sequence[Component]) -> Component:
    title = GROUPS[at.filters.by]
    scale = html.Span([html.Span("0%"), html.Span("50%"), html.Span("100%")], className="desk-scale")
    heads = [html.Th(title, scope="col"), html.Th(scale, scope="col", className="desk-strips")]
    heads += [html.Th(name, scope="col") for name in _HEADS]
    caption = html.Caption(f"Promises kept by {title.lower()}", className="desk-unseen")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(list(rows))], className="desk-plain desk-kept")
    about = {"tabIndex": 0, "role": "group", **aria(label=f"Promises kept by {title.lower()}")}
    return html.Div(table, className="desk-wide", **about)


def _row(at: Moment, row: Any) -> Component:
    value = row.group_name if isinstance(row.group_name, str) else UNKNOWN
    about = of_group(at.about, at.filters.by, value)
    due = int(row.met_count + row.breached_count)
    cells = [
        html.Td(_strip(row), className="desk-strips"),
        html.Td(_share(row, due), className="desk-strong"),
        _cell(due, about, states=KEPT),
        _cell(row.met_count, about, states=("met",)),
        _cell(row.breached_count, about, states=("breached",)),
        _cell(row.open_overdue_count, about, states=("breached",), outcomes=("",)),
        _cell(row.set_aside_count, about, states=SET_ASIDE),
    ]
    return html.Tr([html.Th(html.Bdi(name_of(at.filters.by, value)), scope="row"), *cells], **data(value=value))


def name_of(by: str, value: str) -> str:
    """A group as it is said: "X", "first response", "nobody" for cases without an owner."""
    if value == UNKNOWN:
        return "nobody" if by == "owner" else "unknown"
    return METRICS.get(value, value) if by == "metric" else named(by, value)


def of_group(about: Filters, by: str, value: str) -> Filters | None:
    """The clocks of one group; None where the desk has no word for it."""
    if value == UNKNOWN and by in ("brand", "platform", "metric"):
        return None
    changed: dict[str, Any] = {FIELDS[by]: (value,)}
    return replace(about, **changed)


def _cell(count: Any, about: Filters | None, **chosen: Any) -> Component:
    number = words.known(count)
    said = words.UNKNOWN if number is None else f"{number:,.0f}"
    return html.Td(link(said, replace(about, **chosen), ROWS) if about and number else said)


def _share(row: Any, due: int) -> list[Any]:
    if not due:
        return [words.UNKNOWN]
    goal = words.known(row.target_share)
    pieces = [interval(row.wilson_low_share, row.wilson_high_share)]
    pieces += [f"target {percent(goal)}"] if goal is not None else []
    return [
        percent(row.attainment_share),
        html.Span(f" {_plainly(row, goal)}", className="desk-unseen"),
        html.Span([part for one in pieces for part in (html.Span(one), " ")], className="desk-under"),
    ]


def _plainly(row: Any, goal: float | None) -> str:
    """For ears what the eye sees by colour and shape, and how sure that is."""
    said = {"good": "target reached", "wrong": "under the target", "few": "too few for a verdict"}
    told = said.get(verdict(row, goal), "")
    return f"{told}, which may be chance" if verdict(row, goal) in ("good", "wrong") and _is_chance(row, goal) else told


def _is_chance(row: Any, goal: float | None) -> bool:
    low, high = words.known(row.wilson_low_share), words.known(row.wilson_high_share)
    return goal is not None and low is not None and high is not None and low <= goal <= high


def verdict(row: Any, goal: float | None) -> str:
    """good or wrong, as the wall says it; few where there are too few for a verdict; "" without a target."""
    share = words.known(row.attainment_share)
    if int(row.met_count + row.breached_count) < FEW:
        return "few"
    return "" if goal is None or share is None else "good" if share >= goal else "wrong"


def _strip(row: Any) -> Component:
    """The dot on its scale from 0 to 100 %: the numbers beside it say the same."""
    share, goal = words.known(row.attainment_share), words.known(row.target_share)
    low, high = words.known(row.wilson_low_share), words.known(row.wilson_high_share)
    marks = []
    if low is not None and high is not None and share is not None:
        marks.append(html.Span(className="desk-strip-line", style={"left": _at(low), "width": _at(high - low)}))
    if goal is not None:
        marks.append(html.Span(className="desk-strip-goal", style={"left": _at(goal)}))
    if share is not None:
        marks.append(html.Span(className="desk-strip-dot", style={"left": _at(share)}))
    return html.Span(marks, className="desk-strip", **data(verdict=verdict(row, goal)), **aria(hidden="true"))


def _at(share: float) -> str:
    return f"{100 * share:.2f}%"
