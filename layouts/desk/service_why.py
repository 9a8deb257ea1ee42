"""Why promises were broken, how many will be, and who was answered twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.clocks import CAUSES
from layouts.desk.links import ROWS, aria, data, link
from layouts.desk.service_tiles import Moment
from layouts.panels.platforms import title_of

_MEANINGS: Mapping[str, str] = {
    "nobody on shift": "for half of its time or more nobody was at work",
    "backlog above capacity": "more was waiting before it than those at work can answer",
    "reassigned or unowned": "nobody had it for half of its time, or it went from hand to hand",
    "calendar or policy change": "by what held before the change it was kept",
    "slow reply": "somebody had it, and there was room",
}
_MOST = 8


def causes(at: Moment, table: pd.DataFrame) -> Component:
    """The card of breach_causes: each broken promise for exactly one reason, tried in this order."""
    found: Any = table.itertuples()
    counts = {str(row.cause): int(row.breached_count) for row in found}
    if not any(counts.values()):
        return html.P("No promise that was due in this window was broken.", className="desk-quiet")
    most, total = max(counts.values()), sum(counts.values())
    bars = [_cause(at, cause, counts.get(cause, 0), most) for cause in CAUSES]
    note = f"The first that is true of each of the {total:,} broken, from top to bottom."
    return html.Div([html.Ul(bars, className="desk-causes"), html.P(note, className="desk-note")])


def _cause(at: Moment, cause: str, count: int, most: int) -> Component:
    about = replace(at.about, states=("breached",), causes=(cause,))
    parts = [
        html.Span(className="desk-bar", style={"width": f"{100 * count / most:.1f}%"}),
        html.Span(cause.capitalize(), className="desk-name"),
        html.Span(f"{count:,}", className="desk-count"),
    ]
    shown = link(parts, about, ROWS) if count else html.Span(parts, className="desk-none")
    return html.Li([shown, html.P(_MEANINGS[cause], className="desk-note")], **data(value=cause))


def forecast(at: Moment, table: pd.DataFrame) -> Component:
    """The card of breach_forecast: the next hours, what falls due in each and what will probably be late."""
    if table.empty or table["breached_count"].isna().all():
        return html.P("Nothing can be foretold: too little is known of these tracks.", className="desk-quiet")
    highs = [words.known(value) or 0.0 for value in (*table["high_count"], *table["breached_count"])]
    top = max([*highs, 1.0])
    rows = [_hour(at, row, top) for row in table.itertuples()]
    heads = [html.Th(name, scope="col") for name in ("Hour", "Late", "Due", "New", "At work", "Can do")]
    caption = html.Caption("Promises that will probably be broken", className="desk-unseen")
    shown = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="desk-plain desk-forecast")
    wide = html.Div(shown, className="desk-wide", tabIndex=0, role="group", **aria(label="Breach forecast"))
    return html.Div([wide, html.P(_tested(table), className="desk-note")])


def _hour(at: Moment, row: Any, top: float) -> Component:
    name = f"{words.clock(row.since_at, at.zone)} to {words.clock(row.until_at, at.zone)}"
    count, low, high = (words.known(getattr(row, f"{part}_count")) for part in ("breached", "low", "high"))
    due = int(words.known(row.due_count) or 0)
    about = replace(at.about, clocks=f"ahead{int(row.hour)}", metrics=(), sort="remaining_seconds")
    told = html.Td(
        [
            html.Span(_strip(count, low, high, top), className="desk-strip", **aria(hidden="true")),
            html.Strong(_about(count)),
            html.Span(f"{_about(low)} to {_about(high)}", className="desk-under"),
        ],
        className="desk-late",
    )
    cells = [html.Td(link(f"{due:,}", about, ROWS) if due else "0")]
    cells += [html.Td(_about(words.known(getattr(row, f"{part}_count")))) for part in ("arrivals",)]
    cells += [html.Td(_about(words.known(row.staffed_agents))), html.Td(_about(words.known(row.capacity_count)))]
    return html.Tr([html.Th(name, scope="row"), told, *cells])


def _strip(count: float | None, low: float | None, high: float | None, top: float) -> list[Component]:
    marks: list[Component] = []
    if low is not None and high is not None:
        span = {"left": _at(low / top), "width": _at((high - low) / top)}
        marks.append(html.Span(className="desk-strip-line", style=span))
    if count is not None:
        marks.append(html.Span(className="desk-strip-dot", style={"left": _at(count / top)}))
    return marks


def _at(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.2f}%"


def _about(number: float | None) -> str:
    """An expected count: "0", "2.4", "18"; a dash when it is unknown."""
    if number is None:
        return words.UNKNOWN
    return f"{number:,.1f}".removesuffix(".0") if number < 10 else f"{number:,.0f}"


def _tested(table: pd.DataFrame) -> str:
    trials = [int(value) for value in table["trials_count"].dropna()]
    errors = [words.known(value) for value in table["error_count"]]
    known = [value for value in errors if value is not None]
    if not known or not any(trials):
        return "Nobody has tested this yet: too little lies behind us."
    spread = f"{_about(min(known))} to {_about(max(known))}" if min(known) != max(known) else _about(known[0])
    return (
        f"Tested on {min(trials):,} hours behind us it was off by {spread} on average. The line is where four of five "
        "fell."
    )


def double_replies(at: Moment, table: pd.DataFrame) -> Component:
    """The card of double_replies: one message, two or more people who answered it."""
    if table.empty:
        return html.P("No message was answered by two people in this window.", className="desk-quiet")
    items = [_double(at, row) for row in table.itertuples()]
    shown = html.Ol(items[:_MOST], className="desk-doubles")
    if len(items) <= _MOST:
        return shown
    more = [html.Summary(f"{len(items) - _MOST:,} more"), html.Ol(items[_MOST:100], className="desk-doubles")]
    return html.Div([shown, html.Details(more, className="desk-more")])


def _double(at: Moment, row: Any) -> Component:
    subject = words.clean(row.subject, 90) or words.clean(row.case_id, 60)
    there = replace(at.filters, case=str(row.case_id), item="")
    apart = times.duration(row.apart_seconds)
    when = times.moment(row.second_reply_at, at.zone, at.now)
    said = f"{title_of(row.platform)} · {when} · {apart} apart"
    return html.Li(
        [
            link(html.Bdi(subject), there, ROWS),
            html.P([html.Bdi(words.clean(_people(row.people), 120)), f" · {said}"], className="desk-note"),
        ]
    )


def _people(people: Any) -> str:
    return people if isinstance(people, str) else ", ".join(str(one) for one in people)
