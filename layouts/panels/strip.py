"""The strip of hours: a row per site, and above them one for all sites together that says where nobody is.

Below it stands what those hours ask for: layouts/panels/demand_rows.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from layouts import look, words
from layouts.panels.axes import BESIDE
from layouts.panels.demand_rows import STRIP, Hour, demand_rows, hour_of
from layouts.panels.kind import Figure, Scope
from layouts.panels.quiet import quiet_figure
from layouts.panels.roster import EVERYBODY

HOURS = 24
_ALL, _FIRST = 0.0, 1.25  # where the row of all and the first site's row stand
_LEAST_ROWS = 4
_NAME = 17
_INK = "#0A0F1E"
# from empty over few to many heads: light enough to be seen, dark enough for white digits
_HEADS = [[0, "#131B31"], [0.001, "#26345F"], [1, "#4C63B8"]]
_STATES = (("nobody", look.BAD, _INK), ("thin", look.WARN, _INK), ("covered", "#1C4F52", look.TEXT))


@dataclass(frozen=True)
class Strip:
    """What is drawn: coverage_slots of everybody by hour from `first` (aware), the sites, and how few heads are thin.

    `thin` is only asked where it is not known how many are needed.
    """

    slots: pd.DataFrame
    first: datetime
    sites: list[str]
    thin: int


def strip_figure(strip: Strip, scope: Scope) -> Figure:
    """The figure; a sentence where the roster has nothing to say yet."""
    rows = {(str(row.site), row.slot_at): row for row in strip.slots.itertuples()}
    begin = pd.Timestamp(strip.first.astimezone(UTC).replace(tzinfo=None))
    hours = [begin + timedelta(hours=n) for n in range(HOURS)]
    whole = [hour_of(rows[EVERYBODY, hour]) if (EVERYBODY, hour) in rows else Hour() for hour in hours]
    if all(hour.heads is None for hour in whole):
        return quiet_figure("the roster holds no shift yet")
    heads = {place: words.known(row.heads_count) for place, row in rows.items()}
    table = [[heads.get((site, hour)) for hour in hours] for site in strip.sites]
    traces, demand = demand_rows(whole, scope.site)
    names = {"domain": list(STRIP), "showgrid": False, **_names(strip.sites)}
    return {
        "data": [_sites(table), *_all(whole, strip.thin), *traces],
        "layout": {
            "margin": {"l": 184, "r": 4, "t": 52, "b": 12},
            "xaxis": {
                "range": [-0.53, HOURS - 0.47],
                "side": "top",
                "showgrid": False,
                "anchor": "y",
                **_hours(strip.first, scope),
            },
            "yaxis": {"range": [_last(table) + 0.54, _ALL - 0.54], **names},
            "shapes": [_now(_FIRST + len(table) - 0.5)],
            **demand,
        },
    }


def _last(table: list[Any]) -> float:
    """Where the last row stands; few rows are not stretched over the whole card."""
    return _FIRST + max(len(table), _LEAST_ROWS) - 1


def _sites(table: list[list[float | None]]) -> dict[str, Any]:
    return {
        **_cells("heads", table, [_FIRST + place for place in range(len(table))]),
        "text": [["" if not count else f"{count:,.0f}" for count in row] for row in table],
        "textfont": {"size": look.SIZE_STRONG, "color": look.TEXT},
        "colorscale": _HEADS,
        "zmin": 0,
        "zmax": max([count for row in table for count in row if count] or [1]),
    }


def _all(hours: list[Hour], thin: int) -> list[dict[str, Any]]:
    """The row of all: one trace per state, since each has letters of its own colour."""
    traces = []
    for name, fill, ink in _STATES:
        mine = [hour.heads if hour.heads is not None and _state(hour, thin) == name else None for hour in hours]
        if any(count is not None for count in mine):
            word = "nobody" if name == "nobody" else ""
            text = ["" if count is None else word or _said(count, name) for count in mine]
            traces.append(
                {
                    **_cells(name, [[None if count is None else 1 for count in mine]], [_ALL]),
                    "text": [text],
                    "textfont": {"size": look.SIZE_STRONG if name == "covered" else look.SIZE_AXIS, "color": ink},
                    "colorscale": [[0, fill], [1, fill]],
                }
            )
    return traces


def _state(hour: Hour, thin: int) -> str:
    """Nobody is nobody, whatever is asked; thin is what is needed, and a number of heads where that is not known."""
    if not hour.heads:
        return "nobody"
    is_thin = hour.state == "thin" if hour.state else hour.heads <= thin
    return "thin" if is_thin else "covered"


def _said(count: float, state: str) -> str:
    return f"{count:,.0f} thin" if state == "thin" else f"{count:,.0f}"


def _cells(name: str, table: list[list[Any]], y: list[float]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": name,
        "x": list(range(HOURS)),
        "y": y,
        "z": table,
        "texttemplate": "%{text}",
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
    }


def _hours(first: datetime, scope: Scope) -> dict[str, Any]:
    """Each hour's local time; the running one is called now, and a new day has its name."""
    local = [(first + timedelta(hours=n)).astimezone(scope.zone) for n in range(HOURS)]
    texts = ["<b>now</b>"]
    for before, moment in pairwise(local):
        day = f"<b>{moment:%a}</b><br>" if moment.date() != before.date() else ""
        texts.append(f"{day}{moment:%H:%M}")
    font = {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT}
    return {"tickvals": list(range(HOURS)), "ticktext": texts, "tickfont": font}


def _names(sites: list[str]) -> dict[str, Any]:
    return {
        "tickvals": [_ALL, *(_FIRST + place for place in range(len(sites)))],
        "ticktext": ["<b>All sites</b>", *(words.markup(site, _NAME) for site in sites)],
        "tickfont": {"size": look.SIZE_LABEL, "color": look.TEXT},
        **BESIDE,
    }


def _now(bottom: float) -> dict[str, Any]:
    line = {"color": look.TEXT, "width": 3}
    return {"type": "rect", "x0": -0.5, "x1": 0.5, "y0": _ALL - 0.5, "y1": bottom, "line": line}
