"""What every request passes: the host check, the security headers, and scripts compressed once."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Sequence

from flask import Flask, Response, request

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_PACKABLE = ("/_dash-component-suites/", "/assets/")
_TYPES = ("text/", "application/javascript", "application/json")


def register(server: Flask, script_hashes: Sequence[str]) -> None:
    """Guard every route of `server`. `script_hashes` are those of the inline scripts Dash itself writes."""
    policy = content_policy(script_hashes)
    packed = _Packed()

    @server.before_request
    def only_this_machine() -> Response | None:
        # a page elsewhere could point its own name at 127.0.0.1 and read the answers; it cannot forge this header
        host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
        if host in LOCAL_NAMES:
            return None
        return Response(f'this server answers to 127.0.0.1 and localhost, not to "{host}"', 421, mimetype="text/plain")

    @server.after_request
    def head(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
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
