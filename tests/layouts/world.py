"""Invented answers to every question a panel asks, full, empty or hostile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from config import Panel, Site, parse_site
from layouts.panels import Ask, Drawn, Scope, panel_kinds
from layouts.panels.kind import AsksAgain
from queries.answers import DTYPES
from queries.catalogue import load_catalogue
from tests.layouts.service_rows import SERVICE

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
    return _answered(panel, lambda ask: table(ask.question))


def full(panel: Panel, platforms: int = 2) -> dict[str, pd.DataFrame]:
    return _answered(panel, lambda ask: answer(ask.question, dict(ask.params), platforms))


def _answered(panel: Panel, told: Callable[[Ask], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """An answer to everything a panel asks, and asks again."""
    kind = panel_kinds()[panel.kind]
    tables = {key: told(ask) for key, ask in kind.asks(panel, scope()).items()}
    again = kind.asks_again(panel, scope(), tables) if isinstance(kind, AsksAgain) else {}
    return tables | {key: told(ask) for key, ask in again.items()}


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
    elif question in SERVICE:
        rows = SERVICE[question](params)
    elif question == "volume_expected":
        step = timedelta(minutes=params["bucket_minutes"])
        since = pd.Timestamp(params["since"]).tz_convert(None).floor(step)
        rows = [
            {"bucket_at": since + i * step, "expected_count": 150.0, "samples_count": 4, "basis": "week"}
            for i in range(int((params["until"] - params["since"]) / step) + 1)
        ]
    elif question == "rising_words":
        counts = {"mentions_count": 84, "mentions_before_count": 49, "authors_count": 63, "authors_before_count": 40}
        rows = [
            {"word": f"#delay{i}", "kind": "hashtag", **counts, "times_usual": 12.0, "z_score": 9.0,
             "example_item_id": f"x:{i}", "example_platform": "x", "example_text": text}
            for i in range(params["limit"])
        ]  # fmt: skip
    elif question == "top_items":
        rows = [
            {"item_id": f"x:{i}", "brand": "United", "platform": "x", "published_at": MOMENT, "text": text,
             "author_name": "Ana", "author_followers_count": 84_000, "spread_count": 41, "platforms_count": 2,
             "sentiment_label": "negative"}
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
