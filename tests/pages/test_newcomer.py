"""A newcomer's walk through the demo as it is served: wall, pause, desk, a peak, its posts, the file, the snapshot."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.measure.serving import Served, demo_site, served
from tests.pages.conftest import Browse
from tests.pages.reading import unreadable

SHORT = (r'(?m)^kind = "demo"$', 'kind = "demo"\nhistory = "10d"\nper_day = 700')
BARS = "#desk-trend .barlayer .trace:nth-child(2) .point path"
PAGES = ("desk", "snapshot", "login", "health")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The shipped demo in a process of its own, with fewer posts and a shorter past."""
    with served(demo_site(tmp_path_factory.mktemp("newcomer"), SHORT)) as running:
        deadline = time.monotonic() + 60
        while not filled(running):
            assert time.monotonic() < deadline, "its past was never filled in"
            time.sleep(0.5)
        yield running


def filled(demo: Served) -> bool:
    """Whether all of its past is there: until then every count still grows."""
    answer = httpx.get(f"{demo.address}/api/v1/ask/source_health", timeout=30, trust_env=False).json()
    wanted = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    return all(one["history_from_at"] and one["history_from_at"] <= one["history_wanted_at"] for one in wanted)


def number(text: str | None) -> int:
    return int(re.sub(r"\D", "", text or ""))


def test_a_newcomers_walk(browse: Browse, demo: Served) -> None:
    page = browse(width=1920, height=1080, accept_downloads=True)
    page.goto(f"{demo.address}/wall/main?scene=pulse")
    expect(page.locator("[id='pulse:mentions_day:value']")).to_have_text(re.compile(r"\d"))
    page.goto(demo.address)
    expect(page.locator("#wall")).to_have_attribute("data-state", "live", timeout=30_000)
    page.keyboard.press("Space")
    expect(page.locator("[id='wall:paused']")).to_contain_text("PAUSED")

    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{demo.address}/desk")
    expect(page.locator(BARS).first).to_be_attached()
    page.locator("#desk-breakdowns li", has_text="Aurora Air").first.locator("a").click()
    expect(page).to_have_url(re.compile("brand=Aurora"))
    expect(page.locator("#desk-brand-word")).to_have_text("Aurora Air")

    bars = page.locator(BARS)
    boxes = [box for box in (bars.nth(place).bounding_box() for place in range(bars.count())) if box]
    peak = max(boxes, key=lambda box: box["height"])
    page.mouse.move(peak["x"] + peak["width"] / 2, peak["y"] + peak["height"] / 2)
    told = page.locator(".hoverlayer .hovertext").first
    expect(told).to_contain_text("mention")
    count = number((told.text_content() or "").partition(" mention")[0])
    page.mouse.click(peak["x"] + peak["width"] / 2, peak["y"] + peak["height"] / 2)
    expect(page).to_have_url(re.compile("since="))
    expect(page.locator("#desk-said .desk-number").first).to_have_text(f"{count:,}")
    expect(page.locator('[role="grid"]')).to_have_attribute("aria-rowcount", str(count + 1))

    page.locator(".ag-row[row-index='0'] .ag-cell[col-id=text]").click()
    expect(page.locator("#desk-beside .desk-words").first).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("link", name=re.compile("CSV")).first.click()
    text = Path(waited.value.path()).read_text(encoding="utf-8-sig")
    assert sum(1 for _ in csv.reader(io.StringIO(text))) == count + 1

    page.goto(f"{demo.address}/snapshot")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Week")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert len(page.pdf(format="A4")) > 10_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_by_a_page(browse: Browse, demo: Served, scheme: str) -> None:
    page = browse(width=1440, height=900, color_scheme=scheme)
    for name in PAGES:
        page.goto(f"{demo.address}/{name}")
        if name == "desk":
            expect(page.locator(".ag-row .ag-cell").first).to_be_visible(timeout=30_000)
        page.wait_for_load_state("networkidle")
        wrong = unreadable(page)
        assert not wrong, f"{name}, {scheme}:\n" + "\n".join(wrong)
