"""How a web server can misbehave. Each function gives a fault for `WebServer.plant`."""

from __future__ import annotations

import gzip
import socket
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from tests.connectors.kit.web import Answer, Fault, Wire, head


def instead(answer: Answer) -> Fault:
    """Another answer, whole and well-formed."""

    def fault(wire: Wire, _: Answer) -> bool:
        wire.send(head(answer) + answer.body)
        return True

    return fault


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Fault:
    """Another status."""
    return instead(Answer(code, headers or {}, body))


def page(code: int = 200, captcha: bool = False) -> Fault:
    """A web page where data should be."""
    words = "Verify you are human: solve the captcha" if captcha else "We are doing some maintenance"
    body = f"<!DOCTYPE html><html><head><title>Hello</title></head><body>{words}</body></html>".encode()
    return status(code, {"Content-Type": "text/html; charset=utf-8"}, body)


def empty(code: int = 200) -> Fault:
    """A good status and no body."""
    return status(code, {"Content-Type": "application/json"})


def redirect(to: str, code: int = 302) -> Fault:
    """Somewhere else."""
    return status(code, {"Location": to})


def retry_later(seconds: float, now: datetime, form: Literal["seconds", "float", "date"] = "seconds") -> Fault:
    """429 with Retry-After in one of its forms."""
    moment = datetime.fromtimestamp(now.timestamp() + seconds, UTC)
    forms = {"seconds": f"{seconds:.0f}", "float": f"{seconds:.3f}", "date": format_datetime(moment, usegmt=True)}
    date = format_datetime(now.astimezone(UTC), usegmt=True)
    return status(429, {"Retry-After": forms[form], "Date": date})


def truncated(how: Literal["length", "chunked", "close"] = "length", keep: float = 0.5) -> Fault:
    """The right answer cut off after the share `keep` of its body. After "close" nobody can tell by HTTP."""

    def fault(wire: Wire, right: Answer) -> bool:
        part = right.body[: int(len(right.body) * keep)]
        if how == "chunked":
            chunked = Answer(right.status, {**right.headers, "Transfer-Encoding": "chunked"})
            wire.send(head(chunked) + f"{len(right.body):x}\r\n".encode() + part)
        else:
            wire.send(head(right, len(right.body) if how == "length" else -1) + part)
        return False

    return fault


def chunked(size: int = 7) -> Fault:
    """The right answer in small chunks: nothing is wrong with it."""

    def fault(wire: Wire, right: Answer) -> bool:
        wire.send(head(Answer(right.status, {**right.headers, "Transfer-Encoding": "chunked"})))
        for start in range(0, len(right.body), size):
            part = right.body[start : start + size]
            wire.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        wire.send(b"0\r\n\r\n")
        return True

    return fault


def reset() -> Fault:
    """The connection is reset before a byte is said."""

    def fault(wire: Wire, _: Answer) -> bool:
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return fault


def hang() -> Fault:
    """The request is taken and never answered."""

    def fault(wire: Wire, _: Answer) -> bool:
        wire.hang()
        return False

    return fault


def slow(part: Literal["header", "body"] = "body", seconds: float = 0.05) -> Fault:
    """The head or the body comes byte by byte, `seconds` after each: no single read ever times out."""

    def fault(wire: Wire, right: Answer) -> bool:
        if part == "header":
            wire.drip(head(right), seconds)
            wire.send(right.body)
        else:
            wire.send(head(right))
            wire.drip(right.body, seconds)
        return True

    return fault


def bomb(mebibytes: int = 200, coding: Literal["gzip", "deflate"] = "gzip") -> Fault:
    """A small body that unpacks to many mebibytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    block = b" " * 2**20
    body = b"".join([packer.compress(block) for _ in range(mebibytes)]) + packer.flush()
    return status(200, {"Content-Type": "application/json", "Content-Encoding": coding}, body)


def packed(coding: Literal["gzip", "deflate", "raw deflate", "x-gzip"] = "gzip", keep: float = 1.0) -> Fault:
    """The right answer packed; with `keep` below 1 the packed bytes end early while HTTP says all is well."""

    def fault(wire: Wire, right: Answer) -> bool:
        if coding.endswith("gzip"):
            body = gzip.compress(right.body)
        else:
            packer = zlib.compressobj(wbits=-15 if coding == "raw deflate" else 15)
            body = packer.compress(right.body) + packer.flush()
        body = body[: int(len(body) * keep)]
        wire.send(head(Answer(right.status, {**right.headers, "Content-Encoding": coding.split()[-1]}, body)) + body)
        return True

    return fault


def letters(encoding: str, says: str | None = None, mark: bytes = b"") -> Fault:
    """The right answer (UTF-8) in other letters: encoded so, called `says`, with a byte order mark in front."""

    def fault(wire: Wire, right: Answer) -> bool:
        body = mark + right.body.decode("utf-8").encode(encoding)
        kind = {"Content-Type": f"application/json; charset={says}" if says else "application/json"}
        wire.send(head(Answer(right.status, {**right.headers, **kind}, body)) + body)
        return True

    return fault


def garbage(data: bytes = b"\x16\x03\x01\x00 not HTTP at all\r\n\r\n") -> Fault:
    """Bytes that are no HTTP."""

    def fault(wire: Wire, _: Answer) -> bool:
        wire.send(data)
        return False

    return fault
