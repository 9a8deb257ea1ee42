"""What an answer that brings nothing means: the status of each, and how long to wait before the next try."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from connectors.net import bodies, signs
from connectors.net.errors import AuthFailed, Blocked, HttpError, NotThere, RateLimited, ServerError, Unreachable

SHORT_WAIT_SECONDS = 10.0
"""A wait up to here is sat out in the run; after a longer one the next run goes on."""

NEXT_TRY_SECONDS = 60.0
"""How long a host is left alone that says "too often" without saying for how long."""

FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 8.0


class AskedToWait(HttpError):
    """429, or 503 with a time: wait `seconds`; None when the server does not say. It never leaves the door."""

    def __init__(self, sentence: str, seconds: float | None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


def verdict(shown: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> HttpError:
    """What an answer that brings nothing means; `now` is our time."""
    told = f"{shown} answered {status}"
    if status in (401, 403):
        if bodies.asks_for_a_human(body, headers):
            return Blocked(f"{told} with a page that wants to see a human; machines are not let in from here")
        return AuthFailed(f"{told}: it wants a key, or the key given is not good for this")
    if status == 429 or (status == 503 and "retry-after" in headers):
        return AskedToWait(told, signs.wait_seconds(headers, now))
    if status in (408, 425) or status >= 500:
        return ServerError(told)
    return NotThere(f"{told}: the address or the options of this source are wrong, or it is gone", status)


def pause_seconds(error: HttpError, turn: int, dice: random.Random) -> float:
    """How long to wait after try number `turn`: what was asked for, and some more by chance.

    By chance (full jitter), so that many who failed together do not come back together.
    """
    backoff = min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0**turn)
    asked = (error.seconds or 0.0) if isinstance(error, AskedToWait) else 0.0
    return asked + dice.uniform(0.0, min(backoff, 1.0) if asked else backoff)


def is_long(error: HttpError) -> bool:
    """Whether the wait asked for is longer than a run sits out."""
    return isinstance(error, AskedToWait) and error.seconds is not None and error.seconds > SHORT_WAIT_SECONDS


def final(error: HttpError, turns: int, now: datetime) -> HttpError:
    """What is raised in the end, after `turns` tries."""
    if isinstance(error, AskedToWait):
        seconds = error.seconds if error.seconds is not None and is_long(error) else NEXT_TRY_SECONDS
        until = now + timedelta(seconds=seconds)
        return RateLimited(f"{error}: asked too often; it is left alone until {until:%H:%M:%S} UTC", until)
    if turns > 1 and isinstance(error, Unreachable | ServerError):
        return type(error)(f"{error}; tried {turns} times")
    return error


def small(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header names in small letters; of one that came twice the values stand with a comma between them."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), _decoded(raw_value)
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
