"""The table of a comparison on the desk: each promise as it was, and as it would be under another policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from layouts.desk.links import aria
from layouts.whatif import HEADS, SIDES, Line, lines, moved, sentence


def comparison(answer: Mapping[str, Any], zone: ZoneInfo) -> Component:
    """What `jobs/whatif.py` gives for an answer, as a sentence and two tables."""
    if not answer["groups"]:
        return html.Div([html.P(sentence(answer, zone)), html.P("No promise was due, and none would have been.")])
    found = [html.P(sentence(answer, zone)), _scrolled(_promises(answer), "Promises as they were and as they would be")]
    if answer["moved"]:
        found += [
            html.H3("The cases whose due date moves most"),
            _scrolled(_cases(answer, zone), "Cases that move most"),
        ]
    return html.Div(found, className="desk-whatif")


def _scrolled(table: Component, label: str) -> Component:
    # it scrolls by itself, so it can be reached by keyboard
    return html.Div(table, className="desk-scroll", tabIndex=0, role="group", **aria(label=label))


def _promises(answer: Mapping[str, Any]) -> Component:
    over = [html.Th("", colSpan=2), *(html.Th(side, colSpan=4, scope="colgroup") for side in SIDES)]
    over.append(html.Th("changes sides", colSpan=2, scope="colgroup"))
    heads = [*HEADS[:2], *HEADS[2:], *HEADS[2:], "To breached", "To met"]
    head = html.Thead([html.Tr(over), html.Tr([html.Th(one, scope="col") for one in heads])])
    return html.Table([head, html.Tbody([_row(line) for line in lines(answer["groups"])])], className="desk-plain")


def _row(line: Line) -> Component:
    cells = (line.metric, *line.was, *line.would, line.to_breached, line.to_met)
    return html.Tr([html.Th(html.Bdi(line.track), scope="row"), *(html.Td(cell) for cell in cells)])


def _cases(answer: Mapping[str, Any], zone: ZoneInfo) -> Component:
    now = datetime.fromisoformat(answer["as_of"])
    heads = ("Case", "Promise", "Due, was", "Due, would be", "Moves", "Was → would be")
    body = [
        html.Tr([html.Th(html.Bdi(case), scope="row"), *(html.Td(cell) for cell in rest)])
        for case, *rest in moved(answer["moved"], zone, now)
    ]
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in heads]))
    return html.Table([head, html.Tbody(body)], className="desk-plain")
