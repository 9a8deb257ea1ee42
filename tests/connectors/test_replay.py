"""A replay depends on its seed and the time alone: a restart fills what it slept, nothing comes twice."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.contract import Batch, Cursor, Misconfigured, Setup
from connectors.http import Network
from connectors.records import Mention
from connectors.sources.replay import Options, Source
from jobs.lent import Looking
from tests.conftest import NOON, FakeClock

POSTS = """\
platform,language,region,author,followers,burst,text
x,en,us,Ann,10,,hi {city} {flight}
news,de,eu,Bo,,yes,hallo
"""


def desk() -> Looking:
    """The IO of a run that needs no network."""
    clock, stopping = FakeClock(), threading.Event()
    return Looking(clock=clock, line=Network(clock, stopping=stopping).line("r", state=None), stopping=stopping)


def source(folder: Path, **options: object) -> Source:
    (folder / "posts.csv").write_text(POSTS, encoding="utf-8")
    made = Options.model_validate({"path": "posts.csv", "per_day": 5000, "history": "6h", **options})
    return Source(Setup("r", made, folder))


def play(replay: Source, until: datetime, cursor: Cursor | None = None) -> tuple[list[Mention], Cursor | None]:
    batches: list[Batch] = list(replay.read(desk(), cursor, until))
    assert all(batch.raw == len(batch.records) for batch in batches)
    records = [record for batch in batches for record in batch.records]
    return [record for record in records if isinstance(record, Mention)], batches[-1].cursor if batches else cursor


@given(st.integers(1, 1079))
def test_stopped_anywhere_and_resumed_gives_what_one_run_gives(minutes_ten: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        whole, _ = play(source(Path(name), per_day=500), NOON)
        stop = NOON - timedelta(seconds=10 * minutes_ten)
        first, cursor = play(source(Path(name), per_day=500), stop)
        rest, _ = play(source(Path(name), per_day=500), NOON, cursor)
    begin = NOON - timedelta(hours=6)
    assert [record for record in first + rest if record.published_at >= begin] == whole


def test_the_first_run_goes_back_as_far_as_told_and_no_further(tmp_path: Path) -> None:
    records, _ = play(source(tmp_path), NOON)
    assert all(NOON - timedelta(hours=6) <= record.published_at < NOON for record in records)
    assert 300 < len(records) < 1500, "five thousand a day, the quietest quarter of it"
    assert len({record.item_id for record in records}) == len(records)
    assert {record.platform for record in records} == {"x", "news"}
    assert all("{" not in record.text for record in records)


def test_another_seed_is_another_order(tmp_path: Path) -> None:
    one, _ = play(source(tmp_path), NOON)
    two, _ = play(source(tmp_path, seed=2), NOON)
    assert [record.text for record in one] != [record.text for record in two]


def test_nothing_new_is_no_batch(tmp_path: Path) -> None:
    _, cursor = play(source(tmp_path), NOON)
    assert list(source(tmp_path).read(desk(), cursor, NOON + timedelta(seconds=9))) == []
    assert list(source(tmp_path).read(desk(), cursor, NOON - timedelta(hours=1))) == [], (
        "a clock set back plays nothing"
    )


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "platform,text\n"])
def test_a_file_without_posts_is_named(tmp_path: Path, text: str) -> None:
    replay = source(tmp_path)
    (tmp_path / "posts.csv").write_text(text)
    with pytest.raises(Misconfigured, match=r"path: .*posts\.csv"):
        play(replay, NOON)
    assert replay.check(desk()).state == "misconfigured"


def test_a_wrong_span_is_named() -> None:
    with pytest.raises(ValidationError, match="write 48h or 7d"):
        Options.model_validate({"path": "x", "history": "long"})
