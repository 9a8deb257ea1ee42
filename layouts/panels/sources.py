"""sources: whether each source is being read, how old its newest post is, and what to do when not."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part

# the worst first
ORDER = ("failing", "disabled", "waiting", "late", "stale", "silent", "never", "ok")
_ROWS = 8
ASKED = "was asked to wait"  # the row says until when instead


class Sources:
    """The state of every source, the worst first."""

    kind = "sources"
    measures = ()
    feeds = ("all",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The health of all sources."""
        return {"health": Ask("source_health", {"now": scope.now})}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Rows of cells: state, name, newest post, sentence."""
        health = tables["health"]
        found = sorted((_row(row, scope) for row in health.itertuples()), key=lambda row: ORDER.index(row[0]))
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
    """The state as it is said: a source that is read but brings nothing new is stale, or silent from its alarm on."""
    state = words.clean(row.state)
    if state == "ok" and not pd.isna(row.stale_at) and row.stale_at <= now:
        return "stale"
    if state == "ok" and not pd.isna(row.silent_since_at):
        return "silent"
    return state if state in ORDER else "never"


def _row(row: Any, scope: Scope) -> list[str]:
    newest = words.when(row.watermark_at, scope.zone, scope.now)
    return [source_state(row, scope.moment), words.clean(row.source, 60), newest, _sentence(row, scope)]


def _sentence(row: Any, scope: Scope) -> str:
    """What matters most first: the row has room for two lines."""
    since = [f"{what} {words.when(at, scope.zone, scope.now)}" for what, at in _moments(row) if not pd.isna(at)]
    why, rest = words.clean(row.sentence, 200), quota(row, scope.zone, scope.now) if is_scarce(row) else ""
    if row.state == "waiting" and since:
        why = why.removeprefix(ASKED).lstrip(": ")
    if not why and not since:
        read = words.when(row.last_success_at, scope.zone, scope.now)
        why = f"{words.clean(row.kind)} · " + ("not read yet" if read == words.UNKNOWN else f"read {read}")
    return " · ".join(part for part in (*since, why, rest) if part)


def _moments(row: Any) -> list[tuple[str, Any]]:
    waits = [("waiting until", row.not_before_at)] if row.state == "waiting" else []
    return [*waits, ("blind since", row.blind_since_at), ("silent since", row.silent_since_at)]


def quota(row: Any, zone: ZoneInfo, now: datetime) -> str:
    """ "30 of 1,000 requests left until 11:00", or "" where it is not known."""
    left, limit = words.known(row.quota_left), words.known(row.quota_limit)
    if left is None:
        return ""
    of = f" of {limit:,.0f}" if limit else ""
    until = words.when(row.quota_resets_at, zone, now)
    return f"{left:,.0f}{of} requests left" + ("" if until == words.UNKNOWN else f" until {until}")


def is_scarce(row: Any) -> bool:
    """Whether less than a tenth of the quota is left."""
    left, limit = words.known(row.quota_left), words.known(row.quota_limit)
    return left is not None and bool(limit) and left < (limit or 0) / 10


def _summary(states: list[str], zone: str) -> str:
    if not states:
        return ""
    counted = [f"{states.count(state)} {state}" for state in ORDER if state in states and state != "ok"]
    return f"{words.plural(len(states), 'source')}: {', '.join(counted) or 'all ok'} · newest post, {zone}"
