"""What `python app.py explain` prints: a heading, a table and the reasons of each clock."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from layouts.explain.told import Told

_PIPED = 160
"""Columns where there is no terminal to fit."""


def show(heading: str, told: Sequence[Told], nothing: str) -> None:
    """A case's heading, and below it its clocks one after the other; `nothing` says why there is none."""
    out = Console(width=None if sys.stdout.isatty() else _PIPED, highlight=False)
    out.print(heading, markup=False, soft_wrap=True)
    if not told:
        out.print(nothing, markup=False, soft_wrap=True)
    for clock in told:
        out.print()
        out.print(f"[bold]{escape(clock.title)}[/bold]: {escape(f'{clock.state}, {clock.remaining}')}", soft_wrap=True)
        if clock.rows:
            out.print(_table(clock))
        for line in lines(clock):
            out.print(f"  {line}", markup=False, soft_wrap=True)


def lines(clock: Told) -> Iterator[str]:
    """What stands below a clock's table."""
    yield clock.because
    yield clock.started
    yield clock.stopped
    yield from clock.rules


def _table(clock: Told) -> Table:
    table = Table()
    for name in ("from - to", "what"):
        table.add_column(name, overflow="fold")
    table.add_column("sum", justify="right")
    for row in clock.rows:
        table.add_row(escape(row.span), escape(row.what), row.total)
    return table
