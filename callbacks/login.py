"""Signing in and out: /login and /logout, which work without a script."""

from __future__ import annotations

import logging
import re
import threading
from datetime import timedelta
from math import ceil

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.access import visitor
from callbacks.cookies import KEPT, WORKDAY, csrf_token, session_cookie, sign
from callbacks.hands import Hands
from callbacks.throttle import Throttle
from layouts.login import login_page, nobody_page, sentence_page, signed_in_page
from queries.warehouse import WarehouseError

_AT_ONCE, _PATIENCE = 2, 2.0
"""Looking at a password takes 32 MiB and a tenth of a second of a core: so many at once; others wait so long."""

_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]{0,2000}")
log = logging.getLogger("watchfloor.access")


def register(server: Flask, hands: Hands) -> None:
    """Hang both routes on `server`."""
    throttle, slots = Throttle(), threading.BoundedSemaphore(_AT_ONCE)

    @server.get("/login")
    def login() -> Response:
        return _page(hands, local_path(request.args.get("next", "")))

    @server.post("/login")
    def sign_in() -> AnyResponse:
        return signed_in(hands, throttle, slots)

    @server.post("/logout")
    def sign_out() -> AnyResponse:
        try:
            hands.people.sign_out(session_cookie())
        except WarehouseError as error:
            return Response(sentence_page(f"you are still signed in: {error}"), 503, mimetype="text/html")
        sign(None)
        return redirect("/login", 303)

    @server.get("/logout")
    def no_link() -> AnyResponse:
        # a link or a picture on another page must not sign anybody out
        return redirect("/login")


def signed_in(hands: Hands, throttle: Throttle, slots: threading.BoundedSemaphore) -> AnyResponse:
    """Take the form in hand: on to where it leads with a new session, or the form again with what was wrong."""
    name, password = request.form.get("name", "").strip()[:256], request.form.get("password", "")
    goes_to, keeps = local_path(request.form.get("next", "")), request.form.get("keep") == "yes"
    address = request.remote_addr or ""
    wait = throttle.begin(name, address, hands.clock())
    if wait:
        return _again(name, goes_to, f"Too many tries have failed. Wait {_told(wait)}, then try again.", 429, wait)
    if not slots.acquire(timeout=_PATIENCE):
        throttle.take_back(name, address)
        return _again(name, goes_to, "Many are signing in at this moment. Try again.", 503, timedelta(seconds=5))
    try:
        secret = hands.people.sign_in(name, password, hands.clock(), KEPT if keeps else WORKDAY)
        if secret:
            hands.people.sign_out(session_cookie())
    except WarehouseError as error:
        throttle.take_back(name, address)
        return _again(name, goes_to, f"Nobody can sign in now: {error}", 503, timedelta(minutes=1))
    finally:
        slots.release()
    if secret is None:
        # the name is not written down: people type passwords into the wrong field
        log.warning("a sign-in from %s has failed", address)
        return _again(name, goes_to, "The name or the password is wrong.", 401)
    throttle.succeeded(name, address)
    sign(secret, keeps=keeps)
    return redirect(goes_to, 303)


def local_path(text: str) -> str:
    """`text` when it is a path on this server, else "/": nobody is led elsewhere, nor round in a circle."""
    is_ours = _PATH.fullmatch(text) and not text.startswith(("/login", "/logout"))
    return text if is_ours else "/"


def _page(hands: Hands, goes_to: str) -> Response:
    who = visitor()
    if who:
        leaves = who.how == "session"
        page = signed_in_page(csrf_token(), name=who.name, role=who.role, goes_to=goes_to, leaves=leaves)
    else:
        page = login_page(csrf_token(), goes_to=goes_to) if hands.people.exist else nobody_page()
    return Response(page, mimetype="text/html")


def _again(name: str, goes_to: str, error: str, status: int, wait: timedelta | None = None) -> Response:
    more = {"Retry-After": str(ceil(wait.total_seconds()))} if wait else {}
    page = login_page(csrf_token(), goes_to=goes_to, name=name, error=error)
    return Response(page, status, more, mimetype="text/html")


def _told(wait: timedelta) -> str:
    seconds = ceil(wait.total_seconds())
    if seconds < 60:
        return f"{seconds} second" + ("" if seconds == 1 else "s")
    minutes = ceil(seconds / 60)
    return f"{minutes} minute" + ("" if minutes == 1 else "s")
