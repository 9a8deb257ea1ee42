"""The long weekends ahead: which days where, who is on call, whether somebody is there, and how old the drill is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Site, parse_site
from jobs.rests import rest_rows
from jobs.roster import written_out
from layouts.panels import Drawn, Scope, panel_kinds
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster
from queries.staffing import Staffing
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.layouts.people_rows import GLOBE, answers, toml
from tests.layouts.test_wall_page import every
from tests.layouts.world import HOSTILE, table, words_of

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SITE = """
[site]
name = "Air desk"
timezone = "America/New_York"
[[brand]]
name = "United"
terms = ["united"]
"""
CALENDAR = """
[calendar.new_york]
timezone = "America/New_York"
open = { mon = ["09:00-17:00"] }
"""
TEXTS = ("name", "when", "where", "call", "gap")
Rows = list[dict[str, Any]]


def site_of(more: str = toml(GLOBE)) -> Site:
    return parse_site(SITE + more, base=Path("."))


def drawing(rows: Rows, site: Site | None = None, now: datetime = NOW) -> Drawn:
    """The card drawn from these long weekends."""
    site = site or site_of()
    kind, panel, scope = panel_kinds()["weekend"], site.panel["weekend"], Scope(site, now)
    given: dict[str, Callable[..., Rows]] = {**answers(GLOBE), "long_weekends": lambda _: rows}
    tables = {key: table(ask.question, given[ask.question](ask.params)) for key, ask in kind.asks(panel, scope).items()}
    drawn = kind.draw("w", panel, scope, tables)
    stands = {getattr(one, "id", None) for one in every(kind.skeleton("w", panel, site))}
    assert {*drawn.values, *drawn.states} <= stands, "a picture only touches what stands on the page"
    return drawn


def cells(drawn: Drawn, number: int) -> list[str]:
    return [drawn.states[f"w:weekend-{number}"], *(drawn.values[f"w:{what}-{number}"] for what in TEXTS)]


def rest(place: str = "New York", since: str = "2026-11-26 05:00", days: int = 4, **more: Any) -> dict[str, Any]:
    begin = datetime.fromisoformat(since)
    told = {"since_at": begin, "until_at": begin + timedelta(days=days), "place": place, "name": "Thanksgiving"}
    return {**told, "days_count": days, "on_call": "Noa", "scheduled_hours": 86.5, "gap_minutes": 0, **more}


def test_the_next_three_are_told_each_in_its_own_days() -> None:
    drawn = drawing(answers(GLOBE)["long_weekends"]({"now": NOW}))
    assert cells(drawn, 0) == [
        "ok", "Thanksgiving", "Thu 26 to Sun 29 Nov", "in 2 days · New York", "on call: Noa",
        "somebody is always on shift",
    ]  # fmt: skip
    assert cells(drawn, 1) == [
        "warn", "Christmas Day, Boxing Day", "Fri 25 to Mon 28 Dec", "in 31 days · London", "nobody is on call",
        "nobody on shift for 13:00 h",
    ]  # fmt: skip
    # midnight in Sydney is yesterday noon and later where the desk is
    assert cells(drawn, 2)[2:4] == ["Sat 23 to Wed 27 Jan", "in 60 days · Sydney"]
    assert drawn.values["w:sub"] == "last drill 19 days ago"


def test_beyond_the_roster_nobody_is_said_to_be_missing() -> None:
    beyond: dict[str, Any] = {"scheduled_hours": None, "gap_minutes": None}
    unknown = cells(drawing([rest(on_call=None, **beyond)]), 0)
    assert unknown[0] == "none"
    assert unknown[4:] == ["", "on call: – beyond the roster"]
    assert cells(drawing([rest(**beyond)]), 0)[4:] == ["on call: Noa", "gaps: – beyond the roster"]


@pytest.mark.parametrize(
    ("days", "said"),
    [(None, "no drill yet"), (0, "last drill today"), (1, "last drill 1 day ago"), (34, "last drill 34 days ago")],
)
def test_the_drill_is_told_by_its_age(days: int | None, said: str) -> None:
    assert drawing([rest(drill_days=days)]).values["w:sub"] == said


@pytest.mark.parametrize(
    ("now", "soon"),
    [(NOW, "in 2 days"), (NOW + timedelta(days=1), "tomorrow"), (NOW + timedelta(days=2), "today"),
     (NOW + timedelta(days=4), "now")],
)  # fmt: skip
def test_it_says_how_soon(now: datetime, soon: str) -> None:
    assert cells(drawing([rest()], now=now), 0)[3] == f"{soon} · New York"


def test_a_weekend_of_many_places_is_told_once_with_all_that_is_known_of_it() -> None:
    rows = [
        rest("London", "2026-12-25 00:00", 3, name="Christmas Day", on_call=None, gap_minutes=60),
        rest("New York", "2026-12-25 05:00", 3, name="Christmas Day", on_call="Noa", gap_minutes=180),
        rest("Sydney", "2026-12-24 13:00", 3, name="Christmas Day", on_call="Noa, Kim", gap_minutes=0),
        rest("London", "2026-12-31 00:00", 4, name="New Year", gap_minutes=0),
        rest("New York", "2026-12-31 05:00", 4, name="New Year", gap_minutes=None),
    ]
    drawn = drawing(rows)
    assert cells(drawn, 0)[3:] == [
        "in 31 days · London, New York, Sydney", "on call: Noa, Kim", "nobody on shift for 3:00 h",
    ]  # fmt: skip
    assert cells(drawn, 1)[5] == "gaps: – beyond the roster", "of one place alone it is not known"
    assert cells(drawn, 2) == ["none", "", "", "", "", ""]


def test_a_calendar_of_a_place_is_told_as_the_place() -> None:
    site = site_of(toml(GLOBE) + CALENDAR + CALENDAR.replace("new_york", "head_office"))
    drawn = drawing([rest("new_york"), rest("New York"), rest("head_office", name="Founding day")], site)
    assert cells(drawn, 0)[3] == "in 2 days · New York"
    assert cells(drawn, 1)[2:4] == ["Thu 26 to Sun 29 Nov", "in 2 days · head office"]


def test_a_place_nobody_knows_the_zone_of_has_the_days_of_the_nearest_midnights() -> None:
    assert cells(drawing([rest("Lima")]), 0)[2] == "Thu 26 to Sun 29 Nov"
    assert cells(drawing([rest("Manila", "2026-11-25 16:00")]), 0)[2] == "Thu 26 to Sun 29 Nov"


def test_text_from_a_calendar_is_clean() -> None:
    name = cells(drawing([rest(name=HOSTILE.replace("\ud800", ""), on_call="A\u202eB")]), 0)
    assert "\u202e" not in "".join(name)
    assert name[1].startswith("<script>"), "it is text: the page writes it as such"


def test_without_any_it_says_what_would_tell_of_one() -> None:
    assert "holidays of [[shift]]" in drawing([]).values["w:empty"]
    assert "no [[shift]] in the site file" in words_of(drawing([], site_of("")))


def test_a_rosters_holidays_become_a_long_weekend_on_the_card(tmp_path: Path) -> None:
    """From the site file to the words: the day after Thanksgiving is a holiday in California."""
    shift = toml([crew for crew in GLOBE if crew.site == "San Francisco"])
    site = site_of(shift + 'holidays = { country = "US", subdiv = "CA" }\n')
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOW)
    Roster(warehouse).keep(written_out(site.shift, NOW), NOW)
    Staffing(warehouse).keep((), (), rest_rows(site, NOW, {}), NOW)
    asked = Answers(warehouse, load_catalogue(), DictCache())
    kind, panel, scope = panel_kinds()["weekend"], site.panel["weekend"], Scope(site, NOW)
    tables = {key: asked.ask(ask.question, ask.params, NOW).frame for key, ask in kind.asks(panel, scope).items()}
    drawn = kind.draw("w", panel, scope, tables)
    warehouse.close()
    assert cells(drawn, 0)[2:5] == ["Thu 26 to Sun 29 Nov", "in 2 days · San Francisco", "nobody is on call"]
    assert drawn.values["w:sub"] == "no drill yet"
