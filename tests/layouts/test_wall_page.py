"""The wall's page: every scene mounted once under names of its own, each panel saying what it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from config import Panel, Site, parse_site
from config.grid import parse_grid
from config.walls import Scene
from layouts.panels.card import explained
from layouts.wall import tile_columns, wall_page
from tests.layouts.world import SITE

TWO = (
    SITE
    + """
[[goal]]
name = "Answer within the hour"
owner = "Service lead"
kpi = "first response time"
target = "60 min"
from = 2026-01-01
[wall.main.scene.one]
tiles = ["reach"]
grid = "volume voice"
[wall.main.scene.two_of_them]
seconds = 15
grid = "volume latest"
ticker = "ticker"
[panel.latest]
kind = "latest"
title = "Latest"
question = "What do they say?"
meaning = "The newest posts."
owner = "Desk on shift"
threshold = 2500000
next = "Answer them."
goal = "Answer within the hour"
"""
)
NOW = "2026-11-21T12:00:00Z"


def every(component: Any) -> Iterator[Any]:
    yield component
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list | tuple) else [children]:
        if isinstance(child, Component):
            yield from every(child)


def props(component: Any) -> dict[str, Any]:
    found: dict[str, Any] = component.to_plotly_json()["props"]
    return found


def of_class(page: Any, name: str) -> list[Any]:
    return [one for one in every(page) if name in str(getattr(one, "className", "")).split()]


@pytest.fixture(scope="module")
def site() -> Site:
    return parse_site(TWO, base=Path("."))


@pytest.fixture(scope="module")
def page(site: Site) -> Any:
    return wall_page("main", site.wall["main"], site, "b1", NOW)


def test_the_page_carries_what_its_script_needs(page: Any) -> None:
    told = props(page)
    assert (told["id"], told["data-build"], told["data-zone"], told["data-now"]) == (
        "wall", "b1", "America/New_York", NOW,
    )  # fmt: skip
    assert (told["data-wide"], told["data-high"]) == ("192", "108")
    scenes = [props(scene) for scene in of_class(page, "scene")]
    assert [(one["data-scene"], one["data-seconds"], one["data-frame"]) for one in scenes] == [
        ("one", "40", "/api/v1/wall/main/one/frame"),
        ("two_of_them", "15", "/api/v1/wall/main/two_of_them/frame"),
    ]


def test_a_panel_that_hangs_in_two_scenes_has_two_sets_of_ids(page: Any) -> None:
    ids = Counter(one.id for one in every(page) if getattr(one, "id", None))
    assert max(ids.values()) == 1
    assert {"one:volume:figure", "two_of_them:volume:figure"} <= set(ids)


def test_the_scenes_are_named_and_one_alone_is_not(page: Any, site: Site) -> None:
    assert [name.children for name in of_class(page, "turn-name")] == ["One", "Two of them"]
    alone = wall_page("main", site.wall["main"], site, "b1", NOW, only="two_of_them")
    assert [props(scene)["data-scene"] for scene in of_class(alone, "scene")] == ["two_of_them"]
    assert of_class(alone, "turns") == []


def test_a_panel_says_what_it_is_for_and_which_goal_it_serves(page: Any, site: Site) -> None:
    cards = {one.id: one for one in every(page) if str(getattr(one, "id", "")).endswith(":card")}
    assert cards["two_of_them:latest:card"].title.splitlines() == [
        "What do they say?",
        "The newest posts.",
        "Owner: Desk on shift",
        "Act at: 2,500,000",
        "Then: Answer them.",
        "Goal: Answer within the hour (first response time: 60 min; Service lead)",
    ]
    assert all(card.title for card in cards.values()), "the ticker too"
    assert [one.children for one in of_class(page, "goal")] == ["Goal: Answer within the hour"]
    assert "Goal" not in explained(site.panel["volume"])


def test_words_for_a_threshold_are_said_as_they_are(site: Site) -> None:
    panel: Panel = site.panel["volume"]
    assert f"Act at: {panel.threshold}" in explained(panel).splitlines()


@pytest.mark.parametrize(
    ("wide", "tiles", "columns"), [(192, 6, 6), (192, 3, 3), (108, 6, 3), (108, 4, 2), (576, 6, 6), (60, 5, 2)]
)
def test_tiles_stand_in_rows_of_equal_length_with_room_for_each(wide: int, tiles: int, columns: int) -> None:
    scene = Scene(size=(wide, 108), tiles=tuple("abcdef"[:tiles]), grid=parse_grid("x"))
    assert tile_columns(scene) == columns


def test_an_upright_wall_has_a_header_of_two_lines(site: Site) -> None:
    upright = parse_site(TWO.replace("scene.one]", "scene.one]\nsize = [108, 192]").replace(
        "seconds = 15", "size = [108, 192]"), base=Path("."))  # fmt: skip
    assert props(wall_page("main", upright.wall["main"], upright, "b", NOW))["className"] == "tall"
    assert props(wall_page("main", site.wall["main"], site, "b", NOW))["className"] == ""
