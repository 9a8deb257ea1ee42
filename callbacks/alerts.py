"""Alerts: what /health says of them, and the address where somebody says that they know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.access import visitor
from callbacks.answering import asked, reply
from callbacks.hands import Hands
from layouts import words
from layouts.alerts import EVERYBODY, Alert, missing, sentence
from layouts.health_alerts import ADDRESS
from layouts.login import sentence_page
from queries.alerts import Alerts
from queries.catalogue import parse_moment
from queries.warehouse import WarehouseError

_FORM = "application/x-www-form-urlencoded"
_GONE = "this alert does not stand any more"


def register(server: Flask, hands: Hands) -> None:
    """Hang the route on `server`: the form of the button leads back to /health, a program's JSON is answered."""

    @server.post(ADDRESS)
    def acknowledge() -> AnyResponse:
        if request.mimetype == _FORM:
            return _of_form(hands, request.form)
        form = {"kind": str | None, "subject": str | None, "since_at": str | None}
        return asked(form, lambda wish: _of_program(hands, wish))


def acknowledged(hands: Hands, wish: Mapping[str, Any], by: str) -> str | None:
    """Write down that `by` knows of an alert, or without `since_at` of every one of its subject.

    Gives a sentence, or None when no such alert stands. Raises ValueError for a moment nobody can read, or
    WarehouseError.
    """
    now, zone = hands.clock(), hands.served().site.site.zone
    kind, subject = str(wish.get("kind") or "gap"), str(wish.get("subject") or EVERYBODY)
    alerts = Alerts(hands.answers.warehouse)
    if not wish.get("since_at"):
        if not wish.get("subject"):
            raise ValueError("since_at says which alert is meant; without it subject must say of what all are")
        count = alerts.acknowledge_all(kind, subject, by, now)
        return f"{missing(subject)}, {words.plural(count, 'alert')}: acknowledged by {by}" if count else None
    row = alerts.acknowledge(kind, subject, parse_moment(str(wish["since_at"]), now, zone), by, now)
    if row is None:
        return None
    known = Alert(row.kind, row.subject, row.since_at, row.until_at, row.raised_at, row.acknowledged_at)
    return f"{sentence(known, zone, now)}: acknowledged by {row.acknowledged_by}"


def _of_program(hands: Hands, wish: Mapping[str, Any]) -> Response:
    said = acknowledged(hands, wish, _by())
    return reply({"sentence": said} if said else {"error": _GONE}, 200 if said else 404)


def _of_form(hands: Hands, form: Mapping[str, Any]) -> AnyResponse:
    try:
        acknowledged(hands, form, _by())
    except (ValueError, WarehouseError) as error:
        status = 400 if isinstance(error, ValueError) else 503
        return Response(sentence_page(str(error)), status, mimetype="text/html")
    # the page says who knows of it, and of one that stands no more it says nothing
    return redirect("/health#ahead", 303)


def _by() -> str:
    who = visitor()
    return who.name if who else ""
