"""Invented answers to every question a panel asks, full, empty or hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from config import Panel, Site, parse_site
from layouts.panels import Drawn, Scope, panel_kinds
from queries.answers import DTYPES
from queries.catalogue import load_catalogue

NOW = datetime(2026, 11, 21, 20, 30, 25, tzinfo=UTC)
MOMENT = pd.Timestamp(NOW.replace(tzinfo=None))
SITE = """
[site]
name = "Air desk"
timezone = "America/New_York"
[[brand]]
name = "United"
terms = ["united"]
[[brand]]
name = "JetBlue"
kind = "competitor"
terms = ["jetblue"]
"""
HOSTILE = "<script>alert(1)</script> <b>x</b> \u202eltr\u0000 \ud800 end"
_TOTALS = ("mentions_count", "items_count", "unique_texts_count", "authors_count", "potential_reach_count")
CATALOGUE = load_catalogue()


def site() -> Site:
    return parse_site(SITE, base=Path("."))


def scope() -> Scope:
    return Scope(site(), NOW)


def panels() -> dict[str, Panel]:
    return dict(site().panel)


def table(question: str, rows: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    """An answer with exactly the question's columns and types, whatever the rows leave out unknown."""
    columns = CATALOGUE[question].columns
    frame = pd.DataFrame(rows or [], columns=[column.name for column in columns])
    return frame.astype({column.name: DTYPES[column.type] for column in columns})


def empty(panel: Panel) -> dict[str, pd.DataFrame]:
    asks = panel_kinds()[panel.kind].asks(panel, scope())
    return {key: table(ask.question) for key, ask in asks.items()}


def full(panel: Panel, platforms: int = 2) -> dict[str, pd.DataFrame]:
    asks = panel_kinds()[panel.kind].asks(panel, scope())
    return {key: answer(ask.question, dict(ask.params), platforms) for key, ask in asks.items()}


def answer(question: str, params: dict[str, Any], platforms: int = 2, text: str = "late again") -> pd.DataFrame:
    judged = {"negative_count": 20, "neutral_count": 50, "positive_count": 30}
    names = [f"place{i}" for i in range(platforms)]
    if question == "mentions_by_bucket":
        step = timedelta(minutes=params["bucket_minutes"])
        since = pd.Timestamp(params["since"]).tz_convert(None).ceil(step)
        steps = int((params["until"] - params["since"]) / step)
        rows = [
            {"bucket_at": since + i * step, "brand": "United", "platform": p, "mentions_count": 100 + i, **judged}
            for i in range(steps)
            for p in names
        ]
    elif question == "mentions_by_edge":
        edges = [pd.Timestamp(edge).tz_convert(None) for edge in params["edges"]]
        rows = [
            {"edge_at": a, "until_at": b, "brand": "United", "platform": "x", "mentions_count": 100, **judged}
            for a, b in pairwise(edges)
        ]
    elif question == "mention_totals":
        totals = dict.fromkeys(_TOTALS, 1_234_567_890) | {f"{name}_before": 1_000_000_000 for name in _TOTALS}
        rows = [totals | {"negative_share": 0.26, "net_sentiment": 0.18}]
    elif question == "sentiment_by_group":
        rows = [{"group_name": name, "mentions_count": 100, **judged, "net_sentiment": 0.1} for name in names]
    elif question == "share_of_voice":
        shares = {"mentions_count": 50, "voice_share": 0.5, "mentions_count_before": 40, "voice_share_before": 0.4}
        rows = [{"brand": brand, **shares} for brand in params["brands"]]
    elif question == "latest_mentions":
        rows = [
            {"item_id": f"x:{i}", "brand": "United", "platform": "x", "published_at": MOMENT, "text": text,
             "author_name": "Ana", "sentiment_label": "negative"}
            for i in range(params["limit"])
        ]  # fmt: skip
    elif question == "blind_spans":
        rows = []
    else:
        fresh = {"last_success_at": MOMENT, "watermark_at": MOMENT, "stale_at": MOMENT + timedelta(minutes=30)}
        rows = [{"source": "tweets", "kind": "files", "state": "ok", "refused_count": 0, **fresh}]
    return table(question, rows)


def draw(name: str, tables: dict[str, pd.DataFrame], panel: Panel | None = None) -> Drawn:
    panel = panel or panels()[name]
    return panel_kinds()[panel.kind].draw(name, panel, scope(), tables)


def words_of(drawn: Drawn) -> list[str]:
    """Every text a picture shows."""
    notes = [note["text"] for figure in drawn.figures.values() for note in figure["layout"].get("annotations", [])]
    return [*drawn.values.values(), *notes, *(cell for rows in drawn.lists.values() for row in rows for cell in row)]
