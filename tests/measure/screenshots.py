"""Takes every face at every size: `python -m tests.measure.screenshots [FOLDER]`, into var/screenshots.

The demo is served four times: as it is, empty (no source has brought anything), stale (nothing has come for a while)
and with one source down. Each time: every scene at 1920x1080 and 3840x2160, the desk at 1440x900 light and dark and its
view of promises, the health page, the login page, the snapshot on a phone and a desktop and as printed pages, A4 and
Letter (PDF, and PNG where `pdftoppm` is installed). People look at them; nothing is compared.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from config import load_site
from tests.browser import ADVICE, find_browser
from tests.measure.serving import ROOT, Served, demo_site, served
from tests.pages.conftest import ARGS

WALLS = ((1920, 1080), (3840, 2160))
PAGES = {"desk": "desk", "service": "desk?view=service", "health": "health", "login": "login"}
STARTED = "#wall[data-state]:not([data-state=starting])"
SHORT = (r'(?m)^kind = "demo"$', 'kind = "demo"\nhistory = "30d"')
DOWN = """
[[source]]
name = "forum"
kind = "rss"
urls = ["http://127.0.0.1:9/feed.xml"]
allow_private_addresses = true
"""
STATES: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "live": ((SHORT,), ""),
    "empty": (((r"(?s)\[\[source\]\].*?(?=\n\[|\Z)", ""),), ""),
    "stale": ((SHORT, (r"(?m)^every = .*$", 'every = "12h"'), (r"(?m)^stale_after = .*$", 'stale_after = "10s"')), ""),
    "down": ((SHORT,), DOWN),
}


@contextmanager
def page_of(browser: Browser, width: int, height: int, scheme: str = "light") -> Iterator[Page]:
    """A page of this size in a context of its own."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def walls(browser: Browser, demo: Served, site: Path, folder: Path) -> None:
    """Every scene at both sizes."""
    name, wall = next(iter(load_site(site).wall.items()))
    for width, height in WALLS:
        for scene in wall.scene:
            with page_of(browser, width, height) as page:
                page.goto(f"{demo.address}/wall/{name}?scene={scene}")
                page.wait_for_selector(STARTED)
                time.sleep(4)
                page.screenshot(path=folder / f"wall-{scene}-{width}x{height}.png")


def desks(browser: Browser, demo: Served, folder: Path) -> None:
    """The desk in both dresses, and the plain pages."""
    for scheme in ("light", "dark"):
        for name, path in PAGES.items():
            with page_of(browser, 1440, 900, scheme) as page:
                page.goto(f"{demo.address}/{path}")
                page.wait_for_load_state("networkidle")
                time.sleep(3)
                whole = name in ("health", "service")
                page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=whole)


def snapshots(browser: Browser, demo: Served, folder: Path) -> None:
    """The snapshot on glass and on paper."""
    for what, width, height in (("phone", 390, 844), ("desktop", 1280, 900)):
        with page_of(browser, width, height) as page:
            page.goto(f"{demo.address}/snapshot")
            page.screenshot(path=folder / f"snapshot-{what}.png", full_page=True)
    for paper in ("A4", "Letter"):
        with page_of(browser, 1280, 900) as page:
            page.goto(f"{demo.address}/snapshot")
            pdf = folder / f"snapshot-{paper}.pdf"
            page.pdf(path=pdf, format=paper, prefer_css_page_size=False)
            if shutil.which("pdftoppm"):
                subprocess.run(["pdftoppm", "-r", "80", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)


def main(out: Path) -> int:
    """Take them all; gives 2 where there is no browser."""
    path = find_browser()
    if path is None:
        print(ADVICE, file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        for state, (changes, more) in STATES.items():
            folder = out / state
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as place:
                site = demo_site(Path(place), *changes, more=more)
                with served(site) as demo:
                    time.sleep(3 if state == "empty" else 100)
                    walls(browser, demo, site, folder)
                    desks(browser, demo, folder)
                    snapshots(browser, demo, folder)
            print(f"{state}: {len(list(folder.iterdir()))} pictures in {folder}", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "screenshots"))
