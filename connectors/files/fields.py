"""Which fields of ours a table may fill, by what its rows are, and what stands in each of them.

own       the id of what the row is about: required, never lost, stored as platform:native id
link      the id of something else, stored the same way        id        an id, stored as it stands
moment    the required time                                    time      one that may be unknown
post      the required text                                    body      a long text that may be unknown
whole     a whole number from 0       decimal  any number      flag      true or false
brands    several names               label    a sentiment     url       an http or https address
kind      one of EVENT_KINDS          actor, sight  one of a few words   word  any text
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.records import ACTOR_KINDS, EVENT_KINDS, VISIBILITIES, Case, CaseEvent, Mention

LABELS = ("negative", "neutral", "positive")
OTHER = "other"

WORDS: Mapping[str, tuple[str, ...]] = {
    "label": LABELS,
    "kind": (*EVENT_KINDS, OTHER),
    "actor": ACTOR_KINDS,
    "sight": VISIBILITIES,
}
"""Our words, where a field knows only a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """What a row is: the class it becomes, its fields and the shape of each, and which a mapping must have.

    columns   fields that need a column of theirs
    either    fields that need a column or a default
    """

    record: type[Any]
    fields: Mapping[str, str]
    columns: tuple[str, ...]
    either: tuple[str, ...]

    def of(self, *shapes: str) -> tuple[str, ...]:
        """The fields of these shapes, in their order."""
        return tuple(name for name, shape in self.fields.items() if shape in shapes)

    @property
    def own_id(self) -> str:
        """The field that holds the id of what the row is about."""
        return self.of("own")[0]

    @property
    def moment(self) -> str:
        """The field that holds the required time."""
        return self.of("moment")[0]

    @property
    def times(self) -> tuple[str, ...]:
        """Every field that holds a time."""
        return self.of("moment", "time")

    @property
    def ids(self) -> tuple[str, ...]:
        """Every field that holds an id."""
        return self.of("own", "link", "id")


_VERSION = {"updated_at": "time", "sequence": "whole"}

_MENTION = {
    "item_id": "own",
    "platform": "platform",
    "published_at": "moment",
    "text": "post",
    "brand": "brands",
    "edited_at": "time",
    "url": "url",
    **dict.fromkeys(("language", "region"), "word"),
    "author_id": "id",
    "author_name": "word",
    **dict.fromkeys(("author_followers_count", "reach_count"), "whole"),
    **dict.fromkeys(("parent_id", "conversation_id"), "link"),
    "media_type": "word",
    "source_sentiment": "label",
    "is_drill": "flag",
    **_VERSION,
    "observed_at": "time",
}

_CASE = {
    "case_id": "own",
    "platform": "platform",
    "opened_at": "moment",
    "item_id": "link",
    **dict.fromkeys(("brand", "channel"), "word"),
    "customer_id": "id",
    **dict.fromkeys(("track", "priority", "owner", "unit"), "word"),
    "subject": "body",
    "url": "url",
    "is_drill": "flag",
    **_VERSION,
}

_CASE_EVENT = {
    "case_id": "own",
    "platform": "platform",
    "kind": "kind",
    "happened_at": "moment",
    "event_id": "id",
    **dict.fromkeys(("source_words", "actor"), "word"),
    "actor_kind": "actor",
    "team": "word",
    "visibility": "sight",
    **dict.fromkeys(
        ("brand", "owner", "track", "priority", "calendar", "reason", "place", "outcome"),
        "word",
    ),
    **dict.fromkeys(("amount", "score", "score_of"), "decimal"),
    **dict.fromkeys(("other_case_id", "item_id"), "link"),
    "text": "body",
    "is_drill": "flag",
}

RECORDS: Mapping[str, RecordKind] = {
    "mentions": RecordKind(
        record=Mention, fields=_MENTION, columns=("item_id", "published_at"), either=("text", "platform")
    ),
    "cases": RecordKind(record=Case, fields=_CASE, columns=("case_id", "opened_at"), either=("platform",)),
    "case_events": RecordKind(
        record=CaseEvent, fields=_CASE_EVENT, columns=("case_id", "happened_at"), either=("kind", "platform")
    ),
}
"""What a row may be."""
