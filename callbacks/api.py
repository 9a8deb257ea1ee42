"""The routes a program asks: questions, and the commands that work beside a running server."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

import orjson
from flask import Flask, Response, request

from callbacks.hands import Hands
from queries.catalogue import QuestionError, UnknownQuestion, find, parse_given
from queries.encode import answer_json
from queries.warehouse import WarehouseError

SECRET_HEADER = "X-Watchfloor-Secret"  # noqa: S105 -- the header's name, not a secret


def create_api(hands: Hands) -> Flask:
    """The routes alone: what a command asks when no server is running, and what the server starts from."""
    server = Flask("watchfloor", static_folder=None)
    register(server, hands)
    return server


def register(server: Flask, hands: Hands) -> None:
    """Hang the API's routes on `server`."""

    @server.get("/api/v1/ask/<question>")
    def ask(question: str) -> Response:
        return answer(hands, question, list(request.args.items(multi=True)))

    @server.route("/api/", defaults={"rest": ""})
    @server.route("/api/<path:rest>")
    def unknown(rest: str) -> Response:
        # Dash takes every address that is left, and would answer with a page
        return _json({"error": f'there is no address "/api/{rest}"; questions are at /api/v1/ask/QUESTION'}, 404)

    @server.get("/api/v1/hello")
    def hello() -> Response:
        return _json({"warehouse": str(hands.answers.warehouse.path)}) if _is_ours(hands) else _refused()

    @server.post("/api/v1/ingest")
    def ingest() -> Response:
        if not _is_ours(hands):
            return _refused()
        wish = request.get_json(silent=True)
        source = wish.get("source") if isinstance(wish, dict) else 0
        if not isinstance(wish, dict) or not isinstance(source, str | None):
            return _json({"error": 'the body must be {"source": a name or null, "dry_run": true or false}'}, 400)
        keep = not wish.get("dry_run", False)
        return Response(_lines(hands.ingest(source, keep)), mimetype="application/x-ndjson")


def answer(hands: Hands, question: str, given: list[tuple[str, str]]) -> Response:
    """Answer one question from `key=value` pairs as JSON; a wrong question is 404, a wrong parameter 400."""
    now = hands.clock()
    try:
        asked = find(hands.answers.catalogue, question)
        params = parse_given(asked, given, now, hands.served().site.site.zone)
        return Response(answer_json(hands.answers.ask(question, params, now)), mimetype="application/json")
    except UnknownQuestion as error:
        return _json({"error": str(error)}, 404)
    except QuestionError as error:
        return _json({"error": str(error)}, 400)
    except WarehouseError as error:
        return _json({"error": str(error)}, 503)


def _is_ours(hands: Hands) -> bool:
    """Whether the caller could read the secret beside the warehouse, and so is this user on this machine."""
    shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
    return bool(hands.secret) and hmac.compare_digest(shown, hands.secret.encode())


def _refused() -> Response:
    return _json({"error": "this needs the secret that serve leaves beside the warehouse"}, 403)


def _lines(events: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for event in events:
        yield orjson.dumps(event) + b"\n"


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, mimetype="application/json")
