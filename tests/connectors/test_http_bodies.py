"""What an answer holds: packed bodies with a cap, wrong letters, poisoned JSON, pages where data should be."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clean import storable
from connectors.http import AuthFailed, Blocked, Broken, HttpError, Line, TooBig
from connectors.net import bodies
from tests.connectors.kit import faults
from tests.connectors.kit.lines import Outside
from tests.connectors.kit.web import Answer, Fault, WebServer, Wire

WORDS = {"text": "Grüße 😀", "n": 12}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer(answer=lambda _: Answer.json(WORDS)) as server:
        yield server


@pytest.fixture
def line() -> Iterator[Line]:
    with Outside(body_limit=1_000_000).line() as line:
        yield line


@pytest.mark.parametrize(
    "fault",
    [
        faults.packed("gzip"),
        faults.packed("x-gzip"),
        faults.packed("deflate"),
        faults.packed("raw deflate"),
        faults.chunked(),
        faults.letters("utf-8", mark=b"\xef\xbb\xbf"),
        faults.letters("utf-8", says="latin-1"),
        faults.letters("utf-16"),
        faults.letters("utf-16-le", says="utf-8"),
        faults.letters("utf-8", says="nonsense-9"),
    ],
)
def test_json_is_read_however_it_is_packed_and_lettered(fault: Fault, server: WebServer, line: Line) -> None:
    server.plant(fault)
    assert line.get(server.url).json() == WORDS


def test_letters_that_are_not_utf_8_are_believed_where_they_are_named_and_broken_where_not(
    server: WebServer, line: Line
) -> None:
    latin = '{"text": "Grüße"}'.encode("latin-1")
    server.plant(faults.status(200, {"Content-Type": "application/json; charset=ISO-8859-1"}, latin))
    assert line.get(server.url).json() == {"text": "Grüße"}
    for kind in ("application/json", "application/json; charset=utf-8", "application/json; charset=nonsense-9"):
        server.plant(faults.status(200, {"Content-Type": kind}, latin))
        reply = line.get(server.url)
        with pytest.raises(Broken, match="letters"):
            reply.json()


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_costs_no_memory(coding: str, server: WebServer, line: Line) -> None:
    fault = faults.bomb(200, "gzip" if coding == "gzip" else "deflate")
    server.plant(fault)
    tracemalloc.start()
    try:
        with pytest.raises(TooBig, match="over 1 MB"):
            line.get(server.url)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000  # of the 200 MB it holds; the packed 200 kB are in it twice, on both sides
    assert len(server.log) == 1


def test_a_body_may_be_as_big_as_the_limit_and_not_a_byte_bigger(server: WebServer, line: Line) -> None:
    for size, is_fine in ((1_000_000, True), (1_000_001, False)):
        for body, coding in ((b" " * size, "identity"), (gzip.compress(b" " * size), "gzip")):
            server.plant(faults.status(200, {"Content-Encoding": coding}, body))
            if is_fine:
                assert len(line.get(server.url).body) == size
            else:
                with pytest.raises(TooBig, match=r"127\.0\.0\.1"):
                    line.get(server.url)


def test_a_body_that_never_ends_is_cut_off_though_nothing_unpacks_from_it() -> None:
    def for_ever() -> Iterator[bytes]:
        while True:
            yield gzip.compress(b"") * 1000

    with pytest.raises(TooBig):
        bodies.unpacked(for_ever(), "gzip", 100_000, "it")


def test_several_gzip_files_in_one_body_are_one_body() -> None:
    parts = gzip.compress(b"one ") + gzip.compress(b"two")
    for size in (1, 7, 1000):
        chunks = [parts[start : start + size] for start in range(0, len(parts), size)]
        assert bodies.unpacked(chunks, "gzip", 1000, "it") == b"one two"


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate"]), st.integers(1, 50), st.integers(0, 3100))
def test_what_is_unpacked_is_what_was_packed_or_too_big(data: bytes, coding: str, size: int, limit: int) -> None:
    packed = gzip.compress(data) if coding == "gzip" else zlib.compress(data)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    try:
        assert bodies.unpacked(chunks, coding, limit, "it") == data
    except TooBig:
        assert len(data) > limit or len(packed) > limit


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate", "br", "gzip, gzip"]))
def test_no_bytes_crash_the_unpacking_or_the_json(data: bytes, coding: str) -> None:
    try:
        body = bodies.unpacked([data], coding, 10_000, "it")
        bodies.Answered(200, {}, body, "u", "it", lambda _: None).json()
    except HttpError:
        pass


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_a_packing_nobody_asked_for_is_broken(coding: str, server: WebServer, line: Line) -> None:
    server.plant(faults.status(200, {"Content-Encoding": coding}, b"\x00\x01"))
    with pytest.raises(Broken, match="not asked for"):
        line.get(server.url)
    assert len(server.log) == 1


def test_what_is_called_gzip_and_is_not_is_broken(server: WebServer, line: Line) -> None:
    server.plant(faults.status(200, {"Content-Encoding": "gzip"}, b'{"a": 1}'))
    with pytest.raises(Broken, match="unpacked"):
        line.get(server.url)


def parsed(line: Line, server: WebServer, body: bytes) -> object:
    server.plant(faults.status(200, {"Content-Type": "application/json"}, body))
    return line.get(server.url).json()


def test_numbers_no_database_keeps_are_none(server: WebServer, line: Line) -> None:
    body = b"[NaN, Infinity, -Infinity, 1e400, -1e400, 1.5, 9223372036854775808, " + b"9" * 5000 + b"]"
    assert parsed(line, server, body) == [None, None, None, None, None, 1.5, 2**63, None]


def test_half_a_surrogate_pair_comes_through_and_is_made_storable_later(server: WebServer, line: Line) -> None:
    for body in (b'{"text": "a\\ud83db"}', b'{"text": "a\xed\xa0\xbdb"}'):
        read = parsed(line, server, body)
        assert read == {"text": "a\ud83db"}
        assert storable("a\ud83db") == "a\ufffdb"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing in it"),
        (b" \r\n", "nothing in it"),
        (b'{"data": [1, 2', "not JSON, at letter 14"),
        (b"[" * 100_000, "too deep"),
        (b"<?xml version='1.0'?><rss/>", "not JSON"),
        (b"<rss/>", "not JSON"),
        (b"Rate limit: one request per 5 s", "not JSON"),
        (b"{'a': 1}", "not JSON"),
    ],
)
def test_what_is_not_json_is_broken_and_says_where(body: bytes, words: str, server: WebServer, line: Line) -> None:
    server.plant(faults.status(200, {}, body))
    reply = line.get(server.url)
    with pytest.raises(Broken, match=words):
        reply.json()
    assert line.state["circuits"] == {}


def test_a_connection_closed_early_is_seen_as_broken_json(server: WebServer, line: Line) -> None:
    server.plant(faults.truncated("close"))
    reply = line.get(server.url)
    with pytest.raises(Broken, match="cut off"):
        reply.json()


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>", b"\xef\xbb\xbf  <HTML>", b"\n<head><title>x", b"<p>Hello"])
def test_a_page_where_json_should_be_is_blocked(body: bytes, server: WebServer, line: Line) -> None:
    kind = {"Content-Type": "text/html"} if body.startswith(b"<p") else {"Content-Type": "application/json"}
    server.plant(faults.status(200, kind, body))
    reply = line.get(server.url)
    assert reply.body == body  # who wants bytes gets them
    with pytest.raises(Blocked, match="web page"):
        reply.json()


def test_json_that_is_called_a_page_is_still_json(server: WebServer, line: Line) -> None:
    server.plant(faults.status(200, {"Content-Type": "text/html"}, b'{"a": 1}'))
    assert line.get(server.url).json() == {"a": 1}


@pytest.mark.parametrize("how", ["length", "chunked"])
def test_a_broken_off_error_page_hides_no_error(how: str, server: WebServer, line: Line) -> None:
    def refuse(wire: Wire, right: Answer) -> bool:
        wrong = Answer(403, {"Content-Type": "text/html"}, b"<html>" + right.body)
        return faults.truncated("length" if how == "length" else "chunked")(wire, wrong)

    server.plant(refuse)
    with pytest.raises(AuthFailed):
        line.get(server.url)
