"""sources: whether each source is being read, how old its newest post is, and what to do when not."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part

_ORDER = ("failing", "late", "stale", "never", "waiting", "ok")
_ROWS = 8


class Sources:
    """The state of every source, the worst first."""

    kind = "sources"
    measures = ()

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The health of all sources."""
        return {"health": Ask("source_health", {"now": scope.now})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: state, name, newest post, sentence."""
        health = tables["health"]
        found = sorted((_row(row, scope) for row in health.itertuples()), key=lambda row: _ORDER.index(row[0]))
        sub = _summary([row[0] for row in found], words.zone_name(scope.zone))
        return Drawn(
            values={
                part(name, "sub"): sub,
                part(name, "empty"): "" if found else "no source is named in the site file",
            },
            lists={part(name, "rows"): found[:_ROWS]},
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its list."""
        return card(name, panel, rows(name, "sources"), value(name, "empty", "empty"))


def source_state(row: Any, now: pd.Timestamp) -> str:
    """The state as it is said: a source that is read but brings nothing new is stale."""
    state = words.clean(row.state)
    if state == "ok" and not pd.isna(row.stale_at) and row.stale_at <= now:
        return "stale"
    return state if state in _ORDER else "waiting"


def _row(row: Any, scope: Scope) -> list[str]:
    state, newest = source_state(row, scope.moment), words.when(row.watermark_at, scope.zone, scope.now)
    sentence = words.clean(row.sentence, 200)
    if not sentence:
        read = words.when(row.last_success_at, scope.zone, scope.now)
        sentence = f"{words.clean(row.kind)} · " + ("not read yet" if read == words.UNKNOWN else f"read {read}")
    return [state, words.clean(row.source, 60), newest, sentence]


def _summary(states: list[str], zone: str) -> str:
    if not states:
        return ""
    counted = [f"{states.count(state)} {state}" for state in _ORDER if state in states and state != "ok"]
    return f"{words.plural(len(states), 'source')}: {', '.join(counted) or 'all ok'} · newest post, {zone}"
