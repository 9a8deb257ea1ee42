"""The past under another policy beside the past as it was: words for the terminal and the desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from layouts import words
from layouts.desk import times
from layouts.desk.clocks import METRICS
from layouts.explain.said import exactly

HEADS = ("Track", "Promise", "Due", "Met", "Breached", "Attained")
SIDES = ("as it was", "as it would be")
_COUNTS = ("count", "met_count", "breached_count", "met_to_breached_count", "breached_to_met_count")
_PIPED = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One track and promise: what was beside what would be, each as due, met, breached, attained."""

    track: str
    metric: str
    was: tuple[str, str, str, str]
    would: tuple[str, str, str, str]
    to_breached: str
    to_met: str


def lines(groups: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The groups of a comparison in words, and below them all together."""
    found = [_line(group) for group in groups]
    if len(groups) > 1:
        found.append(_line(_total(groups)))
    return found


def moved(cases: Sequence[Mapping[str, Any]], zone: ZoneInfo, now: datetime) -> Iterator[tuple[str, ...]]:
    """The cases that move most: case, promise, due as it was, as it would be, how far apart, what became of it."""
    for one in cases:
        was, would = (_moment(one[f"{side}_due_at"], zone, now) for side in ("was", "would"))
        shift = words.known(one["moved_seconds"]) or 0
        apart = exactly(int(abs(shift))) + (" later" if shift > 0 else " earlier")
        fate = f"{_fate(one['was_fate'])} → {_fate(one['would_fate'])}"
        cycle = f" {one['cycle']}" if one["metric"] == "nrt" or one["cycle"] != 1 else ""
        yield words.clean(one["case_id"], 60), f"{_metric(one['metric'])}{cycle}", was, would, apart, fate


def sentence(answer: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What was compared with what, and how many promises change sides."""
    since, until, now = (datetime.fromisoformat(answer[name]) for name in ("since", "until", "as_of"))
    total = _total(answer["groups"])
    broken, kept = total["met_to_breached_count"], total["breached_to_met_count"]
    kinds = ", ".join(f"[{kind}]" for kind in answer["read"])
    other = (
        f"the {kinds} of {words.clean(answer['policy'], 80)}" if answer["policy"] else "the site file as it now stands"
    )
    return (
        f"Promises due {times.between(since, until, zone, now)}, as they were and as they would be under {other}: "
        f"{words.plural(broken, 'met promise')} would be breached, "
        f"{words.plural(kept, 'breached promise')} would be met. Nothing is changed."
    )


def show(answer: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Print a comparison."""
    out = Console(width=None if sys.stdout.isatty() else _PIPED, highlight=False)
    out.print(sentence(answer, zone), markup=False, soft_wrap=True)
    if not answer["groups"]:
        out.print("No promise was due, and none would have been.")
        return
    out.print(_compared(answer["groups"]))
    now = datetime.fromisoformat(answer["as_of"])
    if answer["moved"]:
        out.print(_cases(list(moved(answer["moved"], zone, now))))


def _compared(groups: Sequence[Mapping[str, Any]]) -> Table:
    table = Table()
    for head in HEADS[:2]:
        table.add_column(head.lower(), overflow="fold")
    for head in (*(f"{head.lower()}, was" for head in HEADS[2:]), *(f"{head.lower()}, would" for head in HEADS[2:])):
        table.add_column(head, justify="right")
    for head in ("met to breached", "breached to met"):
        table.add_column(head, justify="right")
    for line in lines(groups):
        table.add_row(escape(line.track), line.metric, *line.was, *line.would, line.to_breached, line.to_met)
    return table


def _cases(rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title="The cases whose due date moves most", title_justify="left")
    for head in ("case", "promise", "due, was", "due, would", "moves", "was → would"):
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*[escape(cell) for cell in row])
    return table


def _line(group: Mapping[str, Any]) -> Line:
    return Line(
        words.clean(group["track"], 60) or "unknown",
        _metric(group["metric"]),
        _side(group, "was"),
        _side(group, "would"),
        words.short(group["met_to_breached_count"]),
        words.short(group["breached_to_met_count"]),
    )


def _side(group: Mapping[str, Any], side: str) -> tuple[str, str, str, str]:
    counts = [_count(group[f"{side}_{name}"]) for name in ("count", "met_count", "breached_count")]
    share = words.percent(group[f"{side}_attainment_share"])
    return counts[0], counts[1], counts[2], share if share == words.UNKNOWN else f"{share}%"


def _total(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All groups together."""
    total: dict[str, Any] = {"track": "all", "metric": ""}
    names = [f"{side}_{name}" for side in ("was", "would") for name in _COUNTS[:3]] + list(_COUNTS[3:])
    total |= {name: sum(int(group[name]) for group in groups) for name in names}
    for side in ("was", "would"):
        due = total[f"{side}_count"]
        total[f"{side}_attainment_share"] = total[f"{side}_met_count"] / due if due else None
    return total


def _metric(name: Any) -> str:
    return METRICS.get(str(name), str(name))


def _count(value: Any) -> str:
    return f"{int(value):,}"


def _fate(value: Any) -> str:
    return str(value) if value else "not due yet"


def _moment(text: Any, zone: ZoneInfo, now: datetime) -> str:
    return times.moment(datetime.fromisoformat(text), zone, now) if text else words.UNKNOWN
