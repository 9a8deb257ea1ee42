"""Passwords: only what scrypt makes of one is kept, with the cost it was made at."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

SHORTEST, LONGEST = 10, 1024
"""Characters of a password. What is longer is no password, and is not hashed at length."""

N, R, P = 2**15, 8, 1
"""RFC 7914: 128 * N * R bytes of memory, 32 MiB; about a tenth of a second."""

_LEAST_LETTERS = 4
_NOBODY = f"scrypt${N}${R}${P}${'00' * 16}${'00' * 32}"
"""What is compared with when there is nobody by that name: it costs as much, and nothing fits it."""


def weakness(password: str, name: str) -> str | None:
    """Why `password` is refused for the person `name`, as a sentence; None when it is good."""
    if len(password) < SHORTEST:
        return f"the password has fewer than {SHORTEST} characters; take a longer one, such as four words"
    if len(password) > LONGEST:
        return f"the password has more than {LONGEST:,} characters; take a shorter one"
    if len(set(password)) < _LEAST_LETTERS:
        return "the password repeats the same few characters; take another one, such as four words"
    if password.casefold() == name.casefold():
        return "the password is the name; take another one, such as four words"
    return None


def hashed(password: str) -> str:
    """What is kept of `password`: scrypt$n$r$p$salt$hash, both in hex, with a new salt each time."""
    salt = secrets.token_bytes(16)
    return f"scrypt${N}${R}${P}${salt.hex()}${_scrypt(password, salt, N, R, P).hex()}"


def fits(password: str, kept: str | None) -> bool:
    """Whether `password` is the one of which `kept` was kept; None, for nobody, costs the same and never fits."""
    kind, n, r, p, salt, digest = (kept or _NOBODY).split("$")
    if kind != "scrypt":
        return False
    made = _scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(made, bytes.fromhex(digest)) and kept is not None


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # the same letters typed on another keyboard are the same password; half a letter is bytes too
    typed = unicodedata.normalize("NFC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=128 * r * (n + p + 2) + 1_000_000, dklen=32)
