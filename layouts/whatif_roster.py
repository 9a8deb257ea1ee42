"""The two weeks ahead under another roster beside those under the present one: words for the terminal and the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.languages import language_name
from layouts import words
from layouts.desk import times
from layouts.snapshot.phrases import hours, money

HEADS = ("", "Present roster", "Proposed roster", "Change")
GAP_HEADS = ("Nobody", "When", "How long in all", "With the proposal")
FATES = ("closed", "opened", "stays")
NOBODY = "all"
"""Instead of a language: no one at all."""
SAME = "="
_PIPED = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: what it is, with the present roster, with the proposed one, how far it moves. Unknown is a dash."""

    name: str
    now: str
    would: str
    change: str


@dataclass(frozen=True, slots=True)
class GapLine:
    """Stretches without anybody: who is missing, when, how long in all, and what the proposal does to them."""

    who: str
    when: str
    length: str
    fate: str


@dataclass(frozen=True, slots=True)
class _Piece:
    language: str
    since: datetime
    until: datetime
    fate: str


def lines(answer: Mapping[str, Any], currency: str) -> list[Line]:
    """The measures of a comparison, each at both sides; head hours also by employer, where there are several."""
    now, would = answer["sides"]["now"], answer["sides"]["would"]
    employers = sorted({*now["by_employer"], *would["by_employer"]}, key=lambda name: (name != "own", name))
    by_employer = [
        _line(
            f"… of them {_employer(name)}",
            now["by_employer"].get(name, 0.0),
            would["by_employer"].get(name, 0.0),
            _hours,
        )
        for name in employers
    ]
    told = [
        ("Hours with nobody on, though something comes", "gap_hours", _hours),
        ("Hours with fewer than it takes", "thin_hours", _hours),
        ("What comes while somebody is on", "covered_share", _share),
        ("Promises expected to break", "breached_count", _count),
        ("Head hours per week", "head_hours_per_week", _hours),
    ]
    found = [_line(name, now[key], would[key], say) for name, key, say in told]
    found += by_employer if len(employers) > 1 else []
    found.append(
        _line("Cost per week", now["cost_per_week"], would["cost_per_week"], lambda sum_: money(sum_, currency))
    )
    return found


def gap_lines(answer: Mapping[str, Any], zone: ZoneInfo) -> list[GapLine]:
    """The stretches without anybody of both sides, those with nobody at all first, then those the proposal moves.

    One that is closed in part comes as two: what is closed of it, and what stays. Those at the same hours of several
    days are one line.
    """
    now, groups = datetime.fromisoformat(answer["as_of"]), dict[tuple[str, str, str], list[_Piece]]()
    for one in sorted(_pieces(answer), key=lambda piece: piece.since):
        start, end = one.since.astimezone(zone), one.until.astimezone(zone)
        groups.setdefault((one.language, one.fate, f"{start:%H:%M} to {end:%H:%M}"), []).append(one)
    ordered = sorted(
        groups.items(), key=lambda one: (one[0][0] != NOBODY, FATES.index(one[0][1]), one[1][0].since, one[0][0])
    )
    return [
        GapLine(_who(language), _when(hours_, found, zone, now), _length(found), fate)
        for (language, fate, hours_), found in ordered
    ]


def sentence(answer: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What was compared with what, and what it does to the stretches without anybody."""
    since, until, now = (datetime.fromisoformat(answer[name]) for name in ("since", "until", "as_of"))
    fates = [one.fate for one in _pieces(answer)]
    closed, opened, left = (fates.count(fate) for fate in FATES)
    return (
        f"The roster of {words.clean(PurePath(str(answer['roster'])).name, 80)} beside the present one, "
        f"{times.between(since, until, zone, now)}: {words.plural(closed, 'stretch', 'stretches')} without anybody "
        f"closed, {opened:,} opened, {left:,} {'stays' if left == 1 else 'stay'}. Nothing is changed."
    )


def notes(answer: Mapping[str, Any]) -> Iterator[str]:
    """Why a dash stands where one does."""
    sides = answer["sides"].values()
    if any(side["cost_per_week"] is None for side in sides):
        yield "Cost: somebody is on shift whose employer has no rate under [staffing] cost."
    if any(side["thin_hours"] is None or side["breached_count"] is None for side in sides):
        yield "Thin hours and broken promises need [staffing] handling, and a demand that is known."


def show(answer: Mapping[str, Any], zone: ZoneInfo, currency: str) -> None:
    """Print a comparison; sums of money are in `currency`."""
    out = Console(width=None if sys.stdout.isatty() else _PIPED, highlight=False)
    out.print(sentence(answer, zone), markup=False, soft_wrap=True)
    rows = [(one.name, one.now, one.would, one.change) for one in lines(answer, currency)]
    out.print(_table(HEADS, rows, is_figures=True))
    for note in notes(answer):
        out.print(note, markup=False, soft_wrap=True)
    if not answer["gaps"]:
        out.print("No stretch without anybody is known with either.")
        return
    gaps = [(one.who, one.when, one.length, one.fate) for one in gap_lines(answer, zone)]
    out.print(_table(GAP_HEADS, gaps, is_figures=False))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, is_figures: bool) -> Table:
    table = Table()
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if is_figures and number else "left", overflow="fold")
    for row in rows:
        table.add_row(*[escape(cell) for cell in row])
    return table


def _line(name: str, now: Any, would: Any, say: Callable[[Any], str]) -> Line:
    before, after = words.known(now), words.known(would)
    if before is None or after is None:
        return Line(name, say(now), say(would), words.UNKNOWN)
    if say(now) == say(would):
        return Line(name, say(now), say(would), SAME)
    apart = say(abs(after - before))
    # of two shares the difference is points, not a share of anything
    apart = f"{apart.removesuffix('%')} points" if say is _share else apart
    return Line(name, say(now), say(would), f"{'+' if after > before else words.MINUS}{apart}")


def _pieces(answer: Mapping[str, Any]) -> list[_Piece]:
    """The gaps of both sides, cut where either begins or ends."""
    found: list[_Piece] = []
    for language in {gap["language"] for gap in answer["gaps"]}:
        spans = [
            (datetime.fromisoformat(gap["since"]), datetime.fromisoformat(gap["until"]), str(gap["side"]))
            for gap in answer["gaps"]
            if gap["language"] == language
        ]
        found += _cut(language, spans)
    return found


def _cut(language: str, spans: Sequence[tuple[datetime, datetime, str]]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for start, end in pairwise(sorted({edge for since, until, _ in spans for edge in (since, until)})):
        sides = {side for since, until, side in spans if since <= start and end <= until}
        fate = "" if not sides else "stays" if len(sides) > 1 else "closed" if "now" in sides else "opened"
        if fate and pieces and (pieces[-1].until, pieces[-1].fate) == (start, fate):
            pieces[-1] = replace(pieces[-1], until=end)
        elif fate:
            pieces.append(_Piece(language, start, end, fate))
    return pieces


def _who(language: str) -> str:
    return "at all" if language == NOBODY else f"who speaks {language_name(language)}"


def _when(clocks: str, pieces: Sequence[_Piece], zone: ZoneInfo, now: datetime) -> str:
    first = pieces[0]
    if len(pieces) == 1:
        return times.between(first.since, first.until, zone, now)
    day = first.since.astimezone(zone)
    return f"on {len(pieces)} days {clocks}, first {day:%a} {day.day} {day:%b}"


def _length(pieces: Sequence[_Piece]) -> str:
    return hours(sum((piece.until - piece.since).total_seconds() for piece in pieces))


def _employer(name: str) -> str:
    return "our own" if name == "own" else f"of {words.clean(name, 40)}"


def _hours(value: Any) -> str:
    number = words.known(value)
    return words.UNKNOWN if number is None else hours(timedelta(hours=number).total_seconds())


def _share(value: Any) -> str:
    told = words.percent(value)
    return told if told == words.UNKNOWN else f"{told}%"


def _count(value: Any) -> str:
    number = words.known(value)
    return words.UNKNOWN if number is None else f"{number:,.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
