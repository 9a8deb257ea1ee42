"""One look: the style sheets repeat look.py, sizes hold, and words are as people read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from layouts import look, words
from layouts.panels.axes import round_ticks, spread
from layouts.panels.sparks import area_path, bar_paths, line_path

ASSETS = Path(__file__).parents[2] / "assets"
CSS = (ASSETS / "wall.css").read_text()


def test_the_style_sheet_has_the_colours_of_the_look() -> None:
    found = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", CSS))
    assert found == look.CSS_VARIABLES


def test_every_length_of_the_wall_is_in_rem() -> None:
    assert not re.findall(r"[\d.]+px", CSS)


def test_nothing_on_the_wall_is_smaller_than_sixteen_pixels_of_1080() -> None:
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)rem", CSS)]
    assert min(sizes) >= look.SMALLEST / 10
    assert max(sizes) >= 6.6
    assert min(look.SIZE_AXIS, look.SIZE_LABEL, look.SIZE_STRONG) >= look.SMALLEST


def test_the_letters_are_shipped() -> None:
    for name in re.findall(r"url\(([^)]+)\)", (ASSETS / "fonts.css").read_text()):
        assert (ASSETS / name).is_file(), name
    assert (ASSETS / "fonts" / "LICENSE").is_file()
    assert (ASSETS / "vendor" / "plotly-cartesian.min.js").is_file()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (9_876, "9,876"),
        (9_999, "9,999"),
        (122_700, "122.7 k"),
        (999_949, "999.9 k"),
        (999_999, "1.0 M"),
        (1_234_567_890, "1.2 bn"),
        (-5, "−5"),
        (None, "–"),
        (pd.NA, "–"),
        (float("nan"), "–"),
    ],
)
def test_counts(number: Any, said: str) -> None:
    assert words.short(number) == said


def test_shares_and_changes() -> None:
    assert [words.percent(v) for v in (0, 0.001, 0.264, 0.9999, 1, None)] == ["0", "<1", "26", ">99", "100", "–"]
    assert [words.points(v) for v in (0.18, -0.07, 0.001, pd.NA)] == ["+18", "−7", "0", "–"]
    assert [words.change(*pair) for pair in ((112, 100), (97, 100), (1, 1), (0, 5))] == [
        "▲ 12%",
        "▼ 3%",
        "= 0%",
        "▼ 100%",
    ]
    assert [words.change(*pair) for pair in ((5, 0), (5, None), (None, 5), (14, 1))] == ["–", "–", "–", "▲ ×14"]


def test_times_are_local_and_never_another_days() -> None:
    zone, now = ZoneInfo("Asia/Kolkata"), datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    naive = pd.Timestamp("2026-11-21 20:29")
    assert words.when(naive, zone, now) == "01:59"
    assert words.when(naive - timedelta(hours=3), zone, now) == "Sat 22:59"
    assert words.when(pd.Timestamp("2015-02-24"), zone, now) == "24 Feb 2015"
    assert words.when(pd.NaT, zone, now) == "–"
    assert words.zone_name(zone) == "Kolkata time"
    assert words.zone_name(ZoneInfo("UTC")) == "UTC"


def test_labels_keep_their_distance() -> None:
    places = spread([0.0, 0.01, 0.02, 0.9, 0.99], 0.1, 0.05, 0.95)
    assert all(b - a >= 0.0999 for a, b in pairwise(places))
    assert places[0] >= 0.05
    assert places[-1] <= 0.95


@pytest.mark.parametrize("top", [1.0, 3.2, 56, 301, 99_999, 4e9])
def test_axes_have_few_round_marks(top: float) -> None:
    ticks = round_ticks(top)
    assert 2 <= len(ticks["tickvals"]) <= 6
    assert ticks["tickvals"][0] == 0


def test_unknown_stretches_of_a_course_are_left_open() -> None:
    assert line_path([1, 2, None, 3, 4], from_zero=True).count("M") == 2
    assert line_path([None, None], from_zero=True) == area_path([5.0], from_zero=False) == ""
    bars, last = bar_paths([1.0, None, 2.0])
    assert (bars.count("M"), last.count("M")) == (1, 1)
