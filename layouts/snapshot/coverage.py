"""Coverage: the hours of the week in which nobody was on shift, what came meanwhile, and what the next weeks bring."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from layouts import blind, words
from layouts.snapshot import phrases as say
from layouts.snapshot.coverage_ahead import coming
from layouts.snapshot.facts import Facts, Tables
from layouts.snapshot.markup import ASSUMED, MEASURED, badge, section, sentences, tag
from layouts.snapshot.numbers import goal_of
from layouts.snapshot.svg import PALE, SOFT, Svg
from layouts.snapshot.weeks import midnight
from layouts.words import instant

_ROW, _LEFT, _BAR = 24.0, 15.0, 15.0
_DAY, _HOUR = timedelta(days=1), 3600
_MOST = 6
Gap = tuple[datetime, datetime]


def coverage(facts: Facts) -> Markup:
    """The section: how long somebody was there, what came when nobody was, when that was, and what lies ahead."""
    known, gaps = _known_hours(facts), _spans(facts.now)
    if not known:
        advice = "Write a [[shift]] into the site file for each site and its hours."
        return section("coverage", "Coverage", sentences("No roster is known for this week.", advice), coming(facts))
    return section(
        "coverage",
        "Coverage",
        sentences(*_story(facts, gaps, known)),
        sentences(*_promised(facts), *_work(facts)),
        tag("figure", tag("figcaption", "Hours with nobody on shift ", badge(MEASURED)), _picture(facts, gaps)),
        coming(facts),
    )


def _story(facts: Facts, gaps: list[Gap], known: int) -> list[object]:
    """How long somebody was there, and what came when nobody was."""
    goal = goal_of(facts, "coverage")
    seen = _unseen(facts, has_gaps=bool(gaps))
    return [*_covered(facts, gaps, known), *seen, badge(MEASURED), f"Goal: {goal}." if goal else ""]


def _covered(facts: Facts, gaps: list[Gap], known: int) -> list[object]:
    hours = f"{facts.week.hours:g} hours"
    if known < facts.week.hours:
        hours = f"the {known} hours whose roster is known"
    if not gaps:
        return [tag("span", tag("strong", f"Somebody was on shift in all of {hours}"), ", as the roster says.")]
    total, before = _seconds(gaps), _seconds(_spans(facts.earlier))
    moved = "as in" if round(before) == round(total) else f"{say.hours(before)} in"
    there = say.hours(max(known * _HOUR - total, 0))
    return [
        tag(
            "span",
            tag("strong", f"Somebody was on shift for {there} of {hours}"),
            f", nobody for {say.hours(total)}, as the roster says ({moved} the week before).",
        ),
        _when(facts, gaps),
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
    return f"Nobody was there {'; '.join(told[:_MOST])}{'; and more' if len(told) > _MOST else ''}."


def _unseen(facts: Facts, *, has_gaps: bool) -> list[object]:
    """What came while nobody was on, beside the share that came while somebody was."""
    now, before = (_all(tables) for tables in (facts.now, facts.earlier))
    if not now or not has_gaps:
        return []
    demand, share = words.known(now["demand_count"]), words.known(now["covered_share"])
    if demand is None:
        return [f"How much came meanwhile: {words.UNKNOWN}, since no case is known of this week."]
    if not demand or share is None:
        return ["Nothing that asks for an answer came in this week."]
    missed, old = round(demand * (1 - share)), words.known(before.get("covered_share"))
    beside = f" ({say.share(old)} the week before)" if old is not None else ""
    waited = " They waited at least until the next shift began." if missed else ""
    told = f"Of {words.plural(round(demand), 'message')} that asked for an answer, {say.share(share)} came while "
    return [f"{told}somebody was on{beside}, {missed:,} while nobody was.{waited}"]


def _work(facts: Facts) -> list[object]:
    """How busy those were who were on, and when they were too few: no better than the handling time that is said."""
    now, before = (_all(tables) for tables in (facts.now, facts.earlier))
    if not now:
        return []
    busy, old = words.known(now["occupancy_share"]), words.known(before.get("occupancy_share"))
    if busy is None:
        return [f"How busy those on shift were: {words.UNKNOWN}, since {_not_busy(facts)}."]
    thin = words.known(now["thin_hours"])
    beside = f" ({say.share(old)} the week before)" if old is not None else ""
    few = f" For {say.hours(thin * _HOUR)} fewer were on than it took." if thin else ""
    return [f"Those on shift were busy for {say.share(busy)} of their time{beside}.{few}", badge(ASSUMED)]


def _not_busy(facts: Facts) -> str:
    has_handling = facts.site.staffing is not None and facts.site.staffing.handling is not None
    return "what came is not known" if has_handling else "no [staffing] handling says how much work a message is"


def _promised(facts: Facts) -> list[object]:
    """Where what the public is promised and the roster differ."""
    if "service_hours" not in facts.now:
        return []
    table = facts.now["service_hours"]
    known = table[table["is_promised"].notna() & table["is_staffed"].notna()]
    if known.empty:
        why = "no track has a public_promise" if table["is_promised"].isna().all() else "the roster is not known"
        return [f"Promised hours beside staffed ones: {words.UNKNOWN}, since {why}."]
    missing, beyond = (
        _seconds(_rows(known[(known["is_promised"] == is_promised) & (known["is_staffed"] != is_promised)]))
        for is_promised in (True, False)
    )
    if not missing and not beyond:
        return ["Somebody was on in all hours the public is promised, and in no other.", badge(MEASURED)]
    gap = f"nobody was on for {say.hours(missing)}" if missing else "somebody was always on"
    more = f"; for {say.hours(beyond)} somebody was on beyond them" if beyond else ""
    return [f"In the hours the public is promised {gap}{more}.", badge(MEASURED)]


def _all(tables: Tables) -> dict[str, Any]:
    """The row of coverage_summary for all languages together; nothing where it was not asked, or nobody knows."""
    if "coverage" not in tables:
        return {}
    rows = tables["coverage"]
    found = rows[rows["language"] == "all"].to_dict("records")
    return {str(name): value for name, value in found[0].items()} if found else {}


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
    return _rows(tables["gaps"])


def _rows(table: Any) -> list[Gap]:
    return [(instant(row.since_at), instant(row.until_at)) for row in table.itertuples()]


def _seconds(spans: list[Gap]) -> float:
    return sum((until - since).total_seconds() for since, until in spans)


def _slots(facts: Facts) -> Any:
    table = facts.now["staffed"]
    return table[table["site"] == "all"]


def _known_hours(facts: Facts) -> int:
    return int(_slots(facts)["staffed_agents"].notna().sum())


def _unknown(facts: Facts) -> list[Gap]:
    slots = _slots(facts)
    rows: Any = slots[slots["staffed_agents"].isna()].itertuples()
    return [(instant(row.slot_at), instant(row.slot_at) + timedelta(hours=1)) for row in rows]
