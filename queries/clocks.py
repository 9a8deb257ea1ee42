"""The clocks of cases, computed from what happened to them. docs/promises.md is the specification.

The work is a row of statements in queries/write/clocks/, each of which leaves one temporary table for the next:

    touch_*   clock_touched    the cases that something has happened to
    policies  clock_policies, clock_hours
    scope     clock_scope      those, and all that were ever merged with them
    cases     clock_cases      where a case begins, into which it was merged
    events    clock_events     what happened, as the clocks read it
    first     clock_first      the first response: owed when, given when
    clocks    clock_list       every clock from start to stop, without a target
    pauses    clock_pauses     states   clock_states    when paused; which track, priority, calendar
    hours     clock_sums       open seconds of each calendar, summed
    pieces    clock_pieces     clocks cut where the policy changes
    segments  clock_cuts       cut once more where a pause begins or ends
    counted   clock_counted    what has counted before each segment, and in it
    aimed     clock_aimed      when the target is reached    passed   clock_passed     where it was passed before
    staged    staged_segments  a view of them as they are stored; news tells which differ from what is
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from queries.warehouse import run, run_each

_STEPS = (
    "cases", "events", "first", "clocks", "pauses", "states", "hours", "pieces", "segments", "counted", "aimed",
    "passed", "staged",
)  # fmt: skip
Cursor = duckdb.DuckDBPyConnection


def after_cases(inside: Cursor, known_at: datetime) -> int:
    """Compute the clocks of the cases a batch has staged (staged_events, staged_cases); gives how many moved."""
    return _touched(inside, "touch_batch", known_at)


def after_posts(inside: Cursor, known_at: datetime) -> int:
    """Compute the clocks of the cases about the posts a batch has staged (staged); gives how many segments moved."""
    return _touched(inside, "touch_posts", known_at)


def recompute(inside: Cursor, known_at: datetime) -> int:
    """Compute anew the clocks that a change of calendars or policies at `known_at` (aware) can move.

    Those are the clocks that run, or whose due date is still to come; when there is none at all, every case's. Gives
    how many segments moved.
    """
    run(inside, "clocks/touch_open", at=known_at)
    return _kept(inside, known_at)


def after_deletions(inside: Cursor) -> None:
    """Forget the clocks of cases that were deleted."""
    run(inside, "clocks/forget")


def after_removal(inside: Cursor, known_at: datetime) -> int:
    """Forget the clocks of what a source brought (bared), and compute those anew that others still tell of."""
    run(inside, "clocks/forget")
    return _touched(inside, "touch_bared", known_at)


def stage(inside: Cursor) -> None:
    """Compute the clocks of the cases in the temporary table `clock_touched`, into `staged_segments`.

    It reads what is promised from the temporary tables `clock_policies` and `clock_hours`, which have the columns of
    the tables they are named after: a "what if" puts its own there.
    """
    run_each(inside, "clocks/scope")
    for step in _STEPS:
        run(inside, f"clocks/{step}")


def _touched(inside: Cursor, statement: str, known_at: datetime) -> int:
    row = run(inside, "clocks/has_policy").fetchone()
    if not (row and row[0]):
        return 0
    run(inside, f"clocks/{statement}")
    return _kept(inside, known_at)


def _kept(inside: Cursor, known_at: datetime) -> int:
    """Stage the clocks of `clock_touched` and keep what is new of them."""
    if run(inside, "clocks/any_touched").fetchone() is None:
        return 0
    run_each(inside, "clocks/policies")
    stage(inside)
    run_each(inside, "clocks/news")
    ended, added = (int(count) for count in run(inside, "clocks/count").fetchone() or (0, 0))
    if ended:
        run(inside, "clocks/end", known_at=known_at)
    if added:
        run(inside, "clocks/insert", known_at=known_at)
    return ended + added
