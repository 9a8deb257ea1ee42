"""waiting: the customers who have waited longest for our word, one under the other.

The rows carry the instant since when each waits; the page counts from it. A `threshold` that is a duration, such as
"4h", marks those who have waited longer.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.care import WAITING, oldest_ask
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted, limit_seconds
from layouts.panels.platforms import title_of

_LETTERS = 120


class Waiting:
    """Who waits for us, the longest first."""

    kind = "waiting"
    measures = ()
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The oldest of them, and how many there are."""
        states = Ask("open_cases_by_state", {"now": scope.now, "brands": list(panel.brands)})
        return {"oldest": oldest_ask(panel, scope), "states": states}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: since when, platform, subject, owner, whether it was answered before, whether it is over."""
        limit = limit_seconds(panel.threshold)
        found = [_cells(row, limit) for row in tables["oldest"].itertuples()] if scope.has_data else []
        empty = "" if found else "nobody waits for an answer" if scope.has_data else "no cases yet"
        return Drawn(
            values={part(name, "sub"): _sub(tables["states"], limit) if found else "", part(name, "empty"): empty},
            lists={part(name, "rows"): found},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "counted waiting"), value(name, "empty", "empty"))


def _sub(states: pd.DataFrame, limit: float | None) -> str:
    total = int(states[states["state"].isin(WAITING)]["cases_count"].sum())
    over = f" · ▲ over {lasted(limit)}" if limit else ""
    said = f"{words.plural(total, 'customer waits', 'customers wait')} for us, the longest first"
    return f"{said} · since their oldest unanswered word{over}"


def _cells(row: Any, limit: float | None) -> list[str]:
    since = words.aware(row.waiting_since_at)
    return [
        since.isoformat().replace("+00:00", "Z") if since else "",
        title_of(row.platform),
        words.clean(row.subject, _LETTERS) or words.clean(row.case_id, 40),
        words.clean(row.owner, 24) or "nobody",
        "asked again" if bool(row.is_answered) else "",
        "over" if limit and (words.known(row.waiting_seconds) or 0) > limit else "within",
    ]
