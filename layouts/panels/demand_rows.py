"""What the hours ask for, under the strip of hours: messages expected, and heads needed beside heads at work.

Both rows share the strip's hours. A row of which nothing is known says why, so that it never reads as nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from config import Site
from layouts import look, words
from layouts.panels.axes import BESIDE, round_ticks
from layouts.panels.quiet import note

STRIP = (0.52, 1.0)
"""Which part of the picture is left for the strip above."""
_LEGEND, _MESSAGES, _HEADS = 0.445, (0.265, 0.43), (0.0, 0.205)
_NAMES = ("Messages", "Heads")
_INK = "#0A0F1E"
_BAND = "rgba(90, 180, 240, .28)"
_ROOM = 1.08  # above the highest mark of a row
_WORDY = 0.72  # how high a bar with a word over it may stand
# fill, and what is hatched over it: colour is never alone
_STATES = {
    "gap": (look.BAD, "x"),
    "thin": (look.WARN, "/"),
    "surplus": ("#4C63B8", "."),
    "covered": ("#2B7F7A", ""),
    "": (look.OTHER, ""),
}
_WORDS = ("gap", "thin")  # as long as an hour is wide on an upright wall, too


@dataclass(frozen=True)
class Hour:
    """What one hour asks for, of all sites; None is not known. `state` is "" where that is not."""

    heads: float | None = None
    staffed: float | None = None
    demand: float | None = None
    low: float | None = None
    high: float | None = None
    needed: float | None = None
    state: str = ""


def hour_of(row: Any) -> Hour:
    """A row of coverage_slots with site all and language all."""
    return Hour(
        words.known(row.heads_count),
        words.known(row.staffed_agents),
        words.known(row.demand_count),
        words.known(row.low_count),
        words.known(row.high_count),
        words.known(row.required_agents),
        "" if pd.isna(row.state) else words.clean(row.state),
    )


def demand_rows(hours: Sequence[Hour], site: Site) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The traces of both rows, and the axes and annotations they add to the strip's layout."""
    whys = _why_messages(hours), _why_heads(hours, site)
    silent = [(name, why, rows) for name, why, rows in zip(_NAMES, whys, (_MESSAGES, _HEADS), strict=True) if why]
    traces = [*([] if whys[0] else _messages(hours)), *([] if whys[1] else _heads(hours))]
    messages, heads = _top(value for hour in hours for value in (hour.demand, hour.high)), _tallest(hours)
    layout = {
        "yaxis2": _axis(_MESSAGES, _NAMES[0], messages, is_known=not whys[0]),
        "yaxis3": _axis(_HEADS, _NAMES[1], heads, is_known=not whys[1]),
        "barmode": "overlay",
        "bargap": 0.24,
        "annotations": [
            _legend(),
            *([] if whys[1] else _said(hours)),
            *(mark for name, why, rows in silent for mark in _silent(name, why, rows)),
        ],
    }
    return traces, layout


def _why_messages(hours: Sequence[Hour]) -> str:
    """Why nothing is said of messages; "" when it is."""
    if any(hour.demand is not None for hour in hours):
        return ""
    return "how many to expect is not known: no messages yet"


def _why_heads(hours: Sequence[Hour], site: Site) -> str:
    """Why nothing is said of the heads needed; "" when it is."""
    if any(hour.needed is not None for hour in hours):
        return ""
    if site.staffing is None or site.staffing.handling is None:
        return "how many are needed is not known: no [staffing] handling in the site file"
    if _why_messages(hours):
        return "how many are needed is not known: no messages yet"
    return "how many are needed is not known of these hours"


def _top(values: Iterable[float | None]) -> float:
    return max([value for value in values if value is not None] + [1.0])


def _tallest(hours: Sequence[Hour]) -> float:
    """How high the row of heads reaches, with room for the words in it."""
    worded = _top(max(hour.needed or 0.0, hour.staffed or 0.0) for hour in hours if hour.state in _WORDS)
    return max(_top(value for hour in hours for value in (hour.needed, hour.staffed)), worded / _WORDY / _ROOM)


def _messages(hours: Sequence[Hour]) -> list[dict[str, Any]]:
    """The line, over the band from the 10th to the 90th percentile."""
    flat = {"mode": "lines", "line": {"width": 0}, "yaxis": "y2"}
    line = {"color": look.INFO, "width": 3}
    return [
        _line("low", [hour.low for hour in hours], **flat),
        _line("high", [hour.high for hour in hours], **flat, fill="tonexty", fillcolor=_BAND),
        _line("expected", [hour.demand for hour in hours], mode="lines", line=line, yaxis="y2"),
    ]


def _line(name: str, values: Sequence[float | None], **more: Any) -> dict[str, Any]:
    told = [None if value is None else round(value, 2) for value in values]
    return {"type": "scatter", "name": name, "x": list(range(len(told))), "y": told, **more}


def _heads(hours: Sequence[Hour]) -> list[dict[str, Any]]:
    """A bar of what is needed, by state, and a step of who is at work."""
    bars = [_bars(state, hours) for state in _STATES if any(_is(hour, state) for hour in hours)]
    x = [edge for place in range(len(hours)) for edge in (place - 0.5, place + 0.5)]
    y = [None if hour.staffed is None else round(hour.staffed, 2) for hour in hours for _ in range(2)]
    step = {"type": "scatter", "mode": "lines", "name": "at work", "x": x, "y": y, "yaxis": "y3"}
    return [*bars, {**step, "line": {"color": look.TEXT, "width": 3}}]


def _is(hour: Hour, state: str) -> bool:
    return hour.needed is not None and (hour.state if hour.state in _STATES else "") == state


def _bars(state: str, hours: Sequence[Hour]) -> dict[str, Any]:
    fill, hatch = _STATES[state]
    pattern = {"shape": hatch, "fgcolor": _INK, "bgcolor": fill, "size": 9, "solidity": 0.3}
    return {
        "type": "bar",
        "name": f"needed, {state or 'unknown'}",
        "x": list(range(len(hours))),
        "y": [round(hour.needed or 0.0, 2) if _is(hour, state) else None for hour in hours],
        "yaxis": "y3",
        "marker": {"color": fill, "line": {"width": 0}, **({"pattern": pattern} if hatch else {})},
    }


def _said(hours: Sequence[Hour]) -> list[dict[str, Any]]:
    """The word over a bar that is not enough."""
    marks = []
    for place, hour in enumerate(hours):
        if hour.needed is not None and hour.state in _WORDS:
            height = max(hour.needed, hour.staffed or 0.0)
            font = {"size": look.SIZE_AXIS, "color": _STATES[hour.state][0]}
            marks.append(note(f"<b>{hour.state}</b>", place, height, yref="y3", yanchor="bottom", yshift=1, font=font))
    return marks


def _axis(domain: tuple[float, float], name: str, top: float, *, is_known: bool) -> dict[str, Any]:
    """An axis from zero, with its row's name in its middle and its highest mark above that."""
    mark = round_ticks(top)["tickvals"][-1] if is_known else 0
    marks, texts = ([0, mark], ["0", words.short(mark)]) if mark else ([], [])
    return {
        "domain": list(domain),
        "range": [0, round(_ROOM * top, 3)],
        "tickvals": [_ROOM * top / 2, *marks],
        "ticktext": [f"<b>{name}</b>{'&nbsp;' * 8}", *texts],
        "tickfont": {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT},
        "showgrid": False,
        "zeroline": False,
        **BESIDE,
    }


def _legend() -> dict[str, Any]:
    """What the marks are, in their colours and in words."""
    marks = [(look.INFO, "━", "messages an hour, band: 4 of 5 forecasts"), (look.TEXT, "━", "heads at work")]
    marks += [
        (_STATES[state][0], sign, word)
        for state, sign, word in (
            ("covered", "■", "needed"),
            ("thin", "▨", "too few"),
            ("gap", "▩", "nobody"),
            ("surplus", "▤", "many more"),
        )
    ]
    said = "   ".join(f'<span style="color:{colour}">{mark}</span> {word}' for colour, mark, word in marks)
    where = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return note(said, 0, _LEGEND, **where, font={"size": look.SIZE_AXIS, "color": look.TEXT_SOFT})


def _silent(name: str, why: str, rows: tuple[float, float]) -> list[dict[str, Any]]:
    """Why a row is empty, in its middle; an axis that nothing is drawn on does not tell its name."""
    where = {"xref": "paper", "yref": "paper", "yanchor": "middle"}
    said = {"size": look.SIZE_LABEL, "color": look.TEXT_SOFT}
    named = {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT}
    return [
        note(words.markup(why), 0.5, sum(rows) / 2, **where, xanchor="center", font=said),
        note(f"<b>{name}</b>", 0, sum(rows) / 2, **where, xanchor="right", xshift=-47, font=named),
    ]
