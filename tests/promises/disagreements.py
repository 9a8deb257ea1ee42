"""Where two tellings of the clocks of a world differ, told so that one can reckon after them by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.promises.worlds import Case, Clock, Event, Hours, Promise, World

_TOLD_WHOLE = 3
_NAMES = [field.name for field in fields(Clock)]
_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A clock that two tell differently as of `now`; None: one has no such clock."""

    world: World
    now: datetime
    key: _Key
    walked: Clock | None
    computed: Clock | None

    @property
    def columns(self) -> list[str]:
        """The names of what differs."""
        if self.walked is None or self.computed is None:
            return ["missing" if self.computed is None else "surplus"]
        return [name for name in _NAMES if getattr(self.walked, name) != getattr(self.computed, name)]


def differences(world: World, now: datetime, walked: Sequence[Clock], computed: Sequence[Clock]) -> list[Difference]:
    """All clocks that differ in anything, that are missing or too many."""
    ours, theirs = _by_key(walked), _by_key(computed)
    return [
        Difference(world=world, now=now, key=key, walked=ours.get(key), computed=theirs.get(key))
        for key in sorted({*ours, *theirs})
        if ours.get(key) != theirs.get(key)
    ]


def report(found: Sequence[Difference]) -> str:
    """How many differ in what, and some of them whole."""
    counted = Counter(f"{one.key[1]}: {', '.join(one.columns)}" for one in found)
    lines = [f"{len(found)} clocks differ", *(f"{number:6} {what}" for what, number in counted.most_common(12))]
    first = {(one.key[1], *one.columns): one for one in reversed(found)}  # of each kind one
    return "\n".join([*lines, *(line for one in [*first.values()][:_TOLD_WHOLE] for line in ("", *_tell(one)))])


def _by_key(clocks: Iterable[Clock]) -> dict[_Key, Clock]:
    found = {}
    for clock in clocks:
        key = (clock.case_id, clock.metric, clock.cycle)
        if key in found:
            raise ValueError(f"two clocks {key}")
        found[key] = clock
    return found


def _tell(one: Difference) -> Iterator[str]:
    case_id, metric, cycle = one.key
    yield f"== {metric} {cycle} of {case_id} in world {one.world.name}, as of {_moment(one.now)}"
    for name in _NAMES[3:]:
        walked, computed = (_value(clock, name) for clock in (one.walked, one.computed))
        yield f"   {name:16} walked {walked:22} engine {computed:22}{'' if walked == computed else ' <--'}"
    for case in _family(one.world, case_id):
        yield from _tell_case(case)
    yield from (_tell_promise(promise) for promise in one.world.promises)
    yield f"   default track {one.world.default_track}"
    yield from (_tell_hours(hours) for hours in one.world.calendars)


def _family(world: World, case_id: str) -> list[Case]:
    """The case and all that are merged into it, or it into them, at whatever remove."""
    merges = [(case.case_id, event.other_case_id) for case in world.cases for event in case.events]
    pairs = [{each, other} for each, other in merges if other]
    found = {case_id}
    while more := {name for pair in pairs if found & pair for name in pair} - found:
        found |= more
    return [case for case in world.cases if case.case_id in found]


def _tell_case(case: Case) -> Iterator[str]:
    post = "no post" if case.published_at is None else f"{'owned' if case.is_owned_item else 'earned'} post of"
    published = "" if case.published_at is None else f" {_moment(case.published_at)}"
    drill = " (drill)" if case.is_drill else ""
    yield f"   case {case.case_id}{drill}, opened {_moment(case.opened_at)}, {post}{published}"
    for version in case.versions:
        dated = "" if version.updated_at is None else f", dated {_moment(version.updated_at)}"
        said = f"track={version.track!r} priority={version.priority!r}"
        yield f"      {_moment(version.known_at)} the record is known: {said}{dated}"
    for event in sorted(case.events, key=lambda event: (event.happened_at, event.event_key)):
        yield f"      {_moment(event.happened_at)} {_tell_event(event)}"


def _tell_event(event: Event) -> str:
    names = ("visibility", "reason", "track", "priority", "calendar", "other_case_id", "event_key")
    more = [f"{name}={getattr(event, name)!r}" for name in names if getattr(event, name) is not None]
    drill = ["(drill)"] if event.is_drill else []
    return " ".join([event.kind, "by", event.actor_kind or "nobody knows whom", *more, *drill])


def _tell_promise(row: Promise) -> str:
    since, until = (None if at is None else _moment(at) for at in (row.from_at, row.until_at))
    seconds = f"frt={row.frt_seconds} nrt={row.nrt_seconds} resolution={row.resolution_seconds}"
    whose = f"{row.track}, {row.priority or 'every priority'}"
    return f"   {whose}: {seconds} in {row.calendar}, from {since} until {until}"


def _tell_hours(hours: Hours) -> str:
    days = [f"{day} {' '.join(spans)}" for day, spans in hours.open.items()]
    days += [f"{day} holiday" for day in hours.holidays]
    days += [f"{day} {' '.join(spans) or 'closed'}" for day, spans in hours.special.items()]
    kind = "always" if hours.always else " + ".join(hours.union) or ZoneInfo(hours.timezone).key
    return f"   {hours.name} ({kind}){'' if hours.since is None else f' from {hours.since}'}: {', '.join(days)}"


def _value(clock: Clock | None, name: str) -> str:
    value = None if clock is None else getattr(clock, name)
    return _moment(value) if isinstance(value, datetime) else "-" if value is None else str(value)


def _moment(moment: datetime) -> str:
    return f"{moment:%a %d %b %H:%M:%S}{f'.{moment.microsecond:06}' if moment.microsecond else ''}"
