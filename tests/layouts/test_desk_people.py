"""The desk's view of people before and after its numbers: every number says what it is, and unknown is never a zero."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from config import parse_site
from layouts.desk.filters import Filters
from layouts.desk.page import counts, desk_page
from layouts.desk.people import CARDS, TILES
from layouts.desk.people_gaps import gaps, service_hours, weekends
from layouts.desk.people_handover import seams
from layouts.desk.people_tiles import people_tiles
from layouts.desk.people_week import week, week_of
from layouts.desk.people_words import STATES, amount, hours, nobody
from tests.layouts import people_tables as told
from tests.layouts.people_rows import GLOBE, toml
from tests.layouts.people_tables import HOUR, NOW, STORED, ZONE, Row, at, of_class, of_kind, props, seen
from tests.layouts.test_desk_people_watch import handed, present
from tests.layouts.world import table
from tests.pages.desk_world import SITE, parts, text_of

CSS = (Path(__file__).parents[2] / "assets" / "desk_people.css").read_text(encoding="utf-8")


# ---- tiles


def tiles(query: str = "view=people", *, has_handling: bool = True, **rows: list[Row]) -> dict[str, str]:
    """Each tile's words by its name."""
    plain = {"summary": told.SUMMARY, "gaps": told.GAPS}
    names = {"summary": "coverage_summary", "gaps": "coverage_gaps"}
    tables = {key: table(names[key], rows.get(key, plain[key])) for key in plain}
    drawn = people_tiles(seen(query), tables, has_handling)
    return {text_of(one.children[0]): text_of(one.children[1:]) for one in of_class(drawn, "desk-tile")}


def test_the_tiles_say_what_is_covered_what_is_missing_and_how_busy_it_is() -> None:
    assert tiles() == {
        "Hours covered": "147 hof the 168 h aheadgap 21 h, thin 12 h 15 min",
        "Messages covered": "93%come while somebody is onof 1,430 expected",
        "Gaps ahead": "11next Sat 21 Nov 11:00in the next 14 days2 with nobody at all, 9 without a language",
        "Occupancy": "61%of their time is workthe 7 days together",
    }


def test_a_language_that_is_chosen_has_its_own_numbers_and_the_gaps_with_nobody_at_all() -> None:
    german = tiles("view=people&speaks=de")
    assert german["Hours covered"].startswith("63 h")
    assert german["Occupancy"].startswith("120%more than they can do")
    english = tiles("view=people&speaks=en")
    assert english["Hours covered"].startswith("168 hat every moment of the next 7 days")
    assert english["Gaps ahead"].startswith("2next Sat 21 Nov 20:00")


def test_unknown_is_a_dash_and_its_reason_and_never_a_zero() -> None:
    none = tiles(summary=[], gaps=[], has_handling=False)
    assert none["Hours covered"] == "–the roster is not written so far ahead"
    assert none["Messages covered"] == "–what will come is not known"
    assert none["Occupancy"] == "–needs [staffing] handling"
    assert none["Gaps ahead"] == "–the roster says nothing of these days"
    assert tiles(gaps=[])["Gaps ahead"] == "0somebody is always onin the next 14 days"
    beyond = {**told.SUMMARY[0], "known_hours": 0.0, "covered_hours": 0.0}
    assert tiles(summary=[beyond])["Hours covered"].startswith("–")
    assert tiles("view=people&speaks=en")["Messages covered"] == "–nothing is expected"
    assert tiles("view=people&speaks=en")["Occupancy"] == "–nobody is on, or no work is known"
    unknown = {**told.SUMMARY[0], "thin_hours": None}
    assert tiles(summary=[unknown])["Hours covered"].endswith("gap 21 h, thin –")


def test_a_gap_that_has_begun_is_now() -> None:
    assert tiles(gaps=[{**told.GAPS[0], "since_at": at(-1)}])["Gaps ahead"].startswith("1one is now")


# ---- the week


def cells(drawn: Any) -> list[dict[str, Any]]:
    """The cells of the map, day by day."""
    [shown] = of_class(drawn, "desk-map")
    return [{**props(one), "words": text_of(one)} for one in of_kind(shown, "Td")]


def drawn_week(query: str = "view=people", rows: list[Row] | None = None, **more: Any) -> Any:
    return week(seen(query, **more), table("coverage_week", told.week() if rows is None else rows))


def test_each_of_168_hours_tells_staffed_needed_and_expected() -> None:
    found = cells(drawn_week())
    assert len(found) == 168
    eight = found[8]  # 13:00 UTC
    assert eight["title"] == (
        "Sat 21 Nov 08:00 to 09:00: 7 on shift (4.9 less shrinkage), 3.2 needed, 13 messages expected, covered"
    )
    gap = found[20]  # 01:00 UTC of the next day
    assert gap["title"].endswith("0 on shift (0 less shrinkage), 1 needed, 4 messages expected, a gap for 60 min, gap")
    assert "messages came" in found[3]["title"], "it is over"
    last = found[-1]["title"]  # beyond the roster
    assert last.startswith("Fri 27 Nov 23:00 to Sat 28 Nov 00:00: – on shift (– less shrinkage), 1 needed, 4 messages")


def test_a_state_is_a_colour_a_shape_and_a_word() -> None:
    states = [cell for cell in cells(drawn_week()) if cell["data-state"] in STATES]
    assert len(states) > 150
    for cell in states:
        shape, word, _ = STATES[cell["data-state"]]
        assert cell["words"].endswith(f"\n{shape}")
        assert cell["title"].endswith(f", {word}")
    [now] = [cell for cell in cells(drawn_week()) if "data-now" in cell]
    assert now["title"].startswith("now: Sat 21 Nov 07:00")


def test_where_nobody_is_needed_and_nobody_is_there_nothing_is_called_covered() -> None:
    quiet = {"hour_at": at(0), "site": "all", "language": "all", "heads_count": 0, "staffed_agents": 0.0,
             "demand_count": 0.0, "state": "covered"}  # fmt: skip
    [cell] = [cell for cell in cells(drawn_week(rows=[quiet])) if "data-now" in cell]
    assert cell["data-state"] == "off"
    assert "●" not in cell["words"]


def test_beyond_the_roster_is_a_dash() -> None:
    last = cells(drawn_week())[-1]
    assert (last["data-state"], last["words"].strip()) == ("unknown", "–")


def test_a_language_and_a_site_are_chosen_by_links() -> None:
    drawn = drawn_week("view=people&place=Berlin")
    links = {text_of(one): one.href for one in of_kind(drawn, "A")}
    assert links == {"All": "/desk?view=people", "Berlin": "/desk?place=Berlin&view=people"}
    [chosen] = [text_of(one) for one in of_kind(drawn, "A") if "aria-current" in props(one)]
    assert chosen == "Berlin"
    assert {cell["data-state"] for cell in cells(drawn)} == {"some", "off", "unknown"}, "need is told of all together"
    nobody_there = text_of(drawn_week("view=people&place=Nowhere&speaks=ja"))
    assert "The roster knows nobody who speaks Japanese at Nowhere in this week." in nobody_there
    assert "Nowhere" in nobody_there.partition("The roster")[0], "what is chosen stands among the choices"


@pytest.mark.parametrize(
    ("now", "hours_", "twice"),
    [("2026-10-29T12:00+00:00", 169, True), ("2026-03-05T12:00+00:00", 167, False)],
)
def test_over_a_change_of_clocks_each_local_hour_keeps_its_place(now: str, hours_: int, twice: bool) -> None:
    moment = datetime.fromisoformat(now)
    since, until = week_of(moment, ZONE)
    assert (until - since) / HOUR == hours_
    plain = {"site": "all", "language": "all", "staffed_agents": 2.0}
    rows = [
        {**plain, "hour_at": (since + n * HOUR).replace(tzinfo=None), "heads_count": 2, "state": "covered"}
        for n in range(hours_)
    ]
    found = cells(drawn_week(rows=rows, now=moment))
    assert len(found) == 168
    missing = [cell for cell in found if cell["data-state"] == "none"]
    doubled = [cell for cell in found if "; " in cell.get("title", "")]
    assert (len(missing), len(doubled)) == ((0, 1) if twice else (1, 0))


def test_a_doubled_hour_is_as_bad_as_its_worse_half() -> None:
    plain = {"site": "all", "language": "all", "heads_count": 2, "staffed_agents": 2.0, "state": "covered"}
    first = datetime(2026, 11, 1, 5, tzinfo=UTC).replace(tzinfo=None)
    rows = [{**plain, "hour_at": first}, {**plain, "hour_at": first + HOUR, "heads_count": 0, "state": "gap"}]
    found = cells(drawn_week(rows=rows, now=datetime(2026, 11, 1, 12, tzinfo=UTC)))
    assert (found[1]["data-state"], found[1]["words"][0]) == ("gap", "0")


def test_the_map_is_a_text_for_those_without_a_mouse_too() -> None:
    [scrolls] = of_class(drawn_week(), "desk-lines")
    lines = text_of(scrolls).splitlines()
    assert len(lines) == 168
    assert lines[8] == cells(drawn_week())[8]["title"]
    assert scrolls.tabIndex == 0


def test_a_week_is_few_elements_however_much_it_tells() -> None:
    # each component more is looked at again with every change of the page: some thousands take it many seconds
    assert len(list(parts(drawn_week()))) < 260
    crowd = [told.item(number) for number in range(500)]
    assert len(list(parts(handed(baton=crowd)))) < 700
    assert "470 more are not listed here." in text_of(handed(baton=crowd))
    many = {"gaps": [{**told.GAPS[0], "since_at": at(n)} for n in range(200)]}
    assert len(list(parts(gaps(seen(), ahead(many["gaps"]))))) < 300
    assert (
        len(
            list(
                parts(
                    present(agent=[{**row, "agent": f"a{n}"} for n in range(300) for row in told.presence("agent")[:1]])
                )
            )
        )
        < 150
    )


# ---- gaps, long weekends, hours of service


def ahead(rows: list[Row], summary: list[Row] | None = None) -> dict[str, pd.DataFrame]:
    found = told.SUMMARY if summary is None else summary
    return {"gaps": table("coverage_gaps", rows), "summary": table("coverage_summary", found)}


def test_gaps_are_said_in_words_with_what_comes_in_them() -> None:
    drawn = gaps(seen(), ahead(told.GAPS))
    items = [text_of(one) for one in of_kind(drawn, "Li")]
    assert len(items) == len(told.GAPS)
    assert items[0] == "▲Nobody at allSat 21 Nov 20:00 to 23:003 h · 12 messages expectedafter New York, before Berlin"
    assert items[1].endswith("what will come is not known"), "no sites, no demand: nothing is made up"
    assert items[2].startswith("▲Nobody who speaks German")
    assert "6 more" in text_of(drawn)
    [there] = [one for one in of_kind(drawn, "A") if "try" in text_of(one)]
    assert there.href.endswith("#desk-shifts")
    assert 'languages = ["de"]' in text_of(drawn)


def test_no_gap_is_good_news_only_where_the_roster_tells_of_the_days() -> None:
    assert text_of(gaps(seen(), ahead([]))).startswith("Somebody who can answer is on at every moment")
    beyond = [{**told.SUMMARY[0], "known_hours": 0.0}]
    for summary in ([], beyond):
        assert text_of(gaps(seen(), ahead([], summary))).startswith("The roster says nothing of the days ahead")


def test_a_long_weekend_says_who_can_be_reached_and_what_is_not_known() -> None:
    items = [text_of(one) for one in of_kind(weekends(seen(), table("long_weekends", told.WEEKENDS)), "Li")]
    assert items[0].startswith("TotensonntagBerlin · ")
    assert "●on call: Jens, Kim" in items[0]
    assert "24 h 30 min of heads on shift, nobody on for 43 h 30 min · last drill 12 days ago" in items[0]
    assert "■nobody is on call" in items[1]
    assert "beyond the roster, which is not written so far · never drilled" in items[1]


def test_hours_of_service_add_up_and_a_promise_without_anybody_is_named() -> None:
    drawn = service_hours(seen(), table("hours_of_service", told.SERVICE))
    words = text_of(drawn)
    assert "Next 7 days: 46 h promised to visitors, somebody on for 37 h" in words
    assert "6 h of it lies beyond the roster" in words
    assert "4 h are staffed and promised to nobody" in words
    assert [text_of(one) for one in of_kind(drawn, "Li")] == ["▲Sat 21 Nov 20:00 to 23:00promised, nobody on"]
    kept = text_of(service_hours(seen(), table("hours_of_service", told.SERVICE[:1])))
    assert "●no promised hour is without anybody" in kept


def test_without_a_public_promise_no_hour_is_called_kept() -> None:
    rows = [{**row, "is_promised": None} for row in told.SERVICE]
    for found in (rows, []):
        assert text_of(service_hours(seen(), table("hours_of_service", found))).startswith(
            "Visitors are promised nothing"
        )


# ---- words and the page


@pytest.mark.parametrize(
    ("value", "said"), [(None, "–"), (0, "0"), (2.44, "2.4"), (3.0, "3"), (1234.5, "1,234"), (pd.NA, "–")]
)
def test_amounts(value: Any, said: str) -> None:
    assert amount(value) == said


@pytest.mark.parametrize(("value", "said"), [(None, "–"), (0, "0 min"), (0.5, "30 min"), (151.75, "151 h 45 min")])
def test_hours_are_never_told_in_days(value: Any, said: str) -> None:
    assert hours(value) == said


def test_who_is_missing_is_called_by_the_languages_name() -> None:
    assert nobody("all") == "Nobody at all"
    assert nobody("ja") == "Nobody who speaks Japanese"
    assert nobody("xx") == "Nobody who speaks xx"


def test_names_from_outside_stay_pieces_of_text() -> None:
    seam = {"handover_at": at(-1), "from_site": STORED, "to_site": STORED, "in_flight_count": 1}
    drawn: list[Any] = [
        handed([{**told.NEXT[0], "from_site": STORED}], [told.item(1, subject=STORED, owner=STORED, track=STORED)]),
        seams(seen(), table("seams", [seam])),
        weekends(seen(), table("long_weekends", [{**told.WEEKENDS[0], "name": STORED, "on_call": STORED}])),
        gaps(seen(), ahead([{**told.GAPS[0], "language": STORED, "after_sites": STORED}])),
        present(site=[{**row, "site": STORED} for row in told.presence("site")]),
        drawn_week(rows=[{**row, "site": STORED} for row in told.week()[:9]]),
    ]
    for one in drawn:
        words = text_of(one)
        assert "<script>" in words
        assert "\u202e" not in words
        assert "\u0000" not in words
        assert not any(hasattr(part, "dangerously_allow_html") for part in parts(one))


ROSTER = SITE + toml(GLOBE)


def page(query: str = "?view=people", text: str = ROSTER) -> Any:
    address = {"query": query, "now": "", "known_at": "", "tab": "t", "number": 1}
    return desk_page(Filters.from_query(query)[0], parse_site(text, base=Path(".")), NOW, address)


def test_headings_go_down_one_step_at_a_time_and_cards_are_named() -> None:
    shown = list(parts(page()))
    levels = [int(type(one).__name__[1]) for one in shown if re.fullmatch(r"H\d", type(one).__name__)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [found for one in shown if (found := getattr(one, "id", None))]
    assert len(ids) == len(set(ids))
    named = [props(one)["aria-labelledby"] for one in shown if "aria-labelledby" in props(one)]
    assert set(named) <= set(ids)
    assert {f"desk-{card.name}" for place in CARDS for card in place} <= set(ids)
    assert [one for one in TILES if one not in text_of(page())] == []


def test_without_a_roster_the_view_says_how_to_have_one() -> None:
    words = text_of(page(text=SITE))
    assert "No roster yet" in words
    assert "[[shift]]" in words
    assert "[[roster]]" in words
    ids = {getattr(one, "id", None) for one in parts(page(text=SITE))}
    assert "desk-week" not in ids


def test_only_a_view_that_is_looked_at_has_numbers_to_wait_for() -> None:
    def waits(query: str, text: str) -> list[str]:
        stores: list[Any] = list(parts(page(query, text)))
        return [one.id for one in stores if str(getattr(one, "id", "")).endswith("-query") and one.data]

    assert waits("?view=people", ROSTER) == ["desk-query", "desk-people-query"]
    assert waits("?view=people", SITE) == ["desk-query"]
    assert waits("?view=cases", ROSTER) == ["desk-query"]
    assert counts(Filters(view="service"), parse_site(ROSTER, base=Path("."))) == ""


def test_a_view_of_people_keeps_what_it_is_about_when_its_window_changes() -> None:
    chosen = Filters(view="people", speaks="de", place="Berlin")
    assert chosen.last("30d").query() == "place=Berlin&speaks=de&view=people&window=30d"
    assert replace(chosen, view="cases") == Filters(view="cases")
    assert Filters(view="people", brands=("x",), case="x:1", text="late") == Filters(view="people")


def test_everything_of_the_style_sheet_keeps_to_the_desk_and_its_colours() -> None:
    plain = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    for selector in re.findall(r"(?:^|[}{])\s*([^{}@]+)\{", plain):
        for one in re.sub(r":(is|not)\([^)]*\)", "", selector).split(","):
            assert re.match(r"\s*(\.desk|#desk)", one), one
    assert re.findall(r"#[0-9A-Fa-f]{3,6}\b|rgba?\(", plain) == []


def test_times_are_the_desks_own_zone() -> None:
    tokyo = text_of(gaps(seen(zone=ZoneInfo("Asia/Tokyo")), ahead(told.GAPS[:1])))
    assert "Sun 22 Nov 10:00 to 13:00" in tokyo
