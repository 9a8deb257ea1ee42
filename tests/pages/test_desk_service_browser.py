"""The view of promises in a browser: a click on a number brings its rows; no colour alone, no trap for the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import FakeClock
from tests.pages.conftest import Browse
from tests.pages.desk_world import SITE
from tests.pages.reading import unreadable
from tests.pages.world import World
from tests.queries.clock_crowd import PROMISES, promised

ROWS = '[role="grid"]'
WAREHOUSE = '[warehouse]\nurl = "duckdb:w.duckdb"\n'
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running world with the crowd's clocks in it: time stands still."""
    with World(tmp_path_factory.mktemp("desk"), FakeClock(), PROMISES + WAREHOUSE) as made:
        promised(made.house.warehouse)
        yield made


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One that promises nothing."""
    with World(tmp_path_factory.mktemp("bare"), FakeClock(), SITE + WAREHOUSE) as made:
        yield made


def opened(page: Page, world: World, query: str = "?view=service") -> Page:
    """The view with its numbers and its first rows on it."""
    page.goto(f"{world.address}/desk{query}")
    expect(page.locator(".ag-row .ag-cell").first).to_be_visible()
    for card in ("promises", "kept", "ageing", "burn", "causes", "double", "forecast"):
        expect(page.locator(f"#desk-{card} .desk-waits")).to_have_count(0)
    # a row that is being fetched cannot be chosen yet
    expect(page.locator(".ag-row-loading")).to_have_count(0)
    return page


def follows(page: Page, count: str) -> None:
    """The tab and the table both say `count`."""
    expect(page.locator("#desk-service-count")).to_have_text(count)
    expect(page.locator(ROWS)).to_have_attribute("aria-rowcount", str(int(count.replace(",", "")) + 1))


def test_an_analyst_asks_why(browse: Browse, desk: World) -> None:
    page = opened(browse(width=1440, height=900), desk)
    expect(page.locator("#desk-as-of")).to_have_text("as of Sat 21 Nov 07:00")
    everything = page.locator("#desk-service-count").inner_text()
    broken = page.locator("#desk-promises .desk-of a", has_text="breached").first
    count = broken.inner_text().split(" ")[0]
    broken.click()
    follows(page, count)
    expect(page).to_have_url(re.compile(r"\?state=breached&view=service$"))
    expect(page.locator(".ag-row .ag-cell[col-id=state]").first).to_have_text("breached")
    expect(page.locator("#desk-picked .desk-chip")).to_have_text("breached ×, take back")

    cause = page.locator("#desk-causes a").first
    why, count = (cause.locator(f".desk-{part}").inner_text() for part in ("name", "count"))
    cause.click()
    follows(page, count)
    cell = page.locator(".ag-row[row-index='0'] .ag-cell[col-id=cause]")
    expect(cell).to_have_text(why.lower())
    page.locator("#desk-picked .desk-clear").click()
    follows(page, everything)

    page.get_by_role("link", name="Owner", exact=True).click()
    expect(page.locator("#desk-kept tbody tr", has_text="nobody")).to_be_visible()
    page.locator("#desk-metric-word").click()
    page.get_by_label("next response", exact=True).check()
    expect(page).to_have_url(re.compile(r"\?by=owner&metric=nrt&view=service$"))
    expect(page.locator(".ag-row .ag-cell[col-id=metric]").first).to_have_text("next response")
    page.go_back()
    follows(page, everything)


def test_by_keyboard_to_a_case_and_back(browse: Browse, desk: World) -> None:
    page = opened(browse(width=1440, height=900), desk, "?view=service&clocks=running&due=overdue")
    tabs = page.get_by_role("navigation", name="Views").get_by_role("link")
    expect(tabs.nth(2)).to_have_attribute("aria-current", "page")
    page.locator(".ag-row[row-index='0'] .ag-cell[col-id=subject]").click()
    expect(page.locator("#desk-beside").get_by_role("heading", name="Case", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#desk-beside")).to_be_empty()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#desk-beside").get_by_role("heading", name="Case", exact=True)).to_be_focused()
    assert "case=" in page.url
    page.locator("#desk-mentions-tab").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".desk-service")).to_be_hidden()
    expect(page.locator("#desk-trend")).to_be_visible()
    expect(page.locator("#desk-view-word")).to_have_text("Mentions")
    assert "due=" not in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_everybody_can_read_it(browse: Browse, desk: World, scheme: str, width: int, height: int) -> None:
    page = opened(browse(width=width, height=height, color_scheme=scheme), desk, "?view=service&state=breached")
    assert unreadable(page) == []
    assert page.evaluate(OVERFLOW) <= 0


def test_where_nothing_is_promised_the_page_says_what_to_do(browse: Browse, bare: World) -> None:
    page = browse(width=1440, height=900)
    page.goto(f"{bare.address}/desk?view=service")
    expect(page.get_by_role("heading", name="Nothing is promised yet")).to_be_visible()
    expect(page.locator("#desk-service-count")).to_have_text("0")
    expect(page.locator(".ag-overlay-no-rows-center")).to_have_text("no clocks match these filters")
    assert unreadable(page) == []
    page.locator("#desk-window-word").click()
    page.get_by_label("The last 24 hours").check()
    expect(page).to_have_url(re.compile(r"\?view=service&window=24h$"))


def test_an_analyst_asks_what_if(browse: Browse, desk: World) -> None:
    page = opened(browse(width=1440, height=900), desk)
    before = page.locator("#desk-promises").inner_text()
    policy = page.locator("#desk-whatif-policy")
    policy.fill('[track.claim]\ncalendar = "always"\nfrt = "1s"\n[sla]\ndefault_track = "claim"')
    page.locator("#desk-whatif-run").click()
    told = page.locator("#desk-whatif")
    expect(told.locator("tbody th", has_text="claim").first).to_be_visible()
    assert told.locator("tbody tr").count() > 0
    policy.fill('[track.claim]\ncalendar = "nobodys"\nfrt = "1h"\n[sla]\ndefault_track = "claim"')
    page.locator("#desk-whatif-run").click()
    expect(told).to_contain_text('unknown calendar "nobodys"')
    page.reload()
    opened(page, desk)
    assert page.locator("#desk-promises").inner_text() == before, "asking changes nothing"
