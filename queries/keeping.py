"""What becomes of the rows of a batch, inside its transaction: deletions, mentions, events, cases, refusals, gaps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from queries import clocks
from queries.keys import key
from queries.rows import CaseRow, EventRow, GapRow, MentionRow, RefusedRow, TombRow, TruthRow, WholeRow
from queries.tables import cases_table, events_table, mentions_table, refused_table, tombs_table, whole_table
from queries.utc import from_stored
from queries.warehouse import run

Cursor = duckdb.DuckDBPyConnection


class Fates(NamedTuple):
    """How many rows were new, changed, `counted` (nothing but counters or order moved), and the same."""

    new: int = 0
    changed: int = 0
    counted: int = 0
    same: int = 0


def keep_tombs(inside: Cursor, source: str, tombs: Sequence[TombRow], known_at: datetime) -> tuple[int, bool]:
    """Remember deletions and take away what they delete; gives how many current mentions went.

    Before the mentions of the same batch, which are registered as `mention_batch`: they must not bring it back.
    """
    with _registered(inside, "tomb_batch", tombs_table(tombs)):
        run(inside, "stage_tombstones")
    run(inside, "stage_erasure")
    erased, is_news = run(inside, "count_erased").fetchone() or (0, False)
    run(inside, "merge_tombstones", source=source, known_at=known_at)
    for name in ("erase_mentions", "erase_case_events", "erase_cases"):
        run(inside, name)
    return int(erased), bool(is_news)


def keep_mentions(
    inside: Cursor,
    source: str,
    rows: Sequence[MentionRow],
    tombs: Sequence[TombRow],
    whole: Sequence[WholeRow],
    known_at: datetime,
) -> tuple[Fates, int, bool]:
    """Keep the mentions of a batch, its deletions first; gives the fates of rows and how many mentions went."""
    if not rows and not tombs:
        return Fates(), 0, False
    with (
        _registered(inside, "mention_batch", mentions_table(source, rows, known_at)),
        _registered(inside, "whole_batch", whole_table(whole)),
    ):
        erased, is_news = keep_tombs(inside, source, tombs, known_at) if tombs else (0, False)
        run(inside, "stage_mentions")
    new, changed, counted, same = (int(count) for count in run(inside, "count_fates").fetchone() or (0, 0, 0, 0))
    if changed or counted:
        run(inside, "merge_mentions", known_at=known_at)
    if new or changed:
        run(inside, "insert_mentions", known_at=known_at)
        clocks.after_posts(inside, known_at)
    return Fates(new, changed, counted, same), erased, is_news


def end_outdated(inside: Cursor, whole: Sequence[WholeRow], known_at: datetime) -> int:
    """End mentions of brands that a newer version of their item no longer names; gives how many."""
    if not whole:
        return 0
    with _registered(inside, "whole_batch", whole_table(whole)):
        ended = _number(run(inside, "count_outdated"))
        if ended:
            run(inside, "end_outdated", known_at=known_at)
    return ended


def keep_cases(
    inside: Cursor, source: str, cases: Sequence[CaseRow], events: Sequence[EventRow], known_at: datetime
) -> Fates:
    """Keep cases and what happened to them; a case whose first public human reply is of another brand changes too."""
    if not cases and not events:
        return Fates()
    with _registered(inside, "event_batch", events_table(source, events)):
        run(inside, "stage_events")
    added = _number(run(inside, "count_events"))
    if added:
        run(inside, "insert_events", known_at=known_at)
    with _registered(inside, "case_batch", cases_table(source, cases)):
        run(inside, "stage_cases")
    new, changed, seen = (int(count) for count in run(inside, "count_cases").fetchone() or (0, 0, 0))
    if changed or seen:
        run(inside, "merge_cases", known_at=known_at)
    if new or changed:
        run(inside, "insert_cases", known_at=known_at)
    if added or new or changed:
        clocks.after_cases(inside, known_at)
    # a case that only an event has changed is no row of the batch: what is left over was the same
    same = max(0, len(cases) + len(events) - added - new - changed - seen)
    return Fates(added + new, changed, seen, same)


def young(
    inside: Cursor,
    source: str,
    rows: Sequence[MentionRow],
    cases: Sequence[CaseRow],
    events: Sequence[EventRow],
) -> tuple[Sequence[MentionRow], Sequence[CaseRow], Sequence[EventRow]]:
    """Without what retention has deleted: a feed or a file that is read again must not bring it back."""
    row = run(inside, "read_kept", source=source).fetchone()
    kept_from = from_stored(row[0]) if row else None
    if kept_from is None:
        return rows, cases, events
    return (
        [row for row in rows if row.published_at >= kept_from],
        [case for case in cases if case.opened_at >= kept_from],
        [event for event in events if event.happened_at >= kept_from],
    )


def keep_refused(inside: Cursor, source: str, refused: Sequence[RefusedRow], now: datetime) -> None:
    """Keep the rows that could not be taken, each once."""
    if refused:
        with _registered(inside, "refused_batch", refused_table(source, refused)):
            run(inside, "insert_refused", source=source, at=now)


def keep_gaps(inside: Cursor, source: str, gaps: Sequence[GapRow], known_at: datetime) -> int:
    """Remember spans that could not be seen; gives how many were news."""
    news = 0
    for gap in gaps:
        gap_key = key(source, gap.platform, "gap", gap.since.isoformat())
        if not _number(run(inside, "has_gap", gap_key=gap_key, until_at=gap.until)):
            news += 1
            run(
                inside,
                "merge_gap",
                gap_key=gap_key,
                source=source,
                platform=gap.platform,
                kind="gap",
                since_at=gap.since,
                until_at=gap.until,
                sentence=gap.sentence,
                known_at=known_at,
            )
    return news


@contextmanager
def _registered(inside: Cursor, name: str, table: Any) -> Any:
    inside.register(name, table)
    try:
        yield
    finally:
        inside.unregister(name)


def _number(answer: Cursor) -> int:
    row = answer.fetchone()
    return int(row[0]) if row else 0


def keep_truths(inside: Cursor, source: str, truths: Sequence[TruthRow]) -> None:
    """Keep what an invented world has planted, each once. No question reads it."""
    for truth in truths:
        run(
            inside,
            "insert_truth",
            source=source,
            kind=truth.kind,
            subject=truth.subject,
            since_at=truth.since,
            until_at=truth.until,
            detail=json.dumps(dict(truth.detail), sort_keys=True),
        )
