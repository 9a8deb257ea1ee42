"""What connectors hand over: mentions, cases, what happened to cases, deletions, and rows that could not be read.

Every id is `platform:native id`. Every time is timezone-aware UTC. None is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

EVENT_KINDS = (
    "opened", "message", "assigned", "claimed", "acknowledged", "changed", "paused", "resumed", "moved",
    "handed_over", "accepted", "lead", "surveyed", "followed_up", "declined", "resolved", "reopened", "merged",
    "excluded",
)  # fmt: skip
"""What can happen to a case. Anything else is kept as "other", with the source's own words."""

ACTOR_KINDS = ("human", "bot", "customer")
VISIBILITIES = ("public", "private", "internal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One post or article as its platform tells it.

    `brands` are the names the source itself gives; empty means they are still to be found by their terms, so one
    record may become several rows, or none.

    updated_at, sequence   when, and as which change, the source says this version was written: the newer one wins.
                           Left out, `edited_at` stands for it
    observed_at            when its counters were read; a later observation wins. None is the moment it is committed
    """

    item_id: str
    platform: str
    published_at: datetime
    text: str
    brands: tuple[str, ...] = ()
    edited_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    region: str | None = None
    author_id: str | None = None
    author_name: str | None = None
    author_followers_count: int | None = None
    reach_count: int | None = None
    parent_id: str | None = None
    conversation_id: str | None = None
    media_type: str | None = None
    source_class: str | None = None
    source_sentiment: str | None = None
    is_drill: bool = False
    updated_at: datetime | None = None
    sequence: int | None = None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The care work about one customer message, as its source tells it.

    `brand` is the one the record names; the case counts for the brand of its first public human reply, if there is
    one. `item_id` is the post it is about, where that is known. Of two versions the newer by (updated_at, sequence)
    wins.
    """

    case_id: str
    platform: str
    opened_at: datetime
    item_id: str | None = None
    brand: str | None = None
    channel: str | None = None
    customer_id: str | None = None
    track: str | None = None
    priority: str | None = None
    owner: str | None = None
    unit: str | None = None
    subject: str | None = None
    url: str | None = None
    is_drill: bool = False
    updated_at: datetime | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """Something that happened to a case, once and for all: events are added, never changed.

    event_id       the source's own id of the event; without one its content is its id
    kind           one of EVENT_KINDS, else "other"
    source_words   what the source called it
    actor_kind     one of ACTOR_KINDS; visibility: one of VISIBILITIES
    brand          for which brand the actor spoke, where the source says so
    owner          to whom: of assigned, claimed, handed_over, accepted
    track, priority, calendar   the new value: of changed
    reason         of paused, declined, excluded
    place          where to: public, private or secure, of moved
    outcome        passed, accepted, won or lost, and amount in the site's currency: of lead
    score, score_of   the points given and how many there are: of surveyed
    other_case_id  the case it was merged into: of merged
    item_id        the post, when the event is one
    """

    case_id: str
    platform: str
    kind: str
    happened_at: datetime
    event_id: str | None = None
    source_words: str | None = None
    actor: str | None = None
    actor_kind: str | None = None
    team: str | None = None
    visibility: str | None = None
    brand: str | None = None
    owner: str | None = None
    track: str | None = None
    priority: str | None = None
    calendar: str | None = None
    reason: str | None = None
    place: str | None = None
    outcome: str | None = None
    amount: float | None = None
    score: float | None = None
    score_of: float | None = None
    other_case_id: str | None = None
    item_id: str | None = None
    text: str | None = None
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something was deleted at its source at `deleted_at`: a post, or with `author_id` all posts of an author.

    Exactly one of `item_id` (platform:native id) and `author_id` (the platform's own, as in Mention) is given. Text
    and author go from every version we hold, and no answer counts it again, until its source shows a newer version.

    is_ordered: the source tells of a post before it tells of its deletion, so a deletion that matches nothing we hold
    need not be remembered. A firehose deletes a hundred posts of strangers a second.
    """

    platform: str
    deleted_at: datetime
    item_id: str | None = None
    author_id: str | None = None
    is_ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What an invented world has planted: an incident, an outage, a lead. No question reads it; tests compare with it.

    `kind` is incident, outage, roster_hole, lead, breach, unowned_at_seam, campaign, launch, holiday or drill; `detail`
    is JSON-ready. A breach is a promise that was broken for a known cause: since when the clock ran, and when it was
    due. Unowned at a seam is an open case whose owner's shift ended then, and who handed it to nobody.
    """

    kind: str
    subject: str
    since: datetime
    until: datetime
    detail: Mapping[str, Any]


Record = Mention | Case | CaseEvent | Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that could not become a record, kept whole so that it can be tried again.

    `reason` is a short fixed code such as "id_lost_digits"; `sentence` says what is wrong and how to repair it.
    `file` and `line` (from 1) say where it stood; `raw` is its text, at most 64 kB; `field` is the field of ours
    that could not be filled, such as "published_at".
    """

    reason: str
    sentence: str
    raw: str
    file: str | None = None
    line: int | None = None
    native_id: str | None = None
    field: str | None = None
