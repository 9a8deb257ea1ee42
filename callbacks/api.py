"""The routes a program asks: questions, and the commands that work beside a running server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from flask import Flask, Response, request

from callbacks import alerts, guard, people, snapshot
from callbacks.answering import asked, reply
from callbacks.hands import Hands
from layouts.blind import sentences
from queries.answers import Answer
from queries.catalogue import Question, QuestionError, UnknownQuestion, find, parse_given, parse_moment
from queries.encode import answer_json
from queries.utc import floor_to
from queries.warehouse import WarehouseError


def create_api(hands: Hands) -> Flask:
    """The routes alone: what a command asks when no server is running, and what the server starts from."""
    server = Flask("watchfloor", static_folder=None)
    guard.register(server, hands)
    register(server, hands)
    people.register(server, hands)
    alerts.register(server, hands)
    snapshot.register_making(server, hands)
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
        return reply({"error": f'there is no address "/api/{rest}"; questions are at /api/v1/ask/QUESTION'}, 404)

    @server.get("/api/v1/hello")
    def hello() -> Response:
        return reply({"warehouse": str(hands.answers.warehouse.path)})

    @server.post("/api/v1/ingest")
    def ingest() -> Response:
        return asked(
            {"source": str | None, "dry_run": bool, "since": str | None},
            lambda wish: _events(
                hands.ingest(wish.get("source"), not wish.get("dry_run", False), _since(hands, wish.get("since")))
            ),
        )

    @server.post("/api/v1/refused/redrive")
    def redrive() -> Response:
        return asked(
            {"source": str | None, "reason": str | None},
            lambda wish: _events(hands.redrive(wish.get("source"), wish.get("reason"))),
        )

    @server.post("/api/v1/whatif")
    def whatif() -> Response:
        form = {"policy": str | None, "file": str | None, "since": str | None, "until": str | None}
        return asked(form, lambda wish: _events(_compared(hands, wish)))

    @server.post("/api/v1/whatif/roster")
    def whatif_roster() -> Response:
        form = {"roster": str, "file": str | None, "since": str | None, "until": str | None}
        return asked(form, lambda wish: _events(_rehearsed(hands, wish)))

    @server.post("/api/v1/source/remove")
    def remove() -> Response:
        return asked({"source": str, "rows": bool}, lambda wish: _removed(hands, wish))


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


def _compared(hands: Hands, wish: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One event: a comparison, however long it takes, or why there is none."""
    try:
        since, file = wish.get("since") or "", wish.get("file") or "the policy"
        yield {"event": "compared", **hands.whatif(wish.get("policy"), since, wish.get("until"), file)}
    except (ValueError, WarehouseError) as error:
        yield {"event": "error", "sentence": str(error)}


def _rehearsed(hands: Hands, wish: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One event: two rosters side by side, or why they are not."""
    try:
        file = wish.get("file") or "the roster"
        found = hands.whatif_roster(str(wish.get("roster") or ""), file, wish.get("since"), wish.get("until"))
        yield {"event": "compared", **found}
    except (ValueError, WarehouseError) as error:
        yield {"event": "error", "sentence": str(error)}


def _removed(hands: Hands, wish: Mapping[str, Any]) -> Response:
    done, sentence = hands.remove(str(wish.get("source")), bool(wish.get("rows")))
    return reply({"sentence": sentence} if done else {"error": sentence}, 200 if done else 404)


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
        return reply({"error": str(error)}, 404)
    except QuestionError as error:
        return reply({"error": str(error)}, 400)
    except WarehouseError as error:
        return reply({"error": str(error)}, 503)


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
