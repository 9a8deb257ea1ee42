"""Coverage: the hours of the week in which nobody was on shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from layouts import blind
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts, Tables
from layouts.snapshot.markup import MEASURED, badge, section, sentences, tag
from layouts.snapshot.numbers import goal_of
from layouts.snapshot.svg import PALE, SOFT, Svg
from layouts.snapshot.weeks import midnight
from layouts.words import instant

_ROW, _LEFT, _BAR = 24.0, 15.0, 15.0
_DAY = timedelta(days=1)
_MOST = 6
Gap = tuple[datetime, datetime]


def coverage(facts: Facts) -> Markup:
    """The section: how long nobody was there, when, and the picture of it."""
    known, gaps = _known_hours(facts), _spans(facts.now)
    if not known:
        advice = "Write a [[shift]] into the site file for each site and its hours."
        return section("coverage", "Coverage", sentences("No roster is known for this week.", advice))
    return section(
        "coverage",
        "Coverage",
        sentences(*_story(facts, gaps, known)),
        tag("figure", tag("figcaption", "Hours with nobody on shift ", badge(MEASURED)), _picture(facts, gaps)),
    )


def _story(facts: Facts, gaps: list[Gap], known: int) -> list[object]:
    total = sum((until - since).total_seconds() for since, until in gaps)
    hours = f"{facts.week.hours:g} hours"
    if known < facts.week.hours:
        hours = f"the {known} hours whose roster is known"
    goal = goal_of(facts, "coverage")
    end = f"Goal: {goal}." if goal else ""
    if not gaps:
        return [f"Somebody was on shift in all of {hours}, as the roster says.", end]
    before = sum((until - since).total_seconds() for since, until in _spans(facts.earlier))
    moved = "as in" if round(before) == round(total) else f"{say.hours(before)} in"
    return [
        f"Nobody was on shift for {say.hours(total)} of {hours}, as the roster says ({moved} the week before).",
        _when(facts, gaps),
        "Who wrote then waited at least until the next shift began.",
        end,
    ]


def _when(facts: Facts, gaps: list[Gap]) -> str:
    """The same hours on several days are one: "every day 18:00 to 19:30"."""
    zone = facts.week.zone
    days: dict[str, list[str]] = {}
    for since, until in gaps:
        start, end = since.astimezone(zone), until.astimezone(zone)
        days.setdefault(f"{start:%H:%M} to {end:%H:%M}", []).append(f"{start:%a}")
    told = [
        f"{'every day' if len(set(names)) == 7 else blind.listed(names, 7)} {hours}" for hours, names in days.items()
    ]
    return f"That was {'; '.join(told[:_MOST])}{'; and more' if len(told) > _MOST else ''}."


def _picture(facts: Facts, gaps: list[Gap]) -> Markup:
    said = "; ".join(say.stretch(since, until, facts.week.zone) for since, until in gaps[:40])
    picture = Svg("hours", "Hours with nobody on shift", f"Nobody: {said or 'never'}.", 7 * _ROW + 22)
    for number in range(7):
        day = facts.week.first + number * _DAY
        since, until = midnight(day, facts.week.zone), midnight(day + _DAY, facts.week.zone)
        top = number * _ROW
        picture.text(0, top + 12, f"{day:%a} {day.day}")
        if since == until:
            continue
        picture.rect(_LEFT, top, 100 - _LEFT, _BAR, PALE)
        for start, end in _parts(gaps, since, until):
            picture.hatch(
                _x(start, since, until), top, _x(end, since, until) - _x(start, since, until), _BAR, frame=True
            )
        for start, end in _parts(_unknown(facts), since, until):
            picture.rect(_x(start, since, until), top, _x(end, since, until) - _x(start, since, until), _BAR, "#fff")
            picture.text((_x(start, since, until) + _x(end, since, until)) / 2, top + 12, "–", "middle", SOFT)
    for hour in (0, 6, 12, 18, 24):
        x = _LEFT + (100 - _LEFT) * hour / 24
        picture.text(
            x, 7 * _ROW + 10, f"{hour:02d}:00", "start" if hour == 0 else "end" if hour == 24 else "middle", SOFT
        )
    return picture.markup()


def _x(at: datetime, since: datetime, until: datetime) -> float:
    return _LEFT + (100 - _LEFT) * ((at - since) / (until - since))


def _parts(spans: list[Gap], since: datetime, until: datetime) -> list[Gap]:
    cut = [(max(start, since), min(end, until)) for start, end in spans]
    return [(start, end) for start, end in cut if start < end]


def _spans(tables: Tables) -> list[Gap]:
    rows: Any = tables["gaps"].itertuples()
    return [(instant(row.since_at), instant(row.until_at)) for row in rows]


def _slots(facts: Facts) -> Any:
    table = facts.now["staffed"]
    return table[table["site"] == "all"]


def _known_hours(facts: Facts) -> int:
    return int(_slots(facts)["staffed_agents"].notna().sum())


def _unknown(facts: Facts) -> list[Gap]:
    slots = _slots(facts)
    rows: Any = slots[slots["staffed_agents"].isna()].itertuples()
    return [(instant(row.slot_at), instant(row.slot_at) + timedelta(hours=1)) for row in rows]
