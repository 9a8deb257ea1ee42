"""Two invented weeks of an airline's care desk: posts, cases with their events, a roster with a hole, an outage.

The week is ISO week 47 of 2026 in New York, the one before it is quieter. Everything follows from the numbers here.
"""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config import Site, parse_site
from queries.keys import key
from queries.warehouse import Warehouse
from tests.queries.case_rows import Row, case, event, put, reply

SINCE = datetime(2026, 11, 16, 5, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)
BEFORE = SINCE - timedelta(days=7)
MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLATFORMS = ("x", "instagram", "reddit", "facebook", "tiktok")
SITE = """
[site]
name = "Aurora Air desk"
timezone = "America/New_York"
currency = "USD"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora Air"
terms = ["aurora air", "@auroraair"]
[[brand]]
name = "Meridian"
kind = "competitor"
terms = ["meridian"]
[[brand]]
name = "Skylark"
kind = "competitor"
terms = ["skylark"]
"""
GOALS = """
[[goal]]
name = "Answer within the hour"
owner = "Service lead"
kpi = "first response time, median"
target = "under 60 minutes, day and night"
from = 2026-01-01
[[goal]]
name = "Hear it first"
owner = "Listening lead"
kpi = "time from the first post to the shift lead's word"
target = "under 15 minutes"
from = 2026-01-01
[snapshot]
folder = "snapshots"
[snapshot.goals]
first_response = "Answer within the hour"
mentions = "Hear it first"
"""
VALUE = """
[value.contact_share]
low = 0.25
likely = 0.45
high = 0.65
owner = "Director of service"
source = "survey of customers answered in the second quarter, 412 replies"
date = 2026-07-01
[value.assisted_cost]
low = 8.01
likely = 8.01
high = 8.01
owner = "Controller"
source = "cost per call, contact center accounts 2026"
date = 2026-09-01
[value.social_cost]
low = 3.0
likely = 4.2
high = 6.0
owner = "Controller"
source = "wages and licences per case answered, 2026"
date = 2026-09-01
"""


def site(*more: str, base: Path = Path(".")) -> Site:
    """The site file of these weeks, with goals and value, or with `more` instead."""
    return parse_site(SITE + "".join(more or (GOALS, VALUE)), base=base)


def fill(warehouse: Warehouse, scale: float = 1.0) -> None:
    """Put both weeks into the warehouse; with a `scale` so many times as many posts and cases."""
    dice = random.Random(46)
    posts = [*_posts(dice, BEFORE, int(2200 * scale), 0.0), *_posts(dice, SINCE, int(2600 * scale), 1.0)]
    cases, events = [], []
    for start, count, number in ((BEFORE, int(210 * scale), 0), (SINCE, int(240 * scale), 100_000)):
        for one in range(count):
            made = _case(dice, number + one, start + dice.random() * timedelta(days=7))
            cases.append(made[0])
            events += made[1]
    put(warehouse, now=MADE, mentions=posts, cases=cases, case_events=events, shifts=_shifts(), gaps=_gaps())


def _posts(dice: random.Random, start: datetime, count: int, incident: float) -> list[Row]:
    rows, weights = [], [_loudness(hour, incident) for hour in range(168)]
    for number, hour in enumerate(dice.choices(range(168), weights, k=count)):
        loud = incident and 80 <= hour < 92
        brand = dice.choices(["Aurora Air", "Meridian", "Skylark"], [9 if loud else 5, 3, 2])[0]
        label = dice.choices(["negative", "neutral", "positive"], [6, 3, 1] if loud else [3, 5, 3])[0]
        text = "aurora air lost baggage at gate again" if loud else dice.choice(_TEXTS)
        at = start + hour * HOUR + dice.random() * HOUR
        rows.append(_mention(f"{start:%d}-{number}", at, brand, label, f"{text} {number % 97}", dice))
    return rows


_TEXTS = (
    "aurora air on time today",
    "boarding with aurora air",
    "thank you aurora air crew",
    "aurora air check in slow",
)


def _loudness(hour: int, incident: float) -> float:
    day = 1.2 + math.sin((hour % 24 - 9) / 24 * 2 * math.pi)
    return day * (4.0 if incident and 80 <= hour < 92 else 1.0)


def _mention(name: str, at: datetime, brand: str, label: str, text: str, dice: random.Random) -> Row:
    platform, author = dice.choices(PLATFORMS, [5, 3, 2, 2, 1])[0], dice.randrange(900)
    item = f"{platform}:{name}"
    plain: dict[str, Any] = {"item_id": item, "brand": brand, "platform": platform, "published_at": at, "text": text}
    keys = {"mention_key": key(item, brand), "item_key": key(item), "text_key": key(text), "author_key": author}
    judged = {"sentiment_label": label, "sentiment_model": "m", "is_drill": False, "source": "posts", "language": "en"}
    return {**plain, **keys, **judged, "author_id": str(author), "known_from_at": at}


def _case(dice: random.Random, number: int, opened: datetime) -> tuple[Row, list[Row]]:
    platform = dice.choices(PLATFORMS, [5, 3, 2, 2, 1])[0]
    name = f"{platform}:c{number}"
    made = case(name, opened, brand="Aurora Air", platform=platform, known_from_at=opened)
    fate, answered = dice.random(), opened + dice.lognormvariate(3.3, 1.0) * timedelta(minutes=1)
    if fate < 0.04:
        return made, []
    happened: list[tuple[str, datetime, dict[str, Any]]] = []
    if fate < 0.08:
        reason = dice.choice(["not our service", "insult", None])
        happened.append(("declined", opened + HOUR, {"reason": reason, "actor_kind": "human"}))
        return made, [event(name, kind, at, known_from_at=at, **more) for kind, at, more in happened]
    resolved = answered + dice.lognormvariate(5.0, 0.9) * timedelta(minutes=1)
    happened.append(("resolved", resolved, {"actor_kind": "bot" if fate > 0.97 else "human"}))
    if fate < 0.14:
        happened.append(("reopened", resolved + 9 * HOUR, {"actor_kind": "customer"}))
        happened.append(("resolved", resolved + 30 * HOUR, {"actor_kind": "human"}))
    if fate > 0.45:
        score = dice.choices([1, 2, 3, 4, 5, None], [1, 1, 2, 5, 7, 20])[0]
        happened.append(("surveyed", resolved + HOUR, {"score": score, "score_of": 5.0}))
    if fate > 0.92:
        happened.append(("lead", resolved, {"outcome": "passed"}))
        happened.append(("lead", resolved + HOUR, {"outcome": "accepted"}))
        happened.append(("lead", resolved + 5 * HOUR, {"outcome": "won" if fate > 0.95 else "lost", "amount": 250.0}))
    said = [reply(name, answered, known_from_at=answered)]
    return made, said + [event(name, kind, at, known_from_at=at, **more) for kind, at, more in happened]


def _shifts() -> list[Row]:
    """New York from 7 to 19 every day, Bengaluru the nights of workdays: weekend nights are nobody's."""
    rows = []
    for number in range(-1, 15):
        day = BEFORE + number * timedelta(days=1)
        rows.append(_shift("New York", "America/New_York", day + 7 * HOUR, day + 19 * HOUR))
        if (day - 5 * HOUR).weekday() < 5:
            rows.append(_shift("Bengaluru", "Asia/Kolkata", day + 19.5 * HOUR, day + 31 * HOUR))
    return rows


def _shift(place: str, zone: str, starts: datetime, ends: datetime) -> Row:
    row = {"site": place, "timezone": zone, "team": "care", "languages": ["en"], "heads": 3}
    return {
        **row,
        "is_on_call": False,
        "starts_at": starts,
        "ends_at": ends,
        "known_from_at": BEFORE - timedelta(days=3),
    }


def _gaps() -> list[Row]:
    since = SINCE + timedelta(days=4, hours=14)
    told = {"source": "posts", "platform": "reddit", "kind": "gap", "sentence": "the list was cut at 500"}
    return [{**told, "gap_key": 1, "since_at": since, "until_at": since + 5 * HOUR, "known_from_at": since + 6 * HOUR}]
