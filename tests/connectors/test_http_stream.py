"""Streams: messages as they come, None while there are none, an end that is seen, a stop that is quick."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable

import pytest
from websockets.frames import CloseCode
from websockets.sync.server import ServerConnection

from connectors.http import (
    AuthFailed,
    Blocked,
    CircuitOpen,
    HttpError,
    NotThere,
    RateLimited,
    ServerError,
    Stopped,
    TooBig,
    Unreachable,
)
from connectors.net import stream
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.lines import Outside, client_tls, server_tls, stopped_after
from tests.connectors.kit.streams import Streams, streaming
from tests.connectors.kit.web import Fault, WebServer

Act = Callable[[ServerConnection, Streams], None]


def until_closed(_: ServerConnection, streams: Streams) -> None:
    streams.closing.wait(10)


def says(*messages: str | bytes | list[str]) -> Act:
    def act(client: ServerConnection, *_: Streams) -> None:
        for message in messages:
            client.send(message)
        list(client)  # until the other side closes

    return act


def test_messages_come_in_order_whole_and_of_both_kinds() -> None:
    sent: list[str | bytes | list[str]] = ["one", b"\x00two", ["thr", "ee ", "😀"], "", "x" * 2**20]
    with streaming(says(*sent)) as server, Outside().line() as line:
        with line.listen(f"{server.url}/subscribe?cursor=7") as messages:
            got = [next(messages) for _ in sent]
        assert got == ["one", b"\x00two", "three 😀", "", "x" * 2**20]
        assert server.paths == ["/subscribe?cursor=7"]
        (headers,) = server.headers
        assert headers["user-agent"].startswith("Watchfloor/")
        assert "origin" not in headers
        assert line.state["circuits"] == {}


def test_a_second_without_a_message_is_said() -> None:
    def slowly(client: ServerConnection, streams: Streams) -> None:
        client.send("first")
        streams.closing.wait(1.3)
        client.send("second")
        until_closed(client, streams)

    with streaming(slowly) as server, Outside().line() as line, line.listen(server.url) as messages:
        began = time.monotonic()
        assert [next(messages) for _ in range(3)] == ["first", None, "second"]
        assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize(
    "act",
    [
        lambda _: None,
        lambda client: client.close(CloseCode.INTERNAL_ERROR, "s3cr3t"),
        lambda client: client.socket.close(),
    ],
    ids=["closed", "closed with an error", "cut"],
)
def test_an_end_is_never_silent(act: Callable[[ServerConnection], None]) -> None:
    def after_one(client: ServerConnection, _: Streams) -> None:
        client.send("one")
        act(client)

    with streaming(after_one) as server, Outside().line() as line, line.listen(server.url) as messages:
        assert next(messages) == "one"
        with pytest.raises(Unreachable, match="ended the stream") as raised:
            next(messages)
        assert "s3cr3t" not in str(raised.value)
        assert line.state["circuits"] == {}  # it brought something; the next run listens again


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.send("x" * (2**20 + 1)),
        lambda client: client.send(["x" * 2**19] * 3),
        lambda client: client.send(" " * 2**22),
    ],
    ids=["whole", "in parts", "bomb"],
)
def test_a_message_that_is_too_big_is_told_from_a_broken_line(act: Callable[[ServerConnection], None]) -> None:
    def after_one(client: ServerConnection, _: Streams) -> None:
        client.send("one")
        act(client)

    with streaming(after_one) as server, Outside().line() as line, line.listen(server.url) as messages:
        assert next(messages) == "one"
        with pytest.raises(TooBig, match=r"of over 1\.05 MB"):
            next(messages)
        assert line.state["circuits"] == {}


def test_a_stop_is_seen_in_the_middle_of_a_stream_and_leaving_is_quick() -> None:
    outside = Outside(deadline_seconds=30)
    with streaming(until_closed) as server, outside.line() as line:
        with stopped_after(outside.stopping, 0.15) as ago, line.listen(server.url) as messages:
            with pytest.raises(Stopped):
                next(messages)
            assert ago() < 0.5
            left = time.monotonic()
        assert time.monotonic() - left < 0.3


def test_leaving_is_quick_also_when_the_other_side_does_not_say_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CLOSE_SECONDS", 0.3)

    def deaf(client: ServerConnection, streams: Streams) -> None:
        client.send("one")
        with client.protocol_mutex:  # nothing that comes is looked at
            streams.closing.wait(5)

    with streaming(deaf) as server, Outside().line() as line:
        with line.listen(server.url) as messages:
            assert next(messages) == "one"
            left = time.monotonic()
        assert time.monotonic() - left < 0.8
        server.closing.set()


def test_a_connection_on_which_not_even_pings_are_answered_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "QUIET_SECONDS", 0.5)

    def deaf(client: ServerConnection, streams: Streams) -> None:
        with client.protocol_mutex:
            streams.closing.wait(5)

    with streaming(deaf) as server, Outside().line() as line, line.listen(server.url) as messages:
        with pytest.raises(Unreachable, match="not even to a ping"):
            list(messages)
        server.closing.set()
    with streaming(until_closed) as server, Outside().line() as line, line.listen(server.url) as messages:
        assert [next(messages) for _ in range(2)] == [None, None]  # quiet for longer, but pings are answered


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.status(401), AuthFailed),
        (faults.page(403, captcha=True), Blocked),
        (faults.status(404), NotThere),
        (faults.status(400, {}, b'{"error": "CursorTooOld"}'), NotThere),
        (faults.status(200), NotThere),
        (faults.redirect("ws://127.0.0.1:1/"), NotThere),
        (faults.status(500), ServerError),
        (faults.retry_later(300, NOON), RateLimited),
        (faults.status(503, {"Retry-After": "300"}), RateLimited),
        (faults.reset(), Unreachable),
        (faults.garbage(), Unreachable),
        (faults.hang(), Unreachable),
        (faults.slow("header", 0.05), Unreachable),
        (faults.status(101, {"Upgrade": "websocket", "Connection": "Upgrade"}), Unreachable),
    ],
)
def test_a_server_that_opens_no_stream_says_why(fault: Fault, error: type[HttpError]) -> None:
    outside = Outside(deadline_seconds=0.4)
    with WebServer(lambda: NOON) as server, outside.line() as line:
        server.plant(fault)
        with pytest.raises(error), line.listen(server.url.replace("http", "ws") + "/subscribe"):
            pass
        assert len(server.log) == 1


def test_streams_that_break_before_they_bring_anything_open_the_breaker() -> None:
    with streaming(lambda *_: None) as server, Outside().line() as line:
        for _ in range(5):
            with line.listen(server.url) as messages, pytest.raises(Unreachable):
                next(messages)
        with pytest.raises(CircuitOpen), line.listen(server.url):
            pass
        assert len(server.paths) == 5


def test_a_secure_stream_checks_the_certificate() -> None:
    with streaming(says("one"), ssl=server_tls()) as server, Outside(tls=client_tls()).line() as line:
        url = server.url.replace("ws://127.0.0.1", "wss://feeds.example")
        with line.listen(url) as messages:
            assert next(messages) == "one"
        with pytest.raises(Unreachable, match="certificate"), line.listen(url.replace("feeds", "other")):
            pass


def test_no_secret_stands_in_an_error_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in (faults.status(401), faults.status(500), faults.garbage(), faults.reset()):
        with WebServer() as server, Outside().line() as line:
            server.plant(fault)
            url = f"ws://me:s3cr3t@127.0.0.1:{server.port}/x?key=s3cr3t"
            with pytest.raises(HttpError) as raised, line.listen(url):
                pass
            assert server.log[0].headers["authorization"] == "Basic bWU6czNjcjN0"
            assert "s3cr3t" not in "".join(traceback.format_exception(raised.value)).replace(url, "")
    assert "s3cr3t" not in caplog.text
