"""Signing in and out: where it leads, what the cookies are, how long it lasts, and what guessing costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from callbacks import login
from callbacks.cookies import CSRF_COOKIE, KEPT, SESSION_COOKIE, WORKDAY
from callbacks.throttle import FREE, FREE_APART, LONGEST_WAIT, Throttle
from tests.conftest import NOON
from tests.pages.entering import (
    ACCESS,
    FRAME,
    HTML,
    WORDS,
    alone,
    cheap,
    crumb,
    csrf_in,
    house,
    post_form,
    set_cookies,
    signed_in,
    signing_in,
    write_down,
)
from tests.pages.world import World, files_source, site_text, steady

__all__ = ["alone", "cheap", "house"]  # fixtures


def test_signing_in_leads_on_and_signing_out_ends_it(house: World) -> None:
    client = house.flask.test_client()
    answer = signing_in(client, "Viewer-One", next="/wall/main?scene=pulse")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/wall/main?scene=pulse")
    assert client.get("/health").status_code == 200
    assert "viewer-one" in client.get("/login").text
    taken = crumb(client, SESSION_COOKIE)
    gone = post_form(client, "/logout", {})
    assert (gone.status_code, gone.headers["Location"]) == (303, "/login")
    assert crumb(client, SESSION_COOKIE) == ""
    client.set_cookie(SESSION_COOKIE, taken)
    assert client.get("/health").status_code == 401, "the session itself has ended, not only the cookie"


def test_a_link_signs_nobody_out(house: World) -> None:
    client = signed_in(house, "viewer")
    client.get("/logout")
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("keeps", [False, True], ids=["a person", "a screen"])
def test_a_session_lasts_as_long_as_was_asked_for(house: World, keeps: bool) -> None:
    client = house.flask.test_client()
    signing_in(client, "viewer-one", **({"keep": "yes"} if keeps else {}))
    house.clock.now += (KEPT if keeps else WORKDAY) - timedelta(seconds=1)
    assert client.get(FRAME).status_code == 200
    house.clock.move(seconds=1)
    assert client.get(FRAME).status_code == 401


def test_a_screen_that_is_used_never_meets_the_sign_in_page(house: World) -> None:
    client = house.flask.test_client()
    signing_in(client, "viewer-one", keep="yes")
    renewed = 0
    for _ in range(50):
        house.clock.move(days=25)
        answer = client.get("/wall/main", headers=HTML)
        assert answer.status_code == 200
        renewed += SESSION_COOKIE in set_cookies(answer)
    assert 20 <= renewed <= 30, "once in a month and a bit, not each time"


def test_a_persons_session_is_not_made_longer(house: World) -> None:
    client = signed_in(house, "viewer")
    for _ in range(12):
        house.clock.move(hours=1)
        answer = client.get("/health", headers=HTML)
    assert answer.status_code == 302


@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
def test_what_the_cookies_are_marked_with(worlds: Callable[[str], World], https: bool) -> None:
    world = worlds(site_text(files_source()) + ACCESS.format(https=str(https).lower()))
    write_down(world)
    base = f"http{'s' if https else ''}://watch.example.com"
    client = world.flask.test_client()
    csrf = csrf_in(client.get("/login", base_url=base))
    form = {"csrf_token": csrf, "name": "viewer-one", "password": WORDS, "keep": "yes"}
    session, token = (
        {part.strip() for part in line.split(";")[1:]}
        for _, line in sorted(set_cookies(client.post("/login", data=form, base_url=base)).items(), reverse=True)
    )
    both = {"Path=/", "SameSite=Lax", f"Max-Age={400 * 86400}"} | ({"Secure"} if https else set())
    assert {part for part in session if not part.startswith("Expires")} == both | {"HttpOnly"}
    assert {part for part in token if not part.startswith("Expires")} == both
    again = {**form, "keep": "", "csrf_token": csrf_in(client.get("/login", base_url=base))}
    plain = client.post("/login", data=again, base_url=base)
    assert "Max-Age" not in "".join(set_cookies(plain).values())


def test_signing_in_makes_a_new_secret_so_that_none_can_be_planted(house: World) -> None:
    client = house.flask.test_client()
    client.set_cookie(SESSION_COOKIE, "planted-by-somebody-else-0123456789abcdef")
    assert signing_in(client, "viewer-one").status_code == 303
    first = crumb(client, SESSION_COOKIE)
    assert first != "planted-by-somebody-else-0123456789abcdef"
    client.get("/login")
    headers = {"X-CSRF-Token": crumb(client, CSRF_COOKIE)}
    client.post("/login", data={"name": "admin-one", "password": WORDS}, headers=headers)
    second = crumb(client, SESSION_COOKIE)
    assert second != first
    client.set_cookie(SESSION_COOKIE, first)
    assert client.get("/health").status_code == 401, "the session before has ended"


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
    "/login?next=/login",
    "/logout",
    "/x" * 5000,
]


@pytest.mark.parametrize("there", ELSEWHERE)
def test_signing_in_leads_nobody_elsewhere(house: World, there: str) -> None:
    client = house.flask.test_client()
    page = client.get("/login", query_string={"next": there})
    assert 'name="next" value="/"' in page.text
    assert signing_in(client, "viewer-one", next=there).headers["Location"] == "/"


@given(st.text(alphabet="/\\.:@?#%&=ab \t\r\n\u2028", max_size=12))
def test_whatever_leads_on_is_a_path_of_this_server(text: str) -> None:
    path = login.local_path(text)
    assert path.startswith("/")
    assert path[1:2] not in ("/", "\\")
    assert not re.search(r"[\x00-\x20\\]", path)


def test_a_wrong_name_and_a_wrong_password_are_told_alike(house: World) -> None:
    client = house.flask.test_client()
    told = []
    for name, password in (("viewer-one", "not the password"), ("nobody-one", WORDS)):
        answer = signing_in(client, name, password)
        assert answer.status_code == 401
        assert SESSION_COOKIE not in set_cookies(answer)
        told.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert told[0] == told[1]
    assert 'role="alert">The name or the password is wrong.</p>' in told[0]


def test_what_was_typed_is_text_on_the_page(house: World) -> None:
    answer = signing_in(house.flask.test_client(), '"><script>alert(1)</script>', "wrong password")
    assert "<script" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text


def test_a_huge_form_is_not_read(house: World) -> None:
    client = house.flask.test_client()
    assert signing_in(client, "viewer-one", "x" * 20_000).status_code == 413
    assert signing_in(client, "viewer-one", "x" * 10_000).status_code == 401


def test_failures_make_the_next_try_wait_and_the_page_says_how_long(house: World) -> None:
    client = house.flask.test_client()
    for _ in range(FREE):
        assert signing_in(client, "viewer-one", "wrong password").status_code == 401
    answer = signing_in(client, "viewer-one")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert "Wait 5 seconds, then try again." in answer.text
    assert signing_in(client, "admin-one").status_code == 303, "others are not kept waiting"
    house.clock.move(seconds=5)
    assert signing_in(house.flask.test_client(), "viewer-one").status_code == 303
    assert signing_in(house.flask.test_client(), "viewer-one", "wrong password").status_code == 401, "begun anew"


def test_waits_grow_are_bounded_and_are_forgotten() -> None:
    throttle, now = Throttle(), NOON
    waits = []
    for _ in range(FREE - 1):
        assert throttle.begin("ana", "10.0.0.1", now) == timedelta()
    for _ in range(12):
        assert throttle.begin("ana", "10.0.0.1", now) == timedelta()
        waits.append(throttle.begin("ANA", "10.0.0.1", now))
        now += waits[-1]
    seconds = [int(wait.total_seconds()) for wait in waits]
    assert seconds == [5, 10, 20, 40, 80, 160, *[300] * 6]
    assert timedelta(minutes=5) == LONGEST_WAIT
    now += timedelta(hours=1)
    assert throttle.begin("ana", "10.0.0.1", now) == timedelta()
    assert throttle.begin("ana", "10.0.0.1", now) == timedelta()


def test_many_names_from_one_address_wait_and_so_does_one_name_from_many() -> None:
    spraying, crowd, proxied = Throttle(), Throttle(), Throttle()
    for number in range(FREE_APART):
        spraying.begin(f"name{number}", "10.0.0.1", NOON)
        crowd.begin("ana", f"10.0.1.{number}", NOON)
        proxied.begin(f"name{number}", "127.0.0.1", NOON)
    assert spraying.begin("another", "10.0.0.1", NOON) > timedelta()
    assert crowd.begin("ana", "10.9.9.9", NOON) > timedelta()
    assert proxied.begin("another", "127.0.0.1", NOON) == timedelta(), "behind a proxy all have one address"


def test_a_good_try_does_not_clear_what_others_of_its_address_have_failed() -> None:
    throttle = Throttle()
    for number in range(FREE_APART - 1):
        throttle.begin(f"name{number}", "10.0.0.1", NOON)
    throttle.begin("ana", "10.0.0.1", NOON)
    throttle.succeeded("ana", "10.0.0.1")
    assert throttle.begin("another", "10.0.0.1", NOON) == timedelta()
    assert throttle.begin("yet another", "10.0.0.1", NOON) > timedelta()


def test_the_first_and_the_last_of_a_walls_day(house: World, browse: Callable[..., Page]) -> None:
    """Sign in, see the wall, lose the session: the picture stays and says why; sign in again, and out."""
    house.bring(steady(house.clock(), hours=3))
    page = browse(tolerated=[r"console error: .* a status of 401 .*/frame\)"])
    page.goto(f"{house.address}/wall/main")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Name").fill("viewer-one")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_label("Keep this screen signed in").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[id='wall:pill-word']")).to_have_text("LIVE")
    house.house.people.set_password("viewer-one", WORDS + "!")
    expect(page.locator("[id='wall:pill-word']")).to_have_text("SIGNED OUT")
    expect(page.locator("[id='wall:pill-detail']")).to_contain_text("data from")
    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto(f"{house.address}/login?next=/login")
    other.get_by_label("Name").fill("viewer-one")
    other.get_by_label("Password").fill(WORDS + "!")
    other.get_by_label("Password").press("Enter")
    other.wait_for_url(re.compile("/wall/"))
    expect(page.locator("[id='wall:pill-word']")).to_have_text("LIVE")
    other.goto(f"{house.address}/login")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
