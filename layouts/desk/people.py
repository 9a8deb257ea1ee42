"""The view "people": who is there to answer, now and over the next two weeks. Its cards, before any number is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import html
from dash.development.base_component import Component

from config import Site
from layouts.desk.links import aria
from layouts.desk.people_words import SHIFTS
from layouts.desk.totals import waiting

TILES = ("Hours covered", "Messages covered", "Gaps ahead", "Occupancy")
_PLACEHOLDER = (
    '[[shift]]\nsite = "Lisbon"\ntimezone = "Europe/Lisbon"\nlanguages = ["en", "pt"]\nheads = 2\n'
    'days = ["sat", "sun"]\nstart = "08:00"\nend = "16:00"'
)


@dataclass(frozen=True)
class Card:
    """A card of the view. Its numbers are written into `desk-NAME`; `columns` of three is how wide it stands."""

    name: str
    title: str
    columns: int = 1


CARDS: tuple[tuple[Card, ...], ...] = (
    (Card("week", "This week, hour by hour", 2),),
    (Card("gaps", "Gaps of the next 14 days"),),
    (Card("handover", "The next hand-over", 2),),
    (Card("seams", "Hand-overs behind us"),),
    (Card("demand", "What is expected", 2),),
    (Card("weekends", "Long weekends"), Card("hours", "Hours of service")),
    (Card("presence", "Who was seen at work", 3),),
)
"""The cards in the order of the page; those of one place stand below each other."""


def people(site: Site, chart: Component) -> Component:
    """Everything of the view but the filter; without a roster the words that say how to have one.

    chart  the graph that what is expected is drawn into
    """
    if not site.has_roster:
        return html.Div(_without(), className="desk-people")
    tiles = html.Section(
        [
            html.Div(
                [html.H2("Who is there"), html.P(id="desk-people-as-of", className="desk-quiet")],
                className="desk-title",
            ),
            html.Div(waiting(TILES), id="desk-covered"),
        ],
        className="desk-card desk-card-covered",
    )
    cards = html.Div([_place(place, chart) for place in CARDS], className="desk-cards")
    return html.Div([tiles, cards, _whatif()], className="desk-people")


def _place(cards: Sequence[Card], chart: Component) -> Component:
    found = [_card(card, chart) for card in cards]
    return found[0] if len(found) == 1 else html.Div(found, className="desk-stack")


def _card(card: Card, chart: Component) -> Component:
    title = f"desk-{card.name}-title"
    drawn = [html.Div(chart, className="desk-graph")] if card.name == "demand" else []
    body = html.Div(html.P("…", className="desk-waits"), id=f"desk-{card.name}", className="desk-numbers")
    look = {1: "", 2: " desk-card-wide", 3: " desk-card-full"}[card.columns]
    return html.Section(
        [html.H2(card.title, id=title), *drawn, body],
        className=f"desk-card desk-card-{card.name}{look}",
        **aria(labelledby=title),
    )


def _whatif() -> Component:
    """Another roster to write or paste, and what it would make of the two weeks ahead."""
    title = "desk-roster-title"
    written = dmc.Textarea(
        id=SHIFTS,
        label="The roster you think of, as a site file writes it: [[shift]] and [[absence]] tables",
        placeholder=_PLACEHOLDER,
        autosize=True,
        minRows=8,
        maxRows=24,
        spellCheck=False,
        className="desk-policy",
    )
    run = dmc.Button("Compare", id="desk-roster-run", variant="default")
    answer = html.Div(
        html.P("Nothing is changed by asking: the roster stays as the site file says.", className="desk-quiet"),
        id="desk-roster",
        **aria(live="polite"),
    )
    return html.Section(
        [html.H2("What if", id=title), written, run, answer],
        className="desk-card desk-card-whatif",
        **aria(labelledby=title),
    )


def _without() -> Component:
    """What a desk sees that has no roster: no zero, and what to do."""
    return html.Section(
        [
            html.H2("No roster yet"),
            html.P(
                [
                    "Write into the site file who is at work when: a ",
                    html.Code("[[shift]]"),
                    " with its site, timezone, languages, heads, days, start and end, or a ",
                    html.Code("[[roster]]"),
                    " that names a CSV file or a calendar feed. From then on this view tells which hours are covered, "
                    "in which language nobody is there, and what is handed over to whom.",
                ]
            ),
            html.P(
                [
                    "With ",
                    html.Code("[staffing]"),
                    " and how long one message takes (",
                    html.Code('handling = "6m"'),
                    ") it also tells how many heads an hour needs.",
                ]
            ),
        ],
        className="desk-card desk-without",
    )
