"""Their row -> one Mention: the site file's mapping words, compiled once per file into plain functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.files import damage, values
from connectors.files.cells import TEXT_LIMIT, CellReader, Cells, Facts, Text, text_of, wanted
from connectors.files.options import COUNTS, OURS, TIMES, Column, Options
from connectors.files.problems import Unreadable
from connectors.files.times import EARLIEST
from connectors.files.values import Tally
from connectors.records import Mention

_FIELD = {"brand": "brands"}
_LINKS = ("parent_id", "conversation_id")
_REQUIRED = ("item_id", "platform", "published_at", "text")
_AUTHORS = ("name", "author", "user", "username", "user_name", "screen_name", "handle")

Get = Callable[[Cells], Any]


@dataclass(frozen=True, slots=True)
class Mapped:
    """The compiled mapping of one file. Both functions raise Unreadable."""

    to_mention: Callable[[Cells], Mention]
    native_id: Text


def compile_mapping(options: Options, facts: Facts, tally: Tally, until: datetime, source_class: str) -> Mapped:
    """The functions that make Mentions of a file's rows; what they leave out they tally.

    `until` is when the run began: a time more than a day after it is a misread one.
    """
    compiler = _Compiler(options, facts, tally)
    native_id, platform, text = compiler.native_id(), compiler.platform(), compiler.post()
    published_at = compiler.published_at(until + timedelta(days=1))
    names = [name for name in OURS if name not in _REQUIRED and (name in options.columns or name in options.defaults)]
    optional = [(_FIELD.get(name, name), compiler.optional(name)) for name in names if name not in _LINKS]
    links = [(name, compiler.optional(name)) for name in names if name in _LINKS]

    def to_mention(cells: Cells) -> Mention:
        prefix = platform(cells) + ":"
        more = {name: read(cells) for name, read in optional}
        for name, read in links:
            link = read(cells)
            more[name] = prefix + link if link else None
        return Mention(
            item_id=prefix + native_id(cells),
            platform=prefix[:-1],
            published_at=published_at(cells),
            text=text(cells),
            source_class=source_class,
            **more,
        )

    return Mapped(to_mention, native_id)


def native_ids(options: Options, rows: Iterable[Cells]) -> Iterator[str]:
    """The ids of the rows as they stand in the file; none when the mapping makes them itself."""
    theirs = options.columns["item_id"].theirs
    if theirs is not None:
        index = wanted(options).index(theirs)
        yield from (text_of(cells[index]).strip() for cells in rows)


class _Compiler:
    """Makes one function per column of ours; what can be decided before the rows is decided here."""

    def __init__(self, options: Options, facts: Facts, tally: Tally) -> None:
        self._columns, self._defaults = options.columns, options.defaults
        self._facts, self._tally = facts, tally
        self._cells = CellReader(options, facts, tally)

    def native_id(self) -> Text:
        """The platform's own id, never an empty or a rounded one."""
        column = self._columns["item_id"]
        read, repair = self._cells.known(column), self._repair()
        rounded = self._facts.rounded and column.theirs is not None

        def checked(cells: Cells) -> str:
            found = read(cells)
            if not found:
                raise Unreadable("missing_id", "the row has no id; without one it cannot be told from its copies")
            if not found.isdecimal() and damage.lost_digits(found):
                raise Unreadable("id_lost_digits", f"the id {found} is a rounded number. {repair}")
            if rounded and damage.ends_in_zeros(found):
                why = "ends in zeros like nearly every id in this file: a spreadsheet rounded them to 15 digits"
                raise Unreadable("id_lost_digits", f"the id {found} {why}. {repair}")
            return found

        return checked

    def _repair(self) -> str:
        """The way out of lost ids, with columns this very file has."""
        header = {name.lower(): name for name in self._facts.columns}
        author = self._columns.get("author_name") or self._columns.get("author_id")
        named = author.theirs_all if author else tuple(header[name] for name in _AUTHORS if name in header)[:1]
        text = self._columns["text"].theirs_all if "text" in self._columns else ()
        parts = ", ".join(f'"{name}"' for name in (*named, *self._columns["published_at"].theirs_all, *text))
        return f"Export the ids as text, or write item_id = {{ hash = [{parts}] }}"

    def platform(self) -> Text:
        """The platform's name in small letters."""
        constant = str(self._defaults.get("platform", "")).strip().lower()
        if "platform" not in self._columns:
            return lambda _: constant
        read = self._cells.known(self._columns["platform"])

        def checked(cells: Cells) -> str:
            found = read(cells).lower() or constant
            if not found:
                raise Unreadable("missing_platform", 'the row names no platform; write defaults = { platform = "…" }')
            return found

        return checked

    def post(self) -> Text:
        """The text as it was written, freed of nothing but the spreadsheet's `=`."""
        default = str(self._defaults.get("text", ""))
        column = self._columns.get("text")
        if column is None:
            return lambda _: default
        read, missing, errors = self._cells.raw(column), column.missing, frozenset[str]()
        if self._facts.spreadsheet:
            errors = damage.FORMULA_ERRORS

        def checked(cells: Cells) -> str:
            found = read(cells)
            if not found or found.isspace() or found in missing:
                found = default
            if not found:
                raise Unreadable("missing_text", "the row has no text, and without one it says nothing")
            if len(found) > TEXT_LIMIT:
                raise Unreadable("text_too_long", f"the text has {len(found):,} characters, of {TEXT_LIMIT:,} at most")
            if found in errors:
                sentence = f"a spreadsheet took the text for a formula and kept only {found}; export it as text"
                raise Unreadable("formula_error", sentence)
            return found

        return checked

    def published_at(self, latest: datetime) -> Callable[[Cells], datetime]:
        """The instant of the post, between 1990 and `latest`."""
        read = self._cells.time(self._columns["published_at"])

        def checked(cells: Cells) -> datetime:
            moment = read(cells)
            if moment is None:
                raise Unreadable("missing_time", "the row says no time, so it belongs to no hour and no day")
            if not EARLIEST <= moment <= latest:
                when = f"{moment.astimezone(UTC).isoformat(' ', 'minutes')[:16]} UTC"
                why = "which is still to come" if moment > latest else "before anybody posted"
                raise Unreadable("impossible_date", f"the time was read as {when}, {why}; look at its format")
            return moment

        return checked

    def optional(self, name: str) -> Get:
        """A column that may be unknown; its default where their table says nothing."""
        default: Any = self._defaults.get(name, False if name == "is_drill" else None)
        if name == "brand":
            default = () if default is None else (default,)
        column = self._columns.get(name)
        if column is None:
            return lambda _: default
        read = self._reader(name, column)

        def or_default(cells: Cells) -> Any:
            found = read(cells)
            return default if found is None or found == () else found

        return or_default

    def _reader(self, name: str, column: Column) -> Get:
        if name == "brand":
            return self._cells.several(column)
        return self._lenient_time(name, column) if name in TIMES else self._converted(name, column)

    def _lenient_time(self, name: str, column: Column) -> Get:
        read, index, tally = self._cells.time(column), self._cells.index(column), self._tally

        def moment(cells: Cells) -> datetime | None:
            try:
                return read(cells)
            except Unreadable:
                tally.add("time", name, text_of(cells[index]))
                return None

        return moment

    def _converted(self, name: str, column: Column) -> Get:
        read, convert = self._cells.known(column), self._converter(name)
        if convert is None:
            return lambda cells: read(cells) or None

        def converted(cells: Cells) -> Any:
            found = read(cells)
            return convert(found) if found else None

        return converted

    def _converter(self, name: str) -> values.Convert | None:
        makers = {"is_drill": values.flag, "source_sentiment": values.label, "url": values.web_address}
        makers |= dict.fromkeys(COUNTS, values.whole_number) | dict.fromkeys(("author_id", *_LINKS), values.other_id)
        return makers[name](name, self._tally) if name in makers else None
