"""A websocket over a bounded connection: messages as they come, None for each second without one.

The protocol is the websockets library's, the connection is ours: so the address was judged, every wait looks whether
the process ends, and no thread is needed.
"""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Iterator

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus, PayloadTooBig
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import CLOSED, CONNECTING, OPEN
from websockets.uri import parse_uri

from connectors.net.addresses import Address
from connectors.net.errors import HttpError, TooBig, Unreachable
from connectors.net.wire import Wire

MESSAGE_LIMIT = 2**20
QUIET_SECONDS = 20.0
"""After so long without a byte a ping is sent; after twice that the connection counts as broken."""

CLOSE_SECONDS = 1.0
_READ_BYTES = 65_536
_silent = logging.Logger("connectors.net.stream", logging.CRITICAL + 1)
"""The library would write whole requests into the log, and a request may hold a key."""


class Refused(Exception):
    """The server did not open a websocket but answered so."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.raw_items()}
        self.body = bytes(response.body or b"")


class Stream:
    """One websocket. `bound` sets how many seconds whatever happens on its wire may take from now on."""

    def __init__(
        self,
        here: Address,
        wire: Wire,
        bound: Callable[[float], None],
        agent: str,
        monotonic: Callable[[], float],
    ) -> None:
        self._shown, self._wire, self._bound = here.shown, wire, bound
        self._monotonic, self._quiet = monotonic, QUIET_SECONDS
        self._partial: bytearray = bytearray()
        self._is_text = True
        self._protocol = ClientProtocol(
            parse_uri(str(here.url)),
            extensions=[ClientPerMessageDeflateFactory(compress_settings={"memLevel": 5})],
            max_size=MESSAGE_LIMIT,
            logger=_silent,
        )
        request = self._protocol.connect()
        request.headers["User-Agent"] = agent
        if here.login:
            request.headers["Authorization"] = here.login
        self._protocol.send_request(request)

    def open(self) -> None:
        """Shake hands. Raises Refused, Unreachable, Stopped."""
        self._flush()
        while self._protocol.state is CONNECTING and not self._protocol.handshake_exc:
            self._feed(self._wire.read(_READ_BYTES))
        if self._protocol.handshake_exc:
            raise self._refusal(self._protocol.handshake_exc) from None
        self._bound(math.inf)

    def messages(self) -> Iterator[str | bytes | None]:
        """Text and binary messages for ever, and None for each second without. Raises Unreachable, TooBig, Stopped."""
        last, quiet = self._monotonic(), 0.0
        while True:
            for message in self._arrived():
                yield message
                last = self._monotonic()
            if isinstance(self._protocol.parser_exc, PayloadTooBig):
                raise TooBig(f"{self._shown} sent a message of over {MESSAGE_LIMIT / 1e6:.3g} MB")
            if self._protocol.state is CLOSED or self._protocol.close_expected():
                raise Unreachable(f"{self._shown} ended the stream{self._code()}")
            began = self._monotonic()
            data = self._wire.glance(_READ_BYTES)
            quiet = 0.0 if data else self._waited(quiet, self._monotonic() - began)
            if data is not None:
                self._feed(data)
            elif self._monotonic() - last >= 1.0:
                yield None
                last = self._monotonic()

    def close(self) -> None:
        """Say goodbye, wait at most CLOSE_SECONDS for an answer, and let go."""
        with contextlib.suppress(HttpError):
            self._bound(CLOSE_SECONDS)
            if self._protocol.state is OPEN:
                self._protocol.send_close(1000)
                self._flush()
                while self._protocol.state is not CLOSED:
                    self._feed(self._wire.read(_READ_BYTES))
                    self._protocol.events_received()
        self._wire.close()

    def _waited(self, quiet: float, more: float) -> float:
        """Only our own waiting counts: while a batch is committed nobody listens, and nothing is wrong."""
        if quiet + more >= 2 * self._quiet:
            raise Unreachable(f"{self._shown} said nothing for {2 * self._quiet:.3g} s, not even to a ping")
        if quiet < self._quiet <= quiet + more:
            self._protocol.send_ping(b"there?")
            self._flush()
        return quiet + more

    def _arrived(self) -> Iterator[str | bytes]:
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                if event.opcode is not Opcode.CONT:
                    self._partial, self._is_text = bytearray(), event.opcode is Opcode.TEXT
                self._partial += event.data
                if event.fin:
                    whole, self._partial = bytes(self._partial), bytearray()
                    yield whole.decode("utf-8", "replace") if self._is_text else whole

    def _feed(self, data: bytes) -> None:
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._flush()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._wire.write(data)

    def _refusal(self, error: Exception) -> Exception:
        if isinstance(error, InvalidStatus):
            return Refused(error.response)
        said = "is no websocket" if isinstance(error, InvalidHandshake) else "broke off while shaking hands"
        return Unreachable(f"{self._shown} {said}")

    def _code(self) -> str:
        code = self._protocol.close_code
        return f" with code {code}" if code and code != 1006 else " without a word"
