"""The two weeks ahead under another roster, on the desk: the same words as the terminal's, as tables of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from layouts.desk.people_words import note, table
from layouts.whatif_roster import GAP_HEADS, HEADS, gap_lines, lines, notes, sentence


def rosters(answer: Mapping[str, Any], zone: ZoneInfo, currency: str) -> Component:
    """The present roster beside the proposed one, measure by measure, and what becomes of each gap.

    answer    what `jobs/whatif_roster.py` gives
    currency  of what the heads cost
    """
    measures = [_row(one.name, (one.now, one.would, one.change)) for one in lines(answer, currency)]
    told = [
        html.P(sentence(answer, zone)),
        table("The present roster and the proposed", _heads(HEADS), measures, "desk-rosters"),
    ]
    told += [note(why) for why in notes(answer)]
    stretches = [_row(one.who, (one.when, one.length, one.fate)) for one in gap_lines(answer, zone)]
    if not stretches:
        return html.Div([*told, html.P("Somebody who can answer is always on, with either.")], className="desk-whatif")
    gaps = table("Stretches without anybody", _heads(GAP_HEADS), stretches, "desk-rosters")
    return html.Div([*told, html.H3("Stretches without anybody"), gaps], className="desk-whatif")


def _heads(heads: Sequence[str]) -> list[Any]:
    """The heads of a table; the corner has a name for ears."""
    return [one or html.Span("Measure", className="desk-unseen") for one in heads]


def _row(name: str, cells: Sequence[str]) -> Component:
    return html.Tr([html.Th(html.Bdi(name), scope="row"), *(html.Td(cell) for cell in cells)])
