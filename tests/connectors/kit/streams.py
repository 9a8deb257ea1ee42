"""A websocket server on the loopback, for tests of the door; what it does with a client is handed in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


class Streams:
    """Where it listens, and with what its clients came."""

    def __init__(self) -> None:
        self.url = ""
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.closing = threading.Event()


@contextmanager
def streaming(act: Callable[[ServerConnection, Streams], None], **options: Any) -> Iterator[Streams]:
    """Serve websockets; `act` runs for each client, on its own thread, and the connection is closed after it."""
    streams = Streams()

    def handle(client: ServerConnection) -> None:
        assert client.request is not None
        streams.headers.append({name.lower(): value for name, value in client.request.headers.raw_items()})
        streams.paths.append(client.request.path)
        with suppress(ConnectionClosed, OSError):
            act(client, streams)

    quiet = logging.Logger("kit", logging.CRITICAL)
    with serve(handle, "127.0.0.1", 0, logger=quiet, close_timeout=0.5, max_size=2**23, **options) as server:
        streams.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever, name="kit-streams")
        thread.start()
        try:
            yield streams
        finally:
            streams.closing.set()
            server.shutdown()
            thread.join(5)
