"""What pages of other sites, other names for this machine and proxies cannot make of a browser that is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callbacks.cookies import CSRF_COOKIE, SESSION_COOKIE
from tests.pages.entering import (
    ACCESS,
    BODY,
    FRAME,
    HTML,
    PEOPLE,
    WORDS,
    alone,
    cheap,
    crumb,
    house,
    peopled,
    set_cookies,
    signed_in,
)
from tests.pages.world import World, files_source, site_text

__all__ = ["alone", "cheap", "house", "peopled"]  # fixtures


FORGED: dict[str, tuple[dict[str, str], int]] = {
    "no token": ({}, 403),
    "a wrong token": ({"X-CSRF-Token": "f" * 64}, 403),
    "a page of another site": ({"X-CSRF-Token": "good", "Origin": "https://evil.example"}, 403),
    "a page without an origin": ({"X-CSRF-Token": "good", "Origin": "null"}, 403),
    "another port of this machine": ({"X-CSRF-Token": "good", "Sec-Fetch-Site": "same-site"}, 403),
    "our own page": (
        {"X-CSRF-Token": "good", "Origin": "http://127.0.0.1:8050", "Sec-Fetch-Site": "same-origin"}, 200,
    ),
    "an older browser": ({"X-CSRF-Token": "good"}, 200),
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("who", ["session", "local"])
def test_only_a_page_of_ours_changes_something(
    request: pytest.FixtureRequest, peopled: World, who: str, forged: str
) -> None:
    headers, status = FORGED[forged]
    client = signed_in(peopled, "viewer") if who == "session" else request.getfixturevalue("alone").flask.test_client()
    client.get("/wall/main", headers=HTML)
    good = crumb(client, CSRF_COOKIE)
    assert good
    shown = {name: good if value == "good" else value for name, value in headers.items()}
    body = {**BODY, "outputs": {"id": "page", "property": "children"}, "changedPropIds": [], "state": []}
    body["state"] = [{"id": "url", "property": "search", "value": ""}]
    assert client.post("/_dash-update-component", json=body, headers=shown).status_code == status


def test_a_token_belongs_to_its_session_alone(house: World) -> None:
    one, other = signed_in(house, "admin"), signed_in(house, "admin")
    shown = {"X-CSRF-Token": crumb(other, CSRF_COOKIE)}
    one.set_cookie(CSRF_COOKIE, crumb(other, CSRF_COOKIE))
    body = {"name": "eve", "role": "admin", "password": WORDS}
    assert one.post("/api/v1/person/add", json=body, headers=shown).status_code == 403
    assert len(house.house.people.everybody()) == len(PEOPLE)


def test_another_site_signs_nobody_in_or_out(house: World) -> None:
    client = signed_in(house, "viewer")
    for address in ("/login", "/logout"):
        form = {"name": "viewer-one", "password": WORDS}
        answer = client.post(address, data=form, headers={**HTML, "Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert "page of another site" in answer.text
    assert client.get("/health").status_code == 200


def test_a_lost_token_comes_back_with_the_next_page(house: World) -> None:
    client = signed_in(house, "viewer")
    good = crumb(client, CSRF_COOKIE)
    client.set_cookie(CSRF_COOKIE, "mangled")
    client.get("/health", headers=HTML)
    assert crumb(client, CSRF_COOKIE) == good
    assert SESSION_COOKIE not in set_cookies(client.get("/health", headers=HTML)), "not with every page"
    assert not set_cookies(client.get(FRAME)), "never with a frame"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("watch.example.com", 200),
        ("WATCH.example.com:8443", 200),
        ("127.0.0.1:8050", 200),
        ("evil.example", 421),
        ("0.0.0.0:8050", 421),
        ("watch.example.com.evil.example", 421),
        ("watch.example.com@evil.example", 421),
    ],
)
def test_opened_to_others_it_answers_to_its_names_alone(worlds: Callable[[str], World], host: str, status: int) -> None:
    client = worlds(site_text(files_source()) + ACCESS.format(https="false")).flask.test_client()
    answer = client.get("/healthz", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        assert "watch.example.com" in answer.text


def test_opened_to_others_nobody_is_local_even_when_the_last_person_has_gone(worlds: Callable[[str], World]) -> None:
    world = worlds(site_text(files_source()) + ACCESS.format(https="false"))
    client = world.flask.test_client()
    assert client.get("/health").status_code == 401
    # the site file is read again while the server runs; the address it listens on stays
    world.site_file.write_text(site_text(files_source()), encoding="utf-8")
    world.house._seen = None
    world.house.reread()
    assert world.house.served.site.access is None
    assert client.get("/health").status_code == 401
    assert any("access" in problem for problem in world.house.served.problems)
