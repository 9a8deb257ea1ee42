"""The relay: who closes next, who opens next, and what changes hands between them, each with its count-down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.panels.card import attributes, value
from layouts.panels.kind import Scope, part
from layouts.panels.lasting import lasted
from layouts.panels.promised import iso_utc
from layouts.panels.roster import HANDOVERS, ahead

_NAME = 22
_CELLS = (("closes", "Closes next"), ("opens", "Opens next"), ("passes", "Hand-over"))


def relay(name: str) -> Component:
    """The three cells; the first two count down."""
    return html.Div([_cell(name, what, title) for what, title in _CELLS], className="relay")


def _cell(name: str, what: str, title: str) -> Component:
    count = html.Span(id=part(name, f"{what}-count"), className="relay-count count", **attributes(counts="down"))
    said = [value(name, f"{what}-said", "relay-said"), *([] if what == "passes" else [count])]
    return html.Div(
        [html.Span(title, className="relay-title"), html.Div(said, className="relay-line")],
        id=part(name, f"{what}-cell"),
        className="relay-cell",
        **attributes(state="none"),
    )


def relay_texts(
    name: str, rows: Sequence[Any], table: pd.DataFrame, scope: Scope
) -> tuple[dict[str, str], dict[str, str]]:
    """The texts and states of the relay, from the rows of who_is_on and the table of next_handover."""
    first = next(table.itertuples(), None)
    closes, opens = _closes(first, scope), _opens(rows, scope)
    passes, state = _passes(first)
    texts = {"closes-said": closes[0], "closes-count": closes[1], "opens-said": opens[0], "opens-count": opens[1]}
    told = {part(name, what): text for what, text in {**texts, "passes-said": passes}.items()}
    return told, {part(name, f"{what}-cell"): state if what == "passes" else "none" for what, _ in _CELLS}


def _at(name: Any, moment: datetime, scope: Scope) -> tuple[str, str]:
    """Who and when, and the instant the page counts to."""
    return f"{words.clean(name, _NAME)} {ahead(moment, scope.zone, scope.now)}", iso_utc(moment)


def _closes(first: Any, scope: Scope) -> tuple[str, str]:
    if first is None:
        return f"nobody in the next {HANDOVERS} h", ""
    return _at(first.from_site, words.instant(first.handover_at), scope)


def _opens(rows: Sequence[Any], scope: Scope) -> tuple[str, str]:
    """The site that opens first of those where nobody is."""
    waiting = [row for row in rows if not row.is_on and not row.is_on_call]
    first = min(waiting, key=lambda row: row.starts_at, default=None)
    if first is None:
        return "every site is on" if rows else words.UNKNOWN, ""
    return _at(first.site, words.instant(first.starts_at), scope)


def _passes(first: Any) -> tuple[str, str]:
    """What changes hands, and whether that is in danger: nobody there in between, or cases without a next owner."""
    if first is None:
        return words.UNKNOWN, "none"
    to, overlap = words.clean(first.to_site, _NAME), words.known(first.overlap_seconds)
    flight, unowned = (int(words.known(count) or 0) for count in (first.in_flight_count, first.unowned_count))
    if not to:
        return f"{flight:,} in flight, and nobody opens after it", "bad"
    apart = f", nobody for {lasted(-overlap)}" if overlap is not None and overlap < 0 else ""
    lost = f", {unowned:,} no next owner" if unowned else ""
    return f"{flight:,} in flight to {to}{lost}{apart}", "bad" if apart else "warn" if lost else "none"
