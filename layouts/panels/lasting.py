"""How long something lasts: in words, on an axis, and as a threshold of the site file."""

from __future__ import annotations

from typing import Any

from config.durations import parse_duration
from layouts import words

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_MOST_TICKS = 4
_STEPS = (
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * _DAY for n in (1, 2, 4, 7, 14, 28, 56, 112, 224, 448, 896)),
)


def lasting(seconds: Any) -> tuple[str, str]:
    """Seconds as a number and its unit: ("45", "s"), ("42", "min"), ("3:20", "h"), ("2.5", "d"); never rounded up.

    The page counts in the same words: see assets/wall_service.js.
    """
    known = words.known(seconds)
    if known is None:
        return words.UNKNOWN, ""
    whole = int(max(known, 0))
    if whole < _MINUTE:
        return str(whole), "s"
    if whole < _HOUR:
        return str(whole // _MINUTE), "min"
    if whole < 2 * _DAY:
        return f"{whole // _HOUR}:{whole % _HOUR // _MINUTE:02}", "h"
    tenths = whole * 10 // _DAY
    return (f"{tenths / 10:.1f}" if tenths < 1000 else f"{tenths // 10:,}"), "d"


def lasted(seconds: Any) -> str:
    """The same in one piece: "42 min", "3:20 h", a dash where it is not known."""
    return " ".join(part for part in lasting(seconds) if part)


def duration_ticks(top: float) -> dict[str, Any]:
    """At most five round marks from zero to `top` seconds."""
    step = next((step for step in _STEPS if top / step <= _MOST_TICKS), _STEPS[-1])
    marks = list(range(0, int(top) + 1, step))
    return {"tickvals": marks, "ticktext": ["0", *(_mark(mark) for mark in marks[1:])]}


def _mark(seconds: int) -> str:
    for size, unit in ((_DAY, "d"), (_HOUR, "h")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds // _MINUTE} min" if seconds < _HOUR else lasted(seconds)


def limit_seconds(threshold: float | str) -> float | None:
    """A panel's threshold in seconds: a number is one, "4h" is 14400; None for words."""
    if not isinstance(threshold, str):
        return threshold
    try:
        return parse_duration(threshold).total_seconds()
    except ValueError:
        return None
