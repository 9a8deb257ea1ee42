"""baton: the hand-over board. Who hands over to whom and when, and whether somebody takes each case in flight.

What nobody takes stands first. The page counts down to the hand-over, and to when each case is due. Names and subjects
come from outside: they are set as texts, never as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import attributes, card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.platforms import title_of
from layouts.panels.promised import iso_utc, silence
from layouts.panels.roster import HANDOVERS, NO_ROSTER, ahead, handover_ask

_ROWS = 8
_NAME, _PLACE, _LETTERS = 18, 22, 120
_TEXTS = ("sub", "said", "at", "count", "more", "empty")
NOBODY, WAITING, HANDED, STAYS = "nobody takes it", "not acknowledged", "handed over", "stays"


class Baton:
    """What changes hands next."""

    kind = "baton"
    measures = ()
    feeds = ("roster", "cases")

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The hand-overs to come, and what is in flight at the next of them."""
        if not scope.site.has_roster:
            return {}
        return {"next": handover_ask(scope), "baton": Ask("baton", {"now": scope.now})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: until due, platform, subject, whose it is and whose then, its state, a warning, a word."""
        if not scope.site.has_roster:
            return _drawn(name, {"empty": NO_ROSTER})
        coming = list(tables["next"].itertuples())
        if not coming:
            return _drawn(name, {"empty": f"no hand-over in the next {HANDOVERS} h"})
        first, found = coming[0], list(tables["baton"].itertuples())
        texts = {"said": _passes(coming), "count": iso_utc(first.handover_at), "at": _at(first, scope)}
        if not found:
            return _drawn(name, {**texts, "empty": silence(scope) or "nothing is in flight"}, _bare(first))
        told = [_state(row, first) for row in found]
        more = len(found) - _ROWS
        texts |= {"sub": _sub(told), "more": f"and {words.plural(more, 'more case')}" if more > 0 else ""}
        listed = [_cells(row, said) for row, said in zip(found[:_ROWS], told, strict=False)]
        return _drawn(name, texts, _worst(found, first), listed)

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: the next hand-over over what is in flight at it."""
        count = html.Span(id=part(name, "count"), className="baton-count count", **attributes(counts="down"))
        line = [value(name, "said", "baton-said"), count, value(name, "at", "baton-at")]
        head = html.Div(line, id=part(name, "head"), className="baton-head", **attributes(state="none"))
        listed = html.Div([rows(name, "counted toward baton")], className="under")
        body = html.Div([head, listed, value(name, "more", "baton-more")], className="batons")
        return card(name, panel, body, value(name, "empty", "empty"))


def _drawn(name: str, texts: dict[str, str], state: str = "none", listed: Sequence[list[str]] = ()) -> Drawn:
    return Drawn(
        values={part(name, what): texts.get(what, "") for what in _TEXTS},
        states={part(name, "head"): state},
        lists={part(name, "rows"): list(listed)},
    )


def _passes(coming: Sequence[Any]) -> str:
    """ "London → New York in"; of several that close at the same instant, all."""
    at = coming[0].handover_at
    closing = ", ".join(words.clean(row.from_site, _PLACE) for row in coming if row.handover_at == at)
    to = words.clean(coming[0].to_site, _PLACE)
    return f"{closing} → {to or 'nobody'} in"


def _at(first: Any, scope: Scope) -> str:
    """When that is, and for how long nobody is there then."""
    at = ahead(words.instant(first.handover_at), scope.zone, scope.now)
    overlap = words.known(first.overlap_seconds)
    apart = f" · nobody for {lasted(-overlap)}" if overlap is not None and overlap < 0 else ""
    none = "" if words.clean(first.to_site) else " · no shift follows"
    return f"at {at} {words.zone_name(scope.zone)}{apart}{none}"


def _bare(first: Any) -> str:
    """How bad the hand-over itself is: nobody there after it, or not at once."""
    overlap = words.known(first.overlap_seconds)
    return "warn" if not words.clean(first.to_site) or (overlap is not None and overlap < 0) else "none"


def _worst(found: Sequence[Any], first: Any) -> str:
    states = {words.clean(row.state) for row in found}
    if "red" in states:
        return "bad"
    return "warn" if "warn" in states else _bare(first)


def _state(row: Any, first: Any) -> str:
    """Whether somebody takes it, in words."""
    if _is(row.is_acknowledged):
        stays = words.clean(first.to_site) == words.clean(row.from_site)
        return STAYS if stays else HANDED
    return WAITING if words.clean(row.next_owner) else NOBODY


def _sub(told: Sequence[str]) -> str:
    """How many are in flight, and how many of each state."""
    counts = [(said, told.count(said)) for said in (NOBODY, WAITING, HANDED, STAYS)]
    return " · ".join([f"{len(told):,} in flight", *(f"{count:,} {_many(said)}" for said, count in counts if count)])


def _many(said: str) -> str:
    return {NOBODY: "nobody takes", STAYS: "with their owner"}.get(said, said)


def _cells(row: Any, said: str) -> list[str]:
    subject = words.clean(row.subject, _LETTERS) or words.clean(row.case_id, 40)
    seam = "due soon after" if _is(row.breaches_at_seam) else ""
    state = words.clean(row.state)
    return [iso_utc(row.due_at), title_of(row.platform), subject, _hands(row), said, seam, state]


def _is(flag: Any) -> bool:
    return not pd.isna(flag) and bool(flag)


def _hands(row: Any) -> str:
    """ "Ada → Kim", of what has arrived or stays only whose it is."""
    owner, after = (words.clean(name, _NAME) or "nobody" for name in (row.owner, row.next_owner))
    return owner if owner == after and owner != "nobody" else f"{owner} → {after}"
