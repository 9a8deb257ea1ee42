"""Lets a wall run in a real browser and watches its memory: `python -m tests.measure.soak [REFRESHES]`.

The demo is served, a browser shows its wall through all scenes, and each refresh is counted. At every hundredth the
heap is collected and read through the browser's own protocol, with nothing else attached: recording the network would
grow by itself. A refresh is a frame that was painted. Default: 1,000, about half an hour; `make soak` asks for an hour.
Leaves with 1 when the heap of the last third is more than a fifth above that of the first third after warming up.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import ADVICE, find_browser
from tests.measure.serving import demo_site, served
from tests.pages.conftest import ARGS

STEP = 100
MOST_GROWTH = 1.2
_COUNT = """() => {
  window.__painted = 0;
  const paint = window.watchfloor.paint;
  window.watchfloor.paint = function () { window.__painted += 1; return paint.apply(this, arguments); };
}"""


def main(refreshes: int) -> int:
    """Print a line per hundred refreshes, and the verdict."""
    path = find_browser()
    if path is None:
        print(ADVICE, file=sys.stderr)
        return 2
    heaps: list[float] = []
    print("| refreshes | minutes | JS heap MB | DOM nodes | listeners | server MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, served(demo_site(Path(folder))) as demo, sync_playwright() as pw:
        browser = pw.chromium.launch(executable_path=path, args=[*ARGS, "--js-flags=--expose-gc"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(demo.address + "/")
        page.wait_for_selector("#wall[data-state=live]", timeout=120_000)
        page.evaluate(_COUNT)
        session, began = page.context.new_cdp_session(page), time.monotonic()
        session.send("Performance.enable")
        for wanted in range(STEP, refreshes + 1, STEP):
            while page.evaluate("window.__painted") < wanted:
                time.sleep(1)
            session.send("HeapProfiler.collectGarbage")
            seen = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            heaps.append(seen["JSHeapUsedSize"] / 1e6)
            print(
                f"| {wanted:,} | {(time.monotonic() - began) / 60:.1f} | {heaps[-1]:.1f} | {seen['Nodes']:.0f} | "
                f"{seen['JSEventListeners']:.0f} | {demo.memory_mb():.0f} |",
                flush=True,
            )
        browser.close()
    warm = heaps[1:] or heaps
    third = max(1, len(warm) // 3)
    growth = statistics.mean(warm[-third:]) / statistics.mean(warm[:third])
    print(f"\nThe heap of the last third is {growth:.2f} times that of the first.")
    return 0 if growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
