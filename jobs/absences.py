"""Absences: the heads that a roster has, and that are not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from config.roster import Absence
from jobs.localtime import span
from queries.roster import ShiftRow


@dataclass(frozen=True, slots=True)
class Piece:
    """A shift of one day: its row, the local day it belongs to, and what a person calls the place where it stands."""

    row: ShiftRow
    day: date
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An absence, by its number from 0, of more heads than there are, `at` (aware UTC) for the first time.

    `named` are the names of those on shift then, when they would have to be told apart to know who is absent.
    """

    number: int
    at: datetime
    heads: int
    named: tuple[str, ...]


Span = tuple[datetime, datetime]
Cut = tuple[int, Span, bool]
"""The number of an absence, when it touches a shift, and whether it takes a head without a name."""


def without(pieces: Iterable[Piece], absences: Sequence[Absence]) -> tuple[list[Piece], list[Shortfall]]:
    """The shifts without who is absent, split where heads change, and the absences that are too large.

    An absence of whole days takes part in every shift that starts on one of them; one with times of day in whatever is
    under way between them. Somebody absent by name leaves each shift that names them, on call or not. Heads without a
    name are taken one after another from the shift that has most of them then; nobody is taken from who is on call.
    Heads are never below 0.
    """
    left: list[Piece] = []
    touched: dict[str, list[tuple[Piece, list[Cut]]]] = defaultdict(list)
    of_site: dict[str, list[tuple[int, Absence]]] = defaultdict(list)
    for number, absence in enumerate(absences):
        of_site[absence.site].append((number, absence))
    for piece in pieces:
        cuts = list(_cuts(piece, of_site.get(piece.row.site, ())))
        if cuts:
            touched[piece.row.site].append((piece, cuts))
        else:
            left.append(piece)
    shortfalls: dict[int, Shortfall] = {}
    for here in touched.values():
        left += _thinned(here, absences, shortfalls)
    return left, list(shortfalls.values())


def _cuts(piece: Piece, absences: Iterable[tuple[int, Absence]]) -> Iterator[Cut]:
    row = piece.row
    for number, absence in absences:
        if absence.team not in (None, row.team):
            continue
        if absence.agent not in row.agents if absence.agent else row.is_on_call:
            continue
        starts, ends = _touched(absence, piece)
        if starts < ends:
            yield number, (starts, ends), absence.agent is None


def _touched(absence: Absence, piece: Piece) -> Span:
    """When an absence touches a shift; empty when it does not."""
    row = piece.row
    if absence.start is None or absence.end is None:
        is_its = absence.from_date <= piece.day <= absence.last
        return row.starts_at, row.ends_at if is_its else row.starts_at
    since, until = span(absence.from_date, absence.start, absence.end, ZoneInfo(row.timezone))
    return max(since, row.starts_at), min(until, row.ends_at)


@dataclass(slots=True)
class _Crew:
    heads: int
    agents: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        return self.heads - len(self.agents)


def _thinned(
    here: Sequence[tuple[Piece, list[Cut]]], absences: Sequence[Absence], shortfalls: dict[int, Shortfall]
) -> Iterator[Piece]:
    """The shifts of one site that absences touch, from edge to edge; one whose crew stays the same stays whole."""
    edges = {edge for piece, cuts in here for pair in [_reach(piece), *(cut for _, cut, _ in cuts)] for edge in pair}
    parts: dict[int, list[tuple[Span, _Crew]]] = defaultdict(list)
    begun = sorted(range(len(here)), key=lambda index: here[index][0].row.starts_at)
    for since, until in pairwise(sorted(edges)):
        begun = [index for index in begun if here[index][0].row.ends_at > since]
        there = {index: here[index] for index in begun if here[index][0].row.starts_at <= since}
        for index, crew in _crews(there, since, absences, shortfalls).items():
            _prolong(parts[index], (since, until), crew)
    for index, found in parts.items():
        yield from (_cut(here[index][0], reach, crew) for reach, crew in found if crew.heads > 0)


def _reach(piece: Piece) -> Span:
    return piece.row.starts_at, piece.row.ends_at


def _crews(
    there: Mapping[int, tuple[Piece, list[Cut]]],
    at: datetime,
    absences: Sequence[Absence],
    shortfalls: dict[int, Shortfall],
) -> dict[int, _Crew]:
    """Who is left of each shift that is under way at `at`."""
    crews = {index: _Crew(piece.row.heads, piece.row.agents) for index, (piece, _) in there.items()}
    taking: dict[int, list[_Crew]] = defaultdict(list)
    for index, (_, cuts) in there.items():
        crew = crews[index]
        for number, (since, until), is_of_heads in cuts:
            if not since <= at < until:
                continue
            if is_of_heads:
                taking[number].append(crew)
            elif (name := absences[number].agent) in crew.agents:
                crew.heads, crew.agents = crew.heads - 1, tuple(one for one in crew.agents if one != name)
    for number in sorted(taking):
        _take(absences[number].heads or 0, taking[number], number, at, shortfalls)
    return crews


def _take(heads: int, crews: Sequence[_Crew], number: int, at: datetime, shortfalls: dict[int, Shortfall]) -> None:
    there = sum(crew.heads for crew in crews)
    for taken in range(heads):
        most = max(crews, key=lambda crew: (crew.unnamed > 0, crew.heads))
        if most.unnamed == 0:
            named = tuple(name for crew in crews for name in crew.agents) if heads <= there else ()
            shortfalls.setdefault(number, Shortfall(number, at, there - taken if named else there, named))
            return
        most.heads -= 1


def _prolong(parts: list[tuple[Span, _Crew]], reach: Span, crew: _Crew) -> None:
    if parts and parts[-1][0][1] == reach[0] and parts[-1][1] == crew:
        parts[-1] = (parts[-1][0][0], reach[1]), crew
    else:
        parts.append((reach, crew))


def _cut(piece: Piece, reach: Span, crew: _Crew) -> Piece:
    return replace(
        piece, row=replace(piece.row, starts_at=reach[0], ends_at=reach[1], heads=crew.heads, agents=crew.agents)
    )
