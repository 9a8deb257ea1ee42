"""Somebody who posts to us, and the part of the house that takes it in.

headers = signed(body, at=clock())                       # the three headers of Standard Webhooks
sender = Sender("http://127.0.0.1:8050/hooks/care", clock)
sender.post({"mentions": [...]})                         # signs and posts; gives the answer
sender.post(body, delivery_id="msg_1", secret=OLD_SECRET, headers={"content-type": "..."})

box = Postbox(source, clock)                             # verify, drop what is known, keep the raw body
box.receive("care", headers, body)                       # (202, "taken"), (202, "known already"), (401, ...)
list(source.read(box, None, clock()))                    # a Postbox is also the IO of a run
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

from connectors.contract import Budget, Delivery, Reply
from connectors.hooks.signature import HookRefused, Verified
from tests.conftest import FakeClock

KEY, OLD_KEY, WRONG_KEY = (f"only for tests: {word} key".ljust(32, "!").encode() for word in ("new", "old", "wrong"))
SECRET, OLD_SECRET, WRONG_SECRET = (
    "whsec_" + base64.b64encode(key).decode("ascii") for key in (KEY, OLD_KEY, WRONG_KEY)
)


def signature(key: bytes, delivery_id: str, stamp: str, body: bytes) -> str:
    """One v1 signature."""
    digest = hmac.new(key, f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


def signed(body: bytes, *, at: datetime, delivery_id: str = "msg_1", secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery sent at `at`."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(key, delivery_id, stamp, body),
    }


def as_bytes(body: Any) -> bytes:
    """A body as it is posted: bytes as they are, everything else as JSON."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


class Sender:
    """Posts to a running server. Each delivery has an id of its own unless one is given."""

    def __init__(self, url: str, clock: FakeClock, secret: str = SECRET) -> None:
        self.url, self.clock, self.secret, self._count = url, clock, secret, 0
        self._client = httpx.Client(trust_env=False, timeout=10)

    def post(
        self,
        body: Any,
        *,
        delivery_id: str | None = None,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        in_chunks: int = 0,
    ) -> httpx.Response:
        """Sign `body` and post it; with `in_chunks` without saying its length, so many bytes at a time."""
        self._count += 1
        raw = as_bytes(body)
        sign = signed(
            raw, at=self.clock(), delivery_id=delivery_id or f"msg_{self._count}", secret=secret or self.secret
        )
        content: bytes | Iterable[bytes] = raw
        if in_chunks:
            content = (raw[start : start + in_chunks] for start in range(0, len(raw), in_chunks))
        kind = {"content-type": "application/json"}
        return self._client.post(self.url, content=content, headers={**kind, **sign, **(headers or {})})

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Receiving(Protocol):
    """A source that takes deliveries."""

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified: ...


class Postbox:
    """What the house does with a delivery, in small; also the IO that gives it back."""

    def __init__(self, source: Receiving | None = None, clock: FakeClock | None = None, name: str = "care") -> None:
        self.source, self.clock, self.name = source, clock or FakeClock(), name
        self.deliveries: list[Delivery] = []
        self.asked: list[tuple[int, int]] = []
        self.stopping = False

    def receive(self, source: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """What the door answers."""
        if source != self.name or self.source is None:
            return 404, "there is no webhook source of this name"
        try:
            verified = self.source.receive(headers, body, self.clock())
        except HookRefused as refused:
            return refused.status, refused.sentence
        if any(one.delivery_id == verified.delivery_id for one in self.deliveries):
            return 202, "known already"
        self.put(body, headers, verified.delivery_id)
        return 202, "taken"

    def put(self, body: Any, headers: Mapping[str, str] | None = None, delivery_id: str | None = None) -> Delivery:
        """Keep a body without asking who sent it."""
        number = len(self.deliveries) + 1
        kept = Delivery(number, delivery_id or f"msg_{number}", self.clock(), dict(headers or {}), as_bytes(body))
        self.deliveries.append(kept)
        return kept

    # what IO lends

    def now(self) -> datetime:
        return self.clock()

    def has_receipt(self, receipt: str) -> bool:
        return False

    since: datetime | None = None
    opened_at: datetime | None = None
    is_sweep: bool = False

    def is_stopping(self) -> bool:
        return self.stopping

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        accept: Collection[int] = (),
    ) -> Reply:
        raise AssertionError("a webhook source asks nobody")

    def listen(self, url: str) -> AbstractContextManager[Any]:
        raise AssertionError("a webhook source asks nobody")

    def inbox(self, after: int, limit: int) -> Sequence[Delivery]:
        self.asked.append((after, limit))
        start = next((place for place, one in enumerate(self.deliveries) if one.number > after), None)
        return [] if start is None else self.deliveries[start : start + limit]
