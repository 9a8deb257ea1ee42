"""The two pictures of value: how wide it lies, and which assumption moves it most."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from config import Assumption, Value
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts, Spread, Worth
from layouts.snapshot.markup import ASSUMED, badge, tag
from layouts.snapshot.svg import ACCENT, INK, PALE, SOFT, Svg

AVOIDED = "Avoided cost"
NET = "Avoided cost, every answered case paid for"
NAMES = {
    "contact_share": "Would have called or written otherwise",
    "assisted_cost": "Cost of such a contact",
    "social_cost": "Cost of a case answered here",
    "weekly_cost": "Programme's other cost per week",
}
_EDGE, _PITCH = 1.5, 62.0
_KEY = (
    "Bar: P10 to P90. White line: P50. Dot: all at their likely. Thin line: lowest to highest. Dashed: if nobody would \
have called."
)
_MOVED = "One input moved at a time from its low to its high (the dark side), the others at their likely."


def assumed(given: Value) -> list[tuple[str, Assumption]]:
    """The assumptions that are given, by their name."""
    told = [(name, getattr(given, name)) for name in NAMES]
    return [(name, one) for name, one in told if one is not None]


def plain_input(name: str, number: float, currency: str = "") -> str:
    """An assumption as it is said: a share in percent, money."""
    return say.share(number) if name == "contact_share" else say.money(number, currency)


def spread_figure(facts: Facts, worth: Worth) -> Markup:
    """Both figures on one line of money, with what is left if nobody would have called."""
    caption = tag("figcaption", "What it was worth ", badge(ASSUMED), tag("span", _KEY, class_="key"))
    return tag("figure", caption, _range(worth, facts.site.site.currency))


def tornado_figure(facts: Facts, given: Value, worth: Worth) -> Markup:
    """One input moved at a time, the one that moves the result most above."""
    caption = tag("figcaption", "What the avoided cost hangs on ", badge(ASSUMED), tag("span", _MOVED, class_="key"))
    return tag("figure", caption, _tornado(given, worth, facts.site.site.currency))


def _range(worth: Worth, currency: str) -> Markup:
    marks = [
        *(number for one in (worth.avoided, worth.net) for number in (one.band.low, one.band.high)),
        worth.zero_effect,
        worth.net_zero,
        0.0,
    ]
    across = _Scale(marks)
    picture = Svg("worth", "What it was worth", _range_said(worth, currency), 218)
    zero = across(0)
    picture.line((zero, 14), (zero, 190), INK)
    picture.text(zero, 208, f"{currency} 0", _anchor(zero), SOFT)
    for top, name, one, at in (
        (30.0, AVOIDED, worth.avoided, worth.zero_effect),
        (126.0, NET, worth.net, worth.net_zero),
    ):
        picture.text(0, top - 10, name, class_="halo")
        _spread(picture, top, one, across)
        _zero_effect(picture, top, across(at), say.money(at, currency))
        middle = across(one.p50)
        said = f"{say.money(one.p10, currency, one.p90)} to {say.money(one.p90, '', one.p10)}"
        picture.text(middle, top + 34, said, _anchor(middle), class_="halo")
    return picture.markup()


def _spread(picture: Svg, top: float, one: Spread, across: _Scale) -> None:
    low, high = across(one.band.low), across(one.band.high)
    picture.line((low, top + 8), (high, top + 8), SOFT)
    picture.line((low, top + 4), (low, top + 12), SOFT)
    picture.line((high, top + 4), (high, top + 12), SOFT)
    picture.rect(across(one.p10), top, across(one.p90) - across(one.p10), 16, ACCENT)
    picture.rect(across(one.p50) - 0.3, top, 0.6, 16, "#fff")
    picture.dot(across(one.band.likely), top + 8, 4, "#fff", stroke=INK)


def _zero_effect(picture: Svg, top: float, x: float, said: str) -> None:
    picture.line((x, top - 6), (x, top + 40), INK, width=2, dash="3 2")
    told = f"nobody: {said}"
    picture.text(x, top + 52, told, _anchor(x), class_="halo")


class _Scale:
    """Where a sum lies across the picture."""

    def __init__(self, marks: Sequence[float]) -> None:
        self._low, self._span = min(marks), (max(marks) - min(marks)) or 1.0

    def __call__(self, number: float) -> float:
        return _EDGE + (100 - 2 * _EDGE) * (number - self._low) / self._span


def _anchor(x: float) -> str:
    return "start" if x < 20 else "end" if x > 80 else "middle"


def _range_said(worth: Worth, currency: str) -> str:
    def told(name: str, one: Spread, zero: float) -> str:
        cells = [say.money(number, currency) for number in (one.p10, one.p90, one.band.low, one.band.high, zero)]
        middle = f"P10 to P90 {cells[0]} to {cells[1]}, at most from {cells[2]} to {cells[3]}"
        return f"{name}: {middle}; nobody would have called: {cells[4]}."

    return f"{told(AVOIDED, worth.avoided, worth.zero_effect)} {told(NET, worth.net, worth.net_zero)}"


def _tornado(given: Value, worth: Worth, currency: str) -> Markup:
    likely = worth.avoided.band.likely
    if not worth.swings:
        return tag("p", "Every input is one number: give low and high that differ to see what it hangs on.")
    across = _Scale([likely, *(end for swing in worth.swings for end in (swing.at_low, swing.at_high))])
    picture = Svg("tornado", "What it hangs on", _tornado_said(worth, currency), _PITCH * len(worth.swings) + 24)
    ranges, labels = dict(assumed(given)), []
    bottom = _PITCH * len(worth.swings)
    for number, swing in enumerate(worth.swings):
        top, one = _PITCH * number + 20, ranges[swing.name]
        bounds = f"{plain_input(swing.name, one.low, currency)} to {plain_input(swing.name, one.high, currency)}"
        labels.append((top, f"{NAMES[swing.name]}: {bounds}"))
        left, right = sorted((across(swing.at_low), across(swing.at_high)))
        middle = across(likely)
        picture.rect(left, top, right - left, 14, PALE, stroke=SOFT)
        if swing.at_high >= swing.at_low:
            picture.rect(middle, top, right - middle, 14, ACCENT)
        else:
            picture.rect(left, top, middle - left, 14, ACCENT)
        low, high = sorted((swing.at_low, swing.at_high))
        picture.text(left, top + 27, say.money(low, currency), _anchor(left), SOFT, class_="axis halo")
        picture.text(right, top + 27, say.money(high, currency), _anchor(right), SOFT, class_="axis halo")
    picture.line((across(likely), 20), (across(likely), bottom), INK, width=1.5)
    for top, label in labels:
        picture.text(0, top - 6, label, class_="halo")
    picture.text(
        across(likely),
        bottom + 14,
        f"all likely: {say.money(likely, currency)}",
        _anchor(across(likely)),
        class_="halo",
    )
    return picture.markup()


def _tornado_said(worth: Worth, currency: str) -> str:
    told = (
        f"{NAMES[swing.name]}: from {say.money(swing.at_low, currency)} at its low to "
        f"{say.money(swing.at_high, currency)} at its high"
        for swing in worth.swings
    )
    return f"Avoided cost with one input moved at a time. {'; '.join(told)}. Dark is the side of the high."
