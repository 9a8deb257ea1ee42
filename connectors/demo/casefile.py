"""One case as it grows: who works on it, who takes over when a shift ends, and everything that happens to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.demo import roster
from connectors.demo.chance import Dice, pick, skewed
from connectors.demo.roster import SHIFTS
from connectors.demo.wording import LOYALTY, OWN, say
from connectors.demo.writing import Post
from connectors.records import Case, CaseEvent

REACH = timedelta(days=10)
"""Nothing happens to a case later than this after its post."""

_ANY_SITE = 0.6  # how often a site without the customer's language helps with a dictionary
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class CaseFile:
    """A case and its events in the order they happen.

    at      when the last thing happened that a person waited for
    cause   why its first answer comes late, where its course is the reason
    """

    post: Post
    case_id: str
    dice: Dice
    opened_at: datetime
    strain: float
    site: int | None = None
    agent: str = ""
    cause: str = ""
    events: list[CaseEvent] = field(default_factory=list)
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.opened_at

    def record(self, track: str, priority: str) -> Case:
        """What the desk's record says on opening."""
        mention = self.post.mention
        return Case(
            case_id=self.case_id,
            platform=mention.platform,
            opened_at=self.opened_at,
            item_id=mention.item_id,
            brand=OWN.name,
            channel="message" if self.post.luck > 0.9 else "post",
            customer_id=mention.author_id,
            track=track,
            priority=priority,
            unit="care",
            subject=mention.text[:90],
            url=f"https://example.com/desk/{self.case_id.partition(':')[2]}",
        )

    def tell(self, kind: str, at: datetime, **fields: Any) -> None:
        """Something happens at `at`; what would lie beyond the desk's memory does not."""
        if at < self.post.mention.published_at + REACH:
            number = len(self.events)
            self.events.append(
                CaseEvent(
                    case_id=self.case_id,
                    platform=self.post.mention.platform,
                    kind=kind,
                    happened_at=at,
                    event_id=str(number),
                    **fields,
                )
            )

    def customer(self, minutes: float, kind: str = "message", **fields: Any) -> None:
        """The customer does something, `minutes` later on average, at whatever hour."""
        self.at += skewed(self.dice, minutes, 0.7) * _MINUTE
        mention = self.post.mention
        self.tell(kind, self.at, actor=mention.author_id, actor_kind="customer", **fields)

    def bot(self, seconds: float, kind: str = "message", **fields: Any) -> None:
        """The desk's own programs do something at once."""
        self.tell(kind, self.at + timedelta(seconds=seconds), actor="aurora-helper", actor_kind="bot", **fields)

    def human(self, minutes: float, kind: str, *, spread: float = 0.8, owns: bool = False, **fields: Any) -> None:
        """An agent does something, `minutes` of work later and not before somebody is awake who can.

        With `owns` the case is that agent's from now on.
        """
        self._work(minutes, spread)
        if owns:
            fields["owner"] = self.agent
        self._by_agent(kind, self.at, self.agent, self.site, **{"visibility": "internal", **fields})

    def hand_on(self, minutes: float) -> None:
        """Whoever has it gives it to a colleague, after `minutes` of work, who takes it a minute later."""
        self._work(minutes, 0.4)
        before = self.agent
        self.agent = pick([one for one in SHIFTS[self.site or 0].agents if one != before], self.dice.random())
        self._by_agent("handed_over", self.at, before, self.site, visibility="internal", owner=self.agent)
        self.human(1, "accepted", owns=True)

    def say(self, kind: str) -> str:
        """A text of the desk, in the customer's language where the desk has it."""
        text, _ = say(kind, self.post.language, self.dice, brand=OWN.name, plus=LOYALTY, name=self.agent)
        return text

    def _by_agent(self, kind: str, at: datetime, agent: str, site: int | None, **fields: Any) -> None:
        team = None if site is None else f"care {SHIFTS[site].site}"
        self.tell(kind, at, actor=agent, actor_kind="human", team=team, **fields)

    def _work(self, minutes: float, spread: float) -> None:
        """`minutes` of work pass, and whoever has it is somebody who is at work."""
        self.at += skewed(self.dice, minutes * self.strain, spread) * _MINUTE
        if self.site is None or not roster.is_at_work(self.site, self.at):
            self._take_over()

    def _take_over(self) -> None:
        """Somebody who is at work takes the case; from another site's agent it is handed over and accepted."""
        before, agent, last = self.site, self.agent, self.events[-1].happened_at
        self._wait_for_somebody(None if self.dice.random() < _ANY_SITE else self.post.language)
        if before is None:
            return
        is_handed = roster.is_at_work(before, last)
        if is_handed:
            end = roster.end_of_shift(before, last)
            left = max(last + (end - last) / 2, end - 5 * _MINUTE)
            self._by_agent("handed_over", left, agent, before, visibility="internal", owner=self.agent)
        # what nobody handed over is found in the morning
        kind, taken = "accepted" if is_handed else "claimed", max(last, self.at - 2 * _MINUTE)
        if self.site is not None and not roster.is_at_work(self.site, taken):
            taken = self.at
        self._by_agent(kind, taken, self.agent, self.site, visibility="internal", owner=self.agent)

    def _wait_for_somebody(self, spoken: str | None) -> None:
        awake, sites = roster.next_at_work(self.at, spoken)
        while awake > self.at:
            # whoever comes to work finds a queue
            self.at = awake + (4 + skewed(self.dice, 22, 0.8)) * _MINUTE
            awake, sites = roster.next_at_work(self.at, spoken)
        self.site = pick(sites, self.dice.random())
        self.agent = pick(SHIFTS[self.site].agents, self.dice.random())
