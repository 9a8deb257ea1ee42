"""The posts of one platform in one slot: the daily round about the airline, about its rivals, and the story."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate

from connectors.demo.chance import (
    SLOT_MILLISECONDS,
    SLOTS_PER_DAY,
    Dice,
    Wheel,
    begin_of,
    dice_of,
    pick,
    poisson,
    slot_of,
)
from connectors.demo.places import COUNTRIES, crowd
from connectors.demo.story import DRILL, DRILL_PLATFORM, DRILL_WORDS, Story, Theme
from connectors.demo.wording import OWN, RIVALS, Brand, language
from connectors.demo.writing import THREADED, Post, Writer

PLATFORMS = {
    "x": 0.30, "instagram": 0.16, "facebook": 0.15, "tiktok": 0.09, "youtube": 0.06, "reddit": 0.10, "bluesky": 0.09,
    "news": 0.05,
}  # fmt: skip
"""The platforms there are, and each one's part of all that is said."""

USUAL_PER_DAY = 2500
"""Posts a day for which the story's own figures are given; more or fewer make it louder or quieter with the rest."""

_REPLIES, _COPIES = 0.13, 0.05
_OWN_KINDS = Wheel({"positive": 0.285, "negative": 0.285, "neutral": 0.26, "question": 0.085, "lead": 0.008,
                    "compare": 0.035, "owned": 0.006})  # fmt: skip
_RIVALS_KINDS = Wheel({"positive": 0.3, "negative": 0.29, "neutral": 0.33, "compare": 0.04, "question": 0.04})
_PRESS_KINDS = Wheel({"news.positive": 0.28, "news.neutral": 0.46, "news.negative": 0.26})
_RIVAL = Wheel({str(number): brand.share for number, brand in enumerate(RIVALS)})
_MILLISECOND = timedelta(milliseconds=1)

Subject = Callable[[], tuple[str, Brand, Sequence[float]]]
"""What the next post is about: its kind, its brand, and the running sums of the countries' weights."""


@dataclass(frozen=True, slots=True)
class Posts:
    """All that is said."""

    seed: int
    per_day: float
    story: Story

    def of(self, platform: str, slot: int, *, own_only: bool = False) -> list[Post]:
        """The posts of a platform in a slot, without those nobody could see; with `own_only` less about rivals."""
        daily = self.per_day / SLOTS_PER_DAY * PLATFORMS[platform] * self.story.level(slot) * crowd(slot).total
        posts = self._daily(platform, slot, daily * OWN.share, is_own=True) + self._told(platform, slot)
        if not own_only:
            posts += self._daily(platform, slot, daily * (1 - OWN.share), is_own=False)
        if platform != self.story.outage.name:
            return posts
        return [post for post in posts if not self.story.outage.holds(post.mention.published_at)]

    def _daily(self, platform: str, slot: int, expected: float, *, is_own: bool) -> list[Post]:
        dice = dice_of(self.seed, platform, slot, "own" if is_own else "rivals")
        kinds = _PRESS_KINDS if platform == "news" else _OWN_KINDS if is_own else _RIVALS_KINDS
        edges = crowd(slot).edges

        def subject() -> tuple[str, Brand, Sequence[float]]:
            brand = OWN if is_own else RIVALS[int(_RIVAL.turn(dice.random()))]
            return kinds.turn(dice.random()), brand, edges

        return self._stream(platform, slot, "o" if is_own else "r", dice, expected, subject)

    def _told(self, platform: str, slot: int) -> list[Post]:
        """What the story adds, and the airline's own word on the incident."""
        themes, number = self.story.themes(platform, slot), self.story.statement(platform, slot)
        posts = self._of_themes(platform, slot, themes) if themes else []
        if platform == DRILL_PLATFORM and slot == slot_of(self.story.drill.since):
            posts.append(self._drill(slot))
        return posts if number is None else [*posts, self._statement(platform, slot, number)]

    def _of_themes(self, platform: str, slot: int, themes: Sequence[Theme]) -> list[Post]:
        dice = dice_of(self.seed, platform, slot, "story")
        by_theme = [(theme.own_share, Wheel(dict(theme.kinds)), list(accumulate(theme.countries))) for theme in themes]
        edges = list(accumulate(theme.expected for theme in themes))

        def subject() -> tuple[str, Brand, Sequence[float]]:
            own_share, kinds, countries = by_theme[_drawn(edges, dice)]
            brand = OWN if dice.random() < own_share else RIVALS[int(_RIVAL.turn(dice.random()))]
            return kinds.turn(dice.random()), brand, countries

        return self._stream(platform, slot, "s", dice, edges[-1] * self.per_day / USUAL_PER_DAY, subject)

    def _stream(self, platform: str, slot: int, mark: str, dice: Dice, expected: float, subject: Subject) -> list[Post]:
        """Posts in order of time; some answer an earlier one of the slot, some say the same again."""
        begin, posts = begin_of(slot), list[Post]()
        offsets = sorted(int(dice.random() * SLOT_MILLISECONDS) for _ in range(poisson(dice, expected)))
        for number, offset in enumerate(offsets):
            writer = Writer(self.seed, platform, f"{self.seed}-{slot:x}{mark}{number:x}", dice)
            at, chance = begin + offset * _MILLISECOND, dice.random()
            before = pick(posts, dice.random()) if posts and platform in THREADED else None
            if before and chance < _COPIES:
                posts.append(writer.copy(before, at))
            elif before and chance < _COPIES + _REPLIES:
                posts.append(writer.answer(before, at))
            else:
                kind, brand, edges = subject()
                posts.append(writer.new(kind, brand, COUNTRIES[_drawn(edges, dice)], at))
        return posts

    def _drill(self, slot: int) -> Post:
        """What the desk gives itself to do, marked for what it is."""
        dice = dice_of(self.seed, DRILL, slot)
        at = begin_of(slot) + int(dice.random() * SLOT_MILLISECONDS) * _MILLISECOND
        writer = Writer(self.seed, DRILL_PLATFORM, f"{self.seed}-{slot:x}d", dice)
        post = writer.owned(DRILL, DRILL_WORDS, COUNTRIES[0], at)
        return post._replace(mention=replace(post.mention, is_drill=True))

    def _statement(self, platform: str, slot: int, number: int) -> Post:
        """The airline's own word: the same on each platform, from its own account."""
        dice = dice_of(self.seed, platform, slot, "statement")
        at = begin_of(slot) + int(dice.random() * SLOT_MILLISECONDS) * _MILLISECOND
        text = language("en").texts["owned.incident"][number]
        writer = Writer(self.seed, platform, f"{self.seed}-{slot:x}w", dice)
        return writer.owned("owned.incident", text, COUNTRIES[0], at)


def _drawn(edges: Sequence[float], dice: Dice) -> int:
    """Which of the weights with these running sums is drawn."""
    return min(bisect(edges, dice.random() * edges[-1]), len(edges) - 1)
