"""The view of people in a browser: choices are addresses, a case opens, nothing hangs on colour or on a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queries.answers import Answer, Answers
from tests.conftest import FakeClock
from tests.layouts import people_tables
from tests.layouts.world import table
from tests.pages.conftest import Browse
from tests.pages.desk_world import SITE
from tests.pages.reading import unreadable
from tests.pages.test_desk_people import STAFFED, WAREHOUSE
from tests.pages.world import World
from tests.queries.clock_crowd import promised

OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
SIZES = [(1440, 900), (1024, 768), (390, 844)]


def told_by(answers: Answers, *, is_empty: bool) -> None:
    """From now on the questions of this view have invented answers, or none; all others are asked as ever."""
    asked, invented = answers.ask, {question for question, _ in people_tables.full()}

    def ask(question: str, given: Mapping[str, Any], now: datetime, wish: Any = None) -> Answer:
        if question not in invented:
            return asked(question, given, now, wish)
        frame = table(question) if is_empty else people_tables.answer(question, dict(given))
        return Answer(question, dict(given), 1, now, frame)

    answers.ask = ask  # type: ignore[method-assign]


def made(folder: Path, site: str, is_empty: bool | None = None) -> Iterator[World]:
    with World(folder, FakeClock(), site) as world:
        if is_empty is not None:
            told_by(world.house.answers, is_empty=is_empty)
        yield world


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A roster with a hole, seams, presence and a forecast: every card has something to tell."""
    yield from made(tmp_path_factory.mktemp("full"), STAFFED, is_empty=False)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same, and the cases in flight are there to be opened."""
    for world in made(tmp_path_factory.mktemp("crowded"), STAFFED, is_empty=False):
        promised(world.house.warehouse)
        yield world


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A roster of which nothing is known yet."""
    yield from made(tmp_path_factory.mktemp("empty"), STAFFED, is_empty=True)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """No roster at all."""
    yield from made(tmp_path_factory.mktemp("bare"), SITE + WAREHOUSE)


def opened(page: Page, world: World, query: str = "?view=people") -> Page:
    """The view with all its numbers on it."""
    page.goto(f"{world.address}/desk{query}")
    expect(page.locator(".desk-people")).to_be_visible()
    expect(page.locator("#desk-people-as-of")).to_have_text(re.compile("as of"))
    expect(page.locator(".desk-people .desk-waits")).to_have_count(0)
    expect(page.locator(".desk-people [data-dash-is-loading=true]")).to_have_count(0)
    page.wait_for_timeout(400)  # what was dimmed while it was asked for comes back
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everybody_can_read_it(browse: Browse, full: World, scheme: str, width: int, height: int) -> None:
    page = opened(browse(width=width, height=height, color_scheme=scheme), full)
    for more in page.locator(".desk-people details > summary").all():
        more.click()
    assert unreadable(page) == []
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_not_known_yet_can_be_read_too(browse: Browse, empty: World, scheme: str) -> None:
    page = opened(browse(width=1440, height=900, color_scheme=scheme), empty)
    assert unreadable(page) == []
    expect(page.locator("#desk-covered .desk-number")).to_have_text(["–"] * 4)
    expect(page.locator("#desk-gaps")).to_have_text(re.compile("The roster says nothing of the days ahead"))
    expect(page.locator("#desk-demand")).to_have_text(re.compile("is not known"))


def test_an_analyst_looks_at_one_language_and_one_site(browse: Browse, full: World) -> None:
    page = opened(browse(width=1440, height=900), full)
    expect(page.locator("#desk-week td[data-state=gap]")).to_have_count(18)
    page.get_by_role("navigation", name="Language").get_by_role("link", name="German").click()
    expect(page).to_have_url(re.compile(r"\?speaks=de&view=people$"))
    expect(page.locator("#desk-covered .desk-number").first).to_have_text("63 h")
    berlin = page.get_by_role("navigation", name="Site").get_by_role("link", name="Berlin")
    # the map is drawn by an answer of its own, and its links with it
    expect(berlin).to_have_attribute("href", re.compile("speaks=de"))
    berlin.click()
    expect(page).to_have_url(re.compile(r"\?place=Berlin&speaks=de&view=people$"))
    expect(page.locator("#desk-week td[data-state=gap]")).to_have_count(0)
    page.go_back()
    page.go_back()
    expect(page.locator("#desk-covered .desk-number").first).to_have_text("147 h")
    page.locator("#desk-window-word").click()
    page.get_by_label("The last 30 days").check()
    expect(page).to_have_url(re.compile(r"\?view=people&window=30d$"))


def test_a_case_in_flight_opens_beside_the_running_clocks_and_back_leads_here(browse: Browse, crowded: World) -> None:
    page = opened(browse(width=1440, height=900), crowded)
    expect(page.locator(".desk-rows")).to_be_hidden()
    expect(page.locator(".desk-voice")).to_be_hidden()
    page.locator("#desk-handover a", has_text="late again 1").first.click()
    expect(page).to_have_url(re.compile(r"case=x%3Ac1.*view=service"))
    expect(page.locator("#desk-beside").get_by_role("heading", name="Case", exact=True)).to_be_visible()
    expect(page.locator(".desk-people")).to_be_hidden()
    expect(page.locator(".ag-row .ag-cell").first).to_be_visible()
    page.go_back()
    expect(page.locator("#desk-week")).to_be_visible()
    page.locator("#desk-cases-tab").click()
    expect(page.locator("#desk-trend .barlayer .point").first).to_be_attached()


def test_by_keyboard_from_a_gap_to_another_roster(browse: Browse, full: World) -> None:
    page = opened(browse(width=1440, height=900), full)
    page.get_by_role("link", name="try it out first").focus()
    page.keyboard.press("Enter")
    field = page.locator("#desk-shifts")
    expect(field).to_be_focused()
    page.keyboard.type('[[shift]]\nsite = "Lisbon"')
    page.wait_for_timeout(500)  # a field tells what is written in it a moment after the last key
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told = page.locator("#desk-roster")
    expect(told.get_by_role("alert")).to_contain_text("what is written here")
    field.fill(
        '[[shift]]\nsite = "Lisbon"\ntimezone = "Europe/Lisbon"\nlanguages = ["en"]\nheads = 2\n'
        'start = "00:00"\nend = "12:00"\n'
    )
    page.locator("#desk-roster-run").click()
    expect(told.get_by_role("row", name=re.compile("Head hours per week"))).to_be_visible()
    assert unreadable(page) == []


def test_without_a_roster_the_page_says_how_to_have_one(browse: Browse, bare: World) -> None:
    page = browse(width=1440, height=900)
    page.goto(f"{bare.address}/desk?view=people")
    expect(page.get_by_role("heading", name="No roster yet")).to_be_visible()
    expect(page.locator("#desk-cases-count")).to_have_text(re.compile(r"\d"))
    assert unreadable(page) == []
