"""The one door to the readers: which format a file has, and the open table."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from connectors.contract import SourceDown
from connectors.files import damage, encodings, ids
from connectors.files.cells import Facts, wanted
from connectors.files.delimited import Delimited
from connectors.files.encodings import Letters
from connectors.files.jsons import Jsons
from connectors.files.options import Options
from connectors.files.problems import Damaged, NotATable
from connectors.files.rows import Table
from connectors.files.values import Tally
from connectors.files.workbooks import Parquet, Workbook

ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
_LOOKED_AT = 50_000
"""Rows whose ids are looked at before the first is handed on: enough to see rounding, few enough not to wait for."""


def format_of(path: Path, options: Options) -> str:
    """The format of a file: the one the options name, else its ending's. Raises NotATable for an unknown ending."""
    if options.format:
        return options.format
    packed = path.suffix.lower() == ".gz"
    ending = Path(path.stem).suffix.lower() if packed else path.suffix.lower()
    form = ENDINGS.get(ending)
    if form is None or (packed and form in ("parquet", "xlsx")):
        raise NotATable("unknown_format", f'the ending of {path.name} names no format known here; set format = "csv"')
    return form


def letters_of(path: Path, name: str, options: Options) -> Letters | None:
    """How the file's text is decoded; None for formats that know it themselves.

    Raises NotATable, Damaged, SourceDown and FileNotFoundError.
    """
    form = format_of(path, options)
    with reading(name):
        with encodings.open_bytes(path) as stream:
            head = stream.read(512)
        if what := damage.foreign_file(head, form):
            raise NotATable("not_a_table", f"this is {what}, not a table; export it again as {form}")
        return None if form in ("parquet", "xlsx") else encodings.look(path, name, options.encoding)


@contextmanager
def open_table(path: Path, name: str, options: Options, letters: Letters | None, tally: Tally) -> Iterator[Table]:
    """The open table of a file, closed behind. Raises Misconfigured, Damaged, NotATable and SourceDown."""
    with reading(name):
        table = _opened(path, name, options, letters, tally)
        try:
            yield table
        finally:
            table.close()


def facts_of(path: Path, name: str, options: Options, letters: Letters | None) -> Facts:
    """What must be known of the whole file before its first row is mapped. Raises as open_table does."""
    with open_table(path, name, options, letters, Tally()) as table:
        rows = (row.cells for row in islice(table.rows(), _LOOKED_AT) if row.cells is not None)
        return Facts(columns=table.columns, spreadsheet=table.spreadsheet, rounded=ids.rounded_ids(options, rows))


def _opened(path: Path, name: str, options: Options, letters: Letters | None, tally: Tally) -> Table:
    form, columns = format_of(path, options), wanted(options)
    if form == "parquet":
        return Parquet(path, name, columns)
    if form == "xlsx":
        return Workbook(path, name, columns, options.sheet, tally)
    if letters is None:
        raise Damaged("its letters are not known")
    if form in ("csv", "tsv"):
        return Delimited(path, name, form, columns, letters, tally)
    required = (*options.kind.columns, *options.kind.of("post"))
    needs = [
        options.columns[ours].theirs_all
        for ours in required
        if ours in options.columns and ours not in options.defaults
    ]
    return Jsons(path, name, form, columns, needs, letters, tally)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turns what files raise into sentences: Damaged for a broken file, SourceDown for one we may not read."""
    try:
        yield
    except (EOFError, zlib.error):
        raise Damaged("it is packed and breaks off before its end") from None
    except UnicodeDecodeError as error:
        where = f"from byte {error.start:,} on" if error.start else "from the start"
        raise Damaged(f"its bytes are no {error.encoding} {where}") from None
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno is None:  # gzip and arrow speak of broken content this way, the system with a number
            raise Damaged(f"it cannot be read: {error}") from None
        raise SourceDown(f"{name} cannot be read: {error.strerror}") from None
