"""Whether a delivery was sent by somebody who knows the secret: Standard Webhooks, on the bytes as they came.

HookRefused    the delivery is not taken: an HTTP status and a sentence for its sender
├── 400        its id or its time is missing, wrong, or too far from now
├── 401        no signature, or none made with a secret of ours over exactly these bytes
├── 413        more bytes than this source takes
└── 503        this source cannot check signatures at the moment
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
LEAST_SECRET_BYTES = 24
_PREFIX = "whsec_"
# Neither may hold a full stop: id, time and body are signed with one between them, and must come apart in one way only.
_ID = re.compile(r"[!-\-/-~]{1,255}")
_SECONDS = re.compile(r"[0-9]{1,11}")


class HookRefused(Exception):
    """A delivery that is not taken: `status` for HTTP, `sentence` for whoever sent it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True, slots=True)
class Verified:
    """A delivery that is what its sender sent: the sender's id for it, and when it was sent (aware UTC)."""

    delivery_id: str
    sent_at: datetime


def key_of(secret: str) -> bytes:
    """The key of a secret: what stands in base64 behind whsec_, or the bytes of any other text.

    Raises ValueError with a sentence that does not hold the secret.
    """
    text = secret.strip()
    if text.startswith(_PREFIX):
        digits = text.removeprefix(_PREFIX).rstrip("=")
        try:
            key = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("begins with whsec_, and what follows is not base64; copy the whole secret") from None
    else:
        key = text.encode("utf-8", "surrogateescape")
    if len(key) < LEAST_SECRET_BYTES:
        raise ValueError(f"is {len(key)} bytes long, and {LEAST_SECRET_BYTES} are the least; take a longer random one")
    return key


def verify(
    secrets: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime, tolerance: timedelta = TOLERANCE
) -> Verified:
    """The id and the time of a delivery that one of the keys `secrets` signed within `tolerance` of `now` (aware UTC).

    Header names may be in any case. Raises HookRefused.
    """
    small = {name.lower(): value.strip() for name, value in headers.items()}
    signatures = small.get("webhook-signature")
    if not signatures:
        raise HookRefused(401, "the delivery is not signed: it needs the headers of Standard Webhooks")
    delivery_id, stamp = small.get("webhook-id", ""), small.get("webhook-timestamp", "")
    if not _ID.fullmatch(delivery_id):
        raise HookRefused(400, "webhook-id must be 1 to 255 visible ASCII characters without a full stop")
    if not _SECONDS.fullmatch(stamp):
        raise HookRefused(400, "webhook-timestamp must be whole seconds since 1970")
    if not _is_signed(secrets, signatures, f"{delivery_id}.{stamp}.".encode("ascii"), body):
        sentence = (
            "no v1 signature fits: sign id.timestamp.body with the current secret, the body byte for byte as sent"
        )
        raise HookRefused(401, sentence)
    sent_at = datetime.fromtimestamp(int(stamp), UTC)
    _near(sent_at, now, tolerance)
    return Verified(delivery_id, sent_at)


def _is_signed(secrets: Sequence[bytes], signatures: str, head: bytes, body: bytes) -> bool:
    """Whether any signature is that of any secret. Every pair is compared, so that time does not tell which it was."""
    given = [part[3:].encode("utf-8", "replace") for part in signatures.split() if part.startswith("v1,")]
    fits = False
    for secret in secrets:
        digest = hmac.new(secret, head, hashlib.sha256)
        digest.update(body)
        expected = base64.b64encode(digest.digest())
        for one in given:
            fits |= hmac.compare_digest(expected, one)
    return fits


def _near(sent_at: datetime, now: datetime, tolerance: timedelta) -> None:
    apart = abs(now - sent_at)
    if apart <= tolerance:
        return
    way = "ago" if sent_at < now else "from now"
    most = f"{tolerance.total_seconds():.0f} seconds"
    sentence = f"webhook-timestamp is {apart.total_seconds():,.0f} seconds {way}, and {most} are the most"
    raise HookRefused(400, f"{sentence}: send it again with the time of this attempt, and look at the sender's clock")
