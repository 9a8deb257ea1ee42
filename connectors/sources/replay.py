"""Plays a file of posts as if they were written now: for the shipped example, for drills, for trying a wall out.

The posts of one ten-second slot depend on the seed and the slot alone, so a restart fills exactly the time it
slept and the same seed gives the same rows.
"""

from __future__ import annotations

import csv
import hashlib
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from connectors import contract
from connectors.contract import IO, Batch, Check, Cursor, Misconfigured, Setup
from connectors.records import Mention

SLOT = timedelta(seconds=10)
SLOTS_PER_BATCH = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = {"m": 60, "h": 3600, "d": 86400}
_CITIES = ("Boston", "Lisbon", "Denver", "Osaka", "Nairobi", "Dublin", "Lima", "Oslo", "Pune", "Perth")


class Options(contract.Options):
    """The options of a replay source."""

    path: str = Field(description="a CSV of posts: platform, language, region, author, followers, burst, text")
    per_day: int = Field(default=2000, ge=1, le=1_000_000, description="posts per day, on average")
    history: str = Field(default="48h", description="how far back the first run goes, such as 48h or 7d")
    seed: int = Field(default=1, description="another number plays the posts in another order")

    @field_validator("history")
    @classmethod
    def _span(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9]\d{0,4}[mhd]", value):
            raise ValueError(f'"{value}" is not a span; write 48h or 7d')
        return value

    @property
    def history_span(self) -> timedelta:
        """`history` as a timedelta."""
        return timedelta(seconds=int(self.history[:-1]) * _SPANS[self.history[-1]])


@dataclass(frozen=True, slots=True)
class _Post:
    """A row of the file; a bursting post is played mostly during the day's disturbance."""

    platform: str
    language: str | None
    region: str | None
    author: str
    followers: int | None
    bursts: bool
    text: str


class Source:
    """Reads the file anew on each run: a changed file plays on from now."""

    kind: ClassVar[str] = "replay"
    summary: ClassVar[str] = "plays a CSV of invented posts as if they were written now, for examples and drills"
    Options: ClassVar[type[contract.Options]] = Options

    def __init__(self, setup: Setup) -> None:
        self._options: Options = setup.options
        self._path = (setup.base / self._options.path).resolve()

    def check(self, io: IO) -> Check:
        """Whether the file is there and holds posts."""
        try:
            return Check("ok", f"{len(_posts(self._path))} posts in {self._path.name}")
        except Misconfigured as error:
            return Check("misconfigured", str(error))

    def read(self, io: IO, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """The posts of every slot that has ended by `until` and was not played yet. Raises Misconfigured."""
        posts = _posts(self._path)
        end = (until - _EPOCH) // SLOT
        first = (until - self._options.history_span - _EPOCH) // SLOT
        slot = max(first, _next_slot(cursor))
        start = slot
        while slot < end:
            stop = min(end, slot + SLOTS_PER_BATCH)
            records = tuple(record for number in range(slot, stop) for record in self._slot(posts, number))
            share = (stop - start) / (end - start)
            yield Batch(records=records, raw=len(records), cursor={"v": 1, "slot": stop}, done_share=share)
            slot = stop

    def _slot(self, posts: list[_Post], number: int) -> Iterator[Mention]:
        options = self._options
        dice = random.Random(f"{options.seed}/{number}")  # noqa: S311 -- a game of chance, not a secret
        begin = _EPOCH + number * SLOT
        loud, burst = _rhythm(begin), _burst(begin, options.seed)
        expected = options.per_day / (86400 / SLOT.total_seconds()) * loud * (1 + 1.2 * burst)
        weights = [(1 + 24 * burst if post.bursts else 1.0) for post in posts]
        for index in range(_poisson(dice, expected)):
            moment = begin + timedelta(milliseconds=dice.randrange(int(SLOT.total_seconds() * 1000)))
            yield _mention(dice.choices(posts, weights)[0], dice, moment, f"replay-{options.seed}-{number}-{index}")


def _next_slot(cursor: Cursor | None) -> int:
    slot = (cursor or {}).get("slot")
    return slot if isinstance(slot, int) else 0


def _rhythm(moment: datetime) -> float:
    """How loud this hour is against the day's mean: quiet at 08:00 UTC, loudest at 20:00 UTC."""
    hour = moment.hour + moment.minute / 60
    return 1 + 0.65 * math.sin((hour - 14) / 24 * 2 * math.pi)


def _burst(moment: datetime, seed: int) -> float:
    """0..1: each day has one disturbance of about two hours, at an hour that depends on the day."""
    day = hashlib.blake2b(f"{seed}/{moment:%Y-%m-%d}".encode(), digest_size=2).digest()
    begins = 13 + int.from_bytes(day, "big") % 8
    after = moment.hour + moment.minute / 60 - begins
    return 0.0 if not 0 <= after < 2.5 else min(1.0, after * 4) * math.exp(-after)


def _poisson(dice: random.Random, mean: float) -> int:
    """A Poisson draw by Knuth's product of uniforms; means here are small."""
    limit, product, drawn = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        drawn += 1
    return drawn


def _mention(post: _Post, dice: random.Random, moment: datetime, native_id: str) -> Mention:
    city, other = dice.sample(_CITIES, 2)
    words = {
        "flight": f"AU{dice.randrange(100, 999)}",
        "city": city,
        "city2": other,
        "minutes": str(dice.randrange(15, 95)),
    }
    text = re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), post.text)
    return Mention(
        item_id=f"{post.platform}:{native_id}",
        platform=post.platform,
        published_at=moment,
        text=text,
        language=post.language,
        region=post.region,
        # the same invented name stands for many people, as "thanks!" is said by many
        author_id=f"{post.author}/{dice.randrange(30)}",
        author_name=re.sub(r"\{minutes\}", words["minutes"], post.author),
        author_followers_count=None if post.followers is None else round(post.followers * dice.uniform(0.5, 1.5)),
    )


def _posts(path: Path) -> list[_Post]:
    """The posts of the file. Raises Misconfigured, naming the file, when there are none to play."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Misconfigured(f"path: {path} cannot be read: {error}") from None
    if not rows or not {"platform", "text"} <= set(rows[0]):
        raise Misconfigured(f"path: {path} needs a header with platform and text, and at least one post")
    return [_post(row) for row in rows]


def _post(row: dict[str, str]) -> _Post:
    followers = (row.get("followers") or "").strip()
    return _Post(
        platform=row["platform"],
        language=row.get("language") or None,
        region=row.get("region") or None,
        author=row.get("author") or "somebody",
        followers=int(followers) if followers.isdigit() else None,
        bursts=(row.get("burst") or "") == "yes",
        text=row["text"],
    )
