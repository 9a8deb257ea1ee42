"""What answering was worth: the worked example, its corners, its draws, and what happens at the edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Assumption, Value
from jobs.value import worth


def assumed(low: float, likely: float, high: float) -> Assumption:
    return Assumption(low=low, likely=likely, high=high, owner="o", source="s", date=date(2026, 9, 1))


def value(**changes: Any) -> Value:
    plain = {
        "contact_share": assumed(0.25, 0.45, 0.65),
        "assisted_cost": assumed(8.01, 8.01, 8.01),
        "social_cost": assumed(3.0, 4.2, 6.0),
    }
    return Value(**{**plain, **changes})


def test_the_worked_example() -> None:
    found = worth(1200, value())
    assert (found.deflected.low, found.deflected.likely, found.deflected.high) == pytest.approx((300, 540, 780))
    assert found.avoided.band.likely == pytest.approx(2057.40)
    assert (found.avoided.band.low, found.avoided.band.high) == pytest.approx((603.00, 3907.80))
    # triangular Monte Carlo of the example; P50 lies under the likely, since the long end of the cost is the dear one
    draws = (found.avoided.p10, found.avoided.p50, found.avoided.p90)
    assert draws == pytest.approx((1328, 1919, 2607), rel=0.01)
    assert found.avoided.p50 < found.avoided.band.likely


def test_the_same_inputs_give_the_same_draws() -> None:
    assert worth(1200, value()) == worth(1200, value())


def test_if_nobody_would_have_called_only_the_costs_are_left() -> None:
    found = worth(1200, value(weekly_cost=assumed(100, 200, 300)))
    assert found.zero_effect == pytest.approx(-200)
    assert found.net_zero == pytest.approx(-(1200 * 4.2 + 200))


def test_every_answered_case_has_its_cost_in_the_second_figure() -> None:
    found = worth(1200, value())
    assert found.net.band.likely == pytest.approx(1200 * (0.45 * 8.01 - 4.2))
    assert found.break_even == pytest.approx(4.2 / 8.01)
    even = worth(1200, value(contact_share=assumed(0.5, 4.2 / 8.01, 0.6)))
    assert even.net.band.likely == pytest.approx(0)


def test_what_one_resolution_costs() -> None:
    each = worth(1200, value(weekly_cost=assumed(120, 240, 1200))).cost_each
    assert each is not None
    assert (each.low, each.likely, each.high) == pytest.approx((3.1, 4.4, 7.0))


def test_the_tornado_moves_one_input_at_a_time_and_shows_the_widest_first() -> None:
    swings = worth(1200, value()).swings
    assert [swing.name for swing in swings] == ["contact_share", "social_cost"], "a fixed cost moves nothing"
    assert (swings[0].at_low, swings[0].at_high) == pytest.approx((1143.0, 2971.8))
    assert (swings[1].at_low, swings[1].at_high) == pytest.approx((2705.4, 1085.4))


def test_without_a_resolved_case_there_is_no_cost_of_one() -> None:
    found = worth(0, value())
    assert found.cost_each is None
    assert (found.avoided.band.likely, found.break_even) == (0, None)


def test_answering_may_cost_more_than_it_avoids() -> None:
    found = worth(100, value(social_cost=assumed(9, 10, 12)))
    assert found.avoided.band.likely < 0
    # the more would have called, the worse: the corner is then at the other end of the share
    assert found.avoided.band.low == pytest.approx(100 * 0.65 * (8.01 - 12))
    assert found.break_even is not None
    assert found.break_even > 1


RANGE = st.lists(st.floats(0, 50), min_size=3, max_size=3).map(sorted)


@settings(max_examples=10)
@given(share=st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted), call=RANGE, case=RANGE, week=RANGE)
def test_no_draw_lies_beyond_the_corners(
    share: list[float], call: list[float], case: list[float], week: list[float]
) -> None:
    given_ = value(
        contact_share=assumed(*share),
        assisted_cost=assumed(*call),
        social_cost=assumed(*case),
        weekly_cost=assumed(*week),
    )
    found = worth(50, given_)
    for spread in (found.avoided, found.net):
        ordered = [spread.band.low - 1e-6, spread.p10, spread.p50, spread.p90, spread.band.high + 1e-6]
        assert ordered == sorted(ordered)
        assert spread.band.low - 1e-6 <= spread.band.likely <= spread.band.high + 1e-6
