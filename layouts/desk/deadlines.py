"""The deadlines of the case that stands open: each clock's state, and an explanation that opens by itself."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk.links import aria, data
from layouts.explain.told import Row, Told

_MOST = 200  # parts of one clock; more are those of years
# how a clock stands: a shape, so that nothing hangs on colour
_SHAPES = {"met": "●", "on track": "●", "at risk": "◆", "breached": "▲", "paused": "‖"}


def deadlines(told: Sequence[Told], nothing: str) -> list[Component]:
    """Each clock in words; `nothing` says why there is none."""
    if not told:
        return [html.P(nothing, className="desk-quiet")]
    return [html.Ul([_clock(clock) for clock in told], className="desk-deadlines")]


def _clock(clock: Told) -> Component:
    shape = html.Span(_SHAPES.get(clock.state, "○"), className="desk-shape", **aria(hidden="true"))
    head = html.P([html.Strong(clock.title), html.Span([shape, f" {clock.state}"], className="desk-deadline-state")])
    due = html.P(f"due {clock.due} · {clock.remaining}", className="desk-quiet")
    return html.Li(
        [head, due, _explained(clock)], className="desk-deadline", **data(state=clock.state.replace(" ", "-"))
    )


def _explained(clock: Told) -> Component:
    body: list[Component] = [html.P(html.Bdi(line)) for line in (clock.because, clock.started, clock.stopped)]
    body += [_parts(clock)] if clock.rows else []
    if clock.rules:
        rules = html.Ul([html.Li(html.Bdi(line)) for line in clock.rules], className="desk-deadline-rules")
        body += [html.P("By these rules:"), rules]
    # a reader with many clocks hears whose explanation it is
    name = html.Summary(["Explain", html.Span(f" {clock.title}", className="desk-unseen")])
    return html.Details([name, html.Div(body, className="desk-deadline-why")])


def _parts(clock: Told) -> Component:
    head = html.Tr([html.Th(name, scope="col") for name in ("What, and when", "Sum")])
    rows = [_row(row) for row in clock.rows[:_MOST]]
    left = len(clock.rows) - _MOST
    if left > 0:
        rows.append(html.Tr([html.Td(f"and {words.plural(left, 'part')} more"), html.Td("")]))
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="desk-plain")
    label = f"{clock.title}, part by part"
    # it scrolls by itself, so it can be reached by keyboard
    return html.Div(table, className="desk-scroll", tabIndex=0, role="group", **aria(label=label))


def _row(row: Row) -> Component:
    what = [html.Bdi(row.what, className="desk-part-what"), html.Span(row.span, className="desk-quiet")]
    return html.Tr([html.Td(what), html.Td(row.total)], **data(kind=row.kind))
