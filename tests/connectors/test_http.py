"""The network door: what comes back, how often it is tried, how long it takes, and how quickly it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from connectors.http import (
    AuthFailed,
    Blocked,
    Line,
    NotThere,
    RateLimited,
    ServerError,
    Stopped,
    Unreachable,
)
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.lines import Outside, leads_to, nobody_knows, stopped_after, takes_until
from tests.connectors.kit.web import Answer, Fault, WebServer, Wire, head


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer(lambda: NOON) as server:
        yield server


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def line(outside: Outside) -> Iterator[Line]:
    with outside.line() as line:
        yield line


def test_a_good_answer_comes_whole(server: WebServer, line: Line) -> None:
    reply = line.get(f"{server.url}/a?x=1", params={"y": "ü&b", "x": "2"}, headers={"If-None-Match": '"e"'})
    assert (reply.status, reply.json()) == (200, {"path": "/a"})
    assert reply.url == f"{server.url}/a?x=2&y=%C3%BC%26b"
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    (request,) = server.log
    assert request.params == {"x": "2", "y": "ü&b"}
    assert request.headers["if-none-match"] == '"e"'
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert request.headers["user-agent"].startswith("Watchfloor/")
    assert "contact" in request.headers["user-agent"]


def test_one_connection_serves_many_requests(server: WebServer, line: Line) -> None:
    for _ in range(5):
        line.get(server.url)
    assert (len(server.log), server.connections) == (5, 1)


def test_not_modified_and_accepted_statuses_are_answers(server: WebServer, line: Line) -> None:
    server.fail(304, headers={"ETag": '"e"'})
    assert line.get(server.url).headers["etag"] == '"e"'
    for status in (401, 410, 429, 503):
        server.fail(status, body=b"why")
        assert (line.get(server.url, accept={status}).status, len(server.log)) == (status, len(server.log))
    assert len(server.log) == 5
    assert line.state["circuits"] == {}


def test_other_statuses_say_what_is_wrong_and_are_not_tried_again(server: WebServer, outside: Outside) -> None:
    for status in (400, 404, 410, 422, 300, 302):
        server.fail(status)
        with outside.line() as line, pytest.raises(NotThere, match=str(status)) as raised:
            line.get(f"{server.url}/p")
        assert raised.value.status == status
    for status in (401, 403):
        server.fail(status, body=b"<html>you are not logged in", headers={"Content-Type": "text/html"})
        with outside.line() as line, pytest.raises(AuthFailed):
            line.get(server.url)
        server.plant(faults.page(status, captcha=True))
        with outside.line() as line, pytest.raises(Blocked, match="human"):
            line.get(server.url)
    assert len(server.log) == 10
    assert outside.waits == []


@pytest.mark.parametrize(
    "fault",
    [
        *(faults.status(status) for status in (408, 425, 500, 502, 503, 504, 599)),
        faults.reset(),
        faults.garbage(),
        faults.truncated("length"),
        faults.truncated("chunked"),
        faults.packed("gzip", keep=0.5),
        faults.packed("deflate", keep=0.5),
    ],
)
def test_a_burst_of_failures_is_ridden_out_and_a_lasting_one_ends_after_five_tries(
    fault: Fault, server: WebServer, outside: Outside, line: Line
) -> None:
    server.plant(fault, times=4)
    assert line.get(server.url).json() == {"path": "/"}
    assert (len(server.log), len(outside.waits)) == (5, 4)
    assert line.state["circuits"] == {}
    server.plant(fault, times=None)
    with pytest.raises((ServerError, Unreachable), match="tried 5 times"):
        line.get(server.url)
    assert len(server.log) == 10


def test_waits_between_tries_grow_and_are_thrown_by_dice(server: WebServer, outside: Outside, line: Line) -> None:
    server.fail(500, times=None)
    for _ in range(4):
        with pytest.raises(ServerError):
            line.get(server.url)
    rounds = [outside.waits[start : start + 4] for start in range(0, 16, 4)]
    assert all(0 <= wait <= most for waits in rounds for wait, most in zip(waits, (1, 2, 4, 8), strict=True))
    assert max(waits[3] for waits in rounds) > 2
    assert len({round(wait, 6) for wait in outside.waits}) == 16


@pytest.mark.parametrize("fault", [faults.hang(), faults.slow("header", 0.02), faults.slow("body", 0.1)])
def test_a_request_never_outlives_its_deadline(fault: Fault, server: WebServer) -> None:
    outside = Outside(deadline_seconds=0.3, patience_seconds=0.5)
    server.plant(fault, times=None)
    began = time.monotonic()
    with outside.line() as line, pytest.raises(Unreachable, match="within"):
        line.get(server.url)
    assert time.monotonic() - began < 1.0


def test_a_connection_the_server_let_go_of_is_not_used_again(server: WebServer, line: Line) -> None:
    def answer_and_leave(wire: Wire, right: Answer) -> bool:
        wire.send(head(right) + right.body)
        return False

    server.plant(answer_and_leave, times=None)
    for number in range(5):
        assert line.get(f"{server.url}/{number}").json() == {"path": f"/{number}"}
        while server.open_connections():  # its goodbye is on its way before the next request is
            time.sleep(0.001)
    assert server.paths() == [f"/{number}" for number in range(5)]


def test_all_tries_and_waits_together_are_bounded(server: WebServer) -> None:
    outside = Outside(patience_seconds=5.0)
    server.fail(500, times=None)
    for _ in range(3):
        with outside.line() as line, pytest.raises(ServerError):
            line.get(server.url)
    assert sum(outside.waits) < 15
    server.mend()
    server.plant(faults.hang())
    began = time.monotonic()
    with Outside(deadline_seconds=30, patience_seconds=0.3).line() as line, pytest.raises(Unreachable):
        line.get(server.url)
    assert time.monotonic() - began < 1.0
    server.fail(429, headers={"Retry-After": "6"})
    with outside.line() as line, pytest.raises(RateLimited):
        line.get(server.url)


@pytest.mark.parametrize("fault", [faults.hang(), faults.slow("header", 0.02), faults.slow("body", 0.1)])
def test_a_stop_is_seen_in_the_middle_of_a_request(fault: Fault, server: WebServer) -> None:
    outside = Outside(deadline_seconds=30)
    server.plant(fault)
    with outside.line() as line, stopped_after(outside.stopping, 0.1) as ago:
        with pytest.raises(Stopped):
            line.get(server.url)
        assert ago() < 0.5
        assert line.state["circuits"] == {}


def test_a_stop_is_seen_while_waiting_and_while_looking_a_name_up(server: WebServer) -> None:
    waiting = Outside(wait=None)
    server.fail(429, headers={"Retry-After": "9"})
    with waiting.line() as line, stopped_after(waiting.stopping, 0.1) as ago:
        with pytest.raises(Stopped):
            line.get(server.url)
        assert ago() < 0.5
    done = threading.Event()
    slow = Outside(resolve=takes_until(done), connect_seconds=9.0, deadline_seconds=9.0)
    with slow.line() as line, stopped_after(slow.stopping, 0.1) as ago:
        with pytest.raises(Stopped):
            line.get("http://slow.example/")
        assert ago() < 0.5
        with pytest.raises(Stopped):
            line.get(server.url)
    done.set()


def test_a_name_that_takes_too_long_or_is_not_known_is_unreachable() -> None:
    done = threading.Event()
    slow = Outside(resolve=takes_until(done), connect_seconds=0.1)
    with slow.line() as line, pytest.raises(Unreachable, match=r"within 0\.1 s"):
        line.get("http://slow.example/")
    done.set()

    with Outside(resolve=nobody_knows).line() as line, pytest.raises(Unreachable, match="looked up: Name or service"):
        line.get("http://nobody.example/")
    with Outside(resolve=leads_to()).line() as line, pytest.raises(Unreachable, match="no address"):
        line.get("http://nobody.example/")


def test_the_next_address_is_tried_when_one_does_not_answer(server: WebServer) -> None:
    outside = Outside(resolve=leads_to("::1", "127.0.0.1"))
    with outside.line() as line:
        assert line.get(f"http://feeds.example:{server.port}/x").json() == {"path": "/x"}
    assert server.log[0].headers["host"] == f"feeds.example:{server.port}"
    server.close()
    with outside.line() as line, pytest.raises(Unreachable, match="refused"):
        line.get(f"http://feeds.example:{server.port}/x")
