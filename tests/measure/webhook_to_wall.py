"""Measures how long it takes from a webhook post to the drawn wall: `python -m tests.measure.webhook_to_wall [POSTS]`.

A whole server (`serve`) in a process of its own, a warehouse with a day of posts, a real browser on the wall. Each post
is signed and dated at the moment it is sent, the worst case: an older one would stand on the wall at the next frame
already. The time runs from before the post is sent to when its words are on the glass. Prints Markdown.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from tests.browser import find_browser
from tests.connectors.kit.hook_sender import SECRET, as_bytes, signed

ROOT = Path(__file__).resolve().parents[2]
SITE = """
[site]
name = "From a post to the glass"
[server]
port = 0
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora Air"
terms = ["aurora air"]
[[source]]
name = "care"
kind = "webhook"
secret_env = "CARE_SECRET"
"""


def post(address: str, number: int, *said: tuple[datetime, str]) -> None:
    """One signed delivery."""
    mentions = [
        {"item_id": f"forum:{number}-{place}", "platform": "forum", "published_at": at.isoformat(), "text": text}
        for place, (at, text) in enumerate(said)
    ]
    body = as_bytes({"mentions": mentions})
    headers = {**signed(body, at=datetime.now(UTC), delivery_id=f"d{number}"), "content-type": "application/json"}
    httpx.post(address, content=body, headers=headers, trust_env=False).raise_for_status()


def measure(address: str, posts: int) -> list[float]:
    """Seconds from each post to the glass."""
    hook, now, seconds = address + "/hooks/care", datetime.now(UTC), []
    day = [(now - timedelta(seconds=30 * place), f"aurora air post {place}") for place in range(1, 2800)]
    for start in range(0, len(day), 400):
        post(hook, 100_000 + start, *day[start : start + 400])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(address + "/wall/main")
        page.wait_for_selector('#wall[data-state="live"]', timeout=60_000)
        for number in range(posts):
            words = f"aurora air number {number} has landed"
            begun = time.monotonic()
            post(hook, number, (datetime.now(UTC), words))
            page.wait_for_function(
                "words => document.body.innerText.includes(words)", arg=words, polling=20, timeout=30_000
            )
            seconds.append(time.monotonic() - begun)
            time.sleep(0.37 * (number % 7))  # so that posts meet every phase of the ticks
        browser.close()
    return seconds


def main(posts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site.toml"
        site.write_text(SITE)
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "--config", str(site), "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "CARE_SECRET": SECRET},
            cwd=ROOT,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            seconds = sorted(measure(found[0], posts))
        finally:
            process.terminate()
            process.communicate(timeout=20)
    p95 = seconds[min(len(seconds) - 1, round(0.95 * len(seconds)))]
    print("| posts | p50 | p95 | longest |\n|---:|---:|---:|---:|")
    print(f"| {posts} | {statistics.median(seconds):.1f} s | {p95:.1f} s | {seconds[-1]:.1f} s |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
