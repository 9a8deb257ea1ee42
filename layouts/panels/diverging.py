"""Diverging bars: orange against blue around zero, the net at the edge, few rows with their counts in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.kind import Figure
from layouts.panels.quiet import note

_THIN = 30  # judged mentions; fewer are said to be thin
_LEAST_ROWS = 4
_NAME = 15
_NEGATIVE_WORD, _POSITIVE_WORD = "#F6A56F", "#8CC8F7"


@dataclass(frozen=True)
class Row:
    """One group's judged mentions. The own brand among others stands out."""

    title: str
    negative: int
    neutral: int
    positive: int
    is_own: bool = False

    @property
    def judged(self) -> int:
        """How many mentions the model judged."""
        return self.negative + self.neutral + self.positive


def diverging_figure(rows: list[Row]) -> Figure:
    """Bars from zero on one scale for both sides."""
    left = max(row.negative / row.judged for row in rows)
    right = max(row.positive / row.judged for row in rows)
    room = 0.24 * max(left + right, 0.1)  # for the numbers at the bars' ends
    middle, half = (len(rows) - 1) / 2, max(len(rows), _LEAST_ROWS) / 2
    return {
        "data": [_bars(rows, negative=True), _bars(rows, negative=False)],
        "layout": {
            "margin": {"l": 168, "r": 84, "t": 34, "b": 6},
            "barmode": "overlay",
            "bargap": 0.42,
            "xaxis": {"range": [round(-left - room, 3), round(right + room, 3)], "visible": False},
            "yaxis": {
                "range": [middle + half, middle - half],
                "tickvals": list(range(len(rows))),
                "ticktext": [_name(row) for row in rows],
                "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
                **BESIDE,
                "showgrid": False,
            },
            "shapes": [_zero()],
            "annotations": [*_heads(), *_nets(rows), *(_details(rows) if len(rows) < _LEAST_ROWS else [])],
        },
    }


def _bars(rows: list[Row], negative: bool) -> dict[str, Any]:
    sign, word = (-1, _NEGATIVE_WORD) if negative else (1, _POSITIVE_WORD)
    shares = [(row.negative if negative else row.positive) / row.judged for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": "negative" if negative else "positive",
        "y": list(range(len(rows))),
        "x": [round(sign * share, 4) for share in shares],
        "text": [f"{words.percent(share)}%" for share in shares],
        "textposition": "outside",
        "textfont": {"size": look.SIZE_LABEL, "color": word},
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": look.NEGATIVE if negative else look.POSITIVE, "line": {"width": 0}},
    }


def _name(row: Row) -> str:
    name = words.markup(row.title, _NAME if row.judged >= _THIN else _NAME - 5)
    name = f"<b>{name}</b>" if row.is_own else name
    return name if row.judged >= _THIN else f'{name} <span style="color:{look.TEXT_QUIET}">thin</span>'


def _zero() -> dict[str, Any]:
    line = {"color": look.TEXT_QUIET, "width": 1.5}
    return {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _heads() -> list[dict[str, Any]]:
    top = {"yref": "paper", "yanchor": "bottom"}
    return [
        note("◀ Negative", 0, 1, **top, xanchor="right", xshift=-10, font=_font(_NEGATIVE_WORD)),
        note("Positive ▶", 0, 1, **top, xanchor="left", xshift=10, font=_font(_POSITIVE_WORD)),
        note("Net", 1, 1, **top, xref="paper", xanchor="right", xshift=72, font=_font(look.TEXT_QUIET)),
    ]


def _font(color: str, size: int = look.SIZE_LABEL) -> dict[str, Any]:
    return {"size": size, "color": color}


def _nets(rows: list[Row]) -> list[dict[str, Any]]:
    edge = {"xref": "paper", "xanchor": "right", "xshift": 72}
    return [
        note(
            f"<b>{words.points((row.positive - row.negative) / row.judged)}</b>",
            1,
            i,
            **edge,
            font=_font(look.TEXT if row.judged >= _THIN else look.TEXT_QUIET, look.SIZE_STRONG),
        )
        for i, row in enumerate(rows)
    ]


def _details(rows: list[Row]) -> list[dict[str, Any]]:
    """With room to spare each row says its counts."""
    return [
        note(
            f"{words.short(row.negative)} negative · {words.short(row.neutral)} neutral · "
            f"{words.short(row.positive)} positive",
            0.5,
            i + 0.32,
            xref="paper",
            xanchor="center",
            yanchor="top",
            bgcolor=look.CARD_LOW,
            borderpad=3,
            font=_font(look.TEXT_SOFT, look.SIZE_AXIS),
        )
        for i, row in enumerate(rows)
    ]
