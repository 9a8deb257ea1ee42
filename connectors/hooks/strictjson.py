"""JSON from strangers: UTF-8 only, not nested without end, keys given twice and endless numbers noticed."""

from __future__ import annotations

import json
from typing import Any

from connectors.clean import Unusable

DEEPEST = 32
_LONGEST_WHOLE = 40


class Doubled(dict[str, Any]):
    """An object that gives a key twice: nobody can know which value was meant. `key` is the first such key."""

    key: str = ""


def loads(body: bytes) -> Any:
    """The value of a body. NaN and infinities stay what they are, for the field that has one to refuse it.

    Raises Unusable with an empty field: the whole body cannot be read.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"the body is not UTF-8 at byte {error.start + 1}; JSON is sent in UTF-8"
        raise Unusable("", "wrong_encoding", sentence) from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        raise Unusable("", "broken_json", f"the body is not JSON from {place} on; send one whole JSON value") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise Unusable("", "broken_json", "the body is not JSON; send one whole JSON value") from None
    # most bodies have too few brackets to be deep, and need not be walked
    if text.count("[") + text.count("{") > DEEPEST and _is_deep(value):
        raise _too_deep()
    return value


def _too_deep() -> Unusable:
    return Unusable("", "nested_too_deep", f"the body is nested more than {DEEPEST} deep; records are flat")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [one for several in inner for one in several]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    doubled, seen = Doubled(made), set[str]()
    for key, _ in pairs:
        if key in seen:
            doubled.key = key
            break
        seen.add(key)
    return doubled


def _whole(digits: str) -> int | float:
    """A whole number; one too long for anything here becomes a float, which no field that counts takes."""
    return int(digits) if len(digits) <= _LONGEST_WHOLE else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)
