"""Cells that are more than texts, as JSON, parquet and xlsx have them, and the columns inside nested ones."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from connectors.files.cells import TEXT_LIMIT, Value

_EXACT = 2**53
"""Whole numbers from here on do not survive being a float."""


def value_of(cell: Any) -> Value:
    """A cell as the mapping wants it: a text ("" for unknown), a datetime or a tuple of texts."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, list | tuple) and not any(isinstance(part, list | dict) for part in cell):
        return tuple(str(value_of(part)) for part in cell)
    return _scalar(cell)


def texts_of(cells: Iterable[Value]) -> list[str]:
    """Every text in a row's cells, those in lists too."""
    parts = (cell if isinstance(cell, tuple) else (cell,) for cell in cells)
    return [part for several in parts for part in several if isinstance(part, str)]


def _scalar(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "surrogateescape")
    return raw_text(cell) if isinstance(cell, list | dict) else str(cell)


def _number(cell: float) -> str:
    if not math.isfinite(cell):
        return ""
    if not cell.is_integer():
        return repr(cell)
    # Beyond 2**53 the digits are invented: written with an exponent they are recognised as lost.
    return str(int(cell)) if abs(cell) < _EXACT else f"{cell:.15E}"


def raw_text(cell: Any) -> str:
    """A value written as JSON, for the raw text of a refused row."""
    return json.dumps(cell, ensure_ascii=False, default=str)


def path_picker(wanted: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Value, ...]]:
    """A function from a JSON object to the wanted columns; `a.b` is the key "a.b" or else b inside a."""
    paths = [(name, name.split(".") if "." in name else None) for name in wanted]

    def pick(record: Mapping[str, Any]) -> tuple[Value, ...]:
        return tuple(
            value_of(record.get(name)) if path is None or name in record else value_of(_inside(record, path))
            for name, path in paths
        )

    return pick


def inside_text(cell: str, path: str) -> Value:
    """What stands at the dotted `path` inside the object that is written in a cell, as JSON or as Python; else ""."""
    text = cell.strip()
    if not text.startswith(("{", "[")) or len(text) > TEXT_LIMIT:
        return ""
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        found = _python(text)
    return value_of(_inside(found, path.split(".")))


def _python(text: str) -> Any:
    """A literal as Python writes it, as scrapers' tables have them; None when it is none."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _inside(record: Any, path: Iterable[str]) -> Any:
    for part in path:
        if isinstance(record, Mapping):
            record = record.get(part)
        elif isinstance(record, list) and part.isdecimal():
            record = record[int(part)] if int(part) < len(record) else None
        else:
            return None
    return record


def paths_of(record: Mapping[str, Any], prefix: str = "", depth: int = 4) -> list[str]:
    """The dotted paths of everything in a JSON object, down to `depth`."""
    found: list[str] = []
    for key, value in record.items():
        found.append(prefix + key)
        inner = dict(enumerate(value[:3])) if isinstance(value, list) else value
        if isinstance(inner, Mapping) and depth > 1:
            found += paths_of({str(part): inside for part, inside in inner.items()}, f"{prefix}{key}.", depth - 1)
    return found
