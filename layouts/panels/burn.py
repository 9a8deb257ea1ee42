"""burn: how fast each track uses up the promises it may break, in the last 15 minutes, hour and six hours.

A burn of 1 breaks just as many as the target allows; all broken is the highest there is, and the lower the target, the
lower that is. Lines stand where a ticket (2) and a page (4) begin; what a track can never reach is hatched. The words
at the end say whether it fires, or why it cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import look, words
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Figure, Scope, Tables, part
from layouts.panels.promised import FEW, calm, group_title, is_promised, silence, told_percent
from layouts.panels.quiet import note

_MOST, _LEAST = 4, 2
_NAME = 15
_WINDOWS = (15, 60, 360)
_MARKS = {15: "15 min", 60: "1 h", 360: "6 h"}
_STEP = 4  # rows a track takes: three bars and a gap
_FAR = 3  # times what pages: bars that go on beyond it end in an arrow
_LEFT, _RIGHT = 236, 326  # pixels beside the picture: track and window, number and words
_HATCH = {"shape": "/", "fgcolor": look.TEXT_QUIET, "bgcolor": look.CARD_LOW, "size": 10, "solidity": 0.12}
_ALARMS = {"page": ("▲ page", look.BAD), "ticket": ("■ ticket", look.WARN)}


@dataclass(frozen=True)
class _Bar:
    """One window of a track: how many were due, how many of them broken, and the burn; None where nothing was due."""

    due: int
    breached: int
    rate: float | None


@dataclass(frozen=True)
class _Track:
    """A track: its windows, the highest burn it can have, what it fires and what it could."""

    title: str
    bars: dict[int, _Bar]
    highest: float | None
    alarm: str
    can_page: bool
    can_ticket: bool

    @property
    def target(self) -> float | None:
        """The share of promises it means to keep."""
        return None if not self.highest else 1 - 1 / self.highest


class Burn:
    """Burn rates and their alarms."""

    kind = "burn"
    measures = ()
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The windows of every track, ending now."""
        if not is_promised(scope.site):
            return {}
        return {"burn": Ask("sla_burn", {"now": scope.now, "brands": list(panel.brands)})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The bars, or a sentence when no track has a target share or nothing was due."""
        if sentence := silence(scope):
            return _drawn(name, "", calm(sentence))
        tracks, (page, ticket) = _tracks(tables["burn"], scope.site), _rates(tables["burn"])
        if not tracks:
            return _drawn(name, "", calm("no promise was due in the last 6 h"))
        left = len(tracks) - _MOST
        more = f" · {left:,} calmer not shown" if left > 0 else ""
        sub = f"× what the target allows · ticket from {ticket:g}, page from {page:g} · ▨ cannot be reached{more}"
        return _drawn(name, sub, _figure(tracks[:_MOST], page, ticket))

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _drawn(name: str, sub: str, figure: Figure) -> Drawn:
    return Drawn(values={part(name, "sub"): sub}, figures={part(name, "figure"): figure})


def _rates(table: pd.DataFrame) -> tuple[float, float]:
    """Where a page and a ticket begin."""
    first = (words.known(table[column].iloc[0]) if len(table) else None for column in ("page_rate", "ticket_rate"))
    page, ticket = (rate if rate is not None else usual for rate, usual in zip(first, (4.0, 2.0), strict=True))
    return page, ticket


def _tracks(table: pd.DataFrame, site: Site) -> list[_Track]:
    """The tracks of which something was due: those that fire first, then in the order of the site file."""
    found: dict[str, list[Any]] = {}
    for row in table.itertuples():
        found.setdefault(group_title("track", row.track), []).append(row)
    tracks = [_track(title, rows) for title, rows in found.items()]
    order = [words.clean(track) for track in site.track]
    fires = list(_ALARMS)

    def place(track: _Track) -> tuple[int, int]:
        urgent = fires.index(track.alarm) if track.alarm in fires else len(fires)
        return urgent, order.index(track.title) if track.title in order else len(order)

    return sorted((track for track in tracks if any(bar.due for bar in track.bars.values())), key=place)


def _track(title: str, rows: list[Any]) -> _Track:
    bars = {
        int(words.known(row.window_minutes) or 0): _Bar(
            int(words.known(row.due_count) or 0), int(words.known(row.breached_count) or 0), words.known(row.burn_rate)
        )
        for row in rows
    }
    one = rows[0]
    can = (bool(words.known(told)) for told in (one.can_page, one.can_ticket))
    return _Track(title, bars, words.known(one.highest_rate), words.clean(one.alarm), *can)


def _figure(tracks: Sequence[_Track], page: float, ticket: float) -> Figure:
    rates = [bar.rate or 0.0 for track in tracks for bar in track.bars.values()]
    top = 1.06 * min(max([*rates, page * 1.1]), _FAR * page)
    bottom = _STEP * max(len(tracks), _LEAST) - 1
    rows = [one for at, track in enumerate(tracks) for one in (*_row(at, track), *_cuts(at, track, top))]
    return {
        "data": [_bars(tracks), _beyond(tracks, top)],
        "layout": {
            "margin": {"l": _LEFT, "r": _RIGHT, "t": 28, "b": 0},
            "bargap": 0.34,
            "xaxis": {"range": [0, round(top, 3)], "visible": False},
            "yaxis": {"range": [bottom - 0.3, -0.7], "visible": False},
            "shapes": [_line(ticket, look.WARN), _line(page, look.BAD)],
            "annotations": [*_heads(page, ticket), *rows],
        },
    }


def _bars(tracks: Sequence[_Track]) -> dict[str, Any]:
    shown = [(_STEP * at + place, track, track.bars.get(window)) for at, track in enumerate(tracks)
             for place, window in enumerate(_WINDOWS)]  # fmt: skip
    return {
        "type": "bar",
        "orientation": "h",
        "name": "burn",
        "y": [y for y, _, _ in shown],
        "x": [None if bar is None or bar.rate is None else round(bar.rate, 2) for _, _, bar in shown],
        "marker": {"color": [_colour(track) for _, track, _ in shown], "line": {"width": 0}},
    }


def _colour(track: _Track) -> str:
    return _ALARMS[track.alarm][1] if track.alarm in _ALARMS else look.INFO


def _beyond(tracks: Sequence[_Track], top: float) -> dict[str, Any]:
    """What each track can never burn, as far as it lies in the picture: a hatched field behind its three bars."""
    known = [(_STEP * at, track.highest) for at, track in enumerate(tracks) if track.highest and track.highest < top]
    x: list[float | None] = []
    y: list[float | None] = []
    for first, highest in known:
        low, edge, end = first - 0.5, round(highest, 3), round(top, 3)
        # a gap in the line parts one field from the next
        x += [*([None] if x else []), edge, edge, end, end]
        y += [*([None] if y else []), low, low + 3, low + 3, low]
    shape = {"fill": "toself", "fillpattern": _HATCH, "line": {"width": 0}}
    return {"type": "scatter", "mode": "lines", "name": "cannot be reached", "x": x, "y": y, **shape}


def _line(rate: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 2, "dash": "4px,4px"}
    return {"type": "line", "x0": rate, "x1": rate, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _heads(page: float, ticket: float) -> list[dict[str, Any]]:
    over = {"yref": "paper", "yanchor": "bottom", "yshift": 2}
    return [
        note(word, rate, 1, **over, font={"size": look.SIZE_AXIS, "color": colour})
        for word, rate, colour in (("ticket", ticket, look.WARN), ("page", page, look.BAD))
    ]


def _row(at: int, track: _Track) -> list[dict[str, Any]]:
    first = _STEP * at
    left = {"xref": "paper", "xanchor": "left"}
    name = {"size": look.SIZE_LABEL, "color": look.TEXT}
    quiet = {"size": look.SIZE_AXIS, "color": look.TEXT_QUIET}
    target = "no target" if track.target is None else f"target {told_percent(track.target)}"
    word, colour, why = _said(track)
    end = {**left, "xshift": 92}
    return [
        note(f"<b>{words.markup(track.title, _NAME)}</b>", 0, first, **left, xshift=-_LEFT, font=name),
        note(target, 0, first + 1, **left, xshift=-_LEFT, font=quiet),
        *(one for place, window in enumerate(_WINDOWS) for one in _window(first + place, window, track)),
        note(f"<b>{word}</b>", 1, first, **end, font={"size": look.SIZE_LABEL, "color": colour}),
        *(note(line, 1, first + 1 + n, **end, font=quiet) for n, line in enumerate(why)),
    ]


def _cuts(at: int, track: _Track, top: float) -> list[dict[str, Any]]:
    """A sign at the end of each bar that goes on out of the picture."""
    rates = [track.bars[window].rate if window in track.bars else None for window in _WINDOWS]
    far = [_STEP * at + place for place, rate in enumerate(rates) if rate is not None and rate > top]
    where = {"xref": "paper", "xanchor": "left", "xshift": 1}
    return [note("▸", 1, y, **where, font={"size": look.SIZE_LABEL, "color": _colour(track)}) for y in far]


def _window(y: int, window: int, track: _Track) -> list[dict[str, Any]]:
    bar = track.bars.get(window)
    rate = words.UNKNOWN if bar is None or bar.rate is None else f"{bar.rate:.1f}×"
    soft = {"size": look.SIZE_AXIS, "color": look.TEXT_SOFT}
    return [
        note(_MARKS[window], 0, y, xref="paper", xanchor="right", xshift=-10, font=soft),
        note(f"<b>{rate}</b>", 1, y, xref="paper", xanchor="right", xshift=70, font={**soft, "color": look.TEXT}),
    ]


def _said(track: _Track) -> tuple[str, str, list[str]]:
    """What the track fires, in which colour, and what stands beneath: why it does not, or what it cannot."""
    if track.alarm in _ALARMS:
        return *_ALARMS[track.alarm], [_broken(track, 60 if track.alarm == "page" else 360)]
    if track.target is None:
        return "no alarm", look.TEXT_SOFT, ["no target to burn"]
    cannot = "cannot alarm" if not track.can_ticket else "cannot page" if not track.can_page else ""
    why = [f"{cannot} at a {told_percent(track.target)} target"] if cannot else []
    is_few = max((bar.due for bar in track.bars.values()), default=0) < FEW
    return "few due" if is_few else "calm", look.TEXT_SOFT, [_broken(track, 360 if is_few else 60), *why]


def _broken(track: _Track, window: int) -> str:
    bar = track.bars.get(window, _Bar(0, 0, None))
    return f"{bar.breached:,} of {bar.due:,} broken in {_MARKS[window]}" if bar.due else f"none due in {_MARKS[window]}"
