"""Voice: how much of the talk was about us, and how each brand sounded."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from layouts import words
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Facts
from layouts.snapshot.markup import MEASURED, MODEL, badge, breakable, section, sentences, table, tag
from layouts.snapshot.numbers import goal_of
from layouts.snapshot.svg import ACCENT, INK, PALE, SOFT, Bar


def voice(facts: Facts) -> Markup:
    """The section: two tables whose bars say what their numbers say."""
    shares, sounds = facts.now["voice"], facts.now["sentiment"]
    if shares.empty:
        return section(
            "voice", "Voice", sentences("No mention of your brands or their competitors is known of this week.")
        )
    goal = goal_of(facts, "voice")
    note = (
        f"Sentiment is judged by {facts.model} and nobody has checked it here: read changes, not levels. "
        "A net of 0 means as many positive as negative."
    )
    return section(
        "voice",
        "Voice",
        sentences(_sentence(facts), f"Goal: {goal}." if goal else ""),
        table(
            tag("span", "Share of voice: mentions of each brand among those of all here ", badge(MEASURED)),
            ("Brand", "before: the upright line", "Share", "Before", "Mentions"),
            _shares(facts, shares),
            class_="bars",
        ),
        table(
            tag("span", "Sentiment ", badge(MODEL)),
            ("Brand", "negative | positive", "Net", "Before", "Judged"),
            _sounds(facts, sounds),
            class_="bars",
        ),
        tag("p", note, class_="base"),
    )


def _sentence(facts: Facts) -> str:
    now, before = (_own_share(facts, tables["voice"]) for tables in (facts.now, facts.earlier))
    moved = say.points_change(now, before, say.share(before))
    return f"{say.share(now)} of the talk about you and your competitors was about you: {moved}."


def _own_share(facts: Facts, shares: pd.DataFrame) -> float | None:
    own = [brand.name for brand in facts.site.brand if brand.kind == "own"]
    total = int(shares["mentions_count"].sum())
    return int(shares[shares["brand"].isin(own)]["mentions_count"].sum()) / total if total else None


def _shares(facts: Facts, shares: pd.DataFrame) -> list[list[object]]:
    own = {brand.name for brand in facts.site.brand if brand.kind == "own"}
    earlier = _by_name(facts.earlier["voice"], "brand", "voice_share")
    rows: list[list[object]] = []
    for number, row in enumerate(shares.itertuples()):
        one: Any = row
        part, before = words.known(one.voice_share) or 0.0, words.known(earlier.get(one.brand))
        bar = Bar(f"voice-{number}")
        bar.rect(0, 1, 100, 12, "#fff", stroke=PALE)
        bar.rect(0, 1, 100 * part, 12, ACCENT if one.brand in own else SOFT)
        if before is not None:
            bar.line((100 * before, 0), (100 * before, 14), INK, width=2)
        name = breakable(words.clean(one.brand, 40))
        shown = tag("strong", name) if one.brand in own else name
        rows.append([shown, bar.markup(), say.share(part), say.share(before), say.count(one.mentions_count)])
    return rows


def _sounds(facts: Facts, sounds: pd.DataFrame) -> list[list[object]]:
    own = {brand.name for brand in facts.site.brand if brand.kind == "own"}
    earlier = _by_name(facts.earlier["sentiment"], "group_name", "net_sentiment")
    rows: list[list[object]] = []
    widest = _widest(sounds)
    for number, row in enumerate(sounds.itertuples()):
        one: Any = row
        judged = int(one.negative_count + one.neutral_count + one.positive_count)
        negative, positive = (
            int(part) / judged if judged else None for part in (one.negative_count, one.positive_count)
        )
        name = breakable(words.clean(one.group_name, 40))
        rows.append(
            [
                tag("strong", name) if one.group_name in own else name,
                _diverging(f"sound-{number}", (negative or 0) / widest, (positive or 0) / widest)
                + tag("span", f"{say.share(negative)} | {say.share(positive)}", class_="under"),
                say.points(one.net_sentiment),
                say.points(earlier.get(one.group_name)),
                say.count(judged),
            ]
        )
    return rows


def _by_name(table_: pd.DataFrame, name: str, column: str) -> dict[str, Any]:
    return dict(zip(table_[name], table_[column], strict=True))


def _widest(sounds: pd.DataFrame) -> float:
    """The largest share there is, so that the bars use their room; 1 where nothing was judged."""
    judged = sounds["negative_count"] + sounds["neutral_count"] + sounds["positive_count"]
    shares = sounds[["negative_count", "positive_count"]].max(axis=1)[judged > 0] / judged[judged > 0]
    return float(shares.max()) if len(shares) and shares.max() > 0 else 1.0


def _diverging(name: str, negative: float, positive: float) -> Markup:
    """Negative to the left and hatched, positive to the right and filled: told apart without a colour."""
    bar = Bar(name)
    if negative:
        bar.hatch(50 - 50 * negative, 1, 50 * negative, 12, frame=True)
    if positive:
        bar.rect(50, 1, 50 * positive, 12, ACCENT)
    bar.line((50, 0), (50, 14), INK)
    return bar.markup()
