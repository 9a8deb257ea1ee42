"""due: what is overdue and what falls due within the hour, in large numbers, and beneath them whose turn it is.

Rows carry the instant at which each promise breaks; the page counts down to it, and up from it once it has passed. The
two that are longest overdue stand first, then those that can still be kept, the least time left first; the paused run
towards nothing and stand last.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.care_promises import due_ask
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part
from layouts.panels.lasting import lasted
from layouts.panels.platforms import title_of
from layouts.panels.promised import group_title, is_promised, iso_utc, metric_title, silence

_ROWS = 10
_FIT = 6  # of them on the shipped wall
_OVERDUE = 2  # rows; however many there are, what can still be kept has its place
_ASKED = 1000  # clocks, so that those that can be kept are among them
_LETTERS = 120
_WEEK = 7  # days; further off a weekday could be another week's
_COUNTS = (
    ("overdue", "overdue_count", "overdue"),
    ("quarter", "due_15m_count", "within 15 min"),
    ("half", "due_30m_count", "within 30 min"),
    ("hour", "due_60m_count", "within 60 min"),
)


class Due:
    """What is due, and whose turn it is."""

    kind = "due"
    measures = ()
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The counts, and the clocks with the least time left."""
        if not is_promised(scope.site):
            return {}
        clocks = Ask("sla_next", {"now": scope.now, "most": _ASKED, "brands": list(panel.brands)})
        return {"due": due_ask(panel, scope), "next": clocks}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """Numbers, then rows of cells: until when, due at, platform, subject, what is owed, track, owner, its state."""
        if sentence := silence(scope):
            return _drawn(name, {}, empty=sentence)
        counts, found = tables["due"], list(tables["next"].itertuples())
        if not found and not _of(counts, "running_count"):
            return _drawn(name, _numbers(counts), empty="no clock runs: nobody is owed an answer")
        return _drawn(name, _numbers(counts), sub=_sub(counts), listed=[_cells(row, scope) for row in _chosen(found)])

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: the numbers over the list."""
        numbers = [_number(name, what, label) for what, _, label in _COUNTS]
        oldest = html.Div(
            [
                html.Span(id=part(name, "oldest"), className="due-number count"),
                html.Span("oldest clock", className="due-word"),
            ],
            className="due-count",
        )
        counts = html.Div([*numbers, oldest], className="due-counts")
        listed = html.Div(rows(name, "counted toward due"), className="under")
        return card(name, panel, html.Div([counts, listed], className="headed"), value(name, "empty", "empty"))


def _chosen(found: list[Any]) -> list[Any]:
    """The rows that are shown: in the order they come, of the overdue ones as many as leave room for the others."""
    late = [row for row in found if words.clean(row.state) == "breached"]
    kept = [row for row in found if words.clean(row.state) != "breached"]
    room = max(_OVERDUE, _FIT - len(kept))
    return [*late[:room], *kept][:_ROWS]


def _number(name: str, what: str, label: str) -> Component:
    return html.Div(
        [value(name, what, "due-number", words.UNKNOWN), html.Span(label, className="due-word")],
        id=part(name, f"{what}-count"),
        className=f"due-count due-{what}",
    )


def _drawn(
    name: str, numbers: dict[str, str], *, sub: str = "", listed: list[list[str]] | None = None, empty: str = ""
) -> Drawn:
    told = {"oldest": "", **{what: words.UNKNOWN for what, _, _ in _COUNTS}, **numbers}
    states = {part(name, f"{what}-count"): _state(told[what]) for what, _, _ in _COUNTS}
    values = {part(name, what): text for what, text in {"sub": sub, "empty": empty, **told}.items()}
    return Drawn(values=values, states=states, lists={part(name, "rows"): listed or []})


def _state(number: str) -> str:
    return "none" if number in ("0", words.UNKNOWN) else "some"


def _of(table: pd.DataFrame, column: str) -> int:
    return 0 if table.empty else int(words.known(table[column].iloc[0]) or 0)


def _numbers(table: pd.DataFrame) -> dict[str, str]:
    """The counts as they are read. That no clock runs is a zero; what is not known is a dash."""
    if table.empty:
        return {what: "0" for what, _, _ in _COUNTS}
    counts = {what: words.short(table[column].iloc[0]) for what, column, _ in _COUNTS}
    return {**counts, "oldest": iso_utc(table["oldest_started_at"].iloc[0])}


def _sub(table: pd.DataFrame) -> str:
    said = f"{words.plural(_of(table, 'running_count'), 'clock runs', 'clocks run')}"
    unowned, paused = _of(table, "unowned_count"), _of(table, "paused_count")
    order = (
        "the longest overdue, then the least time left" if _of(table, "overdue_count") else "the least time left first"
    )
    parts = [said, order, f"{unowned:,} nobody owns" if unowned else "", f"{paused:,} paused" if paused else ""]
    return " · ".join(text for text in parts if text)


def _cells(row: Any, scope: Scope) -> list[str]:
    state = words.clean(row.state)
    is_paused = state == "paused"
    breaks = "" if is_paused else iso_utc(row.breaches_at)
    return [
        breaks,
        f"{lasted(row.remaining_seconds)} left" if is_paused else _at(row.due_at, scope),
        title_of(row.platform),
        words.clean(row.subject, _LETTERS) or words.clean(row.case_id, 40),
        metric_title(row.metric),
        group_title("track", row.track),
        words.clean(row.owner, 24) or "nobody",
        state.replace("_", ""),
    ]


def _at(moment: Any, scope: Scope) -> str:
    """The due date in the site's zone: of today a time, of the days around it with its day, else a date."""
    due = words.aware(moment)
    if due is None:
        return words.UNKNOWN
    local, today = due.astimezone(scope.zone), scope.now.astimezone(scope.zone).date()
    days = abs((local.date() - today).days)
    if days >= _WEEK:
        return f"{local.day} {local:%b}"
    return local.strftime("%H:%M" if days == 0 else "%a %H:%M")
