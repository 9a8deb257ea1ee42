"""The desk in a browser: filter, click a mark, open a row, go back; hostile text stays text, and dark is dark."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from queries.ledger import Ledger
from tests.conftest import NOON, FakeClock
from tests.pages.conftest import Browse
from tests.pages.desk_world import HOSTILE, HOUR, SITE, cases, posts
from tests.pages.world import World
from tests.rows import keep

ROWS = '[role="grid"]'
CALM = "[window.pwned === undefined, document.querySelectorAll('#desk img, #desk script, #desk b').length]"
BARS = "#desk-trend .barlayer .trace:nth-child(2) .point path"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running world with the desk's crowd in it: time stands still."""
    site = SITE + '[warehouse]\nurl = "duckdb:w.duckdb"\n'
    with World(tmp_path_factory.mktemp("desk"), FakeClock(), site) as made:
        rows, events = cases()
        keep(Ledger(made.house.answers.warehouse), *posts(), cases=rows, events=events)
        yield made


def opened(page: Page, world: World, query: str = "") -> Page:
    """The desk with its first rows on it."""
    page.goto(f"{world.address}/desk{query}")
    expect(page.locator(".ag-row .ag-cell").first).to_be_visible()
    expect(page.locator("#desk-trend .barlayer .point").first).to_be_attached()
    return page


def rows(page: Page) -> int:
    """How many rows the table says it has, its head not counted."""
    return int(page.locator(ROWS).get_attribute("aria-rowcount") or 0) - 1


def follows(page: Page, count: str) -> None:
    """The total, the table's head and its rows all say `count`."""
    expect(page.locator("#desk-said .desk-number").first).to_have_text(count)
    expect(page.locator(".desk-tabs a[aria-current]")).to_have_text(re.compile(rf"^[A-Z][a-z]+{count}$"))
    expect(page.locator(ROWS)).to_have_attribute("aria-rowcount", str(int(count.replace(",", "")) + 1))


def test_an_analysts_walk(browse: Browse, desk: World) -> None:
    page = opened(browse(width=1440, height=900), desk, "?platform=x&window=30d")
    expect(page.locator("#desk-platform-word")).to_have_text("X")
    on_x = [post for post in posts() if post.platform == "x"]
    everything = str(len(on_x))
    follows(page, everything)

    bar = page.locator("#desk-breakdowns li", has_text="unknown").first
    count = bar.locator(".desk-count").inner_text()
    bar.locator("a").click()
    follows(page, count)
    assert "language=" in page.url or "region=" in page.url
    page.go_back()
    follows(page, everything)

    box = page.locator(BARS).nth(12).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    told = page.locator(".hoverlayer .hovertext").first
    expect(told).to_contain_text("mention")
    count = re.match(r"(\d+) mention", told.text_content() or "")[1]  # type: ignore[index]
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    follows(page, count)
    assert "since=" in page.url
    page.go_back()
    follows(page, everything)

    page.locator("#desk-sentiment-word").click()
    page.get_by_label(re.compile("^negative")).check()
    expect(page.locator("#desk-sentiment-word")).to_have_text("negative")
    page.keyboard.press("Escape")
    expect(page.locator(".desk-choice[open]")).to_have_count(0)
    page.get_by_label("with the text").fill("late")
    expect(page).to_have_url(re.compile(r"\?platform=x&sentiment=negative&text=late&window=30d$"))
    follows(page, str(sum(one.sentiment_label == "negative" and "late" in (one.text or "") for one in on_x)))

    page.get_by_role("link", name="Reset").click()
    expect(page.get_by_label("with the text")).to_have_value("")
    follows(page, str(sum(post.published_at >= NOON - 7 * 24 * HOUR for post in posts())))
    page.locator("#desk-done .desk-number a").nth(2).click()  # open now
    expect(page.locator("#desk-state-word")).to_have_text("open")
    still_open = page.locator("#desk-done .desk-number").nth(2).inner_text()
    expect(page.locator(".desk-tabs a[aria-current]")).to_have_text(f"Cases{still_open}")
    expect(page.locator(ROWS)).to_have_attribute("aria-rowcount", str(int(still_open) + 1))


def test_a_row_opens_beside_the_table_and_what_people_write_stays_text(browse: Browse, desk: World) -> None:
    page = opened(browse(width=1440, height=900), desk, "?window=30d&item=x%3A1")
    beside = page.locator("#desk-beside")
    expect(beside.get_by_role("heading", name="Post", exact=True)).to_be_visible()
    expect(beside.locator(".desk-turn")).to_have_count(page.locator(".desk-turn").count())
    assert page.locator(".desk-turn").count() > 5
    expect(beside).to_contain_text("this post")
    expect(beside).to_contain_text("we are sorry")

    page.get_by_label("with the text").fill("<img src=x")
    expect(page.locator(".ag-row .ag-cell[col-id=text]").first).to_contain_text("<img src=x")
    page.locator(".ag-row[row-index='0'] .ag-cell[col-id=text]").click()
    expect(beside.locator(".desk-words").first).to_have_text(HOSTILE.replace("\u202e", ""), use_inner_text=True)
    assert page.evaluate(CALM) == [True, 0]

    page.keyboard.press("Escape")
    expect(beside).to_be_empty()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(beside.get_by_role("heading", name="Post", exact=True)).to_be_focused()
    assert "item=" in page.url

    page.locator(".ag-header-cell[col-id=author_followers_count]").click()
    expect(page).to_have_url(re.compile("sort=-author_followers_count"))
    expect(page.locator(".ag-row[row-index='0'] .ag-cell[col-id=author_followers_count]")).to_have_text("900")


def test_dark_is_dark_from_the_first_byte_and_the_switch_is_remembered(browse: Browse, desk: World) -> None:
    page = browse(width=1024, height=768, color_scheme="dark")
    opened(page, desk)
    ground = "getComputedStyle(document.querySelector('.desk-card')).backgroundColor"
    grid = "getComputedStyle(document.querySelector('.ag-root-wrapper')).backgroundColor"
    bars = f"document.querySelector('{BARS}').style.fill"
    assert page.evaluate(f"[{ground}, {grid}]") == ["rgb(17, 24, 43)"] * 2
    assert page.evaluate(bars) == "rgb(74, 131, 196)"
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    expect(page.locator(BARS).first).to_have_css("fill", "rgb(92, 138, 200)")
    page.close()
    again = browse(width=1024, height=768, color_scheme="dark")
    again.add_init_script("localStorage.setItem('mantine-color-scheme-value', 'light')")
    again.goto(desk.address + "/desk")
    assert again.evaluate("document.documentElement.dataset.mantineColorScheme") == "light"
    overflow = "document.documentElement.scrollWidth - innerWidth"
    expect(again.locator(".ag-row .ag-cell").first).to_be_visible()
    assert again.evaluate(overflow) <= 0
