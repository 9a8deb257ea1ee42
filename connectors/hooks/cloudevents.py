"""CloudEvents 1.0 over HTTP -> parts: structured, batched, and binary with its attributes in ce- headers.

The last word of an event's type says what its data is: watchfloor.mention, com.example.case_event.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from connectors.clean import Unusable
from connectors.hooks.parts import Part
from connectors.hooks.strictjson import Doubled, loads

FORM_OF = {"mention": "mentions", "case": "cases", "case_event": "case_events", "deletion": "deleted"}
"""Our list for the last word of a type."""

_ATTRIBUTES = ("id", "source", "type")
_STRUCTURED, _BATCH = "application/cloudevents", "application/cloudevents-batch"
_JSON = re.compile(r"[^;/]+/(?:[^;/]+\+)?json", re.IGNORECASE)


def is_event(content_type: str, headers: Mapping[str, str]) -> bool:
    """Whether a delivery says that it is a CloudEvent. Header names are small."""
    return content_type.startswith(_STRUCTURED) or "ce-specversion" in headers or "ce-type" in headers


def events_of(content_type: str, headers: Mapping[str, str], body: bytes) -> Iterator[Part]:
    """The parts of every event in a delivery. Raises Unusable when it cannot be read as a whole."""
    if not content_type.startswith(_STRUCTURED):
        yield from event_parts(_binary(content_type, headers, body))
        return
    if not content_type.endswith("+json") and content_type != _STRUCTURED:
        raise Unusable("", "unknown_form", "of the CloudEvents formats only JSON is understood")
    value = loads(body)
    if content_type.startswith(_BATCH):
        if not isinstance(value, list):
            raise Unusable("", "unknown_form", "a batch of CloudEvents must be a list of events")
        for event in value:
            yield from event_parts(event)
    else:
        yield from event_parts(value)


def event_parts(event: Any) -> Iterator[Part]:
    """The parts of one event in its JSON form; an event that cannot be used is one part that says why."""
    try:
        form = _form_of(event)
        data = _data(event)
    except Unusable as wrong:
        yield Part("", event, wrong)
        return
    for one in data if isinstance(data, list) else [data]:
        yield Part(form, one)


def _form_of(event: Any) -> str:
    if not isinstance(event, dict):
        raise Unusable("", "not_an_object", "a CloudEvent must be an object in braces")
    if isinstance(event, Doubled):
        raise Unusable("", "doubled_key", "the CloudEvent gives a key twice; give each once")
    if event.get("specversion") != "1.0":
        raise Unusable("", "broken_event", 'specversion must be "1.0"')
    for name in _ATTRIBUTES:
        if not isinstance(event.get(name), str) or not event[name]:
            raise Unusable("", "broken_event", f"the CloudEvent lacks its {name}, a text that is not empty")
    form = FORM_OF.get(event["type"].rpartition(".")[2])
    if form is None:
        raise Unusable("", "unknown_type", f"the last word of the event's type must be one of {', '.join(FORM_OF)}")
    return form


def _data(event: Mapping[str, Any]) -> Any:
    kind = event.get("datacontenttype")
    if kind is not None and not (isinstance(kind, str) and _JSON.fullmatch(kind.partition(";")[0].strip())):
        raise Unusable("", "broken_event", "datacontenttype must be application/json, or left out")
    packed = event.get("data_base64")
    if packed is None:
        if event.get("data") is None:
            raise Unusable("", "broken_event", "the CloudEvent has no data: it must be a record, or a list of records")
        return event["data"]
    try:
        return loads(base64.b64decode(packed, validate=True))
    except (TypeError, ValueError, binascii.Error):
        raise Unusable("", "broken_event", "data_base64 is not base64") from None


def _binary(content_type: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """A binary event in its JSON form."""
    event: dict[str, Any] = {
        name.removeprefix("ce-"): _decoded(value) for name, value in headers.items() if name.startswith("ce-")
    }
    if content_type:
        event["datacontenttype"] = content_type
    event.pop("data_base64", None)
    event["data"] = loads(body)
    return event


def _decoded(value: str) -> str:
    """A header's value: quotes taken off as HTTP puts them on, then percent signs resolved once. Raises Unusable."""
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise Unusable("", "broken_event", "a ce- header holds percent signs that are not UTF-8") from None
