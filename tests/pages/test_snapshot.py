"""/snapshot as it is served and printed: read by anybody, on anything, and archived as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import app
from tests.conftest import FakeClock
from tests.jobs import two_weeks
from tests.pages.conftest import Browse
from tests.pages.world import SECRET, World

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
HEADERS = {"Host": "127.0.0.1"}
FORMATS = {"A4": (210, 297), "Letter": (216, 279)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A served house with two invented weeks in it."""
    folder = tmp_path_factory.mktemp("snapshot")
    site = two_weeks.SITE + two_weeks.GOALS + two_weeks.VALUE
    with World(folder, FakeClock(two_weeks.MADE), site) as made:
        two_weeks.fill(made.house.warehouse, 0.3)
        yield made


def asked(desk: World, path: str) -> tuple[int, str]:
    answer = desk.flask.test_client().get(path, headers=HEADERS)
    return answer.status_code, answer.text


def told(desk: World, **wish: Any) -> tuple[int, dict[str, str]]:
    """What the command is answered."""
    headers = {**HEADERS, "X-Watchfloor-Secret": SECRET}
    answer = desk.flask.test_client().post("/api/v1/snapshot/make", json=wish, headers=headers)
    return answer.status_code, answer.get_json()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document)")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def test_the_newest_is_made_on_the_spot_and_kept(desk: World) -> None:
    status, first = asked(desk, "/snapshot")
    assert (status, "Week 47 of 2026" in first) == (200, True)
    assert asked(desk, "/snapshot") == asked(desk, "/snapshot/2026-W47") == (200, first)
    [kept] = desk.house.snapshots.archive.listed()
    assert kept.week == "2026-W47"
    assert asked(desk, f"/snapshot/2026-W47?inputs={kept.inputs_hash}") == (200, first)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/snapshot/2026-W46", "There is no snapshot of 2026-W46."),
        ("/snapshot/2026-W47?inputs=00", "There is no snapshot of 2026-W47 of these inputs."),
        ("/snapshot/%3Cscript%3E", '"&lt;script&gt;" is not a week; write its ISO name, such as 2026-W46.'),
    ],
)
def test_what_there_is_not_is_said_beside_what_there_is(desk: World, path: str, said: str) -> None:
    asked(desk, "/snapshot")
    status, html = asked(desk, path)
    assert status == 404
    assert said in html.replace("&#34;", '"')
    assert 'href="/snapshot/2026-W47"' in html
    assert "python app.py snapshot make --week" in html


def test_the_command_makes_a_week_and_its_mistakes_are_sentences(desk: World, tmp_path: Path) -> None:
    status, answer = told(desk, week="2026-W46", out=str(tmp_path))
    assert status == 200
    assert re.fullmatch(
        r"2026-W46 made and archived \(inputs [0-9a-f]{16}\); written to .*2026-W46\.html", answer["sentence"]
    )
    assert (tmp_path / "watchfloor-2026-W46.html").exists()
    assert asked(desk, "/snapshot/2026-W46")[0] == 200
    assert told(desk, week="46", out=None)[0] == 400
    assert told(desk, week=7, out=None) == (400, {"error": "the body must be a JSON object with week, out"})
    nobody = desk.flask.test_client().post(
        "/api/v1/snapshot/make", json={}, headers={**HEADERS, "X-Watchfloor-Secret": "x"}
    )
    assert nobody.status_code == 403


def test_the_command_works_without_a_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "site.toml"
    file.write_text(two_weeks.SITE, encoding="utf-8")
    made = ["--config", str(file), "snapshot", "make"]
    assert app.main([*made, "--week", "2026-W40", "--out", str(tmp_path / "out")]) == 0
    assert "2026-W40 made and archived" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["watchfloor-2026-W40.html"]
    assert app.main([*made, "--week", "last"]) == 2
    assert "write its ISO name, such as 2026-W46" in capsys.readouterr().err


def test_health_says_what_was_made_and_what_is_due(desk: World) -> None:
    desk.house.snapshots.step()
    health = asked(desk, "/health")[1].partition('id="snapshot"')[2].partition("</section>")[0]
    text = re.sub(r"<[^>]+>", " ", health)
    assert "2026-W47, Mon 23 Nov 2026 07:00" in text
    assert "Mon 30 Nov 2026 07:00" in text
    assert str(desk.folder / "snapshots") in text


@pytest.mark.parametrize("path", ["/snapshot", "/snapshot/all"])
def test_a_snapshot_can_be_read_by_anybody_on_anything(browse: Browse, desk: World, path: str) -> None:
    page = browse(width=1200, height=900)
    page.goto(desk.address + path)
    expect(page.locator("h1")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert violations(page) == []
    assert page.locator("script").count() == 0
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate(
            "[...document.querySelectorAll('.wide')].filter((e) => e.scrollWidth > e.clientWidth).length"
        )
        assert (page.evaluate("document.documentElement.scrollWidth"), wide) == (width, 0)
    assert violations(page) == []


def test_the_way_leads_on_and_back(guarded: Page, desk: World) -> None:
    asked(desk, "/snapshot")
    guarded.goto(desk.address + "/snapshot")
    guarded.get_by_role("link", name="All snapshots").click()
    guarded.get_by_role("link", name="2026-W47").first.click()
    expect(guarded.locator("h1")).to_have_text("Week 47 of 2026")
    guarded.get_by_role("link", name="Health").click()
    expect(guarded.locator("#snapshot h2")).to_have_text("Snapshot")


@pytest.mark.parametrize("paper", FORMATS)
def test_it_prints_whole(browse: Browse, desk: World, tmp_path: Path, paper: str) -> None:
    page = browse(width=1200, height=900)
    page.goto(desk.address + "/snapshot")
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    # what can be folded on a screen stands open on paper
    assert page.locator("details table").evaluate("(one) => one.getClientRects().length") == 1
    width, height = FORMATS[paper]
    page.set_viewport_size({"width": round((width - 28) * 96 / 25.4), "height": 900})
    sideways = page.evaluate(
        "[...document.querySelectorAll('table, figure, p')]"
        ".filter((one) => one.scrollWidth > document.body.clientWidth + 1).length"
    )
    assert sideways == 0
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('figure')].map((e) => e.offsetHeight))")
    assert tallest < (height - 32) * 96 / 25.4, "a figure fits on a page"
    body = page.pdf(format=paper)
    (tmp_path / f"{paper}.pdf").write_bytes(body)
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", body)) <= 9


def test_the_file_stands_alone(browse: Browse, desk: World) -> None:
    told(desk, week="2026-W47", out=None)
    page = browse(width=390, height=800, tolerated=[r"left the host: file:///.*/watchfloor-2026-W47\.html"])
    page.goto((desk.folder / "snapshots" / "watchfloor-2026-W47.html").as_uri())
    expect(page.locator("h1")).to_have_text("Week 47 of 2026")
    assert page.locator("a").count() == 0
    assert page.evaluate("document.fonts.check('16px Inter') && document.fonts.size") == 1
