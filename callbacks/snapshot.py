"""/snapshot: the newest page, a week's, all of them; and the address of the command that makes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request

from callbacks.answering import asked, reply
from callbacks.hands import Hands
from layouts.snapshot.listing import listing, served
from layouts.snapshot.weeks import parse_week
from queries.snapshots import Archive, Archived
from queries.warehouse import WarehouseError


def register(server: Flask, hands: Hands) -> None:
    """Hang the pages on `server`."""

    @server.get("/snapshot")
    @server.get("/snapshot/<week>")
    def snapshot(week: str = "") -> Response:
        status, html = page_for(hands, week, request.args.get("inputs", ""))
        return Response(html, status, mimetype="text/html", headers={"Cache-Control": "no-store"})


def register_making(server: Flask, hands: Hands) -> None:
    """Hang the address of `python app.py snapshot make` on `server`."""

    @server.post("/api/v1/snapshot/make")
    def make() -> Response:
        def work(wish: Mapping[str, Any]) -> Response:
            return reply({"sentence": hands.snapshots.make(wish.get("week"), wish.get("out")).sentence})

        return asked({"week": str | None, "out": str | None}, work)


def page_for(hands: Hands, week: str = "", inputs: str = "") -> tuple[int, str]:
    """HTTP status and HTML: the newest page, with "all" the list, with a week its newest version or that of `inputs`.

    What there is not is the list, with a sentence. The newest is made on the spot where none was ever made.
    """
    try:
        if week == "all":
            return 200, listing(hands.served().site, _archive(hands).listed())
        return 200, served(_of_week(hands, week, inputs).html if week else hands.snapshots.shown())
    except LookupError as error:
        return 404, listing(hands.served().site, _archive(hands).listed(), str(error.args[0]))
    except (ValueError, WarehouseError) as error:
        return 503, listing(hands.served().site, [], str(error))


def _of_week(hands: Hands, week: str, inputs: str) -> Archived:
    site = hands.served().site.site
    try:
        name = parse_week(week, site.zone, site.week_starts).name
    except ValueError as error:
        raise LookupError(f"{error}.") from None
    found = _archive(hands).newest(name, inputs)
    if found is None:
        raise LookupError(f"There is no snapshot of {name}{' of these inputs' if inputs else ''}.")
    return found


def _archive(hands: Hands) -> Archive:
    return Archive(hands.answers.warehouse)
