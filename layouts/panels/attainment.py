"""attainment: which promises are kept, group by group: of the clocks due in the window, the share that met its target.

`measure` names the group: track (default), metric, brand, owner or platform. A dot stands on a scale from 0 to 100 %,
with the line of its 95 % interval (Wilson) and a tick where the target lies. What is overdue and still runs is not
kept. A group under its target has another colour and a sign; one of fewer than ten is said to be of few, and is no
verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part, window_of
from layouts.panels.promised import FEW, calm, group_title, is_promised, silence, told_percent
from layouts.panels.quiet import note

_MOST, _LEAST = 6, 4
_NAME = 15
_ENDS = (92, 222)  # where the share and the counts end, in pixels right of the picture
_CROWD = 10_000  # so many take the room of two numbers
_MARKS = {0.0: "0 %", 0.25: "25", 0.5: "50", 0.75: "75", 1.0: "100 %"}


@dataclass(frozen=True)
class _Row:
    """One group: how many promises of how many were kept, the share with its interval, and its target; None unknown."""

    title: str
    met: int
    counted: int
    share: float | None
    low: float | None
    high: float | None
    target: float | None

    @property
    def is_few(self) -> bool:
        """Whether there are too few of them for a verdict."""
        return self.counted < FEW

    @property
    def is_under(self) -> bool:
        """Whether it lies under its target, as far as that can be said."""
        known = self.share is not None and self.target is not None and not self.is_few
        return known and (self.share or 0.0) < (self.target or 0.0)


class Attainment:
    """Promises kept, as dots beside their targets."""

    kind = "attainment"
    measures = ("track", "metric", "brand", "owner", "platform")
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The shares of each group."""
        if not is_promised(scope.site):
            return {}
        more: dict[str, object] = {"group_by": _group(panel), "brands": list(panel.brands), "now": scope.now}
        return {"groups": Ask("sla_attainment", {**window_of(panel, scope), **more})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The dots, or a sentence when there is nothing to be kept."""
        length = words.span(panel.window)
        if sentence := silence(scope):
            return _drawn(name, "", calm(sentence))
        table = tables["groups"]
        rows = _rows(table, panel, scope.site)
        if not any(row.counted for row in rows):
            return _drawn(name, f"due in {length}", calm(f"no promise was due in the last {length}"))
        left = len(table) - len(rows)
        return _drawn(name, _sub(rows, length, left), _figure(rows))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _drawn(name: str, sub: str, figure: Figure) -> Drawn:
    return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})


def _group(panel: Panel) -> str:
    return panel.measure or "track"


def _sub(rows: list[_Row], length: str, left: int) -> str:
    legend = "● kept · line: 95 % interval" + (" · ┃ target" if any(row.target is not None for row in rows) else "")
    more = f" · {words.plural(left, 'smaller group')} not shown" if left else ""
    return f"due in {length} · {legend}{more}"


def _rows(table: pd.DataFrame, panel: Panel, site: Site) -> list[_Row]:
    """The largest groups: tracks in the order of the site file, others by how many promises they had."""
    found = [_row(one, _group(panel)) for one in _records(table)]
    kept = sorted(found, key=lambda row: (-row.counted, row.title))[:_MOST]
    order = [words.clean(track) for track in site.track] if _group(panel) == "track" else []
    return sorted(kept, key=lambda row: (order.index(row.title) if row.title in order else len(order), -row.counted))


def _records(table: pd.DataFrame) -> Iterable[Any]:
    return table.itertuples()


def _row(row: Any, group: str) -> _Row:
    met, breached = (int(words.known(count) or 0) for count in (row.met_count, row.breached_count))
    shares = (row.attainment_share, row.wilson_low_share, row.wilson_high_share, row.target_share)
    return _Row(group_title(group, row.group_name), met, met + breached, *(words.known(share) for share in shares))


def _figure(rows: list[_Row]) -> Figure:
    middle, half = (len(rows) - 1) / 2, max(len(rows), _LEAST) / 2
    return {
        "data": [_intervals(rows), _targets(rows), _dots(rows)],
        "layout": {
            "margin": {"l": 150, "r": _ENDS[-1] + 4, "t": 26, "b": 30},
            "xaxis": {"range": [0, 1], "tickvals": list(_MARKS), "ticktext": list(_MARKS.values())},
            "yaxis": {
                "range": [middle + half, middle - half],
                "tickvals": list(range(len(rows))),
                "ticktext": [words.markup(row.title, _NAME) for row in rows],
                "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
                **BESIDE,
                "showgrid": False,
            },
            "annotations": [*_heads(), *_numbers(rows)],
        },
    }


def _intervals(rows: list[_Row]) -> dict[str, Any]:
    known = [(place, row) for place, row in enumerate(rows) if row.low is not None and row.high is not None]
    x = [value for _, row in known for value in (_at(row.low), _at(row.high), None)]
    y = [value for place, _ in known for value in (place, place, None)]
    line = {"type": "scatter", "mode": "lines", "name": "95 % interval", "x": x, "y": y, "cliponaxis": False}
    return {**line, "line": {"color": look.TEXT_QUIET, "width": 4}}


def _targets(rows: list[_Row]) -> dict[str, Any]:
    known = [(place, row.target) for place, row in enumerate(rows) if row.target is not None]
    marker = {"symbol": "line-ns", "size": 20, "line": {"color": look.TEXT, "width": 3}}
    return _marks("target", [target for _, target in known], [place for place, _ in known], marker)


def _dots(rows: list[_Row]) -> dict[str, Any]:
    known = [(place, row) for place, row in enumerate(rows) if row.share is not None]
    marker = {"size": 17, "color": [_colour(row) for _, row in known], "line": {"color": look.CARD_LOW, "width": 2}}
    return _marks("kept", [row.share for _, row in known], [place for place, _ in known], marker)


def _marks(name: str, x: list[float | None], y: list[int], marker: dict[str, Any]) -> dict[str, Any]:
    plain = {"type": "scatter", "mode": "markers", "name": name, "cliponaxis": False}
    return {**plain, "x": [_at(value) for value in x], "y": y, "marker": marker}


def _at(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _colour(row: _Row) -> str:
    return look.TEXT_SOFT if row.is_few else look.BAD if row.is_under else look.INFO


def _heads() -> list[dict[str, Any]]:
    where = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom"}
    font = {"size": look.SIZE_AXIS, "color": look.TEXT_QUIET}
    heads = zip(("kept", "of due"), _ENDS, strict=True)
    return [note(head, 1, 1, **where, xshift=end, font=font) for head, end in heads]


def _numbers(rows: list[_Row]) -> list[dict[str, Any]]:
    where = {"xref": "paper", "xanchor": "right"}
    notes = []
    for place, row in enumerate(rows):
        strong = {"size": look.SIZE_STRONG, "color": look.BAD if row.is_under else look.TEXT}
        soft = {"size": look.SIZE_LABEL, "color": look.TEXT_SOFT}
        sign = "▼ " if row.is_under else ""
        notes.append(note(f"<b>{sign}{told_percent(row.share)}</b>", 1, place, **where, xshift=_ENDS[0], font=strong))
        notes.append(note(_counts(row), 1, place, **where, xshift=_ENDS[1], font=soft))
    return notes


def _counts(row: _Row) -> str:
    """How many of how many, as far as there is room for both."""
    few = "few: " if row.is_few and row.counted else ""
    both = f"{few}{row.met:,} of {row.counted:,}"
    return both if row.counted < _CROWD else words.short(row.counted)
