"""voice: each brand's part of all mentions of own brands and competitors, with its change in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, blind_of, compared, part, window_of
from layouts.panels.quiet import note, quiet_figure
from layouts.panels.unseen import subtitle

_MOST = 6
_LEAST = 3
_NAME = 17


@dataclass(frozen=True)
class Row:
    """One brand's part."""

    title: str
    own: bool
    share: float
    before: float | None


class Voice:
    """Share of voice."""

    kind = "voice"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The shares of the brands compared."""
        brands = {"brands": compared(panel, scope.site)}
        return {
            "voice": Ask("share_of_voice", {**window_of(panel, scope), **brands}),
            "blind": blind_of(panel.window, scope),
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Bars from zero, the own brands in colour."""
        rows, length = _rows(scope.site, tables), words.span(panel.window)
        total = words.short(int(tables["voice"]["mentions_count"].sum()))
        said = (f"share of {total} mentions, {length}", "change in points")
        sub = subtitle(panel.window, scope, tables, *(said if rows else (f"own brands and competitors, {length}",)))
        figure = _figure(rows) if rows else quiet_figure(scope.nothing(panel.window))
        return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _rows(site: Site, tables: Tables) -> list[Row]:
    """The largest brands; the own ones never fall into the rest."""
    own = {brand.name for brand in site.brand if brand.kind == "own"}
    found = [
        Row(str(r.brand), r.brand in own, words.known(r.voice_share) or 0.0, words.known(r.voice_share_before))
        for r in tables["voice"].itertuples()
        if words.known(r.mentions_count) or words.known(r.mentions_count_before)
    ]
    if not any(row.share for row in found):
        return []
    found.sort(key=lambda row: (-row.share, row.title))
    if len(found) <= _MOST:
        return found
    kept = sorted(found, key=lambda row: (not row.own, -row.share))[: _MOST - 1]
    rest = [row for row in found if row not in kept]
    known = [row.before for row in rest if row.before is not None]
    others = Row(f"{len(rest)} others", False, sum(row.share for row in rest), sum(known) if known else None)
    return [*sorted(kept, key=lambda row: -row.share), others]


def _figure(rows: list[Row]) -> Figure:
    middle, half = (len(rows) - 1) / 2, max(len(rows), _LEAST) / 2
    return {
        "data": [_bars(rows)],
        "layout": {
            "margin": {"l": 184, "r": 84, "t": 0, "b": 0},
            "bargap": 0.44,
            "xaxis": {"range": [0, round(1.16 * max(row.share for row in rows), 4)], "visible": False},
            "yaxis": {
                "range": [middle + half, middle - half],
                "tickvals": list(range(len(rows))),
                "ticktext": [words.markup(row.title, _NAME) for row in rows],
                "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
                **BESIDE,
                "showgrid": False,
            },
            "annotations": [_change(i, row) for i, row in enumerate(rows)],
        },
    }


def _bars(rows: list[Row]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": "share",
        "y": list(range(len(rows))),
        "x": [round(row.share, 4) for row in rows],
        "text": [f"{words.percent(row.share)}%" for row in rows],
        "textposition": "outside",
        "textfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": [look.INFO if row.own else look.OTHER for row in rows], "line": {"width": 0}},
    }


def _change(place: int, row: Row) -> dict[str, Any]:
    moved = words.UNKNOWN if row.before is None else words.moved(row.share - row.before)
    font = {"size": look.SIZE_LABEL, "color": look.TEXT_SOFT}
    return note(moved, 1, place, xref="paper", xanchor="right", xshift=78, font=font)
