"""How old a picture is follows from the sources that feed it: one that is stale makes only its own panels stale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pytest

from config import Site, parse_site
from jobs.freshness import Freshness, freshness
from jobs.house import House
from layouts.panels.sources import Sources
from layouts.panels.voice import Voice
from tests.conftest import NOON, FakeClock
from tests.jobs.sites import opened
from tests.jobs.test_frames import SITE, post
from tests.layouts.world import table

MOMENT = pd.Timestamp(NOON.replace(tzinfo=None))
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def site() -> Site:
    return parse_site(SITE, base=Path("."))


def source(name: str, brings: str | None, age: int = 1, left: int = 30, **more: Any) -> dict[str, Any]:
    """A source whose newest post is `age` minutes old and that is fresh for `left` more."""
    fresh = {"watermark_at": MOMENT - age * MINUTE, "stale_at": MOMENT + left * MINUTE, "last_run_at": MOMENT}
    return {"source": name, "kind": "files", "state": "ok", "brings": brings, **fresh, **more}


def told(site: Site, feeds: tuple[str, ...], *sources: dict[str, Any]) -> Freshness:
    return freshness(table("source_health", list(sources)), feeds, site, NOON)


def test_a_panel_is_as_old_as_the_sources_that_feed_it(site: Site) -> None:
    both = source("tweets", "mentions", age=3), source("desk", "cases", age=90, left=-60)
    assert told(site, ("mentions",), *both) == Freshness(
        "2026-11-21T11:57:00Z", "2026-11-21T12:30:00Z", "no data since 06:57 from tweets"
    )
    assert told(site, ("cases",), *both) == Freshness(
        "2026-11-21T10:30:00Z", "2026-11-21T11:00:00Z", "no data since 05:30 from desk"
    )
    for feeds in (("all",), ("cases", "mentions")):
        whole = told(site, feeds, *both)
        assert (whole.as_of, whole.stale_at) == ("2026-11-21T11:57:00Z", "2026-11-21T11:00:00Z"), "the worst of all"


def test_a_source_that_brings_both_feeds_both(site: Site) -> None:
    one = source("desk", "cases, mentions", left=-5)
    assert told(site, ("cases",), one) == told(site, ("mentions",), one)
    assert told(site, ("cases",), one).stale_at == "2026-11-21T11:55:00Z"


def test_a_source_that_has_brought_nothing_yet_is_missed_by_the_mentions(site: Site) -> None:
    never = source("new", None, state="never", watermark_at=None, stale_at=None)
    sources = source("tweets", "mentions"), source("desk", "cases"), never
    assert told(site, ("mentions",), *sources).why == "no data yet from new"
    assert told(site, ("mentions",), *sources).stale_at == "2026-11-21T12:00:00Z"
    assert told(site, ("cases",), *sources).stale_at == "2026-11-21T12:30:00Z"


@pytest.mark.parametrize("feeds", [("roster",), ("none",), ("roster", "none")])
def test_what_the_site_file_says_never_goes_stale(site: Site, feeds: tuple[str, ...]) -> None:
    for sources in ((), (source("desk", "cases", left=-60),)):
        age = told(site, feeds, *sources)
        assert (age.as_of, age.stale_at, age.is_fed, age.is_empty) == (None, None, False, False)


def test_what_no_source_brings_is_empty_and_says_so(site: Site) -> None:
    age = told(site, ("cases",), source("tweets", "mentions"))
    assert (age.is_empty, age.why) == (True, "no source has brought cases yet")
    assert told(site, ("mentions",)).why == "no source is configured"


SCENES = """
[wall.main.scene.pulse]
tiles = ["mentions_hour"]
grid = "sources latest"
[wall.main.scene.care]
tiles = ["reach"]
grid = "voice sources"
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A wall whose second scene waits for cases, which nobody brings."""
    monkeypatch.setattr(Voice, "feeds", ("cases",))
    post(tmp_path, "a.csv", 1, 2, 50, 70)
    with opened(tmp_path, SITE + SCENES.replace('["reach"]', "[]"), NOON) as opened_house:
        yield opened_house


def frame(house: House, scene: str) -> dict[str, Any]:
    made = house.frames.get("main", scene)
    assert made
    content: dict[str, Any] = orjson.loads(made.body)
    return content


def test_a_frame_says_how_old_each_of_its_panels_is(house: House) -> None:
    house.poll("posts")
    pulse, care = frame(house, "pulse"), frame(house, "care")
    assert set(pulse["panels"]) == {"pulse:mentions_hour", "pulse:sources", "pulse:latest"}
    for panel in ("pulse:mentions_hour", "pulse:sources"):
        assert pulse["panels"][panel]["as_of"] == pulse["as_of"] == "2026-11-21T11:59:00Z"
        assert pulse["panels"][panel]["stale_at"] == pulse["stale_at"]
    assert care["panels"]["care:voice"] == {
        "as_of": None, "stale_at": None, "why": "no source has brought cases yet", "is_fed": True,
    }  # fmt: skip
    assert care["panels"]["care:sources"]["as_of"] == "2026-11-21T11:59:00Z"


def test_a_scene_of_which_nothing_has_ever_had_data_is_left_out_as_long_as_another_has_some(house: House) -> None:
    assert frame(house, "pulse")["playing"] == ["pulse", "care"], "nothing has come in yet"
    house.poll("posts")
    assert isinstance(house.clock, FakeClock)
    house.clock.move(seconds=5)
    house.frames.step()
    assert frame(house, "pulse")["playing"] == frame(house, "care")["playing"] == ["pulse"]


@pytest.mark.parametrize("feeds", [("none",), ("roster",)])
def test_a_scene_that_waits_for_no_source_is_never_left_out(
    house: House, monkeypatch: pytest.MonkeyPatch, feeds: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Voice, "feeds", feeds)
    monkeypatch.setattr(Sources, "feeds", feeds)
    house.poll("posts")
    care = frame(house, "care")
    assert care["playing"] == ["pulse", "care"]
    assert (care["is_fed"], care["stale_at"]) == (False, None)


def test_scenes_are_made_only_while_they_are_asked_for(house: House) -> None:
    house.poll("posts")
    frame(house, "pulse")
    assert isinstance(house.clock, FakeClock)
    house.clock.move(seconds=10)
    assert house.frames.step() == 1
    frame(house, "care")
    house.clock.move(seconds=10)
    assert house.frames.step() == 2
