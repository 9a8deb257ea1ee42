"""Where a process may die: of all its reaches those before which a death can make a difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_READS = ("SELECT", "WITH", "FROM")


def word(sql: Any) -> str:
    """The first word of a statement, behind what is said about it."""
    text = str(getattr(sql, "query", sql))
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("--"))
    return next(lines, "").split()[0].upper()


def telling(reaches: Sequence[str]) -> list[int]:
    """Which of a run's reaches, counted from 1, to die before: first words of statements, or names of other reaches.

    Whatever happens between two commits that keep something, none of it is kept: so of each such stretch its first
    reach (just after the commit before), its middle and its last (just before its own commit) stand for all of it.
    """
    points: list[int] = []
    begin = 0
    for number, is_kept in enumerate([*_commits(reaches), True]):
        if is_kept:
            last = min(number, len(reaches) - 1)
            points += sorted({begin, (begin + last) // 2, last})
            begin = number + 1
    return [point + 1 for point in sorted(set(points)) if point < len(reaches)]


def _commits(reaches: Sequence[str]) -> list[bool]:
    """Of each reach whether it makes something last: a commit of what was written, or a write outside a transaction."""
    is_inside = is_written = False
    found = []
    for reach in reaches:
        is_inside = reach == "BEGIN" or (is_inside and reach != "COMMIT")
        is_written = is_written or (reach.isupper() and reach not in (*_READS, "BEGIN", "COMMIT"))
        found.append(is_written and not is_inside)
        is_written = is_written and is_inside
    return found
