"""forecast: how many promises will break in each of the next four hours, beside what falls due and what can be done.

Each hour has a column of what falls due (what runs already, and what is still to come), a line where the capacity of
those on shift lies, and a column of the breaches to be expected, with the band that held four of five past forecasts.
The forecast says how far off it has been. A `threshold` that is a number marks the sentence over it when so many
breaches, or more, are expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.axes import round_ticks
from layouts.panels.card import card, graph, value
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part
from layouts.panels.promised import calm, is_promised, silence
from layouts.panels.quiet import note
from layouts.panels.roster import NO_ROSTER

_HOURS = 4
_ASIDE = 0.2  # how far from an hour's middle its two columns stand
_HIGH, _EDGE = 1.24, 1.17  # of the highest: where the picture ends, and just before that
_TALL = 2.5  # a capacity so many times over everything else would only make the picture flat
_WIDE = 12  # letters that fit under an hour
_DUE = "#4C63B8"


@dataclass(frozen=True)
class _Hour:
    """One hour to come. What is not known is None; `due` holds what is still to come, too."""

    since: datetime | None
    until: datetime | None
    due: float | None
    agents: float | None
    capacity: float | None
    breached: float | None
    low: float | None
    high: float | None
    error: float | None
    trials: int


class Forecast:
    """Breaches to come."""

    kind = "forecast"
    measures = ()
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The next hours."""
        if not is_promised(scope.site):
            return {}
        return {"hours": Ask("breach_forecast", {"now": scope.now, "brands": list(panel.brands)})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The columns under a sentence, or why there is no forecast."""
        if sentence := silence(scope):
            return _drawn(name, "", "", "none", calm(sentence))
        hours = _hours(tables["hours"])
        if why := _silence(hours, scope):
            return _drawn(name, f"the next {_HOURS} hours", "", "none", calm(why))
        headline, state = _headline(hours, panel)
        return _drawn(name, _sub(hours), headline, state, _figure(hours, scope))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: the sentence over the columns."""
        said = html.Div(value(name, "said", "headline-words"), id=part(name, "headline"), className="headline")
        return card(name, panel, html.Div([said, html.Div(graph(name), className="under")], className="headed"))


def _drawn(name: str, sub: str, headline: str, state: str, figure: Figure) -> Drawn:
    return Drawn(
        values={part(name, "sub"): sub, part(name, "said"): headline},
        states={part(name, "headline"): state},
        figures={part(name, "figure"): figure},
    )


def _hours(table: pd.DataFrame) -> list[_Hour]:
    found = table.sort_values("hour").head(_HOURS)
    return [_hour(row) for row in found.itertuples()]


def _hour(row: Any) -> _Hour:
    due, arrivals = words.known(row.due_count), words.known(row.arrivals_count)
    return _Hour(
        words.aware(row.since_at),
        words.aware(row.until_at),
        None if due is None else due + (arrivals or 0.0),
        words.known(row.staffed_agents),
        words.known(row.capacity_count),
        words.known(row.breached_count),
        words.known(row.low_count),
        words.known(row.high_count),
        words.known(row.error_count),
        int(words.known(row.trials_count) or 0),
    )


def _silence(hours: Sequence[_Hour], scope: Scope) -> str:
    """Why there is no forecast; "" when there is one."""
    if any(hour.breached is not None for hour in hours):
        return ""
    if not scope.site.has_roster:
        return f"no forecast: {NO_ROSTER}"
    if not hours:
        return "no forecast yet: no promise has been made so far"
    if all(hour.agents is None for hour in hours):
        return "no forecast: the roster does not say who will be there"
    return "no forecast yet: too little was answered to know how much a head can do"


def _headline(hours: Sequence[_Hour], panel: Panel) -> tuple[str, str]:
    total = sum(hour.breached or 0.0 for hour in hours)
    whole = round(total)
    if not whole:
        return f"No breach expected in {_HOURS} h", "ok"
    is_bad = isinstance(panel.threshold, float) and total >= panel.threshold
    return f"About {words.plural(whole, 'breach', 'breaches')} in {_HOURS} h", "bad" if is_bad else "warn"


def _sub(hours: Sequence[_Hour]) -> str:
    """How far off it has been, which is what it is worth, and how the picture is read."""
    errors = [hour.error for hour in hours if hour.error is not None]
    trials = max((hour.trials for hour in hours), default=0)
    if errors and trials:
        said = f"was off by {sum(errors) / len(errors):.1f} an hour over {words.plural(trials, 'trial')}"
    else:
        said = "not tried on the past yet"
    return f"{said} · line: 4 of 5 forecasts"


def _figure(hours: Sequence[_Hour], scope: Scope) -> Figure:
    top = _top(hours)
    return {
        "data": [
            _columns("due", -_ASIDE, [hour.due for hour in hours], _DUE),
            _columns("breaches", _ASIDE, [hour.breached for hour in hours], look.WARN),
            _bands(hours),
            *_capacity(hours, top),
        ],
        "layout": {
            "margin": {"l": 40, "r": 0, "t": 32, "b": 54},
            "barmode": "overlay",
            "bargap": 0.68,
            "xaxis": {"range": [-0.5, _HOURS - 0.5], "showgrid": False, **_names(hours, scope)},
            "yaxis": {"range": [0, round(_HIGH * top, 3)], **round_ticks(_HIGH * top)},
            "annotations": [_legend(), *(one for place, hour in enumerate(hours) for one in _numbers(place, hour))],
        },
    }


def _top(hours: Sequence[_Hour]) -> float:
    """The highest of what is drawn."""
    drawn = max([value or 0.0 for hour in hours for value in (hour.due, hour.breached, hour.high)] + [1.0])
    lines = [hour.capacity for hour in hours if hour.capacity is not None and hour.capacity <= _TALL * drawn]
    return max([drawn, *lines])


def _columns(name: str, aside: float, heights: list[float | None], fill: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": [round(place + aside, 2) for place in range(len(heights))],
        "y": [None if height is None else round(height, 2) for height in heights],
        "marker": {"color": fill, "line": {"width": 0}},
    }


def _bands(hours: Sequence[_Hour]) -> dict[str, Any]:
    """From low to high, over the column of breaches."""
    known = [(place, hour) for place, hour in enumerate(hours) if hour.low is not None and hour.high is not None]
    x = [value for place, _ in known for value in (place + _ASIDE, place + _ASIDE, None)]
    y = [value for _, hour in known for value in (round(hour.low or 0, 2), round(hour.high or 0, 2), None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "band",
        "x": x,
        "y": y,
        "line": {"color": look.TEXT, "width": 3},
        "cliponaxis": False,
    }


def _capacity(hours: Sequence[_Hour], top: float) -> list[dict[str, Any]]:
    """A line where the capacity of each hour lies, and an arrow at the edge where that is out of the picture."""
    known = [(place - _ASIDE, hour.capacity) for place, hour in enumerate(hours) if hour.capacity is not None]
    lines = [(x, capacity) for x, capacity in known if capacity <= top]
    beyond = [(x, _EDGE * top) for x, capacity in known if capacity > top]
    line = {"symbol": "line-ew", "size": 34, "line": {"color": look.TEXT, "width": 4}}
    arrow = {"symbol": "triangle-up", "size": 12, "color": look.TEXT, "line": {"width": 0}}
    return [_marks("can be answered", lines, line), _marks("can be answered, and more", beyond, arrow)]


def _marks(name: str, points: list[tuple[float, float]], marker: dict[str, Any]) -> dict[str, Any]:
    x, y = ([round(point[axis], 2) for point in points] for axis in (0, 1))
    return {"type": "scatter", "mode": "markers", "name": name, "x": x, "y": y, "marker": marker, "cliponaxis": False}


def _names(hours: Sequence[_Hour], scope: Scope) -> dict[str, Any]:
    """Each hour in local time, and under it who is there and what they can do."""
    texts = []
    for hour in hours:
        span = f"{words.clock(hour.since, scope.zone)}–{words.clock(hour.until, scope.zone)}"
        heads = f"{_number(hour.agents)} on"
        can = f"can {_number(hour.capacity)}"
        texts.append(f"{span}<br>{heads}, {can}" if len(heads + can) <= _WIDE else f"{span}<br>{can}")
    font = {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT}
    return {"tickvals": list(range(len(hours))), "ticktext": texts, "tickangle": 0, "tickfont": font}


def _legend() -> dict[str, Any]:
    """What the marks are, in their colours and in words."""
    marks = ((_DUE, "■", "due"), (look.TEXT, "━", "can be answered"), (look.WARN, "■", "expected to break"))
    said = "   ".join(f'<span style="color:{colour}">{mark}</span> {word}' for colour, mark, word in marks)
    where = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "xshift": -40, "yshift": 8}
    return note(said, 0, 1, **where, font={"size": look.SIZE_AXIS, "color": look.TEXT_SOFT})


def _numbers(place: int, hour: _Hour) -> list[dict[str, Any]]:
    above = {"yanchor": "bottom", "yshift": 3}
    soft = {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT}
    strong = {"size": look.SIZE_LABEL, "color": look.WARN}
    high = max(hour.breached or 0.0, hour.high or 0.0)
    return [
        note(_number(hour.due), place - _ASIDE, hour.due or 0.0, **above, font=soft),
        note(f"<b>{_broken(hour.breached)}</b>", place + _ASIDE, high, **above, font=strong),
    ]


def _number(number: float | None) -> str:
    """A whole number; what is less than a half is not nothing."""
    if number is None:
        return words.UNKNOWN
    return "<1" if 0 < number < 0.5 else words.short(round(number))


def _broken(number: float | None) -> str:
    if number is None or number == 0 or number >= 10:
        return _number(number)
    return f"{number:.1f}" if number >= 0.05 else "<0.1"
