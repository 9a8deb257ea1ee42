"""The card of the hours of service: when somebody answers, what the public is told, and what only the room sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import Panel, Site, parse_site
from jobs.calendars import policy_rows
from jobs.calendars import written_out as calendars_out
from jobs.roster import written_out
from layouts.panels import Drawn, Scope, panel_kinds
from layouts.panels.public_words import public_words, target_said
from layouts.panels.service_hours import Stretch, day_span, midnight, week_of, weekly
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.policies import Policies
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.layouts.test_wall_page import every
from tests.layouts.world import words_of

NOW = datetime(2026, 11, 25, 15, 20, tzinfo=UTC)  # Wednesday, 10:20 in New York
SITE = """
[site]
name = "Air desk"
timezone = "America/New_York"
[[brand]]
name = "United"
terms = ["united"]
"""
SHIFT = """
[[shift]]
site = "New York"
timezone = "America/New_York"
heads = 3
days = {}
start = "{}"
end = "{}"
"""
WORKDAYS, WEEK = '["mon", "tue", "wed", "thu", "fri"]', '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
OFFICE = SHIFT.format(WORKDAYS, "09:00", "17:00")
ROUND = SHIFT.format(WEEK, "00:00", "00:00")
PROMISE = """
[calendar.office]
timezone = "America/New_York"
open = {{ mon = {0}, tue = {0}, wed = {0}, thu = {0}, fri = {0} }}
[calendar.always]
always = true
[sla]
default_track = "care"
[track.care]
calendar = "{1}"
frt = "47m"
public_promise = {{ frt = "2h" }}
"""
ALWAYS, DESK = PROMISE.format('["08:00-17:00"]', "always"), PROMISE.format('["08:00-17:00"]', "office")
Drawing = Callable[..., Drawn]


def site_of(more: str) -> Site:
    return parse_site(SITE + more, base=Path("."))


def panel_of(site: Site, measure: str = "room") -> Panel:
    return site.panel["hours"].model_copy(update={"measure": measure})


@pytest.fixture
def drawing(tmp_path: Path) -> Iterator[Drawing]:
    """Draws the card of a site with these tables, from real answers."""
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOW)
    answers = Answers(warehouse, load_catalogue(), DictCache())

    def drawn(more: str, measure: str = "room", now: datetime = NOW) -> Drawn:
        site = site_of(more)
        Roster(warehouse).keep(written_out(site.shift, now), now)
        hours, days = calendars_out(site.calendar, site.site.zone, now)
        Policies(warehouse).keep(hours, days, policy_rows(site), now)
        kind, panel, scope = panel_kinds()["hours"], panel_of(site, measure), Scope(site, now)
        tables = {key: answers.ask(ask.question, ask.params, now).frame for key, ask in kind.asks(panel, scope).items()}
        found = kind.draw("h", panel, scope, tables)
        stands = {getattr(one, "id", None) for one in every(kind.skeleton("h", panel, site))}
        assert {*found.values, *found.states, *found.lists} <= stands, "a picture only touches what stands on the page"
        return found

    yield drawn
    warehouse.close()


def told(drawn: Drawn) -> list[str]:
    return [drawn.values[f"h:{what}"] for what in ("promise", "more")]


def test_days_that_are_alike_are_one_row_in_the_order_of_the_week(drawing: Drawing) -> None:
    drawn = drawing(ROUND.replace(WEEK, WEEK.replace(', "sun"', "")) + SHIFT.format('["sun"]', "00:00", "18:00")
                    + SHIFT.format('["sun"]', "21:00", "00:00") + ALWAYS)  # fmt: skip
    assert drawn.lists["h:rows"] == [["Mon to Sat", "00:00–24:00"], ["Sun", "00:00–18:00, 21:00–24:00"]]
    assert told(drawn) == ["We answer within 2 hours", ""]
    assert drawn.values["h:sub"] == "Wed 25 Nov to Tue 1 Dec · New York time"


def test_the_hours_are_those_both_promised_and_staffed(drawing: Drawing) -> None:
    # promised from 08:00, staffed from 09:00 and on Saturday as well
    shifts = SHIFT.format('["mon", "tue", "wed", "thu", "fri", "sat"]', "09:00", "18:00")
    drawn = drawing(shifts + DESK, "visitors")
    assert drawn.lists["h:rows"] == [["Mon to Fri", "09:00–17:00"], ["Sat, Sun", "closed"]]
    assert told(drawn) == ["We answer within 2 hours", "Time counts while we are open"]


def test_the_room_sees_where_promise_and_roster_differ_from_now_on(drawing: Drawing) -> None:
    shifts = SHIFT.format('["mon", "wed", "thu", "fri", "sat"]', "09:00", "16:30")
    drawn = drawing(shifts + DESK)
    assert drawn.lists["h:holes"] == [
        ["promised but nobody on shift today 16:30 to 17:00"],
        ["promised but nobody on shift Thu 08:00 to 09:00"],
        ["promised but nobody on shift Thu 16:30 to 17:00"],
        ["promised but nobody on shift Fri 08:00 to 09:00"],
        ["promised but nobody on shift Fri 16:30 to 17:00"],
        ["promised but nobody on shift Mon 08:00 to 09:00"],
    ]
    # half an hour today; an hour and a half on Thursday, Friday and Monday; nine hours on Tuesday
    assert drawn.values["h:differ"] == "Promised, and nobody there: 8 times, 14:00 h"
    assert drawn.values["h:untold"] == "7:30 h on shift and promised to nobody"
    assert drawn.states["h:verdict"] == "bad"


def test_a_hole_that_is_on_begins_now(drawing: Drawing) -> None:
    drawn = drawing(OFFICE + DESK, now=datetime(2026, 11, 25, 13, 10, tzinfo=UTC))
    assert drawn.lists["h:holes"][0] == ["promised but nobody on shift now, until 09:00"]
    assert drawn.values["h:differ"] == "Promised, and nobody there: 5 times, 4:50 h"


def test_a_promise_that_is_staffed_throughout_says_so(drawing: Drawing) -> None:
    drawn = drawing(ROUND + ALWAYS)
    assert (drawn.values["h:differ"], drawn.states["h:verdict"]) == ("Somebody is there in every promised hour", "ok")
    assert drawn.lists["h:holes"] == []


def test_visitors_never_read_of_the_rosters_holes_nor_of_an_internal_target(drawing: Drawing) -> None:
    for measure in ("room", "visitors"):
        said = json.dumps([words_of(drawing(OFFICE + DESK, measure)), drawing(OFFICE + DESK, measure).lists])
        assert "47" not in said, "what is promised inside the house"
        assert ("nobody" in said) == (measure == "room")
    site = site_of(OFFICE + DESK)
    skeleton = panel_kinds()["hours"].skeleton("h", panel_of(site, "visitors"), site)
    assert not {"h:holes", "h:differ", "h:untold"} & {getattr(one, "id", None) for one in every(skeleton)}


def test_without_a_public_promise_the_hours_are_those_of_the_roster_and_nothing_is_promised(drawing: Drawing) -> None:
    private = DESK.replace('public_promise = { frt = "2h" }\n', "")
    for more in (OFFICE, OFFICE + private):
        drawn = drawing(more)
        assert drawn.lists["h:rows"] == [["Mon to Fri", "09:00–17:00"], ["Sat, Sun", "closed"]]
        assert told(drawn) == ["We promise no time to answer", "The hours in which somebody is there"]
        assert (drawn.values["h:differ"], drawn.lists["h:holes"]) == ("", [])


def test_outside_the_roster_there_is_a_dash(drawing: Drawing) -> None:
    ends = OFFICE + "until = 2026-11-26\n"
    assert drawing(ends).lists["h:rows"] == [
        ["Mon, Tue, Fri to Sun", "–"],
        ["Wed", "09:00–17:00"],
        ["Thu", "09:00–17:00, 17:00–24:00 not known"],
    ]
    drawn = drawing(ends + ALWAYS)
    assert drawn.lists["h:rows"][0] == ["Mon, Tue, Fri to Sun", "–"]


def test_without_a_roster_it_says_where_one_is_written(drawing: Drawing) -> None:
    assert "no [[shift]] in the site file" in words_of(drawing(ALWAYS))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 11, 1), 25), (date(2026, 3, 8), 23), (date(2026, 11, 25), 24)],
    ids=["an hour twice", "an hour less", "a plain day"],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    zone = ZoneInfo("America/New_York")
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    assert (end - begin).total_seconds() == hours * 3600
    whole = [Stretch(begin, end, True, True)]
    assert weekly(whole, [day], zone, is_promised=True) == [[f"{day:%a}", "00:00–24:00"]]
    assert weekly([Stretch(begin, end - timedelta(hours=1), True, True)], [day], zone, is_promised=True) == [
        [f"{day:%a}", "00:00–23:00, 23:00–24:00 not known"]
    ]


def test_a_day_begins_at_the_jump_where_the_clocks_jump_over_midnight() -> None:
    assert midnight(date(2026, 4, 24), ZoneInfo("Africa/Cairo")) == datetime(2026, 4, 23, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("is_promised", "is_staffed", "is_kept"),
    [(True, True, True), (True, False, False), (None, False, False), (False, None, False), (True, None, None),
     (None, True, None)],
)  # fmt: skip
def test_what_is_half_known_is_not_claimed(
    is_promised: bool | None, is_staffed: bool | None, is_kept: bool | None
) -> None:
    assert Stretch(NOW, NOW, is_promised, is_staffed).is_kept is is_kept


def test_the_week_begins_today_where_the_site_is() -> None:
    late = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
    days = week_of(late, ZoneInfo("Asia/Kolkata"))
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 26), date(2026, 12, 2), 7)


def test_days_are_said_with_their_months() -> None:
    assert day_span(date(2026, 11, 26), date(2026, 11, 29)) == "Thu 26 to Sun 29 Nov"
    assert day_span(date(2026, 12, 31), date(2027, 1, 3)) == "Thu 31 Dec to Sun 3 Jan"


TRACK = '[track.{}]\ncalendar = "always"\nfrt = "1m"\nnrt = "1m"\nresolution = "1m"\n'
SLA = '[calendar.always]\nalways = true\n[sla]\ndefault_track = "care"\n'


@pytest.mark.parametrize(
    ("tracks", "said"),
    [
        ([("care", "")], []),
        ([("care", '{ frt = "2h", nrt = "4h", resolution = "3d" }')],
         ["We answer within 2 hours", "each next answer within 4 hours", "solved within 3 days"]),
        ([("care", '{ resolution = "90m" }')], ["Solved within 90 minutes"]),
        ([("care", '{ frt = "2h", nrt = "4h" }'), ("press", '{ frt = "2h", nrt = "1h" }'), ("loud", '{ frt = "2h" }')],
         ["We answer within 2 hours", "each next answer within 1 hour (press), 4 hours (care)"]),
        ([("care", '{ frt = "1h" }'), ("press", "")], ["We answer within 1 hour", "for care"]),
        ([("care", '{ frt = "2h" }'), ("loud", '{ frt = "30m" }'), ("press", '{ frt = "2h" }')],
         ["We answer within 30 minutes to 2 hours", "30 minutes: loud, 2 hours: care and press"]),
    ],
    ids=["none", "all metrics", "only the resolution", "another metric for some", "one of two", "two targets"],
)  # fmt: skip
def test_the_promise_is_said_for_those_it_is_for(tracks: Sequence[tuple[str, str]], said: list[str]) -> None:
    text = SLA + "".join(
        TRACK.format(name) + (f"public_promise = {public}\n" if public else "") for name, public in tracks
    )
    assert public_words(site_of(text), NOW.date()) == said


def test_a_priority_with_a_promise_of_its_own_is_named() -> None:
    own = '[track.care.priority.urgent]\nfrt = "1m"\npublic_promise = { frt = "15m" }\n'
    text = SLA + TRACK.format("care") + 'public_promise = { frt = "2h" }\n' + own
    assert public_words(site_of(text), NOW.date())[1] == "15 minutes: care (urgent), 2 hours: care"


def test_only_the_version_that_is_in_force_is_told() -> None:
    versions = "".join(
        f'[[track.care]]\nfrom = {day}\ncalendar = "always"\nfrt = "1m"\npublic_promise = {{ frt = "{target}" }}\n'
        for day, target in (("2026-12-01", "1h"), ("2026-01-01", "2h"))
    )
    site = site_of(SLA + versions)
    assert public_words(site, date(2026, 11, 30)) == ["We answer within 2 hours"]
    assert public_words(site, date(2026, 12, 1)) == ["We answer within 1 hour"]
    assert public_words(site, date(2025, 12, 31)) == []


@pytest.mark.parametrize(
    ("target", "said"),
    [(timedelta(seconds=90), "90 seconds"), (timedelta(minutes=1), "1 minute"), (timedelta(hours=24), "24 hours"),
     (timedelta(days=2), "2 days"), (timedelta(hours=36), "36 hours")],
)  # fmt: skip
def test_a_target_is_said_in_words(target: timedelta, said: str) -> None:
    assert target_said(target) == said
