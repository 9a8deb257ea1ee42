"""What is expected: the day that was and the three days ahead, hour by hour, how sure that is and what is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config.roster import PlannedEvent
from layouts import words
from layouts.desk import times
from layouts.desk.palette import Palette
from layouts.desk.people_words import EVERYBODY, amount, in_words, language_of, note, of_language, quiet, spoken
from layouts.desk.service_tiles import Moment
from layouts.desk.totals import percent
from layouts.desk.trend import FONT
from layouts.panels.axes import round_ticks

BEHIND, AHEAD = timedelta(hours=24), timedelta(hours=72)
_HOUR = timedelta(hours=1)
_CLEAR = "rgba(0,0,0,0)"
_HEADROOM = 0.8


@dataclass(frozen=True)
class Planned:
    """What is planned, aware UTC: so many times the messages, of all languages or some."""

    name: str
    since: datetime
    until: datetime
    factor: float
    languages: tuple[str, ...] = ()

    def touches(self, language: str) -> bool:
        """Whether it moves what comes in a language."""
        return language == EVERYBODY or not self.languages or language in self.languages

    @classmethod
    def of(cls, event: PlannedEvent, zone: ZoneInfo) -> Planned:
        """From the site file, whose zone is `zone`."""
        local = event.zone(zone)
        since, until = (one.replace(tzinfo=local).astimezone(UTC) for one in (event.start, event.end))
        return cls(event.name, since, until, event.factor, tuple(event.languages))


@dataclass(frozen=True)
class Hour:
    """One hour, aware UTC: what came, or what is expected with its tenth and ninetieth percentile."""

    since: datetime
    count: float
    low: float | None = None
    high: float | None = None

    @property
    def until(self) -> datetime:
        """When it is over."""
        return self.since + _HOUR


@dataclass(frozen=True)
class Demand:
    """What came, what is expected, what is planned meanwhile; the last in order of time."""

    came: Sequence[Hour]
    expected: Sequence[Hour]
    planned: Sequence[Planned]


def this_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """When the running hour of a zone began."""
    local = now.astimezone(zone)
    return now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def demand_of(at: Moment, tables: Mapping[str, pd.DataFrame], planned: Sequence[Planned]) -> Demand:
    """From demand_by_slot (`came`) of the last whole hours and demand_forecast (`forecast`), in the chosen language."""
    language, until = language_of(at), this_hour(at.now, at.zone)
    came = tables["came"] if language == EVERYBODY else of_language(tables["came"], language)
    sums = came.groupby("slot_at")["demand_count"].sum()
    found = {words.instant(slot): float(count) for slot, count in sums.items()}
    # an hour of which nothing came back is an hour in which nothing came
    hours = [until - BEHIND + number * _HOUR for number in range(int(BEHIND / _HOUR))]
    behind = [Hour(hour, found.get(hour, 0.0)) for hour in hours] if len(tables["came"]) else []
    rows: Any = of_language(tables["forecast"], language).sort_values("hour_at").itertuples()
    ahead = [_expected(row) for row in rows if words.known(row.demand_count) is not None]
    last = at.now + AHEAD
    meant = [one for one in planned if one.touches(language) and one.since < last and one.until > until - BEHIND]
    return Demand(behind, ahead, sorted(meant, key=lambda one: one.since))


def _expected(row: Any) -> Hour:
    low, high = words.known(row.low_count), words.known(row.high_count)
    return Hour(words.instant(row.hour_at), float(row.demand_count), low, high)


def demand_figure(at: Moment, found: Demand, palette: Palette) -> dict[str, Any]:
    """The figure as a plain dict: bars for what came, a line in its band for what is expected, planned events above."""
    hours = [*found.came, *found.expected]
    top = max([1.0, *(hour.high or hour.count for hour in hours)]) / _HEADROOM
    since, until = (this_hour(at.now, at.zone) + step for step in (-BEHIND, AHEAD))
    data = [_bars(at, found.came, palette), *_band(found.expected, palette), _line(at, found.expected, palette)]
    marks = [_now(at, palette), *(_shade(one, palette, since, until) for one in found.planned)]
    notes = [_note("now", at.now, "left", palette.soft), *(_named(one, palette, since, until) for one in found.planned)]
    return {
        "data": data,
        "layout": {**_layout(since, until, top, palette, at.zone), "shapes": marks, "annotations": notes},
    }


def _bars(at: Moment, came: Sequence[Hour], palette: Palette) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": "came",
        "x": [_iso(hour.since) for hour in came],
        "width": [0.86 * 3_600_000] * len(came),
        "offset": 0,
        "y": [hour.count for hour in came],
        "marker": {"color": palette.mark, "line": {"width": 0}},
        "hovertext": [_told(at, hour, "came") for hour in came],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _band(expected: Sequence[Hour], palette: Palette) -> list[dict[str, Any]]:
    """From the tenth to the ninetieth percentile, where both are known: up along one side, back along the other."""
    sure = [hour for hour in expected if hour.low is not None and hour.high is not None]
    if not sure:
        return []
    steps = [(at, hour.low, hour.high) for hour in sure for at in (hour.since, hour.until)]
    x = [_iso(at) for at, _, _ in steps]
    shape = {"fill": "toself", "fillcolor": _faint(palette.accent), "line": {"width": 0}, "hoverinfo": "skip"}
    ends = {"x": x + x[::-1], "y": [high for _, _, high in steps] + [low for _, low, _ in steps][::-1]}
    return [{"type": "scatter", "mode": "lines", "name": "p10 to p90", **ends, **shape}]


def _line(at: Moment, expected: Sequence[Hour], palette: Palette) -> dict[str, Any]:
    """A step for each hour. It is pointed at in its middle."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "expected",
        "x": [_iso(hour.since + _HOUR / 2) for hour in expected],
        "y": [hour.count for hour in expected],
        "line": {"color": palette.accent, "width": 2, "shape": "hvh"},
        "hovertext": [_told(at, hour, "expected") for hour in expected],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _midnights(since: datetime, until: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """A mark at each midnight of the zone, which says what day begins there."""
    first = since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [first + timedelta(days=number) for number in range(1, 6)]
    shown = [day for day in days if since < day.astimezone(UTC) < until]
    texts = [f"{day:%a} {day.day}" for day in shown]
    return {"tickvals": [_iso(day.astimezone(UTC)) for day in shown], "ticktext": texts, "tickangle": 0}


def _told(at: Moment, hour: Hour, verb: str) -> str:
    return (
        f"<b>{amount(hour.count)} {verb}</b>{_sure(hour)}<br>{times.between(hour.since, hour.until, at.zone, at.now)}"
    )


def _now(at: Moment, palette: Palette) -> dict[str, Any]:
    line = {"color": palette.soft, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": _iso(at.now), "x1": _iso(at.now), "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _shade(one: Planned, palette: Palette, since: datetime, until: datetime) -> dict[str, Any]:
    ends = {"x0": _iso(max(one.since, since)), "x1": _iso(min(one.until, until)), "y0": 0, "y1": 1}
    return {
        "type": "rect",
        "yref": "paper",
        **ends,
        "fillcolor": _faint(palette.careful),
        "line": {"width": 0},
        "layer": "below",
    }


def _named(one: Planned, palette: Palette, since: datetime, until: datetime) -> dict[str, Any]:
    text = f"{words.markup(one.name, 32)} ×{amount(one.factor)}"
    left, right = max(one.since, since), min(one.until, until)
    is_late = left > since + (until - since) * 0.7
    return _note(text, right if is_late else left, "right" if is_late else "left", palette.careful, line=1)


def _note(text: str, when: datetime, anchor: str, colour: str, line: int = 0) -> dict[str, Any]:
    font = {"size": 12, "color": colour, "family": FONT}
    place = {"x": _iso(when), "yref": "paper", "y": 1, "yshift": -16 * line, "xshift": 4 if anchor == "left" else -4}
    return {"text": text, **place, "xanchor": anchor, "yanchor": "top", "showarrow": False, "font": font}


def _layout(since: datetime, until: datetime, top: float, palette: Palette, zone: ZoneInfo) -> dict[str, Any]:
    font = {"family": FONT, "size": 13, "color": palette.quiet}
    plain = {"fixedrange": True, "zeroline": False, "showline": False, "ticks": "", "title": {"text": ""}}
    first, last = since.replace(tzinfo=None), until.replace(tzinfo=None)
    ticks = round_ticks(top)
    return {
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "font": font,
        "margin": {"l": 16 + 8 * max(len(mark) for mark in ticks["ticktext"]), "r": 8, "t": 4, "b": 28},
        "hoverlabel": {"bgcolor": palette.card, "bordercolor": palette.line, "font": {**font, "color": palette.ink}},
        "xaxis": {
            "type": "date",
            "range": [first.isoformat(), last.isoformat()],
            "gridcolor": palette.line,
            **plain,
            **_midnights(since, until, zone),
        },
        "yaxis": {"range": [0, round(top, 2)], "gridcolor": palette.line, **plain, **ticks},
    }


def demand_words(at: Moment, found: Demand, forecast: pd.DataFrame) -> Component:
    """What the figure says in words, how good such forecasts were last week, and every hour as a row."""
    who = "" if language_of(at) == EVERYBODY else f" in {spoken(language_of(at))}"
    if not found.expected:
        why = quiet(f"What will come{who} is not known: too little lies behind us, or nothing has come yet.")
        return html.Div([why, *_listed(at, found)])
    mine = of_language(forecast, language_of(at)).iloc[0]
    came = (
        f"{sum(hour.count for hour in found.came):,.0f} came in the last 24 h"
        if found.came
        else "What came is not known"
    )
    soon = sum(hour.count for hour in found.expected[:24])
    said = f"{came}, {amount(soon)} expected in the next 24{who}: messages that need an answer."
    return html.Div([html.P(said), *_plans(at, found.planned), note(_tested(mine)), *_listed(at, found)])


def _plans(at: Moment, planned: Sequence[Planned]) -> list[Component]:
    return [html.P([html.Bdi(words.clean(one.name, 60)), _planned(at, one)]) for one in planned]


def _planned(at: Moment, one: Planned) -> str:
    when = times.between(one.since, one.until, at.zone, at.now)
    return f" is planned {when}: {amount(one.factor)} times as much."


def _tested(row: Any) -> str:
    """How far last week's forecasts were off, beside the plainest there is."""
    band = "The band is where 8 of 10 hours should fall (p10 to p90)."
    off, naive, trials = (words.known(row[name]) for name in ("wape_share", "naive_wape_share", "trials_count"))
    if off is None or not trials:
        return f"Nobody has tested this yet: too little lies behind us. {band}"
    better = "" if naive is None else f"; the same hour of the week before was off by {percent(naive)}"
    return (
        f"Last week's forecasts a day ahead were off by {percent(off)} of what came (WAPE){better}, over "
        f"{trials:,.0f} hours. {band}"
    )


def _listed(at: Moment, found: Demand) -> list[Component]:
    told = [_line_of(at, hour, "came") for hour in found.came] + [
        _line_of(at, hour, "expected") for hour in found.expected
    ]
    return [in_words("Hour by hour, in words", "Messages hour by hour", told)] if told else []


def _line_of(at: Moment, hour: Hour, verb: str) -> str:
    when = times.between(hour.since, hour.until, at.zone, at.now)
    return f"{when}: {amount(hour.count)} {verb}{_sure(hour)}"


def _sure(hour: Hour) -> str:
    return "" if hour.low is None else f", 8 of 10 between {amount(hour.low)} and {amount(hour.high)}"


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()
