"""Posts as rows of plain text. What people wrote is never markup here: the page sets each cell as text."""

from __future__ import annotations

from typing import Any

import pandas as pd

from config import Panel
from layouts import words
from layouts.panels.kind import Ask, Scope, own_brands, window_of
from layouts.panels.platforms import title_of


def posts_ask(panel: Panel, scope: Scope, limit: int) -> Ask:
    """The newest mentions. Twice as many as shown: one post about two brands comes as two mentions."""
    more: dict[str, object] = {"brands": own_brands(panel, scope.site), "limit": 2 * limit}
    return Ask("latest_mentions", {**window_of(panel, scope), **more})


def posts(table: pd.DataFrame, limit: int) -> list[Any]:
    """One row per post, newest first, its brands joined."""
    brands = table.groupby("item_id")["brand"].agg(lambda names: ", ".join(sorted({str(name) for name in names})))
    once = table.drop_duplicates("item_id").head(limit)
    return list(once.assign(brand=once["item_id"].map(brands) if len(once) else once["brand"]).itertuples())


def cells(post: Any, scope: Scope, limit: int, several_brands: bool) -> list[str]:
    """The cells of one row: time, platform, brand, author, sentiment, text."""
    return [
        words.when(post.published_at, scope.zone, scope.now),
        title_of(post.platform),
        words.clean(post.brand, 40) if several_brands else "",
        words.clean(post.author_name, 40) or words.UNKNOWN,
        words.clean(post.sentiment_label, 12),
        words.clean(post.text, limit) or words.UNKNOWN,
    ]
