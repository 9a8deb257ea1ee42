"""The routes of `python app.py person`: who may look, for an admin alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response

from callbacks.answering import asked, reply
from callbacks.hands import Hands
from queries.people import NoSuchPerson
from queries.utc import iso

Wish = Mapping[str, Any]


def register(server: Flask, hands: Hands) -> None:
    """Hang the routes on `server`."""
    people = hands.people

    @server.get("/api/v1/person")
    def person_everybody() -> Response:
        return reply({"people": [_told(hands, person.name) for person in people.everybody()]})

    @server.post("/api/v1/person/add")
    def person_add() -> Response:
        def work(name: str, role: str, password: str) -> dict[str, str]:
            person = people.add(name, role, password, hands.clock())
            return {"sentence": f"{person.name} is written down as {person.role}"}

        return _asked(("name", "role", "password"), work)

    @server.post("/api/v1/person/password")
    def person_password() -> Response:
        def work(name: str, password: str) -> dict[str, str]:
            people.set_password(name, password)
            return {"sentence": f"{name} has a new password, and is signed out everywhere; tokens stay"}

        return _asked(("name", "password"), work)

    @server.post("/api/v1/person/role")
    def person_role() -> Response:
        def work(name: str, role: str) -> dict[str, str]:
            people.set_role(name, role)
            return {"sentence": f"{name} is {role} from now on"}

        return _asked(("name", "role"), work)

    @server.post("/api/v1/person/remove")
    def person_remove() -> Response:
        def work(name: str) -> dict[str, str]:
            people.remove(name)
            return {"sentence": f"{name} is removed, with every session and token"}

        return _asked(("name",), work)

    @server.post("/api/v1/person/token")
    def person_token() -> Response:
        def work(name: str, label: str) -> dict[str, str]:
            made = people.add_token(name, label, hands.clock())
            return {"sentence": f'token "{label}" of {name}; it is shown this once', "token": made}

        return _asked(("name", "label"), work)

    @server.post("/api/v1/person/token/remove")
    def person_token_remove() -> Response:
        def work(name: str, label: str) -> dict[str, str]:
            people.remove_token(name, label)
            return {"sentence": f'token "{label}" of {name} is good no more'}

        return _asked(("name", "label"), work)


def _asked(keys: tuple[str, ...], work: Callable[..., dict[str, str]]) -> Response:
    """Do `work` with the texts of the body; nobody by that name is a 404."""

    def done(wish: Wish) -> Response:
        missing = [key for key in keys if wish.get(key) is None]
        if missing:
            raise ValueError(f"the body lacks {', '.join(missing)}")
        try:
            return reply(work(**{key: wish[key] for key in keys}))
        except NoSuchPerson as error:
            return reply({"error": str(error)}, 404)

    return asked(dict.fromkeys(keys, str), done)


def _told(hands: Hands, name: str) -> dict[str, Any]:
    person = hands.people.person(name)
    tokens = [token.name for token in hands.people.tokens_of(person.name)]
    return {
        "name": person.name,
        "role": person.role,
        "since": iso(person.created_at.replace(microsecond=0)),
        "tokens": tokens,
    }
