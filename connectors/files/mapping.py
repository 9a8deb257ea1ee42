"""Their row -> one record: the site file's mapping words, compiled once per file into plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.files import damage, ids, values
from connectors.files.cells import TEXT_LIMIT, CellReader, Cells, Facts, Text, text_of
from connectors.files.fields import OTHER
from connectors.files.filters import LeftOut, compile_filters
from connectors.files.options import Column, Options
from connectors.files.problems import Unreadable
from connectors.files.times import EARLIEST
from connectors.files.values import Tally
from connectors.records import Record

Get = Callable[[Cells], Any]


@dataclass(frozen=True, slots=True)
class Mapped:
    """The compiled mapping of one file. The first two functions raise Unreadable.

    left_out says whether the site file's filters leave a row out; None when there are none.
    """

    to_record: Callable[[Cells], Record]
    native_id: Text
    left_out: LeftOut | None = None


def compile_mapping(options: Options, facts: Facts, tally: Tally, until: datetime, source_class: str) -> Mapped:
    """The functions that make records of a file's rows; what they leave out they tally.

    `until` is when the run began: a time more than a day after it is a misread one.
    """
    compiler = _Compiler(options, facts, tally, until + timedelta(days=1))
    kind = options.kind
    make, constants = kind.record, compiler.constants()
    if options.records == "mentions":
        constants["source_class"] = source_class
    platform = compiler.platform()
    links = [(name, compiler.reader(name)) for name in kind.of("own", "link") if name in options.columns]
    others = [name for name in kind.fields if name in options.columns and name not in ("platform", *dict(links))]
    readers = [(_in_record(name, kind.fields[name]), compiler.reader(name)) for name in others]
    if "kind" in options.columns and "source_words" not in options.columns:
        readers.append(("source_words", compiler.their_words()))

    def to_record(cells: Cells) -> Record:
        found = constants.copy()
        found["platform"] = name = platform(cells)
        for field, read in links:
            link = read(cells)
            found[field] = f"{name}:{link}" if link else None
        for field, read in readers:
            found[field] = read(cells)
        record: Record = make(**found)
        return record

    # The id of a refused row is read once more: what it took is not counted twice.
    native_id = _Compiler(options, facts, Tally(), until).reader(kind.own_id)
    return Mapped(to_record, native_id, compile_filters(options, compiler.cells, tally))


def _in_record(name: str, shape: str) -> str:
    """What a field of the mapping is called in the record: several names are its `brands`."""
    return "brands" if shape == "brands" else name


class _Compiler:
    """Makes one function per column of ours; what can be decided before the rows is decided here."""

    def __init__(self, options: Options, facts: Facts, tally: Tally, latest: datetime) -> None:
        self._options, self._facts, self._tally, self._latest = options, facts, tally, latest
        self._columns, self._defaults = options.columns, options.defaults
        self._shapes: Mapping[str, str] = options.kind.fields
        self.cells = CellReader(options, facts, tally)

    def constants(self) -> dict[str, Any]:
        """The fields whose value is the same in every row."""
        names = [name for name in self._defaults if name not in self._columns and name != "platform"]
        return {_in_record(name, self._shapes[name]): self._default(name) for name in names}

    def reader(self, name: str) -> Get:
        """The function that gives what stands in our column `name`. That of a required one raises Unreadable."""
        shape, column = self._shapes[name], self._columns[name]
        if shape == "own":
            return self._own_id(name, column)
        if shape == "moment":
            return self._moment(name, column)
        if shape == "post":
            return self._post(name, column)
        return self._or_default(name, self._optional(name, shape, column))

    def platform(self) -> Text:
        """The platform's name in small letters."""
        constant = str(self._defaults.get("platform", "")).strip().lower()
        if "platform" not in self._columns:
            return lambda _: constant
        read = self.cells.known(self._columns["platform"])

        def checked(cells: Cells) -> str:
            found = read(cells).lower() or constant
            if not found:
                sentence = 'the row names no platform; write defaults = { platform = "…" }'
                raise Unreadable("missing_platform", sentence, "platform")
            return found

        return checked

    def their_words(self) -> Get:
        """What the source itself calls an event: their word, before it is made ours."""
        column = self._columns["kind"]
        read = self.cells.known(column.model_copy(update={"values": {}}))
        default = self._defaults.get("source_words")
        return lambda cells: read(cells) or default

    def _own_id(self, name: str, column: Column) -> Text:
        repair = ids.repair_of(self._options, self._facts)
        return ids.own_id(name, column, self.cells.known(column), self._facts, self._tally, repair)

    def _moment(self, name: str, column: Column) -> Callable[[Cells], datetime]:
        """The required instant, between 1990 and a day after the run began."""
        read, latest = self.cells.time(column), self._latest

        def checked(cells: Cells) -> datetime:
            try:
                moment = read(cells)
            except Unreadable as error:
                error.field = name
                raise
            if moment is None:
                raise Unreadable("missing_time", "the row says no time, so it belongs to no hour and no day", name)
            if not EARLIEST <= moment <= latest:
                when = f"{moment.astimezone(UTC).isoformat(' ', 'minutes')[:16]} UTC"
                why = "which is still to come" if moment > latest else "before anybody posted"
                sentence = f"the time was read as {when}, {why}; look at its format"
                raise Unreadable("impossible_date", sentence, name)
            return moment

        return checked

    def _post(self, name: str, column: Column) -> Text:
        """The text as it was written, freed of nothing but the spreadsheet's `=`."""
        default = str(self._defaults.get(name, ""))
        read, missing, errors = self.cells.raw(column), column.missing, frozenset[str]()
        if self._facts.spreadsheet:
            errors = damage.FORMULA_ERRORS

        def checked(cells: Cells) -> str:
            found = read(cells)
            if not found or found.isspace() or found in missing:
                found = default
            if not found:
                raise Unreadable("missing_text", "the row has no text, and without one it says nothing", name)
            if len(found) > TEXT_LIMIT:
                sentence = f"the text has {len(found):,} characters, of {TEXT_LIMIT:,} at most"
                raise Unreadable("text_too_long", sentence, name)
            if found in errors:
                sentence = f"a spreadsheet took the text for a formula and kept only {found}; export it as text"
                raise Unreadable("formula_error", sentence, name)
            return found

        return checked

    def _default(self, name: str) -> Any:
        value = self._defaults.get(name, False if name == "is_drill" else None)
        if self._shapes[name] == "brands":
            return () if value is None else (value,)
        if self._shapes[name] == "decimal" and value is not None:
            return float(value)
        return value

    def _or_default(self, name: str, read: Get) -> Get:
        """A column that may be unknown; its default where their table says nothing."""
        default = self._default(name)
        if name == "kind" and default is None:
            return self._kind_or_other(read)
        if default in (None, ()):
            return read

        def or_default(cells: Cells) -> Any:
            found = read(cells)
            return default if found is None or found == () else found

        return or_default

    def _kind_or_other(self, read: Get) -> Get:
        tally = self._tally

        def kind(cells: Cells) -> str:
            found: str | None = read(cells)
            if found is None:
                tally.add("no_kind", "kind")
            return found or OTHER

        return kind

    def _optional(self, name: str, shape: str, column: Column) -> Get:
        if shape == "brands":
            return self.cells.several(column)
        if shape == "time":
            return self._lenient_time(name, column)
        read, convert = self.cells.known(column, self._salt(name, column)), self._converter(name, shape)
        if convert is None or column.hash:
            return lambda cells: read(cells) or None

        def converted(cells: Cells) -> Any:
            found = read(cells)
            return convert(found) if found else None

        return converted

    def _salt(self, name: str, column: Column) -> str:
        """What keeps the hashed events of two sources over one file apart: a resolution is no survey."""
        if name != "event_id" or not column.hash:
            return ""
        return "\x1f".join((str(self._defaults.get("kind", "")), *column.hash, ""))

    def _lenient_time(self, name: str, column: Column) -> Get:
        read, index, tally, latest = self.cells.time(column), self.cells.index(column), self._tally, self._latest

        def moment(cells: Cells) -> datetime | None:
            try:
                found = read(cells)
            except Unreadable:
                tally.add("time", name, text_of(cells[index]))
                return None
            if found is None or EARLIEST <= found <= latest:
                return found
            # Years ahead it would win over every later version; no such instant can have been seen.
            tally.add("time", name, text_of(cells[index]))
            return None

        return moment

    def _converter(self, name: str, shape: str) -> values.Convert | None:
        if shape in ("id", "link"):
            return ids.other_id(name, self._facts, self._tally)
        maker = _MAKERS.get(shape)
        return maker(name, self._tally) if maker else None


_MAKERS: Mapping[str, Callable[[str, Tally], values.Convert]] = {
    "whole": values.whole_number,
    "decimal": values.decimal,
    "flag": values.flag,
    "label": values.label,
    "url": values.web_address,
    "kind": values.event_kind,
    "actor": values.one_of("actor"),
    "sight": values.one_of("sight"),
    "body": values.body(TEXT_LIMIT),
}
