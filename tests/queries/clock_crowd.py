"""A crowd of cases with clocks in every state: two calendars, three tracks, pauses, answers in private."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from queries import clocks
from queries.keys import key
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.keeping import promise
from tests.queries.case_rows import HOUR, MINUTE, Row, case, event, put

DAY = timedelta(days=1)
PROMISES = """
[site]
name = "Desk of <b>all</b>"
timezone = "America/New_York"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[brand]]
name = "Meridian"
kind = "competitor"
terms = ["meridian"]
[sla]
default_track = "claim"
[calendar.week]
timezone = "America/New_York"
[calendar.week.open]
mon = ["09:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]
sat = ["05:00-11:30"]
[calendar.always]
always = true
[track.claim]
calendar = "week"
frt = "2h"
nrt = "2h"
resolution = "10h"
attainment_target = 0.9
public_promise = { frt = "3h", nrt = "4h" }
[track.claim.priority.high]
frt = "1h"
[track.loud]
calendar = "always"
frt = "30m"
nrt = "1h"
resolution = "6h"
attainment_target = 0.6
public_promise = { frt = "1h" }
[track.praise]
calendar = "week"
frt = "4h"
"""
_ENDS = ("resolved", "resolved", "resolved", "resolved", None, None, "acknowledged", "declined", "excluded", "merged")


def crowd(count: int = 260) -> tuple[list[Row], list[Row]]:
    """Cases of two weeks and what happened to them; always the same."""
    dice = random.Random(31)
    made = [_made(number, dice) for number in range(count)]
    return [row for row, _ in made], [one for _, events in made for one in events]


def promised(warehouse: Warehouse, count: int = 260, now: datetime = NOON) -> None:
    """Put the crowd and its promises into a warehouse, and let the clocks be computed."""
    cases, events = crowd(count)
    put(warehouse, now, cases=cases, case_events=events, shifts=_shifts())
    if not promise(warehouse, PROMISES, now):
        # a house that has read the same file before has computed the clocks of no case
        with warehouse.transaction() as inside:
            known_at = warehouse.next_known_at(now)
            clocks.recompute(inside, known_at)
            warehouse.bump(inside, known_at)


def _made(number: int, dice: random.Random) -> tuple[Row, list[Row]]:
    name = f"x:c{number}"
    # some of the last hours, so that something falls due soon
    age = dice.choice((dice.random() * 13 * DAY, dice.random() * 4 * HOUR, dice.random() * 90 * MINUTE))
    opened = _whole(NOON - MINUTE - age)
    row = case(
        name, opened, brand=dice.choice(("Aurora", "Aurora", "Meridian", None)), platform=dice.choice(("x", "mail")),
        track=dice.choice(("claim", "loud", "praise", None)), priority=dice.choice(("high", None)),
        subject=dice.choice(("lost bag", '=HYPERLINK("x")', None)), known_from_at=NOON - 30 * DAY,
    )  # fmt: skip
    return row, _happened(name, opened, dice)


def _happened(name: str, opened: datetime, dice: random.Random) -> list[Row]:
    """Assigned, answered, asked again, paused, ended: each with some chance, all before noon."""
    at, events = opened, []

    def then(kind: str, longest: timedelta, **more: object) -> None:
        nonlocal at
        at = _whole(at + dice.random() * longest)
        events.append(event(name, kind, at, known_from_at=NOON - 30 * DAY, **more))

    if dice.random() < 0.8:
        then("assigned", 30 * MINUTE, owner=dice.choice(("kim", "lou")))
    if dice.random() < 0.75:
        then("message", dice.choice((HOUR, 20 * HOUR)), actor_kind="human", visibility="public", actor="kim")
        if dice.random() < 0.2:
            then("message", 20 * MINUTE, actor_kind="human", visibility="public", actor="lou")
        if dice.random() < 0.5:
            then("message", 9 * HOUR, actor_kind="customer", visibility="public")
            then("message", dice.choice((HOUR, 9 * HOUR)), actor_kind="human", visibility="private", actor="lou")
    if dice.random() < 0.3:
        then("paused", 3 * HOUR, reason="waiting_third_party", actor_kind="human")
    end = dice.choice(_ENDS)
    if end:
        then(end, dice.choice((4 * HOUR, 40 * HOUR)), actor_kind="human", **_end(end, dice))
    return [one for one in events if one["happened_at"] <= NOON]


def _end(kind: str, dice: random.Random) -> dict[str, object]:
    if kind != "merged":
        return {}
    other = f"x:c{dice.randrange(20)}"
    return {"other_case_id": other, "other_case_key": key(other)}


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _shifts() -> list[Row]:
    """One place, by day, without Sundays."""
    rows = []
    for back in range(40, -3, -1):
        day = NOON.replace(hour=0) - back * DAY
        if day.weekday() == 6:
            continue
        told = {"site": "New York", "timezone": "America/New_York", "team": "care", "languages": ["en"], "heads": 2}
        rows.append(
            {
                **told,
                "is_on_call": False,
                "starts_at": day + 13 * HOUR,
                "ends_at": day + 22 * HOUR,
                "known_from_at": NOON - 60 * DAY,
            }
        )
    return rows
