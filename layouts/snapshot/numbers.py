"""The five numbers: each with its count, one sentence, how it moved, how it came about, and the goal it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from config.center import SnapshotNumber
from layouts import words
from layouts.desk.times import duration
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts, Tables
from layouts.snapshot.links import mentions
from layouts.snapshot.markup import BIASED, MEASURED, MODEL, badge, section, tag
from layouts.snapshot.shares import wilson

NO_CASES = "No case is known of this week: no source has brought any."
_FEW = 30


@dataclass(frozen=True, slots=True)
class Number:
    """One of the five. `base` says what it is counted from, as a link where the desk can show it."""

    key: SnapshotNumber
    label: str
    value: str
    unit: str
    change: str
    sentence: str
    base: object
    method: str


def five(facts: Facts) -> Markup:
    """The section with the five numbers."""
    made = [make(facts) for make in (_mentions, _feeling, _response, _resolved, _content)]
    return section("numbers", "In five numbers", tag("ul", *(_card(facts, one) for one in made), class_="numbers"))


def goal_of(facts: Facts, key: SnapshotNumber) -> str | None:
    """The name of the goal a number serves, as the site file says."""
    return facts.site.snapshot.goals.get(key) if facts.site.snapshot else None


def _card(facts: Facts, one: Number) -> Markup:
    goal = goal_of(facts, one.key)
    return tag(
        "li",
        tag(
            "div",
            tag("h3", one.label),
            tag("p", tag("strong", one.value), f" {one.unit}" if one.unit else "", class_="value"),
        ),
        tag(
            "div",
            tag("p", f"{one.change[0].upper()}{one.change[1:]}", class_="change"),
            tag("p", one.sentence),
            tag("p", "n = ", one.base, f". Goal: {goal}. " if goal else ". ", badge(one.method), class_="base"),
        ),
    )


def _mentions(facts: Facts) -> Number:
    now, before = facts.now["totals"], facts.earlier["totals"]
    total, old = say.whole(now, "mentions_count"), say.whole(before, "mentions_count")
    # not one word about anybody measured in two weeks: nobody was reading, and that is no zero
    was_read = not (facts.now["voice"].empty and facts.earlier["voice"].empty)
    return Number(
        "mentions",
        "Mentions",
        say.count(total) if was_read else words.UNKNOWN,
        "",
        say.count_change(total, old) if was_read else say.NO_BEFORE,
        _spoken(facts, total) if was_read else "No mention of anybody measured is known of these two weeks.",
        mentions(facts, words.plural(total, "mention")),
        MEASURED,
    )


def _spoken(facts: Facts, total: int) -> str:
    if not total:
        return f"Nobody was seen to name {_own(facts)}."
    texts, authors = (say.whole(facts.now["totals"], f"{name}_count") for name in ("unique_texts", "authors"))
    by = f" by {words.plural(authors, 'known author')}" if authors else ""
    return f"So often {_own(facts)} was named, in {words.plural(texts, 'different text')}{by}."


def _feeling(facts: Facts) -> Number:
    negative, positive, judged = feeling(facts, facts.now)
    *_, judged_before = feeling(facts, facts.earlier)
    net, before = net_of(facts, facts.now), net_of(facts, facts.earlier)
    return Number(
        "net_sentiment",
        "Net sentiment",
        say.points(net),
        "points" if net is not None else "",
        say.points_change(net, before, f"{say.points(before)} of {words.plural(judged_before, 'judged mention')}"),
        f"{say.share(negative / judged)} sounded negative, {say.share(positive / judged)} positive; points are the "
        "difference, from −100 to +100." if judged else "No mention was judged.",
        f"{words.plural(judged, 'judged mention')}{_unjudged(facts, judged)}",
        MODEL,
    )  # fmt: skip


def _unjudged(facts: Facts, judged: int) -> str:
    """What the model had no verdict on, such as a language it does not know, is said: it may sound otherwise."""
    total = say.whole(facts.now["totals"], "mentions_count")
    return f" of {total:,}" if judged and judged != total else ""


def _response(facts: Facts) -> Number:
    now, before = facts.now["response"], facts.earlier["response"]
    median, slow = say.first(now, "p50_seconds"), say.first(now, "p90_seconds")
    known = say.whole(now, "answered_count") - say.whole(now, "early_count")
    return Number(
        "first_response",
        "First response, median",
        duration(median),
        "",
        say.duration_change(median, say.first(before, "p50_seconds")),
        _response_sentence(facts, median, slow),
        words.plural(known, "answer with a known time", "answers with a known time"),
        MEASURED,
    )


def _response_sentence(facts: Facts, median: Any, slow: Any) -> str:
    outcomes = facts.now["outcomes"]
    opened, waiting = say.whole(outcomes, "opened_count"), say.whole(outcomes, "waiting_count")
    if not opened:
        return NO_CASES
    still = f"{waiting:,} still wait and are in neither figure." if waiting else "Nobody still waits."
    if median is None:
        return f"None of {words.plural(opened, 'case')} has a first answer whose time is known. {still}"
    return f"Half were answered within {duration(median)}, nine of ten within {duration(slow)}. {still}"


def _resolved(facts: Facts) -> Number:
    now, before = facts.now["outcomes"], facts.earlier["outcomes"]
    held, resolved, settling = (say.whole(now, f"{name}_count") for name in ("held", "resolved", "settling"))
    has_cases = not (now.empty and before.empty)
    young = f" {settling:,} of them may still come back." if settling else ""
    return Number(
        "resolved",
        "Resolved for good",
        say.count(held) if has_cases else words.UNKNOWN,
        "",
        say.count_change(held, say.whole(before, "held_count")) if has_cases else say.NO_BEFORE,
        f"By a human, and not reopened within 72 hours.{young}" if has_cases else NO_CASES,
        words.plural(resolved, "case resolved by a human", "cases resolved by a human"),
        MEASURED,
    )


def _content(facts: Facts) -> Number:
    now, before = facts.now["surveys"], facts.earlier["surveys"]
    top, answered = say.whole(now, "top_count"), say.whole(now, "answered_count")
    old_top, old_answered = say.whole(before, "top_count"), say.whole(before, "answered_count")
    old = old_top / old_answered if old_answered else None
    return Number(
        "satisfaction",
        "Satisfied customers",
        say.share(top / answered) if answered else words.UNKNOWN,
        "",
        say.points_change(top / answered, old, f"{say.share(old)} of {old_answered:,}") if answered else say.NO_BEFORE,
        _content_sentence(facts, (top, answered), (old_top, old_answered)),
        words.plural(answered, "answered survey"),
        BIASED,
    )


def _content_sentence(facts: Facts, now: tuple[int, int], before: tuple[int, int]) -> str:
    if not now[1]:
        return "No survey was answered."
    low, high = wilson(*now)
    said = f"Among all who would answer it lies between {say.share(low)} and {say.share(high)} (95%). {asked(facts)}."
    old_low, old_high = wilson(*before)
    if before[1] and low <= old_high and old_low <= high:
        said += " The change may be chance."
    return said + (" Few answers: read it with care." if now[1] < _FEW else "")


def asked(facts: Facts) -> str:
    """Who answered, of whom: "41 of 300 asked answered"; of the resolved, where nobody tells who was asked."""
    surveys = facts.now["surveys"]
    answered, surveyed = say.whole(surveys, "answered_count"), say.whole(surveys, "surveyed_count")
    if surveyed > answered:
        return f"{answered:,} of {surveyed:,} asked answered ({say.share(answered / surveyed)})"
    resolved = say.whole(facts.now["outcomes"], "resolved_count")
    if resolved < answered or not resolved:
        return "Nobody tells how many were asked"
    return (
        f"{answered:,} answers beside {words.plural(resolved, 'resolved case')} ({say.share(answered / resolved)}); "
        "nobody tells how many were asked"
    )


def feeling(facts: Facts, tables: Tables) -> tuple[int, int, int]:
    """Negative, positive and judged mentions of the own brands."""
    table = tables["sentiment"]
    rows = table[table["group_name"].isin([brand.name for brand in facts.site.brand if brand.kind == "own"])]
    negative, neutral, positive = (int(rows[f"{name}_count"].sum()) for name in ("negative", "neutral", "positive"))
    return negative, positive, negative + neutral + positive


def net_of(facts: Facts, tables: Tables) -> float | None:
    """Net sentiment of the own brands, -1..1; None when nothing was judged."""
    negative, positive, judged = feeling(facts, tables)
    return (positive - negative) / judged if judged else None


def _own(facts: Facts) -> str:
    names = [words.clean(brand.name) for brand in facts.site.brand if brand.kind == "own"]
    return " or ".join(names) or "a brand of yours"
