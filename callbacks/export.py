"""GET /export/mentions.csv, cases.csv and service.csv: exactly the rows the desk's address filters, as a file."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from flask import Flask, Response, request

from callbacks.desk_clocks import named, with_causes
from callbacks.desk_rows import QUESTIONS, count_of
from callbacks.hands import Hands
from layouts.desk.filters import Filters
from queries.catalogue import QuestionError, parse_moment
from queries.warehouse import WarehouseError

AT_ONCE = 10_000
"""Rows in memory at a time, as many as mention_rows, case_rows and clock_rows give."""

BOM = "\ufeff"
"""Without it Excel reads UTF-8 as the alphabet of the country it was bought in. pandas, DuckDB and R pass over it."""

ROWS_HEADER = "X-Rows"
_DATED = ("due", "started", "promised")
"""Clocks that are chosen by the window: all others cannot be cut by it."""

_FORMULA = ("=", "+", "-", "@")
_PASSED = re.compile(r"[\s\"'`\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*")
# Where a program that splits cells at semicolons, or lines at every line end, would begin a new cell. What follows the
# sign must be able to stand in a formula, or every ";-)" would be changed.
_WITHIN = re.compile(r"(?<=[;\t\r\n])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20][=+\-@\s]*[\w(\"'$.{\\])")


def register(server: Flask, hands: Hands) -> None:
    """Hang the routes on `server`."""

    @server.get("/export/<view>.csv")
    def export(view: str) -> Response:
        if view not in QUESTIONS:
            there = ", ".join(f"/export/{name}.csv" for name in QUESTIONS)
            return _said(f'there is no file "{view}.csv"; there is {there}', 404)
        return export_response(hands, view, request.args.to_dict(flat=False))


def export_response(hands: Hands, view: str, given: dict[str, list[str]]) -> Response:
    """The file of a view. 400 with the reasons when a part of the address is not understood: half a filter is another
    file than the one that was asked for."""
    try:
        filters, params, now = asked_with(hands, view, given)
        rows = Rows(hands, filters, params, now)
        count = rows.count(params["since"], params["until"])
    except (ValueError, QuestionError) as error:
        return _said(str(error), 400)
    except WarehouseError as error:
        return _said(str(error), 503)
    response = Response(lines(rows.frames(), rows.columns, hands.served().site.site.zone), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename(view, params)}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers[ROWS_HEADER] = str(count)
    return response


def asked_with(hands: Hands, view: str, given: dict[str, list[str]]) -> tuple[Filters, dict[str, Any], datetime]:
    """What is filtered, what the questions are asked with, and the moment they are seen from.

    Raises ValueError with all the reasons.

    A page may say in its link from when it looks (`now`) and what was known then (`known_at`), so that its file holds
    what it shows. Else it is this moment. All of a file is of one state of knowledge: what comes in while it is
    written does not.
    """
    site, clock = hands.served().site, hands.clock()
    of_page = {key: values[0] for key, values in given.items() if key in ("now", "known_at") and values}
    rest = {key: values for key, values in given.items() if key not in of_page}
    filters, problems = Filters.parse({**rest, "view": [view]}, site)
    if problems:
        raise ValueError("\n".join(problems))
    zone = site.site.zone
    now = parse_moment(of_page.get("now", "now"), clock, zone)
    known_at = hands.answers.warehouse.state[1]
    if "known_at" in of_page:
        known_at = parse_moment(of_page["known_at"], clock, zone)
    return filters, {**filters.row_params(now, zone), "known_at": known_at}, now


class Rows:
    """All rows of a view, newest first, a slice of time at a time; of clocks with why each promise was broken."""

    def __init__(self, hands: Hands, filters: Filters, params: dict[str, Any], now: datetime) -> None:
        self._hands, self._filters, self._params, self._now = hands, filters, params, now
        self._rows, self._is_clocks = QUESTIONS[filters.view][0], filters.view == "service"
        self.columns = [column.name for column in hands.answers.catalogue[self._rows].columns]
        if self._is_clocks:
            self.columns.append("cause")

    def count(self, since: datetime, until: datetime) -> int:
        """How many rows there are between two instants."""
        return count_of(self._read, self._filters, {**self._params, "since": since, "until": until})

    def frames(self) -> Iterator[pd.DataFrame]:
        """Tables of at most AT_ONCE rows. A query is over before its rows are handed on, however slow the reader."""
        for since, until, count in self._slices():
            asked = {**self._params, "since": since, "until": until}
            if self._is_clocks:
                asked = named(self._read, self._filters, asked)
            for offset in range(0, count, AT_ONCE):
                found = self._read(self._rows, {**asked, "offset": offset, "limit": AT_ONCE})
                yield with_causes(self._read, found, asked) if self._is_clocks else found

    def _slices(self) -> Iterator[tuple[datetime, datetime, int]]:
        since, until = self._params["since"], self._params["until"]
        if self._is_clocks and self._filters.clocks not in _DATED:
            return iter([(since, until, self.count(since, until))])
        return slices(since, until, self.count, AT_ONCE)

    def _read(self, question: str, given: Mapping[str, Any]) -> pd.DataFrame:
        return self._hands.answers.read(question, given, self._now).frame


def slices(
    since: datetime, until: datetime, count: Callable[[datetime, datetime], int], most: int
) -> Iterator[tuple[datetime, datetime, int]]:
    """A span cut into pieces of at most `most` rows, or of a minute; newest first, empty ones left out."""
    waiting = [(since, until)]
    while waiting:
        first, last = waiting.pop()
        rows = count(first, last)
        minutes = (last - first) // timedelta(minutes=1)
        if rows > most and minutes > 1:
            middle = first + timedelta(minutes=minutes // 2)
            waiting += [(first, middle), (middle, last)]
        elif rows:
            yield first, last, rows


def lines(frames: Iterator[pd.DataFrame], columns: Sequence[str], zone: ZoneInfo) -> Iterator[str]:
    """A CSV file (RFC 4180, UTF-8 with BOM), table by table: ISO 8601 times of `zone`, unknown as nothing."""
    yield BOM + _line([columns])
    for frame in frames:
        cells = [_cells(frame[name], zone) for name in columns]
        yield _line(zip(*cells, strict=True))


def _line(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cells(column: pd.Series[Any], zone: ZoneInfo) -> list[Any]:
    missing = column.isna()
    if column.dtype.kind == "M":
        local = column.dt.tz_localize("UTC").dt.tz_convert(zone)
        return ["" if unknown else value.isoformat() for value, unknown in zip(local, missing, strict=True)]
    if column.dtype.kind in "iufb":
        return ["" if unknown else value for value, unknown in zip(column.tolist(), missing, strict=True)]
    return ["" if unknown else safe(str(value)) for value, unknown in zip(column.tolist(), missing, strict=True)]


def safe(text: str) -> str:
    """A text no spreadsheet takes for a formula: an apostrophe goes before what would begin one.

    Spaces, quotes and invisible letters before it are seen through, and so are the wide forms of = + - @.
    """
    begins = _PASSED.match(text)
    first = text[begins.end() if begins else 0 :][:1]
    if text.startswith(("\t", "\r")) or unicodedata.normalize("NFKC", first).startswith(_FORMULA):
        text = "'" + text
    return _WITHIN.sub(r"'\1", text)


def filename(view: str, params: dict[str, Any]) -> str:
    """What the file is called: the view and its window, in UTC."""
    first, last = (params[name].astimezone(UTC).strftime("%Y%m%dT%H%MZ") for name in ("since", "until"))
    return f"{view}_{first}_{last}.csv"


def _said(text: str, status: int) -> Response:
    return Response(text + "\n", status, mimetype="text/plain")
