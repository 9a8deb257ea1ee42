"""What the demo planted is what its screens say: the outage is hatched, the incident named, the roster's hole told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.house import House
from tests.conftest import FakeClock
from tests.jobs.test_demo_house import START, fill, opened, truth

BUCKET = timedelta(minutes=30)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo with nine days of past, seen half an hour after it was first started."""
    clock = FakeClock(START)
    house = opened(tmp_path_factory.mktemp("faces") / "site", clock, per_day=900, history="9d")
    fill(house)
    clock.move(minutes=30)
    for name in house.live:
        house.poll(name)
    yield house
    house.close()


def frame(house: House, scene: str) -> dict[str, Any]:
    made = house.frames.get("main", scene)
    assert made is not None
    drawn: dict[str, Any] = json.loads(made.body)
    problems = {name: panel["problem"] for name, panel in drawn["panels"].items() if panel.get("problem")}
    assert not problems
    return drawn


def said(drawn: dict[str, Any], panel: str) -> str:
    """Every word of one panel: values, lists and what is written into its figure."""
    words = [text for name, text in drawn["values"].items() if name.startswith(f"{panel}:")]
    lists = [rows for name, rows in drawn["lists"].items() if name.startswith(f"{panel}:")]
    words += [cell for rows in lists for row in rows for cell in row]
    notes = drawn["figures"].get(f"{panel}:figure", {}).get("layout", {}).get("annotations", [])
    return " | ".join([*words, *(note["text"] for note in notes)])


def test_the_outage_is_hatched_and_nothing_else_is(shown: House) -> None:
    [(platform, since, until, _)] = truth(shown, "outage")
    drawn = frame(shown, "pulse")
    [hatched] = [one for one in drawn["figures"]["pulse:volume:figure"]["data"] if "seen" in str(one["name"])]
    borders = [datetime.fromisoformat(str(x)).replace(tzinfo=UTC) for x in hatched["x"] if x is not None]
    # a bucket is drawn at its start, so the fall into the outage is hatched too: never more than that one bucket
    assert since - BUCKET <= min(borders) <= since
    assert until <= max(borders) <= until + BUCKET
    assert platform.title() in said(drawn, "pulse:volume")


def test_the_incident_is_the_peak_and_has_its_name(shown: House) -> None:
    [(_, _, _, detail)] = truth(shown, "incident")[:1]
    drawn = frame(shown, "pulse")
    assert "expected" in said(drawn, "pulse:volume")
    assert detail["hashtag"].casefold() in said(drawn, "pulse:volume").casefold()
    assert detail["hashtag"].casefold() in said(drawn, "pulse:topics").casefold()


def test_the_hole_in_the_roster_is_the_first_thing_the_sun_says(shown: House) -> None:
    holes = sorted((since, until) for _, since, until, _ in truth(shown, "roster_hole") if since > shown.clock())
    since, until = (at.astimezone(shown.served.site.site.zone) for at in holes[0])
    told = said(frame(shown, "sun"), "sun:sun")
    assert "Nobody on shift" in told
    assert f"{since:%H:%M} to {until:%H:%M}" in told
    assert until - since >= timedelta(hours=3)
