"""A wall with a gap behind it: hatched where nobody looked, named in words, and never drawn as silence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.blinding import MINUTE, fail, lose
from tests.pages.conftest import Browse
from tests.pages.watching import lines, opened, outside, overflow, strays, texts
from tests.pages.world import World, steady

# What is hatched in the volume's figure: each pattern that is in use, and the box of what it fills.
HATCHED = """() => [...document.querySelectorAll('[id="pulse:volume:figure"] .scatterlayer .trace .js-fill')]
  .filter((path) => (path.style.fill || '').includes('url('))
  .map((path) => { const box = path.getBoundingClientRect(); return [box.x, box.width, box.height]; })"""
SIZES = [(1920, 1080), (3840, 2160)]


def hatched(page: Page) -> list[list[float]]:
    """Where the volume is hatched: x, width and height of each hatch, in pixels of a 1080p wall."""
    width = (page.viewport_size or {"width": 1920})["width"]
    return [[value * 1920 / width for value in box] for box in page.evaluate(HATCHED)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_gap_of_one_platform_is_hatched_and_named(browse: Browse, world: World, width: int, height: int) -> None:
    lose(world, 8 * 60, 120, "instagram", "the list was cut")
    lose(world, 40, 3, "x")
    page = opened(browse(width=width, height=height), world)
    expect(page.locator('[id="pulse:volume:figure"]')).to_contain_text("blind 23:00–01:00 on Instagram")
    assert {"blind 23:00–01:00 on Instagram", "blind 06:20–06:23 on X"} <= set(lines(page, "volume"))
    [[_, wide, high]] = hatched(page)
    assert high > 200, "over the full height"
    assert wide > 300, "from the first to the last"
    expect(page.locator('[id="pulse:mentions_hour:aside"]')).to_have_text("blind 3 min on X")
    expect(page.locator('[id="pulse:mentions_day:aside"]')).to_have_text("blind 2 h")
    found = texts(page)
    assert (overflow(page), outside(page), strays(page, found)) == ([], {}, [])
    assert [one for one in found if one["size"] < 16 * width / 1920 - 0.01] == []


def test_words_of_blindness_cover_no_other_words(guarded: Page, world: World) -> None:
    for ago, platform in ((22 * 60, "x"), (9 * 60, "instagram"), (100, "reddit")):
        lose(world, ago, 60, platform)
    opened(guarded, world)
    expect(guarded.locator('[id="pulse:volume:figure"]')).to_contain_text("blind 05:20–06:20 on Reddit")
    figure = [one for one in texts(guarded) if one["svg"] and one["panel"] == "pulse:volume"]
    blind = [one for one in figure if one["text"].startswith("blind")]
    assert len(blind) == 3
    for one in blind:
        for other in figure:
            beside = one["right"] <= other["x"] or other["right"] <= one["x"]
            apart = one["bottom"] <= other["y"] + 3 or other["bottom"] <= one["y"] + 3
            assert one is other or beside or apart, (one["text"], other["text"])


def test_a_gap_of_all_platforms_hides_the_fall_to_zero(guarded: Page, world: World) -> None:
    world.clock.move(minutes=1)
    fail(world, "the folder is gone")
    world.clock.move(hours=3)
    world.bring(steady(world.clock(), hours=1, per_hour=60), "later.csv")
    lose(world, 180, 120, None, "nobody read")
    opened(guarded, world)
    expect(guarded.locator('[id="pulse:volume:figure"]')).to_contain_text("blind 07:01–09:01 on all platforms")
    [[_, wide, high]] = hatched(guarded)
    assert wide > 100
    assert high > 200


def test_the_end_of_a_stale_wall_is_hatched_once(guarded: Page, world: World) -> None:
    world.clock.move(minutes=1)
    fail(world, "the folder is gone; make it again")
    world.clock.move(hours=5)
    opened(guarded, world, state="stale")
    expect(guarded.locator('[id="pulse:volume:figure"]')).to_contain_text("no data since 06:59")
    assert len(hatched(guarded)) == 1
    assert not any(line.startswith("blind") for line in lines(guarded, "volume"))
    worst = guarded.locator('[id="pulse:sources:rows"] .row').first
    expect(worst.locator(".c3")).to_have_text("blind since 07:00 · the folder is gone; make it again")


def test_a_source_that_was_asked_to_wait_says_until_when(guarded: Page, world: World) -> None:
    fail(world, "429 from mas.to", not_before=world.clock() + 9 * MINUTE)
    opened(guarded, world, state=re.compile("live|stale"))
    worst = guarded.locator('[id="pulse:sources:rows"] .row').first
    expect(worst.locator(".c0")).to_have_attribute("data-word", "waiting")
    expect(worst.locator(".c3")).to_contain_text("waiting until 07:09")
    expect(guarded.locator('[id="pulse:sources:sub"]')).to_contain_text("1 source: 1 waiting")
