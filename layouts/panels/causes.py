"""causes: why promises of the window were broken. Each broken one has exactly one cause, the first that is true of it.

Bars begin at zero and end at all breaches, in the order in which the causes are tried; one that broke nothing stands
there with its zero.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part, window_of
from layouts.panels.promised import calm, is_promised, silence, told_percent
from layouts.panels.quiet import note

_CAUSES = (
    "nobody on shift",
    "backlog above capacity",
    "reassigned or unowned",
    "calendar or policy change",
    "slow reply",
)
_NAME = 28
_TRACK = "rgba(133,147,181,0.16)"  # what all breaches together would be


class Causes:
    """Why promises are broken."""

    kind = "causes"
    measures = ()
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The causes of the window, all groups together."""
        if not is_promised(scope.site):
            return {}
        more: dict[str, object] = {"group_by": "all", "brands": list(panel.brands), "now": scope.now}
        return {"causes": Ask("breach_causes", {**window_of(panel, scope), **more})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The bars, or a sentence when nothing was broken."""
        length = words.span(panel.window)
        if sentence := silence(scope):
            return _drawn(name, "", calm(sentence))
        counts = _counts(tables["causes"])
        total = sum(counts.values())
        if not total:
            return _drawn(name, f"due in {length}", calm(f"no breach in the last {length}"))
        sub = f"{words.plural(total, 'breach', 'breaches')} of what was due in {length}"
        return _drawn(name, sub, _figure(counts, total))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _drawn(name: str, sub: str, figure: Figure) -> Drawn:
    return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})


def _counts(table: pd.DataFrame) -> dict[str, int]:
    """Breaches by cause: the known ones in their order, then whatever else the answer names."""
    counts = dict.fromkeys(_CAUSES, 0)
    for row in table.itertuples():
        cause = words.clean(row.cause) or "unknown"
        counts[cause] = counts.get(cause, 0) + int(words.known(row.breached_count) or 0)
    return counts


def _figure(counts: dict[str, int], total: int) -> Figure:
    notes = [one for place, (cause, count) in enumerate(counts.items()) for one in _row(place, cause, count, total)]
    most = max(counts.values())
    fills = [look.INFO if count == most else look.OTHER for count in counts.values()]
    return {
        "data": [_bars("all", [total] * len(counts), _TRACK), _bars("breaches", list(counts.values()), fills)],
        "layout": {
            "margin": {"l": 0, "r": 4, "t": 0, "b": 0},
            "barmode": "overlay",
            "bargap": 0.72,
            "xaxis": {"range": [0, total], "visible": False},
            "yaxis": {"range": [len(counts) - 0.62, -0.78], "visible": False},
            "annotations": notes,
        },
    }


def _bars(name: str, lengths: list[int], fill: str | list[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(range(len(lengths))),
        "x": lengths,
        "marker": {"color": fill, "line": {"width": 0}},
    }


def _row(place: int, cause: str, count: int, total: int) -> list[dict[str, Any]]:
    """A cause's name over its bar; its count and share over the bar's far end."""
    over = {"xref": "paper", "yanchor": "bottom", "yshift": 6}
    name = {"size": look.SIZE_LABEL, "color": look.TEXT if count else look.TEXT_QUIET}
    number = {"size": look.SIZE_STRONG, "color": look.TEXT if count else look.TEXT_QUIET}
    share = f'<span style="color:{look.TEXT_SOFT}">{told_percent(count / total)}</span>' if count else ""
    said = f"<b>{words.short(count)}</b>" + (f"  {share}" if share else "")
    return [
        note(words.markup(cause, _NAME), 0, place, **over, xanchor="left", font=name),
        note(said, 1, place, **over, xanchor="right", font=number),
    ]
