"""Blindness in words: when nobody was looking, and where. A source that is down is not silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from layouts import words

MOST = 50
_SENTENCE = 300  # letters of why


@dataclass(frozen=True)
class Blind:
    """One span of one source, from blind_spans. Times are naive UTC, as tables hold them.

    platforms  whose posts are missing, as stored; none when the source has not brought any yet
    kind       gap, outage or retention
    until      None when it is still so
    sentence   why: text from outside
    """

    source: str
    platforms: tuple[str, ...]
    kind: str
    since: datetime
    until: datetime | None
    sentence: str

    @property
    def is_by_age(self) -> bool:
        """Whether what is missing was not lost but deleted, as the site asks."""
        return self.kind == "retention"


def spans_of(table: pd.DataFrame) -> list[Blind]:
    """The rows of blind_spans, the earliest first; one for all platforms of a source that went blind together."""
    together: dict[tuple[Any, ...], list[str]] = {}
    rows: Iterable[Any] = table.itertuples()
    for row in rows:
        until = None if pd.isna(row.until_at) else row.until_at.to_pydatetime()
        told = (words.clean(row.source), words.clean(row.kind), row.since_at.to_pydatetime(), until)
        platforms = together.setdefault((*told, words.clean(row.sentence, _SENTENCE)), [])
        name = words.clean(row.platform)
        if name and name not in platforms:
            platforms.append(name)
    found = [
        Blind(source, tuple(names), kind, since, until, why)
        for (source, kind, since, until, why), names in together.items()
    ]
    return sorted(found, key=lambda span: (span.since, span.source))


def sentences(table: pd.DataFrame, zone: ZoneInfo, now: datetime) -> list[str]:
    """What an answer says of the rows of blind_spans: the latest 50, in the order of time. Times in `zone`; `now` is
    aware."""
    return [sentence(span, zone, now) for span in spans_of(table)[-MOST:]]


def sentence(span: Blind, zone: ZoneInfo, now: datetime) -> str:
    """ "blind from 10:02 to 10:05 on mastodon: why"; with the date where it is not today's."""
    why = f": {span.sentence}" if span.sentence else ""
    return f"{_when(span, zone, now)} on {where(span)}{why}"


def where(span: Blind, title: Callable[[object], str] = words.clean, most: int = 3) -> str:
    """Whose posts are missing: "mastodon", "x, reddit and tiktok", "x, reddit and 4 more", else the source's name."""
    return listed([title(name) for name in span.platforms], most) or span.source


def listed(names: Sequence[str], most: int = 3) -> str:
    """ "x", "x and reddit", "x, reddit and 4 more"."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def length(duration: timedelta) -> str:
    """How long something was so, in few letters: "20 s", "3 min", "90 min", "2 h", "4 d"."""
    seconds = round(duration.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{max(seconds, 1)} s"


def seen_not(spans: Iterable[Blind], since: datetime, until: datetime) -> timedelta:
    """How much of a window (naive UTC) at least one source was blind: spans that overlap count once."""
    total, reached = timedelta(0), since
    for span in sorted(spans, key=lambda span: span.since):
        start, end = max(span.since, reached), min(span.until or until, until)
        if end > start:
            total, reached = total + (end - start), end
    return total


def unknown_where(
    counts: pd.Series[int], starts: pd.DatetimeIndex, length: timedelta, spans: Sequence[Blind]
) -> list[float | None]:
    """The count of each stretch of `length` from `starts` on; none where it is 0 and nobody may have looked."""

    def is_lost(start: datetime) -> bool:
        return seen_not(spans, start, start + length) * 2 >= length

    found = [float(count) for count in counts.reindex(starts, fill_value=0)]
    if not spans:
        return list(found)
    stretches = zip(found, starts.to_pydatetime(), strict=True)
    return [None if not count and is_lost(start) else count for count, start in stretches]


def _when(span: Blind, zone: ZoneInfo, now: datetime) -> str:
    today = now.astimezone(zone)
    since = local(span.since, zone)
    if span.until is None:
        return f"blind since {_said(since, today)}"
    until = local(span.until, zone)
    if span.is_by_age:
        return f"not kept before {_said(until, today)}"
    # two equal times would say nothing: a short span is told to the second
    clock = "%H:%M:%S" if f"{since:%H:%M}" == f"{until:%H:%M}" and span.until - span.since < _SHORT else "%H:%M"
    if since.date() == until.date():
        return f"blind from {_said(since, today, clock)} to {until.strftime(clock)}"
    return f"blind from {_said(since, today, clock, dated=True)} to {_said(until, today, clock, dated=True)}"


_SHORT = timedelta(minutes=1)


def _said(local: datetime, today: datetime, clock: str = "%H:%M", *, dated: bool = False) -> str:
    """A local time, with the date where it is not today's and the year where it is not this one."""
    time = local.strftime(clock)
    if local.date() == today.date() and not dated:
        return time
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {time}"


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A table's instant (naive UTC) in a zone."""
    return moment.replace(tzinfo=UTC).astimezone(zone)
