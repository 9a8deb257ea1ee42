"""Coverage in the snapshot: what came when nobody was on, how busy the others were, and what lies ahead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Site, parse_site
from jobs.calendars import policy_rows
from jobs.calendars import written_out as hours_written_out
from jobs.roster import written_out
from jobs.staffing import staffing_rows
from jobs.weekly import Weekly
from layouts.snapshot.facts import Facts
from layouts.snapshot.lineage import LINEAGE, PROMISED
from layouts.snapshot.page import page
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.policies import Policies
from queries.roster import Roster
from queries.staffing import RestRow, Staffing
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.jobs import two_weeks
from tests.jobs.two_weeks import GOALS, MADE, SITE
from tests.layouts.test_snapshot_page import HOUR, NOW, STORED, WEEK, facts, plain, read, table, words_of

Rows = list[dict[str, Any]]
NAMES = {
    "coverage": "coverage_summary", "ahead": "coverage_gaps", "ahead_known": "coverage_summary",
    "weekends": "long_weekends", "demand": "demand_forecast", "service_hours": "hours_of_service",
}  # fmt: skip
DAY = timedelta(days=1)
STAFFED = """
[staffing]
handling = "6m"
"""
AHEAD = WEEK.until + 7 * HOUR


def summary(language: str = "all", **more: Any) -> dict[str, Any]:
    return {
        "language": language, "known_hours": 168.0, "covered_hours": 166.5, "gap_hours": 1.5, "thin_hours": 12.0,
        "demand_count": 2310.0, "covered_share": 0.98, "occupancy_share": 0.62, **more,
    }  # fmt: skip


def gap(since: float, until: float, language: str = "all", **more: Any) -> dict[str, Any]:
    """So many hours after the week."""
    at = {"since_at": plain(WEEK.until + since * HOUR), "until_at": plain(WEEK.until + until * HOUR)}
    return {**at, "language": language, "demand_count": 12.4, **more}


def stretch(since: float, until: float, is_promised: bool | None, is_staffed: bool | None) -> dict[str, Any]:
    at = {"since_at": plain(WEEK.since + since * HOUR), "until_at": plain(WEEK.since + until * HOUR)}
    return {**at, "is_promised": is_promised, "is_staffed": is_staffed}


WEEKEND = {
    "since_at": plain(WEEK.until + 3 * DAY), "until_at": plain(WEEK.until + 7 * DAY), "place": "New York",
    "name": "Thanksgiving", "days_count": 4, "on_call": "Ana", "scheduled_hours": 200.0, "gap_minutes": 90,
    "drill_days": 40,
}  # fmt: skip
FORESEEN: Rows = [
    {"hour_at": plain(WEEK.until + hour * HOUR), "language": language, "demand_count": 14.5, "wape_share": 0.212,
     "naive_wape_share": 0.28, "trials_count": 168}
    for hour in range(168) for language in ("all", "en")
]  # fmt: skip
TOLD: dict[str, Rows] = {
    "coverage": [summary(), summary("ja", demand_count=40.0)],
    "ahead": [gap(26, 29.5, "ja"), gap(19, 20.5), gap(43, 44.5)],
    "ahead_known": [summary(known_hours=336.0)],
    "weekends": [WEEKEND, {**WEEKEND, "place": "Boston"}, {**WEEKEND, "since_at": plain(WEEK.until + 40 * DAY)}],
    "demand": FORESEEN,
    "service_hours": [stretch(0, 9, False, False), stretch(9, 17, True, True), stretch(17, 18, True, False),
                      stretch(18, 40, False, True), stretch(40, 168, None, None)],
}  # fmt: skip


def known(
    told: Mapping[str, Rows] = TOLD, earlier: Rows | None = None, site: Site | None = None, now: Any = None
) -> Facts:
    """The facts of a week in which `told` was answered."""
    made = facts(now=NOW if now is None else now, site=site)
    found = {name: table_of(question, told[name]) for name, question in NAMES.items() if name in told}
    before = {"coverage": table_of("coverage_summary", earlier or [])}
    return replace(made, now={**made.now, **found}, earlier={**made.earlier, **before})


def table_of(question: str, rows: Rows) -> Any:
    """What a row does not say is unknown, counts too."""
    columns = [column.name for column in load_catalogue()[question].columns]
    return table(question, [{**dict.fromkeys(columns), **row} for row in rows])


def section(made: Facts) -> str:
    html = page(made).partition('<section id="coverage"')[2].partition("</section>")[0]
    return words_of(f'<section id="coverage"{html}</section>')


@pytest.mark.parametrize(
    "said",
    [
        "Somebody was on shift for 166 h 30 min of 168 hours, nobody for 1 h 30 min, as the roster says (0 min in the "
        "week before). Nobody was there Mon 19:00 to 20:30.",
        "Of 2,310 messages that asked for an answer, 98% came while somebody was on (95% the week before), 46 while "
        "nobody was. They waited at least until the next shift began. measured",
        "In the hours the public is promised nobody was on for 1 h; for 22 h somebody was on beyond them. measured",
        "Those on shift were busy for 62% of their time (70% the week before). For 12 h fewer were on than it took. "
        "assumption",
        # with nobody at all first, the same hours of several days as one, then languages
        "In the 14 days from Mon 23 Nov 2026 07:00 nobody at all is on Mon 23 Nov and Tue 24 Nov 19:00 to 20:30 (about "
        "25 messages); nobody who speaks Japanese is on Tue 24 Nov 02:00 to 05:30 (about 12 messages). measured",
        "The next long weekend is Thanksgiving in Boston and New York, Thu 26 Nov to Sun 29 Nov (4 days): on call is "
        "Ana, nobody is on for 1 h 30 min; the last drill was 40 days before. measured",
        "About 2,436 messages that ask for an answer are expected in the week after. Made a day ahead, forecasts of "
        "this week were off by 21% of what came (28% had the week before been taken for it). forecast",
    ],
)
def test_what_the_section_says(said: str) -> None:
    site = two_weeks.site(GOALS, STAFFED)
    assert said in section(known(earlier=[summary(covered_share=0.95, occupancy_share=0.7)], site=site))


def test_an_executive_reads_it_in_two_minutes() -> None:
    text = section(known())
    assert len(text.split()) < 260, "two hundred words and a picture"
    assert page(known()).partition('<section id="coverage"')[2].partition("</section>")[0].count("<svg") == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"coverage": [summary(demand_count=None, covered_share=None)]},
         "How much came meanwhile: –, since no case is known of this week."),
        ({"coverage": [summary(demand_count=0.0, covered_share=None)]},
         "Nothing that asks for an answer came in this week."),
        ({"coverage": [summary(occupancy_share=None, thin_hours=None)]},
         "How busy those on shift were: –, since no [staffing] handling says how much work a message is."),
        ({"service_hours": [stretch(0, 168, None, True)]},
         "Promised hours beside staffed ones: –, since no track has a public_promise."),
        ({"service_hours": [stretch(0, 168, True, None)]},
         "Promised hours beside staffed ones: –, since the roster is not known."),
        ({"ahead": [], "ahead_known": []}, "When nobody will be on: –, since no roster is known from now on."),
        ({"ahead": [], "ahead_known": [summary(known_hours=100.5)]},
         "In the 100.5 of 336 hours from Mon 23 Nov 2026 07:00 whose roster is known somebody is always on, for every "
         "language that is expected."),
        ({"weekends": [{**WEEKEND, "name": None, "on_call": None, "scheduled_hours": None, "gap_minutes": None,
                        "drill_days": None}]},
         "The next long weekend in New York, Thu 26 Nov to Sun 29 Nov (4 days): who is on call, and for how long "
         "nobody is on: –, since the roster is not written so far ahead; no drill is known."),
        ({"weekends": [{**WEEKEND, "scheduled_hours": None, "gap_minutes": None}]},
         "on call is Ana, hours with nobody on –, since the roster is not written so far ahead;"),
        ({"weekends": [{**WEEKEND, "on_call": None, "gap_minutes": 0}]}, "nobody is on call, somebody is always on;"),
        ({"weekends": [{**WEEKEND, "since_at": plain(WEEK.until)}]}, "The long weekend then on is Thanksgiving"),
        ({"demand": []}, "How many messages the week after brings: –, since too little has come yet to foresee it."),
        ({"demand": [{**row, "wape_share": None, "naive_wape_share": None} for row in FORESEEN]},
         "How far such forecasts are off: –, since none is a week old."),
    ],
)  # fmt: skip
def test_unknown_is_a_dash_with_its_reason(rows: dict[str, Rows], said: str) -> None:
    text = section(known({**TOLD, **rows}))
    assert said in text
    assert not re.search(r"\b(nan|None|NaT|inf|<NA>)\b", text)


def test_promised_hours_that_are_all_manned_say_so() -> None:
    agree = [stretch(0, 9, False, False), stretch(9, 17, True, True)]
    text = section(known({**TOLD, "service_hours": agree}))
    assert "Somebody was on in all hours the public is promised, and in no other. measured" in text


def test_a_site_without_tracks_says_nothing_of_promised_hours() -> None:
    told = {name: rows for name, rows in TOLD.items() if name != "service_hours"}
    made = known(told)
    assert "promised" not in section(made)
    assert "Promised hours nobody was on" not in words_of(page(made))


def test_a_week_in_which_somebody_was_always_on_tells_of_no_one_who_waited() -> None:
    text = section(known({**TOLD, "coverage": [summary(gap_hours=0.0, covered_share=1.0)]}, now={**NOW, "gaps": []}))
    assert "Somebody was on shift in all of 168 hours, as the roster says." in text
    assert "while nobody was" not in text


def test_gaps_of_many_days_and_languages_stay_one_line_each_and_few() -> None:
    daily = [gap(24 * day + 2, 24 * day + 4, demand_count=None) for day in range(9)]
    odd = [gap(30 * number + 5, 30 * number + 6 + number / 60, "ja") for number in range(6)]
    text = section(known({**TOLD, "ahead": [*odd, *daily]}))
    assert "nobody at all is on on 9 days" not in text
    assert "nobody at all is on, on 9 days 02:00 to 04:00, first Mon 23 Nov; nobody who speaks Japanese is on" in text
    assert text.count("nobody who speaks Japanese") == 3
    assert "; and 3 more." in text


def test_no_roster_at_all_is_advice_and_what_lies_ahead() -> None:
    text = section(known({**TOLD, "coverage": [], "ahead": [], "ahead_known": []}, now={}))
    assert "No roster is known for this week. Write a [[shift]]" in text
    assert "When nobody will be on: –" in text


def test_what_comes_from_outside_is_text() -> None:
    strange = {**WEEKEND, "place": STORED, "name": STORED, "on_call": STORED}
    html = page(known({**TOLD, "weekends": [strange], "ahead": [gap(1, 2, STORED)]}))
    assert {tag for tag, _ in read(html).tags}.isdisjoint({"script", "b"})
    assert "\u202e" not in html


def test_every_number_of_the_section_has_its_lineage() -> None:
    sources = {source for _, _, names, _ in (*LINEAGE, *PROMISED) for source in names}
    assert set(NAMES) <= sources


# ---- from the warehouse to the page


ROSTER = """
[[shift]]
site = "New York"
timezone = "America/New_York"
languages = ["en"]
agents = ["Ana", "Ben"]
start = "06:00"
end = "22:00"
"""
TRACKS = """
[sla]
default_track = "care"
[calendar.always]
always = true
[track.care]
calendar = "always"
frt = "1h"
public_promise = { frt = "2h" }
"""


def desk(folder: Path, *more: str) -> tuple[Answers, Site]:
    """Two weeks of cases, with the roster, costs and promises of a site file."""
    site = parse_site(SITE + GOALS + "".join(more), base=folder)
    warehouse = Warehouse("duckdb:w", folder / "w.duckdb", two_weeks.BEFORE)
    two_weeks.fill(warehouse, 0.2)
    cursor = warehouse.cursor()
    cursor.execute("DELETE FROM shifts")
    cursor.close()
    Roster(warehouse).keep(written_out(site.shift, MADE), MADE)
    rest = RestRow("New York", "Thanksgiving", WEEK.until + 3 * DAY, WEEK.until + 7 * DAY, 4)
    Staffing(warehouse).keep(staffing_rows(site), (), [rest], MADE)
    hours, days = hours_written_out(site.calendar, site.site.zone, MADE)
    Policies(warehouse).keep(hours, days, policy_rows(site), MADE)
    return Answers(warehouse, load_catalogue(), DictCache()), site


def test_it_is_made_of_the_weeks_own_answers_and_another_days_page_is_the_same(tmp_path: Path) -> None:
    answers, site = desk(tmp_path, ROSTER, STAFFED, TRACKS)
    made = Weekly(answers, site, MADE).facts(WEEK, ())
    later = Weekly(Answers(answers.warehouse, load_catalogue(), DictCache()), site, MADE + timedelta(minutes=20))
    assert later.facts(WEEK, ()).inputs_hash == made.inputs_hash
    settled = [Weekly(answers, site, WEEK.until + days * DAY).facts(WEEK, ()) for days in (3, 9)]
    assert settled[0].inputs_hash == settled[1].inputs_hash, "what lay ahead of it lies ahead of it for ever"
    text = section(made)
    assert "Somebody was on shift for 112 h of 168 hours, nobody for 56 h, as the roster says" in text
    [told] = made.now["coverage"].query("language == 'all'").to_dict("records")
    assert 0 < told["covered_share"] < 1
    missed = round(told["demand_count"] * (1 - told["covered_share"]))
    assert f"{missed:,} while nobody was. They waited" in text
    assert "In the hours the public is promised nobody was on for 56 h. measured" in text
    assert "nobody at all is on every day 22:00 to 06:00" in text
    assert "is Thanksgiving in New York, Thu 26 Nov to Sun 29 Nov (4 days): nobody is on call, nobody is on for" in text
    assert "nobody is on for 32 h; no drill is known." in text
    assert not re.search(r"\b(nan|None|NaT|inf|<NA>)\b", text)
    answers.warehouse.close()


def test_a_site_without_a_roster_still_has_a_page(tmp_path: Path) -> None:
    answers, site = desk(tmp_path)
    made = Weekly(answers, site, MADE).facts(WEEK, ())
    assert "service_hours" not in made.now
    assert "No roster is known for this week." in section(made)
    answers.warehouse.close()
