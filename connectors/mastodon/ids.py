"""Native ids: texts of digits that are ordered by length, then as text, and may not fit a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LONGEST = 32
NONE_YET = "0"
"""Stands before every id."""


def id_of(status: Any) -> str | None:
    """The id of a post, also where it came as a whole number; None when it has none."""
    value = status.get("id") if isinstance(status, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and is_id(value) else None


def is_id(value: Any) -> bool:
    """Whether it can be an id: some ASCII letters or digits."""
    return isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= LONGEST


def order(native: str) -> tuple[int, str]:
    """What ids are compared by."""
    return len(native), native


def newest(ids: Iterable[str]) -> str | None:
    """The last written of them."""
    return max(ids, key=order, default=None)


def oldest(ids: Iterable[str]) -> str | None:
    """The first written of them."""
    return min(ids, key=order, default=None)
