"""Records that other programs post to us: verified at the door, kept as they came, read from there.

The door (callbacks/hooks.py) asks `receive` whether a delivery is genuine, and the ledger keeps its raw body. What it
says is found out here, later: a body that cannot be read is refused row by row and is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from pydantic import Field, field_validator

from connectors import contract
from connectors.contract import IO, Batch, Check, Cursor, Delivery, Misconfigured, Setup
from connectors.hooks.deliveries import place_of, read_delivery
from connectors.hooks.signature import HookRefused, Verified, key_of, verify
from connectors.hooks.told import Told
from connectors.records import Record, Refused

DELIVERIES = 200
"""Deliveries asked for at once."""

ROUNDS = 100
"""Askings per run: a sender that never rests must not keep a run from ending."""

RECORDS_PER_BATCH = 5_000
MOST_BYTES = 5_000_000
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")


class Options(contract.Options):
    """The options of a webhook source."""

    secret_env: str = Field(description="the environment variable that holds the secret deliveries are signed with")
    previous_secret_env: str | None = Field(
        default=None, description="the variable with the secret before that, accepted too while senders change over"
    )
    platform: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        pattern="^[^:]+$",
        description="the platform of records that name none",
    )
    max_bytes: int = Field(
        default=1_000_000, ge=1_000, le=MOST_BYTES, description="the largest body taken, at most 5,000,000 bytes"
    )

    @field_validator("secret_env", "previous_secret_env")
    @classmethod
    def _a_name(cls, value: str | None) -> str | None:
        # a secret pasted here by mistake would be told in every error about it; hardly one is all capital letters
        if value is not None and not _NAME.fullmatch(value):
            raise ValueError(
                "must be the name of an environment variable in capital letters, such as CARE_HOOK_SECRET, "
                "not the secret itself"
            )
        return value


class Source:
    """Reads the inbox in the order of arrival. That order is not trusted: records say themselves which is newer."""

    kind: ClassVar[str] = "webhook"
    summary: ClassVar[str] = "records that other programs post to /hooks/NAME, signed: our own JSON, or CloudEvents"
    Options: ClassVar[type[contract.Options]] = Options
    pushed: ClassVar[bool] = True
    # A delivery never changes: stopping at a wrong one would hold up all behind it for ever.
    judges_shape: ClassVar[bool] = False

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._name, self._secret = setup.name, setup.secret

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified:
        """Whether to take a delivery that came at `now` (aware UTC): its id and time of sending. Raises HookRefused."""
        if len(body) > self._options.max_bytes:
            raise HookRefused(413, f"the body has more than {self._options.max_bytes:,} bytes; send less at once")
        keys, _ = self._keys()
        if not keys:
            raise HookRefused(503, "signatures cannot be checked at the moment; send it again later")
        return verify(keys, headers, body, now)

    def check(self, io: IO) -> Check:
        """Whether the secrets are there."""
        _, problems = self._keys()
        if problems:
            return Check("misconfigured", "; ".join(problems))
        return Check("ok", f"waits at /hooks/{self._name} for at most {self._options.max_bytes:,} bytes at a time")

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Every delivery behind the cursor. Their numbers are the cursor, so the clock (`until`) has no say in it.

        A cursor that makes no sense starts from the first delivery: nothing is missed, and what is known writes
        nothing. Raises Misconfigured, after everything was read, when a secret is missing.
        """
        number = _number(cursor)
        if number and not io.inbox(number - 1, 1):
            # neither the last delivery read nor a later one is there: the inbox was emptied and counts anew
            number = 0
        for _ in range(ROUNDS):
            found = io.inbox(number, DELIVERIES)
            if not found or io.is_stopping():
                break
            yield from self._batches(found)
            number = found[-1].number
        _, problems = self._keys()
        if problems:
            raise Misconfigured("; ".join(problems))

    def redrive(self, io: IO, refused: Sequence[Refused]) -> Batch:
        """What refused rows become now: from their deliveries, or from the rows themselves where those are gone."""
        told, outcomes, read = Told(), list[Record | Refused](), dict[tuple[int, str], list[Record | Refused]]()
        for row in refused:
            place = place_of(row)
            if place not in read:
                kept = _at(io, place)
                read[place] = read_delivery(kept, self._options.platform, told) if kept else []
            now = read[place] if row.line is None else read[place][row.line - 1 : row.line]
            outcomes += now or self._from_row(row, io.now(), told)
        return _batch(outcomes, told, None)

    def _from_row(self, row: Refused, now: datetime, told: Told) -> list[Record | Refused]:
        delivery = Delivery(1, row.native_id or "", now, {}, row.raw.encode("utf-8", "backslashreplace"))
        outcomes = read_delivery(delivery, self._options.platform, told)
        if len(outcomes) == 1 and isinstance(outcomes[0], Refused):
            return [row]
        return [replace(one, file=row.file) if isinstance(one, Refused) else one for one in outcomes]

    def _batches(self, deliveries: Sequence[Delivery]) -> Iterator[Batch]:
        told, outcomes = Told(), list[Record | Refused]()
        for delivery in deliveries:
            outcomes += read_delivery(delivery, self._options.platform, told)
            if len(outcomes) >= RECORDS_PER_BATCH or delivery is deliveries[-1]:
                yield _batch(outcomes, told, {"v": 1, "number": delivery.number})
                told, outcomes = Told(), []

    def _keys(self) -> tuple[list[bytes], list[str]]:
        """The keys that can be used now, and what is wrong with the others, without their values."""
        keys, problems = list[bytes](), list[str]()
        options = self._options
        for option, name in (("secret_env", options.secret_env), ("previous_secret_env", options.previous_secret_env)):
            if name is None:
                continue
            secret = self._secret(name)
            try:
                if not secret:
                    raise ValueError("is not set in the environment; set it to the secret its sender signs with")
                keys.append(key_of(secret))
            except ValueError as error:
                problems.append(f"{option}: {name} {error}")
        return keys, problems


def _batch(outcomes: Sequence[Record | Refused], told: Told, cursor: Cursor | None) -> Batch:
    return Batch(
        records=tuple(one for one in outcomes if not isinstance(one, Refused)),
        refused=tuple(one for one in outcomes if isinstance(one, Refused)),
        raw=len(outcomes),
        cursor=cursor,
        notes=told.sentences(),
    )


def _at(io: IO, place: tuple[int, str]) -> Delivery | None:
    """The delivery of this number and id, while it is kept."""
    found = io.inbox(place[0] - 1, 1) if place[0] else ()
    return found[0] if found and (found[0].number, found[0].delivery_id) == place else None


def _number(cursor: Cursor | None) -> int:
    number = cursor.get("number") if isinstance(cursor, Mapping) and cursor.get("v") == 1 else 0
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**62 else 0
