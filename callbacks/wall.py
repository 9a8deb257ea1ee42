"""The wall's page and the frame it polls."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.hands import Hands
from layouts.wall import wall_page
from queries.utc import iso


def register_routes(server: Flask, hands: Hands) -> None:
    """Hang the wall's routes; before Dash does, which takes every address that is left."""

    @server.get("/")
    def home() -> AnyResponse:
        return redirect("/wall/" + next(iter(hands.served().site.wall)))

    @server.get("/api/v1/wall/<wall>/frame")
    def frame(wall: str) -> Response:
        return frame_response(hands, wall, request.headers.get("If-None-Match"), request.headers.get("Accept-Encoding"))


def register_page(dash: Dash, hands: Hands) -> None:
    """Hang the callback that draws a page once."""

    @dash.callback(Output("page", "children"), Input("url", "pathname"))
    def page(path: str | None) -> Any:
        return page_for(hands, path or "/")


def shell() -> Any:
    """What every page starts as: the address, and the place its content goes."""
    return html.Div([dcc.Location(id="url", refresh=False), html.Div(id="page")])


def page_for(hands: Hands, path: str) -> Any:
    """The page at `path`: a wall, or a sentence that says which walls there are."""
    served = hands.served()
    place, _, name = path.strip("/").partition("/")
    wall = served.site.wall.get(name) if place == "wall" else None
    if wall is None:
        known = ", ".join(f"/wall/{known}" for known in served.site.wall)
        return html.Main(html.P(f"There is no page {path}. There is {known}."), className="nowhere")
    return wall_page(name, wall, served.site, served.build)


def frame_response(hands: Hands, wall: str, if_none_match: str | None, accepts: str | None) -> Response:
    """The wall's current frame: 304 when the screen has it, packed when it can unpack, 404 for an unknown wall."""
    made = hands.frame(wall)
    if made is None:
        return Response(f'there is no wall "{wall}"', 404, mimetype="text/plain")
    fresh = if_none_match == f'"{made.etag}"'
    packs = "gzip" in (accepts or "")
    response = Response(status=304) if fresh else Response(made.packed if packs else made.body)
    if not fresh:
        response.mimetype = "application/json"
        if packs:
            response.headers["Content-Encoding"] = "gzip"
    response.headers.update(
        {
            "ETag": f'"{made.etag}"',
            "Cache-Control": "no-store",
            "Vary": "Accept-Encoding",
            "X-Now": iso(hands.clock()),
            "X-Build": hands.served().build,
            "X-Revision": str(made.revision),
        }
    )
    return response
