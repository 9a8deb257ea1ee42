"""A first guess at what a table's columns mean, for a newcomer to correct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from connectors.contract import ConnectorError
from connectors.files import tables
from connectors.files.cells import text_of
from connectors.files.options import Column, Options
from connectors.files.problems import Damaged, Unreadable
from connectors.files.times import compile_time
from connectors.files.values import Tally

_NAMES: Mapping[str, tuple[str, ...]] = {
    "item_id": (
        "tweet_id", "post_id", "status_id", "comment_id", "review_id", "reviewid", "item_id", "uri", "guid", "id",
    ),
    "published_at": (
        "published_at", "created_at", "tweet_created", "created", "published", "posted_at", "timestamp", "date", "time",
        "created_utc", "datetime", "at",
    ),
    "text": ("text", "full_text", "body", "content", "message", "comment", "review", "selftext", "tweet", "title"),
    "author_name": ("author_name", "username", "user_name", "screen_name", "author", "user", "name"),
    "author_followers_count": ("author_followers_count", "followers_count", "followers"),
    "url": ("url", "link", "permalink"),
    "language": ("language", "lang"),
    "platform": ("platform", "network", "channel"),
}  # fmt: skip
_TIMES = (
    "iso", "%Y-%m-%d %H:%M:%S %z", "%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M", "epoch_ms", "epoch", "excel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """Ours = theirs, as far as names tell; `time_format` fits the sample, `needs_zone` says its times name none."""

    columns: dict[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    time_format: str | None = None
    needs_zone: bool = False


def guess(path: Path, zone: str) -> Guess:
    """Look at the first rows of a table. Raises ConnectorError, in words, when it cannot be read as one."""
    try:
        header = _table(path, ())[0]
    except (Unreadable, Damaged, FileNotFoundError) as error:
        raise ConnectorError(f"{path.name}: {error}") from None
    if len(header) < 2:
        raise ConnectorError(f"{path.name} has no table in it: a header with at least a time and a text is needed")
    columns = _by_name(header)
    form, needs_zone = time_form(path, columns["published_at"], zone) if "published_at" in columns else (None, False)
    return Guess(columns, header, form, needs_zone)


def time_form(path: Path, column: str, zone: str) -> tuple[str | None, bool]:
    """How the times of `column` are written, and whether they need a zone to be told. None when no form fits."""
    try:
        return _time_form(_table(path, (column,))[1], zone)
    except (Unreadable, Damaged, FileNotFoundError) as error:
        raise ConnectorError(f"{path.name}: {error}") from None


def _table(path: Path, columns: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The header, and the first 50 texts of the first of `columns`."""
    made = {f"column{number}": Column.model_validate({"from": name}) for number, name in enumerate(columns)}
    options = Options.model_construct(path=path.name, columns=made, defaults={}, format=None, encoding=None, sheet=None)
    letters = tables.letters_of(path, path.name, options)
    with tables.open_table(path, path.name, options, letters, Tally()) as table:
        cells = [row.cells for row in islice(table.rows(), 50) if row.cells]
        return table.columns, [text_of(one[0]) for one in cells] if columns else []


def _by_name(header: Iterable[str]) -> dict[str, str]:
    plain = {re.sub(r"[\s-]+", "_", name.strip().lower()): name for name in header}
    found: dict[str, str] = {}
    for ours, names in _NAMES.items():
        theirs = next((plain[name] for name in names if name in plain), None)
        if theirs is not None and theirs not in found.values():
            found[ours] = theirs
    return found


def _time_form(texts: list[str], zone: str) -> tuple[str | None, bool]:
    """The first form that reads every sample, and whether it needs a zone to be told."""
    samples = [text for text in texts if text.strip()]
    for form in _TIMES if samples else ():
        for given in (None, zone):
            read = compile_time(form, given)
            try:
                years = {read(text).year for text in samples}
            except Unreadable:
                continue
            if min(years) >= 1995 and max(years) < 2100:
                return form, given is not None
    return None, False
