"""The door for deliveries over HTTP: what it answers, how much it reads, and what it never says."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, html
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import EnvironBuilder, run_wsgi_app

from callbacks import hooks
from connectors.contract import Setup
from connectors.records import Case, CaseEvent, Mention, Tombstone
from connectors.sources import webhook
from connectors.sources.webhook import Options, Source
from queries.warehouse import WarehouseError
from tests.conftest import FakeClock
from tests.connectors.kit.hook_sender import OLD_SECRET, SECRET, WRONG_SECRET, Postbox, Sender, as_bytes, signed

BODY = {"mentions": [{"item_id": "1", "platform": "x", "published_at": "2026-11-21T11:59:00Z", "text": "hi @acme"}]}
ENV = {"HOOK": SECRET}
PLAIN = "a plain text that only tests know"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """A test needs no access log."""


@pytest.fixture
def box(clock: FakeClock) -> Postbox:
    options = Options.model_validate({"secret_env": "HOOK", "max_bytes": 2_000_000})
    return Postbox(Source(Setup("care", options, Path(), secret=ENV.get)), clock)


def served(box: Any) -> Flask:
    server = Flask("door", static_folder=None)
    hooks.register(server, box)
    dash = Dash("door", server=server)  # type: ignore[arg-type]
    dash.layout = html.Div("a page for every other address")
    return server


@pytest.fixture
def client(box: Postbox) -> FlaskClient:
    return served(box).test_client()


@pytest.fixture
def address(box: Postbox) -> Iterator[str]:
    """A real server on the loopback."""
    web = make_server("127.0.0.1", 0, served(box), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{web.server_port}/hooks/care"
    web.shutdown()
    thread.join(10)
    web.server_close()


def test_a_genuine_delivery_is_202_and_kept_as_it_came(client: FlaskClient, box: Postbox, clock: FakeClock) -> None:
    raw = b'{"mentions": [ ],\n "n": 1.0}'
    answer = client.post("/hooks/care", data=raw, headers=signed(raw, at=clock()))
    assert (answer.status_code, answer.json) == (202, {"status": "taken"})
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one.body for one in box.deliveries] == [raw]
    again = client.post("/hooks/care", data=raw, headers=signed(raw, at=clock()))
    assert (again.status_code, again.json) == (202, {"status": "known already"})
    assert len(box.deliveries) == 1


def test_what_cannot_be_parsed_is_202_too(client: FlaskClient, box: Postbox, clock: FakeClock) -> None:
    answer = client.post("/hooks/care", data=b"\xff{", headers=signed(b"\xff{", at=clock()))
    assert answer.status_code == 202
    assert box.deliveries[0].body == b"\xff{"


@pytest.mark.parametrize(
    ("secret", "seconds", "status"), [(WRONG_SECRET, 0, 401), (OLD_SECRET, 0, 401), (SECRET, 400, 400)]
)
def test_a_wrong_delivery_is_turned_away_with_a_sentence_and_not_kept(
    client: FlaskClient, box: Postbox, clock: FakeClock, secret: str, seconds: int, status: int
) -> None:
    headers = signed(b'{"token":"planted-in-body"}', at=clock(), secret=secret)
    clock.move(seconds=seconds)
    answer = client.post("/hooks/care", data=b'{"token":"planted-in-body"}', headers=headers)
    assert answer.status_code == status
    assert list(answer.json or {}) == ["error"]
    assert box.deliveries == []
    for word in ("planted", secret, SECRET, headers["webhook-signature"], "HOOK"):
        assert word not in answer.text


def test_no_headers_at_all_is_401(client: FlaskClient) -> None:
    assert client.post("/hooks/care").status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_every_other_method_is_405(client: FlaskClient, method: str) -> None:
    answer = client.open("/hooks/care", method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json == {"error": "deliveries are sent with POST"}


@pytest.mark.parametrize("path", ["/hooks", "/hooks/", "/hooks/care/more", "/hooks/nobody"])
def test_every_other_address_is_404_and_no_page(client: FlaskClient, clock: FakeClock, path: str) -> None:
    answer = client.post(path, data=b"{}", headers=signed(b"{}", at=clock()))
    assert answer.status_code == 404
    assert list(answer.json or {}) == ["error"]


def test_the_door_and_the_source_agree_on_the_largest_body() -> None:
    assert hooks.MOST_BYTES == webhook.MOST_BYTES


class Endless(io.RawIOBase):
    """A body without end, which counts what is taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


def pour(client: FlaskClient, **environ: Any) -> tuple[int, Endless]:
    """Post a body without end; gives the status."""
    endless = Endless()
    raw = EnvironBuilder("/hooks/care", method="POST").get_environ()
    _, status, _ = run_wsgi_app(client.application, {**raw, **environ, "wsgi.input": endless})
    return int(status.split()[0]), endless


def test_a_body_without_end_is_413_and_not_read_to_it(box: Postbox, client: FlaskClient) -> None:
    status, endless = pour(client, **{"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"})
    assert status == 413
    assert hooks.MOST_BYTES < endless.taken <= hooks.MOST_BYTES + 2 * 65_536
    assert box.deliveries == []


def test_a_length_that_is_too_much_is_413_and_nothing_is_read(client: FlaskClient) -> None:
    status, endless = pour(client, CONTENT_LENGTH=str(hooks.MOST_BYTES + 1))
    assert (status, endless.taken) == (413, 0)


@pytest.mark.parametrize("length", ["", "many", "-5"])
def test_a_length_that_is_no_number_takes_nothing_in(client: FlaskClient, length: str) -> None:
    status, endless = pour(client, CONTENT_LENGTH=length)
    assert (status, endless.taken) == (401, 0)


def test_a_body_in_chunks_arrives_whole(address: str, box: Postbox, clock: FakeClock) -> None:
    with Sender(address, clock) as sender:
        answer = sender.post(BODY, in_chunks=7)
    assert (answer.status_code, answer.json()) == (202, {"status": "taken"})
    assert box.deliveries[0].body == as_bytes(BODY)


def test_what_is_over_the_limit_of_the_source_is_413(address: str, clock: FakeClock) -> None:
    with Sender(address, clock) as sender:
        assert sender.post(b" " * 2_000_000).status_code == 202
        assert sender.post(b" " * 2_000_001).status_code == 413
        assert sender.post(b" " * 2_000_001, in_chunks=100_000).status_code == 413


def test_a_body_that_breaks_off_is_400_and_not_kept(address: str, box: Postbox, clock: FakeClock) -> None:
    host, port = address.split("/")[2].split(":")
    raw = as_bytes(BODY)
    head = {**signed(raw, at=clock()), "Host": host, "Content-Length": str(len(raw))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.sendall(f"POST /hooks/care HTTP/1.1\r\n{lines}\r\n".encode() + raw[:-3])
        sock.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: sock.recv(65_536), b""))
    assert said.split(b" ", 2)[1] == b"400"
    assert b"broke off" in said
    assert box.deliveries == []


def test_only_what_a_delivery_is_read_by_goes_further(client: FlaskClient, box: Postbox, clock: FakeClock) -> None:
    sent = signed(b"{}", at=clock())
    more = {
        "Authorization": "Bearer planted",
        "Cookie": "session=planted",
        "X-Api-Key": "planted",
        "CE-Type": "a.mention",
    }
    client.post("/hooks/care", data=b"{}", headers={**sent, **more}, content_type="application/json")
    assert dict(box.deliveries[0].headers) == {**sent, "content-type": "application/json", "ce-type": "a.mention"}


def test_the_sender_in_the_documentation_works(
    address: str, box: Postbox, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = (
        (Path(__file__).parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8").split("\n## webhook\n")[1]
    )
    (code,) = re.findall(r"```python\n(.+?)```", section, re.DOTALL)
    (body,) = re.findall(r"```json\n(.+?)```", section, re.DOTALL)
    monkeypatch.setattr("time.time", lambda: clock().timestamp())
    monkeypatch.setenv("CARE_HOOK_SECRET", PLAIN)
    monkeypatch.setitem(ENV, "HOOK", PLAIN)
    assert "http://127.0.0.1:8050/hooks/care" in code
    exec(code.replace("http://127.0.0.1:8050/hooks/care", address), {})
    clock.move(minutes=2)
    box.put(body.encode())
    assert isinstance(box.source, Source)
    (batch,) = box.source.read(box, None, clock())
    assert ([type(one) for one in batch.records], batch.refused) == ([Mention, Mention, Case, CaseEvent, Tombstone], ())


class Answers:
    """Hands that answer what they are told to."""

    def __init__(self, status: int, sentence: str, error: Exception | None = None) -> None:
        self._answer, self._error = (status, sentence), error

    def receive(self, source: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        if self._error:
            raise self._error
        return self._answer


def test_a_warehouse_that_cannot_be_written_is_503_and_tells_no_more() -> None:
    broken = Answers(0, "", WarehouseError("/secret/place/w.duckdb is full"))
    answer = served(broken).test_client().post("/hooks/care", data=b"{}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "secret/place" not in answer.text


def test_a_source_that_cannot_check_signatures_says_when_to_come_again() -> None:
    answer = served(Answers(503, "later")).test_client().post("/hooks/care", data=b"{}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert json.loads(answer.data) == {"error": "later"}
