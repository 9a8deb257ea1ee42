"""A browser for the session, a fresh page for each test that tolerates no error, and a world to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import ADVICE, find_browser
from tests.conftest import FakeClock
from tests.pages.watching import TELL_VIOLATIONS, Watch
from tests.pages.world import World, files_source, site_text, steady

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Browse(Protocol):
    """Opens a watched page in a context of its own."""

    def __call__(self, *, width: int = ..., height: int = ..., tolerated: list[str] = ..., **context: Any) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests. Its absence is a failure that says what to do, never a skip."""
    path = find_browser()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    expect.set_options(timeout=15_000)  # a promise kept late on a busy machine is kept
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield launched
        launched.close()


@pytest.fixture
def browse(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Browse]:
    """Pages that fail the test for an error, a warning, a violated policy, a dialog or a request to elsewhere."""
    request.getfixturevalue("worlds")  # made before the pages, and so ended after them
    with ExitStack() as contexts:
        watches: list[Watch] = []

        def opened(
            *,
            width: int = 1920,
            height: int = 1080,
            tolerated: list[str] | None = None,
            **more: Any,
        ) -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, **more)
            contexts.callback(context.close)
            context.add_init_script(TELL_VIOLATIONS)
            watches.append(Watch(tolerated or []))
            page = context.new_page()
            watches[-1].follow(page)
            return page

        yield opened
    wrong = [line for watch in watches for line in watch.wrong]
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def guarded(browse: Browse) -> Page:
    """A watched page of 1920x1080."""
    return browse()


@pytest.fixture
def worlds(tmp_path: Path, clock: FakeClock) -> Iterator[Callable[[str], World]]:
    """Makes running worlds of site files."""
    with ExitStack() as running:
        yield lambda site: running.enter_context(World(tmp_path, clock, site))


@pytest.fixture
def world(worlds: Callable[[str], World]) -> World:
    """A running world with thirty hours of steady posts behind it."""
    made = worlds(site_text(files_source()))
    made.bring(steady(made.clock()))
    return made


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same world for the tests of a file that only look at it: time stands still in it."""
    with World(tmp_path_factory.mktemp("still"), FakeClock(), site_text(files_source())) as made:
        made.bring(steady(made.clock()))
        yield made
