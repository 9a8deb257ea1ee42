"""The stacked picture of volume: areas with their names at the line ends, the peak in words, blindness hatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from layouts import look, words
from layouts.blind import Blind
from layouts.panels.axes import iso, round_ticks, spread, time_ticks
from layouts.panels.blindness import Axis, Eyes, bands
from layouts.panels.hatch import ROOM, Hatch
from layouts.panels.kind import Figure, Scope
from layouts.panels.peak import Peak, marked
from layouts.panels.platforms import Platform, fold, folded
from layouts.panels.quiet import note
from layouts.panels.usual import Usual, dotted, named_line

_HEADROOM = 0.74  # the peak's share of the axis: its words stand above it
_LABEL_GAP = 0.1
_NAME = 12  # letters that fit beside the picture


@dataclass(frozen=True)
class Stack:
    """What the picture is drawn from.

    now      mentions_by_bucket of the window, in buckets as fine or finer
    starts   the complete buckets of the window, `bucket` minutes each
    blind    the spans in which something could not be seen
    usual    what it is held against, bucket by bucket
    peak     the bucket that is marked, and `word`, which says why it is loud: text from outside
    """

    now: pd.DataFrame
    health: pd.DataFrame
    blind: list[Blind]
    bucket: int
    starts: pd.DatetimeIndex
    usual: Usual | None
    peak: Peak | None
    word: str


def stack_figure(stack: Stack, scope: Scope) -> Figure:
    """The whole figure, lean: whole numbers on an even raster."""
    starts = stack.starts
    counts = {str(key): int(n) for key, n in stack.now.groupby("platform")["mentions_count"].sum().items()}
    shown = fold(counts)
    wide = _wide(folded(stack.now, shown), starts, stack.bucket, shown)
    loud = [int(count) for count in wide.sum(axis=1)]
    course = stack.usual.course if stack.usual else []
    top = max(*loud, *(count or 0.0 for count in course), 1.0) / _HEADROOM
    marks, seen = round_ticks(top), _seen(stack.health, starts, scope)
    raster = {"type": "scatter", "mode": "lines", "x0": iso(starts[0]), "dx": stack.bucket * 60_000}
    traces = [_area([int(v) for v in wide[p.key]][:seen], p, raster) for p in shown]
    hatch = _hatch(stack, starts, seen, shown, scope)
    line, peak = marked(stack.peak, list(starts.to_pydatetime()), stack.bucket, stack.word, top, scope)
    over, its_name = _held_against(stack, raster, loud, top)
    told = hatch.words(scope)
    left, above = 20 + 10 * max(len(mark) for mark in marks["ticktext"]), ROOM if told else 14
    first, last = hatch.axis.first, hatch.axis.last
    tail = _tail_words(starts, seen, scope, stack)
    return {
        "data": traces + hatch.traces(round(top, 2)) + over,
        "layout": {
            "margin": {"l": left, "r": 206, "t": above, "b": 34},
            "xaxis": {"type": "date", "range": [iso(first), iso(last)], **time_ticks(first, last, scope.zone)},
            "yaxis": {"range": [0, round(top, 2)], **marks},
            "shapes": line + hatch.brackets(),
            "annotations": [*_labels(wide, shown, counts, top), *its_name, *peak, *told, *tail],
        },
    }


def _held_against(
    stack: Stack, raster: dict[str, Any], loud: list[int], top: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The dotted line and its name, where there is one."""
    if stack.usual is None:
        return [], []
    peak = stack.peak.place if stack.peak else None
    return [dotted(stack.usual, raster)], named_line(stack.usual, loud, stack.starts, peak, top)


def complete(window: timedelta, bucket: int, scope: Scope) -> pd.DatetimeIndex:
    """The complete buckets of a window that ends now: half a bucket would look like a fall."""
    freq = f"{bucket}min"
    # questions round their windows down to the minute: a bucket must not leave before its posts do
    first, end = (scope.moment.floor("min") - window).ceil(freq), scope.moment.floor(freq)
    return pd.date_range(first, end, freq=freq, inclusive="left", unit="us")


def course_of(table: pd.DataFrame, starts: pd.DatetimeIndex, bucket: int) -> list[int]:
    """All mentions of each bucket; one nobody wrote in is 0."""
    sums = table.groupby(table["bucket_at"].dt.floor(f"{bucket}min"))["mentions_count"].sum()
    return [int(count) for count in sums.reindex(starts, fill_value=0)]


def _wide(table: pd.DataFrame, starts: pd.DatetimeIndex, bucket: int, shown: list[Platform]) -> pd.DataFrame:
    """One row per bucket, one column per platform; a bucket nobody wrote in is 0."""
    at = table["bucket_at"].dt.floor(f"{bucket}min")
    sums = table.groupby([at, table["platform"]])["mentions_count"].sum().astype("int64")
    return sums.unstack(fill_value=0).reindex(index=starts, columns=[p.key for p in shown], fill_value=0)


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
