"""The service scene: how the care work stands, who waits, and never a number of the answered alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from config import Panel
from layouts.panels import Drawn, Scope, panel_kinds
from layouts.panels.lasting import duration_ticks, lasted, lasting, limit_seconds
from tests.layouts.world import HOSTILE, MOMENT, NOW, draw, empty, full, panels, site, table, words_of

TILES = ["open_cases", "waiting_cases", "oldest_case", "first_response", "answered", "reopened"]
PICTURES = ["response", "states", "waiting"]
HOUR = timedelta(hours=1)


def changed(name: str, **more: Any) -> Panel:
    return panels()[name].model_copy(update=more)


def said(drawn: Drawn, name: str) -> list[str]:
    """What a tile says, from its number to its second note."""
    return [drawn.values[f"{name}:{what}"] for what in ("value", "unit", "change", "note", "aside")]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, ("–", "")), (pd.NA, ("–", "")), (0, ("0", "s")), (59.9, ("59", "s")), (60, ("1", "min")),
     (3599, ("59", "min")), (3600, ("1:00", "h")), (12_059, ("3:20", "h")), (172_799, ("47:59", "h")),
     (172_800, ("2.0", "d")), (500_000, ("5.7", "d")), (100 * 86_400, ("100", "d")), (-5, ("0", "s"))],
)  # fmt: skip
def test_how_long_is_said_in_one_unit_and_never_rounded_up(seconds: Any, told: tuple[str, str]) -> None:
    assert lasting(seconds) == told


@pytest.mark.parametrize(
    ("top", "marks"),
    [(60, ["0", "1 min"]), (1200, ["0", "5 min", "10 min", "15 min", "20 min"]), (9000, ["0", "1 h", "2 h"]),
     (30_000, ["0", "3 h", "6 h"]), (400_000, ["0", "2 d", "4 d"])],
)  # fmt: skip
def test_an_axis_of_time_has_few_round_marks_from_zero(top: float, marks: list[str]) -> None:
    assert duration_ticks(top)["ticktext"] == marks


def test_a_threshold_is_seconds_or_a_duration_and_words_are_for_people() -> None:
    assert [limit_seconds(one) for one in (90.0, "4h", "when it hurts")] == [90.0, 14_400.0, None]


def test_the_tiles_say_their_numbers() -> None:
    told = {name: said(draw(name, full(panels()[name])), name) for name in TILES}
    assert told == {
        "open_cases": ["82", "", "= 0%", "vs 24 h ago", "42 wait for us"],
        "waiting_cases": ["42", "", "= 0%", "vs 24 h ago", "12 nobody owns"],
        "oldest_case": ["5:00", "h", "X", "over 4:00 h", "nobody owns it"],
        "first_response": ["40", "min", "= 0%", "vs 24 h before", "7 without answer"],
        "answered": ["80", "%", "= 0", "vs 24 h before", "7 without answer"],
        "reopened": ["37", "", "= 0%", "vs 7 d before", "of 700 opened"],
    }


def test_a_tile_past_its_threshold_is_marked_and_says_so() -> None:
    assert draw("oldest_case", full(panels()["oldest_case"])).states == {"oldest_case:card": "warn"}
    for name, limit, state in (
        ("first_response", "1h", "info"), ("first_response", "30m", "warn"), ("answered", 0.8, "info"),
        ("answered", 0.81, "warn"), ("open_cases", 81.0, "warn"), ("open_cases", "many", "info"),
        ("reopened", 36.0, "warn"), ("waiting_cases", 42.0, "info"),
    ):  # fmt: skip
        panel = changed(name, threshold=limit)
        assert draw(name, full(panel), panel).states == {f"{name}:card": state}, (name, limit)


def test_the_bar_of_a_tile_is_its_part_and_the_mark_its_limit() -> None:
    paths = draw("answered", full(panels()["answered"])).paths
    assert "h80.0" in paths["answered:fill"]
    assert paths["answered:mark"].startswith("M80.0,")
    late = draw("oldest_case", full(panels()["oldest_case"])).paths
    # five hours on a bar of twice the limit of four
    assert "h62.5" in late["oldest_case:fill"]
    assert late["oldest_case:mark"].startswith("M50.0,")
    assert draw("open_cases", full(panels()["open_cases"])).paths["open_cases:mark"] == ""


@pytest.mark.parametrize("name", [*TILES, *PICTURES])
def test_as_long_as_no_source_brings_cases_nothing_is_claimed(name: str) -> None:
    panel = panels()[name]
    drawn = panel_kinds()[panel.kind].draw(name, panel, Scope(site(), NOW, has_data=False), empty(panel))
    assert "no cases yet" in words_of(drawn)
    if name in TILES:
        assert drawn.values[f"{name}:value"] == "–"
        assert drawn.states == {f"{name}:card": "none"}


def test_nothing_open_is_zero_and_no_case_is_no_share() -> None:
    told = {name: said(draw(name, empty(panels()[name])), name)[:1] for name in TILES}
    zero, dash = ["0"], ["–"]
    assert told == {
        "open_cases": zero, "waiting_cases": zero, "oldest_case": dash, "first_response": dash, "answered": dash,
        "reopened": dash,
    }  # fmt: skip
    assert "nobody waits" in words_of(draw("oldest_case", empty(panels()["oldest_case"])))
    assert "nobody waits for an answer" in words_of(draw("waiting", empty(panels()["waiting"])))
    assert "no case is open" in words_of(draw("states", empty(panels()["states"])))
    assert "no case was opened in the last 24 h" in words_of(draw("response", empty(panels()["response"])))


def test_states_are_bars_from_zero_with_counts_words_and_the_oldest() -> None:
    drawn = draw("states", full(panels()["states"]))
    figure = drawn.figures["states:figure"]
    bars = figure["data"][0]
    assert bars["x"] == [12, 30, 40, 0], "a state with nothing in it stands there with a zero"
    assert figure["layout"]["xaxis"]["range"][0] == 0
    assert [name.split(" ")[0] for name in figure["layout"]["yaxis"]["ticktext"]] == [
        "New", "Assigned", "Answered", "Paused",
    ]  # fmt: skip
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["oldest", "3:00 h", "26:00 h", "3.3 d", "–"]
    assert drawn.values["states:sub"] == "82 open cases now · 42 wait for us"
    go.Figure(figure)


def test_a_case_its_source_has_not_closed_has_a_row_only_where_there_is_one() -> None:
    rows = [{"state": "resolved", "cases_count": 3, "oldest_opened_at": MOMENT, "unowned_count": 0}]
    drawn = draw("states", {"states": table("open_cases_by_state", rows)})
    assert drawn.figures["states:figure"]["data"][0]["x"] == [0, 0, 0, 0, 3]


def test_response_times_stand_beside_those_without_an_answer_on_an_axis_from_zero() -> None:
    drawn = draw("response", full(panels()["response"]))
    figure = drawn.figures["response:figure"]
    bars, _, dots = figure["data"]
    assert bars["x"] == [2400.0, 5400.0, 8400.0]
    assert dots["x"] == [9000.0, 12_000.0, 15_000.0]
    axis = figure["layout"]["xaxis"]
    assert axis["range"][0] == 0
    assert axis["range"][1] > 15_000
    assert axis["ticktext"][0] == "0"
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert notes[:4] == ["act over 1:00 h", "median", "cases", "no answer"]
    assert notes[4:7] == ["<b>40 min</b>", "100", "<b>7</b>"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["X", "Reddit", "unknown"]
    # past the line the bar says so, too
    assert bars["marker"]["color"][0] != bars["marker"]["color"][1] == bars["marker"]["color"][2]
    go.Figure(figure)


def test_a_group_nobody_has_answered_has_a_dash_and_no_bar() -> None:
    row = {"group_name": "ann", "cases_count": 3, "answered_count": 0, "waiting_count": 3}
    panel = changed("response", measure="owner")
    rows = [row, {**row, "group_name": None}]
    figure = draw("response", {"groups": table("response_by_group", rows)}, panel).figures["response:figure"]
    assert figure["data"][0]["x"] == [None, None]
    assert figure["data"][2]["x"] == []
    assert figure["layout"]["yaxis"]["ticktext"] == ["ann", "nobody"]
    assert "<b>–</b>" in [note["text"] for note in figure["layout"]["annotations"]]
    go.Figure(figure)


def test_the_groups_that_are_left_out_are_counted() -> None:
    row = {"cases_count": 3, "answered_count": 1, "waiting_count": 2, "p50_seconds": 60.0, "p90_seconds": 90.0}
    rows = [{"group_name": f"place {n}", **row} for n in range(9)]
    drawn = draw("response", {"groups": table("response_by_group", rows)})
    assert drawn.values["response:sub"].endswith("· 2 smaller groups not shown")
    assert len(drawn.figures["response:figure"]["data"][0]["y"]) == 7


def test_who_waits_is_told_with_the_instant_the_page_counts_from() -> None:
    drawn = draw("waiting", full(panels()["waiting"]))
    assert drawn.lists["waiting:rows"] == [
        ["2026-11-21T15:30:25Z", "X", "my bag", "nobody", "", "over"],
        ["2026-11-21T18:30:25Z", "X", "my bag", "ann", "asked again", "within"],
    ]
    sub = drawn.values["waiting:sub"]
    assert sub == "42 customers wait for us, the longest first · since their oldest unanswered word · ▲ over 4:00 h"


def test_a_subject_is_text_and_where_there_is_none_the_case_is_named() -> None:
    hostile = HOSTILE.replace("\ud800", "")  # no table can hold half a letter
    row = {"case_id": "x:1", "platform": hostile, "subject": hostile, "owner": hostile, "waiting_since_at": MOMENT,
           "waiting_seconds": 1.0, "is_answered": False}  # fmt: skip
    rows = [row, {**row, "subject": None}]
    cells = draw("waiting", {"oldest": table("oldest_waiting", rows), "states": table("open_cases_by_state")}).lists
    first, second = cells["waiting:rows"]
    assert first[2] == "<script>alert(1)</script> <b>x</b> ltr end", "set as a text node, without control characters"
    assert second[2] == "x:1"
    group = {"group_name": hostile, "cases_count": 1, "answered_count": 1, "waiting_count": 0, "p50_seconds": 1.0}
    figure = draw("response", {"groups": table("response_by_group", [group])}).figures["response:figure"]
    assert "<" not in figure["layout"]["yaxis"]["ticktext"][0], "plotly would read it as its own markup"


def test_the_tile_and_the_list_ask_the_same_question() -> None:
    scope = Scope(site(), NOW)
    kinds = panel_kinds()
    tile = kinds["care"].asks(panels()["oldest_case"], scope)["oldest"]
    assert tile == kinds["waiting"].asks(panels()["waiting"], scope)["oldest"]
    assert lasted(pd.NA) == "–"
