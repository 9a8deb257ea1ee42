"""ageing: how much of its target every running clock has used, in five bands, with those nobody owns and the oldest.

`measure` names the group: all (default), track, owner, platform or metric. All together are five columns; groups are
a bar each, cut into the bands. What is over 100 % has broken its promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.promised import calm, group_title, is_promised, silence
from layouts.panels.quiet import note

_MOST, _LEAST = 5, 3
_NAME = 15
_ENDS = (62, 148)  # where "nobody's" and the oldest end, in pixels right of the picture
_ROOM = 0.075  # of the longest bar: a narrower piece has no room for its count
_INK = "#0A0F1E"


@dataclass(frozen=True)
class _Band:
    """A band as the question calls it, as an axis and a legend do, and its colours: of the piece, and of its count."""

    key: str
    mark: str
    fill: str
    ink: str


_BANDS = (
    _Band("under 50", "<50", "#3B4C86", look.TEXT),
    _Band("50 to 75", "50–75", "#5A7FD0", look.TEXT),
    _Band("75 to 100", "75–100", look.WARN, _INK),
    _Band("100 to 200", "100–200", look.BAD, _INK),
    _Band("over 200", ">200", "#C9531F", look.TEXT),
)
_PAST = 3  # bands from this one on are past their target


@dataclass(frozen=True)
class _Row:
    """One group: its clocks by band, how many of each nobody owns, and since when the oldest runs, in seconds."""

    title: str
    counts: tuple[int, ...]
    unowned: tuple[int, ...]
    oldest: float | None

    @property
    def total(self) -> int:
        """How many clocks it has."""
        return sum(self.counts)


class Ageing:
    """The backlog by how much of its target it has used."""

    kind = "ageing"
    measures = ("all", "track", "owner", "platform", "metric")
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The bands of each group, now."""
        if not is_promised(scope.site):
            return {}
        params: dict[str, object] = {"group_by": _group(panel), "brands": list(panel.brands), "now": scope.now}
        return {"bands": Ask("backlog_ageing", params)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The columns or bars, or a sentence when no clock runs."""
        if sentence := silence(scope):
            return _drawn(name, "", calm(sentence))
        rows = _rows(tables["bands"], _group(panel), scope)
        total = sum(row.total for row in rows)
        if not total:
            return _drawn(name, "now", calm("no clock runs: nobody is owed an answer"))
        if _group(panel) == "all":
            return _drawn(name, _sub(rows, total, "▨ "), _columns(rows[0]))
        sub = _sub(rows, total)
        shown = rows[:_MOST]
        left = len(rows) - len(shown)
        return _drawn(name, sub + (f" · {left:,} more not shown" if left else ""), _stack(shown))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _drawn(name: str, sub: str, figure: Figure) -> Drawn:
    return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})


def _group(panel: Panel) -> str:
    return panel.measure or "all"


def _sub(rows: Sequence[_Row], total: int, mark: str = "") -> str:
    """How many run, how many of them nobody owns, and how long the oldest has run by the clock on the wall."""
    unowned = sum(sum(row.unowned) for row in rows)
    known = [row.oldest for row in rows if row.oldest is not None]
    said = f"{words.plural(total, 'clock')} · {mark}{unowned:,} nobody owns"
    return f"{said} · oldest {lasted(max(known))}" if known else said


def _rows(table: pd.DataFrame, group: str, scope: Scope) -> list[_Row]:
    """The groups, those with most past their target first."""
    found: dict[str, list[Any]] = {}
    for row in table.itertuples():
        found.setdefault(group_title(group, row.group_name), []).append(row)
    rows = [_row(title, bands, scope) for title, bands in found.items()]
    return sorted(rows, key=lambda row: (-sum(row.counts[_PAST:]), -row.total, row.title))


def _row(title: str, bands: list[Any], scope: Scope) -> _Row:
    def told(column: str) -> tuple[int, ...]:
        by_band = {str(band.band): int(words.known(getattr(band, column)) or 0) for band in bands}
        return tuple(by_band.get(band.key, 0) for band in _BANDS)

    starts = [start for start in (words.aware(band.oldest_started_at) for band in bands) if start]
    oldest = (scope.now - min(starts)).total_seconds() if starts else None
    return _Row(title, told("clocks_count"), told("unowned_count"), oldest)


def _columns(row: _Row) -> Figure:
    """All together: a column for each band; the hatched foot is nobody's."""
    top = max(row.counts)
    return {
        "data": [_pillars("nobody's", row.unowned, is_hatched=True), _pillars("owned", _owned(row))],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 62},
            "barmode": "stack",
            "bargap": 0.3,
            "xaxis": {
                "range": [-0.5, len(_BANDS) - 0.5],
                "tickvals": list(range(len(_BANDS))),
                "ticktext": [band.mark for band in _BANDS],
                "tickfont": {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT},
                "showgrid": False,
            },
            "yaxis": {"range": [0, round(1.3 * top, 2)], "visible": False},
            "shapes": [_limit()],
            "annotations": [*_counts(row), *_foot()],
        },
    }


def _owned(row: _Row) -> tuple[int, ...]:
    return tuple(count - unowned for count, unowned in zip(row.counts, row.unowned, strict=True))


def _pillars(name: str, heights: tuple[int, ...], *, is_hatched: bool = False) -> dict[str, Any]:
    fills = [band.fill for band in _BANDS]
    return {
        "type": "bar",
        "name": name,
        "x": list(range(len(_BANDS))),
        "y": list(heights),
        "marker": {"color": fills, "line": {"width": 0}, **(_hatch(fills) if is_hatched else {})},
    }


def _hatch(fills: list[str]) -> dict[str, Any]:
    """The band's own colour, with dark lines over it."""
    return {"pattern": {"shape": "/", "fgcolor": _INK, "bgcolor": fills, "size": 9, "solidity": 0.34}}


def _counts(row: _Row) -> list[dict[str, Any]]:
    font = {"size": look.SIZE_STRONG, "color": look.TEXT}
    return [
        note(f"<b>{words.short(count)}</b>", place, count, yanchor="bottom", yshift=3, font=font)
        for place, count in enumerate(row.counts)
    ]


def _limit() -> dict[str, Any]:
    """Where the promise breaks."""
    line = {"color": look.TEXT_SOFT, "width": 2, "dash": "4px,4px"}
    edge = _PAST - 0.5
    return {"type": "line", "x0": edge, "x1": edge, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _foot() -> list[dict[str, Any]]:
    """What the marks count, and which of them are broken promises."""
    below = {"yref": "paper", "yanchor": "top", "yshift": -34}
    quiet = {"size": look.SIZE_AXIS, "color": look.TEXT_QUIET}
    return [
        note("% of the target used", (_PAST - 1) / 2, 0, **below, font=quiet),
        note("▲ overdue", (_PAST + len(_BANDS) - 1) / 2, 0, **below, font={**quiet, "color": look.BAD}),
    ]


def _stack(rows: Sequence[_Row]) -> Figure:
    """A bar for each group, cut into its bands."""
    middle, half = (len(rows) - 1) / 2, max(len(rows), _LEAST) / 2
    longest = max(row.total for row in rows)
    return {
        "data": [_pieces(rows, place, longest) for place in range(len(_BANDS))],
        "layout": {
            "margin": {"l": 150, "r": _ENDS[-1] + 4, "t": 56, "b": 0},
            "barmode": "stack",
            "bargap": 0.4,
            "xaxis": {"range": [0, longest], "visible": False},
            "yaxis": {
                "range": [middle + half, middle - half],
                "tickvals": list(range(len(rows))),
                "ticktext": [words.markup(row.title, _NAME) for row in rows],
                "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
                **BESIDE,
                "showgrid": False,
            },
            "annotations": [_legend(), *_heads(), *_ends(rows)],
        },
    }


def _pieces(rows: Sequence[_Row], place: int, longest: int) -> dict[str, Any]:
    band, counts = _BANDS[place], [row.counts[place] for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{band.key} %",
        "y": list(range(len(rows))),
        "x": counts,
        "text": [words.short(count) if count >= _ROOM * longest else "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": look.SIZE_AXIS, "color": band.ink},
        "constraintext": "none",
        "marker": {"color": band.fill, "line": {"color": look.CARD_LOW, "width": 2}},
    }


def _legend() -> dict[str, Any]:
    """The bands in their colours; each has its own words."""
    chips = [f'<span style="color:{band.fill}">■</span> {band.mark.replace("<", "&lt;")}' for band in _BANDS]
    where = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "xshift": -150, "yshift": 28}
    return note("  ".join(chips) + " % used", 0, 1, **where, font={"size": look.SIZE_AXIS, "color": look.TEXT_SOFT})


def _heads() -> list[dict[str, Any]]:
    where = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom"}
    font = {"size": look.SIZE_AXIS, "color": look.TEXT_QUIET}
    heads = zip(("nobody's", "oldest"), _ENDS, strict=True)
    return [note(head, 1, 1, **where, xshift=end, font=font) for head, end in heads]


def _ends(rows: Sequence[_Row]) -> list[dict[str, Any]]:
    where = {"xref": "paper", "xanchor": "right"}
    strong, soft = ({"size": look.SIZE_LABEL, "color": colour} for colour in (look.TEXT, look.TEXT_SOFT))
    notes = []
    for place, row in enumerate(rows):
        notes.append(note(f"<b>{sum(row.unowned):,}</b>", 1, place, **where, xshift=_ENDS[0], font=strong))
        notes.append(note(lasted(row.oldest), 1, place, **where, xshift=_ENDS[1], font=soft))
    return notes
