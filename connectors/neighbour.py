"""The way to our own server on this machine: the note it leaves beside the warehouse, and the client that reads it.

A second process cannot open a DuckDB file, so a command that finds a running server asks it over the loopback;
with none, the same request goes to the same routes inside this process.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

SECRET_HEADER = "X-Watchfloor-Secret"  # noqa: S105 -- the header's name, not a secret
_PATIENCE = httpx.Timeout(60.0, connect=2.0)


class NeighbourError(Exception):
    """The server answered with a sentence for a person; `status` is its HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def new_secret() -> str:
    """A secret only this user on this machine can read from the note."""
    return secrets.token_urlsafe(32)


def note_path(warehouse: Path) -> Path:
    """Where the server of `warehouse` leaves its note."""
    return warehouse.with_name(warehouse.name + ".serve.json")


def leave_note(warehouse: Path, address: str, secret: str) -> None:
    """Write address and secret beside the warehouse, readable by this user alone (mode 0600)."""
    path = note_path(warehouse)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"address": address, "secret": secret, "pid": os.getpid()}, file)
    draft.replace(path)


def take_note_away(warehouse: Path, secret: str) -> None:
    """Remove the note, if it is still ours."""
    note = _read_note(warehouse)
    if note and note.get("secret") == secret:
        note_path(warehouse).unlink(missing_ok=True)


class Neighbour:
    """A server to ask: the running one, or our own routes without a network."""

    def __init__(self, client: httpx.Client, address: str | None) -> None:
        self._client = client
        self.address = address

    @classmethod
    def running(cls, warehouse: Path) -> Neighbour | None:
        """The server that has `warehouse` open, or None. A note left by a killed server leads nowhere."""
        note = _read_note(warehouse)
        if not note:
            return None
        headers = {SECRET_HEADER: note["secret"]}
        client = httpx.Client(base_url=note["address"], headers=headers, timeout=_PATIENCE, trust_env=False)
        try:
            hello = client.get("/api/v1/hello", timeout=5.0)
            ours = hello.status_code == 200 and hello.json().get("warehouse") == str(warehouse)
        except (httpx.HTTPError, ValueError):
            ours = False
        if ours:
            return cls(client, note["address"])
        client.close()
        return None

    @classmethod
    def inside(cls, routes: Any, secret: str) -> Neighbour:
        """Our own routes (a WSGI application), asked in this process."""
        transport = httpx.WSGITransport(app=routes)
        headers = {SECRET_HEADER: secret}
        return cls(httpx.Client(transport=transport, base_url="http://127.0.0.1", headers=headers), None)

    def ask(self, question: str, params: Sequence[tuple[str, str]]) -> bytes:
        """The JSON answer to a question. Raises NeighbourError with the server's sentence."""
        pairs: list[tuple[str, str | int | float | bool | None]] = list(params)
        response = self._client.get(f"/api/v1/ask/{question}", params=httpx.QueryParams(pairs))
        _raise(response)
        return response.content

    @contextmanager
    def events(self, address: str, wish: Mapping[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
        """Start what takes a while, such as /api/v1/ingest; gives its events as they come. Raises NeighbourError."""
        with self._client.stream("POST", address, json=dict(wish), timeout=None) as response:
            if response.status_code != 200:
                response.read()
            _raise(response)
            yield (json.loads(line) for line in response.iter_lines() if line)

    def remove_source(self, name: str, *, with_rows: bool) -> str:
        """Forget a source; gives what was done in a sentence. Raises NeighbourError."""
        response = self._client.post("/api/v1/source/remove", json={"source": name, "rows": with_rows}, timeout=None)
        _raise(response)
        return str(response.json()["sentence"])

    def tell(self, address: str, wish: Mapping[str, Any] | None) -> dict[str, Any]:
        """Ask for what is done at once, or with None only look; gives the answer. Raises NeighbourError."""
        response = self._client.get(address) if wish is None else self._client.post(address, json=dict(wish))
        _raise(response)
        told: dict[str, Any] = response.json()
        return told

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()


def _raise(response: httpx.Response) -> None:
    if response.status_code == 200:
        return
    try:
        sentence = str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        sentence = f"the server answered {response.status_code}"
    raise NeighbourError(sentence, response.status_code)


def _read_note(warehouse: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(note_path(warehouse).read_text(encoding="utf-8"))
        return note if {"address", "secret"} <= set(note) else None
    except (OSError, ValueError, TypeError):
        return None
