"""/health for people, /healthz for machines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd
from flask import Flask, Response

from callbacks.access import OPERATOR, may
from callbacks.cookies import csrf_token
from callbacks.hands import Hands
from layouts.health import health_page
from layouts.snapshot.standing import Standing
from queries.answers import DTYPES
from queries.catalogue import QuestionError
from queries.warehouse import WarehouseError


def register(server: Flask, hands: Hands) -> None:
    """Hang both routes on `server`."""

    @server.get("/healthz")
    def healthz() -> Response:
        return Response('{"status":"ok"}', mimetype="application/json", headers={"Cache-Control": "no-store"})

    @server.get("/health")
    def health() -> Response:
        csrf = csrf_token() if may(OPERATOR) else ""
        return Response(health_html(hands, csrf), mimetype="text/html", headers={"Cache-Control": "no-store"})


def health_html(hands: Hands, csrf: str = "") -> str:
    """The page of the house's own state, as it is now; with `csrf`, the token of its forms, alerts have a button."""
    now, served = hands.clock(), hands.served()
    problems = list(served.problems)
    week = {"since": now - timedelta(days=7), "until": now}
    sources, refused = (_asked(hands, question, {}, now, problems) for question in ("source_health", "refused_rows"))
    blind = _asked(hands, "blind_spans", week, now, problems)
    alerts = _known(hands, "alerts", {}, now, problems)
    return health_page(
        served.site,
        file=served.file,
        problems=problems,
        is_current=served.is_current,
        warehouse=hands.answers.warehouse.url,
        revision=hands.answers.warehouse.state[0],
        sources=sources,
        blind=blind,
        refused=refused,
        now=now,
        snapshot=_standing(hands, problems),
        alerts=alerts,
        csrf=csrf,
    )


def _standing(hands: Hands, problems: list[str]) -> Standing:
    try:
        return hands.snapshots.standing()
    except WarehouseError as error:
        if str(error) not in problems:
            problems.append(str(error))
        return Standing()


def _asked(
    hands: Hands, question: str, given: Mapping[str, object], now: datetime, problems: list[str]
) -> pd.DataFrame:
    """The answer, or an empty one and a sentence more: this page answers when nothing else does."""
    found = _known(hands, question, given, now, problems)
    if found is not None:
        return found
    columns = hands.answers.catalogue[question].columns
    return pd.DataFrame({column.name: pd.Series(dtype=DTYPES[column.type]) for column in columns})


def _known(
    hands: Hands, question: str, given: Mapping[str, object], now: datetime, problems: list[str]
) -> pd.DataFrame | None:
    """The answer, or None and a sentence more."""
    try:
        return hands.answers.ask(question, given, now).frame
    except (QuestionError, WarehouseError) as error:
        if str(error) not in problems:
            problems.append(str(error))
        return None
