"""Every test feed of feedparser and feedjira gives items or a named refusal; none crashes or is silently empty."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Batch, Setup, SourceDown
from connectors.feeds.options import Options
from connectors.records import Mention
from connectors.sources.rss import Source
from tests.conftest import NOON

FOLDER = Path(os.environ.get("WATCHFLOOR_TEST_DATA") or "no-data", "feeds")
FILES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
OPTIONS = Options(urls=("https://feeds.example/feed.xml",), history="9999d")
_SAID = re.compile(rb"Header:\s*Content-type:\s*([^\r\n]+?)\s*(?:-->)?[\r\n]", re.IGNORECASE)
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>/]", re.IGNORECASE)


@dataclass
class Reply:
    """A file as a server would answer it; feedparser's files say with which Content-Type."""

    body: bytes
    status: int = 200
    url: str = OPTIONS.urls[0]
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        raise NotImplementedError


class Shelf:
    """An IO whose only feed is a file."""

    since, opened_at, is_sweep = None, None, False

    def __init__(self, body: bytes) -> None:
        said = _SAID.search(body)
        kind = said[1].decode("ascii", "replace") if said else "application/xml"
        self.reply = Reply(body, headers={"content-type": kind})

    def now(self) -> datetime:
        return NOON

    def has_receipt(self, receipt: str) -> bool:
        return False

    def is_stopping(self) -> bool:
        return False

    def get(self, *args: Any, **named: Any) -> Reply:
        return self.reply

    listen: Any = None
    inbox: Any = None


@dataclass
class Came:
    """What one file became."""

    batches: list[Batch] = field(default_factory=list)
    error: str = ""

    @property
    def records(self) -> list[Mention]:
        return [record for batch in self.batches for record in batch.records if isinstance(record, Mention)]

    @property
    def reasons(self) -> list[str]:
        return [one.reason for batch in self.batches for one in batch.refused]

    @property
    def is_empty(self) -> bool:
        """Whether the source says that the feed has no items."""
        return any("has no items" in note for batch in self.batches for note in batch.notes)


@cache
def came(name: str) -> Came:
    """What one file becomes."""
    return read((FOLDER / name).read_bytes())


def read(body: bytes) -> Came:
    """Read a feed through the whole source."""
    result = Came()
    try:
        run = Source(Setup("feeds", OPTIONS, Path())).read(Shelf(body), None, NOON)
        for batch in run:
            result.batches.append(batch)
    except SourceDown as error:
        result.error = str(error)
    return result


@pytest.mark.parametrize("name", FILES)
def test_a_feed_gives_items_or_says_why_not(name: str, data_folder: Path) -> None:
    result = came(name)
    for batch in result.batches:
        assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered
        assert not batch.filtered or len(batch.records) == batch.filtered == 1, "only an item that stands there twice"
    outcomes = [bool(result.records or result.reasons), bool(result.error), result.is_empty]
    assert any(outcomes), "silently empty"
    if result.is_empty or result.error:
        letters = (data_folder / "feeds" / name).read_bytes().replace(b"\0", b"").decode("latin-1")
        assert not _ITEM.search(re.sub(r"<!--.*?-->", "", letters, flags=re.DOTALL)), "it has items"
    for record in result.records:
        assert record.text.encode("utf-8")
        assert record.published_at.tzinfo is UTC
        assert len(record.item_id) <= 240
        assert record.url is None or record.url.startswith(("http://", "https://"))


def test_the_totals_of_all_feeds(data_folder: Path) -> None:
    totals: Counter[str] = Counter(files=len(FILES))
    for result in map(came, FILES):
        totals["items"] += len(result.records)
        totals["refused"] += len(result.reasons)
        totals["with items or refusals"] += bool(result.records or result.reasons)
        totals["say they have no items"] += result.is_empty
        totals["no feed"] += bool(result.error and not result.records and not result.reasons)
    reasons: Mapping[str, int] = Counter(reason for result in map(came, FILES) for reason in result.reasons)
    assert data_folder.is_dir()
    assert totals == {
        "files": 1102,
        "with items or refusals": 649,
        "say they have no items": 446,
        "no feed": 7,
        "items": 478,
        "refused": 369,
    }
    assert reasons == {"missing_text": 369}


BIG = ("TechCrunch", "SamRuby", "CRE", "RSSWithComments", "TypePadNews", "a10", "pet_atom", "InvalidDateFormat")


@pytest.mark.parametrize("name", [f"feedjira/{name}.xml" for name in BIG] + ["feedjira/json_feed.json"])
def test_a_feed_cut_off_anywhere_gives_whole_items_only_and_does_not_advance(name: str, data_folder: Path) -> None:
    body = (data_folder / "feeds" / name).read_bytes().rstrip()
    whole = {record.item_id: record.text for record in came(name).records}
    parts = 0
    for share in range(1, 40):
        cut = read(body[: len(body) * share // 40])
        texts = {record.item_id: record.text for record in cut.records}
        assert texts.items() <= whole.items(), share
        assert cut.error, share
        assert all(not batch.cursor or not batch.cursor["feeds"] for batch in cut.batches)
        parts += 0 < len(texts) < len(whole)
    assert parts > 5 or name.endswith(".json") or len(whole) < 5
