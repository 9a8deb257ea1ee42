"""Words on the picture: numbers, shares, times and names as people read them. Unknown is a dash, never 0."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

UNKNOWN = "–"
MINUS = "−"
UNCHECKED = "model, not measured"
_SCALES = ((1_000_000_000_000, "tn"), (1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k"))
# Direction marks and line breaks a post could carry out of its own cell.
_KEPT = {"\u200d", "\u200c"}


def known(value: Any) -> float | None:
    """The value as a number, or None for every way a table says it does not know."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def count(value: Any) -> tuple[str, str]:
    """A count and its unit: ("9,876", ""), ("122.7", "k"), ("1.2", "bn")."""
    number = known(value)
    if number is None:
        return UNKNOWN, ""
    if abs(number) < 10_000:
        return f"{number:,.0f}".replace("-", MINUS), ""
    for size, unit in _SCALES:
        if abs(number) >= size * 0.99995:
            return f"{number / size:,.1f}".replace("-", MINUS), unit
    return f"{number:,.0f}", ""


def short(value: Any) -> str:
    """A count in one piece: "9,876", "122.7 k"."""
    return " ".join(part for part in count(value) if part)


def percent(share: Any) -> str:
    """A share 0..1 as whole percent, "<1" and ">99" where rounding would claim none or all."""
    number = known(share)
    if number is None:
        return UNKNOWN
    if 0 < number < 0.005:
        return "<1"
    if 0.995 <= number < 1:
        return ">99"
    return f"{100 * number:.0f}".replace("-", MINUS)


def points(share: Any) -> str:
    """A signed share -1..1 in points: "+18", "−7", "0"."""
    number = known(share)
    if number is None:
        return UNKNOWN
    whole = round(100 * number)
    return "0" if whole == 0 else f"{'+' if whole > 0 else MINUS}{abs(whole)}"


def change(now: Any, before: Any) -> str:
    """How a count moved against before: "▲ 12%", "▼ 3%", "= 0%", "▲ ×14"; a dash when there is nothing to compare."""
    new, old = known(now), known(before)
    if new is None or not old:
        return UNKNOWN
    ratio = new / old
    if ratio >= 10:
        return f"▲ ×{short(ratio)}"
    whole = round(100 * (ratio - 1))
    return f"{_arrow(whole)} {abs(whole)}%"


def moved(difference: Any) -> str:
    """How a share moved, in points: "▲ 6", "▼ 3", "= 0"."""
    number = known(difference)
    if number is None:
        return UNKNOWN
    whole = round(100 * number)
    return f"{_arrow(whole)} {abs(whole)}"


def _arrow(whole: int) -> str:
    return "=" if whole == 0 else "▲" if whole > 0 else "▼"


def span(duration: timedelta) -> str:
    """A window in words: "24 h", "7 d", "90 min"."""
    minutes = round(duration.total_seconds() / 60)
    if minutes >= 2880 and minutes % 1440 == 0:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def aware(moment: Any) -> datetime | None:
    """A table's instant (naive UTC) with its zone, or None when it is unknown."""
    if not isinstance(moment, datetime) or moment != moment:  # NaT is not equal to itself
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def instant(moment: Any) -> datetime:
    """A table's instant that is known to be there, as a plain datetime with its zone; ValueError when it is not."""
    known = aware(moment)
    if known is None:
        raise ValueError(f"{moment!r} is no known instant")
    return known.to_pydatetime() if isinstance(known, pd.Timestamp) else known


def clock(moment: Any, zone: ZoneInfo) -> str:
    """HH:MM in a zone."""
    instant = aware(moment)
    return instant.astimezone(zone).strftime("%H:%M") if instant else UNKNOWN


def when(moment: Any, zone: ZoneInfo, now: datetime) -> str:
    """HH:MM today, "Fri 14:05" within the week, else the date: never a time that could be another day's."""
    instant = aware(moment)
    if instant is None:
        return UNKNOWN
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days == 0:
        return local.strftime("%H:%M")
    if 0 < days < 7:
        return local.strftime("%a %H:%M")
    return f"{local.day} {local:%b %Y}"


def zone_name(zone: ZoneInfo) -> str:
    """A zone as it is said: "New York time", "UTC"."""
    city = str(zone).rpartition("/")[2].replace("_", " ")
    return "UTC" if city in ("UTC", "UCT", "Zulu") else f"{city} time"


def plural(number: int, one: str, many: str = "") -> str:
    """ "1 source", "12 sources"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clean(value: Any, limit: int = 0) -> str:
    """Text from outside on one line: no control characters, lone surrogates or direction overrides; cut at `limit`."""
    if not isinstance(value, str):
        return ""
    kept = "".join(_visible(char) for char in value)
    line = " ".join(kept.split())
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs") and char not in _KEPT else char


def markup(value: Any, limit: int = 0) -> str:
    """The same for text inside a figure, where plotly would read <b> and <a> as its own."""
    return clean(value, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
