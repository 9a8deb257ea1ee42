"""Which scenes of the shipped wall a site gets: those that have something to show there."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import parse_site
from config.load import PROMISE_SCENES, ROSTER_SCENES, SHIPPED_WALL, UNPROMISED_SCENE

BARE = '[site]\nname = "Desk"\n[[brand]]\nname = "Aurora Air"\nterms = ["aurora air"]\n'
SHIFT = '[[shift]]\nsite = "Lisbon"\ntimezone = "Europe/Lisbon"\nheads = 4\nstart = "09:00"\nend = "17:00"\n'
ROSTER = '[[roster]]\ncsv = "roster.csv"\n'
TRACK = """
[calendar.always]
always = true
[sla]
default_track = "care"
[track.care]
calendar = "always"
frt = "1h"
"""
VERSIONS = TRACK.replace("[track.care]", "[[track.care]]") + (
    '[[track.care]]\nfrom = 2026-06-01\ncalendar = "always"\nfrt = "30m"\n'
)


def scenes(text: str) -> list[str]:
    """The scenes of the wall "main", in their order."""
    return list(parse_site(text, base=Path(".")).wall["main"].scene)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ("", ["pulse", "service", "voice"]),
        (SHIFT, ["pulse", "service", "sun", "people", "voice"]),
        (ROSTER, ["pulse", "service", "sun", "people", "voice"]),
        (TRACK, ["pulse", "service", "answers", "voice"]),
        (VERSIONS, ["pulse", "service", "answers", "voice"]),
        (SHIFT + TRACK, ["pulse", "service", "answers", "sun", "people", "voice"]),
    ],
    ids=["bare", "roster", "roster file", "promises", "versions", "both"],
)
def test_a_site_that_promises_something_gets_the_scenes_of_promises_in_the_place_of_service(
    more: str, names: list[str]
) -> None:
    assert scenes(BARE + more) == names


def test_a_sites_own_wall_is_its_own() -> None:
    own = '[wall.main.scene.service]\ngrid = "states"\n[wall.main.scene.promises]\ngrid = "due"\n'
    assert scenes(BARE + own) == scenes(BARE + TRACK + own) == ["service", "promises"]


def test_every_panel_of_promises_can_be_hung_without_a_promise() -> None:
    site = parse_site(BARE + '[wall.lobby.scene.one]\ntiles = ["promise_day"]\ngrid = "promise due"\n', base=Path("."))
    assert list(site.wall) == ["lobby"]


def test_the_scenes_that_are_left_out_are_those_of_the_shipped_file() -> None:
    text = SHIPPED_WALL.read_text(encoding="utf-8")
    for name in (*PROMISE_SCENES, *ROSTER_SCENES, UNPROMISED_SCENE):
        assert f"[wall.main.scene.{name}]" in text


def test_the_scene_of_people_holds_the_week_the_hand_over_the_hours_and_the_long_weekends() -> None:
    scene = parse_site(BARE + SHIFT, base=Path(".")).wall["main"].scene["people"]
    assert set(scene.panels) == {"week", "baton", "hours", "weekend"}
