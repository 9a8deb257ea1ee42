"""The web application: Flask with every route, and Dash on it for the screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, request

from callbacks import api, guard, health, hooks, wall
from callbacks.hands import Hands

ASSETS = Path(__file__).resolve().parent.parent / "assets"
BUNDLE = "/assets/vendor/plotly-cartesian.min.js"
_HEAVY = ("dash_ag_grid", "dash_mantine", "dash_table")


class WallDash(Dash):
    """Dash, with the small cartesian bundle on walls: a third of the bytes of the full plotly.js."""

    def interpolate_index(self, **kwargs: Any) -> str:  # type: ignore[override]
        """The page's HTML. On a wall the bundle comes first, since the graph takes the plotly that is there."""
        if request.path.startswith("/wall"):
            scripts = [line for line in kwargs["scripts"].splitlines() if not any(heavy in line for heavy in _HEAVY)]
            kwargs["scripts"] = "\n".join([f'<script src="{BUNDLE}"></script>', *scripts])
        page = str(super().interpolate_index(**kwargs))  # type: ignore[no-untyped-call]
        # dark from the first byte on: a wall that flashes white in a dark room is seen
        return page.replace("<html>", '<html class="wall">', 1) if request.path.startswith("/wall") else page


def create_server(hands: Hands) -> Flask:
    """Everything that is served: API, health, walls."""
    server = api.create_api(hands)
    health.register(server, hands)
    hooks.register(server, hands)
    wall.register_routes(server, hands)
    dash = WallDash(
        "watchfloor",
        server=server,  # type: ignore[arg-type]
        title="Watchfloor",
        update_title="",
        assets_folder=str(ASSETS),
        assets_ignore=r".*plotly-cartesian.*|health\.css",
        serve_locally=True,
        suppress_callback_exceptions=True,
    )
    dash.layout = wall.shell()
    wall.register_page(dash, hands)
    guard.register(server, dash.csp_hashes())
    return server
