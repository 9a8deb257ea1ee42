"""Who may: who is asking, what the address needs, and whether the page that asks is ours.

One check stands before every route, Dash's own included. What is not named in NEEDS is for an admin alone.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import orjson
from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from callbacks.cookies import carry, same, session_cookie, shows_csrf_token
from callbacks.hands import Hands
from layouts.login import sentence_page
from queries.people import LOCAL, ROLES, Session

SECRET_HEADER = "X-Watchfloor-Secret"  # noqa: S105 -- the header's name, not a secret
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPEN, ANYONE = "open", "anyone"
VIEWER, ANALYST, OPERATOR, ADMIN = ROLES
NEEDS = {
    # no data: a sign of life, code, and a door with a lock of its own
    "/healthz": OPEN,
    "/assets": OPEN,
    "/_dash-component-suites": OPEN,
    "/_favicon.ico": OPEN,
    "/hooks": OPEN,
    "/login": ANYONE,
    "/logout": ANYONE,
    "/": VIEWER,
    "/wall": VIEWER,
    "/snapshot": VIEWER,
    "/health": VIEWER,
    "/api/v1/wall": VIEWER,
    "/_dash-layout": VIEWER,
    "/_dash-dependencies": VIEWER,
    "/_dash-update-component": VIEWER,  # and by what the callback writes: see CALLBACKS
    "/_reload-hash": VIEWER,
    "/desk": ANALYST,
    "/export": ANALYST,
    "/api/v1/ask": ANALYST,
    "/api/v1/desk": ANALYST,
    "/api/v1/export": ANALYST,
    "/api/v1/ingest": OPERATOR,
    "/api/v1/refused": OPERATOR,
    "/api/v1/source": OPERATOR,
    "/api/v1/snapshot": OPERATOR,
    "/api/v1/whatif": OPERATOR,
    "/api/v1/alert": OPERATOR,
    "/api/v1/person": ADMIN,
    "/api/v1/hello": ADMIN,
    "/api": ADMIN,
}
"""An address, and all below it: the least role that may. The longest address that fits decides."""

CALLBACKS = ("page", "wall:", "snapshot:")
"""Ids a viewer's callbacks write into: `page`, which is as open as the address it is asked for, and all that begin
with the others. Every other callback needs an analyst."""

_FORMS = ("/login", "/logout", "/api/v1/alert/acknowledge")
"""What pages post to without a script: there the token may be a field of the form."""

_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking. `how` it is known: by a "session", a "token", the "secret" beside the warehouse, or as "local"."""

    name: str
    role: str
    how: str
    session: Session | None = None


class Denied(Exception):
    """What a visitor is told instead of an answer, with its HTTP status: 401 sign in, 403 not yours."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def need(path: str) -> str:
    """What the address needs: OPEN, ANYONE or a role. An address nobody has named needs an admin."""
    if path == "/":
        return NEEDS["/"]
    while path and "//" not in path:
        if path in NEEDS:
            return NEEDS[path]
        path = path.rpartition("/")[0]
    return ADMIN


def visitor() -> Visitor | None:
    """Who asks for the request in hand; None before sign-in, and where nothing is asked of anybody."""
    found: Visitor | None = g.get("visitor")
    return found


def may(role: str) -> bool:
    """Whether who asks for the request in hand has at least `role`."""
    who = visitor()
    return who is not None and ROLES.index(who.role) >= ROLES.index(role)


class Access:
    """The check, for a server as it was started: what `[access]` says later waits for the next start."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.opened = hands.served().site.access
        self.names: Set[str] = LOCAL_NAMES
        if self.opened:
            self.names = LOCAL_NAMES | {name.casefold() for name in (self.opened.near, *self.opened.names)}

    def check(self) -> AnyResponse | None:
        """None when the request in hand may go on, else what is answered instead."""
        needed = need(request.path)
        if needed == OPEN:
            return None
        try:
            g.visitor = who = self._who()
            if who is None and needed != ANYONE:
                raise Denied(401, "sign in first at /login, or show a token: Authorization: Bearer TOKEN")
            if request.method not in ("GET", "HEAD", "OPTIONS") and (who is None or who.how in ("session", "local")):
                self._must_be_ours()
            if who and needed != ANYONE:
                _must_have(who, needed if request.path != "/_dash-update-component" else _callback_needs())
        except Denied as denied:
            return _answer(denied)
        return None

    def _who(self) -> Visitor | None:
        """Raises Denied for a secret or a token that is shown and wrong."""
        people, now = self.hands.people, self.hands.clock()
        if SECRET_HEADER in request.headers:
            if not same(request.headers[SECRET_HEADER], self.hands.secret):
                raise Denied(403, "this needs the secret that serve leaves beside the warehouse")
            return Visitor("app.py", ADMIN, "secret")
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.casefold() == "bearer":
            person = people.with_token(token.strip())
            if person is None:
                raise Denied(401, "this token is not known; `person token NAME` makes another")
            return Visitor(person.name, person.role, "token")
        found = people.signed_in(session_cookie(), now)
        if found:
            return Visitor(found[0].name, found[0].role, "session", found[1])
        return Visitor(LOCAL, ADMIN, "local") if not people.exist and self._is_here() else None

    def _is_here(self) -> bool:
        """Whether the request comes from this machine, and not through a proxy on it."""
        near = (request.remote_addr or "").startswith("127.") or request.remote_addr == "::1"
        return self.opened is None and near and not any(name in request.headers for name in _PROXIED)

    def _must_be_ours(self) -> None:
        """A browser sends cookies along with whatever any page makes it send; only our own can read the token."""
        origin = request.headers.get("Origin")
        is_other = origin is not None and host_of(origin.partition("://")[2]) not in self.names
        if is_other or request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise Denied(403, "this was sent by a page of another site")
        if not shows_csrf_token(is_form=request.path in _FORMS):
            raise Denied(403, "this page is too old, or the browser keeps no cookies; load it again and try once more")

    def keep(self, response: Response) -> Response:
        """Give the answer in hand its cookies."""
        if need(request.path) == OPEN:
            return response
        who, https = visitor(), self.opened is not None and self.opened.https
        return carry(response, who.session if who else None, self.hands.people, self.hands.clock(), https=https)


def _must_have(who: Visitor, needed: str) -> None:
    if ROLES.index(who.role) < ROLES.index(needed):
        article = "an" if who.role[0] in "ao" else "a"
        raise Denied(403, f"there is nothing at {request.path} for {article} {who.role}; ask an admin for another role")


def host_of(netloc: str) -> str:
    """The host of "host:port", in small letters."""
    head, colon, port = netloc.rpartition(":")
    return (head if colon and port.isdigit() else netloc).casefold()


def _callback_needs() -> str:
    """What the Dash callback in hand needs, by what it writes into and, for a page, by its address."""
    body = request.get_json(silent=True)
    output = body.get("output") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(output, str):
        return ANALYST
    ids = [part.rpartition(".")[0] for part in output.strip(".").split("...")]
    if not all(one == "page" or one.startswith(CALLBACKS[1:]) for one in ids):
        return ANALYST
    # whoever asks chooses what stands where: any text may be the page's address
    given = [one for part in ("inputs", "state") if isinstance(body.get(part), list) for one in body[part]]
    texts = [one["value"] for one in given if isinstance(one, dict) and isinstance(one.get("value"), str)]
    pages = [need("/" + text.strip("/")) for text in texts if "page" in ids and not text.startswith("?")]
    return max([VIEWER, *(page for page in pages if page in ROLES)], key=ROLES.index)


def _answer(denied: Denied) -> AnyResponse:
    if "text/html" not in request.headers.get("Accept", ""):
        more = {"WWW-Authenticate": "Bearer"} if denied.status == 401 else {}
        return Response(orjson.dumps({"error": denied.sentence}), denied.status, more, mimetype="application/json")
    if denied.status == 401 and request.method in ("GET", "HEAD"):
        return redirect(url_for("login", next=request.full_path.removesuffix("?")))
    return Response(sentence_page(denied.sentence), denied.status, mimetype="text/html")
