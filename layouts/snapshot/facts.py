"""What a snapshot is drawn from: answers as they came, and what was worked out of them. Nothing here is words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from config import Site
from layouts.snapshot.weeks import Week
from layouts.words import aware

_LATE = timedelta(days=1)  # a quiet first night is no late beginning
Tables = Mapping[str, pd.DataFrame]
"""Answers by the name they are drawn under, such as "totals"."""


@dataclass(frozen=True, slots=True)
class Band:
    """A figure that is not known but bounded; the three in the order of their size."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Spread:
    """What comes out when every input may lie anywhere in its range, and the corners of all ranges.

    p10, p50, p90   of the draws
    """

    band: Band
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Swing:
    """One input moved alone from its low to its high, the others at their likely: what comes out at either end."""

    name: str
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        """How far the result moves."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class Worth:
    """What answering was worth, all of it assumed but the count.

    held_count     cases resolved by a human that held: measured
    deflected      contacts avoided
    avoided        money: contacts avoided, each at the difference between the two ways, less the programme's cost
    net            the same with the cost of every case answered, not only of those that would have called
    zero_effect    `avoided` if nobody would have called; `net_zero` the same of `net`: minus all costs
    cost_each      what one resolution costs; None when there was none
    break_even     the share that must have called for `net` to be nought, costs at their likely; None without a cost
    swings         of `avoided`, the largest first
    """

    held_count: int
    deflected: Band
    avoided: Spread
    net: Spread
    zero_effect: float
    net_zero: float
    cost_each: Band | None
    break_even: float | None
    swings: tuple[Swing, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was asked: under which name it is drawn, with what, about which week (or both)."""

    name: str
    question: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Peak:
    """One of the loudest stretches. Instants are aware UTC.

    usual_count      what it is held against, which `against` says in words; None when nobody knows
    words            what stood out in it, the strongest first
    negative_share   of its judged mentions; None when none was judged
    """

    since: datetime
    until: datetime
    mentions_count: int
    usual_count: float | None
    against: str
    negative_share: float | None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """now, earlier     answers about the week and about the week before it
    seen_at, seen_before_at   how far each is followed up: equally long after its end, so that they can be compared
    peaks              rows of the loudest stretches: see jobs.weekly
    worth              None when the site file has no [value], or nothing was resolved
    model              who judged the sentiment
    filling            sources that have not brought all of the two weeks yet
    """

    site: Site
    week: Week
    made_at: datetime
    known_at: datetime
    revision: int
    inputs_hash: str
    seen_at: datetime
    seen_before_at: datetime
    now: Tables
    earlier: Tables
    worth: Worth | None
    worth_before: Worth | None
    model: str
    asked: tuple[Asked, ...] = ()
    peaks: tuple[Peak, ...] = ()
    filling: tuple[str, ...] = ()

    def late_since(self, what: str) -> datetime | None:
        """From when on "mentions" or "cases" are known, where part of the week before lies before that: silence then
        is nobody listening. None where all of it is known, or nothing at all."""
        known = self.now["known"].iloc[0] if "known" in self.now else None
        first = None if known is None else aware(known[f"{what}_since_at"])
        return first if first and first > self.week.before.since + _LATE else None
