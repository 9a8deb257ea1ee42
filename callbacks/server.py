"""The web application: Flask with every route, and Dash on it for the screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, request

from callbacks import api, desk, export, guard, health, hooks, login, pages, snapshot, wall
from callbacks.cookies import CSRF_COOKIE, CSRF_HEADER
from callbacks.hands import Hands

ASSETS = Path(__file__).resolve().parent.parent / "assets"
BUNDLE = "/assets/vendor/plotly-cartesian.min.js"
SCHEME = "/assets/desk_scheme.js"
_DESK = ("dash_ag_grid", "dash_mantine", "/assets/desk", "/assets/dashAgGrid")
_WALL = ("/assets/wall",)
_HTML = {"wall": '<html class="wall" lang="en">', "desk": '<html lang="en">'}


class LeanDash(Dash):
    """Dash with the small cartesian bundle, a third of the bytes of the full plotly.js, and each page's own scripts."""

    def interpolate_index(self, **kwargs: Any) -> str:  # type: ignore[override]
        """The page's HTML. The bundle comes first, since the graph takes the plotly that is there."""
        place = request.path.strip("/").partition("/")[0]
        unwanted = ("dash_table", *(_WALL if place == "desk" else _DESK))
        for part in ("scripts", "css"):
            lines = kwargs[part].splitlines()
            kwargs[part] = "\n".join(line for line in lines if not any(one in line for one in unwanted))
        if place in ("wall", "desk"):
            kwargs["scripts"] = f'<script src="{BUNDLE}"></script>\n' + kwargs["scripts"]
        if place == "desk":
            # light or dark is known before anything is drawn
            kwargs["css"] = f'<script src="{SCHEME}"></script>\n' + kwargs["css"]
        page = str(super().interpolate_index(**kwargs))  # type: ignore[no-untyped-call]
        # dark from the first byte on: a wall that flashes white in a dark room is seen
        return page.replace("<html>", _HTML.get(place, "<html>"), 1)


def create_server(hands: Hands) -> Flask:
    """Everything that is served: API, health, walls, the desk."""
    server = api.create_api(hands)
    health.register(server, hands)
    hooks.register(server, hands)
    export.register(server, hands)
    login.register(server, hands)
    snapshot.register(server, hands)
    wall.register_routes(server, hands)
    dash = LeanDash(
        "watchfloor",
        server=server,  # type: ignore[arg-type]
        title="Watchfloor",
        update_title="",
        assets_folder=str(ASSETS),
        assets_ignore=r".*plotly-cartesian.*|(health|login)\.css|(desk_scheme|health)\.js",
        serve_locally=True,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
        suppress_callback_exceptions=True,
    )
    dash.layout = wall.shell()
    pages.register(dash, hands)
    desk.register(dash, hands)
    guard.dress(server, dash.csp_hashes())
    return server
