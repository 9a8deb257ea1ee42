"""LIVE, STALE and OFFLINE on an open wall: it is never blank and never says that old data is fresh."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Browse
from tests.pages.watching import number, opened, pill
from tests.pages.world import World, files_source, post, site_text, steady

ROOT = Path(__file__).resolve().parents[2]
OWN = {"brands": ["Aurora Air"]}
OK_GREEN = "rgb(47, 191, 165)"


def hour(world: World) -> int:
    """What `ask` says of the last hour."""
    [totals] = world.ask("mention_totals", since="-1h", until="now", **OWN)
    return int(totals["mentions_count"])


def colours(page: Page, selector: str) -> set[str]:
    """The background and letter colours of what a selector finds."""
    script = "(all) => all.flatMap((e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color])"
    return set(page.locator(selector).evaluate_all(script))


@pytest.mark.parametrize("is_read", [True, False], ids=["it brings nothing new", "it is not read any more"])
def test_an_hour_after_the_source_freezes_the_count_has_fallen_and_every_panel_says_stale(
    guarded: Page, world: World, is_read: bool
) -> None:
    opened(guarded, world)
    before = hour(world)
    assert before >= 10
    expect(number(guarded, "mentions_hour")).to_have_text(str(before))

    world.clock.move(minutes=61)
    if is_read:
        world.collect()

    assert hour(world) < before
    expect(number(guarded, "mentions_hour")).to_have_text(str(hour(world)))
    expect(pill(guarded, "word")).to_have_text(re.compile(r"^STALE since \d\d:\d\d$"))
    expect(pill(guarded, "detail")).to_contain_text("no data since 06:59")
    marks = guarded.locator(".fresh")
    assert marks.count() == 11
    for mark in marks.all():
        expect(mark).to_be_visible()
        expect(mark).to_have_text(re.compile(r"^STALE"))
    expect(guarded.locator('[data-panel][data-fresh="stale"]')).to_have_count(12)
    expect(guarded.locator('[id="pulse:volume:figure"]')).to_contain_text("no data since 06:59")
    assert OK_GREEN not in colours(guarded, ".fresh, #wall .shape")


def test_the_hours_count_falls_while_the_data_is_still_fresh(guarded: Page, world: World) -> None:
    opened(guarded, world)
    before = hour(world)
    world.clock.move(minutes=25)
    world.collect()
    assert 0 < hour(world) < before
    expect(number(guarded, "mentions_hour")).to_have_text(str(hour(world)))
    expect(pill(guarded, "word")).to_have_text("LIVE")


def test_the_day_before_is_named_as_the_day_before(guarded: Page, world: World) -> None:
    """A bare 06:59 a day later would be a lie."""
    opened(guarded, world)
    world.clock.move(hours=23)
    world.collect()
    expect(pill(guarded, "word")).to_have_text(re.compile("^STALE since Sat 07:29$"))
    expect(pill(guarded, "detail")).to_have_text("no data since 06:59 on 21 Nov")


def test_new_posts_make_a_stale_wall_live_again(guarded: Page, world: World) -> None:
    opened(guarded, world)
    world.clock.move(minutes=61)
    expect(pill(guarded, "word")).to_contain_text("STALE")
    world.bring([post("late", world.clock())], "late.csv")
    # that a run ended well is written after its rows: a frame drawn in between is put right at the next tick
    world.clock.move(minutes=1)
    expect(pill(guarded, "word")).to_have_text("LIVE")
    expect(guarded.locator('[data-panel][data-fresh="live"]')).to_have_count(12)
    expect(guarded.locator(".fresh").filter(has_text="STALE")).to_have_count(0)


def test_one_failing_source_of_three_makes_the_wall_stale_and_is_named_with_its_reason(
    guarded: Page, worlds: Callable[[str], World]
) -> None:
    world = worlds(
        site_text(
            files_source(),
            files_source("broken-export", "data/*.tsv", text="tweet_text"),
            files_source("second", "data/second/*.csv"),
        )
    )
    world.write(steady(world.clock()))
    (world.folder / "data" / "second").mkdir()
    world.write([post("b", world.clock())], "second/b.csv")
    table = world.folder / "data" / "bad.tsv"
    table.write_text("id\tat\tplatform\tauthor\tfollowers\tmessage\n1\t2026-11-21T11:00:00Z\tx\tA\t1\taurora air\n")
    world.settle(table)
    world.collect()

    opened(guarded, world, state="stale")
    expect(pill(guarded, "word")).to_contain_text("STALE")
    expect(pill(guarded, "detail")).to_have_text("no data yet from broken-export")
    expect(guarded.locator('[id="pulse:sources:sub"]')).to_contain_text("3 sources: 1 failing")
    worst = guarded.locator('[id="pulse:sources:rows"] .row').first
    expect(worst.locator(".c0")).to_have_attribute("data-word", "failing")
    expect(worst.locator(".c1")).to_have_text("broken-export")
    expect(worst.locator(".c3")).to_contain_text("tweet_text")
    [said] = [row for row in world.ask("source_health") if row["source"] == "broken-export"]
    expect(worst.locator(".c3")).to_have_text(said["sentence"][:200])
    expect(number(guarded, "mentions_hour")).to_have_text(str(hour(world)))
    assert hour(world) > 5, "what the others brought is still shown"


REPLAY = """
[[source]]
name = "invented"
kind = "replay"
path = "played.csv"
every = "5s"
per_day = 20000
history = "3h"
"""
PLAYED = """platform,language,region,author,followers,burst,text
x,en,us,Mara,412,,aurora air flight {flight} delayed again
x,en,us,Devon,1890,,"@auroraair thank you, a wonderful crew"
instagram,en,gb,Hallie,95,,at the gate of aurora air in {city}
"""


class Served:
    """`python app.py serve` on a port of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "serve.log"
        self.site = folder / "site.toml"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (folder / "played.csv").write_text(PLAYED, encoding="utf-8")
        self.site.write_text(site_text(REPLAY, port=self.port), encoding="utf-8")
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, str(ROOT / "app.py"), "--config", str(self.site), "serve"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.address + "/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        pytest.fail("the server does not start: " + self.log.read_text(encoding="utf-8")[-2000:])

    def kill(self) -> None:
        """SIGKILL: no goodbye, no tidying up."""
        if self._process:
            self._process.kill()
            self._process.wait(10)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server that is started and, in the end, killed."""
    server = Served(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


# All that a frame has put on the glass; clocks, pill and freshness marks are the page's own.
PICTURE = """() => [...document.querySelectorAll(
  '.number, .unit, .pill, .note, .sub, .rows:not(.passing), .spark, .graph')].map((e) => e.outerHTML)"""
REFUSED = (
    r"console error: Failed to load resource: net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE) "
    r"\(http://127\.0\.0\.1:\d+/api/v1/wall/main/pulse/frame\)"
)


def test_a_killed_server_leaves_the_last_picture_and_says_offline_and_a_restart_says_live(
    browse: Browse, tmp_path: Path
) -> None:
    with served(tmp_path) as server:
        page = browse(tolerated=[REFUSED])
        page.clock.install()
        page.goto(server.address + "/wall/main?scene=pulse")
        expect(pill(page, "word")).to_have_text("LIVE")
        expect(number(page, "mentions_day")).to_have_text(re.compile(r"^[\d,.]{2,}$"))
        expect(page.locator('[id="pulse:volume:figure"] .scatterlayer .trace').first).to_be_attached()
        page.evaluate("window.sameVisit = true")

        with page.expect_event("requestfailed"):
            server.kill()
        last = page.evaluate(PICTURE)
        expect(pill(page, "word")).to_have_text("OFFLINE")
        expect(pill(page, "detail")).to_have_text(re.compile(r"^data from \d\d:\d\d$"))
        expect(page.locator('[data-panel][data-fresh="offline"]')).to_have_count(12)
        assert OK_GREEN not in colours(page, ".fresh, #wall .shape")
        page.wait_for_event("requestfailed")
        assert page.evaluate(PICTURE) == last
        assert len(last) > 30
        assert page.locator('[id="pulse:ticker:rows"] .row').count() > 3

        server.start()
        page.clock.fast_forward(30_000)  # its longest wait between two tries
        expect(pill(page, "word")).to_have_text("LIVE", timeout=60_000)
        expect(page.locator(".fresh").filter(has_text="OFFLINE")).to_have_count(0)
        assert page.evaluate("window.sameVisit"), "the page was not loaded again"
        page.close()


def test_a_server_that_answers_nonsense_is_offline_too(browse: Browse, world: World) -> None:
    path = "/api/v1/wall/main/pulse/frame"
    page = browse(tolerated=[rf"console error: Failed to load resource: .* 500 .*{path}\)"])
    page.clock.install()
    opened(page, world)
    world.broken.add(path)
    before: Any = page.evaluate(PICTURE)
    for _ in range(3):
        with page.expect_response(lambda answer: answer.url.endswith(path)):
            page.clock.fast_forward(3000)
    expect(pill(page, "word")).to_have_text("OFFLINE")
    assert page.evaluate(PICTURE) == before
    world.broken.clear()
    page.clock.fast_forward(30_000)
    expect(pill(page, "word")).to_have_text("LIVE")
