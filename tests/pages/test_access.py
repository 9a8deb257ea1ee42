"""Who may: every address for everybody, whoever is asked and however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callbacks import access
from callbacks.access import NEEDS, need
from callbacks.cookies import CSRF_COOKIE, SESSION_COOKIE
from queries.people import ROLES
from tests.pages.entering import (
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
    signed_in,
)
from tests.pages.world import SECRET, World

__all__ = ["alone", "cheap", "house", "peopled"]  # fixtures

# The address, the least role, and how it is asked. Written out once more, not read from the table under test.
ROUTES: dict[str, tuple[str, str]] = {
    "/healthz": ("open", "GET"),
    "/assets/wall.css": ("open", "GET"),
    "/_dash-component-suites/dash/deps/polyfill@7.js": ("open", "GET"),
    "/_favicon.ico": ("open", "GET"),
    "/hooks": ("open", "GET POST"),
    "/hooks/": ("open", "GET POST"),
    "/hooks/care": ("open", "GET POST PUT PATCH DELETE"),
    "/hooks/care/x": ("open", "GET POST"),
    "/login": ("anyone", "GET POST"),
    "/logout": ("anyone", "GET POST"),
    "/": ("viewer", "GET"),
    "/health": ("viewer", "GET"),
    FRAME: ("viewer", "GET"),
    "/_dash-layout": ("viewer", "GET"),
    "/_dash-dependencies": ("viewer", "GET"),
    "/_reload-hash": ("viewer", "GET"),
    "/_dash-update-component": ("viewer", "POST"),
    "/api/v1/ask/source_health": ("analyst", "GET"),
    "/api/v1/ingest": ("operator", "POST"),
    "/api/v1/refused/redrive": ("operator", "POST"),
    "/api/v1/source/remove": ("operator", "POST"),
    "/api/v1/snapshot/make": ("operator", "POST"),
    "/api/v1/whatif": ("operator", "POST"),
    "/api/v1/whatif/roster": ("operator", "POST"),
    "/api/v1/alert/acknowledge": ("operator", "POST"),
    "/api/v1/hello": ("admin", "GET"),
    "/api/v1/person": ("admin", "GET"),
    "/api/v1/person/add": ("admin", "POST"),
    "/api/v1/person/password": ("admin", "POST"),
    "/api/v1/person/role": ("admin", "POST"),
    "/api/v1/person/remove": ("admin", "POST"),
    "/api/v1/person/token": ("admin", "POST"),
    "/api/v1/person/token/remove": ("admin", "POST"),
    "/api/": ("admin", "GET"),
    "/api/nowhere": ("admin", "GET"),
}
# pages that Dash answers under one rule of its own
PAGES = {
    "/wall/main": "viewer",
    "/snapshot": "viewer",
    "/snapshot/2026-W46": "viewer",
    "/desk": "analyst",
    "/export": "analyst",
    "/export/mentions.csv": "analyst",
    "/nowhere": "admin",
}
# ---- every route for everybody


def test_every_route_is_named(peopled: World) -> None:
    adapter = peopled.flask.url_map.bind("127.0.0.1")
    named = set()
    for path, (_, methods) in ROUTES.items():
        for method in methods.split():
            named.add(adapter.match(path, method=method, return_rule=True)[0].rule)
    rules = {rule.rule for rule in peopled.flask.url_map.iter_rules()} - {"/<path:path>"}
    unnamed = {rule for rule in rules - named if not any(rule.startswith(page) for page in PAGES)}
    assert not unnamed, f"say in callbacks/access.py who may, and here: {unnamed}"


def test_the_table_names_no_more_than_is_told_here() -> None:
    told = {path: least for path, (least, _) in ROUTES.items()} | PAGES
    for path, least in told.items():
        assert need(path.rstrip("/") or "/") == least, path
    assert set(NEEDS.values()) <= {"open", "anyone", *ROLES}


def callers(world: World) -> Iterator[tuple[str, str | None, FlaskClient, dict[str, str]]]:
    """Who asks, their role, with what."""
    yield "nobody", None, world.flask.test_client(), {}
    stranger = world.flask.test_client()
    stranger.set_cookie(SESSION_COOKIE, "x" * 43)
    yield "a wrong cookie", None, stranger, {}
    yield "a wrong token", None, world.flask.test_client(), {"Authorization": "Bearer wft_wrong"}
    yield "the secret", "admin", world.flask.test_client(), {access.SECRET_HEADER: SECRET}
    for role, name in PEOPLE.items():
        yield role, role, signed_in(world, role), {}
        token = world.house.people.add_token(name, "walk", world.clock())
        yield f"{role}'s token", role, world.flask.test_client(), {"Authorization": f"Bearer {token}"}


def open_as(client: FlaskClient, path: str, method: str, headers: dict[str, str]) -> TestResponse:
    """Ask with a body that does nothing."""
    body: Any = BODY if path == "/_dash-update-component" else []
    json = None if method == "GET" else body
    return client.open(path, method=method, headers=headers, json=json, buffered=True)


def test_every_route_for_everybody(peopled: World) -> None:
    asked = [(path, method, least) for path, (least, methods) in ROUTES.items() for method in methods.split()]
    asked += [(path, "GET", least) for path, least in PAGES.items()]
    asked = [(path, method, least) for path, method, least in asked if (path, method) != ("/logout", "POST")]
    wrong = []
    for who, role, client, headers in callers(peopled):
        shown = {**headers, "X-CSRF-Token": crumb(client, CSRF_COOKIE)}
        for path, method, least in asked:
            answer = open_as(client, path, method, shown)
            passed = answer.status_code not in (401, 403)
            if path.startswith("/hooks"):
                passed = answer.status_code in (404, 405)
            if least == "anyone":
                # no role is needed, but a wrong token is told so, and a form is only taken from a page of ours
                may = who != "a wrong token" and (method == "GET" or who not in ("nobody", "a wrong cookie"))
                passed = passed or "password is wrong" in answer.text
            else:
                may = least == "open" or (role is not None and ROLES.index(role) >= ROLES.index(least))
            if passed != may:
                wrong.append(f"{who} {method} {path}: {answer.status_code}")
            if not may and least not in ("open", "anyone"):
                assert answer.status_code == (401 if role is None else 403), f"{who} {method} {path}"
                assert answer.get_json()["error"]
    assert not wrong, "\n".join(wrong)


def test_before_anybody_is_written_down_the_user_here_may_everything(alone: World) -> None:
    client = alone.flask.test_client()
    client.get("/login")
    shown = {"X-CSRF-Token": crumb(client, CSRF_COOKIE)}
    for path, (_, methods) in ROUTES.items():
        for method in methods.split():
            if path not in ("/hooks/care", "/login", "/logout"):
                answer = open_as(client, path, method, shown)
                assert answer.status_code not in (401, 403), path
    assert "You are <strong" in client.get("/login").text


@pytest.mark.parametrize(
    "seen",
    [{"environ_base": {"REMOTE_ADDR": "192.168.1.9"}}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}],
    ids=["another machine", "a proxy on this machine"],
)
def test_nobody_else_is_the_user_on_this_machine(alone: World, seen: dict[str, Any]) -> None:
    client = alone.flask.test_client()
    assert client.get("/health", **seen).status_code == 401
    assert "Nobody can sign in yet" in client.get("/login", **seen).text


def test_as_soon_as_there_is_a_person_everybody_signs_in(alone: World) -> None:
    client = alone.flask.test_client()
    assert client.get("/health").status_code == 200
    alone.house.people.add("ana", "viewer", WORDS, alone.clock())
    assert client.get("/health").status_code == 401


CALLBACKS = {
    "page.children": "/desk",
    "..page.children...page.title..": "/desk/",
    "page.children@8a1f": "desk",
    "url.search": "/wall/main",
    "desk-table.rowData": "/wall/main",
    "..wall:x.children...desk-table.rowData..": "/wall/main",
    "wallet.children": "/wall/main",
    "": "/wall/main",
}


@pytest.mark.parametrize("output", CALLBACKS)
def test_a_viewer_cannot_reach_the_desk_through_a_callback(peopled: World, output: str) -> None:
    client = signed_in(peopled, "viewer")
    shown = {"X-CSRF-Token": crumb(client, CSRF_COOKIE)}
    for part in ("inputs", "state"):
        body = {"output": output, part: [{"id": "x", "property": "y", "value": CALLBACKS[output]}]}
        assert client.post("/_dash-update-component", json=body, headers=shown).status_code == 403
    odds: list[Any] = [[], 3, None, {"output": 3}, {"output": ["page.children"]}]
    for odd in odds:
        assert client.post("/_dash-update-component", json=odd, headers=shown).status_code == 403


@pytest.mark.parametrize("path", ["/wall//desk", "/desk/", "/Desk", "/wall/../desk", "/api/v1//person"])
def test_an_address_written_oddly_opens_nothing_more(peopled: World, path: str) -> None:
    answer = signed_in(peopled, "viewer").get(path)
    assert answer.status_code in (403, 308) or "desk" not in answer.text.casefold()


def test_a_page_without_a_session_leads_to_the_sign_in_page_and_back(peopled: World) -> None:
    client = peopled.flask.test_client()
    answer = client.get("/wall/main?scene=pulse&x=a b", headers=HTML)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/wall/main?scene%3Dpulse%26x%3Da+b"
    assert client.get(FRAME, headers={"Accept": "*/*"}).get_json()["error"].startswith("sign in first")
    assert client.get(FRAME).headers["WWW-Authenticate"] == "Bearer"


def test_a_page_that_is_not_for_a_role_says_so(peopled: World) -> None:
    answer = signed_in(peopled, "viewer").get("/desk", headers=HTML)
    assert answer.status_code == 403
    assert "There is nothing at /desk for a viewer; ask an admin for another role." in answer.text


# ---- sessions and tokens that end


def test_a_removed_person_is_out_with_the_next_request(house: World) -> None:
    client, token = signed_in(house, "analyst"), house.house.people.add_token("analyst-one", "x", house.clock())
    headers = {"Authorization": f"Bearer {token}"}
    other = house.flask.test_client()
    assert client.get("/health").status_code == other.get("/health", headers=headers).status_code == 200
    house.house.people.remove("analyst-one")
    assert client.get("/health").status_code == other.get("/health", headers=headers).status_code == 401


def test_a_lower_role_holds_with_the_next_request(house: World) -> None:
    client = signed_in(house, "analyst")
    assert client.get("/api/v1/ask/source_health").status_code == 200
    house.house.people.set_role("analyst-one", "viewer")
    assert client.get("/api/v1/ask/source_health").status_code == 403


def test_a_wrong_token_is_not_saved_by_a_good_cookie(house: World) -> None:
    client = signed_in(house, "admin")
    assert client.get("/health", headers={"Authorization": "Bearer wft_wrong"}).status_code == 401
    assert client.get("/health", headers={"Authorization": "Basic b3RoZXI6bG9jaw=="}).status_code == 200, "a proxy's"


def test_every_answer_with_data_is_kept_nowhere(peopled: World) -> None:
    client = signed_in(peopled, "admin")
    for path in ("/", "/wall/main", "/health", "/login", FRAME, "/api/v1/ask/source_health", "/_dash-layout"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_the_table_is_told_in_the_docs_as_it_is() -> None:
    text = Path("docs/access.md").read_text(encoding="utf-8")
    for path in ("/wall", "/snapshot", "/health", "/desk", "/export", "/api/v1/ask", "/api/v1/person"):
        row = next(line for line in text.splitlines() if re.match(rf"\|.*`{path}[`/…]", line))
        assert need(path) in row, row
