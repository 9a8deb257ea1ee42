"""The map of a week's hours: every hour in its place, every state with its mark, and a sentence that counts ahead."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from config import Panel, Site, parse_site
from layouts.panels import Drawn, Scope, panel_kinds
from layouts.panels.week_places import runs_of, week_hours
from tests.layouts.people_rows import GLOBE, answers, toml
from tests.layouts.test_wall_page import every
from tests.layouts.world import table, words_of

NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)  # Saturday, 15:30 in New York
SITE = """
[site]
name = "Air desk"
timezone = "{}"
[[brand]]
name = "United"
terms = ["united"]
"""
PANEL = Panel.model_validate(
    {
        "kind": "week",
        "title": "The week",
        "question": "q",
        "meaning": "m",
        "owner": "o",
        "threshold": "any",
        "next": "n",
    }
)
HOUR = timedelta(hours=1)
BERLIN, HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
Change = Callable[[int, dict[str, Any]], dict[str, Any]]


def site_of(zone: str = "America/New_York", roster: str = toml(GLOBE)) -> Site:
    return parse_site(SITE.format(zone) + roster, base=Path("."))


def covered(_: int, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "heads_count": 3, "gap_minutes": 0, "state": "covered"}


def hours(params: Any, change: Change = covered) -> pd.DataFrame:
    """Every hour the question would cut out of its window, changed by its number from the window's start."""
    begin, until = params["since"].replace(tzinfo=None), params["until"].replace(tzinfo=None)
    plain = {"site": "all", "language": "all"}
    count = -int((begin - until) // HOUR)
    rows = [change(n, {**plain, "hour_at": begin + n * HOUR}) for n in range(count)]
    return table("coverage_week", rows)


def draw(change: Change = covered, now: datetime = NOW, zone: str = "America/New_York") -> Drawn:
    kind, site = panel_kinds()["week"], site_of(zone)
    scope = Scope(site, now)
    tables = {key: hours(ask.params, change) for key, ask in kind.asks(PANEL, scope).items()}
    return checked(kind.draw("w", PANEL, scope, tables), site)


def checked(drawn: Drawn, site: Site) -> Drawn:
    """Only what stands is touched; figures are plain and plotly's own."""
    stands = {getattr(one, "id", None) for one in every(panel_kinds()["week"].skeleton("w", PANEL, site))}
    assert {*drawn.values, *drawn.states, *drawn.figures} <= stands
    figure = drawn.figures["w:figure"]
    json.dumps(figure, allow_nan=False)
    go.Figure(figure)
    return drawn


def cells(drawn: Drawn) -> dict[tuple[int, float], tuple[str, str]]:
    """State and text of every cell by its row and the middle of it."""
    traces = [trace for trace in drawn.figures["w:figure"]["data"] if trace["mode"] == "text"]
    return {
        (int(y), x): (trace["name"].removesuffix(" words"), text)
        for trace in traces
        for x, y, text in zip(trace["x"], trace["y"], trace["text"], strict=True)
    }


def test_a_week_has_seven_local_days_of_twenty_four_hours_from_today_on() -> None:
    drawn = draw()
    assert len(cells(drawn)) == 168
    assert set(cells(drawn)) == {(row, hour + 0.5) for row in range(7) for hour in range(24)}
    layout = drawn.figures["w:figure"]["layout"]
    assert layout["yaxis"]["ticktext"][:2] == ["<b>today</b>", "Sun 22 Nov"]
    assert drawn.values["w:sub"] == "fewest heads of each hour · Sat 21 to Fri 27 Nov · New York time"


def test_an_hour_stands_where_the_local_clock_says() -> None:
    # local midnight of New York is 05:00 UTC: hour 30 of the window is 06:00 of the second day
    drawn = draw(lambda n, row: {**covered(n, row), "heads_count": 7 if n == 30 else 3})
    assert [place for place, (_, text) in cells(drawn).items() if text == "7"] == [(1, 6.5)]


def test_every_state_has_its_colour_and_a_mark() -> None:
    states = {20: ("thin", 2), 21: ("surplus", 9), 22: ("gap", 0), 23: (None, None), 24: (None, 4)}

    def change(n: int, row: dict[str, Any]) -> dict[str, Any]:
        state, heads = states.get(n, ("covered", 5))
        return {**row, "state": state, "heads_count": heads, "gap_minutes": 45 if state == "gap" else 0}

    drawn = draw(change)
    found = [cells(drawn)[place] for place in ((0, 20.5), (0, 21.5), (0, 22.5), (0, 23.5), (1, 0.5), (1, 1.5))]
    assert found == [("thin", "2▾"), ("surplus", "9▴"), ("gap", "<b>45′</b>"), ("unknown", "–"), ("heads", "4"),
                     ("covered", "5")]  # fmt: skip
    boxes = {trace["name"]: trace for trace in drawn.figures["w:figure"]["data"] if trace["mode"] == "lines"}
    assert boxes["gap"]["fillpattern"]["shape"] == "/"
    fills = [trace["fillcolor"] for name, trace in boxes.items() if name != "gap"]
    assert len(set(fills)) == 5


def test_the_sentence_counts_stretches_and_minutes_from_the_running_hour_on() -> None:
    def change(n: int, row: dict[str, Any]) -> dict[str, Any]:
        gap = {2: 60, 30: 60, 31: 30, 80: 60, 81: 60, 120: 60}.get(n, 0)  # the first is over
        return {**covered(n, row), **({"state": "gap", "heads_count": 0, "gap_minutes": gap} if gap else {})}

    drawn = draw(change)
    assert drawn.values["w:said"] == "3 gaps this week, 4:30 h"
    assert drawn.states["w:headline"] == "bad"  # Sunday 06:00 is within a day


@pytest.mark.parametrize(
    ("changed", "said", "state"),
    [
        ({}, "Covered all week", "ok"),
        ({100: {"state": "thin"}}, "No gap this week, 1 thin hour", "warn"),
        ({100: {"state": "gap", "gap_minutes": 15}}, "1 gap this week, 15 min", "warn"),
        ({100: {"state": "gap", "gap_minutes": None}}, "1 gap this week, 1:00 h", "warn"),
        ({100: {"state": None, "heads_count": None}}, "No gap so far as known, 1 hour unknown", "none"),
        ({n: {"state": None} for n in range(168)}, "Not known whether these heads are enough", "none"),
        ({3: {"state": "thin"}}, "Covered all week", "ok"),  # it is over
    ],
)
def test_the_sentence_claims_no_more_than_is_known(changed: dict[int, Any], said: str, state: str) -> None:
    drawn = draw(lambda n, row: {**covered(n, row), **changed.get(n, {})})
    assert (drawn.values["w:said"], drawn.states["w:headline"]) == (said, state)


def test_what_is_over_is_veiled_and_the_running_hour_outlined() -> None:
    veil, outline = draw().figures["w:figure"]["layout"]["shapes"]
    assert (veil["x0"], veil["x1"], veil["y1"]) == (0, 15, 1)
    assert (outline["x0"], outline["x1"]) == (15, 16)
    midnight = draw(now=datetime(2026, 11, 21, 5, 10, tzinfo=UTC)).figures["w:figure"]["layout"]["shapes"]
    assert [(shape["x0"], shape["x1"]) for shape in midnight] == [(0, 1)]


def test_the_hour_berlin_has_twice_shares_its_place() -> None:
    drawn = draw(now=datetime(2026, 10, 24, 10, tzinfo=UTC), zone="Europe/Berlin")
    second = sorted(x for row, x in cells(drawn) if row == 1)
    assert len(second) == 25
    assert second[:5] == [0.5, 1.5, 2.25, 2.75, 3.5]
    assert drawn.values["w:sub"].endswith("Berlin time · Sun has 25 hours")


def test_both_halves_of_a_repeated_hour_tell_their_own_state() -> None:
    # 24 October 22:00 UTC is local midnight; the second 02:00 is hour 27 of the window
    drawn = draw(
        lambda n, row: {**covered(n, row), **({"state": "gap", "gap_minutes": 60} if n == 27 else {})},
        datetime(2026, 10, 24, 10, tzinfo=UTC),
        "Europe/Berlin",
    )
    assert (cells(drawn)[(1, 2.25)][0], cells(drawn)[(1, 2.75)][0]) == ("covered", "gap")


def test_the_hour_berlin_leaves_out_stays_blank() -> None:
    drawn = draw(now=datetime(2027, 3, 27, 10, tzinfo=UTC), zone="Europe/Berlin")
    second = sorted(x for row, x in cells(drawn) if row == 1)
    assert len(second) == 23
    assert second[:4] == [0.5, 1.5, 3.5, 4.5]
    assert "Sun has 23 hours" in drawn.values["w:sub"]


def test_lord_howes_half_hour_leaves_every_later_hour_in_its_place() -> None:
    spring = draw(now=datetime(2026, 10, 3, 3, tzinfo=UTC), zone="Australia/Lord_Howe")
    second = sorted(x for row, x in cells(spring) if row == 1)
    assert second[:5] == [0.5, 1.5, 2.75, 3.5, 4.5]  # 02:00 to 02:30 is left out
    assert len(cells(spring)) == 168
    assert "Sun has 23.5 hours" in spring.values["w:sub"]
    autumn = draw(now=datetime(2027, 4, 3, 3, tzinfo=UTC), zone="Australia/Lord_Howe")
    assert sorted(x for row, x in cells(autumn) if row == 1)[:5] == [0.5, 1.25, 1.75, 2.5, 3.5]
    assert not [text for _, text in cells(autumn).values() if text == "–"]


@pytest.mark.parametrize(
    ("now", "zone", "windows"),
    [
        (datetime(2026, 10, 24, 10, tzinfo=UTC), BERLIN, 1),
        (datetime(2026, 10, 3, 3, tzinfo=UTC), HOWE, 2),
        (datetime(2027, 4, 3, 3, tzinfo=UTC), HOWE, 2),
        (NOW, ZoneInfo("Asia/Kathmandu"), 1),
    ],
)
def test_the_windows_are_cut_into_just_these_hours(now: datetime, zone: ZoneInfo, windows: int) -> None:
    found = week_hours(now, zone)
    runs = runs_of(found)
    assert len(runs) == windows
    starts = {since + n * HOUR for since, until in runs for n in range(-int((since - until) // HOUR))}
    assert starts == {hour.since for hour in found}
    assert sum((hour.length for hour in found), timedelta()) == runs[-1][1] - runs[0][0]


def test_of_other_sites_and_languages_nothing_is_drawn() -> None:
    def change(n: int, row: dict[str, Any]) -> dict[str, Any]:
        return {**covered(n, row), "site": "Berlin" if n % 2 else "all", "language": "de" if n == 10 else "all"}

    found = cells(draw(change))
    assert [found[(0, x)][1] for x in (8.5, 9.5, 10.5)] == ["3", "–", "–"]


def test_the_invented_roster_is_drawn_hour_by_hour() -> None:
    kind, site = panel_kinds()["week"], site_of()
    scope, told = Scope(site, NOW), answers(GLOBE)
    asks = kind.asks(PANEL, scope)
    tables = {key: table(ask.question, told[ask.question](ask.params)) for key, ask in asks.items()}
    drawn = checked(kind.draw("w", PANEL, scope, tables), site)
    assert len(cells(drawn)) == 168
    # nobody from Saturday 16:30 in San Francisco (19:30 here) to Sunday 09:00 in Bengaluru (22:30 here)
    assert [cells(drawn)[(0, x)][1] for x in (19.5, 20.5, 21.5, 22.5)] == [
        "<b>30′</b>", "<b>60′</b>", "<b>60′</b>", "<b>30′</b>",
    ]  # fmt: skip
    assert drawn.values["w:said"] == "1 gap this week, 3:00 h"


def test_without_a_roster_it_says_where_one_is_written() -> None:
    site = site_of(roster="")
    kind, scope = panel_kinds()["week"], Scope(site, NOW)
    assert kind.asks(PANEL, scope) == {}
    drawn = checked(kind.draw("w", PANEL, scope, {}), site)
    assert "no [[shift]] in the site file" in words_of(drawn)
    assert drawn.values["w:said"] == ""


def test_an_answer_without_a_row_is_unknown_and_not_a_gap() -> None:
    kind, site = panel_kinds()["week"], site_of()
    drawn = checked(kind.draw("w", PANEL, Scope(site, NOW), {"week-0": table("coverage_week")}), site)
    assert "the roster holds no shift of this week" in words_of(drawn)
    assert drawn.states["w:headline"] == "none"


def test_a_state_nobody_knows_is_no_colour_of_its_own() -> None:
    drawn = draw(lambda n, row: {**covered(n, row), "state": "<b>odd</b>"})
    assert {state for state, _ in cells(drawn).values()} == {"heads"}
    assert "odd" not in json.dumps(drawn.figures)
