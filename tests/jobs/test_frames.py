"""A frame is computed from its tick: time alone moves what it says, and a quiet minute leaves it as it is."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import ConfigError
from jobs.house import House
from tests.conftest import NOON, DictCache, FakeClock
from tests.jobs.sites import opened

SITE = """
[site]
name = "Desk"
timezone = "America/New_York"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[source]]
name = "posts"
kind = "files"
path = "*.csv"
[source.columns]
item_id = "id"
published_at = "at"
text = "text"
[source.defaults]
platform = "x"
"""


def post(folder: Path, name: str, *ages: float) -> None:
    """A complete file of posts so many minutes before noon."""
    lines = ["id,at,text"] + [f"{name}{age},{(NOON - timedelta(minutes=age)).isoformat()},aurora {age}" for age in ages]
    (folder / name).write_text("\n".join(lines) + "\n")
    os.utime(folder / name, (1_700_000_000, 1_700_000_000))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    post(tmp_path, "a.csv", 1, 2, 50, 70)
    with opened(tmp_path, SITE, NOON) as opened_house:
        yield opened_house


def clock_of(house: House) -> FakeClock:
    assert isinstance(house.clock, FakeClock)
    return house.clock


def frame(house: House) -> dict[str, Any]:
    made = house.frames.get("main", "pulse")
    assert made is not None
    house.frames.step()
    made = house.frames.get("main", "pulse")
    assert made is not None
    assert gzip.decompress(made.packed) == made.body
    content: dict[str, Any] = json.loads(made.body)
    return content


def test_an_hour_without_data_brings_the_count_down_and_says_since_when(house: House) -> None:
    house.poll("posts")
    before = frame(house)
    assert before["values"]["pulse:mentions_hour:value"] == "3"
    assert before["as_of"] == "2026-11-21T11:59:00Z"
    assert before["stale_at"] > "2026-11-21T12:00:00Z"
    clock_of(house).move(minutes=61)
    after = frame(house)
    assert after["values"]["pulse:mentions_hour:value"] == "0"
    assert after["stale_at"] < "2026-11-21T13:01:00Z"
    assert after["why"].startswith("no data since 06:59"), "told in the site's zone"


def test_a_quiet_minute_keeps_its_etag_and_a_new_post_changes_it(house: House, tmp_path: Path) -> None:
    house.poll("posts")
    clock_of(house).move(seconds=1)
    first = house.frames.get("main", "pulse")
    clock_of(house).move(seconds=30)
    assert house.frames.step() == 1, "the tick has moved"
    second = house.frames.get("main", "pulse")
    assert first is not None
    assert second is not None
    assert (second.etag, second.packed) == (first.etag, first.packed)
    post(tmp_path, "b.csv", 0.5)
    house.poll("posts")
    house.frames.step()
    third = house.frames.get("main", "pulse")
    assert third is not None
    assert third.etag != first.etag


def test_frames_nobody_looks_at_are_not_made(house: House) -> None:
    assert house.frames.step() == 0
    house.frames.get("main", "pulse")
    clock_of(house).move(seconds=10)
    assert house.frames.step() == 1
    assert house.frames.step() == 0, "neither tick nor revision has moved"
    clock_of(house).move(seconds=61)
    assert house.frames.step() == 0, "no screen has asked for a minute"
    made = house.frames.get("main", "pulse")
    assert made is not None
    assert made.tick == NOON + timedelta(seconds=70), "a screen that comes back sees the present at once"


def test_there_is_no_frame_of_a_wall_or_scene_that_does_not_hang(house: House) -> None:
    assert house.frames.get("nowhere", "pulse") is None
    assert house.frames.get("main", "nothing") is None


def test_a_panel_that_cannot_be_drawn_does_not_take_the_others_along(house: House, monkeypatch: Any) -> None:
    from layouts.panels.volume import Volume

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Volume, "draw", broken)
    house.poll("posts")
    content = frame(house)
    assert "could not be drawn" in content["panels"]["pulse:volume"]["problem"]
    assert content["values"]["pulse:mentions_hour:value"] == "3"


def test_a_failing_source_makes_the_picture_stale_and_says_which(house: House, tmp_path: Path) -> None:
    house.poll("posts")
    for file in tmp_path.glob("*.csv"):
        file.write_text("wrong,header\n1,2\n")
        os.utime(file, (1_700_000_100, 1_700_000_100))
    house.poll("posts")
    clock_of(house).move(seconds=60)
    report = house.poll("posts")  # the second look: the files have come to rest
    assert report is not None
    assert report.error is not None
    content = frame(house)
    assert content["stale_at"] <= "2026-11-21T12:01:00Z"
    assert "reading it fails" in content["why"]


def test_a_site_without_data_says_so_and_shows_no_number(house: House) -> None:
    content = frame(house)
    assert content["as_of"] is None
    assert "no data yet" in content["why"]
    words = json.dumps(content["values"])
    assert "nan" not in words.lower()
    assert "None" not in words


def test_a_changed_site_file_is_taken_over_and_a_wrong_one_is_named(house: House, tmp_path: Path) -> None:
    build = house.served.build
    path = tmp_path / "site.toml"
    path.write_text(SITE.replace('name = "Desk"', 'name = "Another desk"'))
    assert house.reread()
    assert house.served.site.site.name == "Another desk"
    assert house.served.build != build, "open pages reload themselves"
    path.write_text(SITE.replace("timezone", "timezon"))
    assert not house.reread()
    assert house.served.site.site.name == "Another desk", "the last good one stays"
    assert 'did you mean "timezone"?' in house.served.problems[0]
    path.unlink()
    assert not house.reread()
    assert "does not exist" in house.served.problems[0]
    path.write_text(SITE + "[server]\nport = 9999\n")
    assert house.reread()
    assert "next start" in house.served.problems[0]
    path.write_text(SITE)
    house.reread()
    assert not house.served.problems or "next start" in house.served.problems[0]
    assert not house.reread(), "an unchanged file is not read again"


def test_a_source_added_while_serving_is_read(house: House, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    post(tmp_path / "more", "c.csv", 3)
    source = SITE[SITE.index("[[source]]") :].replace('"posts"', '"more"').replace("*.csv", "more/*.csv")
    (tmp_path / "site.toml").write_text(SITE + source)
    assert house.reread()
    report = house.poll("more")
    assert report is not None
    assert report.tally.new == 1


PANELLED = SITE.replace("{", "{{").replace("}", "}}") + (
    '[panel.volume]\ntitle = "V"\nquestion = "q"\nmeaning = "m"\nowner = "o"\nthreshold = 1\nnext = "n"\n{}\n'
)


def test_a_site_with_wrong_options_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    for text, said in (
        (SITE.replace('kind = "files"', 'kind = "filez"'), 'did you mean "files"'),
        (SITE.replace('path = "*.csv"\n', ""), "source.posts.path: is required and missing"),
        (SITE.replace("item_id =", "item_idd ="), "item_id"),
        (PANELLED.format('kind = "volumes"'), 'did you mean "volume"'),
        (PANELLED.format('kind = "tile"\nmeasure = "author_count"'), 'did you mean "authors_count"'),
        (PANELLED.format('kind = "volume"\nmeasure = "x"'), "takes no measure"),
    ):  # fmt: skip
        path.write_text(text)
        with pytest.raises(ConfigError, match=said):
            House(path, FakeClock(NOON), DictCache())
