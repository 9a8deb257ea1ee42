"""How blindness is drawn: hatched stretches, and above the picture at most three of them in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from layouts import blind, look, words
from layouts.panels.axes import iso
from layouts.panels.blindness import Axis, Band
from layouts.panels.kind import Scope
from layouts.panels.quiet import note

ROOM = 30  # pixels above the picture that the words need
_MOST_WORDS = 3
_NAME = 14
_WIDE = 940.0  # pixels between the axes where the shipped wall hangs the picture
_LETTER = 0.5  # of the letters' size: how wide one is, on average
_GAP = 0.02
_DAY = timedelta(hours=24)
_WHOLE = {"shape": "/", "fgcolor": look.TEXT_QUIET, "bgcolor": look.CARD_LOW, "size": 10, "solidity": 0.12}
_VEIL, _FAINT = "rgba(17,24,43,0.4)", "rgba(241,245,255,0.5)"
_PART = {"shape": "/", "fgcolor": _FAINT, "bgcolor": _VEIL, "size": 12, "solidity": 0.07}
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hatch:
    """All blindness of one picture.

    tail     from when on nobody brought anything any more; it has words of its own
    colours  each shown platform's colour of its words, by its title
    """

    bands: Sequence[Band]
    tail: datetime | None
    axis: Axis
    colours: Mapping[str, str]

    def traces(self, top: float) -> list[dict[str, Any]]:
        """What is hatched over the full height, up to `top`. Where nobody could see, the hatch hides what is below."""
        part = [(band.left, band.right) for band in self.bands if not band.is_whole]
        whole = [(band.left, band.right) for band in self.bands if band.is_whole]
        whole += [(self.tail, self.axis.last)] if self.tail else []
        return [*_hatched("partly not seen", part, top, _PART), *_hatched("not seen", whole, top, _WHOLE)]

    def brackets(self) -> list[dict[str, Any]]:
        """A bar above each band, under its words and in their colour: that of the platform, when it is only one."""
        at = {"type": "line", "yref": "paper", "y0": 1, "y1": 1}
        lines = [(iso(band.left), iso(band.right), {"color": self._colour(band), "width": 5}) for band in self.bands]
        return [{**at, "x0": left, "x1": right, "line": line} for left, right, line in lines]

    def words(self, scope: Scope) -> list[dict[str, Any]]:
        """The longest bands in words, each above its own, as far as they have room side by side."""
        first, last = self.axis.first, self.axis.last
        chosen = sorted(self.bands, key=lambda band: (not band.is_whole, band.left - band.right))[:_MOST_WORDS]
        texts = {band: said(band, self.axis, scope) for band in chosen}
        while sum(_share(text) + _GAP for text in texts.values()) > 1 + _GAP and len(texts) > 1:
            texts.popitem()
        shown = sorted(texts, key=lambda band: band.left)
        length = (last - first) or self.axis.bucket
        middles = [(band.left + (band.right - band.left) / 2 - first) / length for band in shown]
        places = side_by_side(middles, [_share(texts[band]) for band in shown])
        return [_note(texts[band], place, self._colour(band)) for band, place in zip(shown, places, strict=True)]

    def _colour(self, band: Band) -> str:
        if band.is_whole:
            return look.TEXT
        return self.colours.get(band.names[0], look.TEXT_SOFT) if len(band.names) == 1 else look.TEXT_SOFT


def _hatched(name: str, stretches: Sequence[Stretch], top: float, pattern: dict[str, Any]) -> list[dict[str, Any]]:
    if not stretches:
        return []
    x: list[str | None] = []
    y: list[float | None] = []
    for left, right in stretches:
        # a gap in the line parts one shape from the next
        x += [*([None] if x else []), iso(left), iso(left), iso(right), iso(right)]
        y += [*([None] if y else []), 0, top, top, 0]
    shape = {"fill": "toself", "fillpattern": pattern, "line": {"width": 0}}
    return [{"type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, **shape}]


def said(band: Band, axis: Axis, scope: Scope) -> str:
    """ "blind 10:02–10:05 on Mastodon", as the picture says it."""
    names = blind.listed([words.clean(name, _NAME) for name in band.names], most=2)
    place = " on all platforms" if band.is_whole and len(band.names) > 1 else f" on {names}"
    return _when(band, axis, scope) + place


def _when(band: Band, axis: Axis, scope: Scope) -> str:
    def told(moment: datetime) -> str:
        # within one day no time can be another day's
        bare = axis.last - axis.first <= _DAY and moment >= axis.first
        return words.clock(moment, scope.zone) if bare else words.when(moment, scope.zone, scope.now)

    if band.until is None:
        return f"blind since {told(band.since)}"
    if band.is_by_age:
        return f"not kept before {told(band.until)}"
    if band.since < axis.first:
        return f"blind until {told(band.until)}"
    start, end = told(band.since), told(band.until)
    if start == end:
        return f"blind for {blind.length(band.until - band.since)} at {start}"
    same_day = blind.local(band.since, scope.zone).date() == blind.local(band.until, scope.zone).date()
    return f"blind {start}–{words.clock(band.until, scope.zone) if same_day else end}"


def side_by_side(middles: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Middles as near to rising ones as widths allow, all from 0 to 1. Widths and middles are shares of the whole."""
    lefts: list[float] = []
    for middle, width in zip(middles, widths, strict=True):
        start = lefts[-1] + widths[len(lefts) - 1] + _GAP if lefts else 0.0
        lefts.append(max(start, middle - width / 2))
    end = 1.0
    for i in range(len(lefts) - 1, -1, -1):
        lefts[i] = min(lefts[i], end - widths[i])
        end = lefts[i] - _GAP
    return [round(left + width / 2, 4) for left, width in zip(lefts, widths, strict=True)]


def _share(text: str) -> float:
    return len(text) * _LETTER * look.SIZE_LABEL / _WIDE


def _note(text: str, place: float, colour: str) -> dict[str, Any]:
    where = {"xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom", "yshift": 2}
    return note(words.markup(text), place, 1, **where, font={"size": look.SIZE_LABEL, "color": colour})
