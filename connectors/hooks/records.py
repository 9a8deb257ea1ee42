"""One JSON object -> one record, strictly: a form per kind of record, generated from the record itself.

The names are those of connectors/records.py. A wrong value refuses its record and names the field; null is left out;
a key no field has is told and not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo
from pydantic import create_model as make_model

from connectors import clean
from connectors.clean import Unusable
from connectors.hooks.strictjson import Doubled
from connectors.hooks.told import Told
from connectors.records import ACTOR_KINDS, EVENT_KINDS, VISIBILITIES, Case, CaseEvent, Mention, Record, Tombstone

RECORDS: dict[str, type[Record]] = {"mentions": Mention, "cases": Case, "case_events": CaseEvent, "deleted": Tombstone}
"""What a list of each name holds."""

LINKS = frozenset({"item_id", "case_id", "parent_id", "conversation_id", "other_case_id"})
"""Ids of things on a platform: they are kept as `platform:native id`."""

NOT_ASKED = frozenset({"is_ordered"})
"""How a source behaves is not for its sender to say."""

EXTRA = "keys that are no field of ours were not used"
MENDED = "texts with NUL or half a surrogate pair: U+FFFD stands in its place"
OTHER = 'kinds of event that are not ours were kept as "other"'
_INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a record depends on: no time lies more than a day after `until` (aware UTC); `platform` is that of
    records that name none; what is worth a word goes to `told`."""

    until: datetime
    platform: str | None
    told: Told


def read_record(form: str, value: Any, reading: Reading) -> Record:
    """The record of one JSON value; `form` is a key of RECORDS. Raises Unusable."""
    if not isinstance(value, dict):
        raise Unusable("", "not_an_object", f"each of {form} must be an object in braces")
    if isinstance(value, Doubled):
        field = value.key if value.key in FORMS[form].model_fields else ""
        raise Unusable(field, "doubled_key", "a key is given twice, and nobody can know which is meant; give each once")
    given = {key: _storable(key, one, reading.told) for key, one in value.items() if one is not None}
    if reading.platform is not None:
        given.setdefault("platform", reading.platform)
    try:
        filled = FORMS[form].model_validate(given, context=reading)
    except ValidationError as error:
        raise _unusable(error) from None
    for key in value:
        if key not in FORMS[form].model_fields:
            reading.told.add(EXTRA, key)
    return _record(form, dict(filled), reading)


def _record(form: str, values: dict[str, Any], reading: Reading) -> Record:
    platform = values["platform"] = values["platform"].lower()
    if ":" in platform:
        raise Unusable("platform", "wrong_value", "platform must not hold a colon: it stands before an id with one")
    for name in LINKS & values.keys():
        values[name] = values[name] and _with_platform(name, values[name], platform)
    if form == "deleted" and (values["item_id"] is None) == (values["author_id"] is None):
        raise Unusable("item_id", "wrong_value", "give either the item_id or the author_id of what was deleted")
    if form == "case_events":
        _of_our_kind(values, reading.told)
    if "brands" in values:
        values["brands"] = tuple(values["brands"])
    return RECORDS[form](**values)


def _with_platform(name: str, given: str, platform: str) -> str:
    prefix = platform + ":"
    native = given.removeprefix(prefix)
    if not native:
        raise Unusable(name, "missing_id", f'{name} has nothing after "{prefix}"')
    return prefix + native


def _of_our_kind(values: dict[str, Any], told: Told) -> None:
    kind = values["kind"]
    values["kind"] = kind.lower()
    if values["kind"] not in EVENT_KINDS:
        if values["kind"] != "other":
            told.add(OTHER, kind)
        values["kind"], values["source_words"] = "other", values["source_words"] or kind


def _storable(key: str, value: Any, told: Told) -> Any:
    """Texts as they can be kept; an id is not mended, since a mended one is another's."""
    if isinstance(value, list):
        return [_storable(key, one, told) if isinstance(one, str) else one for one in value]
    if not isinstance(value, str):
        return value
    kept = clean.storable(value)
    if kept == value:
        return value
    if key.endswith("_id") or key == "platform":
        raise Unusable(
            clean.storable(key)[:60], "bad_text", "an id holds NUL or half a surrogate pair; send it as it is"
        )
    told.add(MENDED, key)
    return kept


# the forms


def _moment(value: Any, info: ValidationInfo) -> datetime:
    name = str(info.field_name)
    if not isinstance(value, str):
        raise Unusable(name, "unreadable_time", f"{name} must be a text such as 2026-11-21T12:00:00Z")
    context: Any = info.context
    return clean.moment(value, context.until, name)


def _post(value: Any, info: ValidationInfo) -> str:
    return clean.post_text(value, str(info.field_name))


def _address(value: Any, info: ValidationInfo) -> str | None:
    found = clean.web_address(value)
    if found is None:
        raise Unusable(str(info.field_name), "wrong_address", f"{info.field_name} must be an http or https address")
    return found


def _filled(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _text(most: int, least: int = 0) -> Any:
    return Annotated[str, StringConstraints(strip_whitespace=True, min_length=least, max_length=most)]


_Brand = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
_COUNT = Annotated[int, Field(ge=0, le=_INT64)]
_BY_NAME: dict[str, Any] = {
    "url": Annotated[str, BeforeValidator(_address)],
    "author_followers_count": _COUNT,
    "reach_count": _COUNT,
    "sequence": Annotated[int, Field(ge=-_INT64 - 1, le=_INT64)],
    "source_class": Literal["owned", "earned", "paid"],
    "source_sentiment": Literal["negative", "neutral", "positive"],
    "actor_kind": Literal[ACTOR_KINDS],
    "visibility": Literal[VISIBILITIES],
}
_BY_TYPE: dict[Any, Any] = {
    datetime: Annotated[datetime, BeforeValidator(_moment)],
    float: Annotated[float, Field(allow_inf_nan=False)],
    tuple[str, ...]: Annotated[list[_Brand], Field(max_length=100)],
}


def _kind_of(name: str, hint: Any, is_required: bool) -> Any:
    """What a field takes from JSON, from its name and its type."""
    if name == "text":
        return Annotated[str, BeforeValidator(_post)] if is_required else _text(clean.TEXT_LIMIT)
    if hint is str and name not in _BY_NAME:
        return _text(2_000 if name.endswith("_id") else 1_000, least=1 if is_required else 0)
    return _BY_NAME.get(name) or _BY_TYPE.get(hint, hint)


def _form(record: type[Record]) -> type[BaseModel]:
    """The form of a record: each of its fields, required where the record requires it."""
    hints, made = get_type_hints(record), dict[str, Any]()
    for field in fields(record):
        if field.name in NOT_ASKED:
            continue
        hint, is_required = hints[field.name], field.default is MISSING
        inner = (
            hint if get_origin(hint) is tuple else next((one for one in get_args(hint) if one is not type(None)), hint)
        )
        kind = _kind_of(field.name, inner, is_required)
        if not is_required and type(None) in get_args(hint):
            kind = Annotated[kind | None, BeforeValidator(_filled)]
        made[field.name] = (kind, ... if is_required else field.default)
    make: Callable[..., type[BaseModel]] = make_model
    return make(f"{record.__name__}Form", __config__=ConfigDict(strict=True, extra="ignore"), **made)


FORMS: dict[str, type[BaseModel]] = {name: _form(record) for name, record in RECORDS.items()}

_MISSING = {"text": "missing_text", "platform": "missing_platform"}
_WRONG: dict[str, tuple[str, str]] = {
    "string_type": ("wrong_value", "must be a text; a number goes in quotes, since long ones lose digits"),
    "string_unicode": ("bad_text", "holds half a surrogate pair"),
    "string_too_long": ("too_long", "is too long"),
    "too_long": ("too_long", "has too many entries"),
    "int_type": ("wrong_value", "must be a whole number"),
    "int_parsing_size": ("wrong_value", "must be a whole number below 2^63"),
    "greater_than_equal": ("wrong_value", "must not be below 0"),
    "less_than_equal": ("wrong_value", "must be a whole number below 2^63"),
    "float_type": ("wrong_value", "must be a number"),
    "finite_number": ("wrong_value", "must be a number, not NaN or infinite"),
    "bool_type": ("wrong_value", "must be true or false"),
    "list_type": ("wrong_value", "must be a list of texts"),
}


def _unusable(error: ValidationError) -> Unusable:
    """The first thing that is wrong, in our words: pydantic's would quote what was sent."""
    first = error.errors(include_url=False, include_input=False)[0]
    field, kind = str(first["loc"][0]), first["type"]
    if kind in ("missing", "string_too_short"):
        reason = _MISSING.get(field, "missing_id" if field.endswith("_id") else "missing_value")
        return Unusable(field, "missing_time" if field.endswith("_at") else reason, f"{field} is missing or empty")
    if kind == "literal_error":
        return Unusable(field, "wrong_value", f"{field} must be {first['ctx']['expected']}")
    reason, sentence = _WRONG.get(kind, ("wrong_value", "has a value that cannot be used"))
    if kind == "string_too_long":
        sentence = f"is longer than {first['ctx']['max_length']:,} characters"
        reason = "text_too_long" if field == "text" else reason
    return Unusable(field, reason, f"{field} {sentence}")
