"""Service: what the care desk was asked, how fast it was, and whether it lasted."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from layouts import blind, words
from layouts.desk.times import duration
from layouts.panels.platforms import title_of
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts, Tables
from layouts.snapshot.links import cases
from layouts.snapshot.markup import BIASED, LINKS, MEASURED, badge, breakable, pieces, section, sentences, table, tag
from layouts.snapshot.numbers import NO_CASES, asked, goal_of

_HELD = ("resolved", "held", "reopened")
Row = tuple[object, ...]


def service(facts: Facts) -> Markup:
    """The section: a sentence, the figures of both weeks, the platforms."""
    if facts.now["outcomes"].empty and facts.earlier["outcomes"].empty:
        advice = "Add a [[source]] that brings cases to the site file; docs/connectors.md says which do."
        return section("service", "Service", sentences(NO_CASES, advice), _unbranded(facts))
    return section(
        "service",
        "Service",
        sentences(*_opened(facts)),
        table(
            tag("span", "The week's care work ", badge(MEASURED)),
            ("", "This week", "Week before"),
            _rows(facts),
            class_="care",
        ),
        sentences(_again(facts)),
        _platforms(facts),
        sentences(_declined(facts), asked(facts) + "." if say.whole(facts.now["surveys"], "answered_count") else ""),
        sentences(_leads(facts)),
        _unbranded(facts),
    )


def _opened(facts: Facts) -> list[object]:
    now = facts.now["outcomes"]
    opened, waiting = say.whole(now, "opened_count"), say.whole(now, "waiting_count")
    answered = say.whole(now, "answered_count")
    over = opened - answered - waiting
    parts: list[object] = [
        tag("span", cases(facts, words.plural(opened, "case")), f" opened, {answered:,} answered publicly by a human.")
    ]
    if waiting:
        oldest = words.aware(say.first(now, "oldest_waiting_at"))
        since = f", the oldest since {say.moment(oldest, facts.week.zone)}" if oldest else ""
        parts.append(tag("span", cases(facts, f"{waiting:,} still wait", waiting=True), f"{since}."))
    if over:
        parts.append(f"{over:,} ended without a public answer.")
    return parts


def _rows(facts: Facts) -> list[Row]:
    now, before = facts.now, facts.earlier

    def counted(name: str, source: str, column: str) -> Row:
        return (name, *(say.count(say.whole(tables[source], column)) for tables in (now, before)))

    def timed(name: str, source: str, column: str, base: str) -> Row:
        return (name, *(_timed(tables[source], column, base) for tables in (now, before)))

    rows: list[Row] = [
        counted("Cases opened", "outcomes", "opened_count"),
        counted("Answered publicly", "outcomes", "answered_count"),
        counted("Still waiting for an answer", "outcomes", "waiting_count"),
        timed("First response, median", "response", "p50_seconds", "answered_count"),
        timed("First response, nine of ten within", "response", "p90_seconds", "answered_count"),
        counted("Resolved by a human", "outcomes", "resolved_count"),
        counted("… and not reopened within 72 h", "outcomes", "held_count"),
        ("Reopened within 72 h at least once", *(_reopened(tables) for tables in (now, before))),
        timed("Resolution, median", "outcomes", "p50_seconds", "held_count"),
        timed("Resolution, nine of ten within", "outcomes", "p90_seconds", "held_count"),
        (tag("span", "Satisfied customers ", badge(BIASED)), *(_content(tables) for tables in (now, before))),
    ]
    bots = [say.whole(tables["outcomes"], "unattributed_count") for tables in (now, before)]
    if any(bots):
        rows.insert(7, ("Resolved by a bot or by nobody named", *map(say.count, bots)))
    return rows


def _timed(table_: pd.DataFrame, column: str, base: str) -> object:
    known = say.whole(table_, base) - (say.whole(table_, "early_count") if "early_count" in table_ else 0)
    seconds = say.first(table_, column)
    return words.UNKNOWN if seconds is None else pieces(duration(seconds), f"(n = {known:,})")


def _reopened(tables: Tables) -> object:
    resolved, again = (say.whole(tables["outcomes"], f"{name}_count") for name in ("resolved", "reopened"))
    return pieces(say.share(again / resolved), f"({again:,} of {resolved:,})") if resolved else words.UNKNOWN


def _again(facts: Facts) -> str:
    resolved, held, reopened = (say.whole(facts.now["outcomes"], f"{name}_count") for name in _HELD)
    again = reopened - (resolved - held)
    return f"Of the {reopened:,} reopened, {again:,} were resolved again and have held since." if again > 0 else ""


def _content(tables: Tables) -> object:
    answered, top = (say.whole(tables["surveys"], f"{name}_count") for name in ("answered", "top"))
    return pieces(say.share(top / answered), f"({top:,} of {answered:,})") if answered else words.UNKNOWN


def _platforms(facts: Facts) -> Markup:
    outcomes, response = facts.now["outcomes_platforms"], facts.now["response_platforms"]
    if outcomes.empty:
        return Markup("")
    times: dict[Any, Any] = {words.clean(row.group_name): row for row in response.itertuples()}
    rows = []
    for row in outcomes.itertuples():
        name = words.clean(row.group_name)
        time: Any = times.get(name)
        seconds = time.p50_seconds if time is not None else None
        rows.append(
            (
                breakable(title_of(name)) if name else "unknown",
                *(say.count(one) for one in (row.opened_count, row.waiting_count)),
                duration(None if pd.isna(seconds) else seconds),
                say.count(row.held_count),
            )
        )
    heads = ("Platform", "Opened", "Waiting", "First response, median", "Resolved for good")
    return table(tag("span", "By platform, this week ", badge(MEASURED)), heads, rows, class_="care")


def _declined(facts: Facts) -> str:
    told: Any = facts.now["declined"].itertuples()
    rows = [f"{int(row.declined_count):,} {_reason(row.reason)}" for row in told]
    if not rows:
        return ""
    total = int(facts.now["declined"]["declined_count"].sum())
    return f"Declined were {words.plural(total, 'case')}: {blind.listed(rows, 6)}."


def _reason(reason: object) -> str:
    told = words.clean(reason, 60)
    return f"“{told}”" if told else "without a reason"


def _leads(facts: Facts) -> Markup | str:
    now, currency = facts.now["leads"], facts.site.site.currency
    passed, accepted, won, lost, unpriced = (
        say.whole(now, f"{name}_count") for name in ("passed", "accepted", "won", "lost", "unpriced")
    )
    if not passed + accepted + won + lost:
        return ""
    amount = f" for {say.money(say.first(now, 'won_amount'), currency)}" if won > unpriced else ""
    rest = f" ({unpriced:,} without an amount)" if unpriced and won else ""
    goal = goal_of(facts, "leads")
    return tag(
        "span",
        f"Leads: {passed:,} passed on to sales, {accepted:,} accepted, {won:,} won{amount}{rest}, {lost:,} lost. The "
        "money is the sales desk's word for it and part of no other figure here. ",
        badge(LINKS),
        f" Goal: {goal}" if goal else "",
    )


def _unbranded(facts: Facts) -> Markup:
    """Cases of no measured brand are nobody's here, and that is said."""
    own = {brand.name for brand in facts.site.brand if brand.kind == "own"}
    table_ = facts.now["outcomes_brands"]
    others = int(table_[~table_["group_name"].isin(own)]["opened_count"].sum())
    if not others:
        return Markup("")
    return tag(
        "p", f"{words.plural(others, 'more case')} opened for another brand or for none that is named: not counted."
    )
