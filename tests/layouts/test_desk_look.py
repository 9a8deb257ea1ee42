"""The desk's look: one palette in two schemes that can be read, figures plotly takes, words as people read them."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from layouts.blind import Blind
from layouts.desk import times
from layouts.desk.edges import edges
from layouts.desk.palette import DARK, LIGHT, SCHEMES, Palette
from layouts.desk.pill import age_of, has_brought
from layouts.desk.trend import Piece, pieces, quiet, trend_figure

ASSETS = Path(__file__).parents[2] / "assets"
CSS = (ASSETS / "desk.css").read_text()
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("scheme", "begins"), [("light", "html.desk-page {"), ("dark", "html.desk-page[data-mantine")])
def test_the_style_sheet_has_the_colours_of_the_palette(scheme: str, begins: str) -> None:
    block = CSS[CSS.index(begins) :].partition("}")[0]
    found = dict(re.findall(r"--desk-([a-z]+): (#[0-9A-F]{6})", block))
    assert found == asdict(SCHEMES[scheme])


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_marks_can_be_read_on_both_grounds(palette: Palette) -> None:
    for ground in (palette.page, palette.card):
        for word in ("ink", "soft", "quiet", "accent", "good", "careful", "wrong"):
            assert contrast(getattr(palette, word), ground) >= 4.5, (word, ground)
        for mark in ("mark", "negative"):
            assert contrast(getattr(palette, mark), ground) >= 3, (mark, ground)


def test_everything_of_the_style_sheet_keeps_to_the_desk() -> None:
    plain = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    for selector in re.findall(r"(?:^|[}{])\s*([^{}@]+)\{", plain):
        for one in selector.split(","):
            assert re.match(r"\s*(html\.desk-page|\.desk|#desk)", one), one


def marks_of(count: int = 24) -> list[Piece]:
    return [Piece(NOW - (count - n) * HOUR, NOW - (count - n - 1) * HOUR, 10 + n, n % 10) for n in range(count)]


def at(hour: int, minute: int = 0) -> datetime:
    """As tables hold it: UTC without a zone."""
    return datetime(2026, 11, 21, hour, minute, tzinfo=UTC).replace(tzinfo=None)


BLIND = [
    Blind("tweets", ("x",), "outage", at(3), at(4, 30), "down"),
    Blind("tweets", ("x", "reddit"), "gap", at(4), None, "<b>why</b>"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["mentions", "cases"])
def test_the_trend_is_a_figure_plotly_takes(scheme: str, view: str) -> None:
    figure = trend_figure(marks_of(), BLIND, view, SCHEMES[scheme], ZONE, NOW)
    drawn = go.Figure(figure)
    assert [trace.type for trace in drawn.data] == ["bar", "bar", "bar", "scatter"]
    assert all(trace.hoverinfo == "skip" or trace.hovertemplate for trace in drawn.data)
    assert "peak 33" in figure["layout"]["annotations"][0]["text"]


def test_spans_in_which_nobody_looked_are_hatched_once_and_within_the_picture() -> None:
    hatch = trend_figure(marks_of(), BLIND, "mentions", LIGHT, ZONE, NOW)["data"][3]
    assert list(hatch["x"]) == ["2026-11-21T03:00:00"] * 2 + ["2026-11-21T12:00:00"] * 2
    assert len(trend_figure(marks_of(), [], "mentions", LIGHT, ZONE, NOW)["data"]) == 3


def test_nothing_to_show_is_a_sentence_and_says_when_nobody_looked() -> None:
    empty = [Piece(mark.since, mark.until, 0, 0) for mark in marks_of()]
    for blind, told in ((BLIND, "nobody looked"), ([], "no mentions match these filters")):
        figure = trend_figure(empty, blind, "mentions", DARK, ZONE, NOW)
        go.Figure(figure)
        assert figure["data"] == []
        assert told in figure["layout"]["annotations"][0]["text"]
    assert "&lt;b&gt;" in quiet("<b>x", DARK)["layout"]["annotations"][0]["text"]


def test_pieces_fill_every_edge_and_keep_every_count() -> None:
    cuts = edges(NOW - 30 * HOUR, NOW, ZONE)
    table = pd.DataFrame(
        {
            "edge_at": [cuts[3].replace(tzinfo=None)] * 2 + [cuts[5].replace(tzinfo=None)],
            "brand": ["A", "B", "A"],
            "mentions_count": pd.array([2, 3, 4], "Int64"),
            "negative_count": pd.array([1, 0, 4], "Int64"),
        }
    )
    found = pieces(table, cuts, "mentions")
    assert (found[3].count, found[3].part) == (5, 1)
    assert sum(piece.count for piece in found) == 9
    assert [piece.since for piece in found] == cuts[:-1]
    assert pieces(table.head(0), cuts, "mentions")[0].count == 0


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-21T13:00Z", "2026-11-21T14:00Z", "Sat 21 Nov 08:00 to 09:00"),
        ("2026-11-21T05:00Z", "2026-11-22T05:00Z", "Sat 21 Nov"),
        ("2026-11-01T04:00Z", "2026-11-02T05:00Z", "Sun 1 Nov"),  # 25 hours: the clocks went back
        ("2026-11-14T05:00Z", "2026-11-21T05:00Z", "Sat 14 Nov to Fri 20 Nov"),
        ("2025-12-31T05:00Z", "2026-01-02T05:00Z", "Wed 31 Dec 2025 to Thu 1 Jan"),
        ("2026-11-20T13:00Z", "2026-11-21T13:00Z", "Fri 20 Nov 08:00 to Sat 21 Nov 08:00"),
    ],
)
def test_spans_are_said_in_the_sites_days(since: str, until: str, said: str) -> None:
    first, last = (datetime.fromisoformat(one) for one in (since, until))
    assert times.between(first, last, ZONE, NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "1 h"), (7260, "2 h 1 min"), (90000, "1 d 1 h"), (-90, "−2 min"),
     (None, "–"), (pd.NA, "–"), (float("nan"), "–")],
)  # fmt: skip
def test_durations(seconds: Any, said: str) -> None:
    assert times.duration(seconds) == said


def health(**more: Any) -> pd.DataFrame:
    at = pd.Timestamp("2026-11-21 11:58")
    plain = {"source": "tweets", "watermark_at": at, "stale_at": at + 30 * HOUR / 60, "last_run_at": at}
    return pd.DataFrame([{**plain, **more}]).astype(
        dict.fromkeys(("watermark_at", "stale_at", "last_run_at"), "datetime64[us]")
    )


def test_freshness_is_a_word_and_an_absolute_time() -> None:
    live = age_of(health(), ZONE, NOW)
    assert (live.state, live.word, live.detail) == ("live", "LIVE", "data 06:58")
    stale = age_of(health(stale_at=pd.Timestamp("2026-11-21 11:00")), ZONE, NOW)
    assert (stale.state, stale.word, stale.detail) == ("stale", "STALE since 06:00", "tweets · data 06:58")
    never = age_of(health(watermark_at=pd.NaT, stale_at=pd.NaT), ZONE, NOW)
    assert (never.state, never.word) == ("none", "NO DATA")
    assert age_of(health().head(0), ZONE, NOW).detail == "no source is configured"


def test_one_source_that_never_brought_anything_makes_the_whole_stale() -> None:
    both = pd.concat([health(), health(source="press", watermark_at=pd.NaT, stale_at=pd.NaT)])
    assert age_of(both, ZONE, NOW).word == "STALE since 06:58"


def test_before_a_source_has_brought_cases_nobody_knows_that_there_are_none() -> None:
    assert [has_brought(health(brings=brings), "cases") for brings in (None, "mentions", "mentions, cases")] == [
        False, False, True,
    ]  # fmt: skip
    assert has_brought(health(brings=None), "mentions")
    assert not has_brought(health(brings="mentions", watermark_at=pd.NaT), "mentions")
