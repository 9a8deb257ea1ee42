"""What all cards of the view "people" share: whom they are about, how heads and hours are said, tables that scroll."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config.languages import language_name
from layouts import words
from layouts.desk import times
from layouts.desk.links import aria, link
from layouts.desk.service_tiles import Moment

SHIFTS = "desk-shifts"
"""The field a roster is written into, for what if."""

EVERYBODY = "all"
MOST = 30
"""Of a list so many are on the page."""

STATES: Mapping[str, tuple[str, str, str]] = {
    "gap": ("▲", "gap", "wrong"),
    "thin": ("■", "thin", "careful"),
    "covered": ("●", "covered", "good"),
    "surplus": ("◆", "surplus", "soft"),
}
"""How an hour stands: a shape, a word and a colour, the worst first."""


def language_of(at: Moment) -> str:
    """The language that is looked at, as the tables write it."""
    return at.filters.speaks or EVERYBODY


def spoken(language: Any) -> str:
    """A language as it is said: "Japanese", "everybody", "unknown language"."""
    code = words.clean(language, 40)
    if code == EVERYBODY:
        return "everybody"
    return language_name(code) if code else "unknown language"


def nobody(language: Any) -> str:
    """Who is missing: "Nobody at all", "Nobody who speaks Japanese"."""
    return "Nobody at all" if language == EVERYBODY else f"Nobody who speaks {spoken(language)}"


def of_language(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The rows about one language, or about everybody."""
    return table[table["language"] == language]


def choice(title: str, at: Moment, key: str, options: Iterable[tuple[str, str]]) -> Component:
    """Links that choose whom the numbers are about. `key` is a filter; what it stands on is marked.

    options  value and words of each; what is chosen stands among them also when the tables do not know it
    """
    chosen = str(getattr(at.filters, key))
    found = dict(options)
    found.setdefault(chosen, words.clean(chosen, 40))
    items = [_choice(at, key, value, said, value == chosen) for value, said in found.items()]
    return html.Nav([html.Span(f"{title}:"), *items], className="desk-groups", **aria(label=title))


def _choice(at: Moment, key: str, value: str, said: str, is_chosen: bool) -> Component:
    changed: dict[str, Any] = {key: value}
    return link(html.Bdi(said), replace(at.filters, **changed), **(aria(current="true") if is_chosen else {}))


def languages(table: pd.DataFrame) -> list[tuple[str, str]]:
    """The languages of a table for `choice`: everybody first, then by name."""
    codes = sorted({str(one) for one in table["language"].dropna()} - {EVERYBODY}, key=spoken)
    return [("", "Everybody"), *((code, spoken(code)) for code in codes)]


def amount(value: Any) -> str:
    """Heads, or messages expected: "0", "2.4", "18"; a dash when it is unknown."""
    number = words.known(value)
    if number is None:
        return words.UNKNOWN
    return f"{number:,.1f}".removesuffix(".0") if abs(number) < 10 else f"{number:,.0f}"


def whole(value: Any) -> str:
    """A count to the last digit; a dash when it is unknown."""
    number = words.known(value)
    return words.UNKNOWN if number is None else f"{number:,.0f}"


def hours(value: Any) -> str:
    """Hours as they are said: "152 h", "3 h 30 min", "0 min"; a dash when they are unknown."""
    number = words.known(value)
    if number is None:
        return words.UNKNOWN
    return times.open_time(number * 3600) if number else "0 min"


def minutes(value: Any) -> str:
    """The same of minutes."""
    number = words.known(value)
    return hours(None if number is None else number / 60)


def mark(shape: str, said: str, look: str) -> Component:
    """A shape and a word, and the colour that says the same."""
    sign = html.Span(shape, className="desk-alarm-shape", **aria(hidden="true"))
    return html.Span([sign, said], className=f"desk-mark-word desk-{look}")


def quiet(said: str) -> Component:
    """A card that has nothing to tell, in words."""
    return html.P(said, className="desk-quiet")


def note(said: Any) -> Component:
    """The small print of a card."""
    return html.P(said, className="desk-note")


def under(said: Any) -> Component:
    """The second line of a cell."""
    return html.Span(said, className="desk-under")


def table(name: str, heads: Sequence[Any], rows: Sequence[Component], look: str) -> Component:
    """A table with a name for ears. It scrolls by itself where it is too wide, so it can be reached by keyboard."""
    caption = html.Caption(name, className="desk-unseen")
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in heads]))
    shown = html.Table([caption, head, html.Tbody(list(rows))], className=f"desk-plain {look}")
    return html.Div(shown, className="desk-wide", tabIndex=0, role="group", **aria(label=name))


def in_words(title: str, name: str, told: Sequence[str]) -> Component:
    """What a picture shows, once more line by line, behind a word that opens it. `name` is what it is called for ears.

    All lines are one text: a page of thousands of elements takes the browser many seconds.
    """
    about = {"tabIndex": 0, "role": "group", **aria(label=name)}
    shown = html.Pre("\n".join(told), className="desk-scroll desk-lines", dir="auto", **about)
    return html.Details([html.Summary(title), shown], className="desk-more")


def folded(items: Sequence[Component], most: int, look: str) -> list[Component]:
    """A list whose first `most` items are seen and MOST can be opened; how many there are beyond that is said."""
    shown: list[Component] = [html.Ul(list(items[:most]), className=look)]
    if len(items) > most:
        rest = html.Ul(list(items[most:MOST]), className=look)
        shown.append(
            html.Details([html.Summary(f"{len(items) - most:,} more"), rest, *beyond(items)], className="desk-more")
        )
    return shown


def beyond(items: Sequence[Any]) -> list[Component]:
    """How many of a list are not shown even when it is opened."""
    return [note(f"{len(items) - MOST:,} more are not listed here.")] if len(items) > MOST else []


def named(value: Any, otherwise: str, limit: int = 60) -> str:
    """A name from outside on one line; `otherwise` where there is none."""
    return words.clean(value, limit) or otherwise
