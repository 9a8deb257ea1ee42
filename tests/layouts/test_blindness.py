"""Blindness on a picture: hatched where somebody could not see, in words that fit, and never drawn as silence."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts import look
from layouts.panels.hatch import side_by_side
from tests.layouts.test_panels import LEANEST
from tests.layouts.world import MOMENT, draw, empty, full, panels, table, words_of

# 20:30:25 UTC; a day of full buckets of 5 minutes, whose last begins at 20:25
NOW = MOMENT.to_pydatetime()
LAST = MOMENT.floor("5min").to_pydatetime() - timedelta(minutes=5)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def gap(ago: timedelta, length: timedelta | None, platform: str | None = "place0", **more: Any) -> dict[str, Any]:
    """A row of blind_spans that began so long ago; without a length it is still so."""
    since = MOMENT.floor("min").to_pydatetime() - ago
    plain = {"source": "tweets", "platform": platform, "kind": "gap", "sentence": "cut"}
    return {**plain, "since_at": since, "until_at": None if length is None else since + length, **more}


def figure(*rows: dict[str, Any], **more: pd.DataFrame) -> dict[str, Any]:
    """The volume of two loud platforms, place0 and place1, with these rows of blind_spans."""
    tables = {**full(panels()["volume"]), "blind": table("blind_spans", list(rows)), **more}
    return draw("volume", tables).figures["volume:figure"]


def hatches(drawn: dict[str, Any]) -> dict[str, list[tuple[datetime, datetime]]]:
    """Every hatched stretch, by the name of what it is: "partly not seen" or "not seen"."""
    found = {}
    for trace in drawn["data"]:
        if "fillpattern" in trace:
            marks = [datetime.fromisoformat(x) for x in trace["x"] if x]
            found[trace["name"]] = [(marks[i], marks[i + 2]) for i in range(0, len(marks), 4)]
    return found


def told(drawn: dict[str, Any]) -> list[str]:
    """What is said of blindness above the picture, from left to right."""
    notes = [note for note in drawn["layout"]["annotations"] if note["y"] == 1 and "bgcolor" not in note]
    return [note["text"] for note in sorted(notes, key=lambda note: float(note["x"]))]


def test_where_everybody_saw_nothing_is_hatched_and_the_picture_is_as_high_as_ever() -> None:
    drawn = figure()
    assert (hatches(drawn), told(drawn), drawn["layout"]["margin"]["t"]) == ({}, [], 14)


def test_one_gap_of_one_platform_is_hatched_lightly_and_named_in_its_colour() -> None:
    drawn = figure(gap(5 * HOUR, HOUR))
    [(left, right)] = hatches(drawn)["partly not seen"]
    # its layer thins out from the last bucket that held it on
    assert (left, right) == (datetime.fromisoformat("2026-11-21T15:25"), datetime.fromisoformat("2026-11-21T16:30"))
    assert "not seen" not in hatches(drawn)
    assert told(drawn) == ["blind 10:30–11:30 on place0"]  # New York's clock
    [bracket] = [shape for shape in drawn["layout"]["shapes"] if shape.get("yref") == "paper"]
    [note] = [note for note in drawn["layout"]["annotations"] if note["text"].startswith("blind")]
    assert bracket["line"]["color"] == note["font"]["color"] == look.PLATFORM_WORDS[0]
    go.Figure(drawn)


def test_a_hatch_is_as_high_as_the_picture() -> None:
    drawn = figure(gap(5 * HOUR, HOUR), gap(2 * HOUR, HOUR, None))
    top = drawn["layout"]["yaxis"]["range"][1]
    for trace in drawn["data"]:
        if "fillpattern" in trace:
            assert set(trace["y"]) <= {0, top, None}


def test_when_all_platforms_are_blind_the_hatch_hides_the_fall_to_zero() -> None:
    rows = [gap(5 * HOUR, HOUR, name) for name in ("place0", "place1")]
    drawn = figure(*rows)
    assert told(drawn) == ["blind 10:30–11:30 on all platforms"]
    [(left, right)] = hatches(drawn)["not seen"]
    # the line falls from the last bucket that was seen, and rises to the first that is seen again
    assert (left, right) == (datetime.fromisoformat("2026-11-21T15:25"), datetime.fromisoformat("2026-11-21T16:30"))
    hatch = next(trace for trace in drawn["data"] if trace["name"] == "not seen")
    assert hatch["fillpattern"]["bgcolor"] == look.CARD_LOW
    assert "partly not seen" not in hatches(drawn)


def test_an_empty_picture_of_one_platform_is_hatched_with_its_name() -> None:
    at = MOMENT.floor("h") - 9 * HOUR
    now = table("mentions_by_bucket", [{"bucket_at": at, "platform": "mastodon", "brand": "U", "mentions_count": 7}])
    drawn = figure(gap(6 * HOUR, 3 * HOUR, "mastodon"), now=now)
    assert told(drawn) == ["blind 09:30–12:30 on Mastodon"]
    assert list(hatches(drawn)) == ["not seen"]


def test_what_another_source_still_sees_is_not_lost() -> None:
    fresh = {"state": "ok", "watermark_at": MOMENT, "stale_at": MOMENT + HOUR}
    health = table("source_health", [{"source": name, **fresh} for name in ("tweets", "other")])
    rows = [gap(5 * HOUR, HOUR, name) for name in ("place0", "place1")]
    drawn = figure(*rows, health=health)
    assert list(hatches(drawn)) == ["partly not seen"]
    assert told(drawn) == ["blind 10:30–11:30 on place0 and place1"]
    both = figure(*rows, gap(5 * HOUR, HOUR, "place0", source="other"), health=health)
    assert list(hatches(both)) == ["not seen"]


@pytest.mark.parametrize("state", ["never", "disabled"])
def test_a_source_that_sees_nothing_anyway_does_not_make_the_others_see(state: str) -> None:
    rows = [{"source": "tweets", "state": "failing", "watermark_at": MOMENT, "stale_at": MOMENT + HOUR}]
    extra = {"source": "gone", "state": state, "watermark_at": MOMENT if state == "disabled" else None}
    drawn = figure(
        gap(5 * HOUR, HOUR, "place0"), gap(5 * HOUR, HOUR, "place1"), health=table("source_health", [*rows, extra])
    )
    assert list(hatches(drawn)) == ["not seen"]


def test_partly_and_wholly_blind_stand_side_by_side() -> None:
    drawn = figure(gap(5 * HOUR, 2 * HOUR, "place0"), gap(4 * HOUR, HOUR, "place1"))
    assert told(drawn) == ["blind 10:30–11:30 on place0", "blind 11:30–12:30 on all platforms"]
    assert list(hatches(drawn)) == ["partly not seen", "not seen"]


def test_a_gap_that_is_going_on_reaches_the_right_edge() -> None:
    drawn = figure(gap(timedelta(minutes=40), None, kind="outage"))
    assert told(drawn) == ["blind since 14:50 on place0"]
    [(_, right)] = hatches(drawn)["partly not seen"]
    assert right == LAST


def test_a_gap_in_the_running_bucket_is_seen_at_the_right_edge() -> None:
    drawn = figure(gap(MINUTE, None))
    assert told(drawn) == ["blind since 15:29 on place0"]
    [(left, right)] = hatches(drawn)["partly not seen"]
    assert right == LAST
    assert right - left >= 10 * MINUTE


def test_a_gap_older_than_the_window_is_not_drawn_and_one_that_reaches_into_it_is() -> None:
    assert hatches(figure(gap(30 * HOUR, HOUR))) == {}
    drawn = figure(gap(30 * HOUR, 9 * HOUR))
    assert told(drawn) == ["blind until 18:30 on place0"]
    assert told(figure(gap(30 * HOUR, None))) == ["blind since Fri 09:30 on place0"]


def test_what_was_deleted_by_age_is_called_so() -> None:
    drawn = figure(gap(24 * HOUR, 3 * HOUR, kind="retention"))
    assert told(drawn) == ["not kept before 18:30 on place0"]


def test_a_gap_of_seconds_can_be_seen_from_across_the_room() -> None:
    drawn = figure(gap(5 * HOUR, timedelta(seconds=20)))
    [(left, right)] = hatches(drawn)["partly not seen"]
    assert right - left >= timedelta(hours=24) / 120
    assert told(drawn) == ["blind for 20 s at 10:30 on place0"]


def test_gaps_that_touch_are_one_and_named_together() -> None:
    drawn = figure(gap(5 * HOUR, HOUR, "place0"), gap(4 * HOUR, HOUR, "place0"), gap(3 * HOUR, HOUR, "place1"))
    assert told(drawn) == ["blind 10:30–13:30 on place0 and place1"]
    assert len(hatches(drawn)["partly not seen"]) == 1


def test_at_most_three_are_named_and_all_are_hatched() -> None:
    drawn = figure(*(gap(n * 3 * HOUR, n * 10 * MINUTE) for n in range(1, 7)))
    assert len(hatches(drawn)["partly not seen"]) == 6
    assert 2 <= len(told(drawn)) <= 3
    assert any(text.startswith("blind 21:30–22:30") for text in told(drawn)), "the longest is among them"


def test_a_bad_day_is_lean_and_quick() -> None:
    rows = [gap(n * 2 * MINUTE, MINUTE, f"place{n % 3}", source=f"s{n % 5}") for n in range(1, 720)]
    started = time.perf_counter()
    drawn = figure(*rows)
    assert time.perf_counter() - started < 2
    assert len(json.dumps(drawn)) < LEANEST
    assert sum(map(len, hatches(drawn).values())) <= 24


def test_the_tail_of_stale_sources_is_hatched_once() -> None:
    newest = MOMENT - 3 * HOUR
    health = table("source_health", [{"source": "tweets", "watermark_at": newest, "stale_at": newest + HOUR}])
    drawn = figure(gap(2 * HOUR, None), gap(4 * HOUR, 2 * HOUR, "place1"), health=health)
    found = hatches(drawn)
    [(tail, end)] = found["not seen"]
    assert end == LAST
    assert all(right <= tail for _, right in found["partly not seen"])
    assert "no data since 12:30" in [note["text"] for note in drawn["layout"]["annotations"]]


def test_the_day_before_is_left_open_where_nobody_looked() -> None:
    since = MOMENT.floor("h") - 40 * HOUR
    before = table(
        "mentions_by_bucket",
        [{"bucket_at": since + 9 * HOUR, "platform": "place0", "brand": "United", "mentions_count": 40}],
    )
    drawn = figure(gap(35 * HOUR, HOUR), before=before, expected=table("volume_expected"))
    dotted = next(trace for trace in drawn["data"] if trace["name"] == "the 24 h before")
    assert dotted["y"].count(None) == 12, "an hour of buckets of five minutes"
    assert hatches(drawn) == {}, "yesterday is not on the axis"


def test_nothing_said_while_nobody_looked_is_not_called_silence() -> None:
    tables = {**empty(panels()["volume"]), "blind": table("blind_spans", [gap(5 * HOUR, 3 * HOUR)])}
    assert "no mentions in the last 24 h · blind for 3 h of it" in words_of(draw("volume", tables))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.02, 0.3)), min_size=1, max_size=3))
def test_words_stand_side_by_side_and_never_leave_the_picture(pairs: list[tuple[float, float]]) -> None:
    middles, widths = [middle for middle, _ in sorted(pairs)], [width for _, width in sorted(pairs)]
    places = side_by_side(middles, widths)
    edges = [(place - width / 2, place + width / 2) for place, width in zip(places, widths, strict=True)]
    assert all(left >= -0.001 and right <= 1.001 for left, right in edges)
    assert all(one[1] <= other[0] for one, other in pairwise(edges))


@pytest.mark.parametrize("minutes", [2, 10, 60, 300])
def test_a_short_window_is_drawn_too(minutes: int) -> None:
    panel = panels()["volume"].model_copy(update={"window": timedelta(minutes=minutes)})
    at = {"bucket_at": MOMENT.floor("min") - 2 * MINUTE, "platform": "x", "brand": "United", "mentions_count": 3}
    tables = {**empty(panel), "now": table("mentions_by_bucket", [at])}
    tables["blind"] = table("blind_spans", [gap(2 * MINUTE, MINUTE, "x")])
    drawn = draw("volume", tables, panel).figures["volume:figure"]
    assert told(drawn) == ["blind 15:28–15:29 on X"]
    go.Figure(drawn)


TILE = {"mentions_day": (5 * HOUR, 24 * HOUR), "mentions_hour": (20 * MINUTE, HOUR)}


@pytest.mark.parametrize("name", TILE)
def test_a_count_that_lacks_something_says_so(name: str) -> None:
    ago, window = TILE[name]
    panel = panels()[name]

    def aside(*rows: dict[str, Any]) -> str:
        return draw(name, {**full(panel), "blind": table("blind_spans", list(rows))}).values[f"{name}:aside"]

    assert panel.window == window
    assert aside() == "United"
    assert aside(gap(ago, 3 * MINUTE, "x")) == "blind 3 min on X"
    assert aside(gap(ago, 3 * MINUTE, "x"), gap(ago, 4 * MINUTE, "reddit")) == "blind 4 min"
    assert aside(gap(ago, 3 * MINUTE, "a platform with a long name")) == "blind 3 min"
    assert aside(gap(window + HOUR, 3 * MINUTE)) == "United", "that was before its window"
    assert aside(gap(window, window - ago, kind="retention")).startswith("kept since 21 Nov")


@pytest.mark.parametrize("name", ["net_sentiment", "negative_share"])
def test_a_share_goes_on_saying_that_nobody_has_measured_it(name: str) -> None:
    panel = panels()[name]
    assert "blind" not in full(panel)
    assert draw(name, full(panel)).values[f"{name}:aside"] == "model, not measured"


@pytest.mark.parametrize("name", TILE)
def test_the_course_under_a_count_is_left_open_where_nobody_looked(name: str) -> None:
    panel = panels()[name]
    key = "course" if name == "mentions_day" else "windows"
    tables = full(panel)
    moments = tables[key].columns[0]
    lost = (tables[key][moments] >= MOMENT - 10 * HOUR) & (tables[key][moments] < MOMENT - 5 * HOUR)
    tables[key] = tables[key][~lost]
    parts = "bars" if key == "windows" else "line"
    fallen = draw(name, tables).paths[f"{name}:{parts}"]
    tables["blind"] = table("blind_spans", [gap(11 * HOUR, 7 * HOUR)])
    left_open = draw(name, tables).paths[f"{name}:{parts}"]
    strokes = (fallen.count("M"), left_open.count("M"))
    assert strokes[0] > strokes[1] if key == "windows" else strokes == (1, 2)
