"""How fresh the desk's numbers are: a word, a shape and an absolute time, from the data's own age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk.links import data


@dataclass(frozen=True)
class Age:
    """state: live, stale or none. `word` says it, `detail` since when and why."""

    state: str
    word: str
    detail: str


def age_of(health: pd.DataFrame, zone: ZoneInfo, now: datetime) -> Age:
    """From source_health: one stale source makes the whole stale, since a total that lacks a platform is not whole."""
    newest = health["watermark_at"].max() if len(health) else pd.NaT
    if pd.isna(newest):
        return Age("none", "NO DATA", "no source is configured" if health.empty else "nothing has come in yet")
    moment = pd.Timestamp(now).tz_convert(None)
    # a source that has never brought anything is stale from its last try on
    marks = health["stale_at"].fillna(health["last_run_at"])
    stale = health.assign(mark=marks)[marks <= moment].sort_values(["mark", "source"])
    told = f"data {words.when(newest, zone, now)}"
    if stale.empty:
        return Age("live", "LIVE", told)
    first = stale.iloc[0]
    others = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
    since = words.when(first["mark"], zone, now)
    return Age("stale", f"STALE since {since}", f"{words.clean(first['source'], 40)}{others} · {told}")


def has_brought(health: pd.DataFrame, view: str) -> bool:
    """Whether any source has ever brought mentions, or cases: before that a count of 0 is not known to be one."""
    seen = health[health["watermark_at"].notna()]
    return any(view in (brings.split(", ") if isinstance(brings, str) else ["mentions"]) for brings in seen["brings"])


def pill(age: Age | None = None) -> Component:
    """The mark in the header; assets/desk.js makes it OFFLINE when the server stops answering."""
    shown = age or Age("starting", "LOADING", "")
    return html.Div(
        [
            html.Span(className="desk-shape"),
            html.Span(shown.word, className="desk-pill-word"),
            html.Span("OFFLINE", className="desk-pill-off"),
            html.Span(shown.detail, className="desk-pill-detail", dir="auto"),
        ],
        className="desk-pill",
        **data(state=shown.state),
    )


def broken(sentence: str) -> Age:
    """Why nobody knows how fresh the data is."""
    return Age("stale", "NOT KNOWN", words.clean(sentence, 80))
