"""Who may look: people and their passwords, who is signed in, and the tokens programs show.

The one process that holds the warehouse keeps them in memory too: screens ask every two seconds, and each time
somebody must be recognised. Every change is written first and is in force from the next request on.

PeopleError              a letter to a person: what cannot be done, and what to do instead
└── NoSuchPerson         there is nobody by that name, or no such token
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb

from queries.passwords import fits, hashed, weakness
from queries.utc import from_stored
from queries.warehouse import Warehouse, run, run_each, translated

ROLES = ("viewer", "analyst", "operator", "admin")
"""From the least to the most; each may do what those before it may do."""

LOCAL = "local"
"""The user on this machine while nobody else is written down; nobody else is named so."""

LONGEST_NAME = 64
_TOKEN_PREFIX = "wft_"  # noqa: S105 -- so that a token found in a file is known for what it is


class PeopleError(ValueError):
    """Something about people a person must read."""


class NoSuchPerson(PeopleError):
    """There is nobody by that name, or no such token."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may look; `created_at` is aware UTC."""

    name: str
    role: str
    created_at: datetime
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in; times are aware UTC."""

    person: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows; `name` is its label."""

    person: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything at one moment, never changed: people by folded name, sessions and tokens by their hash."""

    people: Mapping[str, Person]
    sessions: Mapping[str, Session]
    tokens: Mapping[str, Token]


class People:
    """The one door to people, sessions and tokens. Threads share it. Nothing here changes the revision."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Read who is known. Raises WarehouseError."""
        self.warehouse = warehouse
        self._changing = threading.Lock()
        self._known = self._read()

    @property
    def exist(self) -> bool:
        """Whether anybody is written down; until then the user on this machine is called `local`."""
        return bool(self._known.people)

    def everybody(self) -> list[Person]:
        """Everybody, the first written down first."""
        return list(self._known.people.values())

    def tokens_of(self, name: str) -> list[Token]:
        """The tokens of a person, the oldest first."""
        return [token for token in self._known.tokens.values() if token.person == name]

    def person(self, name: str) -> Person:
        """The person `name`, in whatever case. Raises NoSuchPerson."""
        found = self._known.people.get(_folded(name))
        if found is None:
            raise NoSuchPerson(f'there is nobody named "{name}"; `person list` shows who there is')
        return found

    def add(self, name: str, role: str, password: str, now: datetime) -> Person:
        """Write down one more person. Raises PeopleError for a name, role or password that cannot be."""
        name = _good_name(name)
        kept = _kept(password, name)
        with self._changed() as inside:
            if _folded(name) in self._known.people:
                raise PeopleError(f'"{name}" is there already; take another name, or change the password or the role')
            run(inside, "insert_person", name=name, role=_good_role(role), password_hash=kept, at=now)
        return self.person(name)

    def set_password(self, name: str, password: str) -> None:
        """Another password; whoever is signed in with the old one is so no more. Raises PeopleError."""
        kept = _kept(password, self.person(name).name)
        with self._changed() as inside:
            run_each(inside, "set_person_password", name=self.person(name).name, password_hash=kept)

    def set_role(self, name: str, role: str) -> None:
        """Another role, from the next request on. Raises PeopleError."""
        with self._changed() as inside:
            run(inside, "set_person_role", name=self.person(name).name, role=_good_role(role))

    def remove(self, name: str) -> None:
        """A person goes; sessions and tokens end at once. Raises NoSuchPerson."""
        with self._changed() as inside:
            run_each(inside, "remove_person", name=self.person(name).name)

    def sign_in(self, name: str, password: str, now: datetime, lasts: timedelta) -> str | None:
        """Open a session for `lasts`; gives the secret for the cookie, or None when name and password do not fit.

        A wrong name costs as much time as a wrong password. The secret is a new one each time and kept nowhere.
        """
        found = self._known.people.get(_folded(name))
        if not fits(password, found.password_hash if found else None) or found is None:
            return None
        secret = secrets.token_urlsafe(32)
        with self._changed() as inside:
            if self._known.people.get(_folded(name)) != found:
                return None  # the password was changed, or the person removed, while it was looked at
            run(inside, "trim_sessions", now=now)
            until = now + lasts
            run(inside, "insert_session", session_hash=_hash(secret), person=found.name, at=now, expires_at=until)
        return secret

    def signed_in(self, secret: str, now: datetime) -> tuple[Person, Session] | None:
        """Whose session the cookie's `secret` is; None when it is nobody's, or has ended."""
        known = self._known
        session = known.sessions.get(_hash(secret))
        person = known.people.get(_folded(session.person)) if session else None
        return (person, session) if session and person and now < session.expires_at else None

    def stay(self, secret: str, until: datetime) -> None:
        """Keep a session until `until`."""
        with self._changed() as inside:
            run(inside, "move_session", session_hash=_hash(secret), expires_at=until)

    def sign_out(self, secret: str) -> None:
        """End a session; one that is not there is well ended."""
        if _hash(secret) in self._known.sessions:
            with self._changed() as inside:
                run(inside, "remove_session", session_hash=_hash(secret))

    def add_token(self, name: str, label: str, now: datetime) -> str:
        """A token for a program of this person, with the person's role; it is told once. Raises PeopleError."""
        token = _TOKEN_PREFIX + secrets.token_urlsafe(32)
        label = _printable(label, "label")
        with self._changed() as inside:
            person = self.person(name).name
            if any(one.name == label for one in self.tokens_of(person)):
                raise PeopleError(f'{person} has a token "{label}"; remove it first, or take another --label')
            run(inside, "insert_token", token_hash=_hash(token), person=person, name=label, at=now)
        return token

    def remove_token(self, name: str, label: str) -> None:
        """A token is good no more. Raises NoSuchPerson."""
        with self._changed() as inside:
            person = self.person(name).name
            if not any(one.name == label for one in self.tokens_of(person)):
                has = ", ".join(f'"{one.name}"' for one in self.tokens_of(person)) or "none"
                raise NoSuchPerson(f'{person} has no token "{label}"; there is: {has}')
            run(inside, "remove_token", person=person, name=label)

    def with_token(self, token: str) -> Person | None:
        """Whose token this is; None when it is nobody's."""
        known = self._known
        found = known.tokens.get(_hash(token))
        return known.people.get(_folded(found.person)) if found else None

    @contextmanager
    def _changed(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One change at a time: written, then known."""
        with self._changing:
            with self.warehouse.transaction() as inside:
                yield inside
            self._known = self._read()

    def _read(self) -> _Known:
        cursor = self.warehouse.cursor()
        try:
            people = [Person(row[0], row[1], _aware(row[3]), row[2]) for row in run(cursor, "read_persons").fetchall()]
            sessions = {
                row[0]: Session(row[1], _aware(row[2]), _aware(row[3]))
                for row in run(cursor, "read_sessions").fetchall()
            }
            tokens = {row[0]: Token(row[1], row[2], _aware(row[3])) for row in run(cursor, "read_tokens").fetchall()}
        except duckdb.Error as error:
            raise translated(error, self.warehouse.path) from error
        finally:
            cursor.close()
        by_name = {_folded(person.name): person for person in people}
        return _Known(by_name, sessions, tokens)


def _aware(moment: datetime) -> datetime:
    return from_stored(moment) or moment


def _hash(secret: str) -> str:
    # 32 random bytes need no salt and no scrypt: nobody can try them all
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _folded(name: str) -> str:
    # what is far too long to be a name is nobody's, and is not looked at
    return unicodedata.normalize("NFKC", name).strip().casefold() if len(name) <= 4 * LONGEST_NAME else ""


def _kept(password: str, name: str) -> str:
    if weak := weakness(password, name):
        raise PeopleError(weak)
    return hashed(password)


def _good_role(role: str) -> str:
    if role not in ROLES:
        raise PeopleError(f'"{role}" is no role; write {", ".join(ROLES[:-1])} or {ROLES[-1]}')
    return role


def _good_name(name: str) -> str:
    name = _printable(name, "name")
    if _folded(name) == LOCAL:
        raise PeopleError(f'"{LOCAL}" is the user on this machine before anybody is written down; take another name')
    return name


def _printable(text: str, what: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
        raise PeopleError(f"a {what} has 1 to {LONGEST_NAME} letters, digits and signs")
    return text
