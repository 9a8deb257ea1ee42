"""Measures what docs/measurements.md says about staffing: `python -m tests.measure.staffing`. Prints Markdown.

The day of the demo's incident, played message by message: how the deadline model and Erlang C foresee its breaches, and
what becomes of it with the heads each of them asks for.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.people.bursts import HANDLING, burst, erlang, off, played, staffed


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        _print(Path(name))


def _print(folder: Path) -> None:
    trace = burst()
    work = len(trace.moments) * HANDLING / 3600
    loudest = f"at most {max(trace.counts)} in a quarter of an hour"
    print(f"{len(trace.moments):,} messages in {trace.slots // 4} hours, {loudest}, {work:,.0f} hours of work.\n")
    ask = erlang(folder, trace)
    print("| heads all day | late when played | deadline model | off per quarter | Erlang C | off per quarter |")
    print("|---|---|---|---|---|---|")
    for share in (0.9, 1.1, 1.3, 1.6):
        crew = [round(work / (trace.slots / 4) * share)] * trace.slots
        _foreseen(folder / f"{crew[0]}", crew, ask(crew)[1])
    print("\n| heads as asked for by | head hours | most at once | kept when played |")
    print("|---|---|---|---|")
    rows = staffed(_made(folder / "asked"), trace, [30] * trace.slots)
    asked = [max(1, math.ceil(row["required_agents"] - 1e-9)) for row in rows]
    called = [max(1, count) for count in ask(asked)[0]]
    for model, crew in (("deadline model", asked), ("Erlang C", called)):
        kept = played(trace.moments, crew).kept_share
        print(f"| {model} | {sum(crew) / 4:,.0f} | {max(crew)} | {kept:.1%} |")


def _foreseen(folder: Path, crew: Sequence[int], expected: Sequence[float]) -> None:
    trace = burst()
    late = played(trace.moments, crew).late
    found = [row["breached_count"] or 0.0 for row in staffed(_made(folder), trace, crew)]
    print(f"| {crew[0]} | {sum(late):,} | {sum(found):,.0f} | {off(found, late):.2f} | {sum(expected):,.0f} | "
          f"{off(expected, late):.2f} |")  # fmt: skip


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
