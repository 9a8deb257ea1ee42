"""The errors of the network door. Their tree is drawn at the top of connectors/http.py, which hands them on."""

from __future__ import annotations

from datetime import datetime

from connectors.contract import SourceDown


class HttpError(SourceDown):
    """A request that brought nothing."""


class Unreachable(HttpError):
    """No connection, no answer in time, or an answer that broke off."""


class ServerError(HttpError):
    """The server failed each time it was asked."""


class RateLimited(HttpError):
    """Asked to wait, until `until` (aware UTC)."""

    def __init__(self, sentence: str, until: datetime) -> None:
        super().__init__(sentence)
        self.until = until


class CircuitOpen(HttpError):
    """Failed too often in a row; closed to us by ourselves until `until` (aware UTC)."""

    def __init__(self, sentence: str, until: datetime) -> None:
        super().__init__(sentence)
        self.until = until


class AuthFailed(HttpError):
    """The server wants a key, or does not take the one it got."""


class Blocked(HttpError):
    """A web page where data should be."""


class NotThere(HttpError):
    """The address or the options are wrong."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Broken(HttpError):
    """The body is not what its type says."""


class TooBig(HttpError):
    """More bytes than a body may have."""


class ForbiddenAddress(HttpError):
    """An address this source must not ask."""


class Stopped(HttpError):
    """The process ends."""
