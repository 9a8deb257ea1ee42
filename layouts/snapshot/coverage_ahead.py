"""What lies ahead: when nobody will be on, the next long weekend, and how much is expected. Four lines at most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from config.languages import language_name
from layouts import blind, words
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts
from layouts.snapshot.markup import FORECAST, MEASURED, badge, listed, tag
from layouts.words import instant

AHEAD_DAYS = 14
_DAY, _NOON, _HOUR = timedelta(days=1), timedelta(hours=12), 3600
_MOST, _FEW = 4, 3
EVERYBODY = "all"


def coming(facts: Facts) -> Markup:
    """The lines; nothing where nothing was asked."""
    if "ahead" not in facts.now:
        return Markup("")
    lines = [line for line in (_nobody(facts), _weekend(facts), _expected(facts)) if line]
    return tag("h3", "What lies ahead") + listed(lines) if lines else Markup("")


def _nobody(facts: Facts) -> Markup | None:
    """ "In the 14 days from Mon 23 Nov 07:00 nobody at all is on Tue 24 Nov 02:00 to 05:30; ..." """
    known = _known_hours(facts)
    if not known:
        return tag("span", f"When nobody will be on: {words.UNKNOWN}, since no roster is known from now on.")
    hours = AHEAD_DAYS * 24
    span = f"In the {AHEAD_DAYS} days from {say.moment(facts.seen_at, facts.week.zone)}"
    if known < hours:
        span = (
            f"In the {known:g} of {hours} hours from {say.moment(facts.seen_at, facts.week.zone)} whose roster is known"
        )
    rows: Any = facts.now["ahead"].itertuples()
    told = _stretches(facts, list(rows))
    if not told:
        return tag("span", f"{span} somebody is always on, for every language that is expected. ", badge(MEASURED))
    more = f"; and {len(told) - _MOST:,} more" if len(told) > _MOST else ""
    return tag("span", tag("strong", f"{span} {told[0]}"), *(f"; {one}" for one in told[1:_MOST]), f"{more}. ",
               badge(MEASURED))  # fmt: skip


def _known_hours(facts: Facts) -> float:
    table = facts.now["ahead_known"]
    return words.known(say.first(table[table["language"] == EVERYBODY], "known_hours")) or 0.0


def _stretches(facts: Facts, rows: Sequence[Any]) -> list[str]:
    """Those of one language at the same hours of several days are one; with nobody at all come first."""
    zone, groups = facts.week.zone, dict[tuple[str, str], list[Any]]()
    for row in rows:
        since, until = (instant(at).astimezone(zone) for at in (row.since_at, row.until_at))
        groups.setdefault((str(row.language), f"{since:%H:%M} to {until:%H:%M}"), []).append(row)
    ordered = sorted(groups.items(), key=lambda one: (one[0][0] != EVERYBODY, one[1][0].since_at))
    return [_stretch(facts, language, hours, found) for (language, hours), found in ordered]


def _stretch(facts: Facts, language: str, hours: str, rows: Sequence[Any]) -> str:
    """ "nobody who speaks Japanese is on Tue 24 Nov 02:00 to 05:30 (about 12 messages)"."""
    who = "nobody at all is on" if language == EVERYBODY else f"nobody who speaks {language_name(language)} is on"
    days = [say.day(instant(row.since_at).astimezone(facts.week.zone).date()) for row in rows]
    when = f" {blind.listed(days, _FEW)} {hours}"
    if len(rows) >= AHEAD_DAYS:
        when = f" every day {hours}"
    elif len(rows) > _FEW:
        when = f", on {len(rows)} days {hours}, first {days[0]}"
    if len(rows) == 1:
        when = f" {say.stretch(instant(rows[0].since_at), instant(rows[0].until_at), facts.week.zone)}"
    counts = [words.known(row.demand_count) for row in rows]
    messages = round(sum(one for one in counts if one is not None))
    about = f" (about {words.plural(messages, 'message')})" if messages and None not in counts else ""
    return f"{who}{when}{about}"


def _weekend(facts: Facts) -> Markup | None:
    """ "The next long weekend is Thanksgiving in New York, Thu 26 Nov to Sun 29 Nov (4 days): on call is Ana, ..." """
    rows: Any = facts.now["weekends"].itertuples()
    found = sorted(rows, key=lambda row: (row.since_at, row.place))
    if not found:
        return None
    row = found[0]
    places = blind.listed([_place(one.place) for one in found if one.since_at == row.since_at], _FEW)
    name, since = words.clean(row.name, 60), instant(row.since_at)
    head = "The next long weekend" if since > facts.seen_at else "The long weekend then on"
    first = _local_day(since, facts)
    span = f"{say.day(first)} to {say.day(first + (int(row.days_count) - 1) * _DAY)} ({int(row.days_count)} days)"
    drill = words.known(row.drill_days)
    drilled = "no drill is known" if drill is None else f"the last drill was {words.plural(round(drill), 'day')} before"
    said = f"{head}{f' is {name}' if name else ''} in {places}, {span}: {_manned(row)}; {drilled}. "
    return tag("span", said, badge(MEASURED))


def _place(name: Any) -> str:
    """A site of the roster, or a calendar, whose name is one word: "san_francisco"."""
    return words.clean(name, 40).replace("_", " ")


def _manned(row: Any) -> str:
    """Who is on call in it, and for how long nobody is on; each as far as it is known."""
    gap, on_call = words.known(row.gap_minutes), words.clean(row.on_call, 80)
    reachable = f"on call is {on_call}" if on_call else "nobody is on call"
    if gap is None:
        why = f"{words.UNKNOWN}, since the roster is not written so far ahead"
        if on_call:
            return f"{reachable}, hours with nobody on {why}"
        return f"who is on call, and for how long nobody is on: {why}"
    return f"{reachable}, {f'nobody is on for {say.hours(gap * 60)}' if gap else 'somebody is always on'}"


def _local_day(since: datetime, facts: Facts) -> date:
    """The day that begins at `since`, which is midnight of its own place: the nearest one here."""
    return (since.astimezone(facts.week.zone).replace(tzinfo=None) + _NOON).date()


def _expected(facts: Facts) -> Markup:
    table = facts.now["demand"]
    rows = table[table["language"] == EVERYBODY]
    total = words.known(rows["demand_count"].sum(min_count=1)) if not rows.empty else None
    if total is None:
        why = "too little has come yet to foresee it"
        return tag("span", f"How many messages the week after brings: {words.UNKNOWN}, since {why}.")
    wrong, naive = (words.known(say.first(rows, name)) for name in ("wape_share", "naive_wape_share"))
    error = f"How far such forecasts are off: {words.UNKNOWN}, since none is a week old."
    if wrong is not None:
        beside = f" ({say.share(naive)} had the week before been taken for it)" if naive is not None else ""
        error = f"Made a day ahead, forecasts of this week were off by {say.share(wrong)} of what came{beside}."
    said = (
        f"About {words.plural(round(total), 'message')} that ask for an answer are expected in the week after. {error} "
    )
    return tag("span", said, badge(FORECAST))
