"""The desk's view of promises before and after its numbers: dots where the numbers say, words for every sign."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from config import parse_site
from layouts.desk.clocks import BANDS, CAUSES, COHORTS, GROUPS
from layouts.desk.filters import Filters
from layouts.desk.page import desk_page
from layouts.desk.picked import picked
from layouts.desk.service_backlog import ageing, burn
from layouts.desk.service_kept import group_links, kept
from layouts.desk.service_tiles import Moment, service_tiles
from layouts.desk.service_why import causes, double_replies, forecast
from layouts.desk.table import CLOCKS, sortable
from layouts.desk.times import open_time
from tests.layouts.world import HOSTILE, table
from tests.pages.desk_world import SITE, parts, text_of
from tests.queries.clock_crowd import PROMISES

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
CSS = (Path(__file__).parents[2] / "assets" / "desk_service.css").read_text(encoding="utf-8")
HOUR = timedelta(hours=1)
STORED = HOSTILE.replace("\ud800", "")  # what the warehouse cannot hold cannot come out of it
Row = dict[str, Any]


def at(query: str = "view=service") -> Moment:
    return Moment(Filters.from_query(query)[0], NOW, ZONE)


def props(component: Any) -> dict[str, Any]:
    found: dict[str, Any] = component.to_plotly_json()["props"]
    return found


def naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def group(name: str | None = "care", met: int = 338, breached: int = 74, **more: Any) -> Row:
    share = {"attainment_share": 0.82, "wilson_low_share": 0.78, "wilson_high_share": 0.86, "target_share": 0.9}
    counts = {"met_count": met, "breached_count": breached, "open_overdue_count": 12, "set_aside_count": 3}
    return {"group_name": name, **counts, "triaged_out_count": 1, **share, **more}


DUE = {"group_name": "all", "running_count": 36, "overdue_count": 12, "due_15m_count": 2, "due_30m_count": 5,
       "due_60m_count": 9, "later_count": 11, "paused_count": 4, "unowned_count": 3,
       "oldest_started_at": naive(NOW - 5 * HOUR), "next_due_at": naive(NOW + HOUR / 60)}  # fmt: skip
RESPONSE = {"group_name": "all", "clocks_count": 240, "answered_count": 220, "waiting_count": 11,
            "km_p50_seconds": 1380.0, "km_p90_seconds": 5580.0, "naive_p50_seconds": 1080.0,
            "naive_p90_seconds": 3900.0, "longest_waiting_seconds": 94_000}  # fmt: skip
PUBLIC = [
    {"group_name": "frt", "promised_count": 60, "kept_count": 54, "broken_count": 6, "kept_share": 0.9},
    {"group_name": "nrt", "promised_count": 40, "kept_count": 20, "broken_count": 20, "kept_share": 0.5},
]


def tiles(query: str = "view=service", **rows: list[Row]) -> dict[str, str]:
    """Each tile's words by its name."""
    plain = {"kept": [group("all")], "before": [group("all", 300, 53, attainment_share=0.85)], "due": [DUE],
             "response": [RESPONSE], "public": PUBLIC}  # fmt: skip
    names = {"kept": "sla_attainment", "before": "sla_attainment", "due": "sla_due", "response": "time_to_response",
             "public": "promise_kept"}  # fmt: skip
    drawn = service_tiles(at(query), {key: table(name, rows.get(key, plain[key])) for key, name in names.items()})
    found = [one for one in parts(drawn) if getattr(one, "className", "") == "desk-tile"]
    return {text_of(one.children[0]): text_of(one.children[1:]) for one in found}


def test_the_tiles_say_what_is_kept_late_and_how_long_people_wait() -> None:
    assert tiles() == {
        "Promises kept": "82%78% to 86%before 85% of 35374 breached of 412 due",
        "Overdue now": "1233% of 36 running3 running without owner",
        "Due within 60 min": "9next at 07:012 in 15 min, 5 in 30 min11 later",
        "Oldest waiting": "5 hsince Sat 21 Nov 02:00of 36 running, 4 paused",
        "First response, median": "23 minwith those who still waitwithout them 18 minof 240 begun, 11 still waiting",
        "Public promise kept": "74%65% to 82%26 broken of 100 due",
    }


def test_unknown_is_a_dash_and_a_reason_and_never_a_zero() -> None:
    told = tiles(kept=[], before=[], due=[], response=[], public=[])
    assert told["Promises kept"].startswith("–nothing was due")
    assert told["Oldest waiting"].startswith("–nobody waits")
    assert told["First response, median"].startswith("–")
    assert told["Public promise kept"].startswith("–nothing public was due")
    assert "0%" not in "".join(told.values())


def test_a_curve_that_does_not_come_down_is_longer_than_the_longest_wait() -> None:
    told = tiles(response=[{**RESPONSE, "km_p50_seconds": None}])
    assert told["First response, median"].startswith("≥ 26 h 7 min")


def test_the_public_promise_is_of_the_metrics_that_are_asked_for() -> None:
    assert tiles("view=service&metric=frt")["Public promise kept"].startswith("90%80% to 95%6 broken of 60 due")


def strips(drawn: Any) -> list[tuple[str, dict[str, str]]]:
    """Each strip's verdict, and where its marks stand."""
    found = []
    for one in parts(drawn):
        if getattr(one, "className", "") == "desk-strip":
            marks = {mark.className.removeprefix("desk-strip-"): mark.style["left"] for mark in one.children}
            found.append((props(one)["data-verdict"], marks))
    return found


@pytest.mark.parametrize(
    ("more", "verdict", "said"),
    [
        ({}, "wrong", "under the target"),
        ({"attainment_share": 0.95}, "good", "target reached"),
        ({"wilson_high_share": 0.91}, "wrong", "under the target, which may be chance"),
        ({"met_count": 8, "breached_count": 1}, "few", "too few for a verdict"),
        ({"target_share": None}, "", ""),
    ],
)
def test_a_dot_is_judged_as_on_the_wall_and_words_say_it_too(more: Row, verdict: str, said: str) -> None:
    drawn = kept(at(), table("sla_attainment", [group(**more)]))
    [(judged, marks)] = strips(drawn)
    assert judged == verdict
    assert marks["dot"] == f"{100 * more.get('attainment_share', 0.82):.2f}%"
    assert marks["line"] == "78.00%"
    assert ("goal" in marks) == ("target_share" not in more)
    unseen = [text_of(one) for one in parts(drawn) if getattr(one, "className", "") == "desk-unseen"]
    assert f" {said}" in unseen


def test_the_dots_and_the_table_are_the_same_rows() -> None:
    unknown = {f"{name}_share": None for name in ("attainment", "wilson_low", "wilson_high")}
    rows = [group("care"), group("loud", 0, 0, open_overdue_count=0, **unknown)]
    drawn = kept(at(), table("sla_attainment", rows))
    words = text_of(drawn)
    assert "care82% under the target78% to 86% target 90% 41233874123" in words
    assert "loud–00003" in words, "nothing due, three set aside"
    assert len(strips(drawn)) == 2
    heads = [text_of(one) for one in parts(drawn) if type(one).__name__ == "Th" and one.scope == "col"]  # type: ignore[attr-defined]
    assert heads == ["Track", "0%50%100%", "Kept", "Due", "Met", "Broken", "Still open", "Set aside"]


def test_many_groups_are_folded_and_none_is_lost() -> None:
    drawn = kept(at("view=service&by=owner"), table("sla_attainment", [group(f"p{n}") for n in range(30)]))
    assert len(strips(drawn)) == 30
    assert "22 more" in text_of(drawn)


@pytest.mark.parametrize("by", GROUPS)
def test_what_nobody_knows_has_a_name_and_leads_only_to_what_can_be_chosen(by: str) -> None:
    drawn = kept(at(f"view=service&by={by}"), table("sla_attainment", [group(None)]))
    links = [one for one in parts(drawn) if text_of(one) == "74" and hasattr(one, "href")]
    assert ("nobody" if by == "owner" else "unknown") in text_of(drawn)
    assert bool(links) == (by in ("track", "owner"))


def test_the_group_that_is_shown_is_marked_and_the_others_are_links() -> None:
    links: list[Any] = [
        one for one in parts(group_links(at("view=service&by=owner&case=x:1").filters)) if hasattr(one, "href")
    ]
    assert [text_of(one) for one in links] == list(GROUPS.values())
    assert [text_of(one) for one in links if hasattr(one, "aria-current")] == ["Owner"]
    assert links[0].href == "/desk?view=service", "what is as it always is stands not in the address"
    assert not any("case" in one.href for one in links)


def test_the_backlog_has_all_bands_and_what_is_over_is_told_apart() -> None:
    rows = [
        {"group_name": "all", "band": band, "clocks_count": n, "unowned_count": 0, "paused_count": 1}
        for n, band in enumerate(BANDS)
    ]
    drawn = ageing(at(), table("backlog_ageing", rows))
    words = text_of(drawn)
    assert [f"{band} %" in words for band in BANDS] == [True] * 5
    rows_ = [props(one) for one in parts(drawn) if type(one).__name__ == "Tr"]
    late = [one["data-late"] for one in rows_ if "data-late" in one]
    assert late == ["no", "no", "no", "yes", "yes"]


def burning(track: str = "care", alarm: str = "page", **more: Any) -> list[Row]:
    plain = {"track": track, "due_count": 20, "breached_count": 8, "breach_share": 0.4, "burn_rate": 4.0,
             "highest_rate": 10.0, "page_rate": 4.0, "ticket_rate": 2.0, "can_page": True,
             "can_ticket": True}  # fmt: skip
    return [{**plain, "window_minutes": window, "alarm": alarm, **more} for window in (15, 60, 360)]


def test_a_burn_rate_says_what_it_calls_for_and_what_it_is_made_of() -> None:
    words = text_of(burn(at(), table("sla_burn", burning())))
    assert "care4.0×8 of 204.0×8 of 204.0×8 of 20▲page" in words
    assert "can never" not in words


def test_an_alarm_that_cannot_ring_says_so() -> None:
    rows = burning("slow", "none", highest_rate=2.5, can_page=False) + burning(
        "free", "none", highest_rate=1.5, can_page=False, can_ticket=False
    )
    words = text_of(burn(at(), table("sla_burn", rows)))
    assert "slow can never call for a page: with a target of 60% the rate is 2.5× at most." in words
    assert "free can never call for a page nor a ticket: with a target of 33% the rate is 1.5× at most." in words


def test_a_window_in_which_nothing_was_due_burns_nothing_known() -> None:
    rows = burning("care", "none", due_count=0, breached_count=0, breach_share=None, burn_rate=None)
    assert "care–none due–none due–none due–" in text_of(burn(at(), table("sla_burn", rows)))


def test_all_causes_are_listed_in_the_order_they_are_tried_in() -> None:
    rows = [{"group_name": "all", "cause": "slow reply", "breached_count": 40},
            {"group_name": "all", "cause": "nobody on shift", "breached_count": 34}]  # fmt: skip
    drawn = causes(at(), table("breach_causes", rows))
    values = [props(one)["data-value"] for one in parts(drawn) if type(one).__name__ == "Li"]
    assert values == list(CAUSES)
    assert "The first that is true of each of the 74 broken" in text_of(drawn)
    links: list[Any] = [one for one in parts(drawn) if hasattr(one, "href")]
    assert links[0].href.startswith("/desk?cause=nobody+on+shift&state=breached&view=service#")
    assert len(links) == 2, "what is none leads nowhere"


def hour(number: int, **more: Any) -> Row:
    plain = {"hour": number, "since_at": naive(NOW + (number - 1) * HOUR), "until_at": naive(NOW + number * HOUR),
             "due_count": 7, "arrivals_count": 2.5, "staffed_agents": 3.0, "capacity_count": 9.0,
             "breached_count": 2.25, "error_count": 0.8, "low_count": 0.0, "high_count": 5.0,
             "trials_count": 160}  # fmt: skip
    return {**plain, **more}


def test_a_forecast_says_how_sure_it_is() -> None:
    rows = [hour(1), hour(2, error_count=1.4, high_count=10.0), hour(3, staffed_agents=None, capacity_count=None)]
    drawn = forecast(at(), table("breach_forecast", rows))
    words = text_of(drawn)
    assert "07:00 to 08:002.20 to 572.539" in words
    assert "2.5––" in words, "outside the roster nobody knows"
    assert "Tested on 160 hours behind us it was off by 0.8 to 1.4 on average." in words
    links: list[Any] = [one for one in parts(drawn) if hasattr(one, "href")]
    assert "clocks=ahead1" in links[0].href
    untested = table("breach_forecast", [hour(1, error_count=None, trials_count=0)])
    assert "Nobody has tested this yet" in text_of(forecast(at(), untested))


def test_who_was_answered_twice_is_told_with_both_names() -> None:
    row = {"case_id": "x:1", "platform": "x", "subject": "late", "people": "kim, lou", "people_count": 2,
           "first_reply_at": naive(NOW - HOUR), "second_reply_at": naive(NOW - HOUR / 2),
           "apart_seconds": 1800.0}  # fmt: skip
    drawn = double_replies(at(), table("double_replies", [row] * 11))
    assert text_of(drawn).startswith("latekim, lou · X · Sat 21 Nov 06:30 · 30 min apart")
    assert "3 more" in text_of(drawn)


def test_names_from_outside_stay_pieces_of_text() -> None:
    drawn: list[Any] = [
        kept(at(), table("sla_attainment", [group(STORED)])),
        burn(at(), table("sla_burn", burning(STORED, can_page=False))),
        double_replies(at(), table("double_replies", [{"case_id": "x:1", "subject": STORED, "people": STORED}])),
        picked(Filters(view="service", tracks=(STORED,), owners=(STORED,))),
    ]
    for one in drawn:
        words = text_of(one)
        assert "<script>alert(1)</script>" in words
        assert "\u202e" not in words
        assert "\u0000" not in words
        assert not any(hasattr(part, "dangerously_allow_html") for part in parts(one))


# ---- what the rows are


def test_each_pick_can_be_taken_back_alone_or_all_at_once() -> None:
    filters = Filters(
        view="service", tracks=("care",), states=("at_risk", "paused"), owners=("",), outcomes=("",),
        bands=("over 200",), clocks="running", due="overdue", metrics=("frt",), sort="remaining_seconds",
    )  # fmt: skip
    drawn = picked(filters)
    words = [text_of(one) for one in drawn]
    assert words == [
        "Clocks running now", "track care ×, take back", "owner nobody ×, take back", "at risk or paused ×, take back",
        "still running ×, take back", "over 200 % of the target ×, take back", "overdue ×, take back",
        "Show all that were due",
    ]  # fmt: skip
    for one, without in zip(drawn[1:-1], ("track", "owner", "state", "outcome", "band", "due"), strict=True):
        there, problems = Filters.from_query(one.href.partition("?")[2].partition("#")[0])  # type: ignore[attr-defined]
        assert problems == []
        assert getattr(there, without if without == "due" else f"{without}s") in ((), "")
        assert replace(there, metrics=()) != replace(filters, metrics=())
    everything = Filters.from_query(drawn[-1].href.partition("?")[2].partition("#")[0])[0]  # type: ignore[attr-defined]
    assert everything == Filters(view="service", metrics=("frt",), sort="remaining_seconds")


def test_every_kind_of_rows_has_words() -> None:
    for clocks, words in COHORTS.items():
        assert text_of(picked(Filters(view="service", clocks=clocks))[0]) == f"Clocks {words}"
    assert text_of(picked(Filters())) == "Mentions"
    assert text_of(picked(Filters(view="cases"))) == "Cases"


def test_the_table_sorts_by_what_it_shows_and_open_time_is_never_told_in_days() -> None:
    assert set(sortable("service")) < {column["field"] for column in CLOCKS}
    assert not {"subject", "cause"} & set(sortable("service"))
    assert open_time(52 * 3600 + 300) == "52 h 5 min"
    assert open_time(-86400) == "−24 h"
    assert (open_time(90), open_time(None), open_time(pd.NA)) == ("2 min", "–", "–")


# ---- the page


def page(query: str = "?view=service", text: str = PROMISES) -> Any:
    told = {"query": query, "now": "", "known_at": "", "tab": "t", "number": 1}
    return desk_page(Filters.from_query(query)[0], parse_site(text, base=Path(".")), NOW, told)


def test_headings_go_down_one_step_at_a_time_and_cards_are_named() -> None:
    shown = list(parts(page()))
    levels = [int(type(one).__name__[1]) for one in shown if re.fullmatch(r"H\d", type(one).__name__)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [found for one in shown if (found := getattr(one, "id", None))]
    assert len(ids) == len(set(ids))
    named = [props(one)["aria-labelledby"] for one in shown if "aria-labelledby" in props(one)]
    assert set(named) <= set(ids)
    assert len(named) >= 6


def test_the_views_are_links_and_the_one_that_is_shown_is_marked() -> None:
    tabs: list[Any] = [one for one in parts(page()) if str(getattr(one, "id", "")).endswith("-tab")]
    assert [text_of(one) for one in tabs] == ["Mentions", "Cases", "Service", "People"]
    assert [text_of(one) for one in tabs if "aria-current" in props(one)] == ["Service"]
    assert [one.href for one in tabs] == ["/desk", "/desk?view=cases", "/desk?view=service", "/desk?view=people"]


def test_only_a_view_of_promises_has_numbers_of_promises_to_wait_for() -> None:
    def waits(query: str, text: str) -> bool:
        return any(getattr(one, "id", "") == "desk-service-query" and one.data for one in parts(page(query, text)))  # type: ignore[attr-defined]

    assert waits("?view=service", PROMISES)
    assert not waits("?view=mentions", PROMISES)
    assert not waits("?view=service", SITE)


def test_everything_of_the_style_sheet_keeps_to_the_desk_and_its_colours() -> None:
    plain = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    for selector in re.findall(r"(?:^|[}{])\s*([^{}@]+)\{", plain):
        for one in re.sub(r":(is|not)\([^)]*\)", "", selector).split(","):
            assert re.match(r"\s*(\.desk|#desk)", one), one
    assert re.findall(r"#[0-9A-Fa-f]{3,6}\b|rgba?\(", plain) == []
