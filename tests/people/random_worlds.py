"""Worlds by number: sites in zones whose clocks change, nights and overlaps, languages, calendars, messages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from tests.people.on_shift import edge
from tests.people.worlds import DAY, EPOCH, WEEKDAYS, Message, Promise, Table, World, minute

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
CHANGES = ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))
"""Days of 2026 on which clocks change: New York, Berlin, Lord Howe, and back."""
TONGUES = ("de", "en", "ne")
TARGETS = (20, 25, 45, 60, 90, 120, 240, 480)
_STARTS = (time(0), time(2), time(2, 30), time(6), time(9), time(9, 20), time(13, 45), time(22))
_LENGTHS = (1, 4, 8, 8, 9, 12)
_WEEK = WEEKDAYS[:5]


@cache
def world(number: int) -> World:
    """The world of a number, the same each time."""
    dice = Random(number)
    month, day = CHANGES[number % len(CHANGES)]
    now = minute(datetime(2026, month, day, dice.randrange(24), dice.choice((0, 15, 22, 30, 51)), tzinfo=UTC))
    now += dice.choice((-DAY, 0, 0, DAY))
    roster = (now - 3 * DAY - 200, now + dice.choice((15 * 60, 4 * DAY)))
    opens = _opens(dice, now - 13 * DAY, now + 16 * DAY)
    promises = {name: _promise(dice, tuple(opens)) for name in ("care", "incident")}
    bare = World(
        now=now,
        tables=[table for site in range(dice.randrange(2, 5)) for table in _site(dice, site)],
        roster=roster,
        opens=opens,
        promises=promises,
        default_track="care",
        handling={None: dice.choice((90, 360, 1500)), **({"incident": 600} if dice.random() < 0.6 else {})},
        occupancy=dice.choice((1.0, 0.85)),
        shrinkage=dice.choice((0.0, 0.3)),
    )
    return replace(bare, messages=[*_messages(dice, bare)], forecast=_forecast(dice, now))


def _site(dice: Random, number: int) -> Iterator[Table]:
    """Tables of one site: by day, at night, some of them on weekdays only, replaced or ended in the middle."""
    zone = ZONES[number] if dice.random() < 0.7 else dice.choice(ZONES)
    for _ in range(dice.randrange(1, 4)):
        start = dice.choice(_STARTS)
        end = (datetime.combine(date(2026, 1, 1), start) + timedelta(hours=dice.choice(_LENGTHS))).time()
        yield Table(
            site=f"Site {number}",
            timezone=zone,
            start=start,
            end=end,
            heads=dice.randrange(1, 4),
            languages=tuple(dice.sample(TONGUES, dice.choice((1, 1, 2)))),
            tracks=dice.choice(((), (), ("incident",), ("care",))),
            days=dice.choice((WEEKDAYS, WEEKDAYS, _WEEK)),
            on_call=dice.random() < 0.1,
        )


def _opens(dice: Random, since: int, until: int) -> dict[str, Sequence[tuple[int, int]]]:
    """Round the clock, an office that is shut at the weekend, and one that is open at night."""
    open_at, last = dice.choice((time(9), time(9, 20), time(8, 45))), dice.choice((time(17), time(18, 5)))
    zone, other = dice.choice(ZONES), dice.choice(ZONES)
    return {
        "always": [(since, until)],
        "office": [*_hours(zone, open_at, last, _WEEK, since, until)],
        "night": [*_hours(other, time(20), dice.choice((time(4), time(2, 30))), WEEKDAYS, since, until)],
    }


def _hours(zone: str, start: time, end: time, days: Sequence[str], since: int, until: int) -> Iterator[tuple[int, int]]:
    for number in range(since // DAY + 2, until // DAY - 1):
        if WEEKDAYS[(EPOCH + number * timedelta(days=1)).weekday()] in days:
            last = number if end > start else number + 1
            yield (
                edge(zone, number * DAY + start.hour * 60 + start.minute, since, until),
                edge(zone, last * DAY + end.hour * 60 + end.minute, since, until),
            )


def _promise(dice: Random, calendars: Sequence[str]) -> Promise:
    return Promise(dice.choice(calendars), dice.choice(TARGETS), dice.choice(TARGETS))


def _messages(dice: Random, bare: World) -> Iterator[Message]:
    """Of four weeks, most of them of the last two days; one language is seldom, and some wait."""
    opens = {name: [at for span in spans for at in range(*span)] for name, spans in bare.opens.items()}
    for number in range(360):
        back = 1 + dice.randrange(27 * DAY if number < 60 else 2 * DAY)
        one = Message(
            at=bare.now - back,
            language=dice.choices((*TONGUES, None), (8, 8, 1, 2))[0],
            track=dice.choices(("care", "incident"), (6, 3))[0],
            metric=dice.choice(("frt", "frt", "nrt")),
        )
        waits = back < 10 * 60 and dice.random() < 0.5
        yield replace(one, due=_due(bare, one, opens)) if waits else one


def _due(bare: World, one: Message, opens: dict[str, list[int]]) -> int:
    """When its clock is over: at the end of the last open minute it may wait."""
    promise = bare.promises.get(one.track, bare.promises[bare.default_track])
    wait, told = promise.minutes(one.metric), opens[promise.calendar]
    assert wait is not None
    return told[bisect_left(told, one.at) + wait - 1] + 1


def _forecast(dice: Random, now: int) -> dict[tuple[int, str], float]:
    """By the hour, with quiet nights and hours in which nothing at all is expected."""
    first = now - now % 60
    hours = [first + 60 * number for number in range(6 * 24)]
    usual = {language: dice.choice((0.21, 2.0, 15.0)) for language in ("all", *TONGUES)}
    return {
        (hour, language): mean * dice.choice((0.0, 0.53, 1.0, 2.9))
        for hour in hours
        for language, mean in usual.items()
    }
