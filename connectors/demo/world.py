"""One source's part of the world: the posts of some platforms, or the care desk's cases about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from connectors.contract import Gap
from connectors.demo import cases, roster
from connectors.demo.casefile import REACH
from connectors.demo.cases import Told
from connectors.demo.posts import Posts
from connectors.demo.reading import Piece, Telling
from connectors.demo.story import OUTAGE_WORDS, Story
from connectors.records import CaseEvent, Truth

STORYTELLER = "x"
"""The source that brings this platform also tells what was planted in the posts of all of them."""


@dataclass(frozen=True)
class World:
    """What one source can tell, for one anchor."""

    seed: int
    per_day: int
    platforms: tuple[str, ...]
    is_care: bool
    anchor: datetime

    def telling(self, wanted: datetime) -> Telling:
        """Tells it, back to `wanted`."""
        outage = self._story.outage
        gap = Gap(since=outage.since, until=outage.until, sentence=OUTAGE_WORDS, platform=outage.name)
        gaps = (gap,) if self._is_blind and outage.since >= wanted else ()
        if self.is_care:
            return Telling(self._cases, REACH, wanted)
        return Telling(self._mentions, timedelta(0), wanted, gaps)

    def planted(self, wanted: datetime) -> tuple[Truth, ...]:
        """What its story has planted since `wanted`, and the holes of its roster.

        Leads, broken promises and what was handed to nobody are told with their cases.
        """
        if self.is_care:
            return tuple(roster.hole_truths(self.anchor))
        truths = self._story.truths() if STORYTELLER in self.platforms else []
        if self._is_blind:
            truths.append(self._story.outage_truth())
        return tuple(truth for truth in truths if truth.since >= wanted)

    @cached_property
    def _story(self) -> Story:
        return Story(self.seed, self.anchor)

    @cached_property
    def _posts(self) -> Posts:
        return Posts(self.seed, self.per_day, self._story)

    @property
    def _is_blind(self) -> bool:
        """Whether the outage is one of this source."""
        return self._story.outage.name in self.platforms and not self.is_care

    def _mentions(self, slot: int) -> list[Piece]:
        said = [post.mention for platform in self.platforms for post in self._posts.of(platform, slot)]
        return [Piece(mention.published_at, mention.published_at, mention) for mention in said]

    def _cases(self, slot: int) -> list[Piece]:
        said = [post for platform in self.platforms for post in self._posts.of(platform, slot, own_only=True)]
        born = {post.mention.item_id: post.mention.published_at for post in said}
        told = cases.of_slot(self.seed, said, self._story)
        return [piece for one in told for piece in _pieces(one, born[str(one.case.item_id)])]


def _pieces(told: Told, born: datetime) -> Sequence[Piece]:
    planted = (*((told.broken,) if told.broken else ()), *told.seams)
    opened = Piece(born, told.case.opened_at, told.case, planted)
    return [opened, *(Piece(born, event.happened_at, event, _lead(event)) for event in told.events)]


def _lead(event: CaseEvent) -> tuple[Truth, ...]:
    if event.kind != "lead":
        return ()
    detail = {"outcome": event.outcome, "amount": event.amount}
    at = event.happened_at
    return (Truth(kind="lead", subject=event.case_id, since=at, until=at, detail=detail),)
