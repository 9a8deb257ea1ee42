"""What answering was worth: contact deflection from a measured count and ranges somebody stands for.

    avoided = resolved x share that would have called x (cost of a call - cost of a case here) - programme's cost
    net     = resolved x share that would have called x cost of a call - resolved x cost of a case here - programme's

The first is the usual formula of contact deflection: it charges a case's cost only to those who would have called. The
second charges every case answered. Both are assumptions from end to end but for the count, and are never added to
anything measured. Pure: the draws are seeded, so the same inputs give the same figures on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import product

from config import Assumption, Value
from layouts.snapshot.facts import Band, Spread, Swing, Worth

DRAWS = 40_000
SEED = 20_120_724
_NOTHING = (0.0, 0.0, 0.0)

Inputs = Mapping[str, float]
Formula = Callable[[Inputs], float]


def worth(held_count: int, value: Value) -> Worth:
    """What `held_count` resolved cases were worth under the assumptions of `[value]`.

    The corners are the least and the most of all combinations of the ranges' ends: each formula is linear in every
    single input, so nothing inside is beyond them. P10, P50 and P90 are of triangular draws, independent of each other.
    """
    ranges = _ranges(value)
    avoided, net, deflected, each = _formulas(held_count)
    likely = _likely(ranges)
    nobody = {**likely, "contact_share": 0.0}
    draws = _draws(ranges)
    full_cost = held_count * likely["social_cost"] + likely["weekly_cost"]
    calls = held_count * likely["assisted_cost"]
    return Worth(
        held_count=held_count,
        deflected=_band(ranges, deflected),
        avoided=_spread(ranges, draws, avoided),
        net=_spread(ranges, draws, net),
        zero_effect=avoided(nobody),
        net_zero=net(nobody),
        cost_each=_band(ranges, each) if held_count else None,
        break_even=full_cost / calls if calls else None,
        swings=_swings(ranges, avoided),
    )


def _formulas(count: int) -> tuple[Formula, Formula, Formula, Formula]:
    def avoided(at: Inputs) -> float:
        return count * at["contact_share"] * (at["assisted_cost"] - at["social_cost"]) - at["weekly_cost"]

    def net(at: Inputs) -> float:
        calls = count * at["contact_share"] * at["assisted_cost"]
        return calls - count * at["social_cost"] - at["weekly_cost"]

    def deflected(at: Inputs) -> float:
        return count * at["contact_share"]

    def each(at: Inputs) -> float:
        return at["social_cost"] + at["weekly_cost"] / count

    return avoided, net, deflected, each


def _ranges(value: Value) -> dict[str, tuple[float, float, float]]:
    given: dict[str, Assumption | None] = {
        "contact_share": value.contact_share,
        "assisted_cost": value.assisted_cost,
        "social_cost": value.social_cost,
        "weekly_cost": value.weekly_cost,
    }
    return {name: (one.low, one.likely, one.high) if one else _NOTHING for name, one in given.items()}


def _likely(ranges: Mapping[str, tuple[float, float, float]]) -> dict[str, float]:
    return {name: likely for name, (_, likely, _) in ranges.items()}


def _band(ranges: Mapping[str, tuple[float, float, float]], formula: Formula) -> Band:
    ends = product(*(sorted({low, high}) for low, _, high in ranges.values()))
    corners = [formula(dict(zip(ranges, corner, strict=True))) for corner in ends]
    return Band(min(corners), formula(_likely(ranges)), max(corners))


def _draws(ranges: Mapping[str, tuple[float, float, float]]) -> list[dict[str, float]]:
    dice = random.Random(SEED)  # noqa: S311 -- repeatable on purpose
    return [
        {name: low if low == high else dice.triangular(low, high, likely) for name, (low, likely, high) in told}
        for told in [list(ranges.items())] * DRAWS
    ]


def _spread(
    ranges: Mapping[str, tuple[float, float, float]], draws: list[dict[str, float]], formula: Formula
) -> Spread:
    found = sorted(map(formula, draws))
    p10, p50, p90 = (found[round(share * (len(found) - 1))] for share in (0.1, 0.5, 0.9))
    return Spread(_band(ranges, formula), p10, p50, p90)


def _swings(ranges: Mapping[str, tuple[float, float, float]], formula: Formula) -> tuple[Swing, ...]:
    likely = _likely(ranges)
    swings = [
        Swing(name, formula({**likely, name: low}), formula({**likely, name: high}))
        for name, (low, _, high) in ranges.items()
        if low < high
    ]
    return tuple(sorted(swings, key=lambda swing: (-swing.size, swing.name)))
