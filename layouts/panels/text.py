"""text: a card of plain words, such as how we listen or whom to call: the `text` of its panel in the site file.

Each line is a paragraph; one that begins with "- " is a point of a list. It is text and never markup.
"""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts.panels.card import attributes, card
from layouts.panels.kind import Ask, Drawn, Scope, Tables
from layouts.words import clean

_SHORT, _LONG = 140, 260  # letters up to which it is set large, and beyond which small


class TextCard:
    """Words that stay."""

    kind = "text"
    measures = ()
    feeds = ("none",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """Nothing."""
        return {}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Nothing: the words stand in the page itself, and come with it when the site file changes."""
        return Drawn()

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its words."""
        lines = [line for line in (clean(line) for line in (panel.text or "").splitlines()) if line]
        return card(name, panel, html.Div([_line(line) for line in lines], className="words", **_size(lines)))


def _line(line: str) -> Component:
    point = line.startswith("- ")
    return html.P(line[2:] if point else line, className="point" if point else "", dir="auto")


def _size(lines: list[str]) -> dict[str, Any]:
    # a line of its own costs about half a line's letters, whatever it says
    letters = sum(len(line) + 20 for line in lines)
    return attributes(size="large" if letters <= _SHORT else "small" if letters > _LONG else "middle")
