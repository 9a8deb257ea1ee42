"""Which posts become cases of the care desk, and how each of them goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from connectors.demo import roster
from connectors.demo.broken import INCIDENT, planted
from connectors.demo.casefile import CaseFile
from connectors.demo.chance import Wheel, dice_of, skewed
from connectors.demo.courses import COURSES
from connectors.demo.story import DRILL, Story
from connectors.demo.writing import Post
from connectors.records import Case, CaseEvent, Truth

CHANCES = {
    "question": 0.8, "lead": 0.95, "negative": 0.21, "positive": 0.025, "neutral": 0.012, "compare": 0.02,
    "reply": 0.03, "incident.start": 0.35, "incident.spread": 0.2, "incident.peak": 0.2, "incident.fixed": 0.14,
    "weather": 0.12, "holiday": 0.08, "launch": 0.03, "campaign": 0.05, DRILL: 1.0,
}  # fmt: skip
"""How likely a post of a kind becomes a case."""

_TRACKS = {"question": "question", "lead": "sales", "negative": "complaint", "positive": "praise",
           "neutral": "question", "weather": "complaint", "holiday": "complaint"}  # fmt: skip
_WAYS = {
    "question": Wheel({"quick": 0.7, "long": 0.12, "late": 0.05, "declined": 0.06, "silent": 0.03, "merged": 0.03,
                       "passed": 0.01}),
    "sales": Wheel({"lead": 0.92, "quick": 0.08}),
    "complaint": Wheel({"quick": 0.32, "long": 0.4, "late": 0.07, "declined": 0.05, "silent": 0.05, "merged": 0.05,
                        "excluded": 0.04, "passed": 0.02}),
    "stranded": Wheel({"quick": 0.4, "long": 0.2, "raised": 0.4}),
    "incident": Wheel({"quick": 0.38, "long": 0.32, "late": 0.08, "merged": 0.14, "silent": 0.08}),
    "praise": Wheel({"praised": 0.7, "acknowledged": 0.3}),
    DRILL: Wheel({"drilled": 1.0}),
}  # fmt: skip
_UNENDING = ("sales", "praise")
_STRANDED = 0.06  # so many who complain cannot wait: they stand at a gate


class Told(NamedTuple):
    """A case, everything that will ever happen to it, why its first answer was late, where the story did that, and the
    ends of shifts at which whoever had it handed it to nobody."""

    case: Case
    events: tuple[CaseEvent, ...]
    broken: Truth | None
    seams: tuple[Truth, ...] = ()


def of_slot(seed: int, posts: Sequence[Post], story: Story) -> list[Told]:
    """The cases of one slot's posts about the airline, of every platform."""
    told: list[Told] = []
    for post in posts:
        mention = post.mention
        if not post.is_own or mention.platform == "news" or post.luck >= CHANCES.get(post.kind, 0.0):
            continue
        dice = dice_of(seed, "case", mention.item_id)
        opened_at = mention.published_at + timedelta(minutes=min(25.0, 0.5 + skewed(dice, 2.5, 0.8)))
        case_id = f"{mention.platform}:case-{mention.item_id.partition(':')[2]}"
        file = CaseFile(post, case_id, dice, opened_at, story.incident.strain(opened_at), is_drill=mention.is_drill)
        told.append(_lived(file, told[-1].case.case_id if told else None))
    return told


def _lived(file: CaseFile, other: str | None) -> Told:
    track, ways = _track(file)
    course = _WAYS[ways].turn(file.dice.random())
    if course == "merged" and other is None:
        course = "quick"
    is_urgent = ways == INCIDENT and file.dice.random() < 0.3
    priority = "urgent" if is_urgent else "high" if track == INCIDENT else "normal"
    record = file.record(track, priority)
    file.tell("opened", file.at, actor=file.post.mention.author_id, actor_kind="customer", visibility="public",
              item_id=file.post.mention.item_id, text=file.post.mention.text)  # fmt: skip
    if file.dice.random() < 0.7 and track != "praise":
        file.bot(6 + 30 * file.dice.random(), visibility="public", text=file.say("desk.ack"))
    if course == "merged":
        file.human(9, "merged", other_case_id=other)
    else:
        COURSES[course](file)
    file.events.sort(key=lambda event: event.happened_at)
    # where no resolution is promised, nothing runs on when the answer is given
    seams = () if track in _UNENDING else tuple(file.seams)
    return Told(record, tuple(file.events), planted(file, track, priority), seams)


def _track(file: CaseFile) -> tuple[str, str]:
    """The track a case is put on, and the ways it can go there."""
    if file.is_drill:
        return INCIDENT, DRILL
    if file.post.kind.startswith(INCIDENT):
        return INCIDENT, INCIDENT
    track = _TRACKS.get(file.post.kind, "complaint")
    if track != "complaint":
        return track, track
    if file.dice.random() < _STRANDED:
        return INCIDENT, "stranded"
    # finding nobody at work, the desk's own program puts complaints where an answer is promised at any hour
    is_anybody_there = roster.on_duty(roster.cell_of(file.opened_at))
    return (track if is_anybody_there else INCIDENT), track
