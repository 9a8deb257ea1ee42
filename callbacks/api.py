"""The routes a program asks: questions, and the commands that work beside a running server."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from flask import Flask, Response, request

from callbacks.hands import Hands
from layouts.blind import sentences
from queries.answers import Answer
from queries.catalogue import Question, QuestionError, UnknownQuestion, find, parse_given, parse_moment
from queries.encode import answer_json
from queries.utc import floor_to
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
        return _asked(
            hands,
            {"source": str | None, "dry_run": bool, "since": str | None},
            lambda wish: _events(
                hands.ingest(wish.get("source"), not wish.get("dry_run", False), _since(hands, wish.get("since")))
            ),
        )

    @server.post("/api/v1/refused/redrive")
    def redrive() -> Response:
        return _asked(
            hands,
            {"source": str | None, "reason": str | None},
            lambda wish: _events(hands.redrive(wish.get("source"), wish.get("reason"))),
        )

    @server.post("/api/v1/source/remove")
    def remove() -> Response:
        return _asked(hands, {"source": str, "rows": bool}, lambda wish: _removed(hands, wish))


def _asked(hands: Hands, form: Mapping[str, Any], work: Callable[[Mapping[str, Any]], Response]) -> Response:
    """Do what a command of this machine's user asks; a body of another form is a 400 that says which it must be."""
    if not _is_ours(hands):
        return _refused()
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict) or not all(isinstance(wish.get(key), kind | None) for key, kind in form.items()):
        return _json({"error": f"the body must be a JSON object with {', '.join(form)}"}, 400)
    try:
        return work(wish)
    except (ValueError, WarehouseError) as error:
        return _json({"error": str(error)}, 400 if isinstance(error, ValueError) else 503)


def _since(hands: Hands, text: str | None) -> datetime | None:
    """When a backfill begins: a date, or "30d", which is 30 days ago. Raises ValueError.

    So far back is rounded down, to the day or the hour: asked again, it is the same backfill and goes on.
    """
    if text is None:
        return None
    ago = re.fullmatch(r"\d{1,7}([smhdw])", text)
    moment = parse_moment(f"-{text}" if ago else text, hands.clock(), hands.served().site.site.zone)
    if moment > hands.clock():
        raise ValueError(f'since: "{text}" lies ahead; write a date in the past')
    return floor_to(moment, timedelta(days=1) if ago[1] in "dw" else timedelta(hours=1)) if ago else moment


def _events(events: Iterator[dict[str, Any]]) -> Response:
    return Response((orjson.dumps(event) + b"\n" for event in events), mimetype="application/x-ndjson")


def _removed(hands: Hands, wish: Mapping[str, Any]) -> Response:
    done, sentence = hands.remove(str(wish.get("source")), bool(wish.get("rows")))
    return _json({"sentence": sentence} if done else {"error": sentence}, 200 if done else 404)


def answer(hands: Hands, question: str, given: list[tuple[str, str]]) -> Response:
    """Answer one question from `key=value` pairs as JSON; a wrong question is 404, a wrong parameter 400.

    What counts posts also says when somebody was blind: a source that is down is not silence.
    """
    now = hands.clock()
    try:
        asked = find(hands.answers.catalogue, question)
        params = parse_given(asked, given, now, hands.served().site.site.zone)
        answered = hands.answers.ask(question, params, now)
        return Response(answer_json(answered, _blind(hands, asked, answered, now)), mimetype="application/json")
    except UnknownQuestion as error:
        return _json({"error": str(error)}, 404)
    except QuestionError as error:
        return _json({"error": str(error)}, 400)
    except WarehouseError as error:
        return _json({"error": str(error)}, 503)


def _blind(hands: Hands, asked: Question, answered: Answer, now: datetime) -> list[str] | None:
    """When somebody was blind in the window that was asked about; None for a question that counts nothing said."""
    params = answered.params
    edges = params.get("edges") or [params[name] for name in ("since", "until") if name in params]
    if asked.topic not in ("volume", "sentiment") or asked.name == "blind_spans" or len(edges) < 2:
        return None
    given = {"since": edges[0], "until": edges[-1]}
    given |= {name: params[name] for name in ("platforms", "now", "known_at") if name in params}
    spans = hands.answers.ask("blind_spans", given, now)
    return sentences(spans.frame, hands.served().site.site.zone, now)


def _is_ours(hands: Hands) -> bool:
    """Whether the caller could read the secret beside the warehouse, and so is this user on this machine."""
    shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
    return bool(hands.secret) and hmac.compare_digest(shown, hands.secret.encode())


def _refused() -> Response:
    return _json({"error": "this needs the secret that serve leaves beside the warehouse"}, 403)


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, mimetype="application/json")
