"""Finds a browser for the page tests; as a program (`python -m tests.browser`) it installs one when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "no browser for the page tests: install Chromium (Debian and Ubuntu: apt-get install chromium), "
    "or set WATCHFLOOR_BROWSER to one, or run: python -m playwright install chromium"
)


def find_browser() -> str | None:
    """The path of a Chromium: the one named by WATCHFLOOR_BROWSER, the system's, or Playwright's own."""
    named = os.environ.get("WATCHFLOOR_BROWSER")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install() -> bool:
    """Try the distribution's package, then Playwright's own. Each attempt is bounded; gives whether one worked."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    attempts = []
    if shutil.which("apt-get") and (not as_root or shutil.which("sudo")):
        attempts.append([*as_root, "apt-get", "update", "-qq"])
        attempts.append([*as_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    attempts.append([sys.executable, "-m", "playwright", "install", "chromium"])
    for attempt in attempts:
        if find_browser():
            return True
        print("no browser yet, trying:", " ".join(attempt), flush=True)
        try:
            subprocess.run(attempt, timeout=300, check=False, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"  that failed: {error}", flush=True)
    return find_browser() is not None


if __name__ == "__main__":
    if not (find_browser() or install()):
        # the tests that need one fail by name; those that do not still run
        print(ADVICE, file=sys.stderr)
