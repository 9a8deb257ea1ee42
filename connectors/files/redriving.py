"""Refused rows once more: the same rows of the same files, read with the mapping as it is now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.contract import Batch, ConnectorError
from connectors.files import damage, tables
from connectors.files.folder import Folder, Found
from connectors.files.mapping import Mapped, compile_mapping
from connectors.files.options import Options
from connectors.files.problems import Damaged, Unreadable
from connectors.files.reading import id_of, refusal
from connectors.files.rows import Row
from connectors.files.typed import raw_text
from connectors.files.values import Tally
from connectors.records import Record, Refused

Lines = dict[int, dict[str, list[Refused]]]
"""Refused rows of one file by line and text: a json document may have all its rows on one line."""


@dataclass(slots=True)
class _Came:
    records: list[Record] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    filtered: int = 0
    notes: list[str] = field(default_factory=list)

    def keep(self, rows: Sequence[Refused], why: str) -> None:
        """These stay refused for their old reason, in a sentence that says why they were not read again."""
        self.refused += [replace(one, sentence=why) for one in rows]


class Redriving:
    """Reads refused rows again. `until` is now: a later time is a misread one."""

    def __init__(self, folder: Folder, options: Options, source_class: str, until: datetime) -> None:
        self._folder, self._options, self._class, self._until = folder, options, source_class, until
        self._came = _Came()

    def batch(self, refused: Sequence[Refused]) -> Batch:
        """One Batch of what became records, and of what is still refused; a row that cannot be found says so."""
        by_file: dict[str, list[Refused]] = defaultdict(list)
        for one in refused:
            by_file[one.file or ""].append(one)
        for name, rows in by_file.items():
            self._file(name, rows)
        came = self._came
        return Batch(
            records=tuple(came.records),
            refused=tuple(came.refused),
            filtered=came.filtered,
            raw=len(refused),
            notes=tuple(came.notes),
        )

    def _file(self, name: str, refused: list[Refused]) -> None:
        whole = [one for one in refused if one.line is None]
        lines: Lines = {}
        for one in refused:
            if one.line is not None:
                lines.setdefault(one.line, {}).setdefault(one.raw, []).append(one)
        found = self._folder.named(name)
        try:
            if found is None:
                raise FileNotFoundError
            self._read(found, lines, to_its_end=bool(whole))
            # Its rows come by themselves: a file that changed, or whose mapping did, is read as a new one.
            self._came.filtered += len(whole)
            self._came.notes += [f"{name} can be read as a whole now"] if whole else []
            why = f"{name} has changed and another row stands there now, so this one cannot be read again"
            self._came.keep(_left(lines), why)
        except FileNotFoundError:
            why = f"{name} is no longer there, so this row cannot be read again; put the file back, or export it anew"
            self._came.keep([*whole, *_left(lines)], why)
        except (ConnectorError, Unreadable, Damaged) as error:
            self._came.keep([*whole, *_left(lines)], f"{name} cannot be read again: {error}")

    def _read(self, found: Found, lines: Lines, *, to_its_end: bool) -> None:
        """Take out of `lines` each row that is found. Raises what open_table raises."""
        tally, options = Tally(), self._options
        letters = tables.letters_of(found.path, found.name, options)
        facts = tables.facts_of(found.path, found.name, options, letters)
        mapped = compile_mapping(options, facts, tally, self._until, self._class)
        last = max(lines, default=0)
        with tables.open_table(found.path, found.name, options, letters, tally) as table:
            for row in table.rows():
                for _ in _taken(row, lines):
                    self._again(found.name, row, mapped)
                if row.line > last and not to_its_end:
                    break
        self._came.notes += tally.sentences(found.name)

    def _again(self, name: str, row: Row, mapped: Mapped) -> None:
        wrong, came = row.wrong, self._came
        if row.cells is not None:
            if mapped.left_out is not None and mapped.left_out(row.cells):
                came.filtered += 1
                return
            try:
                came.records.append(mapped.to_record(row.cells))
                return
            except Unreadable as error:
                wrong = error
        if wrong is None:
            came.filtered += 1
        else:
            came.refused.append(refusal(name, row.line, row.raw, wrong, id_of(row, mapped)))


def _left(lines: Lines) -> list[Refused]:
    return [one for by_text in lines.values() for rows in by_text.values() for one in rows]


def _taken(row: Row, lines: Lines) -> Iterator[Refused]:
    """The refusals this row is behind, taken out of `lines`."""
    by_text = lines.get(row.line)
    if not by_text:
        return
    text = damage.keepable(row.raw if isinstance(row.raw, str) else raw_text(row.raw))
    if text not in by_text and not isinstance(row.raw, str):
        text = next((kept for kept in by_text if _same(text, kept)), text)
    yield from by_text.pop(text, [])


def _same(now: str, kept: str) -> bool:
    """Whether two typed rows agree in the columns both were read with: another mapping may have read others."""
    try:
        new, old = json.loads(now), json.loads(kept)
    except ValueError:
        return False
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return False
    shared = new.keys() & old.keys()
    return bool(shared) and all(new[name] == old[name] for name in shared)
