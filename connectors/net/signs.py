"""What a server says beside its answer: how long to wait, how much is left, and what time it takes it to be."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT_SECONDS = 3600.0
_FAMILIES = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_EPOCH_FROM = 1e9
"""A reset from here on is a moment since 1970, below it is a span in seconds."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a host said last about its limits; None is unknown. `resets_at` is aware UTC, by our clock."""

    host: str
    left: int | None = None
    limit: int | None = None
    resets_at: datetime | None = None


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The server's clock, aware UTC, None when it does not say. An answer from a cache is as much older as it says."""
    told = _http_date(headers.get("date", ""))
    age = _number(headers.get("age", "")) or 0.0
    return told + timedelta(seconds=min(max(age, 0.0), 86_400.0)) if told else None


def clock_offset_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """The server's clock minus ours, to the second; None when it does not say."""
    told = server_time(headers)
    return float(round((told - now).total_seconds())) if told else None


def wait_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long the server wants us to wait, 0 to LONGEST_WAIT_SECONDS; None when it does not say.

    Moments are compared with the server's own clock, so a wrong clock on either side does no harm.
    """
    server_now = server_time(headers) or now
    told = headers.get("retry-after", "")
    seconds = _number(told)  # in Retry-After a number is a span, however big
    if seconds is None:
        seconds = _until(told, server_now)
    if seconds is None:
        seconds = _span(_reset(headers), server_now)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def quota(host: str, headers: Mapping[str, str], now: datetime) -> Quota | None:
    """What a host says about its limits; None when it says nothing."""
    left, limit = _count(_said(headers, "remaining", "r")), _count(_said(headers, "limit", "q"))
    span = _span(_reset(headers), server_time(headers) or now)
    if left is None and limit is None and span is None:
        return None
    resets_at = now + timedelta(seconds=min(span, 10 * 86_400.0)) if span is not None and span >= 0 else None
    return Quota(host, left, limit, resets_at)


def _reset(headers: Mapping[str, str]) -> str:
    return _said(headers, "reset", "t")


def _said(headers: Mapping[str, str], word: str, letter: str) -> str:
    """The header of one of the families, else the part of the newer `RateLimit: "name";r=50;t=30`."""
    for family in _FAMILIES:
        if told := headers.get(family + word, "").strip():
            return told
    found = re.search(rf"\b(?:{letter}|{word})\s*=\s*(\d+)", headers.get("ratelimit", ""))
    return found[1] if found else ""


def _span(told: str, server_now: datetime) -> float | None:
    """Seconds from `server_now` on, from a span, a moment since 1970 (also in milliseconds), or a date."""
    number = _number(told)
    if number is None:
        return _until(told, server_now)
    if number < _EPOCH_FROM:
        return number
    return (number / 1000 if number >= 1000 * _EPOCH_FROM else number) - server_now.timestamp()


def _until(told: str, server_now: datetime) -> float | None:
    moment = _iso(told) or _http_date(told)
    return (moment - server_now).total_seconds() if moment else None


def _number(told: str) -> float | None:
    try:
        number = float(told.partition(",")[0].partition(";")[0])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _count(told: str) -> int | None:
    found = re.match(r"\s*(\d{1,12})", told)
    return int(found[1]) if found else None


def _http_date(told: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(told)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _iso(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
