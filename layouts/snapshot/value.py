"""Value: what answering was worth if the assumptions hold, and what it was worth if they do not."""

from __future__ import annotations

from markupsafe import Markup

from config import Value
from layouts import words
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Band, Facts, Spread, Worth
from layouts.snapshot.markup import ANECDOTE, ASSUMED, CORRELATION, MEASURED, badge, section, sentences, table, tag
from layouts.snapshot.numbers import goal_of
from layouts.snapshot.worth import AVOIDED, NAMES, NET, assumed, plain_input, spread_figure, tornado_figure


def value(facts: Facts) -> Markup:
    """The section. Without [value] it says what to write; without a resolved case there is nothing to value."""
    held = say.whole(facts.now["outcomes"], "held_count")
    given = facts.site.value
    if given is None:
        advice = (
            "Nobody has said what answering is worth: write [value.contact_share], [value.assisted_cost] and "
            "[value.social_cost] into the site file, each with low, likely, high, owner, source and date. "
            "docs/snapshot.md shows them."
        )
        return section("value", "Value", sentences(advice))
    if facts.worth is None:
        nothing = f"{words.plural(held, 'case')} held, so nothing can be worked out; the assumptions are below."
        return section("value", "Value", sentences(nothing), _inputs(facts, given))
    return section(
        "value",
        "Value",
        *_story(facts, facts.worth),
        spread_figure(facts, facts.worth),
        _figures(facts, facts.worth),
        tornado_figure(facts, given, facts.worth),
        _inputs(facts, given),
        _not_priced(),
    )


def _story(facts: Facts, worth: Worth) -> list[Markup]:
    band, currency, goal = worth.avoided, facts.site.site.currency, goal_of(facts, "value")
    before = say.money(facts.worth_before.avoided.p50, currency) if facts.worth_before else words.UNKNOWN
    return [
        sentences(
            f"{words.plural(worth.held_count, 'case')} were resolved for good: that is counted. What it was worth is "
            f"not: if the assumptions hold, it avoided contacts worth between {say.money(band.p10, currency)} and "
            f"{say.money(band.p90, currency)}, as likely more as less than {say.money(band.p50, currency)} "
            f"(the week before {before}).",
            f"Goal: {goal}." if goal else "",
        ),
        sentences(
            f"If nobody would have called, nothing was avoided and answering cost "
            f"{say.money(-worth.net_zero, currency)}.",
            _break_even(worth),
            "Avoided cost is not money saved in a budget. Nothing measured is added to any figure here.",
        ),
    ]


def _break_even(worth: Worth) -> str:
    if worth.break_even is None:
        return ""
    if worth.break_even > 1:
        return "Answering costs more here than a call does: no share of callers would pay for every case."
    share = say.share(worth.break_even)
    return f"At likely costs every answered case is paid for once {share} of those customers would have called."


def _figures(facts: Facts, worth: Worth) -> Markup:
    currency = facts.site.site.currency
    most = max(abs(worth.avoided.band.high), abs(worth.net.band.low), abs(worth.net_zero))

    names = ("Lowest", "P10", "P50", "All likely", "P90", "Highest", "If nobody would have called")
    pairs = zip(names, _cells(worth.avoided, worth.zero_effect), _cells(worth.net, worth.net_zero), strict=True)
    rows = [[name, *(say.money(cell, "", most) for cell in cells)] for name, *cells in pairs]
    each = worth.cost_each
    extra = table(
        tag("span", f"Contacts, and {currency} for one resolution ", badge(ASSUMED)),
        ("", "Low", "Likely", "High"),
        [
            ["Contacts avoided", *(say.count(one) for one in _three(worth.deflected))],
            ["Cost of one resolution", *(say.money(one, "") for one in (_three(each) if each else (None,) * 3))],
        ],
    )
    caption = tag("span", f"Value of the week in {currency} ", badge(ASSUMED))
    return table(caption, ("", AVOIDED, NET), rows) + extra


def _cells(one: Spread, zero: float) -> tuple[float, ...]:
    return (one.band.low, one.p10, one.p50, one.band.likely, one.p90, one.band.high, zero)


def _three(band: Band) -> tuple[float, float, float]:
    return band.low, band.likely, band.high


def _inputs(facts: Facts, given: Value) -> Markup:
    rows = [
        [
            NAMES[name],
            *(plain_input(name, number) for number in (one.low, one.likely, one.high)),
            one.owner,
            f"{one.source} ({say.dated(one.date)})",
        ]
        for name, one in assumed(given)
    ]
    caption = tag(
        "span", f"The assumptions, money in {facts.site.site.currency}, and who stands for them ", badge(ASSUMED)
    )
    return table(caption, ("", "Low", "Likely", "High", "Owner", "From"), rows, class_="said")


def _not_priced() -> Markup:
    return table(
        "What is given no price",
        ("", "Why", "How it would be known"),
        [
            ["Cases resolved", "counted above; their price is the assumption", badge(MEASURED)],
            ["A crisis that did not come", "nobody knows what it would have cost", badge(ANECDOTE)],
            ["Customers who stayed", "others stay too, for other reasons", badge(CORRELATION)],
        ],
        class_="said",
    )
