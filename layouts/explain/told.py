"""A case's clocks told: per clock what counted when, by which rules, from which event to which, and why it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from layouts import words
from layouts.explain.because import because
from layouts.explain.clocks import AHEAD, COUNTED, Clock, Part, Where, clocks_of, text
from layouts.explain.clocks import moment as instant
from layouts.explain.events import started, stopped
from layouts.explain.rules import rules
from layouts.explain.said import between, exactly, moment, target


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a clock in words. `kind` is that of `explain_clock`."""

    kind: str
    span: str
    what: str
    total: str


@dataclass(frozen=True, slots=True)
class Told:
    """One clock in words; all are plain text, nothing of it is markup."""

    title: str
    state: str
    due: str
    remaining: str
    because: str
    started: str
    stopped: str
    rows: Sequence[Row]
    rules: Sequence[str]


def told(tables: Mapping[str, pd.DataFrame], where: Where) -> list[Told]:
    """The clocks of one case in words, from the answers about it.

    tables  `clocks` of sla_clocks, `parts` of explain_clock, `policies`, `facts` of case_facts, `events` of
            case_timeline, and `talk`, the conversation of the post it is about
    """
    return [_told(clock, tables, where) for clock in clocks_of(tables["clocks"], tables["parts"])]


def nothing(facts: pd.DataFrame, where: Where) -> str:
    """Why a case of `case_facts` has no clock, in a sentence."""
    drill = facts["is_drill"].iloc[0]
    if drill is not pd.NA and drill:
        return "No clock runs for it: it is an exercise."
    if not where.site.track:
        return f"No clock runs for it: {where.file} has no [track.NAME]."
    return "No clock runs for it: its track promises nothing, or nothing is owed yet."


def _told(clock: Clock, tables: Mapping[str, pd.DataFrame], where: Where) -> Told:
    due = words.UNKNOWN if clock.due is None else moment(clock.due, where.zone, where.now)
    events, named = tables["events"], text(tables["facts"]["track"].iloc[0])
    return Told(
        title=clock.title,
        state=clock.state.replace("_", " "),
        due=due,
        remaining=_remaining(clock),
        because=because(clock, where),
        started=started(clock, events, _published(tables["talk"]), where),
        stopped=stopped(clock, events, where),
        rows=[_row(part, where) for part in clock.parts],
        rules=rules(clock, tables["policies"], named, where),
    )


def _published(talk: pd.DataFrame) -> datetime | None:
    """When the post that was asked about in `conversation` was published; None when it is not there."""
    asked = [row for row in talk.itertuples() if row.is_asked is not pd.NA and row.is_asked]
    return instant(asked[0].published_at) if asked else None


def _remaining(clock: Clock) -> str:
    """ "12 min 0 s of 1 h left", "25 min 3 s over 1 h"; of a clock that has stopped "took 40 min 0 s of 1 h"."""
    promised = target(clock.target)
    if clock.stopped is not None and clock.elapsed is not None:
        over = clock.elapsed - clock.target
        return f"took {exactly(clock.elapsed)}" + (
            f", {exactly(over)} over {promised}" if over > 0 else f" of {promised}"
        )
    if clock.remaining is None:
        return words.UNKNOWN
    if clock.remaining < 0:
        return f"{exactly(-clock.remaining)} over {promised}"
    return f"{exactly(clock.remaining)} of {promised} left"


def _row(part: Part, where: Where) -> Row:
    return Row(part.kind, between(part.since, part.until, where.zone, where.now), what(part), exactly(part.total))


def what(part: Part) -> str:
    """What a part is: "counted 2 h 15 min 0 s", "closed", 'holiday "Reformation Day"', "paused: waiting_customer"."""
    detail = words.clean(part.detail, 80)
    if part.kind == COUNTED:
        return f"counted {exactly(part.counted)}"
    if part.kind == AHEAD:
        return f"will count {exactly(part.counted)}"
    if part.kind == "holiday":
        return f'holiday "{detail}"' if detail else "holiday"
    if part.kind == "paused":
        return f"paused: {detail}" if detail else "paused"
    return "closed, a special day" if part.kind == "special" else "closed"
