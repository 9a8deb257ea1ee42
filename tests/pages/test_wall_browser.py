"""The wall in a real browser: what it shows, how large, how heavy, and how calm when there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import ADVICE, find_browser
from tests.pages.conftest import Browse
from tests.pages.watching import boxes, lines, opened, outside, overflow, strays, texts, words
from tests.pages.world import FEELINGS, World, files_source, post, site_text

DAY = {"since": "-24h", "until": "now", "brands": ["Aurora Air"]}
HOUR = {**DAY, "since": "-1h"}


def test_there_is_a_browser() -> None:
    assert find_browser(), ADVICE


def test_the_wall_opens_live_with_its_first_frame_painted(guarded: Page, still: World) -> None:
    opened(guarded, still)
    expect(guarded.locator('[id="wall:pill-word"]')).to_have_text("LIVE")
    expect(guarded.locator('[id="wall:pill-detail"]')).to_have_text("data 06:59")
    hung = next(iter(still.house.served.site.wall["main"].scene.values())).panels
    expect(guarded.locator("[data-panel]")).to_have_count(len(hung))
    expect(guarded.locator(".graph .main-svg >> visible=true").first).to_be_visible()
    assert re.search(r"Watchfloor|Test desk", guarded.title())
    assert not re.search(r"Dash|Updating", guarded.title())


def test_the_address_alone_opens_the_wall(guarded: Page, still: World) -> None:
    guarded.goto(still.address + "/")
    expect(guarded.locator("#wall")).to_have_attribute("data-state", "live")


def test_the_tiles_show_what_ask_says_at_the_same_tick(guarded: Page, still: World) -> None:
    opened(guarded, still)
    [day], [hour] = still.ask("mention_totals", **DAY), still.ask("mention_totals", **HOUR)
    expected = {
        "mentions_day": f"{day['mentions_count']:,}",
        "mentions_hour": f"{hour['mentions_count']:,}",
        "authors": f"{day['authors_count']:,}",
        "reach": f"{day['potential_reach_count'] / 1000:.1f}",
        "negative_share": f"{100 * day['negative_share']:.0f}",
        "net_sentiment": f"{100 * day['net_sentiment']:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0"),
    }
    shown = {name: guarded.locator(f'[id="pulse:{name}:value"]').text_content() for name in expected}
    assert shown == expected
    assert day["mentions_count"] > 200
    expect(guarded.locator('[id="pulse:reach:unit"]')).to_have_text("k")
    grown = 100 * (day["mentions_count"] / day["mentions_count_before"] - 1)
    expect(guarded.locator('[id="pulse:mentions_day:change"]')).to_have_text(f"▲ {grown:.0f}%")


def test_the_figures_show_what_ask_says_at_the_same_tick(guarded: Page, still: World) -> None:
    opened(guarded, still)
    buckets = still.ask("mentions_by_bucket", **DAY)
    for platform, title in (("x", "X"), ("instagram", "Instagram"), ("reddit", "Reddit")):
        count = sum(row["mentions_count"] for row in buckets if row["platform"] == platform)
        assert f"{title} {count}" in lines(guarded, "volume")
    for row in still.ask("sentiment_by_group", **DAY, group_by="platform"):
        judged = f"{row['negative_count']} negative · {row['neutral_count']} neutral · {row['positive_count']} positive"
        assert judged in lines(guarded, "sentiment")


def test_the_voices_show_what_ask_says_and_everything_has_its_place(guarded: Page, still: World) -> None:
    opened(guarded, still, scene="voice")
    voice = still.ask("share_of_voice", since="-24h", until="now")
    shares = {f"{100 * row['voice_share']:.0f}%" for row in voice}
    assert shares | {row["brand"] for row in voice} <= set(lines(guarded, "voice", "voice"))
    ends = {f"{row['brand']} {100 * row['voice_share']:.0f}%" for row in voice}
    assert ends <= set(lines(guarded, "voice_lines", "voice")), "a line ends where the share of now stands"
    told = [row["text"] for row in still.ask("top_items", **DAY, limit=8)]
    shown = guarded.locator('[id="voice:top:rows"] .c5').all_text_contents()
    assert shown == told[: len(shown)]
    assert guarded.locator('[id="voice:listening:card"] .point').count() == 4
    assert (overflow(guarded), outside(guarded), strays(guarded, texts(guarded))) == ([], {}, [])


def test_the_newest_posts_stand_in_the_list_and_pass_by_below(guarded: Page, still: World) -> None:
    opened(guarded, still)
    newest = [row["text"] for row in still.ask("latest_mentions", **DAY, limit=12)]
    shown = guarded.locator('[id="pulse:latest:rows"] .c5').all_text_contents()
    assert shown == newest[: len(shown)]
    assert len(shown) >= 3
    assert (
        guarded.locator('[id="pulse:ticker:rows"] .lap').first.locator(".row > :last-child").all_text_contents()
        == newest
    )


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1280, 720), (1920, 1200)])
def test_every_text_can_be_read_and_nothing_leaves_its_place(
    browse: Browse, still: World, width: int, height: int
) -> None:
    """16 px of 1080 is the least that is read from where people stand."""
    page = opened(browse(width=width, height=height), still)
    found = texts(page)
    least = 16 * min(width / 1920, height / 1080)
    assert [one for one in found if one["size"] < least - 0.01] == []
    assert len(found) > 60
    assert sum(one["svg"] for one in found) > 15, "the figures' own words are looked at too"
    assert (overflow(page), outside(page)) == ([], {})
    assert strays(page, found) == []


def test_4k_is_the_same_picture_twice_as_large(browse: Browse, still: World) -> None:
    pages = opened(browse(), still), opened(browse(width=3840, height=2160), still)
    small, large = (boxes(page) for page in pages)
    assert small.keys() == large.keys()
    assert len(small) > 40
    wrong = {
        name: (box, large[name])
        for name, box in small.items()
        if any(abs(2 * one - other) > 2 for one, other in zip(box, large[name], strict=True))
    }
    assert wrong == {}
    words_small, words_large = ([one for one in texts(page) if one["svg"]] for page in pages)
    assert [one["text"] for one in words_small] == [one["text"] for one in words_large]
    assert [2 * one["size"] for one in words_small] == pytest.approx([one["size"] for one in words_large])


def test_a_window_that_changes_its_size_keeps_the_picture(guarded: Page, still: World) -> None:
    opened(guarded, still)
    before = boxes(guarded)
    guarded.set_viewport_size({"width": 1280, "height": 720})
    svg = guarded.locator('[id="pulse:volume:figure"] .main-svg').first
    expect(svg).to_have_attribute("width", re.compile(r"^8\d\d(\.\d+)?$"))
    assert outside(guarded) == {}
    guarded.set_viewport_size({"width": 1920, "height": 1080})
    [wide] = [box[2] for name, box in before.items() if name.endswith(" pulse:volume:figure")]
    expect(svg).to_have_attribute("width", str(round(wide)))
    assert boxes(guarded) == before


def test_the_first_visit_with_all_its_scenes_weighs_less_than_a_megabyte(guarded: Page, still: World) -> None:
    devtools = guarded.context.new_cdp_session(guarded)
    devtools.send("Network.enable")
    weights: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    guarded.goto(still.address + "/wall/main")
    expect(guarded.locator("#wall")).to_have_attribute("data-state", re.compile("live|stale|none"))
    for place, scene in enumerate(still.house.served.site.wall["main"].scene, 1):
        guarded.keyboard.press(str(place))
        expect(guarded.locator(f".scene[data-scene={scene}]")).to_have_attribute("data-shown", "yes")
    assert len(weights) > 15
    assert sum(weights) < 1_000_000


EMPTY: dict[str, tuple[str, ...]] = {"a source that has brought nothing": (files_source(),), "no source": ()}


@pytest.mark.parametrize("sources", EMPTY.values(), ids=EMPTY)
def test_an_empty_site_is_a_calm_picture(
    guarded: Page, worlds: Callable[[str], World], sources: tuple[str, ...]
) -> None:
    world = worlds(site_text(*sources))
    world.collect()
    page = opened(guarded, world, state=re.compile("stale|none"))
    said = words(page)
    assert not re.search(r"\b(nan|none|nat|null|undefined|infinity|inf|object object|error)\b", said, re.IGNORECASE)
    assert re.search("no data yet|no mentions in the last 24 h", said)
    assert "LIVE" not in said
    assert page.locator(".number").all_text_contents()[0] in ("0", "–")
    assert (overflow(page), outside(page)) == ([], {})


def test_an_empty_wall_fills_by_itself_when_posts_come(guarded: Page, worlds: Callable[[str], World]) -> None:
    world = worlds(site_text(files_source()))
    page = opened(guarded, world, state=re.compile("stale|none"))
    world.bring([post(n, world.clock(), FEELINGS[0]) for n in range(3)])
    world.clock.move(minutes=1)
    expect(page.locator('[id="pulse:mentions_day:value"]')).to_have_text("3", timeout=10_000)
    expect(page.locator('[id="wall:pill-word"]')).to_have_text("LIVE")


def test_motion_is_left_out_for_who_asks_for_calm(browse: Browse, still: World) -> None:
    moving = opened(browse(), still)
    calm = opened(browse(reduced_motion="reduce"), still)
    running = "() => document.getAnimations().filter((one) => one.playState === 'running').length"
    expect(moving.locator(".moving .track")).to_have_count(1)
    assert moving.evaluate(running) > 0
    expect(calm.locator(".moving .track")).to_have_count(0)
    assert calm.evaluate(running) == 0
    assert calm.locator('[id="pulse:ticker:rows"] .row').count() > 3


@pytest.mark.parametrize("path", ["/wall/main", "/health"])
def test_the_keyboard_is_never_trapped(guarded: Page, still: World, path: str) -> None:
    guarded.goto(still.address + path)
    expect(guarded.locator("h1")).to_have_text("Test desk")
    seen: list[Any] = []
    for _ in range(6):
        guarded.keyboard.press("Tab")
        seen.append(
            guarded.evaluate("document.activeElement.tagName + document.activeElement.textContent.slice(0, 20)")
        )
    assert len(set(seen)) > 1 or seen[0].startswith("BODY")
    if path == "/health":
        assert "A/wall/main" in seen
