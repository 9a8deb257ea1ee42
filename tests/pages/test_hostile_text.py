"""What people write is hostile: it is shown as text or refused by name, it never runs, and it breaks no picture."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.pages.watching import opened, outside, overflow, strays, texts
from tests.pages.world import World, files_source, post, site_text

# What is written, and what the list of posts shows of it.
POSTS = (
    ("<script>window.pwned = 1</script> aurora air", None),
    ('<img src=x onerror="window.pwned = 2"> aurora air', None),
    ("javascript:window.pwned=3 aurora air", None),
    ("</script></style><script>window.pwned = 4</script> aurora air", None),
    ('{{constructor.constructor("window.pwned=5")()}} ${window.pwned=6} {0} %s aurora air', None),
    ('=HYPERLINK("javascript:window.pwned=7","aurora air")', None),
    ("שלום עולם aurora air مرحبا بالعالم", None),
    ("aurora air \u202egnp.exe\u202c and \u2066isolated\u2069 \u200fmark", "aurora air gnp.exe and isolated mark"),
    ("zero\u200bwidth aurora air\ufeff\u2060 end", "zerowidth aurora air end"),
    ("aurora air 👩‍👩‍👧‍👦 🇩🇪 ❤️ 👍🏽", None),
    ("&lt;b&gt;aurora air&lt;/b&gt; &amp; &#60;", None),
    ("aurora air \x07bell\x1b[31m red\u2028line\u2029end", "aurora air bell [31m red line end"),
    ("aurora air " + "A" * 10_000, "aurora air " + "A" * 208 + "…"),
    ("aurora air Z" + "\u0301" * 200, "aurora air Z" + "\u0301" * 200),
)
NAME = '<svg/onload="window.pwned=8">'
PLATFORM = '<a href="javascript:window.pwned=9">x</a><b>'
SITE = '"><script>window.pwned=10</script> \u202edesk'
BRAND = "<img src=x onerror=window.pwned=11> & Söhne"
CALM = """() => [window.pwned === undefined,
  document.querySelectorAll('main script, main img, main iframe, main [onerror], main [onload]').length,
  document.querySelectorAll('main a:not([href^="/wall/"], [href^="/snapshot"])').length]"""
SHOWN = re.compile("live|stale")  # one of the two sources brings nothing in some tests
JSONL = """
[[source]]
name = "lines"
kind = "files"
path = "data/*.jsonl"
every = "1m"
[source.columns]
item_id = "id"
published_at = "at"
text = "text"
[source.defaults]
platform = "x"
"""


def toml(text: str) -> str:
    """A text as a TOML string."""
    return json.dumps(text)


@pytest.fixture
def hostile(worlds: Callable[[str], World]) -> World:
    """A world whose site, brands, authors, platforms, posts and files all want to be code."""
    site = site_text(files_source(), JSONL)
    site = site.replace('"Test desk"', toml(SITE)).replace('"Meridian"', toml(BRAND))
    return worlds(site)


def bring(world: World, posts: tuple[tuple[str, str | None], ...]) -> None:
    """Put the posts in, the first the newest, with a rival's between them."""
    rows = [
        post(n, world.clock() - timedelta(minutes=1 + n), text, author=NAME, platform=PLATFORM if n % 2 else "x")
        for n, (text, _) in enumerate(posts)
    ]
    rival = [post("rival", world.clock() - timedelta(minutes=40), "meridian", platform="reddit")]
    world.bring([*rows, *rival])


def looked_at(page: Page) -> None:
    """Nothing ran, nothing became an element, nothing left its place."""
    page.mouse.move(700, 900)
    page.wait_for_timeout(200)
    assert page.evaluate(CALM) == [True, 0, 0]
    assert overflow(page) == []
    assert outside(page) == {}
    assert strays(page, texts(page)) == []


@pytest.mark.parametrize("posts", [POSTS[:7], POSTS[7:]], ids=["markup", "letters"])
def test_posts_are_shown_as_the_text_they_are(
    guarded: Page, hostile: World, posts: tuple[tuple[str, str | None], ...]
) -> None:
    bring(hostile, posts)
    opened(guarded, hostile, SHOWN)
    expected = [text if shown is None else shown for text, shown in posts]
    assert guarded.locator('[id="pulse:latest:rows"] .c5').all_text_contents() == expected
    passing = guarded.locator('[id="pulse:ticker:rows"] .lap').first.locator(".row > :last-child").all_text_contents()
    assert passing == [text if len(text) <= 160 else text[:159] + "…" for text in expected]
    assert set(guarded.locator('[id="pulse:latest:rows"] .c3').all_text_contents()) == {NAME}
    looked_at(guarded)


def test_names_in_header_figures_and_lists_are_text(guarded: Page, hostile: World) -> None:
    bring(hostile, POSTS[:6])
    opened(guarded, hostile, SHOWN)
    expect(guarded.locator("h1")).to_have_text(SITE)
    assert PLATFORM in guarded.locator('[id="pulse:latest:rows"] .c1').all_text_contents()
    expect(guarded.locator('[id="pulse:volume:figure"]')).to_contain_text(PLATFORM[:11] + "…")
    expect(guarded.locator('[id="pulse:sentiment:figure"]')).to_contain_text(PLATFORM[:9])
    assert guarded.locator("#wall svg a").count() == 0
    looked_at(guarded)
    opened(guarded, hostile, SHOWN, scene="voice")
    for panel in ("voice", "voice_lines", "feelings"):
        expect(guarded.locator(f'[id="voice:{panel}:figure"]')).to_contain_text(BRAND[:8])
    assert NAME in guarded.locator('[id="voice:top:rows"] .c3').all_text_contents()
    assert guarded.locator("#wall svg a").count() == 0
    looked_at(guarded)


def test_a_post_in_another_direction_does_not_turn_its_neighbours(guarded: Page, hostile: World) -> None:
    bring(hostile, POSTS[6:9])
    opened(guarded, hostile, SHOWN)
    rows = guarded.locator('[id="pulse:latest:rows"] .row')
    for row in rows.all():
        time, author = row.locator(".c0").bounding_box(), row.locator(".c3").bounding_box()
        assert time
        assert author
        assert time["x"] < author["x"]
    directions = rows.locator(".c5").evaluate_all("(all) => all.map((one) => getComputedStyle(one).direction)")
    assert directions == ["rtl", "ltr", "ltr"]


REFUSED = {
    "lone": '{"id": "1", "at": "2026-11-21T11:00:00Z", "text": "aurora air \\ud83d half"}',
    "nul": '{"id": "2", "at": "2026-11-21T11:00:00Z", "text": "aurora air \\u0000 nothing"}',
    "id": '{"id": "3\\udc00", "at": "2026-11-21T11:00:00Z", "text": "aurora air"}',
    "time": '{"id": "4", "at": "<img src=x onerror=window.pwned=12>", "text": "aurora air"}',
    "json": '{"id": "5", <script>window.pwned=13</script>',
}
WHOLE = '{"id": "6", "at": "2026-11-21T11:00:00Z", "text": "aurora air \\ud83d\\ude00 whole"}'


def test_what_cannot_be_stored_is_refused_by_name_and_shown_as_text_on_health(guarded: Page, hostile: World) -> None:
    name = "<img src=x onerror=window.pwned=14>.jsonl"
    (hostile.folder / "data").mkdir()
    file = hostile.folder / "data" / name
    file.write_text("\n".join([*REFUSED.values(), WHOLE]) + "\n", encoding="utf-8")
    hostile.settle(file)
    report = hostile.collect()["lines"]
    assert (report.tally.read, report.tally.refused, report.tally.new) == (6, 5, 1)

    refused = {row["reason"]: row for row in hostile.ask("refused_rows")}
    assert refused["bad_text"]["refused_count"] == 3
    assert refused["broken_json"]["last_line"] == 5
    assert refused["unreadable_time"]["last_file"].endswith(name)
    assert {row["source"] for row in refused.values()} == {"lines"}

    guarded.goto(hostile.address + "/health")
    part = guarded.locator("#refused")
    for row in refused.values():
        reason = part.locator(".reason").filter(has=guarded.locator(f"h4:has-text('{row['reason']}')"))
        rows = f"{row['refused_count']} row{'s' if row['refused_count'] > 1 else ''}"
        expect(reason.locator(".count")).to_have_text(rows)
        assert reason.locator("p").first.text_content() == row["sentence"]
    assert "onerror=window.pwned=12" in str(part.text_content())
    assert name in str(part.text_content())
    expect(guarded.locator("h1")).to_have_text(re.compile(re.escape('"><script>window.pwned=10</script>')))
    assert guarded.evaluate(CALM) == [True, 0, 0]
    assert guarded.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    opened(guarded, hostile, SHOWN)
    expect(guarded.locator('[id="pulse:latest:rows"] .c5')).to_have_text("aurora air 😀 whole")
    looked_at(guarded)


def test_a_problem_of_the_site_file_is_text_on_health(guarded: Page, hostile: World) -> None:
    text = hostile.site_file.read_text(encoding="utf-8")
    hostile.site_file.write_text('"<img src=x onerror=window.pwned=15>" = 1\n' + text, encoding="utf-8")
    for _ in range(100):
        guarded.goto(hostile.address + "/health")
        if guarded.locator("section.wrong").count():
            break
    expect(guarded.locator("section.wrong")).to_contain_text("<img src=x onerror=window.pwned=15>")
    assert guarded.evaluate(CALM) == [True, 0, 0]
