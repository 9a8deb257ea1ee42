"""The pictures of promises: kept, broken and why, ageing, to come, burning, and what visitors may see."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from config import Site
from layouts import look
from layouts.panels import Scope, panel_kinds
from layouts.panels.promised import target_words
from tests.layouts.promise_rows import PROMISES
from tests.layouts.promise_world import TRACKS, changed, drawing, figure, made, notes, trace
from tests.layouts.world import NOW, words_of


def test_a_share_is_a_dot_on_a_whole_scale_with_its_interval_its_target_and_its_counts() -> None:
    drawn = drawing("attainment")
    assert figure(drawn)["layout"]["xaxis"]["range"] == [0, 1]
    assert figure(drawn)["layout"]["yaxis"]["ticktext"] == ["crisis", "care"], "as the site file has them"
    assert {one["type"] for one in figure(drawn)["data"]} == {"scatter"}, "a bar would need its axis whole"
    assert trace(drawn, "kept")["x"] == [0.8889, 0.8766]
    assert trace(drawn, "target")["x"] == [0.95, 0.9]
    assert trace(drawn, "95 % interval")["x"] == [0.565, 0.98, None, 0.844, 0.903, None]
    assert drawn.values["attainment:sub"] == "due in 24 h · ● kept · line: 95 % interval · ┃ target"


def test_under_its_target_a_group_has_a_colour_and_a_sign_and_of_few_there_is_no_verdict() -> None:
    drawn = drawing("attainment")
    assert notes(drawn)[2:] == ["89 %", "few: 8 of 9", "▼ 88 %", "412 of 470"]
    crisis, care = trace(drawn, "kept")["marker"]["color"]
    assert care == look.BAD
    assert crisis not in (look.BAD, look.OK), "eight of nine is under 95 %, but they are few"


def test_without_a_common_target_there_is_no_tick_and_no_verdict() -> None:
    rows = [{"group_name": "united", "met_count": 50, "breached_count": 50, "attainment_share": 0.5}]
    drawn = drawing("attainment", {"sla_attainment": rows}, changed("attainment", measure="brand"))
    assert trace(drawn, "target")["x"] == []
    assert trace(drawn, "kept")["marker"]["color"] == [look.INFO]
    assert drawn.values["attainment:sub"].endswith("95 % interval")


def test_groups_have_the_names_people_know_and_those_left_out_are_counted() -> None:
    def names(group: str, *told: Any) -> Any:
        rows = [{"group_name": one, "met_count": 20, "breached_count": 1, "attainment_share": 0.95} for one in told]
        drawn = drawing("attainment", {"sla_attainment": rows}, changed("attainment", measure=group))
        return figure(drawn)["layout"]["yaxis"]["ticktext"], drawn.values["attainment:sub"]

    assert names("metric", "frt", "nrt", "resolution")[0] == ["first answer", "next answer", "resolution"]
    assert set(names("owner", "ann", None)[0]) == {"ann", "nobody"}
    assert set(names("platform", "x", None)[0]) == {"X", "unknown"}
    shown, sub = names("track", *(f"track {n}" for n in range(9)))
    assert len(shown) == 6
    assert sub.endswith("· 3 smaller groups not shown")


def test_many_have_the_room_of_one_number() -> None:
    row = {"group_name": "care", "met_count": 99_000, "breached_count": 1_000, "attainment_share": 0.99}
    assert notes(drawing("attainment", {"sla_attainment": [row]}))[2:] == ["99 %", "100.0 k"]


def test_every_cause_stands_there_in_the_order_it_is_tried_and_bars_begin_at_zero() -> None:
    drawn = drawing("causes")
    assert trace(drawn, "breaches")["x"] == [48, 27, 0, 0, 21]
    assert figure(drawn)["layout"]["xaxis"]["range"] == [0, 96], "to all of them"
    assert notes(drawn) == [
        "nobody on shift", "48  50 %", "backlog above capacity", "27  28 %", "reassigned or unowned", "0",
        "calendar or policy change", "0", "slow reply", "21  22 %",
    ]  # fmt: skip
    assert drawn.values["causes:sub"] == "96 breaches of what was due in 24 h"
    more = drawing("causes", {"breach_causes": [{"cause": "the moon", "breached_count": 1}]})
    assert notes(more)[-2:] == ["the moon", "1  100 %"], "no breach is lost in a sum"


def test_ageing_has_all_bands_with_what_nobody_owns_and_the_line_where_promises_break() -> None:
    drawn = drawing("ageing")
    owned, unowned = trace(drawn, "owned"), trace(drawn, "nobody's")
    assert [a + b for a, b in zip(owned["y"], unowned["y"], strict=True)] == [34, 22, 20, 5, 2]
    assert unowned["y"] == [2, 2, 2, 2, 2]
    assert "pattern" in unowned["marker"], "not by colour alone"
    assert notes(drawn) == ["34", "22", "20", "5", "2", "% of the target used", "▲ overdue"]
    assert figure(drawn)["layout"]["shapes"][0]["x0"] == 2.5
    assert figure(drawn)["layout"]["yaxis"]["range"][0] == 0
    assert drawn.values["ageing:sub"] == "83 clocks · ▨ 10 nobody owns · oldest 5:00 h"


def test_ageing_by_track_is_a_bar_each_with_the_most_overdue_first() -> None:
    drawn = drawing("ageing", panel=changed("ageing", measure="track"))
    assert figure(drawn)["layout"]["yaxis"]["ticktext"] == ["crisis", "care"]
    assert [one["x"] for one in figure(drawn)["data"]] == [[4, 30], [2, 20], [2, 18], [3, 2], [2, 0]]
    assert notes(drawn)[3:] == ["10", "5:00 h", "8", "4:00 h"]
    assert "100–200" in notes(drawn)[0]


def test_the_forecast_says_how_many_and_how_far_off_it_has_been() -> None:
    drawn = drawing("forecast")
    assert drawn.values["forecast:said"] == "About 23 breaches in 4 h"
    assert drawn.states == {"forecast:headline": "bad"}
    assert drawn.values["forecast:sub"].startswith("was off by 1.3 an hour over 56 trials")
    assert trace(drawn, "due")["y"] == [18.0, 18.0, 20.0, 18.0], "what is still to come falls due, too"
    assert trace(drawn, "breaches")["y"] == [1.4, 0.0, 9.6, 12.2]
    assert trace(drawn, "can be answered")["y"] == [24.0, 24.0, 8.0, 8.0]
    assert trace(drawn, "band")["y"][:3] == [0.0, 3.4, None]
    hours = figure(drawn)["layout"]["xaxis"]["ticktext"]
    assert hours[0] == "15:30–16:30<br>6 on, can 24", "New York's time"
    assert figure(drawn)["layout"]["yaxis"]["range"][0] == 0


def test_a_capacity_far_over_everything_does_not_flatten_the_picture() -> None:
    rows = [{**row, "capacity_count": 400.0} for row in PROMISES["breach_forecast"]({"now": NOW})]
    drawn = drawing("forecast", {"breach_forecast": rows})
    assert trace(drawn, "can be answered")["y"] == []
    assert len(trace(drawn, "can be answered, and more")["y"]) == 4, "an arrow at the edge"
    assert figure(drawn)["layout"]["yaxis"]["range"][1] < 40
    assert figure(drawn)["layout"]["xaxis"]["ticktext"][0].endswith("can 400")


def test_no_breach_to_come_is_said_and_one_is_no_alarm() -> None:
    def headline(breached: float) -> tuple[str, str]:
        rows = [{**row, "breached_count": breached} for row in PROMISES["breach_forecast"]({"now": NOW})]
        drawn = drawing("forecast", {"breach_forecast": rows})
        return drawn.values["forecast:said"], drawn.states["forecast:headline"]

    assert headline(0.1) == ("No breach expected in 4 h", "ok")
    assert headline(0.25) == ("About 1 breach in 4 h", "warn")
    assert headline(2.5) == ("About 10 breaches in 4 h", "bad")


def test_where_nobody_knows_who_will_be_there_it_says_why_there_is_no_forecast() -> None:
    def why(site: Site, **more: Any) -> list[str]:
        blind = {"capacity_count": None, "breached_count": None, "low_count": None, "high_count": None, **more}
        rows = [{**row, **blind} for row in PROMISES["breach_forecast"]({"now": NOW})]
        drawn = drawing("forecast", {"breach_forecast": rows}, site=site)
        assert drawn.values["forecast:said"] == ""
        return notes(drawn)

    assert why(made(TRACKS), staffed_agents=None) == ["no forecast: no [[shift]] in the site file"]
    assert why(made(), staffed_agents=None) == ["no forecast: the roster does not say who will be there"]
    assert why(made()) == ["no forecast yet: too little was answered to know how much a head can do"]
    untried = [{**row, "error_count": None, "trials_count": 0} for row in PROMISES["breach_forecast"]({"now": NOW})]
    assert drawing("forecast", {"breach_forecast": untried}).values["forecast:sub"].startswith("not tried")


def test_burn_says_what_fires_and_what_never_can() -> None:
    drawn = drawing("burn")
    told = notes(drawn)
    assert told[:2] == ["ticket", "page"]
    care, crisis, loose = told[2:12], told[12:22], told[22:]
    assert care == ["care", "target 90 %", "15 min", "5.0×", "1 h", "4.3×", "6 h", "2.2×", "▲ page",
                    "13 of 30 broken in 1 h"]  # fmt: skip
    assert crisis[3] == "–", "nothing was due: no rate, and not zero"
    assert crisis[8:] == ["few due", "1 of 9 broken in 6 h"]
    assert loose[8:] == ["calm", "7 of 14 broken in 1 h", "cannot page at a 60 % target"]
    bars = trace(drawn, "burn")
    assert bars["x"][3] is None
    assert bars["marker"]["color"][0] != bars["marker"]["color"][3]
    # hatched from the highest burn of the loose track on: 2.5
    assert trace(drawn, "cannot be reached")["x"][0] == 2.5


def test_a_bar_that_goes_on_out_of_the_picture_says_so_and_does_not_flatten_the_others() -> None:
    row = {"track": "crisis", "window_minutes": 60, "due_count": 20, "breached_count": 20, "burn_rate": 100.0,
           "highest_rate": 100.0, "page_rate": 4.0, "ticket_rate": 2.0, "can_page": True, "alarm": "page"}  # fmt: skip
    drawn = drawing("burn", {"sla_burn": [row, {**row, "track": "care", "burn_rate": 3.0, "alarm": "none"}]})
    assert figure(drawn)["layout"]["xaxis"]["range"] == [0, 12.72]
    assert notes(drawn).count("▸") == 1
    assert "100.0×" in notes(drawn)


def test_what_fired_stands_on_the_window_that_fired_it() -> None:
    told: dict[str, Any] = dict(PROMISES)
    told["sla_burn"] = [{**row, "alarm": "ticket"} for row in PROMISES["sla_burn"]({}) if row["track"] == "care"]
    assert notes(drawing("burn", told))[-2:] == ["■ ticket", "31 of 140 broken in 6 h"]


def test_a_target_so_low_that_nothing_fires_is_said() -> None:
    row = {"track": "care", "window_minutes": 60, "due_count": 20, "breached_count": 20, "burn_rate": 1.67,
           "highest_rate": 1 / 0.6, "can_page": False, "can_ticket": False, "alarm": "none"}  # fmt: skip
    assert "cannot alarm at a 40 % target" in notes(drawing("burn", {"sla_burn": [row]}))
    untold = {**row, "highest_rate": None, "burn_rate": None}
    assert {"no target", "no alarm"} <= set(notes(drawing("burn", {"sla_burn": [untold]})))


def test_the_public_promise_is_one_number_and_a_sentence() -> None:
    drawn = drawing("promise", panel=changed("promise", measure="metric"))
    told = [drawn.values[f"promise:{what}"] for what in ("value", "unit", "word", "of", "sure", "sub")]
    assert told == ["93", "%", "public promise kept", "of 412 within 2 h", "95 % interval: 90 to 95 %", "due in 7 d"]
    assert drawn.lists["promise:rows"] == [
        ["first answer", "93 %", "378 of 406 within 2 h"],
        ["resolution", "83 %", "few: 5 of 6 within 3 d"],
    ]
    for alone in ("all", "platform"):
        assert drawing("promise", panel=changed("promise", measure=alone)).lists["promise:rows"] == [], "said already"


def test_visitors_never_see_what_is_promised_inside_the_house() -> None:
    for name in ("promise", "promise_day"):
        panel, site = made().panel[name], made()
        asked = {ask.question for ask in panel_kinds()[panel.kind].asks(panel, Scope(site, NOW)).values()}
        assert asked == {"promise_kept"}
        told = " ".join([*words_of(drawing(name)), panel.meaning, str(panel.threshold), panel.next_action])
        assert not re.search(r"\b(53|31|target|track)\b", told)


def test_a_site_without_a_public_promise_is_told_where_to_write_one() -> None:
    internal = made(re.sub("(?m)^public_promise.*$", "", TRACKS))
    assert drawing("promise", site=internal).values["promise:empty"] == (
        "no public promise is configured: write [track.NAME.public_promise] in the site file"
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(2700, "45 min"), (3600, "1 h"), (7200, "2 h"), (86_400, "24 h"), (3 * 86_400, "3 d"), (5400, "1:30 h"),
     (50 * 3600, "50 h"), (None, "–"), (pd.NA, "–")],
)  # fmt: skip
def test_a_target_is_said_as_it_was_promised(seconds: Any, told: str) -> None:
    assert target_words(seconds) == told
