"""What moves on an open wall, and what stays: nothing is painted without need, nothing is ever mounted again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Response, expect

from tests.pages.conftest import Browse
from tests.pages.watching import number, opened, pill
from tests.pages.world import World, files_source, post, site_text, wait_until

FRAME = "/api/v1/wall/main/pulse/frame"
BETWEEN = 2100  # milliseconds: a little more than the page waits between two frames

# Counts every change of the page but those of its own clocks.
COUNT_CHANGES = """() => {
  window.changes = [];
  new MutationObserver((records) => {
    for (const record of records) {
      const element = record.target.nodeType === 1 ? record.target : record.target.parentElement;
      if (record.type === 'attributes' && element.getAttribute(record.attributeName) === record.oldValue) continue;
      if (element && !element.closest('.clocks, .subject')) window.changes.push(element.id + ' ' + element.className);
    }
  }).observe(document.getElementById('wall'), {
    subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true,
  });
}"""
KEPT = """[...document.querySelectorAll('#wall, [data-panel], .number, .graph, .js-plotly-plot, .main-svg')]"""
MARK = f"() => {KEPT}.map((element) => {{ element.mark = true; return true; }}).length"
MARKED = f"() => {KEPT}.filter((element) => element.mark).length"


def next_answer(page: Page, world: World, seconds: float = 5) -> Response:
    """A tick later: the frame is made if it has to be, and the page asks, without waiting for its real time."""
    world.clock.move(seconds=seconds)
    world.house.frames.step()
    with page.expect_response(lambda answer: answer.url.endswith(FRAME)) as answer:
        page.clock.fast_forward(BETWEEN)
    return answer.value


@pytest.fixture
def wall(guarded: Page, world: World) -> Page:
    """An open wall whose time can be moved; a minute past the hour, so that no bucket has just ended."""
    world.clock.move(minutes=1)
    guarded.clock.install()
    return opened(guarded, world)


def test_in_a_quiet_minute_the_answer_is_304_and_nothing_is_painted(wall: Page, world: World) -> None:
    next_answer(wall, world)
    wall.evaluate(COUNT_CHANGES)
    statuses = [next_answer(wall, world).status for _ in range(10)]
    assert statuses == [304] * 10
    assert wall.evaluate("window.changes") == []


def test_a_source_that_is_read_and_brings_nothing_paints_nothing(wall: Page, world: World) -> None:
    next_answer(wall, world)
    wall.evaluate(COUNT_CHANGES)
    revision = world.house.warehouse.state[0]
    for _ in range(4):
        world.collect()
        next_answer(wall, world)
    assert world.house.warehouse.state[0] == revision
    changed = wall.evaluate("window.changes")
    assert [one for one in changed if not one.startswith((" c3", "pulse:sources:"))] == []


def test_ten_updates_change_texts_in_place_and_mount_nothing_again(wall: Page, world: World) -> None:
    count = int(str(number(wall, "mentions_hour").text_content()))
    marked = wall.evaluate(MARK)
    assert marked > 25
    for step in range(1, 11):
        world.bring([post(f"u{step}", world.clock() - timedelta(minutes=10))], f"update{step}.csv")
        next_answer(wall, world)
        expect(number(wall, "mentions_hour")).to_have_text(str(count + step))
    assert wall.evaluate(MARKED) == wall.evaluate(f"{KEPT}.length") == marked
    [totals] = world.ask("mention_totals", since="-1h", until="now", brands=["Aurora Air"])
    expect(number(wall, "mentions_hour")).to_have_text(str(totals["mentions_count"]))
    day = world.ask("mentions_by_bucket", since="-24h", until="now", brands=["Aurora Air"], platforms=["x"])
    told = sum(row["mentions_count"] for row in day)
    expect(wall.locator('[id="pulse:volume:figure"]')).to_contain_text(re.compile(rf"X\s+{told}"))


def test_a_figure_that_has_not_changed_is_left_alone(wall: Page, world: World) -> None:
    """A rival's posts move nothing that is told of the own brand, and its own do."""
    next_answer(wall, world)
    wall.evaluate(COUNT_CHANGES)
    world.bring([post(f"m{n}", world.clock() - timedelta(minutes=9), "meridian") for n in range(200)], "rival.csv")
    next_answer(wall, world)
    assert wall.evaluate("window.changes.some((one) => one.startsWith('pulse:sentiment:'))") is False
    assert wall.evaluate("window.changes.some((one) => one.startsWith('pulse:mentions_day:value'))") is False
    world.bring([post(f"o{n}", world.clock() - timedelta(minutes=9)) for n in range(20)], "own.csv")
    next_answer(wall, world)
    [judged] = [
        f"{row['negative_count']} negative · {row['neutral_count']} neutral · {row['positive_count']} positive"
        for row in world.ask(
            "sentiment_by_group", since="-24h", until="now", brands=["Aurora Air"], group_by="platform"
        )
        if row["group_name"] == "x"
    ]
    expect(wall.locator('[id="pulse:sentiment:figure"]')).to_contain_text(judged)


def test_a_changed_site_file_reaches_the_open_wall_by_itself(guarded: Page, world: World) -> None:
    opened(guarded, world)
    visits = world.said["/wall/main", 200]
    world.site_file.write_text(
        site_text(files_source(), name="Night desk").replace('kind = "competitor"', 'kind = "own"'), encoding="utf-8"
    )
    expect(guarded.locator("h1")).to_have_text("Night desk")
    expect(guarded.locator(".subject")).to_contain_text("Aurora Air and Meridian")
    [totals] = world.ask("mention_totals", since="-24h", until="now")
    expect(number(guarded, "mentions_day")).to_have_text(str(totals["mentions_count"]))
    next_frames(guarded, 2)
    assert world.said["/wall/main", 200] == visits + 1, "it loads once for a change, and does not spin"


def next_frames(page: Page, count: int) -> None:
    """Wait in real time for so many frames."""
    for _ in range(count):
        with page.expect_response(lambda answer: answer.url.endswith(FRAME)):
            pass


def test_a_broken_site_file_leaves_the_wall_going_with_the_last_good_one(wall: Page, world: World) -> None:
    good = world.site_file.read_text(encoding="utf-8")
    world.site_file.write_text(good.replace('name = "Test desk"', 'nam = "Test desk"', 1), encoding="utf-8")
    wait_until(lambda: bool(world.house.served.problems))

    before = int(str(number(wall, "mentions_day").text_content()))
    world.bring([post("more", world.clock() - timedelta(minutes=3))], "more.csv")
    next_answer(wall, world)
    expect(number(wall, "mentions_day")).to_have_text(str(before + 1))
    expect(wall.locator("h1")).to_have_text("Test desk")
    expect(pill(wall, "word")).to_have_text("LIVE")
    assert world.said["/wall/main", 200] == 1

    world.site_file.write_text(good.replace("Test desk", "Mended desk", 1), encoding="utf-8")
    expect(wall.locator("h1")).to_have_text("Mended desk")


LAMED = [
    r"console error: Failed to load resource: .* 500 .*/(_dash-layout|healthz)\)",
    r"console warning: Response is missing header: content-type: application/json .*",
]


def test_a_wall_that_could_not_load_heals_itself_and_never_reloads_without_a_healthy_server(
    browse: Browse, world: World
) -> None:
    page = browse(tolerated=LAMED)
    page.clock.install()
    world.broken |= {"/_dash-layout", "/healthz"}
    page.goto(world.address + "/wall/main")
    expect(page.locator("#wall")).to_have_count(0)

    def asked_in_vain() -> bool:
        # the page's clock is ours, the loopback's is not: go on until the answer has been counted
        page.clock.run_for(10_000)
        return world.said.get(("/healthz", 500), 0) > 0

    wait_until(asked_in_vain)
    assert world.said["/wall/main", 200] == 1, "an unhealthy server is no reason to leave the page"
    world.broken.clear()
    page.clock.run_for(6_000)
    expect(page.locator("#wall")).to_have_attribute("data-state", "live")
    expect(pill(page, "word")).to_have_text("LIVE")
    assert world.said["/wall/main", 200] == 2
