"""What the next 24 hours ask for, under the strip of the sites: messages, heads needed and heads at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from config import Site, parse_site
from layouts import look
from layouts.panels import Drawn, Scope, panel_kinds
from tests.layouts.people_rows import GLOBE, Crew, answers, toml
from tests.layouts.world import table, words_of

SITE = """
[site]
name = "Air desk"
timezone = "America/New_York"
[[brand]]
name = "United"
terms = ["united"]
"""
HANDLING = '[staffing]\nhandling = "6m"\n'
SATURDAY = datetime(2026, 11, 21, 19, 37, 20, tzinfo=UTC)
Rows = list[dict[str, Any]]
Change = Callable[[dict[str, Any]], Mapping[str, Any]]


def site_of(more: str) -> Site:
    return parse_site(SITE + more, base=Path("."))


def drawing(
    change: Change = dict, *, more: str = HANDLING, roster: tuple[Crew, ...] = GLOBE, gaps: Rows | None = None
) -> Drawn:
    """The panel, from the answers of this roster; `change` is what a row of everybody becomes."""
    site, told = site_of(toml(roster) + more), dict(answers(roster))
    kind, panel = panel_kinds()["sun"], site_of(toml(roster)).panel["sun"]
    tables = {}
    for key, ask in kind.asks(panel, Scope(site, SATURDAY)).items():
        rows = told[ask.question](ask.params)
        if key == "slots":
            rows = [dict(change(row)) if row["site"] == "all" else row for row in rows]
        tables[key] = table(ask.question, gaps if key == "gaps" and gaps is not None else rows)
    return kind.draw("sun", panel, Scope(site, SATURDAY), tables)


def figure(drawn: Drawn) -> dict[str, Any]:
    found = drawn.figures["sun:figure"]
    go.Figure(found)
    return found


def traces(drawn: Drawn) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure(drawn)["data"]}


def stated(*states: str | None) -> Change:
    """One hour after another has these states, then all are covered."""
    left = iter(states)
    return lambda row: {**row, "state": next(left, "covered")}


def without(*keys: str) -> Change:
    return lambda row: {key: value for key, value in row.items() if key not in keys}


def test_everybody_is_asked_for_from_the_running_hour_on() -> None:
    site = site_of(toml(GLOBE))
    asks = panel_kinds()["sun"].asks(site.panel["sun"], Scope(site, SATURDAY))
    first = SATURDAY.replace(minute=0, second=0)
    params = {"since": first, "until": first + timedelta(hours=24), "slot_minutes": 60, "languages": ["all"]}
    assert (asks["slots"].question, asks["slots"].params) == ("coverage_slots", {**params, "now": SATURDAY})


def test_messages_are_a_line_in_the_band_of_the_forecast() -> None:
    found = traces(drawing())
    low, line, high = (found[name]["y"] for name in ("low", "expected", "high"))
    assert (len(line), found["high"]["fill"]) == (24, "tonexty")
    assert (low[0], high[0]) == (None, None), "the running hour has no band in this answer"
    assert all(a < b < c for a, b, c in zip(low[1:], line[1:], high[1:], strict=True))


def test_heads_at_work_are_a_step_as_wide_as_its_hour() -> None:
    step = traces(drawing())["at work"]
    assert step["x"][:4] == [-0.5, 0.5, 0.5, 1.5]
    assert step["y"][0] == step["y"][1] == pytest.approx(10 * 0.9), "San Francisco and New York, less shrinkage"


def test_each_state_has_its_own_hatch_and_shortage_its_word() -> None:
    drawn = drawing(stated("gap", "thin", "surplus"))
    bars = {name: trace for name, trace in traces(drawn).items() if trace["type"] == "bar"}
    assert {name: [n for n, y in enumerate(bar["y"]) if y is not None][:2] for name, bar in bars.items()} == {
        "needed, gap": [0],
        "needed, thin": [1],
        "needed, surplus": [2],
        "needed, covered": [3, 4],
    }
    hatches = [bar["marker"].get("pattern", {}).get("shape", "") for bar in bars.values()]
    assert len(set(hatches)) == 4
    words = {mark["text"]: mark["x"] for mark in figure(drawn)["layout"]["annotations"] if mark.get("yref") == "y3"}
    assert words == {"<b>gap</b>": 0, "<b>thin</b>": 1}


def test_an_hour_nothing_is_known_of_has_no_bar() -> None:
    drawn = drawing(lambda row: row if row["slot_at"].hour != 2 else {**row, "required_agents": None, "state": None})
    bars = [trace["y"] for trace in traces(drawn).values() if trace["type"] == "bar"]
    drawn_hours = {n for bar in bars for n, y in enumerate(bar) if y is not None}
    assert drawn_hours == set(range(24)) - {7}


def test_the_row_of_all_sites_is_thin_where_the_demand_says_so_whatever_the_threshold() -> None:
    named = traces(drawing(stated("thin")))
    assert named["thin"]["text"][0][0].endswith("thin")
    assert not any(named["thin"]["text"][0][1:])


def test_without_a_handling_time_the_row_says_so_and_the_messages_stay() -> None:
    drawn = drawing(without("required_agents", "state", "net_agents"), more="")
    assert "how many are needed is not known: no [staffing] handling in the site file" in words_of(drawn)
    found = traces(drawn)
    assert {"heads", "expected"} <= set(found)
    assert "bar" not in {trace["type"] for trace in found.values()}


def test_without_messages_both_rows_say_so_and_the_strip_stays() -> None:
    drawn = drawing(without("demand_count", "low_count", "high_count", "required_agents", "state", "net_agents"))
    said = [mark["text"] for mark in figure(drawn)["layout"]["annotations"]]
    assert sum("no messages yet" in text for text in said) == 2
    assert {trace["type"] for trace in traces(drawn).values()} == {"heatmap"}


def test_the_first_thing_it_says_is_that_nobody_at_all_is_there() -> None:
    drawn = drawing()
    assert drawn.values["sun:gap"] == "Nobody on shift today 19:30 to 22:30"
    assert drawn.states["sun:headline"] == "bad"


def test_a_language_nobody_speaks_is_told_with_the_messages_expected() -> None:
    since = pd.Timestamp("2026-11-24 07:00")
    gap = {"since_at": since, "until_at": since + timedelta(hours=3, minutes=30), "language": "ja", "gap_minutes": 210}
    drawn = drawing(gaps=[{**gap, "demand_count": 12.2, "after_sites": None, "before_sites": None}])
    assert drawn.values["sun:gap"] == "No Japanese speaker Tue 02:00 to 05:30, about 12 messages"
    assert drawn.states["sun:headline"] == "warn"


def test_sites_of_other_roster_files_have_rows_behind_those_of_the_site_file() -> None:
    site = site_of(toml(GLOBE[:1]) + '[[roster]]\ncsv = "roster.csv"\n')
    kind, panel, told = panel_kinds()["sun"], site.panel["sun"], answers(GLOBE)
    scope = Scope(site, SATURDAY)
    tables = {key: table(ask.question, told[ask.question](ask.params)) for key, ask in kind.asks(panel, scope).items()}
    names = figure(kind.draw("sun", panel, scope, tables))["layout"]["yaxis"]["ticktext"]
    assert names == ["<b>All sites</b>", "San Francisco", "Bengaluru", "London", "New York", "Sydney"]


def test_no_letters_are_smaller_than_the_wall_allows() -> None:
    layout = figure(drawing(stated("gap", "thin")))["layout"]
    sizes = [mark["font"]["size"] for mark in layout["annotations"]]
    sizes += [layout[axis]["tickfont"]["size"] for axis in ("yaxis", "yaxis2", "yaxis3", "xaxis")]
    assert min(sizes) >= look.SMALLEST
