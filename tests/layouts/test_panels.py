"""Every panel kind: calm when empty, lean when full, and only on elements that stand on the page."""

from __future__ import annotations

import json
import re
from datetime import UTC, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest
from dash.development.base_component import Component

from layouts.panels import PanelKind, Scope, panel_kinds
from layouts.panels.kind import FEEDS
from tests.layouts.world import (
    MOMENT,
    NOW,
    answer,
    draw,
    empty,
    full,
    panels,
    scope,
    site,
    table,
    words_of,
)

NAMES = sorted(panels())
LEANEST = 20_000  # bytes of one figure as JSON
UNSPOKEN = re.compile(r"\b(nan|NaN|None|NaT|inf)\b|<NA>")


def ids(component: Any) -> set[str]:
    found = {component.id} if isinstance(getattr(component, "id", None), str) else set()
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list | tuple) else [children]:
        if isinstance(child, Component):
            found |= ids(child)
    return found


@pytest.fixture(scope="module")
def page() -> set[str]:
    kinds = panel_kinds()
    return {one for name, panel in panels().items() for one in ids(kinds[panel.kind].skeleton(name, panel, site()))}


def test_every_kind_hangs_on_the_shipped_wall() -> None:
    assert {panel.kind for panel in panels().values()} == set(panel_kinds())


@pytest.mark.parametrize("kind", panel_kinds().values(), ids=panel_kinds())
def test_every_kind_says_what_feeds_it(kind: PanelKind) -> None:
    assert kind.feeds
    assert set(kind.feeds) <= set(FEEDS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tables", [empty, full])
def test_a_picture_only_touches_elements_that_stand(name: str, tables: Any, page: set[str]) -> None:
    drawn = draw(name, tables(panels()[name]))
    for part in (drawn.values, drawn.states, drawn.paths, drawn.figures, drawn.lists):
        assert set(part) <= page


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tables", [empty, full])
def test_a_picture_is_plain_lean_and_valid(name: str, tables: Any) -> None:
    drawn = draw(name, tables(panels()[name]))
    assert not UNSPOKEN.search(json.dumps([drawn.values, drawn.lists, drawn.paths], allow_nan=False))
    for figure in drawn.figures.values():
        text = json.dumps(figure, allow_nan=False)
        assert len(text) < LEANEST
        assert not UNSPOKEN.search(text)
        assert "template" not in figure["layout"]
        go.Figure(figure)


@pytest.mark.parametrize("name", ["volume", "voice", "latest", "ticker"])
def test_nothing_is_said_in_words(name: str) -> None:
    assert "no mentions in the last 24 h" in words_of(draw(name, empty(panels()[name])))


@pytest.mark.parametrize("name", ["mentions_day", "net_sentiment", "negative_share", "authors", "reach"])
def test_unknown_is_a_dash_and_not_zero(name: str) -> None:
    panel = panels()[name]
    unknown = {**empty(panel), "totals": table("mention_totals", [{}])}
    for tables in (empty(panel), unknown):
        drawn = draw(name, tables)
        assert drawn.values[f"{name}:value"] == drawn.values[f"{name}:change"] == "–"
        assert drawn.values[f"{name}:unit"] == ""
        assert drawn.states[f"{name}:card"] == "none"


def test_a_tile_says_its_number_its_unit_and_how_it_moved() -> None:
    values = draw("mentions_day", full(panels()["mentions_day"])).values
    said = [values[f"mentions_day:{what}"] for what in ("value", "unit", "change", "note", "aside")]
    assert said == ["1.2", "bn", "▲ ×28.6 k", "vs expected", "United"]
    authors = draw("authors", full(panels()["authors"])).values
    assert [authors[f"authors:{what}"] for what in ("change", "note")] == ["▲ 23%", "vs 24 h before"]


def test_what_is_not_expected_yet_stands_beside_the_window_before() -> None:
    panel = panels()["mentions_day"]
    some = full(panel)["expected"].iloc[:-2]
    for expected in (table("volume_expected"), some):
        values = draw("mentions_day", {**full(panel), "expected": expected}).values
        assert [values[f"mentions_day:{what}"] for what in ("change", "note")] == ["▲ 23%", "vs 24 h before"]


def test_sentiment_stands_beside_its_own_median_and_is_never_a_verdict() -> None:
    panel = panels()["net_sentiment"].model_copy(update={"threshold": 0.0})
    drawn = draw("net_sentiment", full(panel), panel)
    assert drawn.values["net_sentiment:value"] == "+18"
    assert drawn.values["net_sentiment:change"] == "▲ 8"  # +18 beside seven windows of +10
    assert drawn.values["net_sentiment:note"] == "vs 7-day median"
    assert drawn.states["net_sentiment:card"] == "info"


def test_a_median_needs_windows_with_judgements() -> None:
    panel = panels()["net_sentiment"]
    drawn = draw("net_sentiment", {**full(panel), "windows": table("mentions_by_edge")})
    assert drawn.values["net_sentiment:change"] == "–"
    assert drawn.values["net_sentiment:note"] == "no median yet"


@pytest.mark.parametrize("name", ["net_sentiment", "negative_share", "sentiment", "latest"])
@pytest.mark.parametrize("tables", [empty, full])
def test_every_sentiment_says_that_nobody_has_measured_it(name: str, tables: Any) -> None:
    assert any("model, not measured" in text for text in draw(name, tables(panels()[name])).values.values())


def test_the_ticker_says_nothing_about_sentiment() -> None:
    assert "negative" not in words_of(draw("ticker", full(panels()["ticker"])))


def test_a_count_over_its_threshold_is_marked() -> None:
    panel = panels()["mentions_day"].model_copy(update={"threshold": 100.0})
    assert draw("mentions_day", full(panel), panel).states["mentions_day:card"] == "warn"


def test_the_seventh_platform_is_folded() -> None:
    figure = draw("volume", full(panels()["volume"], platforms=9)).figures["volume:figure"]
    areas = [trace for trace in figure["data"] if "stackgroup" in trace]
    assert [trace["name"] for trace in areas] == [f"place{i}" for i in range(6)] + ["Other"]
    per_bucket = sum(trace["y"][0] for trace in areas)
    assert per_bucket % 9 == 0  # nothing is lost in the fold
    assert len({trace["fillcolor"] for trace in areas}) == 7
    rows = draw("sentiment", full(panels()["sentiment"], platforms=9)).figures["sentiment:figure"]
    assert rows["layout"]["yaxis"]["ticktext"][-1] == "Other"


def test_colours_do_not_change_places_when_counts_do() -> None:
    def fills(first: int, second: int) -> dict[str, str]:
        rows = [
            {"bucket_at": MOMENT - timedelta(hours=2), "platform": p, "brand": "United", "mentions_count": n}
            for p, n in (("reddit", first), ("youtube", second))
        ]
        tables = {**empty(panels()["volume"]), "now": table("mentions_by_bucket", rows)}
        data = draw("volume", tables).figures["volume:figure"]["data"]
        return {trace["name"]: trace["fillcolor"] for trace in data if "stackgroup" in trace}

    assert fills(10, 90) == fills(90, 10)


def test_missing_buckets_are_drawn_as_zero_and_the_peak_is_told_in_words() -> None:
    at = pd.Timestamp("2026-11-21 14:35")
    rows = [{"bucket_at": at, "platform": "x", "brand": "United", "mentions_count": 41}]
    drawn = draw("volume", {**empty(panels()["volume"]), "now": table("mentions_by_bucket", rows)})
    area = drawn.figures["volume:figure"]["data"][0]
    assert sorted(set(area["y"])) == [0, 41]
    assert "<b>peak 09:00</b> · 41 in 60 min" in words_of(drawn)  # New York's clock
    assert "<b>X</b>  41" in words_of(drawn)


def test_what_stale_sources_could_not_see_is_hatched_and_not_zero() -> None:
    newest = MOMENT - timedelta(hours=3)
    blind = [{"source": "tweets", "watermark_at": newest, "stale_at": newest + timedelta(minutes=30)}]
    tables = {**full(panels()["volume"]), "health": table("source_health", blind)}
    drawn = draw("volume", tables)
    data = drawn.figures["volume:figure"]["data"]
    expected = next(trace for trace in data if trace["name"] == "expected")
    assert len(data[0]["y"]) < len(expected["y"])
    hatch = next(trace for trace in data if trace["name"] == "not seen")
    assert hatch["fillpattern"]["shape"] == "/"
    assert "no data since 12:30" in words_of(drawn)


def test_a_source_that_never_delivered_does_not_blind_the_others() -> None:
    rows: list[dict[str, Any]] = [
        {"source": "new", "state": "never"},
        {"source": "ok", "state": "ok", "watermark_at": MOMENT - timedelta(1)},
    ]
    rows[1]["stale_at"] = MOMENT + timedelta(minutes=1)
    tables = {**full(panels()["volume"]), "health": table("source_health", rows)}
    assert all("no data" not in text for text in words_of(draw("volume", tables)))


def test_times_on_the_axis_are_local_and_a_day_with_a_clock_change_keeps_its_length() -> None:
    changed = Scope(site(), NOW.replace(month=11, day=1, hour=20))  # New York left summer time at 06:00 UTC
    panel = panels()["volume"]
    asks = panel_kinds()["volume"].asks(panel, changed)
    tables = {key: answer(ask.question, dict(ask.params)) for key, ask in asks.items()}
    axis = panel_kinds()["volume"].draw("volume", panel, changed, tables).figures["volume:figure"]["layout"]["xaxis"]
    marks = dict(zip(axis["ticktext"], axis["tickvals"], strict=True))
    assert (marks["00:00"], marks["03:00"]) == ("2026-11-01T04:00", "2026-11-01T08:00")


def test_windows_are_aware_utc_and_edges_are_whole_minutes() -> None:
    for name, panel in panels().items():
        for ask in panel_kinds()[panel.kind].asks(panel, scope()).values():
            params: dict[str, Any] = dict(ask.params)
            edges = params.get("edges", [])
            moments = [v for v in params.values() if hasattr(v, "tzinfo")] + edges
            assert moments, name
            assert all(moment.tzinfo is UTC for moment in moments)
            assert all(edge.second == 0 for edge in edges)


def test_own_brands_are_counted_and_voice_compares_competitors() -> None:
    brands = {name: ask.params.get("brands") for name, ask in _first_asks().items()}
    assert brands["mentions_day"] == brands["latest"] == brands["sentiment"] == ["United"]
    assert brands["voice"] == ["United", "JetBlue"]


def _first_asks() -> dict[str, Any]:
    kinds = panel_kinds()
    asked = {name: list(kinds[p.kind].asks(p, scope()).values()) for name, p in panels().items()}
    return {name: asks[0] for name, asks in asked.items() if asks}


def test_own_brands_never_fall_into_the_rest_of_voice() -> None:
    rows: list[dict[str, Any]] = [
        {"brand": f"rival {i}", "mentions_count": 100 - i, "voice_share": 0.12, "mentions_count_before": 0}
        for i in range(8)
    ]
    rows.append({"brand": "United", "mentions_count": 1, "voice_share": 0.01, "mentions_count_before": 0})
    axis = draw("voice", {"voice": table("share_of_voice", rows)}).figures["voice:figure"]["layout"]["yaxis"]
    assert "United" in axis["ticktext"]
    assert axis["ticktext"][-1] == "4 others"


def test_few_judgements_are_said_to_be_thin() -> None:
    row = {"group_name": "x", "mentions_count": 9, "negative_count": 1, "neutral_count": 1, "positive_count": 1}
    figure = draw("sentiment", {"groups": table("sentiment_by_group", [row])}).figures["sentiment:figure"]
    assert "thin" in figure["layout"]["yaxis"]["ticktext"][0]


def test_sources_stand_worst_first_with_what_to_do() -> None:
    rows: list[dict[str, Any]] = [
        {"source": "fine", "kind": "files", "state": "ok", "last_success_at": MOMENT, "watermark_at": MOMENT},
        {"source": "broken", "kind": "files", "state": "failing", "sentence": "the folder is gone; make it"},
    ]
    drawn = draw("sources", {"health": table("source_health", rows)})
    assert drawn.lists["sources:rows"] == [
        ["failing", "broken", "–", "the folder is gone; make it"],
        ["ok", "fine", "15:30", "files · read 15:30"],
    ]
    assert drawn.values["sources:sub"] == "2 sources: 1 failing · newest post, New York time"


def test_every_state_of_a_source_has_its_place_and_its_words() -> None:
    ago, soon = MOMENT - timedelta(hours=1), MOMENT + timedelta(minutes=9)
    rows: list[dict[str, Any]] = [
        {"source": "ok", "kind": "rss", "state": "ok", "last_success_at": MOMENT, "quota_left": 9, "quota_limit": 90},
        {"source": "never", "state": "never", "sentence": "has not been read yet"},
        {"source": "silent", "state": "ok", "silent_since_at": ago},
        {"source": "stale", "state": "stale", "silent_since_at": ago, "sentence": "is read and brings nothing new"},
        {"source": "late", "state": "late", "sentence": "has not been read as often as it should be"},
        {"source": "waiting", "state": "waiting", "not_before_at": soon, "sentence": "was asked to wait: 429"},
        {"source": "disabled", "state": "disabled", "sentence": "is not read any more: 410 Gone"},
        {"source": "failing", "state": "failing", "blind_since_at": ago, "sentence": "503", "quota_left": 9,
         "quota_limit": 100, "quota_resets_at": soon},
    ]  # fmt: skip
    drawn = draw("sources", {"health": table("source_health", rows)})
    assert [(row[0], row[3]) for row in drawn.lists["sources:rows"]] == [
        ("failing", "blind since 14:30 · 503 · 9 of 100 requests left until 15:39"),
        ("disabled", "is not read any more: 410 Gone"),
        ("waiting", "waiting until 15:39 · 429"),
        ("late", "has not been read as often as it should be"),
        ("stale", "silent since 14:30 · is read and brings nothing new"),
        ("silent", "silent since 14:30"),
        ("never", "has not been read yet"),
        ("ok", "rss · read 15:30"),
    ]
    assert drawn.values["sources:sub"].startswith("8 sources: 1 failing, 1 disabled, 1 waiting, 1 late, 1 stale")
