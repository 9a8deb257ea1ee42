"""Chance that can be repeated: dice that fall the same way for the same names, and what is drawn with them."""

from __future__ import annotations

import hashlib
import math
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TypeVar

SLOT = timedelta(minutes=15)
"""The world is told in pieces of this length."""

SLOT_MILLISECONDS = SLOT // timedelta(milliseconds=1)
SLOTS_PER_DAY = timedelta(days=1) // SLOT
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SMALL = 60.0

Dice = random.Random
T = TypeVar("T")


def dice_of(*names: object) -> Dice:
    """Dice that fall the same way whenever they are asked for by the same names."""
    return random.Random("/".join(map(str, names)))  # noqa: S311 -- a game of chance, not a secret


def share_of(*names: object) -> float:
    """One number in 0..1 that belongs to these names: cheaper than dice that are thrown once."""
    digest = hashlib.blake2b("/".join(map(str, names)).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def slot_of(moment: datetime) -> int:
    """The number of the slot `moment` (aware) lies in."""
    return (moment - EPOCH) // SLOT


def begin_of(slot: int) -> datetime:
    """When a slot begins, aware UTC."""
    return EPOCH + slot * SLOT


def poisson(dice: Dice, mean: float) -> int:
    """How many of what happens `mean` times on average: Knuth's product of uniforms, above 60 the normal curve."""
    if mean > _SMALL:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, product, drawn = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        drawn += 1
    return drawn


def skewed(dice: Dice, median: float, spread: float) -> float:
    """A draw from a log-normal curve: half are below `median`; 68 % within a factor of e**spread."""
    return median * math.exp(spread * dice.gauss(0, 1))


class Wheel:
    """Names with weights, one of which is drawn at a turn."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._names = list(weights)
        self._edges = list(accumulate(weights.values()))

    def turn(self, luck: float) -> str:
        """The name at `luck`, 0..1."""
        return self._names[min(bisect(self._edges, luck * self._edges[-1]), len(self._names) - 1)]


def pick(items: Sequence[T], luck: float) -> T:
    """One of `items`, all alike, at `luck` in 0..1 (exclusive)."""
    return items[int(luck * len(items))]
