"""The rules of docs/promises.md once more, tick by tick: slow, plain and written apart from the engine.

A case is walked from event to event. Between two events every clock that runs counts the ticks at which its calendar
is open by the clock on the wall (wall_clock.py); nothing else adds to a clock. Due dates are found by walking on, or
back, until the ticks that are missing have been counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from tests.promises.reading import EPOCH, SECOND, Conversation, Word, plain, read, second
from tests.promises.wall_clock import OpenTicks
from tests.promises.worlds import Clock, Promise, World

_PAUSES = ("waiting_customer", "waiting_third_party", "crisis_hold")
_ASIDE = ("acknowledged", "declined", "merged", "excluded")
_UNJUDGED = ("merged", "excluded", "unknown")


def walk(
    world: World, now: datetime, ticks: OpenTicks | None = None, p75: Mapping[str, float] | None = None
) -> list[Clock]:
    """All clocks of a world as of `now`; what comes later is not read.

    `ticks` may be handed in again for the same calendars. `p75` holds the seconds from assignment to reply of tracks.
    """
    rules = _Rules(world, ticks or OpenTicks(world.calendars, world.step_seconds))
    return [
        clock
        for conversation in read(world.until(now))
        for clock in _Walk(conversation, rules).clocks(second(now), p75 or {})
    ]


class _Rules:
    """What is promised when, and when time counts, in seconds."""

    def __init__(self, world: World, ticks: OpenTicks) -> None:
        self._promises, self._default, self._ticks = world.promises, plain(world.default_track), ticks
        self._step = world.step_seconds
        self._tracks = {plain(promise.track) for promise in world.promises}
        self.calendars = ticks.names

    def track(self, name: str | None) -> str | None:
        return name if name in self._tracks else self._default

    def promise(self, track: str | None, priority: str | None, at: int) -> Promise:
        """The row in force for a track and priority."""
        rows = [row for row in self._promises if plain(row.track) == track and _is_in_force(row, at)]
        of_priority = [row for row in rows if row.priority is not None and plain(row.priority) == priority]
        return (of_priority or [row for row in rows if row.priority is None])[0]

    def between(self, calendar: str, since: int, until: int) -> int:
        return self._ticks.between(calendar, self._tick(since), self._tick(until)) * self._step

    def after(self, calendar: str, since: int, wanted: int) -> int:
        return self._ticks.after(calendar, self._tick(since), self._tick(wanted)) * self._step

    def _tick(self, seconds: int) -> int:
        assert seconds % self._step == 0, f"{seconds} s are no whole number of steps of {self._step} s"
        return seconds // self._step


def _is_in_force(row: Promise, at: int) -> bool:
    return (row.from_at is None or second(row.from_at) <= at) and (row.until_at is None or at < second(row.until_at))


class _Running:
    """A clock while it is walked. Promised to a track and priority, it counts in one calendar until that changes."""

    def __init__(self, metric: str, cycle: int, at: int, rules: _Rules) -> None:
        self.metric, self.cycle, self.started, self._rules = metric, cycle, at, rules
        self.elapsed, self.is_paused = 0, False
        self.stopped: int | None = None
        self.outcome: str | None = None
        self.target: int | None = None
        self.track: str | None = None
        self.priority: str | None = None
        self.calendar = ""
        self.named: str | None = None
        self._at = at  # counted until here
        self._since, self._before = at, 0  # when it last was changed, paused or resumed, and elapsed then
        self._passed: dict[int, int] = {}  # targets that are over, and where they were passed

    def promise(self, at: int, track: str | None, priority: str | None, calendar: str | None) -> None:
        """Take what is promised at `at`; `calendar` is one named by a change, which goes before the track's."""
        promise = self._rules.promise(track, priority, at)
        seconds = {"frt": promise.frt_seconds, "nrt": promise.nrt_seconds, "resolution": promise.resolution_seconds}
        new = seconds[self.metric]
        self.target = self.target if new is None else new
        self.track, self.priority, self.calendar = track, priority, calendar or promise.calendar
        self.named = calendar
        self._cut(at)

    def run(self, until: int) -> None:
        """Count on; a clock that is paused stands."""
        if self.stopped is None and not self.is_paused:
            self.elapsed += self._rules.between(self.calendar, self._at, until)
        self._at = until
        self._note()

    def pause(self, at: int, is_paused: bool) -> None:
        """Stand still, or go on."""
        if self.stopped is None and self.metric != "frt" and self.is_paused != is_paused:
            self.is_paused = is_paused
            self._cut(at)

    def stop(self, at: int, outcome: str) -> None:
        """Stop for good; a clock that stood still is due as if it had gone on now."""
        self.pause(at, False)
        self.stopped, self.outcome = at, outcome

    def due(self) -> int | None:
        """When the target is reached, or was; unknown in a pause."""
        if self.target is None:
            return None
        if self.target in self._passed:
            return self._passed[self.target]
        rest = self.target - self._before
        return None if self.is_paused and rest >= 0 else self._rules.after(self.calendar, self._since, rest)

    def _cut(self, at: int) -> None:
        self._since, self._before = at, self.elapsed
        self._note()

    def _note(self) -> None:
        """A target that is over stays where it was passed."""
        if self.target is not None and self.elapsed > self.target and self.target not in self._passed:
            passed = self.due()
            assert passed is not None
            self._passed[self.target] = passed


class _Walk:
    """One case, walked from its first word to its last, or to now."""

    def __init__(self, conversation: Conversation, rules: _Rules) -> None:
        self._told, self._rules = conversation, rules
        self._track, self._priority = rules.track(conversation.track), conversation.priority
        self._calendar: str | None = None  # named by a change
        self._pause: str | None = None  # its reason
        self._all: list[_Running] = []

    def clocks(self, now: int, p75: Mapping[str, float]) -> Iterator[Clock]:
        """Walk until `now` and tell of every clock that was given a target."""
        for at, group in groupby(self._words(), key=lambda word: word.at):
            self._run(at)
            words = [*group]
            self._change(at, [word for word in words if word.word == "changed"])
            for word in words:
                self._hear(word)
        self._run(now)
        return (_told(self._told.case_id, clock, p75) for clock in self._all if clock.target is not None)

    def _words(self) -> Iterable[Word]:
        return sorted([*self._told.words, Word(self._told.start, "start")], key=lambda word: word.place)

    def _run(self, until: int) -> None:
        for clock in self._all:
            clock.run(until)

    def _change(self, at: int, words: Sequence[Word]) -> None:
        """What several changes at one second come to."""
        for event in (word.event for word in words):
            self._track = self._rules.track(plain(event.track)) if plain(event.track) else self._track
            self._priority = plain(event.priority) or self._priority
            self._calendar = event.calendar if event.calendar in self._rules.calendars else self._calendar
        for clock in self._running():
            held = (clock.track, clock.priority, clock.named)
            if words and held != (self._track, self._priority, self._calendar):
                clock.promise(at, self._track, self._priority, self._calendar)

    def _hear(self, word: Word) -> None:
        if word.word == "start":
            self._begin_case(word.at)
        if word.word == "reopened" and self._cycles() and not self._running("resolution"):
            self._begin("resolution", word.at)
        if word.is_from_customer:
            self._hear_customer(word.at)
        if word.word == "reply":
            self._stop(word.at, "answered", "frt", "nrt")
        if word.word == "resolved":
            by_customer = word.event.actor_kind == "customer"
            self._stop(word.at, "acknowledged" if by_customer else "unanswered", "frt")
            self._stop(word.at, "resolved", "nrt", "resolution")
        if word.word in _ASIDE:
            self._stop(word.at, word.word, "frt", "nrt", "resolution")
        self._hear_pause(word)
        if word.word in ("merged", "excluded"):
            for clock in self._all:
                clock.outcome = word.word

    def _hear_pause(self, word: Word) -> None:
        ends = word.word in ("resumed", "paused", "reopened", "resolved", *_ASIDE)
        if ends or (word.is_from_customer and self._pause == "waiting_customer"):
            self._pause = None
        is_counted = word.event.actor_kind != "bot" and word.event.reason in _PAUSES
        if word.word == "paused" and is_counted:
            self._pause = word.event.reason
        for clock in self._all:
            clock.pause(word.at, self._pause is not None)

    def _begin_case(self, at: int) -> None:
        self._begin("resolution", at)
        if not self._told.is_agent_first:
            self._begin("frt", at)
            replies = [word.at for word in self._told.words if word.word == "reply"]
            if replies and max(replies) < at:
                self._stop(at, "unknown", "frt")

    def _hear_customer(self, at: int) -> None:
        """The customer's words begin a run once the first response is over; to us who wrote first, they are the first.

        Where nobody knows when we answered, those of the very second of the start are what was answered.
        """
        first = next((clock for clock in self._all if clock.metric == "frt"), None)
        if first is None and self._told.is_agent_first:
            self._begin("frt", at)
        is_over = first is not None and first.stopped is not None and (first.outcome != "unknown" or first.stopped < at)
        if is_over and not self._running("nrt"):
            self._begin("nrt", at)

    def _begin(self, metric: str, at: int) -> None:
        clock = _Running(metric, 1 + sum(each.metric == metric for each in self._all), at, self._rules)
        clock.promise(at, self._track, self._priority, self._calendar)
        self._all.append(clock)

    def _stop(self, at: int, outcome: str, *metrics: str) -> None:
        for clock in self._running(*metrics):
            clock.stop(at, outcome)

    def _running(self, *metrics: str) -> list[_Running]:
        return [clock for clock in self._all if clock.stopped is None and (not metrics or clock.metric in metrics)]

    def _cycles(self) -> int:
        return sum(clock.metric == "resolution" for clock in self._all)


def _told(case_id: str, clock: _Running, p75: Mapping[str, float]) -> Clock:
    assert clock.track is not None
    assert clock.target is not None
    return Clock(
        case_id=case_id,
        metric=clock.metric,
        cycle=clock.cycle,
        started_at=EPOCH + clock.started * SECOND,
        stopped_at=None if clock.stopped is None else EPOCH + clock.stopped * SECOND,
        outcome=clock.outcome,
        elapsed_seconds=clock.elapsed,
        target_seconds=clock.target,
        due_at=None if (due := clock.due()) is None else EPOCH + due * SECOND,
        state=_state(clock, clock.target, p75.get(clock.track, 0)),
        track=clock.track,
        priority=clock.priority,
        calendar=clock.calendar,
        is_paused=clock.is_paused,
    )


def _state(clock: _Running, target: int, p75: float) -> str:
    """What stands in the table of states, from the top."""
    is_over, outcome = clock.elapsed > target, clock.outcome
    if outcome in _UNJUDGED:
        return str(outcome)
    if outcome == "unanswered" or is_over:
        return "breached"
    if outcome is not None:
        return "met" if outcome in ("answered", "resolved") else outcome
    if clock.is_paused:
        return "paused"
    remaining, close = target - clock.elapsed, max(target / 4, p75 if clock.metric != "resolution" else 0)
    return "at_risk" if remaining <= close else "on_track"
