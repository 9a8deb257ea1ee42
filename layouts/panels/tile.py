"""tile: one number of a window, how it moved, and its recent course.

`measure` says which: mentions_count, items_count, unique_texts_count, authors_count, potential_reach_count,
negative_share or net_sentiment. Mentions stand beside what was expected of them at this time, or, as long as that is
not known, beside the window before, as all other counts do. Shares a model judged stand beside the model's
own median of the seven windows before, without a verdict, until people have checked it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import blind, words
from layouts.panels.card import spark, tile_card, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, own_brands, part, window_of
from layouts.panels.sparks import area_path, bar_paths, line_path
from layouts.panels.unseen import unseen
from layouts.panels.usual import expected_total, finest_of

_JUDGED = ("net_sentiment", "negative_share")
_DAY = timedelta(hours=24)
_WINDOWS = 8
_MOST_BARS = 24
_LEAST_JUDGED = 5  # fewer judged mentions are no share
_LEAST_WINDOWS = 3  # fewer are no median
_NOTE = 21  # letters that fit beside the change


class Tile:
    """One number, big."""

    kind = "tile"
    measures = (
        "mentions_count", "items_count", "unique_texts_count", "authors_count", "potential_reach_count",
        "negative_share", "net_sentiment",
    )  # fmt: skip
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The totals, and what the course under the number is drawn from."""
        brands = own_brands(panel, scope.site)
        asks = {"totals": Ask("mention_totals", {**window_of(panel, scope), "brands": brands})}
        if _measure(panel) not in _JUDGED:
            asks["blind"] = blind_of(max(panel.window, _DAY), scope)
        if _measure(panel) == "mentions_count":
            finest: dict[str, object] = {"bucket_minutes": finest_of(panel.window), "now": scope.now}
            asks["expected"] = Ask("volume_expected", {**window_of(panel, scope), **finest, "brands": brands})
        if _measure(panel) in _JUDGED or _in_hours(panel):
            asks["windows"] = Ask("mentions_by_edge", {"edges": _edges(panel, scope), "brands": brands})
        if _in_hours(panel):
            return asks
        if _measure(panel) in (*_JUDGED, "mentions_count"):
            asks["course"] = Ask("mentions_by_bucket", {**_course(panel, scope), "brands": brands})
        else:
            asks |= {f"totals_{back}": _totals_before(panel, scope, back, brands) for back in (2, 4, 6)}
        return asks

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The number, its change and its course."""
        if not scope.has_data:
            return _unknown(name, panel, scope)
        measure, totals = _measure(panel), tables["totals"]
        number, unit = _spoken(measure, _cell(totals, measure))
        change, note = _moved(panel, scope, tables)
        # a share is of what was seen: it asks for no blindness and says nothing of it
        aside = unseen(panel.window, scope, tables, _NOTE) or _aside(panel, scope)
        values = {"value": number, "unit": unit, "change": change, "note": note, "aside": aside}
        return Drawn(
            values={part(name, what): text for what, text in values.items()},
            states={part(name, "card"): _state(panel, _cell(totals, measure))},
            paths={part(name, what): path for what, path in _paths(panel, scope, tables).items()},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The tile before its first number."""
        moved = html.Div(
            [
                value(name, "change", "pill", words.UNKNOWN),
                html.Div([value(name, "note", "note"), value(name, "aside", "note aside")], className="notes"),
            ],
            className="moved",
        )
        course = html.Div([spark(name, what) for what in ("area", "line", "bars", "bar")], className="sparks")
        return tile_card(name, panel, moved, course)


def _unknown(name: str, panel: Panel, scope: Scope) -> Drawn:
    """A tile before any source has brought anything: dashes, not zeros."""
    texts = {"value": words.UNKNOWN, "unit": "", "change": words.UNKNOWN, "note": "no data yet"}
    values = {part(name, what): text for what, text in {**texts, "aside": _aside(panel, scope)}.items()}
    nothing = dict.fromkeys([part(name, what) for what in ("area", "line", "bars", "bar")], "")
    return Drawn(values=values, states={part(name, "card"): "none"}, paths=nothing)


def _measure(panel: Panel) -> str:
    return panel.measure or "mentions_count"


def _in_hours(panel: Panel) -> bool:
    """A count of a short window stands at the end of the day's windows, each a bar."""
    return _measure(panel) == "mentions_count" and panel.window < _DAY


def _edges(panel: Panel, scope: Scope) -> list[datetime]:
    """Windows back to back, oldest first, cut at the minute so that the answer is cached between ticks."""
    until = scope.now.replace(second=0, microsecond=0)
    windows = min(int(_DAY / panel.window), _MOST_BARS) if _in_hours(panel) else _WINDOWS
    return [until - panel.window * back for back in range(windows, -1, -1)]


def _course(panel: Panel, scope: Scope) -> dict[str, object]:
    length = max(panel.window, _DAY)
    bucket = 30 if length <= 2 * _DAY else 60
    return {"since": scope.now - length, "until": scope.now, "bucket_minutes": bucket}


def _totals_before(panel: Panel, scope: Scope, back: int, brands: list[str]) -> Ask:
    until = scope.now - panel.window * back
    return Ask("mention_totals", {"since": until - panel.window, "until": until, "brands": brands})


def _cell(table: pd.DataFrame, column: str) -> float | None:
    return None if table.empty or column not in table else words.known(table[column].iloc[0])


def _spoken(measure: str, number: float | None) -> tuple[str, str]:
    if measure == "net_sentiment":
        return words.points(number), "" if number is None else "pts"
    if measure == "negative_share":
        return words.percent(number), "" if number is None else "%"
    return words.count(number)


def _moved(panel: Panel, scope: Scope, tables: Tables) -> tuple[str, str]:
    measure, window = _measure(panel), words.span(panel.window)
    now = _cell(tables["totals"], measure)
    expected = expected_total(tables["expected"], panel.window) if "expected" in tables else None
    if expected is not None:
        return words.change(now, expected), "vs expected"
    if measure not in _JUDGED:
        return words.change(now, _cell(tables["totals"], f"{measure}_before")), f"vs {window} before"
    before = [v for v in _judged_windows(panel, scope, tables["windows"])[:-1] if v is not None]
    if now is None or len(before) < _LEAST_WINDOWS:
        return words.UNKNOWN, "no median yet"
    note = "vs 7-day median" if panel.window == _DAY else f"vs median of 7×{window}"
    return words.moved(now - median(before)), note


def _judged_windows(panel: Panel, scope: Scope, table: pd.DataFrame) -> list[float | None]:
    return _judged(table, "edge_at", _edge_starts(panel, scope), _measure(panel), pool=1)


def _edge_starts(panel: Panel, scope: Scope) -> pd.DatetimeIndex:
    naive = [edge.astimezone(UTC).replace(tzinfo=None) for edge in _edges(panel, scope)[:-1]]
    return pd.DatetimeIndex(naive).as_unit("us")


def _judged(table: pd.DataFrame, at: str, starts: pd.DatetimeIndex, measure: str, pool: int) -> list[float | None]:
    """The measure at each start; where next to nothing was judged it is unknown."""
    columns = ["negative_count", "neutral_count", "positive_count"]
    sums = table.groupby(at)[columns].sum().reindex(starts, fill_value=0).astype("float64")
    pooled = sums.rolling(pool, min_periods=pool).sum()
    negative, positive = pooled["negative_count"], pooled["positive_count"]
    over = positive - negative if measure == "net_sentiment" else negative
    return [words.known(v) for v in over / pooled.sum(axis=1).where(lambda judged: judged >= _LEAST_JUDGED)]


def _aside(panel: Panel, scope: Scope) -> str:
    if _measure(panel) in _JUDGED:
        return words.UNCHECKED
    return brand_words(own_brands(panel, scope.site), scope.site)


def _spans(tables: Tables) -> list[blind.Blind]:
    return blind.spans_of(tables["blind"]) if "blind" in tables else []


def _state(panel: Panel, number: float | None) -> str:
    """A count over its threshold is marked; a share nobody has checked is never judged."""
    if number is None:
        return "none"
    is_over = isinstance(panel.threshold, float) and number >= panel.threshold
    return "warn" if is_over and _measure(panel) not in _JUDGED else "info"


def _paths(panel: Panel, scope: Scope, tables: Tables) -> dict[str, str]:
    if "course" not in tables:
        bars, bar = bar_paths(_windows(panel, scope, tables))
        return {"area": "", "line": "", "bars": bars, "bar": bar}
    course = _courses(panel, scope, tables)
    from_zero = _measure(panel) == "mentions_count"
    return {"area": area_path(course, from_zero), "line": line_path(course, from_zero), "bars": "", "bar": ""}


def _windows(panel: Panel, scope: Scope, tables: Tables) -> list[float | None]:
    """The measure in windows, oldest first; an answer of totals carries its own and the one before."""
    measure = _measure(panel)
    if _in_hours(panel):
        counts = tables["windows"].groupby("edge_at")["mentions_count"].sum()
        return blind.unknown_where(counts, _edge_starts(panel, scope), panel.window, _spans(tables))
    answers = [tables[key] for key in ("totals_6", "totals_4", "totals_2", "totals")]
    return [_cell(table, column) for table in answers for column in (f"{measure}_before", measure)]


def _courses(panel: Panel, scope: Scope, tables: Tables) -> list[float | None]:
    """Complete buckets only: the running one would always look like a fall."""
    table = tables["course"]
    minutes, measure = int(str(_course(panel, scope)["bucket_minutes"])), _measure(panel)
    last = scope.moment.floor(f"{minutes}min") - pd.Timedelta(minutes=minutes)
    steps = int(max(panel.window, _DAY) / timedelta(minutes=minutes)) - 1
    starts = pd.date_range(end=last, periods=steps, freq=f"{minutes}min", unit="us")
    if measure in _JUDGED:
        return _judged(table, "bucket_at", starts, measure, pool=4)
    counts = table.groupby("bucket_at")["mentions_count"].sum()
    return blind.unknown_where(counts, starts, timedelta(minutes=minutes), _spans(tables))
