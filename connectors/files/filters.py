"""Which rows a mapping wants: `only` and `skip` look at columns of theirs, mapped or not."""

from __future__ import annotations

from collections.abc import Callable

from connectors.files.cells import CellReader, Cells
from connectors.files.options import Options
from connectors.files.values import Tally

LeftOut = Callable[[Cells], bool]


def compile_filters(options: Options, reader: CellReader, tally: Tally) -> LeftOut | None:
    """The function that says whether a row is left out, counting why; None when every row is wanted.

    Texts are compared without blanks around them. A row must pass every column of `only` and of `skip`.
    """
    conditions = [
        (reader.cell(theirs, tell=False), frozenset(map(str.strip, texts)), word == "only", f"{word}.{theirs}")
        for word, words in (("only", options.only), ("skip", options.skip))
        for theirs, texts in words.items()
    ]
    for *_, label in conditions:
        tally.add("left_out", label, count=0)  # told even when no row was: a filter that filters nothing is a typo

    def left_out(cells: Cells) -> bool:
        for read, texts, must, label in conditions:
            if (read(cells).strip() in texts) != must:
                tally.add("left_out", label)
                return True
        return False

    return left_out if conditions else None
