"""A small SVG writer. Across, everything is told in percent of the width, down in pixels: so one picture fits a phone,
a screen and a page, and its letters stay as large as the text around them. Every figure has a title and says in words
what it shows. Patterns tell things apart, so that no colour is needed."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from layouts.snapshot.markup import tag

Point = tuple[float, float]
INK, SOFT, ACCENT, PALE = "#131A2E", "#4C5876", "#1C5FA8", "#D5DCE8"


class Svg:
    """One picture. `name` is its own on the page; `shows` says in words what a reader would see."""

    def __init__(self, name: str, title: str, shows: str, height: float) -> None:
        self._name, self._title, self._shows, self._height = name, title, shows, height
        self._parts: list[Markup] = []
        self._hatches = False

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str = INK, *, stroke: str | None = None
    ) -> None:
        """A bar from (x, y), at least a hair wide."""
        self._add(
            "rect",
            x=_percent(x),
            y=_pixels(y),
            width=_percent(max(width, 0.2)),
            height=_pixels(height),
            fill=fill,
            stroke=stroke,
        )

    def hatch(self, x: float, y: float, width: float, height: float, *, frame: bool = False) -> None:
        """The same hatched: what is missing, or one half of a pair."""
        self._hatches = True
        self.rect(x, y, width, height, f"url(#{self._name}-hatch)", stroke=INK if frame else None)

    def line(self, start: Point, end: Point, stroke: str = INK, *, width: float = 1, dash: str | None = None) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        self._add(
            "line",
            x1=_percent(x1),
            y1=_pixels(y1),
            x2=_percent(x2),
            y2=_pixels(y2),
            stroke=stroke,
            stroke_width=_pixels(width),
            stroke_dasharray=dash,
        )

    def path(self, points: Sequence[Point], stroke: str = INK, *, width: float = 2, dash: str | None = None) -> None:
        """A line through points. Its thickness stays while the picture is stretched."""
        told = " ".join(f"{x * 10:.1f},{y:.1f}" for x, y in points)
        height = _pixels(self._height)
        drawn = tag(
            "polyline",
            points=told,
            fill="none",
            stroke=stroke,
            stroke_width=_pixels(width),
            stroke_dasharray=dash,
            vector_effect="non-scaling-stroke",
            stroke_linejoin="round",
        )
        self._parts.append(
            Markup(
                '<svg x="0" y="0" width="100%" height="{0}" viewBox="0 0 1000 {0}" preserveAspectRatio="none">{1}</svg>'
            ).format(height, drawn)
        )

    def dot(self, x: float, y: float, radius: float = 4, fill: str = INK, *, stroke: str | None = None) -> None:
        """A round mark."""
        self._add("circle", cx=_percent(x), cy=_pixels(y), r=_pixels(radius), fill=fill, stroke=stroke)

    def text(
        self, x: float, y: float, said: object, anchor: str = "start", fill: str = INK, *, class_: str | None = None
    ) -> None:
        """Words with their baseline at y. `anchor` is start, middle or end."""
        self._parts.append(
            tag(
                "text",
                said,
                x=_percent(x),
                y=_pixels(y),
                text_anchor=None if anchor == "start" else anchor,
                fill=fill,
                class_=class_,
            )
        )

    def markup(self) -> Markup:
        """The whole picture."""
        title, words = f"{self._name}-is", f"{self._name}-shows"
        return tag(
            "svg",
            tag("title", self._title, id=title),
            tag("desc", self._shows, id=words),
            self._pattern() if self._hatches else Markup(""),
            *self._parts,
            role="img",
            aria_labelledby=f"{title} {words}",
            width="100%",
            height=_pixels(self._height),
        )

    def _pattern(self) -> Markup:
        return Markup(
            '<defs><pattern id="{0}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
            '<line x1="0" y1="0" x2="0" y2="6" stroke="{1}" stroke-width="2"/></pattern></defs>'
        ).format(self._name, SOFT)

    def _add(self, name: str, **attributes: str | None) -> None:
        self._parts.append(tag(name, **attributes))


class Bar(Svg):
    """A bar beside the number it stands for: it says nothing of its own, so nobody is made to listen to it."""

    def __init__(self, name: str, height: float = 14) -> None:
        super().__init__(name, "", "", height)

    def markup(self) -> Markup:
        """The bar alone."""
        pattern = self._pattern() if self._hatches else Markup("")
        return tag(
            "svg", pattern, *self._parts, aria_hidden="true", class_="bar", width="100%", height=_pixels(self._height)
        )


def sample(stroke: str, dash: str | None = None) -> Markup:
    """A piece of a line, for the words beside it."""
    return tag(
        "svg",
        tag("line", x1="0", y1="6", x2="26", y2="6", stroke=stroke, stroke_width="2.5", stroke_dasharray=dash),
        aria_hidden="true",
        class_="sample",
        width="26",
        height="12",
    )


def steps(low: float, high: float, most: int = 4) -> list[float]:
    """Round numbers from `low` to `high` (or just outside), at most `most` and one more, for an axis."""
    span = max(high - low, 1e-9)
    size = next(size for size in _sizes(span) if span / size <= most)
    first = low // size * size
    count = int(-((first - high) // size))
    return [first + size * number for number in range(count + 1)]


def _sizes(span: float) -> list[float]:
    powers = [10.0**power for power in range(-9, 16)]
    return [part * power for power in powers for part in (1, 2, 5) if part * power >= span / 1000]


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _pixels(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
