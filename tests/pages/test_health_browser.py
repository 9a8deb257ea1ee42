"""/health in a real browser: the house says in words what is wrong with it, whole without its script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.blinding import MINUTE, fail, lose
from tests.pages.conftest import Browse
from tests.pages.watching import overflow, texts, words
from tests.pages.world import World, files_source, post, site_text, wait_until


def health(page: Page, world: World) -> Page:
    """The health page as it is now."""
    page.goto(world.address + "/health")
    expect(page.locator("h1")).to_be_visible()
    return page


def facts(page: Page) -> dict[str, str]:
    """The facts of the first source."""
    found = page.locator("article.source").first.locator(".facts > div")
    return dict(zip(found.locator("dt").all_text_contents(), found.locator("dd").all_text_contents(), strict=True))


def test_health_shows_what_ask_says_of_the_sources(guarded: Page, still: World) -> None:
    health(guarded, still)
    [source] = still.ask("source_health")
    article = guarded.locator("article.source")
    expect(article.locator("h3")).to_have_text(f"✓ {source['state']} {source['source']} {source['kind']}")
    assert facts(guarded) == {
        "Newest post": "06:59",
        "Last read": "07:00",
        "Last record": "07:00",
        "Next read": "07:01",
        "Lag": "1 min",
        "Blind, 7 days": "never",
    }
    assert source["lag_seconds"] == 60
    expect(guarded.get_by_text("Every row that came could be taken.")).to_be_visible()
    expect(guarded).to_have_title("Health · Test desk")
    assert guarded.locator("script").count() == 1


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


def test_the_page_renews_itself_but_not_under_a_reader(guarded: Page, world: World) -> None:
    guarded.clock.install()
    health(guarded, world)
    renewed = guarded.locator("#renewed")
    before = renewed.inner_text()
    world.clock.move(minutes=7)
    guarded.clock.run_for(10_100)
    expect(renewed).not_to_have_text(before)
    after = renewed.inner_text()
    guarded.locator("a").first.focus()
    world.clock.move(minutes=7)
    guarded.clock.run_for(30_000)
    expect(renewed).to_have_text(after)


@pytest.fixture
def troubled(world: World) -> World:
    """A house with a gap behind it, a row it could not take, and a source that cannot be read."""
    lose(world, 118, 3, "mastodon", "the list of #delays was cut at 40")
    world.write([{**post("bad", world.clock()), "at": "21.11. acht Uhr"}], "bad.csv")
    world.collect()
    world.clock.move(minutes=1)
    waits: dict[str, Any] = {"quota_left": 9, "quota_limit": 1000, "quota_resets_at": world.clock() + 30 * MINUTE}
    fail(world, "503 from mas.to <b>now</b>", clock_offset_seconds=95.0, **waits)
    return world


def test_a_source_in_trouble_says_what_is_wrong_and_what_to_do(guarded: Page, troubled: World) -> None:
    article = health(guarded, troubled).locator("article.source")
    for said in (
        "▲ failing",
        "503 from mas.to <b>now</b>",
        "Blind since 07:00",
        "9 of 1,000 requests left until 07:31",
        "clock is 2 min ahead of this machine's",
        "blind from 05:02 to 05:05 on mastodon: the list of #delays was cut at 40",
        "blind since 07:00 on instagram, reddit and x: 503 from mas.to <b>now</b>",
    ):
        expect(article).to_contain_text(said)
    told = facts(guarded)
    assert (told["Blind, 7 days"], told["Refused"]) == ("2 times", "1 row")
    assert guarded.locator("script").count() == 1


def test_refused_rows_come_with_the_commands_that_show_them_and_try_them_again(guarded: Page, troubled: World) -> None:
    [refused] = troubled.ask("refused_rows")
    part = health(guarded, troubled).locator("#refused")
    for said in (refused["reason"], "1 row", f"field {refused['field']}", "bad.csv, line 2"):
        expect(part).to_contain_text(said)
    typed = part.locator("pre").all_text_contents()
    assert typed == [
        f"python app.py refused show --source posts --reason {refused['reason']}",
        "python app.py refused redrive --source posts",
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_full_of_trouble_can_be_read_on_a_phone_too(browse: Browse, troubled: World, width: int) -> None:
    page = health(browse(width=width, height=800), troubled)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    small = [one for one in texts(page) if one["size"] < 13]
    assert small == []
