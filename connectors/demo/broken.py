"""The promise of a first answer, and the cases in which the story itself is the reason that it was broken.

What is planted here is what the story did, whatever a question says of it: the desk was slower because of the flood,
somebody forgot a case, nobody took it. Where two things came together, nothing is planted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from connectors.demo import roster
from connectors.demo.casefile import CaseFile
from connectors.records import CaseEvent, Truth

NOBODY = "nobody on shift"
BACKLOG = "backlog above capacity"
UNOWNED = "reassigned or unowned"
CHANGE = "calendar or policy change"
SLOW = "slow reply"

INCIDENT = "incident"
"""The track on which the first answer is promised at any hour; on all others while somebody is at work."""

FIRST_ANSWER = timedelta(hours=1)
INCIDENT_ANSWER = timedelta(minutes=30)
URGENT_ANSWER = timedelta(minutes=15)
"""What the example's site file promises as well; a test holds the two together."""

_FLOOD = 2.0  # slower than so many times, the desk has more to do than it can: before and after that nothing is certain
_OWNING = ("assigned", "claimed", "accepted", "handed_over")


class _Promise(NamedTuple):
    """A first answer is owed within `within` of `since`, of every hour or of those in which somebody is at work."""

    since: datetime
    within: timedelta
    is_always: bool

    @property
    def due(self) -> datetime:
        return self._after(self.within)

    @property
    def half(self) -> datetime:
        return self._after(self.within / 2)

    def _after(self, left: timedelta) -> datetime:
        return self.since + left if self.is_always else roster.after_work(self.since, left)


def planted(file: CaseFile, track: str, priority: str) -> Truth | None:
    """The case's first answer as a broken promise; None where it was kept, or where more than one thing broke it."""
    answered = next((event.happened_at for event in file.events if _is_answer(event)), None)
    if answered is None:
        return None
    is_urgent = priority == "urgent" or _is_raised(file.events, answered)
    within = FIRST_ANSWER if track != INCIDENT else URGENT_ANSWER if is_urgent else INCIDENT_ANSWER
    promise = _Promise(file.post.mention.published_at, within, track == INCIDENT)
    cause = _cause(file, promise, answered) if answered > promise.due else None
    if cause is None:
        return None
    detail = {"metric": "frt", "cause": cause}
    return Truth(kind="breach", subject=file.case_id, since=promise.since, until=promise.due, detail=detail)


def _is_answer(event: CaseEvent) -> bool:
    return event.kind == "message" and event.actor_kind == "human" and event.visibility != "internal"


def _is_raised(events: Iterable[CaseEvent], answered: datetime) -> bool:
    changes = (event for event in events if event.kind == "changed" and event.happened_at < answered)
    return any(change.priority == "urgent" for change in changes)


def _cause(file: CaseFile, promise: _Promise, answered: datetime) -> str | None:
    if promise.is_always and not roster.is_somebody_there(promise.since, promise.due):
        return NOBODY if roster.next_at_work(promise.since, None)[0] >= promise.due else None
    if not promise.is_always and (roster.is_holiday(promise.since) or roster.is_holiday(promise.due)):
        return None  # the calendar is shut for hours in which somebody is at work
    if file.strain > 1:
        # on a quiet day this answer would have come in time
        quiet = file.opened_at + (answered - file.opened_at) / file.strain
        return BACKLOG if file.strain > _FLOOD and quiet <= promise.due else None
    return file.cause if file.cause and _is_as_told(file, promise, answered) else None


def _is_as_told(file: CaseFile, promise: _Promise, answered: datetime) -> bool:
    """Whether what was meant to break it did, and nothing else."""
    owners = [event for event in file.events if event.kind in _OWNING and event.happened_at < promise.due]
    is_owned = bool(owners) and owners[0].happened_at < promise.half
    hands = sum(one.owner != other.owner for one, other in pairwise(owners))
    if file.cause == UNOWNED:
        return not is_owned or hands > 1
    is_in_time = file.cause != CHANGE or answered <= promise.since + INCIDENT_ANSWER
    return is_in_time and is_owned and hands < 2
