"""The wall page: header, tiles, grid and ticker, with the ids the frame uses. It is mounted once and stays."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from config import Clock, Scene, Site, Wall
from layouts.panels import panel_kinds
from layouts.panels.card import attributes
from layouts.panels.kind import brand_words
from layouts.words import zone_name

ROOT = "wall"


def wall_page(name: str, wall: Wall, site: Site, build: str) -> Component:
    """The whole page of one wall. assets/wall.js finds it by the id "wall" and reads its data attributes:

    data-wall, data-build, data-frame (where the frame is asked for), data-zone (the site's IANA zone).
    """
    scene = next(iter(wall.scene.values()))
    parts = [_header(wall, site), _tiles(scene, site), _grid(scene, site), _ticker(scene, site)]
    return html.Main(
        [part for part in parts if part is not None],
        id=ROOT,
        **attributes(
            wall=name,
            build=build,
            frame=f"/api/v1/wall/{name}/frame",
            zone=site.site.timezone,
            state="starting",
        ),
    )


def _header(wall: Wall, site: Site) -> Component:
    titles = [
        html.H1(site.site.name, className="site", dir="auto"),
        html.Div([html.Span(_subject(wall, site), dir="auto"), html.Span(id="wall:date")], className="subject"),
    ]
    clocks = html.Div([_clock(i, clock, site) for i, clock in enumerate(site.clocks)], className="clocks")
    mark = html.Div(className="mark")
    return html.Header([mark, html.Div(titles, className="titles"), clocks, _pill()], className="header")


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


def _skeleton(name: str, site: Site) -> Component:
    panel = site.panel[name]
    return panel_kinds()[panel.kind].skeleton(name, panel, site)


def _tiles(scene: Scene, site: Site) -> Component | None:
    if not scene.tiles:
        return None
    columns = {"gridTemplateColumns": f"repeat({len(scene.tiles)}, minmax(0, 1fr))"}
    return html.Div([_skeleton(name, site) for name in scene.tiles], className="tiles", style=columns)


def _grid(scene: Scene, site: Site) -> Component:
    grid = scene.grid
    style = {
        "gridTemplateColumns": f"repeat({grid.columns}, minmax(0, 1fr))",
        "gridTemplateRows": f"repeat({grid.rows}, minmax(0, 1fr))",
    }
    cells = [
        html.Div(
            _skeleton(cell.name, site),
            className="cell",
            style={
                "gridRow": f"{cell.row} / span {cell.rows}",
                "gridColumn": f"{cell.column} / span {cell.columns}",
            },
        )
        for cell in grid.cells
    ]
    return html.Div(cells, className="grid", style=style)


def _ticker(scene: Scene, site: Site) -> Component | None:
    return _skeleton(scene.ticker, site) if scene.ticker else None
