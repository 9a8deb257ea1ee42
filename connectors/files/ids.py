"""Their ids -> ours: never empty, never rounded, and `3.0` is 3.

The id of what a row is about costs the row when it is lost; any other is unknown and counted, since a wrong one would
name somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.files import damage
from connectors.files.cells import Cells, Facts, Text, text_of, wanted
from connectors.files.options import Column, Options
from connectors.files.problems import Unreadable
from connectors.files.values import Tally

_AUTHORS = ("name", "author", "user", "username", "user_name", "screen_name", "handle")
_TEXTS = ("text", "subject")


def own_id(name: str, column: Column, read: Text, facts: Facts, tally: Tally, repair: str) -> Text:
    """The function that gives the native id a row is about. It raises Unreadable; `repair` ends its sentence."""
    rounded = name in facts.rounded

    def checked(cells: Cells) -> str:
        found = read(cells)
        if found.isdecimal() and not rounded:
            return found
        if not found:
            raise Unreadable("missing_id", "the row has no id; without one it cannot be told from its copies", name)
        if (whole := damage.whole(found)) is not None:
            tally.add("whole_id", name, found)
            return whole
        if not found.isdecimal() and damage.lost_digits(found):
            raise Unreadable("id_lost_digits", f"the id {found} is a rounded number. {repair}", name)
        if rounded and damage.ends_in_zeros(found):
            why = "ends in zeros like nearly every id in this file: a spreadsheet rounded them to 15 digits"
            raise Unreadable("id_lost_digits", f"the id {found} {why}. {repair}", name)
        return found

    # What we hashed ourselves is whole, whatever it looks like.
    return checked if not column.hash else lambda cells: read(cells) or checked(cells)


def other_id(name: str, facts: Facts, tally: Tally) -> Callable[[str], str | None]:
    """A converter to an id other than the row's own."""
    rounded = name in facts.rounded

    def read(text: str) -> str | None:
        if text.isdecimal() and not rounded:
            return text
        if (whole := damage.whole(text)) is not None:
            tally.add("whole_id", name, text)
            return whole
        lost = damage.ends_in_zeros(text) if text.isdecimal() else damage.lost_digits(text)
        if lost:
            tally.add("lost_id", name, text)
        return None if lost else text

    return read


def repair_of(options: Options, facts: Facts) -> str:
    """The way out of lost ids, with columns this very file has."""
    columns, kind = options.columns, options.kind
    if options.records == "case_events":
        return "Export the ids as text; without them nobody knows whose case it was"
    header = {name.lower(): name for name in facts.columns}
    author = next((columns[name] for name in ("author_name", "author_id", "customer_id") if name in columns), None)
    named = author.theirs_all if author else tuple(header[name] for name in _AUTHORS if name in header)[:1]
    texts = next((columns[name].theirs_all for name in _TEXTS if name in columns), ())
    parts = ", ".join(f'"{name}"' for name in (*named, *columns[kind.moment].theirs_all, *texts))
    return f"Export the ids as text, or write {kind.own_id} = {{ hash = [{parts}] }}"


def rounded_ids(options: Options, rows: Iterable[Cells]) -> frozenset[str]:
    """The fields whose ids, as they stand in these rows, were rounded to 15 digits."""
    order = wanted(options)
    looked = {
        name: order.index(column.theirs)
        for name, column in options.columns.items()
        if name in options.kind.ids and column.theirs is not None
    }
    long: dict[str, set[str]] = {name: set() for name in looked}
    for cells in rows:
        for name, index in looked.items():
            found = text_of(cells[index])
            if len(found) > 15:
                long[name].add(found.strip())
    return frozenset(name for name, found in long.items() if damage.rounded(found))
