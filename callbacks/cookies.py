"""The two cookies of a browser: the session's, which no script can read, and the token our own pages send back.

The token is made from the session's cookie, so nothing of it is kept here; a browser that has no session yet gets a
cookie that opens nothing, and its token belongs to that one. Signing in always makes a new one.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import Response, g, request

from queries.people import People, Session
from queries.warehouse import WarehouseError

CSRF_HEADER, CSRF_COOKIE, SESSION_COOKIE = "X-CSRF-Token", "csrf_token", "watchfloor_session"
KEPT, WORKDAY = timedelta(days=400), timedelta(hours=12)
"""How long a screen stays signed in, and how long a person does. Browsers keep no cookie longer than 400 days."""

_RENEW_AFTER = timedelta(days=30)
_FORM_BYTES = 16_384


def session_cookie() -> str:
    """What the browser brought, when it can be one of ours, else ""."""
    brought = request.cookies.get(SESSION_COOKIE, "")
    return brought if 20 <= len(brought) <= 100 and brought.isascii() else ""


def csrf_token() -> str:
    """What a form of ours carries as `csrf_token`. A browser without a cookie gets one with this answer."""
    return _csrf_of(session_cookie() or _fresh())


def shows_csrf_token(*, is_form: bool) -> bool:
    """Whether the request in hand shows the token that belongs to its cookie: as a header, or a form as a field."""
    shown = request.headers.get(CSRF_HEADER, "")
    if is_form:
        request.max_content_length = _FORM_BYTES
        shown = shown or request.form.get("csrf_token", "")
    cookie = session_cookie()
    return bool(cookie) and same(shown, _csrf_of(cookie))


def sign(secret: str | None, *, keeps: bool = False) -> None:
    """Let the answer in hand carry the cookie of a session, with `keeps` a screen's; None takes it away."""
    g.signs = (secret, keeps)


def carry(response: Response, session: Session | None, people: People, now: datetime, *, https: bool) -> Response:
    """Give the answer the cookies it needs: of a session opened, renewed or ended, and of a page that will post."""
    if "signs" in g:
        secret, keeps = g.signs
        return _set(response, secret, keeps=keeps, https=https)
    if request.method != "GET" or response.mimetype != "text/html":
        return response
    secret = session_cookie()
    keeps = session is not None and session.expires_at - session.created_at > WORKDAY
    renews = keeps and session is not None and _renew(people, secret, session, now)
    if renews or not secret or not same(request.cookies.get(CSRF_COOKIE, ""), _csrf_of(secret)):
        return _set(response, secret or _fresh(), keeps=keeps, https=https)
    return response


def same(shown: str, meant: str) -> bool:
    """Whether two secrets are one, in a time that tells nothing of them; an empty one is none."""
    return bool(meant) and hmac.compare_digest(shown.encode("utf-8", "replace"), meant.encode())


def _renew(people: People, secret: str, session: Session, now: datetime) -> bool:
    """Move the end of a screen's session on, once a month: a wall must never meet the sign-in page."""
    if session.expires_at > now + KEPT - _RENEW_AFTER:
        return False
    try:
        people.stay(secret, now + KEPT)
    except WarehouseError:
        return False  # the page is shown all the same, and the next one tries again
    return True


def _set(response: Response, secret: str | None, *, keeps: bool, https: bool) -> Response:
    if secret is None:
        response.delete_cookie(SESSION_COOKIE, secure=https, httponly=True, samesite="Lax")
        response.delete_cookie(CSRF_COOKIE, secure=https, samesite="Lax")
        return response
    age = KEPT if keeps else None
    response.set_cookie(SESSION_COOKIE, secret, age, secure=https, httponly=True, samesite="Lax")
    response.set_cookie(CSRF_COOKIE, _csrf_of(secret), age, secure=https, samesite="Lax")
    return response


def _fresh() -> str:
    if "fresh" not in g:
        g.fresh = token_urlsafe(32)
    return str(g.fresh)


def _csrf_of(cookie: str) -> str:
    return hmac.new(cookie.encode(), b"a page of ours", sha256).hexdigest()
