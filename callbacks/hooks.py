"""The door for other programs: POST /hooks/SOURCE. Verified, kept as it came, answered at once; read later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected

from queries.warehouse import WarehouseError

MOST_BYTES = 5_000_000
"""No source takes more; a source's own limit is checked behind the door."""

_CHUNK = 65_536
_KEPT = frozenset({"content-type", "content-encoding", "webhook-id", "webhook-timestamp", "webhook-signature"})


class Receives(Protocol):
    """What this door needs of the hands: (source, headers, body) -> HTTP status and a sentence."""

    @property
    def receive(self) -> Callable[[str, Mapping[str, str], bytes], tuple[int, str]]: ...


def register(server: Flask, hands: Receives) -> None:
    """Hang the door on `server`."""

    @server.post("/hooks/<source>")
    def deliver(source: str) -> Response:
        return delivered(hands, source)

    # Dash takes every address that is left, and would answer with a page
    @server.route("/hooks/<source>", methods=["GET", "PUT", "PATCH", "DELETE"])
    def other_methods(**_: str) -> Response:
        return _answer(405, "deliveries are sent with POST", {"Allow": "POST"})

    @server.route("/hooks", methods=["GET", "POST"])
    @server.route("/hooks/", methods=["GET", "POST"])
    @server.route("/hooks/<path:rest>", methods=["GET", "POST"])
    def nowhere(**_: str) -> Response:
        return _answer(404, "deliveries are sent to /hooks/NAME, where NAME is that of a webhook source")


def delivered(hands: Receives, source: str) -> Response:
    """Take the request in hand for `source`: 202 when it is kept, else what is wrong and nothing of what was sent."""
    try:
        body = _body()
        if body is None:
            return _answer(413, f"the body has more than {MOST_BYTES:,} bytes; send less at once")
        status, sentence = hands.receive(source, _headers(), body)
    except ClientDisconnected:
        return _answer(400, "the body broke off; send it again")
    except WarehouseError:
        status, sentence = 503, "the delivery cannot be kept at the moment; send it again later"
    return _answer(status, sentence, {"Retry-After": "60"} if status == 503 else {})


def _headers() -> dict[str, str]:
    """What a delivery is verified and read by; tokens and cookies a sender adds go no further than here."""
    small = {name.lower(): value for name, value in request.headers.items()}
    return {name: value for name, value in small.items() if name in _KEPT or name.startswith("ce-")}


def _body() -> bytes | None:
    """The body; None when it is too long, of which no more is read than it takes to know."""
    if (request.content_length or 0) > MOST_BYTES:
        return None
    parts, room = list[bytes](), MOST_BYTES + 1
    while room and (part := request.stream.read(min(room, _CHUNK))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts) if room else None


def _answer(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    told = {"status" if status < 400 else "error": sentence}
    more = {"Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(told), status, mimetype="application/json", headers=more)
