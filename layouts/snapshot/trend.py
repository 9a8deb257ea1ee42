"""What happened: the week's line beside the week before, hatched where somebody was blind, its peaks in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
from markupsafe import Markup

from layouts import blind, words
from layouts.desk.edges import edges
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts, Peak
from layouts.snapshot.links import mentions
from layouts.snapshot.markup import ANECDOTE, MEASURED, MODEL, badge, listed, section, sentences, tag
from layouts.snapshot.svg import ACCENT, INK, PALE, SOFT, Svg, sample, steps
from layouts.snapshot.weeks import midnight

_TOP, _BOTTOM, _HEIGHT = 26.0, 176.0, 214.0
_DAY = timedelta(days=1)
DASHED = "4 3"
_LOWEST_TOP = 4
Slot = tuple[int, int]


def happened(facts: Facts) -> Markup:
    """The section: a sentence, the picture, the peaks."""
    total = say.whole(facts.now["totals"], "mentions_count")
    return section(
        "happened",
        "What happened",
        sentences(*_story(facts, total)),
        *(_drawn(facts) if total else ()),
    )


def _drawn(facts: Facts) -> tuple[Markup, Markup]:
    caption = tag("figcaption", "Mentions in six hours, by the site's clock ", badge(MEASURED), _key())
    return tag("figure", caption, _picture(facts)), _peaks(facts)


def _key() -> Markup:
    return tag("span", sample(ACCENT), " this week ", sample(SOFT, DASHED), " the week before", class_="key")


def _story(facts: Facts, total: int) -> list[object]:
    days = _by_day(facts)
    if not total or not days:
        return ["No mention is known of this week."]
    loudest = max(days, key=lambda one: one[1])
    first = tag("span", mentions(facts, words.plural(total, "mention")), " in the week.")
    return [first, f"The loudest day was {say.day(loudest[0])} with {loudest[1]:,}.", _blind_note(facts)]


def _blind_note(facts: Facts) -> str:
    spans = blind.spans_of(facts.now["blind"])
    if not spans:
        return ""
    return "Where the picture is hatched a source could not be read: there the line is the least there was."


def _by_day(facts: Facts) -> list[tuple[Any, int]]:
    table = facts.now["trend"]
    days: dict[Any, int] = {}
    for at, many in table.groupby("edge_at")["mentions_count"].sum().items():
        day = _local(at, facts).date()
        days[day] = days.get(day, 0) + int(many)
    return sorted(days.items())


def _peaks(facts: Facts) -> Markup:
    if not facts.peaks:
        quiet = "No six hours were a third louder than those hours usually are."
        has_before = not facts.earlier["trend"].empty
        return tag("p", quiet if has_before else "Nothing is known of the week before, so no peak can be told.")
    return listed((_peak(facts, peak) for peak in facts.peaks), "ol", "peaks")


def _peak(facts: Facts, peak: Peak) -> Markup:
    louder = f", {peak.mentions_count / peak.usual_count:.1f} times {peak.against}" if peak.usual_count else ""
    said: list[object] = [
        tag("strong", say.stretch(peak.since, peak.until, facts.week.zone)),
        f": {words.plural(peak.mentions_count, 'mention')}{louder}. ",
    ]
    if peak.words:
        quoted = blind.listed([f"“{words.clean(word, 40)}”" for word in peak.words], 6)
        said += [f"More people than before said {quoted} ", badge(ANECDOTE), ". "]
    if peak.negative_share is not None:
        said += [f"{say.share(peak.negative_share)} of what was judged sounded negative ", badge(MODEL), "."]
    return tag("span", *said)


def _picture(facts: Facts) -> Markup:
    now, before = _counts(facts.now["trend"], facts), _counts(facts.earlier["trend"], facts)
    pieces = _pieces(facts)
    top = max([*now.values(), *before.values(), _LOWEST_TOP])
    ticks = steps(0, top, 3)
    scale = (_BOTTOM - _TOP) / ticks[-1]
    picture = Svg("trend", "Mentions in six hours", _said(facts, now), _HEIGHT)
    _hatches(picture, facts)
    for tick in ticks:
        y = _BOTTOM - tick * scale
        picture.line((0, y), (100, y), INK if tick == 0 else PALE)
        if tick:
            picture.text(0, y - 3, say.count(tick), fill=SOFT, class_="axis")
    _days(picture, facts)
    for counts, stroke, width, dash in ((before, SOFT, 1.5, DASHED), (now, ACCENT, 2.5, None)):
        points = [(x, _BOTTOM - counts.get(slot, 0) * scale) for slot, left, right in pieces for x in (left, right)]
        if counts and points:
            picture.path(points, stroke, width=width, dash=dash)
    _numbers(picture, facts, now, scale)
    return picture.markup()


def _numbers(picture: Svg, facts: Facts, now: Mapping[Slot, int], scale: float) -> None:
    for number, peak in enumerate(facts.peaks, 1):
        x = (_across(peak.since, facts) + _across(peak.until, facts)) / 2
        y = _BOTTOM - now.get(_slot(peak.since, facts), 0) * scale
        picture.dot(x, y - 12, 9, INK)
        picture.text(x, y - 8, number, "middle", "#fff", class_="mark")


def _hatches(picture: Svg, facts: Facts) -> None:
    since, until = (moment.replace(tzinfo=None) for moment in (facts.week.since, facts.week.until))
    for span in blind.spans_of(facts.now["blind"]):
        start, end = max(span.since, since), min(span.until or until, until)
        if start < end:
            left = _across(start.replace(tzinfo=UTC), facts)
            width = _across(end.replace(tzinfo=UTC), facts) - left
            picture.hatch(left, _TOP, max(width, 0.5), _BOTTOM - _TOP)


def _days(picture: Svg, facts: Facts) -> None:
    totals = dict(_by_day(facts))
    for number in range(7):
        day = facts.week.first + number * _DAY
        left = _across(midnight(day, facts.week.zone), facts)
        middle = (left + _across(midnight(day + _DAY, facts.week.zone), facts)) / 2
        if number:
            picture.line((left, _TOP), (left, _BOTTOM + 6), PALE)
        picture.text(middle, _BOTTOM + 18, f"{day:%a} {day.day}", "middle")
        picture.text(middle, _BOTTOM + 34, say.count(totals.get(day, 0)), "middle", SOFT)


def _said(facts: Facts, now: Mapping[Slot, int]) -> str:
    days = "; ".join(f"{say.day(day)} {many:,}" for day, many in _by_day(facts)) or "none"
    return f"Mentions by day: {days}. The most in six hours were {max(now.values(), default=0):,}."


def _pieces(facts: Facts) -> list[tuple[Slot, float, float]]:
    """Each six hours of the week by the site's clock, and where they lie across the picture."""
    cuts = edges(facts.week.since, facts.week.until, facts.week.zone)
    return [(_slot(left, facts), _across(left, facts), _across(right, facts)) for left, right in pairwise(cuts)]


def _counts(table: pd.DataFrame, facts: Facts) -> dict[Slot, int]:
    summed: Any = table.groupby("edge_at")["mentions_count"].sum().items()
    return {_slot(at.to_pydatetime().replace(tzinfo=UTC), facts): int(many) for at, many in summed}


def _slot(at: datetime, facts: Facts) -> Slot:
    local = at.astimezone(facts.week.zone)
    return local.weekday(), local.hour


def _across(at: datetime, facts: Facts) -> float:
    return 100 * ((at - facts.week.since) / (facts.week.until - facts.week.since))


def _local(at: Any, facts: Facts) -> datetime:
    return blind.local(at.to_pydatetime(), facts.week.zone)
