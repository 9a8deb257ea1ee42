"""Promises: how many were kept, how sure that is, why the others were broken, and what the public was promised."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from layouts import blind, words
from layouts.desk.clocks import METRICS
from layouts.desk.times import open_time
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts, Tables
from layouts.snapshot.links import clocks
from layouts.snapshot.markup import MEASURED, badge, breakable, section, sentences, table, tag
from layouts.snapshot.numbers import goal_of
from layouts.snapshot.shares import wilson
from layouts.snapshot.svg import ACCENT, INK, PALE, Bar

_FEW = 10
_CAUSES = {
    "nobody on shift": "fell in hours with nobody on shift",
    "backlog above capacity": "came behind more than could be answered",
    "reassigned or unowned": "had no owner, or several",
    "calendar or policy change": "were broken by a change of rules",
    "slow reply": "were answered too slowly",
}


def promises(facts: Facts) -> Markup:
    """The section; nothing where the site promises nothing."""
    if "kept" not in facts.now:
        return Markup("")
    if not _due(facts.now) and not say.whole(facts.now["waited"], "clocks_count"):
        return section("promises", "Promises", sentences("Nothing that was promised was due in this week."))
    return section(
        "promises",
        "Promises",
        sentences(*_kept(facts), badge(MEASURED)),
        sentences(_causes(facts)),
        _groups(facts),
        sentences(*_times(facts)),
        sentences(*_public(facts)),
    )


def _kept(facts: Facts) -> list[object]:
    now, due, met = facts.now["kept"], _due(facts.now), say.whole(facts.now["kept"], "met_count")
    if not due:
        return ["Nothing that was promised was due in this week."]
    low, high = (say.first(now, f"wilson_{end}_share") for end in ("low", "high"))
    goal = goal_of(facts, "attainment")
    return [
        tag(
            "span",
            tag("strong", f"{say.share(met / due)} of promises were kept"),
            f": {met:,} of ",
            clocks(facts, f"{due:,} that were due", "met", "breached"),
            f", {_moved(facts)}.",
        ),
        f"Among all that could have been due it lies between {say.share(low)} and {say.share(high)} (95%).",
        *_beside(facts),
        _against(say.first(now, "target_share"), low, high),
        f"Goal: {goal}." if goal else "",
    ]


def _moved(facts: Facts) -> str:
    before, due = facts.earlier["kept"], _due(facts.earlier)
    share = say.first(before, "attainment_share") if due else None
    now = say.first(facts.now["kept"], "attainment_share")
    return say.points_change(now, share, f"{say.share(share)} of {due:,}")


def _beside(facts: Facts) -> list[str]:
    """How much the comparison is worth: it may be chance, or nobody listened yet."""
    first = facts.late_since("cases")
    if first:
        return [f"No case from before {say.moment(first, facts.week.zone)} is known, so the week before says little."]
    now, due = _met(facts.now), _met(facts.earlier)
    if not due[1]:
        return []
    (low, high), (old_low, old_high) = wilson(*now), wilson(*due)
    return ["The change may be chance."] if low <= old_high and old_low <= high else []


def _against(goal: Any, low: Any, high: Any) -> str:
    if words.known(goal) is None:
        return ""
    said = "is reached" if low >= goal else "is missed" if high < goal else "lies within: neither reached nor missed"
    return f"The target, {say.share(goal)}, {said}."


def _causes(facts: Facts) -> str:
    """ "Of the 74 broken, 31 fell in hours with nobody on shift and 43 were answered too slowly." """
    rows: Any = facts.now["causes"].itertuples()
    counts = sorted(((str(row.cause), int(row.breached_count)) for row in rows), key=lambda one: -one[1])
    told = [f"{count:,} {_CAUSES.get(cause, words.clean(cause))}" for cause, count in counts if count]
    if not told:
        return ""
    late = say.whole(facts.now["kept"], "open_overdue_count")
    still = f"; {late:,} still {'waits' if late == 1 else 'wait'}" if late else ""
    return f"Of the {sum(count for _, count in counts):,} broken, {blind.listed(told, 5)}{still}."


def _groups(facts: Facts) -> Markup:
    rows = [*_rows(facts, "kept_tracks", "track"), *_rows(facts, "kept_metrics", "metric")]
    heads = ("Track, and promise", "line: 95%; upright: target", "Kept", "Before", "Due")
    caption = tag("span", "Promises kept, by track and by what was promised ", badge(MEASURED))
    is_few = any(str(row[-1]).endswith("*") for row in rows)
    note = tag("p", f"* fewer than {_FEW}: no verdict.", class_="base") if is_few else Markup("")
    return table(caption, heads, rows, class_="bars") + note


def _rows(facts: Facts, source: str, what: str) -> list[list[object]]:
    before = {row.group_name: row for row in facts.earlier[source].itertuples()}
    rows: list[list[object]] = []
    for number, one in enumerate(_ordered(facts.now[source])):
        due = int(one.met_count + one.breached_count)
        old: Any = before.get(one.group_name)
        rows.append(
            [
                _name(one.group_name, what),
                _bar(f"{source.replace('_', '-')}-{number}", one) if due else "",
                say.share(one.attainment_share) if due else words.UNKNOWN,
                words.UNKNOWN if old is None else say.share(old.attainment_share),
                f"{due:,}{'*' if 0 < due < _FEW else ''}",
            ]
        )
    return rows


def _ordered(table_: pd.DataFrame) -> list[Any]:
    """Tracks as they come, the largest first; first, next, resolution in this order."""
    places = {name: place for place, name in enumerate(METRICS)}
    return sorted(table_.itertuples(), key=lambda row: places.get(str(row.group_name), 0))


def _name(name: object, what: str) -> Markup:
    told = words.clean(name, 40)
    return breakable(f"Every {METRICS[told]}" if what == "metric" and told in METRICS else told or "unknown track")


def _bar(name: str, row: Any) -> Markup:
    """A dot with its interval on a scale from 0 to 100 %, and the target as an upright line: no colour is needed."""
    bar = Bar(name)
    share, goal = words.known(row.attainment_share) or 0.0, words.known(row.target_share)
    low, high = (words.known(getattr(row, f"wilson_{end}_share")) or 0.0 for end in ("low", "high"))
    bar.line((0, 7), (100, 7), PALE)
    bar.line((0, 3), (0, 11), PALE)
    bar.line((100, 3), (100, 11), PALE)
    bar.line((100 * low, 7), (100 * high, 7), ACCENT, width=3)
    if goal is not None:
        bar.line((100 * goal, 0), (100 * goal, 14), INK, width=2)
    bar.dot(100 * share, 7, 4, ACCENT, stroke="#fff")
    return bar.markup()


def _times(facts: Facts) -> list[object]:
    """How long a first response takes, those who still wait counted as well, beside what is usually told."""
    waited, before = facts.now["waited"], facts.earlier["waited"]
    count, answered, waiting = (say.whole(waited, f"{name}_count") for name in ("clocks", "answered", "waiting"))
    if not count:
        return []
    half, nine, old_half, old_nine = (
        _within(table_, column) for table_ in (waited, before) for column in ("km_p50_seconds", "km_p90_seconds")
    )
    naive = [open_time(say.first(waited, f"naive_{column}_seconds")) for column in ("p50", "p90")]
    alone = f"of the {answered:,} answered alone it is {naive[0]} and {naive[1]}" if answered else "nobody was answered"
    return [
        f"Half of those who wrote had a first response within {half} of open time (before: {old_half}), nine of ten "
        f"within {nine} (before: {old_nine}). That counts {waiting:,} who still wait; {alone} (n = {count:,}).",
        badge(MEASURED),
    ]


def _within(waited: pd.DataFrame, column: str) -> str:
    """ "33 min"; "more than 26 h" where so many still wait that it cannot be told."""
    seconds = words.known(say.first(waited, column))
    longest = words.known(say.first(waited, "longest_waiting_seconds"))
    if seconds is None and longest is not None:
        return f"more than {open_time(longest)}"
    return open_time(seconds)


def _public(facts: Facts) -> list[object]:
    """What visitors are promised, which is another number than what we ask of ourselves."""
    (kept, promised), (old_kept, old_promised) = _promised(facts.now), _promised(facts.earlier)
    if not promised:
        return []
    low, high = wilson(kept, promised)
    old = old_kept / old_promised if old_promised else None
    goal = goal_of(facts, "promise_kept")
    target = say.first(facts.now["public"], "public_target_seconds")
    within = f" within {open_time(target)} of open time" if target is not None else ""
    moved = say.points_change(kept / promised, old, f"{say.share(old)} of {old_promised:,}")
    return [
        f"Of what the public is promised{within}, {say.share(kept / promised)} was kept ({kept:,} of {promised:,}; "
        f"{say.share(low)} to {say.share(high)}, 95%), {moved}.",
        badge(MEASURED),
        f"Goal: {goal}." if goal else "",
    ]


def _promised(tables: Tables) -> tuple[int, int]:
    return say.whole(tables["public"], "kept_count"), say.whole(tables["public"], "promised_count")


def _met(tables: Tables) -> tuple[int, int]:
    return say.whole(tables["kept"], "met_count"), _due(tables)


def _due(tables: Tables) -> int:
    return sum(say.whole(tables["kept"], f"{name}_count") for name in ("met", "breached"))
