"""json and jsonl: one object per row, its columns dotted paths.

jsonl is read line by line; a json document (a list of objects, or an object that holds one) is held in memory as
text and taken apart object by object.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from connectors.contract import Misconfigured
from connectors.files import damage
from connectors.files.cells import Value
from connectors.files.encodings import Letters, open_bytes
from connectors.files.problems import Damaged, NotATable, Unreadable, nearest
from connectors.files.rows import Row
from connectors.files.typed import path_picker, paths_of, texts_of
from connectors.files.values import Tally

Found = tuple[int, str, dict[str, Any] | Unreadable]
_PEEK = 100
# NaN and Infinity are not JSON, and no column here has a use for them.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_BLANK = " \t\r\n"


class Jsons:
    """One open json or jsonl file. Raises Misconfigured when none of its first objects has a needed column.

    `needs` are groups of columns of which at least one must be there.
    """

    spreadsheet = False

    def __init__(
        self,
        path: Path,
        name: str,
        form: str,
        wanted: Sequence[str],
        needs: Sequence[Sequence[str]],
        letters: Letters,
        tally: Tally,
    ) -> None:
        self._bytes = open_bytes(path)
        self._size = max(path.stat().st_size, 1)
        self._stream = io.TextIOWrapper(self._bytes, letters.encoding, letters.errors, newline="\n")
        self._letters, self._tally, self._pick = letters, tally, path_picker(wanted)
        self._document = form == "json"
        self._at = 0.0
        try:
            found = self._objects() if self._document else self._per_line()
            first = list(islice(found, _PEEK))
            self._found: Iterator[Found] = chain(first, found)
            self.columns = _columns(first)
            _check(self.columns, needs, name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def share(self) -> float:
        """How much of the file is read, 0..1."""
        if self._document:
            return self._at
        packed = getattr(self._bytes, "fileobj", None) or self._bytes
        return min(1.0, float(packed.tell()) / self._size)

    def rows(self) -> Iterator[Row]:
        """Every object. Raises Damaged when a json document breaks off, OSError, UnicodeDecodeError."""
        for line, raw, found in self._found:
            if isinstance(found, Unreadable):
                yield Row(line, None, raw, found)
                continue
            # Only an escape can bring a NUL or half a surrogate pair into a clean file.
            suspect = not self._letters.clean or "\\u" in raw
            yield self._looked_at(line, self._pick(found), raw) if suspect else Row(line, self._pick(found), raw)

    def _looked_at(self, line: int, cells: tuple[Value, ...], raw: str) -> Row:
        mended = tuple(self._letters.mend(cell) if isinstance(cell, str) else cell for cell in cells)
        if wrong := damage.unstorable(texts_of(mended)):
            return Row(line, None, raw, wrong)
        if mended != cells and self._letters.encoding.startswith("utf-8"):
            self._tally.add("cut")
        return Row(line, mended, raw)

    def _per_line(self) -> Iterator[Found]:
        for number, line in enumerate(self._stream, 1):
            if line.strip(_BLANK + "\ufeff"):
                yield number, line, _object(line.strip(_BLANK + "\ufeff"))

    def _objects(self) -> Iterator[Found]:
        text = self._stream.read()
        at = _start_of_list(text)
        line, counted = 1, 0
        while (at := _skip(text, at)) < len(text) and text[at] != "]":
            line, counted = line + text.count("\n", counted, at), at
            value, end = _decode(text, at)
            self._at = end / len(text)
            raw = text[at:end]
            yield line, raw, value if isinstance(value, dict) else _not_an_object(value)
            at = _skip(text, end)
            if text[at : at + 1] == ",":
                at += 1
        if at >= len(text):
            raise Damaged("it breaks off before its list ends")


def _object(line: str) -> dict[str, Any] | Unreadable:
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        where = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        return Unreadable("broken_json", f"the line is not JSON{where}; each line must be one whole object")
    return value if isinstance(value, dict) else _not_an_object(value)


def _not_an_object(value: Any) -> Unreadable:
    return Unreadable("broken_json", f"a row must be an object in braces, not {json.dumps(value)[:40]}")


def _decode(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise Damaged(f"it is not JSON from line {error.lineno} on: {error.msg}") from None
    except (ValueError, RecursionError):
        raise Damaged("it holds a number or a nesting no reader takes") from None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _start_of_list(text: str) -> int:
    """Where the first object of the list begins: of the document itself, or of the first list of objects in it."""
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        return at + 1
    if text[at : at + 1] != "{":
        raise NotATable("not_a_table", "this is not a list of objects; a json file must be [ {…}, {…} ]")
    at = _skip(text, at + 1)
    while text[at : at + 1] not in ("}", ""):
        _, at = _decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if text[at : at + 1] == "[" and text[_skip(text, at + 1) : _skip(text, at + 1) + 1] == "{":
            return at + 1
        _, at = _decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at : at + 1] == "," else at
    if at >= len(text):
        raise Damaged("it breaks off before its end")
    raise NotATable("not_a_table", "this object holds no list of objects, so there are no rows in it")


def _columns(first: Sequence[Found]) -> tuple[str, ...]:
    paths = chain.from_iterable(paths_of(found) for _, _, found in first if isinstance(found, dict))
    return tuple(dict.fromkeys(paths))


def _check(columns: Sequence[str], needs: Sequence[Sequence[str]], name: str) -> None:
    for group in needs:
        if columns and group and not set(group) & set(columns):
            guess = nearest(group[0], columns)
            hint = f'; nearest is "{guess}"' if guess else ""
            raise Misconfigured(f'column "{group[0]}" is in none of the first objects of {name}{hint}')
