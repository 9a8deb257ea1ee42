"""What people write is text: shown as it is, never read as markup, and never able to break a frame."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from layouts import words
from layouts.blind import sentences
from layouts.health import health_page
from layouts.panels.platforms import title_of
from tests.layouts.world import HOSTILE, MOMENT, NOW, answer, draw, empty, full, panels, site, table, words_of

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.mark.parametrize("name", ["latest", "ticker"])
def test_posts_pass_as_text(name: str) -> None:
    rows = answer("latest_mentions", {"limit": 2}, text="<script>alert(1)</script> ליאור " + "A" * 10_000)
    cells = draw(name, {"latest": rows}).lists[f"{name}:rows"][0]
    assert cells[-1].startswith("<script>alert(1)</script> ליאור AAA")
    assert len(cells[-1]) <= 220
    json.dumps(cells).encode()


def test_control_characters_overrides_and_lone_surrogates_do_not_leave() -> None:
    line = words.clean(HOSTILE)
    assert line == "<script>alert(1)</script> <b>x</b> ltr end"
    line.encode()


def test_emoji_families_stay_whole() -> None:
    assert words.clean("👩‍👩‍👧‍👦 🇩🇪 ❤️") == "👩‍👩‍👧‍👦 🇩🇪 ❤️"


def test_names_in_a_figure_are_not_read_as_its_markup() -> None:
    bad = '<a href="https://example.org">x</a>'
    row = {"bucket_at": MOMENT.floor("h"), "platform": bad, "brand": "United", "mentions_count": 5}
    groups = {"group_name": bad, "mentions_count": 50, "negative_count": 9, "neutral_count": 40, "positive_count": 1}
    volume = draw("volume", {**empty(panels()["volume"]), "now": table("mentions_by_bucket", [row])})
    sentiment = draw("sentiment", {"groups": table("sentiment_by_group", [groups])})
    shown = words_of(volume) + sentiment.figures["sentiment:figure"]["layout"]["yaxis"]["ticktext"]
    assert not any("<a" in text for text in shown)
    assert any("&lt;a" in text for text in shown)


def test_why_somebody_was_blind_is_text_everywhere() -> None:
    bad = '<a href="https://example.org">x</a>'
    since = MOMENT - timedelta(hours=3)
    row = {"source": bad, "platform": bad, "kind": "gap", "since_at": since, "sentence": HOSTILE.replace("\ud800", "")}
    unseen = table("blind_spans", [row | {"until_at": MOMENT}, row | {"platform": None}])
    shown = words_of(draw("volume", {**full(panels()["volume"]), "blind": unseen}))
    assert not any("<a" in text or "<script" in text for text in shown)
    assert any("blind since 12:30 on &lt;a href=" in text for text in shown)
    for line in sentences(unseen, ZoneInfo("UTC"), NOW):
        assert not set(line) & {"\u202e", "\x00", "\n"}
    health = {"source": bad, "kind": bad, "state": bad, "sentence": bad, "blind_since_at": MOMENT}
    [cells] = draw("sources", {"health": table("source_health", [health])}).lists["sources:rows"]
    assert cells[0] == "never"
    assert cells[3] == f"blind since 15:30 · {bad}"


def test_unknown_platforms_are_called_unknown() -> None:
    assert title_of(None) == title_of("\x00") == "unknown"
    row = {"bucket_at": MOMENT.floor("h"), "brand": "United", "mentions_count": 5}
    drawn = draw("volume", {**empty(panels()["volume"]), "now": table("mentions_by_bucket", [row])})
    assert "<b>unknown</b>  5" in words_of(drawn)


def test_one_post_about_two_brands_is_one_row() -> None:
    shared = {"item_id": "x:1", "platform": "x", "published_at": MOMENT, "text": "both", "author_name": "Ana"}
    rows = table("latest_mentions", [shared | {"brand": "United"}, shared | {"brand": "JetBlue"}])
    assert len(draw("latest", {"latest": rows}).lists["latest:rows"]) == 1


def test_the_scripts_never_write_markup() -> None:
    for script in ASSETS.glob("*.js"):
        text = script.read_text()
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert forbidden not in text, (script.name, forbidden)


def test_nothing_in_the_assets_is_fetched_from_elsewhere() -> None:
    for file in (*ASSETS.glob("*.js"), *ASSETS.glob("*.css")):
        rest = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in rest, file.name
        assert "https://" not in rest, file.name


def test_health_escapes_what_it_is_handed() -> None:
    stored = HOSTILE.replace("\ud800", "")  # no table can hold a lone surrogate
    source = {"source": "s", "kind": "files", "state": "failing", "sentence": stored}
    refused = {"source": "s", "reason": "bad_time", "sentence": stored, "refused_count": 14_640, "field": "<i>f</i>"}
    unseen = {"source": "s", "platform": "<i>p</i>", "kind": "gap", "since_at": MOMENT, "sentence": stored}
    page = health_page(
        site(),
        file="<site>.toml",
        problems=["<i>wrong</i>"],
        is_current=False,
        warehouse="duckdb:x",
        revision=7,
        sources=table("source_health", [source]),
        blind=table("blind_spans", [unseen]),
        refused=table("refused_rows", [refused]),
        now=NOW,
    )
    assert page.count("<script") == 1, "its own"
    assert "<i>" not in page
    assert "blind since 15:30 on &lt;i&gt;p&lt;/i&gt;" in page
    assert "field &lt;i&gt;f&lt;/i&gt;" in page
    assert "&lt;i&gt;wrong&lt;/i&gt;" in page
    assert "The last good one is in use" in page
    assert "▲ failing" in page
    assert "14,640" in page
    page.encode()


def test_health_is_calm_when_there_is_nothing_to_say() -> None:
    page = health_page(
        site(),
        file="site.toml",
        problems=[],
        is_current=True,
        warehouse="duckdb:x",
        revision=0,
        sources=table("source_health"),
        blind=table("blind_spans"),
        refused=table("refused_rows"),
        now=NOW,
    )
    assert "Every row that came could be taken." in page
    assert "cannot be used" not in page
    assert '<a href="/wall/main">' in page
