"""The turning of a wall's scenes: by the server's clock, the next one painted before its turn, held by a key."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from layouts.panels.voice import Voice
from tests.pages.conftest import Browse
from tests.pages.watching import number, outside, overflow, pill, strays, texts
from tests.pages.world import World, files_source, post, site_text, steady

SCENES = """
[wall.main.scene.pulse]
seconds = 10
tiles = ["mentions_hour"]
grid = "volume sentiment"
[wall.main.scene.care]
seconds = 8
grid = "voice"
[wall.main.scene.said]
seconds = 12
grid = "latest"
ticker = "ticker"
"""
DWELLS = {"pulse": 10, "care": 8, "said": 12}
CASES = """
[[source]]
name = "care-export"
kind = "files"
path = "data/*.tsv"
records = "cases"
[source.columns]
case_id = "no"
opened_at = "at"
[source.defaults]
platform = "desk"
"""
GOAL = '[[goal]]\nname = "Answer within the hour"\nowner = "o"\nkpi = "k"\ntarget = "60 min"\nfrom = 2026-01-01\n'
SIZED = """
[wall.main.scene.pulse]
size = [108, 192]
tiles = ["mentions_day", "mentions_hour", "net_sentiment", "negative_share", "authors", "reach"]
grid = '''
volume volume
volume volume
voice sentiment
latest latest
sources sources
'''
ticker = "ticker"
[panel.voice]
kind = "voice"
title = "Share of voice among all airlines"
question = "q"
meaning = "m"
owner = "o"
threshold = 1
next = "n"
goal = "Answer within the hour"
[[clock]]
name = "Lisbon"
timezone = "Europe/Lisbon"
[[clock]]
name = "Manila"
timezone = "Asia/Manila"
"""


def turn(seconds: float, dwells: list[int]) -> tuple[int, float]:
    """The rule in words: dwells follow each other from 1970 on; whose turn it is, and how long it has left."""
    into = seconds % sum(dwells)
    for place, dwell in enumerate(dwells):
        if into < dwell:
            return place, dwell - into
        into -= dwell
    raise AssertionError


def shown(page: Page) -> str | None:
    """The one scene that is on."""
    return page.locator(".scene[data-shown=yes]").get_attribute("data-scene")


def on(page: Page, scene: str) -> None:
    """Wait until `scene` is on, and named as such at the foot."""
    expect(page.locator(f'.scene[data-shown=yes][data-scene="{scene}"]')).to_have_count(1)
    expect(page.locator(".turn[data-shown=yes]")).to_have_text(scene.capitalize())


def marks(page: Page, scene: str) -> dict[str, str]:
    """How fresh each panel of a scene says it is."""
    script = "(all) => Object.fromEntries(all.map((card) => [card.dataset.panel, card.dataset.fresh]))"
    found: dict[str, str] = page.locator(f".scene[data-scene={scene}] [data-panel]").evaluate_all(script)
    return found


def start_of(scene: str, after: datetime) -> datetime:
    """The next instant at which it becomes the scene's turn."""
    names, dwells = list(DWELLS), list(DWELLS.values())
    begins = sum(dwells[: names.index(scene)])
    wait = (begins - after.timestamp()) % sum(dwells)
    return after + timedelta(seconds=wait)


@pytest.fixture
def turning(worlds: Callable[[str], World]) -> World:
    """A world whose wall turns, a second into the turn of its first scene."""
    made = worlds(site_text(files_source()) + SCENES)
    made.bring(steady(made.clock()))
    made.clock.now = start_of("pulse", made.clock()) + timedelta(seconds=1)
    return made


def opened(page: Page, world: World, state: str | re.Pattern[str] = "live") -> Page:
    """The turning wall, with its first frame painted, in a page whose time is ours."""
    page.clock.install()
    page.goto(world.address + "/wall/main")
    expect(page.locator("#wall")).to_have_attribute("data-state", state)
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 1)
    return page


def go_on(page: Page, world: World, seconds: int) -> None:
    """Let time go on, the server's and the page's, second by second."""
    for _ in range(seconds):
        world.clock.move(seconds=1)
        page.clock.run_for(1000)


def takes_its_turn(page: Page, world: World) -> None:
    """Wait until the scene is on whose turn it is by the server's clock: the page hears of it with its next frame."""
    names, dwells = list(DWELLS), list(DWELLS.values())
    for _ in range(8):
        go_on(page, world, 1)
        page.wait_for_timeout(100)
        if shown(page) == names[turn(world.clock().timestamp(), dwells)[0]]:
            return
    raise AssertionError(f"{shown(page)} is on, and it is not its turn")


def frames(world: World, scene: str) -> int:
    """How often a scene's frame was asked for."""
    return sum(count for (path, _), count in world.said.items() if path == f"/api/v1/wall/main/{scene}/frame")


def test_whose_turn_it_is_follows_from_the_time_alone(guarded: Page, still: World) -> None:
    dice = random.Random(3)
    cases = [
        (dice.randrange(0, 4 * 10**12), [dice.randrange(5, 120) for _ in range(dice.randrange(1, 9))])
        for _ in range(300)
    ]
    cases += [(sum(dwells[:place]) * 1000, dwells) for _, dwells in cases[:20] for place in range(len(dwells) + 1)]
    guarded.goto(still.address + "/wall/main")
    said = guarded.evaluate(
        """(cases) => cases.map(([ms, dwells]) => {
             const { place, left } = window.watchfloor.turn(ms, dwells.map((seconds) => ({ seconds })));
             return [place, left]; })""",
        cases,
    )
    expected = [turn(ms / 1000, dwells) for ms, dwells in cases]
    assert [place for place, _ in said] == [place for place, _ in expected]
    assert [left for _, left in said] == pytest.approx([1000 * left for _, left in expected], abs=0.01)


def test_the_next_scene_is_painted_out_of_sight_before_its_turn_and_every_screen_turns_alike(
    browse: Browse, turning: World
) -> None:
    page = opened(browse(), turning)
    on(page, "pulse")
    go_on(page, turning, 3)
    assert (frames(turning, "care"), frames(turning, "said")) == (0, 0), "only what is on is asked for"
    go_on(page, turning, 3)
    figure = page.locator('[id="care:voice:figure"] svg text').filter(has_text="Aurora Air")
    expect(figure).to_have_count(1)
    assert shown(page) == "pulse"
    assert not figure.is_visible()
    assert frames(turning, "said") == 0
    hidden = page.locator('[id="care:voice:figure"] .main-svg').first.bounding_box()
    go_on(page, turning, 4)
    on(page, "care")
    expect(figure).to_be_visible()
    assert page.locator('[id="care:voice:figure"] .main-svg').first.bounding_box() == hidden
    expect(page.locator(".scene[data-scene=pulse]")).to_have_css("visibility", "hidden")
    calm = opened(browse(reduced_motion="reduce"), turning)
    on(calm, "care")
    assert calm.locator(".scene").first.evaluate("(one) => getComputedStyle(one).transitionDuration") == "0s"
    assert page.locator(".scene").first.evaluate("(one) => getComputedStyle(one).transitionDuration") == "0.6s, 0s"


def test_keys_stop_the_turning_and_choose_and_nobodys_hands_let_it_go_on(guarded: Page, turning: World) -> None:
    page = opened(guarded, turning)
    paused = page.locator('[id="wall:paused"]')
    page.keyboard.press(" ")
    expect(paused).to_have_text("PAUSED until 07:10")
    go_on(page, turning, 12)
    on(page, "pulse")
    for key, scene in (("ArrowRight", "care"), ("n", "said"), ("ArrowRight", "pulse"), ("p", "said"), ("2", "care")):
        page.keyboard.press(key)
        on(page, scene)
        expect(paused).to_contain_text("PAUSED")
    page.keyboard.press(" ")
    expect(paused).to_be_empty()
    on(page, "care")

    page.keyboard.press("ArrowLeft")
    on(page, "pulse")
    go_on(page, turning, 8)
    on(page, "pulse")
    go_on(page, turning, 26)
    takes_its_turn(page, turning)

    page.keyboard.press(" ")
    held = shown(page)
    turning.clock.move(minutes=9)
    page.clock.fast_forward(9 * 60_000)
    assert shown(page) == held
    turning.clock.move(minutes=2)
    page.clock.fast_forward(2 * 60_000)
    expect(paused).to_be_empty()
    takes_its_turn(page, turning)


def test_one_frozen_source_makes_only_its_own_panels_stale(
    guarded: Page, worlds: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Voice, "feeds", ("cases",))
    world = worlds(site_text(files_source(), CASES) + SCENES)
    world.bring(steady(world.clock()))
    table = world.folder / "data" / "cases.tsv"
    table.write_text("no\tat\n1\t2026-11-21T11:58:00Z\n", encoding="utf-8")
    world.settle(table)
    world.collect()
    world.clock.move(minutes=61)
    world.bring([post("late", world.clock() - timedelta(minutes=1))], "late.csv")
    page = opened(guarded, world, re.compile("live|stale"))
    page.keyboard.press(" ")
    for key, scene in (("1", "pulse"), ("3", "said")):
        page.keyboard.press(key)
        on(page, scene)
        expect(pill(page, "word")).to_have_text("LIVE")
        assert set(marks(page, scene).values()) == {"live"}
    page.keyboard.press("2")
    on(page, "care")
    expect(pill(page, "word")).to_have_text("STALE since 07:28")
    expect(pill(page, "detail")).to_have_text("no data since 06:58 from care-export")
    expect(page.locator('[id="care:voice:fresh"]')).to_have_text("STALE since 07:28")
    assert marks(page, "care") == {"care:voice": "stale"}


def test_a_scene_that_never_had_data_is_left_out_until_it_has_some(
    guarded: Page, turning: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Voice, "feeds", ("cases",))
    page = opened(guarded, turning)
    seen = set()
    for _ in range(30):
        go_on(page, turning, 1)
        seen.add(shown(page))
    assert seen == {"pulse", "said"}
    page.keyboard.press("2")
    on(page, "care")
    expect(pill(page, "detail")).to_have_text("no source has brought cases yet")


def test_an_upright_wall_keeps_everything_in_its_place(browse: Browse, worlds: Callable[[str], World]) -> None:
    world = worlds(site_text(files_source()) + GOAL + SIZED)
    world.bring(steady(world.clock()))
    page = browse(width=1080, height=1920)
    page.goto(world.address + "/wall/main")
    expect(page.locator("#wall")).to_have_attribute("data-state", "live")
    expect(page.locator(".graph .main-svg:first-child")).to_have_count(3)
    found = texts(page)
    assert (overflow(page), outside(page), strays(page, found)) == ([], {}, [])
    assert [one for one in found if one["size"] < 16 - 0.01] == []
    tiles = [page.locator(".tile").nth(place).bounding_box() for place in range(6)]
    assert len({round(box["y"]) for box in tiles if box}) == 2
    expect(page.locator(".goal")).to_have_text("Goal: Answer within the hour")
    assert page.locator(".turns").count() == 0, "one scene does not turn"
    assert number(page, "mentions_hour").is_visible()
    assert pill(page, "word").is_visible()
