"""What the chosen mentions or cases are made of: bars that are links. Unknown is a value like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk.clocks import METRICS
from layouts.desk.filters import FIELDS, UNKNOWN, Filters
from layouts.desk.links import closed, data, link
from layouts.desk.totals import exact
from layouts.panels.platforms import title_of

MENTIONS = ("sentiment", "platform", "brand", "language", "region")
CASES = ("state", "platform", "brand", "language", "region")
TITLES: Mapping[str, str] = {
    "sentiment": "Sentiment",
    "platform": "Platform",
    "brand": "Brand",
    "language": "Language",
    "region": "Region",
    "state": "State",
}
_MOST = 6
_LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nb": "Norwegian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def named(field: str, value: str) -> str:
    """A value of a dimension as it is said: "Instagram", "German", "not judged"."""
    if value == UNKNOWN:
        return "not judged" if field == "sentiment" else "unknown"
    if field == "platform":
        return title_of(value)
    if field == "metric":
        return METRICS.get(value, value)
    return _LANGUAGES.get(value, "") if field == "language" and value in _LANGUAGES else words.clean(value)


def breakdowns(table: pd.DataFrame, filters: Filters) -> list[Component]:
    """One block for each dimension of mention_breakdown or case_breakdown, in the desk's order."""
    fields = CASES if filters.view == "cases" else MENTIONS
    return [_block(field, _rows(table, field, filters), filters) for field in fields]


def _rows(table: pd.DataFrame, field: str, filters: Filters) -> list[tuple[str, int, int | None]]:
    """value, count now, count before: the largest first, and without what only the window before had."""
    what = "cases_count" if filters.view == "cases" else "mentions_count"
    part = table[(table["dimension"] == field) & (table[what] > 0)]
    columns = (part["value"], part[what], part[f"{what}_before"])
    return [(str(v), int(n), _whole(b)) for v, n, b in zip(*columns, strict=True)]


def _whole(value: Any) -> int | None:
    number = words.known(value)
    return None if number is None else int(number)


def _block(field: str, rows: Sequence[tuple[str, int, int | None]], filters: Filters) -> Component:
    most = max((count for _, count, _ in rows), default=1)
    bars = [_bar(field, *row, most, filters) for row in rows]
    rest = bars[_MOST:] if len(bars) > _MOST + 1 else []
    shown = bars[: len(bars) - len(rest)]
    more = [html.Details([html.Summary(f"{len(rest)} more"), html.Ul(rest)], className="desk-more")] if rest else []
    body = [html.Ul(shown), *more] if bars else [html.P("nothing to break down", className="desk-quiet")]
    return html.Section([html.H3(TITLES[field]), *body], className="desk-breakdown")


def _bar(field: str, value: str, count: int, before: int | None, most: int, filters: Filters) -> Component:
    """A bar alone sets the filter to its value; the bar of the only value chosen takes the filter away."""
    chosen = getattr(filters, FIELDS[field]) == (value,)
    about = closed(filters).toggled(field, value) if chosen else closed(filters).only(field, value)
    name = named(field, value)
    parts = [
        html.Span(className="desk-bar", style={"width": f"{100 * count / most:.1f}%"}),
        html.Bdi(name, className="desk-name"),
        html.Span(exact(count), className="desk-count"),
        html.Span(_said(count, before), className="desk-change"),
    ]
    told = {"aria-current": "true", "title": "chosen; click to show all"} if chosen else {"title": f"only {name}"}
    return html.Li(link(parts, about, **told), **data(value=value))


def _said(count: int, before: int | None) -> str:
    return "new" if before == 0 else words.change(count, before)
