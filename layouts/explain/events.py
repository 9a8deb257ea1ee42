"""Which event started a clock, and which one stopped it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from layouts import words
from layouts.explain.clocks import Clock, Where, moment, text
from layouts.explain.said import moment as told_moment

Wanted = tuple[str, tuple[str, ...]]
"""A kind of event, and which kinds of actor may have done it: anybody, when none is named."""

_WHO = {"human": "our people", "customer": "a customer", "bot": "a bot"}
_ENDS = ("acknowledged", "declined", "merged", "excluded", "resolved")
_ELSEWHERE = "told in a case that was merged into this one"


def started(clock: Clock, timeline: pd.DataFrame, published_at: datetime | None, where: Where) -> str:
    """When a clock began, and with what. `published_at` (aware) is when the post it is about was."""
    found = _found(timeline, clock.started, _beginnings(clock))
    if found is None and clock.metric != "nrt" and _second(published_at) == clock.started:
        why = "the post it is about was published"
    else:
        why = _said(found) if found is not None else _ELSEWHERE
    return f"started {told_moment(clock.started, where.zone, where.now)}: {why}"


def _beginnings(clock: Clock) -> list[Wanted]:
    if clock.metric == "resolution":
        return [("opened" if clock.cycle == 1 else "reopened", ())]
    words_of_theirs: list[Wanted] = [("message", ("customer",)), ("reopened", ("customer",))]
    return words_of_theirs if clock.metric == "nrt" else [("opened", ()), *words_of_theirs]


def stopped(clock: Clock, timeline: pd.DataFrame, where: Where) -> str:
    """When a clock stopped, and with what; that it runs when it does."""
    if clock.stopped is None:
        return _still(clock, where)
    when = f"stopped {told_moment(clock.stopped, where.zone, where.now)}"
    if clock.state == "unknown":
        return f"{when}: a reply is older than the start, so nobody knows how long it took"
    ends: list[Wanted] = [(kind, ("human", "customer", "")) for kind in _ENDS]
    answers: list[Wanted] = [] if clock.metric == "resolution" else [("message", ("human",))]
    found = _found(timeline, clock.stopped, [*answers, *ends])
    return f"{when}: {_said(found) if found is not None else _ELSEWHERE}"


def _still(clock: Clock, where: Where) -> str:
    last = clock.parts[-1] if clock.parts else None
    if last is None or last.kind != "paused":
        return "still running"
    return f"paused since {told_moment(last.since, where.zone, where.now)}: {words.clean(last.detail, 80)}"


def _found(timeline: pd.DataFrame, at: datetime, wanted: Sequence[Wanted]) -> Any | None:
    """The first event of the second `at` that is wanted, the kind named first before others."""
    rows = [row for row in timeline.itertuples() if _second(moment(row.happened_at)) == at]
    for kind, actors in wanted:
        for row in rows:
            if row.kind == kind and _counts(row) and (not actors or (text(row.actor_kind) or "") in actors):
                return row
    return None


def _counts(row: Any) -> bool:
    """What is only written to each other is no word to or from a customer; ours is public or private."""
    if row.kind != "message":
        return True
    seen = text(row.visibility)
    return seen in ("public", "private") if text(row.actor_kind) == "human" else seen != "internal"


def _second(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(microsecond=0)


def _said(row: Any) -> str:
    who, name = _WHO.get(text(row.actor_kind) or "", "somebody"), words.clean(text(row.actor), 60)
    return f"{row.kind} by {who}{f' ({name})' if name else ''}"
