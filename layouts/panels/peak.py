"""The peak of a picture over time: which bucket it is, and the sentence that stands above it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from layouts import look, words
from layouts.panels.axes import iso
from layouts.panels.kind import Scope
from layouts.panels.quiet import note

_TIMES = 1.3  # so many times the expected is worth a word
_LEAST = 20  # mentions; fewer are too few to speak of times
_OUT = 4.0  # standard errors of a count: a picture has hundreds of buckets, and one is always the loudest
_MOST_TIMES = 20.0
_WORD = 26  # letters


@dataclass(frozen=True)
class Peak:
    """The bucket that is marked: its place and count, and how many times the expected it is, where that is much."""

    place: int
    count: int
    times: float | None


def peak_of(loud: Sequence[int], expected: Sequence[float | None]) -> Peak | None:
    """The bucket farthest above what was expected, when it is far above; else the loudest; None when all are empty."""
    if not any(loud):
        return None
    above = [(count - usual, place) for place, (count, usual) in enumerate(zip(loud, expected, strict=False))
             if usual is not None and _is_far(count, usual)]  # fmt: skip
    if above:
        place = max(above, key=lambda one: (one[0], -one[1]))[1]
        return Peak(place, loud[place], loud[place] / max(expected[place] or 0.0, 1.0))
    place = list(loud).index(max(loud))
    return Peak(place, loud[place], None)


def _is_far(count: int, usual: float) -> bool:
    """Whether a bucket is loud by more than chance. Less than one is expected as one: no count is endlessly many."""
    usual = max(usual, 1.0)
    return count >= _LEAST and count >= _TIMES * usual and count - usual >= _OUT * math.sqrt(usual)


def sentence(peak: Peak, at: datetime, bucket: int, word: str, scope: Scope) -> str:
    """ "1.8× expected · #delay", or when and how loud. `at` is naive UTC, `word` text from outside."""
    if peak.times is None:
        return f"<b>peak {words.clock(at, scope.zone)}</b> · {words.short(peak.count)} in {bucket} min"
    many = f"more than {_MOST_TIMES:.0f}" if peak.times > _MOST_TIMES else f"{peak.times:.1f}"
    return f"<b>▲ {many}× expected</b>" + (f" · {words.markup(word, _WORD)}" if word else "")


def marked(
    peak: Peak | None, starts: Sequence[datetime], bucket: int, word: str, top: float, scope: Scope
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The line from the peak to its sentence, and the sentence; nothing where there is no peak."""
    if peak is None:
        return [], []
    at, along = starts[peak.place], peak.place / max(len(starts) - 1, 1)
    colour = look.TEXT_QUIET if peak.times is None else look.WARN
    line = {"type": "line", "x0": iso(at), "x1": iso(at), "y0": peak.count, "y1": round(top * 0.88, 2)}
    box = {"bgcolor": look.CARD_HIGH, "bordercolor": colour, "borderwidth": 1, "borderpad": 7}
    font = {"size": look.SIZE_LABEL, "color": look.TEXT if peak.times is None else look.WARN}
    anchor = "left" if along < 0.15 else "right" if along > 0.85 else "center"
    where = {"yref": "paper", "xanchor": anchor, "yanchor": "top", "yshift": -6}
    told = note(sentence(peak, at, bucket, word, scope), iso(at), 1, **where, **box, font=font)
    return [{**line, "line": {"color": colour, "width": 1.5}}], [told]
