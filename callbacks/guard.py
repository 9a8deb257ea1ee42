"""What every request passes: the checks before it, the security headers, and scripts compressed once."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Sequence

from flask import Flask, Response, request

from callbacks.access import Access, host_of
from callbacks.hands import Hands

_PACKABLE = ("/_dash-component-suites/", "/assets/")
_TYPES = ("text/", "application/javascript", "application/json")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def register(server: Flask, hands: Hands) -> None:
    """Put the checks before every route of `server`: which name it is asked by, then who asks."""
    access = Access(hands)
    told = " and ".join(sorted(access.names - {"[::1]"}))

    @server.before_request
    def only_by_its_names() -> Response | None:
        # a page elsewhere could point its own name at this address and read the answers; it cannot forge this header
        host = host_of(request.host)
        if host in access.names:
            return None
        return Response(f'this server answers to {told}, not to "{host}"', 421, mimetype="text/plain")

    server.before_request(access.check)
    server.after_request(access.keep)


def dress(server: Flask, script_hashes: Sequence[str]) -> None:
    """Give every answer of `server` its headers. `script_hashes` are those of the inline scripts Dash itself writes."""
    policy = content_policy(script_hashes)
    packed = _Packed()

    @server.after_request
    def head(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers.update(_HEADERS)
        if not request.path.startswith(_PACKABLE):
            response.headers.setdefault("Cache-Control", "no-store")
        return packed.pack(response)


def content_policy(script_hashes: Sequence[str]) -> str:
    """The content security policy: everything from this host, no inline script but Dash's own, by hash."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


class _Packed:
    """Scripts and styles gzipped once per content: packing plotly.js for each visit costs a tenth of a second."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.Lock()

    def pack(self, response: Response) -> Response:
        if not self._is_packable(response):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        # by path alone: what a query adds is chosen by whoever asks, and would be kept for ever
        version = response.headers.get("ETag", str(len(body)))
        with self._lock:
            kept, packed = self._kept.get(request.path, ("", b""))
        if kept != version:
            packed = gzip.compress(body, 6, mtime=0)
            with self._lock:
                self._kept[request.path] = (version, packed)
        response.set_data(packed)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return response

    def _is_packable(self, response: Response) -> bool:
        return (
            response.status_code == 200
            and request.path.startswith(_PACKABLE)
            and "Content-Encoding" not in response.headers
            and (response.mimetype or "").startswith(_TYPES)
            and "gzip" in request.headers.get("Accept-Encoding", "")
        )
