"""Sources and methods: what could not be seen, where the numbers come from, whose goals they serve, and each formula.

The table of sources and methods is the one #SMMstandards asks every report on social media for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from config import Brand, Source
from layouts import blind, words
from layouts.panels.platforms import title_of
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts
from layouts.snapshot.markup import METHODS, badge, listed, section, sentences, table, tag


def blindness(facts: Facts) -> Markup:
    """What could not be seen, in hours and words."""
    spans = blind.spans_of(facts.now["blind"])
    since, until = (moment.replace(tzinfo=None) for moment in (facts.week.since, facts.week.until))
    filling = [f"{words.clean(name, 60)} has not brought all of both weeks yet." for name in facts.filling]
    if not spans:
        return section("unseen", "What we could not see", sentences("No source is known to have been blind.", *filling))
    lost = blind.seen_not(spans, since, until)
    told = [blind.sentence(span, facts.week.zone, facts.made_at) for span in spans]
    return section(
        "unseen",
        "What we could not see",
        sentences(
            f"For {say.hours(lost.total_seconds())} of {facts.week.hours:g} hours at least one source could not see. "
            "What was said then is in no number here unless it came in later.",
            *filling,
        ),
        listed(told[-12:]),
        tag("p", f"and {len(told) - 12:,} more") if len(told) > 12 else Markup(""),
    )


def method(facts: Facts) -> Markup:
    """Sources and methods."""
    rows: list[list[object]] = [
        ["Searched for", blind.listed([_terms(brand) for brand in facts.site.brand], 12)],
        ["Sources", blind.listed([_source(one) for one in facts.site.source], 30) or "none"],
        ["Platforms", _platforms(facts)],
        ["Counted", "one mention for each post and brand it names; copies count, different texts are told beside; "
         "exercises never"],
        ["Sentiment", f"{facts.model}, for every language alike; nobody has checked it on these posts"],
        *_promises(facts),
        ["Reach", "not shown: no source measures how many people saw a post"],
        ["Week", _week(facts)],
        ["Known at", f"{_moment(facts, facts.known_at)}; later corrections make another version"],
        ["Followed up", _followed(facts)],
        ["Quoted", "no post and no author, so nothing here must be forgotten when a post is deleted"],
    ]  # fmt: skip
    meanings = [[badge(name), meaning] for name, meaning in METHODS.items()]
    return section(
        "method",
        "Sources and methods",
        table("Sources and methods", ("", "Of this snapshot"), rows, class_="said"),
        table("How a number is known", ("Word", "Meaning"), meanings, class_="said"),
    )


def _promises(facts: Facts) -> list[list[object]]:
    if "kept" not in facts.now:
        return []
    said = (
        "due when the open time of a track's calendar has run for its target; paused while the customer or a third "
        "party is waited for, but for first responses; what was merged, excluded, declined or needed no answer counts "
        "nowhere; a machine's reply is none"
    )
    return [["Promises", said]]


def goals(facts: Facts) -> Markup:
    """The goals of the center, each with the numbers that serve it."""
    if not facts.site.goal:
        return section(
            "goals", "Goals", sentences("The site file names no [[goal]], so no number can say whom it serves.")
        )
    serving = facts.site.snapshot.goals if facts.site.snapshot else {}
    rows: list[list[object]] = [
        [
            one.name,
            one.owner,
            one.kpi,
            one.target,
            say.dated(one.from_date),
            blind.listed([key.replace("_", " ") for key, name in serving.items() if name == one.name], 9)
            or "no number of this page",
        ]
        for one in facts.site.goal
    ]
    heads = ("Goal", "Owner", "Told by", "Target", "Since", "Served by")
    return section("goals", "Goals", table("What the center is for", heads, rows, class_="said"))


def _terms(brand: Brand) -> str:
    found = ", ".join(words.clean(term, 40) for term in brand.terms[:6])
    more = f", {len(brand.terms) - 6} more" if len(brand.terms) > 6 else ""
    return f"{words.clean(brand.name, 60)} ({brand.kind}): {found}{more}"


def _source(source: Source) -> str:
    return f"{words.clean(source.name)} ({words.clean(source.kind, 40)}, {source.source_class})"


def _platforms(facts: Facts) -> str:
    table_ = facts.now["trend"]
    counts = table_.groupby("platform")["mentions_count"].sum().sort_values(ascending=False)
    return blind.listed([f"{title_of(name)} {int(many):,}" for name, many in counts.items()], 12) or words.UNKNOWN


def _week(facts: Facts) -> str:
    changed = ""
    if facts.week.hours != 168:
        changed = "; the clocks changed, so it is not 168 hours long"
    if facts.week.before.hours != facts.week.hours:
        changed += f"; the week before had {facts.week.before.hours:g}"
    zone = facts.week.zone
    since, until = (say.moment(at, zone) for at in (facts.week.since, facts.week.until))
    return f"{since} to {until}, {words.zone_name(zone)}: {facts.week.hours:g} hours{changed}"


def _followed(facts: Facts) -> str:
    grace = (facts.seen_at - facts.week.until) / timedelta(hours=1)
    return f"both weeks until {grace:g} hours after their end, so that they can be compared; nothing changes after 72"


def _moment(facts: Facts, moment: datetime) -> str:
    return f"{say.moment(moment, facts.week.zone)} ({words.zone_name(facts.week.zone)})"
