"""How the routes of commands answer: a wish in JSON, a sentence back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, request

from queries.warehouse import WarehouseError


def asked(form: Mapping[str, Any], work: Callable[[Mapping[str, Any]], Response]) -> Response:
    """Do what a command asks; a body of another form is a 400 that says which it must be."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict) or not all(isinstance(wish.get(key), kind | None) for key, kind in form.items()):
        return reply({"error": f"the body must be a JSON object with {', '.join(form)}"}, 400)
    try:
        return work(wish)
    except (ValueError, WarehouseError) as error:
        return reply({"error": str(error)}, 400 if isinstance(error, ValueError) else 503)


def reply(content: object, status: int = 200) -> Response:
    """`content` as JSON."""
    return Response(orjson.dumps(content), status, mimetype="application/json")
