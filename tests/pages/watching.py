"""What a page test looks at: everything a browser complains about, and where the words of a page stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, Request, expect

from tests.pages.world import World

SCENE = "pulse"
# A violation is an event; as a line on the console it is found like everything else.
TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation',
  (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));
"""


@dataclass
class Watch:
    """Collects what must not happen on a page. `tolerated` are lines one test knows it provokes itself."""

    tolerated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to everything `page` does from now on."""
        page.on("pageerror", lambda error: self._note(f"page error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("dialog", self._dialog)
        page.on("crash", lambda _: self._note("the page crashed"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _dialog(self, dialog: Dialog) -> None:
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self._note(f"left the host: {request.url}")

    def _note(self, line: str) -> None:
        if not any(re.fullmatch(pattern, line) for pattern in self.tolerated):
            self.wrong.append(line)


# Every visible text of the page: its words, its letters' size, and its box. A hidden text has no box.
TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, owner = node.parentElement;
    if (!node.textContent.trim() || owner.closest('script, style, noscript')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect(), style = getComputedStyle(owner);
    if (!box.width || !box.height || style.visibility === 'hidden') continue;
    const size = parseFloat(style.fontSize);
    if (size === 0) continue;
    const card = owner.closest('[data-panel]');
    found.push({
      text: node.textContent.trim().slice(0, 80), size: size, svg: !!owner.closest('svg'),
      tester: !!owner.closest('#js-plotly-tester'), panel: card ? card.dataset.panel : '',
      x: box.x, y: box.y, right: box.right, bottom: box.bottom,
    });
  }
  return found;
}"""

# The box of every panel and of the header's parts.
BOXES = """() => Object.fromEntries(
  [...document.querySelectorAll('[data-panel], #wall .header, #wall .titles, #wall .clock, #wall .state-pill,'
    + ' #wall .number, #wall .graph, #wall .rows, #wall .spark')].map((element, place) => {
    const box = element.getBoundingClientRect();
    return [place + ' ' + (element.id || element.className), [box.x, box.y, box.width, box.height]];
  }))"""

CARDS = """() => Object.fromEntries([...document.querySelectorAll('[data-panel]')].map((card) => {
  const box = card.getBoundingClientRect();
  return [card.dataset.panel, [box.x, box.y, box.right, box.bottom]];
}))"""

OVERFLOW = """() => {
  const root = document.documentElement;
  return [root.scrollWidth - window.innerWidth, root.scrollHeight - window.innerHeight,
          document.body.scrollWidth - window.innerWidth, document.body.scrollHeight - window.innerHeight]
    .filter((over) => over > 0);
}"""


def texts(page: Page) -> list[dict[str, Any]]:
    """Every visible text of the page; plotly's own measuring corner is not part of the picture."""
    return [one for one in page.evaluate(TEXTS) if not one["tester"]]


def words(page: Page) -> str:
    """Every visible text of the page, one per line."""
    return "\n".join(one["text"] for one in texts(page))


def boxes(page: Page) -> dict[str, list[float]]:
    """x, y, width and height of what the wall is built of."""
    found: dict[str, list[float]] = page.evaluate(BOXES)
    return found


def overflow(page: Page) -> list[float]:
    """By how many pixels the page is larger than its window; empty when it is not."""
    found: list[float] = page.evaluate(OVERFLOW)
    return found


def number(page: Page, panel: str) -> Locator:
    """A tile's number."""
    return page.locator(f'[id="{SCENE}:{panel}:value"]')


def pill(page: Page, part: str) -> Locator:
    """The pill's "word" or "detail"."""
    return page.locator(f'[id="wall:pill-{part}"]')


def outside(page: Page) -> dict[str, list[float]]:
    """What is not wholly inside the window."""
    size = page.viewport_size
    assert size
    width, height = size["width"], size["height"]
    return {
        name: [x, y, w, h]
        for name, (x, y, w, h) in boxes(page).items()
        if x < -0.5 or y < -0.5 or x + w > width + 0.5 or y + h > height + 0.5
    }


def strays(page: Page, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The words of figures that do not stand wholly on their card."""
    cards: dict[str, list[float]] = page.evaluate(CARDS)

    def is_home(one: dict[str, Any]) -> bool:
        left, top, right, bottom = cards[one["panel"]]
        return bool(left <= one["x"] and one["right"] <= right and top <= one["y"] and one["bottom"] <= bottom)

    return [one for one in found if one["svg"] and not is_home(one)]


def opened(page: Page, world: World, state: str | re.Pattern[str] = "live", scene: str = SCENE) -> Page:
    """A scene of the wall on this page, alone and with its first frame painted; `pulse` when none is named."""
    page.goto(f"{world.address}/wall/main?scene={scene}")
    expect(page.locator("#wall")).to_have_attribute("data-state", state)
    figures = page.locator(".graph").count()
    expect(page.locator(".graph .main-svg:first-child")).to_have_count(figures)
    expect(page.locator('[id="wall:date"]')).not_to_be_empty()
    return page


def lines(page: Page, panel: str, scene: str = SCENE) -> list[str]:
    """The texts of a figure, with single blanks."""
    found = page.locator(f'[id="{scene}:{panel}:figure"] svg text').all_text_contents()
    return [" ".join(text.replace("\xa0", " ").split()) for text in found]
