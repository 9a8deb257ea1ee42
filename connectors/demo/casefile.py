"""One case as it grows: who works on it, who takes over when a shift ends, and everything that happens to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.demo import roster
from connectors.demo.chance import Dice, pick, share_of, skewed
from connectors.demo.roster import SHIFTS
from connectors.demo.wording import LOYALTY, OWN, say
from connectors.demo.writing import Post
from connectors.records import Case, CaseEvent, Truth

REACH = timedelta(days=10)
"""Nothing happens to a case later than this after its post."""

_ANY_SITE = 0.6  # how often a site without the customer's language helps with a dictionary
_OVERLOOKED, _FORGOTTEN = 0.05, 0.6  # how often an open case is handed to nobody at the end of a shift
_UNSEEN = 0.06  # how often whoever is handed one does not accept it
_IN_HAND = {"opened": True, "resumed": True, "reopened": True, "paused": False, "resolved": False, "declined": False,
            "merged": False, "excluded": False, "acknowledged": False}  # fmt: skip
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class CaseFile:
    """A case and its events in the order they happen.

    at             when the last thing happened that a person waited for
    cause          why its first answer comes late, where its course is the reason
    is_forgotten   whether whoever has it does not think of it
    is_drill       whether it is only an exercise
    seams          the ends of shifts at which nobody got it from whoever had it
    """

    post: Post
    case_id: str
    dice: Dice
    opened_at: datetime
    strain: float
    site: int | None = None
    agent: str = ""
    cause: str = ""
    is_forgotten: bool = False
    is_drill: bool = False
    seams: list[Truth] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)
    at: datetime = field(init=False)
    _acted: datetime = field(init=False)  # when a person last did something
    _owned: datetime | None = field(default=None, init=False)  # since when its owner's next end of a shift counts

    def __post_init__(self) -> None:
        self.at = self._acted = self.opened_at

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
            is_drill=self.is_drill,
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
                    is_drill=self.is_drill,
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
            fields["owner"], self._owned = self.agent, self.at
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
        self._acted = at
        team = None if site is None else f"care {SHIFTS[site].site}"
        self.tell(kind, at, actor=agent, actor_kind="human", team=team, **fields)

    def _work(self, minutes: float, spread: float) -> None:
        """`minutes` of work pass, and whoever has it is somebody who is at work."""
        self.at += skewed(self.dice, minutes * self.strain, spread) * _MINUTE
        self._pass_on()
        if self.site is None or not roster.is_at_work(self.site, self.at):
            self._take_over()

    def _pass_on(self) -> None:
        """At each end of a shift until `at` whoever has the case hands it over, while there is something to do."""
        while self.site is not None and self._owned and (end := roster.next_end(self.site, self._owned)) <= self.at:
            self._owned = end
            if self._is_in_hand(end):
                self._hand_over(self.site, end)

    def _is_in_hand(self, moment: datetime) -> bool:
        """Whether it is open, and nobody waits for the customer."""
        told = [_IN_HAND[one.kind] for one in self.events if one.kind in _IN_HAND and one.happened_at <= moment]
        return bool(told) and told[-1]

    def _hand_over(self, site: int, end: datetime) -> None:
        """To the site that has the watch then, some minutes before the `end` of the shift; it accepts when it is there.

        Chance of its own: what is told of the rest does not hang on it.
        """
        luck = share_of(self.case_id, end)
        then, opens = roster.next_watch(site, end)
        if then == site:
            return  # nobody else comes before
        if luck < (_FORGOTTEN if self.is_forgotten else _OVERLOOKED):
            self.seams.append(self._seam(site, end))
            return
        given = max(self._acted + (end - self._acted) / 2, end - (5 + 15 * (luck * 31 % 1)) * _MINUTE)
        agent = pick(SHIFTS[then].agents, luck * 97 % 1)
        self._by_agent("handed_over", given, self.agent, site, visibility="internal", owner=agent)
        if luck * 7919 % 1 >= _UNSEEN:
            self._accept(then, agent, max(given, opens) + (2 + 10 * (luck * 463 % 1)) * _MINUTE)

    def _accept(self, site: int, agent: str, at: datetime) -> None:
        """Another site's agent has it, and does nothing else to it for three minutes."""
        self.site, self.agent, self._owned = site, agent, at
        self._by_agent("accepted", at, agent, site, visibility="internal", owner=agent)
        self.at = max(self.at, at + 3 * _MINUTE)

    def _seam(self, site: int, end: datetime) -> Truth:
        detail = {"site": SHIFTS[site].site, "owner": self.agent}
        return Truth(kind="unowned_at_seam", subject=self.case_id, since=end, until=end, detail=detail)

    def _take_over(self) -> None:
        """Somebody who is at work has the case; what was another's, and is found lying, is claimed."""
        before = self.site
        self._wait_for_somebody(None if self.dice.random() < _ANY_SITE else self.post.language)
        if before is None:
            return
        taken = max(self._acted, self.at - 2 * _MINUTE)
        if self.site is not None and not roster.is_at_work(self.site, taken):
            taken = self.at
        self._owned = taken
        self._by_agent("claimed", taken, self.agent, self.site, visibility="internal", owner=self.agent)

    def _wait_for_somebody(self, spoken: str | None) -> None:
        awake, sites = roster.next_at_work(self.at, spoken)
        while awake > self.at:
            # whoever comes to work finds a queue
            self.at = awake + (4 + skewed(self.dice, 22, 0.8)) * _MINUTE
            awake, sites = roster.next_at_work(self.at, spoken)
        self.site = pick(sites, self.dice.random())
        self.agent = pick(SHIFTS[self.site].agents, self.dice.random())
