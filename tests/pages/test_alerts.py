"""Alerts on /health, on the wall, and at the address where somebody says that they know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from callbacks.cookies import CSRF_COOKIE
from queries.alerts import Alerts
from queries.people import ROLES
from queries.warehouse import WarehouseError
from tests.conftest import FakeClock
from tests.pages.conftest import Browse
from tests.pages.entering import HTML, cheap, crumb, csrf_in, signed_in, write_down
from tests.pages.world import World, files_source, site_text, steady

__all__ = ["cheap"]  # fixture

ADDRESS = "/api/v1/alert/acknowledge"
HOUR = timedelta(hours=1)
# nobody from Saturday 22:00 to Sunday 04:00 in New York, and of the following Saturday
SHIFT = """
[[shift]]
site = "New York"
timezone = "America/New_York"
heads = 2
start = "04:00"
end = "04:00"
days = ["sun", "mon", "tue", "wed", "thu", "fri"]
[[shift]]
site = "New York"
timezone = "America/New_York"
heads = 2
start = "04:00"
end = "22:00"
days = ["sat"]
"""
FIRST = {"kind": "gap", "subject": "all", "since_at": "2026-11-22T03:00:00Z"}


def rostered() -> str:
    return site_text(files_source()) + SHIFT


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A house with somebody of each role and two alerts, for tests that change nothing."""
    with World(tmp_path_factory.mktemp("seen"), FakeClock(), rostered()) as made:
        write_down(made)
        assert made.house.look_ahead()
        yield made


@pytest.fixture
def house(worlds: Callable[[str], World]) -> World:
    """The same, for a test that changes something."""
    made = worlds(rostered())
    write_down(made)
    assert made.house.look_ahead()
    return made


def known(world: World) -> list[Any]:
    """Who has acknowledged the alerts, the soonest first."""
    frame = world.house.answers.ask("alerts", {}, world.clock()).frame
    return [None if by != by else by for by in frame["acknowledged_by"]]


def tell(client: FlaskClient, body: Any, **headers: str) -> TestResponse:
    return client.post(ADDRESS, json=body, headers={"X-CSRF-Token": crumb(client, CSRF_COOKIE), **headers})


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_the_alerts_and_an_operator_the_button(seen: World, role: str) -> None:
    page = signed_in(seen, role).get("/health", headers=HTML).text
    assert "Nobody on shift today 22:00 to Sun 04:00" in page
    assert page.count("<form") == (2 if role in ("operator", "admin") else 0)


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_who_may_not_acknowledge_cannot_by_hand_either(seen: World, role: str) -> None:
    client = signed_in(seen, role)
    assert tell(client, FIRST).status_code == 403
    form = {**FIRST, "csrf_token": crumb(client, CSRF_COOKIE)}
    assert client.post(ADDRESS, data=form, headers=HTML).status_code == 403
    assert known(seen) == [None, None]


def test_the_form_of_the_button_writes_down_who_pressed_it_and_leads_back(house: World) -> None:
    client = signed_in(house, "operator")
    csrf = csrf_in(client.get("/health", headers=HTML))
    answer = client.post(ADDRESS, data={**FIRST, "csrf_token": csrf}, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/health#ahead")
    assert known(house) == ["operator-one", None]
    page = client.get("/health", headers=HTML).text
    assert "acknowledged by operator-one, 07:00" in page
    assert page.count("<form") == 1


@pytest.mark.parametrize("csrf", ["", "f" * 64])
def test_a_form_of_another_page_acknowledges_nothing(seen: World, csrf: str) -> None:
    client = signed_in(seen, "operator")
    answer = client.post(ADDRESS, data={**FIRST, "csrf_token": csrf}, headers=HTML)
    assert answer.status_code == 403
    good = csrf_in(client.get("/health", headers=HTML))
    forged = {**HTML, "Origin": "https://evil.example"}
    assert client.post(ADDRESS, data={**FIRST, "csrf_token": good}, headers=forged).status_code == 403
    assert known(seen) == [None, None]


def test_a_program_with_a_token_acknowledges_and_is_told_what(house: World) -> None:
    token = house.house.people.add_token("operator-one", "pager", house.clock())
    client, bearer = house.flask.test_client(), {"Authorization": f"Bearer {token}"}
    answer = client.post(ADDRESS, json={"since_at": FIRST["since_at"]}, headers=bearer)
    assert answer.get_json() == {"sentence": "Nobody on shift today 22:00 to Sun 04:00: acknowledged by operator-one"}
    second = signed_in(house, "admin")
    assert "acknowledged by operator-one" in tell(second, FIRST).get_json()["sentence"], "who was first stays"
    assert known(house) == ["operator-one", None]


def test_a_program_acknowledges_all_of_a_subject_at_once(house: World) -> None:
    answer = tell(signed_in(house, "operator"), {"subject": "all"})
    assert answer.get_json()["sentence"].startswith("Nobody on shift, 2 alerts: acknowledged by ")
    assert None not in known(house)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({**FIRST, "subject": "ja"}, 404, "does not stand any more"),
        ({**FIRST, "since_at": "2026-11-22T09:00:00Z"}, 404, "does not stand any more"),
        ({**FIRST, "since_at": "yesterday"}, 400, "yesterday"),
        ({**FIRST, "since_at": 3}, 400, "must be a JSON object"),
        ({}, 400, "since_at says which alert is meant"),
        ({"subject": "ja"}, 404, "does not stand any more"),
        ([], 400, "must be a JSON object"),
    ],
)
def test_what_cannot_be_acknowledged_is_said(seen: World, body: Any, status: int, said: str) -> None:
    answer = tell(signed_in(seen, "operator"), body)
    assert answer.status_code == status
    assert said in answer.get_json()["error"]


def test_a_button_of_an_alert_that_stands_no_more_leads_to_the_page_without_it(house: World) -> None:
    client = signed_in(house, "operator")
    csrf = csrf_in(client.get("/health", headers=HTML))
    house.site_file.write_text(rostered().replace('end = "22:00"', 'end = "04:00"'), encoding="utf-8")
    house.house.reread()
    assert house.house.look_ahead()
    assert client.post(ADDRESS, data={**FIRST, "csrf_token": csrf}, headers=HTML).status_code == 303
    assert "No alert stands for the next 14 days." in client.get("/health", headers=HTML).text


def test_a_warehouse_that_cannot_be_written_is_said_on_a_page(seen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise WarehouseError("the disk is full; make room")

    client = signed_in(seen, "operator")
    csrf = csrf_in(client.get("/health", headers=HTML))
    monkeypatch.setattr(Alerts, "acknowledge", full)
    answer = client.post(ADDRESS, data={**FIRST, "csrf_token": csrf}, headers=HTML)
    assert answer.status_code == 503
    assert "The disk is full; make room" in answer.text
    assert tell(client, FIRST).status_code == 503


def test_health_answers_when_alerts_do_not(seen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = seen.house.answers.ask

    def broken(question: str, *rest: Any) -> Any:
        if question == "alerts":
            raise WarehouseError("the alerts cannot be read")
        return plain(question, *rest)

    monkeypatch.setattr(seen.house.answers, "ask", broken)
    page = signed_in(seen, "viewer").get("/health", headers=HTML)
    assert page.status_code == 200
    assert "the alerts cannot be read" in page.text
    assert "No alert stands" not in page.text, "what is not known is not said to be none"


# ---- in a browser


def test_an_operator_acknowledges_with_a_click_and_the_wall_says_so_no_more(guarded: Page, worlds: Any) -> None:
    world = worlds(rostered())
    world.bring(steady(world.clock()))
    assert world.house.look_ahead()
    guarded.goto(world.address + "/wall/main")
    mark = guarded.locator("#wall\\:ahead")
    expect(mark).to_have_text("2 alerts aheadNobody on shift today 22:00 to Sun 04:00")
    guarded.goto(world.address + "/health")
    guarded.get_by_role("button", name="Acknowledge: Nobody on shift today").click()
    expect(guarded.locator("#ahead")).to_contain_text("acknowledged by local")
    expect(guarded.get_by_role("button", name="Acknowledge")).to_have_count(1)
    guarded.get_by_role("button", name="Acknowledge").click()
    expect(guarded.get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert known(world) == ["local", "local"]
    guarded.goto(world.address + "/wall/main")
    expect(guarded.locator("#wall")).to_have_attribute("data-state", "live")
    expect(mark).to_have_attribute("data-state", "none")
    expect(mark).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1280, 720)])
def test_the_mark_is_read_whole_on_any_wall(browse: Browse, worlds: Any, width: int, height: int) -> None:
    clocks = "".join(
        f'[[clock]]\nname = "{name}"\ntimezone = "{zone}"\n'
        for name, zone in (("San Francisco", "America/Los_Angeles"), ("New York", "America/New_York"),
                           ("London", "Europe/London"), ("Bengaluru", "Asia/Kolkata"), ("Sydney", "Australia/Sydney"))
    )  # fmt: skip
    long_name = "Aurora Air International listening and customer care command center"
    world = worlds(site_text(files_source(), name=long_name) + clocks + SHIFT)
    assert world.house.look_ahead()
    page = browse(width=width, height=height)
    page.goto(world.address + "/wall/main")
    first = page.locator("#wall\\:ahead-first")
    expect(first).to_contain_text("Nobody on shift")
    assert first.evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing of it is cut"
    across = page.locator(".header").evaluate("one => [one.scrollWidth - one.clientWidth, one.clientHeight]")
    assert across[0] <= 0
    boxes = [page.locator(one).bounding_box() for one in ("#wall .clocks", "#wall\\:ahead", "#wall\\:pill")]
    for left, right in pairwise(boxes):
        assert left
        assert right
        assert left["x"] + left["width"] <= right["x"]


@pytest.mark.parametrize("width", [1200, 400])
def test_the_alerts_can_be_read_and_pressed_on_any_screen(browse: Browse, seen: World, width: int) -> None:
    client = signed_in(seen, "operator")
    page = browse(width=width, height=900)
    page.context.add_cookies([{"name": "watchfloor_session", "value": crumb(client, "watchfloor_session"),
                               "url": seen.address}])  # fmt: skip
    page.goto(seen.address + "/health")
    button = page.get_by_role("button").first
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44, "a finger hits it"
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
