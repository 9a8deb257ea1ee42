"""A delivery -> its records and refusals, in order. Whatever was posted, every part of it is one or the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from connectors import clean
from connectors.clean import Unusable
from connectors.contract import Delivery
from connectors.hooks.cloudevents import event_parts, events_of, is_event
from connectors.hooks.parts import Part
from connectors.hooks.records import EXTRA, RECORDS, Reading, read_record
from connectors.hooks.strictjson import Doubled, loads
from connectors.hooks.told import Told
from connectors.records import Record, Refused

MOST_PARTS = 20_000
"""A delivery that is nothing but short rubbish must not become half a million refused rows."""

_PLACE = re.compile(r"inbox/([1-9][0-9]{0,17})/(.+)", re.DOTALL)


def read_delivery(delivery: Delivery, platform: str | None, told: Told) -> list[Record | Refused]:
    """What a delivery says, part by part. One that cannot be read as a whole is one refusal without a line.

    A refusal's `file` is "inbox/NUMBER/ID" of its delivery, its `line` the place of the part, from 1. Times are held
    against the moment of receipt, so that reading it again gives the same.
    """
    reading = Reading(delivery.received_at, platform, told)
    try:
        parts = _parts(delivery, told)
    except Unusable as wrong:
        raw = delivery.body.decode("utf-8", "backslashreplace")
        return [_refusal(delivery, None, wrong, raw, delivery.delivery_id)]
    return [_outcome(delivery, place, part, reading) for place, part in enumerate(parts, 1)]


def place_of(refused: Refused) -> tuple[int, str]:
    """Number and id of the delivery a refusal comes from; 0 and "" when it names none."""
    found = _PLACE.fullmatch(refused.file or "")
    return (int(found[1]), found[2]) if found else (0, "")


def _outcome(delivery: Delivery, place: int, part: Part, reading: Reading) -> Record | Refused:
    if part.wrong is not None:
        return _refusal(delivery, place, part.wrong, part.value, delivery.delivery_id)
    try:
        return read_record(part.form, part.value, reading)
    except Unusable as wrong:
        # kept as a body of our own form: it can be read again without its delivery
        return _refusal(delivery, place, wrong, {part.form: [part.value]}, _native_id(part.value))


def _refusal(delivery: Delivery, place: int | None, wrong: Unusable, raw: Any, native_id: str | None) -> Refused:
    made = clean.refused(wrong, raw, native_id)
    return replace(made, file=f"inbox/{delivery.number}/{delivery.delivery_id}", line=place, field=wrong.field or None)


def _native_id(value: Any) -> str | None:
    given = value if isinstance(value, dict) else {}
    return clean.optional_text(given.get("item_id") or given.get("case_id"), 200)


def _parts(delivery: Delivery, told: Told) -> list[Part]:
    """All parts, before the first is used: a body that turns out to be broken gives no half result."""
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    if headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise Unusable("", "packed_body", "the body is packed; send it without a Content-Encoding")
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if is_event(content_type, headers):
        found = events_of(content_type, headers, delivery.body)
    else:
        found = _own(loads(delivery.body), told)
    parts = list(islice(found, MOST_PARTS + 1))
    if len(parts) > MOST_PARTS:
        raise Unusable("", "too_many_records", f"a delivery holds at most {MOST_PARTS:,} records; send fewer at once")
    return parts


def _own(value: Any, told: Told) -> Iterator[Part]:
    """The parts of our own form: lists of records by their names."""
    if isinstance(value, dict) and "specversion" in value:
        yield from event_parts(value)
        return
    if isinstance(value, Doubled):
        raise Unusable("", "doubled_key", "the body gives a key twice; give each once")
    if not isinstance(value, dict) or not RECORDS.keys() & value.keys():
        raise Unusable("", "unknown_form", f"the body must be an object with lists named {', '.join(RECORDS)}")
    yield from _lists(value, told)


def _lists(body: Mapping[str, Any], told: Told) -> Iterator[Part]:
    for name, several in body.items():
        if name not in RECORDS:
            told.add(EXTRA, name)
        elif isinstance(several, list):
            yield from (Part(name, one) for one in several)
        elif several is not None:
            yield Part("", {name: several}, Unusable("", "unknown_form", f"{name} must be a list of objects"))
