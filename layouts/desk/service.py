"""The view "service": promises, how they stand and why. Its cards, before any number is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import html
from dash.development.base_component import Component

from config import Site
from layouts.desk.links import aria
from layouts.desk.service_tiles import NAMES
from layouts.desk.totals import waiting


@dataclass(frozen=True)
class Card:
    """A card of the view. Its numbers are written into `desk-NAME`; `wide` takes two columns of three."""

    name: str
    title: str
    wide: bool = False


CARDS: tuple[tuple[Card, ...], ...] = (
    (Card("kept", "Promises kept", wide=True),),
    (Card("ageing", "How old the backlog is"), Card("double", "Answered twice")),
    (Card("burn", "How fast promises are being broken"),),
    (Card("causes", "Why promises were broken"),),
    (Card("forecast", "The next hours"),),
)
"""The cards in the order of the page; those of one place stand below each other."""


def service(site: Site) -> Component:
    """Everything of the view but the filter and the rows; without a track the words that say how to have one."""
    if not site.track:
        return html.Div(_without(), className="desk-service")
    tiles = html.Section(
        [
            html.Div(
                [html.H2("How promises stand"), html.P(id="desk-as-of", className="desk-quiet")], className="desk-title"
            ),
            html.Div(waiting(NAMES), id="desk-promises"),
        ],
        className="desk-card desk-card-promises",
    )
    cards = html.Div([_place(place) for place in CARDS], className="desk-cards")
    return html.Div([tiles, cards, _whatif()], className="desk-service")


def _place(cards: Sequence[Card]) -> Component:
    found = [_card(card) for card in cards]
    return found[0] if len(found) == 1 else html.Div(found, className="desk-stack")


def _card(card: Card) -> Component:
    title = f"desk-{card.name}-title"
    body = html.Div(html.P("…", className="desk-waits"), id=f"desk-{card.name}", className="desk-numbers")
    look = "desk-card desk-card-wide" if card.wide else "desk-card"
    return html.Section([html.H2(card.title, id=title), body], className=look, **aria(labelledby=title))


def _whatif() -> Component:
    """The past under other promises: a policy to write or paste, and what it would have made of the window."""
    title = "desk-whatif-title"
    policy = dmc.Textarea(
        id="desk-whatif-policy",
        label="Calendars and tracks as a site file writes them; left empty, the site file as it is now",
        placeholder='[track.care]\ncalendar = "always"\nfrt = "30m"\nattainment_target = 0.9',
        autosize=True,
        minRows=4,
        maxRows=16,
        spellCheck=False,
        className="desk-policy",
    )
    run = dmc.Button("Compare", id="desk-whatif-run", variant="default")
    answer = html.Div(
        html.P("Nothing is changed by asking: history stays as it was.", className="desk-quiet"),
        id="desk-whatif",
        **aria(live="polite"),
    )
    return html.Section(
        [html.H2("What if", id=title), policy, run, answer],
        className="desk-card desk-card-whatif",
        **aria(labelledby=title),
    )


def _without() -> Component:
    """What a desk sees that promises nothing: no zero, and what to do."""
    return html.Section(
        [
            html.H2("Nothing is promised yet"),
            html.P(
                [
                    "Write what is promised into the site file: a ",
                    html.Code("[calendar.NAME]"),
                    " for the hours that count, and a ",
                    html.Code("[track.NAME]"),
                    " with its targets. From then on every case has its clocks, those that came before as well.",
                ]
            ),
        ],
        className="desk-card desk-without",
    )
