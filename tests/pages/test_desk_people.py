"""The desk's view of people over a house with a roster: real questions, one address, another roster to try out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from dash import no_update
from dash.development.base_component import Component

import app
from callbacks import desk, desk_people, desk_service, desk_views
from callbacks.hands import Hands, RosterWhatIf
from queries.warehouse import WarehouseError
from tests.conftest import FakeClock
from tests.layouts import people_tables
from tests.layouts.people_rows import GLOBE, toml
from tests.pages.desk_world import SITE, parts, text_of, view_of
from tests.pages.test_desk import page_state
from tests.pages.world import SECRET, World
from tests.queries.clock_crowd import PROMISES, promised

WAREHOUSE = '[warehouse]\nurl = "duckdb:w.duckdb"\n'
EVENT = '[[event]]\nname = "Winter sale"\nstart = "2026-11-23 09:00"\nend = "2026-11-24 00:00"\nfactor = 1.8\n'
STAFFED = PROMISES + toml(GLOBE) + '[staffing]\nhandling = "6m"\n' + EVENT + WAREHOUSE
CARDS: dict[str, Callable[[desk_views.View], Component]] = {
    "covered": desk_people.tiles_for,
    "week": desk_people.week_for,
    "gaps": desk_people.gaps_for,
    "handover": desk_people.handover_for,
    "seams": desk_people.seams_for,
    "weekends": desk_people.weekends_for,
    "hours": desk_people.hours_for,
    "presence": desk_people.presence_for,
    "demand": lambda view: desk_people.demand_for(view, "dark")[1],
}


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house with a roster of five sites and the crowd's cases: nobody is on from 00:30 to 03:30 UTC on Sundays."""
    with World(tmp_path_factory.mktemp("staffed"), FakeClock(), STAFFED) as made:
        promised(made.house.warehouse)
        yield made


@pytest.fixture(scope="module")
def hands(staffed: World) -> Hands:
    return app.hands_of(staffed.house, SECRET)


@pytest.mark.parametrize("query", ["view=people", "view=people&speaks=ja&place=Sydney", "view=people&window=30d"])
def test_every_card_is_drawn_from_the_answers_of_its_questions(hands: Hands, query: str) -> None:
    view = view_of(hands, query)
    for name, draw in CARDS.items():
        drawn = draw(view)
        assert not [one for one in parts(drawn) if getattr(one, "role", "") == "alert"], (name, text_of(drawn))
        assert text_of(drawn)


def words(hands: Hands, card: str, query: str = "view=people") -> str:
    return text_of(CARDS[card](view_of(hands, query)))


def test_the_hole_in_the_roster_is_told_by_tiles_map_and_list(hands: Hands) -> None:
    covered = words(hands, "covered")
    assert "Hours covered165 hof the 168 h aheadgap 3 h" in covered
    assert "Gaps ahead2next Sat 21 Nov 19:30" in covered
    assert "▲Nobody at allSat 21 Nov 19:30 to 22:30" in words(hands, "gaps")
    [shown] = [one for one in parts(CARDS["week"](view_of(hands, "view=people"))) if type(one).__name__ == "Tbody"][:1]
    gaps = [one for one in parts(shown) if getattr(one, "data-state", "") == "gap"]
    assert [getattr(one, "title", "")[:29] for one in gaps] == [
        "Sat 21 Nov 19:00 to 20:00: 0 ", "Sat 21 Nov 20:00 to 21:00: 0 ",
        "Sat 21 Nov 21:00 to 22:00: 0 ", "Sat 21 Nov 22:00 to 23:00: 0 ",
    ]  # fmt: skip
    assert "a gap for 30 min" in getattr(gaps[0], "title", "")
    assert "Sat 21 Nov 19:30 to 22:30promised, nobody on" in words(hands, "hours")


def test_the_next_site_to_close_hands_over_to_one_that_is_on(hands: Hands) -> None:
    assert words(hands, "handover").startswith("Bengaluru hands over to New York Sat 21 Nov 07:30, in 30 min")


def test_what_is_planned_stands_in_the_figure_and_in_words(hands: Hands) -> None:
    figure, _ = desk_people.demand_for(view_of(hands, "view=people"), "light")
    assert "Winter sale ×1.8" in [note["text"] for note in figure["layout"]["annotations"]]
    assert "Winter sale is planned Mon 23 Nov 09:00 to Tue 24 Nov 00:00" in words(hands, "demand")


def test_what_a_question_refuses_is_told_in_its_card(hands: Hands) -> None:
    asks: Any = {"it": ("coverage_wek", {})}
    shown: Any = desk_service.or_told(
        view_of(hands, "view=people"), lambda view: cast(Any, view.ask("week", asks)["it"])
    )
    assert shown.role == "alert"
    assert 'did you mean "coverage_week"?' in text_of(shown)


# ---- one address, one moment


def people_state(query: str, **more: Any) -> dict[str, Any]:
    told = {"query": query, "now": "2026-11-21T11:48:00Z", "known_at": "2026-11-21T11:40:00Z", "tab": "t", "number": 4}
    return page_state(query=told, shown="people", **more)


def test_the_view_is_entered_and_left_and_only_its_own_numbers_are_asked_for(hands: Hands) -> None:
    entered = desk.told(hands, "desk-url.search", page_state(search="?view=people"))
    assert entered["people"] == entered["query"]
    assert entered["service"] is no_update
    assert entered["main"] == entered["view"] == "people"
    assert entered["words"]["view"] == "Coverage, and hand-overs"
    left = desk.told(hands, "desk-url.search", people_state("view=people", search="?view=service"))
    assert left["people"] is no_update
    assert left["service"] == left["query"]


@pytest.mark.parametrize("search", ["?speaks=ja&view=people", "?place=Sydney&view=people", "?view=people&window=30d"])
def test_what_is_chosen_stands_in_the_address_and_is_asked_for_as_it_is_now(hands: Hands, search: str) -> None:
    told = desk.told(hands, "desk-url.search", people_state("view=people", search=search))
    assert told["people"]["query"] == search.removeprefix("?")
    assert told["people"]["now"] == "2026-11-21T12:00:00Z"
    window = desk.told(hands, "desk-window.value", people_state(search.removeprefix("?"), search=search, window="24h"))
    assert window["search"] == search.replace("&window=30d", "") + "&window=24h"


def test_the_view_has_no_rows_and_no_file(hands: Hands, staffed: World) -> None:
    view = view_of(hands, "view=people")
    assert desk_views.block_for(view, {"startRow": 0, "endRow": 100}) == ({"rowData": [], "rowCount": 0}, [])
    assert desk_views.said_for(view)[:2] == (no_update, no_update)
    assert desk_views.done_for(view)[0] is no_update
    answer = staffed.flask.test_client().get("/export/people.csv", headers={"Host": "127.0.0.1"})
    assert answer.status_code == 404
    assert "/export/cases.csv" in answer.text


def test_without_a_roster_nothing_is_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    with World(tmp_path_factory.mktemp("bare"), FakeClock(), SITE + WAREHOUSE) as bare:
        none = app.hands_of(bare.house, SECRET)
        told = desk.told(none, "desk-url.search", page_state(search="?view=people"))
        assert told["people"] is no_update
        assert "No roster yet" in text_of(desk.desk_for(none, "?view=people"))


# ---- what if


def whatif(hands: Hands, text: str | None) -> str:
    return text_of(desk_people.whatif_for(view_of(hands, "view=people"), text))


def test_a_roster_that_is_written_stands_beside_the_one_in_force(hands: Hands) -> None:
    asked: list[tuple[str, str]] = []

    def compared(text: str, name: str, *_: Any) -> dict[str, Any]:
        asked.append((text, name))
        return people_tables.WOULD

    told = whatif(replace(hands, whatif_roster=cast(RosterWhatIf, compared)), "[[shift]]")
    assert asked == [("[[shift]]", "what is written here")]
    assert "Cost per week" in told
    assert "Nothing is changed." in told


@pytest.mark.parametrize("problem", [ValueError("line 2: heads must be 1 or more"), WarehouseError("it is locked")])
def test_a_roster_that_cannot_be_read_is_told_in_its_own_words(hands: Hands, problem: Exception) -> None:
    def refused(*_: Any) -> dict[str, Any]:
        raise problem

    assert str(problem) in whatif(replace(hands, whatif_roster=cast(RosterWhatIf, refused)), "[[shift]]\nheads = 0")


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_an_empty_field_asks_nothing(hands: Hands, text: str | None) -> None:
    assert whatif(hands, text).startswith("Write the shifts or absences you think of")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    """The same roster without a case."""
    with World(tmp_path_factory.mktemp("plain"), FakeClock(), STAFFED) as made:
        yield app.hands_of(made.house, SECRET)


def test_the_house_compares_a_shift_that_closes_the_hole(plain: Hands) -> None:
    night = replace(GLOBE[0], start="16:00", end="23:00", agents=(), heads=1)
    told = whatif(plain, toml([*GLOBE, night]))
    assert "2 stretches without anybody closed, 0 opened, 0 stay. Nothing is changed." in told
    assert "Hours with nobody on, though something comes" in told
    assert "Nobody at all" in words(plain, "gaps"), "asking changes nothing"


def test_the_house_says_where_a_roster_is_wrong(plain: Hands) -> None:
    told = whatif(plain, toml([replace(GLOBE[0], heads=0, agents=())]))
    assert told.startswith("▲ what is written here")
    assert "heads" in told
