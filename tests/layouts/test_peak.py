"""What was expected, as a dotted line with its name, and the sentence above the bucket that was not."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.panels import Ask, panel_kinds
from layouts.panels.kind import AsksAgain
from layouts.panels.peak import Peak, peak_of, sentence
from layouts.panels.usual import Usual, expected_of, expected_total, named_line
from tests.layouts.world import MOMENT, NOW, draw, empty, full, panels, scope, table, words_of

HOUR = timedelta(hours=1)
VOLUME = panels()["volume"]
# the day's whole buckets of an hour, as few mentions are drawn
HOURS = pd.date_range(MOMENT.floor("h") - 23 * HOUR, periods=23, freq="h", unit="us")


def volume(counts: list[int], expected: list[float], **more: Any) -> dict[str, pd.DataFrame]:
    """Tables of a day whose hours hold these counts; of each hour, a twelfth is expected in every five minutes."""
    now = [
        {"bucket_at": at, "platform": "x", "brand": "United", "mentions_count": count}
        for at, count in zip(HOURS, counts, strict=True)
        if count
    ]
    usual = [
        {"bucket_at": at + n * timedelta(minutes=5), "expected_count": count / 12, "samples_count": 4, "basis": "week"}
        for at, count in zip(HOURS, expected, strict=False)
        for n in range(12)
    ]
    told = {"now": table("mentions_by_bucket", now), "expected": table("volume_expected", usual)}
    return {**empty(VOLUME), **told, **more}


def day(**peaks: int) -> list[int]:
    """Ten in every hour but these: day(h5=80)."""
    return [peaks.get(f"h{hour}", 10) for hour in range(23)]


def asked_again(tables: dict[str, pd.DataFrame]) -> dict[str, Ask]:
    kind = panel_kinds()["volume"]
    assert isinstance(kind, AsksAgain)
    return kind.asks_again(VOLUME, scope(), tables)


def peak_words(tables: dict[str, pd.DataFrame]) -> str:
    told = [text for text in words_of(draw("volume", tables)) if "expected</b>" in text or text.startswith("<b>peak")]
    assert len(told) == 1
    return told[0]


WORDS = table("rising_words", [{"word": "#delay", "example_text": "Late <b>again</b> #Delay"}])


def test_a_peak_says_how_many_times_the_expected_it_is_and_why() -> None:
    tables = volume(day(h5=80), [20.0] * 23, words=WORDS)
    assert peak_words(tables) == "<b>▲ 4.0× expected</b> · #Delay"


@pytest.mark.parametrize("more", [{}, {"words": table("rising_words")}])
def test_a_peak_nobody_can_explain_is_told_without_a_word(more: dict[str, Any]) -> None:
    assert peak_words(volume(day(h5=80), [20.0] * 23, **more)) == "<b>▲ 4.0× expected</b>"


@pytest.mark.parametrize("expected", [[70.0] * 23, []])
def test_a_peak_that_was_to_be_expected_or_of_which_nothing_is_known_is_time_and_count(expected: list[float]) -> None:
    tables = volume(day(h5=80), expected)
    assert peak_words(tables) == "<b>peak 21:00</b> · 80 in 60 min"  # 02:00 UTC by New York's clock
    assert "words" not in asked_again(tables)


def test_an_odd_night_is_marked_and_not_the_usual_noon() -> None:
    expected = [100.0 if hour == 15 else 10.0 for hour in range(23)]
    tables = volume(day(h4=60, h15=104), expected)
    assert peak_words(tables) == "<b>▲ 6.0× expected</b>"


def test_what_is_said_in_the_hour_of_the_peak_is_asked_and_held_against_the_week_before() -> None:
    ask = asked_again(volume(day(h5=80), [20.0] * 23))["words"]
    start = HOURS[5].to_pydatetime().replace(tzinfo=UTC)
    assert ask.question == "rising_words"
    window: list[Any] = [ask.params[name] for name in ("since", "until", "against_since", "against_until")]
    assert window == [start, start + HOUR, start - timedelta(days=7), start]
    assert ask.params["brands"] == ["United"]
    left_out: Any = ask.params["without"]
    assert {"united", "jetblue"} <= set(left_out)


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=40),
    st.lists(st.one_of(st.none(), st.floats(0, 300)), min_size=40, max_size=40),
)
def test_only_what_is_far_above_is_called_so(loud: list[int], expected: list[float | None]) -> None:
    peak = peak_of(loud, expected[: len(loud)])
    if peak is None:
        assert not any(loud)
    elif peak.times is None:
        assert peak.count == max(loud)
    else:
        usual = expected[peak.place]
        assert usual is not None
        assert peak.count == loud[peak.place] >= 20
        assert peak.count >= 1.3 * usual
        assert peak.count - usual >= 4 * math.sqrt(usual)
        assert peak.times <= peak.count / max(usual, 1.0) + 1e-9


def test_times_are_said_as_people_say_them_and_words_from_outside_stay_text() -> None:
    at = MOMENT.to_pydatetime()
    assert sentence(Peak(0, 90, 1.84), at, 15, "", scope()) == "<b>▲ 1.8× expected</b>"
    assert sentence(Peak(0, 900, 900.0), at, 15, "", scope()) == "<b>▲ more than 20× expected</b>"
    assert sentence(Peak(0, 90, 2.0), at, 15, "<i>x", scope()) == "<b>▲ 2.0× expected</b> · &lt;i&gt;x"
    assert sentence(Peak(0, 1_500, None), at, 15, "x", scope()) == "<b>peak 15:30</b> · 1,500 in 15 min"


def traces(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    return {trace["name"]: trace for trace in draw("volume", tables).figures["volume:figure"]["data"]}


def test_the_line_stands_on_the_picture_with_its_name() -> None:
    tables = volume(day(h5=80), [20.0] * 23)
    drawn = draw("volume", tables)
    assert traces(tables)["expected"]["y"] == [20.0] * 23
    assert traces(tables)["expected"]["line"]["dash"]
    assert "····· expected" in words_of(drawn)
    assert drawn.values["volume:sub"].endswith("expected: as usual at this time of the week")


def test_what_stands_on_days_says_so() -> None:
    tables = volume(day(), [20.0] * 23)
    tables["expected"] = tables["expected"].assign(basis="day")
    assert draw("volume", tables).values["volume:sub"].endswith("expected: as usual at this time of the day")


def test_a_bucket_of_which_a_part_is_not_known_is_left_open() -> None:
    tables = volume(day(), [20.0] * 23)
    tables["expected"] = tables["expected"].drop(index=[14])
    assert traces(tables)["expected"]["y"] == [20.0, None, *[20.0] * 21]


def test_until_enough_is_known_the_window_before_stands_in_and_no_peak_is_held_against_it() -> None:
    tables = volume(day(h5=80), [20.0] * 11)
    [(key, ask)] = asked_again(tables).items()
    assert (key, ask.params["until"]) == ("before", NOW - timedelta(hours=24))
    before = [{"bucket_at": at - 24 * HOUR, "platform": "x", "mentions_count": 7} for at in HOURS]
    tables["before"] = table("mentions_by_bucket", before)
    drawn = draw("volume", tables)
    assert traces(tables)["the 24 h before"]["y"] == [7.0] * 23
    assert "····· the 24 h before" in words_of(drawn)
    assert drawn.values["volume:sub"].endswith("dotted: the 24 h before")
    assert peak_words(tables) == "<b>peak 21:00</b> · 80 in 60 min"


def test_nothing_more_is_asked_where_nothing_was_said() -> None:
    assert asked_again(empty(VOLUME)) == {}


def test_a_peak_beside_an_outage_keeps_its_sentence_and_the_outage_its_words() -> None:
    counts = day(h5=80, h6=0, h7=0)
    gone = {"source": "tweets", "platform": "x", "kind": "outage", "since_at": HOURS[6], "until_at": HOURS[8]}
    health = [{"source": "tweets", "state": "ok", "watermark_at": MOMENT, "stale_at": MOMENT + HOUR}]
    seen = {"blind": table("blind_spans", [gone]), "health": table("source_health", health)}
    tables = volume(counts, [20.0] * 23, words=WORDS, **seen)
    drawn = draw("volume", tables)
    assert peak_words(tables) == "<b>▲ 4.0× expected</b> · #Delay"
    assert "blind 22:00–00:00 on X" in words_of(drawn)
    hatched = traces(tables)["not seen"]
    [shape] = [s for s in drawn.figures["volume:figure"]["layout"]["shapes"] if s["x0"] == s["x1"]]
    # the hatch begins where the fall does, and the peak's line stands before it
    assert hatched["x"][0] >= shape["x0"]


def test_the_peak_of_a_stale_picture_is_one_that_was_seen() -> None:
    newest = HOURS[8]
    health = [{"source": "tweets", "watermark_at": newest, "stale_at": newest + HOUR}]
    counts = [count if hour <= 8 else 0 for hour, count in enumerate(day(h5=80))]
    tables = volume(counts, [20.0] * 23, health=table("source_health", health))
    assert peak_words(tables) == "<b>▲ 4.0× expected</b>"
    assert len(traces(tables)["expected"]["y"]) == 23, "what was to be expected is known beyond what was seen"


@given(st.lists(st.integers(0, 90), min_size=12, max_size=96), st.data())
def test_the_name_keeps_away_from_the_peak_and_both_ends(loud: list[int], data: st.DataObject) -> None:
    peak = data.draw(st.one_of(st.none(), st.integers(0, len(loud) - 1)))
    starts = pd.date_range(MOMENT.floor("h"), periods=len(loud), freq="15min", unit="us")
    for note in named_line(Usual("expected", "", [20.0] * len(loud)), loud, starts, peak, 100.0):
        place = (datetime.fromisoformat(note["x"]) - starts[0].to_pydatetime()) // timedelta(minutes=15)
        assert 0.05 * len(loud) <= place <= 0.95 * len(loud)
        assert peak is None or abs(place - peak) > 0.17 * len(loud)
        assert note["y"] >= max(loud[place], 20.0), "it stands above both"


def test_the_whole_windows_expected_is_that_of_its_length() -> None:
    # a window that begins and ends within a bucket touches one bucket more than its length
    hour = table("volume_expected", [{"bucket_at": MOMENT, "expected_count": 2.0}] * 61)
    assert expected_total(hour, HOUR) == pytest.approx(120.0)
    assert expected_total(hour.iloc[:59], HOUR) is None
    assert expected_total(table("volume_expected"), HOUR) is None
    assert expected_of(table("volume_expected"), HOURS, 60, 5) is None


@pytest.mark.parametrize("name", ["volume", "mentions_day", "mentions_hour"])
def test_it_is_asked_in_buckets_the_question_takes(name: str) -> None:
    panel = panels()[name]
    ask = panel_kinds()[panel.kind].asks(panel, scope())["expected"]
    minutes = int(str(ask.params["bucket_minutes"]))
    assert 1440 % minutes == 0
    assert minutes <= 60
    assert len(draw(name, full(panel)).values)
