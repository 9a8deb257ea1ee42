"""How each number was made: its questions, their parameters and its formula, for who wants to check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from layouts import words
from layouts.snapshot.facts import Asked, Facts
from layouts.snapshot.markup import (
    ASSUMED,
    BIASED,
    FORECAST,
    LINKS,
    MEASURED,
    MODEL,
    badge,
    section,
    table,
    tag,
    together,
)

LINEAGE: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("Mentions", MEASURED, ("totals",), "count of (post, own brand)"),
    ("Net sentiment", MODEL, ("sentiment",), "(positive − negative) / judged, over the own brands"),
    ("First response", MEASURED, ("response",), "median and 90th percentile (continuous) from opening to the "
     "first public message of a human, gross, of the cases opened in the week that were answered"),
    ("Resolved for good", MEASURED, ("outcomes",), "cases resolved by a human in the week and not reopened "
     "within 72 h"),
    ("Reopened", MEASURED, ("outcomes",), "cases reopened within 72 h / cases resolved by a human in the week"),
    ("Satisfied customers", BIASED, ("surveys",), "answers at the two highest points of the scale / answers; Wilson "
     "interval, 95%"),
    ("Leads", LINKS, ("leads",), "cases per outcome; sum of the amounts of those won"),
    ("Declined", MEASURED, ("declined",), "cases per reason"),
    ("By platform", MEASURED, ("outcomes_platforms", "response_platforms"), "the same, platform by platform"),
    ("Trend", MEASURED, ("trend",), "mentions between 0, 6, 12, 18 and 24 o'clock of the site's zone"),
    ("Peaks", MEASURED, ("trend", "expected", "words"), "the loudest six hours of a day, where 1.3 times what is usual "
     "then (the same hours a week before, where too little is known); words by log-odds with a Dirichlet prior "
     "(Monroe, Colaresi, Quinn 2008)"),
    ("Share of voice", MEASURED, ("voice",), "mentions of a brand / mentions of own brands and competitors"),
    ("Coverage", MEASURED, ("gaps", "staffed"), "time of the week in which no shift of the roster runs"),
    ("Messages while nobody was on", MEASURED, ("coverage",), "messages that asked for an answer × (1 − the share of "
     "them that came in a quarter of an hour with somebody on at every instant)"),
    ("How busy, and too few", ASSUMED, ("coverage",), "messages × [staffing] handling / (heads less shrinkage); too "
     "few where fewer are on than the promises take at that handling"),
    ("Nobody on, ahead", MEASURED, ("ahead", "ahead_known"), "stretches of the next 14 days in which no shift of the "
     "roster runs, or none of somebody who speaks a language of which a message is expected"),
    ("Long weekend", MEASURED, ("weekends",), "three days and more that are weekend or public holiday there"),
    ("Messages expected", FORECAST, ("demand",), "median of the hour of the week over four weeks × exponentially "
     "weighted level; error: sum of |came − expected| / sum of what came (WAPE), a day ahead"),
    ("Avoided cost", ASSUMED, ("outcomes",), "resolved for good × would have called × (cost of a call − cost of a "
     "case here) − programme's other cost"),
    ("Avoided cost, every answered case paid for", ASSUMED, ("outcomes",), "resolved for good × (would have called × "
     "cost of a call − cost of a case here) − programme's other cost"),
    ("P10, P50, P90", ASSUMED, (), "40,000 independent triangular draws of every assumption, always the same ones"),
    ("Cost of one resolution", ASSUMED, ("outcomes",), "cost of a case here + programme's other cost / resolved "
     "for good"),
    ("Not seen", MEASURED, ("blind",), "time in which at least one source was out or has a hole"),
)  # fmt: skip
"""Each number: how it is known, the answers it is made of, and its formula."""

PROMISED: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("Promises kept", MEASURED, ("kept", "kept_tracks", "kept_metrics"), "met / (met + broken), of the clocks whose "
     "due date lies in the week; broken are also those still running past it; Wilson interval, 95%"),
    ("Why promises were broken", MEASURED, ("causes",), "each broken one for the first reason that is true of it"),
    ("First response in open hours", MEASURED, ("waited",), "Kaplan-Meier median and 90th percentile of open time, of "
     "the first responses owed from the week on; who still waits counts as long as they have waited"),
    ("Public promise kept", MEASURED, ("public",), "kept / promised, of what was publicly due in the week"),
    ("Promised hours nobody was on", MEASURED, ("service_hours",), "time in which a calendar with a public promise is "
     "open and no shift runs, and the other way round"),
)  # fmt: skip
"""The same of a site that promises something."""


def lineage(facts: Facts) -> Markup:
    """Every number with its questions, their parameters and its formula."""
    asked = {one.name: one for one in facts.asked}
    usual = _usual(facts)
    rows = [
        [name, badge(how), _questions([asked[source] for source in sources if source in asked], usual), formula]
        for name, how, sources, formula in (*LINEAGE, *(PROMISED if "kept" in facts.now else ()))
    ]
    command = "python app.py ask QUESTION --param key=value"
    return section(
        "lineage",
        "How each number was made",
        tag(
            "details",
            tag("summary", "Questions, parameters and formulas"),
            tag("p", "Each can be asked again with ", tag("code", command), " and, where nothing else is said, these:"),
            tag("p", tag("code", _told(usual))),
            tag("p", "The week before is asked the same way, a week earlier. Times are UTC.", class_="base"),
            table("Lineage", ("Number", "How known", "Question", "Formula"), rows, class_="said"),
        ),
    )


def _usual(facts: Facts) -> dict[str, Any]:
    """What every question is asked with that takes it."""
    own = [brand.name for brand in facts.site.brand if brand.kind == "own"]
    span = {"since": facts.week.since, "until": facts.week.until}
    return {**span, "brands": own, "now": facts.seen_at, "known_at": facts.known_at}


def _questions(asked: list[Asked], usual: Mapping[str, Any]) -> Markup:
    told = [(one, {name: value for name, value in one.params.items() if usual.get(name) != value}) for one in asked]
    return together(
        tag("div", tag("code", one.question), " ", tag("span", _told(rest), class_="params")) for one, rest in told
    )


def _told(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in params.items())


def _value(value: Any) -> str:
    if isinstance(value, list):
        if value and isinstance(value[0], datetime):
            return f"[{len(value)} instants from {_iso(value[0])} to {_iso(value[-1])}]"
        return f"[{', '.join(words.clean(str(one), 40) for one in value[:8])}{', …' if len(value) > 8 else ''}]"
    return _iso(value) if isinstance(value, datetime) else words.clean(str(value), 80)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment.microsecond == 0 else f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
