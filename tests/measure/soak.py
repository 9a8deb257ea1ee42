"""Lets a wall run in a real browser and watches its memory: `python -m tests.measure.soak [REFRESHES] [--paint]`.

The demo is served, a browser shows its wall through all scenes, and each refresh is counted. At every hundredth the
heap is collected and read through the browser's own protocol, with nothing else attached: recording the network would
grow by itself. A refresh is a frame that was painted; `make soak` waits for as many as an hour brings. With --paint the
page is handed frames as fast as it can draw them, each with other numbers: a thousand take some minutes.
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


_PAINT = """async (times) => {
  const root = document.getElementById('wall'), scenes = [...document.querySelectorAll('[data-frame]')];
  const frames = [];
  for (const one of scenes) frames.push(await (await fetch(one.dataset.frame)).json());
  for (let turn = 0; turn < times; turn += 1) {
    const frame = structuredClone(frames[turn % frames.length]);
    for (const figure of Object.values(frame.figures)) {
      for (const trace of figure.data) for (const axis of ['x', 'y']) {
        if (Array.isArray(trace[axis])) {
          trace[axis] = trace[axis].map((v) => typeof v === 'number' ? v * (1 + 0.001 * (turn % 50)) : v);
        }
      }
    }
    for (const id of Object.keys(frame.values)) if (/value$/.test(id)) frame.values[id] = String(turn);
    window.watchfloor.paint(frame);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
  }
  return frames.length;
}"""


def main(refreshes: int, *, is_fast: bool = False) -> int:
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
            if is_fast:
                page.evaluate(_PAINT, STEP)
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
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    sys.exit(main(numbers[0] if numbers else 1000, is_fast="--paint" in sys.argv))
