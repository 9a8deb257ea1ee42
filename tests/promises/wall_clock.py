"""When calendars are open, tick by tick, as somebody sees it who watches a clock on a wall.

For each minute the clock on the wall of the calendar's zone is read. A shift is on when the furthest that clock has
ever read lies at or after its begin and before its end. So a shift begins when the clock first reads its begin or
later: at the jump, where that time is jumped over, and the first time, where it comes twice. There is no arithmetic
with spans here, and none with time zones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, islice
from zoneinfo import ZoneInfo

from tests.promises.worlds import Hours

DAY_SECONDS = 86400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SET_BACK = 240  # minutes: no clock is set back by as many
_SEARCHED = 100  # days: no calendar here is closed for as many

Shift = tuple[datetime, datetime]  # on the wall: begin, end (exclusive)


class OpenTicks:
    """The ticks at which each of some calendars is open. A tick is `step` seconds, counted from the epoch."""

    def __init__(self, calendars: Sequence[Hours], step: int) -> None:
        self.names = frozenset(hours.name for hours in calendars)
        self._calendars, self._step = calendars, step
        self._ticks_a_day = DAY_SECONDS // step
        self._minutes = cache(self._minutes_of)
        self.day = cache(self._ticks_of)

    def between(self, calendar: str, since: int, until: int) -> int:
        """How many ticks of [since, until) are open."""
        return sum(self.day(calendar, number).count(1, low, high) for number, low, high in self._days(since, until))

    def after(self, calendar: str, since: int, wanted: int) -> int:
        """The first tick at which `wanted` more ticks than at `since` have been open; fewer, where it is negative.

        That is the end of an open tick: the closing, not the next opening.
        """
        return self._forward(calendar, since, wanted) if wanted > 0 else self._backward(calendar, since, -wanted)

    def _forward(self, calendar: str, since: int, wanted: int) -> int:
        for number, low, high in self._days(since, since + _SEARCHED * self._ticks_a_day):
            day = self.day(calendar, number)
            found = day.count(1, low, high)
            if found >= wanted:
                return number * self._ticks_a_day + _place(day, low, wanted)
            wanted -= found
        raise ValueError(f"{calendar} is not open for long enough in the {_SEARCHED} days after {since}")

    def _backward(self, calendar: str, since: int, wanted: int) -> int:
        for tick in range(since - 1, since - _SEARCHED * self._ticks_a_day, -1):
            number, place = divmod(tick, self._ticks_a_day)
            if self.day(calendar, number)[place]:
                if not wanted:
                    return tick + 1
                wanted -= 1
        raise ValueError(f"{calendar} is not open for long enough in the {_SEARCHED} days before {since}")

    def _days(self, since: int, until: int) -> Iterator[tuple[int, int, int]]:
        """The days of [since, until), each with its first tick in it and the one after its last."""
        for number in range(since // self._ticks_a_day, -(-until // self._ticks_a_day)):
            first = number * self._ticks_a_day
            yield number, max(since - first, 0), min(until - first, self._ticks_a_day)

    def _ticks_of(self, calendar: str, number: int) -> bytes:
        minutes, each = self._minutes(calendar, number), 60 // self._step
        return minutes if each == 1 else b"".join(bytes([minute]) * each for minute in minutes)

    def _minutes_of(self, calendar: str, number: int) -> bytes:
        versions = [hours for hours in self._calendars if hours.name == calendar]
        if versions[0].always:
            return bytes([1]) * 1440
        if versions[0].union:
            return bytes(map(max, zip(*(self._minutes(name, number) for name in versions[0].union), strict=True)))
        return bytes(_watch(versions, _EPOCH + number * _DAY))


def _place(day: bytes, low: int, wanted: int) -> int:
    """Just after the open tick number `wanted` from `low` on."""
    for _ in range(wanted):
        low = day.index(1, low) + 1
    return low


def _watch(versions: Sequence[Hours], midnight: datetime) -> Iterator[bool]:
    """Minute by minute of a UTC day, whether one of the shifts is on."""
    zone = ZoneInfo(versions[0].timezone)
    shifts = cache(lambda day: [*_shifts(versions, day - _DAY), *_shifts(versions, day)])
    walls = (_wall(midnight + minute * _MINUTE, zone) for minute in range(-_SET_BACK, 1440))
    for furthest in islice(accumulate(walls, max), _SET_BACK, None):
        yield any(begin <= furthest < end for begin, end in shifts(furthest.date()))


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _shifts(versions: Sequence[Hours], day: date) -> list[Shift]:
    """The shifts that begin on a local day."""
    hours = [each for each in versions if each.since is None or each.since <= day][-1]
    usual = () if day in hours.holidays else hours.open.get(_WEEKDAYS[day.weekday()], ())
    return [_shift(span, day) for span in hours.special.get(day, usual)]


def _shift(span: str, day: date) -> Shift:
    begin, end = (_read(word, day) for word in span.split("-"))
    return begin, end if end > begin else end + _DAY


def _read(word: str, day: date) -> datetime:
    hour, minute = map(int, word.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
