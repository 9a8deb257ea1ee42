"""Houses with people in them, and a browser without a screen that signs in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from queries import passwords
from queries.people import ROLES
from tests.conftest import FakeClock
from tests.pages.world import World, files_source, site_text

WORDS = "four good words here"
PEOPLE = {role: f"{role}-one" for role in ROLES}
FRAME = "/api/v1/wall/main/pulse/frame"
ACCESS = """
[access]
address = "0.0.0.0"
names = ["Watch.example.com"]
https = {https}
"""
# what a wall's page asks when it is opened
BODY = {"output": "page.children", "inputs": [{"id": "url", "property": "pathname", "value": "/wall/main"}]}
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module", autouse=True)
def cheap() -> Iterator[None]:
    """Passwords at a thousandth of the cost: the cost itself is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "N", 2**5)
        patch.setattr(passwords, "_NOBODY", passwords._NOBODY.replace(str(2**15), str(2**5)))
        yield


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house with somebody of each role."""
    with World(tmp_path_factory.mktemp("peopled"), FakeClock(), site_text(files_source())) as made:
        write_down(made)
        yield made


@pytest.fixture
def alone(worlds: Callable[[str], World]) -> World:
    """A house in which nobody is written down."""
    return worlds(site_text(files_source()))


@pytest.fixture
def house(alone: World) -> World:
    """A house with somebody of each role, for a test that changes something."""
    write_down(alone)
    return alone


def write_down(world: World) -> None:
    for role, name in PEOPLE.items():
        world.house.people.add(name, role, WORDS, world.clock())


def csrf_in(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def post_form(client: FlaskClient, address: str, form: dict[str, str], **more: Any) -> TestResponse:
    """Open the sign-in page and send a form as it would."""
    csrf = csrf_in(client.get("/login", **more))
    headers = {**HTML, **more.get("headers", {})}
    return client.post(address, data={"csrf_token": csrf, **form}, **{**more, "headers": headers})


def signing_in(client: FlaskClient, name: str, password: str = WORDS, **form: str) -> TestResponse:
    return post_form(client, "/login", {"name": name, "password": password, **form})


def signed_in(world: World, role: str) -> FlaskClient:
    client = world.flask.test_client()
    assert signing_in(client, PEOPLE[role]).status_code == 303
    return client


def crumb(client: FlaskClient, name: str) -> str:
    cookie = client.get_cookie(name)
    return cookie.value if cookie else ""


def set_cookies(answer: TestResponse) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
