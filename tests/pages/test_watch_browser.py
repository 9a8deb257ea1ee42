"""The guard itself: a page test that could not fail would prove nothing."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.pages.watching import TELL_VIOLATIONS, Watch
from tests.pages.world import World


def test_the_guard_sees_errors_violations_dialogs_and_requests_to_elsewhere(browser: Browser, still: World) -> None:
    context = browser.new_context()
    context.add_init_script(TELL_VIOLATIONS)
    context.route("http://192.0.2.1/**", lambda route: route.abort())
    page, watch = context.new_page(), Watch()
    watch.follow(page)
    page.goto("about:blank")
    page.evaluate("new Image().src = 'http://192.0.2.1/pixel.png'")
    page.goto(still.address + "/health")
    page.evaluate("console.error('a complaint')")
    page.evaluate("setTimeout(() => { throw new Error('a defect') }, 0)")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))")
    page.evaluate("alert('hello')")
    page.wait_for_timeout(100)
    context.close()
    said = "\n".join(watch.wrong)
    for sign in ("left the host: http://192.0.2.1", "a complaint", "a defect", "policy: script-src", "dialog: hello"):
        assert sign in said


def test_only_what_a_test_names_is_tolerated() -> None:
    watch = Watch(tolerated=[r"console error: expected .*"])
    for line in ("console error: expected this", "console error: not expected this"):
        watch._note(line)
    assert watch.wrong == ["console error: not expected this"]
