"""Whether everybody can read a page, as axe sees it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
_LOOKS = 6


def unreadable(page: Page) -> list[str]:
    """What axe finds wrong, a line each.

    What is being asked for anew is dimmed for a moment: what is wrong stays wrong, so it is looked at again.
    """
    page.evaluate(AXE)
    for _ in range(_LOOKS):
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        if not found:
            break
        page.wait_for_timeout(1_000)
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]
