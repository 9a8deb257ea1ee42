"""Where a picture over time could not see: stretches that are hatched, and at most three of them in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from layouts.blind import Blind
from layouts.panels.platforms import title_of

_NARROWEST = 110  # a band is at least so much of the axis: from six metres a thinner one is not seen
_MOST = 24


@dataclass(frozen=True)
class Eyes:
    """Who sees: all sources that bring something, and all platforms that are shown. When all are blind, all is."""

    sources: frozenset[str]
    platforms: frozenset[str]


@dataclass(frozen=True)
class Axis:
    """The picture's time, naive UTC: points from `first` to `last`, each the start of a bucket; hatched up to `end`."""

    first: datetime
    last: datetime
    bucket: timedelta
    end: datetime

    @property
    def least(self) -> timedelta:
        """The narrowest band that can be seen."""
        return (self.last - self.first) / _NARROWEST


@dataclass(frozen=True)
class Band:
    """One hatched stretch from `left` to `right`, and the true time it stands for; `until` None is still so.

    names      whose posts are missing, as people say it
    is_whole   nobody could see anything
    is_by_age  what is missing was deleted, as the site asks
    """

    left: datetime
    right: datetime
    since: datetime
    until: datetime | None
    names: tuple[str, ...]
    is_whole: bool
    is_by_age: bool


def bands(spans: Iterable[Blind], eyes: Eyes, axis: Axis) -> list[Band]:
    """What is hatched, in the order of time: where nobody could see, and where some could not."""
    near = [span for span in spans if span.since < axis.end and (span.until is None or span.until > axis.first)]
    pieces = [_drawn(piece, axis) for piece in _pieces(_coarse(near, axis.least), eyes, axis)]
    gap = timedelta(0)
    while len(merged := _merged(pieces, gap)) > _MOST:
        gap = gap * 2 or axis.least
    return merged


def _coarse(spans: Sequence[Blind], least: timedelta) -> list[Blind]:
    """Spans of the same eyes that lie closer together than can be seen are one, so that a bad day stays cheap."""
    kept: dict[Any, list[Blind]] = {}
    for span in sorted(spans, key=lambda span: span.since):
        known = kept.setdefault((span.source, span.platforms, span.is_by_age), [])
        if known and (known[-1].until is None or span.since - known[-1].until < least):
            known[-1] = replace(known[-1], until=_later(known[-1].until, span.until))
        else:
            known.append(span)
    return [span for spans in kept.values() for span in spans]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _pieces(spans: Sequence[Blind], eyes: Eyes, axis: Axis) -> list[Band]:
    """Cut where anybody went blind or saw again: between two cuts the same eyes are blind all the time."""
    cuts = {max(span.since, axis.first) for span in spans} | {min(span.until or axis.end, axis.end) for span in spans}
    found = []
    for left, right in pairwise(sorted(cuts)):
        active = [span for span in spans if span.since < right and (span.until is None or span.until > left)]
        if active:
            found.append(_piece(active, eyes, axis, left, right))
    return found


def _piece(active: Sequence[Blind], eyes: Eyes, axis: Axis, left: datetime, right: datetime) -> Band:
    platforms = {platform for span in active for platform in span.platforms}
    ends = [span.until for span in active]
    until = right if right < axis.end else None if None in ends else max(end for end in ends if end)
    return Band(
        left=left,
        right=right,
        since=left if left > axis.first else min(span.since for span in active),
        until=until,
        names=tuple(
            sorted({title_of(name) for name in platforms} | {span.source for span in active if not span.platforms})
        ),
        is_whole=eyes.sources <= {span.source for span in active} and eyes.platforms <= platforms,
        is_by_age=all(span.is_by_age for span in active),
    )


def _drawn(band: Band, axis: Axis) -> Band:
    """The band as wide as it is drawn: it can be seen, and it covers the fall to a bucket in which nothing was seen.

    A bucket is drawn at its start, and the lines to and from it show what it holds; so a bucket that is missing is
    hatched from the one before it to the one behind it. Where nobody saw, half a bucket is a fall too.
    """
    lost_from = 0.5 if band.is_whole else 0.9
    low, high = ((moment - axis.first) / axis.bucket for moment in (band.left, band.right))
    near = {int(low), int(low) + 1, int(high) - 1, int(high)}
    lost = [k for k in near if min(high, k + 1) - max(low, k) >= lost_from]
    left = min([band.left, *(axis.first + (k - 1) * axis.bucket for k in lost)])
    right = max([band.right, *(axis.first + (k + 1) * axis.bucket for k in lost)])
    spare = max(axis.least - (right - left), timedelta(0)) / 2
    left, right = min(left - spare, axis.last - axis.least), max(right + spare, axis.first + axis.least)
    return replace(band, left=max(left, axis.first), right=min(right, axis.last, axis.end))


def _merged(pieces: Sequence[Band], gap: timedelta) -> list[Band]:
    """Bands of one kind that touch, or lie no further apart than `gap`, are one with the names of both."""
    kept: dict[Any, list[Band]] = {}
    for piece in pieces:
        known = kept.setdefault((piece.is_whole, piece.is_by_age), [])
        if known and piece.left - known[-1].right <= gap:
            known[-1] = _both(known[-1], piece)
        else:
            known.append(piece)
    return sorted((band for found in kept.values() for band in found), key=lambda band: (band.left, band.right))


def _both(one: Band, other: Band) -> Band:
    return replace(
        one,
        right=max(one.right, other.right),
        until=_later(one.until, other.until),
        names=tuple(sorted({*one.names, *other.names})),
    )
