"""Small courses as svg paths in a box 100 wide and 30 high; the page stretches the box over the tile's foot."""

from __future__ import annotations

from collections.abc import Iterable

WIDTH, HEIGHT = 100.0, 30.0
_TOP = 2.0  # the line keeps clear of the edge
Course = list[float | None]


def line_path(course: Course, from_zero: bool) -> str:
    """The course as a line; unknown stretches are left open."""
    return "".join(_line(run) for run in _runs(course, from_zero))


def area_path(course: Course, from_zero: bool) -> str:
    """What lies under the line."""
    return "".join(f"{_line(run)}V{_n(HEIGHT)}H{_n(run[0][0])}Z" for run in _runs(course, from_zero))


def bar_paths(course: Course) -> tuple[str, str]:
    """Bars from zero, the last apart from those before it."""
    top, step = max([v for v in course if v is not None], default=0.0), WIDTH / max(len(course), 1)
    bars = ["" if v is None else _bar(i * step, step * 0.72, v / top if top else 0.0) for i, v in enumerate(course)]
    return "".join(bars[:-1]), bars[-1] if bars else ""


def _runs(course: Course, from_zero: bool) -> list[list[tuple[float, float]]]:
    values = [v for v in course if v is not None]
    if len(values) < 2:
        return []
    low, high = (0.0 if from_zero else min(values)), max(values)
    scale = (HEIGHT - 2 * _TOP) / (high - low) if high > low else 0.0
    step = WIDTH / (len(course) - 1)
    points = [None if v is None else (i * step, HEIGHT - _TOP - (v - low) * scale) for i, v in enumerate(course)]
    return [run for run in _unbroken(points) if len(run) > 1]


def _unbroken(points: Iterable[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return runs


def _line(run: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in run)


def _bar(x: float, width: float, share: float) -> str:
    height = max(share * (HEIGHT - _TOP), 0.8)  # a zero is a hairline: measured, and nothing
    return f"M{_n(x)},{_n(HEIGHT)}v{_n(-height)}h{_n(width)}v{_n(height)}Z"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
