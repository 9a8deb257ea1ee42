"""The one sentence: due when, because so much counted on which days, and so much did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from layouts import words
from layouts.explain.clocks import AHEAD, COUNTED, Clock, Part, Where
from layouts.explain.said import day, exactly, listed, moment, target

_FEW = 3
"""More days are told by their number, more holidays not by name."""


def because(clock: Clock, where: Where) -> str:
    """Why a clock is due when it is, in a sentence without a full stop."""
    if clock.due is None:
        return _never(clock)
    due = f"due {moment(clock.due, where.zone, where.now)}"
    promised = f"{target(clock.target)} of open time {_calendars(clock)}"
    begins = _promised_since(clock)
    within = _until(clock.parts, clock.due)
    passed = sum(part.counted for part in within)
    if clock.due < begins:
        counted = sum(part.counted for part in _until(clock.parts, begins))
        return (
            f"{due}, counted back, because {target(clock.target)} became the promise "
            f"{moment(begins, where.zone, where.now)}, when {exactly(counted)} had counted already"
        )
    if passed == clock.target:
        return f"{due} because {promised} ends there: {_days(within, where)}{_beside(within)}"
    return f"{due} because {promised} would have ended there; it stopped before, when {exactly(passed)} had counted"


def _promised_since(clock: Clock) -> datetime:
    """From when on the target now in force was the target."""
    since = clock.started
    for run in clock.runs:
        if run[0].target != clock.target:
            since = run[-1].until
    return since


def _never(clock: Clock) -> str:
    counted = clock.elapsed or 0
    left = f"{exactly(counted)} of {target(clock.target)} have counted, {exactly(clock.target - counted)} are left"
    if clock.parts and clock.parts[-1].kind == "paused":
        return f"no due date while it is paused: {left}"
    return f"no due date, because its calendar is not open for long enough: {left}"


def _until(parts: Sequence[Part], end: datetime) -> list[Part]:
    """What of the parts lies before an instant."""
    return [_cut(part, end) for part in parts if part.since < end]


def _cut(part: Part, end: datetime) -> Part:
    until = min(part.until, end)
    counts = part.kind in (COUNTED, AHEAD)
    return replace(part, until=until, counted=int((until - part.since).total_seconds()) if counts else 0)


def _calendars(clock: Clock) -> str:
    names = list(dict.fromkeys(part.calendar for part in clock.parts if part.calendar))
    return f"({', then '.join(names)})" if names else "(no calendar)"


def _days(parts: Sequence[Part], where: Where) -> str:
    """ "30 min 0 s on Fri 20 Nov and 30 min 0 s on Mon 23 Nov"."""
    found: dict[str, int] = {}
    for part in parts:
        if part.counted:
            name = day(part.since.astimezone(where.zone))
            found[name] = found.get(name, 0) + part.counted
    if len(found) <= _FEW:
        return listed([f"{exactly(seconds)} on {name}" for name, seconds in found.items()])
    names = list(found)
    return f"on {len(names)} days from {names[0]} to {names[-1]}"


def _beside(parts: Sequence[Part]) -> str:
    """What lay between and did not count."""
    said = ["closed hours"] if any(part.kind == "closed" for part in parts) else []
    off = list(dict.fromkeys(words.clean(part.detail, 60) for part in parts if part.kind == "holiday"))
    if off:
        named = [name for name in off if name]
        plain = "a holiday" if len(off) == 1 else "holidays"
        said.append(f"{plain} ({listed(named)})" if named and len(off) <= _FEW else plain)
    said += ["special days"] if any(part.kind == "special" for part in parts) else []
    pauses = [part for part in parts if part.kind == "paused"]
    if pauses:
        reasons = listed(list(dict.fromkeys(one.detail or "no reason" for one in pauses)))
        said.append(f"{'a pause' if len(pauses) == 1 else f'{len(pauses)} pauses'} ({reasons})")
    return f"; not counted: {listed(said)}" if said else ""
