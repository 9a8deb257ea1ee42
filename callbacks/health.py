"""/health for people, /healthz for machines."""

from __future__ import annotations

from flask import Flask, Response

from callbacks.hands import Hands
from layouts.health import health_page


def register(server: Flask, hands: Hands) -> None:
    """Hang both routes on `server`."""

    @server.get("/healthz")
    def healthz() -> Response:
        return Response('{"status":"ok"}', mimetype="application/json", headers={"Cache-Control": "no-store"})

    @server.get("/health")
    def health() -> Response:
        return Response(health_html(hands), mimetype="text/html", headers={"Cache-Control": "no-store"})


def health_html(hands: Hands) -> str:
    """The page of the house's own state, as it is now."""
    now, served = hands.clock(), hands.served()
    return health_page(
        served.site,
        file=served.file,
        problems=served.problems,
        is_current=served.is_current,
        warehouse=hands.answers.warehouse.url,
        revision=hands.answers.warehouse.state[0],
        sources=hands.answers.ask("source_health", {}, now).frame,
        refused=hands.answers.ask("refused_rows", {}, now).frame,
        now=now,
    )
