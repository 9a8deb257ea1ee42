"""The wall page: header, scenes and their indicator, with the ids the frames use. It is mounted once and stays."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from config import Clock, Scene, Site, Wall
from layouts.alerts import mark_skeleton
from layouts.panels import panel_kinds
from layouts.panels.card import attributes, explained
from layouts.panels.kind import brand_words, hung
from layouts.words import zone_name

ROOT = "wall"
_TALL = 150  # rem: on a narrower wall the header takes two lines
_TILE = 26  # rem a tile needs at least
_EDGE, _GUTTER = 4.4, 1.4  # rem beside the scene, and between cards: as in wall.css


def wall_page(name: str, wall: Wall, site: Site, build: str, now: str, only: str | None = None) -> Component:
    """The whole page of one wall; with `only` that scene alone, which then stays. `now` is an ISO instant.

    All scenes are mounted at once and stay: one is shown, the others are hidden and keep their size.
    assets/wall*.js find the page by the id "wall" and read its data attributes: data-wall, data-build, data-now,
    data-zone (the site's IANA zone), data-wide and data-high (the reference size in rem). Each `.scene` carries
    data-scene (its name), data-seconds, and data-frame (where its frame is asked for).
    """
    scenes = {only: wall.scene[only]} if only else wall.scene
    wide, high = wall.size
    stage = html.Div([_scene(name, scene_name, scene, site) for scene_name, scene in scenes.items()], className="stage")
    return html.Main(
        [_header(wall, site), stage, *([_turns(scenes)] if len(scenes) > 1 else [])],
        id=ROOT,
        className="tall" if wide < _TALL else "",
        **attributes(
            wall=name,
            build=build,
            now=now,
            zone=site.site.timezone,
            wide=str(wide),
            high=str(high),
            state="starting",
        ),
    )


def scene_title(name: str, scene: Scene) -> str:
    """What a scene is called on the wall."""
    return scene.title or name.replace("_", " ").replace("-", " ").capitalize()


def _scene(wall: str, name: str, scene: Scene, site: Site) -> Component:
    parts = [_tiles(name, scene, site), _grid(name, scene, site), _ticker(name, scene, site)]
    frame = f"/api/v1/wall/{wall}/{name}/frame"
    return html.Div(
        [part for part in parts if part is not None],
        id=f"wall:scene-{name}",
        className="scene",
        **attributes(scene=name, seconds=str(scene.seconds), frame=frame, shown="no"),
    )


def _turns(scenes: Mapping[str, Scene]) -> Component:
    """Which scene is on, how long it stays, and that somebody has paused it. The page moves it."""
    turns = [
        html.Li(
            [html.Span(scene_title(name, scene), className="turn-name", dir="auto"), html.Span(className="turn-left")],
            className="turn",
            **attributes(turn=name, shown="no"),
        )
        for name, scene in scenes.items()
    ]
    return html.Div([html.Ol(turns), html.Span(id="wall:paused", className="paused", role="status")], className="turns")


def _header(wall: Wall, site: Site) -> Component:
    titles = [
        html.H1(site.site.name, className="site", dir="auto"),
        html.Div([html.Span(_subject(wall, site), dir="auto"), html.Span(id="wall:date")], className="subject"),
    ]
    clocks = html.Div([_clock(i, clock, site) for i, clock in enumerate(site.clocks)], className="clocks")
    mark = html.Div(className="mark")
    return html.Header(
        [mark, html.Div(titles, className="titles"), clocks, mark_skeleton(), _pill()], className="header"
    )


def _subject(wall: Wall, site: Site) -> str:
    own = [brand.name for brand in site.brand if brand.kind == "own"]
    return wall.title or brand_words(own or [brand.name for brand in site.brand], site)


def _clock(place: int, clock: Clock, site: Site) -> Component:
    """One place's time. The page moves it, in the zone it carries."""
    here = "here" if clock.timezone == site.site.timezone else "away"
    return html.Div(
        [
            html.Div(
                [
                    html.Span(clock.name, className="clock-name", dir="auto"),
                    html.Span(id=f"wall:clock-{place}-day", className="clock-day"),
                ],
                className="clock-place",
            ),
            html.Span("--:--", id=f"wall:clock-{place}", className="clock-time", **attributes(clock=clock.timezone)),
        ],
        className="clock",
        title=zone_name(site.site.zone) if here == "here" else clock.timezone,
        **attributes(place=here),
    )


def _pill() -> Component:
    return html.Div(
        [
            html.Span(className="shape"),
            html.Div(
                [
                    html.Span("STARTING", id="wall:pill-word", className="pill-word"),
                    html.Span("waiting for the first picture", id="wall:pill-detail", className="pill-detail"),
                ],
                className="pill-words",
            ),
        ],
        id="wall:pill",
        className="state-pill",
        role="status",
        **attributes(state="starting"),
    )


def _skeleton(scene: str, name: str, site: Site) -> Component:
    """The panel before its first picture. Whoever points at it reads what it is for."""
    panel = site.panel[name]
    skeleton = panel_kinds()[panel.kind].skeleton(hung(scene, name), panel, site)
    goal = next((goal for goal in site.goal if goal.name == panel.goal), None)
    skeleton.title = explained(panel, goal)  # type: ignore[attr-defined]
    return skeleton


def _tiles(name: str, scene: Scene, site: Site) -> Component | None:
    if not scene.tiles:
        return None
    columns = {"gridTemplateColumns": f"repeat({tile_columns(scene)}, minmax(0, 1fr))"}
    return html.Div([_skeleton(name, tile, site) for tile in scene.tiles], className="tiles", style=columns)


def tile_columns(scene: Scene) -> int:
    """How many tiles stand side by side: as many as have room, in rows of equal length."""
    most = max(1, int((scene.size[0] - _EDGE + _GUTTER) // (_TILE + _GUTTER)))
    rows = -(-len(scene.tiles) // most)
    return -(-len(scene.tiles) // rows)


def _grid(name: str, scene: Scene, site: Site) -> Component:
    grid = scene.grid
    style = {
        "gridTemplateColumns": f"repeat({grid.columns}, minmax(0, 1fr))",
        "gridTemplateRows": f"repeat({grid.rows}, minmax(0, 1fr))",
    }
    cells = [
        html.Div(
            _skeleton(name, cell.name, site),
            className="cell",
            style={
                "gridRow": f"{cell.row} / span {cell.rows}",
                "gridColumn": f"{cell.column} / span {cell.columns}",
            },
        )
        for cell in grid.cells
    ]
    return html.Div(cells, className="grid", style=style)


def _ticker(name: str, scene: Scene, site: Site) -> Component | None:
    return _skeleton(name, scene.ticker, site) if scene.ticker else None
