"""How a walker reads cases: what each event is to the clocks, and whose conversation it belongs to.

Moments are whole seconds since the epoch here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.promises.worlds import Case, Event, Version, World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# at one second, first to last; "start" is where the clocks of a case begin
ORDER = ("opened", "changed", "start", "customer", "reopened", "resumed", "reply", "paused",
         "acknowledged", "declined", "merged", "excluded", "resolved")  # fmt: skip
_ENDS = ("acknowledged", "declined", "merged", "excluded", "resolved")
_NOTHING = Event(kind="start", happened_at=EPOCH, event_key=0)


@dataclass(frozen=True, slots=True)
class Word:
    """What is to be read at a second: one of ORDER."""

    at: int
    word: str
    event: Event = _NOTHING

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands among the words of its case."""
        is_customers = self.word == "resolved" and self.event.actor_kind == "customer"
        return self.at, ORDER.index(self.word) + is_customers, self.event.event_key

    @property
    def is_from_customer(self) -> bool:
        """A customer's message, or as good as one."""
        return self.word == "customer" or (self.word == "reopened" and self.event.actor_kind == "customer")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A case as its clocks see it. Nothing follows a word "excluded" or "merged": they are for good."""

    case_id: str
    start: int
    is_agent_first: bool
    track: str | None  # at the start, as the record has it
    priority: str | None
    words: Sequence[Word]


def second(moment: datetime) -> int:
    """A moment cut to whole seconds."""
    return (moment - EPOCH) // SECOND


def read(world: World) -> list[Conversation]:
    """All conversations of a world, the merged ones too."""
    cases = {case.case_id: case for case in world.cases if not case.is_drill}
    own = {case_id: _without_undone(sorted(_words(case), key=_place)) for case_id, case in cases.items()}
    parents = _parents(own)
    rings = {case_id for case_id in parents if _is_in_ring(case_id, parents)}
    last = {case_id: _last_parent(case_id, parents, rings) for case_id in cases}
    children: dict[str, list[Case]] = {case_id: [] for case_id in cases}
    for case_id, parent in last.items():
        if parent != case_id:
            children[parent].append(cases[case_id])
    return [
        _conversation(
            case, children[case_id], _merges_settled(own[case_id], case_id in rings, last[case_id] != case_id)
        )
        for case_id, case in cases.items()
    ]


def _conversation(case: Case, children: Sequence[Case], words: Sequence[Word]) -> Conversation:
    taken_over = [word for child in children for word in _taken_over(child)]
    begun = [each for each in (case, *children) if not _is_agent_first(each)] if children else []
    taken_over += [Word(_start(each), "customer") for each in begun]
    return Conversation(
        case_id=case.case_id,
        start=min(_start(each) for each in (case, *begun)),
        is_agent_first=_is_agent_first(case),
        track=_first_named(case.versions, "track"),
        priority=_first_named(case.versions, "priority"),
        words=_up_to_its_end(sorted([*words, *taken_over, *_recorded_changes(case)], key=_place)),
    )


def _start(case: Case) -> int:
    return second(min(case.published_at or case.opened_at, case.opened_at))


def _is_agent_first(case: Case) -> bool:
    opened = [event.actor_kind for event in case.events if event.kind == "opened" and not event.is_drill]
    is_ours = case.published_at is None or case.is_owned_item
    return is_ours and any(actor in ("human", "bot") for actor in opened)


def _words(case: Case) -> Iterator[Word]:
    for event in case.events:
        word = None if event.is_drill else _word(event)
        if word is not None:
            yield Word(second(event.happened_at), word, event)


def _word(event: Event) -> str | None:
    if event.kind == "message":
        if event.actor_kind == "customer" and event.visibility != "internal":
            return "customer"
        is_reply = event.actor_kind == "human" and event.visibility in ("public", "private")
        return "reply" if is_reply else None
    if event.kind in _ENDS and event.actor_kind == "bot":
        return None
    return event.kind if event.kind in ORDER else None


def _place(word: Word) -> tuple[int, int, int]:
    return word.place


def _without_undone(words: Sequence[Word]) -> list[Word]:
    """Without what a reopen has undone, and without what follows an exclusion for good."""
    reopened = [word.place for word in words if word.word == "reopened"]
    last = max(reopened, default=(0, 0, 0))
    left = [word for word in words if word.word not in ("merged", "excluded") or word.place > last]
    return _up_to(left, "excluded")


def _up_to(words: Sequence[Word], end: str) -> list[Word]:
    for number, word in enumerate(words, 1):
        if word.word == end:
            return [*words[:number]]
    return [*words]


def _up_to_its_end(words: Sequence[Word]) -> list[Word]:
    return _up_to(_up_to(words, "excluded"), "merged")


def _parents(own: Mapping[str, Sequence[Word]]) -> dict[str, str]:
    """Into which known case each case was merged last."""
    merges = {case_id: [word for word in words if word.word == "merged"] for case_id, words in own.items()}
    named = {case_id: merged[-1].event.other_case_id for case_id, merged in merges.items() if merged}
    return {case_id: other for case_id, other in named.items() if other is not None and other in own}


def _is_in_ring(case_id: str, parents: Mapping[str, str]) -> bool:
    at, seen = parents.get(case_id), {case_id}
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at == case_id


def _last_parent(case_id: str, parents: Mapping[str, str], rings: set[str]) -> str:
    while case_id in parents and case_id not in rings:
        case_id = parents[case_id]
    return case_id


def _merges_settled(words: Sequence[Word], is_in_ring: bool, is_merged: bool) -> list[Word]:
    """A ring says nothing; a merge into a case nobody knows is as good as declined."""
    if is_in_ring:
        return [word for word in words if word.word != "merged"]
    if is_merged:
        return [*words]
    return [replace(word, word="declined") if word.word == "merged" else word for word in words]


def _taken_over(child: Case) -> Iterator[Word]:
    """What the parent reads of a child: what was said."""
    for word in _words(child):
        if word.word in ("customer", "reply"):
            yield word
        elif word.is_from_customer:
            yield replace(word, word="customer")


def _first_named(versions: Sequence[Version], name: str) -> str | None:
    return next((value for version in versions if (value := plain(getattr(version, name)))), None)


def _recorded_changes(case: Case) -> Iterator[Word]:
    """Later versions of the record, where no event tells of changes of that kind."""
    for name in ("track", "priority"):
        told = [event for event in case.events if event.kind == "changed" and not event.is_drill]
        if not any(plain(getattr(event, name)) for event in told):
            yield from _differing(case.versions, name)


def _differing(versions: Sequence[Version], name: str) -> Iterator[Word]:
    held = _first_named(versions, name)
    for number, version in enumerate(versions):
        value = plain(getattr(version, name))
        if value and value != held:
            held, at = value, version.updated_at or version.known_at
            said = Event(kind="changed", happened_at=at, event_key=number)
            changed = replace(said, track=value) if name == "track" else replace(said, priority=value)
            yield Word(second(at), "changed", changed)


def plain(name: str | None) -> str | None:
    """A name as it is compared: without case and outer blanks; None where it is nothing but blanks."""
    return (name or "").strip().lower() or None
