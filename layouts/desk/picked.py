"""What the rows below are, in words: of promises, which clocks were picked, each pick with the way to take it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk.clocks import COHORTS, DUE, KEPT, RUNNING
from layouts.desk.filters import FIELDS, UNKNOWN, Filters
from layouts.desk.links import ROWS, aria, closed, link
from layouts.desk.service_kept import name_of

_FIELDS = ("track", "owner", "state", "outcome", "cause", "band")
_CUT = 40


def picked(filters: Filters) -> list[Component]:
    """The heading above the table, and beside it the picks of a view of promises."""
    if filters.view != "service":
        return [html.H2(filters.view.capitalize())]
    chips = [_chip(words_, without) for words_, without in _picks(filters)]
    whole = replace(filters.whole(), sort=filters.sort)
    clear = [link("Show all that were due", whole, ROWS, className="desk-clear")] if whole != closed(filters) else []
    return [html.H2(f"Clocks {COHORTS[filters.clocks]}"), *chips, *clear]


def _picks(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Each pick in words, and the filters without it."""
    for field in _FIELDS:
        values: tuple[str, ...] = getattr(filters, FIELDS[field])
        if values:
            none: dict[str, Any] = {FIELDS[field]: ()}
            yield _said(field, values), replace(closed(filters), **none)
    if filters.due:
        yield DUE[filters.due], replace(closed(filters), due="")
    if filters.kept:
        yield KEPT[filters.kept], replace(closed(filters), kept="")


def _said(field: str, values: tuple[str, ...]) -> str:
    names = [_named(field, value) for value in values]
    prefix = {"track": "track ", "owner": "owner "}.get(field, "")
    suffix = " % of the target" if field == "band" else ""
    return prefix + " or ".join(names) + suffix


def _named(field: str, value: str) -> str:
    if field == "outcome" and value == RUNNING:
        return "still running"
    if field == "owner" and value == UNKNOWN:
        return "nobody"
    return words.clean(name_of(field, value) if field == "track" else value.replace("_", " "), _CUT)


def _chip(said: str, without: Filters) -> Component:
    parts = [html.Bdi(said), html.Span(" ×", **aria(hidden="true")), html.Span(", take back", className="desk-unseen")]
    return link(parts, without, ROWS, className="desk-chip")
