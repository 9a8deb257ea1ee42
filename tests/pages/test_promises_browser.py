"""The scenes of promises on the glass: from cases to clocks to what the room reads, and the count goes on by itself."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from queries.utc import iso
from tests.conftest import NOON, FakeClock
from tests.layouts.promise_world import TRACKS
from tests.pages.test_service_browser import CASES, ROSTER
from tests.pages.watching import lines, outside, overflow, strays, texts
from tests.pages.world import World, files_source, site_text, steady

MINUTES = {"late": 70, "soon": 10, "next": 40}  # how long ago each case was opened; its first answer is due in 53


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house at noon with two tracks, a roster and three cases: one is overdue, two are due within the hour."""
    columns = 'subject = "subject"\nowner = "owner"\ntrack = "track"'
    source = CASES.format(name="cases", when="opened_at", columns=columns)
    site = site_text(files_source(), source, ROSTER, TRACKS)
    with World(tmp_path_factory.mktemp("desk"), FakeClock(), site) as made:
        path = made.folder / "cases.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["id", "at", "subject", "owner", "track"])
            for name, minutes in MINUTES.items():
                opened = iso(NOON - timedelta(minutes=minutes))
                table.writerow([name, opened, f"<b>{name}</b>", "ann" if name == "next" else "", "care"])
        made.settle(path)
        made.bring(steady(made.clock()))
        yield made


def _opened(page: Page, desk: World, scene: str) -> Page:
    page.goto(f"{desk.address}/wall/main?scene={scene}")
    expect(page.locator("#wall")).to_have_attribute("data-state", "live")
    expect(page.locator(".graph .main-svg:first-child")).to_have_count(page.locator(".graph").count())
    return page


def _can_be_read(page: Page) -> None:
    found = texts(page)
    assert not [one for one in found if one["size"] < 15.9]
    assert (strays(page, found), outside(page), overflow(page)) == ([], {}, [])


@pytest.mark.parametrize("scene", ["service", "answers"])
def test_every_panel_of_the_scene_is_drawn_and_can_be_read(guarded: Page, desk: World, scene: str) -> None:
    desk.clock.now = NOON
    page = _opened(guarded, desk, scene)
    frame = page.evaluate("(scene) => fetch(`/api/v1/wall/main/${scene}/frame`).then((one) => one.json())", scene)
    assert not [panel["problem"] for panel in frame["panels"].values() if "problem" in panel]
    _can_be_read(page)


def test_the_time_left_is_counted_down_and_then_up(guarded: Page, desk: World) -> None:
    desk.clock.now = NOON + timedelta(seconds=30)
    page = _opened(guarded, desk, "service")
    left = page.locator('[id="service:due:rows"] .c0')
    for place, (count, past) in enumerate((("17 min", "yes"), ("12 min", "no"), ("42 min", "no"))):
        expect(left.nth(place)).to_have_attribute("data-count", count)
        expect(left.nth(place)).to_have_attribute("data-past", past)
    for what, number in (("overdue", "1"), ("quarter", "1"), ("half", "1"), ("hour", "2")):
        expect(page.locator(f'[id="service:due:{what}"]')).to_have_text(number)
    expect(page.locator('[id="service:due:oldest"]')).to_have_attribute("data-count", "1:10 h")
    expect(page.locator('[id="service:due:rows"] .c3').first).to_have_text("<b>late</b>")
    expect(page.locator('[id="service:due:rows"] .c6').nth(1)).to_have_text("ann")
    desk.clock.move(minutes=14)
    expect(left.nth(1)).to_have_attribute("data-count", "1 min")
    expect(left.nth(1)).to_have_attribute("data-past", "yes")
    expect(page.locator('[id="service:due:overdue"]')).to_have_text("2")


def test_what_the_numbers_stand_on_is_told_beside_them(guarded: Page, desk: World) -> None:
    desk.clock.now = NOON
    page = _opened(guarded, desk, "service")
    told = lines(page, "attainment", "service")
    assert {"care", "few: 0 of 1", "0 %"} <= set(told), told
    assert "slow reply" in lines(page, "causes", "service")
    assert "▲ overdue" in lines(page, "ageing", "service")
