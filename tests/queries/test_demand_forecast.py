"""What is expected to come: learned from hours that say what is usual, and from nothing else."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, Row, ask, plain, put
from tests.queries.demand_rows import DAY, FIRST, WEEK, blind, came, lay, planned, post, unspoken
from tests.queries.demand_series import forecast, swap_in
from tests.queries.forecast_oracle import HOURS, Oracle, poisson

BAND = ("language", "demand_count", "low_count", "high_count")

in_a_file = pytest.mark.parametrize("warehouse", ["duckdb"], indirect=True)


def expected(answers: Answers, **given: Any) -> dict[str, set[float]]:
    """What is expected of each language, rounded; one number where each hour is like the other."""
    found: dict[str, set[float]] = {}
    for language, count in ask(answers, "demand_forecast", "language", "demand_count", **given):
        found.setdefault(language, set()).add(round(count, 6))
    return found


def test_what_never_changes_is_expected_with_the_band_of_chance(warehouse: Warehouse, answers: Answers) -> None:
    lay(warehouse, came("en", 10), came(None, 6))
    rows = ask(answers, "demand_forecast", now=NOON + 25 * MINUTE)
    assert [row[0] for row in rows] == 2 * [plain(NOON + n * HOUR) for n in range(72)], "from the running hour on"
    assert [row[1] for row in rows] == 72 * ["all"] + 72 * ["en"]
    assert {tuple(round(number, 9) for number in row[2:]) for row in rows[72:]} == {(10, 6, 14, 1, 0, 0, 168)}
    assert {tuple(round(number, 9) for number in row[2:]) for row in rows[:72]} == {(16, 11, 21, 1, 0, 0, 168)}
    assert (poisson(10, 0.1), poisson(10, 0.9), poisson(16, 0.1), poisson(16, 0.9)) == (6, 14, 11, 21)


@in_a_file
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_what_its_description_says(warehouse: Warehouse, seed: int) -> None:
    dice, hour = np.random.default_rng(seed), np.arange(HOURS)
    rhythm = (1 + 0.6 * np.sin(hour / 12 * np.pi)) * np.where(hour // 24 % 7 < 2, 0.5, 1.0)
    series = {name: dice.poisson(mean * rhythm).astype(float) for name, mean in (("de", 60), ("en", 4), ("ja", 0.2))}
    series["en"][1200:1260] *= 3
    series["de"] = np.floor(series["de"] * dice.gamma(5, 0.2, HOURS))
    series["de"][1300:1340], series["de"][seed * 168 : seed * 168 + 700 : 9], series["de"][400] = np.nan, np.nan, 5000
    series["ja"][:1000] = np.nan
    at = pd.date_range(plain(NOON) - HOURS * HOUR, periods=HOURS, freq="1h")
    swap_in(warehouse, {name: pd.Series(one, at) for name, one in series.items()})
    for name, told in forecast(warehouse, plain(NOON), 200).groupby("language"):
        oracle = Oracle(series[str(name)])
        counts = [oracle.expected(step) for step in range(200)]
        assert told["demand_count"].to_numpy() == pytest.approx(counts, rel=1e-9)
        for step in (0, 23, 24, 71, 72, 199):
            assert told[["low_count", "high_count"]].iloc[step].tolist() == pytest.approx(
                oracle.band(step, counts[step]), rel=1e-9, abs=1e-9 if name == "de" else 1.000001
            ), "where chance alone makes the band, it may be off by one"
        behind = told[["wape_share", "naive_wape_share", "trials_count"]].iloc[0].tolist()
        assert behind == pytest.approx(oracle.week_behind(), rel=1e-9)


@in_a_file
def test_hours_in_which_a_source_was_blind_do_not_move_it(warehouse: Warehouse, answers: Answers) -> None:
    lay(warehouse, came("en", 4, until=NOON - 30 * HOUR), came("en", 4, since=NOON - 20 * HOUR))
    low = expected(answers)["en"]
    assert max(low) < 4
    put(warehouse, gaps=[blind(-30, -20)], sources=[{"source": "desk", "is_active": True}])
    assert expected(answers) == {"all": {4.0}, "en": {4.0}}


@in_a_file
@pytest.mark.parametrize(
    ("what", "is_seen"),
    [
        (blind(-30, -20, filled_at=NOON - DAY), False),
        (blind(-30, -20, known_from_at=NOON + DAY), False),
        (blind(-30, -20, platform="news"), False),
        (blind(-30, -20, platform="x"), True),
        (blind(-30, -20, kind="outage"), True),
        (blind(-30, None, kind="outage"), True),
        (blind(-30, -20, source="other"), False),
    ],
)
def test_only_what_is_missing_of_what_a_source_brings_counts(
    warehouse: Warehouse, answers: Answers, what: Row, is_seen: bool
) -> None:
    lay(warehouse, came("en", 4, until=NOON - 30 * HOUR), came("en", 4, since=NOON - 20 * HOUR))
    put(warehouse, gaps=[what], sources=[{"source": "desk", "is_active": True}])
    assert (expected(answers)["en"] == {4.0}) is is_seen


@in_a_file
def test_a_source_that_brings_little_is_not_missed_but_where_it_brings_much(
    warehouse: Warehouse, answers: Answers
) -> None:
    quiet = [came("ja", 1, until=NOON - 30 * HOUR, source="line"), came("ja", 1, NOON - 20 * HOUR, source="line")]
    lay(warehouse, came("en", 12), *quiet, gaps=[blind(-30, -20, source="line")])
    found = expected(answers)
    assert (found["ja"], found["en"]) == ({1.0}, {12.0})
    assert min(found["all"]) < 13, "a thirteenth that is missing is within what may be"


@in_a_file
def test_mentions_that_need_an_answer_are_missed_where_their_source_was_blind(
    warehouse: Warehouse, answers: Answers
) -> None:
    at = [FIRST + n * 15 * MINUTE for n in range(9 * 168 * 4)]
    posts = [post(moment, "ja") for moment in at if not NOON - 30 * HOUR <= moment < NOON - 20 * HOUR]
    terms = {"track": None, "occupancy_share": 0.85, "shrinkage_share": 0.0, "mention_share": 0.5}
    put(warehouse, mentions=posts, staffing=[{**terms, "mention_brands": ["Aurora"], "known_from_at": FIRST}])
    lay(warehouse, came("ja", 1))
    assert min(expected(answers)["ja"]) < 3
    put(warehouse, gaps=[blind(-30, -20, source="feed")], sources=[{"source": "feed", "is_active": True}])
    assert expected(answers) == {"all": {3.0}, "ja": {3.0}}


@in_a_file
def test_where_nothing_is_promised_cases_are_missed_in_whatever_language(
    warehouse: Warehouse, answers: Answers
) -> None:
    rows = [*came("ja", 4, until=NOON - 30 * HOUR), *came("ja", 4, since=NOON - 20 * HOUR)]
    posts = [post(row["opened_at"], "ja") for row in rows]
    cases = [{**unspoken(row), "item_key": about["item_key"]} for row, about in zip(rows, posts, strict=True)]
    put(warehouse, cases=cases, mentions=posts)
    assert min(expected(answers)["ja"]) < 4
    put(warehouse, sources=[{"source": "desk", "is_active": True, "disabled": "gone", "last_run_at": NOON - 30 * HOUR}])
    # a source that is not read any more is out since its last run
    assert expected(answers) == {"all": {4.0}, "ja": {4.0}}


@in_a_file
def test_an_event_that_is_over_does_not_move_it(warehouse: Warehouse, answers: Answers) -> None:
    lay(warehouse, came("en", 4), came("en", 12, NOON - 40 * HOUR, NOON - 16 * HOUR), came("de", 2))
    assert min(expected(answers)["en"]) > 4
    put(warehouse, demand_events=[planned(-40, -16, 4, "en", known_from_at=NOON - HOUR)])
    assert expected(answers) == {"all": {6.0}, "de": {2.0}, "en": {4.0}}
    assert min(expected(answers, known_at=NOON - 2 * HOUR, now=NOON)["en"]) > 4, "nobody had said so yet"


@in_a_file
def test_an_event_ahead_multiplies_what_is_expected_in_its_hours(warehouse: Warehouse, answers: Answers) -> None:
    sale, ad = planned(2, 4.5, 1.8), planned(4, 6, 1.5, "de", name="ad")
    called_off = planned(0, 72, 9, name="no", known_until_at=FIRST + DAY)
    lay(warehouse, came("en", 1), came("de", 3), demand_events=[sale, ad, called_off])
    rows = ask(answers, "demand_forecast", "language", "event_factor", "demand_count", hours=7)
    told = {name: [(round(a, 9), round(b, 9)) for at, a, b in rows if at == name] for name in ("all", "de", "en")}
    assert [factor for factor, _ in told["en"]] == [1, 1, 1.8, 1.8, 1.4, 1, 1]
    assert [factor for factor, _ in told["de"]] == [1, 1, 1.8, 1.8, 2.1, 1.5, 1]
    assert [count for _, count in told["de"]] == [3, 3, 5.4, 5.4, 6.3, 4.5, 3]
    # of all together the three quarters that speak German
    assert [count for _, count in told["all"]] == [4, 4, 7.2, 7.2, 7.7, 5.5, 4]


@in_a_file
def test_only_whole_hours_are_learned_from_and_only_what_was_known(warehouse: Warehouse, answers: Answers) -> None:
    lay(warehouse, came("en", 4), came("en", 500, NOON, NOON + 30 * MINUTE))
    assert expected(answers, now=NOON + 30 * MINUTE) == {"all": {4.0}, "en": {4.0}}
    assert expected(answers, now=NOON + HOUR)["en"] == {4.0}, "one loud hour is no level"
    lay(warehouse, came("en", 12, NOON + HOUR, NOON + 13 * HOUR))
    assert min(expected(answers, now=NOON + 13 * HOUR)["en"]) > 4
    assert expected(answers, known_at=FIRST - HOUR, now=NOON) == {}


@in_a_file
def test_a_language_that_has_not_come_in_eight_weeks_has_no_row(warehouse: Warehouse, answers: Answers) -> None:
    lay(
        warehouse, came("en", 4), came("fi", 2, FIRST, FIRST + 6 * DAY), came("sv", 1, FIRST + 8 * DAY, FIRST + 9 * DAY)
    )
    found = expected(answers)
    assert set(found) == {"all", "en", "sv"}
    assert 0 < min(found["sv"]) <= max(found["sv"]) < 0.01, "rare is not never"
    assert set(expected(answers, languages=["en", "fi", "tlh"])) == {"en"}
    assert set(expected(answers, languages=["all"])) == {"all"}


def test_where_nothing_has_come_nothing_is_expected(answers: Answers) -> None:
    assert ask(answers, "demand_forecast") == []
    for hours in (0, -1, 337):
        with pytest.raises(BadParameter, match=f"hours must be from 1 to 336, not {hours}"):
            ask(answers, "demand_forecast", hours=hours)


@in_a_file
def test_a_young_house_expects_its_mean_and_does_not_know_how_far_off_it_is(
    warehouse: Warehouse, answers: Answers
) -> None:
    lay(warehouse, came("en", 4, NOON - 23 * HOUR))
    assert ask(answers, "demand_forecast") == [], "hours before the first message are no silence"
    lay(warehouse, came("en", 4, NOON - 30 * HOUR, NOON - 23 * HOUR))
    rows = ask(answers, "demand_forecast", *BAND, "wape_share", "naive_wape_share", "trials_count")
    assert {(round(row[1], 6), *row[2:]) for row in rows} == {(4.0, None, None, None, None, 0)}


@in_a_file
@pytest.mark.parametrize(("hours", "is_sure"), [(0, False), (71, False), (72, True)])
def test_where_four_weeks_say_nothing_the_four_before_them_do(warehouse: Warehouse, hours: int, is_sure: bool) -> None:
    at = pd.date_range(plain(FIRST), periods=HOURS, freq="1h")
    number = np.arange(HOURS)
    counts = np.where((number < HOURS - 672) | (number >= HOURS - hours), 8.0, np.nan)
    swap_in(warehouse, {"en": pd.Series(counts, at)})
    told = forecast(warehouse, plain(NOON), 336)
    assert told["demand_count"].to_numpy() == pytest.approx(np.full(336, 8.0))
    assert (told[["low_count", "high_count"]].notna() == is_sure).all(axis=None)


@in_a_file
def test_a_rare_language_is_expected_to_come_and_its_band_lets_one_come(warehouse: Warehouse) -> None:
    at = pd.date_range(plain(FIRST), periods=HOURS, freq="1h")
    # one in five hours, never twice in the same hour of the week
    counts = (np.arange(HOURS) % 5 == 0).astype(float)
    swap_in(warehouse, {"ja": pd.Series(counts, at)})
    told = forecast(warehouse, plain(NOON), 72)
    assert told["demand_count"].to_numpy() == pytest.approx(np.full(72, 0.2), rel=0.25)
    assert (told["low_count"] == 0).all()
    assert (told["high_count"] >= 1).all()


@in_a_file
@pytest.mark.parametrize(("before", "after"), [(0, 30), (2, 20), (20, 200), (20, 2)])
def test_demand_that_has_changed_for_good_is_followed_and_not_overshot(
    warehouse: Warehouse, before: float, after: float
) -> None:
    at = pd.date_range(plain(FIRST), periods=HOURS, freq="1h")
    found = [float(before)]
    for hours in (24, 72, 168, 672):
        counts = np.where(np.arange(HOURS) >= HOURS - hours, float(after), float(before))
        swap_in(warehouse, {"ja": pd.Series(counts, at)})
        told = forecast(warehouse, plain(NOON), 72)["demand_count"].to_numpy()
        assert told.max() < 1.1 * max(before, after)
        found.append(float(told.mean()))
    assert found == sorted(found, reverse=after < before)
    # two days are one half-life
    assert abs(found[1] - before) > 0.2 * abs(after - before)
    assert found[-1] == pytest.approx(after, rel=0.2)


@in_a_file
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("now", ["2026-11-01T03:30Z", "2026-10-25T00:30Z"])
def test_hours_are_those_of_utc_whatever_the_hosts_clock_does(
    warehouse: Warehouse, answers: Answers, monkeypatch: pytest.MonkeyPatch, zone: str, now: str
) -> None:
    at = datetime.fromisoformat(now)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        lay(warehouse, came("en", 4, at - 9 * WEEK - 30 * MINUTE, at))
        found = ask(answers, "demand_forecast", "hour_at", "demand_count", languages=["en"], now=at)
    time.tzset()
    start = plain(at - 30 * MINUTE)
    assert [hour for hour, _ in found] == [start + n * HOUR for n in range(72)]
    assert {round(count, 6) for _, count in found} == {4.0}
