"""The scenes of service and sun on the glass: everything can be read, and what is counted goes on by itself."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from queries.utc import iso
from tests.conftest import NOON, FakeClock
from tests.pages.watching import outside, overflow, strays, texts
from tests.pages.world import World, files_source, site_text, steady

CASES = """
[[source]]
name = "{name}"
kind = "files"
records = "{name}"
path = "{name}.csv"
stale_after = "1d"
[source.columns]
case_id = "id"
{when} = "at"
{columns}
[source.defaults]
platform = "x"
"""
ROSTER = """
[[shift]]
site = "New York"
timezone = "America/New_York"
languages = ["en"]
heads = 6
start = "06:00"
end = "21:00"
[[shift]]
site = "Sydney"
timezone = "Australia/Sydney"
heads = 2
days = ["mon", "tue", "wed", "thu", "fri"]
start = "08:00"
end = "16:00"
"""


def _write(world: World, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    path = world.folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    world.settle(path)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house at noon with a roster and three cases: one waits for 3:20 h, one since a minute, one is answered."""
    sources = [
        CASES.format(name="cases", when="opened_at", columns='subject = "subject"\nowner = "owner"'),
        CASES.format(
            name="case_events", when="happened_at", columns='kind = "kind"\nactor_kind = "who"\nvisibility = "seen"'
        ),
    ]
    folder: Path = tmp_path_factory.mktemp("desk")
    with World(folder, FakeClock(), site_text(files_source(), *sources, ROSTER)) as made:
        ages = {"c1": timedelta(hours=3, minutes=20), "c2": timedelta(minutes=1), "c3": timedelta(hours=2)}
        cases = [
            {"id": name, "at": iso(NOON - age), "subject": "<b>my bag</b>", "owner": ""} for name, age in ages.items()
        ]
        answer = {"id": "c3", "at": iso(NOON - timedelta(hours=1)), "kind": "message", "who": "human", "seen": "public"}
        _write(made, "cases", cases)
        _write(made, "case_events", [answer])
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


def test_a_wait_is_counted_from_its_instant_and_goes_on(guarded: Page, desk: World) -> None:
    page = _opened(guarded, desk, "service")
    ages = page.locator('[id="service:waiting:rows"] .c0')
    expect(ages.nth(0)).to_have_attribute("data-count", "3:20 h")
    expect(ages.nth(1)).to_have_attribute("data-count", "1 min")
    expect(page.locator('[id="service:waiting:rows"] .c2').first).to_have_text("<b>my bag</b>")
    expect(page.locator('[id="service:oldest_case:value"]')).to_have_text("3:20")
    _can_be_read(page)
    desk.clock.move(minutes=5)
    expect(ages.nth(0)).to_have_attribute("data-count", "3:25 h")
    assert ages.count() == 2


def test_a_change_of_hands_is_counted_down_to(guarded: Page, desk: World) -> None:
    desk.clock.now = NOON + timedelta(minutes=29, seconds=30)
    page = _opened(guarded, desk, "sun")
    until, left = page.locator('[id="sun:crew:until-0"]'), page.locator('[id="sun:crew:count-0"]')
    expect(until).to_have_text("until 21:00")  # it is 07:29 in New York
    expect(left).to_have_attribute("data-count", "13:30 h")
    expect(page.locator('[id="sun:crew:clock-0"]')).to_have_text("07:29")
    expect(page.locator('[id="sun:sun:gap"]')).to_have_text("Nobody on shift today 21:00 to Sun 06:00")
    _can_be_read(page)
