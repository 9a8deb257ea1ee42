"""The stacked picture of volume: areas with their names at the line ends, the peak in words, blindness hatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from layouts import look, words
from layouts.blind import Blind, unknown_where
from layouts.panels.axes import iso, round_ticks, spread, time_ticks
from layouts.panels.blindness import Axis, Eyes, bands
from layouts.panels.hatch import ROOM, Hatch
from layouts.panels.kind import Figure, Scope
from layouts.panels.platforms import Platform, fold, folded
from layouts.panels.quiet import note

_HEADROOM = 0.74  # the peak's share of the axis: its words stand above it
_LABEL_GAP = 0.1
_NAME = 12  # letters that fit beside the picture


@dataclass(frozen=True)
class Stack:
    """What the picture is drawn from; `blind` are the spans in which something could not be seen."""

    now: pd.DataFrame
    before: pd.DataFrame
    health: pd.DataFrame
    blind: list[Blind]
    window: timedelta
    bucket: int


def stack_figure(stack: Stack, scope: Scope) -> Figure:
    """The whole figure, lean: whole numbers on an even raster."""
    starts = _starts(stack, scope)
    counts = {str(key): int(n) for key, n in stack.now.groupby("platform")["mentions_count"].sum().items()}
    shown = fold(counts)
    wide = _wide(folded(stack.now, shown), starts, stack.bucket, shown)
    before = _before(stack, starts - stack.window)
    loud = wide.sum(axis=1)
    top = max(float(loud.max()), *(count or 0 for count in before), 1.0) / _HEADROOM
    marks, seen = round_ticks(top), _seen(stack.health, starts, scope)
    raster = {"type": "scatter", "mode": "lines", "x0": iso(starts[0]), "dx": stack.bucket * 60_000}
    traces = [_area([int(v) for v in wide[p.key]][:seen], p, raster) for p in shown]
    hatch = _hatch(stack, starts, seen, shown, scope)
    line, peak = _peak(loud, stack.bucket, top, scope)
    told = hatch.words(scope)
    left, above = 20 + 10 * max(len(mark) for mark in marks["ticktext"]), ROOM if told else 14
    first, last = hatch.axis.first, hatch.axis.last
    return {
        "data": traces + hatch.traces(round(top, 2)) + ([_dotted(before, raster)] if before else []),
        "layout": {
            "margin": {"l": left, "r": 206, "t": above, "b": 34},
            "xaxis": {"type": "date", "range": [iso(first), iso(last)], **time_ticks(first, last, scope.zone)},
            "yaxis": {"range": [0, round(top, 2)], **marks},
            "shapes": line + hatch.brackets(),
            "annotations": [*_labels(wide, shown, counts, top), *peak, *told, *_tail_words(starts, seen, scope, stack)],
        },
    }


def _starts(stack: Stack, scope: Scope) -> pd.DatetimeIndex:
    """The complete buckets of the window: half a bucket would look like a fall."""
    freq = f"{stack.bucket}min"
    # questions round their windows down to the minute: a bucket must not leave before its posts do
    first, end = (scope.moment.floor("min") - stack.window).ceil(freq), scope.moment.floor(freq)
    return pd.date_range(first, end, freq=freq, inclusive="left", unit="us")


def _wide(table: pd.DataFrame, starts: pd.DatetimeIndex, bucket: int, shown: list[Platform]) -> pd.DataFrame:
    """One row per bucket, one column per platform; a bucket nobody wrote in is 0."""
    at = table["bucket_at"].dt.floor(f"{bucket}min")
    sums = table.groupby([at, table["platform"]])["mentions_count"].sum().astype("int64")
    return sums.unstack(fill_value=0).reindex(index=starts, columns=[p.key for p in shown], fill_value=0)


def _before(stack: Stack, starts: pd.DatetimeIndex) -> list[int | None]:
    if stack.before.empty:
        return []
    freq = f"{stack.bucket}min"
    sums = stack.before.groupby(stack.before["bucket_at"].dt.floor(freq))["mentions_count"].sum()
    found = unknown_where(sums, starts.floor(freq), timedelta(minutes=stack.bucket), stack.blind)
    return [None if count is None else int(count) for count in found]


def _area(y: list[int], platform: Platform, raster: dict[str, Any]) -> dict[str, Any]:
    return {
        **raster,
        "name": words.markup(platform.title, _NAME),
        "y": y,
        "stackgroup": "platforms",
        "fillcolor": platform.fill,
        # A line in the card's colour parts neighbours for eyes that see no hue.
        "line": {"color": look.CARD_LOW, "width": 1.8},
    }


def _dotted(y: list[int | None], raster: dict[str, Any]) -> dict[str, Any]:
    return {**raster, "name": "before", "y": y, "line": {"color": look.TEXT, "width": 2, "dash": "3px,4px"}}


def _labels(wide: pd.DataFrame, shown: list[Platform], counts: dict[str, int], top: float) -> list[dict[str, Any]]:
    """Each platform's name and count at the end of its area, in the order of the stack."""
    ends = wide.tail(12).mean()
    middles = (ends.cumsum() - ends / 2) / top
    places = spread([float(v) for v in middles], _LABEL_GAP, 0.07, 0.97)
    named = {p.key for p in shown}
    rest = sum(n for key, n in counts.items() if key not in named)
    return [
        note(
            f"<b>{words.markup(p.title, _NAME)}</b>  {words.short(counts.get(p.key, rest))}",
            1,
            place,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="middle",
            xshift=10,
            font={"size": look.SIZE_LABEL, "color": p.word},
        )
        for p, place in zip(shown, places, strict=True)
    ]


def _peak(loud: pd.Series[int], bucket: int, top: float, scope: Scope) -> tuple[list[Any], list[Any]]:
    """The loudest bucket: a line up to its sentence."""
    height = int(loud.max())
    if not height:
        return [], []
    where = [int(count) for count in loud].index(height)
    at, along = loud.index[where], where / max(len(loud) - 1, 1)
    anchor = "left" if along < 0.15 else "right" if along > 0.85 else "center"
    sentence = f"<b>peak {words.clock(at.to_pydatetime(), scope.zone)}</b> · {words.short(height)} in {bucket} min"
    line = {"type": "line", "x0": iso(at), "x1": iso(at), "y0": height, "y1": round(top * 0.88, 2)}
    box = {"bgcolor": look.CARD_HIGH, "bordercolor": look.TEXT_QUIET, "borderwidth": 1, "borderpad": 7}
    font = {"size": look.SIZE_LABEL, "color": look.TEXT}
    where_to = {"yref": "paper", "xanchor": anchor, "yanchor": "top", "yshift": -6}
    return [{**line, "line": {"color": look.TEXT_QUIET, "width": 1.5}}], [
        note(sentence, iso(at), 1, **where_to, **box, font=font)
    ]


def _seen(health: pd.DataFrame, starts: pd.DatetimeIndex, scope: Scope) -> int:
    """How many buckets were seen: past the newest post of sources that are all stale nothing is known, and not 0."""
    limits = health["stale_at"].dropna()
    if limits.empty or bool((limits > scope.moment).any()):
        return len(starts)
    newest = health["watermark_at"].max()
    return len(starts) if pd.isna(newest) else max(int((starts <= newest).sum()), 1)


def _hatch(stack: Stack, starts: pd.DatetimeIndex, seen: int, shown: list[Platform], scope: Scope) -> Hatch:
    """Where somebody was blind, up to where nobody brings anything any more: that end is hatched by itself."""
    sees = stack.health["watermark_at"].notna() & (stack.health["state"] != "disabled")
    eyes = Eyes(frozenset(stack.health["source"][sees]), frozenset(stack.now["platform"]))
    tail = starts[seen - 1].to_pydatetime() if seen < len(starts) else None
    first, last = starts[0].to_pydatetime(), starts[-1].to_pydatetime()
    axis = Axis(first, last, timedelta(minutes=stack.bucket), tail or scope.moment.to_pydatetime())
    return Hatch(bands(stack.blind, eyes, axis), tail, axis, {platform.title: platform.word for platform in shown})


def _tail_words(starts: pd.DatetimeIndex, seen: int, scope: Scope, stack: Stack) -> list[dict[str, Any]]:
    if seen >= len(starts):
        return []
    newest = stack.health["watermark_at"].max().to_pydatetime()
    text = f"no data since {words.when(newest, scope.zone, scope.now)}"
    font = {"size": look.SIZE_LABEL, "color": look.TEXT}
    box = {"bgcolor": look.CARD_HIGH, "borderpad": 6, "font": font}
    return [note(text, 1, 0.5, xref="paper", yref="paper", xanchor="right", xshift=-6, **box)]
