"""The wall's page and the frame it polls."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Request as AnyRequest
from werkzeug.wrappers import Response as AnyResponse

from callbacks.hands import Hands
from layouts.wall import wall_page
from queries.utc import iso


def register_routes(server: Flask, hands: Hands) -> None:
    """Hang the wall's routes; before Dash does, which takes every address that is left."""

    @server.get("/")
    def home() -> AnyResponse:
        return redirect("/wall/" + next(iter(hands.served().site.wall)))

    @server.get("/api/v1/wall/<wall>/<scene>/frame")
    def frame(wall: str, scene: str) -> Response:
        known, packs = request.headers.get("If-None-Match"), request.headers.get("Accept-Encoding")
        return frame_response(hands, wall, scene, known, packs)


def shell() -> Any:
    """What every page starts as: the address, and the place its content goes."""
    return html.Div([dcc.Location(id="url", refresh=False), html.Div(id="page")])


def page_for(hands: Hands, path: str, search: str = "") -> Any:
    """The page at `path`: a wall, with `?scene=NAME` one scene of it alone, or a sentence that says what there is."""
    served = hands.served()
    place, _, name = path.strip("/").partition("/")
    wall = served.site.wall.get(name) if place == "wall" else None
    if wall is None:
        known = ", ".join(f"/wall/{known}" for known in served.site.wall)
        return _nowhere(f"There is no page {path}. There is {known}.")
    scene = AnyRequest({"QUERY_STRING": search.removeprefix("?")}).args.get("scene")
    if scene is not None and scene not in wall.scene:
        known = ", ".join(f"?scene={known}" for known in wall.scene)
        return _nowhere(f'There is no scene "{scene}" on {path}. There is {known}.')
    return wall_page(name, wall, served.site, served.build, iso(hands.clock()), scene)


def _nowhere(sentence: str) -> Any:
    return html.Main(html.P(sentence), className="nowhere")


def frame_response(hands: Hands, wall: str, scene: str, if_none_match: str | None, accepts: str | None) -> Response:
    """The current frame of a wall's scene: 304 when the screen has it, packed when it can unpack, 404 when there is no
    such."""
    made = hands.frame(wall, scene)
    if made is None:
        return Response(_unknown(hands, wall, scene), 404, mimetype="text/plain")
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


def _unknown(hands: Hands, wall: str, scene: str) -> str:
    walls = hands.served().site.wall
    if wall not in walls:
        return f'there is no wall "{wall}"; there is {", ".join(walls)}'
    return f'there is no scene "{scene}" on the wall "{wall}"; there is {", ".join(walls[wall].scene)}'
