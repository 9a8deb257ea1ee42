"""Shares and how sure they are."""

from __future__ import annotations

import math

_Z = 1.959963984540054
"""95 % of a normal distribution lie within so many standard deviations."""


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The Wilson score interval (95 %) of `hits` of `count`, 0..1; (0, 1) of nothing. Raises ValueError for more hits
    than there are.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if not 0 <= hits <= count:
        raise ValueError(f"{hits} of {count} is no share")
    if not count:
        return 0.0, 1.0
    share, square = hits / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z / (1 + square / count) * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return (max(0.0, middle - half) if hits else 0.0), (min(1.0, middle + half) if hits < count else 1.0)
