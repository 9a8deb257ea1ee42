"""The rules of docs/coverage.md once more, minute by minute and message by message: slow, plain, and written apart.

Who is on shift is looked up on the clocks of each site, one minute after the other. The work of every message is laid
into the minutes its promise has. Predicted breaches are a queue that is served, slot after slot, by earliest deadline.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.people.on_shift import People
from tests.people.worlds import ALL, DAY, World

_BACK = 8 * DAY
_SHARES_FROM, _SHARES_OF = 28 * DAY, 30


@dataclass(frozen=True)
class Slot:
    """What is known of a slot, of one site and language; the last seven of all sites together only."""

    heads: int | None
    staffed: float | None
    demand: float | None = None
    required: float | None = None
    scheduled: int | None = None
    net: float | None = None
    breached: float | None = None
    is_forecast: bool | None = None
    state: str | None = None
    work: float = 0.0


@dataclass(frozen=True)
class Work:
    """Messages, and the seconds they take."""

    count: float = 0.0
    seconds: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(self.count + other.count, self.seconds + other.seconds)


# -- what is asked, and how much work it is ----------------------------------------------------------------------------
class Asked:
    """What came and what is expected, in slots of one grid."""

    def __init__(self, world: World, since: int, slot_minutes: int, track: str) -> None:
        self._world, self._since, self._length, self._only = world, since, slot_minutes, track

    def start(self, number: int) -> int:
        """The first minute of a slot."""
        return self._since + number * self._length

    def number(self, at: int) -> int:
        """The slot a minute lies in."""
        return (at - self._since) // self._length

    def is_ahead(self, number: int) -> bool:
        """Whether a slot is not over yet."""
        return self.start(number + 1) > self._world.now

    def kinds(self, number: int, language: str) -> Counter[tuple[str, str]]:
        """Messages of a slot by track and metric."""
        if not self.is_ahead(number):
            return self._came[number, language]
        expected = self.expected(self.start(number), self.start(number + 1), language)
        shares = self.shares(language)
        return Counter({kind: expected * share for kind, share in shares.items() if expected * share > 0})

    def expected(self, since: int, until: int, language: str) -> float:
        """Each hour's messages come evenly, minute by minute."""
        return sum(self._world.forecast.get((at - at % 60, language), 0.0) / 60 for at in range(since, until))

    def shares(self, language: str) -> dict[tuple[str, str], float]:
        """Of which track and metric messages of a language are, as those of the last 28 days were."""
        recent = [one for one in self._world.messages if self._world.now - _SHARES_FROM <= one.at < self._world.now]
        own = [one for one in recent if one.language == language]
        told = own if len(own) >= _SHARES_OF else recent
        counts = Counter((one.track, one.metric) for one in told)
        return {kind: count / len(told) for kind, count in counts.items() if self._is_wanted(kind[0])}

    @cached_property
    def _came(self) -> dict[tuple[int, str], Counter[tuple[str, str]]]:
        found: dict[tuple[int, str], Counter[tuple[str, str]]] = defaultdict(Counter)
        for one in self._world.messages:
            if self._is_wanted(one.track):
                found[self.number(one.at), ALL][one.track, one.metric] += 1
                if one.language:
                    found[self.number(one.at), one.language][one.track, one.metric] += 1
        return found

    def _is_wanted(self, track: str) -> bool:
        return self._only in ("", track)

    def waiting(self, language: str) -> Iterator[tuple[int, str]]:
        """When those are due who wait now and are not late yet, and of which track they are."""
        for one in self._world.messages:
            is_of = language in (ALL, one.language) and self._is_wanted(one.track)
            if is_of and one.due is not None and one.due > self._world.now:
                yield one.due, one.track


class Terms:
    """What a message costs and how long it may wait."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open = {
            name: [at for since, until in spans for at in range(since, until)] for name, spans in world.opens.items()
        }

    def seconds(self, track: str) -> int:
        """The work of one message."""
        return self._world.handling.get(track, self._world.handling[None])

    def minutes(self, track: str, metric: str, since: int, until: int) -> list[int]:
        """The open minutes work is given that comes from `since` until before `until`.

        It counts as there from `since` on, and has never less than all of the time in which it comes.
        """
        opens, wait = self._promised(track, metric)
        first, own = bisect_left(opens, since), bisect_left(opens, until)
        return opens[first : max(first + wait, own)]

    def due(self, track: str, metric: str, came: int) -> int:
        """The last open minute of what comes at `came`."""
        opens, wait = self._promised(track, metric)
        return opens[bisect_left(opens, came) + wait - 1]

    def _promised(self, track: str, metric: str) -> tuple[list[int], int]:
        promise = self._world.promises.get(track, self._world.promises[self._world.default_track])
        wait = promise.minutes(metric)
        assert wait is not None
        return self._open[promise.calendar], wait


# -- put together ------------------------------------------------------------------------------------------------------
class Walker:
    """A world in slots of so many minutes from `since` (a minute) on, seen from its now."""

    def __init__(self, world: World, since: int, until: int, slot_minutes: int, track: str = "") -> None:
        self.world, self.track, self._length = world, track, slot_minutes
        self._numbers = range(math.ceil((until - since) / slot_minutes))
        self._people, self._terms = People(world), Terms(world)
        self._asked = Asked(world, since, slot_minutes, track)
        self._minutes: dict[tuple[int, str, str], list[int]] = {}

    def slots(self, site: str, language: str) -> list[Slot]:
        """One after the other."""
        if site != ALL:
            return [Slot(heads, self._staffed(heads)) for heads in self._heads(self._numbers, site, language)]
        required, breached = self._required(language), self._breached(language)
        return [
            self._slot(number, language, heads, required[number], breached.get(number))
            for number, heads in zip(self._numbers, self._heads(self._numbers, ALL, language), strict=True)
        ]

    def _heads(self, numbers: Iterable[int], site: str, language: str) -> Iterator[int | None]:
        """The fewest heads of any minute of each slot; None outside the roster."""
        present = self._people.heads(site, language, self.track)
        for since, until in ((self._asked.start(number), self._asked.start(number + 1)) for number in numbers):
            is_known = self._people.is_known(since, until)
            yield min(present[at] for at in range(since, until)) if is_known else None

    def _staffed(self, heads: int | None) -> float | None:
        return None if heads is None else heads * (1 - self.world.shrinkage)

    def _slot(self, number: int, language: str, heads: int | None, required: float, breached: float | None) -> Slot:
        kinds, staffed = self._asked.kinds(number, language), self._staffed(heads)
        demand = sum(kinds.values())
        return Slot(
            heads=heads,
            staffed=staffed,
            demand=demand,
            required=required,
            scheduled=math.ceil(required / (1 - self.world.shrinkage) - 1e-9),
            net=None if staffed is None else staffed - required,
            breached=breached,
            is_forecast=self._asked.is_ahead(number),
            state=_state(heads, staffed, demand, required),
            work=sum(count * self._terms.seconds(track) for (track, _), count in kinds.items()),
        )

    def _laid(self, number: int, track: str, metric: str) -> list[int]:
        """The minutes the work of a slot is laid into."""
        start = self._asked.start
        if (number, track, metric) not in self._minutes:
            self._minutes[number, track, metric] = self._terms.minutes(track, metric, start(number), start(number + 1))
        return self._minutes[number, track, metric]

    def _required(self, language: str) -> list[float]:
        """Work is given its minutes evenly; what came before the first slot still is at work in it."""
        laid: dict[int, float] = defaultdict(float)
        for number in range(self._asked.number(self._asked.start(0) - _BACK), self._numbers.stop):
            for (track, metric), count in self._asked.kinds(number, language).items():
                minutes = self._laid(number, track, metric)
                work = count * self._terms.seconds(track) / len(minutes)
                for slot, many in Counter(map(self._asked.number, minutes)).items():
                    laid[slot] += work * many
        return [laid[number] / (self._length * 60) / self.world.occupancy for number in self._numbers]

    def _breached(self, language: str) -> dict[int, float]:
        """Serve by earliest deadline from now on; what falls due in a slot and is not done at its end is late.

        The late part of the work that is due in a slot is that part of its messages.
        """
        first = self._asked.number(self.world.now)
        asked = defaultdict(Work, self._waiting(language))
        left = defaultdict(float, {due: work.seconds for due, work in asked.items()})
        late: dict[int, float] = {}
        numbers = range(first, max(first, self._numbers.stop))
        for number, heads in zip(numbers, self._heads(numbers, ALL, language), strict=True):
            if heads is None:
                break
            rest = (self._asked.start(number + 1) - max(self.world.now, self._asked.start(number))) / self._length
            for due, work in self._comes(number, language, rest):
                asked[due], left[due] = asked[due] + work, left[due] + work.seconds
            able = heads * (1 - self.world.shrinkage) * self.world.occupancy
            _serve(left, able * rest * self._length * 60)
            late[number] = asked[number].count * left[number] / asked[number].seconds if left[number] else 0.0
        return late

    def _waiting(self, language: str) -> dict[int, Work]:
        """Who waits now, by the slot in which they are due."""
        found: dict[int, Work] = defaultdict(Work)
        for due, track in self._asked.waiting(language):
            found[self._asked.number(due - 1)] += Work(1, self._terms.seconds(track))
        return found

    def _comes(self, number: int, language: str, rest: float) -> Iterator[tuple[int, Work]]:
        """What still comes in a slot of which this part is left; it is due as if it came at its end."""
        for (track, metric), count in self._asked.kinds(number, language).items():
            due = self._asked.number(self._terms.due(track, metric, self._asked.start(number + 1)))
            yield due, Work(count * rest, count * rest * self._terms.seconds(track))


def _serve(left: dict[int, float], seconds: float) -> None:
    """Do so much work, the earliest deadline first."""
    for due in sorted(left):
        done = min(left[due], seconds)
        left[due] -= done
        seconds -= done


def _state(heads: int | None, staffed: float | None, demand: float, required: float) -> str | None:
    """The table of states, from the top."""
    if heads is None or staffed is None:
        return None
    if demand > 0 and not heads:
        return "gap"
    if staffed < required - 1e-9:
        return "thin"
    if staffed > 1.5 * required + 1e-9 and staffed >= required + 1 - 1e-9:
        return "surplus"
    return "covered"
