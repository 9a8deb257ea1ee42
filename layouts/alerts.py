"""Alerts in words, and the small mark in the wall's corner that tells of those nobody has acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config.languages import language_name
from layouts import words
from layouts.panels.card import attributes
from layouts.panels.kind import Drawn
from layouts.panels.roster import Gap, stretch

MARK = "wall:ahead"
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that stands (times aware UTC); `acknowledged_at` None is known to nobody."""

    kind: str
    subject: str
    since: datetime
    until: datetime
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""


def alerts_of(table: pd.DataFrame) -> list[Alert]:
    """The rows of alerts, the soonest first."""
    return list(_rows(table))


def _rows(table: pd.DataFrame) -> Iterator[Alert]:
    rows: Any = table.itertuples()
    for row in rows:
        known_at = None if pd.isna(row.acknowledged_at) else words.instant(row.acknowledged_at)
        span = (words.instant(row.since_at), words.instant(row.until_at))
        by = words.clean(row.acknowledged_by)
        yield Alert(row.kind, row.subject, *span, words.instant(row.raised_at), known_at, by)


def sentence(alert: Alert, zone: ZoneInfo, now: datetime) -> str:
    """ "Nobody on shift Sat 22:00 to 23:30", "No Japanese speaker Tue 02:00 to 05:30", in local time of `zone`."""
    when = stretch(Gap(alert.since, alert.until), zone, now)
    if alert.kind != "gap":
        return f"{words.clean(alert.kind)}, {words.clean(alert.subject)}: {when}"
    return f"{missing(alert.subject)} {when}"


def missing(subject: str) -> str:
    """Who is not there: "Nobody on shift", "No Japanese speaker"."""
    return "Nobody on shift" if subject == EVERYBODY else f"No {words.clean(language_name(subject))} speaker"


def by_subject(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """Each time of nobody at all by itself, the soonest first; then those of each other subject together."""
    alone = [[alert] for alert in alerts if alert.subject == EVERYBODY]
    others: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        if alert.subject != EVERYBODY:
            others.setdefault((alert.kind, alert.subject), []).append(alert)
    return alone + list(others.values())


def mark_skeleton() -> Component:
    """The mark on the wall's page. A frame says how many there are and the first; without any it is not seen."""
    told = [
        html.Span(id=f"{MARK}-count", className="ahead-count"),
        html.Span(id=f"{MARK}-first", className="ahead-first", dir="auto"),
    ]
    return html.Div(
        [html.Span(className="ahead-shape"), html.Div(told, className="ahead-words")],
        id=MARK,
        className="ahead",
        role="status",
        **attributes(state="none"),
    )


def mark(table: pd.DataFrame, zone: ZoneInfo, now: datetime) -> Drawn:
    """What the mark says, from the rows of alerts: of those nobody has acknowledged how many, and the first.

    Those of one language are one. Nobody at all comes before a language.
    """
    waiting = by_subject([alert for alert in alerts_of(table) if alert.acknowledged_at is None])
    first = sentence(waiting[0][0], zone, now) if waiting else ""
    count = f"{words.plural(len(waiting), 'alert')} ahead" if waiting else ""
    values = {f"{MARK}-count": count, f"{MARK}-first": first}
    return Drawn(values=values, states={MARK: "warn" if waiting else "none"})
