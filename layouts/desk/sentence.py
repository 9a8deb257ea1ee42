"""The filter bar: one sentence whose underlined words can be changed. Each opens a small box with labelled controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import dash_mantine_components as dmc  # type: ignore[import-untyped]
import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Site
from layouts import words
from layouts.blind import listed
from layouts.desk import times
from layouts.desk.breakdowns import named
from layouts.desk.clocks import METRICS
from layouts.desk.filters import FIELDS, OPEN_STATES, SENTIMENTS, UNKNOWN, WINDOWS, Filters, states_of
from layouts.desk.links import data

LISTS = ("metric", "brand", "platform", "language", "region", "sentiment", "state")
"""The dimensions that are chosen from a list; the id of each is desk-FIELD."""

_BEFORE = {
    "metric": "about",
    "brand": "of",
    "platform": "on",
    "language": "in",
    "region": "from",
    "sentiment": "judged",
    "state": "that are",
}
_ALL = {
    "metric": "any answer",
    "brand": "all brands",
    "platform": "all platforms",
    "language": "any language",
    "region": "any region",
    "sentiment": "any way",
    "state": "in any state",
}
_TITLES = {
    "metric": "Promises",
    "brand": "Brands",
    "platform": "Platforms",
    "language": "Languages",
    "region": "Regions",
    "sentiment": "Sentiment (model, not measured)",
    "state": "States",
}
_WINDOWS = {"24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days", "365d": "365 days"}
_VIEWS = {"mentions": "Mentions", "cases": "Cases", "service": "Promises", "people": "Coverage, and hand-overs"}
_REPLIED = {"": "answered or not", "yes": "answered", "no": "not answered"}
_NAME = 24
Option = tuple[str, int | None]


def sentence(filters: Filters, site: Site, now: datetime, problems: Sequence[str]) -> Component:
    """The whole bar as it stands for `filters`, and the `problems` of the address they came from."""
    told = told_words(filters, site.site.zone, now)
    lists = [_list(field, told[field], filters, options(field, None, filters, site)) for field in LISTS]
    return html.Section(
        [
            html.H2("Filter", className="desk-unseen"),
            html.Div(
                [
                    html.Span(told["view"], id="desk-view-word", className="desk-view"),
                    *lists,
                    _replied(told["replied"], filters),
                    _window(told["window"], filters, site.site.zone, now),
                    _text(filters),
                    html.Span(
                        [
                            html.A("Reset", href="/desk", **data(desk="go")),
                            html.Button("Refresh", id="desk-again", type="button", title="the same, as it is now"),
                        ],
                        className="desk-part desk-hands",
                    ),
                ],
                id="desk-sentence",
                **data(view=filters.view),
            ),
            html.Div(notices(problems), id="desk-notices", role="status"),
        ],
        className="desk-filter",
    )


def notices(sentences: Sequence[str]) -> list[Component]:
    """What of the address was not understood."""
    return [html.P(f"■ {one}", dir="auto", className="desk-notice") for one in sentences]


def told_words(filters: Filters, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    """What each changeable word says, by the control's name."""
    said = {field: _said(field, getattr(filters, FIELDS[field])) for field in LISTS}
    return {
        **said,
        "view": _VIEWS[filters.view],
        "replied": _REPLIED[filters.replied],
        "window": window_words(filters, zone, now),
    }


def window_words(filters: Filters, zone: ZoneInfo, now: datetime) -> str:
    """ "the last 7 days", or the exact time: "Sat 21 Nov 14:00 to 15:00"."""
    if filters.since is not None and filters.until is not None:
        return times.between(filters.since, filters.until, zone, now)
    return f"the last {_WINDOWS[filters.window]}"


def options(field: str, table: pd.DataFrame | None, filters: Filters, site: Site) -> list[Option]:
    """The values that can be chosen, with how many mentions each has in the window where that is known.

    What is chosen always stands among them, also when nothing was said there.
    """
    brands = tuple(brand.name for brand in site.brand)
    fixed = {"sentiment": SENTIMENTS, "state": states_of(filters.view), "brand": brands, "metric": tuple(METRICS)}
    found: dict[str, int | None] = dict.fromkeys(fixed.get(field, ()))
    if table is not None:
        part = table[(table["dimension"] == field) & (table["mentions_count"] > 0)]
        found |= {str(v): int(n) for v, n in zip(part["value"], part["mentions_count"], strict=True)}
    for value in getattr(filters, FIELDS[field]):
        found.setdefault(value, None)
    return list(found.items())


def checkboxes(field: str, found: Iterable[Option]) -> list[Component]:
    """One checkbox for each option."""
    return [
        dmc.Checkbox(
            value=value,
            label=html.Span(
                [html.Bdi(named(field, value)), *([html.Span(f"{n:,}", className="desk-count")] if n else [])]
            ),
        )
        for value, n in found
    ]


def _said(field: str, values: Sequence[str]) -> str:
    if not values:
        return _ALL[field]
    if field == "state" and set(values) == set(OPEN_STATES):
        return "open"
    prefix = {"sentiment": "", "language": "", "region": ""}.get(field, "")
    names = [words.clean(named(field, value), _NAME).lower() if field in ("sentiment", "state") else
             words.clean(named(field, value), _NAME) for value in values]  # fmt: skip
    unknown = {"language": "unknown language", "region": "unknown region"}.get(field)
    names = [unknown if value == UNKNOWN and unknown else name for value, name in zip(values, names, strict=True)]
    return prefix + listed(names)


def _box(name: str, word: str, title: str, before: str, body: Sequence[Component], **more: Any) -> Component:
    """A word of the sentence that opens a box of controls."""
    summary = html.Summary(
        [html.Span(f"{title}: ", className="desk-unseen"), html.Bdi(word, id=f"desk-{name}-word")],
        className="desk-word",
    )
    # a box stands with the little word before it: the two are never parted at a line's end
    return html.Span(
        [f"{before} ", html.Details([summary, html.Div(list(body), className="desk-box")], className="desk-choice")],
        className=f"desk-part desk-part-{name}",
        **more,
    )


def _list(field: str, word: str, filters: Filters, found: Sequence[Option]) -> Component:
    group = dmc.CheckboxGroup(
        html.Div(checkboxes(field, found), id=f"desk-{field}-options", className="desk-options"),
        id=f"desk-{field}",
        label=_TITLES[field],
        value=list(getattr(filters, FIELDS[field])),
    )
    return _box(field, word, _TITLES[field], _BEFORE[field], [group])


def _replied(word: str, filters: Filters) -> Component:
    radios = [dmc.Radio(value=value, label=label.capitalize()) for value, label in _REPLIED_CHOICES.items()]
    value = filters.replied or "both"
    group = dmc.RadioGroup(html.Div(radios, className="desk-options"), id="desk-replied", label="Answer", value=value)
    return _box("replied", word, "Answer", "and", [group])


_REPLIED_CHOICES: Mapping[str, str] = {"both": "answered or not", "yes": "answered", "no": "not answered"}


def _window(word: str, filters: Filters, zone: ZoneInfo, now: datetime) -> Component:
    radios = [dmc.Radio(value=key, label=f"The last {_WINDOWS[key]}") for key in WINDOWS]
    group = dmc.RadioGroup(
        html.Div(radios, className="desk-options"),
        id="desk-window",
        label="Window, up to now",
        value=filters.window or None,
    )
    since, until = filters.span(now, zone)
    exact = html.Div(
        [
            _moment("since", "From", times.typed(since, zone)),
            _moment("until", "Until, not included", times.typed(until, zone)),
            html.Button("Show this time", id="desk-exact", type="button", className="desk-button"),
        ],
        className="desk-exact",
    )
    note = html.P(f"Times are {words.zone_name(zone)}.", className="desk-quiet")
    return _box("window", word, "Window", "in", [group, exact, note])


def _moment(name: str, label: str, value: str) -> Component:
    kind = {"input": {"type": "datetime-local"}}
    field: Component = dmc.TextInput(id=f"desk-{name}", label=label, value=value, attributes=kind)
    return field


def _text(filters: Filters) -> Component:
    return html.Span(
        [
            html.Label("with the text", htmlFor="desk-text"),
            dmc.TextInput(
                id="desk-text",
                value=filters.text,
                placeholder="anything",
                debounce=350,
                className="desk-text",
                spellCheck=False,
                attributes={"input": {"type": "search", "maxLength": 200}},
            ),
        ],
        className="desk-part desk-part-text",
    )
