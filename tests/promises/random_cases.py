"""Invented cases: everything docs/promises.md speaks of, in any order, often at the same second, often on an edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

from tests.promises.random_worlds import DAY, HOUR, Window, calendars, promises, window
from tests.promises.worlds import Case, Event, Version, World

MINUTES_WORLDS, SECONDS_WORLDS = range(20), range(20, 30)
_CASES = {60: 450, 1: 100}  # by step
_DAYS = {60: 7, 1: 2}
_MINUTE, _SECOND, _MICROSECOND = timedelta(minutes=1), timedelta(seconds=1), timedelta(microseconds=1)
_TRACKS = ("care", "sales", "vip", "VIP", " Care ", "sales\t", "nobody", None, " ")
_PRIORITIES = ("high", "low", "HIGH", " Low ", "urgent", None, "")
_REASONS = ("waiting_customer", "waiting_customer", "waiting_third_party", "crisis_hold", "lunch", None)
_ANYBODY = ("human", "human", "human", "customer", "bot", None)
_KINDS = {
    "said": 26, "reply": 22, "unheard": 10, "paused": 14, "resumed": 7, "resolved": 11, "reopened": 7, "changed": 13,
    "acknowledged": 2, "declined": 2, "excluded": 2, "merged": 4, "assigned": 3, "claimed": 1, "moved": 1,
}  # fmt: skip
_UNHEARD: tuple[tuple[str | None, str | None], ...] = (
    ("bot", "public"), ("bot", "private"), ("human", "internal"), ("customer", "internal"), (None, "public"),
    ("human", None),
)  # fmt: skip


@cache
def world(number: int) -> World:
    """World `number`: of whole minutes, or of seconds."""
    dice, step = Random(f"world {number}"), 60 if number in MINUTES_WORLDS else 1
    around = window(number, dice, _DAYS[step])
    hours = calendars(dice, around)
    names = sorted({each.name for each in hours})
    cases = _cases(dice, around, names, step)
    span = around.until - around.since
    # a question is asked at ticks of five seconds
    # a question is asked at ticks of five seconds
    halves = [_tick(around.since + share * span, step) for share in (dice.uniform(0.2, 0.5), dice.uniform(0.5, 0.8))]
    return World(
        name=f"{number} of {', '.join(around.zones)} from {around.since:%d %b %Y}",
        step_seconds=step,
        calendars=hours,
        promises=[*promises(dice, around, names, step)],
        default_track=dice.choice(("care", "sales")),
        cases=cases,
        nows=[*halves, _tick(around.until + 2 * DAY, step)],
    )


def _cases(dice: Random, around: Window, names: Sequence[str], step: int) -> list[Case]:
    starts = [(_start(dice, around, step), f"x:{number}") for number in range(_CASES[step])]
    cases = [_Script(dice, start, case_id, starts, names, step).case() for start, case_id in starts]
    return [*_with_rings(dice, cases, step)]


def _start(dice: Random, around: Window, step: int) -> datetime:
    if around.edges and dice.random() < 0.4:
        return _cut(dice.choice(around.edges) + dice.uniform(-10, 10) * HOUR, step, dice.random() < 0.4)
    return _cut(around.since + dice.random() * (around.until - around.since), step, dice.random() < 0.4)


def _with_rings(dice: Random, cases: Sequence[Case], step: int) -> Iterator[Case]:
    """Some cases that no other word ends are merged into each other, two or three in a ring, or into themselves."""
    free = [case for case in cases if not any(event.kind in ("merged", "excluded") for event in case.events)]
    chosen = dice.sample(free, len(cases) // 40)
    into: dict[str, str] = {}
    while chosen:
        ring = [chosen.pop().case_id for _ in range(min(len(chosen), dice.choice((1, 2, 2, 3))))]
        into |= dict(zip(ring, [*ring[1:], ring[0]], strict=True))
    for case in cases:
        end = max([case.opened_at, *(event.happened_at for event in case.events)])
        if case.case_id in into:
            when = _cut(end, step) + dice.choice((0, 1, 30)) * step * _SECOND
            merged = Event(kind="merged", happened_at=when, event_key=0, actor_kind="human",
                           other_case_id=into[case.case_id])  # fmt: skip
            case = replace(case, events=[*case.events, merged])
        yield case


class _Script:
    """One case, thrown event by event."""

    def __init__(
        self,
        dice: Random,
        start: datetime,
        case_id: str,
        starts: Sequence[tuple[datetime, str]],
        names: Sequence[str],
        step: int,
    ) -> None:
        self._dice, self._start, self._case_id, self._starts, self._step = dice, start, case_id, starts, step
        self._calendars = [*names, "nobody's", None, None]

    def case(self) -> Case:
        """The case with its record, its post and its events, in no order."""
        dice, opened = self._dice, self._start
        has_post = dice.random() < 0.75
        early = _gap(dice, self._step) if dice.random() < 0.4 else timedelta()
        published = opened - (early if dice.random() < 0.8 else -early)
        events = [*self._events(min(opened, published) if has_post else opened)]
        dice.shuffle(events)
        return Case(
            case_id=self._case_id,
            opened_at=self._blurred(opened),
            versions=[*self._versions()],
            published_at=self._blurred(published) if has_post else None,
            is_owned_item=dice.random() < 0.25,
            events=events,
            is_drill=dice.random() < 0.02,
        )

    def _events(self, start: datetime) -> Iterator[Event]:
        dice = self._dice
        if dice.random() < 0.7:
            yield self._event("opened", self._start, actor_kind=dice.choice(("human", "bot", "customer", None)))
        if dice.random() < 0.07:
            yield self._event("message", start - _gap(dice, self._step) - self._step * _SECOND, actor_kind="human",
                              visibility="public")  # fmt: skip
        is_answered, when, kind = dice.random() < 0.8, start, "opened"
        for _ in range(dice.randrange(1, 10)):
            when += _gap(dice, self._step)
            is_undone = kind in ("merged", "excluded") and dice.random() < 0.3
            (kind,) = ["reopened"] if is_undone else dice.choices(list(_KINDS), list(_KINDS.values()))
            if kind != "reply" or is_answered:
                yield self._thrown(kind, when)

    def _thrown(self, kind: str, when: datetime) -> Event:
        dice = self._dice
        if kind == "said":
            return self._event("message", when, actor_kind="customer", visibility=dice.choice(("public", None)))
        if kind == "reply":
            return self._event("message", when, actor_kind="human", visibility=dice.choice(("public", "private")))
        if kind == "unheard":
            actor_kind, visibility = dice.choice(_UNHEARD)
            return self._event("message", when, actor_kind=actor_kind, visibility=visibility)
        if kind == "changed":
            return self._changed(when)
        return self._event(
            kind,
            when,
            actor_kind=dice.choice(("customer", "human", "bot", None) if kind == "reopened" else _ANYBODY),
            reason=dice.choice(_REASONS) if kind == "paused" else None,
            other_case_id=self._other(when) if kind == "merged" else None,
        )

    def _changed(self, when: datetime) -> Event:
        dice = self._dice
        which = dice.choice((["track"], ["priority"], ["calendar"], ["track", "priority", "calendar"]))
        return self._event(
            "changed",
            when,
            actor_kind=dice.choice(_ANYBODY),
            track=dice.choice(_TRACKS) if "track" in which else None,
            priority=dice.choice(_PRIORITIES) if "priority" in which else None,
            calendar=dice.choice(self._calendars) if "calendar" in which else None,
        )

    def _other(self, when: datetime) -> str | None:
        """Into which case: mostly one that was opened not long before; into one nobody knows, or nobody says which."""
        near = [case_id for start, case_id in self._starts if abs(when - start) < DAY and case_id != self._case_id]
        if near and self._dice.random() < 0.7:
            return self._dice.choice(near)
        return self._dice.choice(("x:nobody", None))

    def _versions(self) -> Iterator[Version]:
        """Mostly one; later ones each known later, and dated later, if they are dated."""
        dice, known = self._dice, self._start
        yield Version(known_at=self._blurred(known), track=dice.choice(_TRACKS), priority=dice.choice(_PRIORITIES))
        dated = None
        for _ in range(dice.choice((0, 0, 0, 1, 2))):
            known += _gap(dice, self._step) + self._step * _SECOND
            first = self._start if dice.random() < 0.9 else known - HOUR  # seldom dated before it was opened
            since = max(dated or first, known - HOUR) + self._step * _SECOND
            dated = min(since, known) if dated or dice.random() < 0.5 else None
            yield Version(known_at=self._blurred(known), track=dice.choice(_TRACKS), priority=dice.choice(_PRIORITIES),
                          updated_at=dated)  # fmt: skip

    def _event(self, kind: str, when: datetime, **more: str | None) -> Event:
        key = self._dice.getrandbits(40)
        drill = self._dice.random() < 0.02
        return Event(kind=kind, happened_at=self._blurred(when), event_key=key, is_drill=drill, **more)

    def _blurred(self, moment: datetime) -> datetime:
        """Some moments are known more finely than they count."""
        return moment + self._dice.randrange(1_000_000) * _MICROSECOND if self._dice.random() < 0.1 else moment


def _gap(dice: Random, step: int) -> timedelta:
    """How long until the next thing happens: often nothing, often a round time, seldom a day."""
    kind = dice.random()
    if kind < 0.15:
        return timedelta()
    if kind < 0.5:
        return dice.randint(1, 20 if step == 60 else 120) * step * _SECOND
    if step == 1:
        return dice.randint(1, 1800 if kind < 0.85 else 3 * 3600) * _SECOND
    quarters = dice.randint(1, 12) if kind < 0.8 else dice.randint(4, 48) if kind < 0.95 else dice.randint(48, 120)
    return quarters * 15 * _MINUTE


def _tick(moment: datetime, step: int) -> datetime:
    """A moment at which a question is asked: ticks of five seconds."""
    cut = _cut(moment, step)
    return cut - timedelta(seconds=cut.second % 5)


def _cut(moment: datetime, step: int, is_round: bool = False) -> datetime:
    """A moment on a whole step, or on a round time."""
    plain = moment.replace(microsecond=0)
    if step == 60 or is_round:
        plain = plain.replace(second=0)
    return plain.replace(minute=plain.minute // 15 * 15) if is_round else plain
