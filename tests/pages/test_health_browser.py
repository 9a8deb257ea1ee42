"""/health in a real browser: the house says in words what is wrong with it, without a single script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Browse
from tests.pages.watching import overflow, words
from tests.pages.world import World, files_source, site_text, wait_until


def health(page: Page, world: World) -> Page:
    """The health page as it is now."""
    page.goto(world.address + "/health")
    expect(page.locator("h1")).to_be_visible()
    return page


def test_health_shows_what_ask_says_of_the_sources(guarded: Page, still: World) -> None:
    health(guarded, still)
    [source] = still.ask("source_health")
    row = guarded.locator("tbody tr").first
    cells = row.locator("td").all_text_contents()
    assert cells[:3] == [source["source"], source["kind"], f"✓ {source['state']}"]
    assert cells[3:6] == ["06:59", "07:00", "07:01"]
    expect(guarded.get_by_text("Every row that came could be taken.")).to_be_visible()
    expect(guarded).to_have_title("Health · Test desk")
    assert guarded.locator("script").count() == 0


def test_health_leads_to_the_wall(guarded: Page, still: World) -> None:
    health(guarded, still).get_by_role("link", name="/wall/main").click()
    expect(guarded.locator("#wall")).to_have_attribute("data-state", "live")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1920, 1024, 400])
def test_health_can_be_read_on_any_screen(browse: Browse, still: World, scheme: str, width: int) -> None:
    page = health(browse(width=width, height=900, color_scheme=scheme), still)
    assert [over for over in overflow(page)[:1] if over > 900] == []
    sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert sideways <= 0
    assert not re.search(r"\b(nan|none|nat|undefined)\b", words(page), re.IGNORECASE)


BROKEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "an unknown key": ('name = "Test desk"\nowner = "x"', ("site.owner", "line 4", "unknown key")),
    "a misspelt key": ('name = "Test desk"\ntimezon = "UTC"', ("site.timezon", "line 4", 'did you mean "timezone"?')),
    "no TOML": ('name = "Test', ("the file", "line 3", "is not TOML")),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_site_file_is_named_with_its_key_and_what_to_write(
    guarded: Page, world: World, text: str, said: tuple[str, ...]
) -> None:
    good = world.site_file.read_text(encoding="utf-8")
    world.site_file.write_text(good.replace('name = "Test desk"', text, 1), encoding="utf-8")
    wait_until(lambda: bool(world.house.served.problems))
    wrong = health(guarded, world).locator("section.wrong")
    expect(wrong).to_contain_text("The last good one is in use.")
    for part in (str(world.site_file), *said):
        expect(wrong).to_contain_text(part)

    world.site_file.write_text(good, encoding="utf-8")
    wait_until(lambda: not world.house.served.problems)
    expect(health(guarded, world).locator("section.wrong")).to_have_count(0)


def test_a_site_file_that_is_gone_is_named_too(guarded: Page, world: World) -> None:
    world.site_file.unlink()
    wait_until(lambda: bool(world.house.served.problems))
    expect(health(guarded, world).locator("section.wrong")).to_contain_text("does not exist")


def test_a_change_that_needs_a_new_start_is_said(guarded: Page, world: World) -> None:
    world.site_file.write_text(site_text(files_source(), port=9999), encoding="utf-8")
    wait_until(lambda: bool(world.house.served.problems))
    wrong = health(guarded, world).locator("section.wrong")
    expect(wrong).to_contain_text("server has changed and is taken over at the next start")
    expect(wrong).not_to_contain_text("cannot be used")


def test_an_empty_house_is_calm(guarded: Page, worlds: Callable[[str], World]) -> None:
    health(guarded, worlds(site_text()))
    expect(guarded.get_by_text("No source is named in the site file.")).to_be_visible()
    assert not re.search(r"\b(nan|none|nat|undefined)\b", words(guarded), re.IGNORECASE)


def test_the_page_renews_itself(guarded: Page, still: World) -> None:
    health(guarded, still)
    assert guarded.locator('meta[http-equiv="refresh"]').get_attribute("content") == "10"
